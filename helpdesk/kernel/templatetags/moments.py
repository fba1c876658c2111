from datetime import datetime

from django import template

from helpdesk.kernel.moments import Moment
from helpdesk.kernel.moments import moment as moment_of

register = template.Library()


@register.filter
def moment(at: datetime) -> Moment:
    """Give a time as people read it: `.short` for the page, `.exact` in full, `.iso` for programs."""
    return moment_of(at)
