"""Writing articles over the API: begun, rewritten, handed in, approved, taken away."""

import pytest
from django.conf import settings
from django.utils.translation import gettext

from knowledgebase import services
from knowledgebase.models import Article, ArticleRevision
from tests import factories
from tests.integrations.api.problems import pointers
from tests.together import at_once

pytestmark = pytest.mark.django_db

TEXT = {"title": "Aanmelden met eID", "summary": "Zo gaat het.", "body_markdown": "Steek uw kaart in."}


def begun(program, **more):
    answer = program.post("/articles", json=TEXT | more)
    assert answer.status_code == 201, answer.content
    return f"/articles/{answer.json()['slug']}"


def put(program, path, **more):
    """Send the article as it is read, with changes."""
    article = program.get(path).json()
    return program.put(path, json=article | more)


def test_an_editor_begins_an_article(press):
    factories.application("loket"), factories.category("aanmelden.eid")
    asked = TEXT | {
        "slug": "eid",
        "audience": "officials",
        "applications": ["loket"],
        "categories": ["aanmelden.eid"],
        "verify_by": "2027-05-01",
    }

    answer = press.editor.post("/articles", json=asked)

    assert answer.status_code == 201
    assert answer["Location"] == f"{settings.BASE_URL}/api/v1/articles/eid"
    shown = answer.json()
    assert {name: shown[name] for name in asked} == asked
    assert (shown["state"], shown["revision"], shown["published_revision"]) == ("work_in_progress", 1, None)
    read = press.editor.get("/articles/eid")
    assert (read.content, read["ETag"]) == (answer.content, answer["ETag"])


def test_a_name_is_made_of_the_title_and_gets_a_number_when_it_is_taken(press):
    assert [begun(press.agent) for _time in range(2)] == [
        "/articles/aanmelden-met-eid",
        "/articles/aanmelden-met-eid-2",
    ]


def test_a_name_that_one_chose_oneself_is_refused_when_an_article_has_or_had_it(press):
    begun(press.agent)
    services.move_article(actor=factories.SYSTEM, article=factories.article("Oud"), slug="ander")

    for slug in ("Aanmelden met eID", "aanmelden-met-eid", "ander", "oud"):
        answer = press.editor.post("/articles", json=TEXT | {"slug": slug})
        assert (answer.status_code, pointers(answer)) == (422, ["/slug"]), slug
        assert answer.json()["errors"][0]["detail"] == gettext("Another article has or had this name.")
    assert sorted(Article.objects.values_list("slug", flat=True)) == ["aanmelden-met-eid", "ander"]
    assert begun(press.editor, slug="Nog vrij") == "/articles/nog-vrij"


def test_beginning_twice_with_one_key_begins_once(press):
    first, again = (press.editor.post("/articles", json=TEXT, Idempotency_Key="a") for _time in range(2))
    other = press.editor.post("/articles", json=TEXT | {"title": "Anders"}, Idempotency_Key="a")

    assert (again.content, again["Location"], again["Idempotent-Replayed"]) == (
        first.content, first["Location"], "true"
    )  # fmt: skip
    assert (other.status_code, Article.objects.count()) == (422, 1)


def test_an_article_goes_from_its_first_text_to_its_readers_by_two_people(press):
    path = begun(press.editor, state="in_review")
    assert press.anonymous.get(path).status_code == 404

    own = put(press.editor, path, state="published")
    other = put(press.second, path, state="published")

    assert (own.status_code, pointers(own)) == (422, ["/state"])
    assert other.status_code == 200
    shown = press.anonymous.get(path).json()
    assert (shown["title"], shown["state"], shown["revision"]) == (TEXT["title"], "published", 1)


def test_nobody_publishes_the_own_new_article_in_one_step(press):
    refused = press.editor.post("/articles", json=TEXT | {"state": "published"})

    assert (refused.status_code, pointers(refused)) == (422, ["/state"])
    assert not Article.objects.exists()


def test_an_integration_writes_and_hands_in_but_never_approves(press):
    path = begun(press.integration, state="in_review")

    refused = put(press.integration, path, state="published")

    assert (refused.status_code, pointers(refused)) == (422, ["/state"])
    assert ArticleRevision.objects.get().state == "in_review"


