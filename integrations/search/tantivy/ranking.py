"""The best of what matches, of which nothing is but for who asks.

To keep to an audience takes tantivy longer than to add up the scores. So where most of what there is may be read, the
best of all are taken, and of those what is for somebody else is left out.
"""

from collections.abc import Collection
from itertools import islice
from typing import Any

import tantivy

from helpdesk.search.plan import Plan
from integrations.search.tantivy.schema import query_of, unfiltered

# The share of all documents that must be for who asks, or too much would be taken in vain.
LEAST_SHARE = 0.4
# How many times what is needed is taken: documents of others may come first more often than elsewhere.
SPARE = 2
FURTHEST = 200

Ranked = list[tuple[float, dict[str, Any]]]


def best_of(searcher: tantivy.Searcher, plan: Plan) -> Ranked:
    """Return the slice a plan asks for: of each its score, 0 where scores tell nothing, and what is kept of it."""
    return _left_over(searcher, plan) or _filtered(searcher, plan)


def _filtered(searcher: tantivy.Searcher, plan: Plan) -> Ranked:
    by_relevance = bool(plan.groups or plan.codes)
    order = None if by_relevance else "version"
    result = searcher.search(query_of(plan), plan.limit, offset=plan.offset, count=False, order_by_field=order)
    return [(score if by_relevance else 0.0, searcher.doc(at).to_dict()) for score, at in result.hits]


def _left_over(searcher: tantivy.Searcher, plan: Plan) -> Ranked:
    """Return the same from the best of all; nothing where that would take too long or not tell all."""
    needed = plan.offset + plan.limit
    if not plan.groups or plan.filters or plan.left_out or plan.phrases or needed > FURTHEST:
        return []
    part = share(searcher, plan.audience)
    if part < LEAST_SHARE:
        return []
    taken = round(needed / part * SPARE)
    hits = searcher.search(unfiltered(plan), taken, count=False).hits
    kept = ((score, searcher.doc(at).to_dict()) for score, at in hits)
    readable = list(islice((one for one in kept if not plan.audience.isdisjoint(one[1]["audience"])), needed))
    told_all = len(readable) == needed or len(hits) < taken
    return readable[plan.offset :] if told_all else []


def share(searcher: tantivy.Searcher, audience: Collection[str]) -> float:
    """Return about which part of all documents is for who asks: what was removed lately is still counted."""
    readable = sum(searcher.doc_freq("audience", token) for token in audience)
    return min(1.0, readable / max(1, searcher.num_docs))
