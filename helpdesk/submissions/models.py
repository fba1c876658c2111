"""Links from a ticket to what an administration submitted in the Digitaal Loket."""

from django.db import models
from django.utils import timezone

from helpdesk.tickets.models import Ticket


class SubmissionLink(models.Model):
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="submission_links")
    uri = models.CharField(max_length=200)
    url = models.URLField(max_length=300)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["ticket", "uri"], name="one_link_per_submission")]

    def __str__(self) -> str:
        return self.uri
