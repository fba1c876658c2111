"""What nobody should send: stored clean or refused clearly, never a 500."""

import json
import time

import pytest
from django.db import OperationalError

from helpdesk.kernel import files
from helpdesk.tickets.models import MessageBody, Ticket
from integrations.api.endpoints import tickets
from tests.integrations.api.problems import pointers

QUESTION = {"subject": "Ik geraak niet binnen", "body": "Ik krijg een foutmelding."}
DEEP = 100_000


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("a\u0000b", "ab"),
        ("a\r\nBcc: x@y.example\rc", "a\nBcc: x@y.example\nc"),
        ("\u202eaanvraag\u2066 x", "aanvraag x"),
        ("😀 e\u0301 ﬁ", "😀 é ﬁ"),
        ("\u2028regel\u0085einde\u001b[31m", "regel\neinde[31m"),
        ("\ufeffbegin", "begin"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("'; DROP TABLE tickets_ticket; --", "'; DROP TABLE tickets_ticket; --"),
    ],
)
def test_a_text_is_stored_clean(town, sent, stored):
    answer = town.official.post("/tickets", json=QUESTION | {"body": sent, "subject": f"x {sent}"})

    assert answer.status_code == 201
    assert MessageBody.objects.get().text == stored
    assert answer.json()["subject"] == " ".join(f"x {stored}".split())


HOSTILE = ["\u0000", "\ud800", "a\r\nb", "\u202e", "😀" * 500, "x" * 100_000, "'\"<>&", "../..", "%00", "9" * 5000]


@pytest.mark.parametrize(
    "field",
    ["subject", "body", "ticket_type", "application", "organisation", "impact", "submissions", "requester", "channel"],
)
def test_no_text_in_any_field_breaks_a_question(town, field):
    for text in HOSTILE:
        values = {"submissions": [text], "requester": {"name": text, "email": text}}
        answer = town.agent.post("/tickets", json=QUESTION | {field: values.get(field, text)})
        assert answer.status_code in {201, 422}, text
        if answer.status_code == 422:
            assert pointers(answer)[0].startswith(f"/{field}")


@pytest.mark.parametrize(
    "field", ["subject", "status", "assignee", "queue", "impact", "application", "category", "organisation"]
)
def test_no_text_in_any_field_breaks_a_change(town, ticket, path, field):
    for text in HOSTILE:
        assert town.agent.patch(path, json={field: text}).status_code in {200, 422}, text


@pytest.mark.parametrize("parameter", ["queue", "organisation", "application", "category", "assignee", "updated_since"])
def test_no_text_in_any_parameter_breaks_a_list(town, parameter):
    for text in ("%00", "%ED%A0%80", "%0D%0A", "%E2%80%AE", "%FF", "x" * 5000, "%F0%9F%98%80", "'"):
        assert town.agent.get(f"/tickets?{parameter}={text}").status_code in {200, 422}, text


@pytest.mark.parametrize(
    "name", ["Idempotency-Key", "If-Match", "If-None-Match", "Accept", "Accept-Language", "Cookie", "Content-Type"]
)
def test_no_header_breaks_a_request(town, ticket, path, name):
    for value in ("é", "\x7f", "a" * 5000, '"', "W/", "*", "😀".encode().decode("latin1")):
        for method, address in (("get", path), ("patch", path), ("post", "/tickets")):
            body = None if method == "get" else QUESTION
            assert town.agent.call(method, address, json=body, **{name: value}).status_code < 500, value


@pytest.mark.parametrize("key", ["", " ", "met spatie", "é", "x" * 201, "a\x7f"])
def test_a_key_that_is_none_is_refused(town, key):
    answer = town.official.post("/tickets", json=QUESTION, Idempotency_Key=key)

    assert (answer.status_code, pointers(answer)) == (400, [])
    assert not Ticket.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"niets",
        b'{"subject": "x",}',
        b"\xff\xfe{",
        '{"subject": "é"}'.encode("latin1"),
        '{"subject": "x", "body": "y"}'.encode("utf-16"),
        b'{"subject": NaN}',
        b'{"subject": Infinity}',
        b"[" * DEEP,
        b"[" * DEEP + b"]" * DEEP,
        b'{"subject":' * DEEP + b"1" + b"}" * DEEP,
        b'{"subject": ' + b"9" * 10_000 + b"}",
        b'\xef\xbb\xbf{"subject": "x"}',
        b"\x00",
    ],
    ids=range(14),
)
def test_what_is_not_json_is_refused(town, body):
    answer = town.official.post("/tickets", data=body)

    assert (answer.status_code, pointers(answer)) == (400, [])


@pytest.mark.parametrize("body", [b"[]", b"null", b"1", b'"x"', b"true", b"[{}]", b""])
def test_json_of_another_kind_is_refused(town, body):
    answer = town.official.post("/tickets", data=body)

    assert (answer.status_code, len(pointers(answer))) == (422, 1)


