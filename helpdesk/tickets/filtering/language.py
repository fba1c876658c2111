"""What agents type to search: words, and filters as `status:open bestuur:aalst`. Text and filters say the same.

A filter is `key:value`, `key:one,other` or `key:"with spaces"`; with a hyphen before it, it leaves out what it stands
for. What looks like one but has an unknown key, such as an address or "Fout: 403", is words.
Words between quotation marks must follow one another.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace

LONGEST = 500
# Before the key of a filter: none of its values may hold.
NOT = "-"
_FILTER = re.compile(r'(?<!\S)(-?)([a-z]+):((?:"[^"]*"|[^\s",]+)(?:,(?:"[^"]*"|[^\s",]+))*)(?!\S)', re.IGNORECASE)
_VALUE = re.compile(r'"([^"]*)"|([^\s",]+)')
_QUOTED = re.compile(r'"([^"]*)"')
_BARE = re.compile(r'[^\s",]+')


@dataclass(frozen=True)
class LookAlike:
    """What stands among the words as a filter would, and what was typed without it."""

    sign: str
    key: str
    values: tuple[str, ...]
    others: "Typed"


@dataclass(frozen=True)
class Typed:
    """The words, and of each filter the values of which one must hold, in the order they were typed.

    A key with a hyphen before it ("-status") has the values of which none may hold.
    """

    words: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def holds(self, key: str, value: str) -> bool:
        return value in self.filters.get(key, ())

    def with_value(self, key: str, value: str) -> "Typed":
        if self.holds(key, value):
            return self
        return replace(self, filters={**self.filters, key: (*self.filters.get(key, ()), value)})

    def without_value(self, key: str, value: str) -> "Typed":
        kept = tuple(other for other in self.filters.get(key, ()) if other != value)
        others = {name: values for name, values in self.filters.items() if name != key}
        return replace(self, filters={**others, key: kept} if kept else others)

    def without_filters(self) -> "Typed":
        return Typed(self.words)

    @property
    def phrases(self) -> tuple[str, ...]:
        """Return what stands between quotation marks among the words."""
        return tuple(dict.fromkeys(phrase.strip() for phrase in _QUOTED.findall(self.words) if phrase.strip()))

    def look_alikes(self) -> Iterator[LookAlike]:
        for match in _FILTER.finditer(self.words):
            left = self.words[: match.start()] + self.words[match.end() :]
            others = replace(self, words=" ".join(left.split()))
            yield LookAlike(match[1], match[2].lower(), _values_in(match[3]), others)


def parse(text: str, keys: Mapping[str, str]) -> Typed:
    """Take a text apart; `keys` maps each way to write a key to the key itself."""
    filters: dict[str, tuple[str, ...]] = {}

    def take(match: re.Match[str]) -> str:
        known = keys.get(match[2].lower())
        if known is None:
            return match[0]
        key = match[1] + known
        filters[key] = tuple(dict.fromkeys([*filters.get(key, ()), *_values_in(match[3])]))
        return ""

    words = " ".join(_FILTER.sub(take, text[:LONGEST]).split())
    return Typed(words, {key: values for key, values in filters.items() if values})


def _values_in(text: str) -> tuple[str, ...]:
    values = (quoted or bare for quoted, bare in _VALUE.findall(text))
    return tuple(value for value in values if value)


def written(typed: Typed) -> str:
    """Return the text that `parse` takes apart into the same."""
    filters = [f"{key}:{_joined(values)}" for key, values in typed.filters.items()]
    return " ".join([*filters, typed.words] if typed.words else filters)


def _joined(values: Collection[str]) -> str:
    return ",".join(value if _BARE.fullmatch(value) else f'"{value}"' for value in values)
