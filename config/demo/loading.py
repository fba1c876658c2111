"""Loads the demo once; a second time it finds everything there."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from config.demo.people import PERSONAS, load_people
from config.demo.questions import QUESTIONS, Question
from helpdesk.accounts.actors import PersonActor, System, TicketGuest
from helpdesk.accounts.models import Organisation, User
from helpdesk.accounts.selectors import actor_of
from helpdesk.catalogue.models import Application, Category
from helpdesk.kernel.models import OutboxEvent
from helpdesk.submissions.links import submissions_in
from helpdesk.submissions.services import link_submissions
from helpdesk.tickets.models import Message, MessageDelivery, Queue, Ticket
from helpdesk.tickets.services import (
    NewMessage,
    NewTicket,
    Resolution,
    add_note,
    change_ticket,
    confirm_ticket,
    open_ticket,
    reply_to_ticket,
)

OTHER_ENTITY = "Geen recht om advies te geven in het Omgevingsloket"


@transaction.atomic
def load_demo() -> bool:
    """Load people and their questions; return False when they are there already."""
    if User.objects.filter(username=PERSONAS[0].username).exists():
        return False
    load_people()
    user = User.objects.get(username="agent")
    agent = actor_of(user.pk)
    if agent is None:
        raise RuntimeError("the demo's agent has no account")
    for question in QUESTIONS:
        _play(question, agent, user)
    # These questions are history: nobody is mailed about them now.
    MessageDelivery.objects.update(state=MessageDelivery.State.SENT, attempts=1, sent_at=timezone.now())
    OutboxEvent.objects.all().delete()
    return True


def _play(question: Question, agent: PersonActor, user: User) -> None:
    ticket = open_ticket(actor=System(), new=_new_ticket(question))
    guest = TicketGuest(ticket_id=ticket.pk, person_id=ticket.requester_id)
    link_submissions(actor=System(), ticket=ticket, submissions=submissions_in(question.body))
    if question.confirmed:
        confirm_ticket(actor=guest, ticket=ticket)
    if question.assigned:
        change_ticket(actor=agent, ticket=ticket, assignee=user)
    for line in question.lines:
        _say(line.who, line.text, ticket, agent=agent, guest=guest)
    _conclude(question, ticket, agent)
    if question.subject == OTHER_ENTITY:
        change_ticket(actor=System(), ticket=ticket, queue=Queue.objects.get(slug="andere-entiteit"))
    _put_in_the_past(ticket, question.hours_ago)


def _new_ticket(question: Question) -> NewTicket:
    organisation = None
    if question.organisation is not None:
        name, classification = question.organisation
        organisation = Organisation.objects.get(name=name, classification=classification, valid_until=None)
    return NewTicket(
        subject=question.subject,
        body=question.body,
        requester=(question.name, question.email),
        organisation=organisation,
        organisation_claim="" if organisation else "Bestuur staat niet in de lijst",
        application=Application.objects.filter(slug=question.application).first(),
        ticket_type=question.ticket_type,
        impact=question.impact,
        urgency=question.urgency,
    )


def _say(who: str, text: str, ticket: Ticket, *, agent: PersonActor, guest: TicketGuest) -> None:
    new = NewMessage(body=text)
    if who == "note":
        add_note(actor=agent, ticket=ticket, new=new)
    else:
        reply_to_ticket(actor=agent if who == "agent" else guest, ticket=ticket, new=new)


def _conclude(question: Question, ticket: Ticket, agent: PersonActor) -> None:
    ticket.refresh_from_db()
    if question.category is not None:
        category = Category.objects.get(code=question.category)
        change_ticket(actor=agent, ticket=ticket, category=category)
    if question.solved_by:
        resolution = Resolution(solved_by=question.solved_by, avoidable=question.avoidable)
        change_ticket(actor=agent, ticket=ticket, resolution=resolution, status="resolved")
    ticket.refresh_from_db()
    if question.status != ticket.status:
        change_ticket(actor=agent, ticket=ticket, status=question.status)


def _put_in_the_past(ticket: Ticket, hours: float) -> None:
    """Spread what was written just now over the hours since the question came in."""
    start = timezone.now() - timedelta(hours=hours)
    messages = list(Message.objects.filter(ticket=ticket).order_by("seq"))
    for position, message in enumerate(messages):
        message.created_at = start + timedelta(hours=hours * position / (len(messages) + 1))
    Message.objects.bulk_update(messages, ["created_at"])
    last = messages[-1].created_at
    Ticket.objects.filter(pk=ticket.pk).update(
        created_at=start, last_message_at=last, updated_at=last, public_updated_at=last
    )
    for row in ticket.history.all():
        row.history_date = start if row.history_type == "+" else last
        row.save()
