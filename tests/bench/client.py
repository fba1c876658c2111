"""A lean HTTP client in a process of its own, so that measuring costs the server as little as can be.

Reads prepared requests as JSON from stdin, sends each over one of a few connections that stay open, and writes when
each began, how long it took and what status came back.
"""

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CHUNK = 65_536
END_OF_HEAD = b"\r\n\r\n"


@dataclass(frozen=True)
class Sample:
    """One answered request; `began` by the clock of `time.monotonic()`."""

    began: float
    seconds: float
    status: int


def exchange(port: int, requests: Sequence[bytes], *, clients: int = 1) -> list[Sample]:
    """Send the requests from another process, each client one after the other; return the samples in their order."""
    order = {"port": port, "clients": clients, "requests": [request.decode("latin1") for request in requests]}
    command = [sys.executable, "-m", "tests.bench.client"]
    done = subprocess.run(command, check=True, cwd=ROOT, input=json.dumps(order), capture_output=True, text=True)
    return [Sample(**sample) for sample in json.loads(done.stdout)]


class Connection:
    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._received = bytearray()

    def send(self, request: bytes) -> Sample:
        began = time.monotonic()
        self._socket.sendall(request)
        status = self._read_answer()
        return Sample(began, time.monotonic() - began, status)

    def _read_answer(self) -> int:
        while (end := self._received.find(END_OF_HEAD)) < 0:
            self._receive()
        head = bytes(self._received[:end]).lower()
        del self._received[: end + len(END_OF_HEAD)]
        self._read_body(head)
        return int(head.split(b" ", 2)[1])

    def _read_body(self, head: bytes) -> None:
        if b"transfer-encoding: chunked" in head:
            self._read_through(b"0\r\n\r\n")
            return
        length = next((line for line in head.split(b"\r\n") if line.startswith(b"content-length:")), b":0")
        remaining = int(length.partition(b":")[2])
        while len(self._received) < remaining:
            self._receive()
        del self._received[:remaining]

    def _read_through(self, mark: bytes) -> None:
        while (end := self._received.find(mark)) < 0:
            self._receive()
        del self._received[: end + len(mark)]

    def _receive(self) -> None:
        data = self._socket.recv(CHUNK)
        if not data:
            raise ConnectionError("the server closed the connection")
        self._received += data


def send_all(port: int, requests: Sequence[bytes], clients: int) -> list[Sample]:
    samples: list[Sample | None] = [None] * len(requests)
    waiting = iter(enumerate(requests))
    lock = threading.Lock()
    threads = [threading.Thread(target=_send_some, args=(port, waiting, lock, samples)) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [sample for sample in samples if sample is not None]


def _send_some(
    port: int, waiting: Iterator[tuple[int, bytes]], lock: threading.Lock, samples: list[Sample | None]
) -> None:
    connection = Connection(port)
    while True:
        with lock:
            position, request = next(waiting, (-1, b""))
        if position < 0:
            return
        samples[position] = connection.send(request)


if __name__ == "__main__":
    wanted = json.load(sys.stdin)
    prepared = [request.encode("latin1") for request in wanted["requests"]]
    json.dump([asdict(sample) for sample in send_all(wanted["port"], prepared, wanted["clients"])], sys.stdout)
