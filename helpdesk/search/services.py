"""What changes of what search knows. Who may change synonyms is for the room that has a page for it to decide."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from django.db import transaction

from helpdesk.kernel.services import HasCode, service
from helpdesk.kernel.text import clean_line
from helpdesk.search.models import KnownWords, SynonymSet
from helpdesk.search.selectors import forget, packed, shipped_synonyms, unpacked
from helpdesk.search.vocabulary import EMPTY, Vocabulary


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """How many of the shipped synonyms loading made, changed, found as they are, and left as editors made them."""

    created: int
    updated: int
    unchanged: int
    kept: int


@service
def add_synonyms(*, actor: HasCode, terms: Sequence[str], meanings: Sequence[str] = (), source: str = "") -> SynonymSet:
    synonyms = SynonymSet(terms=_clean(terms), meanings=_clean(meanings), source=clean_line(source))
    synonyms.save(force_insert=True)
    transaction.on_commit(forget)
    return synonyms


@service
def change_synonyms(
    *, actor: HasCode, synonyms: SynonymSet, terms: Sequence[str], meanings: Sequence[str]
) -> SynonymSet:
    synonyms = SynonymSet.objects.select_for_update().get(pk=synonyms.pk)
    synonyms.terms, synonyms.meanings = _clean(terms), _clean(meanings)
    synonyms.save()
    transaction.on_commit(forget)
    return synonyms


@service
def remove_synonyms(*, actor: HasCode, synonyms: SynonymSet) -> None:
    synonyms.delete()
    transaction.on_commit(forget)


@service
def load_synonyms(*, actor: HasCode) -> Loaded:
    """Add the shipped synonyms that are new, change those that only loading wrote, and keep what editors made of them.

    What an editor removed stays away; what ships no longer stays too.
    """
    stories = _stories()
    outcomes = [_load(actor, one, stories.get(one.terms[0])) for one in shipped_synonyms()]
    return Loaded(**{field.name: outcomes.count(field.name) for field in fields(Loaded)})


def _load(actor: HasCode, shipped: SynonymSet, story: list[dict[str, Any]] | None) -> str:
    if story is None:
        add_synonyms(actor=actor, terms=shipped.terms, meanings=shipped.meanings, source=shipped.source)
        return "created"
    stored = SynonymSet.objects.filter(pk=story[0]["id"]).first()
    if stored and (stored.terms, stored.meanings) == (_clean(shipped.terms), _clean(shipped.meanings)):
        return "unchanged"
    if stored is None or any(line["history_user_id"] != actor.code for line in story):
        return "kept"
    change_synonyms(actor=actor, synonyms=stored, terms=shipped.terms, meanings=shipped.meanings)
    return "updated"


def _stories() -> dict[str, list[dict[str, Any]]]:
    """Return the history of each set there ever was, by the term that was first when it was made."""
    by_set: dict[int, list[dict[str, Any]]] = {}
    for line in SynonymSet.history.order_by("history_id").values("id", "terms", "history_user_id"):
        by_set.setdefault(line["id"], []).append(line)
    return {story[0]["terms"][0]: story for story in by_set.values()}


@transaction.atomic
def keep_vocabulary(vocabulary: Vocabulary) -> None:
    """Make this what every process knows, within seconds."""
    newest = KnownWords.objects.create(words=packed(vocabulary))
    KnownWords.objects.exclude(pk=newest.pk).delete()
    transaction.on_commit(forget)


@transaction.atomic
def learn_words(new: Vocabulary) -> None:
    """Add the public words that are not known yet; how often known ones stand somewhere is counted with the index."""
    newest = KnownWords.objects.select_for_update().order_by("-built_at").first()
    known = unpacked(newest.words) if newest else EMPTY
    missing = {word: count for word, count in new.public.items() if word not in known.public}
    if missing:
        everything = {word: known.everything.get(word, 0) + count for word, count in missing.items()}
        keep_vocabulary(Vocabulary(everything={**known.everything, **everything}, public={**known.public, **missing}))


def _clean(terms: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(filter(None, map(clean_line, terms))))
