"""What every form of /beheer/ does: it cleans what is typed, and notices that somebody else was quicker."""

import hashlib
import json
from abc import abstractmethod
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.kernel.text import clean_line, clean_text


class StaleError(Exception):
    """The object changed between the moment the form was shown and the moment it was sent."""


class Line(forms.CharField):
    """Text on one line, stored clean."""

    def to_python(self, value: object) -> str:
        return clean_line(super().to_python(value) or "")


class Lines(forms.CharField):
    """Text of any number of lines, stored clean."""

    widget = forms.Textarea

    def to_python(self, value: object) -> str:
        return clean_text(super().to_python(value) or "")


class Address(forms.EmailField):
    default_error_messages: ClassVar = {
        "invalid": _("Fill in an e-mail address, for example an.peeters@aalter.be."),
    }

    def to_python(self, value: object) -> str:
        return clean_line(super().to_python(value) or "")


class ShortName(forms.SlugField):
    default_error_messages: ClassVar = {"invalid": _("Use only letters without accents, digits and hyphens.")}

    def to_python(self, value: object) -> str:
        return clean_line(super().to_python(value) or "").lower()


class WebAddress(forms.URLField):
    default_error_messages: ClassVar = {
        "invalid": _("Fill in a web address, for example https://www.vlaanderen.be."),
    }

    def __init__(self, **options: Any) -> None:
        super().__init__(assume_scheme="https", **options)

    def to_python(self, value: object) -> str | None:
        return super().to_python(clean_line(str(value or "")))


class Several(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Any number of rows, each with its own box to tick."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value: Any) -> Any:
        try:
            return super().clean(value)
        except OverflowError as error:
            # A number no database keeps: SQLite says so only when it is asked.
            raise ValidationError(self.error_messages["invalid_list"], code="invalid_list") from error


class RecordForm(forms.Form):
    """A form about one object (`row`) or a new one.

    `fixed`: fields that are only asked for a new object. `unique`: for each field, the lookup that finds its double.
    """

    rows: ClassVar[type[Model]]
    fixed: ClassVar[tuple[str, ...]] = ()
    unique: ClassVar[Mapping[str, str]] = {}
    use_required_attribute = False

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, row: Any = None, initial: dict[str, Any] | None = None
    ) -> None:
        self.row = row
        values = self.values_of(row) if row is not None else {}
        self.version = str(data.get("version", "")) if data is not None else fingerprint(values)
        super().__init__(data, initial={**(initial or {}), **values})
        for name in self.fixed if row is not None else ():
            self.fields[name].disabled = True
        for field in self.fields.values():
            field.error_messages["required"] = _("Fill this in: %(label)s.") % {"label": str(field.label).lower()}
            field.widget.attrs.setdefault("autocomplete", "off")

    @classmethod
    @abstractmethod
    def values_of(cls, row: Any) -> dict[str, Any]:
        """Return what the form shows of an object; two objects with the same values are the same to it."""

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        for name, lookup in self.unique.items():
            value = values.get(name)
            if value and not self.fields[name].disabled and self._others().filter(**{lookup: value}).exists():
                self.add_error(name, _("“%(value)s” exists already. Choose something else.") % {"value": value})
        return values

    def unchanged(self, row: object) -> None:
        """Object when the row is no longer what the form showed."""
        if fingerprint(self.values_of(row)) != self.version:
            raise StaleError

    def renew(self, row: object) -> None:
        """Show what was typed as an answer to the row as it is now."""
        self.version = fingerprint(self.values_of(row))

    def _others(self) -> QuerySet[Any]:
        others = self.rows._default_manager.all()  # noqa: SLF001 - Django's documented API
        return others if self.row is None else others.exclude(pk=self.row.pk)


def fingerprint(values: Mapping[str, Any]) -> str:
    text = json.dumps(values, default=str, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


class SinceForm(forms.Form):
    """The day from which mail is read once more."""

    since = forms.DateField(
        label=_("From this day on"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": _("Choose a day."), "invalid": _("Choose a day, for example 2026-11-25.")},
    )

    def clean_since(self) -> datetime:
        day: date = self.cleaned_data["since"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day is still to come. Choose today or earlier."))
        return timezone.make_aware(datetime.combine(day, time.min))
