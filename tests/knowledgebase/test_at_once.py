"""Two editors, or two workers, at the very same moment."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.kernel.policy import RefusedError
from knowledgebase import services
from knowledgebase.content import Place, Typing
from knowledgebase.models import Article, ArticleDraft, VerificationReminder
from tests import factories
from tests.together import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.engines]


REFUSALS = (services.TextConflictError, RefusedError)


def test_of_two_who_save_at_once_one_is_told_of_the_other():
    article = factories.article()
    editors = [factories.editor("Sofie"), factories.editor("Tom")]

    def saving(actor):
        text = factories.text(f"Van {actor.name}")
        return lambda: services.save_revision(actor=actor, article=article, text=text, based_on=1)

    outcomes = at_once(*(saving(actor) for actor in editors), refusals=REFUSALS)

    conflicts = [each for each in outcomes if isinstance(each, services.RevisionConflictError)]
    assert len(conflicts) == 1
    assert list(article.revisions.order_by("number").values_list("number", flat=True)) == [1, 2]


@pytest.mark.parametrize(
    "place", [Place(key="a" * 32), "translation", "article"], ids=["new", "translation", "article"]
)
def test_of_two_windows_that_keep_at_once_one_is_told_of_the_other(place):
    writer = factories.editor("Sofie")
    if not isinstance(place, Place):
        place = Place(factories.article(), "fr" if place == "translation" else "")

    def keeping(number):
        typing = Typing(place=place, page=str(number) * 32)
        return lambda: services.keep_draft(actor=writer, typing=typing, text=factories.text(f"Van {number}"))

    outcomes = at_once(*map(keeping, range(3)), refusals=REFUSALS)

    assert sorted(type(each).__name__ for each in outcomes) == ["ArticleDraft", *["TextConflictError"] * 2]
    assert ArticleDraft.objects.get() in outcomes


@pytest.mark.parametrize("language", ["nl", "fr"])
def test_of_two_windows_that_save_a_new_text_at_once_one_begins_an_article(language):
    writer = factories.editor("Sofie")
    original = factories.article() if language == "fr" else None
    place = Place(original, "fr") if original else Place(key="a" * 32)

    def saving(number):
        typing = Typing(place=place, page=str(number) * 32)
        text = factories.text(f"Van {number}")
        return lambda: services.write_draft(
            actor=writer, text=text, language=language, original=original, typing=typing
        )

    outcomes = at_once(*map(saving, range(3)), refusals=REFUSALS)

    assert sorted(type(each).__name__ for each in outcomes) == ["Article", *["RevisionConflictError"] * 2]
    assert Article.objects.filter(language=language).count() == 1


def test_of_those_who_choose_one_name_at_once_one_gets_it_and_the_others_hear_so():
    def beginning():
        return services.write_draft(actor=factories.SYSTEM, text=factories.text("Titel"), slug="eid")

    outcomes = at_once(*[beginning] * 4, refusals=REFUSALS)

    assert sorted(type(each).__name__ for each in outcomes) == ["Article", *["RefusedError"] * 3]
    assert list(Article.objects.values_list("slug", flat=True)) == ["eid"]


def test_a_planned_text_appears_once_however_many_workers_look():
    article = factories.article(published=False)
    services.submit_for_review(actor=factories.SYSTEM, article=article)
    services.approve(actor=factories.SYSTEM, article=article, publish_at=timezone.now() + timedelta(hours=1))
    Article.objects.update(publish_at=timezone.now() - timedelta(seconds=1))

    assert sum(at_once(*[lambda: services.publish_due(actor=factories.SYSTEM)] * 3)) == 1


def test_one_mail_is_owed_however_many_workers_look():
    owner = factories.user(roles=("editor",))
    factories.article(owner=owner, verify_by=timezone.localdate())

    assert sum(at_once(*[lambda: services.remind_due(actor=factories.SYSTEM)] * 3)) == 1
    assert VerificationReminder.objects.count() == 1
