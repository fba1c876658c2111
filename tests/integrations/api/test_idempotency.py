"""A POST that is repeated with its key has its effect once."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from helpdesk.tickets.models import Attachment, Message, Ticket
from integrations.api.models import IdempotentAnswer
from integrations.api.services import forget_old_answers
from tests.integrations.api.problems import pointers
from tests.together import at_once

QUESTION = {"subject": "Ik geraak niet binnen", "body": "Ik krijg een foutmelding."}
REPLY = {"body": "Nog iets.", "kind": "public_reply"}


def test_the_same_key_and_body_give_the_first_answer_again(town):
    first = town.official.post("/tickets", json=QUESTION, Idempotency_Key="a-1")
    Ticket.objects.update(subject="Intussen veranderd")
    # The same fields in another order are the same body.
    again = town.official.post("/tickets", json=dict(reversed(QUESTION.items())), Idempotency_Key="a-1")

    assert (again.status_code, again.content) == (201, first.content)
    assert (again["Location"], again["ETag"]) == (first["Location"], first["ETag"])
    assert (again["Idempotent-Replayed"], "Idempotent-Replayed" in first) == ("true", False)
    assert Ticket.objects.count() == 1


def test_another_body_with_the_same_key_is_refused(town):
    town.official.post("/tickets", json=QUESTION, Idempotency_Key="a-1")

    answer = town.official.post("/tickets", json=QUESTION | {"body": "Iets anders."}, Idempotency_Key="a-1")

    assert (answer.status_code, pointers(answer)) == (422, [])
    assert Ticket.objects.count() == 1


def test_a_key_is_for_one_address(town, ticket, path):
    town.official.post(f"{path}/messages", json=REPLY, Idempotency_Key="a-1")
    other = Ticket.objects.get(reference=town.official.post("/tickets", json=QUESTION).json()["reference"])

    answer = town.official.post(f"/tickets/{other.reference}/messages", json=REPLY, Idempotency_Key="a-1")

    assert (answer.status_code, other.messages.count()) == (422, 1)


def test_a_key_is_of_one_caller(town):
    for program in (town.official, town.colleague):
        answer = program.post("/tickets", json=QUESTION, Idempotency_Key="a-1")
        assert "Idempotent-Replayed" not in answer

    assert Ticket.objects.count() == 2


def test_messages_and_files_are_repeated_harmlessly_too(town, ticket, path):
    def upload():
        # Each form has a boundary of its own.
        return town.official.post(
            f"{path}/attachments", data={"file": SimpleUploadedFile("a.pdf", b"%PDF")}, Idempotency_Key="file"
        )

    first, again = upload(), upload()
    reply = REPLY | {"attachment_ids": [first.json()["id"]]}
    sent, resent = (town.official.post(f"{path}/messages", json=reply, Idempotency_Key="reply") for _time in range(2))

    assert (first.content, first["Location"]) == (again.content, again["Location"])
    assert sent.content == resent.content
    assert [answer.get("Idempotent-Replayed") for answer in (first, again, sent, resent)] == [None, "true"] * 2
    assert (Attachment.objects.count(), Message.objects.count()) == (1, 2)


@pytest.mark.parametrize("wrong", [{"subject": ""}, {"application": "niets"}, {"requester": {"name": "x"}}, {"x": 1}])
def test_a_refused_body_leaves_the_key_free(town, wrong):
    refused = town.agent.post("/tickets", json=QUESTION | wrong, Idempotency_Key="a-1")
    corrected = town.agent.post("/tickets", json=QUESTION, Idempotency_Key="a-1")

    assert (refused.status_code, corrected.status_code) == (422, 201)
    assert "Idempotent-Replayed" not in corrected


def test_a_forbidden_request_leaves_the_key_free(town, ticket, path):
    note = {"body": "Nota", "kind": "internal_note"}

    statuses = [
        town.official.post(f"{path}/messages", json=body, Idempotency_Key="a-1").status_code for body in (note, REPLY)
    ]

    assert statuses == [403, 201]


def test_an_answer_is_no_longer_given_to_who_may_not_see_it(town, ticket, path):
    note = {"body": "Nota", "kind": "internal_note"}
    town.agent.post(f"{path}/messages", json=note, Idempotency_Key="a-1")
    town.agent.patch(path, json={"queue": "andere-entiteit"})

    assert town.agent.post(f"{path}/messages", json=note, Idempotency_Key="a-1").status_code == 404


def test_after_a_day_a_key_is_new(town):
    town.official.post("/tickets", json=QUESTION, Idempotency_Key="a-1")
    IdempotentAnswer.objects.update(created_at=timezone.now() - timedelta(hours=24, seconds=1))

    second = town.official.post("/tickets", json=QUESTION | {"body": "Iets anders."}, Idempotency_Key="a-1")
    third = town.official.post("/tickets", json=QUESTION | {"body": "Iets anders."}, Idempotency_Key="a-1")

    assert (second.status_code, third.content) == (201, second.content)
    assert Ticket.objects.count() == 2


def test_old_answers_are_forgotten(town):
    for key in ("old", "new"):
        town.official.post("/tickets", json=QUESTION, Idempotency_Key=key)
    IdempotentAnswer.objects.filter(key="old").update(created_at=timezone.now() - timedelta(hours=25))

    assert forget_old_answers() == 1
    assert [answer.key for answer in IdempotentAnswer.objects.all()] == ["new"]


@pytest.mark.engines
@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_has_the_effect(town):
    def ask():
        return town.official.post("/tickets", json=QUESTION, Idempotency_Key="a-1")

    answers = at_once(*[ask] * 6)

    assert [answer.status_code for answer in answers] == [201] * 6
    assert len({answer.content for answer in answers}) == 1
    assert sorted(answer.get("Idempotent-Replayed", "") for answer in answers) == ["", *["true"] * 5]
    assert (Ticket.objects.count(), Message.objects.count()) == (1, 1)


@pytest.mark.engines
@pytest.mark.django_db(transaction=True)
def test_of_two_changes_of_one_version_one_is_refused(town, ticket, path):
    version = town.agent.get(path)["ETag"]

    def changing(impact):
        return lambda: town.agent.patch(path, json={"impact": impact}, If_Match=version).status_code

    statuses = at_once(changing("medium"), changing("high"))

    assert sorted(statuses) == [200, 412]
    assert ticket.history.count() == 2
