"""Articles and what was ever written of them: a revision never changes, an article says which one its readers see."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.models import User
from helpdesk.catalogue.models import Application, Category
from helpdesk.kernel.file_names import StoredFileField
from helpdesk.kernel.history import ActorRecords
from knowledgebase.querysets import AGENTS, OFFICIALS, PUBLIC, ArticleImageQuerySet, ArticleQuerySet

TITLE_LENGTH = 150
SUMMARY_LENGTH = 400
SLUG_LENGTH = 100
KEY_LENGTH = 32


def new_version() -> str:
    return uuid.uuid4().hex


class Article(models.Model):
    class State(models.TextChoices):
        """What readers have of it; where the work on a newer text stands, its revision says."""

        WORK_IN_PROGRESS = "work_in_progress", _("work in progress")
        IN_REVIEW = "in_review", _("in review")
        PUBLISHED = "published", _("published")
        ARCHIVED = "archived", _("archived")

    class Audience(models.TextChoices):
        PUBLIC = PUBLIC, _("everybody")
        OFFICIALS = OFFICIALS, _("officials who signed in")
        AGENTS = AGENTS, _("the contact point")

    class Language(models.TextChoices):
        NL = "nl", "Nederlands"
        FR = "fr", "Français"
        EN = "en", "English"
        DE = "de", "Deutsch"

    slug = models.SlugField(_("short name"), max_length=SLUG_LENGTH, unique=True)
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.NL)
    # A translation is an article of its own, for the readers of its original.
    original = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="translations")
    # A translation of which the original has changed in more than its spelling.
    is_out_of_date = models.BooleanField(_("out of date"), default=False)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.WORK_IN_PROGRESS)
    audience = models.CharField(_("audience"), max_length=10, choices=Audience, default=Audience.PUBLIC)
    applications = models.ManyToManyField(
        Application, verbose_name=_("applications"), related_name="articles", blank=True
    )
    categories = models.ManyToManyField(Category, verbose_name=_("categories"), related_name="articles", blank=True)
    # Ids of causes of login problems.
    causes = models.JSONField(_("causes"), default=list, blank=True)
    sources = models.JSONField(_("sources"), default=list, blank=True)
    owner = models.ForeignKey(
        User, verbose_name=_("owner"), on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    begun_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    # As which of their new texts whoever began it typed it first: that is one article, however often it is sent.
    begun_as = models.CharField(max_length=KEY_LENGTH, blank=True, default="", editable=False)
    verify_by = models.DateField(_("verify by"), null=True, blank=True)
    verified_on = models.DateField(_("last verified"), null=True, blank=True)
    # A translation that was archived because its original was: it comes back with that.
    went_with_original = models.BooleanField(default=False, editable=False)
    # The newest text, the one readers see, and an approved one whose hour is still to come.
    current_revision = models.ForeignKey(
        "ArticleRevision", on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    published_revision = models.ForeignKey(
        "ArticleRevision", on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    scheduled_revision = models.ForeignKey(
        "ArticleRevision", on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    publish_at = models.DateTimeField(_("publish at"), null=True, blank=True)
    archive_at = models.DateTimeField(_("archive at"), null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)
    # What the shipped file said at the last import; an import touches only what is still as it left it.
    shipped = models.JSONField(null=True, blank=True, editable=False)

    objects = ArticleQuerySet.as_manager()
    history = ActorRecords(
        m2m_fields=[applications, categories],
        excluded_fields=["begun_as", "shipped", "created_at", "updated_at"],
    )

    class Meta:
        ordering = ["slug"]
        constraints = [
            models.UniqueConstraint(
                fields=["original", "language"],
                name="one_translation_per_language",
                condition=Q(original__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["begun_by", "begun_as"], name="one_article_per_new_text", condition=~Q(begun_as="")
            ),
            models.CheckConstraint(
                name="originals_are_dutch",
                condition=Q(original=None, language="nl") | Q(Q(original__isnull=False), ~Q(language="nl")),
            ),
            models.CheckConstraint(
                name="published_has_a_text", condition=~Q(state="published") | Q(published_revision__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["-published_at", "-id"], name="article_newest", condition=Q(state="published")),
            models.Index(fields=["publish_at"], name="article_to_publish", condition=Q(publish_at__isnull=False)),
            models.Index(fields=["archive_at"], name="article_to_archive", condition=Q(archive_at__isnull=False)),
            models.Index(fields=["verify_by"], name="article_to_verify", condition=Q(state="published")),
        ]

    def __str__(self) -> str:
        return self.slug

    @property
    def is_published(self) -> bool:
        return self.state == self.State.PUBLISHED


class ArticleRevision(models.Model):
    """A text of an article as it was saved; only what was decided about it changes."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        IN_REVIEW = "in_review", _("in review")
        SENT_BACK = "sent_back", _("sent back")
        APPROVED = "approved", _("approved")

    class Significance(models.TextChoices):
        """How much of a change it is: a typo needs no second reader and leaves translations as they are."""

        TYPO = "typo", _("spelling or form")
        MEDIUM = "medium", _("part of the content")
        MAJOR = "major", _("new or rewritten")

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    title = models.CharField(_("title"), max_length=TITLE_LENGTH)
    summary = models.CharField(_("summary"), max_length=SUMMARY_LENGTH)
    body_markdown = models.TextField(_("text"))
    significance = models.CharField(
        _("kind of change"), max_length=10, choices=Significance, default=Significance.MEDIUM
    )
    comment = models.CharField(_("what changed"), max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    # Nobody for what the product ships and what integrations write.
    author = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    reviewer = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    review_note = models.CharField(_("why it was sent back"), max_length=1000, blank=True)
    based_on = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    # Of which text of the original this is the translation.
    translated_from = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    is_shipped = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    submitted_at = models.DateTimeField(null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)

    history = ActorRecords(excluded_fields=["title", "summary", "body_markdown", "comment", "review_note"])

    class Meta:
        ordering = ["article", "-number"]
        constraints = [models.UniqueConstraint(fields=["article", "number"], name="one_revision_per_number")]
        indexes = [models.Index(fields=["submitted_at"], name="revision_in_review", condition=Q(state="in_review"))]

    def __str__(self) -> str:
        return f"{self.article_id}/{self.number}"


class ArticleDraft(models.Model):
    """What somebody is typing, kept for that person alone until it is saved as a revision."""

    editor = models.ForeignKey(User, on_delete=models.CASCADE, related_name="article_drafts")
    article = models.ForeignKey(Article, on_delete=models.CASCADE, null=True, blank=True, related_name="drafts")
    # Of a translation of the article that is begun; empty for a text of the article itself.
    language = models.CharField(max_length=2, choices=Article.Language, blank=True, default="")
    # Which of somebody's new articles, as its page was called when it was opened; empty for a text of an article.
    key = models.CharField(max_length=KEY_LENGTH, blank=True, default="")
    # Which open page kept it last, and a name for the text as that left it: what another page must have shown.
    page = models.CharField(max_length=KEY_LENGTH, blank=True, default="")
    version = models.CharField(max_length=KEY_LENGTH, default=new_version)
    # What a new article is about first of all.
    application = models.ForeignKey(Application, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    category = models.ForeignKey(Category, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    title = models.CharField(max_length=TITLE_LENGTH, blank=True)
    summary = models.CharField(max_length=SUMMARY_LENGTH, blank=True)
    body_markdown = models.TextField(blank=True)
    based_on = models.ForeignKey(ArticleRevision, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["editor", "article", "language"], name="one_draft_per_article"),
            models.UniqueConstraint(
                fields=["editor", "key"], name="one_draft_per_new_article", condition=Q(article=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.editor_id} @ {self.article_id}"


class ArticleRedirect(models.Model):
    """A name an article bore: who comes by it is sent on."""

    slug = models.SlugField(max_length=SLUG_LENGTH, unique=True)
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="redirects")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return self.slug


class ArticleFeedback(models.Model):
    """Whether a text helped somebody, whoever it was."""

    revision = models.ForeignKey(ArticleRevision, on_delete=models.CASCADE, related_name="feedback")
    helpful = models.BooleanField()
    reason = models.CharField(max_length=1000, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.revision_id}: {'+' if self.helpful else '-'}"


class ArticleImage(models.Model):
    """A picture in an article, as we made it anew from what was sent."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="images")
    sha256 = StoredFileField()
    content_type = models.CharField(max_length=20)
    size = models.PositiveIntegerField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    uploaded_by = models.CharField(max_length=40)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ArticleImageQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.pk)


class ArticleUse(models.Model):
    """An answer somebody gave with an article; `where` is opaque here, and one place counts once."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="uses")
    revision = models.ForeignKey(ArticleRevision, on_delete=models.CASCADE, related_name="+")
    where = models.CharField(max_length=100)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "where"], name="one_use_per_place")]

    def __str__(self) -> str:
        return f"{self.article_id} @ {self.where}"


class VerificationReminder(models.Model):
    """The mail that asks the owner of an article whether it is still right: one for each date."""

    class State(models.TextChoices):
        QUEUED = "queued", _("waits to be sent")
        SENT = "sent", _("sent")
        HELD = "held", _("held back")
        FAILED = "failed", _("failed")

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="reminders")
    verify_by = models.DateField()
    recipient = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=1000, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["article", "verify_by", "recipient"], name="one_reminder_per_date"),
        ]

    def __str__(self) -> str:
        return f"{self.article_id} {self.verify_by} ({self.state})"
