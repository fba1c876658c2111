"""Section 5, phase 2: mail is taken or offered again, and what became of it can be asked."""

import hashlib
import json
import os
import shutil
import subprocess
import sys

import pytest

from tests.contract.installation import ROOT
from tests.contract.mails import deliver, letter, offer, offer_folder, stored_mails, words

KEYS = {"id", "sha256", "state", "reason", "ticket", "subject", "from", "text", "attachments", "verified", "automatic"}
# What a mail server may hand over, none of it readable: no line ends, every byte, no last line.
BINARY = b"From: a@lokeren.example\r\nSubject: \xff\xfe\r\n\r\nregel\nregel\rregel\r\n\x00" + bytes(range(256))


def sha256(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def test_a_mail_that_is_taken_answers_with_an_id_the_same_bytes_with_the_same(product):
    raw = letter()
    first, again, other = offer(product, raw), offer(product, raw), offer(product, letter())
    assert [done.returncode for done in (first, again, other)] == [0, 0, 0]
    assert first.stdout.strip()
    assert first.stdout.count(b"\n") == 1
    assert again.stdout == first.stdout
    assert other.stdout != first.stdout


def test_a_folder_is_taken_file_by_file_whatever_their_names(product):
    same = letter()
    files = {
        "gewone naam.eml": same,
        "-- json": letter(),
        ".verborgen": letter(),
        "regel\neinde": letter(),
        'aan"halings\\teken': letter(),
        "é ij €.eml": same,
        b"\xff\xfe geen tekst": letter(),
    }
    lines = {line["file"]: line for line in offer_folder(product, files)}
    assert set(lines) == {os.fsdecode(name) for name in files}
    assert {name: line["sha256"] for name, line in lines.items()} == {
        os.fsdecode(name): sha256(raw) for name, raw in files.items()
    }
    assert all(set(line) == {"file", "inbound_id", "sha256"} for line in lines.values())
    assert lines["gewone naam.eml"]["inbound_id"] == lines["é ij €.eml"]["inbound_id"]
    assert len({line["inbound_id"] for line in lines.values()}) == len(files) - 1


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PORT", "many"),
        ("EMAIL_URL", "localhost:25"),
        ("DATABASE_URL", "mysql://x"),
        ("DATABASE_URL", "postgres://nobody@127.0.0.1:9/nothing"),
        ("VAR_DIR", "/proc/nowhere"),
    ],
)
def test_where_settings_are_broken_or_the_database_is_away_mail_must_be_offered_again(product, variable, value):
    done = offer(product, letter(), **{variable: value})
    assert (done.returncode, done.stdout) == (75, b"")
    assert done.stderr


def test_where_nothing_can_be_written_mail_must_be_offered_again_and_no_row_speaks_of_it(another_product):
    installation = another_product()
    shutil.rmtree(installation.var / "files", ignore_errors=True)
    (installation.var / "files").write_text("a file where the folder should be")
    refused = offer(installation, letter())
    assert (refused.returncode, refused.stdout) == (75, b"")
    assert stored_mails(installation) == {}
    (installation.var / "files").unlink()
    assert offer(installation, letter()).returncode == 0
    assert len(stored_mails(installation)) == 1


def test_who_cannot_be_told_the_id_must_offer_again(product):
    """Any other code than 75 makes a mail server send the mail back, though we have it."""
    with open("/dev/full", "wb") as full:  # noqa: PTH123 - a device
        command = [sys.executable, "manage.py", "ingest_mail"]
        environment = product.environment() | {"PYTHONUNBUFFERED": ""}
        done = subprocess.run(
            command, check=False, cwd=ROOT, env=environment, input=letter(), stdout=full, stderr=subprocess.PIPE
        )
    assert done.returncode == 75


def test_of_a_folder_what_can_be_taken_is_and_the_rest_must_be_offered_again(product, tmp_path):
    raw = letter()
    (tmp_path / "goed").write_bytes(raw)
    # It opens, and cannot be read.
    (tmp_path / "kapot").symlink_to("/proc/self/mem")
    (tmp_path / "leeg").write_bytes(b"")
    done = product.manage("ingest_mail", "--batch", str(tmp_path))
    assert done.returncode == 75
    (line,) = map(json.loads, done.stdout.splitlines())
    assert (line["file"], line["sha256"]) == ("goed", sha256(raw))
    assert product.manage("ingest_mail", "--batch", str(tmp_path / "nergens")).returncode == 75


def test_an_empty_file_is_no_mail_it_is_named_and_trying_again_is_not_asked(product, tmp_path):
    raw = letter()
    for name, content in (("eerst", b""), ("goed", raw), ("ook leeg", b"")):
        (tmp_path / name).write_bytes(content)
    before = len(stored_mails(product))
    for _time in range(2):
        done = product.manage("ingest_mail", "--batch", str(tmp_path))
        assert done.returncode == os.EX_DATAERR
        (line,) = map(json.loads, done.stdout.splitlines())
        assert (line["file"], line["sha256"]) == ("goed", sha256(raw))
        assert "eerst is empty" in done.stderr
        assert "ook leeg is empty" in done.stderr
        assert "2 files are empty; all others are stored" in done.stderr
    assert len(stored_mails(product)) == before + 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["eerst", "goed", "ook leeg"]
    assert offer(product, b"").returncode == 75


def test_what_became_of_a_mail_can_be_asked_and_it_is_there_byte_for_byte(product):
    text, subject = f"Eerste regel {words()}\r\n\r\nLaatste.", f"Vraag {words()}"
    raw = letter(text, subject=subject, sender="Griet <griet@lokeren.example>")
    vacation = letter(sender="griet@lokeren.example", auto_submitted="auto-replied")
    asked, ignored, odd = deliver(product, raw, vacation, BINARY)
    mails = stored_mails(product)
    assert all(set(mail) == KEYS for mail in mails.values())
    ticket = mails[asked].pop("ticket")
    assert mails[asked] == {
        "id": asked,
        "sha256": sha256(raw),
        "state": "processed",
        "reason": "",
        "subject": subject,
        "from": "griet@lokeren.example",
        "text": mails[asked]["text"],
        "attachments": [],
        "verified": False,
        "automatic": False,
    }
    assert ticket.startswith("AP-")
    assert mails[asked]["text"].split() == text.split()
    assert (mails[ignored]["state"], mails[ignored]["ticket"], mails[ignored]["automatic"]) == ("ignored", None, True)
    assert mails[ignored]["reason"]
    assert (mails[odd]["state"], mails[odd]["from"]) == ("processed", "a@lokeren.example")
    for inbound_id, content in ((asked, raw), (ignored, vacation), (odd, BINARY)):
        done = product.manage_bytes("inbound_mail", "--raw", inbound_id)
        assert (done.returncode, done.stdout == content) == (0, True)


def test_of_a_mail_that_is_not_there_nothing_is_written(product):
    done = product.manage_bytes("inbound_mail", "--raw", "999999999")
    assert (done.returncode > 0, done.stdout) == (True, b"")


def test_the_files_of_a_mail_are_named_and_counted(product):
    picture = bytes(range(256)) * 4
    raw = letter(pictures={"scherm één.png": picture})
    (inbound_id,) = deliver(product, raw)
    assert stored_mails(product)[inbound_id]["attachments"] == [
        {
            "filename": "scherm één.png",
            "content_type": "image/png",
            "size": 1024,
            "sha256": sha256(picture),
        }
    ]
