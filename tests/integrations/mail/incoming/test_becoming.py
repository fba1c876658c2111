"""What a mail becomes, once and only once."""

import hashlib
import os
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from config.env import ROOT
from helpdesk.accounts.actors import System
from helpdesk.kernel import files
from helpdesk.mailbox.models import InboundMail
from helpdesk.mailbox.selectors import flagged
from helpdesk.mailbox.services import process_again, process_again_since
from helpdesk.tickets.models import Attachment, AttachmentText, Message, MessageBody, MessageDelivery, Ticket
from helpdesk.tickets.services import forget_unused_files
from helpdesk.tickets.services import token_of as token_of_link
from integrations.mail.incoming import reasons
from tests import factories
from tests.letters import HELP, file, html, letter, token_of

REPORT = """From: MAILER-DAEMON@mx.elders.example
To: {to}
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary="b"
MIME-Version: 1.0
Return-Path: <>

--b
Content-Type: text/plain

This is the mail system. Your message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.elders.example

Final-Recipient: rfc822; an.peeters@aalter.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 User unknown

--b--
"""
CODES = {"size", "parts", "depth", "header_block", "headers", "time", "memory", "crashed", "error"}
VACATION = (("Auto-Submitted", "auto-replied"),)


def test_the_files_come_along_and_the_bytes_stay(arrive):
    raw = letter(parts=(file("scherm.png", b"\x89PNG\r\n\x1a\n" + bytes(range(256))),))

    mail = arrive(raw)

    attachment = mail.message.attachments.get()
    assert (attachment.filename, attachment.size, attachment.uploaded_by) == ("scherm.png", 264, "system")
    with files.open_file(mail.sha256) as kept:
        assert kept.read() == raw


def test_many_files_are_stored_together_each_with_its_name_and_bytes(arrive, monkeypatch):
    locked = []
    lock = files.fcntl.flock
    monkeypatch.setattr(files.fcntl, "flock", lambda handle, mode: (locked.append(mode), lock(handle, mode)))
    parts = [file(f"map/{number}.pdf", b"x" * number) for number in range(40)]
    for number, part in enumerate(parts):
        part.add_header("Content-ID", f"<{number}@aalter.example>")

    mail = arrive(letter(parts=(*parts, file("nog eens.pdf", b"x"))))

    assert locked.count(files.fcntl.LOCK_SH) == 2, "once for the mail, once for what came with it"
    rows = mail.message.attachments.values_list("filename", "content_type", "size", "sha256", "content_id")
    contents = [(f"{number}.pdf", b"x" * number, f"{number}@aalter.example") for number in range(40)]
    assert sorted(rows) == sorted(
        (name, "application/pdf", len(content), hashlib.sha256(content).hexdigest(), content_id)
        for name, content, content_id in [*contents, ("nog eens.pdf", b"x", "")]
    )
    assert [files.path_of(sha256).read_bytes() for *_, sha256, _ in rows] == [b"x" * size for _, _, size, _, _ in rows]


def test_tidying_up_takes_no_mail_however_old_and_whatever_it_became(arrive):
    mails = [arrive(letter()), arrive(letter(fields=VACATION)), arrive(letter(sender=""))]
    nobodys = files.store([b"van niemand"]).sha256
    for sha256 in (*(mail.sha256 for mail in mails), nobodys):
        os.utime(files.path_of(sha256), (0, 0))

    assert forget_unused_files() == 1

    assert [mail.state for mail in mails] == ["processed", "ignored", "unprocessable"]
    assert all(files.path_of(mail.sha256).exists() for mail in mails)
    assert not files.path_of(nobodys).exists()


def test_the_same_bytes_are_one_mail_and_one_ticket(arrive):
    raw = letter()

    first, second = arrive(raw), arrive(raw)

    assert first.pk == second.pk
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize("header", ["<zelfde@aalter.example>", "", "<>"])
def test_other_bytes_are_another_mail_whatever_their_id(arrive, header):
    mails = [arrive(letter(f"Vraag {number}", fields=(("Message-ID", header),))) for number in (1, 2)]

    assert Ticket.objects.count() == 2
    shared = list(flagged(InboundMail.objects.order_by("pk")).values_list("shares_message_id", flat=True))
    assert shared == [header == "<zelfde@aalter.example>"] * len(mails)


