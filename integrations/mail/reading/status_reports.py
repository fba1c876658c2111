"""Who was not reached and why: from the fields of RFC 3464, or from what a server wrote for people."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from helpdesk.kernel.text import clean_line
from integrations.mail.parsing.parsed import ParsedMail
from integrations.mail.reading import returned
from integrations.mail.reading.fields import STATUS_PARTS, every, parts_of
from integrations.mail.reading.openings import told

MOST_CHARACTERS = 128 * 1024
MOST_RECIPIENTS = 50
DIAGNOSTIC_LENGTH = 500
REASON_LINES = 4
RECIPIENT_FIELDS = ("original-recipient", "final-recipient", "x-actual-recipient")
FAILED, DELAYED = "failed", "delayed"
# Weightiest first: a report on several people is about those who were not reached.
ACTIONS = {
    "fail": FAILED,
    "expired": FAILED,
    "undeliver": FAILED,
    "error": FAILED,
    "delay": DELAYED,
    "defer": DELAYED,
    "deliver": "delivered",
    "relay": "relayed",
    "expand": "expanded",
}
DELAY_PHRASES = (
    "(delay)",
    "be postponed",
    "been postponed",
    "continue to try to deliver",
    "could not send message for past",
    "has been delayed",
    "has not been delivered yet",
    "has not yet been delivered",
    "is delayed",
    "no action is required",
    "not yet been delivered",
    "still being attempted",
    "this is a warning message only",
    "will continue to be",
    "will keep trying",
    "you do not need to resend",
    "is vertraagd",
    "wordt nog geprobeerd",
    "est retardé",
    "wurde verzögert",
    "noch nicht zugestellt",
)

ADDRESS = re.compile(r"(?:\"[^\"@\s]{1,64}\"|[\w!#$%&'*+/=?^`{|}~.-]{1,64})@[^\W_](?:[\w.-]{0,250}[^\W_])?", re.UNICODE)
_FIELD = re.compile(r"[ \t]{0,4}([A-Za-z][\w-]{1,60})[ \t]*:[ \t]*(.*)")
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)")
# At the head of a line, with what servers set before it: "<an@…>", "* [an@…]", "Unknown user: an@…".
_LISTED = re.compile(
    r"^[ \t]*(?:[*>•-]{1,2}[ \t]{1,4}|\((?:expanded|generated) from:? "
    r"|[\w ]{0,30}\b(?:user|recipient|mailbox|address):[ \t]+)?"
    rf"[<\"'(\[*]{{0,3}}({ADDRESS.pattern})",
    re.IGNORECASE | re.MULTILINE,
)
_POINTED_AT = re.compile(
    rf"(?<![\w.-])(?:to|aan|à|voor|an|for|by|recipient|address|mailbox|user|empfänger|geadresseerde|smtp)"
    rf"(?:s|\(s\)|\(es\))?(?![\w.+-])[^\S\n]*(?:is|was)?[^\S\n]*[:=]?[^\S\n]*[<\"'\[(]{{0,2}}({ADDRESS.pattern})",
    re.IGNORECASE,
)
_ANYWHERE = re.compile(
    rf"(?<!\bfrom )(?<!\bfrom: )(?<!\bfrom <)(?<!\bfrom: <)(?<![\w.+-])({ADDRESS.pattern})", re.IGNORECASE
)
# Behind these words stands who was not reached, whoever else is named.
_ANNOUNCED = re.compile(
    r"\b(?:following|folgende|volgende) (?:recipient|address|empfänger|geadresseerde|adres)|destinataires? suivants?\b",
    re.IGNORECASE,
)
_TEMPORARY_ANSWER = re.compile(r"(?<![\d.])4\d\d[ -]")
_PERMANENT_ANSWER = re.compile(r"(?<![\d.])5\d\d[ -]")
_NOT_FOR_PEOPLE = re.compile(r"(?:mailer-daemon|postmaster|abuse|mail-?daemon)@", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Report:
    recipients: tuple[str, ...]
    status: str
    action: str
    diagnostic: str


def reported(mail: ParsedMail) -> Report | None:
    """Return what the machine-readable part says, completed by the words where it names nobody or no reason."""
    texts = [part.content[:MOST_CHARACTERS].decode("utf-8", "replace") for part in parts_of(mail, *STATUS_PARTS)]
    groups = [group for text in [*texts, mail.text[:MOST_CHARACTERS]] for group in _groups(text)]
    if not groups:
        return None
    actions = [_action(group) for group in groups]
    action = min(actions, key=list(ACTIONS.values()).index)
    concerned = [group for group, its_action in zip(groups, actions, strict=True) if its_action == action]
    in_words = worded(mail)
    diagnostic = next(filter(None, map(_diagnostic, concerned)), in_words.diagnostic)
    return Report(
        recipients=_distinct(filter(None, map(_recipient, concerned))) or in_words.recipients,
        status=_most_exact(next(filter(None, map(_status, concerned)), ""), diagnostic),
        action=action,
        diagnostic=diagnostic,
    )


def worded(mail: ParsedMail) -> Report:
    """Return what can be read from a report that was written for people only."""
    words = returned.before_returned(mail.text[:MOST_CHARACTERS])
    recipients = _named_in_header(mail) or _named_in(words, mail)
    status = _status_in(words)
    is_delayed = any(phrase in told(f"{mail.subject} {words[:MOST_CHARACTERS]}") for phrase in DELAY_PHRASES)
    return Report(
        recipients=recipients,
        status=status,
        action=DELAYED if is_delayed and not status.startswith("5") else FAILED,
        diagnostic=_reason_in(words, recipients),
    )


def _groups(text: str) -> Iterator[dict[str, str]]:
    """Yield the fields about each recipient; some servers leave out the empty line between two of them."""
    group: dict[str, str] = {}
    for name, value in _fields(text):
        if not name or (name in group and name in RECIPIENT_FIELDS):
            yield from _about_somebody(group)
            group = {}
        if name:
            group.setdefault(name, value)
    yield from _about_somebody(group)


def _about_somebody(group: dict[str, str]) -> Iterator[dict[str, str]]:
    if len(group.keys() & {"action", "status", *RECIPIENT_FIELDS}) > 1 and group.keys() & {"action", "status"}:
        yield group


def _fields(text: str) -> Iterator[tuple[str, str]]:
    """Yield each field with its folded lines; an empty name stands for an empty line."""
    unfolded = re.sub(r"\r?\n[ \t]+(?=\S)", " ", text)
    for line in unfolded.splitlines():
        if found := _FIELD.fullmatch(line):
            yield found[1].lower(), found[2].strip()
        elif not line.strip():
            yield "", ""


def _action(group: dict[str, str]) -> str:
    word = group.get("action", "").lower()
    known = next((action for beginning, action in ACTIONS.items() if word.startswith(beginning)), "")
    return known or {"2": "delivered", "4": DELAYED}.get(_status(group)[:1], FAILED)


def _status(group: dict[str, str]) -> str:
    return _status_in(group.get("status", ""))


def _status_in(text: str) -> str:
    """Return the first code that tells of failure, else the first one."""
    codes: list[str] = _STATUS.findall(text)
    return next((code for code in codes if code[0] != "2"), codes[0] if codes else "")


def _most_exact(status: str, diagnostic: str) -> str:
    """Prefer the code in the answer of the other server to one that only says "something failed"."""
    answered = _status_in(diagnostic)
    if answered and (not status or (status.endswith(".0.0") and answered[0] == status[0])):
        return answered
    return status


def _recipient(group: dict[str, str]) -> str:
    """Return the address that we wrote to, before that to which it was passed on."""
    values = (group.get(name, "") for name in RECIPIENT_FIELDS)
    found = filter(None, (ADDRESS.search(value.rpartition(";")[2]) for value in values))
    return next((match[0] for match in found), "")


def _diagnostic(group: dict[str, str]) -> str:
    said = group.get("diagnostic-code", "")
    return _bounded(re.sub(r"^[\w-]{1,30}[ \t]*;[ \t]*", "", said))


def _bounded(text: str) -> str:
    return clean_line(text)[:DIAGNOSTIC_LENGTH]


def _named_in_header(mail: ParsedMail) -> tuple[str, ...]:
    return _distinct(ADDRESS.findall(" ".join(every(mail, "x-failed-recipients"))))


def _named_in(words: str, mail: ParsedMail) -> tuple[str, ...]:
    """Return whom the words name, first those behind the announcement of who was not reached."""
    own = {box.address.lower() for box in (*mail.to, *mail.senders)} | {address.lower() for address in mail.recipients}
    announcement = _ANNOUNCED.search(words)
    named = (_addresses_in(text, own) for text in (words[announcement.end() :] if announcement else "", words))
    return next(filter(None, named), ()) or _without(own, returned.only_addressee(mail))


def _addresses_in(words: str, own: set[str]) -> tuple[str, ...]:
    """Return the addresses that stand at the head of a line, or else the first that a word points at."""
    return (
        _without(own, _LISTED.findall(words))
        or _without(own, _POINTED_AT.findall(words))[:1]
        or _without(own, _ANYWHERE.findall(words))[:1]
    )


def _without(own: set[str], found: Iterable[str]) -> tuple[str, ...]:
    return _distinct(one for one in found if one.lower() not in own and not _NOT_FOR_PEOPLE.match(one))


def _distinct(addresses: Iterable[str]) -> tuple[str, ...]:
    known = {address.lower(): address for address in reversed(list(addresses))}
    return tuple(reversed(known.values()))[:MOST_RECIPIENTS]


def _reason_in(words: str, recipients: tuple[str, ...]) -> str:
    """Return what stands behind the address, or the line with the server's code, or the first words."""
    lines = words.splitlines()
    for number, line in enumerate(lines):
        if recipients and recipients[0].lower() in line.lower():
            behind = line.lower().partition(recipients[0].lower())[2].strip(" >:\"')]")
            following = [line[-len(behind) :] if behind else "", *_until_empty(lines[number + 1 :])]
            if any(following):
                return _bounded(" ".join(following))
    coded = (line for line in lines if _PERMANENT_ANSWER.search(line) or _TEMPORARY_ANSWER.search(line))
    return _bounded(next(coded, " ".join(lines)))


def _until_empty(lines: list[str]) -> Iterator[str]:
    for line in lines[:REASON_LINES]:
        if not line.strip():
            return
        yield line
