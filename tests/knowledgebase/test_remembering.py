"""What took work to make is remembered while there is room."""

from knowledgebase.remembering import Remembered


def test_what_is_remembered_is_made_once():
    remembered, made = Remembered[str, str](10), []

    def make() -> str:
        made.append(1)
        return "abc"

    assert [remembered.get("a", make) for _ in range(2)] == ["abc", "abc"]
    assert len(made) == 1


def test_what_was_asked_for_longest_ago_makes_room():
    remembered = Remembered[str, str](10)
    for key in ("a", "b", "a", "c"):
        remembered.get(key, lambda: "1234")

    assert remembered.get("a", lambda: "new") == "1234"
    assert remembered.get("b", lambda: "new") == "new"


def test_what_is_longer_than_all_the_room_is_made_each_time_and_drives_nothing_out():
    remembered = Remembered[str, str](10)
    remembered.get("a", lambda: "1234")

    assert remembered.get("long", lambda: "x" * 11) == "x" * 11
    assert remembered.get("long", lambda: "new") == "new"
    assert remembered.get("a", lambda: "new") == "1234"
