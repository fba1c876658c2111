"""Mail that came in, for administrators: what became of it, without what it says."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.mailbox.fetching import remember_round
from helpdesk.mailbox.models import InboundMail
from helpdesk.tickets.models import MessageBody
from tests.letters import letter

UNREADABLE = b"".join(b"X-%d: y\n" % number for number in range(1001)) + b"From: an@aalter.example\n\nGEHEIM"


def test_each_kind_stands_under_its_own_tab_without_its_words(as_admin, arrive):
    arrive(letter("GEHEIM", subject="GEHEIM"))
    arrive(letter("GEHEIM", fields=(("Auto-Submitted", "auto-replied"),)))
    arrive(UNREADABLE)

    pages = {kind: as_admin.get("/beheer/post/", {"soort": kind}).content.decode()
             for kind in ("onleesbaar", "wacht", "genegeerd", "verwerkt")}  # fmt: skip

    assert "Deze mail heeft meer dan 1.000 velden in de hoofding." in pages["onleesbaar"]
    assert "Een automatisch antwoord." in pages["genegeerd"]
    assert InboundMail.objects.get(state="processed").ticket.reference in pages["verwerkt"]
    assert "Er is geen mail van deze soort." in pages["wacht"]
    assert not any("GEHEIM" in page for page in pages.values())


def test_one_mail_is_read_again(as_admin, arrive, run_outbox):
    mail = arrive(letter())
    MessageBody.objects.update(text="verkeerd gelezen")

    as_admin.post(f"/beheer/post/{mail.pk}/opnieuw/")
    run_outbox()

    assert MessageBody.objects.get().text == "Ik geraak niet binnen in het loket."


def test_all_mail_since_a_day_is_read_again(as_admin, arrive, run_outbox):
    old, _new = arrive(letter("oud")), arrive(letter("nieuw"))
    InboundMail.objects.filter(pk=old.pk).update(received_at=timezone.now() - timedelta(days=2))
    MessageBody.objects.update(text="verkeerd gelezen")

    page = as_admin.post("/beheer/post/opnieuw/", {"since": timezone.localdate().isoformat()}, follow=True)
    run_outbox()

    assert "1 mail wordt opnieuw gelezen." in page.content.decode()
    assert list(MessageBody.objects.order_by("pk").values_list("text", flat=True)) == ["verkeerd gelezen", "nieuw"]


@pytest.mark.parametrize(
    ("day", "problem"),
    [
        ("", "Kies een dag."),
        ("gisteren", "Kies een dag, bijvoorbeeld 2026-11-25."),
        ("2999-01-01", "Deze dag moet nog komen."),
    ],
)
def test_a_wrong_day_reads_nothing_and_says_why(as_admin, arrive, run_outbox, day, problem):
    arrive(letter())
    MessageBody.objects.update(text="verkeerd gelezen")

    answer = as_admin.post("/beheer/post/opnieuw/", {"since": day})
    run_outbox()

    assert (answer.status_code, problem in answer.content.decode()) == (422, True)
    assert MessageBody.objects.get().text == "verkeerd gelezen"


def test_an_administrator_gets_the_bytes_of_what_became_nothing_only(as_admin, arrive):
    ticket_mail, unread = arrive(letter()), arrive(UNREADABLE)

    assert as_admin.get(f"/beheer/post/{ticket_mail.pk}/bron/").status_code == 404
    assert b"".join(as_admin.get(f"/beheer/post/{unread.pk}/bron/").streaming_content) == UNREADABLE


def test_the_overview_says_that_mail_could_not_be_read(as_admin, arrive):
    assert "kon niet gelezen worden" not in as_admin.get("/beheer/").content.decode()

    arrive(UNREADABLE)

    assert "1 binnengekomen mail kon niet gelezen worden." in as_admin.get("/beheer/").content.decode()


@pytest.mark.parametrize(
    ("rounds", "words"),
    [
        ([], "De mailbox is het laatste uur niet opgehaald."),
        ([{"error": "", "left": 0}], "Er blijft niets achter."),
        ([{"error": "", "left": 2}], "2 mails blijven in de mailbox"),
        ([{"error": "", "left": 0}, {"error": "the server refused the password", "left": 0}], "refused the password"),
    ],
)
def test_how_fetching_goes_stands_above_the_mail(as_admin, settings, rounds, words):
    settings.IMAP = {"host": "mail.example"}
    for told in rounds:
        remember_round(**told)

    assert words in as_admin.get("/beheer/post/").content.decode()


def test_without_a_mailbox_nothing_is_said_of_one(as_admin, settings):
    settings.IMAP = None
    remember_round(error="the server refused the password", left=0)

    assert "mailbox" not in as_admin.get("/beheer/post/").content.decode().lower()
