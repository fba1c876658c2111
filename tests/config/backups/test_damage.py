"""What is not whole, not ours or not of this version is refused before anything is written."""

import io
import json
import random
import tarfile

import pytest
from django.core.management import CommandError, call_command

from config.backups import contents
from config.backups.errors import BackupError, DamagedError
from config.backups.manifest import Manifest, require_same_shape
from tests.config.backups.pieces import CONTENT, check, everything, parts_of, restored, written

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("seed", range(4))
def test_no_byte_can_be_changed_unnoticed(path, tmp_path, seed):
    """Either it is refused, or what it holds is the same: padding says nothing."""
    whole, good = path.read_bytes(), parts_of(path)
    chance = random.Random(seed)  # noqa: S311 - the same bytes each time
    refused = 0
    for place in chance.sample(range(len(whole)), 60):
        altered = bytearray(whole)
        altered[place] ^= 1 << chance.randrange(8)
        path.write_bytes(altered)
        try:
            check(path)
        except DamagedError:
            refused += 1
            continue
        # The header of a gzip file has bytes without meaning; all rows were read and their hash is right.
        changed = {name for name, content in parts_of(path).items() if content != good[name]}
        assert all(name.startswith("tables/") for name in changed)
    assert refused > 20


def test_a_backup_that_is_cut_off_is_refused_wherever_it_ends(path):
    whole = path.read_bytes().rstrip(b"\0")
    for length in random.Random(1).sample(range(len(whole)), 60):  # noqa: S311 - the same places each time
        path.write_bytes(whole[:length])
        with pytest.raises(DamagedError):
            check(path)


@pytest.mark.parametrize("content", [b"", b"geen back-up", b"PK\x03\x04" * 400, bytes(4096)])
def test_another_file_is_no_backup_and_changes_nothing(ticket, tmp_path, content):
    before = everything()
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(CommandError, match=r"x: (This is no backup|The backup is incomplete)"):
        restored(tmp_path / "x")
    assert everything() == before


def test_a_backup_that_is_not_there_is_one_line(db, tmp_path):
    with pytest.raises(CommandError, match=r"nergens\.tar: No such file or directory"):
        restored(tmp_path / "nergens.tar")


@pytest.mark.parametrize("name", ["../../etc/passwd", "files/../../x", "files/ABC", "/x", "tables/../x"])
def test_a_name_that_leads_elsewhere_is_refused(path, name):
    written(path, {name: b"x", **parts_of(path)})
    with pytest.raises(DamagedError):
        check(path)


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE])
def test_anything_but_a_plain_file_is_refused(tmp_path, kind):
    with tarfile.open(tmp_path / "x.tar", "w") as archive:
        member = tarfile.TarInfo(f"files/{'a' * 64}")
        member.type, member.linkname = kind, "/etc/passwd"
        archive.addfile(member)
    with pytest.raises(DamagedError, match="does not belong in it"):
        check(tmp_path / "x.tar")


def test_a_file_of_another_name_or_twice_is_refused(path, ticket):
    parts = parts_of(path)
    name = f"files/{ticket.attachments.get().sha256}"
    written(path, {**parts, name: b"iets anders"})
    with pytest.raises(DamagedError, match="is not what it was"):
        check(path)
    written(path, {key: content for key, content in parts.items() if key != name})
    with pytest.raises(DamagedError, match="its files are not those"):
        check(path)


def test_a_manifest_that_was_changed_by_hand_is_refused(path):
    parts = parts_of(path)
    parts[contents.MANIFEST] = parts[contents.MANIFEST].replace(b'"rows": 1,', b'"rows": 2,', 1)
    written(path, parts)
    with pytest.raises(DamagedError, match="its manifest is not whole"):
        check(path)


def changed_manifest(path, **changes):
    """Write the backup as another product would have: whole, but with another manifest."""
    parts = parts_of(path)
    manifest = json.loads(parts[contents.MANIFEST]) | changes
    text = json.dumps(manifest).encode()
    return written(path, {**parts, contents.MANIFEST: text, contents.MANIFEST_SHA256: contents.sha256_line(text)})


def test_a_form_of_later_is_refused(path):
    changed_manifest(path, format=2)
    with pytest.raises(DamagedError, match="does not know"):
        check(path)


def test_other_migrations_are_named_and_nothing_is_changed(path):
    migrations = check(path).migrations
    changed_manifest(path, migrations=[*migrations, "tickets.0999_later"], version="9.9")
    before = everything()
    with pytest.raises(CommandError, match=r"of version 9\.9 .* \(tickets\.0999_later\)\. Restore it with the version"):
        restored(path)
    assert everything() == before


def test_other_columns_are_refused(path):
    manifest: Manifest = check(path)
    manifest.tables["tickets.Ticket"].columns.reverse()
    with pytest.raises(BackupError, match="not the tables of this version"):
        require_same_shape(manifest)


def test_a_database_of_another_version_is_neither_backed_up_nor_replaced(path, monkeypatch, tmp_path):
    before = everything()
    applied = check(path).migrations[1:]
    monkeypatch.setattr("config.backups.manifest.applied_migrations", lambda: applied)
    for command in ("backup", "restore"):
        with pytest.raises(CommandError, match=r"run manage\.py prepare first"):
            call_command(command, str(path), stderr=io.StringIO())
    assert everything() == before


def test_a_backup_is_an_archive_that_others_can_open(path, ticket):
    with tarfile.open(path) as archive:
        names = archive.getnames()
        assert names[-2:] == [contents.MANIFEST, contents.MANIFEST_SHA256]
        stored = archive.extractfile(f"files/{ticket.attachments.get().sha256}")
        assert stored.read() == CONTENT
