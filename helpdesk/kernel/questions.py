"""Questions that pages ask all day: put into SQL once, and from then on only the values change.

Building a query and turning it into SQL costs two to four times what the database needs to answer it.
"""

from collections.abc import Callable, Container, Iterator
from copy import copy
from dataclasses import dataclass
from functools import wraps
from itertools import count
from typing import Any, ParamSpec, TypeVar, cast

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import QuerySet
from django.db.models.sql import Query

Params = ParamSpec("Params")
Row = TypeVar("Row")
# Numbers from here on stand for values to come: no query holds them of itself, and every column of numbers could,
# except the small ones.
FIRST_STAND_IN = 2_011_222_333


@dataclass(frozen=True)
class _Slot:
    """A place in a statement for a value: which one, and as what it is sent."""

    name: str
    position: int | None
    kind: type

    def filled(self, values: dict[str, Any]) -> object:
        value = values[self.name]
        return self.kind(value if self.position is None else value[self.position])


@dataclass(frozen=True)
class _Statement:
    sql: str
    params: tuple[object, ...]
    rows: QuerySet[Any, Any]
    compiler: Any

    def asked(self, values: dict[str, Any]) -> QuerySet[Any, Any]:
        """Return the same rows for other values: with a compiler that has done its work already."""
        params = tuple(param.filled(values) if isinstance(param, _Slot) else param for param in self.params)
        compiler = copy(self.compiler)
        compiler.connection = connections[self.rows.db]
        compiler.as_sql = lambda: (self.sql, params)
        again: QuerySet[Any, Any] = QuerySet(self.rows.model, cast("Query", _Compiled(compiler)), using=self.rows.db)
        # What its rows look like; Django's own way to keep that copies far more.
        again.__dict__ |= {name: self.rows.__dict__[name] for name in ("_iterable_class", "_fields")}
        return again


@dataclass(frozen=True)
class _Compiled:
    """Stands where a query stands, for those who ask it for nothing but its compiler."""

    compiler: Any

    def get_compiler(self, using: str) -> Any:
        del using
        return self.compiler


def asked_often(build: Callable[Params, QuerySet[Any, Row]]) -> Callable[Params, list[Row]]:
    """Make a function that builds a query one that answers with its rows.

    Its arguments, all of them named, are numbers, texts and lists of these that come from the database; it may only
    compare columns with them, or look whether they are in a list: it is called once for each of few lengths of a list.
    """
    known: dict[tuple[tuple[str, int | None], ...], _Statement | None] = {}

    @wraps(build)
    def ask(*args: Params.args, **given: Params.kwargs) -> list[Row]:
        values = {name: _padded(value) if isinstance(value, list) else value for name, value in given.items()}
        shape = tuple((name, len(value) if isinstance(value, list) else None) for name, value in values.items())
        if shape not in known:
            known[shape] = _statement(build, values)
        statement = known[shape]
        return list(statement.asked(values)) if statement else []

    return ask


def _padded(values: list[Any]) -> list[Any]:
    """Return a list that holds the same and has one of few lengths; a statement for each would fill the memory."""
    length = 1 << (len(values) - 1).bit_length()
    return values + values[-1:] * (length - len(values))


def _statement(build: Callable[..., QuerySet[Any, Any]], values: dict[str, Any]) -> _Statement | None:
    """Put the question into SQL; None when no row can answer it, because a list is empty."""
    stand_ins = _stand_ins(values)
    rows = build(**stand_ins)
    compiler = rows.query.get_compiler(rows.db)
    try:
        sql, params = compiler.as_sql()
    except EmptyResultSet as error:
        if [] in values.values():
            return None
        # Kept as it is, it would find nothing for any other values either; so does a number no small column can hold.
        message = f"{build.__qualname__} finds nothing whatever its values are"
        raise TypeError(message) from error
    # That of the thread which asked first, and nobody else's to keep open.
    compiler.connection = None
    places = dict(_places(stand_ins))
    filled = tuple(_Slot(*places[param], type(param)) if _is_value(param, places) else param for param in params)
    if {(slot.name, slot.position) for slot in filled if isinstance(slot, _Slot)} != set(places.values()):
        message = f"{build.__qualname__} does not compare columns with each of its values as they are"
        raise TypeError(message)
    return _Statement(sql, filled, rows, compiler)


def _stand_ins(values: dict[str, Any]) -> dict[str, Any]:
    """Return other values of the same kinds, each one different from all others."""
    numbers = count(FIRST_STAND_IN)

    def other(value: object) -> object:
        return next(numbers) if isinstance(value, int) else f"stand-in {next(numbers)}"

    return {
        name: [other(item) for item in value] if isinstance(value, list) else other(value)
        for name, value in values.items()
    }


def _places(stand_ins: dict[str, Any]) -> Iterator[tuple[object, tuple[str, int | None]]]:
    for name, value in stand_ins.items():
        if isinstance(value, list):
            yield from ((item, (name, position)) for position, item in enumerate(value))
        else:
            yield value, (name, None)


def _is_value(param: object, places: Container[object]) -> bool:
    return isinstance(param, int | str) and param in places
