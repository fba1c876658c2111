"""Queues, who serves them, and which questions go where."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.actors import Actor
from helpdesk.accounts.events import AccessChanged
from helpdesk.accounts.models import Team, User
from helpdesk.accounts.policies import may_administer
from helpdesk.catalogue.models import Application
from helpdesk.kernel.events import publish
from helpdesk.kernel.policy import RefusedError, denied, require
from helpdesk.kernel.services import Precondition, always, service
from helpdesk.kernel.text import clean_line
from helpdesk.tickets.models import Queue, QueueRoute


@dataclass(frozen=True, kw_only=True)
class QueueSettings:
    """Everything an administrator says about a queue."""

    name: str
    is_default: bool
    teams: frozenset[Team]


@service
def create_queue(*, actor: Actor, slug: str, settings: QueueSettings) -> Queue:
    require(may_administer(actor))
    queue = Queue(slug=slug)
    _apply(queue, settings)
    return queue


@service
def change_queue(*, actor: Actor, queue: Queue, settings: QueueSettings, precondition: Precondition = always) -> Queue:
    """Apply everything together; its slug stays, because links and integrations know the queue by it."""
    require(may_administer(actor))
    queue = Queue.objects.select_for_update().get(pk=queue.pk)
    precondition(queue)
    if queue.is_default and not settings.is_default:
        raise RefusedError(denied(_("Questions without a route need a queue. Make another queue the default one.")))
    _apply(queue, settings)
    return queue


@service
def route_application(
    *, actor: Actor, application: Application, queue: Queue | None, precondition: Precondition = always
) -> None:
    """Send new questions about the application to the queue; with None to the default queue."""
    require(may_administer(actor))
    application = Application.objects.select_for_update().get(pk=application.pk)
    precondition(application)
    route = QueueRoute.objects.filter(application=application).first()
    if route is not None and queue is None:
        route.delete()
    elif queue is not None and (route is None or route.queue_id != queue.pk):
        route = route or QueueRoute(application=application)
        route.queue = queue
        route.save()


def _apply(queue: Queue, settings: QueueSettings) -> None:
    if settings.is_default:
        _dethrone(queue)
    name = clean_line(settings.name)
    if queue._state.adding or (queue.name, queue.is_default) != (name, settings.is_default):  # noqa: SLF001 - documented
        queue.name, queue.is_default = name, settings.is_default
        queue.save()
    before = set(queue.teams.all())
    if before != settings.teams:
        queue.teams.set(settings.teams)
        _tell_members(before ^ settings.teams)


def _dethrone(heir: Queue) -> None:
    for queue in Queue.objects.select_for_update().filter(is_default=True).exclude(pk=heir.pk):
        queue.is_default = False
        queue.save()


def _tell_members(teams: Iterable[Team]) -> None:
    """What the members of these teams may see is another than before."""
    users = User.objects.filter(teams__in=teams, is_active=True).order_by("pk").distinct()
    publish(*[AccessChanged(user_id=pk) for pk in users.values_list("pk", flat=True)])
