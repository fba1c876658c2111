"""From a plan to a search request, and from its answer to what was found."""

from collections.abc import Mapping
from typing import Any

from elasticsearch import Elasticsearch
from elasticsearch.dsl import Search
from elasticsearch.dsl.aggs import Terms as Counted
from elasticsearch.dsl.query import Bool, ConstantScore, DisMax, MatchPhrase, Query, Term, Terms

from helpdesk.search.engine import Counts, EngineUnavailableError, Found, Match, NoIndexError, TooSlowError
from helpdesk.search.plan import Group, Plan
from integrations.search.elastic.cluster import read_as_its_own
from integrations.search.elastic.stored import ref_of

# Elasticsearch pages no further.
WINDOW = 10_000
MOST_VALUES = 2_000
# After this the cluster gives up; less than a page waits for it, so that it is heard saying so.
LONGEST = "500ms"
NEWEST: tuple[Any, ...] = ({"version": "desc"}, "key")


def find(client: Elasticsearch, index: str, plan: Plan) -> Found:
    with read_as_its_own():
        return _found(_search(plan).using(client).index(index).execute().to_dict(), plan)


def ask_anything(client: Elasticsearch, index: str) -> None:
    """Search for nothing in particular: a cluster that says it is well may still answer no question."""
    client.search(index=index, size=0, track_total_hits=False, timeout=LONGEST)


def _search(plan: Plan) -> Search:
    first = min(plan.offset, WINDOW)
    search = Search().query(_query(plan))[first : min(first + plan.limit, WINDOW)]
    search = search.source(["ref", "title", "text"]).extra(track_total_hits=plan.is_counted, timeout=LONGEST)
    if not plan.groups:
        search = search.sort(*NEWEST)
    for name in plan.counted:
        search.aggs.bucket(name, Counted(field=f"counts.{name}", size=MOST_VALUES))
    return search


def _query(plan: Plan) -> Query:
    filters: list[Query] = [Terms(audience=sorted(plan.audience))]
    filters += [Terms(facets=list(tokens)) for tokens in plan.filters]
    if plan.left_out:
        filters.append(Bool(must_not=[Terms(facets=list(plan.left_out))]))
    filters += [MatchPhrase(**{"tokens.text": " ".join(tokens)}) for tokens in plan.phrases]
    if plan.codes:
        return Bool(must=[ConstantScore(filter=Terms(codes=list(plan.codes)))], filter=filters)
    if not plan.groups:
        return Bool(filter=filters)
    wanted = Bool(should=[_group(group) for group in plan.groups], minimum_should_match=1)
    return Bool(must=[wanted], should=[_group(group) for group in plan.lifts], filter=filters)


def _group(group: Group) -> Query:
    terms = [Term(**{f"tokens.{term.field}": {"value": term.token, "boost": term.weight}}) for term in group.terms]
    return terms[0] if len(terms) == 1 else DisMax(queries=terms)


def _found(answer: Mapping[str, Any], plan: Plan) -> Found:
    read = answer["_shards"]["total"]
    if answer["_shards"]["failed"]:
        raise EngineUnavailableError("the index that is read is not whole")
    if answer["timed_out"]:
        raise TooSlowError(f"not answered in {LONGEST}")
    if read != 1:
        raise NoIndexError(f"the alias for reading points at {read} indices")
    matches = tuple(
        Match(
            key=hit["_id"],
            ref=ref_of(hit["_source"]["ref"]),
            score=hit.get("_score") or 0.0,
            title=hit["_source"].get("title", ""),
            text=hit["_source"].get("text", ""),
        )
        for hit in answer["hits"]["hits"]
    )
    if not plan.is_counted:
        return Found(matches=matches)
    counts = Counts(total=answer["hits"]["total"]["value"], facets=_facets(answer, plan))
    return Found(matches=matches, counts=lambda: counts)


def _facets(answer: Mapping[str, Any], plan: Plan) -> Mapping[str, Mapping[str, int]]:
    return {
        name: {bucket["key"]: bucket["doc_count"] for bucket in answer["aggregations"][name]["buckets"]}
        for name in plan.counted
    }
