"""Mail as it came in: its bytes stand in a file, and here stands what became of it. No text of people."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.kernel.file_names import StoredFileField
from helpdesk.tickets.models import Message, Ticket


class InboundMail(models.Model):
    class Source(models.TextChoices):
        PIPE = "pipe", _("delivered to us")
        IMAP = "imap", _("fetched from a mailbox")

    class State(models.TextChoices):
        RECEIVED = "received", _("waits to be read")
        PROCESSED = "processed", _("processed")
        UNPROCESSABLE = "unprocessable", _("could not be read")
        IGNORED = "ignored", _("ignored")

    # Of the bytes: the same mail delivered twice is one mail.
    sha256 = StoredFileField(unique=True)
    size = models.PositiveBigIntegerField()
    source = models.CharField(max_length=10, choices=Source)
    received_at = models.DateTimeField(default=timezone.now, editable=False)

    state = models.CharField(max_length=20, choices=State, default=State.RECEIVED)
    reason = models.TextField(blank=True)
    processed_at = models.DateTimeField(null=True, blank=True)
    # As the mail says it, so no proof of anything.
    message_id_header = models.CharField(max_length=255, blank=True, db_index=True)
    is_verified = models.BooleanField(default=False)
    is_automatic = models.BooleanField(default=False)
    # Of sender and words, to notice a machine that says the same again.
    fingerprint = models.CharField(max_length=64, blank=True, db_index=True)
    # Whether an automatic answer may go out; a machine would answer it for ever.
    is_answerable = models.BooleanField(default=True)
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, null=True, blank=True, related_name="inbound_mail")
    # What it became; a bounce becomes no message.
    message = models.OneToOneField(
        Message, on_delete=models.PROTECT, null=True, blank=True, related_name="inbound_mail"
    )

    class Meta:
        indexes = [
            models.Index(fields=["id"], name="mail_not_read", condition=Q(state__in=["received", "unprocessable"])),
            models.Index(fields=["received_at"], name="mail_by_arrival"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} ({self.state})"
