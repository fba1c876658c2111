"""Every route, as everybody, against one ticket: nobody gets in, or reads a word, that the matrix does not give.

"In" and "out" are seen from outside: out is 404 (a page that does not exist for you), a redirect to the sign-in page,
or for the API 401, 403 or 404. Whatever the status, the body may hold only marks the role may read, and whoever is out
has changed nothing.
"""

import json
import re
import uuid
from contextlib import contextmanager
from http.cookies import SimpleCookie
from io import BytesIO

import pytest
from django.db import transaction
from django.test import Client

from helpdesk.accounts.models import Membership
from helpdesk.desk.routing import websocket_urlpatterns
from helpdesk.kernel.policy import ALLOWED
from helpdesk.tickets import policies, querysets
from helpdesk.tickets.models import Attachment, Message, Ticket
from knowledgebase.models import Article, ArticleDraft, ArticleFeedback, ArticleImage, ArticleRevision
from tests.permissions import routes as table
from tests.permissions.world import (
    ARTICLE_MARKS,
    INTERNAL_MARKS,
    PUBLIC_MARKS,
    ROLES,
    SEES_PUBLIC,
    UNREAD_MARKS,
    WORKS_ON,
    make_world,
)

pytestmark = pytest.mark.django_db

MEMBERS = set(ROLES) - {"anonymous", "link holder", "integration"}
IN = {
    table.EVERYBODY: set(ROLES),
    table.SIGNED_IN: MEMBERS,
    table.OWN_TICKET: {"requester"},
    table.WITH_LINK: {"link holder"},
    table.WITH_SECRET: set(),
    table.DESK: {"agent", "agent of another queue", "agent without a team", "supervisor"},
    table.DESK_TICKET: {"agent", "supervisor"},
    table.UNREAD_MAIL: {"agent", "supervisor"},
    table.ADMINISTRATION: {"admin"},
    table.PUBLIC_FILE: {"requester", "agent", "supervisor"},
    table.ARTICLE: MEMBERS,
    table.EDITED_ARTICLE: {"editor", "admin"},
    table.WRITERS: {"agent", "agent of another queue", "agent without a team", "supervisor", "editor", "admin"},
    table.EDITORIAL: {"editor", "admin"},
    table.API_NOTHING: set(),
    table.API_PUBLIC: set(ROLES),
    table.API_OWN_LIST: MEMBERS | {"integration"},
    table.API_TICKET: {"requester", *WORKS_ON},
    table.API_ARTICLE: MEMBERS | {"integration"},
    table.API_FILE: {"requester", *WORKS_ON},
}
SECRETS = {"str:receipt": "x", "str:secret": "x", "str:ticket": "x"}
# Bodies that are right, so that only the matrix can refuse; a file goes as a form.
TEXT = {"title": "x", "summary": "x", "body_markdown": "x"}
BODIES = {
    "/messages": {"body": "x", "kind": "internal_note"},
    "/tickets": {"subject": "x", "body": "x"},
    "/articles": TEXT,
    "/merkartikel": TEXT,
    "/feedback": {"helpful": True},
}
PHANTOM = "AP-000000-0"


class Visit:
    """One role at the door, with its cookie, its token or its link."""

    def __init__(self, world, role: str) -> None:
        self.world, self.role = world, role
        self.client = Client()
        if role in world.users:
            self.client.force_login(world.users[role])
        self.cookies = SimpleCookie(self.client.cookies)
        token = world.tokens.get(role)
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def addresses(self, route: str):
        """The route against the ticket and, for files, against each file."""
        link = self.world.link if self.role == "link holder" else "w" * len(self.world.link)
        values = {
            **SECRETS,
            "str:token": link,
            "slug:slug": self.world.article.slug,
            "int:article_id": str(self.world.article.pk),
            **self.world.keys_at(route),
        }
        names_a_file = re.search(r"<[^>]*attachment", route)
        files = [self.world.public_file.pk, self.world.note_file.pk] if names_a_file else [uuid.uuid4()]
        for file in files:
            yield file, "/" + self._filled(route, {**values, "file": str(file)})

    def _filled(self, route: str, values: dict[str, str]) -> str:
        def value(match: re.Match[str]) -> str:
            if "reference" in match[1]:
                return self.world.ticket.reference
            return values["file"] if "attachment" in match[1] else values[match[1]]

        return re.sub(r"<([^>]+)>", value, route).rstrip("$")

    def call(self, method: str, address: str):
        # Signing out is one of the routes: each call begins signed in.
        self.client.cookies = SimpleCookie(self.cookies)
        if not address.startswith("/api/"):
            return getattr(self.client, method)(address)
        if method == "get":
            return self.client.get(address, headers=self.headers)
        if method == "post" and address.endswith("/attachments"):
            return self.client.post(address, {"file": BytesIO(b"x")}, headers=self.headers)
        body = next((body for ending, body in BODIES.items() if address.endswith(ending)), {})
        return self.client.generic(
            method.upper(), address, json.dumps(body), content_type="application/json", headers=self.headers
        )

    def finds_nothing_more_than(self, method: str, address: str, status: int) -> bool:
        """Whether a ticket that does not exist gives the same answer, so that this one tells nothing."""
        phantom = address.replace(self.world.ticket.reference, PHANTOM)
        return phantom != address and self.call(method, phantom).status_code == status


def is_out(response) -> bool:
    if response.status_code == 302:
        return response.headers["Location"].startswith("/aanmelden/")
    return response.status_code in {401, 403, 404}


def text_of(response) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode("utf-8", "replace")


