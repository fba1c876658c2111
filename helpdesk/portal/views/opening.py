"""A new question, through the open door."""

import logging
from http import HTTPStatus
from typing import Any

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from helpdesk.accounts import organisations
from helpdesk.accounts.actors import PersonActor
from helpdesk.accounts.http import ActorRequest
from helpdesk.accounts.models import Organisation
from helpdesk.accounts.organisation_names import kbo_with_dots
from helpdesk.insights.services import record_return
from helpdesk.kernel.policy import RefusedError
from helpdesk.portal.answers import visitor_of
from helpdesk.portal.forms import QuestionForm
from helpdesk.portal.limits import text_about_waiting, wait_for_post_s
from helpdesk.portal.uploads import (
    FIELD,
    SentFiles,
    keep_files,
    kept_before,
    receive_files,
    remember,
    shown,
    store_files,
)
from helpdesk.tickets.reference import new_reference
from helpdesk.tickets.services import open_ticket

logger = logging.getLogger(__name__)

HONEYPOT = "website"
RECEIPT = "portal.receipt"
RECEIPT_LIVES_S = 24 * 3600
ITEMS = 10
ITEMS_LIVE_S = 300


@require_http_methods(["GET", "HEAD", "POST"])
def open_question(request: ActorRequest) -> HttpResponse:
    """Show the form, or take what was asked."""
    if request.method != "POST":
        return _page(request, _form(request))
    if wait_s := wait_for_post_s(request):
        return _refused_for_now(request, wait_s)
    if request.POST.get(HONEYPOT):
        # A program filled in what people do not see. It must not learn that we noticed.
        logger.info("a question with a filled honeypot was not stored")
        return _to_receipt(new_reference(), masked=False)
    return _take(request)


def typed_again(request: ActorRequest) -> HttpResponse:
    """Answer a post without a valid CSRF token: everything again, files too, to be sent once more."""
    if wait_s := wait_for_post_s(request):
        return _refused_for_now(request, wait_s)
    form = _form(request, initial=_typed(request))
    files = keep_files(request.actor, receive_files(request))
    return _page(request, form, files, status=HTTPStatus.FORBIDDEN, must_confirm=True)


@require_safe
def received(request: HttpRequest, receipt: str) -> HttpResponse:
    """Say that the question is in. The address holds its reference, signed, and no key to it."""
    try:
        reference, masked = signing.loads(receipt, salt=RECEIPT, max_age=RECEIPT_LIVES_S)
    except (signing.BadSignature, ValueError) as error:
        raise Http404 from error
    return render(request, "portal/received.html", {"reference": reference, "masked": masked})


@require_safe
def organisation_items(request: HttpRequest) -> HttpResponse:
    """Find administrations for the picker."""
    found = organisations.find(request.GET.get("q", ""), ITEMS)
    items = [{"value": row.uri, "label": row.display_name, "hint": _hint(row)} for row in found]
    return JsonResponse({"items": items}, headers={"Cache-Control": f"public, max-age={ITEMS_LIVE_S}"})


def _take(request: ActorRequest) -> HttpResponse:
    form = _form(request, data=request.POST)
    files = receive_files(request)
    if not form.is_valid() or files.refusals:
        return _wrong(request, form, files)
    try:
        ticket = open_ticket(actor=request.actor, new=form.question(store_files(files)))
    except RefusedError as refusal:
        form.add_error(None, str(refusal))
        return _wrong(request, form, files)
    record_return(actor=request.actor, visitor=visitor_of(request))
    return _to_receipt(ticket.reference, masked=form.masked > 0)


def _wrong(request: ActorRequest, form: QuestionForm, files: SentFiles) -> HttpResponse:
    files = keep_files(request.actor, files)
    for refusal in files.refusals:
        form.add_error(FIELD, refusal)
    return _page(request, form, files, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _refused_for_now(request: ActorRequest, wait_s: int) -> HttpResponse:
    """Keep everything typed; files that came along would be a way to fill our disk."""
    form = _form(request, initial=_typed(request))
    response = _page(
        request,
        form,
        kept_before(request),
        status=HTTPStatus.TOO_MANY_REQUESTS,
        waiting=text_about_waiting(wait_s),
        must_choose_files_again=bool(request.FILES),
    )
    response["Retry-After"] = str(wait_s)
    return response


def _form(request: ActorRequest, **options: Any) -> QuestionForm:
    own = None
    if isinstance(request.actor, PersonActor):
        own = list(Organisation.objects.filter(pk__in=request.actor.organisation_ids))
    return QuestionForm(options.pop("data", None), own=own, **options)


def _typed(request: HttpRequest) -> dict[str, str]:
    return {name: request.POST[name] for name in QuestionForm.field_order if name in request.POST}


def _page(
    request: ActorRequest, form: QuestionForm, files: SentFiles | None = None, *, status: int = 200, **context: Any
) -> HttpResponse:
    form.show_organisation()
    context |= {"form": form, "kept": shown(files) if files else [], "honeypot": HONEYPOT}
    response = render(request, "portal/open.html", context, status=status)
    if files:
        remember(response, files)
    return response


def _to_receipt(reference: str, *, masked: bool) -> HttpResponse:
    receipt = signing.dumps([reference, masked], salt=RECEIPT)
    target = reverse("portal:received", args=[receipt])
    return HttpResponseRedirect(target, status=HTTPStatus.SEE_OTHER)


def _hint(organisation: Organisation) -> str:
    successors = ", ".join(successor.display_name for successor in organisation.successors.all())
    if successors:
        return f"→ {successors}"
    return f"KBO {kbo_with_dots(organisation.kbo_number)}" if organisation.kbo_number else organisation.province
