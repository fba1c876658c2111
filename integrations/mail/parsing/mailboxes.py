"""Names and addresses out of address fields, however they are written, and whether a From field leaves any doubt."""

import re
from collections.abc import Iterator

from helpdesk.kernel.text import clean_line
from integrations.mail.parsing.charsets import decoded
from integrations.mail.parsing.parsed import Mailbox
from integrations.mail.parsing.words import decoded_words

LONGEST_FIELD = 64 * 1024
_LONGEST_NAME = 200
_LONGEST_ADDRESS = 320

_MARK = re.compile(
    r'"(?:[^"\\]|\\.)*+"?|\\.?|[()<>,;:]|=\?[^?\s]{1,80}\?[bBqQ]\?[^?\s]*+\?=|(?:[^"\\()<>,;:=]|=(?!\?))++|=', re.DOTALL
)
# One mailbox and nothing that another program could read as a second one: no comment, group, route or stray "@".
_PHRASE = r'(?:[^()<>\[\]:;@\\,"\x00-\x1f\x7f]|"(?:[^"\\\x00-\x1f\x7f]|\\[^\x00-\x1f\x7f])*+")*+'
_ADDRESS = r'[^\s()<>\[\]:;@\\,"\x00-\x1f\x7f]++@[^\s()<>\[\]:;@\\,"\x00-\x1f\x7f]++'
_ONE_MAILBOX = re.compile(rf"\s*(?:{_ADDRESS}|{_PHRASE}<{_ADDRESS}>)\s*")
_WHITE_SPACE = re.compile(r"\s+")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*+)"', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def mailboxes(raw: bytes) -> list[Mailbox]:
    """Return the mailboxes of one address field, of what fits its bound."""
    text = decoded(raw[:LONGEST_FIELD])
    if len(raw) > LONGEST_FIELD:
        text = text.rpartition(",")[0]
    found = list(_mailboxes(text))
    # Some programs encode the whole field, address and all.
    return found if found or "=?" not in text else list(_mailboxes(decoded_words(text)))


def is_one_plain_mailbox(raw: bytes) -> bool:
    """Say whether every program reads this field as the same single address."""
    text = decoded(raw)
    if len(raw) > LONGEST_FIELD or not _ONE_MAILBOX.fullmatch(text):
        return False
    address = text.rpartition("<")[2].strip(" \t>")
    return clean_line(address) == address and len(mailboxes(raw)) == 1


def _mailboxes(text: str) -> Iterator[Mailbox]:
    before = ""
    for item in _items(text):
        address = item.address()
        if address:
            yield Mailbox(name=_name(before + item.name()), address=address)
        # A comma in a name without quotes: "Peeters, An <an@…>".
        before = f"{before}{item.phrase}, "[-_LONGEST_NAME:] if item.phrase and not address else ""


class _Item:
    """What stands between two commas."""

    def __init__(self) -> None:
        self._pieces: dict[str, list[str]] = {"phrase": [], "comment": [], "brackets": []}

    def add(self, mark: str, *, to: str) -> None:
        self._pieces[to].append(mark)

    def forget(self, what: str) -> None:
        self._pieces[what].clear()

    @property
    def phrase(self) -> str:
        return "".join(self._pieces["phrase"]).strip()

    def address(self) -> str:
        """Return the address with its domain in lower case, "" when there is none."""
        in_brackets = "".join(self._pieces["brackets"])
        route, _, routed = in_brackets.rpartition(":")
        candidates = (routed if route.startswith("@") else in_brackets, _word_with_at(self.phrase))
        return next((address for address in map(_clean_address, candidates) if address), "")

    def name(self) -> str:
        phrase = self.phrase
        if not self._pieces["brackets"]:
            phrase = phrase.replace(_word_with_at(phrase), "", 1).strip()
        return phrase or "".join(self._pieces["comment"])


def _items(text: str) -> Iterator[_Item]:
    """Cut a field at its commas; what is quoted, in brackets or in a comment stays together."""
    marks = _marks(text)
    knows_comments = _closes_its_comments(marks)
    item, depth, in_brackets = _Item(), 0, False
    for mark in marks:
        if knows_comments and (depth or mark == "("):
            depth += (mark == "(") - (mark == ")")
            item.add(" " if mark in {"(", ")"} else mark, to="comment")
        elif mark in {"<", ">"}:
            in_brackets = mark == "<"
            if in_brackets:
                item.forget("brackets")
        elif in_brackets:
            item.add(mark, to="brackets")
        elif mark in {",", ";"}:
            yield item
            item = _Item()
        elif mark == ":":
            # What precedes it is the name of a group.
            item.forget("phrase")
        else:
            item.add(mark, to="phrase")
    yield item


def _word_with_at(phrase: str) -> str:
    return next((word for word in phrase.split() if "@" in word), "")


def _marks(text: str) -> list[str]:
    marks = _MARK.findall(text)
    last = marks[-1] if marks else ""
    if last.startswith('"') and (last == '"' or not last.endswith('"')):
        # A quote that never ends is a mark like any other.
        return [*marks[:-1], *_MARK.findall(last[1:])]
    return marks


def _closes_its_comments(marks: list[str]) -> bool:
    depth = 0
    for mark in marks:
        depth += (mark == "(") - (mark == ")" and depth > 0)
    return depth == 0


def _clean_address(address: str) -> str:
    local_part, _, domain = clean_line(_WHITE_SPACE.sub("", address)).rpartition("@")
    if not local_part or not domain or len(address) > _LONGEST_ADDRESS:
        return ""
    return f"{local_part}@{domain.lower()}"


def _name(phrase: str) -> str:
    unquoted = _QUOTED.sub(lambda quoted: _ESCAPED.sub(r"\1", quoted[1]), phrase)
    return clean_line(decoded_words(unquoted))[:_LONGEST_NAME].strip()
