"""How far each mailbox was fetched, and what was left in it."""

from django.db import models
from django.utils import timezone


class MailCursor(models.Model):
    """All mail of the folder up to `last_uid` is stored, or is noted as left behind."""

    account = models.CharField(max_length=500, unique=True)
    # The server changes it when the numbers of before mean nothing any more; 0 before the first round.
    uidvalidity = models.PositiveBigIntegerField(default=0)
    last_uid = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.account} {self.uidvalidity}/{self.last_uid}"


class LeftMail(models.Model):
    """A mail that is in the folder and could not be fetched: it is tried again, and does not hold up the others."""

    class Reason(models.TextChoices):
        TOO_LARGE = "too_large"
        NOT_GIVEN = "not_given"

    account = models.CharField(max_length=500)
    uidvalidity = models.PositiveBigIntegerField()
    uid = models.PositiveBigIntegerField()
    reason = models.CharField(max_length=20, choices=Reason)
    tries = models.PositiveIntegerField(default=1)
    tried_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "uidvalidity", "uid"], name="one_note_per_mail")]

    def __str__(self) -> str:
        return f"{self.account} {self.uid} ({self.reason})"
