"""Every mail we ship, with sample data: readable in text and HTML, and fetching nothing."""

import re
from html.parser import HTMLParser

import pytest
from django.template.loader import render_to_string

from integrations.mail import reminders, reviews
from integrations.mail.compile import FOLDER, sources
from integrations.mail.letters import LETTERS

LINK = "https://loket.example/t/4fXo0p1v9b2k3m7q8s5t6u7w8x9y0zAB/"
SAMPLE = {
    "subject": "Onderwerp",
    "preview": "Voorbeeld",
    "reference": "AP-7K3M9Q-X",
    "link": LINK,
    "action": "Bekijk",
    "title": "AP-7K3M9Q-X",
    "day": "1 mei 2027",
    "asks_confirmation": True,
    "text": 'Beste An\n\nGebruik <een> & "andere" browser.',
    "attachments": [{"filename": "handleiding & meer.pdf", "size": 123_456}, {"filename": "scherm.png", "size": 99}],
}
NAMES = [path.stem for path in sources()]
every_mail = pytest.mark.parametrize("name", NAMES)


class Elements(HTMLParser):
    """What a mail program would open, follow or fetch."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


def test_every_kind_of_delivery_has_its_mail_and_no_mail_is_left_over():
    assert sorted([*(letter.template for letter in LETTERS.values()), reminders.TEMPLATE, reviews.TEMPLATE]) == NAMES


@every_mail
def test_a_mail_has_its_three_parts(name):
    assert sorted(path.name for path in FOLDER.glob(f"{name}.*")) == [
        f"{name}.html",
        f"{name}.mjml",
        f"{name}.subject.txt",
        f"{name}.txt",
    ]


@every_mail
def test_the_text_says_all_one_needs(name):
    subject = render_to_string(f"mail/{name}.subject.txt", SAMPLE).strip()
    text = render_to_string(f"mail/{name}.txt", SAMPLE)

    assert ("AP-7K3M9Q-X" in subject, "\n" in subject) == (True, False)
    assert "\nAP-7K3M9Q-X\n" in text
    assert f"\n{LINK}\n" in text
    assert re.search(r"\n{3,}", text.strip()) is None
    assert re.search(r"[{}]|&\w+;", text) is None


@every_mail
def test_the_html_is_dutch_and_for_light_and_dark(name):
    html = render_to_string(f"mail/{name}.html", SAMPLE)

    assert '<html lang="nl-BE" dir="ltr"' in html
    assert 'content="light dark" name="color-scheme"' in html
    assert "@media (prefers-color-scheme: dark)" in html
    assert "{{" not in html
    assert "{%" not in html


@every_mail
def test_the_html_fetches_nothing_and_links_only_to_the_question(name):
    html = render_to_string(f"mail/{name}.html", SAMPLE)
    elements = Elements(html)

    assert not set(elements.tags) & {"img", "link", "script", "iframe", "object", "form", "base", "video", "audio"}
    assert {value for attribute, value in elements.attributes if attribute in {"href", "src", "background"}} == {LINK}
    urls = set(re.findall(r"https?://[^\s\"'<>)]+", html))
    assert urls == {LINK, "http://www.w3.org/1999/xhtml"}
    assert "url(" not in html
    assert "@import" not in html


@every_mail
def test_a_mail_stays_under_what_mail_programs_cut_off(name):
    assert len(render_to_string(f"mail/{name}.html", SAMPLE).encode()) < 30_000


def test_an_answer_stands_in_both_parts_with_its_attachments():
    html = render_to_string("mail/reply.html", SAMPLE)
    text = render_to_string("mail/reply.txt", SAMPLE)

    assert "Beste An<br><br>Gebruik &lt;een&gt; &amp; &quot;andere&quot; browser." in html
    assert 'Beste An\n\nGebruik <een> & "andere" browser.' in text
    rows = re.findall(r"<tr><td>(.*?)</td></tr>", html)
    assert [row.split(" (")[0] for row in rows] == ["handleiding &amp; meer.pdf", "scherm.png"]
    assert "- handleiding & meer.pdf (" in text


def test_an_answer_without_attachments_speaks_of_none():
    without = SAMPLE | {"attachments": []}

    for part in ("html", "txt"):
        said = render_to_string(f"mail/reply.{part}", without)
        assert "scherm.png" not in said
        assert "attachments" not in said.lower()
        assert "bijlagen" not in said.lower()
