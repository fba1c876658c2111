"""The mail that tells who wrote a text what was decided about it."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from helpdesk.accounts.services import set_active
from helpdesk.kernel.models import EventDelivery
from knowledgebase import services
from tests import factories
from tests.integrations.mail.conftest import text_of

pytestmark = pytest.mark.django_db

NEW_YEAR = datetime(2031, 1, 1, 9, 30, tzinfo=ZoneInfo("Europe/Brussels"))


@pytest.fixture
def writer():
    return factories.user("Sofie Willems", email="sofie@contactpunt.example", roles=("editor",))


@pytest.fixture
def reviewer():
    return factories.actor(factories.user("Tom Jacobs", roles=("editor",)))


@pytest.fixture
def article(writer):
    return handed_in(factories.article("Oud & goed", by=factories.actor(writer), published=False), writer)


def handed_in(article, writer):
    services.submit_for_review(actor=factories.actor(writer), article=article)
    article.refresh_from_db()
    return article


def test_who_wrote_it_reads_why_it_came_back(mail_server, article, reviewer, run_outbox):
    services.send_back(actor=reviewer, article=article, reason="De link in stap 2 is <dood>.")
    run_outbox()

    [arrived], [message] = mail_server.arrived, mail_server.messages()
    assert (arrived.mail_from, arrived.rcpt_tos) == ("<>", ["sofie@contactpunt.example"])
    assert (message["Subject"], message["Auto-Submitted"]) == ("Teruggestuurd: Oud & goed", "auto-generated")
    assert "Tom Jacobs las uw tekst na en stuurde hem terug:" in text_of(message)
    assert "De link in stap 2 is <dood>." in text_of(message)
    assert f"/kennis/redactie/{article.pk}/" in text_of(message)


@pytest.mark.parametrize(
    ("hour", "told"),
    [(None, "Lezers zien uw tekst nu."), (NEW_YEAR, "Lezers zien uw tekst vanaf 1 januari 2031 09:30.")],
)
def test_who_wrote_it_reads_from_when_readers_see_it(mail_server, article, reviewer, run_outbox, hour, told):
    services.approve(actor=reviewer, article=article, publish_at=hour)
    run_outbox()

    [message] = mail_server.messages()
    assert message["Subject"] == "Goedgekeurd: Oud & goed"
    assert told in text_of(message)


def test_each_decision_is_a_mail_of_its_own(mail_server, article, writer, reviewer, run_outbox):
    services.send_back(actor=reviewer, article=article, reason="Nog niet.")
    run_outbox()
    article.refresh_from_db()
    services.approve(actor=reviewer, article=handed_in(article, writer))
    run_outbox()

    mails = mail_server.messages()
    assert [mail["Subject"] for mail in mails] == ["Teruggestuurd: Oud & goed", "Goedgekeurd: Oud & goed"]
    assert mails[0]["Message-ID"] != mails[1]["Message-ID"]


def test_who_decides_about_the_own_text_gets_no_mail(mail_server, writer, run_outbox):
    article = factories.article("Tikfout", by=factories.actor(writer), published=False)
    services.save_revision(
        actor=factories.actor(writer),
        article=article,
        text=factories.text("Tikfouten"),
        based_on=1,
        significance="typo",
    )
    services.send_back(actor=factories.actor(writer), article=handed_in(article, writer), reason="Toch niet.")
    run_outbox()

    assert mail_server.arrived == []


def test_what_was_handed_in_again_meanwhile_is_told_to_nobody(mail_server, article, writer, reviewer, run_outbox):
    services.send_back(actor=reviewer, article=article, reason="Nog niet.")
    article.refresh_from_db()
    handed_in(article, writer)
    run_outbox()

    assert mail_server.arrived == []


def test_who_left_is_told_nothing(mail_server, article, writer, reviewer, run_outbox):
    services.send_back(actor=reviewer, article=article, reason="Nog niet.")
    set_active(actor=factories.SYSTEM, user=writer, is_active=False)
    run_outbox()

    assert mail_server.arrived == []


def test_in_the_demo_no_mail_goes_to_a_real_address(mail_server, settings, reviewer, run_outbox, caplog):
    settings.DEMO = True
    real = factories.user("Echt", email="iemand@vlaanderen.be", roles=("editor",))
    article = handed_in(factories.article(by=factories.actor(real), published=False), real)
    services.send_back(actor=reviewer, article=article, reason="Nog niet.")
    run_outbox()

    assert mail_server.arrived == []
    assert "is not told of it by mail" in caplog.text


def test_a_server_that_says_not_now_is_asked_again(mail_server, article, reviewer, run_outbox):
    mail_server.to_data = "451 Later"
    services.send_back(actor=reviewer, article=article, reason="Nog niet.")
    run_outbox()
    assert mail_server.arrived == []

    mail_server.to_data = "250 OK"
    EventDelivery.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    run_outbox()
    run_outbox()
    assert len(mail_server.arrived) == 1


def test_an_address_that_is_refused_for_good_is_given_up(mail_server, article, reviewer, run_outbox, caplog):
    mail_server.to_recipient = "550 Nobody"
    services.send_back(actor=reviewer, article=article, reason="Nog niet.")
    run_outbox()

    assert "was not told of it: 550 Nobody" in caplog.text
    assert not EventDelivery.objects.filter(subscriber__contains="tell_writer", done_at=None).exists()
