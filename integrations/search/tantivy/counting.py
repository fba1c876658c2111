"""How many match, of what is for who asks.

To keep to an audience takes tantivy longer than to look up of each that matches whom it is for. So where most of what
there is may be read, all that match are counted by reader, and what is for who asks is added up.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import tantivy

from helpdesk.search.engine import Counts
from helpdesk.search.plan import Plan, sort_of
from integrations.search.tantivy.ranking import LEAST_SHARE, share
from integrations.search.tantivy.schema import matching, matching_for_anybody

MOST_VALUES = 2000
# No facet is called so.
TOTAL = "*"

_Asked = dict[str, Any]


def counted(searcher: tantivy.Searcher, plan: Plan) -> Counts:
    facets = {name: {"terms": {"field": f"counts.{name}", "size": MOST_VALUES}} for name in plan.counted}
    sorts = {sort_of(token) for token in plan.audience}
    if len(sorts) == 1 and plan.groups and share(searcher, plan.audience) >= LEAST_SHARE:
        return _by_reader(searcher, plan, facets, sorts.pop())
    return _of_readable(searcher, plan, facets)


def _of_readable(searcher: tantivy.Searcher, plan: Plan, facets: _Asked) -> Counts:
    answer = searcher.aggregate(matching(plan), {TOTAL: {"value_count": {"field": "version"}}, **facets})
    return Counts(total=int(answer[TOTAL]["value"]), facets=_added_up([answer], facets))


def _by_reader(searcher: tantivy.Searcher, plan: Plan, facets: _Asked, sort: str) -> Counts:
    tokens = sorted(plan.audience)
    # A dot in the name of a field would be read as a step into it.
    field = "readers." + sort.replace(".", r"\.")
    readers = {"terms": {"field": field, "include": tokens, "size": len(tokens)}, "aggs": facets}
    answers = searcher.aggregate(matching_for_anybody(plan), {TOTAL: readers})[TOTAL]["buckets"]
    return Counts(total=sum(int(answer["doc_count"]) for answer in answers), facets=_added_up(answers, facets))


def _added_up(answers: Iterable[Mapping[str, Any]], facets: Iterable[str]) -> Mapping[str, Mapping[str, int]]:
    added: dict[str, Counter[str]] = {name: Counter() for name in facets}
    for answer in answers:
        for name, counts in added.items():
            counts.update({str(bucket["key"]): int(bucket["doc_count"]) for bucket in answer[name]["buckets"]})
    return added
