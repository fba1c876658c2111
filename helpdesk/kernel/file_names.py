"""Which rows name stored files: those with a `StoredFileField`, in whatever room. A file that none names may go."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models
from django.db.models import F, QuerySet

SHA256_LENGTH = 64

if TYPE_CHECKING:
    TextColumn = models.CharField[str, str]
else:
    TextColumn = models.CharField


class StoredFileField(TextColumn):
    """The sha256 of a stored file; for migrations an ordinary column of text."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "max_length": SHA256_LENGTH})

    def deconstruct(self) -> Any:
        name, _path, args, options = super().deconstruct()
        return name, "django.db.models.CharField", args, options


def is_named(sha256: str) -> bool:
    return any(rows.filter(named=sha256).exists() for rows in _naming_rows())


def named_files() -> Iterator[str]:
    """Yield every file that a row names, once, in order."""
    first, *others = (rows.filter(named__gt="").values_list("named", flat=True) for rows in _naming_rows())
    return first.union(*others).order_by("named").iterator()


def named_by(sha256: str) -> str:
    """Return which rows name this file, for whoever has to find out why it is gone."""
    found = (row for rows in _naming_rows() for row in rows.filter(named=sha256)[:3])
    return ", ".join(f"{type(row).__name__} {row.pk}" for row in found)


def _naming_rows() -> Iterator[QuerySet[Any]]:
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.concrete_fields:  # noqa: SLF001 - Django's documented way to a model's columns
            if isinstance(field, StoredFileField):
                yield QuerySet(model).annotate(named=F(field.attname)).order_by()
