"""What questions are about: applications of the Flemish government, and categories of causes."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from helpdesk.kernel.history import ActorRecords


class Application(models.Model):
    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    owner = models.CharField(_("owner"), max_length=120, blank=True)
    url = models.URLField(_("address"), blank=True)
    login = models.CharField(_("how to log in"), max_length=200, blank=True)
    right = models.CharField(_("right that is needed"), max_length=250, blank=True)
    contact = models.CharField(_("contact"), max_length=250, blank=True)
    note = models.TextField(_("remark"), blank=True)
    verification = models.CharField(_("source"), max_length=60, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)
    # What the shipped data said at the last import: an import touches only rows that differ from it.
    source_digest = models.CharField(max_length=32, blank=True, editable=False)

    history = ActorRecords(excluded_fields=["source_digest"])

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Category(models.Model):
    """A cause or a task: `toegang.geen_recht` below `toegang`."""

    code = models.CharField(_("code"), max_length=60, unique=True)
    label = models.CharField(_("label"), max_length=120)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    is_active = models.BooleanField(_("in use"), default=True)
    # What the shipped data said at the last import: an import touches only rows that differ from it.
    source_digest = models.CharField(max_length=32, blank=True, editable=False)

    history = ActorRecords(excluded_fields=["source_digest"])

    class Meta:
        ordering = ["code"]
        verbose_name_plural = "categories"

    def __str__(self) -> str:
        return self.label
