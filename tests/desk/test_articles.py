"""Articles beside a ticket: those that fit, and one that is made of it."""

import re
from dataclasses import replace

import pytest

from helpdesk.accounts.actors import System
from helpdesk.tickets.services import NewMessage, add_note, reply_to_ticket
from knowledgebase.content import text_of
from knowledgebase.models import Article, ArticleUse
from knowledgebase.services import move_article, save_revision
from tests import factories

pytestmark = pytest.mark.django_db
ASKED = "Beste, ik ben Annelies Peeters (annelies@aalter.example, 09 325 22 00) van Aalter. Mijn kaartlezer werkt niet."


def test_beside_a_ticket_stand_the_articles_its_subject_finds(desk, reindex):
    fits = factories.article("De kaartlezer wordt niet herkend")
    factories.article("Een jaarrekening indienen")
    agents_only = factories.article("Kaartlezer: wat wij niet kunnen", audience="agents")
    ticket = factories.ticket("Kaartlezer wordt niet herkend")
    reindex()

    part = desk.as_bram.get(f"/desk/t/{ticket.reference}/artikelen/", headers={"HX-Request": "true"})
    whole = desk.as_bram.get(f"/desk/t/{ticket.reference}/artikelen/")

    assert [hit.object_id for hit in part.context["hits"]] == [fits.pk, agents_only.pk]
    # What is not for everybody is there to be read, not to be put in an answer.
    assert re.findall(r'data-insert-text="(.*?) – ', part.content.decode()) == ["De kaartlezer wordt niet herkend"]
    assert "niet voor iedereen" in part.content.decode()
    choices = desk.as_bram.get("/desk/zoeken/palet/", {"q": "kaartlezer", "alleen": "artikelen"}).content.decode()
    assert "niet kunnen" not in choices
    assert b"<html" not in part.content
    assert b"<html" in whole.content


def test_beside_a_ticket_stands_nothing_that_only_resembles_its_subject(desk, reindex):
    factories.article("De kaartlezer wordt niet herkend")
    ticket = factories.ticket("Kaartlegging")
    reindex()

    assert list(desk.as_bram.get(f"/desk/t/{ticket.reference}/artikelen/").context["hits"]) == []


def test_an_answer_with_the_address_of_an_article_counts_as_its_use(desk):
    article, other = factories.article("Itsme"), factories.article("eID")
    ticket = factories.ticket()
    body = f"Zie http://127.0.0.1:8000/kennis/{article.slug}/ en https://elders.example/kennis/{other.slug}/"
    bram = factories.actor(desk.bram)
    reply_to_ticket(actor=bram, ticket=ticket, new=NewMessage(body=body + f" en weer /kennis/{article.slug}/"))
    add_note(actor=bram, ticket=ticket, new=NewMessage(body=f"http://127.0.0.1:8000/kennis/{other.slug}/"))

    assert list(ArticleUse.objects.values_list("article", flat=True)) == [article.pk]


def test_a_draft_of_a_ticket_leads_to_the_articles_that_were_its_answer(desk):
    article = factories.article("Itsme")
    ticket = factories.ticket()
    body = f"Lees Itsme – http://127.0.0.1:8000/kennis/{article.slug}/. Zie ook https://elders.example/kennis/x/"
    reply_to_ticket(actor=factories.actor(desk.bram), ticket=ticket, new=NewMessage(body=body))

    desk.as_bram.post(f"/desk/t/{ticket.reference}/artikel/")

    text = Article.objects.select_related("current_revision").latest("pk").current_revision.body_markdown
    assert text.endswith(f"Lees Itsme – [/kennis/{article.slug}/](/kennis/{article.slug}/). Zie ook [link]")


def test_an_address_the_article_had_before_counts_too(desk):
    article = factories.article("Itsme")
    old = article.slug
    move_article(actor=System(), article=article, slug="aanmelden-met-itsme")
    body = f"Zie http://127.0.0.1:8000/kennis/{old}/"
    reply_to_ticket(actor=factories.actor(desk.bram), ticket=factories.ticket(), new=NewMessage(body=body))

    assert list(ArticleUse.objects.values_list("article", flat=True)) == [article.pk]


def test_what_a_requester_writes_uses_no_article(desk):
    article = factories.article("Itsme")
    factories.ticket(body=f"Ik las http://127.0.0.1:8000/kennis/{article.slug}/ al.")

    assert not ArticleUse.objects.exists()


