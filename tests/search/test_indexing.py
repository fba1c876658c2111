"""The index follows the database, and is there when it is needed."""

import os
import shutil
from hashlib import sha256
from io import StringIO

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import transaction

from helpdesk.accounts.actors import Visitor
from helpdesk.accounts.models import Organisation
from helpdesk.kernel import outbox
from helpdesk.kernel.events import publish
from helpdesk.kernel.models import EventDelivery
from helpdesk.search.engine import EngineUnavailableError, ObjectRef, engine
from helpdesk.search.events import DocumentsChanged
from helpdesk.search.finding import find
from helpdesk.search.indexing import Progress, rebuild
from helpdesk.search.models import KnownWords
from helpdesk.search.plan import Plan
from helpdesk.search.queries import Query
from helpdesk.search.selectors import vocabulary
from helpdesk.search.tasks import keep_index, rebuild_index
from integrations.search import subscribers
from tests import factories

VISITOR = Visitor()


@pytest.fixture(autouse=True)
def _one_connection(monkeypatch):
    """A task looks after the connection of its own thread; here that is the test's."""
    monkeypatch.setattr("helpdesk.search.tasks.close_old_connections", lambda: None)


def found(text):
    return [hit.title for hit in find(VISITOR, Query(text=text)).hits]


@pytest.fixture
def organisation(db):
    return factories.organisation("Kortenaken")


def told(*organisations):
    with transaction.atomic():
        publish(DocumentsChanged(kind="organisation", object_ids=[each.pk for each in organisations]))


@pytest.mark.django_db(transaction=True)
def test_what_changes_is_found_after_its_event(reindex, organisation, run_outbox):
    reindex()
    Organisation.objects.filter(pk=organisation.pk).update(name="Nieuwerkerken")
    told(organisation)

    run_outbox()

    assert len(found("Nieuwerkerken")) == 1
    assert "nieuwerkerken" in vocabulary().public


@pytest.mark.django_db(transaction=True)
def test_many_events_of_one_thing_are_one_write(reindex, organisation, run_outbox, monkeypatch):
    reindex()
    written = []
    monkeypatch.setattr(subscribers, "index", lambda refs, **_: written.append(list(refs)))
    for _ in range(5):
        told(organisation)

    run_outbox()

    assert [len(refs) for refs in written] == [1]


@pytest.mark.django_db(transaction=True)
def test_while_the_engine_is_away_changes_wait_and_none_is_given_up(reindex, organisation, run_outbox, monkeypatch):
    reindex()

    def away(refs):
        raise EngineUnavailableError("away")

    with monkeypatch.context() as patched:
        patched.setattr(subscribers, "index", away)
        told(organisation)
        for _ in range(20):
            run_outbox()
            EventDelivery.objects.update(due_at="2020-01-01T00:00Z")
    assert set(EventDelivery.objects.filter(lane="index").values_list("state", "attempts")) == {("pending", 0)}

    run_outbox()

    assert set(EventDelivery.objects.filter(lane="index").values_list("state")) == {("done",)}


def lose_pointer(place, version):
    place.pointer.unlink()


def lose_everything(place, version):
    place.remove()


def be_of_another_version(place, version):
    place.pointer.write_text("0-abcdef\n")


def garble_pointer(place, version):
    place.pointer.write_bytes(b"\xff\xfe\x00")


def lose_version(place, version):
    shutil.rmtree(version)


def lose_list(place, version):
    (version / "meta.json").unlink()


def cut_list_short(place, version):
    (version / "meta.json").write_text('{"segments": [')


def lose_segments(place, version):
    for part in version.glob("*.term"):
        part.unlink()


def empty_segments(place, version):
    for part in [*version.glob("*.store"), *version.glob("*.idx"), *version.glob("*.term")]:
        part.write_bytes(b"")


@pytest.mark.parametrize(
    "break_it",
    [
        lose_pointer,
        lose_everything,
        be_of_another_version,
        garble_pointer,
        lose_version,
        lose_list,
        cut_list_short,
        lose_segments,
        empty_segments,
    ],
)
def test_a_dead_or_half_written_index_is_noticed_and_built_anew(reindex, organisation, break_it):
    reindex()
    break_it(engine("organisation")._folder, engine("organisation")._folder.current())
    engine.cache_clear()
    with pytest.raises(EngineUnavailableError):
        engine("organisation").probe()
    with pytest.raises(EngineUnavailableError):
        engine("organisation").search(Plan(audience=frozenset({"organisation:public"})))

    keep_index()

    assert engine("organisation").probe()
    assert len(found("Kortenaken")) == 1


def garble(version):
    """Spoil the middle of the kept texts, which nothing reads before somebody finds what stands there."""
    kept = max(version.glob("*.store"), key=lambda part: part.stat().st_size)
    whole = kept.read_bytes()
    # As another file: what is open is mapped, and would be seen.
    kept.unlink()
    third = len(whole) // 3
    kept.write_bytes(whole[:third] + b"\xff" * third + whole[2 * third :])


