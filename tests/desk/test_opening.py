"""A ticket for somebody on the phone."""

import pytest

from helpdesk.tickets.models import Ticket
from tests import factories

CALL = {
    "email": "jan@aalter.example",
    "name": "Jan Aerts",
    "organisation": "",
    "application": "",
    "subject": "Kan niet aanmelden",
    "body": "Ziet een wit scherm",
}


def test_a_call_becomes_a_ticket_and_the_agent_lands_on_it(desk):
    response = desk.as_bram.post("/desk/nieuw/", CALL)

    ticket = Ticket.objects.get()
    assert (response.status_code, response.headers["Location"]) == (303, f"/desk/t/{ticket.reference}/")
    assert (ticket.channel, ticket.identity_assurance, ticket.requester.name) == ("phone", "unverified", "Jan Aerts")


def test_sending_the_form_twice_opens_one_ticket(desk):
    form_id = str(desk.as_bram.get("/desk/nieuw/").context["form"]["form_id"].value())

    places = [desk.as_bram.post("/desk/nieuw/", CALL | {"form_id": form_id}).headers["Location"] for _ in range(2)]

    assert places == [f"/desk/t/{Ticket.objects.get().reference}/"] * 2


def test_whom_the_agent_knows_is_vouched_for_with_a_reason(desk):
    refused = desk.as_bram.post("/desk/nieuw/", CALL | {"is_known": "on"})
    assert (refused.status_code, Ticket.objects.count()) == (422, 0)

    desk.as_bram.post("/desk/nieuw/", CALL | {"is_known": "on", "vouched_reason": "Teruggebeld"})
    ticket = Ticket.objects.get()
    assert (ticket.identity_assurance, ticket.vouched_reason) == ("vouched", "Teruggebeld")


def test_a_reason_alone_vouches_for_nobody(desk):
    desk.as_bram.post("/desk/nieuw/", CALL | {"vouched_reason": "Teruggebeld"})

    assert Ticket.objects.get().identity_assurance == "unverified"


def test_an_administration_that_is_known_is_linked_and_another_is_kept_as_typed(desk):
    aalst = factories.organisation("Aalst", kbo_number="0207437468")
    desk.as_bram.post("/desk/nieuw/", CALL | {"organisation": "0207.437.468", "subject": "1"})
    desk.as_bram.post("/desk/nieuw/", CALL | {"organisation": "Gemeente Nergens", "subject": "2"})

    known, unknown = Ticket.objects.order_by("pk")
    assert (known.organisation, known.organisation_is_proven) == (aalst, False)
    assert (unknown.organisation, unknown.organisation_claim) == (None, "Gemeente Nergens")


def test_a_ticket_for_a_queue_of_others_is_opened_and_said_where(desk):
    routed = factories.application("ander", queue=desk.other)

    response = desk.as_bram.post("/desk/nieuw/", CALL | {"application": str(routed.pk)}, follow=True)

    assert response.redirect_chain == [("/desk/", 303)]
    assert f"Ticket {Ticket.objects.get().reference} staat in de wachtrij" in response.content.decode()


@pytest.mark.parametrize("missing", ["email", "name", "subject", "body"])
def test_what_is_needed_is_said_and_what_was_typed_stays(desk, missing):
    response = desk.as_bram.post("/desk/nieuw/", CALL | {missing: " "})

    page = response.content.decode()
    assert (response.status_code, Ticket.objects.count()) == (422, 0)
    assert all(value in page for name, value in CALL.items() if name != missing)


def test_a_known_address_offers_who_asked_before_in_the_agents_own_queues(desk):
    aalst = factories.organisation("Aalst")
    factories.ticket("1", requester=("Jan Aerts", "jan@aalter.example"), organisation=aalst)
    factories.ticket("2", requester=("Jan Aerts", "jan@aalter.example"), organisation=aalst)
    elsewhere = factories.application("ander", queue=desk.other)
    factories.ticket("3", requester=("Jan De Geheime", "jan@aalter.example"), application=elsewhere)

    response = desk.as_bram.post("/desk/nieuw/", {"email": " JAN@aalter.example", "body": "Al getypt", "find": ""})

    assert [(person.name, person.tickets) for person in response.context["known"]] == [("Jan Aerts", 2)]
    assert "Jan De Geheime" not in response.content.decode()
    assert "Al getypt" in response.content.decode()
    assert Ticket.objects.count() == 3


def test_who_is_chosen_is_filled_in(desk):
    aalst = factories.organisation("Aalst")
    factories.ticket(requester=("Jan Aerts", "jan@aalter.example"), organisation=aalst)

    response = desk.as_bram.post("/desk/nieuw/", {"email": "jan@aalter.example", "body": "Al getypt", "find": "0"})

    form = response.context["form"]
    assert [form[name].value() for name in ("name", "email", "organisation", "body")] == [
        "Jan Aerts", "jan@aalter.example", "Aalst (gemeente)", "Al getypt"
    ]  # fmt: skip
