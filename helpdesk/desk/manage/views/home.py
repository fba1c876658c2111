"""What there is to manage, and what needs attention."""

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from helpdesk.accounts.http import MemberRequest
from helpdesk.desk.manage.access import administrator
from helpdesk.desk.manage.menu import HOME, menu
from helpdesk.desk.manage.sections import CHAPTERS
from helpdesk.kernel.backlog import backlog
from helpdesk.mailbox.selectors import unread_mail
from helpdesk.tickets.models import MessageDelivery, Queue


@administrator
@require_safe
def home(request: MemberRequest) -> HttpResponse:
    context = {
        "rail": menu(HOME),
        "chapters": CHAPTERS,
        "backlog": backlog(),
        "failed_mails": MessageDelivery.objects.filter(state=MessageDelivery.State.FAILED).count(),
        "unread_mails": unread_mail().count(),
        "unserved": list(Queue.objects.filter(Q(teams=None)).order_by("name")),
        "has_default": Queue.objects.filter(is_default=True).exists(),
    }
    return render(request, "desk/manage/home.html", context)