def test_reading_again_makes_nothing_twice_and_mails_nobody(arrive, run_outbox):
    mail = arrive(letter(parts=(file("a.txt", b"x"),)))
    before = (Message.objects.count(), Attachment.objects.count(), MessageDelivery.objects.count())
    MessageBody.objects.filter(message=mail.message).update(text="verkeerd gelezen")

    process_again(actor=System(), mail=mail)
    run_outbox()

    assert (Message.objects.count(), Attachment.objects.count(), MessageDelivery.objects.count()) == before
    assert mail.message.body.__class__.objects.get(pk=mail.message.pk).text == "Ik geraak niet binnen in het loket."


def test_a_file_that_is_called_otherwise_when_read_again_is_the_same_file(arrive, run_outbox):
    mail = arrive(letter(parts=(file("a.txt", b"x"), file("b.txt", b"x"), file("c.txt", b"y"))))
    mail.message.attachments.filter(filename="c.txt").update(filename="bestand")

    process_again(actor=System(), mail=mail)
    run_outbox()

    names = mail.message.attachments.order_by("filename").values_list("filename", flat=True)
    assert list(names) == ["a.txt", "b.txt", "bestand"]


def test_a_file_that_was_overlooked_comes_when_read_again_also_when_another_has_the_same_bytes(arrive, run_outbox):
    mail = arrive(letter(parts=(file("a.txt", b"x"), file("b.txt", b"x"), file("c.txt", b"y"))))
    AttachmentText.objects.all().delete()
    mail.message.attachments.exclude(filename="a.txt").delete()

    process_again(actor=System(), mail=mail)
    run_outbox()

    names = mail.message.attachments.order_by("filename").values_list("filename", flat=True)
    assert list(names) == ["a.txt", "b.txt", "c.txt"]


def test_all_mail_since_a_day_is_read_again(arrive, run_outbox):
    old, new = arrive(letter("oud")), arrive(letter("nieuw"))
    InboundMail.objects.filter(pk=old.pk).update(received_at=timezone.now() - timedelta(days=2))
    MessageBody.objects.update(text="verkeerd gelezen")

    count = process_again_since(actor=System(), since=timezone.now() - timedelta(days=1))
    run_outbox()

    assert count == 1
    assert list(MessageBody.objects.order_by("pk").values_list("text", flat=True)) == ["verkeerd gelezen", "nieuw"]
    assert new.ticket is not None


def test_what_cannot_be_taken_apart_is_set_aside_with_its_reason_and_its_neighbours_go_on(arrive):
    bomb = b"".join(b"X-%d: y\n" % number for number in range(1001)) + letter()

    mail, neighbour = arrive(bomb), arrive(letter())

    assert (mail.state, mail.reason) == ("unprocessable", "Deze mail heeft meer dan 1.000 velden in de hoofding.")
    assert mail.ticket is None
    assert neighbour.state == "processed"


def test_a_fault_of_ours_hides_no_question(arrive, monkeypatch, run_outbox):
    monkeypatch.setattr("integrations.mail.incoming.words.subject_of", lambda _: 1 / 0)
    mail = arrive(letter())
    assert (mail.state, "ZeroDivisionError" in mail.reason) == ("unprocessable", True)
    monkeypatch.undo()

    process_again(actor=System(), mail=mail)
    run_outbox()

    mail.refresh_from_db()
    assert (mail.state, mail.reason, Ticket.objects.count()) == ("processed", "", 1)


def test_a_mail_without_a_sender_is_set_aside(arrive):
    assert arrive(letter(sender="")).state == "unprocessable"


@pytest.mark.parametrize(
    ("text", "subject", "expected"),
    [("", "", ("(geen onderwerp)", "(Deze mail heeft geen tekst.)")), ("x", "a" * 300, ("a" * 199 + "…", "x"))],
)
def test_what_is_missing_or_too_long_is_said(arrive, text, subject, expected):
    mail = arrive(letter(text, subject=subject))

    assert (mail.ticket.subject, mail.message.body.text) == expected


def test_a_very_long_text_is_cut_with_a_word_about_it(arrive):
    mail = arrive(letter("woord " * 40_000))

    text = mail.message.body.text
    assert len(text) <= 100_000
    assert text.endswith("(De tekst gaat nog verder. De volledige tekst staat in de mail zelf.)")


