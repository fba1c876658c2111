"""Form fields that take whatever people paste, and give it back clean."""

import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from helpdesk.kernel.policy import RefusedError
from helpdesk.kernel.text import clean_line, clean_text

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    File: TypeAlias = UploadedFile[Any]
    Words: TypeAlias = _StrPromise

TOO_LONG = _("This text is too long: %(limit_value)s characters at most.")


class LineField(forms.CharField):
    """One line. Without a `maxlength` attribute: browsers cut off what is pasted, and nobody sees it."""

    def __init__(self, *, longest: int, **options: Any) -> None:
        super().__init__(**options)
        self.validators = [*self.validators, MaxLengthValidator(longest, TOO_LONG)]

    def to_python(self, value: Any) -> str:
        return clean_line(super().to_python(value) or "")


class FormIdField(forms.UUIDField):
    """A number of the form itself, hidden in it, so that sending it twice is noticed; anything else is no number."""

    def __init__(self) -> None:
        super().__init__(required=False, initial=uuid.uuid4, widget=forms.HiddenInput)

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except ValidationError:
            return None


class EmailLineField(LineField, forms.EmailField):
    """An e-mail address."""

    def __init__(self, *, longest: int, **options: Any) -> None:
        super().__init__(longest=longest, max_length=None, **options)


class TextField(forms.CharField):
    """Text of many lines."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        return clean_text(super().to_python(value) or "")


class FilesInput(forms.FileInput):
    allow_multiple_selected = True

    def __init__(self) -> None:
        super().__init__({"multiple": True})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> "list[File]":
        return list(files.getlist(name)) if hasattr(files, "getlist") else []


class FilesField(forms.Field):
    """Any number of files; they are stored and judged elsewhere."""

    widget = FilesInput


def checked(clean: Callable[[str], str], text: str) -> str:
    """Return what the domain makes of the text; its refusal becomes an error of the field."""
    try:
        return clean(text)
    except RefusedError as refusal:
        raise ValidationError(str(refusal)) from refusal


def required(message: "Words") -> "dict[str, Words]":
    return {"required": message}
