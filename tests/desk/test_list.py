"""The list of tickets: who sees what, in which order, page after page."""

import re

import pytest
from django.utils import timezone

from helpdesk.tickets.models import Priority, Status, Ticket
from helpdesk.tickets.services import change_ticket
from tests import factories

REFERENCES = re.compile(r'id="row-(AP-[0-9A-Z]{6}-[0-9A-Z])"')
# Try to reach columns, patterns and engines through every parameter (T7).
ATTACKS = [
    "owner__password",
    "-assignee__password",
    "queue__teams__members__password",
    "id__gt",
    "subject__regex",
    "(a+)+$",
    "';--",
    "../../etc/passwd",
    "\x00",
    "%00",
    "9" * 400,
    "[" * 3000,
    "WyJhIl0",
    "bnVsbA",
    "W2ZhbHNlLCAiMjAyNi0wMS0wMVQwMDowMDowMFoiLCA5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTld",
    "W2ZhbHNlLCAiOTk5OS0xMi0zMVQyMzo1OTo1OS0xNDowMCIsIDFd",
    "W2ZhbHNlLCAiMDAwMS0wMS0wMVQwMDowMDowMCsxNDowMCIsIDFd",
    "💥",
]


def references(response):
    return REFERENCES.findall(response.content.decode())


def counts(response):
    return {entry.label: entry.count for group in response.context["rail"] for entry in group.entries}


def in_queue(queue, **values):
    """A ticket that was routed to the queue."""
    return factories.ticket(application=factories.application(f"app-{queue.slug}", queue=queue), **values)


def test_a_visitor_is_sent_to_the_sign_in_page_and_back(client, db):
    response = client.get("/desk/?view=mine")

    assert response.status_code == 302
    assert response.headers["Location"] == "/aanmelden/?next=/desk/%3Fview%3Dmine"


@pytest.mark.parametrize("address", ["/desk/", "/desk/nieuw/", "/desk/zoeken/?q=x", "/desk/t/AP-000000-0/"])
def test_for_an_official_there_is_no_desk(desk, signed_in, address):
    assert signed_in(factories.official()).get(address).status_code == 404


@pytest.mark.parametrize("role", ["editor", "analyst", "admin"])
def test_for_other_colleagues_there_is_no_desk(desk, signed_in, role):
    assert signed_in(factories.user(roles=(role,))).get("/desk/").status_code == 404


def test_the_views_show_what_they_say_and_count_it(desk):
    mine, waiting, free = factories.ticket("mine"), factories.ticket("waiting"), in_queue(desk.loket)
    done, foreign = factories.ticket("done"), in_queue(desk.other)
    actor = factories.actor(desk.bram)
    change_ticket(actor=actor, ticket=mine, assignee=desk.bram)
    change_ticket(actor=actor, ticket=waiting, assignee=desk.nadia, status="waiting_vendor")
    change_ticket(actor=actor, ticket=done, status="closed")

    seen = {view: set(references(desk.as_bram.get("/desk/", {"view": view}))) for view in (
        "open", "mine", "unassigned", "waiting", "all", "queue-intake", "queue-loket"
    )}  # fmt: skip

    assert seen == {
        "open": {mine.reference, waiting.reference, free.reference},
        "mine": {mine.reference},
        "unassigned": {free.reference},
        "waiting": {waiting.reference},
        "all": {mine.reference, waiting.reference, free.reference, done.reference},
        "queue-intake": {mine.reference, waiting.reference},
        "queue-loket": {free.reference},
    }
    assert counts(desk.as_bram.get("/desk/")) == {
        "Open tickets": 3, "Mijn tickets": 1, "Zonder behandelaar": 1, "Wacht op anderen": 1, "Alle tickets": None,
        "Onverwerkbare mail": None,
        "Intake": 2, "Loket": 1,
    }  # fmt: skip
    assert references(desk.as_wim.get("/desk/")) == [foreign.reference]
    assert counts(desk.as_wim.get("/desk/"))["Open tickets"] == 1


def test_a_queue_of_others_and_a_queue_that_is_not_there_are_equally_unknown(desk):
    foreign = desk.as_bram.get("/desk/?view=queue-andere-entiteit")
    missing = desk.as_bram.get("/desk/?view=queue-nergens")

    assert (foreign.status_code, missing.status_code) == (404, 404)


def test_an_agent_does_not_find_their_own_question_to_another_queue(desk):
    own = factories.ticket(by=factories.actor(desk.bram), application=factories.application("x", queue=desk.other))

    assert references(desk.as_bram.get("/desk/?view=all")) == []
    assert desk.as_bram.get(f"/desk/t/{own.reference}/").status_code == 404