def test_a_national_number_is_masked_everywhere(arrive):
    number = "85.07.30-033.28"
    mail = arrive(
        letter(f"Mijn nummer is {number}", subject=f"Over {number}", parts=(html(f"<p>Mijn nummer is {number}</p>"),))
    )

    shown = f"{mail.ticket.subject} {mail.message.body.text} {mail.message.body.html} {mail.message.body.headers}"
    assert number not in shown
    assert "85073003328" not in shown


class TestMachines:
    def test_an_automatic_mail_without_a_token_is_ignored(self, arrive):
        mail = arrive(letter("Ik ben er niet.", fields=VACATION))

        assert (mail.state, mail.is_automatic, mail.reason) == ("ignored", True, "Een automatisch antwoord.")
        assert Ticket.objects.count() == 0

    def test_with_a_token_it_joins_and_moves_nothing(self, arrive, asked):
        Ticket.objects.filter(pk=asked.pk).update(status="waiting_requester")

        mail = arrive(letter("Ik ben er niet.", to=token_of(asked), fields=VACATION))

        asked.refresh_from_db()
        assert (mail.ticket, mail.message.is_automatic, asked.status) == (asked, True, "waiting_requester")

    def test_with_somebody_else_s_token_it_is_ignored(self, arrive, asked):
        raw = letter("Ik ben er niet.", sender="x@elders.example", to=token_of(asked), fields=VACATION)

        assert arrive(raw).state == "ignored"
        assert Ticket.objects.count() == 1

    def test_a_colleague_s_responder_never_answers_the_requester(self, arrive, asked):
        bram = factories.agent(queues=(asked.queue,))
        raw = letter("Ik ben er niet.", sender=bram.person.email, to=token_of(asked, bram.person), fields=VACATION)

        assert arrive(raw).state == "ignored"
        assert asked.messages.filter(direction="outbound").count() == 0

    def test_our_own_mail_that_comes_back_is_ignored(self, arrive):
        assert arrive(letter(sender=HELP)).state == "ignored"

    def test_nothing_automatic_is_answered(self, arrive):
        before = MessageDelivery.objects.count()
        for fields in (VACATION, (("List-Id", "<x.example>"),), (("Precedence", "bulk"),)):
            arrive(letter(fields=fields))

        assert MessageDelivery.objects.count() == before

    def test_a_responder_that_hides_gets_one_automatic_mail(self, arrive):
        """It answers each mail of ours to help@, with the same words and another number, under no sign at all."""
        for number in range(5):
            arrive(letter(f"Ik ben er niet tot {number} december.", sender="x@elders.example", subject="Afwezig"))

        states = list(MessageDelivery.objects.order_by("pk").values_list("state", flat=True))
        assert states.count("sent") + states.count("held") == len(states)
        went_out = MessageDelivery.objects.exclude(last_error__startswith="Misschien")
        assert went_out.count() == 1

    def test_a_subject_with_a_number_of_ours_gets_no_automatic_answer(self, arrive, asked):
        mail = arrive(letter("Ik lees dit later.", subject=f"AW: Uw vraag {asked.reference} is ontvangen"))

        assert mail.ticket != asked
        assert mail.message.deliveries.get().state == "held"


class TestBounces:
    def test_by_its_reply_address_the_last_mail_to_the_person_is_marked(self, arrive, asked, run_outbox):
        MessageDelivery.objects.update(state="sent")

        mail = arrive(REPORT.format(to=token_of(asked)).encode())

        delivery = asked.messages.get(seq=1).deliveries.get()
        assert (mail.state, mail.ticket, mail.message) == ("processed", asked, None)
        assert delivery.state == "failed"
        assert "User unknown" in delivery.last_error

    def test_a_forged_one_marks_nothing(self, arrive, asked):
        MessageDelivery.objects.update(state="sent")

        for to in (HELP, token_of(asked).replace("help+", "help+a")):
            assert arrive(REPORT.format(to=to).encode()).state == "processed"

        assert asked.messages.get(seq=1).deliveries.get().state == "sent"

    def test_a_delay_is_no_failure(self, arrive, asked):
        MessageDelivery.objects.update(state="sent")

        arrive(REPORT.replace("failed", "delayed").replace("5.1.1", "4.4.1").format(to=token_of(asked)).encode())

        assert asked.messages.get(seq=1).deliveries.get().state == "sent"