def test_an_index_that_a_search_finds_broken_is_built_anew_and_not_time_after_time(reindex, organisation):
    for title in ("Eerste", "Tweede", "Derde"):
        factories.article(
            title, body=" ".join(sha256(f"{title}{number}".encode()).hexdigest() for number in range(300))
        )
    reindex()
    garble(engine("article")._folder.current())
    engine.cache_clear()
    assert engine("article").probe()
    with pytest.raises(EngineUnavailableError):
        engine("article").search(Plan(audience=frozenset({"article:public"})))
    with pytest.raises(EngineUnavailableError, match="found the index broken"):
        engine("article").probe()

    keep_index()

    assert engine("article").probe()
    assert found("tweede") == ["Tweede"]
    engine("article")._folder.doubt()
    assert engine("article").probe(), "so soon after the last time it is no reason to build again"


def test_an_index_that_is_cut_short_while_it_is_open_is_read_no_further_and_built_anew(reindex, organisation):
    reindex()
    assert len(found("Kortenaken")) == 1
    # By a byte: to read what is mapped and no longer there would end these tests too.
    for part in engine("organisation")._folder.current().glob("*.store"):
        os.truncate(part, part.stat().st_size - 1)
    with pytest.raises(EngineUnavailableError, match="cut short"):
        engine("organisation").search(Plan(audience=frozenset({"organisation:public"})))

    keep_index()

    assert engine("organisation").probe()
    assert engine("organisation").search(Plan(audience=frozenset({"organisation:public"}))).total == 1


def test_where_the_folder_of_an_index_should_be_something_else_is_the_database_answers(reindex, organisation):
    reindex()
    folder = engine("organisation")._folder.path
    shutil.rmtree(folder)
    folder.write_text("")
    try:
        page = find(VISITOR, Query(text="Kortenaken"))
    finally:
        folder.unlink()

    assert ([hit.title for hit in page.hits], page.degraded) == (["Kortenaken (gemeente)"], True)


def test_a_whole_index_is_left_alone(reindex, organisation):
    reindex()
    version = engine("organisation")._folder.current()

    keep_index()

    assert engine("organisation")._folder.current() == version


def test_what_dies_while_it_is_built_leaves_the_old_and_is_swept_away(reindex, organisation):
    reindex()

    def die(stage, done, total):
        if stage == "indexing, organisation":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuild(progress=die)
    assert len(found("Kortenaken")) == 1
    rebuild_index()

    kept = [path.name for path in engine("organisation")._folder.path.iterdir() if path.is_dir()]
    assert kept == [engine("organisation")._folder.current().name]
    assert not list(engine("organisation")._folder.path.glob("*.journal"))


def test_one_builds_at_a_time(reindex, organisation, monkeypatch):
    cache.add("search-building", "")
    monkeypatch.setattr("helpdesk.search.tasks.ensure_index", lambda **_: pytest.fail("another builds already"))

    keep_index()


def test_building_stops_with_its_process(reindex, organisation, monkeypatch):
    reindex()
    monkeypatch.setattr(Progress, "__call__", lambda self, *_: self._say("half-way"))
    outbox.finishing.set()
    try:
        rebuild_index()
    finally:
        outbox.finishing.clear()

    assert len(found("Kortenaken")) == 1


def test_reindex_says_what_it_did(reindex, organisation):
    out, err = StringIO(), StringIO()
    call_command("reindex", "--json", stdout=out, stderr=err)

    assert '"objects": 1,' in out.getvalue()
    assert "1 indexed" in err.getvalue()
    assert KnownWords.objects.count() == 1


def test_reindex_of_one_kind_looks_again_within_the_index(reindex, organisation):
    reindex()
    version = engine("organisation")._folder.current()
    Organisation.objects.filter(pk=organisation.pk).update(name="Nieuwerkerken")

    call_command("reindex", "--kind", "organisation", stderr=StringIO())

    assert engine("organisation")._folder.current() == version
    assert len(found("Nieuwerkerken")) == 1
    with pytest.raises(CommandError, match="--kind is one of"):
        call_command("reindex", "--kind", "boek")


def test_what_comes_while_words_are_read_is_in_the_new_index(reindex, organisation, run_outbox):
    reindex()
    came = []

    def say(stage):
        if stage.startswith("reading words") and not came:
            came.append(factories.organisation("Kwartelgem"))
            told(came[0])
            run_outbox()

    progress = Progress(say)
    progress._said_at = 0.0
    rebuild(progress=progress)

    assert found("kwartelgem") == ["Kwartelgem (gemeente)"]


@pytest.mark.parametrize("fault", [ValueError, OSError, LookupError])
def test_what_goes_wrong_in_reading_rows_is_not_taken_for_an_engine_that_is_away(reindex, organisation, fault):
    reindex()

    def fail(_refs):
        yield from ()
        raise fault("a row that cannot be read")

    ref = ObjectRef("organisation", organisation.pk)
    with pytest.raises(fault):
        engine("organisation").replace([ref], fail)
    with pytest.raises(fault):
        engine("organisation").rebuild([[ref]], fail)

    assert len(found("Kortenaken")) == 1