@pytest.mark.parametrize("number", [1e400, -(10**30), 1.5, True, 10**4000])
def test_no_number_breaks_a_field(town, number):
    body = b'{"subject": %s, "body": "x", "impact": %s}'
    text = json.dumps(number).replace("Infinity", "1e400").encode()

    answer = town.official.post("/tickets", data=body.replace(b"%s", text))

    assert (answer.status_code, pointers(answer)) == (422, ["/subject", "/impact"])


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("application/json", 201),
        ("application/json; charset=UTF-8", 201),
        ('application/json; charset="utf8"', 201),
        ("application/json; charset=iso-8859-1", 400),
        ("application/json; charset=utf-16", 400),
        ("application/json; charset=bestaat-niet", 400),
        ("text/plain", 415),
        ("application/xml", 415),
        ("application/x-www-form-urlencoded", 415),
        ("multipart/form-data; boundary=x", 415),
        ("onzin", 415),
    ],
)
def test_only_json_in_utf8_is_read(town, content_type, status):
    answer = town.official.post("/tickets", data=json.dumps(QUESTION).encode(), content_type=content_type)

    assert answer.status_code == status
    if status != 201:
        assert pointers(answer) == []


def test_a_file_is_read_from_a_form_only(town, ticket, path):
    answer = town.official.post(f"{path}/attachments", data=b"%PDF", content_type="application/pdf")
    broken = town.official.post(f"{path}/attachments", data=b"%PDF", content_type="multipart/form-data; boundary=x")
    nameless = town.official.post(f"{path}/attachments", data=b"%PDF", content_type="multipart/form-data")

    assert (answer.status_code, pointers(answer)) == (415, [])
    assert (broken.status_code, pointers(broken)) == (422, ["/file"])
    assert nameless.status_code == 400
    assert pointers(nameless) == []


def test_a_word_of_ten_megabytes_is_refused_quickly(town):
    begun = time.process_time()
    answer = town.official.post("/tickets", json=QUESTION | {"body": "x" * 10_000_000, "subject": "y" * 1_000_000})

    assert (answer.status_code, pointers(answer)) == (422, ["/subject", "/body"])
    assert time.process_time() - begun < 3
    assert len(answer.content) < 1000


def test_more_than_twelve_megabytes_of_json_is_refused(town):
    answer = town.official.post("/tickets", data=b" " * (12 * 1024 * 1024 + 1))

    assert (answer.status_code, pointers(answer)) == (413, [])


def test_a_thousand_wrong_fields_get_fifty_sentences(town):
    answer = town.official.post("/tickets", json={f"veld{number}": 1 for number in range(1000)})

    assert (answer.status_code, len(pointers(answer))) == (422, 50)


@pytest.mark.parametrize("body", [b'{"subject": "x", "\\ud800": 1}', b'{"requester": {"\\ud800": 1}}'])
def test_half_a_character_in_a_name_is_refused(town, body):
    answer = town.official.post("/tickets", data=body)

    assert answer.status_code == 422
    assert pointers(answer)


@pytest.mark.parametrize(
    ("method", "address", "allowed"),
    [
        ("delete", "/tickets", "GET, HEAD, POST"),
        ("put", "/tickets/AP-7K3M9Q-X", "GET, HEAD, PATCH"),
        ("post", "/tickets/AP-7K3M9Q-X", "GET, HEAD, PATCH"),
        ("patch", "/tickets/AP-7K3M9Q-X/messages", "GET, HEAD, POST"),
        ("get", "/tickets/AP-7K3M9Q-X/attachments", "POST"),
        ("delete", "/tickets/AP-7K3M9Q-X/history", "GET, HEAD"),
        ("post", "/organisations", "GET, HEAD"),
        ("put", "/articles", "GET, HEAD, POST"),
        ("patch", "/articles/x", "GET, HEAD, PUT"),
        ("get", "/articles/x/feedback", "POST"),
        ("options", "/applications", "GET, HEAD"),
        ("post", "/openapi.json", "GET, HEAD"),
    ],
)
def test_another_method_is_refused_with_those_that_work(town, method, address, allowed):
    answer = town.agent.call(method, address)

    assert (answer.status_code, pointers(answer), answer["Allow"]) == (405, [], allowed)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "/",
        "/tickets/",
        "/niets",
        "/docs",
        "/tickets/AP-7K3M9Q-X/attachments/1",
        "/tickets/AP-7K3M9Q-X/links",
        "/search/",
        "/articles/",
        "/articles/x/y",
        "/articles/%00",
        "/diagnoses",
        "/incidents",
        "/api/",
        "/api/v2/tickets",
        "/tickets/%FF/x",
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_what_is_no_route_is_a_problem_too(town, method, address):
    answer = town.agent.call(method, address)

    assert (answer.status_code, pointers(answer)) == (404, [])


def test_head_answers_as_get_without_content(town, ticket, path):
    answer = town.official.call("head", path)

    assert (answer.status_code, answer.content, answer["ETag"]) == (200, b"", town.official.get(path)["ETag"])


def test_a_full_disk_is_a_temporary_refusal_and_leaves_nothing(town, ticket, path, monkeypatch):
    def full(_chunks):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "store", full)
    answer = town.official.post(
        f"{path}/attachments",
        data=b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\nx\r\n--b--\r\n',
        content_type="multipart/form-data; boundary=b",
    )

    assert (answer.status_code, pointers(answer)) == (503, [])
    assert int(answer["Retry-After"]) > 0
    assert not ticket.attachments.exists()


@pytest.mark.parametrize(("error", "status"), [(OperationalError("locked"), 503), (ValueError("kapot"), 500)])
def test_what_breaks_on_our_side_is_a_problem_without_its_cause(town, ticket, path, monkeypatch, error, status):
    def broken(*_args, **_options):
        raise error

    monkeypatch.setattr(tickets, "ticket_called", broken)
    answer = town.official.get(path)

    assert (answer.status_code, pointers(answer)) == (status, [])
    assert str(error).encode() not in answer.content
