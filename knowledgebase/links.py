"""Links to our own articles, as they stand in what people write."""

import re

from django.conf import settings


def article_link() -> re.Pattern[str]:
    """Return what finds the address of an article in a text; its groups are the path and the slug in it."""
    return re.compile(rf"{re.escape(settings.BASE_URL)}(/kennis/([-\w]+)/)")
