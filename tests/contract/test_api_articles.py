"""Section 4: articles."""

import uuid

import httpx
import pytest

from tests.contract.installation import wait_for
from tests.contract.shapes import ARTICLE_STATES, AUDIENCES, is_article, is_problem, pointers
from tests.contract.visitor import new_word, unique


def text(**fields):
    """Return a new article; every one is another."""
    return {
        "title": f"Aanmelden met de app {unique()}",
        "summary": "Zo meldt u aan met uw telefoon.",
        "body_markdown": "Open de **app** en bevestig.",
        **fields,
    }


@pytest.fixture
def editor(program):
    return program("editor")


@pytest.fixture
def second(program):
    """Return who else may approve what an editor wrote."""
    return program("admin")


@pytest.fixture
def published(editor, second):
    """Return a function that brings a new article to its readers and returns its path."""

    def make(**fields):
        article = created(editor, state="in_review", **fields)
        path = f"/articles/{article['slug']}"
        assert second("PUT", path, json=article | {"state": "published"}).status_code == 200
        return path

    return make


def created(program, **fields):
    answer = program("POST", "/articles", json=text(**fields))
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_there_are_at_least_sixty_articles_for_everybody_to_read(program):
    anybody = program()
    items = anybody.read("/articles", limit=200)["items"]
    assert len(items) >= 60
    assert all(is_article(article) for article in items)
    assert {(article["state"], article["audience"]) for article in items} == {("published", "public")}
    first = anybody("GET", f"/articles/{items[0]['slug']}")
    assert (first.status_code, first.json()) == (200, items[0])


def test_an_article_of_the_product_is_about_something_and_will_be_checked_again(program):
    items = program().read("/articles", limit=200)["items"]
    applications = {row["slug"] for row in program().read("/applications", limit=200)["items"]}
    about = {slug for article in items for slug in article["applications"]}
    assert about
    assert about <= applications
    assert all(article["verify_by"] for article in items)


def test_an_editor_begins_one(product, editor):
    asked = text(
        audience="officials", applications=["loket"], categories=["toegang.geen_recht"], verify_by="2027-05-01"
    )
    answer = editor("POST", "/articles", json=asked)
    assert answer.status_code == 201
    article = answer.json()
    assert is_article(article)
    assert answer.headers["location"] == f"{product.base_url}/api/v1/articles/{article['slug']}"
    assert {name: article[name] for name in asked} == asked
    assert (article["state"], article["revision"]) == ("work_in_progress", 1)
    assert article["body_html"].strip() == "<p>Open de <strong>app</strong> en bevestig.</p>"
    read = editor("GET", f"/articles/{article['slug']}")
    assert (read.json(), read.headers["etag"]) == (article, answer.headers["etag"])


def test_beginning_twice_with_one_key_begins_once(editor):
    headers, asked = {"Idempotency-Key": str(uuid.uuid4())}, text()
    first, again = (editor("POST", "/articles", json=asked, headers=headers) for _ in range(2))
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["idempotent-replayed"] == "true"
    assert is_problem(editor("POST", "/articles", json=asked | {"summary": "Anders."}, headers=headers), 422)


@pytest.mark.parametrize("audience", AUDIENCES)
def test_an_article_is_read_by_its_audience_alone(program, published, audience):
    path = published(audience=audience)
    readers = {
        persona: program(persona)("GET", path).status_code for persona in (None, "official", "agent", "editor", "admin")
    }
    closed = {"public": set(), "officials": {None}, "agents": {None, "official"}}[audience]
    assert readers == {persona: 404 if persona in closed else 200 for persona in readers}
    slug = path.removeprefix("/articles/")
    title = program("editor").read(path)["title"]

    def listed(persona):
        return slug in {article["slug"] for article in program(persona).read("/articles", q=title)["items"]}

    wait_for(lambda: listed("editor"), "the article is not found")
    assert {persona: listed(persona) for persona in readers} == {
        persona: status == 200 for persona, status in readers.items()
    }


def test_what_is_not_published_is_for_its_writers_alone(program, editor):
    article = created(editor, body_markdown="Nog geheim.")
    for persona in (None, "official", "agent", "analyst"):
        somebody = program(persona)
        assert is_problem(somebody("GET", f"/articles/{article['slug']}"), 404)
        for state in ARTICLE_STATES:
            listed = somebody.read("/articles", q="geheim", state=state, limit=200)["items"]
            assert article["slug"] not in {each["slug"] for each in listed}
            assert all(each["state"] == "published" for each in listed)
    drafts = editor.read("/articles", state="work_in_progress", limit=200)["items"]
    assert article["slug"] in {each["slug"] for each in drafts}
    assert {each["state"] for each in drafts} == {"work_in_progress"}


def test_new_text_reaches_readers_when_somebody_else_approved_it(program, editor, second):
    article = created(editor)
    path = f"/articles/{article['slug']}"
    handed_in = editor("PUT", path, json=article | {"state": "in_review"})
    assert (handed_in.status_code, handed_in.json()["state"]) == (200, "in_review")
    own = editor("PUT", path, json=article | {"state": "published"})
    assert is_problem(own, 422)
    assert pointers(own) == ["/state"]
    approved = second("PUT", path, json=article | {"state": "published"})
    assert (approved.status_code, approved.json()["state"]) == (200, "published")
    assert program().read(path)["title"] == article["title"]


