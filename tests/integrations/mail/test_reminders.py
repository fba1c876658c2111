"""The mail that asks whether an article is still right: once, to who looks after it, and only while it matters."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.accounts.services import set_active, set_roles
from helpdesk.kernel.models import EventDelivery
from integrations.mail import addresses
from knowledgebase import services
from knowledgebase.models import Article, VerificationReminder
from tests import factories
from tests.integrations.mail.conftest import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return factories.user("Sofie Willems", email="sofie@contactpunt.example", roles=("editor",))


@pytest.fixture
def article(owner):
    return factories.article("Oud & goed", owner=owner, verify_by=timezone.localdate())


def outcome() -> tuple[str, int]:
    reminder = VerificationReminder.objects.get()
    return reminder.state, reminder.attempts


def test_the_owner_is_asked_once(mail_server, article, owner, run_outbox):
    for _ in range(2):
        services.remind_due(actor=factories.SYSTEM)
        run_outbox()

    [arrived] = mail_server.arrived
    [message] = mail_server.messages()
    reminder = VerificationReminder.objects.get()
    assert (arrived.mail_from, arrived.rcpt_tos) == ("<>", ["sofie@contactpunt.example"])
    assert message["Message-ID"] == addresses.notice_id("reminder", str(reminder.pk))
    assert message["Auto-Submitted"] == "auto-generated"
    assert "Oud & goed" in message["Subject"]
    assert f"/kennis/redactie/{article.pk}/" in text_of(message)
    assert (reminder.state, reminder.attempts) == ("sent", 1)


def test_nobody_is_asked_before_the_day_or_about_what_readers_do_not_see(owner):
    tomorrow = timezone.localdate() + timedelta(days=1)
    factories.article("Morgen", owner=owner, verify_by=tomorrow)
    factories.article("Klad", owner=owner, verify_by=timezone.localdate(), published=False)
    factories.article("Nooit", owner=owner)

    assert services.remind_due(actor=factories.SYSTEM) == 0


def test_a_new_date_asks_anew(article):
    assert services.remind_due(actor=factories.SYSTEM) == 1
    Article.objects.update(verify_by=timezone.localdate() - timedelta(days=1))

    assert services.remind_due(actor=factories.SYSTEM) == 1


def test_every_editor_is_asked_about_what_nobody_looks_after(owner):
    factories.user("Tom", roles=("editor",))
    factories.user("Bram", roles=("agent",))
    factories.article(verify_by=timezone.localdate())

    assert services.remind_due(actor=factories.SYSTEM) == 2


def test_what_was_verified_meanwhile_is_asked_to_nobody(mail_server, article, run_outbox):
    services.remind_due(actor=factories.SYSTEM)
    tomorrow = timezone.localdate() + timedelta(days=1)
    services.verify_article(actor=factories.SYSTEM, article=article, verify_by=tomorrow)
    run_outbox()

    assert (mail_server.arrived, outcome()) == ([], ("held", 1))


def leave(user, how):
    if how == "account closed":
        set_active(actor=factories.SYSTEM, user=user, is_active=False)
    else:
        set_roles(actor=factories.SYSTEM, user=user, roles=frozenset())


def asked() -> list[tuple[str, str]]:
    found = VerificationReminder.objects.order_by("pk")
    return list(found.values_list("recipient__person__name", "state"))


@pytest.mark.parametrize("how", ["account closed", "other work"])
def test_who_left_is_not_asked_and_the_editors_are(mail_server, article, owner, run_outbox, how):
    factories.user("Tom", roles=("editor",))
    services.remind_due(actor=factories.SYSTEM)
    leave(owner, how)
    run_outbox()
    assert (mail_server.arrived, asked()) == ([], [("Sofie Willems", "held")])

    for _ in range(2):
        services.remind_due(actor=factories.SYSTEM)
        run_outbox()
    assert len(mail_server.arrived) == 1
    assert asked() == [("Sofie Willems", "held"), ("Tom", "sent")]


@pytest.mark.parametrize("how", ["account closed", "other work"])
def test_about_the_article_of_who_left_before_its_day_the_editors_are_asked(article, owner, how):
    factories.user("Tom", roles=("editor",))
    leave(owner, how)
    services.remind_due(actor=factories.SYSTEM)

    assert asked() == [("Tom", "queued")]


def test_in_the_demo_no_mail_goes_to_a_real_address(mail_server, settings, run_outbox):
    settings.DEMO = True
    real = factories.user("Echt", email="iemand@vlaanderen.be", roles=("editor",))
    factories.article(owner=real, verify_by=timezone.localdate())
    services.remind_due(actor=factories.SYSTEM)
    run_outbox()

    assert (mail_server.arrived, outcome()) == ([], ("held", 1))


def test_a_server_that_says_not_now_is_asked_again_with_the_same_mail(mail_server, article, run_outbox):
    mail_server.to_data = "451 Later"
    services.remind_due(actor=factories.SYSTEM)
    run_outbox()
    assert outcome() == ("queued", 1)

    mail_server.to_data = "250 OK"
    EventDelivery.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    run_outbox()
    assert outcome() == ("sent", 2)
    assert len(mail_server.arrived) == 1


def test_an_address_that_is_refused_for_good_is_given_up(mail_server, article, run_outbox):
    mail_server.to_recipient = "550 Nobody"
    services.remind_due(actor=factories.SYSTEM)
    run_outbox()

    assert outcome() == ("failed", 1)
    assert "550 Nobody" in VerificationReminder.objects.get().last_error
