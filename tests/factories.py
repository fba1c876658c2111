"""Rows for tests, made by the product's own services where a rule hangs on them."""

import itertools
from datetime import date
from io import BytesIO
from typing import Any

from PIL import Image

from helpdesk.accounts import services as accounts
from helpdesk.accounts.actors import Actor, PersonActor, System, TicketGuest, Visitor
from helpdesk.accounts.models import Organisation, Person, Team, User
from helpdesk.accounts.organisation_import import rebuild_lineage
from helpdesk.accounts.organisation_names import folded
from helpdesk.accounts.selectors import actor_of
from helpdesk.catalogue.models import Application, Category
from helpdesk.tickets.models import Queue, QueueRoute, Ticket
from helpdesk.tickets.services import NewTicket, open_ticket
from knowledgebase import services as knowledge
from knowledgebase.content import Card, Text
from knowledgebase.models import Article

SYSTEM = System()
_numbers = itertools.count(1)


def organisation(name: str = "Aalst", classification: str = "Gemeente", **values: Any) -> Organisation:
    uri = values.pop("uri", f"http://data.lblod.info/id/bestuurseenheden/test-{next(_numbers)}")
    values.setdefault(
        "search_text", "".join(f"< {folded(term)} >" for term in (name, values.get("kbo_number")) if term)
    )
    return Organisation.objects.create(name=name, classification=classification, uri=uri, **values)


def merger(into: str, *names: str) -> tuple[Organisation, ...]:
    """Return a new municipality and those it came from, which are no more."""
    new = organisation(into, valid_from=date(2025, 1, 1))
    old = [organisation(name, valid_until=date(2024, 12, 31)) for name in names]
    for each in old:
        each.successors.add(new)
    rebuild_lineage()
    return (new, *old)


def person(name: str = "An Peeters", email: str | None = None) -> Person:
    return accounts.person_called(name=name, email=email or f"persoon{next(_numbers)}@aalter.example")


def user(
    name: str = "An Peeters", *, email: str | None = None, roles: tuple[str, ...] = (), verified: bool = True
) -> User:
    who = person(name, email)
    account = accounts.create_user(
        actor=SYSTEM, username=f"user{next(_numbers)}", person=who, email_is_verified=verified
    )
    accounts.set_roles(actor=SYSTEM, user=account, roles=frozenset(roles))
    return account


def official(name: str = "An Peeters", *, organisation: Organisation | None = None, **values: Any) -> User:
    account = user(name, **values)
    if organisation is not None:
        accounts.add_membership(actor=SYSTEM, person=account.person, organisation=organisation)
    return account


def agent(name: str = "Bram De Smet", *, queues: tuple[Queue, ...] = (), roles: tuple[str, ...] = ("agent",)) -> User:
    account = user(name, roles=roles)
    team = Team.objects.create(name=f"Team {next(_numbers)}")
    accounts.set_team_members(actor=SYSTEM, team=team, members=[account])
    for served in queues:
        served.teams.add(team)
    return account


def actor(account: User) -> PersonActor:
    found = actor_of(account.pk)
    assert found is not None
    return found


def queue(slug: str = "intake", *, default: bool | None = None) -> Queue:
    is_default = slug == "intake" if default is None else default
    return Queue.objects.get_or_create(slug=slug, defaults={"name": slug.capitalize(), "is_default": is_default})[0]


def application(slug: str = "loket", *, queue: Queue | None = None) -> Application:
    row = Application.objects.get_or_create(slug=slug, defaults={"name": slug.capitalize()})[0]
    if queue is not None:
        QueueRoute.objects.get_or_create(application=row, defaults={"queue": queue})
    return row


def category(code: str = "toegang.geen_recht") -> Category:
    return Category.objects.get_or_create(code=code, defaults={"label": code})[0]


def ticket(
    subject: str = "Ik geraak niet binnen",
    *,
    by: Actor | None = None,
    body: str = "Ik krijg een foutmelding.",
    **values: Any,
) -> Ticket:
    """A ticket from the open door, or asked by the actor `by`."""
    queue()
    opener = by or Visitor()
    if by is None:
        values.setdefault("requester", ("An Peeters", "an.peeters@aalter.example"))
    return open_ticket(actor=opener, new=NewTicket(subject=subject, body=body, **values))


def guest(of: Ticket) -> TicketGuest:
    return TicketGuest(ticket_id=of.pk, person_id=of.requester_id)


def user_called(name: str) -> User:
    return User.objects.get(person__name=name)


def editor(name: str = "Sofie Willems") -> PersonActor:
    return actor(user(name, roles=("editor",)))


def picture(kind: str = "PNG", size: tuple[int, int] = (8, 4), mode: str = "RGB", **options: Any) -> BytesIO:
    file = BytesIO()
    Image.new(mode, size, "red" if mode == "RGB" else 1).save(file, kind, **options)
    file.seek(0)
    return file


def text(title: str, body: str = "Een andere tekst.") -> Text:
    return Text(title=title, summary="Anders.", body_markdown=body)


def article(  # noqa: PLR0913 - tests vary each of these
    title: str = "Aanmelden met itsme",
    *,
    body: str = "Open de app.",
    summary: str = "Zo meldt u aan.",
    by: Actor = SYSTEM,
    published: bool = True,
    language: str = "nl",
    original: Article | None = None,
    **card: Any,
) -> Article:
    """An article that readers see, or a draft."""
    new = Text(title=title, summary=summary, body_markdown=body)
    made = knowledge.write_draft(actor=by, text=new, card=Card(**card), language=language, original=original)
    if published:
        knowledge.submit_for_review(actor=SYSTEM, article=made)
        knowledge.approve(actor=SYSTEM, article=made)
    return Article.objects.select_related("current_revision", "published_revision").get(pk=made.pk)


def api_token(*, scopes: tuple[str, ...], user: User | None = None, team: Team | None = None) -> str:
    return accounts.issue_token(actor=SYSTEM, name="test", scopes=frozenset(scopes), user=user, team=team)
