"""What every template may use."""

from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static

BRAND_URL = "brand/"
STYLESHEET = "brand.css"
MARKS = ("mark.svg", "mark.png")


def site(_request: HttpRequest) -> dict[str, Any]:
    """Return facts of this installation; none of them needs the database."""
    return {
        "site": {
            "demo": settings.DEMO,
            "base_url": settings.BASE_URL,
            "inbound_address": settings.DEFAULT_FROM_EMAIL,
            **brand(settings.BRAND_DIR),
        },
    }


@cache
def brand(folder: Path | None) -> dict[str, str]:
    """Return the addresses of the brand's stylesheet and mark, each empty when the folder does not have it."""
    marks = (name for name in MARKS if folder and (folder / name).is_file())
    return {"brand_css": _url(folder, STYLESHEET), "brand_mark": _url(folder, next(marks, ""))}


def _url(folder: Path | None, name: str) -> str:
    if folder is None or not name or not (folder / name).is_file():
        return ""
    return static(BRAND_URL + name)
