"""Files that wait for a form or a message, and how they go."""

import os
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from helpdesk.accounts.actors import Visitor
from helpdesk.kernel import files
from helpdesk.tickets.content import store_upload
from helpdesk.tickets.models import Attachment, KeptUpload
from helpdesk.tickets.services import forget_unused_files, keep_upload
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


def test_a_file_that_comes_back_while_it_is_being_forgotten_stays(monkeypatch):
    forgotten = old_file(b"nog eens")
    look = uploads_service._is_used

    def look_then_come_back(sha256):
        answer = look(sha256)
        factories.ticket(uploads=(store_upload(filename="scherm.png", chunks=[b"nog eens"]),))
        return answer

    monkeypatch.setattr(uploads_service, "_is_used", look_then_come_back)

    assert forget_unused_files() == 0

    assert Attachment.objects.get().sha256 == forgotten.sha256
    assert files.path_of(forgotten.sha256).exists()
