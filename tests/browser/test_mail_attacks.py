"""Attacks by mail on whoever opens it, in a real browser: nothing runs and nothing is fetched.

The sanitiser and the sandbox are each switched off in turn, because either alone must do. With both off the attacks
run: the eyes of this test see.
"""

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import pytest

from helpdesk.tickets import formatted
from helpdesk.tickets.models import MessageBody
from tests import factories
from tests.browser.conftest import PATIENCE_S
from tests.integrations.mail.markup.vectors import EXECUTE_RAW, VECTORS
from tests.letters import html, letter, token_of

HIT = "an attack ran"
WATCH = f"""
  window.alert = () => console.log("{HIT}");
  Object.defineProperty(window, "hit", {{ set() {{ console.log("{HIT}"); }} }});
"""
# What does not run at once runs when it has loaded, failed to load, or been animated.
SETTLE_MS = 1500
TOGETHER = 16


@pytest.fixture
def canary():
    """A server on another port that notes whoever asks it for anything."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(204)
            self.end_headers()

        do_POST = do_GET  # noqa: N815 - idem

        def log_message(self, *_arguments):
            """Keep the output of the tests clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield SimpleNamespace(url=f"http://127.0.0.1:{server.server_port}", asked=asked)
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def attacked(transactional_db, arrive, canary):
    """A ticket that got every attack by mail, each in a message of its own; `raw` says which message holds which."""
    ticket = factories.ticket(requester=("An Peeters", "an.peeters@aalter.example"))
    raw = {}
    for name, text in VECTORS:
        attack = text.replace("{canary}", canary.url)
        mail = arrive(letter(f"Aanval: {name}", to=token_of(ticket), parts=(html(attack),)))
        raw[mail.message.seq] = (name, attack, mail.message)
    return SimpleNamespace(ticket=ticket, raw=raw, address=f"/desk/t/{ticket.reference}/")


@pytest.fixture
def visit(chromium, client, live_site, attacked):
    """Return a function that opens pages as an agent and says at which of them something ran."""
    client.force_login(factories.agent(queues=(attacked.ticket.queue,)))
    context = chromium.new_context(locale="nl-BE")
    context.add_cookies([{"name": "session", "value": client.cookies["session"].value, "url": live_site}])
    context.add_init_script(WATCH)

    def _visit(paths, *, until=frozenset()):
        """Wait a while at each, and as long as it takes where something is expected to run."""
        hits = set()
        for batch in batched(paths.items(), TOGETHER):
            pages = [_opened(name, path, hits) for name, path in batch]
            pages[-1].wait_for_timeout(SETTLE_MS)
            deadline = time.monotonic() + PATIENCE_S
            while (until & dict(batch).keys()) - hits and time.monotonic() < deadline:
                pages[-1].wait_for_timeout(100)
            for page in pages:
                page.close()
        return hits

    def _opened(name, path, hits):
        page = context.new_page()
        page.on("console", lambda line: hits.add(name) if line.text == HIT else None)
        page.goto(live_site + path)
        return page

    yield _visit
    context.close()


# A frame set needs a page without a body; a picture of the mail that is not there gets no address that could fail.
NOT_IN_A_BODY = {"frame set", "image from the mail with a handler"}


def batched(items, size):
    rows = list(items)
    return [rows[start : start + size] for start in range(0, len(rows), size)]


def show_raw(attacked):
    for _name, attack, message in attacked.raw.values():
        # PostgreSQL keeps no NUL, and so shows none.
        MessageBody.objects.filter(message=message).update(html=attack.replace("\0", ""))


def alone(attacked):
    return {name: f"{attacked.address}mail/{seq}/opmaak/" for seq, (name, _, _) in attacked.raw.items()}


def framed(attacked):
    return {name: f"{attacked.address}mail/{seq}/" for seq, (name, _, _) in attacked.raw.items()}


def has_html(attacked):
    """Leave out what the sanitiser left nothing of: its page does not exist."""
    kept = set(MessageBody.objects.exclude(html="").values_list("message__seq", flat=True))
    return SimpleNamespace(**{**vars(attacked), "raw": {seq: row for seq, row in attacked.raw.items() if seq in kept}})


def test_nothing_of_a_mail_runs_or_calls_home_on_any_page_of_the_desk(attacked, visit, canary):
    assert len(VECTORS) >= 60
    assert visit({"the ticket": attacked.address, **framed(attacked)}) == set()
    assert canary.asked == []


def test_the_sanitiser_alone_holds(attacked, visit, canary, monkeypatch):
    monkeypatch.setattr(formatted, "_policy", lambda _style: "")

    assert visit(alone(has_html(attacked))) == set()
    assert canary.asked == []


def test_the_sandbox_alone_holds(attacked, visit, canary):
    show_raw(attacked)

    assert visit(alone(attacked)) == set()
    assert canary.asked == []


def test_without_both_the_attacks_run(attacked, visit, canary, monkeypatch):
    monkeypatch.setattr(formatted, "_policy", lambda _style: "")
    show_raw(attacked)

    assert EXECUTE_RAW - visit(alone(attacked), until=EXECUTE_RAW - NOT_IN_A_BODY) == NOT_IN_A_BODY
    assert canary.asked != []
