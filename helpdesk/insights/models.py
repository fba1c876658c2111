"""What people look for, whether an answer helped them, and what no article answers."""

from datetime import timedelta

from django.db import models
from django.utils import timezone

from helpdesk.accounts.models import Person
from helpdesk.tickets.models import Ticket
from knowledgebase.models import Article

# Who comes back later than this has another question.
RETURNS_WITHIN = timedelta(hours=72)


class SearchRecord(models.Model):
    """A search of somebody, whoever it was: what tells it from others is left out of `text`."""

    text = models.CharField(max_length=200, db_index=True)
    results = models.PositiveIntegerField()
    was_opened = models.BooleanField(default=False)
    # Found nothing, and would find an article by now.
    is_answered = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return self.text


class Deflection(models.Model):
    """Somebody said that an article answered what they were about to ask.

    It counts as solved only when that person does not come back with a question within 72 hours.
    """

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="deflections")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, blank=True, related_name="deflections")
    # Of a visitor: the hash of what their browser keeps.
    visitor = models.CharField(max_length=64, blank=True, db_index=True)
    at = models.DateTimeField(default=timezone.now, db_index=True)
    returned_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.article_id} {self.at}"


class Replay(models.Model):
    """What a new ticket's subject finds among the articles everybody may read.

    `covered`: the share of the subject's words that the best article holds, 0 to 1.
    """

    ticket = models.OneToOneField(Ticket, on_delete=models.CASCADE, related_name="replay", primary_key=True)
    article = models.ForeignKey(Article, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    covered = models.FloatField()
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.ticket_id} -> {self.article_id} ({self.covered:.2f})"
