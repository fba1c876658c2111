"""The HTML of a mail: on a page of its own, which runs nothing and loads nothing."""

import base64
import re

import pytest
from django.test import Client

from tests import factories
from tests.letters import file, html, letter

PNG = b"\x89PNG\r\n\x1a\n" + b"picture"


def picture(content: bytes, name: str = "logo.png", content_id: str = "logo"):
    part = file(name, content)
    part["Content-ID"] = f"<{content_id}>"
    return part


@pytest.fixture
def formatted(arrive):
    """Return the page of a mail with this HTML and these files."""

    def _formatted(text, *files):
        mail = arrive(letter(parts=(html(text), *files)))
        client = Client()
        client.force_login(factories.agent(queues=(mail.ticket.queue,)))
        return client.get(f"/desk/t/{mail.ticket.reference}/mail/1/opmaak/")

    return _formatted


def test_it_stands_in_a_sandbox_of_its_own(formatted):
    page = formatted("<p>Hallo <b>daar</b></p>")

    policy = dict(part.strip().partition(" ")[::2] for part in page["Content-Security-Policy"].split(";"))
    style = policy.pop("style-src")
    assert policy == {
        "sandbox": "allow-popups allow-popups-to-escape-sandbox",
        "default-src": "'none'",
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'self'",
    }
    assert re.fullmatch(r"'sha256-[A-Za-z0-9+/]{43}='", style)
    assert (page["X-Frame-Options"], page["Cache-Control"]) == ("SAMEORIGIN", "private, no-store")
    assert "<p>Hallo <b>daar</b></p>" in page.content.decode()


def test_a_picture_in_the_mail_is_shown_as_data(formatted):
    page = formatted('<img src="cid:logo">', picture(PNG))

    assert f'src="data:image/png;base64,{base64.b64encode(PNG).decode()}"' in page.content.decode()


@pytest.mark.parametrize("content", [b"<svg onload=alert(1)>", b"<html>", b""], ids=["svg", "html", "nothing"])
def test_what_is_no_picture_is_not_shown_whatever_its_name(formatted, content):
    text = formatted('<img src="cid:logo">', picture(content)).content.decode()

    assert "data:" not in text
    assert "cid:" not in text


def test_pictures_from_elsewhere_leave_words_in_their_place(formatted):
    text = formatted('<img src="https://elders.example/x.png" alt="logo van Aalter">').content.decode()

    assert "elders.example" not in text
    assert "afbeelding niet getoond" in text
    assert "logo van Aalter" in text


def test_a_picture_of_another_message_is_not_shown(formatted, arrive):
    arrive(letter("andere", parts=(html("x"), picture(PNG))))

    assert "data:image" not in formatted('<img src="cid:logo">').content.decode()


def test_a_mail_without_html_has_no_such_page(arrive):
    mail = arrive(letter())
    client = Client()
    client.force_login(factories.agent(queues=(mail.ticket.queue,)))

    assert client.get(f"/desk/t/{mail.ticket.reference}/mail/1/opmaak/").status_code == 404
    assert client.get(f"/desk/t/{mail.ticket.reference}/mail/1/").status_code == 200


def test_a_message_that_came_another_way_has_no_mail(arrive):
    ticket, client = factories.ticket(), Client()
    client.force_login(factories.agent(queues=(ticket.queue,)))

    for page in ("", "opmaak/", "bron/"):
        assert client.get(f"/desk/t/{ticket.reference}/mail/1/{page}").status_code == 404
