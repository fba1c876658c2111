import errno
import hashlib
import os
import threading
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


def test_an_old_file_that_is_stored_again_stays(folder):
    stored = files.store([b"oud"])
    os.utime(files.path_of(stored.sha256), (0, 0))
    assert list(files.older_than(timedelta(days=1))) == [stored.sha256]

    files.store([b"oud"])

    assert files.remove(stored.sha256, unused_for=timedelta(days=1)) is False
    assert names_in(folder) == [stored.sha256]
    os.utime(files.path_of(stored.sha256), (0, 0))
    assert files.remove(stored.sha256, unused_for=timedelta(days=1)) is True
    assert names_in(folder) == []


def test_removing_waits_until_a_file_is_in_its_place(folder, monkeypatch):
    stored = files.store([b"oud"])
    os.utime(files.path_of(stored.sha256), (0, 0))
    removed = []
    remover = threading.Thread(target=lambda: removed.append(files.remove(stored.sha256, unused_for=timedelta(days=1))))
    move = files._move_into_place

    def move_slowly(draft, place):
        remover.start()
        remover.join(0.2)
        assert removed == []
        move(draft, place)

    monkeypatch.setattr(files, "_move_into_place", move_slowly)
    files.store([b"oud"])
    remover.join()

    assert removed == [False]
    assert names_in(folder) == [stored.sha256]


def test_what_a_killed_process_left_half_written_goes_and_what_is_being_written_stays(folder):
    files.store([b"een"])
    left, fresh = folder / "incoming" / "left", folder / "incoming" / "fresh"
    left.write_bytes(b"half")
    fresh.write_bytes(b"half")
    os.utime(left, (0, 0))

    files.remove_drafts(timedelta(days=1))

    assert (left.exists(), fresh.exists()) == (False, True)
