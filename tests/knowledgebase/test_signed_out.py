"""The session is over while somebody writes: nothing typed is lost, and no page stands inside another."""

import re

import pytest
from django.test import Client

from knowledgebase.models import Article, ArticleDraft
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.engines]

TYPED = {
    "title": "Een nieuwe titel",
    "summary": "Kort.",
    "body_markdown": "Een uur werk.\n\n<b>vet</b>",
    "significance": "typo",
    "comment": "Punt gezet",
    "based_on": "1",
}
HTMX = {"HX-Request": "true"}


@pytest.fixture
def writer():
    """A browser that checks tokens, its session about to end."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(factories.user("Sofie", roles=("editor",)))
    return client


def token_in(response) -> str:
    return re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', response.content.decode())[1]


def opened(client, article) -> dict[str, str]:
    """Return what a form has once its page is open, and end the session."""
    token = token_in(client.get(f"/kennis/redactie/{article.pk}/"))
    client.cookies.pop("session")
    return {"csrfmiddlewaretoken": token}


def fields_of(html: str) -> dict[str, str]:
    hidden = dict(re.findall(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"', html))
    return {name: value for name, value in hidden.items() if name in TYPED}


def test_a_text_that_is_saved_too_late_comes_back_whole(writer):
    article = factories.article()
    response = writer.post(f"/kennis/redactie/{article.pk}/", {**TYPED, **opened(writer, article)})
    html = response.content.decode()

    assert response.status_code == 401
    assert 'value="Een nieuwe titel"' in html
    assert "Een uur werk.\n\n&lt;b&gt;vet&lt;/b&gt;" in html
    assert fields_of(html) == {"significance": "typo", "comment": "Punt gezet", "based_on": "1"}
    assert f'action="/kennis/redactie/{article.pk}/"' in html
    assert 'href="/aanmelden/?next=/kennis/redactie/" target="_blank"' in html
    assert article.revisions.count() == 1


def test_who_signed_in_again_beside_it_saves_it_after_all(writer):
    article = factories.article()
    late = writer.post(f"/kennis/redactie/{article.pk}/", {**TYPED, **opened(writer, article)})
    writer.force_login(factories.user("Sofie", roles=("editor",)))
    # Signing in changes the token, so what stands in the page is refused once, and shown again.
    writer.cookies["csrftoken"] = "x" * 32
    again = writer.post(f"/kennis/redactie/{article.pk}/", {**TYPED, "csrfmiddlewaretoken": token_in(late)})
    assert again.status_code == 403
    assert "Een uur werk." in again.content.decode()
    saved = writer.post(f"/kennis/redactie/{article.pk}/", {**TYPED, "csrfmiddlewaretoken": token_in(again)})

    assert saved.status_code == 303
    article.refresh_from_db()
    assert article.current_revision.title == "Een nieuwe titel"


def test_a_new_article_and_a_picture_keep_the_text_too(writer):
    article = factories.article()
    token = opened(writer, article)
    new = writer.post(
        "/kennis/redactie/nieuw/", {**TYPED, "tekst": "0" * 32, "application": "loket", **token}
    ).content.decode()
    picture = writer.post(
        f"/kennis/redactie/{article.pk}/beeld/", {**TYPED, **token, "image": factories.picture()}
    ).content.decode()

    assert 'action="/kennis/redactie/nieuw/"' in new
    assert f'<input type="hidden" name="tekst" value="{"0" * 32}">' in new
    assert '<input type="hidden" name="application" value="loket">' in new
    assert f'action="/kennis/redactie/{article.pk}/"' in picture
    assert "Een uur werk." in new
    assert "Een uur werk." in picture
    assert Article.objects.count() == 1


@pytest.mark.parametrize("part", ["nieuw/bewaren/", "{pk}/bewaren/", "voorbeeld/"])
def test_what_is_sent_while_typing_is_answered_in_a_line_and_never_with_a_page(writer, part):
    article = factories.article()
    address = f"/kennis/redactie/{part.format(pk=article.pk)}"
    response = writer.post(address, {**TYPED, **opened(writer, article)}, headers=HTMX)
    html = response.content.decode()

    assert response.status_code == 401
    assert "<form" not in html
    assert "<h1" not in html
    assert 'target="_blank"' in html
    assert ArticleDraft.objects.count() == 0


def test_a_picture_sent_by_a_program_says_why_not(writer):
    article = factories.article()
    response = writer.post(
        f"/kennis/redactie/{article.pk}/beeld/",
        {**opened(writer, article), "image": factories.picture()},
        headers={"Accept": "application/json"},
    )

    assert response.status_code == 401
    assert response.json()["markdown"] == ""
    assert response.json()["error"]


def test_who_is_not_signed_in_learns_nothing_of_an_article(writer):
    article = factories.article("Geheim", published=False)
    token = opened(writer, article)
    there = writer.post(f"/kennis/redactie/{article.pk}/", {**TYPED, **token}).content.decode()
    nowhere = writer.post("/kennis/redactie/999999/", {**TYPED, **token})

    assert nowhere.status_code == 401
    assert "Geheim" not in there
    assert writer.get(f"/kennis/redactie/{article.pk}/").status_code == 302
