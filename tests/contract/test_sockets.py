"""Section 7: the desk's socket."""

import json

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from tests.contract.visitor import Visitor

QUIET_S = 0.7
PATIENCE_S = 60


def cookies_of(visitor: Visitor) -> dict[str, str]:
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in visitor.client.cookies.items())}


def open_socket(product, visitor=None, *, origin="ours", path="/ws/desk/"):
    own = product.base_url if origin == "ours" else origin
    headers = cookies_of(visitor) if visitor else {}
    address = f"ws://127.0.0.1:{product.port}{path}"
    return connect(address, origin=own, additional_headers=headers, open_timeout=PATIENCE_S, proxy=None)


def frames(socket):
    """Return every frame until it stays quiet."""
    found = []
    while True:
        try:
            found.append(json.loads(socket.recv(timeout=QUIET_S)))
        except TimeoutError:
            return found


def is_refused(product, visitor=None, **options):
    try:
        with open_socket(product, visitor, **options) as socket:
            socket.recv(timeout=PATIENCE_S)
    except (InvalidStatus, ConnectionClosed):
        return True
    except TimeoutError:
        return False
    return False


def test_an_agent_hears_which_ticket_changed_and_nothing_more(product, visitor, agent):
    with open_socket(product, visitor("agent")) as socket:
        reference = agent.open()["reference"]
        assert frames_about(socket, reference, 1) == [{"type": "changed", "ticket": reference, "seq": 1}]
        agent.write(reference, "Alleen voor ons.", "internal_note")
        assert frames_about(socket, reference, 2)[-1] == {"type": "changed", "ticket": reference, "seq": 2}
        agent.write(reference, "Voor iedereen.")
        assert frames_about(socket, reference, 3)[-1] == {"type": "changed", "ticket": reference, "seq": 3}
        agent.change(reference, status="waiting_requester")
        assert frames_about(socket, reference, 3)[-1] == {"type": "changed", "ticket": reference, "seq": 3}


def frames_about(socket, reference, seq):
    """Return the frames about this ticket up to this number."""
    found = []
    while not found or found[-1]["seq"] < seq:
        frame = json.loads(socket.recv(timeout=PATIENCE_S))
        assert set(frame) == {"type", "ticket", "seq"}
        if frame["ticket"] == reference:
            found.append(frame)
    return found


def test_an_agent_of_another_queue_hears_nothing(product, visitor, agent):
    with open_socket(product, visitor("agent_other_queue")) as socket:
        reference = agent.open()["reference"]
        assert reference not in {frame["ticket"] for frame in frames(socket)}
        agent.change(reference, queue="andere-entiteit")
        assert frames_about(socket, reference, 1)


def test_a_question_at_the_open_door_is_heard(product, visitor, stranger):
    with open_socket(product, visitor("supervisor")) as socket:
        reference = stranger.ask()
        assert frames_about(socket, reference, 1)[0] == {"type": "changed", "ticket": reference, "seq": 1}


@pytest.mark.parametrize("persona", [None, "official", "editor", "analyst", "admin"])
def test_who_does_not_work_at_the_desk_is_refused(product, visitor, persona):
    assert is_refused(product, visitor(persona))


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1", None])
def test_a_session_works_from_our_own_pages_only(product, visitor, origin):
    assert is_refused(product, visitor("agent"), origin=origin)


def test_a_token_of_the_api_opens_no_socket(product):
    headers = {"Authorization": f"Bearer {product.personas['agent']['api_token']}"}
    with pytest.raises(InvalidStatus):
        connect(f"ws://127.0.0.1:{product.port}/ws/desk/", additional_headers=headers, proxy=None)


def test_signing_out_ends_the_socket(product, visitor):
    agent = visitor("agent")
    with open_socket(product, agent) as socket:
        assert agent.send("/desk/", to="/afmelden/").status == 303
        with pytest.raises(ConnectionClosed):
            listen_to_the_end(socket)


def listen_to_the_end(socket):
    while True:
        socket.recv(timeout=PATIENCE_S)


@pytest.mark.parametrize("path", ["/ws/chat/1/", "/ws/chat/1/?since=3", "/ws/", "/ws/desk", "/desk/"])
@pytest.mark.parametrize("persona", ["agent", None])
def test_a_socket_of_a_later_phase_does_not_exist_yet(product, visitor, persona, path):
    with pytest.raises(InvalidStatus) as refusal:
        open_socket(product, visitor(persona), path=path)
    assert refusal.value.response.status_code == 404


def test_a_socket_that_exists_is_forbidden_to_who_may_not_open_it(product, visitor):
    with pytest.raises(InvalidStatus) as refusal:
        open_socket(product, visitor("official"))
    assert refusal.value.response.status_code == 403
