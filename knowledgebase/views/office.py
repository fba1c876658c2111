"""The lists of the editors."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.views.decorators.http import require_safe

from helpdesk.accounts.http import MemberRequest
from helpdesk.kernel.text import clean_line
from knowledgebase.access import writers_only
from knowledgebase.office import OWN, new_texts, shelves

ON_A_PAGE = 50
LONGEST_SEARCH = 100


@dataclass(frozen=True)
class Tab:
    label: str | Promise
    url: str
    count: int
    is_current: bool


@require_safe
@writers_only
def office(request: MemberRequest) -> HttpResponse:
    """Show one list, and how much stands in each."""
    known = shelves(request.actor)
    chosen = next((shelf for shelf in known if shelf.key == request.GET.get("lijst")), known[0])
    words = clean_line(request.GET.get("q", ""))[:LONGEST_SEARCH]
    rows = chosen.rows.filter(current_revision__title__icontains=words) if words else chosen.rows
    address = reverse("knowledgebase:office")
    tabs = [Tab(each.label, f"{address}?lijst={each.key}", each.rows.count(), each is chosen) for each in known]
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("pagina"))
    context = {"shelf": chosen, "tabs": tabs, "page": page, "words": words}
    if chosen.key == OWN:
        context["unsaved"] = new_texts(request.actor).defer("body_markdown")
    return render(request, "knowledgebase/office.html", context)
