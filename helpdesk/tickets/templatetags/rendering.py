from django import template
from django.utils.safestring import SafeString

from helpdesk.tickets.models import MessageBody
from helpdesk.tickets.rendering import html_with_folds

register = template.Library()


@register.filter
def as_html(body: MessageBody) -> SafeString:
    """Return what a message says, quotes and signatures folded."""
    return html_with_folds(body.text, body.folds)
