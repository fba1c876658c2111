"""Queues, and which application's questions go to which."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.actors import PersonActor
from helpdesk.accounts.models import Team
from helpdesk.catalogue.models import Application
from helpdesk.desk.manage.forms import Line, RecordForm, Several, ShortName
from helpdesk.desk.manage.history import Trail
from helpdesk.desk.manage.sections.section import Column, Created, Section, State, with_words
from helpdesk.tickets import services
from helpdesk.tickets.models import Queue, QueueRoute

TAKES_THE_REST = State(_("default queue"))
NOBODY = State(_("no team"), is_good=False)


class QueueForm(RecordForm):
    rows = Queue
    fixed = ("slug",)
    unique = {"slug": "slug", "name": "name__iexact"}

    name = Line(label=_("Name"), max_length=80)
    slug = ShortName(
        label=_("Short name"),
        max_length=60,
        help_text=_("Stands in links and in the API, for example “intake”. You cannot change it later."),
    )
    is_default = forms.BooleanField(
        label=_("Takes the questions that have no route"),
        required=False,
        help_text=_("There is always one such queue. When you tick this, it takes over from the other one."),
    )
    teams = Several(
        label=_("Teams"),
        queryset=Team.objects.all(),
        required=False,
        help_text=_("Their members see the tickets of this queue."),
    )

    @classmethod
    def values_of(cls, row: Queue) -> dict[str, Any]:
        teams = sorted(row.teams.values_list("pk", flat=True))
        return {"name": row.name, "slug": row.slug, "is_default": row.is_default, "teams": teams}

    def settings(self) -> services.QueueSettings:
        values = self.cleaned_data
        return services.QueueSettings(
            name=values["name"], is_default=values["is_default"], teams=frozenset(values["teams"])
        )


class RouteForm(RecordForm):
    rows = Application

    queue = forms.ModelChoiceField(
        label=_("Queue"),
        queryset=Queue.objects.all(),
        required=False,
        empty_label=_("No route: the default queue"),
        help_text=_("New questions about this application go here. Tickets that exist stay where they are."),
    )

    @classmethod
    def values_of(cls, row: Application) -> dict[str, Any]:
        route = QueueRoute.objects.filter(application=row).first()
        return {"queue": route.queue_id if route else None}


def _queues(text: str) -> QuerySet[Queue]:
    return with_words(Queue.objects.order_by("name", "pk"), text, "name", "slug").prefetch_related("teams")


def _create_queue(actor: PersonActor, form: QueueForm) -> Created:
    slug = form.cleaned_data["slug"]
    return Created(services.create_queue(actor=actor, slug=slug, settings=form.settings()))


def _change_queue(actor: PersonActor, queue: Queue, form: QueueForm) -> None:
    services.change_queue(actor=actor, queue=queue, settings=form.settings(), precondition=form.unchanged)


def _team_names(queue: Queue) -> object:
    return [team.name for team in queue.teams.all()] or NOBODY


def _routed(text: str) -> QuerySet[Application]:
    rows = Application.objects.order_by("name", "pk").select_related("route__queue")
    return with_words(rows, text, "name", "slug", "owner", "route__queue__name")


def _queue_of(application: Application) -> object:
    route = getattr(application, "route", None)
    return route.queue.name if route else State(_("default queue"), is_good=False)


def _route(actor: PersonActor, application: Application, form: RouteForm) -> None:
    queue = form.cleaned_data["queue"]
    services.route_application(actor=actor, application=application, queue=queue, precondition=form.unchanged)


QUEUES = Section(
    key="queues",
    slug="wachtrijen",
    title=_("Queues"),
    intro=_("A queue holds tickets. The members of its teams see and handle them."),
    search_label=_("Search by name"),
    rows=_queues,
    columns=(
        Column(_("Name"), lambda queue: queue.name),
        Column(_("Short name"), lambda queue: queue.slug),
        Column(_("Teams"), _team_names),
        Column(_("Without a route"), lambda queue: TAKES_THE_REST if queue.is_default else ""),
    ),
    trails=lambda queue: [Trail(rows=Queue.history.filter(id=queue.pk))],
    form=QueueForm,
    create=_create_queue,
    create_label=_("Add a queue"),
    change=_change_queue,
)

ROUTES = Section(
    key="routes",
    slug="routes",
    title=_("Routes"),
    intro=_("Which queue gets the new questions about an application."),
    search_label=_("Search by application, owner or queue"),
    rows=_routed,
    columns=(
        Column(_("Application"), lambda application: application.name),
        Column(_("Queue"), _queue_of),
        Column(_("Owner"), lambda application: application.owner),
    ),
    trails=lambda application: [
        Trail(
            rows=QueueRoute.history.filter(application_id=application.pk),
            hidden=frozenset({"application"}),
            labels={"queue": _("queue")},
        )
    ],
    form=RouteForm,
    change=_route,
)