def test_a_new_text_waits_while_readers_keep_theirs(press):
    path = f"/articles/{factories.article('Oud').slug}"

    answer = press.editor.put(path, json=TEXT)

    assert answer.status_code == 200
    shown = answer.json()
    assert (shown["title"], shown["state"], shown["revision"]) == (TEXT["title"], "work_in_progress", 2)
    assert press.anonymous.get(path).json()["title"] == "Oud"
    assert (answer.content, answer["ETag"]) == (press.editor.get(path).content, press.editor.get(path)["ETag"])
    assert ArticleRevision.objects.get(number=2).author == press.accounts.editor


def test_an_editor_publishes_a_small_change_at_once(press):
    path = f"/articles/{factories.article('Oud').slug}"

    answer = put(press.editor, path, title="Nieuw", significance="typo", comment="Spelling")

    assert (answer.status_code, answer.json()["state"]) == (200, "published")
    assert press.anonymous.get(path).json()["title"] == "Nieuw"
    revision = ArticleRevision.objects.get(number=2)
    assert (revision.significance, revision.comment) == ("typo", "Spelling")


def test_a_rewrite_is_not_published_by_who_wrote_it(press):
    path = f"/articles/{factories.article('Oud').slug}"

    refused = put(press.editor, path, title="Nieuw", significance="major")

    assert (refused.status_code, pointers(refused)) == (422, ["/state"])
    assert ArticleRevision.objects.count() == 1


def test_sending_back_what_was_read_changes_nothing(press):
    path = f"/articles/{factories.article().slug}"
    before = press.editor.get(path)

    answer = press.editor.put(path, json=before.json())

    assert (answer.status_code, answer.content, answer["ETag"]) == (200, before.content, before["ETag"])
    assert ArticleRevision.objects.count() == 1


def test_a_text_in_review_that_is_changed_is_handed_in_again_when_it_is_sent_so(press):
    path = begun(press.editor, state="in_review")

    kept = press.editor.put(path, json=TEXT | {"title": "Anders"})
    again = press.editor.put(path, json=TEXT | {"title": "Nog anders", "state": "in_review"})

    assert (kept.json()["state"], again.json()["state"]) == ("work_in_progress", "in_review")


def test_an_article_is_taken_away_and_brought_back(press):
    path = f"/articles/{factories.article().slug}"

    gone = put(press.editor, path, state="archived")
    assert (gone.status_code, gone.json()["state"]) == (200, "archived")
    assert press.anonymous.get(path).status_code == 404
    back = put(press.editor, path, state="published")

    assert (back.status_code, back.json()["state"]) == (200, "published")
    assert press.anonymous.get(path).status_code == 200


def test_what_was_handed_in_or_published_is_not_taken_back_by_name(press):
    handed_in = begun(press.editor, state="in_review")
    published = f"/articles/{factories.article().slug}"

    answers = [
        put(press.editor, handed_in, state="work_in_progress"),
        put(press.editor, published, state="work_in_progress"),
        put(press.editor, published, state="in_review"),
    ]

    assert [(answer.status_code, pointers(answer)) for answer in answers] == [(422, ["/state"])] * 3


def test_an_agent_hands_in_the_own_draft_and_says_what_it_is_about(press):
    path = begun(press.agent)

    handed_in = put(press.agent, path, state="in_review")
    for change in ({"state": "published"}, {"state": "archived"}):
        assert (put(press.agent, path, **change)).status_code == 422
    narrowed = put(press.agent, path, audience="agents")

    assert handed_in.json()["state"] == "in_review"
    assert (narrowed.json()["audience"], narrowed.json()["state"]) == ("agents", "in_review")


def test_the_card_changes_with_the_text_or_alone(press):
    article = factories.article(
        applications=[factories.application("loket")], causes=["x"], sources=["https://x.example"]
    )
    factories.category("toegang.geen_recht")
    path = f"/articles/{article.slug}"

    answer = put(
        press.editor, path, audience="officials", applications=[], categories=["toegang.geen_recht"], verify_by=None
    )

    shown = answer.json()
    assert (shown["audience"], shown["applications"], shown["revision"]) == ("officials", [], 1)
    assert (shown["categories"], shown["verify_by"]) == (["toegang.geen_recht"], None)
    assert press.anonymous.get(path).status_code == 404
    article.refresh_from_db()
    assert (article.causes, article.sources) == (["x"], ["https://x.example"])


