"""Is this mail about a mail that did not arrive, and which one, to whom, and why?"""

import re
from dataclasses import dataclass

from integrations.mail.parsing.parsed import Mailbox, ParsedMail
from integrations.mail.reading import machine_phrases, returned, status_reports
from integrations.mail.reading.fields import (
    COMPLAINT_PARTS,
    STATUS_PARTS,
    every,
    first,
    media_type,
    names,
    parts_of,
    report_type,
)
from integrations.mail.reading.openings import MOST, opening_of, told

ONLY_IN_BOUNCES = frozenset({"x-failed-recipients", "x-mx-bounce", "x-ms-exchange-message-is-ndr", "x-ahmailid"})

_SERVER = re.compile(
    r"(?:mailer[-_.]?(?:daemon|deamon|demon)|mail[-_.]?daemon|mdaemon|majordomo-owner|mail-?system"
    r"|microsoftexchange[0-9a-f]{16,})(?:$|[-+@._])",
    re.IGNORECASE,
)
_POSTMASTER = re.compile(r"(?:post[-_]?master|postoffice)(?:$|[-+])", re.IGNORECASE)
_SERVER_NAME = re.compile(
    r"\W*(?:mail(?:er)?[ -]?daemon|(?:e?-?mail|internet mail) deliver(?:y|er)? (?:sub)?(?:system|service|agent)"
    r"|mail delivery|mail deliver system|mail system|courier mail server|interscan|mail administrator"
    r"|system administrator|systeembeheerder|administrateur système|systemadministrator"
    r"|post[-_]?master|returned mail)\b",
    re.IGNORECASE,
)
_SMTP_ANSWER = re.compile(
    r"(?<![\d.])[45]\d\d[ -]#?(?:[45]\.\d{1,3}\.\d{1,3}\b|\S)|(?<![\d.])5\.\d{1,2}\.\d{1,3}(?![\d.])"
)
_LISTED_ADDRESS = re.compile(r"(?:^[ \t]*[<\"'(\[*]{0,3}|<|: )[\w.+=/-]{1,64}@[\w.-]{3,250}", re.MULTILINE)
_GREETING = re.compile(
    r"[\W_]*(?:beste|geachte|dag|hallo|hoi|goede\w*|goeie\w*|bonjour|madame|monsieur|mevrouw)\b", re.IGNORECASE
)
_PROGRAM = re.compile(r"outlook|thunderbird|apple mail|iphone|ipad|roundcube|evolution|mailbird|horde", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Bounce:
    """What a mail server says of a mail of ours.

    `action` is the word of RFC 3464: failed, delayed, delivered, relayed or expanded. `status` is the enhanced code,
    "" when none was given; `permanent` says that trying the same address again makes no sense. Ids are without
    angle brackets, the most certain first. `is_formal`: its form or its envelope shows it, not its words alone.
    """

    recipients: tuple[str, ...]
    status: str
    action: str
    diagnostic: str
    permanent: bool
    original_message_ids: tuple[str, ...]
    is_formal: bool


def bounce_of(mail: ParsedMail) -> Bounce | None:
    """Return what a report of a mail server says, or nothing when the mail is no such report."""
    if not is_bounce(mail):
        return None
    report = status_reports.reported(mail) or status_reports.worded(mail)
    return Bounce(
        recipients=report.recipients,
        status=report.status,
        action=report.action,
        diagnostic=report.diagnostic,
        permanent=report.action == "failed" and not report.status.startswith("4"),
        original_message_ids=returned.message_ids(mail),
        is_formal=_is_formal(mail) or has_null_sender(mail),
    )


def is_bounce(mail: ParsedMail) -> bool:
    """Is it a delivery report, by its form, by who sent it, or by the words that only machines use?"""
    if report_type(mail) == "feedback-report" or (_is_receipt(mail) and not is_refusal(mail)):
        return False
    return _is_formal(mail) or _is_of_a_server(mail) or _is_worded_as_one(mail)


def _is_receipt(mail: ParsedMail) -> bool:
    return report_type(mail) == "disposition-notification"


def is_refusal(mail: ParsedMail) -> bool:
    """Is it what RFC 5429 has a mailbox send that rejects: in the form of a receipt, for a mail that nobody gets?"""
    is_rejected = "reject" in first(mail, "auto-submitted").lower() or _has_bounce_subject(mail)
    return is_rejected and has_null_sender(mail)


def has_null_sender(mail: ParsedMail) -> bool:
    """Did the mail come with an envelope that wants no answer (RFC 5321, 4.5.5)?"""
    paths = (*every(mail, "return-path"), *every(mail, "x-envelope-from"), *every(mail, "from"))
    return any(path.endswith("<>") or _SERVER.match(path.strip("<> \"'")) for path in paths)


def _is_formal(mail: ParsedMail) -> bool:
    if report_type(mail) == "delivery-status" or ONLY_IN_BOUNCES & names(mail) or _is_receipt(mail):
        return True
    if media_type(mail) == "multipart/report":
        return not report_type(mail) and not parts_of(mail, "message/disposition-notification", *COMPLAINT_PARTS)
    return has_null_sender(mail) and bool(parts_of(mail, *STATUS_PARTS))


def _is_of_a_server(mail: ParsedMail) -> bool:
    boxes = mail.senders or (_as_it_stands(first(mail, "from")),)
    local_parts = [box.address.partition("@")[0] for box in boxes]
    if any(_SERVER.match(local_part) for local_part in local_parts):
        return True
    is_an_answer = machine_phrases.REPLY_OR_FORWARD.match(mail.subject) is not None
    # Behind postmaster@ sits a person too, who answers mail.
    if not is_an_answer and any(_POSTMASTER.match(local_part) for local_part in local_parts):
        return True
    if is_an_answer:
        # Some servers answer under the subject of the mail that they refuse.
        return has_null_sender(mail) and opening_of(mail).startswith(machine_phrases.BOUNCE_OPENINGS)
    if machine_phrases.VACATION_SUBJECTS.match(mail.subject):
        return False
    if any(_SERVER_NAME.match(box.name) for box in boxes) and _has_bounce_subject(mail):
        return not _is_of_a_person(mail)
    # A responder for somebody who left may say that the mailbox is no more.
    is_response = "auto-replied" in first(mail, "auto-submitted").lower()
    return has_null_sender(mail) and (_has_bounce_subject(mail) or (_tells_failure(mail) and not is_response))


def _as_it_stands(sender: str) -> Mailbox:
    """Return what a From field without any address says, both as a name and as an address."""
    return Mailbox(name=sender, address=sender.strip("<>\"' "))


def _is_worded_as_one(mail: ParsedMail) -> bool:
    """Judge by the words alone; what a person wrote, answers or passes on is no bounce, whatever it quotes."""
    if machine_phrases.REPLY_OR_FORWARD.match(mail.subject) or _is_of_a_person(mail):
        return False
    if opening_of(mail).startswith(machine_phrases.BOUNCE_OPENINGS):
        return True
    if told(mail.subject).rstrip(".") in machine_phrases.BOUNCE_TITLES:
        return _tells_failure(mail)
    return _has_bounce_subject(mail) and _tells_failure(mail) and _LISTED_ADDRESS.search(mail.text[:MOST]) is not None


def _is_of_a_person(mail: ParsedMail) -> bool:
    typed = first(mail, "user-agent") or _PROGRAM.search(first(mail, "x-mailer"))
    return bool(typed) or _GREETING.match(mail.text) is not None


def _has_bounce_subject(mail: ParsedMail) -> bool:
    return told(mail.subject).startswith(machine_phrases.BOUNCE_SUBJECTS)


def _tells_failure(mail: ParsedMail) -> bool:
    if parts_of(mail, *STATUS_PARTS):
        return True
    opening = opening_of(mail)
    return (
        machine_phrases.says_any(opening, machine_phrases.BOUNCE_SENTENCES) or _SMTP_ANSWER.search(opening) is not None
    )
