"""What an agent decides: statuses, assignee, queue, priority, details and how it ended."""

import pytest
from django.utils import timezone

from helpdesk.catalogue.models import Category
from helpdesk.tickets.models import Message, Status, Ticket
from helpdesk.tickets.services import NewMessage, change_ticket, reply_to_ticket, token_of
from tests import factories

ALLOWED_MOVES = {
    "new": {
        "open", "waiting_requester", "waiting_local_manager", "waiting_second_line", "waiting_vendor", "closed"
    },
    "open": {"waiting_requester", "waiting_local_manager", "waiting_second_line", "waiting_vendor", "closed"},
    "waiting_requester": {"open", "waiting_local_manager", "waiting_second_line", "waiting_vendor", "closed"},
    "waiting_local_manager": {"open", "waiting_requester", "waiting_second_line", "waiting_vendor", "closed"},
    "waiting_second_line": {"open", "waiting_requester", "waiting_local_manager", "waiting_vendor", "closed"},
    "waiting_vendor": {"open", "waiting_requester", "waiting_local_manager", "waiting_second_line", "closed"},
    "resolved": {"open", "closed"},
    "closed": {"open"},
}  # fmt: skip
RESOLUTION = {"solved_by": "helpdesk", "avoidable": "yes", "body": ""}


@pytest.fixture
def ticket(desk):
    return factories.ticket()


def put(ticket, status):
    closed_at = timezone.now() if status == Status.CLOSED else None
    Ticket.objects.filter(pk=ticket.pk).update(status=status, resolved_at=timezone.now(), closed_at=closed_at)


def post(browser, ticket, form, **data):
    return browser.post(f"/desk/t/{ticket.reference}/{form}/", data)


@pytest.mark.parametrize("old", Status.values)
@pytest.mark.parametrize("new", Status.values)
def test_the_status_moves_only_as_the_table_allows(desk, ticket, old, new):
    put(ticket, old)

    response = post(desk.as_bram, ticket, "status", status=new)

    is_allowed = new in ALLOWED_MOVES[old] or new == old
    ticket.refresh_from_db()
    assert response.status_code == (303 if is_allowed else 422)
    assert ticket.status == (new if is_allowed else old)


@pytest.mark.parametrize("old", Status.values)
def test_the_page_offers_exactly_the_moves_that_are_allowed(desk, ticket, old):
    put(ticket, old)

    panel = desk.as_bram.get(f"/desk/t/{ticket.reference}/").context["panel"]

    assert {choice.value for choice in panel.statuses} == ALLOWED_MOVES[old] | {old}
    assert panel.may_resolve == (old not in ("resolved", "closed"))


def test_a_colleague_is_assigned_and_the_ticket_put_back(desk, ticket):
    post(desk.as_bram, ticket, "behandelaar", assignee=str(desk.nadia.pk))
    ticket.refresh_from_db()
    assert ticket.assignee == desk.nadia

    post(desk.as_bram, ticket, "behandelaar", assignee="none")
    ticket.refresh_from_db()
    assert ticket.assignee is None


@pytest.mark.parametrize("wanted", ["", "0", "x", "me2", "9999999999999999999999"])
def test_nobody_is_assigned_who_does_not_serve_the_queue(desk, ticket, wanted):
    answers = {post(desk.as_bram, ticket, "behandelaar", assignee=value).status_code for value in (
        wanted, str(desk.wim.pk)
    )}  # fmt: skip

    ticket.refresh_from_db()
    assert answers == {422}
    assert ticket.assignee is None


def test_of_two_who_take_a_ticket_at_once_the_second_is_told(desk, ticket):
    shown = desk.as_nadia.get(f"/desk/t/{ticket.reference}/").context["panel"].shown["assignee"]
    post(desk.as_bram, ticket, "behandelaar", assignee="me", shown=shown)

    response = post(desk.as_nadia, ticket, "behandelaar", assignee="me", shown=shown)

    ticket.refresh_from_db()
    assert response.status_code == 409
    assert ticket.assignee == desk.bram
    assert "Iemand wijzigde dit net." in response.content.decode()
    assert response.context["ticket"].assignee == desk.bram


def test_the_ticket_moves_to_another_queue_of_the_agent(desk, ticket):
    response = post(desk.as_bram, ticket, "wachtrij", queue="loket")

    ticket.refresh_from_db()
    assert response.status_code == 303
    assert ticket.queue == desk.loket


