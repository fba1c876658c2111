"""The life of an article: begun, read by a second person, published, changed, taken away."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.accounts.actors import ServiceActor, Visitor
from helpdesk.kernel.policy import RefusedError
from knowledgebase import services
from knowledgebase.models import Article
from knowledgebase.selectors import article_for, readable_articles
from tests import factories
from tests.knowledgebase.doings import SIGNIFICANCE, TEXT, publish, save, title_readers_see

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


def test_a_draft_is_read_by_nobody_but_editors_and_its_writer(editor, agent):
    article = services.write_draft(actor=agent, text=TEXT)

    assert article.slug == "aanmelden-met-eid"
    assert (article.state, article.owner_id) == ("work_in_progress", agent.user_id)
    assert list(readable_articles(agent)) == []
    assert article_for(agent, article.slug) == article_for(editor, article.slug) == article
    other = factories.actor(factories.agent("Els"))
    for actor in (other, Visitor(), factories.actor(factories.official())):
        with pytest.raises(Article.DoesNotExist):
            article_for(actor, article.slug)


def test_officials_and_visitors_write_nothing():
    for actor in (Visitor(), factories.actor(factories.official())):
        with pytest.raises(RefusedError):
            services.write_draft(actor=actor, text=TEXT)


def test_what_is_new_is_approved_by_somebody_else(editor, second):
    article = services.write_draft(actor=editor, text=TEXT)
    services.submit_for_review(actor=editor, article=article)

    with pytest.raises(RefusedError):
        services.approve(actor=editor, article=article)
    services.approve(actor=second, article=article)

    stored = readable_articles(Visitor()).get()
    assert (stored.state, stored.published_revision.reviewer_id) == ("published", second.user_id)
    assert stored.verified_on == timezone.localdate()


def test_a_small_change_after_a_rewrite_does_not_slip_the_rewrite_past_the_second_reader(editor, second):
    article = factories.article()
    save(editor, article, significance=SIGNIFICANCE.MAJOR)
    save(editor, article, significance=SIGNIFICANCE.TYPO)
    services.submit_for_review(actor=editor, article=article)

    with pytest.raises(RefusedError):
        services.approve(actor=editor, article=article)
    assert services.approve(actor=second, article=article).number == 3


def test_whoever_brings_a_text_back_that_nobody_read_its_writer_does_not_approve_it(editor, second):
    for restorer in (editor, second):
        article = factories.article()
        save(editor, article, "Nooit gelezen", significance=SIGNIFICANCE.MAJOR)
        save(second, article, "Iets anders")
        publish(second, article)
        services.restore_revision(actor=restorer, article=article, number=2)
        services.submit_for_review(actor=restorer, article=article)

        with pytest.raises(RefusedError):
            services.approve(actor=editor, article=article)
        assert services.approve(actor=second, article=article).title == "Nooit gelezen"


def test_who_brings_an_approved_text_back_approves_it(editor):
    article = factories.article("Eerst")
    save(editor, article, "Later")
    publish(editor, article)
    services.restore_revision(actor=editor, article=article, number=1)
    publish(editor, article)

    assert title_readers_see(article) == "Eerst"


def test_an_editor_approves_the_own_correction_of_spelling(editor):
    article = factories.article()
    save(editor, article, significance=SIGNIFICANCE.TYPO)
    services.submit_for_review(actor=editor, article=article)
    services.approve(actor=editor, article=article)

    assert title_readers_see(article) == "Nieuwe titel na 1"


def test_readers_keep_the_published_text_while_a_newer_one_is_in_review(editor, second):
    article = factories.article("Oud")
    save(editor, article, "Nieuw")
    services.submit_for_review(actor=editor, article=article)
    article.refresh_from_db()

    assert (article.state, article.current_revision.state) == ("published", "in_review")
    assert title_readers_see(article) == "Oud"
    services.send_back(actor=second, article=article, reason="Te lang.")
    assert title_readers_see(article) == "Oud"
    article.refresh_from_db()
    assert (article.current_revision.state, article.current_revision.review_note) == ("sent_back", "Te lang.")


def test_agents_neither_approve_nor_change_what_is_published(agent):
    article = services.write_draft(actor=agent, text=TEXT)
    services.submit_for_review(actor=agent, article=article)

    with pytest.raises(RefusedError):
        services.approve(actor=agent, article=article)
    services.approve(actor=factories.SYSTEM, article=article)
    with pytest.raises(RefusedError):
        save(agent, article)
    with pytest.raises(RefusedError):
        services.archive_article(actor=agent, article=article)


def test_two_editors_at_once_both_keep_their_text(editor, second):
    article = factories.article()
    save(editor, article, "Van de eerste")

    with pytest.raises(services.RevisionConflictError) as conflict:
        services.save_revision(actor=second, article=article, text=factories.text("Van de tweede"), based_on=1)

    assert conflict.value.current.title == "Van de eerste"
    assert article.revisions.count() == 2


def test_what_is_written_during_review_takes_the_handed_in_text_back(editor, second):
    article = services.write_draft(actor=editor, text=TEXT)
    services.submit_for_review(actor=editor, article=article)
    save(editor, article)
    article.refresh_from_db()

    assert article.state == "work_in_progress"
    assert list(article.revisions.values_list("number", "state")) == [(2, "draft"), (1, "draft")]
    with pytest.raises(RefusedError):
        services.approve(actor=second, article=article)


def test_an_approver_who_read_an_older_text_is_told(editor, second):
    article = services.write_draft(actor=editor, text=TEXT)
    save(editor, article)
    services.submit_for_review(actor=editor, article=article)

    with pytest.raises(RefusedError):
        services.approve(actor=second, article=article, number=1)


def test_an_older_text_comes_back_as_a_draft(editor):
    article = factories.article("Eerst")
    save(editor, article, "Later")
    restored = services.restore_revision(actor=editor, article=article, number=1)

    assert (restored.number, restored.title, restored.state) == (3, "Eerst", "draft")
    assert article.revisions.count() == 3


def test_an_archived_article_is_gone_until_it_is_reopened(editor):
    article = factories.article("Weg")
    services.archive_article(actor=editor, article=article)

    assert title_readers_see(article) is None
    services.reopen_article(actor=editor, article=article)
    assert title_readers_see(article) == "Weg"


@pytest.mark.parametrize(
    ("audience", "readers"),
    [
        ("public", {"visitor", "official", "agent", "editor", "integration"}),
        ("officials", {"official", "agent", "editor", "integration"}),
        ("agents", {"agent", "editor", "integration"}),
    ],
)
def test_an_article_is_for_its_audience(audience, readers, agent, editor):
    article = factories.article(audience=audience)
    reads = frozenset({"articles:read"})
    actors = {
        "visitor": Visitor(),
        "official": factories.actor(factories.official()),
        "agent": agent,
        "editor": editor,
        "integration": ServiceActor(token_id=1, name="x", scopes=reads, team_ids=frozenset()),
        "integration for tickets": ServiceActor(
            token_id=1, name="x", scopes=frozenset({"tickets:read"}), team_ids=frozenset()
        ),
    }
    expected = readers | ({"integration for tickets"} if audience == "public" else set())

    assert {name for name, actor in actors.items() if article in readable_articles(actor)} == expected


@pytest.mark.parametrize(
    ("planned", "days"),
    [
        pytest.param(None, 365, id="never said"),
        pytest.param(30, 30, id="said by its editor"),
        pytest.param(0, 365, id="due, and read with this"),
    ],
)
def test_what_readers_get_is_looked_at_again_some_day(editor, planned, days):
    today = timezone.localdate()
    verify_by = None if planned is None else today + timedelta(days=planned)
    article = factories.article(published=False, verify_by=verify_by)
    services.submit_for_review(actor=factories.SYSTEM, article=article)
    services.approve(actor=editor, article=article)

    article.refresh_from_db()
    assert article.verify_by == today + timedelta(days=days)


def test_what_was_due_stays_so_when_only_spelling_changed_or_nobody_here_read_it(editor):
    today = timezone.localdate()
    article = factories.article(verify_by=today)
    save(editor, article, significance=SIGNIFICANCE.TYPO)
    publish(editor, article)
    article.refresh_from_db()
    assert article.verify_by == today
    save(factories.SYSTEM, article)
    publish(factories.SYSTEM, article)
    article.refresh_from_db()
    assert article.verify_by == today
