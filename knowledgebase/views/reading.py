"""The pages of readers: what there is, and one article."""

from http import HTTPStatus

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from helpdesk.accounts.actors import PersonActor
from helpdesk.accounts.http import ActorRequest
from knowledgebase import policies, selectors, services
from knowledgebase.choices import chosen_in, questions
from knowledgebase.forms import FeedbackForm
from knowledgebase.limits import FEEDBACK
from knowledgebase.models import Article, ArticleRevision
from knowledgebase.parsing import conditions_in
from knowledgebase.rendering import render as rendered

HONEYPOT = "website"
# A page of the portal, which lies above this room (CONTRACT: Pages).
SEARCH = "/zoeken/"
# Django follows no redirect to an address that is far longer.
LONGEST_SEARCH = 300
ON_A_PAGE = 50
MOST_USED, RELATED = 6, 4


@require_safe
def home(request: ActorRequest) -> HttpResponse:
    """Show what there is to read: by theme and application, or the articles about one of them; or search in it."""
    if typed := request.GET.get("q", "")[:LONGEST_SEARCH].strip():
        return HttpResponseRedirect(f"{SEARCH}?{urlencode({'q': typed})}")
    theme, application = request.GET.get("thema", ""), request.GET.get("toepassing", "")
    if not (theme or application):
        return _overview(request)
    subjects = selectors.themes(request.actor) if theme else selectors.applications_with_articles(request.actor)
    subject = next((each for each in subjects if each.key == (theme or application)), None)
    if subject is None:
        return _overview(request)
    found = selectors.articles_about(request.actor, theme=theme, application="" if theme else application)
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("pagina"))
    return render(request, "knowledgebase/subject.html", {"subject": subject, "page": page})


def _overview(request: ActorRequest) -> HttpResponse:
    context = {
        "search_url": SEARCH,
        "may_write": policies.may_draft(request.actor),
        "themes": selectors.themes(request.actor),
        "applications": selectors.applications_with_articles(request.actor),
        "most_used": selectors.most_used(request.actor, MOST_USED),
    }
    return render(request, "knowledgebase/home.html", context)


@require_safe
def article(request: ActorRequest, slug: str) -> HttpResponse:
    found = _readable(request, slug)
    if isinstance(found, HttpResponse):
        return found
    return _page(request, found, FeedbackForm(initial={"revision": _text(found).number}))


@require_POST
def give_feedback(request: ActorRequest, slug: str) -> HttpResponse:
    """Take what a reader thinks of the text; visitors are counted, people who signed in are not."""
    # The article may have got another name since the page was opened; a redirect would lose what was said.
    slug = selectors.new_slug_of(request.actor, slug) or slug
    found = _readable(request, slug)
    if isinstance(found, HttpResponse):
        return found
    form = FeedbackForm(request.POST)
    is_visitor = not isinstance(request.actor, PersonActor)
    if is_visitor and (wait_s := FEEDBACK.wait_s(request.client_address)):
        form.add_error(None, _("Much was sent from your network. Wait a few minutes and send it once more."))
        response = _page(request, found, form, status=HTTPStatus.TOO_MANY_REQUESTS)
        response["Retry-After"] = str(wait_s)
        return response
    if not form.is_valid():
        return _page(request, found, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if not request.POST.get(HONEYPOT):
        services.record_feedback(actor=request.actor, article=found, **form.verdict())
    messages.success(request, _("Thank you. The editors read what you said."))
    return HttpResponseRedirect(_address(request, slug), status=HTTPStatus.SEE_OTHER)


def _readable(request: ActorRequest, slug: str) -> Article | HttpResponse:
    """Return the article, or where the reader must go: its new address, or for its writers its page of the editors."""
    try:
        found = selectors.article_for(request.actor, slug)
    except Article.DoesNotExist as error:
        if new := selectors.new_slug_of(request.actor, slug):
            return HttpResponsePermanentRedirect(_address(request, new))
        raise Http404 from error
    if not found.is_published:
        return HttpResponseRedirect(reverse("knowledgebase:edit", args=[found.pk]))
    return found


def _address(request: ActorRequest, slug: str) -> str:
    """Return the address of an article, with what the reader chose in it."""
    address, query = reverse("knowledgebase:article", args=[slug]), request.META.get("QUERY_STRING", "")
    return f"{address}?{query}" if query else address


def _text(article: Article) -> ArticleRevision:
    if article.published_revision is None:
        raise Http404
    return article.published_revision


def _page(request: ActorRequest, article: Article, form: FeedbackForm, *, status: int = 200) -> HttpResponse:
    text, chosen = _text(article), chosen_in(request.GET.dict())
    prefetch_related_objects([article], "applications", "categories")
    variants = selectors.variants(request.actor, article)
    context = {
        "article": article,
        "text": text,
        "html": rendered(text.body_markdown, conditions=chosen),
        "questions": questions(conditions_in(text.body_markdown), chosen),
        "variants": variants if len(variants) > 1 else [],
        "original": next((each for each in variants if each.pk == article.original_id), None),
        "related": selectors.related_articles(request.actor, article, RELATED),
        "form": form,
        "may_edit": policies.may_edit_all(request.actor),
        "honeypot": HONEYPOT,
        "robots": article.audience == Article.Audience.PUBLIC,
    }
    return render(request, "knowledgebase/article.html", context, status=status)
