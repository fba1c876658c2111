"""Entries and plans as short as a test wants them; their words are as they stand."""

import time
from collections.abc import Callable, Collection
from threading import Thread

from django.db import connections

from helpdesk.search.engine import Engine, Entry, Load, ObjectRef
from helpdesk.search.plan import Group, Plan, Term

PUBLIC = frozenset({"article:public"})
AGENTS = frozenset({"article:agents"})
OFFICIALS = frozenset({"article:officials"})
# Of another sort, so that an entry may be for these beside.
TEAM = frozenset({"article:team:1"})
# Only what is broken takes so long; the bench measures the second that a change has to be found.
FINDABLE_S = 60.0


def ref(number: int) -> ObjectRef:
    return ObjectRef("article", number)


def entry(number: int, text: str = "", **other: object) -> Entry:
    """Return an entry whose words are those of its title and its text."""
    title = str(other.pop("title", ""))
    ending = str(other.pop("ending", ""))
    given = {
        "key": f"article:{number}{ending}",
        "ref": ref(number),
        "version": number,
        "title": title,
        "text": text,
        "tokens": {"title": title.lower().split(), "text": text.lower().split(), "parts": [], "grams": []},
        "audience": PUBLIC,
        "facets": ("kind=article",),
    }
    return Entry(**{**given, **other})


class Shelf:
    """The database that an index is built from: which entries there are now."""

    def __init__(self, *entries: Entry) -> None:
        self.entries = list(entries)

    def load(self, refs: Collection[ObjectRef]) -> list[Entry]:
        return [one for one in self.entries if one.ref in refs]

    def put(self, *entries: Entry) -> None:
        """Put these in the place of all that there is of their objects."""
        self.remove(*{one.ref for one in entries})
        self.entries += entries

    def remove(self, *refs: ObjectRef) -> None:
        self.entries = [one for one in self.entries if one.ref not in refs]


def loading(*entries: Entry) -> Load:
    """Return a load that knows just these."""
    return Shelf(*entries).load


def fill(engine: Engine, *entries: Entry) -> None:
    """Build the index from just these."""
    engine.rebuild([sorted({one.ref for one in entries})], loading(*entries))


def word(token: str, *, field: str = "text", weight: float = 1.0) -> Group:
    return Group(terms=(Term(field=field, token=token, weight=weight),))


def plan(*words: str, **other: object) -> Plan:
    return Plan(**{"audience": PUBLIC, "groups": tuple(word(token) for token in words), **other})


def keys(engine: Engine, question: Plan) -> list[str]:
    return [match.key for match in engine.search(question).matches]


def soon(is_so: Callable[[], bool]) -> bool:
    """Say whether it becomes so in the time a change may take to be found."""
    deadline = time.monotonic() + FINDABLE_S
    while not is_so():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


class Beside:
    """A replacement in a thread of its own."""

    def __init__(self, engine: Engine, refs: Collection[ObjectRef], load: Load) -> None:
        self._thread = Thread(target=self._replace, args=(engine, refs, load))
        self._thread.start()

    def wait(self, seconds: float = 60.0) -> None:
        self._thread.join(seconds)

    @staticmethod
    def _replace(engine: Engine, refs: Collection[ObjectRef], load: Load) -> None:
        try:
            engine.replace(refs, load)
        finally:
            connections.close_all()
