"""What else can be done for somebody with an account: passwords, sessions, administrations."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from helpdesk.accounts import administration, services
from helpdesk.accounts.http import MemberRequest
from helpdesk.accounts.models import Membership, Organisation
from helpdesk.accounts.organisations import find, named
from helpdesk.desk.manage.access import administrator
from helpdesk.desk.manage.sections.people import PEOPLE
from helpdesk.desk.manage.views.records import LONGEST_SEARCH, UNPROCESSABLE, frame, row_of, show_secret
from helpdesk.kernel.text import clean_line


@administrator
@require_POST
def reset_password(request: MemberRequest, pk: int) -> HttpResponse:
    user = row_of(PEOPLE, pk)
    password = administration.new_password()
    administration.reset_password(actor=request.actor, user=user, password=password)
    return show_secret(request, PEOPLE, user, password)


@administrator
@require_POST
def end_sessions(request: MemberRequest, pk: int) -> HttpResponse:
    user = row_of(PEOPLE, pk)
    administration.end_sessions(actor=request.actor, user=user)
    messages.success(request, _("%(name)s has been signed out everywhere.") % {"name": user.person.name})
    return redirect("manage:people_edit", pk)


@administrator
@require_http_methods(["GET", "HEAD", "POST"])
def add_membership(request: MemberRequest, pk: int) -> HttpResponse:
    """Find the administration by any name or number; ask again when that is not exactly one."""
    user = row_of(PEOPLE, pk)
    text = clean_line(request.POST.get("organisation", "")[:LONGEST_SEARCH])
    organisation = named(text) if text else None
    if organisation is not None:
        services.add_membership(actor=request.actor, person=user.person, organisation=organisation)
        words = {"name": user.person.name, "organisation": organisation}
        messages.success(request, _("%(name)s now works for %(organisation)s.") % words)
        return redirect("manage:people_edit", pk)
    found: list[Organisation] = find(text) if text else []
    context = {**frame(PEOPLE), "row": user, "text": text, "found": found, "is_sent": request.method == "POST"}
    status = UNPROCESSABLE if request.method == "POST" else 200
    return render(request, "desk/manage/membership.html", context, status=status)


@administrator
@require_POST
def end_membership(request: MemberRequest, pk: int, membership_pk: int) -> HttpResponse:
    user = row_of(PEOPLE, pk)
    membership = get_object_or_404(Membership.objects.select_related("person"), pk=membership_pk, person=user.person_id)
    services.end_membership(actor=request.actor, membership=membership)
    words = {"name": user.person.name, "organisation": membership.organisation}
    messages.success(request, _("%(name)s no longer works for %(organisation)s.") % words)
    return redirect("manage:people_edit", pk)
