"""What every engine does alike: one suite for all of them."""

import threading
from collections.abc import Iterable

import pytest
from django.conf import settings

from helpdesk.search.engine import EngineUnavailableError, Entry, ObjectRef, make_engine
from helpdesk.search.plan import Group, Plan, Term

PUBLIC = frozenset({"article:public"})
AGENTS = frozenset({"article:agents"})


def entry(number, text="", *, title="", audience=PUBLIC, version=1, suffix="", codes=(), facets=()):  # noqa: PLR0913 - one value each
    words = text.split()
    return Entry(
        key=f"article:{number}{suffix}",
        ref=ObjectRef("article", number),
        version=version,
        title=title,
        text=text,
        tokens={"title": title.split(), "text": title.split() + words, "parts": (), "grams": ()},
        audience=audience,
        codes=codes,
        facets=("kind=article", *facets),
    )


def word(token, field="text", weight=1.0):
    return Group(terms=(Term(field=field, token=token, weight=weight),))


class Shelf:
    """The database that an index is built from: what each object's entries are now."""

    def __init__(self):
        self.entries = {}

    def put(self, *entries):
        for one in entries:
            self.entries.setdefault(one.ref, []).append(one)

    def load(self, refs) -> Iterable[Entry]:
        return [one for ref in refs for one in self.entries.get(ref, [])]


@pytest.fixture
def shelf():
    return Shelf()


@pytest.fixture(params=["tantivy"])
def engine(request, tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "SEARCH_DIR", tmp_path / "search")
    made = make_engine(backend=request.param, place=f"trial-{tmp_path.name[-20:].lower()}")
    yield made
    made.drop()


@pytest.fixture
def built(engine, shelf):
    """Put entries on the shelf and build the index of it."""

    def build(*entries):
        shelf.put(*entries)
        engine.rebuild([list(shelf.entries)], shelf.load)
        return engine

    return build


def keys(found):
    return [match.key for match in found.matches]


def ask(engine, *groups, audience=PUBLIC, **more):
    return engine.search(Plan(audience=audience, groups=groups, **more))


def test_it_finds_what_holds_a_word_and_gives_back_what_was_kept(built):
    engine = built(entry(1, "aanmeld itsme", title="itsme"), entry(2, "loket"))

    found = ask(engine, word("itsme"))

    (match,) = found.matches
    assert (match.key, match.ref, match.title, match.text) == (
        "article:1",
        ObjectRef("article", 1),
        "itsme",
        "aanmeld itsme",
    )
    assert match.score > 0
    assert found.total == 1


def test_a_rare_word_counts_for_more_than_a_common_one(built):
    engine = built(*(entry(number, "loket vraag") for number in range(1, 9)), entry(9, "kerkfabriek vraag"))

    assert keys(ask(engine, word("loket"), word("kerkfabriek")))[0] == "article:9"


def test_the_best_term_of_a_group_counts_and_its_weight(built):
    engine = built(entry(1, "eid kaart"), entry(2, "itsme kaart"), entry(3, "loket kaart"))
    either = Group(terms=(Term(field="text", token="eid", weight=0.5), Term(field="text", token="itsme")))

    found = ask(engine, either)

    assert keys(found) == ["article:2", "article:1"]
    assert found.matches[0].score == pytest.approx(2 * found.matches[1].score, rel=0.01)


def test_the_others_of_a_group_add_as_much_as_it_says(built):
    engine = built(entry(1, "eid itsme"), entry(2, "loket balie"))
    terms = (Term(field="text", token="eid"), Term(field="text", token="itsme"))

    best = ask(engine, Group(terms=terms)).matches[0].score
    both = ask(engine, Group(terms=terms, tie=0.5)).matches[0].score

    assert both == pytest.approx(1.5 * best, rel=0.01)


def test_a_lift_changes_the_order_and_finds_nothing(built):
    engine = built(entry(1, "loket a"), entry(2, "loket b"), entry(3, "c b"))

    found = ask(engine, word("loket"), lifts=(word("b"),))

    assert keys(found) == ["article:2", "article:1"]
    assert found.total == 2


def test_as_many_groups_must_match_as_are_needed(built):
    engine = built(entry(1, "a b"), entry(2, "a c"), entry(3, "d"))

    assert keys(ask(engine, word("a"), word("b"), word("d"), needed=2)) == ["article:1"]


def test_nobody_finds_what_is_for_others(built):
    engine = built(entry(1, "geheim", audience=AGENTS), entry(2, "geheim", audience=PUBLIC))

    assert keys(ask(engine, word("geheim"))) == ["article:2"]
    assert ask(engine, word("geheim")).total == 1
    assert keys(ask(engine, word("geheim"), audience=AGENTS)) == ["article:1"]
    assert ask(engine, word("geheim"), audience=PUBLIC | AGENTS).total == 2
    assert ask(engine, word("geheim"), audience=frozenset()).total == 0


def test_an_audience_adds_nothing_to_a_score(built):
    engine = built(entry(1, "vraag", audience=PUBLIC), entry(2, "vraag", audience=PUBLIC | AGENTS))

    scores = {round(match.score, 5) for match in ask(engine, word("vraag"), audience=PUBLIC | AGENTS).matches}

    assert len(scores) == 1


def test_filters_hold_one_value_of_each(built):
    engine = built(
        entry(1, "a", facets=("status=open", "org=aalst")),
        entry(2, "a", facets=("status=closed", "org=aalst")),
        entry(3, "a", facets=("status=open", "org=gent")),
    )

    assert keys(ask(engine, word("a"), filters=(("status=open",), ("org=aalst", "org=ieper")))) == ["article:1"]


