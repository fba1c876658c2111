"""Files over the API: up, into a message, and down again with the same token."""

import hashlib
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from helpdesk.tickets.models import Attachment, Message
from tests import factories
from tests.integrations.api.problems import pointers

KEYS = {"id", "filename", "content_type", "size", "sha256", "url"}
PDF = b"%PDF-1.7 brief"


def upload(program, path, *, name="brief.pdf", content=PDF, **options):
    return program.post(f"{path}/attachments", data={"file": SimpleUploadedFile(name, content)}, **options)


def local(url):
    parts = urlsplit(url)
    assert f"{parts.scheme}://{parts.netloc}" == "http://127.0.0.1:8000"
    return parts.path


def test_an_uploaded_file_goes_into_the_next_message(town, ticket, path):
    uploaded = upload(town.official, path)

    file = uploaded.json()
    assert uploaded.status_code == 201
    assert set(file) == KEYS
    assert file == {
        "id": str(Attachment.objects.get().pk),
        "filename": "brief.pdf",
        "content_type": "application/pdf",
        "size": len(PDF),
        "sha256": hashlib.sha256(PDF).hexdigest(),
        "url": f"http://127.0.0.1:8000/api/v1{path}/attachments/{file['id']}",
    }
    assert uploaded["Location"] == file["url"]

    reply = {"body": "In bijlage.", "kind": "public_reply", "attachment_ids": [file["id"]]}
    sent = town.official.post(f"{path}/messages", json=reply)
    again = town.official.post(f"{path}/messages", json=reply)

    assert sent.json()["attachments"] == [file]
    assert town.agent.get(f"{path}/messages").json()["items"][1]["attachments"] == [file]
    assert (again.status_code, pointers(again)) == (422, ["/attachment_ids"])
    assert Message.objects.count() == 2


def test_the_url_gives_the_bytes_with_the_same_token_and_never_shows_them(town, ticket, path):
    url = local(upload(town.official, path, name="pagina.html", content=b"<script>alert(1)</script>").json()["url"])

    answer = town.official.get(url)

    assert (answer.status_code, answer.received) == (200, b"<script>alert(1)</script>")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"] == 'attachment; filename="pagina.html"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("sandbox")


def test_a_file_is_seen_by_who_sees_its_message(town, ticket, path):
    waiting = local(upload(town.official, path).json()["url"])
    of_agent = upload(town.agent, path, name="nota.pdf").json()
    town.agent.post(
        f"{path}/messages", json={"body": "Nota", "kind": "internal_note", "attachment_ids": [of_agent["id"]]}
    )
    of_note = local(of_agent["url"])

    seen = {
        name: [getattr(town, name).get(url).status_code for url in (waiting, of_note)]
        for name in (
            "official",
            "agent",
            "integration",
            "colleague",
            "other_official",
            "agent_other_queue",
            "anonymous",
        )
    }

    assert seen == {
        "official": [200, 404],
        "agent": [200, 200],
        "integration": [200, 200],
        "colleague": [404, 404],
        "other_official": [404, 404],
        "agent_other_queue": [404, 404],
        "anonymous": [401, 401],
    }


def test_a_foreign_file_is_not_found_under_ones_own_ticket(town, ticket, path):
    own = factories.ticket("Van Fatima", by=factories.actor(town.users.other_official))
    file = upload(town.official, path).json()
    reply = {"body": "Van mij?", "kind": "public_reply", "attachment_ids": [file["id"]]}

    read = town.other_official.get(f"/tickets/{own.reference}/attachments/{file['id']}")
    taken = town.other_official.post(f"/tickets/{own.reference}/messages", json=reply)
    other_parent = town.agent.get(f"/tickets/{own.reference}/attachments/{file['id']}")

    assert (read.status_code, taken.status_code, pointers(taken)) == (404, 422, ["/attachment_ids"])
    assert other_parent.status_code == 404
    assert Attachment.objects.get().message is None


def test_a_file_somebody_else_uploaded_is_not_theirs_to_send(town, ticket, path):
    file = upload(town.official, path).json()

    answer = town.agent.post(
        f"{path}/messages", json={"body": "Nota", "kind": "internal_note", "attachment_ids": [file["id"]]}
    )

    assert (answer.status_code, pointers(answer)) == (422, ["/attachment_ids"])


def test_a_file_that_is_too_large_is_refused(town, ticket, path, settings):
    settings.MAX_FILE_BYTES = 10

    answer = upload(town.official, path, content=b"x" * 11)

    assert (answer.status_code, pointers(answer)) == (422, ["/file"])
    assert not Attachment.objects.exists()


def test_a_form_without_a_file_is_refused(town, ticket, path):
    answer = town.official.post(f"{path}/attachments", data={"file": "geen bestand"})

    assert (answer.status_code, pointers(answer)) == (422, ["/file"])


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\map\\brief.pdf", "brief.pdf"),
        ("naam\r\nX-Evil: 1.pdf", "naam X-Evil: 1.pdf"),
        ("\u202efdp.exe", "fdp.exe"),
        ("été 😀.pdf", "été 😀.pdf"),
        ("x" * 300 + ".pdf", "x" * 146 + ".pdf"),
    ],
)
def test_a_filename_is_cleaned(town, ticket, path, name, stored):
    boundary = b'--b\r\nContent-Disposition: form-data; name="file"; filename="%s"\r\n\r\nx\r\n--b--\r\n'
    escaped = name.replace("\r", "%0D").replace("\n", "%0A") if "\r" in name else name
    form = boundary.replace(b"%s", escaped.encode())

    answer = town.official.post(f"{path}/attachments", data=form, content_type="multipart/form-data; boundary=b")

    assert answer.status_code == 201, answer.content
    if "\r" not in name:
        assert answer.json()["filename"] == stored
    assert town.official.get(local(answer.json()["url"]))["Content-Disposition"].startswith("attachment; filename")


def test_an_upload_does_not_move_what_the_ticket_says(town, ticket, path):
    before = town.official.get(path).content
    upload(town.agent, path)

    assert town.official.get(path).content == before
