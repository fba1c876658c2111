"""From the codes the outside uses to rows; a code that names nothing is refused with its place."""

from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.models import Organisation, User
from helpdesk.accounts.organisations import with_code
from helpdesk.catalogue.models import Application, Category
from helpdesk.tickets import selectors
from helpdesk.tickets.models import Queue
from integrations.api.problems import wrong


def organisation_called(code: str | None) -> Organisation | None:
    if not code:
        return None
    found = with_code(code).first()
    if found is None:
        raise wrong("/organisation", _("We know no administration with this URI, KBO number or OVO code."))
    return found


def application_called(slug: str | None) -> Application | None:
    if not slug:
        return None
    found = selectors.application_called(slug)
    if found is None:
        raise wrong("/application", _("There is no application with this code."))
    return found


def category_called(code: str | None) -> Category | None:
    if not code:
        return None
    found = Category.objects.filter(code=code, is_active=True).first()
    if found is None:
        raise wrong("/category", _("There is no category with this code."))
    return found


def queue_called(slug: str) -> Queue:
    found = Queue.objects.filter(slug=slug).first()
    if found is None:
        raise wrong("/queue", _("There is no queue with this code."))
    return found


def colleague_with_id(user_id: str, queue: Queue) -> User:
    """Return who serves the queue; of others it is not said whether they exist."""
    colleagues = User.objects.select_related("person").filter(is_active=True, teams__queues=queue)
    found = colleagues.filter(pk=user_id).first() if user_id.isascii() and user_id.isdecimal() else None
    if found is None:
        raise wrong("/assignee", _("Nobody with this id serves the queue of the ticket."))
    return found
