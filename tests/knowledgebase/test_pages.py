"""What readers see of the knowledge base, in the browser and in programs."""

import re
from xml.etree import ElementTree as ET

import pytest
from django.core.cache import cache
from django.test import Client

from helpdesk.accounts.actors import System, Visitor
from helpdesk.kernel.limits import Limit
from helpdesk.search.sources import Wanted
from knowledgebase import services
from knowledgebase.content import Card
from knowledgebase.models import ArticleFeedback
from knowledgebase.search import Articles
from knowledgebase.views import reading
from tests import factories

pytestmark = pytest.mark.django_db

BODY = (
    "Voor iedereen.\n\n::: als itsme\nOpen itsme.\n:::\n\n"
    "::: als eid\nSteek uw kaart in.\n:::\n\n::: als ocmw\nVraag het.\n:::\n"
)


@pytest.fixture
def signed_in(client):
    client.force_login(factories.official())
    return client


def page(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, response.status_code
    return response.content.decode()


def hidden_parts(html: str) -> set[str]:
    return set(re.findall(r'data-when="([^"]*)" hidden', html))


def test_a_reader_sees_the_published_text_and_its_sources(client):
    factories.article(body="Open de **app**.", sources=["https://www.itsme-id.com/nl-BE"])
    html = page(client, "/kennis/aanmelden-met-itsme/")

    assert '<h1 class="accented">Aanmelden met itsme</h1>' in html
    assert "<strong>app</strong>" in html
    assert 'href="https://www.itsme-id.com/nl-BE"' in html


def test_who_searches_in_the_address_of_the_first_page_comes_to_the_results(client):
    response = client.get("/kennis/?q=itsme+%26+eID&thema=login")

    assert (response.status_code, response.headers["Location"]) == (302, "/zoeken/?q=itsme+%26+eID")
    assert client.get("/kennis/?q=+").status_code == 200


@pytest.mark.parametrize("sign", ['"', "é", "a\u0301"])
def test_of_a_search_in_the_address_that_is_far_too_long_the_beginning_is_looked_for(client, sign):
    response = client.get("/kennis/", {"q": sign * 10_000}, follow=True)

    assert (response.status_code, response.request["PATH_INFO"]) == (200, "/zoeken/")


def test_an_address_chooses_the_parts_a_reader_sees(client):
    factories.article(body=BODY)

    assert hidden_parts(page(client, "/kennis/aanmelden-met-itsme/")) == set()
    assert hidden_parts(page(client, "/kennis/aanmelden-met-itsme/?met=itsme&bestuur=gemeente")) == {"eid", "ocmw"}
    assert hidden_parts(page(client, "/kennis/aanmelden-met-itsme/?met=onzin")) == set()


def test_only_questions_that_make_a_difference_are_asked(client):
    factories.article(body="::: als itsme\nx\n:::")
    html = page(client, "/kennis/aanmelden-met-itsme/")

    assert 'data-parameter="met"' in html
    assert 'data-parameter="bestuur"' not in html
    assert '<a href="?met=itsme" data-value="itsme">' in html


def test_who_comes_by_an_old_address_is_sent_on_with_the_choices(client):
    article = factories.article()
    services.move_article(actor=factories.editor(), article=article, slug="itsme")
    response = client.get("/kennis/aanmelden-met-itsme/?met=itsme")

    assert (response.status_code, response["Location"]) == (301, "/kennis/itsme/?met=itsme")


@pytest.mark.parametrize("audience", ["officials", "agents"])
def test_what_is_not_for_a_visitor_is_nowhere(client, audience):
    article = factories.article("Geheim", audience=audience, categories=[factories.category()])
    services.move_article(actor=factories.editor(), article=article, slug="elders")

    for address in ("/kennis/elders/", "/kennis/geheim/"):
        page(client, address, 404)
    for address in ("/kennis/", "/kennis/feed.atom", "/sitemap.xml", "/kennis/?thema=toegang.geen_recht"):
        html = page(client, address)
        assert "Geheim" not in html
        assert "elders" not in html
    assert client.post("/kennis/elders/oordeel/", {"helpful": "yes"}).status_code == 404
    assert ArticleFeedback.objects.count() == 0


def test_an_official_who_signed_in_finds_what_is_for_officials_but_not_in_the_site_map(signed_in):
    factories.article("Voor ambtenaren", audience="officials", categories=[factories.category()])

    assert "Voor ambtenaren" in page(signed_in, "/kennis/voor-ambtenaren/")
    assert "Voor ambtenaren" in page(signed_in, "/kennis/feed.atom")
    assert "toegang.geen_recht" in page(signed_in, "/kennis/")
    assert "Voor ambtenaren" in page(signed_in, "/kennis/?thema=toegang.geen_recht")
    assert "voor-ambtenaren" not in page(signed_in, "/sitemap.xml")


def test_drafts_and_archived_articles_are_not_there(client):
    factories.article("Klad", published=False)
    services.archive_article(actor=factories.editor(), article=factories.article("Weg"))

    page(client, "/kennis/klad/", 404)
    page(client, "/kennis/weg/", 404)


def test_the_feed_and_the_site_map_are_good_xml_with_whole_addresses(client, settings):
    factories.article("A & B")
    feed = ET.fromstring(page(client, "/kennis/feed.atom"))  # noqa: S314 - ours
    site = ET.fromstring(page(client, "/sitemap.xml"))  # noqa: S314 - ours

    assert [title.text for title in feed.iter("{http://www.w3.org/2005/Atom}title")][1:] == ["A & B"]
    places = [place.text for place in site.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert places[-1] == f"{settings.BASE_URL}/kennis/a-b/"
    assert f"Sitemap: {settings.BASE_URL}/sitemap.xml\n" in page(client, "/robots.txt")


def test_an_article_that_moves_stays_one_entry_of_the_feed(client):
    article = factories.article()

    def entry() -> tuple[str, str]:
        feed = client.get("/kennis/feed.atom").content.decode().partition("<entry>")[2]
        return re.search("<id>(.*)</id>", feed)[1], re.search('href="([^"]*)"', feed)[1]

    before = entry()
    services.move_article(actor=factories.SYSTEM, article=article, slug="anders")
    after = entry()

    assert before[0] == after[0]
    assert before[1].endswith("/kennis/aanmelden-met-itsme/")
    assert after[1].endswith("/kennis/anders/")


def test_languages_are_linked_both_ways_and_an_old_translation_says_so(client):
    article = factories.article()
    factories.article("S'identifier", language="fr", original=article)
    editor = factories.editor()
    text = factories.text("Nieuw")
    services.save_revision(actor=editor, article=article, text=text, based_on=1)
    services.submit_for_review(actor=editor, article=article)
    services.approve(actor=editor, article=article)

    html = page(client, "/kennis/sidentifier/")
    assert 'hreflang="nl"' in html
    assert '<article class="reading__text stack stack--l" lang="fr">' in html
    assert "notice--warning" in html
    assert 'hreflang="fr"' in page(client, "/kennis/aanmelden-met-itsme/")


def test_feedback_is_noted_for_the_text_that_was_read(client):
    factories.article()
    response = client.post(
        "/kennis/aanmelden-met-itsme/oordeel/", {"helpful": "no", "reason": "Te kort", "revision": "1"}
    )

    assert (response.status_code, response["Location"]) == (303, "/kennis/aanmelden-met-itsme/")
    noted = ArticleFeedback.objects.get()
    assert (noted.helpful, noted.reason, noted.revision.number) == (False, "Te kort", 1)


def test_feedback_is_noted_when_the_article_got_another_name_since_its_page_was_opened(client):
    article = factories.article()
    services.move_article(actor=System(), article=article, slug="itsme")
    response = client.post("/kennis/aanmelden-met-itsme/oordeel/?met=eid", {"helpful": "no", "reason": "Te kort"})

    assert (response.status_code, response["Location"]) == (303, "/kennis/itsme/?met=eid")
    assert ArticleFeedback.objects.get().reason == "Te kort"


@pytest.mark.parametrize("chosen", ["", "?met=itsme&bestuur=ocmw"])
def test_who_says_what_it_was_worth_stays_with_what_was_chosen(client, chosen):
    address = factories.article(body=BODY).slug
    shown = page(client, f"/kennis/{address}/{chosen}")
    response = client.post(f"/kennis/{address}/oordeel/{chosen}", {"helpful": "yes"})

    assert f'action="/kennis/{address}/oordeel/{chosen.replace("&", "&amp;")}"' in shown
    assert response["Location"] == f"/kennis/{address}/{chosen}"


@pytest.mark.parametrize("said", [{}, {"helpful": "misschien"}, {"helpful": "yes", "reason": "x" * 1001}])
def test_feedback_that_says_nothing_is_asked_again_with_what_was_typed(client, said):
    factories.article()
    response = client.post("/kennis/aanmelden-met-itsme/oordeel/", {"reason": "Bewaar dit", **said})

    assert response.status_code == 422
    assert said.get("reason", "Bewaar dit") in response.content.decode()
    assert ArticleFeedback.objects.count() == 0


def test_a_program_that_fills_everything_in_is_not_counted(client):
    factories.article()
    client.post("/kennis/aanmelden-met-itsme/oordeel/", {"helpful": "yes", "website": "x"})

    assert ArticleFeedback.objects.count() == 0


def test_too_much_feedback_from_one_address_waits_and_keeps_what_was_typed(client, one_window, monkeypatch):
    factories.article()
    cache.clear()
    monkeypatch.setattr(reading, "FEEDBACK", Limit("article-feedback", times=1, seconds=600))
    said = {"helpful": "yes", "reason": "Bewaar dit"}
    client.post("/kennis/aanmelden-met-itsme/oordeel/", said)
    response = client.post("/kennis/aanmelden-met-itsme/oordeel/", said)

    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0
    assert "Bewaar dit" in response.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_pages_ask_the_same_of_the_database_however_much_there_is(client, assert_statements, count):
    category, application = factories.category(), factories.application()
    for number in range(count + 1):
        made = factories.article(f"Titel {number}", categories=[category], applications=[application])
        services.record_use(actor=factories.SYSTEM, article=made, where="x")
    assert_pages = (("/kennis/", 4), ("/kennis/?thema=toegang.geen_recht", 3), ("/kennis/titel-0/", 6))
    for address, number in assert_pages:
        with assert_statements(number):
            page(client, address)


def test_what_is_most_alike_is_named_beside_an_article(client):
    category, application = factories.category(), factories.application()
    factories.article("Dit", categories=[category], applications=[application])
    factories.article("Zelfde toepassing", applications=[application])
    factories.article("Alles gelijk", categories=[category], applications=[application])
    factories.article("Verborgen", categories=[category], audience="agents")
    factories.article("Niets gelijk")
    html = page(client, "/kennis/dit/")

    assert html.index("Alles gelijk") < html.index("Zelfde toepassing")
    assert "Verborgen" not in html
    assert "Niets gelijk" not in html


def wanting(*words):
    return Wanted(words=words, filters={}, without={}, limit=10)


def test_what_is_found_of_an_article_is_all_of_its_text_and_checked_again_for_who_asks():
    article = factories.article(body=BODY, audience="officials", categories=[factories.category()])
    factories.article("Klad", published=False)
    source = Articles()
    (document,) = source.documents(list(source.ids()))

    assert (document.title, document.audience) == ("Aanmelden met itsme", {"officials"})
    assert document.text == "Zo meldt u aan.\nVoor iedereen.\nOpen itsme.\nSteek uw kaart in.\nVraag het."
    assert document.facets == {"application": (), "category": ("toegang.geen_recht",), "language": ("nl",)}
    official = factories.actor(factories.official())
    assert source.audience_of(official) >= document.audience
    assert source.audience_of(Visitor()).isdisjoint(document.audience)
    assert source.shown(official, [article.pk])[article.pk].url == "/kennis/aanmelden-met-itsme/"
    assert source.shown(Visitor(), [article.pk]) == {}
    assert source.matching(official, wanting("kaart", "itsme")) == [article.pk]
    assert source.matching(Visitor(), wanting("kaart")) == []
    services.change_card(actor=factories.SYSTEM, article=article, card=Card(audience="agents"))
    assert source.shown(official, [article.pk]) == {}
    assert source.documents([article.pk])[0].version > document.version


def test_what_is_shown_of_a_text_on_one_line_does_not_run_a_heading_into_what_follows():
    factories.article(body="## Wat u ziet\n\nHet scherm zegt ‘Er ging iets fout.’\n\n## En nu?\n\n- wacht;\n- bel\n")
    source = Articles()
    (document,) = source.documents(list(source.ids()))

    told = "Zo meldt u aan.\nWat u ziet.\nHet scherm zegt ‘Er ging iets fout.’\nEn nu?\nwacht;\nbel."
    assert document.text == told
