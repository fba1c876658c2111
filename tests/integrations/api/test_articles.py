"""Reading articles over the API, and saying whether one helped."""

from datetime import date

import pytest
from django.conf import settings

from helpdesk.kernel.limits import Limit
from integrations.api.endpoints import articles as endpoint
from integrations.api.models import IdempotentAnswer
from knowledgebase import services
from knowledgebase.models import Article, ArticleFeedback
from tests import factories
from tests.integrations.api.problems import pointers

pytestmark = pytest.mark.django_db


def slugs(answer):
    assert answer.status_code == 200, answer.content
    return [item["slug"] for item in answer.json()["items"]]


def rewritten(article, title="Nieuwe titel", body="Geheime nieuwe tekst.", by=factories.SYSTEM):
    """A newer text that readers do not have yet."""
    article.refresh_from_db()
    services.save_revision(
        actor=by, article=article, text=factories.text(title, body), based_on=article.current_revision.number
    )


def test_an_article_tells_everything_of_the_contract(press):
    article = factories.article(
        "Aanmelden met itsme",
        body="Open de **app**.\n\n<script>alert(1)</script>",
        applications=[factories.application("loket"), factories.application("berichten")],
        categories=[factories.category("aanmelden.itsme")],
        verify_by=date(2027, 5, 1),
    )

    shown = press.anonymous.get("/articles/aanmelden-met-itsme").json()

    assert shown == {
        "slug": "aanmelden-met-itsme",
        "language": "nl",
        "title": "Aanmelden met itsme",
        "summary": "Zo meldt u aan.",
        "body_markdown": "Open de **app**.\n\n<script>alert(1)</script>",
        "body_html": "<p>Open de <strong>app</strong>.</p>\n<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n",
        "state": "published",
        "audience": "public",
        "applications": ["berichten", "loket"],
        "categories": ["aanmelden.itsme"],
        "verify_by": "2027-05-01",
        "revision": 1,
        "published_revision": 1,
        "updated_at": article.published_at.isoformat().replace("+00:00", "Z"),
    }


def test_readers_keep_the_published_text_and_see_no_sign_of_a_newer_one(press, reindex):
    article = factories.article("Oude titel", body="Oude tekst.")
    before = press.official.get(f"/articles/{article.slug}")

    rewritten(article)
    reindex()
    after = press.official.get(f"/articles/{article.slug}")

    assert (after.content, after["ETag"]) == (before.content, before["ETag"])
    assert slugs(press.official.get("/articles?q=geheime")) == []
    assert b"Geheime" not in press.reading_agent.get("/articles").content
    newest = press.editor.get(f"/articles/{article.slug}").json()
    assert (newest["title"], newest["state"]) == ("Nieuwe titel", "work_in_progress")
    assert (newest["revision"], newest["published_revision"]) == (2, 1)


def test_a_list_of_published_articles_shows_an_editor_what_readers_see(press):
    article = factories.article("Oude titel")
    rewritten(article)

    [published] = press.editor.get("/articles?state=published").json()["items"]
    [newest] = press.editor.get("/articles").json()["items"]

    assert (published["title"], published["state"], published["revision"]) == ("Oude titel", "published", 1)
    assert (newest["title"], newest["state"], newest["revision"]) == ("Nieuwe titel", "work_in_progress", 2)


def test_a_writer_of_an_own_draft_reads_no_text_an_editor_wrote_after_publication(press):
    writer = factories.actor(press.accounts.agent)
    article = factories.article("Van de agent", by=writer)
    rewritten(article)
    services.archive_article(actor=factories.SYSTEM, article=article)

    shown = press.agent.get(f"/articles/{article.slug}").json()

    assert (shown["title"], shown["state"], shown["revision"]) == ("Van de agent", "archived", 1)
    assert slugs(press.agent.get("/articles?q=geheime&state=archived")) == []
    assert slugs(press.agent.get("/articles?state=archived")) == [article.slug]
    assert press.other_agent.get(f"/articles/{article.slug}").status_code == 404


@pytest.fixture
def in_each_state(press):
    factories.article("Gepubliceerd")
    factories.article("In werk", published=False)
    in_review = factories.article("Ter nazicht", published=False)
    services.submit_for_review(actor=factories.SYSTEM, article=in_review)
    gone = factories.article("Weg")
    services.archive_article(actor=factories.SYSTEM, article=gone)
    newer = factories.article("Met een nieuwere tekst")
    rewritten(newer, "Nog niet klaar")


