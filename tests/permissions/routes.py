"""Every address of the site, and which row of the matrix it belongs to. What matches no row fails the tests."""

import re
from collections.abc import Iterator

from django.urls import URLPattern, get_resolver

EVERYBODY = "everybody"
SIGNED_IN = "signed in"
OWN_TICKET = "own ticket"
WITH_SECRET = "with a secret nobody here has"
WITH_LINK = "with the link"
DESK = "desk"
DESK_TICKET = "desk ticket"
UNREAD_MAIL = "mail that could not be read"
ADMINISTRATION = "administration"
EDITORIAL = "editorial office"
PUBLIC_FILE = "public file"
ARTICLE = "article for officials"
EDITED_ARTICLE = "article in the hands of editors"
WRITERS = "who writes articles"
API_NOTHING = "api, no such address"
API_PUBLIC = "api, everybody"
API_OWN_LIST = "api, own list"
API_TICKET = "api, ticket"
API_ARTICLE = "api, article for officials"
API_FILE = "api, file"

ROWS: list[tuple[str, str]] = [
    (r"(healthz|readyz|metrics)", EVERYBODY),
    (r"", EVERYBODY),
    (r"static/.*", EVERYBODY),
    (r"(sitemap\.xml|robots\.txt)", EVERYBODY),
    (r"kennis/(feed\.atom)?", EVERYBODY),
    (r"kennis/beeld/<uuid:image_id>/", ARTICLE),
    (r"kennis/redactie/(hiaten|synoniemen)/", EDITORIAL),
    (r"kennis/redactie/<int:pk>/.*", EDITED_ARTICLE),
    (r"kennis/redactie/.*", WRITERS),
    (r"kennis/<slug:slug>/(oordeel/)?", ARTICLE),
    (r"melden/ontvangen/<str:receipt>/", WITH_SECRET),
    (r"aanmelden/demo/<str:secret>/", WITH_SECRET),
    (r"melden/beantwoord/<int:article_id>/", ARTICLE),
    (r"melden/.*", EVERYBODY),
    (r"zoeken/naar/<str:ticket>/", WITH_SECRET),
    (r"zoeken/", EVERYBODY),
    (r"aanmelden/.*", EVERYBODY),
    (r"afmelden/", EVERYBODY),
    (r"t/(gevraagd/)?", EVERYBODY),
    (r"t/<str:token>/.*", WITH_LINK),
    (r"mijn/", SIGNED_IN),
    (r"mijn/<str:reference>/.*", OWN_TICKET),
    (r"bijlagen/<uuid:attachment_id>/", PUBLIC_FILE),
    (r"desk/t/<str:reference>/.*", DESK_TICKET),
    (r"desk/post/<int:mail_pk>/.*", UNREAD_MAIL),
    (r"desk/.*", DESK),
    (r"beheer/.*", ADMINISTRATION),
    (r"api/v1/(openapi\.json|organisations|applications|articles|search)", API_PUBLIC),
    (r"api/v1/articles/<slug:slug>(/feedback)?", API_ARTICLE),
    (r"api/(v1/)?", API_NOTHING),
    (r"api/v1/tickets", API_OWN_LIST),
    (r"api/v1/tickets/<[^>]*reference>/attachments/<.*", API_FILE),
    (r"api/v1/tickets/<[^>]*reference>.*", API_TICKET),
]


def routes(patterns=None, prefix: str = "") -> Iterator[str]:
    """Yield the pattern of every address, as Django resolves it."""
    for entry in patterns if patterns is not None else get_resolver().url_patterns:
        here = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield here
        else:
            yield from routes(entry.url_patterns, here)


def row_of(route: str) -> str | None:
    return next((row for pattern, row in ROWS if re.fullmatch(pattern, route.removesuffix("$"))), None)