def test_an_application_that_is_no_longer_used_may_stay_but_not_come(press):
    old = factories.application("oud")
    about, other = factories.article("Over oud", applications=[old]), factories.article("Over niets")
    old.is_active = False
    old.save()

    stays = put(press.editor, f"/articles/{about.slug}", verify_by="2027-05-01")
    comes = put(press.editor, f"/articles/{other.slug}", applications=["oud"])

    assert stays.json()["applications"] == ["oud"]
    assert (comes.status_code, pointers(comes)) == (422, ["/applications/0"])


def test_a_translation_is_for_the_readers_of_its_original(press):
    original = factories.article()
    translation = factories.article("Connexion", language="fr", original=original)

    answer = put(press.editor, f"/articles/{translation.slug}", audience="agents")

    assert (answer.status_code, pointers(answer)) == (422, ["/audience"])


@pytest.mark.parametrize("broken", [{"applications": ["niets"]}, {"state": "in_review", "categories": ["niets"]}])
def test_all_of_a_change_happens_or_nothing(press, broken):
    article = factories.article("Oud")
    before = article.history.count()

    answer = press.editor.put(f"/articles/{article.slug}", json=TEXT | broken)

    assert answer.status_code == 422
    assert (ArticleRevision.objects.count(), article.history.count()) == (1, before)


# --- Versions


def test_a_change_on_a_stale_version_is_refused(press):
    path = f"/articles/{factories.article().slug}"
    stale = press.editor.get(path)["ETag"]
    put(press.second, path, title="Van een ander", state="work_in_progress", significance="typo")
    press.second.put(path, json=TEXT)

    refused = press.editor.put(path, json=TEXT | {"title": "Te laat"}, If_Match=stale)
    current = press.editor.get(path)["ETag"]

    assert (refused.status_code, pointers(refused), refused["ETag"]) == (412, [], current)
    assert press.editor.get(path).json()["title"] == TEXT["title"]
    assert press.editor.put(path, json=TEXT | {"title": "Op tijd"}, If_Match=current).status_code == 200
    assert press.editor.put(path, json=TEXT, If_Match="*").status_code == 200


def test_a_text_written_on_an_older_one_is_refused_even_when_it_says_the_same(press):
    path = f"/articles/{factories.article().slug}"
    read = press.editor.get(path).json()
    press.second.put(path, json=TEXT)

    for text in (read | {"title": "Te laat"}, read, TEXT | {"revision": 1}, TEXT | {"revision": 9}):
        refused = press.editor.put(path, json=text)
        assert (refused.status_code, pointers(refused)) == (412, [])
        assert refused["ETag"] == press.editor.get(path)["ETag"]
    assert ArticleRevision.objects.count() == 2


@pytest.mark.engines
@pytest.mark.django_db(transaction=True)
def test_of_two_texts_on_one_version_one_is_refused(press):
    path = f"/articles/{factories.article().slug}"
    version = press.editor.get(path)["ETag"]

    def writing(program, title):
        return lambda: program.put(path, json=TEXT | {"title": title}, If_Match=version).status_code

    statuses = at_once(writing(press.editor, "Een"), writing(press.second, "Twee"))

    assert sorted(statuses) == [200, 412]
    assert ArticleRevision.objects.count() == 2


# --- Bad input

