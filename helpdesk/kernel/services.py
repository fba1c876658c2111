"""What every service is: one transaction, in which the history blames the actor."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, Protocol, TypeVar, cast

from django.db import transaction

from helpdesk.kernel.history import acting_as

Params = ParamSpec("Params")
Result = TypeVar("Result")
# Sees the row locked, as it is now, and may object by raising.
Precondition = Callable[[Any], None]


class HasCode(Protocol):
    @property
    def code(self) -> str: ...


def service(function: Callable[Params, Result]) -> Callable[Params, Result]:
    """Run a keyword-only function with an `actor` in one transaction."""

    @wraps(function)
    def run(*args: Params.args, **kwargs: Params.kwargs) -> Result:
        actor = cast("HasCode", kwargs["actor"])
        with transaction.atomic(), acting_as(actor.code, function.__name__.lstrip("_")):
            return function(*args, **kwargs)

    return run


def always(_row: object) -> None:
    """Object to nothing."""
