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


def test_nothing_is_removed_at_the_moment_a_file_comes_into_its_place(folder, monkeypatch):
    stored = files.store([b"oud"])
    os.utime(files.path_of(stored.sha256), (0, 0))
    removed = []
    move = files._move_into_place

    def move_while_another_removes(draft, place):
        removed.append(files.remove(stored.sha256, unused_for=timedelta(days=1)))
        move(draft, place)

    monkeypatch.setattr(files, "_move_into_place", move_while_another_removes)
    files.store([b"oud"])

    assert removed == [False]
    assert names_in(folder) == [stored.sha256]


def test_who_tidies_up_does_not_wait_for_who_holds_the_files(folder):
    stored = files.store([b"oud"])
    os.utime(files.path_of(stored.sha256), (0, 0))
    removed = []
    remover = threading.Thread(target=lambda: removed.append(files.remove(stored.sha256, unused_for=timedelta(days=1))))
    with files.none_removed():
        remover.start()
        remover.join(5)
        assert removed == [False]
        assert names_in(folder) == [stored.sha256]

    assert files.remove(stored.sha256, unused_for=timedelta(days=1)) is True


def test_what_a_killed_process_left_half_written_goes_and_what_is_being_written_stays(folder):
    files.store([b"een"])
    left, fresh = folder / "incoming" / "left", folder / "incoming" / "fresh"
    left.write_bytes(b"half")
    fresh.write_bytes(b"half")
    os.utime(left, (0, 0))

    files.remove_drafts(timedelta(days=1))

    assert (left.exists(), fresh.exists()) == (False, True)