DEEP = "> " * 10_000 + "x"
WRONG = [
    ({"title": ""}, ["/title"]),
    ({"title": " \u202e"}, ["/title"]),
    ({"title": "x" * 151}, ["/title"]),
    ({"summary": None}, ["/summary"]),
    ({"summary": "x" * 401}, ["/summary"]),
    ({"body_markdown": "\u0000"}, ["/body_markdown"]),
    ({"body_markdown": "x" * 100_001}, ["/body_markdown"]),
    ({"body_markdown": "::: als marsmannetje\nx\n:::\n"}, ["/body_markdown"]),
    ({"audience": "iedereen"}, ["/audience"]),
    ({"applications": ["niets"]}, ["/applications/0"]),
    ({"applications": "loket"}, ["/applications"]),
    ({"categories": ["a", "b"]}, ["/categories/0", "/categories/1"]),
    ({"categories": ["x"] * 101}, ["/categories"]),
    ({"verify_by": "morgen"}, ["/verify_by"]),
    ({"verify_by": "2027-02-30"}, ["/verify_by"]),
    ({"verify_by": 1_800_000_000}, ["/verify_by"]),
    ({"verify_by": "0001-01-01"}, ["/verify_by"]),
    ({"state": "weg"}, ["/state"]),
    ({"owner": "ik"}, ["/owner"]),
]


@pytest.mark.parametrize(("change", "wrong"), WRONG)
def test_what_is_wrong_is_named(press, change, wrong):
    path = f"/articles/{factories.article().slug}"

    for answer in (press.editor.post("/articles", json=TEXT | change), press.editor.put(path, json=TEXT | change)):
        assert (answer.status_code, pointers(answer)) == (422, wrong)
    assert ArticleRevision.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"slug": "anders"}, ["/slug"]),
        ({"revision": "1"}, ["/revision"]),
        ({"revision": 0}, ["/revision"]),
        ({"revision": 10**30}, ["/revision"]),
        ({"significance": "reusachtig"}, ["/significance"]),
        ({"comment": "x" * 301}, ["/comment"]),
    ],
)
def test_what_is_wrong_in_a_change_is_named(press, change, wrong):
    answer = press.editor.put(f"/articles/{factories.article().slug}", json=TEXT | change)

    assert (answer.status_code, pointers(answer)) == (422, wrong)


def test_a_title_without_letters_needs_a_name_beside_it(press):
    refused = press.editor.post("/articles", json=TEXT | {"title": "?!"})
    named = press.editor.post("/articles", json=TEXT | {"title": "?!", "slug": "verbaasd"})

    assert (refused.status_code, pointers(refused), named.status_code) == (422, ["/slug"], 201)


@pytest.mark.parametrize("slug", ["", "!!", "redactie", "x" * 101])
def test_a_name_that_cannot_be_is_refused(press, slug):
    answer = press.editor.post("/articles", json=TEXT | {"slug": slug})

    assert (answer.status_code, pointers(answer)) == (422, ["/slug"])


def test_ten_thousand_nested_quotes_are_stored_or_refused_and_never_break(press):
    answer = press.editor.post("/articles", json=TEXT | {"body_markdown": DEEP})

    assert answer.status_code in {201, 422}
    if answer.status_code == 422:
        assert pointers(answer) == ["/body_markdown"]


def test_a_national_number_is_masked_before_it_is_stored(press):
    answer = press.editor.post("/articles", json=TEXT | {"body_markdown": "Nummer 93.05.18-223.61."})

    assert "223" not in answer.json()["body_markdown"]
    assert "223" not in ArticleRevision.objects.get().body_markdown


@pytest.mark.parametrize("parameter", ["q", "application", "state", "cursor"])
def test_no_text_in_any_parameter_breaks_a_list(press, parameter):
    texts = ("%00", "%ED%A0%80", "%0D%0A", "%E2%80%AE", "%FF", "x+" * 3000, "%F0%9F%98%80", "'", "%25_%5C", "(a%7Cb)*")
    for text in texts:
        for more in ("", "&state=work_in_progress"):
            answer = press.editor.get(f"/articles?{parameter}={text}{more}")
            assert answer.status_code in ({200} if parameter == "q" else {200, 400, 422}), text


def test_the_words_of_a_scheduled_text_stay_with_its_editors(press):
    article = factories.article("Nu")
    article.refresh_from_db()
    services.save_revision(
        actor=factories.SYSTEM, article=article, text=factories.text("Straks", "Nog geheim."), based_on=1
    )
    path = f"/articles/{article.slug}"

    handed_in = put(press.editor, path, state="in_review")

    assert handed_in.json()["state"] == "in_review"
    assert b"geheim" not in press.official.get(path).content
    assert b"geheim" not in press.official.get("/articles?state=published").content