@pytest.mark.parametrize(
    ("query", "for_editor", "for_reader"),
    [
        ("", ["gepubliceerd", "in-werk", "ter-nazicht", "weg", "met-een-nieuwere-tekst"], True),
        ("state=published", ["gepubliceerd", "met-een-nieuwere-tekst"], True),
        ("state=work_in_progress", ["in-werk", "met-een-nieuwere-tekst"], False),
        ("state=in_review", ["ter-nazicht"], False),
        ("state=archived", ["weg"], False),
        ("state=archived&state=in_review", ["ter-nazicht", "weg"], False),
    ],
)
def test_the_state_narrows_down_what_one_may_read(press, in_each_state, query, for_editor, for_reader):
    published = ["gepubliceerd", "met-een-nieuwere-tekst"] if for_reader else []

    assert slugs(press.editor.get(f"/articles?{query}")) == for_editor
    assert slugs(press.integration.get(f"/articles?{query}")) == for_editor
    for reader in (press.anonymous, press.official, press.reading_agent, press.reading_editor):
        assert slugs(reader.get(f"/articles?{query}")) == published
    if query:
        states = {state.removeprefix("state=") for state in query.split("&")}
        assert {item["state"] for item in press.editor.get(f"/articles?{query}").json()["items"]} == states


def test_the_application_narrows_down(press):
    factories.article("Over het loket", applications=[factories.application("loket")])
    factories.article("Over berichten", applications=[factories.application("berichten"), factories.application()])
    factories.article("Over niets")

    assert slugs(press.anonymous.get("/articles?application=berichten")) == ["over-berichten"]
    assert slugs(press.anonymous.get("/articles?application=loket")) == ["over-het-loket", "over-berichten"]
    assert slugs(press.anonymous.get("/articles?application=onbekend")) == []


def test_words_find_what_readers_see_the_best_first(press, reindex):
    factories.article("Een recht toekennen", summary="In itsme gaat dat niet.", body="Vraag het.")
    itsme = factories.article("Aanmelden met itsme", applications=[factories.application("loket")])
    rewritten(itsme)
    factories.article("Itsme voor agents", audience="agents")
    reindex()

    assert slugs(press.anonymous.get("/articles?q=itsmee")) == ["aanmelden-met-itsme", "een-recht-toekennen"]
    assert slugs(press.anonymous.get("/articles?q=itsme&application=loket")) == ["aanmelden-met-itsme"]
    assert slugs(press.anonymous.get("/articles?q=kerkfabriek")) == []
    assert set(slugs(press.reading_agent.get("/articles?q=itsme&state=published"))) == {
        "aanmelden-met-itsme", "een-recht-toekennen", "itsme-voor-agents"
    }  # fmt: skip
    found = press.editor.get("/articles?q=itsme&application=loket").json()["items"]
    assert [(item["title"], item["state"]) for item in found] == [("Aanmelden met itsme", "published")]


def test_what_is_found_is_cut_into_pages_too(press, reindex):
    for number in range(3):
        factories.article(f"Itsme {number}")
    reindex()

    first = press.anonymous.get("/articles?q=itsme&limit=2")
    second = press.anonymous.get(first.json()["next"].removeprefix(settings.BASE_URL))

    assert (len(slugs(first)), len(slugs(second)), second.json()["next"]) == (2, 1, None)
    assert sorted(slugs(first) + slugs(second)) == ["itsme-0", "itsme-1", "itsme-2"]
    assert press.anonymous.get("/articles?q=itsme&cursor=onzin").status_code == 400


def test_what_is_found_goes_on_after_the_last_that_was_shown(press, reindex):
    for number in range(5):
        factories.article(f"Itsme {number}")
    reindex()
    everything = slugs(press.anonymous.get("/articles?q=itsme"))

    first = press.anonymous.get("/articles?q=itsme&limit=2")
    factories.article("Itsme itsme itsme", summary="Itsme.", body="Itsme.")
    factories.article("Itsme", summary="Itsme.", body="Itsme.")
    reindex()
    second = press.anonymous.get(first.json()["next"].removeprefix(settings.BASE_URL))
    services.archive_article(actor=factories.SYSTEM, article=Article.objects.get(slug=slugs(second)[-1]))
    reindex()
    third = press.anonymous.get(second.json()["next"].removeprefix(settings.BASE_URL))

    assert slugs(first) + slugs(second) + slugs(third) == everything
    assert third.json()["next"] is None


