"""One ticket with everything on it, and somebody of every kind who may or may not see it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from helpdesk.accounts.models import ApiToken, Membership, Team, User
from helpdesk.accounts.scopes import SCOPES
from helpdesk.accounts.services import set_team_members
from helpdesk.kernel import files
from helpdesk.kernel.models import EventDelivery, OutboxEvent
from helpdesk.mailbox.models import InboundMail
from helpdesk.mailbox.services import Outcome, record_outcome, store_mail
from helpdesk.submissions.links import submissions_in
from helpdesk.submissions.services import link_submissions
from helpdesk.tickets.content import MailContent, Upload
from helpdesk.tickets.models import Attachment, Message, MessageDelivery, Ticket
from helpdesk.tickets.services import NewMessage, add_note, change_ticket, reply_to_ticket, token_of
from knowledgebase.models import Article
from knowledgebase.services import add_image
from tests import factories

# Words that stand nowhere else: whoever reads one has seen the thing.
PUBLIC_MARKS = {"MERKONDERWERP", "MERKBERICHT", "MERKBIJLAGE"}
INTERNAL_MARKS = {"MERKNOTA", "MERKNOTABESTAND", "MERKBRON", "MERKOPMAAK"}
# In a mail that became nothing: for who serves the queue it would have come to, and administrators.
UNREAD_MARKS = {"MERKONGELEZEN"}
# In an article for officials who signed in.
ARTICLE_MARKS = {"MERKARTIKEL"}
SUBMISSION = "http://data.lblod.info/submissions/3f0c9a1e-6f5d-4c37-9a55-2b1f0c7d8e11"

ROLES = (
    "anonymous", "link holder", "requester", "colleague", "other official", "former member", "agent",
    "agent of another queue", "agent without a team", "supervisor", "editor", "analyst", "admin", "integration",
)  # fmt: skip
SEES_PUBLIC = {"link holder", "requester", "agent", "supervisor", "integration"}
WORKS_ON = {"agent", "supervisor", "integration"}
HANDLES_UNREAD = {"agent", "supervisor", "admin"}


@dataclass
class World:
    ticket: Ticket
    public_file: Attachment
    note_file: Attachment
    users: dict[str, User]
    link: str
    mail: InboundMail
    unread: InboundMail
    article: Article
    tokens: dict[str, str] = field(default_factory=dict)

    def keys_at(self, route: str) -> dict[str, str]:
        """Keys of a record that is there, for an address of /beheer/."""
        if route.startswith("kennis/"):
            image = self.article.images.get()
            article = {"int:pk": str(self.article.pk), "str:deed": "archiveren", "str:language": "fr"}
            return {**article, "uuid:image_id": str(image.pk)}
        if route.startswith("desk/"):
            assert self.mail.message is not None
            return {"int:seq": str(self.mail.message.seq), "int:mail_pk": str(self.unread.pk), "int:view_id": "1"}
        section = route.removeprefix("beheer/").partition("/")[0]
        if not route.startswith("beheer/") or "<int:" not in route:
            return {}
        return {"int:pk": str(RECORDS[section]().pk), "int:membership_pk": str(_membership().pk)}

    def marks_allowed(self, role: str) -> set[str]:
        allowed = set(PUBLIC_MARKS) if role in SEES_PUBLIC else set()
        allowed |= ARTICLE_MARKS if role not in {"anonymous", "link holder"} else set()
        allowed |= UNREAD_MARKS if role in HANDLES_UNREAD else set()
        return allowed | (INTERNAL_MARKS if role in WORKS_ON else set())


def _membership() -> Membership:
    return Membership.objects.earliest("pk")


def _delivery() -> EventDelivery:
    event = OutboxEvent.objects.earliest("pk")
    values = {"lane": "fast", "due_at": event.created_at, "state": "dead"}
    return EventDelivery.objects.get_or_create(event=event, subscriber="gone", defaults=values)[0]


def _mail() -> MessageDelivery:
    message = Message.objects.earliest("pk")
    values = {"person": message.ticket.requester, "address": "x@x.example", "purpose": "reply", "state": "failed"}
    return MessageDelivery.objects.get_or_create(message=message, defaults=values)[0]


def _unread() -> InboundMail:
    return InboundMail.objects.get(state="unprocessable")


RECORDS: dict[str, Callable[[], Any]] = {
    "wachtrijen": factories.queue,
    # A route is found by its application.
    "routes": lambda: factories.application(queue=factories.queue()),
    "teams": lambda: Team.objects.earliest("pk"),
    "mensen": lambda: _membership().person.user,
    "toepassingen": factories.application,
    "categorieen": factories.category,
    "api-sleutels": lambda: ApiToken.objects.earliest("pk"),
    "besturen": lambda: _membership().organisation,
    "achtergrondwerk": _delivery,
    "mails": _mail,
    "post": _unread,
}


def upload(text: str, filename: str) -> Upload:
    stored = files.store(SimpleUploadedFile(filename, text.encode()).chunks())
    return Upload(filename=filename, content_type="text/plain", size=stored.size, sha256=stored.sha256)


def _mailed(ticket: Ticket) -> InboundMail:
    """A reply that came by mail, with its source."""
    content = MailContent(html="<p>MERKOPMAAK</p>", headers=(("from", "An Peeters <an@aalter.example>"),))
    new = NewMessage(body="Per mail", channel="email", mail=content)
    reply = reply_to_ticket(actor=factories.guest(ticket), ticket=ticket, new=new)
    mail = store_mail(actor=factories.SYSTEM, chunks=[b"X-Mark: MERKBRON"], source="pipe")
    record_outcome(mail=mail, outcome=Outcome(state="processed", ticket=ticket, message=reply))
    mail.refresh_from_db()
    return mail


def _set_aside() -> InboundMail:
    mail = store_mail(actor=factories.SYSTEM, chunks=[b"X-Mark: MERKONGELEZEN"], source="pipe")
    record_outcome(mail=mail, outcome=Outcome(state="unprocessable", reason="onleesbaar"))
    return mail


def _illustrated(article: Article) -> Article:
    add_image(actor=factories.SYSTEM, article=article, file=factories.picture())
    return article


def make_world() -> World:
    home, elsewhere = factories.organisation("Aalter"), factories.organisation("Aalst")
    intake, other = factories.queue(), factories.queue("andere-entiteit")
    users = {
        "requester": factories.official("An Peeters", organisation=home),
        "colleague": factories.official("Koen Wouters", organisation=home),
        "other official": factories.official("Fatima El Amrani", organisation=elsewhere),
        "former member": factories.official("Oud Lid"),
        "agent": factories.agent("Bram De Smet", queues=(intake,)),
        "agent of another queue": factories.agent("Lotte Claes", queues=(other,)),
        "agent without a team": factories.user("Los Zand", roles=("agent",)),
        "supervisor": factories.agent("Ilse Maes", queues=(intake,), roles=("agent", "supervisor")),
        "editor": factories.user("Sofie Willems", roles=("editor",)),
        "analyst": factories.user("Tom Jacobs", roles=("analyst",)),
        "admin": factories.user("Wim Goossens", roles=("admin",)),
    }
    ticket = factories.ticket(
        "MERKONDERWERP",
        by=factories.actor(users["requester"]),
        body=f"MERKBERICHT {SUBMISSION}",
        organisation=home,
        uploads=(upload("MERKBIJLAGE", "scherm.txt"),),
    )
    agent = factories.actor(users["agent"])
    link_submissions(actor=factories.SYSTEM, ticket=ticket, submissions=submissions_in(SUBMISSION))
    note = add_note(
        actor=agent,
        ticket=ticket,
        new=NewMessage(body="MERKNOTA", uploads=(upload("MERKNOTABESTAND", "nota.txt"),)),
    )
    change_ticket(actor=agent, ticket=ticket, assignee=users["agent"], impact="high")
    team = Team.objects.create(name="Koppeling")
    intake.teams.add(team)
    world = World(
        ticket=ticket,
        public_file=Attachment.objects.get(message=Message.objects.get(ticket=ticket, seq=1)),
        note_file=Attachment.objects.get(message=note),
        users=users,
        link=token_of(ticket.access_links.get()),
        mail=_mailed(ticket),
        unread=_set_aside(),
        article=_illustrated(factories.article("MERKARTIKEL", audience="officials")),
    )
    world.tokens = {
        **{role: factories.api_token(scopes=tuple(SCOPES), user=user) for role, user in users.items()},
        "integration": factories.api_token(scopes=tuple(SCOPES), team=team),
    }
    set_team_members(actor=factories.SYSTEM, team=team, members=[])
    return world
