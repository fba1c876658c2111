from dataclasses import dataclass
from typing import ClassVar

from helpdesk.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class AccessChanged(Event):
    """What a user may see has changed, or the user signed out: open pages must ask again."""

    name: ClassVar[str] = "account.access_changed"
    user_id: int


@dataclass(frozen=True, kw_only=True)
class NamesChanged(Event):
    """These persons or administrations (`kind`) go by another name, address or successor now."""

    name: ClassVar[str] = "account.names_changed"
    kind: str
    object_ids: list[int]
