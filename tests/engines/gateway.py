"""Somebody between us and a server, who passes on, keeps silent or is not there."""

import socket
from contextlib import suppress
from threading import Event, Thread
from typing import Self

from tests.engines.services import free_port

HOST = "127.0.0.1"
PIECE = 65_536


class Gateway:
    def __init__(self, server_port: int) -> None:
        self._server_port = server_port
        self._speaks = Event()
        self._links: list[socket.socket] = []
        self._listener: socket.socket | None = None
        # It is given up and taken again.
        self.port = free_port()
        self.open()

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def open(self) -> None:
        """Pass everything on."""
        self.close()
        self._speaks.set()
        self._listener = socket.create_server((HOST, self.port))
        Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def keep_silent(self) -> None:
        """Take every connection and all that is said, and answer nothing."""
        self._speaks.clear()

    def close(self) -> None:
        """Be gone: connections are refused, and those there were end."""
        if self._listener is not None:
            with suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None
        while self._links:
            with self._links.pop() as link, suppress(OSError):
                link.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_what: object) -> None:
        self.close()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                ours, _address = listener.accept()
                theirs = socket.create_connection((HOST, self._server_port))
                self._links += [ours, theirs]
                for one, other in ((ours, theirs), (theirs, ours)):
                    Thread(target=self._pass_on, args=(one, other), daemon=True).start()

    def _pass_on(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while said := one.recv(PIECE):
                if self._speaks.is_set():
                    other.sendall(said)
            other.shutdown(socket.SHUT_RDWR)
