"""One mailbox over IMAP: its numbers, its mail, and clear words when it does not answer."""

import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from socket import SHUT_RDWR
from threading import Timer
from typing import Any

TIMEOUT_S = 15.0
# Whatever a server does, also one that sends a byte now and then, it does not hold a thread longer.
CONVERSATION_S = 300.0
MOST_BYTES = 60 * 1024 * 1024
# So many numbers at most in one answer of the server, because imaplib reads no line of over a million bytes.
WINDOW = 50_000


class MailboxError(Exception):
    """The mailbox cannot be read now; the text says why, without a password."""


class NotGivenError(Exception):
    """The server has the mail and does not give it."""


@dataclass(frozen=True, kw_only=True)
class Mailbox:
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str
    security: str

    @property
    def account(self) -> str:
        return f"{self.user}@{self.host}:{self.port}/{self.folder}"


class Folder:
    """An open folder: the conversation with the server, in terms of mail."""

    def __init__(self, client: imaplib.IMAP4) -> None:
        self._client = client
        self.uidvalidity = self._told("UIDVALIDITY")
        # 0 when the server does not tell.
        self._uidnext = self._told("UIDNEXT")

    def uids_after(self, last: int) -> Iterator[tuple[list[int], int]]:
        """Yield the numbers of the mails after this one, some at a time, and the number up to which that is all."""
        if not self._uidnext:
            # "n:*" always names the last mail, also when its number is lower.
            yield [uid for uid in self.present(f"{last + 1}:*") if uid > last], last
            return
        for start in range(last + 1, self._uidnext, WINDOW):
            end = start + WINDOW - 1
            # Up to the last one the range is left open: a number just given out may still be without its mail.
            yield self.present(f"{start}:{min(end, self._uidnext - 1)}"), min(end, max(last, self._uidnext - WINDOW))

    def present(self, numbers: str) -> list[int]:
        """Return which of these numbers are of a mail that is there."""
        answer, found = self._ask("SEARCH", "UID", numbers)
        if answer != "OK":
            raise MailboxError(f"SEARCH: {_text(found)}")
        return sorted({int(uid) for line in found if line for uid in line.split()})

    def size_of(self, uid: int) -> int:
        """Return how large the server says the mail is, 0 when it does not say."""
        told = b" ".join(line for line in self._fetch(uid, "(RFC822.SIZE)") if isinstance(line, bytes))
        found = re.search(rb"RFC822\.SIZE (\d{1,15})", told)
        return int(found[1]) if found else 0

    def content_of(self, uid: int) -> bytes:
        """Return the mail byte for byte, and leave it unread."""
        for line in self._fetch(uid, "(BODY.PEEK[])"):
            if isinstance(line, tuple) and b"BODY[]" in line[0].upper():
                content: bytes = line[1]
                return content
        raise NotGivenError

    def mark_seen(self, uid: int) -> None:
        """Show people who look in the mailbox what was fetched; a server that refuses changes nothing."""
        with suppress(imaplib.IMAP4.error):
            self._ask("STORE", str(uid), "+FLAGS.SILENT", r"(\Seen)")

    def _told(self, name: str) -> int:
        _, values = self._client.response(name)
        return int(values[-1]) if values and values[-1] else 0

    def _fetch(self, uid: int, what: str) -> list[Any]:
        try:
            answer, found = self._ask("FETCH", str(uid), what)
        except imaplib.IMAP4.error as error:
            raise NotGivenError(_reason(error)) from error
        if answer != "OK":
            raise NotGivenError(_text(found))
        return found

    def _ask(self, *command: str) -> tuple[str, list[Any]]:
        """Return the answer; a conversation that broke is a `MailboxError`, a refusal is imaplib's own."""
        try:
            answer, found = self._client.uid(*command)
        except (OSError, imaplib.IMAP4.abort) as error:
            raise MailboxError(_reason(error)) from error
        return answer, list(found)


@contextmanager
def open_folder(mailbox: Mailbox) -> Iterator[Folder]:
    """Sign in and open the folder; whatever goes wrong on the way is a `MailboxError`."""
    with ExitStack() as stack:
        try:
            client = _connect(mailbox)
            stack.callback(client.shutdown)
            folder = _sign_in(client, mailbox)
        except (OSError, imaplib.IMAP4.error) as error:
            raise MailboxError(_reason(error)) from error
        yield folder
        # Only now: a server that failed to answer would be waited for once more.
        with suppress(OSError, imaplib.IMAP4.error):
            client.logout()


class _Plain(imaplib.IMAP4):
    """Ends at its time, from the greeting on, and refuses what is too large before it is read."""

    _limit: Timer | None = None

    def open(self, *args: Any, **options: Any) -> None:
        super().open(*args, **options)
        self._limit = Timer(CONVERSATION_S, self._hang_up)
        self._limit.daemon = True
        self._limit.start()

    def read(self, size: int) -> bytes:
        if size > MOST_BYTES:
            raise self.abort(f"the server sends {size} bytes at once")
        return super().read(size)

    def shutdown(self) -> None:
        if self._limit is not None:
            self._limit.cancel()
        with suppress(OSError):
            super().shutdown()

    def _hang_up(self) -> None:
        """Whoever waits for an answer sees the end of the connection."""
        with suppress(OSError):
            self.sock.shutdown(SHUT_RDWR)


class _Encrypted(_Plain, imaplib.IMAP4_SSL):
    pass


def _connect(mailbox: Mailbox) -> imaplib.IMAP4:
    if mailbox.security == "tls":
        return _Encrypted(mailbox.host, mailbox.port, ssl_context=ssl.create_default_context(), timeout=TIMEOUT_S)
    return _Plain(mailbox.host, mailbox.port, timeout=TIMEOUT_S)


def _sign_in(client: imaplib.IMAP4, mailbox: Mailbox) -> Folder:
    if mailbox.security == "starttls":
        client.starttls(ssl.create_default_context())
    # imaplib quotes the password, and nothing else.
    client.login(_quoted(mailbox.user), mailbox.password)
    answer, said = client.select(_quoted(mailbox.folder))
    if answer != "OK":
        raise MailboxError(f"{mailbox.folder}: {_text(said)}")
    return Folder(client)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _reason(error: Exception) -> str:
    said = error.args[0] if error.args else ""
    return _text([said]) if isinstance(error, imaplib.IMAP4.error) else str(error) or type(error).__name__


def _text(parts: list[Any]) -> str:
    return " ".join(part.decode("utf-8", "replace") if isinstance(part, bytes) else str(part) for part in parts)
