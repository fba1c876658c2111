"""What an editor does in a browser, and what the pages then say."""

from django.test import Client

from helpdesk.accounts.actors import System
from knowledgebase import services
from knowledgebase.models import Article, ArticleDraft
from tests import factories

TYPED = {"title": "Getypt", "summary": "Kort.", "body_markdown": "De tekst.", "significance": "medium", "comment": ""}
SHOW = 'name="tonen" value="1"'
HAND_IN = 'name="indienen" value="1" form="writing"'
NEW, KEEP_NEW = "/kennis/redactie/nieuw/", "/kennis/redactie/nieuw/bewaren/"


def door(name: str, *roles: str) -> Client:
    client = Client()
    client.force_login(factories.user(name, roles=roles))
    return client


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def office(article: Article, part: str = "") -> str:
    return f"/kennis/redactie/{article.pk}/{part}"


def seen(client: Client, article: Article) -> dict[str, str]:
    """What the page tells of which text and which card somebody approves."""
    context = client.get(office(article)).context
    return {"revision": str(context["revision"].number), "shown": context["shown"]}


def decide(client: Client, article: Article, deed: str, **said: str) -> str:
    response = client.post(office(article, f"{deed}/"), said, follow=True)
    assert response.redirect_chain == [(office(article), 303)]
    article.refresh_from_db()
    return response.content.decode()


def decide_wrongly(client: Client, article: Article, deed: str, **said: str) -> str:
    """Do what is refused: the page comes back with what was typed."""
    response = client.post(office(article, f"{deed}/"), said)
    assert response.status_code == 422
    article.refresh_from_db()
    return response.content.decode()


def published_anew(article: Article) -> None:
    services.save_revision(actor=System(), article=article, text=factories.text("Nieuw"), based_on=1)
    services.submit_for_review(actor=System(), article=article)
    services.approve(actor=System(), article=article)
    article.refresh_from_db()


def hand_in(client: Client, article: Article, *, based_on: int = 1, **typed: str) -> int:
    """Press the button that hands in: the whole form comes along."""
    said = {**TYPED, "based_on": str(based_on), "indienen": "1", **typed}
    status = client.post(office(article), said).status_code
    article.refresh_from_db()
    return status


def keep_new(client: Client, title: str, **typed: str) -> None:
    kept = client.post(KEEP_NEW, {"title": title, **typed}, headers={"HX-Request": "true"})
    assert kept.status_code == 200


def kept_titles() -> list[str]:
    return list(ArticleDraft.objects.values_list("title", flat=True))
