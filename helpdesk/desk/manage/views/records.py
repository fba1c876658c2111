"""Every section's list, form and history: the section says what, these views say how."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from helpdesk.accounts.http import MemberRequest
from helpdesk.desk.manage.access import administrator
from helpdesk.desk.manage.forms import RecordForm, StaleError
from helpdesk.desk.manage.history import history_of
from helpdesk.desk.manage.menu import menu
from helpdesk.desk.manage.paging import numbered_page
from helpdesk.desk.manage.sections.section import Section, State
from helpdesk.kernel.policy import RefusedError
from helpdesk.kernel.text import clean_line

Ability = TypeVar("Ability")

LONGEST_SEARCH = 200
UNPROCESSABLE, CONFLICT = 422, 409


@administrator
@require_safe
def listing(request: MemberRequest, section: Section) -> HttpResponse:
    text = clean_line(request.GET.get("q", "")[:LONGEST_SEARCH])
    page = numbered_page(section.rows(text), request.GET.get("cursor", ""))
    context = {
        **frame(section),
        "may_add": section.create is not None,
        "text": text,
        "query": urlencode({"q": text}) + "&" if text else "",
        "page": page,
        "table": [_line(section, row) for row in page.rows],
    }
    return render(request, "desk/manage/list.html", context)


@administrator
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: MemberRequest, section: Section) -> HttpResponse:
    form = _form(request, section, None)
    if not form.is_bound or not form.is_valid():
        return _ask(request, section, form)
    try:
        created = offered(section.create)(request.actor, form)
    except (RefusedError, IntegrityError) as problem:
        return _refuse(request, section, form, problem)
    if created.secret:
        return show_secret(request, section, created.row, created.secret)
    messages.success(request, _("“%(name)s” has been added.") % {"name": created.row})
    return redirect(f"manage:{section.key}_edit", created.row.pk)


@administrator
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: MemberRequest, section: Section, pk: int) -> HttpResponse:
    row = row_of(section, pk)
    form = _form(request, section, row)
    if not form.is_bound or not form.is_valid():
        return _ask(request, section, form)
    try:
        offered(section.change)(request.actor, row, form)
    except StaleError:
        return _warn(request, section, form)
    except (RefusedError, IntegrityError) as problem:
        return _refuse(request, section, form, problem)
    messages.success(request, _("Your changes have been saved."))
    return redirect(f"manage:{section.key}_edit", row.pk)


@administrator
@require_safe
def show(request: MemberRequest, section: Section, pk: int) -> HttpResponse:
    row = row_of(section, pk)
    facts = [(label, cell(value)) for label, value in section.facts(row) if value] if section.facts else []
    return render(request, section.template, {**frame(section), "row": row, "facts": facts, **section.context(row)})


@administrator
@require_safe
def past(request: MemberRequest, section: Section, pk: int) -> HttpResponse:
    row = row_of(section, pk)
    url = reverse(f"manage:{section.key}_edit", args=[pk])
    context = {**frame(section), "row": row, "row_url": url, "entries": history_of(section.trails(row))}
    return render(request, "desk/manage/history.html", context)


def frame(section: Section) -> dict[str, Any]:
    """Return what every page of a section shows around its own content."""
    return {"section": section, "rail": menu(section.key), "list_url": reverse(f"manage:{section.key}")}


def row_of(section: Section, pk: int) -> Any:
    try:
        return section.rows("").get(pk=pk)
    except ObjectDoesNotExist:
        raise Http404 from None


def show_secret(request: HttpRequest, section: Section, row: Any, secret: str) -> HttpResponse:
    """Show what is stored nowhere, so there is no page to come back to."""
    return render(request, "desk/manage/secret.html", {**frame(section), "row": row, "secret": secret})


def cell(value: object) -> Mapping[str, object]:
    """Return a value with the way to show it."""
    if isinstance(value, State):
        return {"kind": "state", "value": value}
    if isinstance(value, datetime):
        return {"kind": "moment", "value": value}
    if isinstance(value, date):
        return {"kind": "day", "value": value}
    return {"kind": "list" if isinstance(value, list) else "text", "value": value}


def _line(section: Section, row: Any) -> Mapping[str, object]:
    return {
        "url": reverse(f"manage:{section.key}_edit", args=[row.pk]),
        "cells": list(_cells(section, row)),
    }


def _cells(section: Section, row: Any) -> Iterator[Mapping[str, object]]:
    for column in section.columns:
        yield {"label": column.label, **cell(column.value(row))}


def offered(ability: Ability | None) -> Ability:
    """Return what a section can do; what it cannot do has no page."""
    if ability is None:
        raise Http404
    return ability


def _form(request: HttpRequest, section: Section, row: Any) -> RecordForm:
    form = offered(section.form)
    if request.method == "POST":
        return form(request.POST, row=row)
    given = {name: clean_line(request.GET[name]) for name in section.prefilled if name in request.GET}
    return form(row=row, initial=given)


def _ask(request: HttpRequest, section: Section, form: RecordForm, **more: object) -> HttpResponse:
    status = UNPROCESSABLE if form.errors else 200
    row = form.row
    context = {**frame(section), "row": row, "form": form, **(section.context(row) if row else {}), **more}
    template = section.template if row and section.change else "desk/manage/record.html"
    return render(request, template, context, status=CONFLICT if more.get("is_stale") else status)


def _refuse(request: HttpRequest, section: Section, form: RecordForm, problem: Exception) -> HttpResponse:
    doubled = _("Somebody has just saved the same name. Choose another one.")
    form.add_error(None, doubled if isinstance(problem, IntegrityError) else str(problem))
    if form.row is not None:
        form.row = row_of(section, form.row.pk)
    return _ask(request, section, form)


def _warn(request: HttpRequest, section: Section, form: RecordForm) -> HttpResponse:
    """Show what was typed, and that it would undo what somebody else did meanwhile."""
    form.row = row_of(section, form.row.pk)
    form.renew(form.row)
    latest = history_of(section.trails(form.row))[:1]
    return _ask(request, section, form, is_stale=True, latest=latest)
