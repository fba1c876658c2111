from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from helpdesk.accounts import services
from helpdesk.accounts.http import MemberRequest
from helpdesk.desk.manage.access import administrator
from helpdesk.desk.manage.sections.tokens import TOKENS
from helpdesk.desk.manage.views.records import row_of


@administrator
@require_POST
def revoke(request: MemberRequest, pk: int) -> HttpResponse:
    token = row_of(TOKENS, pk)
    services.revoke_token(actor=request.actor, token=token)
    messages.success(request, _("The key “%(name)s” no longer works.") % {"name": token.name})
    return redirect("manage:tokens_edit", pk)
