"""Versions of the index: whole, half-written, too many, or taken away."""

from collections.abc import Callable
from contextlib import closing
from threading import Event, Thread
from typing import Self

import pytest
from django.db import connections

from helpdesk.search.engine import LAYOUT, EngineUnavailableError, NoIndexError
from integrations.search.elastic.engine import ElasticsearchEngine
from tests.integrations.search.entries import entry, fill, keys, loading, plan, ref, soon

pytestmark = pytest.mark.elasticsearch


def indices(client, settings) -> list[str]:
    found = client.indices.get(index=f"{settings.ELASTICSEARCH_PREFIX}-*")
    return sorted(found)


def behind(client, settings, alias: str) -> list[str]:
    return sorted(client.indices.get_alias(name=f"{settings.ELASTICSEARCH_PREFIX}-live-{LAYOUT}-{alias}"))


def test_after_a_rebuild_just_its_version_is_there_read_and_written(engine, client, settings):
    fill(engine, entry(1, "x"))
    first = indices(client, settings)
    fill(engine, entry(1, "x"))
    second = indices(client, settings)
    assert (len(first), len(second)) == (1, 1)
    assert first != second
    assert behind(client, settings, "read") == behind(client, settings, "write") == second


def test_a_half_written_version_is_never_read_and_goes_with_the_next_rebuild(engine, client, settings, monkeypatch):
    fill(engine, entry(1, "x"))
    whole = indices(client, settings)

    def die(refs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("integrations.search.elastic.versions._remove", lambda *_nothing: None)
        with pytest.raises(KeyboardInterrupt):
            engine.rebuild([[ref(1)]], die)
    (half_written,) = set(indices(client, settings)) - set(whole)
    assert keys(engine, plan("x")) == ["article:1"]
    engine.replace([ref(1)], loading(entry(1, "nieuw")))
    assert soon(lambda: keys(engine, plan("nieuw")) == ["article:1"])
    fill(engine, entry(2, "x"))
    assert half_written not in indices(client, settings)
    assert keys(engine, plan("x")) == ["article:2"]


def test_an_alias_at_two_versions_is_refused_rather_than_counted_double_and_healed_by_a_rebuild(
    engine, client, settings
):
    fill(engine, entry(1, "x"))
    (index,) = indices(client, settings)
    base = f"{settings.ELASTICSEARCH_PREFIX}-live-{LAYOUT}"
    client.indices.create(index=f"{base}-1", aliases={f"{base}-read": {}})
    assert behind(client, settings, "read") == [f"{base}-1", index]
    with pytest.raises(EngineUnavailableError, match="points at 2 indices"):
        engine.search(plan("x"))
    with pytest.raises(EngineUnavailableError, match="points at 2 indices"):
        engine.probe()
    fill(engine, entry(1, "x"))
    assert keys(engine, plan("x")) == ["article:1"]
    assert len(indices(client, settings)) == 1


def test_an_alias_at_somebody_else_s_index_is_noticed_and_healed_by_a_rebuild(engine, client, settings):
    fill(engine, entry(1, "x"))
    (index,) = indices(client, settings)
    read = f"{settings.ELASTICSEARCH_PREFIX}-live-{LAYOUT}-read"
    foreign = f"vreemd-{settings.ELASTICSEARCH_PREFIX}"
    client.indices.create(index=foreign, aliases={read: {}})
    client.indices.delete_alias(index=index, name=read)
    try:
        with pytest.raises(NoIndexError, match="gets no changes"):
            engine.probe()
        fill(engine, entry(1, "x"))
        assert keys(engine, plan("x")) == ["article:1"]
        assert engine.probe().startswith("8.")
        assert client.indices.exists(index=foreign)
    finally:
        client.indices.delete(index=foreign)


def test_an_index_that_is_read_and_gets_no_changes_any_more_is_noticed(engine, client, settings):
    fill(engine, entry(1, "x"))
    (index,) = indices(client, settings)
    client.indices.delete_alias(index=index, name=f"{settings.ELASTICSEARCH_PREFIX}-live-{LAYOUT}-write")
    with pytest.raises(NoIndexError, match="gets no changes"):
        engine.probe()


def test_an_index_that_was_taken_away_does_not_come_back_by_being_written_to(engine, client, settings):
    fill(engine, entry(1, "x"))
    client.indices.delete(index=indices(client, settings)[0])
    engine.replace([ref(1)], loading(entry(1, "x")))
    assert indices(client, settings) == []
    with pytest.raises(EngineUnavailableError):
        engine.search(plan("x"))


def test_an_index_that_goes_while_it_is_written_to_does_not_come_back_either(engine, client, settings):
    fill(engine, entry(1, "x"))

    def load(refs):
        client.indices.delete(index=indices(client, settings)[0])
        return [entry(1, "x")]

    engine.replace([ref(1)], load)
    assert indices(client, settings) == []


def test_a_rebuild_that_a_newer_one_overtook_leaves_the_newer(engine, client, settings):
    fill(engine, entry(1, "oud"))

    def load(refs):
        with closing(ElasticsearchEngine("live")) as newer:
            fill(newer, entry(1, "nieuw"))
        return [entry(1, "oud")]

    with pytest.raises(EngineUnavailableError, match="a rebuild that began later was done first"):
        engine.rebuild([[ref(1)]], load)
    assert keys(engine, plan("nieuw")) == ["article:1"]
    assert len(indices(client, settings)) == 1


def test_another_layout_has_an_index_of_its_own_and_takes_the_place_of_the_older(engine, client, settings, monkeypatch):
    fill(engine, entry(1, "x"))
    monkeypatch.setattr("integrations.search.elastic.versions.LAYOUT", LAYOUT + 9)
    with closing(ElasticsearchEngine("live")) as tomorrow:
        with pytest.raises(EngineUnavailableError):
            tomorrow.search(plan("x"))
        assert keys(engine, plan("x")) == ["article:1"]
        fill(tomorrow, entry(2, "x"))
        assert len(indices(client, settings)) == 1
        fill(engine, entry(1, "x"))
        assert keys(tomorrow, plan("x")) == ["article:2"]
        tomorrow.drop()


def test_an_installation_with_another_prefix_shares_nothing(engine, client, settings):
    fill(engine, entry(1, "x"))
    ours = settings.ELASTICSEARCH_PREFIX
    settings.ELASTICSEARCH_PREFIX = f"{ours}-live"
    with closing(ElasticsearchEngine("live")) as other:
        settings.ELASTICSEARCH_PREFIX = ours
        fill(other, entry(2, "x"))
        assert keys(engine, plan("x")) == ["article:1"]
        engine.drop()
        assert keys(other, plan("x")) == ["article:2"]
        other.drop()


class Busy:
    """Two who search and one who writes, without a pause."""

    def __init__(self, engine: ElasticsearchEngine, number: int) -> None:
        self.engine, self.number = engine, number
        self.finished = Event()
        self.failures: list[object] = []
        self.written = 0
        self._threads = [Thread(target=self._repeat, args=(deed,)) for deed in (self.search, self.search, self.change)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_what: object) -> None:
        self.finished.set()
        for thread in self._threads:
            thread.join()

    def search(self) -> None:
        total = self.engine.search(plan("x")).total
        if total != self.number:
            self.failures.append(total)

    def change(self) -> None:
        self.written += 1
        self.engine.replace([ref(0)], self.load)

    def load(self, refs):
        everything = [entry(number, "x") for number in range(1, self.number)]
        return loading(entry(0, f"x stand{self.written}"), *everything)(refs)

    def _repeat(self, deed: Callable[[], None]) -> None:
        try:
            while not self.finished.is_set():
                deed()
        except EngineUnavailableError as error:
            self.failures.append(str(error))
        finally:
            connections.close_all()


def test_rebuilds_take_no_search_and_no_change_away(engine):
    busy = Busy(engine, 20)
    engine.rebuild([[ref(number) for number in range(20)]], busy.load)
    with busy:
        for _ in range(4):
            written = busy.written
            engine.rebuild([[ref(number)] for number in range(20)], busy.load)
            assert soon(lambda written=written: busy.written > written + 1 or busy.failures)
    assert busy.failures == []
    assert busy.written > 4
    assert soon(lambda: keys(engine, plan(f"stand{busy.written}")) == ["article:0"])
