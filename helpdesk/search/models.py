"""What search knows besides the index: the words of the documents, and which words mean the same."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from helpdesk.kernel.history import ActorRecords


class KnownWords(models.Model):
    """The vocabulary, for every process the same; made anew with the index, so nobody backs it up or edits it."""

    words = models.TextField()
    built_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "known words"

    def __str__(self) -> str:
        return f"words of {self.built_at}"


class SynonymSet(models.Model):
    """Words or phrases that mean the same; with `meanings`, who types one of the terms means those too, one way."""

    terms = models.JSONField(_("words"))
    meanings = models.JSONField(_("mean"), default=list, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)

    history = ActorRecords()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return ", ".join(self.terms) + (f" → {', '.join(self.meanings)}" if self.meanings else "")