def test_every_article_that_is_found_is_shown_once_whatever_the_size_of_a_page(press, reindex):
    for number in range(25):
        factories.article(f"Itsme {number}")
    reindex()
    everything = slugs(press.anonymous.get("/articles?q=itsme"))

    for limit in (1, 7, 24, 25):
        found, address = [], f"/articles?q=itsme&limit={limit}"
        while address:
            page = press.anonymous.get(address)
            found += slugs(page)
            address = (page.json()["next"] or "").removeprefix(settings.BASE_URL)
        assert found == everything, limit
    assert len(set(everything)) == 25


def test_an_article_that_comes_between_two_pages_of_all_shows_none_twice(press):
    for number in range(3):
        factories.article(f"Artikel {number}")

    first = press.anonymous.get("/articles?limit=2")
    services.archive_article(actor=factories.SYSTEM, article=Article.objects.get(slug="artikel-0"))
    factories.article("Artikel 3")
    second = press.anonymous.get(first.json()["next"].removeprefix(settings.BASE_URL))

    assert (slugs(first), slugs(second)) == (["artikel-0", "artikel-1"], ["artikel-2", "artikel-3"])


@pytest.mark.parametrize(("query", "pointer"), [
    ("application=%00", "/application"), ("application=loket%00", "/application"), ("state=%00", "/state"),
    ("application=loket&application=berichten", "/application"), ("q=een&q=twee", "/q"),
])  # fmt: skip
def test_a_filter_that_cannot_be_understood_is_refused_and_never_left_out(press, query, pointer):
    factories.article("Over het loket", applications=[factories.application("loket")])

    answer = press.anonymous.get(f"/articles?{query}")

    assert (answer.status_code, pointers(answer)) == (422, [pointer])


@pytest.mark.parametrize("state", ["", "&state=work_in_progress", "&state=published"])
def test_signs_that_name_nothing_find_nothing(press, reindex, state):
    factories.article("Klaar")
    factories.article("Begonnen", published=False)
    reindex()

    assert slugs(press.editor.get(f"/articles?q=%00{state}")) == []
    assert slugs(press.editor.get(f"/articles?q=%E2%80%AE+%00{state}")) == []


def test_words_are_looked_for_in_drafts_for_who_may_write_them(press):
    factories.article("Aanmelden met itsme", body="Open de app.", published=False)
    factories.article("Itsme en niets anders", body="Leeg.", published=False)

    assert slugs(press.editor.get("/articles?q=itsme+app&state=work_in_progress")) == ["aanmelden-met-itsme"]
    assert slugs(press.official.get("/articles?q=itsme&state=work_in_progress")) == []


def test_a_list_is_cut_into_pages(press):
    for number in range(3):
        factories.article(f"Artikel {number}")

    first = press.anonymous.get("/articles?limit=2")
    second = press.anonymous.get(first.json()["next"].removeprefix(settings.BASE_URL))

    assert first["Link"] == f'<{first.json()["next"]}>; rel="next"'
    assert slugs(first) + slugs(second) == ["artikel-0", "artikel-1", "artikel-2"]
    assert second.json()["next"] is None


def test_an_etag_spares_the_second_reading(press):
    path = f"/articles/{factories.article().slug}"
    first = press.anonymous.get(path)

    again = press.anonymous.get(path, If_None_Match=first["ETag"])

    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])


def test_an_old_name_leads_to_the_new_one_for_who_may_read_it(press):
    public, hidden = factories.article("Oud"), factories.article("Ook oud", audience="agents")
    for article, name in ((public, "nieuw-adres"), (hidden, "ander-adres")):
        services.move_article(actor=factories.SYSTEM, article=article, slug=name)

    moved = press.anonymous.get("/articles/oud")

    assert (moved.status_code, moved["Location"]) == (301, f"{settings.BASE_URL}/api/v1/articles/nieuw-adres")
    assert press.anonymous.get("/articles/ook-oud").status_code == 404
    assert press.reading_agent.get("/articles/ook-oud").status_code == 301


