"""What officials read about the state of their question."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from helpdesk.tickets.models import Status


@dataclass(frozen=True)
class StatusWords:
    """A label for lists, and a sentence that says what comes next."""

    label: Promise
    text: Promise


STATUSES: dict[str, StatusWords] = {
    Status.NEW: StatusWords(_("Received"), _("We will read your question. You get a mail when we answer.")),
    Status.OPEN: StatusWords(_("Being handled"), _("We are working on it. You get a mail when we answer.")),
    Status.WAITING_REQUESTER: StatusWords(
        _("We are waiting for your answer"), _("We asked you something. Answer below, then we go on.")
    ),
    Status.WAITING_LOCAL_MANAGER: StatusWords(
        _("It is your local manager's turn"),
        _("The local manager of your administration has to do something. You get a mail when there is news."),
    ),
    Status.WAITING_SECOND_LINE: StatusWords(
        _("It is another service's turn"), _("We passed it on and follow it up. You get a mail when there is news.")
    ),
    Status.WAITING_VENDOR: StatusWords(
        _("It is your software vendor's turn"),
        _("We passed it on and follow it up. You get a mail when there is news."),
    ),
    Status.RESOLVED: StatusWords(_("Answered"), _("Is it not solved? Answer below, then your question opens again.")),
    Status.CLOSED: StatusWords(
        _("Finished"), _("Do you need us again? Answer below within 14 days, then your question opens again.")
    ),
}
