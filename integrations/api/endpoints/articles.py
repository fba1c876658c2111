"""Articles: find, read, write, and say whether one helped."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpResponse, HttpResponsePermanentRedirect
from django.utils.crypto import salted_hmac
from django.utils.http import parse_etags
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router

from helpdesk.accounts.actors import Actor
from integrations.api import article_bodies as bodies
from integrations.api import knowledge_shapes as shapes
from integrations.api.answers import bytes_of, created_answer, etag_of, list_answer, next_url_of, object_answer
from integrations.api.article_changes import as_it_is_now, begin_article, rewrite_article
from integrations.api.article_lists import articles_page
from integrations.api.article_texts import seen_by, with_parts
from integrations.api.bearer import ApiRequest, Bearer, OpenRequest, OptionalBearer, Stranger
from integrations.api.problems import ProblemError
from integrations.api.representations import address_of
from integrations.api.services import Created, create_once
from knowledgebase.limits import FEEDBACK
from knowledgebase.models import Article
from knowledgebase.selectors import new_slug_of
from knowledgebase.services import RevisionConflictError, record_feedback

router = Router(tags=["Articles"])
OPEN, WRITE = OptionalBearer("articles:read"), Bearer("articles:write")


@router.get("", auth=OPEN, response=shapes.ArticleList, summary="List articles")
def list_articles(request: OpenRequest, filters: Query[bodies.ArticleFilters]) -> HttpResponse:
    """List what you may read: published articles for you; an editor every article, an agent also the own drafts."""
    page = articles_page(filters, actor=request.auth.actor)
    next_url = next_url_of(request, page.next_cursor)
    return list_answer(shapes.ArticleList(items=page.items, next=next_url), next_url)


@router.post("", auth=WRITE, response={201: shapes.Article}, summary="Begin an article")
def create_article(request: ApiRequest, new: bodies.NewArticle) -> HttpResponse:
    """Write the first text of an article, for editors, agents and integrations; `state` may hand it in at once."""
    actor = request.auth.actor

    def begin() -> Created:
        article = begin_article(new, actor=actor)
        return Created(bytes_of(seen_by(actor, article)), location=address_of(f"/articles/{article.slug}"))

    created = create_once(request, caller=actor.code, content=bytes_of(new), effect=begin)
    return created_answer(created.body, location=created.location, replayed=created.replayed)


@router.get("/{slug:slug}", auth=OPEN, response=shapes.Article, summary="Read an article")
def read_article(request: OpenRequest, slug: str) -> HttpResponse:
    """Read the text that readers see; who may write the article gets its newest text."""
    actor = request.auth.actor
    try:
        article = _called(actor, slug)
    except Article.DoesNotExist:
        if new := new_slug_of(actor, slug):
            return HttpResponsePermanentRedirect(address_of(f"/articles/{new}"))
        raise
    return object_answer(request, seen_by(actor, article))


@router.put("/{slug:slug}", auth=WRITE, response=shapes.Article, summary="Change an article")
def put_article(request: ApiRequest, slug: str, text: bodies.ArticleText) -> HttpResponse:
    """Write a new text, which readers see once it is published; change the rest when that is sent too.

    `state` hands the text in (“in_review”), approves it (“published”), or takes the article away (“archived”). What is
    new or rewritten is approved by somebody else than its writer, and never by an integration.
    """
    actor = request.auth.actor
    article = _called(actor, slug)
    try:
        article = rewrite_article(text, article=article, actor=actor, precondition=_unchanged(request))
    except RevisionConflictError as conflict:
        raise _changed_meanwhile(etag_of(_bytes_now(actor, article))) from conflict
    return object_answer(request, seen_by(actor, article))


@router.post(
    "/{slug:slug}/feedback", auth=OPEN, response={201: shapes.Feedback}, summary="Say whether an article helped"
)
def create_feedback(request: OpenRequest, slug: str, new: bodies.NewFeedback) -> HttpResponse:
    """Tell the editors whether an article helped, and why not; nothing of who you are is kept with it."""
    actor = request.auth.actor
    article = _called_now_or_before(actor, slug)
    _count_stranger(request)
    read = new.revision if "revision" in new.model_fields_set else None

    def note() -> Created:
        said = record_feedback(actor=actor, article=article, helpful=new.helpful, reason=new.reason, number=read)
        shape = shapes.Feedback(helpful=said.helpful, reason=said.reason, revision=said.revision.number)
        return Created(bytes_of(shape))

    created = create_once(request, caller=_keeper_of_key(request), content=bytes_of(new), effect=note)
    return created_answer(created.body, replayed=created.replayed)


def _called(actor: Actor, slug: str) -> Article:
    return with_parts(Article.objects.visible_to(actor)).get(slug=slug)


def _called_now_or_before(actor: Actor, slug: str) -> Article:
    """Return it by a name it had too: who has its page open since before is heard all the same."""
    try:
        return _called(actor, slug)
    except Article.DoesNotExist:
        return _called(actor, new_slug_of(actor, slug) or slug)


def _bytes_now(actor: Actor, article: Article) -> bytes:
    return bytes_of(seen_by(actor, as_it_is_now(article)))


def _unchanged(request: ApiRequest) -> Callable[[Article], None]:
    """Return what is asked once the row is held: is this still the version that If-Match names?"""
    if_match = request.headers.get("If-Match")

    def objection(article: Article) -> None:
        if if_match is None:
            return
        etag, accepted = etag_of(bytes_of(seen_by(request.auth.actor, article))), parse_etags(if_match)
        if "*" not in accepted and etag not in accepted:
            raise _changed_meanwhile(etag)

    return objection


def _changed_meanwhile(etag: str) -> ProblemError:
    return ProblemError(
        HTTPStatus.PRECONDITION_FAILED,
        _("Read the article again and decide whether your text still fits."),
        headers={"ETag": etag},
    )


def _count_stranger(request: OpenRequest) -> None:
    if not isinstance(request.auth, Stranger):
        return
    if wait_s := FEEDBACK.wait_s(request.client_address):
        raise ProblemError(
            HTTPStatus.TOO_MANY_REQUESTS,
            _("Much was sent from your network. Try again in %(seconds)s seconds.") % {"seconds": wait_s},
            headers={"Retry-After": str(wait_s)},
        )


def _keeper_of_key(request: OpenRequest) -> str:
    """Return whose key it is; strangers are told apart by their address, which only we can recognise in it."""
    if isinstance(request.auth, Stranger):
        return f"visitor:{salted_hmac(__name__, request.client_address).hexdigest()}"
    return request.auth.actor.code
