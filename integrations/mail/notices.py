"""What mails to colleagues about articles have in common: they come by themselves, and are answered to the desk."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from helpdesk.accounts.models import User
from integrations.mail import addresses
from integrations.mail.messages import Envelope
from knowledgebase.models import Article


def envelope_to(colleague: User, *, message_id: str, composed_at: datetime) -> Envelope:
    """Return the envelope; raises `UndeliverableError` when the address is none that mail can go to."""
    address = addresses.envelope_address(colleague.person.email)
    return Envelope(
        sender="",
        sender_header=addresses.sender(),
        recipient=address,
        recipient_header=addresses.named(colleague.person.name, address),
        reply_to=settings.DEFAULT_FROM_EMAIL,
        message_id=message_id,
        earlier_ids=(),
        composed_at=composed_at,
        automatic="auto-generated",
    )


def page_of(article: Article) -> str:
    """Return the address of the page where colleagues work on it."""
    return f"{settings.BASE_URL}{reverse('knowledgebase:edit', args=[article.pk])}"
