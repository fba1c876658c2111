from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts import organisations
from helpdesk.accounts.models import Organisation
from helpdesk.catalogue.models import Application
from helpdesk.kernel.redaction import mask_national_numbers
from helpdesk.portal.choices import application_choices
from helpdesk.portal.fields import EmailLineField, FilesField, FormIdField, LineField, TextField, checked, required
from helpdesk.tickets.content import Upload, clean_body, clean_subject
from helpdesk.tickets.reference import parse_reference
from helpdesk.tickets.selectors import application_called
from helpdesk.tickets.services import NewTicket

NAME_LENGTH = 120
ADDRESS_LENGTH = 254
ORGANISATION_LENGTH = 200
SLUG_LENGTH = 60
CREDENTIAL_LENGTH = 150
TYPED_REFERENCE_LENGTH = 60
NOT_AN_ADDRESS = _("Fill in an e-mail address, for example an.peeters@aalter.be.")


class MessageForm(forms.Form):
    """What somebody writes to us, with files."""

    body = TextField(
        label=_("Your answer"),
        help_text=_("Do not put a national register number (rijksregisternummer) in it. We do not need it."),
        error_messages=required(_("Write your message.")),
        widget=forms.Textarea({"rows": 6}),
    )
    attachments = FilesField(
        label=_("Attachments"),
        required=False,
        help_text=_("For example a picture of your screen. A file can be 25 MB at most."),
    )

    form_id = FormIdField()

    # How many rijksregisternummers were masked.
    masked = 0

    def clean_body(self) -> str:
        return checked(clean_body, self._masked(self.cleaned_data["body"]))

    def _masked(self, text: str) -> str:
        masked, count = mask_national_numbers(text)
        self.masked += count
        return masked


class QuestionForm(MessageForm):
    """A new question of somebody we need not know."""

    application = LineField(
        label=_("Which application is it about?"),
        required=False,
        longest=SLUG_LENGTH,
        widget=forms.Select,
    )
    subject = LineField(
        label=_("What is it about, in a few words?"),
        longest=10_000,
        help_text=_("For example: I get an error when I sign in."),
        error_messages=required(_("Say in a few words what it is about.")),
    )
    organisation = LineField(
        label=_("Your administration"),
        required=False,
        longest=ORGANISATION_LENGTH,
        help_text=_("Type a name or a KBO number. Is yours not in the list? Then what you typed is fine."),
        widget=forms.TextInput({"autocomplete": "organization"}),
    )
    name = LineField(
        label=_("Your name"),
        longest=NAME_LENGTH,
        error_messages=required(_("Fill in your name.")),
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    email = EmailLineField(
        label=_("Your e-mail address"),
        longest=ADDRESS_LENGTH,
        help_text=_("We send our answer to this address."),
        error_messages={**required(NOT_AN_ADDRESS), "invalid": NOT_AN_ADDRESS},
        widget=forms.EmailInput({"autocomplete": "email", "spellcheck": "false"}),
    )
    field_order = ("application", "subject", "body", "attachments", "organisation", "name", "email", "form_id")

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, own: list[Organisation] | None = None, **options: Any
    ) -> None:
        """`own` are the administrations of somebody who signed in; None for a visitor."""
        super().__init__(data, **options)
        self.fields["body"].label = _("What happens?")
        # Asked of the database only when the page is shown.
        self.fields["application"].widget.choices = application_choices
        self.own = own or []
        # The administration the field shows by its name, by its URI.
        self.organisation_uri = ""
        if own is not None:
            del self.fields["name"], self.fields["email"]
        if own:
            self._offer(own)

    def _offer(self, own: list[Organisation]) -> None:
        field = self.fields["organisation"]
        known = {choice.uri for choice in own}
        typed = self.data.get("organisation", "") if self.is_bound else self.initial.get("organisation", own[0].uri)
        if typed and typed not in known:
            return
        field.help_text = ""
        field.widget = forms.Select(
            choices=[*((choice.uri, choice.display_name) for choice in own), ("", _("None of these"))]
        )
        self.initial.setdefault("organisation", own[0].uri)

    @property
    def offers_own(self) -> bool:
        return isinstance(self.fields["organisation"].widget, forms.Select)

    def clean_subject(self) -> str:
        return checked(clean_subject, self._masked(self.cleaned_data["subject"]))

    def clean_name(self) -> str:
        return self._masked(self.cleaned_data["name"])

    def clean_application(self) -> Application | None:
        slug = self.cleaned_data["application"]
        if not slug:
            return None
        application = application_called(slug)
        if application is None:
            raise ValidationError(_("Choose an application from the list."))
        return application

    def clean_organisation(self) -> Organisation | str:
        text = self.cleaned_data["organisation"]
        return (organisations.named(text) if text else None) or self._masked(text)

    def question(self, uploads: tuple[Upload, ...]) -> NewTicket:
        given = self.cleaned_data
        named = given["organisation"] if isinstance(given["organisation"], Organisation) else None
        return NewTicket(
            subject=given["subject"],
            body=given["body"],
            requester=(given["name"], given["email"]) if "name" in self.fields else None,
            organisation=named,
            organisation_claim="" if named else given["organisation"],
            application=given["application"],
            uploads=uploads,
            form_id=given["form_id"],
        )

    def show_organisation(self) -> None:
        """Let the field show the name of the administration that was named by its URI or number."""
        values: Any = self.data if self.is_bound else self.initial
        text = str(values.get("organisation", ""))
        organisation = None if self.offers_own or not text else organisations.named(text)
        if organisation is None:
            return
        self.organisation_uri = organisation.uri
        shown = values.copy()
        shown["organisation"] = organisation.display_name
        if self.is_bound:
            self.data = shown
        else:
            self.initial = shown


class LinkForm(forms.Form):
    """Ask for a new link to a question."""

    reference = LineField(
        label=_("Your question number"),
        longest=TYPED_REFERENCE_LENGTH,
        help_text=_("It looks like this: AP-7K3M9Q-X. You find it in the mail you got."),
        error_messages=required(_("Fill in your question number. It looks like this: AP-7K3M9Q-X.")),
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    email = EmailLineField(
        label=_("Your e-mail address"),
        longest=ADDRESS_LENGTH,
        help_text=_("The address you gave with your question."),
        error_messages={**required(NOT_AN_ADDRESS), "invalid": NOT_AN_ADDRESS},
        widget=forms.EmailInput({"autocomplete": "email", "spellcheck": "false"}),
    )

    def clean_reference(self) -> str:
        reference = parse_reference(self.cleaned_data["reference"])
        if reference is None:
            raise ValidationError(_("This is not a question number. It looks like this: AP-7K3M9Q-X."))
        return reference


class SignInForm(forms.Form):
    username = LineField(
        label=_("User name"),
        longest=CREDENTIAL_LENGTH,
        error_messages=required(_("Fill in your user name.")),
        widget=forms.TextInput({"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        error_messages=required(_("Fill in your password.")),
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )
