"""What the desk asks of the database, whatever the number of rows. Session and actor are two of them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from helpdesk.tickets.services import NewMessage, change_ticket, reply_to_ticket
from tests import factories

SIGNED_IN = 2


def talk(desk, ticket, messages):
    """Give the ticket this many messages of both sides, each with a file and a mail or a submission."""
    for number in range(1, messages):
        file = SimpleUploadedFile(f"{number}.txt", b"x")
        address = f"/desk/t/{ticket.reference}/{'antwoord' if number % 2 else 'nota'}/"
        desk.as_nadia.post(address, {"body": f"Bericht {number}", "attachments": [file]})
        reply_to_ticket(actor=factories.guest(ticket), ticket=ticket, new=NewMessage(body="Nog iets"))


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("parameters", ["", "?view=all&order=priority", "?view=mine", "?view=queue-intake"])
def test_the_list_takes_four_queries(desk, assert_statements, rows, parameters):
    aalst, loket = factories.organisation(), factories.application()
    for number in range(rows):
        ticket = factories.ticket(str(number), organisation=aalst, application=loket)
        change_ticket(actor=factories.actor(desk.bram), ticket=ticket, assignee=desk.bram)

    with assert_statements(SIGNED_IN + 4):
        desk.as_bram.get(f"/desk/{parameters}")


def test_the_next_page_takes_no_more(desk, assert_statements, monkeypatch):
    monkeypatch.setattr("helpdesk.tickets.selectors.PAGE", 2)
    for number in range(5):
        factories.ticket(str(number))
    cursor = desk.as_bram.get("/desk/").context["page"].next_cursor

    with assert_statements(SIGNED_IN + 4):
        desk.as_bram.get("/desk/", {"cursor": cursor})


@pytest.mark.parametrize("messages", [1, 3])
def test_the_ticket_takes_eight_queries(desk, assert_statements, messages):
    ticket = factories.ticket(organisation=factories.organisation(), application=factories.application())
    talk(desk, ticket, messages)

    with assert_statements(SIGNED_IN + 8):
        desk.as_bram.get(f"/desk/t/{ticket.reference}/")


def test_reading_writes_nothing(desk, django_assert_num_queries):
    ticket = factories.ticket()

    with django_assert_num_queries(SIGNED_IN + 8) as captured:
        desk.as_bram.get(f"/desk/t/{ticket.reference}/")

    assert {query["sql"].split()[0] for query in captured.captured_queries} == {"SELECT"}
