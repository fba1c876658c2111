"""Handing in, approving and taking away: what is decided is what the page showed, and nothing waits that is gone."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.accounts.models import User
from helpdesk.kernel.policy import RefusedError
from knowledgebase import services
from knowledgebase.content import Card
from knowledgebase.models import Article
from knowledgebase.office import shelves
from tests import factories
from tests.knowledgebase.office.browsing import SHOW, TYPED, decide, door, hand_in, office, page, seen

pytestmark = [pytest.mark.django_db, pytest.mark.engines]

NUMBER = "85.07.30-033.28"


@pytest.fixture
def writer():
    return factories.editor("Sofie")


@pytest.fixture
def reader():
    return factories.editor("Tom")


@pytest.fixture
def other():
    """The browser of an editor who wrote nothing."""
    return door("Ann", "editor")


def handed_in(writer, article=None):
    article = article or factories.article()
    services.save_revision(actor=writer, article=article, text=factories.text("Nieuw"), based_on=1)
    services.submit_for_review(actor=writer, article=article)
    article.refresh_from_db()
    return article


def show(client, article, significance="medium") -> str:
    """Press the button that saves and shows at once."""
    typed = {**TYPED, "significance": significance, "based_on": "1", "tonen": "1"}
    answer = client.post(office(article), typed, follow=True).content.decode()
    article.refresh_from_db()
    return answer


def waiting(actor) -> list[Article]:
    return list(next(shelf for shelf in shelves(actor) if shelf.key == "nazicht").rows)


def test_what_was_handed_in_does_not_wait_any_more_once_the_article_is_archived(writer, reader):
    article = handed_in(writer)
    assert waiting(reader) == [article]
    services.archive_article(actor=reader, article=article)
    article.refresh_from_db()

    assert waiting(reader) == []
    assert (article.current_revision.state, article.current_revision.submitted_at) == ("draft", None)


def test_nothing_of_an_archived_article_is_approved_sent_back_or_handed_in(writer, reader):
    article = handed_in(writer)
    Article.objects.filter(pk=article.pk).update(state="archived")
    with pytest.raises(RefusedError):
        services.approve(actor=reader, article=article)
    with pytest.raises(RefusedError):
        services.send_back(actor=reader, article=article, reason="Te lang.")
    services.archive_article(actor=reader, article=article)
    with pytest.raises(RefusedError):
        services.submit_for_review(actor=writer, article=article)

    article.refresh_from_db()
    assert (article.state, article.published_revision.number) == ("archived", 1)


def test_what_was_planned_is_read_again_when_the_article_comes_back(writer, reader):
    article = handed_in(writer)
    services.approve(actor=reader, article=article, publish_at=timezone.now() + timedelta(hours=1))
    services.archive_article(actor=reader, article=article)
    services.reopen_article(actor=reader, article=article)
    article.refresh_from_db()

    assert (article.state, article.publish_at, article.scheduled_revision) == ("published", None, None)
    assert (article.current_revision.state, article.current_revision.reviewer) == ("draft", None)
    services.submit_for_review(actor=writer, article=article)
    assert services.approve(actor=reader, article=article).number == 2


def test_who_hands_in_a_text_somebody_else_wrote_on_meanwhile_sees_that_first(writer, other):
    article = factories.article()
    services.save_revision(actor=writer, article=article, text=factories.text("Van Sofie"), based_on=1)
    shown = {**vars(factories.text("Van Sofie")), "significance": "medium", "indienen": "1"}
    services.save_revision(actor=writer, article=article, text=factories.text("Half werk"), based_on=2)
    assert other.post(office(article), {**shown, "based_on": "2"}).status_code == 409
    article.refresh_from_db()
    assert article.current_revision.state == "draft"

    assert other.post(office(article), {**shown, "title": "Half werk", "based_on": "3"}).status_code == 303
    article.refresh_from_db()
    assert (article.current_revision.number, article.current_revision.state) == (3, "in_review")


@pytest.mark.parametrize(("significance", "waits"), [("typo", False), ("major", True)])
def test_who_hands_in_is_told_whether_somebody_else_must_read_it(other, significance, waits):
    typed = {**vars(factories.text("Nieuw")), "significance": significance, "based_on": "1", "indienen": "1"}

    page = other.post(office(factories.article()), typed, follow=True).content.decode()

    assert ("Een andere redacteur leest het nu na." in page) is waits


@pytest.mark.parametrize(
    ("significance", "state", "said", "read"),
    [
        ("typo", "approved", "Goedgekeurd. Lezers zien het nu.", 2),
        ("medium", "approved", "Goedgekeurd. Lezers zien het nu.", 2),
        ("major", "in_review", "Bewaard als versie 2.", 1),
    ],
)
def test_an_editor_saves_and_shows_at_once_what_nobody_else_must_read(other, significance, state, said, read):
    article = factories.article()
    assert SHOW in page(other, office(article))
    answer = show(other, article, significance=significance)

    assert said in answer
    assert (article.current_revision.state, article.published_revision.number) == (state, read)


def test_a_text_that_waits_already_is_shown_at_once_too(other):
    article = factories.article()
    hand_in(other, article)
    assert article.current_revision.state == "in_review"
    show(other, article)

    assert (article.current_revision.state, article.published_revision.number) == ("approved", 2)


def test_what_readers_never_saw_is_not_shown_without_a_look_at_its_card(other):
    article = factories.article(published=False)
    assert SHOW not in page(other, office(article))
    answer = show(other, article)

    assert "Dit artikel is nog niet gepubliceerd." in answer
    assert (article.state, article.published_revision) == ("in_review", None)


def test_a_writer_who_is_no_editor_shows_readers_nothing_at_once(writer):
    agent = door("Bram", "agent")
    article = factories.article(published=False, owner=User.objects.get(person__name="Bram"))
    answer = show(agent, article)

    assert "Alleen een redacteur kan dit." in answer
    assert (article.current_revision.state, article.published_revision) == ("in_review", None)


@pytest.mark.parametrize("number", [{}, {"revision": ""}, {"revision": "x"}])
@pytest.mark.parametrize("deed", ["goedkeuren", "terugsturen"])
def test_nobody_decides_about_a_text_without_saying_which(writer, other, deed, number):
    article = handed_in(writer)
    before = article.current_revision.state
    said = {"shown": seen(other, article)["shown"], "reason": "Kort.", **number}
    answer = other.post(office(article, f"{deed}/"), said).content.decode()
    article.refresh_from_db()

    assert ">Kort.</textarea>" in answer
    assert article.current_revision.state == before


def test_an_approval_is_for_the_readers_the_page_showed(writer, other):
    article = services.write_draft(actor=writer, text=factories.text("Intern"), card=Card(audience="agents"))
    services.submit_for_review(actor=writer, article=article)
    before = seen(other, article)
    services.change_card(actor=writer, article=article, card=Card(audience="public"))
    html = decide(other, article, "goedkeuren", **before)

    assert (article.state, article.published_revision) == ("in_review", None)
    notice = html.partition("notice--error")[2].partition("</div>")[0]
    assert "Voor wie" in notice
    assert "Bronnen" not in notice
    decide(other, article, "goedkeuren", **seen(other, article))
    assert (article.state, article.audience) == ("published", "public")


def test_an_approval_that_does_not_say_what_it_saw_is_refused(writer, other):
    article = handed_in(writer)
    decide(other, article, "goedkeuren", revision="2")

    assert article.published_revision.number == 1


@pytest.mark.parametrize(("at", "planned"), [("", False), ("2090-01-01T09:00", True)])
def test_who_approves_hears_when_readers_see_it(writer, other, at, planned):
    article = handed_in(writer)
    html = decide(other, article, "goedkeuren", **seen(other, article), **{"publiceren-at": at})

    assert (article.published_revision.number == 1) is planned
    assert ("vanaf het tijdstip dat u koos" in html) is planned


def test_national_numbers_get_into_nothing_that_is_said_about_an_article(writer):
    article = services.write_draft(
        actor=writer,
        text=factories.text("Titel"),
        card=Card(sources=[f"Mail van {NUMBER}", " "]),
        slug=f"voor {NUMBER}",
    )
    assert (article.sources, article.slug) == (["Mail van ••.••.••-•••.••"], "voor")
    services.change_card(actor=writer, article=article, card=Card(sources=[NUMBER]))
    services.save_revision(
        actor=writer, article=article, text=factories.text("Ander"), based_on=1, comment=f"voor {NUMBER}"
    )
    article.refresh_from_db()

    assert article.sources == ["••.••.••-•••.••"]
    assert article.current_revision.comment == "voor ••.••.••-•••.••"


def test_why_a_text_goes_back_is_not_lost_when_its_writer_changed_it_meanwhile(writer, other):
    article = handed_in(writer)
    shown = seen(other, article)
    services.save_revision(actor=writer, article=article, text=factories.text("Nieuwer"), based_on=2)
    answer = other.post(office(article, "terugsturen/"), {**shown, "reason": "Bron <ontbreekt>."})

    assert answer.status_code == 422
    assert ">Bron &lt;ontbreekt&gt;.</textarea>" in answer.content.decode()
    assert "Iemand bewaarde intussen een nieuwere tekst." in answer.content.decode()


def test_why_a_text_goes_back_is_not_cut_off(writer, other):
    article = handed_in(writer)
    reason = "x" * 1001
    answer = other.post(office(article, "terugsturen/"), {**seen(other, article), "reason": reason})
    article.refresh_from_db()

    assert (answer.status_code, f">{reason}</textarea>" in answer.content.decode()) == (422, True)
    assert (article.current_revision.state, article.current_revision.review_note) == ("in_review", "")
