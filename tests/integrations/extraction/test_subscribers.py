"""From a file with a message to words that find its ticket."""

import pytest

from helpdesk.accounts.actors import System
from helpdesk.kernel import files
from helpdesk.kernel.models import EventDelivery
from helpdesk.tickets.content import Upload
from helpdesk.tickets.models import AttachmentText, Ticket
from helpdesk.tickets.search import Tickets
from helpdesk.tickets.services import NewMessage, add_note
from integrations.extraction import subscribers
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.FILES_DIR = tmp_path / "files"


def upload(content: bytes, filename: str) -> Upload:
    stored = files.store([content])
    return Upload(filename=filename, content_type="text/plain", size=stored.size, sha256=stored.sha256)


def test_the_words_in_a_file_find_its_ticket_and_hold_no_rijksregisternummer(run_outbox):
    ticket = factories.ticket(uploads=[upload(b"Schermafdruk: gebruiker 85.07.30-033.28 heeft geen recht", "fout.txt")])
    Ticket.objects.filter(pk=ticket.pk).update(identity_assurance="mail_verified")

    run_outbox()

    (document,) = Tickets().documents([ticket.pk])
    assert "fout.txt\nSchermafdruk: gebruiker ••.••.••-•••.•• heeft geen recht" in document.text
    assert document.audience == {f"queue:{ticket.queue_id}", f"asked:{ticket.requester_id}"}


def test_the_words_in_a_file_with_a_note_stay_inside(run_outbox):
    ticket = factories.ticket()
    Ticket.objects.filter(pk=ticket.pk).update(identity_assurance="mail_verified")
    add_note(
        actor=System(), ticket=ticket, new=NewMessage(body="zie bijlage", uploads=[upload(b"GEHEIM", "intern.txt")])
    )

    run_outbox()

    inside, asked = Tickets().documents([ticket.pk])
    assert "GEHEIM" in inside.text
    assert "GEHEIM" not in asked.text
    assert "intern" not in asked.text


def test_a_file_that_cannot_be_read_is_tried_once_and_has_no_words(run_outbox):
    ticket = factories.ticket(uploads=[upload(b"%PDF-1.4 broken", "kapot.pdf")])

    run_outbox()

    assert AttachmentText.objects.get(attachment__ticket=ticket).text == ""
    assert set(EventDelivery.objects.values_list("state", flat=True)) == {"done"}


def test_a_message_without_files_asks_nothing_of_the_reader(run_outbox):
    factories.ticket()
    run_outbox()

    assert not EventDelivery.objects.filter(subscriber__contains="extraction").exists()


def test_files_of_strangers_are_opened_in_a_lane_of_their_own_and_within_a_budget(run_outbox, monkeypatch):
    monkeypatch.setattr(subscribers, "BUDGET_S", -1.0)
    factories.ticket(uploads=[upload(b"woorden", "lang.txt")])

    run_outbox()

    assert AttachmentText.objects.get().text == ""
    assert EventDelivery.objects.get(subscriber__contains="extraction").lane == "files"
