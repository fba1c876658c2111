"""Files that arrive before the message they belong to."""

from datetime import timedelta

from django.conf import settings
from django.db.models import QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.actors import Actor
from helpdesk.kernel import files
from helpdesk.kernel.file_names import is_named
from helpdesk.kernel.policy import ALLOWED, Decision, denied, require
from helpdesk.kernel.services import service
from helpdesk.tickets import policies
from helpdesk.tickets.content import Upload
from helpdesk.tickets.models import Attachment, KeptUpload, Ticket

KEPT_FOR = timedelta(hours=2)
UNSENT_FOR = timedelta(days=1)
# Longer than a file is kept: a form that takes it along at the last moment still writes its row.
UNUSED_FOR = timedelta(hours=3)
NO_ROOM = denied(_("We cannot keep this file for you now. Choose it again when you send the form."))


@service
def attach_file(*, actor: Actor, ticket: Ticket, upload: Upload) -> Attachment:
    """Put a stored file with the ticket, to be taken into a message of the same actor."""
    require(policies.may_reply(actor, ticket))
    return Attachment.objects.create(
        ticket=ticket,
        uploaded_by=actor.code,
        filename=upload.filename,
        content_type=upload.content_type,
        size=upload.size,
        sha256=upload.sha256,
    )


def may_keep(browser: str, size: int) -> Decision:
    """Is there room for a file of this browser: 200 MB for one, and an end to what strangers put on our disk?"""
    if _total(kept_uploads(browser)) + size > settings.MAX_KEPT_BYTES:
        return denied(_("Your files together are too large: 200 MB at most."))
    return ALLOWED if _total(KeptUpload.objects.all()) + size <= settings.MAX_KEPT_BYTES_IN_ALL else NO_ROOM


@service
def keep_upload(*, actor: Actor, browser: str, upload: Upload) -> KeptUpload:
    """Keep a file of a refused form for this browser."""
    require(may_keep(browser, upload.size))
    return KeptUpload.objects.create(
        browser=browser,
        filename=upload.filename,
        content_type=upload.content_type,
        size=upload.size,
        sha256=upload.sha256,
    )


def kept_uploads(browser: str) -> QuerySet[KeptUpload]:
    return KeptUpload.objects.filter(browser=browser, created_at__gt=timezone.now() - KEPT_FOR)


def forget_unused_files() -> int:
    """Remove uploads whose time is over, and files no row speaks of; return how many files went."""
    now = timezone.now()
    KeptUpload.objects.filter(created_at__lte=now - KEPT_FOR).delete()
    # One statement that looks and deletes at once, so a message that takes its file along meanwhile keeps it.
    Attachment.objects.filter(message=None, created_at__lte=now - UNSENT_FOR).delete()
    removed = 0
    for sha256 in files.older_than(UNUSED_FOR):
        if not is_named(sha256) and files.remove(sha256, unused_for=UNUSED_FOR):
            removed += 1
    files.remove_drafts(UNUSED_FOR)
    return removed


def _total(kept: QuerySet[KeptUpload]) -> int:
    return kept.aggregate(total=Sum("size"))["total"] or 0
