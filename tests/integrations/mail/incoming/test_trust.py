"""Who may speak: each row of the table, and what pretends to be one."""

import pytest

from helpdesk.accounts.models import User
from helpdesk.mailbox.services import process_again
from helpdesk.tickets.models import Message, MessageBody, MessageDelivery, Ticket
from helpdesk.tickets.services import change_ticket, revoke_links
from tests import factories
from tests.letters import AN, HELP, SERVER, letter, passed, reference_to, token_of

PIET = "Piet Vreemd <piet@elders.example>"
DMARC = (("Authentication-Results", passed("aalter.example")),)


def last(ticket) -> Message:
    return ticket.messages.order_by("seq").last()


def test_a_mail_from_nobody_we_know_is_a_new_unverified_ticket_in_the_default_queue(arrive):
    mail = arrive(letter())

    assert (mail.state, mail.is_verified) == ("processed", False)
    ticket = mail.ticket
    assert (ticket.queue.slug, ticket.channel, ticket.identity_assurance) == ("intake", "email", "unverified")
    assert (ticket.requester.name, ticket.requester.email) == ("An Peeters", "an.peeters@aalter.example")
    assert ticket.subject == "Kan niet aanmelden"
    assert mail.message.body.text == "Ik geraak niet binnen in het loket."


def test_a_mail_our_server_vouches_for_is_a_mail_verified_ticket(arrive):
    mail = arrive(letter(fields=DMARC))

    assert mail.is_verified
    assert mail.ticket.identity_assurance == "mail_verified"


def test_token_and_sender_match_joins_and_verifies(arrive, asked):
    mail = arrive(letter("Het werkt nu.", to=token_of(asked)))

    assert (mail.ticket, mail.is_verified) == (asked, True)
    asked.refresh_from_db()
    assert (asked.identity_assurance, asked.last_seq) == ("mail_verified", 2)
    message = last(asked)
    assert (message.direction, message.author, message.is_unverified) == ("inbound", asked.requester, False)


def test_the_reply_address_may_be_in_capitals_and_beside_others(arrive, asked):
    mail = arrive(letter(to=f"iemand@elders.example, Contactpunt <{token_of(asked).upper()}>"))

    assert mail.ticket == asked


def test_the_reply_address_may_be_told_by_the_server_that_delivered(arrive, asked):
    assert arrive(letter(fields=(("Delivered-To", token_of(asked)),))).ticket == asked


def test_a_reference_and_a_participant_s_address_join_with_a_badge_and_move_nothing(arrive, asked, run_outbox):
    Ticket.objects.filter(pk=asked.pk).update(status="waiting_requester")
    before = MessageDelivery.objects.count()

    mail = arrive(letter(fields=(reference_to(asked), ("Cc", "evil@elders.example"))))

    asked.refresh_from_db()
    assert (mail.ticket, mail.is_verified) == (asked, False)
    assert (last(asked).is_unverified, asked.status, asked.identity_assurance) == (
        True,
        "waiting_requester",
        "unverified",
    )
    assert MessageDelivery.objects.count() == before


def test_a_reference_and_a_verified_sender_join_in_full(arrive, asked):
    Ticket.objects.filter(pk=asked.pk).update(status="waiting_requester")

    mail = arrive(letter(fields=(reference_to(asked), *DMARC)))

    asked.refresh_from_db()
    assert (mail.ticket, mail.is_verified, last(asked).is_unverified) == (asked, True, False)
    assert (asked.status, asked.identity_assurance) == ("open", "mail_verified")


def test_a_token_with_another_sender_is_a_new_ticket_that_relates(arrive, asked):
    mail = arrive(letter("Ik antwoord voor An.", sender=PIET, to=token_of(asked)))

    assert mail.ticket != asked
    assert [link.target for link in mail.ticket.links.all()] == [asked]
    assert asked.messages.filter(direction="inbound").count() == 1
    assert mail.ticket.reference in last(asked).body.text
    assert last(asked).is_internal


