"""How both engines keep up with what changes, and what happens to what comes late."""

import time

import pytest

from helpdesk.search.engine import EngineUnavailableError
from tests.integrations.search.entries import Beside, Shelf, entry, fill, keys, loading, plan, ref, soon


def test_what_changed_is_found_in_its_new_words(engine):
    fill(engine, entry(1, "oud"))
    engine.replace([ref(1)], loading(entry(1, "nieuw", version=2)))
    assert soon(lambda: keys(engine, plan("nieuw")) == ["article:1"])
    assert keys(engine, plan("oud")) == []


def test_what_is_new_is_found(engine):
    fill(engine, entry(1, "x"))
    engine.replace([ref(2)], loading(entry(2, "x")))
    assert soon(lambda: engine.search(plan("x")).total == 2)


def test_an_object_without_entries_is_gone_and_its_neighbour_stays(engine):
    fill(engine, entry(1, "x"), entry(1, "x", ending=":asked"), entry(11, "x"))
    engine.replace([ref(1)], loading())
    assert soon(lambda: keys(engine, plan("x")) == ["article:11"])


def test_an_entry_that_an_object_has_no_more_is_gone(engine):
    fill(engine, entry(1, "x"), entry(1, "x", ending=":asked"))
    engine.replace([ref(1)], loading(entry(1, "x")))
    assert soon(lambda: keys(engine, plan("x")) == ["article:1"])


def test_an_entry_written_a_moment_ago_is_removed_too(engine):
    fill(engine, entry(1, "x"))
    engine.replace([ref(2)], loading(entry(2, "x"), entry(2, "x", ending=":asked")))
    engine.replace([ref(2)], loading())
    assert soon(lambda: keys(engine, plan("x")) == ["article:1"])
    time.sleep(0.6)
    assert keys(engine, plan("x")) == ["article:1"]


def test_what_was_gone_can_come_back(engine):
    fill(engine, entry(1, "x"))
    engine.replace([ref(1)], loading())
    engine.replace([ref(1)], loading(entry(1, "x")))
    assert soon(lambda: keys(engine, plan("x")) == ["article:1"])


def test_the_same_again_changes_nothing(engine):
    fill(engine, entry(1, "x"))
    for _ in range(3):
        engine.replace([ref(1)], loading(entry(1, "x")))
    assert soon(lambda: engine.search(plan("x")).total == 1)


def test_another_process_finds_what_this_one_wrote(engine, another_engine):
    fill(engine, entry(1, "x"))
    other = another_engine()
    assert keys(other, plan("x")) == ["article:1"]
    engine.replace([ref(2)], loading(entry(2, "x")))
    assert soon(lambda: other.search(plan("x")).total == 2)


@pytest.mark.parametrize("newer", [[], [entry(1, "nieuw", version=2)]], ids=["gone", "changed"])
def test_what_was_read_earlier_does_not_overwrite_what_was_read_later(engine, another_engine, newer):
    """As when a worker stands still between reading and writing."""
    fill(engine, entry(9, "x"), entry(9, "x", ending=":asked"))
    beside = []

    def slow_load(refs):
        beside.append(Beside(another_engine(), [ref(1)], loading(*newer)))
        beside[0].wait(1.0)
        return [entry(1, "oud"), entry(1, "oud", ending=":asked")]

    engine.replace([ref(1)], slow_load)
    beside[0].wait()
    assert soon(lambda: keys(engine, plan("nieuw")) == [one.key for one in newer])
    time.sleep(0.6)
    assert keys(engine, plan("oud")) == []


def test_a_rebuild_keeps_just_what_there_is(engine):
    fill(engine, entry(1, "x"), entry(2, "x"))
    fill(engine, entry(2, "x"), entry(3, "x"))
    assert set(keys(engine, plan("x"))) == {"article:2", "article:3"}


def test_until_a_rebuild_is_done_the_old_index_answers(engine, another_engine):
    fill(engine, entry(1, "oud"))
    seen = []

    def load(refs):
        seen.append((keys(engine, plan("oud")), keys(another_engine(), plan("oud"))))
        return [entry(2, "nieuw")]

    engine.rebuild([[ref(2)]], load)
    assert seen == [(["article:1"], ["article:1"])]
    assert (keys(engine, plan("oud")), keys(engine, plan("nieuw"))) == ([], ["article:2"])


