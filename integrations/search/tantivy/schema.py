"""How entries lie in a tantivy index, and how a plan reads there."""

from collections.abc import Iterable, Sequence

import tantivy
from tantivy import Occur, Query

from helpdesk.search.engine import Entry, ObjectRef
from helpdesk.search.plan import FIELDS, Group, Plan, Term, sort_of

# Up to so many tokens it is quicker to look each one up than to go through all that there are.
FEW = 32


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name in FIELDS:
        # Tokens come separated by blanks; where they stand is kept of the one field that phrases are looked for in.
        option = "position" if name == "text" else "freq"
        builder.add_text_field(name, tokenizer_name="whitespace", index_option=option)
    for name in ("codes", "facets"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("audience", stored=True, tokenizer_name="raw", index_option="basic")
    # Of each sort of readers which it is for, to look up whom each document that is found is for.
    builder.add_json_field("readers", tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_json_field("counts", tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_text_field("key", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("object", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("shown_title", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("version", fast=True)
    builder.add_bytes_field("shown_text", stored=True)
    return builder.build()


SCHEMA = _schema()


def document_of(entry: Entry) -> tantivy.Document:
    document = tantivy.Document()
    for name in FIELDS:
        document.add_text(name, " ".join(entry.tokens.get(name, ())))
    for name, values in (("codes", entry.codes), ("audience", entry.audience), ("facets", entry.facets)):
        for value in values:
            document.add_text(name, value)
    document.add_json("counts", _values_by_name(entry.facets))
    document.add_json("readers", {sort_of(token): token for token in entry.audience})
    document.add_text("key", entry.key)
    document.add_text("object", object_token(entry.ref))
    document.add_text("shown_title", entry.title)
    document.add_bytes("shown_text", entry.text.encode())
    document.add_unsigned("version", entry.version)
    return document


def _values_by_name(facets: Iterable[str]) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for token in facets:
        name, _, value = token.partition("=")
        values.setdefault(name, []).append(value)
    return values


def object_token(ref: ObjectRef) -> str:
    return f"{ref.kind}:{ref.object_id}"


def ref_of(token: str) -> ObjectRef:
    kind, _, number = token.rpartition(":")
    return ObjectRef(kind, int(number))


def query_of(plan: Plan) -> Query:
    """Return the plan as tantivy reads it; what only filters adds nothing to a score."""
    kept = [_readable(plan), *_filters(plan)]
    filtered = [(Occur.Must, Query.const_score_query(query, 0.0)) for query in kept] + _left_out(plan)
    if plan.codes:
        return Query.boolean_query([*filtered, (Occur.Must, one_of("codes", plan.codes))])
    if not plan.groups:
        return Query.boolean_query(filtered)
    return Query.boolean_query([*filtered, (Occur.Must, unfiltered(plan))])


def unfiltered(plan: Plan) -> Query:
    """Return what a plan looks for, whoever may read it."""
    wanted = Query.boolean_query([(Occur.Should, _group(group)) for group in plan.groups])
    if not plan.lifts:
        return wanted
    lifts = [(Occur.Should, _group(group)) for group in plan.lifts]
    return Query.boolean_query([(Occur.Must, wanted), *lifts])


def matching(plan: Plan) -> Query:
    """Return what finds the same without scores: to count, tantivy need not know which term is how much worth."""
    if not plan.groups:
        return query_of(plan)
    return Query.boolean_query([(Occur.Must, _readable(plan)), (Occur.Must, matching_for_anybody(plan))])


def matching_for_anybody(plan: Plan) -> Query:
    """Return what finds all with words of a plan that has any, whoever may read it."""
    terms = {(term.field, term.token) for group in plan.groups for term in group.terms}
    each = [(Occur.Should, Query.term_query(SCHEMA, field, token, "basic")) for field, token in sorted(terms)]
    filtered = [(Occur.Must, query) for query in _filters(plan)] + _left_out(plan)
    return Query.boolean_query([*filtered, (Occur.Must, Query.boolean_query(each))])


def _readable(plan: Plan) -> Query:
    return one_of("audience", plan.audience)


def _filters(plan: Plan) -> list[Query]:
    return [*(one_of("facets", tokens) for tokens in plan.filters), *map(_in_a_row, plan.phrases)]


def _left_out(plan: Plan) -> list[tuple[Occur, Query]]:
    return [(Occur.MustNot, one_of("facets", plan.left_out))] if plan.left_out else []


def _in_a_row(tokens: Sequence[str]) -> Query:
    if len(tokens) == 1:
        return Query.term_query(SCHEMA, "text", tokens[0], "basic")
    return Query.phrase_query(SCHEMA, "text", list(tokens))


def one_of(field: str, tokens: Iterable[str]) -> Query:
    wanted = sorted(tokens)
    if not 0 < len(wanted) <= FEW:
        return Query.term_set_query(SCHEMA, field, wanted)
    each = [(Occur.Should, Query.term_query(SCHEMA, field, token, "basic")) for token in wanted]
    return Query.boolean_query(each)


def _group(group: Group) -> Query:
    """A term that stands alone is left so: tantivy adds up bare terms several times as fast."""
    terms = [_term(term) for term in group.terms]
    return terms[0] if len(terms) == 1 else Query.disjunction_max_query(terms)


def _term(term: Term) -> Query:
    return Query.boost_query(Query.term_query(SCHEMA, term.field, term.token, "freq"), term.weight)
