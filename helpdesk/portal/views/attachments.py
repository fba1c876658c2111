from typing import Any
from uuid import UUID

from django.views.decorators.http import require_safe

from helpdesk.accounts.http import MemberRequest, signed_in
from helpdesk.tickets.downloads import attachment_response


@require_safe
@signed_in
def attachment(request: MemberRequest, attachment_id: UUID) -> Any:
    """Give a file to whoever may see its message: officials their own, agents those of their queues."""
    return attachment_response(request.actor, attachment_id)
