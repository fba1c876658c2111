"""Without a mail server: each mail one file, whole, once."""

import email
from datetime import timedelta
from email import policy

import pytest
from django.core.mail import EmailMessage

from helpdesk.tickets.models import MessageDelivery
from tests import factories
from tests.integrations.mail.conftest import answer, newest_delivery, send_newest

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(settings, tmp_path):
    settings.EMAIL_BACKEND = "integrations.mail.backends.EmlFolderBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "mail-out"
    return settings.EMAIL_FILE_PATH


def mails(folder):
    return [email.message_from_bytes(path.read_bytes(), policy=policy.default) for path in sorted(folder.iterdir())]


def test_each_mail_is_one_file_in_the_order_they_were_written(folder, question, run_outbox):
    run_outbox()
    for text in ("Een", "Twee"):
        answer(question, text)
    run_outbox()

    assert all(path.suffix == ".eml" for path in folder.iterdir())
    assert [mail["Auto-Submitted"] for mail in mails(folder)] == ["auto-replied", None, None]
    assert [mail.get_body(("plain",)).get_content().count("Twee") for mail in mails(folder)] == [0, 0, 1]


def test_the_envelope_is_in_the_file(folder, answered, run_outbox):
    factories.ticket(requester=("Bo", "bo@gent.example"))
    run_outbox()

    answer_mail, confirmation = sorted(mails(folder), key=lambda mail: mail["Auto-Submitted"] or "")
    assert (confirmation["Return-Path"], confirmation["X-Envelope-To"]) == ("<>", "<bo@gent.example>")
    assert answer_mail["Return-Path"] == f"<{answer_mail['Reply-To']}>"
    assert answer_mail["X-Envelope-To"] == "<an.peeters@aalter.example>"


def test_a_mail_sent_twice_is_one_file(folder, question, run_outbox):
    run_outbox()
    [before] = folder.iterdir()
    MessageDelivery.objects.update(state="queued")
    send_newest()

    assert newest_delivery().attempts == 2
    assert list(folder.iterdir()) == [before]


def test_mails_of_the_same_moment_are_two_files(folder, run_outbox):
    for name in ("An", "Bo"):
        factories.ticket(requester=(name, f"{name}@aalter.example"))
    run_outbox()

    assert len(list(folder.iterdir())) == 2


def test_a_folder_that_cannot_be_written_means_later_and_leaves_nothing(folder, question, run_outbox):
    folder.write_text("a file where the folder should be")
    run_outbox()

    assert newest_delivery().state == "queued"
    assert "mail-out" in newest_delivery().last_error


def test_a_full_disk_leaves_no_half_mail(folder, question, run_outbox, monkeypatch):
    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("integrations.mail.backends.os.fsync", full)
    run_outbox()

    assert (list(folder.iterdir()), newest_delivery().state) == ([], "queued")
    assert "No space left on device" in newest_delivery().last_error


def test_a_mail_not_ours_is_kept_too(folder):
    assert EmailMessage("Subject", "Text", "us@contactpunt.example", ["an@aalter.example"]).send() == 1

    [mail] = mails(folder)
    assert (mail["Return-Path"], mail["X-Envelope-To"]) == ("<us@contactpunt.example>", "<an@aalter.example>")


def test_the_name_of_the_file_says_when_it_was_owed(folder, question, run_outbox):
    run_outbox()
    MessageDelivery.objects.update(state="queued", created_at=newest_delivery().created_at - timedelta(days=1))
    send_newest()

    owed = newest_delivery().created_at
    assert min(folder.iterdir()).name.startswith(f"{owed:%Y%m%dT%H%M%S.%f}Z-")
