"""Where mail goes: to a server that speaks SMTP, or, when none is configured, to a folder."""

import hashlib
import os
import secrets
import smtplib
from collections.abc import Sequence
from datetime import UTC
from email.message import Message
from pathlib import Path
from typing import cast

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.message import EmailMessage, MIMEMixin, sanitize_address
from django.utils import timezone

from integrations.mail.messages import OutgoingMail

OK = 250
# Quoted-printable never has these two characters side by side, so no text can hold it.
BOUNDARY = "=_part"


class SmtpBackend(EmailBackend):
    """Django's, but with the envelope sender of the mail, which is empty for automatic mail."""

    _is_used = False

    def _send(self, email_message: EmailMessage) -> bool:
        if not isinstance(email_message, OutgoingMail):
            return bool(super()._send(email_message))  # type: ignore[misc]
        if self._is_used and not self._still_listens():
            self.close()
            self.open()
        self._is_used = True
        connection = cast("smtplib.SMTP", self.connection)
        connection.sendmail(email_message.envelope_sender, email_message.recipients(), _wire(email_message.message()))
        return True

    def open(self) -> bool | None:
        try:
            is_new = super().open()
        except (OSError, smtplib.SMTPException):
            # Django leaves a conversation that failed half way open.
            self.close()
            raise
        self._is_used = self._is_used and not is_new
        return is_new

    def close(self) -> None:
        """Hang up; what goes wrong now changes nothing about a mail the server has taken."""
        try:
            super().close()
        except (OSError, smtplib.SMTPException):
            self.connection = None

    def _still_listens(self) -> bool:
        """Ask for a new start after a mail: a server may hang up in between."""
        try:
            return cast("smtplib.SMTP", self.connection).rset()[0] == OK
        except (OSError, smtplib.SMTPException):
            return False


class EmlFolderBackend(BaseEmailBackend):
    """Each mail one `.eml` file in `EMAIL_FILE_PATH`, whole or not there; sent again it replaces itself."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(parents=True, exist_ok=True)
        for mail in email_messages:
            _write(folder, mail)
        return len(email_messages)


def _write(folder: Path, mail: EmailMessage) -> None:
    message = mail.message()
    moment = mail.composed_at if isinstance(mail, OutgoingMail) else timezone.now()
    fingerprint = hashlib.sha256(str(message["Message-ID"]).encode()).hexdigest()[:16]
    path = folder / f"{moment.astimezone(UTC):%Y%m%dT%H%M%S.%fZ}-{fingerprint}.eml"
    _write_durably(path, _envelope(mail) + _wire(message))


def _wire(message: Message) -> bytes:
    """Return what is sent: the same, byte for byte, at each attempt."""
    if message.is_multipart():
        message.set_boundary(BOUNDARY)
    return cast("MIMEMixin", message).as_bytes(linesep="\r\n")


def _envelope(mail: EmailMessage) -> bytes:
    sender = mail.envelope_sender if isinstance(mail, OutgoingMail) else sanitize_address(mail.from_email, "utf-8")
    recipients = (f"X-Envelope-To: <{recipient}>\r\n" for recipient in mail.recipients())
    return "".join([f"Return-Path: <{sender}>\r\n", *recipients]).encode()


def _write_durably(path: Path, content: bytes) -> None:
    draft = path.with_name(f".{secrets.token_hex(8)}")
    try:
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
