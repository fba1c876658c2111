"""A real server in this process, around a small site that remembers what reached it."""

import hashlib
import http.client
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import uvicorn

from config.gate import Gate
from config.protocol import protocol_options
from config.spool import Limits

HOST = "127.0.0.1"


@dataclass
class Pages:
    """A WSGI site: what it was asked, and pages that hang or answer with a large file."""

    large_file: Path
    asked: list[tuple[str, int, str]] = field(default_factory=list)
    environs: list[dict] = field(default_factory=list)
    go_on: threading.Event = field(default_factory=threading.Event)

    def __call__(self, environ, start_response):
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        self.asked.append((environ["PATH_INFO"], len(body), hashlib.sha256(body).hexdigest()))
        self.environs.append(environ)
        start_response("200 OK", [("Content-Type", "text/plain")])
        if environ["PATH_INFO"] == "/hangs/":
            self.go_on.wait(60)
        if environ["PATH_INFO"] == "/file/":
            return environ["wsgi.file_wrapper"](self.large_file.open("rb"))
        return [b"page"]


@dataclass
class Site:
    port: int
    pages: Pages
    gate: Gate
    connections: set

    def connect(self) -> socket.socket:
        return socket.create_connection((HOST, self.port), timeout=60)

    def send(self, data: bytes) -> "Answer":
        with self.connect() as link:
            link.sendall(data)
            return read_answer(link)

    def page_takes_s(self) -> float:
        started = time.perf_counter()
        assert self.send(b"GET /page/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").status == 200
        return time.perf_counter() - started


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


def read_answer(link: socket.socket) -> Answer:
    with closing(http.client.HTTPResponse(link)) as response:
        response.begin()
        return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())


def is_cut(link: socket.socket, within_s: float) -> bool:
    """Say whether the server ends the connection in time, without anything more to read."""
    link.settimeout(within_s)
    try:
        return link.recv(1000) == b""
    except ConnectionResetError:
        return True
    except TimeoutError:
        return False


def upload(size: int, *, path: str = "/upload/") -> bytes:
    return f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {size}\r\n\r\n".encode()


@pytest.fixture
def serve(tmp_path) -> Iterator[Callable[..., Site]]:
    """Start a site with these limits; all are stopped at the end."""
    running: list[tuple[uvicorn.Server, threading.Thread, Pages]] = []

    def start(*, threads: int = 2, **limits) -> Site:
        large_file = tmp_path / "large"
        large_file.write_bytes(b"0123456789abcdef" * 2**20)
        pages = Pages(large_file)
        gate = Gate(pages, folder=tmp_path / "spool", limits=Limits(**limits), threads=threads)
        listener = socket.create_server((HOST, 0), backlog=2048)
        server = uvicorn.Server(uvicorn.Config(gate, **protocol_options() | {"timeout_graceful_shutdown": 1}))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        running.append((server, thread, pages))
        return Site(listener.getsockname()[1], pages, gate, server.server_state.connections)

    yield start
    for server, thread, pages in running:
        pages.go_on.set()
        server.should_exit = True
        thread.join(60)
        assert not thread.is_alive()


@pytest.fixture
def site(serve) -> Site:
    return serve()
