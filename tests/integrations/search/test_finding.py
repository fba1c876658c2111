"""What both engines find, in which order, and what they count."""

from dataclasses import replace

import pytest

from helpdesk.search.plan import Group, Plan, Term
from tests.integrations.search.entries import AGENTS, OFFICIALS, PUBLIC, TEAM, entry, fill, keys, plan, word


def test_a_word_finds_what_has_it_with_what_was_kept(engine):
    fill(engine, entry(1, "itsme werkt niet", title="Aanmelden"), entry(2, "jaarrekening"))
    found = engine.search(plan("itsme"))
    assert [(match.key, match.ref.object_id, match.title, match.text) for match in found.matches] == [
        ("article:1", 1, "Aanmelden", "itsme werkt niet")
    ]
    assert found.total == 1


def test_a_rare_word_weighs_more_than_a_common_one(engine):
    fill(engine, entry(1, "loket loket"), entry(2, "loket eed"), entry(3, "loket x"), entry(4, "loket y"))
    assert keys(engine, plan("loket", "eed"))[0] == "article:2"


def test_a_short_text_comes_before_a_long_one(engine):
    fill(engine, entry(1, "itsme " + "woord " * 50), entry(2, "itsme werkt"))
    assert keys(engine, plan("itsme")) == ["article:2", "article:1"]


def test_a_word_said_more_often_comes_first(engine):
    fill(engine, entry(1, "itsme a b c"), entry(2, "itsme itsme b c"))
    assert keys(engine, plan("itsme")) == ["article:2", "article:1"]


def test_the_weight_of_a_field_decides(engine):
    fill(engine, entry(1, "itsme x", title="iets anders"), entry(2, "iets x", title="itsme anders"))
    in_text, in_title = Term(field="text", token="itsme"), Term(field="title", token="itsme", weight=3.0)
    assert keys(engine, Plan(audience=PUBLIC, groups=(Group(terms=(in_text, in_title)),))) == ["article:2", "article:1"]


def test_of_a_group_the_best_counts_and_of_several_groups_the_sum(engine):
    fill(engine, entry(1, "a b"), entry(2, "a c"), entry(3, "b c"), entry(4, "c d"))
    terms = (Term(field="text", token="a"), Term(field="text", token="b", weight=0.5))

    def scores(*groups: Group) -> dict[int, float]:
        question = Plan(audience=PUBLIC, groups=groups)
        return {match.ref.object_id: match.score for match in engine.search(question).matches}

    best, added = scores(Group(terms=terms)), scores(*(Group(terms=(term,)) for term in terms))
    assert set(best) == set(added) == {1, 2, 3}
    assert best[1] == pytest.approx(best[2])
    assert best[3] == added[3] == pytest.approx(best[2] / 2)
    assert added[1] == pytest.approx(best[2] * 1.5)


def test_a_lift_raises_what_matches_and_finds_nothing_itself(engine):
    fill(engine, entry(1, "a x"), entry(2, "a b"), entry(3, "b x"))
    found = engine.search(plan("a", lifts=(word("b"),)))
    assert [match.key for match in found.matches] == ["article:2", "article:1"]
    assert found.total == 2


def test_what_others_may_read_is_neither_found_nor_counted(engine):
    fill(
        engine,
        entry(1, "itsme"),
        entry(2, "itsme", audience=AGENTS, facets=("kind=article", "state=secret")),
        entry(3, "itsme", audience=TEAM | PUBLIC),
    )
    found = engine.search(plan("itsme", counted=("kind", "state")))
    assert {match.key for match in found.matches} == {"article:1", "article:3"}
    assert (found.total, found.facets) == (2, {"kind": {"article": 2}, "state": {}})


@pytest.mark.parametrize("others", [0, 1, 30], ids="{} that somebody else reads".format)
def test_what_two_of_one_sort_may_read_is_added_up_and_counted_once(engine, others):
    fill(
        engine,
        entry(1, "itsme", facets=("is=open",)),
        entry(2, "itsme loket", audience=AGENTS | TEAM, facets=("is=open", "is=late")),
        entry(3, "itsme", audience=AGENTS, facets=("is=finished",)),
        entry(4, "itsme", audience=TEAM, facets=("is=open",)),
        *[entry(10 + number, "itsme", audience=OFFICIALS, facets=("is=open",)) for number in range(others)],
    )
    both = plan("itsme", "loket", audience=AGENTS | PUBLIC, counted=("is",))
    assert engine.search(both).facets == {"is": {"open": 2, "late": 1, "finished": 1}}
    assert engine.search(both).total == 3
    left = engine.search(replace(both, left_out=("is=late",)))
    assert (left.total, left.facets) == (2, {"is": {"open": 1, "finished": 1}})
    of_two_sorts = engine.search(plan("itsme", audience=AGENTS | TEAM, counted=("is",)))
    assert (of_two_sorts.total, of_two_sorts.facets) == (3, {"is": {"open": 2, "late": 1, "finished": 1}})


