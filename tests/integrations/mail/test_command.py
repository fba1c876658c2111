"""`manage.py send_mail`."""

import json

import pytest
from django.core.management import call_command

from helpdesk.kernel import outbox
from tests import factories

pytestmark = pytest.mark.django_db


def test_what_is_due_is_sent_and_counted(capsys, mailoutbox):
    for address in ("an@aalter.example", "bo@gent.be"):
        factories.ticket(requester=("An", address))
    outbox.drain("fast")
    call_command("send_mail", "--json")

    assert json.loads(capsys.readouterr().out) == {"queued": 0, "sent": 1, "failed": 0, "held": 1}
    assert len(mailoutbox) == 1


def test_what_waits_for_its_next_attempt_is_not_sent_and_stays_queued(capsys, mail_server, question):
    mail_server.to_recipient = "451 later"
    outbox.drain_until_idle()
    call_command("send_mail", "--json")

    assert json.loads(capsys.readouterr().out) == {"queued": 1, "sent": 0, "failed": 0, "held": 0}
    assert mail_server.attempts == 1


def test_without_json_the_counts_are_a_message_to_the_reader(capsys):
    call_command("send_mail")

    output = capsys.readouterr()
    assert (output.out, output.err) == ("", "queued: 0, sent: 0, failed: 0, held: 0\n")