def fingerprint():
    """What nobody who is out may change."""
    return (
        list(Ticket.objects.order_by("pk").values_list("pk", "status", "queue", "assignee", "last_seq", "subject")),
        Message.objects.count(),
        Attachment.objects.count(),
        Membership.objects.count(),
        list(Article.objects.order_by("pk").values_list("pk", "state", "slug", "audience", "updated_at")),
        [kind.objects.count() for kind in (ArticleRevision, ArticleDraft, ArticleImage, ArticleFeedback)],
    )


@contextmanager
def undone():
    """Let a visit write what it likes, and forget it."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def deviations(world, role: str) -> list[str]:
    """Walk every route as the role; return what differs from the matrix."""
    visit = Visit(world, role)
    return [problem for route in table.routes() for problem in _deviations_at(visit, route)]


def _deviations_at(visit: Visit, route: str):
    row = table.row_of(route)
    if row is None:
        yield f"{route}: stands in no row of the matrix"
        return
    for file, address in visit.addresses(route):
        expected_in = visit.role in IN[row] and (file != visit.world.note_file.pk or visit.role in WORKS_ON)
        reached = []
        for method in ("get", "post", "patch", "put") if route.startswith("api/") else ("get", "post"):
            with undone():
                before = fingerprint()
                response = visit.call(method, address)
                yield from _read_too_much(visit, method, address, response)
                if response.status_code >= 500:
                    yield f"{visit.role} breaks {method} {address}: {response.status_code}"
                if not expected_in and row != table.WITH_LINK and fingerprint() != before:
                    yield f"{visit.role} changed something by {method} {address}"
                if _reaches(visit, method, address, response, expected_in=expected_in):
                    reached.append(f"{method} {response.status_code}")
        if expected_in != bool(reached):
            yield f"{visit.role} is {'out' if expected_in else 'in'} at {address}: {reached}"


def _reaches(visit: Visit, method: str, address: str, response, *, expected_in: bool) -> bool:
    if is_out(response) or response.status_code == 405:
        return False
    return expected_in or not visit.finds_nothing_more_than(method, address, response.status_code)


def _read_too_much(visit: Visit, method: str, address: str, response):
    text = text_of(response)
    for mark in (PUBLIC_MARKS | INTERNAL_MARKS | UNREAD_MARKS | ARTICLE_MARKS) - visit.world.marks_allowed(visit.role):
        if mark in text:
            yield f"{visit.role} reads {mark} by {method} {address}"


@pytest.fixture
def world(settings, tmp_path):
    settings.FILES_DIR = tmp_path / "files"
    settings.DEMO = False
    return make_world()


@pytest.mark.parametrize("role", ROLES)
def test_every_route_gives_each_role_what_the_matrix_says(world, role):
    assert deviations(world, role) == []


def test_who_may_read_does_read(world):
    """The marks can leak: those who may see them find them where they belong."""
    reference = world.ticket.reference
    pages = {
        "requester": f"/mijn/{reference}/",
        "link holder": f"/t/{world.link}/",
        "agent": f"/desk/t/{reference}/",
        "supervisor": f"/desk/t/{reference}/",
    }
    article = f"/kennis/{world.article.slug}/"
    assert "MERKARTIKEL" in text_of(Visit(world, "requester").call("get", article))
    assert "MERKARTIKEL" in text_of(Visit(world, "requester").call("get", "/kennis/feed.atom"))
    for role, address in pages.items():
        text = text_of(Visit(world, role).call("get", address))
        assert "MERKBERICHT" in text, role
        assert ("MERKNOTA" in text) is (role in WORKS_ON), role


def test_the_source_of_a_mail_is_for_who_works_on_its_ticket(world):
    """The marks of mail can leak too."""
    agent, admin = Visit(world, "agent"), Visit(world, "admin")
    mail = f"/desk/t/{world.ticket.reference}/mail/{world.mail.message.seq}/"

    assert "MERKBRON" in text_of(agent.call("get", f"{mail}bron/"))
    assert "MERKOPMAAK" in text_of(agent.call("get", f"{mail}opmaak/"))
    assert "MERKONGELEZEN" in text_of(agent.call("get", f"/desk/post/{world.unread.pk}/bron/"))
    assert "MERKONGELEZEN" in text_of(admin.call("get", f"/beheer/post/{world.unread.pk}/bron/"))
    assert admin.call("get", f"/beheer/post/{world.mail.pk}/bron/").status_code == 404


def test_lists_and_counts_are_silent_about_what_one_may_not_see(world):
    for role, token in world.tokens.items():
        response = Client().get("/api/v1/tickets", headers={"Authorization": f"Bearer {token}"})
        found = [item["reference"] for item in json.loads(response.content)["items"]]
        assert found == ([world.ticket.reference] if role in SEES_PUBLIC else []), role


def test_sockets_are_the_ones_the_desk_tests_cover():
    assert [str(route.pattern) for route in websocket_urlpatterns] == ["ws/desk/"]


def test_a_planted_leak_turns_the_matrix_red(world, monkeypatch):
    monkeypatch.setattr(querysets.TicketQuerySet, "visible_to", lambda tickets, _actor: tickets)
    monkeypatch.setattr(policies, "works_on", lambda _actor, _ticket: ALLOWED)
    monkeypatch.setattr(policies, "may_view", lambda _actor, _ticket: ALLOWED)

    assert deviations(world, "other official") != []


def test_a_route_without_a_row_turns_the_matrix_red():
    assert table.row_of("nieuw/zonder/rij/") is None
