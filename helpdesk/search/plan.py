"""What an engine executes: words that were analysed here, so that every engine finds the same.

An engine knows no language. It adds up BM25 (k1 1.2, b .75) over the terms of a plan and keeps its filters.
"""

from dataclasses import dataclass

# The fields of an entry, each a list of tokens that an engine indexes as they are, with their frequencies.
FIELDS = ("title", "text", "parts", "grams")


@dataclass(frozen=True, kw_only=True)
class Term:
    field: str
    token: str
    weight: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Group:
    """Terms of which only the best adds to a score."""

    terms: tuple[Term, ...]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """One question to an engine.

    `groups`: what is looked for; one of them must match, the scores of all that do are added up.
    `lifts`: add to the score of what matches, and find nothing themselves.
    `codes`: when there are any, only entries with one of these codes match, and `groups` and `lifts` are empty.
    `audience`: only entries that hold one of these tokens match; none at all when it is empty.
    `filters`: of each, an entry must hold one facet token ("status=open").
    `left_out`: an entry must hold none of these facet tokens.
    `phrases`: of each, the tokens must follow one another in the field "text".
    `counted`: names of facets whose tokens are counted over all that matches.
    `is_counted`: how many match is asked too; else nothing is counted at all.
    Without groups and codes everything readable matches, the newest (greatest version) first.
    """

    audience: frozenset[str]
    groups: tuple[Group, ...] = ()
    lifts: tuple[Group, ...] = ()
    codes: tuple[str, ...] = ()
    filters: tuple[tuple[str, ...], ...] = ()
    left_out: tuple[str, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()
    counted: tuple[str, ...] = ()
    is_counted: bool = True
    limit: int = 20
    offset: int = 0


def audience_token(kind: str, keyword: str) -> str:
    """Return how an audience keyword of a kind stands in the index: each kind has keywords of its own."""
    return f"{kind}:{keyword}"


def kind_of(token: str) -> str:
    """Return which kind an audience token is of."""
    return token.partition(":")[0]


def sort_of(token: str) -> str:
    """Return what sort of reader an audience token is of ("ticket:queue"): no entry has two tokens of one sort."""
    return token.rpartition(":")[0]


def facet_token(name: str, value: str) -> str:
    return f"{name}={value}"
