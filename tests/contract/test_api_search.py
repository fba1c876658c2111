"""Section 4: search."""

import time
from datetime import datetime
from zoneinfo import ZoneInfo

import httpx
import pytest

from tests.contract.installation import wait_for
from tests.contract.shapes import is_problem, is_search
from tests.contract.visitor import new_word


def found(program, **query):
    answer = program.read("/search", **query)
    assert is_search(answer)
    return answer


def kinds(answer):
    return {hit["kind"] for hit in answer["items"]}


@pytest.mark.parametrize("query", ["itsme", "wachtwoord vergeten", "geen toegang tot het loket", "inzending hangt"])
def test_everybody_finds_answers_to_what_officials_ask(program, query):
    answer = found(program(), q=query, kind="article", limit=5)
    assert kinds(answer) == {"article"}
    assert answer["degraded"] is False
    best = answer["items"][0]
    assert "<mark>" in best["snippet_html"]
    assert program().read(f"/articles/{best['id']}")["title"] == best["title"]
    assert httpx.get(best["url"]).status_code == 200


def test_a_typing_error_and_a_compound_written_apart_find_the_same(program):
    def slugs(query):
        return [hit["id"] for hit in found(program(), q=query, kind="article", limit=10)["items"]]

    assert slugs("wachtwoort vergeten")[0] in slugs("wachtwoord vergeten")
    assert slugs("gebruikers recht")[0] in slugs("gebruikersrecht")
    assert found(program(), q="wachtwoort vergeten")["suggestion"] == "wachtwoord vergeten"


def test_an_administration_is_found_by_its_name_and_its_number(program):
    (aalter,) = [
        row for row in program().read("/organisations", q="Aalter")["items"]
        if (row["name"], row["classification"], row["valid_until"]) == ("Aalter", "Gemeente", None)
    ]  # fmt: skip
    for query in (aalter["kbo_number"], aalter["ovo_code"], aalter["uri"]):
        answer = found(program(), q=query, kind="organisation")
        assert [hit["id"] for hit in answer["items"]] == [aalter["uri"]], query
    by_name = found(program(), q="gemeente Aalter", kind="organisation")
    assert aalter["uri"] in [hit["id"] for hit in by_name["items"][:3]]


def test_an_agent_finds_a_ticket_within_seconds_and_nobody_else_does(program):
    word, noted = new_word(), new_word()
    agent, official = program("agent"), program("official")
    mine = official.open(subject=f"Mijn {word}", application="loket")
    agent.write(mine["reference"], f"Intern: {noted}.", "internal_note")

    def tickets(somebody, **query):
        return [hit["id"] for hit in found(somebody, **({"q": word} | query))["items"] if hit["kind"] == "ticket"]

    wait_for(lambda: tickets(agent, q=noted) == [mine["reference"]], "the note is not found")
    for kind in ("ticket", "all"):
        assert tickets(agent, kind=kind) == tickets(official, kind=kind) == [mine["reference"]]
        for persona in (None, "colleague", "other_official", "agent_other_queue", "editor"):
            assert tickets(program(persona), kind=kind) == [], persona
    assert tickets(official, q=noted) == []
    assert tickets(agent, q=mine["reference"]) == [mine["reference"]]


def wait_for_midnight_if_it_is_near():
    """Filters know days: what is asked and what is sought belong to one."""
    now = datetime.now(ZoneInfo("Europe/Brussels"))
    left_s = 86_400 - (now.hour * 3600 + now.minute * 60 + now.second)
    time.sleep(left_s + 1 if left_s < 150 else 0)


def test_what_agents_type_as_filters_holds_and_a_value_that_is_none_is_named(program, official):
    wait_for_midnight_if_it_is_near()
    word = new_word()
    agent = program("agent")
    mine = official.open(subject=f"Mijn {word}", application="loket")["reference"]

    def tickets(text):
        return [hit["id"] for hit in found(agent, q=text)["items"]]

    wait_for(lambda: tickets(word) == [mine], "the ticket is not found")
    assert tickets(f"{word} status:nieuw toepassing:loket sinds:vandaag") == tickets(f'"mijn {word}"') == [mine]
    assert tickets(f"{word} -status:nieuw") == tickets(f"{word} voor:vandaag") == tickets(f'"loket {word}"') == []
    assert found(agent, q=f"{word} staus:nieuw")["suggestion"] == f"status:nieuw {word}"
    answer = agent("GET", "/search", params={"q": f"{word} status:niew"})
    assert is_problem(answer, 422)
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/q"]
    for persona in (None, "official"):
        assert is_search(program(persona).read("/search", q=f"{word} status:niew"))


def test_without_a_token_tickets_are_not_even_counted(program, official):
    official.open(subject="Ik geraak niet binnen met itsme")
    answer = found(program(), q="itsme", kind="ticket")
    assert (answer["items"], answer["total"]) == ([], 0)
    assert "ticket" not in kinds(found(program(), q="itsme", limit=200))


def test_an_article_that_becomes_one_for_agents_is_gone_from_what_others_find_within_five_seconds(program):
    editor, second, anybody = program("editor"), program("admin"), program()
    word = new_word()
    text = {"title": f"Over {word}", "summary": "Kort.", "body_markdown": "Lang."}
    article = editor("POST", "/articles", json=text | {"state": "in_review"}).json()
    path = f"/articles/{article['slug']}"
    assert found(editor, q=word)["items"] == []
    assert second("PUT", path, json=article | {"state": "published"}).status_code == 200
    wait_for(lambda: found(anybody, q=word)["items"], "the article is not found")
    assert editor("PUT", path, json=editor.read(path) | {"audience": "agents"}).status_code == 200
    wait_for(lambda: found(anybody, q=word)["total"] == 0, "the article is still found", within_s=5)
    assert [hit["id"] for hit in found(program("agent"), q=word)["items"]] == [article["slug"]]


def test_as_many_come_as_are_asked_for(program):
    answer = found(program(), q="aanmelden", limit=2)
    assert len(answer["items"]) == 2
    assert answer["total"] > 2
    assert len(found(program(), q="aanmelden")["items"]) <= 50
    for wrong in ({"limit": 0}, {"limit": 201}, {"kind": "chat"}):
        assert is_problem(program()("GET", "/search", params={"q": "x"} | wrong), 422)


@pytest.mark.parametrize(
    "query", ["", " ", "x" * 10_000, "\u202e\r\n\t", "(a|b)*[", 'AND OR NOT "', "title:x +y -z", "%"]
)
def test_no_query_breaks_it(program, query):
    for kind in ("article", "ticket", "organisation", "all"):
        assert found(program("agent"), q=query, kind=kind)["degraded"] is False


def test_a_wrong_token_is_nobodys(program):
    assert is_problem(program()("GET", "/search", headers={"Authorization": "Bearer ap_wrong"}), 401)
