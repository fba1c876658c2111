"""The words for codes, looked up once for a language: a page shows some of them fifty times."""

from collections.abc import Mapping
from functools import cache

from django.db.models import TextChoices
from django.utils.translation import get_language


def words_for(choices: type[TextChoices]) -> Mapping[str, str]:
    """Return the label of each code."""
    return _words_in(choices, get_language())


@cache
def _words_in(choices: type[TextChoices], _language: str | None) -> Mapping[str, str]:
    return {member.value: str(member.label) for member in choices}