FORGED = {
    "a stranger with the number in the subject": lambda ticket: letter(sender=PIET, subject=f"Re: {ticket.reference}"),
    "the requester's address with the number in the subject": lambda ticket: letter(subject=f"Re: {ticket.reference}"),
    "a stranger with a reference": lambda ticket: letter(sender=PIET, fields=(reference_to(ticket),)),
    "a reference with a seal that was guessed": lambda _: letter(
        fields=(("In-Reply-To", f"<delivery.1.{'0' * 16}@contactpunt.example>"),)
    ),
    "a truncated token": lambda ticket: letter(to=_truncated(token_of(ticket))),
    "a token with another ticket in it": lambda ticket: letter(to=_other_ticket(token_of(ticket))),
    "a token at another domain": lambda ticket: letter(to=token_of(ticket).replace("contactpunt", "elders")),
    "two From fields": lambda ticket: b"From: piet@elders.example\n" + letter(to=HELP, fields=(reference_to(ticket),)),
    "two mailboxes in From": lambda ticket: letter(sender=f"{AN}, {PIET}", fields=(reference_to(ticket),)),
    "a group in From": lambda ticket: letter(
        sender="Groep: an.peeters@aalter.example;", fields=(reference_to(ticket),)
    ),
    "an address that hides another": lambda ticket: letter(
        sender="an.peeters@aalter.example <piet@elders.example>", fields=(reference_to(ticket),)
    ),
}


def _truncated(address: str) -> str:
    local_part, _, domain = address.partition("@")
    return f"{local_part[:-4]}@{domain}"


def _other_ticket(address: str) -> str:
    letters = list(address)
    letters[7] = "b" if letters[7] != "b" else "c"
    return "".join(letters)


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED.keys())
def test_what_proves_nothing_is_a_new_ticket_and_leaves_the_other_alone(arrive, asked, forge):
    mail = arrive(forge(asked))

    assert mail.ticket not in {None, asked}
    assert not mail.is_verified
    assert asked.messages.count() == 1


RESULTS = {
    "another server's results": passed("aalter.example", "mx.elders.example"),
    "a server whose name begins with ours": passed("aalter.example", f"{SERVER}.elders.example"),
    "another domain than that of the sender": passed("elders.example"),
    "a failure": passed("aalter.example").replace("dmarc=pass", "dmarc=fail"),
    "pass without a domain": f"{SERVER}; dmarc=pass",
    "spf alone": f"{SERVER}; spf=pass smtp.mailfrom=aalter.example",
    "a verdict in a comment": f"{SERVER}; spf=fail (x; dmarc=pass header.from=aalter.example) smtp.mailfrom=x",
    "a verdict in quotes": f'{SERVER}; spf=fail smtp.mailfrom="x; dmarc=pass header.from=aalter.example"',
    "two verdicts": f"{SERVER}; dmarc=fail header.from=aalter.example; dmarc=pass header.from=aalter.example",
    "a quote in a comment": f'{SERVER}; spf=fail (") smtp.mailfrom="; dmarc=pass header.from=aalter.example (")',
}


@pytest.mark.parametrize("results", RESULTS.values(), ids=RESULTS.keys())
def test_results_that_say_something_else_verify_nothing(arrive, results):
    assert not arrive(letter(fields=(("Authentication-Results", results),))).is_verified


def test_of_results_under_our_name_the_topmost_counts(arrive):
    failed = ("Authentication-Results", passed("aalter.example").replace("dmarc=pass", "dmarc=fail"))
    real_pass = ("Authentication-Results", passed("aalter.example"))

    assert not arrive(_stacked(failed, real_pass)).is_verified
    assert arrive(_stacked(real_pass, failed)).is_verified


def _stacked(*fields: tuple[str, str]) -> bytes:
    return b"".join(f"{name}: {value}\n".encode() for name, value in fields) + letter()


def test_without_a_trusted_server_nothing_is_verified(arrive, settings):
    settings.TRUSTED_AUTHSERV_ID = ""

    assert not arrive(letter(fields=DMARC)).is_verified
    assert not arrive(
        letter(fields=(("Authentication-Results", "; dmarc=pass header.from=aalter.example"),))
    ).is_verified


def test_a_question_closed_too_long_ago_goes_on_as_a_new_ticket(arrive, asked):
    agent = factories.agent(queues=(asked.queue,))
    change_ticket(actor=factories.actor(agent), ticket=asked, status="closed")
    Ticket.objects.filter(pk=asked.pk).update(closed_at="2026-01-01T00:00:00Z", resolved_at="2026-01-01T00:00:00Z")

    mail = arrive(letter(to=token_of(asked)))

    assert mail.ticket != asked
    assert [link.target for link in mail.ticket.links.all()] == [asked]