def test_a_sort_of_readers_is_counted_however_it_is_called(engine):
    fill(engine, entry(1, "itsme", audience=frozenset({"article:asked.signed_in:1", "article:asked:1"})))
    assert engine.search(plan("itsme", audience=frozenset({"article:asked.signed_in:1"}))).total == 1
    assert engine.search(plan("itsme", audience=frozenset({"article:asked.signed_in:2"}))).total == 0
    assert engine.search(plan("itsme", audience=frozenset({"article:asked:1"}))).total == 1


def test_an_entry_for_two_of_one_sort_is_refused():
    with pytest.raises(ValueError, match="article:1 is for two of one sort"):
        entry(1, "itsme", audience=PUBLIC | AGENTS)


def test_an_audience_adds_nothing_to_a_score(engine):
    fill(engine, entry(1, "x"), entry(2, "x", audience=PUBLIC | TEAM))
    one, other = engine.search(plan("x", audience=PUBLIC | TEAM)).matches
    assert one.score == pytest.approx(other.score)


@pytest.mark.parametrize("token", ["(", "a AND b", "*", "\\", '"', "a:b", "[1 TO 2]", "é" * 500, "\x00", "🙂"])
def test_no_token_means_anything_but_itself(engine, token):
    fill(engine, entry(1, "a"))
    assert keys(engine, plan(token)) == []


def test_who_is_nobody_finds_nothing(engine):
    fill(engine, entry(1, "itsme"))
    found = engine.search(plan("itsme", audience=frozenset(), counted=("kind",)))
    assert (found.matches, found.total, found.facets) == ((), 0, {"kind": {}})


def test_of_each_filter_one_token_must_hold(engine):
    fill(
        engine,
        entry(1, "x", facets=("kind=ticket", "status=open")),
        entry(2, "x", facets=("kind=ticket", "status=new")),
        entry(3, "x", facets=("kind=ticket", "status=closed")),
        entry(4, "x", facets=("kind=article", "status=open")),
    )
    found = engine.search(
        plan("x", filters=(("kind=ticket",), ("status=open", "status=new")), counted=("status", "kind"))
    )
    assert {match.ref.object_id for match in found.matches} == {1, 2}
    assert found.facets == {"status": {"open": 1, "new": 1}, "kind": {"ticket": 2}}


def _with_statuses():
    return (
        entry(1, "x", facets=("kind=ticket", "status=open"), codes=("AP-1",)),
        entry(2, "x", facets=("kind=ticket", "status=new"), codes=("AP-1",)),
        entry(3, "x y", facets=("kind=ticket", "status=closed", "application=loket")),
        entry(4, "x y", facets=("kind=ticket",), version=9),
        entry(5, "x y", facets=("kind=ticket",), audience=AGENTS),
    )


@pytest.mark.parametrize(
    ("left_out", "left"),
    [
        (("status=open",), {2, 3, 4}),
        (("status=open", "status=new"), {3, 4}),
        (("status=open", "application=loket"), {2, 4}),
        (("status=none", "open", "status"), {1, 2, 3, 4}),
        # More than are looked up one by one.
        (("status=open", *(f"status={number}" for number in range(50))), {2, 3, 4}),
    ],
)
@pytest.mark.parametrize("words", [("x",), ()])
def test_what_holds_one_of_what_is_left_out_is_neither_found_nor_counted(engine, words, left_out, left):
    fill(engine, *_with_statuses())
    found = engine.search(plan(*words, left_out=left_out, counted=("kind",)))
    assert {match.ref.object_id for match in found.matches} == left
    assert (found.total, found.facets) == (len(left), {"kind": {"ticket": len(left)}})


def test_what_is_left_out_goes_with_filters_codes_and_slices_and_adds_nothing_to_a_score(engine):
    fill(engine, *_with_statuses())
    everything = {match.key: match.score for match in engine.search(plan("x", "y")).matches}
    without = engine.search(plan("x", "y", left_out=("status=open",))).matches
    assert {match.key: match.score for match in without} == pytest.approx(
        {key: score for key, score in everything.items() if key != "article:1"}
    )
    assert keys(engine, plan("x", filters=(("status=open", "status=new"),), left_out=("status=open",))) == ["article:2"]
    assert keys(engine, plan("x", filters=(("status=open",),), left_out=("status=open",))) == []
    assert keys(engine, plan(codes=("AP-1",), left_out=("status=open",))) == ["article:2"]
    assert keys(engine, plan(left_out=("status=open",), limit=2, offset=1)) == ["article:3", "article:2"]


def test_what_others_may_read_is_not_found_by_leaving_something_out(engine):
    fill(engine, *_with_statuses())
    found = engine.search(plan("y", left_out=("status=closed",), counted=("kind",)))
    assert [match.key for match in found.matches] == ["article:4"]
    assert (found.total, found.facets) == (1, {"kind": {"ticket": 1}})
    assert engine.search(plan("y", audience=frozenset(), left_out=("status=closed",))).total == 0


