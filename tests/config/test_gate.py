"""The gate in front of a real server and real, badly behaved sockets."""

import contextlib
import errno
import hashlib
import http.client
import json
import time
from pathlib import Path

import pytest

from config import protocol
from config.spool import MIB, Body, Limits, Pace
from tests.config.conftest import is_cut, read_answer, upload

SPOOLED = 300_000
# Far below the ten seconds for which a page would freeze, far above what a busy machine needs.
AT_ONCE_S = 2


def wait_until(is_so, within_s: float = 20) -> bool:
    deadline = time.monotonic() + within_s
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.02)
    return is_so()


@pytest.mark.parametrize("size", [1, 1_000, SPOOLED])
def test_a_body_reaches_the_page_whole_with_its_length(site, size):
    body = bytes(range(256)) * (size // 256 + 1)
    body = body[:size]
    assert site.send(upload(size) + body).status == 200
    assert site.pages.asked == [("/upload/", size, hashlib.sha256(body).hexdigest())]


def test_a_body_in_chunks_gets_a_length_because_wsgi_knows_no_chunks(site):
    chunk = b"x" * 50_000
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for _ in range(4)) + b"0\r\n\r\n"
    head = b"POST /upload/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert site.send(head + chunks).status == 200
    assert site.pages.asked == [("/upload/", 200_000, hashlib.sha256(chunk * 4).hexdigest())]
    assert "HTTP_TRANSFER_ENCODING" not in site.pages.environs[0]


def test_a_body_announced_too_large_is_refused_before_any_of_it_comes(site):
    answer = site.send(upload(110 * MIB + 1))
    assert answer.status == 413
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["connection"] == "close"
    assert site.pages.asked == []


def test_a_client_that_sends_everything_first_still_reads_why_it_was_refused(serve):
    site = serve(body_bytes=MIB)
    client = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
    with contextlib.closing(client):
        client.request("POST", "/upload/", body=b"x" * (20 * MIB))
        assert client.getresponse().status == 413
    assert site.pages.asked == []


