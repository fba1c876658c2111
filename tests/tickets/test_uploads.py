"""Files that wait for a form or a message, and how they go."""

import os
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from helpdesk.accounts.actors import Visitor
from helpdesk.kernel import files
from helpdesk.tickets.content import store_upload
from helpdesk.tickets.models import Attachment, KeptUpload
from helpdesk.tickets.services import NewMessage, attach_file, forget_unused_files, keep_upload, reply_to_ticket
from helpdesk.tickets.services import uploads as uploads_service
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.FILES_DIR = tmp_path / "files"


def old_file(content: bytes):
    upload = store_upload(filename="scherm.png", chunks=[content])
    os.utime(files.path_of(upload.sha256), (0, 0))
    return upload


def test_files_nobody_used_go_and_files_of_a_message_stay():
    used, forgotten = old_file(b"van een bericht"), old_file(b"van niemand")
    ticket = factories.ticket(uploads=(used,))
    os.utime(files.path_of(used.sha256), (0, 0))

    assert forget_unused_files() == 1

    assert files.path_of(used.sha256).exists()
    assert not files.path_of(forgotten.sha256).exists()
    assert Attachment.objects.filter(ticket=ticket).count() == 1


def test_a_kept_file_lives_two_hours():
    kept = keep_upload(actor=Visitor(), browser="b", upload=old_file(b"bewaard"))

    assert forget_unused_files() == 0

    with time_machine.travel(timezone.now() + timedelta(hours=2, seconds=1)):
        assert forget_unused_files() == 1
    assert not KeptUpload.objects.filter(pk=kept.pk).exists()
    assert not files.path_of(kept.sha256).exists()


def test_what_was_uploaded_and_never_sent_goes_after_a_day_with_its_file():
    ticket = factories.ticket()
    actor = factories.actor(factories.agent(queues=(ticket.queue,)))
    unsent = attach_file(actor=actor, ticket=ticket, upload=old_file(b"nooit verstuurd"))
    sent = attach_file(actor=actor, ticket=ticket, upload=old_file(b"verstuurd"))
    reply_to_ticket(actor=actor, ticket=ticket, new=NewMessage(body="Zie bijlage.", attachments=[sent.pk]))

    with time_machine.travel(timezone.now() + timedelta(hours=23)):
        fresh = attach_file(actor=actor, ticket=ticket, upload=old_file(b"van daarnet"))
        assert forget_unused_files() == 0
    with time_machine.travel(timezone.now() + timedelta(hours=24, seconds=1)):
        assert forget_unused_files() == 1

    assert set(Attachment.objects.values_list("pk", flat=True)) == {sent.pk, fresh.pk}
    assert [files.path_of(row.sha256).exists() for row in (unsent, sent, fresh)] == [False, True, True]


def test_a_file_another_message_has_too_stays_when_the_unsent_one_goes():
    upload = old_file(b"twee keer")
    ticket = factories.ticket(uploads=(upload,))
    actor = factories.actor(factories.agent(queues=(ticket.queue,)))
    attach_file(actor=actor, ticket=ticket, upload=upload)

    with time_machine.travel(timezone.now() + timedelta(hours=24, seconds=1)):
        assert forget_unused_files() == 0

    assert Attachment.objects.get().message is not None
    assert files.path_of(upload.sha256).exists()


def test_an_unsent_upload_is_found_and_forgotten_in_one_statement():
    """Between two, a message could take the file along and then lose it."""
    ticket = factories.ticket()
    actor = factories.actor(factories.agent(queues=(ticket.queue,)))
    attach_file(actor=actor, ticket=ticket, upload=old_file(b"nooit verstuurd"))

    with time_machine.travel(timezone.now() + timedelta(days=2)), CaptureQueriesContext(connection) as captured:
        forget_unused_files()

    about_attachments = [query["sql"] for query in captured if "tickets_attachment" in query["sql"]]
    assert about_attachments[0].startswith("DELETE")


def test_a_file_that_comes_back_while_it_is_being_forgotten_stays(monkeypatch):
    forgotten = old_file(b"nog eens")
    look = uploads_service.is_named

    def look_then_come_back(sha256):
        answer = look(sha256)
        factories.ticket(uploads=(store_upload(filename="scherm.png", chunks=[b"nog eens"]),))
        return answer

    monkeypatch.setattr(uploads_service, "is_named", look_then_come_back)

    assert forget_unused_files() == 0

    assert Attachment.objects.get().sha256 == forgotten.sha256
    assert files.path_of(forgotten.sha256).exists()
