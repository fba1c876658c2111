from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from helpdesk.accounts.actors import PersonActor
from helpdesk.accounts.http import ActorRequest
from helpdesk.portal.actors import as_requester
from helpdesk.portal.views.own import rows_of
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.selectors import tickets_page

SHOWN = 5


@require_safe
def home(request: ActorRequest) -> HttpResponse:
    """Show what this is and the two things one can do; to who signed in, their open questions."""
    rows = []
    if isinstance(request.actor, PersonActor):
        mine = Ticket.objects.visible_to(as_requester(request.actor)).open()
        rows = rows_of(tickets_page(mine, limit=SHOWN).rows)
    return render(request, "portal/home.html", {"rows": rows})
