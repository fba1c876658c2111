from urllib.parse import quote

import pytest

from helpdesk.kernel import files
from helpdesk.tickets.content import store_upload
from helpdesk.tickets.models import Attachment
from helpdesk.tickets.services import NewMessage, add_note, reply_to_ticket
from tests import factories

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.fixture
def account(db):
    return factories.official("Els Maes")


def upload(account, name, content=b"Inhoud"):
    factories.ticket(by=factories.actor(account), uploads=(store_upload(filename=name, chunks=[content]),))
    return Attachment.objects.get()


def url_of(attachment):
    return f"/bijlagen/{attachment.pk}/"


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("plan.svg", "application/octet-stream"),
        ("pagina.html", "application/octet-stream"),
        ("pagina.xhtml", "application/octet-stream"),
        ("script.js", "application/octet-stream"),
        ("raar.pht", "application/octet-stream"),
        ("foto.png", "image/png"),
        ("plan.pdf", "application/pdf"),
    ],
)
def test_a_file_is_saved_never_shown(sign_in, fetch, account, name, content_type):
    attachment = upload(account, name, SVG)

    answer, content = fetch(sign_in(account), url_of(attachment))

    assert content == SVG
    assert answer["Content-Type"] == content_type
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Cache-Control"] == "private, no-store"


def test_a_type_that_got_into_the_table_is_not_believed(sign_in, fetch, account):
    attachment = upload(account, "pagina.txt", b"<script>")
    Attachment.objects.update(content_type="text/html")

    answer, _content = fetch(sign_in(account), url_of(attachment))
    assert answer["Content-Type"] == "application/octet-stream"


def test_a_name_with_accents_and_quotes_arrives(sign_in, fetch, account):
    attachment = upload(account, 'café "1".pdf')

    answer, _content = fetch(sign_in(account), url_of(attachment))

    assert answer["Content-Disposition"] == f"attachment; filename*=utf-8''{quote(attachment.filename)}"


def test_only_who_may_see_the_message_gets_the_file(client, sign_in, fetch, account):
    attachment = upload(account, "geheim.txt")
    queue = attachment.ticket.queue
    stranger, agent, other = (
        factories.official("Jan Janssens"),
        factories.agent(queues=(queue,)),
        factories.agent(queues=(factories.queue("elders"),)),
    )

    people = {"requester": account, "stranger": stranger, "agent": agent, "other agent": other}
    answers = {name: fetch(sign_in(who), url_of(attachment)) for name, who in people.items()}

    assert {name: answer.status_code for name, (answer, _content) in answers.items()} == {
        "requester": 200,
        "stranger": 404,
        "agent": 200,
        "other agent": 404,
    }
    assert client.get(url_of(attachment)).status_code == 302
    assert b"Inhoud" not in answers["stranger"][1]
    assert answers["requester"][1] == b"Inhoud"


def test_the_file_of_a_note_is_for_the_desk(sign_in, fetch, account):
    ticket = factories.ticket(by=factories.actor(account))
    agent = factories.agent(queues=(ticket.queue,))
    note = NewMessage(body="Nota", uploads=(store_upload(filename="nota.txt", chunks=[b"Geheim"]),))
    add_note(actor=factories.actor(agent), ticket=ticket, new=note)
    attachment = Attachment.objects.get()

    assert sign_in(account).get(url_of(attachment)).status_code == 404
    assert fetch(sign_in(agent), url_of(attachment))[0].status_code == 200


def test_access_to_a_file_ends_with_access_to_the_queue(sign_in, fetch, account):
    attachment = upload(account, "vraag.txt")
    agent = factories.agent(queues=(attachment.ticket.queue,))
    client = sign_in(agent)
    assert fetch(client, url_of(attachment))[0].status_code == 200

    attachment.ticket.queue.teams.clear()

    assert client.get(url_of(attachment)).status_code == 404


def test_an_agents_file_reaches_the_requester(sign_in, fetch, account):
    ticket = factories.ticket(by=factories.actor(account))
    agent = factories.actor(factories.agent(queues=(ticket.queue,)))
    answer = NewMessage(body="Zie bijlage", uploads=(store_upload(filename="stap.pdf", chunks=[b"1"]),))
    reply_to_ticket(actor=agent, ticket=ticket, new=answer)

    assert fetch(sign_in(account), url_of(Attachment.objects.get()))[0].status_code == 200


def test_head_sends_no_byte(sign_in, account):
    answer = sign_in(account).head(url_of(upload(account, "vraag.txt")))

    for close in answer._resource_closers:
        close()
    assert (answer.status_code, answer["Content-Length"]) == (200, "6")


def test_a_file_that_is_gone_is_no_page_and_is_logged(sign_in, account, caplog):
    attachment = upload(account, "weg.txt", b"Straks weg")
    files.path_of(attachment.sha256).unlink()

    assert sign_in(account).get(url_of(attachment)).status_code == 404
    assert str(attachment.pk) in caplog.text
