"""Bringing the shipped applications and categories (`data/SOURCES.md`) into the database, again and again."""

import csv
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from django.db.models import QuerySet
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from helpdesk.accounts.actors import Actor
from helpdesk.accounts.policies import may_administer
from helpdesk.catalogue.models import Application, Category
from helpdesk.kernel.events import publish
from helpdesk.kernel.policy import require
from helpdesk.kernel.services import service
from helpdesk.search.events import DocumentsChanged

DATA = Path(__file__).parent / "data"
ACTION = "load_catalogue"
APPLICATION_FIELDS = ("name", "owner", "url", "login", "right", "contact", "verification", "note")
CATEGORY_FIELDS = ("label", "parent_id")

Row = Mapping[str, str]
Entry = TypeVar("Entry", Application, Category)


@dataclass(frozen=True, kw_only=True)
class Loaded:
    created: int
    updated: int
    unchanged: int

    def __add__(self, other: "Loaded") -> "Loaded":
        return Loaded(
            created=self.created + other.created,
            updated=self.updated + other.updated,
            unchanged=self.unchanged + other.unchanged,
        )


@dataclass(frozen=True, kw_only=True)
class CatalogueReport:
    applications: Loaded
    categories: Loaded


@service
def load_catalogue(*, actor: Actor) -> CatalogueReport:
    """Create what is missing and update what the data changed; leave the rest, and what people edited, as it is."""
    require(may_administer(actor))
    return CatalogueReport(applications=_load_applications(actor), categories=_load_categories(actor))


def shipped_applications() -> list[Row]:
    return list(_rows("applications.csv"))


def shipped_categories() -> list[Row]:
    return list(_rows("categories.csv"))


def _rows(name: str) -> Iterator[Row]:
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def _application(row: Row) -> Application:
    fields = {field: row[field] for field in APPLICATION_FIELDS}
    return Application(slug=row["slug"], source_digest=_digest(*fields.values()), **fields)


def _load_applications(actor: Actor) -> Loaded:
    given = [_application(row) for row in shipped_applications()]
    loaded = _store(Application.objects.all(), given, key="slug", fields=APPLICATION_FIELDS, actor=actor)
    if loaded.created or loaded.updated:
        ids = Application.objects.order_by("pk").values_list("pk", flat=True)
        publish(DocumentsChanged(kind="application", object_ids=list(ids)))
    return loaded


def _load_categories(actor: Actor) -> Loaded:
    """Load the themes before what hangs below them."""
    rows = shipped_categories()
    themes = [_category(row, None) for row in rows if "." not in row["code"]]
    loaded = _store_categories(themes, actor)
    ids = dict(Category.objects.values_list("code", "pk"))
    causes = [_category(row, ids[row["code"].partition(".")[0]]) for row in rows if "." in row["code"]]
    return loaded + _store_categories(causes, actor)


def _store_categories(given: Sequence[Category], actor: Actor) -> Loaded:
    return _store(Category.objects.all(), given, key="code", fields=CATEGORY_FIELDS, actor=actor)


def _category(row: Row, parent_id: int | None) -> Category:
    return Category(code=row["code"], label=row["label"], parent_id=parent_id, source_digest=_digest(*row.values()))


def _digest(*values: str) -> str:
    return hashlib.sha256("\0".join(values).encode()).hexdigest()[:32]


def _store(stored: QuerySet[Entry], given: Sequence[Entry], *, key: str, fields: Sequence[str], actor: Actor) -> Loaded:
    known = stored.in_bulk(field_name=key)
    new = [row for row in given if getattr(row, key) not in known]
    changed = [
        _with_values_of(row, before, fields)
        for row in given
        if (before := known.get(getattr(row, key))) and before.source_digest != row.source_digest
    ]
    bulk_create_with_history(new, stored.model, default_user=actor.code, default_change_reason=ACTION)
    bulk_update_with_history(
        changed, stored.model, [*fields, "source_digest"], default_user=actor.code, default_change_reason=ACTION
    )
    return Loaded(created=len(new), updated=len(changed), unchanged=len(given) - len(new) - len(changed))


def _with_values_of(given: Entry, stored: Entry, fields: Sequence[str]) -> Entry:
    for field in (*fields, "source_digest"):
        setattr(stored, field, getattr(given, field))
    return stored