@pytest.mark.parametrize("order", [(1, 2), (2, 1)], ids=["before", "after"])
def test_a_change_during_a_rebuild_is_in_it_whether_it_was_read_before_or_after(engine, another_engine, order):
    shelf = Shelf(entry(1, "oud"), entry(2, "x"), entry(3, "oud"))
    engine.rebuild([[ref(1), ref(2), ref(3)]], shelf.load)

    def batches():
        yield [ref(order[0]), ref(3)]
        shelf.put(entry(1, "nieuw", version=2), entry(4, "nieuw"))
        shelf.remove(ref(3))
        Beside(another_engine(), [ref(1), ref(3), ref(4)], shelf.load).wait()
        assert soon(lambda: set(keys(engine, plan("nieuw"))) == {"article:1", "article:4"})
        yield [ref(order[1])]

    engine.rebuild(batches(), shelf.load)
    assert set(keys(engine, plan("nieuw"))) == {"article:1", "article:4"}
    assert (keys(engine, plan("oud")), keys(engine, plan("x"))) == ([], ["article:2"])


def test_what_is_removed_while_a_rebuild_has_read_it_and_not_yet_written_it_stays_away(engine, another_engine):
    shelf = Shelf(entry(1, "x"), entry(2, "x"))
    engine.rebuild([[ref(1), ref(2)]], shelf.load)
    beside = []

    def load(refs):
        found = shelf.load(refs)
        shelf.remove(ref(1))
        beside.append(Beside(another_engine(), [ref(1)], shelf.load))
        beside[-1].wait(2.0)
        return found

    engine.rebuild([[ref(1), ref(2)]], load)
    for one in beside:
        one.wait()
    assert soon(lambda: keys(engine, plan("x")) == ["article:2"])
    time.sleep(0.6)
    assert keys(engine, plan("x")) == ["article:2"]


def test_a_rebuild_that_fails_leaves_everything_as_it_was(engine):
    fill(engine, entry(1, "x"))

    def load(refs):
        raise LookupError("planted")

    with pytest.raises(LookupError, match="planted"):
        engine.rebuild([[ref(1)]], load)
    assert keys(engine, plan("x")) == ["article:1"]
    engine.replace([ref(1)], loading(entry(1, "nieuw")))
    assert soon(lambda: keys(engine, plan("nieuw")) == ["article:1"])


def test_where_no_index_is_nothing_can_be_asked(engine):
    with pytest.raises(EngineUnavailableError):
        engine.search(plan("x"))
    with pytest.raises(EngineUnavailableError):
        engine.probe()


def test_an_index_of_nothing_finds_nothing(engine):
    engine.rebuild([], loading())
    assert engine.search(plan("x", counted=("kind",))).total == 0
    assert engine.probe()


def test_a_change_that_fails_changes_nothing(engine):
    fill(engine, entry(1, "x"))

    def load(refs):
        yield entry(1, "nieuw")
        raise LookupError("planted")

    with pytest.raises(LookupError, match="planted"):
        engine.replace([ref(1)], load)
    time.sleep(0.6)
    assert (keys(engine, plan("x")), keys(engine, plan("nieuw"))) == (["article:1"], [])


def test_several_write_at_once_and_nothing_is_lost(engine):
    shelf = Shelf(*[entry(number, "x") for number in range(9)])
    engine.rebuild([[ref(0)]], shelf.load)
    writers = [Beside(engine, [ref(number)], shelf.load) for number in range(1, 9)]
    for writer in writers:
        writer.wait()
    assert soon(lambda: engine.search(plan("x")).total == 9)


def test_it_knows_its_version(engine):
    fill(engine, entry(1, "x"))
    assert engine.probe().count(".") == 2


def test_each_place_has_an_index_of_its_own_and_dropping_one_leaves_the_other(another_engine):
    live, trial = another_engine(), another_engine("trial")
    fill(live, entry(1, "x"))
    fill(trial, entry(2, "x"))
    assert (keys(live, plan("x")), keys(trial, plan("x"))) == (["article:1"], ["article:2"])
    trial.drop()
    assert keys(live, plan("x")) == ["article:1"]
    with pytest.raises(EngineUnavailableError):
        trial.search(plan("x"))
