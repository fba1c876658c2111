"""What a page showed of the card of an article, to notice that somebody changed it meanwhile, and what."""

import hashlib

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from helpdesk.kernel.policy import RefusedError, denied
from helpdesk.kernel.services import Precondition
from knowledgebase.models import Article

DIGITS = 8
BETWEEN = "-"


def fingerprint(article: Article) -> str:
    """Return a short mark of each part of the card, in order."""
    return BETWEEN.join(hashlib.sha256(repr(part).encode()).hexdigest()[:DIGITS] for _label, part in _parts(article))


def still_shown(shown: str) -> Precondition:
    """Return a check that refuses when the card is not what `shown` is the fingerprint of."""

    def check(article: Article) -> None:
        then, now = shown.split(BETWEEN), fingerprint(article).split(BETWEEN)
        if then == now:
            return
        if len(then) != len(now):
            raise RefusedError(denied(_("Open the page again and look first.")))
        labels = [str(label) for label, _part in _parts(article)]
        changed = ", ".join(label for label, old, new in zip(labels, then, now, strict=True) if old != new)
        raise RefusedError(
            denied(
                _("Somebody changed this meanwhile: %(parts)s. Open the page again and look first.")
                % {"parts": changed}
            )
        )

    return check


def hour_of_leaving(article: Article) -> str:
    """Return when the article goes, as a page remembers it; nothing when no hour was planned."""
    return article.archive_at.isoformat() if article.archive_at else ""


def leaves_at(shown: str) -> Precondition:
    """Return a check that refuses when another hour was planned than a page showed."""

    def check(article: Article) -> None:
        if hour_of_leaving(article) != shown:
            raise RefusedError(denied(_("Somebody planned another hour meanwhile. Look again.")))

    return check


def _parts(article: Article) -> list[tuple[str | Promise, object]]:
    return [
        (_("For whom"), article.audience),
        (_("Short name in the address"), article.slug),
        (_("Applications"), sorted(article.applications.values_list("slug", flat=True))),
        (_("Categories"), sorted(article.categories.values_list("code", flat=True))),
        (_("Who looks after it"), article.owner_id),
        (_("Check again by"), article.verify_by),
        (_("Sources"), article.sources),
    ]
