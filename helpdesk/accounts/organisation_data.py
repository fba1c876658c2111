"""The administrations the product ships (`data/SOURCES.md`), read and completed. Pure: no database."""

import csv
import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

from helpdesk.accounts.organisation_names import MUNICIPALITY, WELFARE_CENTRE, folded, kbo_with_dots
from helpdesk.kernel.text import clean_line

DATA = Path(__file__).parent / "data"
NAMELESS = "(naam onbekend)"
# The two administrations of every municipality; both merge.
MERGING_KINDS = (MUNICIPALITY, WELFARE_CENTRE)
_URN = "urn:aanspreekpunt:bestuur:{kind}:{nis_code}"

Row = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class DatedName:
    name: str
    nis_code: str = ""
    valid_from: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True, kw_only=True)
class Administration:
    """One administration as the product keeps it."""

    uri: str
    name: str
    classification: str
    classification_uri: str
    names: tuple[DatedName, ...]
    legal_name: str = ""
    kbo_number: str | None = None
    ovo_code: str | None = None
    nis_code: str = ""
    province: str = ""
    postcode: str = ""
    source_status: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    successor_uris: tuple[str, ...] = ()
    # Names of those that merged into this one: people go on looking for them.
    names_of_predecessors: tuple[str, ...] = ()
    is_nameless: bool = field(default=False, compare=False)

    @cached_property
    def search_text(self) -> str:
        """Return folded names and numbers: "< own name >< own number >[ former name ]", a space before every word."""
        own = [self.name, self.kbo_number or "", self.nis_code, self.postcode]
        former = [word for dated in self.names for word in (dated.name, dated.nis_code)]
        return _marked("< {} >", own, ()) + _marked("[ {} ]", [*former, *self.names_of_predecessors], own)

    @cached_property
    def digest(self) -> str:
        """Return what tells this row from a changed one."""
        return hashlib.sha256(f"{self!r}{self.search_text}".encode()).hexdigest()[:32]


def _marked(mark: str, texts: list[str], known: list[str] | tuple[str, ...]) -> str:
    words = dict.fromkeys(folded(text) for text in texts if text and text not in known)
    return "".join(mark.format(word) for word in words)


@dataclass(frozen=True, kw_only=True)
class Merger:
    """What one municipality, and its OCMW, became."""

    merged_on: date
    old_name: str
    old_nis_code: str
    new_name: str
    new_nis_code: str
    continues: bool

    @property
    def last_day(self) -> date:
        return self.merged_on - timedelta(days=1)


def shipped_administrations() -> list[Administration]:
    """Return every administration of the data, those of today first, then the dissolved ones."""
    mergers = _mergers()
    rows = list(_rows("organisations.csv"))
    return [_administration(row, mergers) for row in rows] + list(_dissolved(mergers, rows))


def words_for_classifications() -> dict[str, tuple[str, ...]]:
    """Return the types of administration that a word may stand for: "stad" -> ("Gemeente",)."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in _rows("classifications.csv"):
        for word in folded(f"{row['label']} {row['also_called']}").split():
            found[word].append(row["label"])
    return {word: tuple(labels) for word, labels in found.items()}


def _rows(name: str) -> Iterator[Row]:
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def _mergers() -> dict[str, list[Merger]]:
    """Return the mergers by the NIS code of what came out."""
    found: dict[str, list[Merger]] = defaultdict(list)
    for row in _rows("mergers.csv"):
        found[row["new_nis"]].append(
            Merger(
                merged_on=date.fromisoformat(row["merged_on"]),
                old_name=row["old_name"],
                old_nis_code=row["old_nis"],
                new_name=row["new_name"],
                new_nis_code=row["new_nis"],
                continues=row["continues"] == "yes",
            )
        )
    return found


def _administration(row: Row, mergers: Mapping[str, list[Merger]]) -> Administration:
    parts = mergers.get(row["nis"], []) if row["classification"] in MERGING_KINDS else []
    name = clean_line(row["name"]) or f"{NAMELESS} {kbo_with_dots(row['kbo'])}"
    return Administration(
        uri=row["uri"],
        name=name,
        legal_name=clean_line(row["legal_name"]),
        classification=row["classification"],
        classification_uri=row["classification_uri"],
        kbo_number=row["kbo"] or None,
        ovo_code=row["ovo"] or None,
        nis_code=row["nis"],
        province=row["province"],
        postcode=row["postcode"],
        source_status=row["status"],
        valid_from=_founded_by(parts),
        names=_dated_names(name, row["nis"], parts),
        names_of_predecessors=tuple(part.old_name for part in parts if not part.continues),
        is_nameless=not row["name"].strip(),
    )


def _founded_by(parts: list[Merger]) -> date | None:
    """Return the day of the merger when none of those that merged goes on."""
    return parts[0].merged_on if parts and not any(part.continues for part in parts) else None


def _dated_names(name: str, nis_code: str, parts: list[Merger]) -> tuple[DatedName, ...]:
    before = next((part for part in parts if part.continues), None)
    if before is None or (before.old_name, before.old_nis_code) == (name, nis_code):
        return (DatedName(name=name, nis_code=nis_code, valid_from=_founded_by(parts)),)
    return (
        DatedName(name=before.old_name, nis_code=before.old_nis_code, valid_until=before.last_day),
        DatedName(name=name, nis_code=nis_code, valid_from=before.merged_on),
    )


def _dissolved(mergers: Mapping[str, list[Merger]], rows: list[Row]) -> Iterator[Administration]:
    """Yield what a merger ended. The source keeps only name and NIS code of it, so the URI is one of our own."""
    heirs = {(row["classification"], row["nis"]): row for row in rows if row["classification"] in MERGING_KINDS}
    for kind in MERGING_KINDS:
        for part in (part for parts in mergers.values() for part in parts if not part.continues):
            heir = heirs[kind, part.new_nis_code]
            yield Administration(
                uri=_URN.format(kind=kind.lower(), nis_code=part.old_nis_code),
                name=part.old_name,
                classification=kind,
                classification_uri=heir["classification_uri"],
                nis_code=part.old_nis_code,
                names=(DatedName(name=part.old_name, nis_code=part.old_nis_code, valid_until=part.last_day),),
                valid_until=part.last_day,
                successor_uris=(heir["uri"],),
            )