# --- Feedback


def test_everybody_may_say_whether_an_article_helped(press):
    article = factories.article()

    answer = press.anonymous.post(
        f"/articles/{article.slug}/feedback", json={"helpful": False, "reason": "Mijn nummer is 93.05.18-223.61."}
    )

    stored = ArticleFeedback.objects.get()
    assert answer.status_code == 201
    assert answer.json() == {"helpful": False, "reason": stored.reason, "revision": 1}
    assert (stored.helpful, stored.revision_id) == (False, article.published_revision_id)
    assert "223" not in stored.reason


def test_feedback_is_about_the_text_that_was_read(press):
    article = factories.article()
    rewritten(article)
    path = f"/articles/{article.slug}/feedback"

    unread = press.editor.post(path, json={"helpful": True, "revision": 2})
    services.submit_for_review(actor=factories.SYSTEM, article=article)
    services.approve(actor=factories.SYSTEM, article=article)
    read = press.official.post(path, json={"helpful": True, "revision": 1})
    now = press.official.post(path, json={"helpful": True})

    assert [answer.json()["revision"] for answer in (unread, read, now)] == [1, 1, 2]


def test_feedback_under_a_name_from_before_is_kept(press):
    public, hidden = factories.article("Oud"), factories.article("Ook oud", audience="agents")
    for article, name in ((public, "nieuw-adres"), (hidden, "ander-adres")):
        services.move_article(actor=factories.SYSTEM, article=article, slug=name)

    answers = [
        press.anonymous.post(f"/articles/{slug}/feedback", json={"helpful": True})
        for slug in ("oud", "ook-oud", "nooit-geweest")
    ]

    assert [answer.status_code for answer in answers] == [201, 404, 404]
    assert [said.revision_id for said in ArticleFeedback.objects.all()] == [public.published_revision_id]


def test_feedback_that_is_repeated_with_its_key_counts_once(press):
    path = f"/articles/{factories.article().slug}/feedback"

    answers = [
        caller.post(path, json={"helpful": True}, Idempotency_Key="a")
        for caller in (press.anonymous, press.anonymous, press.official, press.official)
    ]
    other = press.anonymous.post(path, json={"helpful": False}, Idempotency_Key="a")

    assert [answer.get("Idempotent-Replayed") for answer in answers] == [None, "true", None, "true"]
    assert other.status_code == 422
    assert ArticleFeedback.objects.count() == 2
    assert not IdempotentAnswer.objects.filter(caller__contains="127.0.0.1").exists()


def test_strangers_are_counted_and_people_with_a_token_are_not(press, one_window, monkeypatch):
    monkeypatch.setattr(endpoint, "FEEDBACK", Limit("article-feedback", times=1, seconds=600))
    path = f"/articles/{factories.article().slug}/feedback"

    statuses = [press.anonymous.post(path, json={"helpful": True}).status_code for _time in range(2)]
    refused = press.anonymous.post(path, json={"helpful": True})

    assert statuses == [201, 429]
    assert pointers(refused) == []
    assert 0 < int(refused["Retry-After"]) <= 600
    assert press.official.post(path, json={"helpful": True}).status_code == 201


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({}, ["/helpful"]),
        ({"helpful": "ja"}, ["/helpful"]),
        ({"helpful": 1}, ["/helpful"]),
        ({"helpful": True, "reason": "x" * 1001}, ["/reason"]),
        ({"helpful": True, "reason": None}, ["/reason"]),
        ({"helpful": True, "revision": 0}, ["/revision"]),
        ({"helpful": True, "revision": 2**31}, ["/revision"]),
        ({"helpful": True, "wie": "ik"}, ["/wie"]),
    ],
)
def test_feedback_that_is_none_is_refused(press, said, wrong):
    answer = press.anonymous.post(f"/articles/{factories.article().slug}/feedback", json=said)

    assert (answer.status_code, pointers(answer)) == (422, wrong)
    assert not ArticleFeedback.objects.exists()


def test_what_is_not_published_gets_no_feedback(press):
    article = factories.article(published=False)
    path = f"/articles/{article.slug}/feedback"

    assert press.official.post(path, json={"helpful": True}).status_code == 404
    assert press.editor.post(path, json={"helpful": True}).status_code == 403
    assert Article.objects.get().state == "work_in_progress"
