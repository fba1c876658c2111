"""Why a mail was not taken, and whether asking again makes sense."""

import smtplib

from django.utils.encoding import force_str
from django.utils.translation import gettext as _

from helpdesk.kernel.text import clean_line
from integrations.mail.addresses import UndeliverableError

REASON_LENGTH = 500
FIRST_PERMANENT = 500
# The server wants us to sign in or encrypt first: our settings are wrong, not the mail.
ABOUT_THE_SESSION = frozenset({530, 534, 535, 538})


def is_final(error: Exception) -> bool:
    """Did the server refuse this mail itself (5xx), or can no server take it?"""
    if isinstance(error, UndeliverableError):
        return True
    code = _answer(error)[0]
    return code >= FIRST_PERMANENT and code not in ABOUT_THE_SESSION


def reason_of(error: Exception) -> str:
    """Return what the server said, or what went wrong on the way to it."""
    code, said = _answer(error)
    if isinstance(error, UndeliverableError):
        text = str(error)
    elif code:
        text = f"{code} {said}"
    elif isinstance(error, OSError):  # smtplib's own errors are OSErrors too
        text = _("The mail server cannot be reached: %(error)s") % {"error": str(error) or type(error).__name__}
    else:
        text = _("The mail could not be made: %(error)s") % {"error": f"{type(error).__name__}: {error}"}
    return clean_line(text)[:REASON_LENGTH]


def _answer(error: Exception) -> tuple[int, str]:
    """Return the server's code and words about this mail; 0 when it said nothing about it."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
        return code, said.decode("utf-8", "replace")
    if isinstance(error, smtplib.SMTPSenderRefused | smtplib.SMTPDataError):
        return error.smtp_code, force_str(error.smtp_error, errors="replace")
    return 0, ""