def test_a_change_is_a_new_revision_that_readers_see_once_it_is_published(program, editor, published):
    path = published()
    before = program().read(path)
    changed = editor("PUT", path, json=text(title="Anders"))
    assert changed.status_code == 200
    assert (changed.json()["title"], changed.json()["revision"]) == ("Anders", before["revision"] + 1)
    assert editor("GET", path).headers["etag"] == changed.headers["etag"]
    assert program().read(path) == before
    editor("PUT", path, json=changed.json() | {"state": "published"})
    assert program().read(path)["title"] == "Anders"


def test_an_archived_article_is_gone_for_readers_and_can_come_back(program, editor, published):
    path = published()
    assert editor("PUT", path, json=editor.read(path) | {"state": "archived"}).json()["state"] == "archived"
    assert is_problem(program()("GET", path), 404)
    assert editor("PUT", path, json=editor.read(path) | {"state": "published"}).status_code == 200
    assert program().read(path)["state"] == "published"


def test_a_single_article_has_a_strong_tag(program, published):
    path = published()
    tag = program()("GET", path).headers["etag"]
    assert tag.startswith('"')
    same = program()("GET", path, headers={"If-None-Match": tag})
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", tag)


def test_of_two_editors_the_second_overwrites_nothing(editor, second, published):
    path = published()
    tag = editor("GET", path).headers["etag"]
    assert second("PUT", path, json=text(title="Eerst"), headers={"If-Match": tag}).status_code == 200
    late = editor("PUT", path, json=text(title="Te laat"), headers={"If-Match": tag})
    assert is_problem(late, 412)
    fresh = editor("GET", path)
    assert fresh.json()["title"] == "Eerst"
    assert late.headers["etag"] == fresh.headers["etag"]
    assert editor("PUT", path, json=text(), headers={"If-Match": late.headers["etag"]}).status_code == 200


@pytest.mark.parametrize("persona", ["official", "analyst"])
def test_who_has_no_scope_to_write_is_refused(program, published, persona):
    path = published()
    assert is_problem(program(persona)("POST", "/articles", json=text()), 403)
    assert is_problem(program(persona)("PUT", path, json=text()), 403)


def test_an_agent_writes_drafts_and_changes_nothing_that_is_published(program, published):
    agent = program("agent")
    article = created(agent, state="in_review")
    assert article["state"] == "in_review"
    assert is_problem(program("agent_other_queue")("GET", f"/articles/{article['slug']}"), 404)
    assert is_problem(agent("PUT", published(), json=text()), 403)


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"title": ""}, ["/title"]),
        ({"body_markdown": " "}, ["/body_markdown"]),
        ({"body_markdown": "x" * 200_000}, ["/body_markdown"]),
        ({"audience": "iedereen"}, ["/audience"]),
        ({"state": "weg"}, ["/state"]),
        ({"applications": ["bestaat-niet"]}, ["/applications/0"]),
        ({"categories": ["bestaat.niet"]}, ["/categories/0"]),
        ({"verify_by": "morgen"}, ["/verify_by"]),
        ({"titel": "x"}, ["/titel"]),
    ],
)
def test_what_is_wrong_is_named(editor, change, wrong):
    answer = editor("POST", "/articles", json=text(**change))
    assert is_problem(answer, 422)
    assert pointers(answer) == wrong


def test_html_of_a_writer_is_shown_and_never_run(editor):
    evil = '<script>alert(1)</script> <img src=x onerror="alert(1)"> [klik](javascript:alert(1))'
    html = created(editor, body_markdown=evil)["body_html"]
    assert "<script" not in html
    assert "<img" not in html
    assert "href" not in html


def test_everybody_may_say_whether_an_article_helped(program, published):
    path = published()
    for persona, said in (
        (None, {"helpful": False, "reason": "De knop heet anders."}),
        ("official", {"helpful": True}),
    ):
        answer = program(persona)("POST", f"{path}/feedback", json=said)
        assert answer.status_code == 201
        assert answer.json()["helpful"] is said["helpful"]
    assert is_problem(program()("POST", f"{path}/feedback", json={"helpful": "misschien"}), 422)
    assert is_problem(program()("POST", "/articles/bestaat-niet/feedback", json={"helpful": True}), 404)


def test_an_article_is_found_by_its_words_and_by_its_application(program, published):
    word = new_word()
    path = published(body_markdown=f"Druk op {word}.", applications=["loket"])
    anybody = program()
    wait_for(lambda: anybody.read("/articles", q=word)["items"], "the article is not found")
    for query in ({"q": word}, {"q": word, "application": "loket"}, {"q": word, "state": "published"}):
        (found,) = anybody.read("/articles", **query)["items"]
        assert f"/articles/{found['slug']}" == path
    assert anybody.read("/articles", q=word, application="berichtencentrum")["items"] == []
    assert all(
        "loket" in article["applications"] for article in anybody.read("/articles", application="loket")["items"]
    )


def test_a_list_is_cut_into_pages(product, program):
    answer = program()("GET", "/articles", params={"limit": 2})
    page = answer.json()
    assert set(page) == {"items", "next"}
    assert page["next"].startswith(f"{product.base_url}/api/v1/articles?")
    assert answer.headers["link"] == f'<{page["next"]}>; rel="next"'
    following = httpx.get(page["next"]).json()["items"]
    assert {article["slug"] for article in following}.isdisjoint({article["slug"] for article in page["items"]})
    assert is_problem(program()("GET", "/articles", params={"limit": 201}), 422)
    assert is_problem(program()("GET", "/articles", params={"cursor": "onzin"}), 400)


def test_a_worthless_token_is_nobodys_where_a_token_matters(program):
    for path in ("/articles", "/articles/itsme"):
        assert is_problem(program()("GET", path, headers={"Authorization": "Bearer ap_wrong"}), 401)
