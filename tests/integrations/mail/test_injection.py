"""What people type must never become a header or a recipient."""

from email.header import decode_header, make_header
from email.utils import getaddresses

import pytest

from helpdesk.accounts.models import Person
from helpdesk.tickets.models import MessageDelivery
from integrations.mail.addresses import UndeliverableError, envelope_address, named
from tests import factories
from tests.integrations.mail.conftest import answer, newest_delivery, send_newest, text_of

pytestmark = pytest.mark.django_db
BAD = [
    "An\r\nBcc: evil@x.example",
    "An\nBcc: evil@x.example",
    "An=0D=0ABcc: evil@x.example",
    "An\u2028Bcc: evil@x.example",
    "An\x01\x0b\x85Bcc: evil@x.example",
    "An,evil@x.example",
    "An <evil@x.example>,",
    'An" <evil@x.example>, "',
    "An\\",
    "An (evil@x.example)",
    "An;evil@x.example:",
    "=?utf-8?q?An=0D=0ABcc:_evil@x.example?=",
    "An\u202eevil",
    "Ån Übel ☃ 中文" * 6,
    "An " * 60,
]
HEADERS = {
    "Content-Type", "MIME-Version", "Subject", "From", "To", "Reply-To", "Message-ID", "Date", "Content-Language",
    "In-Reply-To", "References",
}  # fmt: skip


@pytest.mark.parametrize("typed", BAD)
def test_a_typed_name_adds_no_header_and_no_recipient(mail_server, run_outbox, typed):
    ticket = factories.ticket(subject=typed, requester=("An", "an@aalter.example"))
    run_outbox()
    # Past every form: the row itself says it.
    Person.objects.filter(pk=ticket.requester_id).update(name=typed[:120])
    answer(ticket, "Antwoord")
    run_outbox()

    assert [arrived.rcpt_tos for arrived in mail_server.arrived] == [["an@aalter.example"]] * 2
    reply = mail_server.messages()[1]
    assert set(reply.keys()) == HEADERS
    assert len(reply.keys()) == len(HEADERS)
    assert addresses_in(reply["To"]) == ["an@aalter.example"]
    assert reply["Subject"].replace("\r\n", "").endswith(ticket.reference)


@pytest.mark.parametrize("typed", BAD)
def test_an_answer_stays_in_its_body(mail_server, question, run_outbox, typed):
    run_outbox()
    answer(question, f"{typed}\n.\nRCPT TO:<evil@x.example>\nFrom here on")
    run_outbox()

    reply = mail_server.messages()[1]
    assert mail_server.arrived[1].rcpt_tos == ["an.peeters@aalter.example"]
    assert set(reply.keys()) == HEADERS
    assert "\n.\nRCPT TO:<evil@x.example>\nFrom here on\n" in text_of(reply).replace("\r\n", "\n")


def test_html_in_an_answer_is_text(mail_server, question, run_outbox):
    run_outbox()
    answer(question, "<script>alert(1)</script> {{ link }} & <b>")
    run_outbox()

    reply = mail_server.messages()[1]
    html = reply.get_payload(1).get_payload(decode=True).decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ link }} &amp; &lt;b&gt;" in html
    assert "<script" not in html
    assert "<script>alert(1)</script> {{ link }} & <b>" in text_of(reply)


@pytest.mark.parametrize(
    "address",
    [
        "an@aalter.example\r\nRCPT TO:<evil@x.example>",
        "an@aalter.example,evil@x.example",
        "an@aalter.example>\r\nDATA",
        "an @aalter.example",
        "<an@aalter.example>",
        "an@aalter.example evil@x.example",
        "An <an@aalter.example>",
        "aalter.example",
        "an@",
        "",
        "\u2028an@aalter.example",
        "jörg@aalter.example",
    ],
)
def test_what_is_not_one_plain_address_is_refused_and_says_why(settings, mail_server, question, run_outbox, address):
    settings.DEMO = False
    run_outbox()
    mail_server.arrived.clear()
    MessageDelivery.objects.update(state="queued", address=address)
    send_newest()

    delivery = newest_delivery()
    assert (delivery.state, mail_server.arrived) == ("failed", [])
    assert delivery.last_error.endswith(" ".join(address.split()))
    with pytest.raises(UndeliverableError):
        envelope_address(address)


def test_an_internationalised_domain_is_mailed_in_its_ascii_form(mail_server, run_outbox):
    factories.ticket(requester=("An", "an@gemeente-één.example"))
    run_outbox()

    assert mail_server.arrived[0].rcpt_tos == ["an@xn--gemeente-n-j7aa.example"]
    assert mail_server.messages()[0]["To"] == "an@xn--gemeente-n-j7aa.example"


def test_a_name_with_accents_arrives_as_it_was_typed():
    assert named("Zoë D'Hérel", "z@aalter.example").isascii()
    assert str(make_header(decode_header(named("Zoë D'Hérel", "z@aalter.example")))) == "Zoë D'Hérel <z@aalter.example>"
    assert named("Peeters, An", "a@aalter.example") == '"Peeters, An" <a@aalter.example>'
    assert named("", "a@aalter.example") == "a@aalter.example"


def addresses_in(header: str) -> list[str]:
    return [address for _name, address in getaddresses([header])]
