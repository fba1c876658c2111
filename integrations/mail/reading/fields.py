"""Looking things up in the header of a mail that was taken apart."""

import re

from integrations.mail.parsing.parsed import ParsedAttachment, ParsedMail

COMPLAINT_PARTS = ("message/feedback-report",)
STATUS_PARTS = ("message/delivery-status", "message/global-delivery-status")


def every(mail: ParsedMail, name: str) -> tuple[str, ...]:
    return tuple(value.strip() for key, value in mail.headers if key == name)


def first(mail: ParsedMail, name: str) -> str:
    """Return the value of the first field of that name, "" when there is none."""
    return next(iter(every(mail, name)), "")


def names(mail: ParsedMail) -> frozenset[str]:
    return frozenset(key for key, _ in mail.headers)


def media_type(mail: ParsedMail) -> str:
    return first(mail, "content-type").partition(";")[0].strip().lower()


def report_type(mail: ParsedMail) -> str:
    """Return what a multipart/report reports on (RFC 6522), "" for other mail and for one that does not say."""
    if media_type(mail) != "multipart/report":
        return ""
    found = re.search(r"report-type\s*=\s*\"?([\w-]+)", first(mail, "content-type"), re.IGNORECASE)
    return found[1].lower() if found else ""


def parts_of(mail: ParsedMail, *content_types: str) -> tuple[ParsedAttachment, ...]:
    return tuple(part for part in mail.attachments if part.content_type.lower() in content_types)
