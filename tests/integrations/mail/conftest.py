"""A real SMTP server that answers as told, and the mail owed to somebody."""

import asyncio
import email
import email.message
from dataclasses import dataclass, field

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.test import override_settings

from helpdesk.kernel import outbox
from helpdesk.kernel.models import EventDelivery
from helpdesk.tickets.events import DeliveryQueued
from helpdesk.tickets.models import MessageDelivery
from helpdesk.tickets.services import NewMessage, reply_to_ticket
from integrations.mail.subscribers import one_round, send_delivery
from tests import factories
from tests.engines.services import free_port

OK = "250 OK"
# For a server that answers, however busy the machine is; who tests one that does not sets less.
PATIENCE_S = 30


@dataclass
class MailServer:
    """What arrived, and what to answer: a line, or seconds to keep silent."""

    port: int = 0
    to_sender: str = OK
    to_recipient: str = OK
    to_data: str | float = OK
    to_quit: str | float = OK
    # Keeps the mail, and then answers as told.
    takes_all: bool = False
    # An address nobody has.
    unknown: str = ""
    # Hangs up after each mail, as a busy server may.
    hangs_up: bool = False
    arrived: list[Envelope] = field(default_factory=list)
    attempts: int = 0
    conversations: set[int] = field(default_factory=set)

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]):  # noqa: N802 - aiosmtpd's hook
        self.attempts += 1
        self.conversations.add(session.peer[1])
        envelope.mail_from = address
        return self.to_sender

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]):  # noqa: N802 - idem
        if address == self.unknown:
            return "550 5.1.1 nobody here"
        if self.to_recipient == OK:
            envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope):  # noqa: N802 - idem
        if self.takes_all or self.to_data == OK:
            self.arrived.append(envelope)
        if isinstance(self.to_data, float):
            await asyncio.sleep(self.to_data)
            return OK
        if self.hangs_up:
            asyncio.get_running_loop().call_later(0.05, server.transport.close)
        return self.to_data

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope):  # noqa: N802 - idem
        if isinstance(self.to_quit, float):
            await asyncio.sleep(self.to_quit)
        return "221 Bye"

    @property
    def senders(self) -> list[str]:
        """Who the servers said they send for; "<>" is nobody."""
        return [envelope.mail_from for envelope in self.arrived]

    def messages(self) -> list[email.message.Message]:
        return [email.message_from_bytes(envelope.content) for envelope in self.arrived]


@pytest.fixture
def mail_server(settings):
    server = MailServer(port=free_port())
    controller = Controller(server, hostname="127.0.0.1", port=server.port, server_hostname="mx.example")
    controller.start()
    settings.EMAIL_BACKEND = "integrations.mail.backends.SmtpBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, PATIENCE_S
    yield server
    controller.stop()


@pytest.fixture
def question(db):
    """A ticket whose confirmation is owed, nothing sent yet."""
    return factories.ticket(
        subject="Onderwerp van An", body="Tekst van An", requester=("An Peeters", "an.peeters@aalter.example")
    )


@pytest.fixture
def answered(question, run_outbox):
    """The same ticket, its confirmation sent elsewhere, and an answer of an agent owed."""
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"):
        run_outbox()
    answer(question, "Probeer het nu opnieuw.")
    return question


def answer(ticket, text, **new):
    agent = factories.agent(queues=(ticket.queue,))
    return reply_to_ticket(actor=factories.actor(agent), ticket=ticket, new=NewMessage(body=text, **new))


def send_again():
    """Run what waits for its next attempt, as if its time had come."""
    outbox.retry(EventDelivery.objects.filter(state="pending", lane="slow"))
    outbox.drain_until_idle()


def send_newest():
    """Send what was owed last, though it may have been sent before."""
    event = DeliveryQueued(delivery_id=newest_delivery().pk)
    with one_round([event]) as mails:
        send_delivery(event, mails)


def newest_delivery() -> MessageDelivery:
    return MessageDelivery.objects.order_by("pk").last()


def text_of(mail: email.message.Message) -> str:
    """What the text part says."""
    return mail.get_payload(0).get_payload(decode=True).decode()