def test_the_orders_are_newest_activity_oldest_question_and_priority(desk):
    first, second, third = (factories.ticket(str(number)) for number in range(3))
    actor = factories.actor(desk.bram)
    change_ticket(actor=actor, ticket=second, impact="high", urgency="high")
    Ticket.objects.filter(pk=first.pk).update(last_message_at=timezone.now())

    def listed(order):
        return references(desk.as_bram.get("/desk/", {"order": order}))

    assert listed("-last_message_at") == [first.reference, third.reference, second.reference]
    assert listed("created_at") == [first.reference, second.reference, third.reference]
    assert listed("priority") == [second.reference, first.reference, third.reference]


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("parameter", ["order", "view", "cursor", "status", "queue", "assignee"])
def test_no_parameter_reaches_a_column_or_an_error(desk, parameter, attack):
    tickets = [factories.ticket(str(number)) for number in range(2)]

    response = desk.as_bram.get("/desk/", {parameter: attack})

    assert response.status_code == 200
    assert references(response) == [ticket.reference for ticket in reversed(tickets)]


@pytest.mark.engines
@pytest.mark.parametrize("order", ["-last_message_at", "created_at", "priority"])
def test_pages_have_no_double_and_no_hole_while_other_rows_move(desk, monkeypatch, order):
    monkeypatch.setattr("helpdesk.tickets.selectors.PAGE", 4)
    tickets = [factories.ticket(str(number)) for number in range(14)]
    moving = tickets[::5]

    pages, cursor = [], ""
    while True:
        response = desk.as_bram.get("/desk/", {"order": order, "cursor": cursor})
        pages.append(references(response))
        cursor = response.context["page"].next_cursor
        if not cursor:
            break
        for ticket in moving:
            now = timezone.now()
            Ticket.objects.filter(pk=ticket.pk).update(last_message_at=now, priority_rank=4, priority=Priority.URGENT)

    still = {ticket.reference for ticket in tickets} - {ticket.reference for ticket in moving}
    seen = [reference for page in pages for reference in page]
    assert {reference for reference in seen if reference in still} == still
    assert len([reference for reference in seen if reference in still]) == len(still)


@pytest.mark.engines
def test_previous_leads_back_to_exactly_the_page_before(desk, monkeypatch):
    monkeypatch.setattr("helpdesk.tickets.selectors.PAGE", 3)
    for number in range(8):
        factories.ticket(str(number))

    first = desk.as_bram.get("/desk/")
    second = desk.as_bram.get("/desk/", {"cursor": first.context["page"].next_cursor})
    back = desk.as_bram.get("/desk/", {"cursor": second.context["page"].previous_cursor})

    assert first.context["page"].previous_cursor == ""
    assert len(references(second)) == 3
    assert references(back) == references(first)


def test_a_row_says_who_asks_from_where_and_what_is_not_sure(desk):
    aalst = factories.organisation("Aalst")
    claimed = factories.ticket("Geclaimd", organisation=aalst)

    row = desk.as_bram.get("/desk/").context["rows"][0]

    assert (row.reference, row.subject, row.requester) == (claimed.reference, "Geclaimd", "An Peeters")
    assert (row.organisation, row.badge, row.status_label) == ("Aalst (gemeente)", "niet bevestigd", "nieuw")


def test_a_proven_administration_has_no_badge(desk):
    aalst = factories.organisation("Aalst")
    official = factories.actor(factories.official(organisation=aalst))
    factories.ticket(by=official, organisation=aalst)

    assert desk.as_bram.get("/desk/").context["rows"][0].badge == ""


def test_htmx_gets_the_list_and_the_counts_without_the_page_around_them(desk):
    ticket = factories.ticket()

    part = desk.as_bram.get("/desk/", headers={"HX-Request": "true"})
    whole = desk.as_bram.get("/desk/")

    assert references(part) == references(whole) == [ticket.reference]
    assert b"<html" not in part.content
    assert b'id="desk-views"' in part.content
    assert "HX-Request" in part.headers["Vary"]


def test_the_status_of_every_kind_has_words_and_a_look(desk):
    for status in Status:
        ticket = factories.ticket(status.value)
        closed_at = timezone.now() if status == Status.CLOSED else None
        Ticket.objects.filter(pk=ticket.pk).update(status=status, resolved_at=timezone.now(), closed_at=closed_at)

    rows = desk.as_bram.get("/desk/?view=all").context["rows"]

    assert {row.subject: row.status_label for row in rows} == {
        "new": "nieuw", "open": "open", "waiting_requester": "wacht op vraagsteller",
        "waiting_local_manager": "wacht op lokale beheerder", "waiting_second_line": "wacht op tweede lijn",
        "waiting_vendor": "wacht op leverancier", "resolved": "opgelost", "closed": "gesloten",
    }  # fmt: skip
