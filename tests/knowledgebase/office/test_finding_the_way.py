"""Who comes to the pages of editors, to which article, and what is told there."""

import re

import pytest

from helpdesk.accounts.actors import System, Visitor
from knowledgebase import services
from knowledgebase.models import Article
from tests import factories
from tests.knowledgebase.office.browsing import (
    TYPED,
    door,
    office,
    page,
    published_anew,
)

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


@pytest.mark.parametrize(("role", "is_led_there"), [("editor", True), ("admin", True), ("analyst", False)])
def test_who_may_edit_is_led_to_the_pages_of_editors(role, is_led_there):
    assert ('href="/kennis/redactie/"' in page(door("Wie", role), "/melden/")) is is_led_there


def test_an_agent_reaches_the_own_drafts_alone(agent, editor):
    agent.post("/kennis/redactie/nieuw/", TYPED)
    mine, other = Article.objects.get(), factories.article("Ander", published=False)

    assert page(agent, office(mine))
    assert agent.get(office(other)).status_code == 404
    assert "Ander" not in page(agent, "/kennis/redactie/")
    assert "Getypt" in page(agent, "/kennis/redactie/")
    assert "Getypt" in page(editor, "/kennis/redactie/?lijst=klad")


def test_an_agent_who_looks_after_an_article_is_told_where_to_say_what_is_wrong(agent):
    agent.post("/kennis/redactie/nieuw/", TYPED)
    article = Article.objects.get()
    assert "#oordeel" not in page(agent, office(article))
    services.submit_for_review(actor=System(), article=article)
    services.approve(actor=System(), article=article)

    assert f'href="/kennis/{article.slug}/#oordeel"' in page(agent, office(article))
    assert 'id="oordeel"' in page(agent, f"/kennis/{article.slug}/")


def test_who_looks_after_an_article_reads_why_it_did_not_help_and_of_which_text_that_was_said(editor):
    article = factories.article()
    services.record_feedback(actor=Visitor(), article=article, helpful=False, reason="De knop <b>heet</b> nu anders.")
    services.record_feedback(actor=Visitor(), article=article, helpful=True)
    published_anew(article)
    services.record_feedback(actor=Visitor(), article=article, helpful=True, reason="Nu wel duidelijk.")

    said = page(editor, office(article)).partition('id="oordelen"')[2].partition("</section>")[0]

    assert "De knop &lt;b&gt;heet&lt;/b&gt; nu anders." in said
    assert re.findall(r"(Nu wel|De knop|versie \d)", said) == ["versie 2", "Nu wel", "versie 1", "De knop"]
    assert said.count("<li>") == 2


def test_who_looks_after_an_article_sees_how_often_it_was_given_as_an_answer(editor):
    article = factories.article()
    for where in ("message:1", "message:2", "message:2"):
        services.record_use(actor=System(), article=article, where=where)

    assert re.search(r"<dd>2 (times|keer)</dd>", page(editor, office(article)))


def test_readers_links_lead_writers_to_what_is_not_published(editor, agent):
    article = factories.article(published=False)

    assert editor.get(f"/kennis/{article.slug}/")["Location"] == office(article)
    assert agent.get(f"/kennis/{article.slug}/").status_code == 404


def test_a_list_says_once_that_a_text_is_read_over(editor):
    new, known = factories.article("Nieuw", published=False), factories.article("Bekend")
    services.save_revision(actor=System(), article=known, text=factories.text("Bekend, anders"), based_on=1)
    for article in (new, known):
        services.submit_for_review(actor=System(), article=article)
    states = re.findall(
        r'<td data-label="Status">(.*?)</td>', page(editor, "/kennis/redactie/?lijst=nazicht"), re.DOTALL
    )

    assert [" ".join(state.split()) for state in states] == [
        "wordt nagelezen",
        "gepubliceerd · tekst die nagelezen wordt",
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_asks_the_same_of_the_database_however_long_it_is(editor, assert_statements, count):
    for number in range(count):
        factories.article(f"Titel {number}", owner=factories.user(f"Eigenaar {number}"))
    with assert_statements(12):
        page(editor, "/kennis/redactie/?lijst=gepubliceerd")
