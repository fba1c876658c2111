"""What tickets can be filtered by. The words are part of addresses that people keep, so they are not translated."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts import organisations
from helpdesk.accounts.actors import AGENT_ROLES, PersonActor, ServiceActor
from helpdesk.accounts.models import Organisation, User
from helpdesk.catalogue.models import Application, Category
from helpdesk.tickets import opened
from helpdesk.tickets.filtering.days import WORDS as DAYS
from helpdesk.tickets.filtering.days import day_of
from helpdesk.tickets.models import Channel, Priority, Queue, Status, Ticket, TicketType
from helpdesk.tickets.selectors import all_queues

# How many administrations one name may stand for.
MOST = 50
# In Dutch, and as the API has it.
ME, NOBODY = ("ik", "me"), ("niemand", "none")

# An agent, or an integration of a team's.
Handler = PersonActor | ServiceActor
Read = Callable[[Handler, str], Collection[str]]
Name = Callable[[Handler, Collection[str]], Mapping[str, tuple[str, str]]]
Words = Callable[[Handler], Iterable[str]]


Ways = tuple[Read, Name, Words]


@dataclass(frozen=True, kw_only=True)
class Filter:
    """One thing to filter by.

    `read`: the facet values a typed value stands for, none when it stands for nothing.
    `name`: of facet values, how each is typed and how it is shown.
    `words`: all that may be typed, or as good as all: asked only when what was typed stands for nothing.
    `shown`: how many values are offered beside the results.
    `leaves_out`: it is what it stands for that may not hold.
    """

    key: str
    facet: str
    label: str | Promise
    read: Read
    name: Name
    words: Words
    also: tuple[str, ...] = ()
    shown: int = 8
    leaves_out: bool = False


def _of_words(words: Mapping[str, str], labels: Mapping[str, object]) -> Ways:
    typed = {value: word for word, value in words.items()}

    def read(_actor: Handler, text: str) -> list[str]:
        value = words.get(text.lower(), text.lower())
        if value in typed:
            return [value]
        # As the page calls it.
        return [value for value in typed if str(labels[value]).lower() == text.lower()]

    def name(_actor: Handler, values: Collection[str]) -> dict[str, tuple[str, str]]:
        return {value: (typed[value], str(labels[value])) for value in values if value in typed}

    return read, name, lambda _actor: typed.values()


def _of_queues() -> Ways:
    def read(_actor: Handler, text: str) -> list[str]:
        called = Q(slug=text.lower()) | Q(name__iexact=text)
        return list(Queue.objects.filter(called).values_list("slug", flat=True))

    def name(actor: Handler, values: Collection[str]) -> dict[str, tuple[str, str]]:
        # The rail beside the page has asked for them.
        return {queue.slug: (queue.slug, queue.name) for queue in all_queues(actor) if queue.slug in values}

    return read, name, lambda actor: [queue.slug for queue in all_queues(actor)]


def _of_applications() -> Ways:
    def read(_actor: Handler, text: str) -> list[str]:
        called = Q(slug=text.lower()) | Q(name__iexact=text)
        return list(Application.objects.filter(called).values_list("slug", flat=True))

    def name(_actor: Handler, values: Collection[str]) -> dict[str, tuple[str, str]]:
        rows = Application.objects.filter(slug__in=values).values_list("slug", "name")
        return {slug: (slug, label) for slug, label in rows}

    return read, name, lambda _actor: Application.objects.values_list("slug", flat=True)


def _of_categories() -> Ways:
    def read(_actor: Handler, text: str) -> list[str]:
        """A theme stands for all its causes."""
        labels = dict(Category.objects.values_list("code", "label"))
        called = {text.lower(), *(code for code, label in labels.items() if label.lower() == text.lower())}
        return [code for code in labels if any(f"{code}.".startswith(f"{each}.") for each in called)]

    def name(_actor: Handler, values: Collection[str]) -> dict[str, tuple[str, str]]:
        rows = Category.objects.filter(code__in=values).values_list("code", "label")
        return {code: (code, label) for code, label in rows}

    return read, name, lambda _actor: Category.objects.values_list("code", flat=True)


def _of_organisations() -> Ways:
    def read(_actor: Handler, text: str) -> list[str]:
        return [str(organisation.pk) for organisation in organisations.meant_by(text, MOST)]

    def name(_actor: Handler, values: Collection[str]) -> dict[str, tuple[str, str]]:
        rows = Organisation.objects.filter(pk__in=[value for value in values if value.isdecimal()])
        return {str(row.pk): (row.display_name, row.display_name) for row in rows}

    return read, name, lambda _actor: Organisation.objects.values_list("name", flat=True)


def _of_assignees() -> Ways:
    def read(actor: Handler, text: str) -> list[str]:
        if text.lower() in ME:
            return [str(actor.user_id)] if isinstance(actor, PersonActor) else []
        if text.lower() in NOBODY:
            return ["none"]
        handlers = _handlers().values_list("pk", flat=True)
        # A whole name is not also a part of another one: "An Claes" is not Jan Claes.
        found = list(handlers.filter(person__name__iexact=text)) or handlers.filter(person__name__icontains=text)
        return [str(pk) for pk in found[:MOST]]

    def name(_actor: Handler, values: Collection[str]) -> dict[str, tuple[str, str]]:
        rows = User.objects.filter(pk__in=[value for value in values if value.isdecimal()])
        named = {str(pk): (label, label) for pk, label in rows.values_list("pk", "person__name")}
        return named | ({"none": (NOBODY[0], str(_("nobody")))} if "none" in values else {})

    def words(actor: Handler) -> list[str]:
        names = _handlers().values_list("person__name", flat=True)
        mine = [ME[0]] if isinstance(actor, PersonActor) else []
        return [*mine, NOBODY[0], *(word for name in names for word in (name, *name.split()))]

    return read, name, words


def _since(key: str, label: str | Promise, *also: str, leaves_out: bool = False) -> Filter:
    """A day from which on tickets were opened, or with `leaves_out` before which they were."""

    def read(_actor: Handler, text: str) -> list[str]:
        today = localdate()
        day = day_of(text, today=today)
        return opened.opened_since(day, today=today) if day else []

    return Filter(
        key=key,
        facet=opened.FACET,
        label=label,
        read=read,
        name=lambda _actor, _values: {},
        words=lambda _actor: DAYS,
        also=also,
        shown=0,
        leaves_out=leaves_out,
    )


def _handlers() -> QuerySet[User]:
    """Return who handles tickets, and who once did: what they finished still bears their name."""
    has_handled = Exists(Ticket.objects.filter(assignee=OuterRef("pk")))
    found = User.objects.filter(Q(role_grants__role__in=AGENT_ROLES) | has_handled)
    return found.order_by("pk").distinct()


def _filter(key: str, facet: str, label: str | Promise, ways: Ways, *also: str) -> Filter:
    read, name, words = ways
    return Filter(key=key, facet=facet, label=label, read=read, name=name, words=words, also=also)


_STATUS_WORDS = {
    "nieuw": "new",
    "open": "open",
    "wacht-op-vraagsteller": "waiting_requester",
    "wacht-op-beheerder": "waiting_local_manager",
    "wacht-op-tweede-lijn": "waiting_second_line",
    "wacht-op-leverancier": "waiting_vendor",
    "opgelost": "resolved",
    "gesloten": "closed",
}
_TYPE_WORDS = {
    "incident": "incident",
    "aanvraag": "service_request",
    "vraag": "question",
    "klacht": "complaint",
    "feedback": "feedback",
}
_PRIORITY_WORDS = {"laag": "low", "normaal": "normal", "hoog": "high", "dringend": "urgent"}
_CHANNEL_WORDS = {"web": "web", "mail": "email", "chat": "chat", "telefoon": "phone", "api": "api"}
_PROGRESS_WORDS = {"open": "open", "afgehandeld": "finished"}
_PROGRESS_LABELS = {"open": _("ongoing"), "finished": _("finished")}

FILTERS: tuple[Filter, ...] = (
    _filter("is", "is", _("Progress"), _of_words(_PROGRESS_WORDS, _PROGRESS_LABELS)),
    _filter("status", "status", _("Status"), _of_words(_STATUS_WORDS, dict(Status.choices))),
    _filter("wachtrij", "queue", _("Queue"), _of_queues(), "queue"),
    _filter("behandelaar", "assignee", _("Assignee"), _of_assignees(), "assignee"),
    _filter("toepassing", "application", _("Application"), _of_applications(), "app", "application"),
    _filter("bestuur", "organisation", _("Administration"), _of_organisations(), "org", "organisatie", "organisation"),
    _filter("categorie", "category", _("Category"), _of_categories(), "category"),
    _filter("type", "type", _("Type"), _of_words(_TYPE_WORDS, dict(TicketType.choices))),
    _filter("prioriteit", "priority", _("Priority"), _of_words(_PRIORITY_WORDS, dict(Priority.choices)), "priority"),
    _filter("kanaal", "channel", _("Channel"), _of_words(_CHANNEL_WORDS, dict(Channel.choices)), "channel"),
    _since("sinds", _("Opened since"), "since", "after"),
    _since("voor", _("Opened before"), "before", leaves_out=True),
)
# What is counted, to be offered beside the results.
COUNTED: tuple[Filter, ...] = tuple(each for each in FILTERS if each.shown)
BY_KEY: Mapping[str, Filter] = {each.key: each for each in FILTERS}
KEYS: Mapping[str, str] = {way: each.key for each in FILTERS for way in (each.key, *each.also)}
