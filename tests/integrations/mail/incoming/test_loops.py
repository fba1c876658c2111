"""Machines that answer every mail they get: whatever they say, and to whom, it ends."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
import time_machine
from django.core.mail import EmailMessage
from django.utils import timezone

from helpdesk.accounts.models import User
from helpdesk.mailbox.models import InboundMail
from helpdesk.mailbox.services import process_again
from helpdesk.tickets.models import MessageDelivery
from helpdesk.tickets.services import NewMessage, change_ticket, reply_to_ticket
from tests import factories
from tests.letters import AN, HELP, letter, passed

# One mail in so much time stays under every limit per hour.
PACE = timedelta(minutes=25)
MAILS_A_DAY = 58
AN_ADDRESS = "an.peeters@aalter.example"
# The same each time.
_chance = random.Random(1)  # noqa: S311 - nothing secret
FIXED = "Bedankt voor uw bericht. U hoort spoedig van ons."


def fixed(_mail: EmailMessage) -> str:
    return FIXED


def numbered(_mail: EmailMessage) -> str:
    """Say the same about another date and number."""
    return f"{FIXED} Dossier D{_chance.randrange(10**6)}x, AP-7K3M9Q-X."


def marked(mail: EmailMessage) -> str:
    return f"{FIXED}\n\n" + "\n".join(f"> {line}" for line in str(mail.body).splitlines())


def pasted(mail: EmailMessage) -> str:
    return f"{FIXED} Uw bericht luidde als volgt.\n\n{mail.body}"


def changing(_mail: EmailMessage) -> str:
    """Say something else each time."""
    words = ["".join(_chance.choices("abcdefghij", k=8)) for _ in range(5)]
    return f"Spreuk van het uur: {' '.join(words)}."


@dataclass(frozen=True, kw_only=True)
class Responder:
    """A program that answers for somebody; `says` makes the words from the mail it answers."""

    sender: str = AN
    says: Callable[[EmailMessage], str] = fixed
    to_from: bool = False
    refers: bool = False
    repeats_subject: bool = False
    fields: tuple[tuple[str, str], ...] = ()

    def answer(self, mail: EmailMessage) -> bytes:
        message = mail.message()
        reference = (("In-Reply-To", message["Message-ID"]),) if self.refers else ()
        return letter(
            self.says(mail),
            sender=self.sender,
            to=HELP if self.to_from else message["Reply-To"],
            subject=f"Re: {message['Subject']}" if self.repeats_subject else "Uw bericht",
            fields=(*self.fields, *reference),
        )


@pytest.fixture
def carry_on(arrive, mailoutbox):
    """Let these machines answer every mail to their address until none is left, or a day is over."""

    def carried_on(responders: dict[str, Responder]) -> int:
        with time_machine.travel(timezone.now(), tick=True) as clock:
            answered = 0
            while answered < min(len(mailoutbox), MAILS_A_DAY):
                clock.shift(PACE)
                mail = mailoutbox[answered]
                arrive(responders[mail.to[0]].answer(mail))
                answered += 1
        return len(mailoutbox)

    return carried_on


MARKED = (("Auto-Submitted", "auto-replied"),)
# What it is like, and how many mails nobody wrote it gets in a day, the first for a question somebody asked.
MACHINES = {
    "with the proper field": (Responder(fields=MARKED, says=changing), 1),
    "with the proper field, to From": (Responder(fields=MARKED, says=changing, to_from=True), 1),
    "without any field": (Responder(says=changing), 1),
    "without any field, with a reference": (Responder(says=changing, refers=True), 1),
    "to From, with a reference": (Responder(says=changing, to_from=True, refers=True), 1),
    "to From, with the number in its subject": (Responder(says=changing, to_from=True, repeats_subject=True), 1),
    "to From, with the mail it got quoted": (Responder(says=marked, to_from=True), 1),
    "to From, with the mail it got pasted": (Responder(says=pasted, to_from=True), 1),
    "to From, always the same": (Responder(to_from=True), 2),
    "to From, the same with other numbers": (Responder(says=numbered, to_from=True), 2),
    "to From, always something else": (Responder(says=changing, to_from=True), 5),
}


@pytest.mark.parametrize(("machine", "mails"), MACHINES.values(), ids=MACHINES.keys())
def test_a_responder_of_a_requester_and_we_do_not_go_on(asked, carry_on, machine, mails):
    assert carry_on({AN_ADDRESS: machine}) == mails
    assert MessageDelivery.objects.filter(state="sent").count() == mails


def test_what_keeps_a_machine_quiet_is_still_known_after_its_mail_is_read_again(arrive, run_outbox):
    mails = [arrive(letter(FIXED)) for _ in range(2)]
    known = InboundMail.objects.order_by("pk").values_list("fingerprint", "is_answerable")
    before = list(known)
    for mail in mails:
        process_again(actor=factories.SYSTEM, mail=mail)
    run_outbox()

    assert list(known.all()) == before
    assert [is_answerable for _fingerprint, is_answerable in before] == [True, False]
    assert before[0][0] == before[1][0] != ""


class TestTwoMachines:
    """One answers for the requester, the other for who handles the ticket: each hides, and our server vouches."""

    @pytest.fixture
    def bram(self, asked, mailoutbox, run_outbox) -> User:
        agent = factories.agent("Bram De Smet", queues=(asked.queue,))
        change_ticket(actor=factories.actor(agent), ticket=asked, assignee=agent)
        mailoutbox.clear()
        new = NewMessage(body="Het werkt nog niet.")
        reply_to_ticket(actor=factories.guest(asked), ticket=asked, new=new)
        run_outbox()
        return agent

    @pytest.mark.parametrize(("says", "news", "answers"), [(fixed, 2, 1), (changing, 20, 20)])
    def test_they_do_not_go_on(self, asked, bram, carry_on, says, news, answers):
        address = bram.person.email
        ours = Responder(says=says, sender=address, fields=(vouched(address),))

        assert carry_on({AN_ADDRESS: Responder(says=says), address: ours}) == news + answers

        sent = MessageDelivery.objects.filter(state="sent")
        assert (sent.filter(purpose="notification").count(), sent.filter(purpose="reply").count()) == (news, answers)


def vouched(address: str) -> tuple[str, str]:
    return ("Authentication-Results", passed(address.partition("@")[2]))
