"""What happened to articles, besides what may be found of them (`helpdesk.search.events`)."""

from dataclasses import dataclass
from typing import ClassVar

from helpdesk.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class VerificationDue(Event):
    """Somebody is to be asked whether an article is still right."""

    name: ClassVar[str] = "article.verification_due"
    reminder_id: int


@dataclass(frozen=True, kw_only=True)
class TextReviewed(Event):
    """Somebody else than its writer approved a text that was handed in, or sent it back."""

    name: ClassVar[str] = "article.text_reviewed"
    revision_id: int
    is_approved: bool
