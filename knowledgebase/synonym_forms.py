"""Words that mean the same, as an editor types them: one on a line."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from helpdesk.kernel.redaction import mask_national_numbers
from helpdesk.kernel.text import clean_line
from helpdesk.search.models import SynonymSet
from helpdesk.search.planning import LONGEST_PHRASE
from helpdesk.search.words import words

MOST_TERMS = 20
LONGEST_TERM = 60
LONGEST_TRIAL = 200
LONGEST_LIST = MOST_TERMS * (LONGEST_TERM + 2)


class TermsField(forms.CharField):
    """A list of words or short phrases."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            widget=forms.Textarea({"rows": 4, "spellcheck": "false"}),
            validators=[MaxLengthValidator(LONGEST_LIST)],
            **options,
        )

    def clean(self, value: Any) -> list[str]:
        text = super().clean(value)
        terms = list(dict.fromkeys(filter(None, map(clean_line, text.splitlines()))))
        if len(terms) > MOST_TERMS:
            raise ValidationError(_("Give at most %(most)d words."), params={"most": MOST_TERMS})
        for term in terms:
            if not _is_phrase(term):
                raise ValidationError(_("“%(term)s” must be one to four words."), params={"term": term[:LONGEST_TERM]})
        return terms


def _is_phrase(term: str) -> bool:
    """Say whether it is one to four words; a rijksregisternummer, which is kept nowhere, is none."""
    _masked, numbers = mask_national_numbers(term)
    return not numbers and len(term) <= LONGEST_TERM and 0 < len(list(words(term))) <= LONGEST_PHRASE


class SynonymsForm(forms.Form):
    terms = TermsField(
        label=_("Words"),
        help_text=_("One word or short phrase on a line."),
        error_messages={"required": _("Give the words.")},
    )
    meanings = TermsField(
        label=_("Only one way: these words are meant too"),
        required=False,
        help_text=_("Leave this empty when all words above mean the same."),
    )
    trial = forms.CharField(
        label=_("Try it with a search"),
        required=False,
        validators=[MaxLengthValidator(LONGEST_TRIAL)],
    )

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if self.errors:
            return said
        different = {tuple(words(term)) for term in (*said["terms"], *said["meanings"])}
        if len(different) < 2:  # noqa: PLR2004 - one word has no synonym, also when it is written twice
            self.add_error("terms", _("Give at least two words that mean the same."))
        return said


def typed(synonyms: SynonymSet) -> dict[str, Any]:
    """Return a set as the form shows it."""
    return {"terms": "\n".join(synonyms.terms), "meanings": "\n".join(synonyms.meanings)}