def test_who_lost_every_link_needs_more_than_the_address_to_answer(arrive, asked):
    agent = factories.agent(queues=(asked.queue,))
    revoke_links(actor=factories.actor(agent), ticket=asked)

    assert arrive(letter(to=token_of(asked))).ticket != asked
    assert arrive(letter("Echt waar.", to=token_of(asked), fields=DMARC)).ticket == asked


class TestAgents:
    """Words that go out in our name need a token and the word of our server."""

    @pytest.fixture
    def bram(self, asked) -> User:
        agent = factories.agent(
            queues=(asked.queue,),
        )
        change_ticket(actor=factories.actor(agent), ticket=asked, assignee=agent)
        return agent

    def answer(self, bram, ticket, **values) -> bytes:
        text = "Probeer het opnieuw.\n\n> Ik geraak niet binnen.\n"
        return letter(text, sender=f"Bram <{bram.person.email}>", to=token_of(ticket, bram.person), **values)

    def test_with_both_the_answer_goes_to_the_requester_without_what_it_quotes(self, arrive, asked, bram):
        mail = arrive(self.answer(bram, asked, fields=DMARC))

        message = last(asked)
        assert (mail.ticket, mail.message) == (asked, message)
        assert (message.direction, message.author, message.author_role) == ("outbound", bram.person, "agent")
        assert message.body.text == "Probeer het opnieuw."
        assert [delivery.address for delivery in message.deliveries.all()] == ["an.peeters@aalter.example"]

    def test_reading_it_again_shows_nothing_that_it_quoted(self, arrive, asked, bram, run_outbox):
        mail = arrive(self.answer(bram, asked, fields=DMARC))

        process_again(actor=factories.SYSTEM, mail=mail)
        run_outbox()

        body = MessageBody.objects.get(message=mail.message)
        assert (body.text, body.html, body.headers, body.folds) == ("Probeer het opnieuw.", "", [], [])

    def test_two_answers_that_differ_in_a_number_both_go_out(self, arrive, asked, bram):
        for code in (1234, 5678):
            raw = letter(f"Uw code is {code}.", sender=bram.person.email, to=token_of(asked, bram.person), fields=DMARC)
            assert arrive(raw).state == "processed"

        assert asked.messages.filter(direction="outbound").count() == 2

    def test_what_sounds_like_a_machine_does_not_go_out_in_our_name(self, arrive, asked, bram):
        raw = letter(
            "Ik krijg 550 5.1.1 van jan@elders.example.",
            sender=bram.person.email,
            to=token_of(asked, bram.person),
            subject="Mail delivery failed",
            fields=DMARC,
        )

        mail = arrive(raw)

        assert (mail.state, mail.ticket, mail.reason) == ("unprocessable", asked, "Automatische mail.")
        assert asked.messages.filter(direction="outbound").count() == 0

    def test_without_the_word_of_our_server_it_is_a_new_ticket(self, arrive, asked, bram):
        mail = arrive(self.answer(bram, asked))

        assert mail.ticket != asked
        assert asked.messages.filter(direction="outbound").count() == 0

    def test_without_a_token_it_is_a_new_ticket(self, arrive, asked, bram):
        mail = arrive(letter(sender=f"Bram <{bram.person.email}>", fields=(reference_to(asked), *DMARC)))

        assert mail.ticket != asked

    def test_who_lost_the_queue_answers_no_more(self, arrive, asked, bram):
        for team in bram.teams.all():
            team.members.remove(bram)

        mail = arrive(self.answer(bram, asked, fields=DMARC))

        assert mail.ticket != asked
        assert asked.messages.filter(direction="outbound").count() == 0

    def test_quotes_alone_are_no_answer(self, arrive, asked, bram):
        raw = letter(
            "> Ik geraak niet binnen.\n",
            sender=f"Bram <{bram.person.email}>",
            to=token_of(asked, bram.person),
            fields=DMARC,
        )

        mail = arrive(raw)

        assert (mail.state, mail.ticket) == ("unprocessable", asked)
        assert asked.messages.filter(direction="outbound").count() == 0
