"""Work that got stuck, and mail that did not go out."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.kernel.models import EventDelivery, OutboxEvent
from helpdesk.tickets.models import MessageDelivery
from integrations.mail import subscribers
from tests import factories

STATE = MessageDelivery.State


@pytest.fixture
def confirmation(db, run_outbox):
    """The work to owe a confirmation, given up before it was done."""
    factories.ticket()
    OutboxEvent.objects.update(fanned_out_at=timezone.now())
    event = OutboxEvent.objects.get(name="ticket.opened")
    key = f"{subscribers.queue_confirmations.__module__}.{subscribers.queue_confirmations.__qualname__}"
    return EventDelivery.objects.create(
        event=event, subscriber=key, lane="fast", state="dead", attempts=3, due_at=event.created_at,
        last_error="Traceback (most recent call last):\n  …\nOSError: rijksregisternummer 85.07.30-033.28",
    )  # fmt: skip


def test_work_that_was_given_up_is_really_done_after_a_retry(as_admin, confirmation, run_outbox, caplog):
    before = MessageDelivery.objects.count()
    with caplog.at_level("INFO", "helpdesk.desk.manage.services"):
        as_admin.post(f"/beheer/achtergrondwerk/{confirmation.pk}/opnieuw/")
    run_outbox()

    confirmation.refresh_from_db()
    assert (before, MessageDelivery.objects.count(), confirmation.state) == (0, 1, "done")
    assert f"user:{as_admin.session['_auth_user_id']} started 1 deliveries again." in caplog.text


def test_everything_that_was_given_up_is_tried_again_at_once(as_admin, confirmation, run_outbox):
    other = EventDelivery.objects.create(
        event=confirmation.event, subscriber="gone", lane="fast", state="dead", due_at=confirmation.due_at
    )

    page = as_admin.post("/beheer/achtergrondwerk/opnieuw/", follow=True).content.decode()
    run_outbox()

    other.refresh_from_db()
    assert ("2 taken worden opnieuw geprobeerd" in page, other.attempts) == (True, 1)
    assert "no subscriber is called gone" in other.last_error


def test_work_that_is_done_or_in_hand_is_left_alone(as_admin, confirmation):
    EventDelivery.objects.update(state="pending", lease=uuid.uuid4(), due_at=timezone.now() + timedelta(seconds=30))
    in_hand = EventDelivery.objects.values().get()
    as_admin.post(f"/beheer/achtergrondwerk/{confirmation.pk}/opnieuw/")
    still = EventDelivery.objects.values().get()
    EventDelivery.objects.update(state="done", lease=None)

    as_admin.post(f"/beheer/achtergrondwerk/{confirmation.pk}/opnieuw/")

    assert (still, EventDelivery.objects.get().state) == (in_hand, "done")


def test_the_reason_is_shown_without_numbers_of_the_national_register(as_admin, confirmation):
    page = as_admin.get("/beheer/achtergrondwerk/").content.decode()

    assert ("OSError" in page, "85.07.30-033.28" in page) == (True, False)


def test_each_kind_of_work_has_its_own_list(as_admin, confirmation):
    states = {"opgegeven": {"state": "dead"}, "mislukt": {"state": "pending", "attempts": 2},
              "wacht": {"state": "pending", "attempts": 0}}  # fmt: skip
    shown = {}
    for kind, values in states.items():
        EventDelivery.objects.update(**values)
        shown[kind] = {each: len(as_admin.get(f"/beheer/achtergrondwerk/?soort={each}").context["table"])
                       for each in states}  # fmt: skip

    assert shown == {kind: {each: int(each == kind) for each in states} for kind in states}


def test_a_mail_that_failed_is_sent_after_all(as_admin, run_outbox):
    ticket = factories.ticket()
    run_outbox()
    delivery = MessageDelivery.objects.get(message__ticket=ticket)
    MessageDelivery.objects.update(state=STATE.FAILED, attempts=9, last_error="550 User unknown")
    listed = as_admin.get("/beheer/mails/").content.decode()

    as_admin.post(f"/beheer/mails/{delivery.pk}/opnieuw/")
    run_outbox()

    delivery.refresh_from_db()
    assert ("550 User unknown" in listed, ticket.reference in listed) == (True, True)
    assert (delivery.state, delivery.attempts) == (STATE.SENT, 1)


@pytest.mark.parametrize("state", [STATE.HELD, STATE.SENT])
def test_a_mail_that_was_held_back_or_sent_is_not_sent_again(as_admin, run_outbox, state):
    factories.ticket()
    run_outbox()
    MessageDelivery.objects.update(state=state)
    events = OutboxEvent.objects.count()

    as_admin.post(f"/beheer/mails/{MessageDelivery.objects.get().pk}/opnieuw/")

    assert (MessageDelivery.objects.get().state, OutboxEvent.objects.count()) == (state, events)


@pytest.mark.parametrize("cursor", ["x", "\x00", "W10", "e30=", "WyJhIl0"])
def test_a_cursor_that_is_none_shows_the_first_page(as_admin, confirmation, cursor):
    page = as_admin.get("/beheer/achtergrondwerk/", {"cursor": cursor})

    assert (page.status_code, len(page.context["table"])) == (200, 1)


def test_the_overview_says_what_needs_attention(as_admin, confirmation):
    MessageDelivery.objects.update(state=STATE.FAILED)

    page = as_admin.get("/beheer/").content.decode()

    assert ("1 achtergrondtaak is opgegeven." in page, "De wachtrij “Intake” heeft geen team" in page) == (True, True)