def test_chunks_are_cut_off_once_together_they_are_too_large(serve):
    site = serve(body_bytes=200_000)
    with site.connect() as link:
        link.sendall(b"POST /upload/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(3):
            link.sendall(b"%x\r\n%s\r\n" % (100_000, b"x" * 100_000))
        assert read_answer(link).status == 413
    assert site.pages.asked == []


def test_programs_read_a_refusal_as_problem_json(site):
    answer = site.send(upload(110 * MIB + 1, path="/api/v1/tickets/AP-1/attachments"))
    assert answer.headers["content-type"] == "application/problem+json"
    problem = json.loads(answer.body)
    assert (problem["status"], problem["type"], problem["errors"]) == (413, "about:blank", [])
    assert problem["title"]
    assert problem["detail"]


@pytest.mark.parametrize("sent", [b"", b"x" * 500, b"x" * 200_000])
def test_a_cut_upload_never_reaches_the_page(site, sent):
    with site.connect() as link:
        link.sendall(upload(SPOOLED) + sent)
        time.sleep(0.1)
    assert wait_until(lambda: not site.connections and site.gate.spool.receiving == 0)
    assert wait_until(lambda: site.gate.spool.on_disk == 0)
    assert site.pages.asked == []


def test_an_upload_that_stops_is_cut(serve):
    site = serve(window_s=0.3)
    assert site.send(upload(1000) + b"x" * 500).status == 408
    assert site.pages.asked == []


def test_an_upload_that_trickles_is_cut(serve):
    site = serve(window_s=0.5)
    with site.connect() as link:
        link.sendall(upload(1000))
        started = time.monotonic()
        link.settimeout(0.05)
        while time.monotonic() - started < 20:
            link.sendall(b"x")
            with contextlib.suppress(TimeoutError):
                assert link.recv(12, 2) == b"HTTP/1.1 408"  # MSG_PEEK
                break
        link.settimeout(60)
        assert read_answer(link).status == 408
    assert site.pages.asked == []


def second_it_is_cut(bytes_by_second) -> int | None:
    """Play a body that has come so far after each second, for ten minutes."""
    pace = Pace(Limits(), 0)
    return next((second for second in range(600) if not pace.keeps_up(bytes_by_second(second), second)), None)


def test_a_body_that_trickles_is_cut_within_thirty_seconds_however_fast_it_began():
    assert second_it_is_cut(lambda second: second // 10) == 12
    assert second_it_is_cut(lambda second: 10 * MIB + second // 10) == 24
    assert second_it_is_cut(lambda second: 10 * MIB * min(second, 10)) == 24


def test_a_slow_line_may_take_its_time():
    assert second_it_is_cut(lambda second: second * 8_000) is None


def test_eight_threads_and_more_slow_uploads_leave_the_pages_alone(serve):
    site = serve(threads=2)
    with contextlib.ExitStack() as stack:
        links = [stack.enter_context(site.connect()) for _ in range(20)]
        for link in links:
            link.sendall(upload(SPOOLED) + b"x" * 100_000)
        assert site.page_takes_s() < AT_ONCE_S
        for link in links:
            link.sendall(b"x" * (SPOOLED - 100_000))
        assert [read_answer(link).status for link in links] == [200] * 20


def test_readers_that_do_not_read_a_file_leave_the_pages_alone(serve):
    site = serve(threads=1)
    with site.connect() as first, site.connect() as second:
        for link in (first, second):
            link.sendall(b"GET /file/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert wait_until(lambda: len(site.pages.asked) == 2)
        assert site.page_takes_s() < AT_ONCE_S
        assert [hashlib.sha256(read_answer(link).body).hexdigest() for link in (first, second)] == [
            hashlib.sha256(site.pages.large_file.read_bytes()).hexdigest()
        ] * 2


def test_a_reader_that_never_reads_is_cut(serve, monkeypatch):
    monkeypatch.setattr(protocol, "STALLED_S", 0.3)
    site = serve()
    with site.connect() as link:
        link.sendall(b"GET /file/ HTTP/1.1\r\nHost: x\r\n\r\n")
        assert wait_until(lambda: site.pages.asked)
        assert wait_until(lambda: not site.connections)


@pytest.mark.parametrize("head", [b"", b"\r\n", b"GET /page/ HTTP/1.1\r\nX-Slow: "])
def test_slow_headers_are_cut(serve, monkeypatch, head):
    monkeypatch.setattr(protocol, "HEAD_S", 0.5)
    site = serve()
    started = time.monotonic()
    with site.connect() as link:
        link.sendall(head)
        with contextlib.suppress(ConnectionError):
            while not is_cut(link, within_s=0.1) and time.monotonic() - started < 10:
                link.sendall(head[-1:])
        # The server's clock ticks in thousandths of a second and may be one behind.
        assert 0.49 <= time.monotonic() - started < 10
    assert site.pages.asked == []


def test_slow_headers_are_cut_on_a_connection_that_was_used_before(serve, monkeypatch):
    monkeypatch.setattr(protocol, "HEAD_S", 0.5)
    site = serve()
    with site.connect() as link:
        link.sendall(b"GET /page/ HTTP/1.1\r\nHost: x\r\n\r\n")
        assert read_answer(link).status == 200
        link.sendall(b"GET /page/ HTTP/1.1\r\nX-Slow: ")
        assert is_cut(link, within_s=20)


def test_headers_without_end_are_refused(site):
    with site.connect() as link:
        link.sendall(b"GET /page/ HTTP/1.1\r\nX-Long: " + b"x" * 300_000)
        assert read_answer(link).status == 431
    assert site.pages.asked == []


def test_five_hundred_slow_sockets_freeze_nothing_and_are_cut(serve, monkeypatch):
    site = serve()
    # Longer than it takes this machine, as busy as it is, to make five hundred connections: a page costs more than one.
    monkeypatch.setattr(protocol, "HEAD_S", max(2, 500 * max(site.page_takes_s() for _ in range(5))))
    with contextlib.ExitStack() as stack:
        for _ in range(500):
            stack.enter_context(site.connect()).sendall(b"G")
        assert wait_until(lambda: len(site.connections) == 500)
        assert max(site.page_takes_s() for _ in range(5)) < AT_ONCE_S
        assert wait_until(lambda: not site.connections, within_s=protocol.HEAD_S + 20)


def test_the_patience_with_headers_is_less_than_thirty_seconds():
    assert protocol.HEAD_S < 30


@pytest.mark.parametrize(
    "head",
    [
        b"GET /page/ HTTP/1.1\r\nHost: x\r\nX_Forwarded_For: 10.0.0.1\r\n\r\n",
        b"GET /pa%00ge/ HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST /page/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        b"POST /page/ HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /page/ HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
        b"POST /page/ HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        "GET /page/?q=financi\u00ebn HTTP/1.1\r\nHost: x\r\n\r\n".encode(),
        b"\x00\xff nonsense\r\n\r\n",
    ],
)
def test_what_could_be_read_in_two_ways_is_refused(site, head):
    assert site.send(head).status == 400
    assert site.pages.asked == []


def test_a_full_disk_is_a_temporary_refusal(site, monkeypatch):
    def no_space(*_args):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Body, "_write_to_disk", no_space)
    answer = site.send(upload(SPOOLED) + b"x" * SPOOLED)
    assert (answer.status, answer.headers["retry-after"]) == (503, "10")
    assert site.pages.asked == []


def test_bodies_together_may_not_fill_the_disk(serve):
    site = serve(disk_bytes=SPOOLED)
    with site.connect() as link:
        link.sendall(upload(SPOOLED) + b"x" * 200_000)
        # What is left stays in memory, so that this body takes no more of the disk while the other one comes.
        assert wait_until(lambda: site.gate.spool.on_disk >= 200_000 - Limits().memory_bytes)
        refused = site.send(upload(SPOOLED) + b"x" * SPOOLED)
        assert (refused.status, refused.headers["retry-after"]) == (503, "10")
    assert wait_until(lambda: site.gate.spool.on_disk == 0)
    assert site.send(upload(SPOOLED) + b"x" * SPOOLED).status == 200


def test_only_so_many_bodies_come_in_at_once(serve):
    site = serve(bodies=1)
    with site.connect() as link:
        link.sendall(upload(10) + b"x")
        assert wait_until(lambda: site.gate.spool.receiving == 1)
        assert site.send(upload(1) + b"x").status == 503
        link.sendall(b"x" * 9)
        assert read_answer(link).status == 200


def test_nothing_of_an_upload_stays_on_disk(site, tmp_path):
    assert site.send(upload(SPOOLED) + b"x" * SPOOLED).status == 200
    assert list(Path(tmp_path, "spool").iterdir()) == []
    assert wait_until(lambda: site.gate.spool.on_disk == 0)


def test_health_is_answered_while_every_thread_hangs(serve):
    site = serve(threads=1)
    with site.connect() as link:
        link.sendall(b"GET /hangs/ HTTP/1.1\r\nHost: x\r\n\r\n")
        assert wait_until(lambda: site.pages.asked)
        answer = site.send(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert (answer.status, answer.body) == (200, b"ok\n")
        site.pages.go_on.set()
        assert read_answer(link).body == b"page"
