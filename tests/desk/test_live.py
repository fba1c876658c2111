"""The desk's socket: who hears of which ticket, and who hears nothing."""

from contextlib import contextmanager

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connections
from django.db.backends.utils import CursorWrapper
from django.test import Client
from django.utils import timezone

from config.asgi import application
from helpdesk.accounts.administration import reset_password
from helpdesk.accounts.services import end_access, set_active, set_roles, set_team_members
from helpdesk.kernel import outbox
from helpdesk.kernel.live import push
from helpdesk.tickets.services import NewMessage, add_note, change_ticket, reply_to_ticket
from tests import factories

pytestmark = [pytest.mark.engines, pytest.mark.django_db(transaction=True)]
QUIET_S = 0.3
# Only what is broken takes so long.
PATIENCE_S = 60
BAD_FRAMES = [" ", "null", "[]", "{", '{"type": "changed"}', "\x00", "a" * 100_000, '{"type": "ticket.changed"}']


def cookie_of(client):
    return [
        (b"cookie", f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}".encode())
    ]


@pytest.fixture
async def connect():
    """Open the socket as a browser would; every one is closed in the end."""
    opened = []

    async def _connect(client=None, *, origin=""):
        headers = [
            (b"host", b"127.0.0.1:8000"),
            (b"origin", (origin or settings.BASE_URL).encode()),
            *(cookie_of(client) if client else []),
        ]
        socket = WebsocketCommunicator(application, "/ws/desk/", headers=headers)
        opened.append(socket)
        is_open, code = await socket.connect(timeout=PATIENCE_S)
        return socket if is_open else code

    yield _connect
    for socket in opened:
        await socket.disconnect()
    # The threads of the consumers keep connections that would hold the test database open.
    await sync_to_async(connections.close_all)()


async def after(function, *args, **kwargs):
    """Do something in the product, and let everything follow that follows from it."""

    def run():
        outbox.drain_until_idle()
        result = function(*args, **kwargs)
        outbox.drain_until_idle()
        return result

    return await sync_to_async(run)()


def news_of(ticket):
    where = {"queue_id": ticket.queue_id, "now_in": ticket.queue_id}
    return {"type": "ticket.changed", "reference": ticket.reference, "seq": 1, **where}


@pytest.fixture
def counted_statements(monkeypatch):
    """Collect what any thread asks the database."""

    @contextmanager
    def collect():
        statements, execute = [], CursorWrapper.execute

        def note(cursor, sql, params=None):
            statements.append(sql)
            return execute(cursor, sql, params)

        with monkeypatch.context() as patch:
            patch.setattr(CursorWrapper, "execute", note)
            yield statements

    return collect


async def frames(socket, number=0):
    """Wait for this many frames, and return them with whatever comes before it is quiet."""
    heard = [await socket.receive_json_from(timeout=PATIENCE_S) for _ in range(number)]
    while not await socket.receive_nothing(timeout=QUIET_S):
        heard.append(await socket.receive_json_from(timeout=PATIENCE_S))
    return heard


async def closed_with(socket):
    message = await socket.receive_output(timeout=PATIENCE_S)
    return message["type"], message["code"]


async def test_a_visitor_is_refused(connect, transactional_db):
    assert await connect() == 4403


async def test_an_official_is_refused(connect, desk, signed_in):
    client = await sync_to_async(lambda: signed_in(factories.official()))()

    assert await connect(client) == 4403


async def test_a_page_of_another_site_is_refused_though_the_cookie_is_right(connect, desk):
    assert await connect(desk.as_bram, origin="http://evil.example") == 1008


async def test_a_cookie_without_a_session_is_refused(connect, desk):
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = "x" * 32

    assert await connect(client) == 4403


async def test_who_serves_the_queue_hears_that_a_ticket_changed_and_nothing_of_what_it_says(connect, desk):
    bram, wim = await connect(desk.as_bram), await connect(desk.as_wim)

    ticket = await after(factories.ticket, "Geheim onderwerp")
    await after(reply_to_ticket, actor=factories.guest(ticket), ticket=ticket, new=NewMessage(body="Geheime tekst"))

    heard = await frames(bram, 2)
    assert heard[0] == {"type": "changed", "ticket": ticket.reference, "seq": 1}
    assert {"type": "changed", "ticket": ticket.reference, "seq": 2} in heard
    assert "Geheim" not in str(heard)
    assert await frames(wim) == []


async def test_a_note_is_news_for_agents_too(connect, desk):
    ticket = await after(factories.ticket)
    bram = await connect(desk.as_bram)
    actor = await sync_to_async(factories.actor)(desk.nadia)

    await after(add_note, actor=actor, ticket=ticket, new=NewMessage(body="Intern"))

    assert await frames(bram, 1) == [{"type": "changed", "ticket": ticket.reference, "seq": 2}]


