"""Who reads and writes which article."""

import pytest

from helpdesk.accounts.models import ApiToken
from knowledgebase.models import Article, ArticleFeedback, ArticleRevision
from tests import factories
from tests.integrations.api.problems import pointers

pytestmark = pytest.mark.django_db

TEXT = {"title": "Titel", "summary": "Samenvatting.", "body_markdown": "Tekst."}
READS = {
    "anonymous": {"public"},
    "without_scope": {"public"},
    "official": {"public", "officials"},
    "writing_official": {"public", "officials"},
    "reading_editor": {"public", "officials"},
    "reading_agent": {"public", "officials", "agents"},
    "reading_integration": {"public", "officials", "agents"},
    "other_agent": {"public", "officials", "agents"},
    "agent": {"public", "officials", "agents", "own"},
    "editor": {"public", "officials", "agents", "own", "draft", "archived"},
    "integration": {"public", "officials", "agents", "own", "draft", "archived"},
}


@pytest.fixture
def shelf(press):
    """An article of each kind, by what it is."""
    made = {audience: factories.article(f"Voor {audience}", audience=audience) for audience in ("public", "officials")}
    made["agents"] = factories.article("Voor agents", audience="agents")
    made["own"] = factories.article("Van een agent", by=factories.actor(press.accounts.agent), published=False)
    made["draft"] = factories.article("In werk", published=False)
    made["archived"] = factories.article("Weg")
    Article.objects.filter(pk=made["archived"].pk).update(state="archived")
    return {kind: article.slug for kind, article in made.items()}


@pytest.mark.parametrize("caller", READS)
def test_each_caller_reads_and_finds_what_is_for_them(press, shelf, caller):
    program = getattr(press, caller)

    read = {kind for kind, slug in shelf.items() if program.get(f"/articles/{slug}").status_code == 200}
    listed = {item["slug"] for item in program.get("/articles").json()["items"]}

    assert read == READS[caller]
    assert listed == {shelf[kind] for kind in READS[caller]}


@pytest.mark.parametrize("caller", READS)
def test_what_one_may_not_see_is_like_what_is_not_there(press, shelf, caller):
    program = getattr(press, caller)
    absent = program.get("/articles/bestaat-niet")

    for kind in set(shelf) - READS[caller]:
        hidden = program.get(f"/articles/{shelf[kind]}")
        said = program.post(f"/articles/{shelf[kind]}/feedback", json={"helpful": True})
        assert (hidden.status_code, hidden.content) == (404, absent.content)
        assert said.status_code == 404
    assert not ArticleFeedback.objects.exists()


WRITES = {
    "anonymous": (401, {}),
    "official": (403, {}),
    "reading_agent": (403, {}),
    "reading_editor": (403, {}),
    "reading_integration": (403, {}),
    "without_scope": (403, {}),
    "writing_official": (403, {"draft": 404, "own": 404, "agents": 404, "archived": 404}),
    "other_agent": (201, {"draft": 404, "own": 404, "archived": 404}),
    "agent": (201, {"draft": 404, "own": 200, "archived": 404}),
    "editor": (201, dict.fromkeys(("public", "officials", "agents", "own", "draft", "archived"), 200)),
    "integration": (201, dict.fromkeys(("public", "officials", "agents", "own", "draft", "archived"), 200)),
}


@pytest.mark.parametrize("caller", WRITES)
def test_each_caller_writes_what_is_theirs_to_write(press, shelf, caller):
    program, (begins, changes) = getattr(press, caller), WRITES[caller]
    refused = 401 if caller == "anonymous" else 403
    before = ArticleRevision.objects.count()

    begun = program.post("/articles", json=TEXT)
    changed = {kind: program.put(f"/articles/{slug}", json=TEXT).status_code for kind, slug in shelf.items()}

    assert begun.status_code == begins, begun.content
    assert changed == dict.fromkeys(shelf, refused) | changes
    written = (begins == 201) + list(changed.values()).count(200)
    assert ArticleRevision.objects.count() == before + written


def test_who_began_an_article_no_longer_changes_it_once_it_is_published(press):
    article = factories.article(by=factories.actor(press.accounts.agent))

    answer = press.agent.put(f"/articles/{article.slug}", json=TEXT)

    assert (answer.status_code, pointers(answer)) == (403, [])
    assert article.revisions.count() == 1


@pytest.mark.parametrize("header", ["", "Bearer", "Basic YTpi", "Bearer onbekend", "Bearer \x00"])
def test_a_worthless_token_is_refused_where_one_matters(press, shelf, header):
    for method, path in (("get", "/articles"), ("get", f"/articles/{shelf['public']}"), ("post", "/articles")):
        answer = press.anonymous.call(method, path, Authorization=header)
        assert (answer.status_code, pointers(answer)) == (401, [])
    said = press.anonymous.post(f"/articles/{shelf['public']}/feedback", json={"helpful": True}, Authorization=header)
    assert said.status_code == 401


def test_an_officials_feedback_is_among_the_sixty_writes_a_minute(press, shelf, one_window):
    ApiToken.objects.update(writes_per_minute=1)
    path = f"/articles/{shelf['public']}/feedback"

    assert [press.official.post(path, json={"helpful": True}).status_code for _time in range(2)] == [201, 429]
    assert press.official.get(f"/articles/{shelf['public']}").status_code == 200


def test_answers_are_kept_by_nobody(press, shelf):
    """Also those without a token: the same address says something else to somebody else."""
    answer = press.anonymous.get(f"/articles/{shelf['public']}")

    assert (answer["Cache-Control"], answer["Vary"]) == ("private, no-store", "Authorization")
