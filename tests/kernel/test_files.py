import errno
import hashlib
from datetime import timedelta

import pytest

from helpdesk.kernel import files


@pytest.fixture
def folder(settings, tmp_path):
    settings.FILES_DIR = tmp_path / "files"
    return settings.FILES_DIR


def names_in(folder):
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_a_file_is_named_by_its_content_and_kept_once(folder):
    first = files.store([b"een ", b"bestand"])
    second = files.store([b"een bestand"])

    assert first == second == files.StoredFile(hashlib.sha256(b"een bestand").hexdigest(), 11)
    assert names_in(folder) == [first.sha256]
    with files.open_file(first.sha256) as stored:
        assert stored.read() == b"een bestand"


def test_a_write_that_breaks_off_leaves_nothing_behind(folder):
    def chunks():
        yield b"half"
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        files.store(chunks())

    assert names_in(folder) == []


def test_only_files_past_an_age_are_called_old(folder):
    stored = files.store([b"nieuw"])

    assert list(files.older_than(timedelta(hours=1))) == []
    assert list(files.older_than(timedelta(seconds=-5))) == [stored.sha256]
