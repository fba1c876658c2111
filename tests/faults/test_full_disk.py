"""The disk for attachments is full: questions with files are refused for now, whole; everything else goes on."""

import sys
from http import HTTPStatus

import pytest

from tests.bench.pages import Browser, api_headers
from tests.faults.clients import Answer, ApiClient, form, question, send
from tests.faults.ledger import SPOTLESS, Operation, judge
from tests.faults.small_disk import KIB, small_disk

pytestmark = pytest.mark.engines

FILE = 300 * KIB
BALLAST = 600 * KIB


@pytest.fixture
def installation(make_installation):
    installation = make_installation()
    folder = installation.var / "files"
    with small_disk(folder) as is_mounted:
        if not is_mounted:
            installation.variables["SMALL_DISK"] = str(folder)
            installation.python = (sys.executable, "-m", "tests.faults.small_disk")
        installation.start()
        yield installation
        installation.kill()


@pytest.fixture
def ask(installation, ledger):
    """Send a question, with a file of a size when it is not zero, and keep the ledger."""
    visitor = Browser(installation)
    visitor.visit("/melden/")

    def asked(size: int) -> tuple[Operation, Answer]:
        operation = ledger.begin("ticket", "form")
        token = visitor.cookies["csrftoken"]
        headers, body = form(question(operation) | {"csrfmiddlewaretoken": token}, size)
        answer = send(installation, "POST", "/melden/", headers | {"Cookie": f"csrftoken={token}"}, body)
        assert answer is not None
        if answer.status == HTTPStatus.SEE_OTHER:
            ledger.acknowledge(operation)
        return operation, answer

    return asked


def test_a_full_disk_refuses_for_now_and_leaves_no_half_ticket(installation, ledger, ask):
    ballast = installation.var / "files" / "ballast"
    ballast.write_bytes(bytes(BALLAST))
    assert ask(FILE)[1].status == HTTPStatus.SEE_OTHER

    refused, answer = ask(FILE)
    assert (answer.status, answer.headers["retry-after"]) == (HTTPStatus.SERVICE_UNAVAILABLE, "10")
    assert ask(1)[1].status == HTTPStatus.SEE_OTHER
    _assert_the_api_refuses_too(installation, ledger)

    ballast.unlink()
    assert ask(FILE)[1].status == HTTPStatus.SEE_OTHER
    findings = installation.finish()
    assert judge(ledger, findings, installation.confirmations()) == SPOTLESS
    assert refused.marker not in findings["subjects"]
    assert findings["attachments"] == 3
    assert list((installation.var / "files" / "incoming").iterdir()) == []


def _assert_the_api_refuses_too(installation, ledger):
    program = ApiClient(installation, ledger)
    operation = ledger.begin("ticket", "api")
    opened = program.post("/api/v1/tickets", ticket(operation), operation)
    headers, body = form({}, FILE)
    path = f"/api/v1/tickets/{opened['reference']}/attachments"
    body = body.replace(b'name="attachments"', b'name="file"')
    answer = send(installation, "POST", path, headers | api_headers(installation), body)
    assert (answer.status, answer.headers["content-type"]) == (503, "application/problem+json")


def ticket(operation: Operation) -> dict[str, object]:
    return {
        "subject": operation.marker,
        "body": operation.marker,
        "requester": {"email": operation.address, "name": "An Peeters"},
    }
