"""What agents send. Forms read and check; what may happen is for the services to say."""

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from helpdesk.catalogue.models import Application, Category
from helpdesk.tickets.content import SUBJECT_LENGTH
from helpdesk.tickets.filtering.language import LONGEST
from helpdesk.tickets.models import Level, Priority, SavedView, SolvedBy, Status, Ticket, TicketType

WRONG_CHOICE = _("Choose one of the list.")


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files, none too; empty files as well."""

    widget = FilesInput

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, allow_empty_file=True, **options)

    def clean(self, data: Any, initial: Any = None) -> "Sequence[UploadedFile[Any]]":
        return [super(FilesField, self).clean(file, initial) for file in data or []]


class ComposerForm(forms.Form):
    """A reply or a note. `seen` is the last message the page showed; `client_id` makes sending twice harmless."""

    body = forms.CharField(widget=forms.Textarea, error_messages={"required": _("Write your message.")})
    # Resolving has a form of its own, because it asks more.
    status = forms.ChoiceField(
        choices=[("", ""), *(choice for choice in Status.choices if choice[0] != Status.RESOLVED)],
        required=False,
        error_messages={"invalid_choice": WRONG_CHOICE},
    )
    attachments = FilesField()
    attachment_ids = forms.CharField(required=False)
    seen = forms.IntegerField(required=False, min_value=0)
    client_id = forms.UUIDField(required=False)

    def clean_attachment_ids(self) -> list[uuid.UUID]:
        return uuids_in(self.data.getlist("attachment_ids"))  # type: ignore[attr-defined]


class SavedViewForm(forms.Form):
    name = forms.CharField(max_length=SavedView.NAME_LENGTH)
    query = forms.CharField(max_length=LONGEST)


class StatusForm(forms.Form):
    status = forms.ChoiceField(choices=Status.choices, error_messages={"invalid_choice": WRONG_CHOICE})


class PriorityForm(forms.Form):
    """`priority` empty: it follows from impact and urgency."""

    impact = forms.ChoiceField(choices=Level.choices, error_messages={"invalid_choice": WRONG_CHOICE})
    urgency = forms.ChoiceField(choices=Level.choices, error_messages={"invalid_choice": WRONG_CHOICE})
    priority = forms.ChoiceField(
        choices=[("", ""), *Priority.choices], required=False, error_messages={"invalid_choice": WRONG_CHOICE}
    )
    priority_override_reason = forms.CharField(required=False, max_length=200)


class CategoryField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Categories under the heading of their parent; only those without children are offered."""

    def __init__(self, **options: Any) -> None:
        super().__init__(queryset=Category.objects.all(), label=_("Category"), **options)

    def offer(self, current: Category | None) -> None:
        """Fill the list with what is in use, and with the present category."""
        rows = [row for row in Category.objects.select_related("parent") if row.is_active or row == current]
        parents = {row.parent_id for row in rows}
        groups: dict[str, list[tuple[int, str]]] = {}
        for row in rows:
            if row.pk not in parents:
                groups.setdefault(row.parent.label if row.parent else row.label, []).append((row.pk, row.label))
        self.widget.choices = [("", _("Choose a category")), *groups.items()]


class DetailsForm(forms.Form):
    subject = forms.CharField(label=_("Subject"), max_length=SUBJECT_LENGTH)
    ticket_type = forms.ChoiceField(label=_("Type"), choices=TicketType.choices)
    application = forms.ModelChoiceField(
        label=_("Application"), queryset=Application.objects.all(), required=False, empty_label=_("None or unknown")
    )
    category = CategoryField(required=False)
    organisation = forms.CharField(
        label=_("Organisation"),
        help_text=_("Name, KBO or OVO number. Leave empty when it is not known."),
        required=False,
        max_length=200,
    )
    shown = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, ticket: Ticket, **options: Any) -> None:
        super().__init__(*args, **options)
        offer_categories(self, ticket.category)


class ResolveForm(forms.Form):
    category = CategoryField(error_messages={"required": _("Choose a category.")})
    solved_by = forms.ChoiceField(
        label=_("Who solved it?"),
        choices=SolvedBy.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say who solved it.")},
    )
    avoidable = forms.TypedChoiceField(
        label=_("Could this question have been avoided?"),
        help_text=_("For example by a clearer page, a better mail or an article."),
        choices=[("yes", _("yes")), ("no", _("no"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether it could have been avoided.")},
    )
    body = forms.CharField(
        label=_("Last reply to the requester"),
        help_text=_("Leave empty to resolve without a mail."),
        widget=forms.Textarea(attrs={"rows": 6}),
        required=False,
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    client_id = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, ticket: Ticket, **options: Any) -> None:
        super().__init__(*args, **options)
        offer_categories(self, ticket.category)


class CallerForm(forms.Form):
    """A question of somebody on the phone; `form_id` makes sending twice harmless."""

    form_id = forms.UUIDField(required=False, initial=uuid.uuid4, widget=forms.HiddenInput)
    email = forms.EmailField(
        label=_("E-mail address of the caller"),
        max_length=254,
        error_messages={
            "required": _("Fill in the e-mail address of the caller."),
            "invalid": _("Fill in an e-mail address, for example an.peeters@aalter.be."),
        },
    )
    name = forms.CharField(
        label=_("Name of the caller"), max_length=120, error_messages={"required": _("Fill in the name of the caller.")}
    )
    organisation = forms.CharField(
        label=_("Organisation"), help_text=_("Name, KBO or OVO number."), required=False, max_length=200
    )
    application = forms.ModelChoiceField(
        label=_("Application"),
        queryset=Application.objects.filter(is_active=True),
        required=False,
        empty_label=_("None or unknown"),
    )
    subject = forms.CharField(
        label=_("Subject"), max_length=SUBJECT_LENGTH, error_messages={"required": _("Give a subject.")}
    )
    body = forms.CharField(
        label=_("What does the caller ask?"),
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": _("Write down what the caller asks.")},
    )
    is_known = forms.BooleanField(label=_("I know this person"), required=False)
    vouched_reason = forms.CharField(
        label=_("How do you know who it is?"),
        help_text=_("For example: I called back on the number of the town hall."),
        required=False,
        max_length=200,
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("is_known") and not cleaned.get("vouched_reason"):
            self.add_error("vouched_reason", _("Say how you know who it is."))
        return cleaned


def offer_categories(form: forms.Form, current: Category | None) -> None:
    field = form.fields["category"]
    if isinstance(field, CategoryField):
        field.offer(current)


def first_error(form: forms.Form) -> str:
    return str(next(error for errors in form.errors.values() for error in errors))


def uuids_in(texts: Sequence[str]) -> list[uuid.UUID]:
    """Return what is a UUID and leave out what is not."""
    found = []
    for text in texts:
        try:
            found.append(uuid.UUID(text))
        except ValueError:
            continue
    return found
