"""What can be found."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Document:
    """Something to find, as one readership may see it; one object may have a document for each readership.

    `key`: unique, begins with kind and id ("ticket:12", "ticket:12:asked").
    `version`: grows with every change of the row (microseconds), so that nothing stale overwrites.
    `audience`: who may find it; an actor with one of these keywords does. It has at most one of a sort ("queue:1" and
    "queue:2" are of one), so that what each may find can be counted and added up.
    `codes`: exact identifiers (a reference, a KBO number): who types one wants just this.
    `facets`: values to filter by and to count ("status": ("open",)).
    """

    key: str
    kind: str
    object_id: int
    version: int
    title: str
    text: str
    audience: frozenset[str]
    codes: tuple[str, ...] = ()
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
