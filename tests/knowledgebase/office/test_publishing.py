"""Handing in, sending back, publishing now or later, verifying and archiving."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.accounts.actors import System
from knowledgebase import services
from knowledgebase.models import Article
from tests import factories
from tests.knowledgebase.office.browsing import HAND_IN, TYPED, decide, decide_wrongly, hand_in, office, page, seen

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


def next_year():
    return f"{timezone.localdate() + timedelta(days=366)}T12:00"


def test_a_text_is_sent_back_with_what_must_change(editor, agent):
    agent.post("/kennis/redactie/nieuw/", TYPED)
    article = Article.objects.get()
    assert hand_in(agent, article) == 303
    decide(editor, article, "terugsturen", revision="1", reason="Noem het scherm.")

    assert article.state == "work_in_progress"
    assert "Noem het scherm." in page(agent, office(article))


def test_who_hands_in_hands_in_what_stands_on_the_page_saved_or_not(editor):
    article = factories.article(published=False)
    assert HAND_IN in page(editor, office(article))

    assert hand_in(editor, article, title="") == 422
    assert article.current_revision.state == "draft"
    assert hand_in(editor, article, title="Nog niet bewaard", comment="Duidelijker") == 303
    newest = article.current_revision
    assert (newest.number, newest.title, newest.state) == (2, "Nog niet bewaard", "in_review")
    assert HAND_IN not in page(editor, office(article))
    assert (hand_in(editor, article, based_on=2, title="Nog niet bewaard"), article.revisions.count()) == (303, 2)


def test_a_new_text_of_what_readers_see_is_saved_and_handed_in_at_once(editor, agent):
    article = factories.article()
    assert HAND_IN in page(editor, office(article))
    assert hand_in(editor, article, title="Nieuw") == 303
    assert (article.current_revision.title, article.current_revision.state) == ("Nieuw", "in_review")
    assert HAND_IN not in page(editor, office(article))

    services.archive_article(actor=System(), article=article)
    assert HAND_IN not in page(editor, office(article))
    theirs = factories.article("Van Bram", owner=factories.user_called("Bram"))
    assert HAND_IN not in page(agent, office(theirs))


def test_what_was_approved_is_not_handed_in_once_more(editor):
    article = factories.article()
    same = {name: getattr(article.current_revision, name) for name in ("title", "summary", "body_markdown")}

    assert hand_in(editor, article, **same) == 303
    assert (article.revisions.count(), article.current_revision.state) == (1, "approved")
    assert "Deze tekst is al goedgekeurd." in page(editor, office(article))


def test_what_was_typed_and_not_saved_keeps_its_writer_from_approving_the_text_without_it(editor):
    article = factories.article(published=False)
    services.submit_for_review(actor=System(), article=article)
    editor.post(office(article, "bewaren/"), {**TYPED, "based_on": "1"}, headers={"HX-Request": "true"})

    html = decide(editor, article, "goedkeuren", **seen(editor, article))
    assert (article.state, 'value="Getypt"' in html) == ("in_review", True)
    editor.post(office(article), {"weg": "1"})
    decide(editor, article, "goedkeuren", **seen(editor, article))
    assert article.state == "published"


def test_a_later_hour_is_kept_and_a_wrong_one_refused(editor, second):
    article = factories.article(published=False)
    services.submit_for_review(actor=factories.SYSTEM, article=article)
    # Not at night, when some hours of two days in the year are not there, or are there twice.
    later = timezone.localtime().replace(hour=12) + timedelta(days=2)
    for wrong in ("morgen", "2020-01-01T12:00"):
        html = decide_wrongly(editor, article, "goedkeuren", **seen(editor, article), **{"publiceren-at": wrong})
        # Sent once more as it came back it would not appear at once either.
        assert f'name="publiceren-at" value="{wrong}"' in html
        assert article.state == "in_review"
    assert article.publish_at is None
    decide(
        editor, article, "goedkeuren", **seen(editor, article), **{"publiceren-at": later.strftime("%Y-%m-%dT%H:%M")}
    )

    assert article.state == "work_in_progress"
    assert timezone.localtime(article.publish_at) == later.replace(second=0, microsecond=0)
    assert article.slug in Article.objects.filter(publish_at__isnull=False).values_list("slug", flat=True)
    assert "Aanmelden met itsme" in page(editor, "/kennis/redactie/?lijst=gepland")


def test_a_planned_publication_is_called_off_on_the_page_of_its_article(editor):
    article = factories.article(published=False)
    services.submit_for_review(actor=factories.SYSTEM, article=article)
    assert office(article, "afzeggen/") not in page(editor, office(article))
    decide(editor, article, "goedkeuren", **seen(editor, article), **{"publiceren-at": next_year()})
    assert office(article, "afzeggen/") in page(editor, office(article))
    html = decide(editor, article, "afzeggen")

    assert (article.publish_at, article.current_revision.state) == (None, "draft")
    assert office(article, "afzeggen/") not in html
    assert HAND_IN in html


def test_an_article_is_verified_planned_to_go_archived_and_brought_back(editor):
    article = factories.article(verify_by=timezone.localdate())
    assert "Aanmelden met itsme" in page(editor, "/kennis/redactie/?lijst=nakijken")
    day = timezone.localdate() + timedelta(days=200)
    decide(editor, article, "nakijken", verify_by=day.isoformat())
    assert article.verify_by == day
    assert "Aanmelden met itsme" not in page(editor, "/kennis/redactie/?lijst=nakijken")
    assert f'value="{timezone.localdate() + timedelta(days=365)}"' in page(editor, office(article))
    assert "dag en een uur" not in decide(editor, article, "nakijken", verify_by="")
    decide(editor, article, "nakijken", verify_by="2001-01-01")
    assert article.verify_by == day
    decide(editor, article, "archief-plannen", **{"archiveren-at": next_year()})
    planned = article.archive_at
    assert planned is not None
    for past in ("2020-01-01T12:00", "0001-01-01T00:00"):
        said = {"planned": planned.isoformat(), "archiveren-at": past}
        assert f'value="{past}"' in decide_wrongly(editor, article, "archief-plannen", **said)
        assert article.archive_at == planned
    assert "Iemand plande intussen een ander tijdstip" in decide(editor, article, "archief-plannen")
    assert article.archive_at == planned
    decide(editor, article, "archiveren")
    assert (article.state, article.archive_at) == ("archived", None)
    decide(editor, article, "terughalen")
    assert article.state == "published"
    assert editor.post(office(article, "onbekend/")).status_code == 404
