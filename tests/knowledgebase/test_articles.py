"""The life of an article: begun, read by a second person, published, changed, taken away."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.accounts.actors import ServiceActor, Visitor
from helpdesk.kernel.models import OutboxEvent
from helpdesk.kernel.policy import RefusedError
from knowledgebase import services
from knowledgebase.content import Card, Text
from knowledgebase.models import Article, ArticleRevision
from knowledgebase.selectors import article_for, readable_articles
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.engines]

TEXT = Text(title="Aanmelden met eID", summary="Zo gaat het.", body_markdown="Steek uw kaart in.")
SIGNIFICANCE = ArticleRevision.Significance


def save(actor, article, title=None, **values):
    article.refresh_from_db()
    title = title or f"Nieuwe titel na {article.current_revision.number}"
    return services.save_revision(
        actor=actor, article=article, text=factories.text(title), based_on=article.current_revision.number, **values
    )


def title_readers_see(article) -> str | None:
    found = readable_articles(Visitor()).filter(pk=article.pk).first()
    return found.published_revision.title if found else None


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


def publish(actor, article):
    services.submit_for_review(actor=actor, article=article)
    services.approve(actor=actor, article=article)


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


def test_an_approved_text_waits_for_its_hour(editor, second):
    article = services.write_draft(actor=editor, text=TEXT)
    services.submit_for_review(actor=editor, article=article)
    services.approve(actor=second, article=article, publish_at=timezone.now() + timedelta(hours=1))

    assert services.publish_due(actor=factories.SYSTEM) == 0
    assert title_readers_see(article) is None
    Article.objects.update(publish_at=timezone.now() - timedelta(seconds=1))
    assert services.publish_due(actor=factories.SYSTEM) == 1
    assert services.publish_due(actor=factories.SYSTEM) == 0
    assert title_readers_see(article) == "Aanmelden met eID"


@pytest.fixture
def planned(editor, second):
    """A new text of an article, approved for tomorrow."""
    article = factories.article("Eerst")
    save(editor, article, "Morgen", significance=SIGNIFICANCE.MAJOR)
    services.submit_for_review(actor=editor, article=article)
    services.approve(actor=second, article=article, publish_at=timezone.now() + timedelta(days=1))
    article.refresh_from_db()
    return article


def test_a_planned_publication_is_called_off_and_its_text_is_read_anew(editor, planned):
    services.call_off_publication(actor=editor, article=planned)
    planned.refresh_from_db()

    assert (planned.publish_at, planned.scheduled_revision, planned.current_revision.state) == (None, None, "draft")
    assert title_readers_see(planned) == "Eerst"
    with pytest.raises(RefusedError):
        services.call_off_publication(actor=editor, article=planned)
    with pytest.raises(RefusedError):
        publish(editor, planned)


def test_only_an_editor_calls_a_publication_off(agent, planned):
    with pytest.raises(RefusedError):
        services.call_off_publication(actor=agent, article=planned)

    planned.refresh_from_db()
    assert planned.scheduled_revision.title == "Morgen"


def test_what_was_planned_when_an_article_was_archived_can_be_handed_in_again(editor, second, planned):
    services.archive_article(actor=editor, article=planned)
    services.reopen_article(actor=editor, article=planned)
    services.submit_for_review(actor=editor, article=planned)
    services.approve(actor=second, article=planned)

    assert title_readers_see(planned) == "Morgen"


def test_what_waits_for_its_hour_is_the_approved_text_and_no_later_one(editor, second):
    article = factories.article("Eerst")
    save(editor, article, "Goedgekeurd")
    services.submit_for_review(actor=editor, article=article)
    services.approve(actor=second, article=article, publish_at=timezone.now() + timedelta(hours=1))
    save(editor, article, "Nog niet gelezen")
    Article.objects.update(publish_at=timezone.now() - timedelta(seconds=1))
    services.publish_due(actor=factories.SYSTEM)

    assert title_readers_see(article) == "Goedgekeurd"


def test_an_archived_article_is_gone_until_it_is_reopened(editor):
    article = factories.article("Weg")
    services.archive_article(actor=editor, article=article)

    assert title_readers_see(article) is None
    services.reopen_article(actor=editor, article=article)
    assert title_readers_see(article) == "Weg"


def languages_readers_see() -> list[str]:
    return sorted(readable_articles(Visitor()).values_list("language", flat=True))


@pytest.fixture
def in_three_languages():
    article = factories.article()
    return article, *(factories.article(name, language=name, original=article) for name in ("fr", "de"))


def test_an_article_goes_and_comes_back_in_every_language_but_one_that_had_gone_by_itself(editor, in_three_languages):
    article, french, german = in_three_languages
    services.archive_article(actor=editor, article=german)
    OutboxEvent.objects.all().delete()
    services.archive_article(actor=editor, article=article)

    assert languages_readers_see() == []
    told = OutboxEvent.objects.filter(name="search.documents_changed").values_list("payload__object_ids", flat=True)
    assert sorted(told) == [[article.pk], [french.pk]]
    services.reopen_article(actor=editor, article=article)
    assert languages_readers_see() == ["fr", "nl"]


def test_a_translation_has_no_readers_while_its_original_is_archived(editor, in_three_languages):
    article, french, _german = in_three_languages
    services.archive_article(actor=editor, article=article)
    english = factories.article("Signing in", language="en", original=article, published=False)
    services.submit_for_review(actor=editor, article=english)
    with pytest.raises(RefusedError):
        services.approve(actor=factories.SYSTEM, article=english)
    with pytest.raises(RefusedError):
        services.reopen_article(actor=editor, article=french)

    assert languages_readers_see() == []


def test_an_article_goes_at_its_hour(editor):
    article = factories.article()
    services.schedule_archive(actor=editor, article=article, at=timezone.now() + timedelta(hours=1))
    Article.objects.filter(pk=article.pk).update(archive_at=timezone.now() - timedelta(seconds=1))

    assert services.archive_due(actor=factories.SYSTEM) == 1
    article.refresh_from_db()
    assert (article.state, article.archive_at) == ("archived", None)


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


def test_a_translation_is_for_the_readers_of_its_original(editor):
    article = factories.article(audience="agents")
    translation = factories.article("S'identifier", language="fr", original=article)
    assert translation.audience == "agents"

    services.change_card(actor=editor, article=article, card=Card(audience="officials"))

    translation.refresh_from_db()
    assert translation.audience == "officials"


def test_a_translation_falls_behind_when_more_than_spelling_changes(editor, second):
    article = factories.article()
    translation = factories.article("S'identifier", language="fr", original=article)

    for significance, expected in ((SIGNIFICANCE.TYPO, False), (SIGNIFICANCE.MEDIUM, True)):
        save(editor, article, significance=significance)
        services.submit_for_review(actor=editor, article=article)
        services.approve(actor=second, article=article)
        translation.refresh_from_db()
        assert translation.is_out_of_date is expected

    save(second, translation)
    services.submit_for_review(actor=second, article=translation)
    services.approve(actor=editor, article=translation)
    translation.refresh_from_db()
    assert translation.is_out_of_date is False


def test_a_translation_made_before_its_original_had_readers_is_up_to_date_whichever_gets_them_first(editor, second):
    for first, last in ((0, 1), (1, 0)):
        article = factories.article(published=False)
        translation = factories.article("S'identifier", language="fr", original=article, published=False)
        both = (article, translation)
        for each in (both[first], both[last]):
            publish(second, each)
        translation.refresh_from_db()
        assert translation.is_out_of_date is False

        save(editor, article)
        publish(second, article)
        translation.refresh_from_db()
        assert translation.is_out_of_date is True


def test_a_translation_follows_the_text_its_translator_saw_though_a_newer_one_came_meanwhile(editor, second):
    article = factories.article()
    translation = factories.article("S'identifier", language="fr", original=article)
    save(editor, article)
    publish(second, article)
    begun = services.write_draft(actor=editor, text=TEXT, language="de", original=article, follows=1)
    services.save_revision(actor=editor, article=translation, text=TEXT, based_on=1, follows=1)
    for each in (begun, translation):
        publish(second, each)
        each.refresh_from_db()
        assert each.is_out_of_date is True


@pytest.fixture
def left_behind(editor):
    """A translation of a Dutch text that has changed since."""
    article = factories.article()
    translation = factories.article("S'identifier", language="fr", original=article)
    save(editor, article)
    publish(editor, article)
    return translation


@pytest.mark.parametrize(("significance", "expected"), [(SIGNIFICANCE.TYPO, True), (SIGNIFICANCE.MEDIUM, False)])
def test_spelling_corrected_in_a_translation_does_not_make_it_follow_the_dutch_text(
    editor, left_behind, significance, expected
):
    save(editor, left_behind, significance=significance)
    publish(editor, left_behind)
    left_behind.refresh_from_db()

    assert left_behind.is_out_of_date is expected


def test_an_older_text_of_a_translation_follows_the_dutch_text_it_was_made_of(editor, left_behind):
    save(editor, left_behind)
    publish(editor, left_behind)
    services.restore_revision(actor=editor, article=left_behind, number=1)
    publish(editor, left_behind)
    left_behind.refresh_from_db()

    assert left_behind.is_out_of_date is True


def test_a_rewrite_counts_for_translations_when_its_spelling_was_corrected_before_it_was_read(editor, second):
    article = factories.article()
    translation = factories.article("S'identifier", language="fr", original=article)
    save(editor, article, significance=SIGNIFICANCE.MAJOR)
    save(editor, article, significance=SIGNIFICANCE.TYPO)
    services.submit_for_review(actor=editor, article=article)
    services.approve(actor=second, article=article)
    save(editor, translation, significance=SIGNIFICANCE.TYPO)
    publish(editor, translation)
    translation.refresh_from_db()

    assert translation.is_out_of_date is True


def test_every_article_begins_in_dutch_and_has_one_translation_per_language(editor):
    article = factories.article()
    factories.article("En français", language="fr", original=article)

    for language, original in (("fr", None), ("nl", article), ("fr", article)):
        with pytest.raises(RefusedError):
            services.write_draft(actor=editor, text=TEXT, language=language, original=original)


@pytest.mark.parametrize(
    ("planned", "days"),
    [
        pytest.param(None, 365, id="never said"),
        pytest.param(30, 30, id="said by its editor"),
    ],
)
def test_what_readers_get_is_looked_at_again_some_day(editor, planned, days):
    today = timezone.localdate()
    article = factories.article(published=False, verify_by=planned and today + timedelta(days=planned))
    services.submit_for_review(actor=factories.SYSTEM, article=article)
    services.approve(actor=editor, article=article)

    article.refresh_from_db()
    assert article.verify_by == today + timedelta(days=days)
