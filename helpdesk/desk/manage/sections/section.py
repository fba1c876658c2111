"""What a section of /beheer/ is: declared once, listed, edited and told by the same views."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils.functional import Promise

from helpdesk.accounts.actors import PersonActor
from helpdesk.desk.manage.forms import RecordForm
from helpdesk.desk.manage.history import Trail

Words = str | Promise
Facts = Sequence[tuple[Words, object]]


@dataclass(frozen=True)
class State:
    """A word with a colour: "good" or "off"."""

    label: Words
    is_good: bool = True


@dataclass(frozen=True)
class Column:
    label: Words
    value: Callable[[Any], object]


@dataclass(frozen=True)
class Created:
    """A new object; `secret` is shown once and never again."""

    row: Model
    secret: str = ""


def no_context(_row: Any) -> dict[str, Any]:
    return {}


@dataclass(frozen=True, kw_only=True)
class Section:
    """`key` names its routes, `slug` stands in its addresses.

    With a `form` and `change` an object can be edited, with `create` added; without a form its `facts` are shown.
    """

    key: str
    slug: str
    title: Words
    intro: Words
    rows: Callable[[str], QuerySet[Any]]
    columns: Sequence[Column]
    trails: Callable[[Any], Sequence[Trail]]
    search_label: Words = ""
    form: type[RecordForm] | None = None
    create: Callable[[PersonActor, Any], Created] | None = None
    create_label: Words = ""
    change: Callable[[PersonActor, Any, Any], object] | None = None
    facts: Callable[[Any], Facts] | None = None
    template: str = "desk/manage/record.html"
    context: Callable[[Any], Mapping[str, Any]] = no_context
    # Fields of a new object that an address may fill in.
    prefilled: Sequence[str] = field(default_factory=tuple)


def with_words(rows: QuerySet[Any], text: str, *columns: str) -> QuerySet[Any]:
    """Keep the rows in which every word stands in one of the columns."""
    for word in text.split():
        somewhere = Q()
        for column in columns:
            somewhere |= Q(**{f"{column}__icontains": word})
        rows = rows.filter(somewhere)
    return rows
