"""Who comes to the pages of editors, and to which article."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse

from helpdesk.accounts.http import MemberRequest, only
from knowledgebase import policies
from knowledgebase.models import Article
from knowledgebase.querysets import is_editor

Params = ParamSpec("Params")
SHOWN = ("current_revision__author__person", "published_revision", "scheduled_revision", "original", "owner__person")

writers_only = only(lambda actor: bool(policies.may_draft(actor)))
editors_only = only(lambda actor: bool(policies.may_edit_all(actor)))


def on_article(
    view: Callable[Concatenate[MemberRequest, Article, Params], HttpResponse],
) -> Callable[Concatenate[HttpRequest, Params], HttpResponse]:
    """Give the view the article its address names: any for an editor, for others the own ones."""

    @wraps(view)
    def with_article(request: MemberRequest, /, *args: Params.args, **kwargs: Params.kwargs) -> HttpResponse:
        found = Article.objects.select_related(*SHOWN).filter(pk=int(str(kwargs.pop("pk"))))
        if not is_editor(request.actor):
            found = found.filter(Q(begun_by=request.actor.user_id) | Q(owner=request.actor.user_id))
        article = found.first()
        if article is None:
            raise Http404
        return view(request, article, *args, **kwargs)

    return writers_only(with_article)


def wants_json(request: HttpRequest) -> bool:
    return request.accepts("application/json") and not request.accepts("text/html")


def wants_fragment(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"