def test_a_ticket_for_another_team_moves_there_and_is_then_theirs_alone(desk, ticket):
    response = post(desk.as_bram, ticket, "wachtrij", queue="andere-entiteit")

    ticket.refresh_from_db()
    assert (response.status_code, response.headers["Location"]) == (303, "/desk/")
    assert ticket.queue.slug == "andere-entiteit"
    assert desk.as_bram.get(f"/desk/t/{ticket.reference}/").status_code == 404


@pytest.mark.parametrize("slug", ["nergens", ""])
def test_the_ticket_does_not_move_to_a_queue_that_is_not_there(desk, ticket, slug):
    response = post(desk.as_bram, ticket, "wachtrij", queue=slug)

    ticket.refresh_from_db()
    assert response.status_code == 422
    assert ticket.queue == desk.intake


@pytest.mark.parametrize(
    "form", ["", "antwoord/", "nota/", "status/", "behandelaar/", "wachtrij/", "prioriteit/", "gegevens/", "oplossen/"]
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_ticket_of_another_queue_does_not_exist(desk, ticket, form, method):
    if (method, form) == ("post", ""):  # the page itself takes no posts
        method = "head"
    response = getattr(desk.as_wim, method)(f"/desk/t/{ticket.reference}/{form}", {"status": "open", "body": "x"})

    ticket.refresh_from_db()
    assert response.status_code == 404
    assert (ticket.status, ticket.message_count) == ("new", 1)


def test_impact_and_urgency_make_the_priority(desk, ticket):
    post(desk.as_bram, ticket, "prioriteit", impact="high", urgency="high", priority="")

    ticket.refresh_from_db()
    assert (ticket.impact, ticket.urgency, ticket.priority) == ("high", "high", "urgent")


def test_another_priority_needs_a_reason(desk, ticket):
    refused = post(desk.as_bram, ticket, "prioriteit", impact="low", urgency="low", priority="urgent")
    ticket.refresh_from_db()
    assert (refused.status_code, ticket.priority) == (422, "normal")

    accepted = post(
        desk.as_bram, ticket, "prioriteit", impact="low", urgency="low", priority="urgent",
        priority_override_reason="De verkiezingen zijn morgen",
    )  # fmt: skip
    ticket.refresh_from_db()
    assert (accepted.status_code, ticket.priority) == (303, "urgent")
    assert "De verkiezingen zijn morgen" in desk.as_bram.get(f"/desk/t/{ticket.reference}/").content.decode()


@pytest.mark.parametrize("missing", ["category", "solved_by", "avoidable"])
def test_resolving_needs_the_category_who_solved_it_and_whether_it_was_avoidable(desk, ticket, missing):
    data = {**RESOLUTION, "category": str(factories.category().pk)}
    del data[missing]

    response = post(desk.as_bram, ticket, "oplossen", **{**data, "body": "Mijn laatste woord"})

    ticket.refresh_from_db()
    assert response.status_code == 422
    assert (ticket.status, ticket.message_count) == ("new", 1)
    assert "Mijn laatste woord" in response.content.decode()


def test_resolving_says_how_it_ended_and_sends_the_last_reply(desk, ticket):
    category = factories.category()

    response = post(desk.as_bram, ticket, "oplossen", **{**RESOLUTION, "category": str(category.pk), "body": "Klaar"})

    ticket.refresh_from_db()
    last = Message.objects.get(ticket=ticket, seq=2)
    assert response.status_code == 303
    assert (ticket.status, ticket.category, ticket.solved_by, ticket.avoidable) == (
        "resolved",
        category,
        "helpdesk",
        True,
    )
    assert (last.kind, last.body.text, last.deliveries.count()) == ("public_reply", "Klaar", 1)


def test_resolving_without_a_reply_mails_nobody(desk, ticket):
    post(desk.as_bram, ticket, "oplossen", **{**RESOLUTION, "category": str(factories.category().pk)})

    ticket.refresh_from_db()
    assert (ticket.status, ticket.message_count) == ("resolved", 1)


def test_a_ticket_whose_requester_wrote_meanwhile_is_not_resolved_unseen(desk, ticket):
    reply_to_ticket(actor=factories.guest(ticket), ticket=ticket, new=NewMessage(body="Het lukt toch niet"))
    data = {**RESOLUTION, "category": str(factories.category().pk), "body": "Klaar"}

    refused = post(desk.as_bram, ticket, "oplossen", **data, seen="1")
    ticket.refresh_from_db()
    assert (refused.status_code, ticket.status) == (409, "new")
    assert "Het lukt toch niet" in refused.content.decode()
    assert refused.context["form"]["seen"].value() == "2"

    post(desk.as_bram, ticket, "oplossen", **data, seen="2")
    ticket.refresh_from_db()
    assert ticket.status == "resolved"


def test_a_closed_ticket_says_that_it_must_open_first(desk, ticket):
    put(ticket, "closed")

    page = desk.as_bram.get(f"/desk/t/{ticket.reference}/oplossen/")

    assert "<textarea" not in page.content.decode()
    assert post(desk.as_bram, ticket, "oplossen", **RESOLUTION, category=factories.category().pk).status_code == 422


def test_categories_are_offered_under_their_parent(desk, ticket):
    parent = Category.objects.create(code="toegang", label="Toegang")
    child = Category.objects.create(code="toegang.geen_recht", label="Geen recht", parent=parent)
    Category.objects.create(code="toegang.oud", label="Oud", parent=parent, is_active=False)

    form = desk.as_bram.get(f"/desk/t/{ticket.reference}/oplossen/").context["form"]

    assert list(form.fields["category"].widget.choices) == [
        ("", "Kies een categorie"), ("Toegang", [(child.pk, "Geen recht")])
    ]  # fmt: skip


def test_the_details_change_together(desk, ticket):
    aalst, loket = factories.organisation("Aalst", kbo_number="0207437468"), factories.application()
    category = factories.category()

    response = post(
        desk.as_bram, ticket, "gegevens", subject="Nieuw onderwerp", ticket_type="incident",
        application=str(loket.pk), category=str(category.pk), organisation="0207.437.468",
    )  # fmt: skip

    ticket.refresh_from_db()
    assert response.status_code == 303
    assert (ticket.subject, ticket.ticket_type) == ("Nieuw onderwerp", "incident")
    assert (ticket.application, ticket.category, ticket.organisation) == (loket, category, aalst)


def test_an_unknown_administration_is_refused_and_what_was_typed_stays(desk, ticket):
    response = post(
        desk.as_bram, ticket, "gegevens", subject="Ander", ticket_type="question", organisation="Gemeente Nergens"
    )

    ticket.refresh_from_db()
    assert response.status_code == 422
    assert ticket.subject == "Ik geraak niet binnen"
    assert "Gemeente Nergens" in response.content.decode()


def test_saving_details_keeps_a_proven_administration_proven(desk):
    aalst = factories.organisation("Aalst")
    official = factories.actor(factories.official(organisation=aalst))
    ticket = factories.ticket(by=official, organisation=aalst)

    post(desk.as_bram, ticket, "gegevens", subject="Ander", ticket_type="question", organisation="Aalst (gemeente)")

    ticket.refresh_from_db()
    assert (ticket.subject, ticket.organisation_is_proven) == ("Ander", True)


def test_details_a_colleague_changed_meanwhile_are_not_overwritten(desk, ticket):
    shown = desk.as_bram.get(f"/desk/t/{ticket.reference}/gegevens/").context["form"]["shown"].value()
    change_ticket(actor=factories.actor(desk.nadia), ticket=ticket, subject="Van Nadia")

    response = post(desk.as_bram, ticket, "gegevens", subject="Van Bram", ticket_type="question", shown=shown)

    ticket.refresh_from_db()
    assert (response.status_code, ticket.subject) == (409, "Van Nadia")
    assert "Van Bram" in response.content.decode()


def test_htmx_gets_the_changed_ticket_and_a_browser_is_sent_to_it(desk, ticket):
    address = f"/desk/t/{ticket.reference}/status/"

    part = desk.as_bram.post(address, {"status": "open"}, headers={"HX-Request": "true"})
    whole = desk.as_bram.post(address, {"status": "waiting_vendor"})

    assert part.status_code == 200
    assert b'id="ticket"' in part.content
    assert b"<html" not in part.content
    assert (whole.status_code, whole.headers["Location"]) == (303, f"/desk/t/{ticket.reference}/")


def test_the_address_of_a_form_leads_to_the_ticket(desk, ticket):
    for form in ("antwoord", "nota", "status", "behandelaar", "wachtrij", "prioriteit"):
        response = desk.as_bram.get(f"/desk/t/{ticket.reference}/{form}/")
        assert (response.status_code, response.headers["Location"]) == (302, f"/desk/t/{ticket.reference}/")


def test_an_agent_ends_the_links_that_were_mailed(desk, ticket):
    token = token_of(ticket.access_links.get())
    assert desk.as_bram.get(f"/t/{token}/").status_code == 200

    response = post(desk.as_bram, ticket, "links-beeindigen")

    assert (response.status_code, response.headers["Location"]) == (303, f"/desk/t/{ticket.reference}/")
    assert desk.as_bram.get(f"/t/{token}/").status_code == 404
