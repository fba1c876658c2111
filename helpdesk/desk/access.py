"""Who comes to the desk, and to which ticket."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import Http404, HttpRequest, HttpResponse

from helpdesk.accounts.actors import PersonActor
from helpdesk.accounts.http import MemberRequest, only
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.selectors import desk_ticket, served_queues, ticket_to_change

Params = ParamSpec("Params")

agents_only = only(lambda actor: actor.is_agent)


def on_ticket(
    view: Callable[Concatenate[MemberRequest, Ticket, Params], HttpResponse],
) -> Callable[Concatenate[HttpRequest, Params], HttpResponse]:
    """Give the view the ticket its address names; a ticket the agent does not work on does not exist."""

    @wraps(view)
    def with_ticket(request: MemberRequest, /, *args: Params.args, **kwargs: Params.kwargs) -> HttpResponse:
        reference = str(kwargs.pop("reference"))
        try:
            ticket = worked_ticket(request.actor, reference, is_changed=request.method == "POST")
        except Ticket.DoesNotExist as error:
            raise Http404 from error
        return view(request, ticket, *args, **kwargs)

    return agents_only(with_ticket)


def worked_ticket(actor: PersonActor, reference: str, *, is_changed: bool = False) -> Ticket:
    # Asked first, so that the rail, the ticket and the choice of queues share one query.
    served_queues(actor)
    return ticket_to_change(actor, reference) if is_changed else desk_ticket(actor, reference)


def wants_fragment(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"