async def test_a_ticket_that_moves_is_news_once_for_both_queues(connect, desk):
    ticket = await after(factories.ticket)
    nadia, wim = await connect(desk.as_nadia), await connect(desk.as_wim)
    system = factories.SYSTEM

    await after(change_ticket, actor=system, ticket=ticket, queue=desk.other)
    news = [{"type": "changed", "ticket": ticket.reference, "seq": 1}]
    assert (await frames(nadia, 1), await frames(wim, 1)) == (news, news)

    await after(change_ticket, actor=system, ticket=ticket, queue=desk.loket)
    assert (await frames(nadia, 1), await frames(wim, 1)) == (news, news)

    await after(change_ticket, actor=system, ticket=ticket, queue=desk.intake)
    assert (await frames(nadia, 1), await frames(wim)) == (news, [])


async def test_who_may_no_longer_serve_the_queue_hears_nothing_more(connect, desk):
    bram = await connect(desk.as_bram)
    team = await sync_to_async(desk.bram.teams.get)()
    await after(set_team_members, actor=factories.SYSTEM, team=team, members=[])

    await after(factories.ticket)

    assert await frames(bram) == []


async def test_who_begins_to_serve_a_queue_hears_of_it_at_once(connect, desk):
    wim = await connect(desk.as_wim)
    team = await sync_to_async(desk.bram.teams.get)()
    await after(set_team_members, actor=factories.SYSTEM, team=team, members=[desk.bram, desk.wim])
    assert await frames(wim) == []

    ticket = await after(factories.ticket)

    assert {"type": "changed", "ticket": ticket.reference, "seq": 1} in await frames(wim, 1)


async def test_a_ticket_is_judged_again_as_the_frame_leaves(connect, desk):
    """A right that went away without an event, or whose event is late, lets no frame through."""
    bram = await connect(desk.as_bram)
    ticket = await after(factories.ticket, application=None)
    await frames(bram, 1)
    await sync_to_async(desk.intake.teams.clear)()

    await sync_to_async(push)([(f"desk.queue.{desk.intake.pk}", news_of(ticket))])

    assert await frames(bram) == []


@pytest.mark.parametrize("events", [1, 3])
async def test_a_frame_costs_two_statements_for_each_reader(connect, desk, counted_statements, events):
    bram = await connect(desk.as_bram)
    ticket = await after(factories.ticket)
    await frames(bram, 1)

    with counted_statements() as statements:
        for _ in range(events):
            await sync_to_async(push)([(f"desk.queue.{desk.intake.pk}", news_of(ticket))])
        assert len(await frames(bram, events)) == events

    assert len(statements) == 2 * events, "\n".join(statements)


async def test_a_session_that_ended_hears_nothing_more_also_when_nobody_said_so(connect, desk):
    bram, nadia = await connect(desk.as_bram), await connect(desk.as_nadia)
    ticket = await after(factories.ticket)
    await frames(bram, 1), await frames(nadia, 1)
    key = desk.as_bram.cookies[settings.SESSION_COOKIE_NAME].value
    await Session.objects.filter(session_key=key).aupdate(expire_date=timezone.now())

    await sync_to_async(push)([(f"desk.queue.{desk.intake.pk}", news_of(ticket))])

    assert await closed_with(bram) == ("websocket.close", 4403)
    assert len(await frames(nadia, 1)) == 1


async def test_another_password_ends_the_sockets_of_the_old_one(connect, desk):
    bram = await connect(desk.as_bram)

    await after(reset_password, actor=factories.SYSTEM, user=desk.bram, password="een heel ander wachtwoord")

    assert await closed_with(bram) == ("websocket.close", 4403)


@pytest.mark.parametrize(
    "lose",
    [
        lambda bram: set_active(actor=factories.SYSTEM, user=bram, is_active=False),
        lambda bram: set_roles(actor=factories.SYSTEM, user=bram, roles=frozenset({"editor"})),
    ],
)
async def test_who_is_no_longer_an_agent_is_turned_out(connect, desk, lose):
    bram = await connect(desk.as_bram)

    await after(lose, desk.bram)

    assert await closed_with(bram) == ("websocket.close", 4403)


async def test_signing_out_closes_the_socket_of_that_browser_only(connect, desk, signed_in):
    second = await sync_to_async(lambda: signed_in(desk.bram))()
    here, there = await connect(desk.as_bram), await connect(second)

    await sync_to_async(desk.as_bram.logout)()
    await after(end_access, actor=factories.SYSTEM, user_id=desk.bram.pk)
    assert await closed_with(here) == ("websocket.close", 4403)

    ticket = await after(factories.ticket)
    assert {"type": "changed", "ticket": ticket.reference, "seq": 1} in await frames(there, 1)


@pytest.mark.parametrize("frame", BAD_FRAMES)
async def test_whatever_a_page_sends_is_ignored(connect, desk, frame):
    bram = await connect(desk.as_bram)
    await bram.send_to(text_data=frame)
    await bram.send_to(bytes_data=frame.encode())

    ticket = await after(factories.ticket)

    assert {"type": "changed", "ticket": ticket.reference, "seq": 1} in await frames(bram, 1)


async def test_fifteen_thousand_malformed_frames_close_one_socket_and_no_other(connect, desk):
    noisy, calm = await connect(desk.as_bram), await connect(desk.as_nadia)
    for _ in range(15_000):
        await noisy.send_to(text_data="{")

    assert await closed_with(noisy) == ("websocket.close", 1008)
    ticket = await after(factories.ticket)
    assert {"type": "changed", "ticket": ticket.reference, "seq": 1} in await frames(calm, 1)
