"""Keys to the API."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts import services
from helpdesk.accounts.actors import PersonActor
from helpdesk.accounts.models import ApiToken, Team, User
from helpdesk.desk.manage.forms import Line, RecordForm
from helpdesk.desk.manage.history import Trail
from helpdesk.desk.manage.sections.section import Column, Created, Facts, Section, State, with_words
from helpdesk.kernel.tokens import hash_token

# What can be asked of the API today; later parts of the product add theirs.
SCOPES = (("tickets:read", _("read tickets")), ("tickets:write", _("make and change tickets")))
WORKS, REVOKED, EXPIRED = State(_("works")), State(_("revoked"), is_good=False), State(_("expired"), is_good=False)


class TokenForm(RecordForm):
    rows = ApiToken

    name = Line(label=_("Name"), max_length=80, help_text=_("What the key is for, for example “phone exchange”."))
    username = Line(
        label=_("User name of the person"),
        max_length=150,
        required=False,
        help_text=_("The key may do what this person may do. Leave it empty for a link with another program."),
    )
    team = forms.ModelChoiceField(
        label=_("Team of the program"),
        queryset=Team.objects.all(),
        required=False,
        empty_label=_("No team: the key is for a person"),
        help_text=_("The key works on the queues of this team."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("The key may"), choices=SCOPES, widget=forms.CheckboxSelectMultiple, initial=["tickets:read"]
    )
    expires_on = forms.DateField(
        label=_("Works until and including"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Empty: until somebody revokes it."),
        error_messages={"invalid": _("Fill in a date, for example 31-12-2026.")},
    )
    writes_per_minute = forms.IntegerField(
        label=_("At most so many changes a minute"),
        required=False,
        min_value=1,
        max_value=10_000,
        help_text=_("Empty: the usual limit."),
        error_messages={"invalid": _("Fill in a whole number, for example 60.")},
    )

    @classmethod
    def values_of(cls, row: ApiToken) -> dict[str, Any]:
        return {"name": row.name}

    def clean_username(self) -> User | None:
        username = self.cleaned_data["username"]
        if not username:
            return None
        user = User.objects.filter(username__iexact=username, is_active=True).first()
        if user is None:
            raise forms.ValidationError(_("Nobody active has this user name. Look it up under People."))
        return user

    def clean_expires_on(self) -> datetime | None:
        day = self.cleaned_data["expires_on"]
        if day is None:
            return None
        if day < timezone.localdate():
            raise forms.ValidationError(_("This day is over. Choose today or later."))
        return timezone.make_aware(datetime.combine(day, time.max))

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if self.errors:
            return values
        if (values["username"] is None) == (values["team"] is None):
            self.add_error("username", _("Fill in a user name or choose a team, one of both."))
        return values


def _tokens(text: str) -> QuerySet[ApiToken]:
    rows = ApiToken.objects.order_by("-pk").select_related("user__person", "team")
    return with_words(rows, text, "name", "user__person__name", "team__name")


def _issue(actor: PersonActor, form: TokenForm) -> Created:
    values = form.cleaned_data
    token = services.issue_token(
        actor=actor,
        name=values["name"],
        scopes=frozenset(values["scopes"]),
        user=values["username"],
        team=values["team"],
        expires_at=values["expires_on"],
        writes_per_minute=values["writes_per_minute"],
    )
    return Created(ApiToken.objects.get(token_hash=hash_token(token)), token)


def _state(token: ApiToken) -> State:
    if token.revoked_at is not None:
        return REVOKED
    if token.expires_at is not None and token.expires_at <= timezone.now():
        return EXPIRED
    return WORKS


def _holder(token: ApiToken) -> str:
    return token.user.person.name if token.user else str(token.team)


def _facts(token: ApiToken) -> Facts:
    return (
        (_("For"), _holder(token)),
        (_("State"), _state(token)),
        (_("The key may"), [str(dict(SCOPES).get(scope, scope)) for scope in token.scopes]),
        (_("Made"), token.created_at),
        (_("Works until"), token.expires_at),
        (_("Changes a minute"), token.writes_per_minute),
        (_("Revoked"), token.revoked_at),
    )


TOKENS = Section(
    key="tokens",
    slug="api-sleutels",
    title=_("API keys"),
    intro=_("With a key a program works on tickets: in the name of a person, or for a team."),
    search_label=_("Search by name, person or team"),
    rows=_tokens,
    columns=(
        Column(_("Name"), lambda token: token.name),
        Column(_("For"), _holder),
        Column(_("Made"), lambda token: token.created_at),
        Column(_("State"), _state),
    ),
    trails=lambda token: [Trail(rows=ApiToken.history.filter(id=token.pk), hidden=frozenset({"created_at"}))],
    form=TokenForm,
    create=_issue,
    create_label=_("Make an API key"),
    facts=_facts,
    template="desk/manage/token.html",
    prefilled=("username",),
)