@pytest.mark.parametrize(
    ("phrases", "found"),
    [
        ((("a", "b"),), {1, 4}),
        ((("b", "a"),), {2}),
        ((("a", "b", "c"),), {1}),
        ((("a",),), {1, 2, 3, 4}),
        ((("a", "b"), ("c", "d")), {1}),
        ((("d", "a"),), set()),
        ((("a", "titel"),), set()),
    ],
)
@pytest.mark.parametrize("words", [("x",), ()])
def test_the_words_of_a_phrase_follow_one_another(engine, words, phrases, found):
    fill(
        engine,
        entry(1, "x a b c d"),
        entry(2, "x b a c d"),
        entry(3, "x a c b d"),
        entry(4, "x y a b", title="titel a"),
        entry(5, "x a b", audience=AGENTS),
        entry(6, "x b c"),
    )
    answer = engine.search(plan(*words, phrases=phrases, counted=("kind",)))
    assert {match.ref.object_id for match in answer.matches} == found
    assert (answer.total, answer.facets["kind"]) == (len(found), {"article": len(found)} if found else {})


def test_a_phrase_adds_nothing_to_a_score(engine):
    fill(engine, entry(1, "x a b"), entry(2, "x b a"), entry(3, "y"))
    scores = {match.key: match.score for match in engine.search(plan("x")).matches}
    (match,) = engine.search(plan("x", phrases=(("a", "b"),))).matches
    assert match.score == pytest.approx(scores["article:1"])


@pytest.mark.parametrize("token", ["(", "a AND b", "*", "\\", "[1 TO 2]", "~2", "a:b"])
def test_no_token_of_a_phrase_means_anything_but_itself(engine, token):
    fill(engine, entry(1, "a b"))
    assert keys(engine, plan(phrases=(("a", token),))) == []


def test_facets_count_all_that_is_found_whatever_part_is_shown(engine):
    fill(engine, *[entry(number, "x", facets=(f"is={number % 2}",)) for number in range(1, 8)])
    found = engine.search(plan("x", limit=2, counted=("is",)))
    assert (len(found.matches), found.total, found.facets) == (2, 7, {"is": {"1": 4, "0": 3}})


def test_where_nobody_asks_how_many_the_same_is_found_and_nothing_counted(engine, monkeypatch):
    monkeypatch.setattr("integrations.search.tantivy.engine.counted", None)
    fill(engine, entry(1, "itsme werkt"), entry(2, "itsme"), entry(3, "itsme", audience=AGENTS))
    found = engine.search(plan("itsme", limit=1, is_counted=False))
    assert [match.key for match in found.matches] == ["article:2"]
    assert engine.search(plan("loket", is_counted=False)).matches == ()
    with pytest.raises(LookupError):
        assert found.total


def test_a_facet_s_value_is_counted_as_it_was_written(engine):
    values = ("a=b", "https://data.vlaanderen.be/id/x", "met spatie", "é*.[")
    fill(engine, entry(1, "x", facets=(*(f"uri={value}" for value in values), "urix=no")))
    assert engine.search(plan("x", counted=("uri",))).facets == {"uri": dict.fromkeys(values, 1)}


def test_a_code_finds_just_what_has_it(engine):
    fill(engine, entry(1, "x", codes=("AP-1",)), entry(2, "AP-1 x"), entry(3, "x", codes=("AP-1", "AP-2")))
    assert set(keys(engine, plan(codes=("AP-1",)))) == {"article:1", "article:3"}
    assert keys(engine, plan(codes=("AP-1",), audience=AGENTS)) == []


def test_without_words_the_newest_come_first_page_after_page(engine):
    fill(engine, *[entry(number, "x", version=version) for number, version in [(1, 5), (2, 9), (3, 7), (4, 1)]])
    pages = [keys(engine, plan(limit=3)), keys(engine, plan(limit=3, offset=3)), keys(engine, plan(offset=4))]
    assert pages == [["article:2", "article:3", "article:1"], ["article:4"], []]


def test_a_page_that_is_too_far_is_empty_and_still_says_how_many_there_are(engine):
    fill(engine, entry(1, "x"))
    found = engine.search(plan("x", offset=1_000_000))
    assert (found.matches, found.total) == ((), 1)


def test_microseconds_order_what_is_alike(engine):
    moment = 1_795_632_000_000_000
    fill(engine, entry(1, "x", version=moment), entry(2, "x", version=moment + 1))
    assert keys(engine, plan()) == ["article:2", "article:1"]


def test_long_text_is_given_back_whole(engine):
    text = "woord " * 16_000 + "naald"
    fill(engine, entry(1, text))
    assert engine.search(plan("naald")).matches[0].text == text
