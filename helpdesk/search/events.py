"""What happened to things that can be found."""

from dataclasses import dataclass
from typing import ClassVar

from helpdesk.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class DocumentsChanged(Event):
    """These may say something else now, be gone, or be for others: the index must look again."""

    name: ClassVar[str] = "search.documents_changed"
    kind: str
    object_ids: list[int]
