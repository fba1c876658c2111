"""Articles beside a ticket: those that fit it, and one that is made of it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from helpdesk.accounts.actors import Visitor
from helpdesk.accounts.http import MemberRequest
from helpdesk.desk.access import on_ticket, wants_fragment
from helpdesk.desk.drafting import begun_from, draft_from
from helpdesk.desk.rail import rail_for
from helpdesk.kernel.policy import RefusedError
from helpdesk.search.finding import find
from helpdesk.search.queries import Query
from helpdesk.tickets.models import Ticket
from knowledgebase.selectors import readable_articles

SUGGESTED = 3


@require_safe
@on_ticket
def fitting(request: MemberRequest, ticket: Ticket) -> HttpResponse:
    """Show the articles that the subject finds; only what everybody may read can be put in an answer."""
    found = find(request.actor, Query(text=ticket.subject, kinds=("article",), limit=SUGGESTED))
    hits = () if found.is_guess else found.hits
    public = readable_articles(Visitor()).filter(pk__in=[hit.object_id for hit in hits])
    context = {"ticket": ticket, "hits": hits, "public": set(public.values_list("pk", flat=True))}
    if wants_fragment(request):
        return render(request, "desk/_articles.html", context)
    return render(request, "desk/articles.html", {**context, "rail": rail_for(request.actor)})


@require_POST
@on_ticket
def write(request: MemberRequest, ticket: Ticket) -> HttpResponse:
    """Begin an article from the ticket, and go on writing it, or the one that was begun from it before."""
    if there := begun_from(request.actor, ticket):
        messages.info(request, _("You made this article of the ticket before."))
        return redirect("knowledgebase:edit", there.pk)
    try:
        article = draft_from(request.actor, ticket)
    except RefusedError as refusal:
        messages.error(request, str(refusal))
        return redirect("desk:ticket", ticket.reference)
    messages.success(request, _("This is a draft. Names and numbers are left out: check that nothing tells who asked."))
    return redirect("knowledgebase:edit", article.pk)
