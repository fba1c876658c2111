"""From pydantic's findings to sentences people understand, each with the place it is about."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from pydantic_core import PydanticCustomError

from integrations.api.problems import FieldError, ProblemError, Text, unprocessable

REFUSED = "refused"
_MOST_ERRORS = 50


def refused_value(reason: Text) -> PydanticCustomError:
    """Return what a validator raises to refuse a value with a sentence of our own."""
    return PydanticCustomError(REFUSED, "{reason}", {"reason": str(reason)})


def problem_of(errors: Sequence[Mapping[str, Any]]) -> ProblemError:
    return unprocessable(*(FieldError(_pointer(error["loc"]), _sentence(error)) for error in errors[:_MOST_ERRORS]))


def _pointer(location: Iterable[str | int]) -> str:
    """Return a JSON pointer into the body, or the name of a parameter; ninja puts names of its own before both."""
    source, *steps = map(str, location)
    path = steps[1:] if source == "body" else [step for step in steps if not step.isdecimal()][-1:]
    return "".join(f"/{step.replace('~', '~0').replace('/', '~1')}" for step in path)


def _sentence(error: Mapping[str, Any]) -> str:
    context = dict(error.get("ctx", {}))
    if error["type"] == REFUSED:
        return str(context["reason"])
    if "expected" in context:
        # Pydantic joins the last two values with an English word.
        context["expected"] = context["expected"].replace("' or '", "', '")
    sentence = _sentences().get(error["type"]) or _("This value cannot be used here.")
    return sentence % context if "%(" in sentence else sentence


def _sentences() -> dict[str, str]:
    choice = _("Use one of these values: %(expected)s.")
    text = _("Give a text, between quotation marks.")
    date = _("Give a date and time with its time zone, such as 2026-11-23T14:05:00Z.")
    number = _("Give a whole number.")
    return {
        "missing": _("This field is required."),
        "extra_forbidden": _("There is no such field here."),
        "enum": choice,
        "literal_error": choice,
        "string_type": text,
        "string_unicode": _("This text is not valid Unicode."),
        "string_too_short": _("Fill in this field."),
        "string_too_long": _("This text is too long: %(max_length)s characters at most."),
        "string_pattern_mismatch": _("This does not have the right form."),
        "too_long": _("There are too many: %(max_length)s at most."),
        "list_type": _("Give a list."),
        "bool_type": _("Use true or false."),
        "model_type": _("Give an object."),
        "model_attributes_type": _("Give an object."),
        "dict_type": _("Give an object."),
        "int_type": number,
        "int_parsing": number,
        "int_parsing_size": number,
        "int_from_float": number,
        "greater_than_equal": _("Give a number of at least %(ge)s."),
        "less_than_equal": _("Give a number of at most %(le)s."),
        "uuid_type": _("This is not an id of ours."),
        "uuid_parsing": _("This is not an id of ours."),
        "datetime_type": date,
        "datetime_parsing": date,
        "datetime_from_date_parsing": date,
        "datetime_object_invalid": date,
        "timezone_aware": date,
    }
