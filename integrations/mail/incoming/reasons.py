"""Why a mail was set aside or ignored, for the person who looks at it."""

from django.utils.translation import gettext as _


def unprocessable(code: str) -> str:
    """Return the words for what `UnprocessableError` says."""
    return {
        "size": _("This mail is larger than 50 MB."),
        "header_block": _("The header of this mail is larger than 256 kB."),
        "headers": _("This mail has more than 1,000 header fields."),
        "parts": _("This mail has more than 1,000 parts."),
        "depth": _("The parts of this mail are nested more than 50 deep."),
        "time": _("Reading this mail took longer than 5 seconds."),
        "memory": _("Reading this mail took too much memory."),
        "crashed": _("The program that reads mail stopped at this mail."),
        "error": _("The program that reads mail does not know what to do with this mail."),
    }.get(code, _("This mail cannot be taken apart (%(code)s).") % {"code": code})


def automatic(kind: str) -> str:
    """Return the words for what kind of automatic mail it is."""
    return {
        "auto_reply": _("An automatic answer."),
        "list": _("Mail to a list."),
        "challenge": _("A question of a spam filter."),
        "complaint": _("A complaint about a mail of ours."),
        "generated": _("A notice of a program."),
        "receipt": _("A receipt."),
    }.get(kind, _("Automatic mail."))