OUTLOOK = """Kunnen jullie dit bekijken?

Van: Jan Janssens <jan@aalter.example>
Verzonden: maandag 23 november 2026 9:12
Aan: An Peeters <an.peeters@aalter.example>
Onderwerp: Loket

Ik geraak niet binnen.
"""


@pytest.mark.parametrize(("subject", "folded"), [("RE: Loket", 1), ("FW: Loket", 0), ("Doorst: Loket", 0)])
def test_what_is_passed_on_stays_open_and_what_is_answered_is_folded(arrive, subject, folded):
    mail = arrive(letter(OUTLOOK, subject=subject))

    assert len(mail.message.body.folds) == folded


def test_folds_stay_in_place_when_white_space_comes_first(arrive):
    mail = arrive(letter(f"\n\n  \n{OUTLOOK}", subject="RE: Loket"))

    [[start, end, kind]] = mail.message.body.folds
    assert (mail.message.body.text[start:].split("\n")[0], kind) == ("Van: Jan Janssens <jan@aalter.example>", "quote")
    assert mail.message.body.text[:end].endswith("Ik geraak niet binnen.")


def test_a_long_subject_with_a_national_number_is_no_obstacle(arrive):
    mail = arrive(letter(subject=f"{'a' * 185} 85073003328"))

    assert mail.state == "processed"
    assert mail.ticket.subject.endswith("…")
    assert len(mail.ticket.subject) <= 200


@pytest.mark.parametrize("number", ["85.07.30-<b>033</b>.28", "85.07.30&nbsp;033.28", "85.07.30–033.28"])
def test_a_number_in_pieces_is_shown_nowhere(arrive, number):
    mail = arrive(letter("zie opmaak", parts=(html(f"<p>Mijn nummer is {number}</p>"),)))

    assert "033" not in mail.message.body.html


def test_html_with_ordinary_numbers_stays(arrive):
    mail = arrive(letter(parts=(html("<p>KBO 0207.437.468, tel. 02 553 40 10, dossier 12345678901</p>"),)))

    assert mail.message.body.html == "<p>KBO 0207.437.468, tel. 02 553 40 10, dossier 12345678901</p>"


def test_a_quoted_link_or_reply_address_opens_nothing_for_who_reads_it(arrive, asked):
    link = f"http://127.0.0.1:8000/t/{token_of_link(asked.access_links.get())}/"
    wrapped = f"https://safelinks.example/?url=http%3A%2F%2Fx%2Ft%2F{token_of_link(asked.access_links.get())}%2F"
    text = f"Nog iets.\n\n> {link}\n> {wrapped}\n> {token_of(asked)}"

    mail = arrive(letter(text, to=token_of(asked), parts=(html(f'<a href="{link}">{link}</a> {token_of(asked)}'),)))

    body = mail.message.body
    kept = f"{body.text} {body.html} {body.headers}"
    assert token_of_link(asked.access_links.get()) not in kept
    assert token_of(asked).split("@")[0] not in kept
    assert mail.ticket == asked
    assert "/t/•" in body.text


def test_a_person_who_writes_about_a_bounce_asks_something(arrive):
    mail = arrive(letter("Ik krijg 550 5.1.1 van jan@elders.example. Wat nu?", subject="Mail delivery failed"))

    assert (mail.state, mail.ticket is not None) == ("processed", True)
    assert mail.message.deliveries.get().state == "held"


def test_what_was_understood_before_is_not_taken_back(arrive, asked, run_outbox, monkeypatch):
    MessageDelivery.objects.update(state="sent")
    bounce = arrive(REPORT.format(to=token_of(asked)).encode())
    MessageDelivery.objects.update(state="sent")

    process_again(actor=System(), mail=bounce)
    run_outbox()

    bounce.refresh_from_db()
    assert (bounce.state, bounce.ticket) == ("processed", asked)
    assert asked.messages.get(seq=1).deliveries.get().state == "sent"


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_reason_of_the_reader_has_words(code):
    assert "kan niet ontleed worden" not in reasons.unprocessable(code)


def test_the_codes_are_all_that_the_reader_knows():
    sources = [*(ROOT / "integrations/mail/parsing").glob("*.py"), *(ROOT / "integrations/mail/reader").glob("*.py")]
    raised = re.findall(r"(?:UnprocessableError|failed)\(\s*\"(\w+)\"", "\n".join(path.read_text() for path in sources))

    assert set(raised) == CODES
