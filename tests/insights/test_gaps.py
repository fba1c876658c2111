"""What the answers lack, and what said to be an answer really was one."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from helpdesk.accounts.actors import System, Visitor
from helpdesk.insights import selectors
from helpdesk.insights.models import Deflection, SearchRecord
from helpdesk.insights.services import (
    forget_searches,
    record_deflection,
    record_opening,
    record_replay,
    record_return,
    record_search,
)
from helpdesk.tickets.models import Ticket
from knowledgebase.office import verdicts_on
from knowledgebase.services import approve, archive_article, record_feedback, save_revision, submit_for_review
from tests import factories

pytestmark = pytest.mark.django_db


def searched(text: str, results: int = 0) -> SearchRecord:
    return record_search(actor=Visitor(), text=text, results=results)


def test_searches_without_result_are_counted_together_and_hold_nobody():
    searched("Gebruikersrecht  erediensten an@aalter.be")
    searched("gebruikersrecht erediensten koen@gent.be")
    searched("itsme", results=3)

    gaps = [(gap.text, gap.times) for gap in selectors.searches_without_result()]

    assert gaps == [("gebruikersrecht erediensten [e-mailadres]", 2)]


def test_a_search_of_which_once_something_was_opened_is_no_gap():
    searched("eid", results=2)
    searched("eid", results=2)
    searched("jan vermeulen", results=1)
    opened = searched("itsme", results=3)
    searched("itsme", results=3)
    record_opening(actor=Visitor(), record_id=opened.pk)

    assert [gap.text for gap in selectors.searches_without_opening()] == ["eid"]


def test_searches_are_forgotten_after_a_year():
    old, new = searched("oud"), searched("nieuw")
    SearchRecord.objects.filter(pk=old.pk).update(at=timezone.now() - timedelta(days=366))

    assert forget_searches(actor=System()) == 1
    assert list(SearchRecord.objects.all()) == [new]


def test_an_answer_counts_as_solved_only_after_72_hours_without_a_question():
    article = factories.article(title="itsme")
    official = factories.actor(factories.official())
    with time_machine.travel("2026-11-20T10:00:00+01:00"):
        record_deflection(actor=official, article=article)
        record_deflection(actor=Visitor(), article=article, visitor="browser-a")
        record_deflection(actor=Visitor(), article=article, visitor="browser-b")
    with time_machine.travel("2026-11-22T10:00:00+01:00"):
        assert [(row.said, row.solved, row.returned, row.waiting) for row in selectors.deflections()] == [(3, 0, 0, 3)]
        assert record_return(actor=Visitor(), visitor="browser-a") == 1
        assert record_return(actor=Visitor(), visitor="browser-of-another") == 0
        assert record_return(actor=Visitor(), visitor="") == 0
        ticket = factories.ticket(by=official)
    with time_machine.travel("2026-11-23T10:00:01+01:00"):
        assert [(row.said, row.solved, row.returned, row.waiting) for row in selectors.deflections()] == [(3, 1, 2, 0)]
        # Somebody who comes back later has another question.
        Ticket.objects.filter(pk=ticket.pk).update(created_at=timezone.now())
        assert [(row.solved, row.returned) for row in selectors.deflections()] == [(2, 1)]
        assert record_return(actor=Visitor(), visitor="browser-b") == 0


def test_saying_it_twice_counts_once():
    article, official = factories.article(), factories.actor(factories.official())
    for visitor in ("browser-a", "browser-a", "browser-b"):
        record_deflection(actor=Visitor(), article=article, visitor=visitor)
    for _ in range(2):
        record_deflection(actor=official, article=article)

    assert Deflection.objects.count() == 3


def test_the_browser_of_a_visitor_is_kept_as_a_hash():
    record_deflection(actor=Visitor(), article=factories.article(), visitor="browser-a")

    assert Deflection.objects.get().visitor not in {"", "browser-a"}


def test_tickets_without_an_answer_are_grouped_and_only_words_of_several_are_told():
    loket = factories.application()
    subjects = ("Piet Vermeulen zoekt een formulier", "Formulier voor Annelies", "Waar is het formulier", "Beantwoord")
    for subject, covered in zip(subjects, (0.2, 0.4, 0.1, 0.9), strict=True):
        record_replay(
            actor=System(), ticket=factories.ticket(subject, application=loket), article_id=None, covered=covered
        )

    (gap,) = selectors.tickets_without_answer()

    assert (gap.application, gap.category, gap.times, gap.words) == ("Loket", "", 3, ["formulier"])
    assert gap.title == "formulier"


def test_a_gap_leads_to_a_new_article_about_the_same(client):
    loket, category = factories.application(), factories.category("toegang.geen_recht")
    for application, of_kind in ((loket, category), (loket, None), (None, None)):
        ticket = factories.ticket("Iets", application=application)
        Ticket.objects.filter(pk=ticket.pk).update(category=of_kind)
        record_replay(actor=System(), ticket=ticket, article_id=None, covered=0)
    client.force_login(factories.user("Sofie", roles=("editor",)))
    html = client.get("/kennis/redactie/hiaten/").content.decode()

    assert sorted(re.findall(r'href="/kennis/redactie/nieuw/\?([^"]*)"', html)) == [
        "",
        "titel=Loket&amp;toepassing=loket",
        "titel=toegang.geen_recht&amp;toepassing=loket&amp;categorie=toegang.geen_recht",
    ]


def test_an_article_that_does_not_help_stays_among_them_when_its_spelling_is_corrected_and_goes_when_it_is_rewritten():
    article, other = factories.article("itsme"), factories.article("eID")
    for helpful in (False, False, False, True):
        said(article, "", helpful=helpful)
        said(other, "", helpful=helpful)

    def poor() -> list[tuple[str, int, int]]:
        return [(row.title, row.helpful, row.votes) for row in selectors.articles_that_do_not_help()]

    def published(significance: str) -> None:
        text = factories.text(f"itsme, {significance}")
        number = article.revisions.count()
        save_revision(actor=System(), article=article, text=text, based_on=number, significance=significance)
        submit_for_review(actor=System(), article=article)
        approve(actor=System(), article=article)
        article.refresh_from_db()

    assert poor() == []
    said(article, "")
    assert poor() == [("itsme", 1, 5)]
    published("typo")
    said(article, "")
    assert poor() == [("itsme, typo", 1, 6)]
    assert verdicts_on(article) == (1, 5)
    published("medium")
    assert poor() == []
    assert verdicts_on(article) == (0, 0)


def said(article, reason: str, *, helpful: bool = False) -> None:
    record_feedback(actor=Visitor(), article=article, helpful=helpful, reason=reason)


def test_what_readers_missed_stands_there_as_long_as_it_is_news_and_has_readers(client):
    article, gone = factories.article("itsme"), factories.article("Oud")
    with time_machine.travel(timezone.now() - timedelta(days=91)):
        said(article, "Lang geleden")
    said(article, "De knop heet nu anders.")
    said(article, "Heel duidelijk", helpful=True)
    said(article, "")
    said(gone, "Dit loket bestaat niet meer.")
    archive_article(actor=System(), article=gone)

    assert [(row.pk, row.title, row.reason) for row in selectors.remarks()] == [
        (article.pk, "itsme", "De knop heet nu anders.")
    ]
    client.force_login(factories.user("Sofie", roles=("editor",)))
    html = client.get("/kennis/redactie/hiaten/").content.decode()
    assert f'<a href="/kennis/redactie/{article.pk}/#oordelen">itsme</a>' in html
    assert "De knop heet nu anders." in html


def test_the_page_of_gaps_is_for_editors(client):
    searched("onbekend woord")
    for role, status in (("editor", 200), ("admin", 200), ("agent", 404), ("analyst", 404)):
        client.force_login(factories.user(f"Wie {role}", roles=(role,)))
        assert client.get("/kennis/redactie/hiaten/").status_code == status, role
