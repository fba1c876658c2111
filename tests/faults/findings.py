"""Finish what the dead processes left, then tell what there is: `python -m tests.faults.findings`."""

import hashlib
import json
import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()

from django.conf import settings  # noqa: E402 - the apps must be loaded first
from django.core.management import call_command  # noqa: E402 - the apps must be loaded first
from django.db.models import Count, F, Max, Q  # noqa: E402 - the apps must be loaded first
from django.db.models.functions import Now  # noqa: E402

from helpdesk.kernel import files  # noqa: E402
from helpdesk.kernel.backlog import backlog  # noqa: E402
from helpdesk.kernel.file_names import named_files  # noqa: E402
from helpdesk.kernel.models import EventDelivery, OutboxEvent  # noqa: E402
from helpdesk.mailbox.models import InboundMail  # noqa: E402
from helpdesk.mailbox.selectors import flagged  # noqa: E402
from helpdesk.tickets.models import Attachment, Message, MessageBody, MessageDelivery, Ticket  # noqa: E402

MARKER = re.compile(r"LEDGER-[a-p-]+")


def findings() -> dict[str, Any]:
    return {
        "markers": _markers(MessageBody.objects.values_list("text", flat=True)),
        "subjects": _markers(Ticket.objects.values_list("subject", flat=True)),
        "halves": _halves(),
        "undone": _undone(),
        "negatives": _negatives(),
        "attachments": Attachment.objects.exclude(message=None).count(),
        "mails": dict(flagged(InboundMail.objects.all()).values_list("sha256", "shares_message_id")),
        "files nobody names": len(_stored_files() - set(named_files())),
    }


def _markers(texts: Iterable[str]) -> list[str]:
    return [marker for text in texts for marker in MARKER.findall(text)]


def _halves() -> dict[str, int]:
    counted = Ticket.objects.annotate(highest=Max("messages__seq"), number=Count("messages"))
    return {
        "tickets without message": Ticket.objects.filter(messages=None).count(),
        "tickets without link": Ticket.objects.filter(access_links=None).count(),
        "tickets without history": Ticket.objects.exclude(
            pk__in=Ticket.history.filter(history_type="+").values("id")
        ).count(),
        "tickets that miscount": counted.exclude(Q(highest=F("last_seq")) & Q(number=F("message_count"))).count(),
        "messages without body": Message.objects.filter(body=None).count(),
        "attachments without file": sum(
            not files.path_of(sha256).exists() for sha256 in Attachment.objects.values_list("sha256", flat=True)
        ),
        "mails without their bytes": sum(
            not _holds_its_bytes(sha256) for sha256 in InboundMail.objects.values_list("sha256", flat=True)
        ),
        "mails that became nothing": InboundMail.objects.filter(message=None).count(),
    }


def _holds_its_bytes(sha256: str) -> bool:
    path = files.path_of(sha256)
    return path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == sha256


def _stored_files() -> set[str]:
    return {path.name for path in Path(settings.FILES_DIR).glob("[0-9a-f][0-9a-f]/*")}


def _undone() -> dict[str, int]:
    return {
        "events": OutboxEvent.objects.filter(fanned_out_at=None).count(),
        "deliveries": EventDelivery.objects.filter(state=EventDelivery.State.PENDING).count(),
        "dead letters": EventDelivery.objects.filter(state=EventDelivery.State.DEAD).count(),
        "mails": MessageDelivery.objects.exclude(state=MessageDelivery.State.SENT).count(),
    }


def _negatives() -> dict[str, int]:
    return {
        "backlog": int(backlog().oldest_s < 0),
        "mails sent before they were written": MessageDelivery.objects.filter(sent_at__lt=F("created_at")).count(),
        "tickets closed before they were opened": Ticket.objects.filter(
            Q(closed_at__lt=F("created_at")) | Q(resolved_at__lt=F("created_at"))
        ).count(),
        "tickets changed before they were opened": Ticket.objects.filter(updated_at__lt=F("created_at")).count(),
    }


if __name__ == "__main__":
    # Let the time pass that the claims of a dead worker last, and the pause after an attempt that failed.
    EventDelivery.objects.filter(state=EventDelivery.State.PENDING).update(due_at=Now())
    call_command("work", until_idle=True)
    json.dump(findings(), sys.stdout)
