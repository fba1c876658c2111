"""The one function that makes HTML from mail safe to show."""

import nh3

from integrations.mail.markup.balance import ATTRIBUTES, LINKS, TAGS, TooDeepError, balanced
from integrations.mail.markup.tags import names

LARGEST = 1_000_000
_MOST_TAGS = 20_000
# The parser copies what follows a character reference: their number times the length is what they cost.
_MOST_COPIED = 10_000_000_000
# What changes each time it is cleaned, two parsers read differently. A link without a good address takes three.
_MOST_ROUNDS = 4

_ATTACHED = "cid:"
_REMOVED_WITH_CONTENT = names(
    "applet audio canvas embed frame frameset iframe math noembed noframes noscript object plaintext script style svg "
    "template textarea title video xmp",
)


def sanitised(html: str) -> str:
    """Return HTML without anything that acts, loads, or carries style; "" when only its text can be shown.

    That is so beyond 1 MB, 20,000 tags or 500 elements in each other, and when cleaning goes on changing it.
    Images stay when their source is a part of the mail (cid:). In the place of others stands a
    <span data-unshown-image=""> with their description, so that the page can say in its own words what is missing.
    """
    if len(html) > LARGEST or html.count("<") > _MOST_TAGS:
        return ""
    for _ in range(_MOST_ROUNDS):
        before, html = html, _cleaned(html)
        if html == before:
            return html
    return ""


def _cleaned(html: str) -> str:
    try:
        html = balanced(html.replace("\x00", ""))
    except TooDeepError:
        return ""
    return _CLEANER.clean(html) if html.count("&") * len(html) <= _MOST_COPIED else ""


def _safe_value(_tag: str, attribute: str, value: str) -> str | None:
    scheme = value.lower()
    if attribute == "src" and not scheme.startswith(_ATTACHED):
        return None
    if attribute == "href" and not scheme.startswith(LINKS):
        return None
    return value


_CLEANER = nh3.Cleaner(
    tags=set(TAGS),
    clean_content_tags=set(_REMOVED_WITH_CONTENT),
    # Without the star, titles and languages would be let through on every element.
    attributes={"*": set(), **{tag: set(allowed) for tag, allowed in ATTRIBUTES.items()}},
    attribute_filter=_safe_value,
    url_schemes={"http", "https", "mailto", "tel", "cid"},
    link_rel="noopener noreferrer nofollow",
    set_tag_attribute_values={"a": {"target": "_blank"}},
)
