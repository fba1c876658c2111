"""Mails made to cost minutes or gigabytes, on the real process: each costs itself alone."""

import resource
import time
from pathlib import Path
from typing import ClassVar

import pytest

from integrations.mail.parsing.parsed import UnprocessableError
from integrations.mail.reader import reader
from integrations.mail.reader.child_process import ChildProcess
from integrations.mail.reader.reader import Reader
from tests.integrations.mail.parsing.messages import HEAD, mail, multipart, part, plain
from tests.stopwatch import held_up_s

MEGABYTE = 1024 * 1024
MOST_MEMORY_KB = 300_000
MOST_SECONDS = 5.0
ATTACHMENT = {"content_type": "application/octet-stream; name=a.bin"}
HTML = {"content_type": "text/html"}


def nested(depth, inner=b""):
    levels = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (level, level) for level in range(depth)
    )
    return HEAD + levels + b"\n" + inner


def nested_messages(depth):
    return HEAD + b"Content-Type: message/rfc822\n\n" * depth


def base64_of(size):
    return b"QUJD" * 19 * (size // 77) + b"\n"


BOMBS = {
    "nested a thousand times": (lambda: nested(1000), "depth"),
    "nested fifty times around 40 MB of delimiters": (lambda: nested(50, b"--b0 \0" * 6 * MEGABYTE), "parts"),
    "nested fifty times around 50 MB of dashes": (lambda: nested(50, b"-" * 49 * MEGABYTE), None),
    "messages nested two thousand times": (lambda: nested_messages(2000), None),
    "ten thousand parts": (lambda: HEAD + multipart("mixed", [b""] * 10_000), "parts"),
    "a thousand texts in HTML": (lambda: HEAD + multipart("mixed", [part(b"<p>x" * 1000, **HTML)] * 998), None),
    "delimiters only": (lambda: mail(b"--a\n" * 12 * MEGABYTE, content_type="multipart/mixed; boundary=a"), "parts"),
    "twenty thousand addresses": (lambda: mail(to=b"a@x.example, " * 20_000), None),
    "four long fields of addresses": (lambda: (b"To: " + b"a\\," * 20_000 + b"\n") * 4 + b"\nDag", None),
    "a megabyte of encoded words": (lambda: mail(subject=b"=?utf-8?q?a?= " * 75_000), "header_block"),
    "encoded words that never end": (lambda: mail(head=b"", subject=b"=?utf-8?q?" * 25_000), None),
    "encoded words far apart": (lambda: mail(head=b"", subject=b"?=" + b" " * 250_000 + b"=?"), None),
    "parameters": (lambda: mail(content_type=b"text/plain" + b";a=b" * 50_000), None),
    "parameters of quotes": (lambda: mail(content_type=b"text/plain" + b';"a="' * 40_000), None),
    "segments of a file name": (
        lambda: mail(content_type=b"a/b" + b"".join(b";name*%d*=%%41" % number for number in range(12_000))), None,
    ),
    "4 kB of brackets": (lambda: mail(head=b"", **{"from": b"(" * 4096}), None),
    "200 kB of brackets": (lambda: mail(head=b"", to=b"(" * 200_000), None),
    "angle brackets": (lambda: mail(head=b"", **{"from": b"<" * 60_000}), None),
    "a field of 50 MB": (lambda: b"Subject: " + b"a" * 49 * MEGABYTE, "header_block"),
    "a field of 25 million lines": (lambda: b"Subject: a\n" + b" \n" * 24 * MEGABYTE, "header_block"),
    "no field at all in 50 MB": (lambda: b"a" * 49 * MEGABYTE, None),
    "NUL everywhere": (lambda: b"\0" * 10 * MEGABYTE, None),
    "NUL between": (lambda: b"\0".join(bytes([byte]) for byte in mail(b"abc" * 100_000)), None),
    "lines only": (lambda: b"\n" * 50 * MEGABYTE, None),
    "bytes that are no UTF-8": (lambda: mail(b"\xff" * 49 * MEGABYTE), None),
    "letters of four bytes": (lambda: mail("😀".encode() * 12 * MEGABYTE), None),
    "marks piled on one letter": (lambda: mail(b"e" + "\u0301\u0316".encode() * 400_000), None),
    "quote marks that flow": (lambda: mail(b"> a \n" * MEGABYTE, content_type="text/plain; format=flowed"), None),
    "HTML nested 64,000 deep": (lambda: mail(b"<div>" * 64_000, **HTML), None),
    "HTML that never opens": (lambda: mail(b"<" * 2 * MEGABYTE, **HTML), None),
    "HTML of half tags": (lambda: mail(b"<a href='" * 400_000, **HTML), None),
    "a file of 50 MB": (lambda: mail(base64_of(49 * MEGABYTE), content_transfer_encoding="base64", **ATTACHMENT), None),
    "a file of 50 MB without padding": (
        lambda: mail(base64_of(49 * MEGABYTE) + b"QQ", content_transfer_encoding="base64", **ATTACHMENT), None,
    ),
    "50 MB of quoted-printable": (
        lambda: mail(b"=41" * 16 * MEGABYTE, content_transfer_encoding="quoted-printable", **ATTACHMENT), None,
    ),
    "a thousand files": (lambda: HEAD + multipart("mixed", [part(b"x" * 50_000, **ATTACHMENT)] * 998), None),
}  # fmt: skip


class WatchedChild(ChildProcess):
    """Notes what each mail costs it in seconds and memory; when it is killed for that, its end is counted too.

    The seconds are those by the clock until it answers or is given up, where nothing else runs, or those it computed
    from its start to its end, whichever are more.
    """

    costs: ClassVar[list[tuple[float, int]]] = []

    def ask(self, raw, *, deadline):
        self.began = time.monotonic() - held_up_s()
        answer = super().ask(raw, deadline=deadline)
        self.costs.append((self.waited_s, most_memory_kb(self.pid)))
        return answer

    def kill(self):
        waited_s, memory_kb, before_s = self.waited_s, most_memory_kb(self.pid), computed_s()
        ended = super().kill()
        self.costs.append((max(waited_s, computed_s() - before_s), memory_kb))
        return ended

    @property
    def waited_s(self):
        return time.monotonic() - held_up_s() - self.began


def computed_s():
    """Return the processor time of all the processes we started and that ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.fixture(scope="module")
def beside():
    with pytest.MonkeyPatch.context() as patch, Reader() as started:
        patch.setattr(reader, "ChildProcess", WatchedChild)
        yield started


def most_memory_kb(pid):
    """Return the most a process ever held; of one that is gone only the system knew."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return 0
    return int(status.partition("VmHWM:")[2].split()[0])


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_costs_little_and_its_neighbours_nothing(beside, name):
    make, code = BOMBS[name]
    bomb = make()
    before = beside.read(HEAD + multipart("mixed", [plain("Voor"), part(b"\0", **ATTACHMENT)]))
    WatchedChild.costs.clear()
    refusal = None
    try:
        beside.read(bomb)
    except UnprocessableError as error:
        refusal = error.code
    costs = list(WatchedChild.costs)
    after = beside.read(HEAD + multipart("mixed", [plain("Na"), part(b"\0", **ATTACHMENT)]))

    # On a busy machine any of them may be out of time, and is tried once more: that, too, is its own end.
    assert refusal in {code, "time"}
    assert len(costs) == 2 if refusal == "time" else len(costs) in {1, 2}
    assert max(seconds for seconds, _ in costs) <= MOST_SECONDS
    assert max(memory_kb for _, memory_kb in costs) <= MOST_MEMORY_KB
    assert (before.text, after.text) == ("Voor", "Na")
    assert [each.content for each in after.parsed.attachments] == [b"\0"]
