"""Section 3: the pages of the knowledge base, and of search."""

import pytest

from tests.contract.installation import wait_for
from tests.contract.visitor import new_word


def article(program, **fields):
    """Bring an article to its readers by two people; return it as the API tells it."""
    text = {"title": f"Over {new_word()}", "summary": "Kort.", "body_markdown": "De **tekst**."}
    begun = program("editor")("POST", "/articles", json=text | {"state": "in_review"} | fields).json()
    path = f"/articles/{begun['slug']}"
    published = program("admin")("PUT", path, json=begun | {"state": "published"})
    assert published.status_code == 200, published.text
    return published.json()


def found(visitor, query):
    """Return the titles of the answers, and where their links lead."""
    page = visitor.get("/zoeken/", params={"q": query})
    assert page.status == 200
    return {link.get_text(): str(link["href"]) for link in page.soup.select("main h3 a")}


def test_an_article_is_a_page_for_everybody(stranger, program):
    told = article(program)
    page = stranger.get(f"/kennis/{told['slug']}/")
    assert page.status == 200
    assert told["title"] in page.soup.h1.get_text()
    assert page.soup.select_one("main strong").get_text() == "tekst"


@pytest.mark.parametrize(("audience", "readers"), [("officials", {"official", "agent"}), ("agents", {"agent"})])
def test_an_article_for_some_does_not_exist_for_others(visitor, program, audience, readers):
    told = article(program, audience=audience)
    path = f"/kennis/{told['slug']}/"
    for persona in (None, "official", "agent"):
        somebody = visitor(persona)
        assert somebody.get(path).status == (200 if persona in readers else 404)
        assert told["title"] not in somebody.get("/kennis/").answer.text or persona in readers
    word = told["title"].removeprefix("Over ")
    wait_for(lambda: told["title"] in found(visitor("agent"), word), "the article is not found")
    assert told["title"] not in found(visitor(), word)


def test_a_draft_is_no_page_for_readers(visitor, program):
    draft = program("editor")(
        "POST", "/articles", json={"title": "In werk", "summary": "Kort.", "body_markdown": "Geheim."}
    ).json()
    for persona in (None, "official", "agent"):
        assert visitor(persona).get(f"/kennis/{draft['slug']}/").status == 404


def test_people_find_what_programs_find(stranger, program):
    best = program().read("/search", q="itsme nieuwe telefoon", kind="article", limit=1)["items"][0]
    link = found(stranger, "itsme nieuwe telefoon")[best["title"]]
    opened = stranger.client.get(link, follow_redirects=True)
    assert (opened.status_code, opened.url.path) == (200, f"/kennis/{best['id']}/")


@pytest.mark.parametrize(
    "query", ["", " ", "x" * 10_000, "\u202e\r\n", "(a|b)*[", 'AND OR "', "<script>alert(1)</script>"]
)
def test_no_query_breaks_the_page_of_search(stranger, query):
    page = stranger.get("/zoeken/", params={"q": query})
    assert page.status == 200
    assert "<script>alert" not in page.answer.text
