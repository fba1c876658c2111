"""Everybody who can sign in, and the teams they work in."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts import administration
from helpdesk.accounts.actors import PersonActor
from helpdesk.accounts.models import ApiToken, Membership, Role, RoleGrant, Team, User
from helpdesk.desk.manage.forms import Address, Line, RecordForm, Several
from helpdesk.desk.manage.history import Trail
from helpdesk.desk.manage.sections.section import Column, Created, Section, State, with_words

MAY_SIGN_IN, MAY_NOT_SIGN_IN = State(_("active")), State(_("not active"), is_good=False)


class Member(Several):
    """Ticks colleagues; their label is the name and what tells namesakes apart."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.person.name} ({obj.username})"


class AccountForm(RecordForm):
    rows = User
    unique = {"username": "username__iexact"}

    name = Line(label=_("Name"), max_length=120)
    email = Address(label=_("E-mail address"), max_length=254)
    email_is_verified = forms.BooleanField(
        label=_("We are sure that this is the address of this person"),
        required=False,
        help_text=_(
            "This shows the person the questions that were asked from this address. Another address counts as not "
            "verified until you tick this again."
        ),
    )
    username = Line(
        label=_("User name"),
        max_length=150,
        validators=[RegexValidator(r"\A[A-Za-z0-9.@+_-]+\Z", _("Use only letters, digits and the marks . @ + _ -"))],
    )
    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=Role.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Without a role somebody is an official, who only sees their own questions."),
    )
    teams = Several(label=_("Teams"), queryset=Team.objects.all(), required=False)
    with_password = forms.BooleanField(
        label=_("Signs in with a password"),
        required=False,
        help_text=_("We make a strong password and show it once. Without it only ACM/IDM lets this person in."),
    )
    is_active = forms.BooleanField(
        label=_("May sign in"),
        required=False,
        help_text=_("When you remove this tick, the person is signed out everywhere at once."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        del self.fields["with_password" if self.row is not None else "is_active"]

    @classmethod
    def values_of(cls, row: User) -> dict[str, Any]:
        return {
            "name": row.person.name,
            "email": row.person.email,
            "email_is_verified": row.email_is_verified,
            "username": row.username,
            "roles": sorted(row.role_grants.values_list("role", flat=True)),
            "teams": sorted(row.teams.values_list("pk", flat=True)),
            "is_active": row.is_active,
        }

    def account(self) -> administration.Account:
        values = self.cleaned_data
        return administration.Account(
            username=values["username"],
            name=values["name"],
            email=values["email"],
            is_active=values.get("is_active", True),
            email_is_verified=values["email_is_verified"],
            roles=frozenset(values["roles"]),
            teams=frozenset(values["teams"]),
        )


class TeamForm(RecordForm):
    rows = Team
    unique = {"name": "name__iexact"}

    name = Line(label=_("Name"), max_length=80)
    members = Member(
        label=_("Members"),
        queryset=User.objects.none(),
        required=False,
        help_text=_("Everybody with a role can be a member."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        candidates = Q(role_grants__isnull=False)
        if self.row is not None:
            candidates |= Q(teams=self.row)
        field = self.fields["members"]
        assert isinstance(field, Several)  # noqa: S101 - tells the type checker which field it is
        field.queryset = User.objects.filter(candidates).select_related("person").order_by("person__name").distinct()

    @classmethod
    def values_of(cls, row: Team) -> dict[str, Any]:
        return {"name": row.name, "members": sorted(row.members.values_list("pk", flat=True))}


def _people(text: str) -> QuerySet[User]:
    rows = User.objects.order_by("person__name", "pk").select_related("person")
    rows = rows.prefetch_related("role_grants", "teams", "person__memberships__organisation")
    return with_words(rows, text, "person__name", "person__email", "username")


def _create_account(actor: PersonActor, form: AccountForm) -> Created:
    password = administration.new_password() if form.cleaned_data["with_password"] else None
    user = administration.create_account(actor=actor, account=form.account(), password=password)
    return Created(user, password or "")


def _change_account(actor: PersonActor, user: User, form: AccountForm) -> None:
    administration.change_account(actor=actor, user=user, account=form.account(), precondition=form.unchanged)


def _role_names(user: User) -> list[str]:
    return sorted(grant.get_role_display() for grant in user.role_grants.all())


def _administrations(user: User) -> list[str]:
    return [str(each.organisation) for each in user.person.memberships.all() if is_current(each)]


def is_current(membership: Membership) -> bool:
    return membership.valid_until is None or membership.valid_until >= timezone.localdate()


def _account_context(user: User) -> dict[str, Any]:
    memberships = list(user.person.memberships.select_related("organisation").order_by("organisation__name", "pk"))
    return {
        "current": [membership for membership in memberships if is_current(membership)],
        "ended": [membership for membership in memberships if not is_current(membership)],
        "has_password": user.has_usable_password(),
        "tokens": list(user.api_tokens.filter(revoked_at=None).order_by("-pk")),
    }


def _account_trails(user: User) -> list[Trail]:
    mine = frozenset({"user", "person"})
    return [
        Trail(rows=User.history.filter(id=user.pk), hidden=frozenset({"person"})),
        Trail(rows=RoleGrant.history.filter(user_id=user.pk), hidden=mine),
        Trail(rows=Membership.history.filter(person_id=user.person_id), hidden=mine, named_by="organisation"),
        Trail(rows=ApiToken.history.filter(user_id=user.pk), hidden=mine | {"created_at"}, named_by="name"),
    ]


def _teams(text: str) -> QuerySet[Team]:
    rows = Team.objects.order_by("name", "pk").prefetch_related("members__person", "queues")
    return with_words(rows, text, "name")


def _member_names(team: Team) -> list[str]:
    return sorted(user.person.name for user in team.members.all())


def _create_team(actor: PersonActor, form: TeamForm) -> Created:
    name, members = form.cleaned_data["name"], list(form.cleaned_data["members"])
    return Created(administration.create_team(actor=actor, name=name, members=members))


def _change_team(actor: PersonActor, team: Team, form: TeamForm) -> None:
    administration.change_team(
        actor=actor,
        team=team,
        name=form.cleaned_data["name"],
        members=list(form.cleaned_data["members"]),
        precondition=form.unchanged,
    )


PEOPLE = Section(
    key="people",
    slug="mensen",
    title=_("People"),
    intro=_("Everybody who can sign in: officials, agents and administrators."),
    search_label=_("Search by name, e-mail address or user name"),
    rows=_people,
    columns=(
        Column(_("Name"), lambda user: user.person.name),
        Column(_("E-mail address"), lambda user: user.person.email),
        Column(_("Roles"), _role_names),
        Column(_("Teams"), lambda user: [team.name for team in user.teams.all()]),
        Column(_("Administrations"), _administrations),
        Column(_("Access"), lambda user: MAY_SIGN_IN if user.is_active else MAY_NOT_SIGN_IN),
    ),
    trails=_account_trails,
    form=AccountForm,
    create=_create_account,
    create_label=_("Add somebody"),
    change=_change_account,
    template="desk/manage/person.html",
    context=_account_context,
)

TEAMS = Section(
    key="teams",
    slug="teams",
    title=_("Teams"),
    intro=_("Colleagues who work together. A queue is given to teams."),
    search_label=_("Search by name"),
    rows=_teams,
    columns=(
        Column(_("Name"), lambda team: team.name),
        Column(_("Members"), _member_names),
        Column(_("Queues"), lambda team: [queue.name for queue in team.queues.all()]),
    ),
    trails=lambda team: [Trail(rows=Team.history.filter(id=team.pk))],
    form=TeamForm,
    create=_create_team,
    create_label=_("Add a team"),
    change=_change_team,
)
