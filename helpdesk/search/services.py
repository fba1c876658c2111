"""What changes of what search knows. Who may change synonyms is for the room that has a page for it to decide."""

from collections.abc import Sequence

from django.db import transaction

from helpdesk.kernel.services import HasCode, service
from helpdesk.kernel.text import clean_line
from helpdesk.search.models import KnownWords, SynonymSet
from helpdesk.search.selectors import forget, packed, shipped_synonyms, unpacked
from helpdesk.search.vocabulary import EMPTY, Vocabulary


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
def load_synonyms(*, actor: HasCode) -> int:
    """Bring the shipped synonyms into a database that never had any; return how many."""
    if SynonymSet.history.exists():
        return 0
    shipped = shipped_synonyms()
    for one in shipped:
        add_synonyms(actor=actor, terms=one.terms, meanings=one.meanings, source=one.source)
    return len(shipped)


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
