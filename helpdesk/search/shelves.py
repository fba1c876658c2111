"""Each kind has an index of its own: how rare a word is in articles must not depend on how many tickets have it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from helpdesk.search.engine import Counts, Found, Match, ObjectRef, engine
from helpdesk.search.plan import Plan, kind_of
from helpdesk.search.sources import sources


def search(plan: Plan) -> Found:
    """Execute a plan in the index of each kind its audience reads; raises EngineUnavailableError as an engine does."""
    kinds = sorted({kind_of(token) for token in plan.audience})
    if len(kinds) == 1:
        return engine(kinds[0]).search(plan)
    first = replace(plan, offset=0, limit=plan.offset + plan.limit)
    parts = [engine(kind).search(replace(first, audience=_of_kind(kind, plan.audience))) for kind in kinds]
    ordered = sorted((match for part in parts for match in _beside_best(part.matches)), key=lambda one: -one.score)
    return Found(
        matches=tuple(ordered[plan.offset : plan.offset + plan.limit]),
        counts=lambda: _added_up([part.counts() for part in parts], plan.counted),
    )


def probe() -> str:
    """Return the version of the engine; raises EngineUnavailableError when the index of any kind is not usable."""
    return min(engine(kind).probe() for kind in sources())


def by_kind(refs: Iterable[ObjectRef]) -> Mapping[str, Sequence[ObjectRef]]:
    kinds: defaultdict[str, list[ObjectRef]] = defaultdict(list)
    for ref in refs:
        kinds[ref.kind].append(ref)
    return kinds


def _of_kind(kind: str, audience: Collection[str]) -> frozenset[str]:
    return frozenset(token for token in audience if kind_of(token) == kind)


def _beside_best(matches: Sequence[Match]) -> Sequence[Match]:
    """Return them with scores beside the best of their kind: a score says nothing in another index."""
    best = max((match.score for match in matches), default=0.0) or 1.0
    return [replace(match, score=match.score / best) for match in matches]


def _added_up(counts: Sequence[Counts], names: Iterable[str]) -> Counts:
    return Counts(
        total=sum(count.total for count in counts),
        facets={name: _added([count.facets[name] for count in counts]) for name in names},
    )


def _added(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    added: defaultdict[str, int] = defaultdict(int)
    for count in counts:
        for value, number in count.items():
            added[value] += number
    return dict(added)