def test_a_draft_of_a_ticket_holds_what_was_asked_and_answered_and_nobody(desk):
    application = factories.application(queue=desk.loket)
    organisation = factories.organisation("Aalter")
    ticket = factories.ticket(
        "Kaartlezer van Annelies Peeters",
        body=ASKED,
        application=application,
        organisation=organisation,
        requester=("Annelies Peeters", "annelies@aalter.example"),
    )
    bram = factories.actor(desk.bram)
    reply_to_ticket(actor=bram, ticket=ticket, new=NewMessage(body="Beste Annelies, sluit de browser. Bram De Smet"))
    add_note(actor=bram, ticket=ticket, new=NewMessage(body="GEHEIM"))

    response = desk.as_bram.post(f"/desk/t/{ticket.reference}/artikel/")

    article = Article.objects.select_related("current_revision").get()
    text = article.current_revision
    assert response.headers["Location"] == f"/kennis/redactie/{article.pk}/"
    assert text.title == "Kaartlezer van [naam]"
    assert text.body_markdown == (
        "## De vraag\n\nBeste, ik ben [naam] ([e-mailadres], [nummer]) van [naam]. Mijn kaartlezer werkt niet.\n\n"
        "## Het antwoord\n\nBeste [naam], sluit de browser. [naam]"
    )
    assert article.state == "work_in_progress"
    assert list(article.applications.all()) == [application]


def test_colleagues_who_are_named_in_a_ticket_are_not_named_in_its_draft(desk):
    aalter, aalst = factories.organisation("Aalter"), factories.organisation("Aalst")
    factories.official("Koen Wouters", organisation=aalter)
    factories.official("Fatima El Amrani", organisation=aalst)
    factories.agent("Lotte Claes")
    body = "Dag Lotte, ook koen wouters kan niet aanmelden. Volgens Wouters lukt het Fatima wel."
    ticket = factories.ticket(
        "Aanmelden", body=body, application=factories.application(queue=desk.loket), organisation=aalter
    )

    desk.as_bram.post(f"/desk/t/{ticket.reference}/artikel/")

    text = Article.objects.select_related("current_revision").get().current_revision.body_markdown
    # Who works elsewhere is somebody we do not look for.
    assert "Dag [naam], ook [naam] kan niet aanmelden. Volgens [naam] lukt het Fatima wel." in text


def test_who_makes_an_article_of_a_ticket_once_more_comes_to_the_one_there_is(desk):
    ticket = factories.ticket("Kaartlezer", application=factories.application(queue=desk.loket))
    first = desk.as_bram.post(f"/desk/t/{ticket.reference}/artikel/")
    article = Article.objects.select_related("current_revision").get()
    text = replace(text_of(article.current_revision), title="De kaartlezer wordt niet herkend")
    save_revision(actor=factories.actor(desk.bram), article=article, text=text, based_on=1)

    again = desk.as_bram.post(f"/desk/t/{ticket.reference}/artikel/")

    assert again.headers["Location"] == first.headers["Location"] == f"/kennis/redactie/{article.pk}/"
    page = desk.as_bram.get(again.headers["Location"]).content.decode()
    assert "Dit artikel maakte u al eerder van dit ticket." in page
    assert list(Article.objects.values_list("current_revision__title", flat=True)) == [
        "De kaartlezer wordt niet herkend"
    ]


def test_a_draft_is_made_only_of_a_ticket_one_handles(desk):
    ticket = factories.ticket()

    assert desk.as_wim.post(f"/desk/t/{ticket.reference}/artikel/").status_code == 404
    assert not Article.objects.exists()


def test_whatever_was_mailed_becomes_a_draft(desk):
    body = "Hallo\n> > > > diep\n![scherm](cid:1)\n::: tip\n    code\n# kop\n" + ">" * 200 + " eind"
    ticket = factories.ticket("Scherm", body=body, application=factories.application(queue=desk.loket))

    assert desk.as_bram.post(f"/desk/t/{ticket.reference}/artikel/").status_code == 302

    text = Article.objects.select_related("current_revision").get().current_revision.body_markdown
    assert text.startswith("## De vraag\n\nHallo\ndiep\n[scherm](cid:1)\ntip\ncode\nkop\neind\n\n## Het antwoord")
