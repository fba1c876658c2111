"""What happened to incoming mail."""

from dataclasses import dataclass
from typing import ClassVar

from helpdesk.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class MailStored(Event):
    """A mail is to be read: it came in, or somebody asked to read it again."""

    name: ClassVar[str] = "mail.stored"
    mail_id: int
