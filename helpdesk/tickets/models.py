"""The ticket and what hangs on it. Names and texts of people stand apart (Person, MessageBody) and have no history."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.models import Organisation, Person, Team, User
from helpdesk.catalogue.models import Application, Category
from helpdesk.kernel.file_names import StoredFileField
from helpdesk.kernel.history import ActorRecords
from helpdesk.tickets.querysets import AttachmentQuerySet, MessageQuerySet, TicketQuerySet


class Level(models.TextChoices):
    LOW = "low", _("low")
    MEDIUM = "medium", _("medium")
    HIGH = "high", _("high")


class Priority(models.TextChoices):
    LOW = "low", _("low")
    NORMAL = "normal", _("normal")
    HIGH = "high", _("high")
    URGENT = "urgent", _("urgent")


class Status(models.TextChoices):
    NEW = "new", _("new")
    OPEN = "open", _("open")
    WAITING_REQUESTER = "waiting_requester", _("waiting for the requester")
    WAITING_LOCAL_MANAGER = "waiting_local_manager", _("waiting for the local manager")
    WAITING_SECOND_LINE = "waiting_second_line", _("waiting for the second line")
    WAITING_VENDOR = "waiting_vendor", _("waiting for the vendor")
    RESOLVED = "resolved", _("resolved")
    CLOSED = "closed", _("closed")


class TicketType(models.TextChoices):
    INCIDENT = "incident", _("incident")
    SERVICE_REQUEST = "service_request", _("service request")
    QUESTION = "question", _("question")
    COMPLAINT = "complaint", _("complaint")
    FEEDBACK = "feedback", _("feedback")


class Channel(models.TextChoices):
    WEB = "web", _("web form")
    EMAIL = "email", _("e-mail")
    CHAT = "chat", _("chat")
    PHONE = "phone", _("telephone")
    API = "api", _("API")


class Assurance(models.TextChoices):
    """How sure we are who asks, weakest first."""

    UNVERIFIED = "unverified", _("not verified")
    MAIL_VERIFIED = "mail_verified", _("address verified")
    VOUCHED = "vouched", _("vouched for")
    ACM_IDM = "acm_idm", _("signed in")


class SolvedBy(models.TextChoices):
    SELF = "self", _("the requester")
    LOCAL_MANAGER = "local_manager", _("the local manager")
    HELPDESK = "helpdesk", _("the contact point")
    SECOND_LINE = "second_line", _("the second line")
    VENDOR = "vendor", _("the vendor")


class Queue(models.Model):
    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=80)
    is_default = models.BooleanField(_("takes what has no route"), default=False)
    teams = models.ManyToManyField(Team, verbose_name=_("teams"), related_name="queues", blank=True)

    history = ActorRecords(m2m_fields=[teams])

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["is_default"], condition=Q(is_default=True), name="one_default_queue"),
        ]

    def __str__(self) -> str:
        return self.name


class QueueRoute(models.Model):
    """Questions about this application go to this queue."""

    application = models.OneToOneField(Application, on_delete=models.CASCADE, related_name="route")
    queue = models.ForeignKey(Queue, on_delete=models.PROTECT, related_name="routes")

    history = ActorRecords()

    def __str__(self) -> str:
        return f"{self.application_id} -> {self.queue_id}"


class Ticket(models.Model):
    reference = models.CharField(_("reference"), max_length=12, editable=False)
    # Of the form it came in with: sending that form again does not ask the question again.
    form_id = models.UUIDField(null=True, unique=True, editable=False)
    subject = models.CharField(_("subject"), max_length=200)
    subject_changes = models.PositiveIntegerField(default=0, editable=False)
    ticket_type = models.CharField(_("type"), max_length=20, choices=TicketType, default=TicketType.QUESTION)
    impact = models.CharField(_("impact"), max_length=10, choices=Level, default=Level.LOW)
    urgency = models.CharField(_("urgency"), max_length=10, choices=Level, default=Level.MEDIUM)
    priority = models.CharField(_("priority"), max_length=10, choices=Priority, default=Priority.NORMAL)
    # 1 low to 4 urgent: what lists are ordered by.
    priority_rank = models.PositiveSmallIntegerField(default=2, editable=False)
    priority_override_reason = models.CharField(_("reason for another priority"), max_length=200, blank=True)
    status = models.CharField(_("status"), max_length=30, choices=Status, default=Status.NEW)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    identity_assurance = models.CharField(_("identity"), max_length=20, choices=Assurance)
    vouched_reason = models.CharField(_("why we trust this person"), max_length=200, blank=True)

    requester = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="tickets")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="tickets"
    )
    # A claim lets nobody in; proven means that the login named this administration.
    organisation_is_proven = models.BooleanField(default=False)
    organisation_claim = models.CharField(_("administration as typed"), max_length=200, blank=True)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, null=True, blank=True)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, blank=True)
    # Without an index of its own: the one of its list begins with it, and each index makes every reply dearer.
    queue = models.ForeignKey(Queue, on_delete=models.PROTECT, related_name="tickets", db_index=False)
    assignee = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="assigned_tickets")

    solved_by = models.CharField(_("solved by"), max_length=20, choices=SolvedBy, blank=True)
    avoidable = models.BooleanField(_("could have been avoided"), null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    resolved_at = models.DateTimeField(null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    reopened_count = models.PositiveIntegerField(default=0, editable=False)

    # Written by QuerySet.update() with each message, so that lists need no join and history no row.
    last_seq = models.PositiveIntegerField(default=0, editable=False)
    message_count = models.PositiveIntegerField(default=0, editable=False)
    public_message_count = models.PositiveIntegerField(default=0, editable=False)
    last_message_at = models.DateTimeField(editable=False)
    last_direction = models.CharField(max_length=10, editable=False)
    # Any change, and any change the requester may know of.
    updated_at = models.DateTimeField(editable=False)
    public_updated_at = models.DateTimeField(editable=False)

    objects = TicketQuerySet.as_manager()
    history = ActorRecords(
        excluded_fields=[
            "form_id",
            "subject",
            "organisation_claim",
            "vouched_reason",
            "priority_rank",
            "last_seq",
            "message_count",
            "public_message_count",
            "last_message_at",
            "last_direction",
            "updated_at",
            "public_updated_at",
        ]
    )

    class Meta:
        constraints = [
            # Not `unique=True`, which brings a second index for parts of a reference.
            models.UniqueConstraint(fields=["reference"], name="one_ticket_per_reference"),
            models.CheckConstraint(
                condition=~Q(status="resolved") | Q(resolved_at__isnull=False), name="resolved_tickets_say_when"
            ),
            models.CheckConstraint(
                condition=Q(status="closed", closed_at__isnull=False) | (~Q(status="closed") & Q(closed_at=None)),
                name="closed_tickets_say_when",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-last_message_at", "-id"],
                name="ticket_open_by_activity",
                condition=~Q(status__in=["resolved", "closed"]),
            ),
            models.Index(
                fields=["queue", "-last_message_at", "-id"],
                name="ticket_open_in_queue",
                condition=~Q(status__in=["resolved", "closed"]),
            ),
            models.Index(
                fields=["queue", "status", "assignee"],
                name="ticket_open_counts",
                condition=~Q(status__in=["resolved", "closed"]),
            ),
            models.Index(
                fields=["assignee", "-last_message_at", "-id"],
                name="ticket_open_of_assignee",
                condition=~Q(status__in=["resolved", "closed"]),
            ),
            models.Index(
                fields=["created_at", "id"],
                name="ticket_open_by_age",
                condition=~Q(status__in=["resolved", "closed"]),
            ),
            models.Index(
                fields=["-priority_rank", "created_at", "id"],
                name="ticket_open_by_priority",
                condition=~Q(status__in=["resolved", "closed"]),
            ),
            models.Index(fields=["-last_message_at", "-id"], name="ticket_by_activity"),
            models.Index(fields=["queue", "-last_message_at", "-id"], name="ticket_in_queue"),
            models.Index(fields=["created_at", "id"], name="ticket_by_age"),
            models.Index(fields=["-priority_rank", "created_at", "id"], name="ticket_by_priority"),
            models.Index(fields=["updated_at", "id"], name="ticket_by_change"),
        ]

    def __str__(self) -> str:
        return self.reference


class Message(models.Model):
    class Kind(models.TextChoices):
        PUBLIC_REPLY = "public_reply", _("reply to the requester")
        INTERNAL_NOTE = "internal_note", _("internal note")
        CHAT = "chat", _("chat")
        SYSTEM = "system", _("system")

    class Direction(models.TextChoices):
        INBOUND = "inbound", _("inbound")
        OUTBOUND = "outbound", _("outbound")
        INTERNAL = "internal", _("internal")

    class AuthorRole(models.TextChoices):
        REQUESTER = "requester", _("requester")
        PARTICIPANT = "participant", _("participant")
        AGENT = "agent", _("agent")
        SYSTEM = "system", _("system")

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="messages", db_index=False)
    seq = models.PositiveIntegerField()
    client_id = models.UUIDField(null=True, blank=True)
    kind = models.CharField(max_length=20, choices=Kind)
    direction = models.CharField(max_length=10, choices=Direction)
    channel = models.CharField(max_length=10, choices=Channel)
    author = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="messages")
    author_role = models.CharField(max_length=20, choices=AuthorRole)
    # A mail that says it is from its author, which nothing proves.
    is_unverified = models.BooleanField(default=False)
    # Sent by a machine, such as an out-of-office note.
    is_automatic = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["seq"]
        constraints = [
            models.UniqueConstraint(fields=["ticket", "seq"], name="one_message_per_seq"),
            models.UniqueConstraint(fields=["ticket", "client_id"], name="one_message_per_client_id"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}/{self.seq}"

    @property
    def is_internal(self) -> bool:
        return self.kind == self.Kind.INTERNAL_NOTE


class MessageBody(models.Model):
    """What a message says: apart, without history, so that it can be erased."""

    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="body", primary_key=True)
    text = models.TextField()
    # Of a mail, made safe by the mail adapter; only ever shown in a sandbox.
    html = models.TextField(blank=True)
    # Runs of `text` that are shown folded: [start, end, "quote" or "signature"].
    folds = models.JSONField(default=list)
    # Of a mail, the fields that tell where it is from and how it came: [name, value].
    headers = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.message_id}"


class Attachment(models.Model):
    """A file with a message; without one while it waits for the message it was uploaded for."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="attachments")
    message = models.ForeignKey(Message, on_delete=models.PROTECT, null=True, blank=True, related_name="attachments")
    uploaded_by = models.CharField(max_length=40)
    filename = models.CharField(max_length=200)
    content_type = models.CharField(max_length=120)
    size = models.PositiveBigIntegerField()
    sha256 = StoredFileField(db_index=True)
    # Under which the HTML of a mail shows it.
    content_id = models.CharField(max_length=255, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return self.filename


class AttachmentText(models.Model):
    """The words in a file, for finding it; "" for one without. Apart, so that it can be erased and made anew."""

    # Only files that were sent have words and those stay, so that forgetting an unsent one need not look here.
    attachment = models.OneToOneField(Attachment, on_delete=models.DO_NOTHING, related_name="words", primary_key=True)
    text = models.TextField()

    def __str__(self) -> str:
        return f"{self.attachment_id}"


class KeptUpload(models.Model):
    """A file from a form that was refused, kept two hours for the same browser."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    browser = models.CharField(max_length=64, db_index=True)
    filename = models.CharField(max_length=200)
    content_type = models.CharField(max_length=120)
    size = models.PositiveBigIntegerField()
    sha256 = StoredFileField(db_index=True)
    created_at = models.DateTimeField(default=timezone.now, db_index=True, editable=False)

    def __str__(self) -> str:
        return self.filename


class MessageDelivery(models.Model):
    """One mail to one address, and what became of it."""

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting to be sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("not delivered")
        HELD = "held", _("held back")

    class Purpose(models.TextChoices):
        CONFIRMATION = "confirmation", _("confirmation")
        REPLY = "reply", _("reply")
        NEW_LINK = "new_link", _("new link")
        NOTIFICATION = "notification", _("message to a colleague")
        UNDELIVERED = "undelivered", _("message to a colleague: not delivered")

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="deliveries")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="deliveries")
    address = models.CharField(max_length=254)
    purpose = models.CharField(max_length=20, choices=Purpose)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["address", "created_at"], name="delivery_to_address"),
            models.Index(fields=["state"], name="delivery_not_sent", condition=~Q(state="sent")),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.state}"


class SavedView(models.Model):
    """A search an agent keeps by name: a view of their own. `query` is as typed."""

    NAME_LENGTH = 60
    QUERY_LENGTH = 500

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    query = models.CharField(max_length=QUERY_LENGTH)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="one_saved_view_per_name")]

    def __str__(self) -> str:
        return self.name


class TicketLink(models.Model):
    """What one ticket has to do with another."""

    class Kind(models.TextChoices):
        RELATES_TO = "relates_to", _("has to do with")

    source = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="links")
    target = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="linked_from")
    kind = models.CharField(max_length=20, choices=Kind)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "target", "kind"], name="one_link_of_a_kind"),
            models.CheckConstraint(condition=~Q(source=models.F("target")), name="no_link_to_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.kind} {self.target_id}"


class AccessLink(models.Model):
    """A `/t/` link. The token follows from `nonce` and our secret key; the table alone opens nothing."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="access_links")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="access_links")
    nonce = models.CharField(max_length=40)
    token_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token_hash"], name="one_link_per_token")]

    def __str__(self) -> str:
        return f"{self.ticket_id}"
