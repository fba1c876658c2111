"""What people and programs read when a request is refused or the ground is gone."""

import errno
import json
import sqlite3

import pytest
from django.core.exceptions import TooManyFieldsSent
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.urls import path

from config.urls import handler400, handler500  # noqa: F401 - this module is the URLconf of these tests

NO_TABLE = sqlite3.OperationalError("no such table")
NO_TABLE.sqlite_errorcode = sqlite3.SQLITE_ERROR


def read_form(request):
    return HttpResponse(str(len(request.POST)))


def read_body(request):
    return HttpResponse(str(len(request.body)))


def fail(request, kind):
    raise FAILURES[kind]


def failed_with(cause: Exception) -> OperationalError:
    error = OperationalError(str(cause))
    error.__cause__ = cause
    return error


FAILURES = {
    "away": OperationalError("connection refused"),
    "closed": InterfaceError("connection already closed"),
    "disk": OSError(errno.ENOSPC, "No space left on device"),
    "table": failed_with(NO_TABLE),
    "bug": ValueError("<script>"),
}
urlpatterns = [
    path("form/", read_form),
    path("body/", read_body),
    path("api/v1/body/", read_body),
    path("fail/<kind>/", fail),
    path("api/v1/fail/<kind>/", fail),
]
pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]


@pytest.fixture
def browser(client):
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize(
    ("kind", "status"), [("away", 503), ("closed", 503), ("disk", 503), ("table", 500), ("bug", 500)]
)
def test_only_what_waiting_may_mend_is_a_temporary_refusal(browser, kind, status):
    answer = browser.get(f"/fail/{kind}/")
    assert answer.status_code == status
    assert answer.headers.get("Retry-After") == ("10" if status == 503 else None)
    assert answer["Content-Type"] == "text/html; charset=utf-8"
    assert answer["Cache-Control"] == "no-store"
    assert b"<script>" not in answer.content


def test_programs_read_a_problem(browser):
    answer = browser.get("/api/v1/fail/away/")
    assert answer["Content-Type"] == "application/problem+json"
    assert json.loads(answer.content)["status"] == 503


@pytest.mark.parametrize("path", ["/body/", "/api/v1/body/"])
def test_a_body_too_large_for_memory_is_413(browser, settings, path):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = browser.post(path, b"x" * 1001, content_type="application/json")
    assert answer.status_code == 413


def test_too_many_fields_are_400(browser, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 3
    assert browser.post("/form/", {str(number): "x" for number in range(4)}).status_code == 400
    assert TooManyFieldsSent.__name__ not in browser.get("/form/").content.decode()


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=\xe9", b"strange boundary"),
        (
            "multipart/form-data; boundary=x",
            (
                b'--x\r\nContent-Disposition: form-data; name="a"; filename="a"\r\n'
                b"Content-Transfer-Encoding: base64\r\n\r\n!\r\n--x--"
            ),
        ),
    ],
)
def test_a_form_that_cannot_be_read_is_400(browser, content_type, body):
    assert browser.generic("POST", "/form/", body, content_type=content_type).status_code == 400
