"""What the two commands say, ask and leave."""

import errno
import io
import os
import re

import pytest
from django.core.management import CommandError, call_command

from config.backups import taking
from helpdesk.kernel import files
from helpdesk.tickets.models import Attachment, Ticket
from tests import factories
from tests.config.backups.pieces import restored

pytestmark = pytest.mark.django_db(transaction=True)


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(("answer", "stays"), [("yes\n", False), ("Yes\n", False), ("ja\n", True), ("\n", True)])
def test_somebody_at_a_terminal_is_asked_first(path, monkeypatch, capsys, answer, stays):
    factories.ticket("Van na de back-up")
    monkeypatch.setattr("sys.stdin", Terminal(answer))
    if stays:
        with pytest.raises(CommandError, match=r"Nothing was changed\."):
            restored(path)
    else:
        restored(path)
    assert "2 tickets and 0 accounts" in capsys.readouterr().out
    assert Ticket.objects.filter(subject="Van na de back-up").exists() is stays


def test_a_program_is_not_asked(path, monkeypatch):
    monkeypatch.setattr("builtins.input", lambda _question: pytest.fail("asked"))
    monkeypatch.setattr("sys.stdin", io.StringIO())
    restored(path)


def test_messages_stand_on_stderr_and_numbers_on_stdout(path, tmp_path, capsys):
    call_command("backup", str(tmp_path / "other.tar"))
    call_command("restore", str(tmp_path / "other.tar"))
    spoken = capsys.readouterr()
    assert spoken.out == ""
    assert re.search(r"Backed up \d+ rows and 1 files \(16 bytes\) in \d+\.\d s: ", spoken.err)
    assert re.search(r"Restored \d+ rows and 1 files \(16 bytes\) in \d+\.\d s: ", spoken.err)


def test_a_file_that_is_gone_is_named_and_there_is_no_backup(ticket, tmp_path):
    attachment = Attachment.objects.get()
    files.path_of(attachment.sha256).unlink()
    with pytest.raises(CommandError, match=f"{attachment.sha256} of Attachment {attachment.pk} is gone"):
        call_command("backup", str(tmp_path / "backup.tar"))
    assert [path.name for path in tmp_path.iterdir()] == ["files"]


def test_a_file_that_rotted_is_named_and_the_former_backup_stays(path, tmp_path):
    former = path.read_bytes()
    files.path_of(Attachment.objects.get().sha256).write_bytes(b"iets anders")
    with pytest.raises(CommandError, match="is damaged"):
        call_command("backup", str(path))
    assert path.read_bytes() == former
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup.tar", "files"]


def test_a_full_disk_leaves_no_half_backup(ticket, tmp_path, monkeypatch):
    def full(_handle):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(taking.os, "fsync", full)
    with pytest.raises(CommandError, match=r"backup\.tar: No space left on device"):
        call_command("backup", str(tmp_path / "backup.tar"))
    assert [path.name for path in tmp_path.iterdir()] == ["files"]


@pytest.mark.parametrize("where", ["", "nergens/backup.tar"])
def test_a_place_where_no_file_can_be_is_refused(ticket, tmp_path, where):
    with pytest.raises(CommandError, match=r"This is a folder|No such file"):
        call_command("backup", str(tmp_path / where))
    assert [path.name for path in tmp_path.iterdir()] == ["files"]


def test_only_its_owner_reads_a_backup(path):
    assert path.stat().st_mode & 0o777 == 0o600
