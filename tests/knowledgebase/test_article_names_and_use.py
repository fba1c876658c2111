"""What an article is called, what gets into it, and what readers and colleagues do with it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.accounts.actors import TicketGuest, Visitor
from helpdesk.kernel.models import OutboxEvent
from helpdesk.kernel.policy import RefusedError
from knowledgebase import policies, services
from knowledgebase.content import Card, Text
from knowledgebase.models import Article
from knowledgebase.selectors import new_slug_of
from tests import factories
from tests.knowledgebase.doings import TEXT

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


def test_a_moved_article_is_found_by_its_old_name_by_who_may_see_it(editor):
    article = factories.article(audience="officials")
    services.move_article(actor=editor, article=article, slug="Nieuwe naam")

    assert new_slug_of(editor, "aanmelden-met-itsme") == "nieuwe-naam"
    assert new_slug_of(Visitor(), "aanmelden-met-itsme") is None


def test_a_name_that_is_taken_or_ours_is_refused(editor):
    article, other = factories.article(), factories.article("Een ander")
    services.move_article(actor=editor, article=other, slug="nog-een-ander")

    for slug in ("nog-een-ander", "een-ander", "redactie", "???"):
        with pytest.raises(RefusedError):
            services.move_article(actor=editor, article=article, slug=slug)
    services.move_article(actor=editor, article=other, slug="een-ander")
    other.refresh_from_db()
    assert other.slug == "een-ander"


def test_a_new_article_never_takes_an_address_that_others_have_or_had(editor):
    factories.article("Titel")
    second = services.write_draft(actor=editor, text=factories.text("Titel"))
    reserved = services.write_draft(actor=editor, text=factories.text("Redactie"))

    assert second.slug == "titel-2"
    assert reserved.slug == "redactie-artikel"


@pytest.mark.parametrize(
    "text",
    [
        Text(title=" ", summary="s", body_markdown="b"),
        Text(title="t", summary="", body_markdown="b"),
        Text(title="t", summary="s", body_markdown="\x00"),
        Text(title="t", summary="s", body_markdown="::: als foo\nx\n:::"),
        Text(title="t" * 151, summary="s", body_markdown="b"),
        Text(title="t", summary="s", body_markdown="b" * 100_001),
    ],
)
def test_a_text_that_cannot_be_shown_is_refused(editor, text):
    with pytest.raises(RefusedError):
        services.write_draft(actor=editor, text=text)
    assert Article.objects.count() == 0


def test_national_numbers_never_get_into_an_article(editor):
    number = "85.07.30-033.28"
    article = services.write_draft(
        actor=editor, text=Text(title=f"A {number}", summary=number, body_markdown=f"Uw nummer {number}.")
    )

    revision = article.revisions.get()
    assert number not in revision.title + revision.summary + revision.body_markdown


def test_feedback_is_tied_to_the_text_that_was_read(editor):
    article = factories.article()
    services.save_revision(actor=editor, article=article, text=factories.text("Nieuwer"), based_on=1)
    services.submit_for_review(actor=editor, article=article)
    services.approve(actor=editor, article=article)
    article.refresh_from_db()

    old = services.record_feedback(actor=Visitor(), article=article, helpful=False, reason="Te kort", number=1)
    new = services.record_feedback(actor=Visitor(), article=article, helpful=True)
    unknown = services.record_feedback(actor=Visitor(), article=article, helpful=True, number=99)

    assert [each.revision.number for each in (old, new, unknown)] == [1, 2, 2]


def test_nobody_judges_what_they_may_not_read():
    article = factories.article(audience="agents")

    with pytest.raises(RefusedError):
        services.record_feedback(actor=Visitor(), article=article, helpful=True)


def test_one_place_counts_one_use(agent):
    article = factories.article()
    for where in ("message:1", "message:1", "message:2"):
        services.record_use(actor=agent, article=article, where=where)

    assert article.uses.count() == 2


def test_whatever_changes_what_may_be_found_tells_the_index(editor):
    article = factories.article()
    tellings = []
    for act in (
        lambda: services.change_card(actor=editor, article=article, card=Card(audience="agents")),
        lambda: services.move_article(actor=editor, article=article, slug="elders"),
        lambda: services.archive_article(actor=editor, article=article),
        lambda: services.reopen_article(actor=editor, article=article),
    ):
        OutboxEvent.objects.all().delete()
        before = Article.objects.get(pk=article.pk).updated_at
        act()
        tellings.append(list(OutboxEvent.objects.values_list("name", "payload")))
        assert Article.objects.get(pk=article.pk).updated_at > before

    told = [("search.documents_changed", {"kind": "article", "object_ids": [article.pk]})]
    assert tellings == [told] * 4


def test_the_history_names_who_decided(editor, second):
    article = services.write_draft(actor=editor, text=TEXT)
    services.submit_for_review(actor=editor, article=article)
    services.approve(actor=second, article=article)

    latest = article.history.first()
    assert (latest.history_user_id, latest.history_change_reason, latest.state) == (second.code, "approve", "published")


@pytest.mark.parametrize("audience", ["public", "officials", "agents"])
@pytest.mark.parametrize("state", ["draft", "published", "archived"])
def test_what_may_be_read_is_what_lists_show(audience, state, agent, editor):
    owner = factories.agent("Els")
    article = factories.article(audience=audience, published=state != "draft", by=agent, owner=owner)
    if state == "archived":
        services.archive_article(actor=editor, article=article)
        article.refresh_from_db()
    nothing = replace(editor, scopes=frozenset({"tickets:read"}))
    others = (factories.actor(owner), factories.actor(factories.agent("Ander")), factories.actor(factories.official()))
    guest = TicketGuest(ticket_id=1, person_id=1)
    for actor in (*others, agent, editor, nothing, guest, Visitor(), factories.SYSTEM):
        assert bool(policies.may_read(actor, article)) is (article in Article.objects.visible_to(actor)), actor


def test_an_agent_who_looks_after_an_article_verifies_it_and_changes_nothing_else():
    owner = factories.agent("Els")
    article = factories.article(owner=owner, verify_by=timezone.localdate())
    actor, later = factories.actor(owner), timezone.localdate() + timedelta(days=90)
    services.verify_article(actor=actor, article=article, verify_by=later)

    article.refresh_from_db()
    assert article.verify_by == later
    for act in (
        lambda: services.save_revision(actor=actor, article=article, text=factories.text("Nieuwer"), based_on=1),
        lambda: services.archive_article(actor=actor, article=article),
    ):
        with pytest.raises(RefusedError):
            act()
    with pytest.raises(RefusedError):
        services.verify_article(actor=factories.actor(factories.agent()), article=article, verify_by=later)
