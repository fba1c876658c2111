"""The process that reads mail, one for each thread that asks: a mail that takes long holds up nobody else's."""

import threading

from integrations.mail.reader.reader import Reader
from integrations.mail.reading.read import ReadMail

_of_this_thread = threading.local()


def read_mail(raw: bytes) -> ReadMail:
    """Return what a mail says; raises `UnprocessableError` when reading it costs too much.

    `ChildStartError` says nothing about the mail: the system has no room for a process now.
    """
    if not hasattr(_of_this_thread, "reader"):
        _of_this_thread.reader = Reader()
    reader: Reader = _of_this_thread.reader
    return reader.read(raw)
