"""What an agent decides about a ticket. Each form says what it showed; if that changed meanwhile, nothing is done."""

from collections.abc import Callable
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from helpdesk.accounts.http import MemberRequest
from helpdesk.accounts.models import User
from helpdesk.desk.access import on_ticket, worked_ticket
from helpdesk.desk.conflicts import ChangedMeanwhileError, still_shown
from helpdesk.desk.forms import PriorityForm, StatusForm, first_error
from helpdesk.desk.page import changed_answer, ticket_answer
from helpdesk.kernel.policy import RefusedError, denied
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.selectors import all_queues, colleagues_of_queue
from helpdesk.tickets.services import Changes, change_ticket, revoke_links

Reader = Callable[[MemberRequest, Ticket], Changes]


def _change(form: str, read: Reader) -> Callable[..., HttpResponse]:
    """Make the view of one small form beside the conversation."""

    @on_ticket
    def view(request: MemberRequest, ticket: Ticket) -> HttpResponse:
        if request.method != "POST":
            return redirect("desk:ticket", ticket.reference)
        try:
            changed = apply(request, ticket, form, read(request, ticket))
        except ChangedMeanwhileError:
            fresh = worked_ticket(request.actor, ticket.reference)
            error = _("A colleague changed this a moment ago. Look at what it is now and choose again.")
            return ticket_answer(request, fresh, status=HTTPStatus.CONFLICT, errors={form: error})
        except RefusedError as refusal:
            errors = {form: str(refusal)}
            return ticket_answer(request, ticket, status=HTTPStatus.UNPROCESSABLE_ENTITY, errors=errors)
        return changed_answer(request, changed)

    return view


def apply(request: MemberRequest, ticket: Ticket, form: str, changes: Changes) -> Ticket:
    precondition = still_shown(form, request.POST.get("shown", ""))
    return change_ticket(actor=request.actor, ticket=ticket, precondition=precondition, **changes)


def _status(request: MemberRequest, ticket: Ticket) -> Changes:
    form = StatusForm(request.POST)
    if not form.is_valid():
        raise RefusedError(denied(first_error(form)))
    return {"status": form.cleaned_data["status"]}


def _assignee(request: MemberRequest, ticket: Ticket) -> Changes:
    wanted = request.POST.get("assignee", "")
    if wanted == "none":
        return {"assignee": None}
    user_id = str(request.actor.user_id) if wanted == "me" else wanted
    return {"assignee": _colleague(ticket, user_id)}


def _colleague(ticket: Ticket, user_id: str) -> User:
    for pk in colleagues_of_queue(ticket.queue_id):
        if str(pk) == user_id:
            return User.objects.select_related("person").get(pk=pk)
    raise RefusedError(denied(_("Choose one of the list.")))


def _queue(request: MemberRequest, ticket: Ticket) -> Changes:
    wanted = request.POST.get("queue", "")
    for queue in all_queues(request.actor):
        if queue.slug == wanted:
            return {"queue": queue}
    raise RefusedError(denied(_("Choose one of the list.")))


def _priority(request: MemberRequest, ticket: Ticket) -> Changes:
    form = PriorityForm(request.POST)
    if not form.is_valid():
        raise RefusedError(denied(first_error(form)))
    chosen = form.cleaned_data
    return {
        "impact": chosen["impact"],
        "urgency": chosen["urgency"],
        "priority": chosen["priority"] or None,
        "priority_override_reason": chosen["priority_override_reason"],
    }


@on_ticket
def end_links(request: MemberRequest, ticket: Ticket) -> HttpResponse:
    """Close the links that were mailed: for a requester who left, or a mail that went astray."""
    if request.method != "POST":
        return redirect("desk:ticket", ticket.reference)
    revoke_links(actor=request.actor, ticket=ticket)
    messages.success(request, _("The links to this question no longer work. The requester can ask for a new one."))
    return changed_answer(request, ticket)


change_status = _change("status", _status)
assign = _change("assignee", _assignee)
move = _change("queue", _queue)
prioritise = _change("priority", _priority)