def test_facets_count_all_that_is_found_and_only_what_may_be_seen(built):
    engine = built(
        *(entry(number, "a", facets=("status=open",), audience=AGENTS) for number in (1, 2)),
        entry(3, "a", facets=("status=open",)),
        entry(4, "a", facets=("status=closed",)),
        entry(5, "b", facets=("status=closed",)),
    )

    found = ask(engine, word("a"), counted=("status", "kind"), limit=1)

    assert found.facets == {"status": {"open": 1, "closed": 1}, "kind": {"article": 2}}
    assert (found.total, len(found.matches)) == (2, 1)


def test_a_code_finds_just_what_has_it(built):
    engine = built(entry(1, "a", codes=("AP7K3M9QX",)), entry(2, "ap7k3m9qx"))

    assert keys(engine.search(Plan(audience=PUBLIC, codes=("AP7K3M9QX",)))) == ["article:1"]
    assert engine.search(Plan(audience=AGENTS, codes=("AP7K3M9QX",))).total == 0


def test_without_words_the_newest_come_first(built):
    engine = built(entry(1, "a", version=2), entry(2, "b", version=3), entry(3, "c", version=1))

    assert keys(engine.search(Plan(audience=PUBLIC))) == ["article:2", "article:1", "article:3"]


def test_a_slice_of_what_is_found(built):
    engine = built(*(entry(number, "a", version=number) for number in range(1, 6)))

    found = engine.search(Plan(audience=PUBLIC, limit=2, offset=2))

    assert (keys(found), found.total) == (["article:3", "article:2"], 5)


def test_a_change_replaces_all_that_was_kept_of_an_object(built, shelf):
    engine = built(entry(1, "oud", version=1), entry(1, "oud", version=1, suffix=":asked"), entry(2, "oud"))
    shelf.entries[ObjectRef("article", 1)] = [entry(1, "nieuw", version=2)]

    engine.replace([ObjectRef("article", 1)], shelf.load)

    assert keys(ask(engine, word("oud"))) == ["article:2"]
    assert keys(ask(engine, word("nieuw"))) == ["article:1"]


def test_what_is_gone_is_found_no_more(built, shelf):
    engine = built(entry(1, "a"), entry(2, "a"))
    del shelf.entries[ObjectRef("article", 1)]

    engine.replace([ObjectRef("article", 1)], shelf.load)

    assert keys(ask(engine, word("a"))) == ["article:2"]


def test_a_change_that_fails_changes_nothing(built, shelf):
    engine = built(entry(1, "a"))

    def fail(_refs):
        yield entry(1, "b", version=2)
        raise LookupError

    with pytest.raises(LookupError):
        engine.replace([ObjectRef("article", 1)], fail)

    assert ask(engine, word("b")).total == 0
    assert keys(ask(engine, word("a"))) == ["article:1"]


def test_while_it_is_rebuilt_the_old_answers_and_no_change_is_lost(built, shelf):
    engine = built(entry(1, "oud"), entry(2, "blijft"))
    seen = []

    def batches():
        yield [ObjectRef("article", 1), ObjectRef("article", 2)]
        # The new version has read both; now the first changes, the second goes and a third comes.
        shelf.entries = {
            ObjectRef("article", 1): [entry(1, "nieuw", version=2)],
            ObjectRef("article", 3): [entry(3, "nieuw", version=2)],
        }
        engine.replace([ObjectRef("article", number) for number in (1, 2, 3)], shelf.load)
        seen.append(keys(ask(engine, word("nieuw"))))

    engine.rebuild(batches(), shelf.load)

    assert sorted(seen[0]) == ["article:1", "article:3"]
    assert sorted(keys(ask(engine, word("nieuw")))) == ["article:1", "article:3"]
    assert ask(engine, word("oud")).total == ask(engine, word("blijft")).total == 0


def test_a_rebuild_that_fails_leaves_the_old(built, shelf):
    engine = built(entry(1, "oud"))

    def fail(_refs):
        raise LookupError

    with pytest.raises(LookupError):
        engine.rebuild([[ObjectRef("article", 1)]], fail)

    assert keys(ask(engine, word("oud"))) == ["article:1"]


def test_another_process_sees_what_was_written(built, shelf, engine, request):
    built(entry(1, "oud"))
    other = make_engine(backend=engine.name, place=_place(engine))
    assert ask(other, word("oud")).total == 1
    shelf.entries[ObjectRef("article", 1)] = [entry(1, "nieuw", version=2)]

    engine.replace([ObjectRef("article", 1)], shelf.load)

    assert keys(ask(other, word("nieuw"))) == ["article:1"]


def test_before_it_is_built_it_says_so(engine, shelf):
    with pytest.raises(EngineUnavailableError):
        ask(engine, word("a"))
    with pytest.raises(EngineUnavailableError):
        engine.probe()


def test_it_knows_its_version(built):
    assert built(entry(1, "a")).probe().count(".") == 2


def test_several_write_at_once_and_nothing_is_lost(built, shelf):
    engine = built(entry(0, "a"))
    for number in range(1, 9):
        shelf.put(entry(number, "a"))
    writers = [
        threading.Thread(target=engine.replace, args=([ObjectRef("article", number)], shelf.load))
        for number in range(1, 9)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert ask(engine, word("a")).total == 9


@pytest.mark.parametrize("token", ["(", "a AND b", "*", "\\", '"', "a:b", "[1 TO 2]", "é" * 500, "\x00", "🙂"])
def test_no_token_means_anything_but_itself(built, token):
    engine = built(entry(1, "a"))

    assert ask(engine, word(token)).total == 0


def _place(engine):
    return engine._place
