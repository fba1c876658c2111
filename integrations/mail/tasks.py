"""What Celery calls."""

import logging

from celery import shared_task
from django.conf import settings
from django.core.cache import cache
from django.db import close_old_connections

from integrations.mail import imap
from integrations.mail.fetching import FAILURES, fetch_round
from integrations.mail.imap import Mailbox

logger = logging.getLogger(__name__)

BUSY_KEY = "mail.fetching.busy"


@shared_task(ignore_result=True)
def fetch_mail(**_newer: object) -> None:
    """Hold one round; two at once would be harmless, but a server that is slow gets one thread of us, not all."""
    close_old_connections()
    if settings.IMAP is None or not cache.add(BUSY_KEY, 1, timeout=imap.CONVERSATION_S):
        return
    try:
        fetch_round(Mailbox(**settings.IMAP))
    except FAILURES as error:
        logger.warning("Fetching mail broke off: %s", error)
    finally:
        cache.delete(BUSY_KEY)
