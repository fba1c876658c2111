"""What programs read: the feed of new articles, and the site map."""

from xml.etree.ElementTree import Element, SubElement, tostring

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from helpdesk.accounts.actors import Visitor
from helpdesk.accounts.http import ActorRequest
from knowledgebase.selectors import newest_articles, readable_articles

NEWEST = 30
# What one site map may hold (sitemaps.org).
MOST_ADDRESSES = 50_000
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
PAGES = ("/", "/melden/", "/kennis/")


@require_safe
def feed(request: ActorRequest) -> HttpResponse:
    """Return the newest articles the reader may read, in Atom."""
    atom = Atom1Feed(
        title=_("Knowledge base of Aanspreekpunt"),
        link=_absolute(reverse("knowledgebase:home")),
        description="",
        language="nl",
        feed_url=_absolute(reverse("knowledgebase:feed")),
    )
    for article in newest_articles(request.actor, NEWEST):
        text, address = article.published_revision, _absolute(reverse("knowledgebase:article", args=[article.slug]))
        if text is not None:
            atom.add_item(
                title=text.title,
                link=address,
                description=text.summary,
                # Stays the same when the article gets another name: readers of a feed get no entry twice.
                unique_id=f"{_absolute(reverse('knowledgebase:home'))}#{article.pk}",
                pubdate=article.published_at,
                updateddate=article.published_at,
            )
    return HttpResponse(atom.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


@require_safe
def robots(_request: HttpRequest) -> HttpResponse:
    """Tell programs what is worth reading, and what would only cost us."""
    lines = ("User-agent: *", "Disallow: /zoeken/", "Disallow: /t/", f"Sitemap: {_absolute('/sitemap.xml')}", "")
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
def sitemap(_request: ActorRequest) -> HttpResponse:
    """Return the addresses anybody may visit, whoever asks."""
    root = Element("urlset", {"xmlns": SITEMAP})
    for page in PAGES:
        SubElement(SubElement(root, "url"), "loc").text = _absolute(page)
    found = readable_articles(Visitor()).order_by("pk").values_list("slug", "published_at")
    for slug, published_at in found[: MOST_ADDRESSES - len(PAGES)]:
        entry = SubElement(root, "url")
        SubElement(entry, "loc").text = _absolute(reverse("knowledgebase:article", args=[slug]))
        if published_at is not None:
            SubElement(entry, "lastmod").text = published_at.isoformat(timespec="seconds")
    return HttpResponse(tostring(root, encoding="utf-8", xml_declaration=True), content_type="application/xml")


def _absolute(path: str) -> str:
    return f"{settings.BASE_URL}{path}"
