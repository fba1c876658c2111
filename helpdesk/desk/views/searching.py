"""Searching: tickets with filters, and what else can be found."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from helpdesk.accounts.actors import PersonActor, Visitor
from helpdesk.accounts.http import MemberRequest
from helpdesk.desk.access import agents_only, wants_fragment
from helpdesk.desk.forms import SavedViewForm
from helpdesk.desk.rail import rail_for, saved_group
from helpdesk.desk.rows import Row, rows_of
from helpdesk.desk.searching.advice import advice_on
from helpdesk.desk.searching.reading import chips_of, choices_of
from helpdesk.kernel.policy import RefusedError
from helpdesk.search.finding import find
from helpdesk.search.pages import LAST_PAGE, page_number
from helpdesk.search.queries import Hit, Page, Query
from helpdesk.tickets.filtering.filters import COUNTED, FILTERS
from helpdesk.tickets.filtering.language import LONGEST
from helpdesk.tickets.filtering.reading import Understood, understand
from helpdesk.tickets.reference import parse_reference
from helpdesk.tickets.selectors import desk_rows, saved_views, served_queues, worked_on_by
from helpdesk.tickets.services import remove_view, save_view

PAGE = 25
KINDS = {"tickets": "ticket", "artikelen": "article", "besturen": "organisation", "toepassingen": "application"}
IN_PALETTE = 5


@dataclass(frozen=True)
class Found:
    """A ticket that was found: its row, and where the words stand in it."""

    row: Row
    snippet_html: str


@require_safe
@vary_on_headers("HX-Request")
@agents_only
def search(request: MemberRequest) -> HttpResponse:
    """Show what is found; a ticket's number leads straight to it."""
    typed = request.GET.get("q", "")[:LONGEST]
    reference = parse_reference(typed)
    if reference and worked_on_by(request.actor).filter(reference=reference).exists():
        return redirect("desk:ticket", reference)
    # Asked first, so that the search and the rail share one query.
    served_queues(request.actor)
    shelf = _shelf(request)
    understood = understand(request.actor, typed)
    number = page_number(request.GET.get("pagina", ""))
    page = find(request.actor, _query(understood, KINDS[shelf], number))
    views = saved_views(request.actor)
    advice = advice_on(request.actor, understood) if shelf == "tickets" else []
    # One question at a time.
    suggestion = page.suggestion if not advice else None
    context = {
        "typed": typed,
        "chips": chips_of(request.actor, understood),
        "advice": advice,
        "page": page,
        "shelf": shelf,
        "shelves": _shelves(shelf, typed),
        "found": _tickets(request.actor, page) if shelf == "tickets" else [],
        "filters": FILTERS,
        "choices": choices_of(request.actor, understood, page.facets) if shelf == "tickets" else [],
        "suggestion_url": _address(shelf, understood.reworded(suggestion)) if suggestion else "",
        "pages": _pages(shelf, typed, number, page.total),
        "rail": [*rail_for(request.actor), saved_group(views, typed)],
        "kept": [view for view in views if view.query == typed],
    }
    return render(request, "desk/_found.html" if wants_fragment(request) else "desk/search.html", context)


@require_safe
@agents_only
def palette(request: MemberRequest) -> HttpResponse:
    """Answer the command palette with a few of each kind."""
    typed = request.GET.get("q", "")[:LONGEST]
    if request.GET.get("alleen") == "artikelen":
        # To be put in an answer: only what its reader may read.
        found = [(_labels()["article"], _few(Visitor(), Query(text=typed, kinds=("article",))))]
    else:
        understood = understand(request.actor, typed)
        found = [(label, _few(request.actor, _query(understood, kind, 1))) for kind, label in _labels().items()]
    groups = [(label, hits) for label, hits in found if hits]
    return render(request, "desk/_palette.html", {"groups": groups})


@require_POST
@agents_only
def keep(request: MemberRequest) -> HttpResponse:
    form = SavedViewForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give the view a name of at most 60 characters."))
        return redirect(_address("tickets", request.POST.get("query", "")[:LONGEST]))
    try:
        view = save_view(actor=request.actor, **form.cleaned_data)
    except RefusedError as refusal:
        messages.error(request, str(refusal))
        return redirect(_address("tickets", form.cleaned_data["query"]))
    messages.success(request, _("The view “%(name)s” stands beside your lists now.") % {"name": view.name})
    return redirect(_address("tickets", view.query))


@require_POST
@agents_only
def forget(request: MemberRequest, view_id: int) -> HttpResponse:
    remove_view(actor=request.actor, view_id=view_id)
    messages.success(request, _("The view is removed. Its tickets are still there."))
    return redirect("desk:search")


def _query(understood: Understood, kind: str, number: int) -> Query:
    return replace(
        understood.query(kind),
        facets=tuple(each.facet for each in COUNTED) if kind == "ticket" else (),
        limit=PAGE,
        offset=(number - 1) * PAGE,
    )


def _tickets(actor: PersonActor, page: Page) -> list[Found]:
    snippets = {hit.object_id: hit.snippet_html for hit in page.hits}
    tickets = desk_rows(actor, list(snippets))
    pairs = zip(rows_of(tickets), tickets, strict=True)
    return [Found(row, snippets[ticket.id]) for row, ticket in pairs]


def _few(actor: PersonActor | Visitor, query: Query) -> list[Hit]:
    if not (query.text.strip() or query.filters or query.without):
        return []
    return list(find(actor, replace(query, facets=(), limit=IN_PALETTE)).hits)


def _labels() -> dict[str, str]:
    return {
        "ticket": _("Tickets"),
        "article": _("Articles"),
        "organisation": _("Administrations"),
        "application": _("Applications"),
    }


def _shelf(request: HttpRequest) -> str:
    asked = request.GET.get("soort", "")
    return asked if asked in KINDS else "tickets"


def _shelves(current: str, typed: str) -> list[dict[str, object]]:
    labels = _labels()
    return [
        {"label": labels[kind], "url": _address(shelf, typed), "is_current": shelf == current, "count": None}
        for shelf, kind in KINDS.items()
    ]


def _pages(shelf: str, typed: str, number: int, total: int) -> dict[str, str]:
    """Return the addresses of the page before and after, "" where there is none."""
    last = min(-(-total // PAGE), LAST_PAGE)
    return {
        "previous": _address(shelf, typed, number - 1) if number > 1 else "",
        "next": _address(shelf, typed, number + 1) if number < last else "",
    }


def _address(shelf: str, typed: str, number: int = 1) -> str:
    parts = {"q": typed}
    if shelf != "tickets":
        parts["soort"] = shelf
    if number > 1:
        parts["pagina"] = str(number)
    return f"{reverse('desk:search')}?{urlencode(parts)}"
