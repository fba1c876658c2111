"""First answers to POST requests with an Idempotency-Key, kept a day."""

from django.db import models
from django.utils import timezone


class IdempotentAnswer(models.Model):
    """Written before the effect, filled in after it, in one transaction: a row nobody sees unfinished."""

    caller = models.CharField(max_length=64)
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    # As text, because the bytes must be the same again; JSON columns reorder keys.
    body = models.TextField(blank=True)
    location = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["caller", "key"], name="one_answer_per_key")]

    def __str__(self) -> str:
        return self.key
