"""Finding administrations: the picker, the API and the form ask here."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from functools import cache

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Length
from django.utils import timezone

from helpdesk.accounts.models import Organisation, OrganisationLineage, OrganisationName
from helpdesk.accounts.organisation_data import words_for_classifications
from helpdesk.accounts.organisation_names import (
    KBO_LENGTH,
    MUNICIPALITY,
    OVO_LENGTH,
    WELFARE_CENTRE,
    digits_of,
    folded,
    ovo_code_of,
)
from helpdesk.kernel.text import clean_line

BY_NAME = ("name", "classification", "pk")
# What `_best_first` works out for each row, and what decides between equals.
BEST_FIRST = ("closeness", "is_current", "bears_the_name", "kind_rank", "name_length", "pk")
# Longer than any name or URI: nothing we know can match, and engines refuse patterns without end.
LONGEST_QUERY = 250
_URI_SCHEMES = ("http://", "https://", "urn:")


def find(text: str, limit: int = 10) -> list[Organisation]:
    """Return administrations by name, part of a name, former name, KBO, OVO or NIS number or URI, best first."""
    return list(matching(text).prefetch_related("successors")[:limit])


def named(text: str) -> Organisation | None:
    """Return the one administration that this URI, number or name stands for, or None when that is not sure."""
    wanted = clean_line(text[:LONGEST_QUERY])
    if code := _code_filter(wanted):
        return Organisation.objects.filter(code).first()
    name = folded(wanted)
    hits = [found for found in matching(text) if name in (folded(found.display_name), folded(found.name))]
    return hits[0] if len(hits) == 1 else None


def meant_by(text: str, limit: int) -> list[Organisation]:
    """Return whom a list is narrowed down to by this: the one it stands for, or else all that have it in their name.

    The whole name of one that is no more means that one, not those that go on after it and are found by it too.
    """
    if one := named(text):
        return [one]
    found = find(text, limit)
    wanted = folded(clean_line(text[:LONGEST_QUERY]))
    later = successors_of([each.pk for each in found if folded(each.name) == wanted])
    heirs = {pk for successors in later.values() for pk in successors}
    return [each for each in found if each.pk not in heirs]


def with_code(text: str) -> QuerySet[Organisation]:
    """Return the administration with this URI, KBO number or OVO code, if there is one."""
    code = _code_filter(clean_line(text[:LONGEST_QUERY]))
    return Organisation.objects.filter(code) if code else Organisation.objects.none()


def with_predecessors(found: QuerySet[Organisation]) -> QuerySet[Organisation]:
    """Return them and all they came from, however many mergers ago: what belonged to those is their business now."""
    chosen = found.order_by().values("pk")
    before = OrganisationLineage.objects.filter(organisation__in=chosen).values("ancestor")
    return Organisation.objects.filter(Q(pk__in=chosen) | Q(pk__in=before))


def successors_of(organisation_ids: Collection[int]) -> Mapping[int, list[int]]:
    """Return whose business it is now what belonged to each of these, however many mergers later."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    rows = OrganisationLineage.objects.filter(ancestor__in=organisation_ids).order_by("pk")
    for ancestor, heir in rows.values_list("ancestor", "organisation"):
        found[ancestor].append(heir)
    return found


def with_nis_code(nis_code: str) -> QuerySet[Organisation]:
    """Return the municipality and the OCMW that bear or bore this NIS code."""
    if not nis_code:
        return Organisation.objects.none()
    return Organisation.objects.filter(pk__in=OrganisationName.objects.filter(nis_code=nis_code).values("organisation"))


def matching(text: str) -> QuerySet[Organisation]:
    """Return what `find` finds, without a limit."""
    rows, order = sought(text)
    return rows.order_by(*order)


def sought(text: str) -> tuple[QuerySet[Organisation], tuple[str, ...]]:
    """Return what `find` finds, not yet in order, and the order it comes in."""
    if len(text) > LONGEST_QUERY:
        return Organisation.objects.none(), BY_NAME
    wanted = clean_line(text)
    if wanted.startswith(_URI_SCHEMES):
        return Organisation.objects.filter(uri=wanted), BY_NAME
    if ovo_code := ovo_code_of(wanted):
        return Organisation.objects.filter(ovo_code__startswith=ovo_code), ("ovo_code", "pk")
    words = [digits] if (digits := digits_of(wanted)) else folded(wanted).split()
    return (_best_first(words), BEST_FIRST) if words else (Organisation.objects.none(), BY_NAME)


def _code_filter(wanted: str) -> Q | None:
    if wanted.startswith(_URI_SCHEMES):
        return Q(uri=wanted)
    ovo_code = ovo_code_of(wanted)
    if ovo_code and len(ovo_code) == OVO_LENGTH:
        return Q(ovo_code=ovo_code)
    digits = digits_of(wanted) or ""
    return Q(kbo_number=digits.zfill(KBO_LENGTH)) if len(digits) in (KBO_LENGTH - 1, KBO_LENGTH) else None


def _best_first(words: list[str]) -> QuerySet[Organisation]:
    kinds = _classifications_by_word()
    name_words = [word for word in words if word not in kinds] or words
    phrases = {" ".join(words), " ".join(name_words)}
    matches = Q()
    for word in words:
        matches &= _has_word(word) | Q(classification__in=kinds.get(word, ()))
    return Organisation.objects.filter(matches).annotate(
        closeness=_closeness(phrases, name_words),
        is_current=_ranked(Q(valid_until__lt=timezone.localdate()), otherwise_first=True),
        bears_the_name=_ranked(_contains("< {} >", phrases)),
        kind_rank=_ranked(Q(classification=MUNICIPALITY), Q(classification=WELFARE_CENTRE)),
        name_length=Length("name"),
    )


def _has_word(word: str) -> Q:
    """Match a part of a name, but only the beginning of a number."""
    if not word.isdecimal():
        return Q(search_text__contains=word)
    # Older papers write KBO numbers without the zero in front.
    variants = (word, f"0{word}") if len(word) == KBO_LENGTH - 1 else (word,)
    return _contains(" {}", variants)


def _closeness(phrases: set[str], name_words: list[str]) -> Case:
    beginnings = Q()
    for word in name_words:
        beginnings &= Q(search_text__contains=f" {word}")
    whole_name = _contains("< {} >", phrases) | _contains("[ {} ]", phrases)
    begin_of_name = _contains("< {}", phrases) | _contains("[ {}", phrases)
    return _ranked(whole_name, begin_of_name, beginnings)


def _contains(mark: str, texts: set[str] | tuple[str, ...]) -> Q:
    matches = Q()
    for text in sorted(texts):
        matches |= Q(search_text__contains=mark.format(text))
    return matches


def _ranked(*conditions: Q, otherwise_first: bool = False) -> Case:
    """Return 0 for the first condition, 1 for the second, and so on; what meets none comes last, or first."""
    ranks = [When(condition, then=Value(rank)) for rank, condition in enumerate(conditions)]
    return Case(*ranks, default=Value(-1 if otherwise_first else len(ranks)), output_field=IntegerField())


@cache
def _classifications_by_word() -> dict[str, tuple[str, ...]]:
    return words_for_classifications()
