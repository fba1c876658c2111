"""What is missing from the answers, each row with what to write."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet
from django.utils import timezone

from helpdesk.insights.models import RETURNS_WITHIN, Deflection, Replay, SearchRecord
from helpdesk.insights.redacting import redacted
from helpdesk.search.words import STOP_WORDS, words
from helpdesk.tickets.models import Ticket
from knowledgebase.models import Article, ArticleFeedback
from knowledgebase.selectors import with_opinions

PERIOD = timedelta(days=90)
MOST = 50
# In one night: more than the page shows, so that those below move up.
MOST_REPLAYED = 1_000
# Of the words of a subject, what an article must hold to be an answer to it.
ENOUGH = 0.6
# A word in fewer subjects than this may tell who asked.
FEWEST_TICKETS, MOST_WORDS, MOST_READ = 3, 8, 2_000
# What was looked for once may be about one person.
FEWEST_SEARCHES = 2
# Votes before a share says something, and the share below which an article does not help.
FEWEST_VOTES, HELPFUL = 5, 0.6
LATELY = timedelta(days=30)


@dataclass(frozen=True)
class SearchGap:
    text: str
    times: int
    last_at: datetime


@dataclass(frozen=True)
class TicketGap:
    """A kind of question without an answer, and the words that several of its subjects share."""

    application: str
    category: str
    times: int
    words: list[str]
    application_slug: str = ""
    category_code: str = ""

    @property
    def title(self) -> str:
        """What an article about it may be called at first."""
        return self.category or " ".join(self.words) or self.application

    @property
    def query(self) -> str:
        """What the address of a new article says of it."""
        known = {"titel": self.title, "toepassing": self.application_slug, "categorie": self.category_code}
        return urlencode({name: value for name, value in known.items() if value})


@dataclass(frozen=True)
class ArticleGap:
    pk: int
    title: str
    helpful: int
    votes: int
    verify_by: date | None


@dataclass(frozen=True)
class Remark:
    """What somebody missed in an article, or found wrong."""

    pk: int
    title: str
    reason: str
    at: datetime


@dataclass(frozen=True)
class Deflected:
    """`solved`: said to be helped and not back within 72 hours; who said so less long ago is still `waiting`."""

    title: str
    slug: str
    said: int
    returned: int
    waiting: int

    @property
    def solved(self) -> int:
        return self.said - self.returned - self.waiting


def searches_without_result() -> list[SearchGap]:
    return _searches(Q(results=0, is_answered=False))


def searches_without_opening() -> list[SearchGap]:
    """Return what was looked for, found, and by nobody opened."""
    opened = SearchRecord.objects.filter(text=OuterRef("text"), was_opened=True, at__gt=timezone.now() - PERIOD)
    return _searches(Q(~Exists(opened), results__gt=0))


def searches_to_replay() -> list[str]:
    """Return what was looked for in vain; of a text that something was left out of, the rest asks another thing."""
    whole = Q(results=0, is_answered=False) & ~Q(text__contains="[")
    return [gap.text for gap in _searches(whole, MOST_REPLAYED)]


def _searches(which: Q, most: int = MOST) -> list[SearchGap]:
    found = SearchRecord.objects.filter(which, at__gt=timezone.now() - PERIOD).exclude(text="")
    rows = found.values("text").annotate(times=Count("pk"), last_at=Max("at")).order_by("-times", "-last_at")
    told = rows.filter(times__gte=FEWEST_SEARCHES)
    return [SearchGap(row["text"], row["times"], row["last_at"]) for row in told[:most]]


def tickets_without_answer() -> list[TicketGap]:
    """Return where tickets come from whose subject no article answers, most frequent first."""
    uncovered = Replay.objects.filter(covered__lt=ENOUGH, ticket__created_at__gt=timezone.now() - PERIOD)
    application = ("ticket__application", "ticket__application__name", "ticket__application__slug")
    category = ("ticket__category", "ticket__category__label", "ticket__category__code")
    rows = uncovered.order_by().values_list(*application, *category).annotate(times=Count("pk"))
    groups = sorted(rows, key=lambda row: -row[-1])[:MOST]
    shared = _words_of(uncovered)
    return [
        TicketGap(name or "", label or "", times, shared.get((about, kind), []), slug or "", code or "")
        for about, name, slug, kind, label, code, times in groups
    ]


def _words_of(replays: QuerySet[Replay]) -> dict[tuple[int | None, int | None], list[str]]:
    """Return of each kind of question the words that several subjects share: what one of them says tells who asked."""
    counts: defaultdict[tuple[int | None, int | None], Counter[str]] = defaultdict(Counter)
    columns = ("ticket__application", "ticket__category", "ticket__subject")
    for application, category, subject in replays.order_by("-ticket__created_at").values_list(*columns)[:MOST_READ]:
        telling = {word for word in words(redacted(subject)) if word not in STOP_WORDS and word.isalpha()}
        counts[application, category].update(telling)
    return {
        kind: [word for word, times in counted.most_common(MOST_WORDS) if times >= FEWEST_TICKETS]
        for kind, counted in counts.items()
    }


def articles_that_do_not_help() -> list[ArticleGap]:
    rows = with_opinions(Article.objects.published())
    poor = rows.filter(votes__gte=FEWEST_VOTES, helpful__lt=F("votes") * HELPFUL).order_by("-votes", "slug")
    columns = ("pk", "published_revision__title", "helpful", "votes", "verify_by")
    return [ArticleGap(*row) for row in poor.values_list(*columns)[:MOST]]


def remarks() -> list[Remark]:
    """Return what readers missed in what is published, the newest first."""
    said = ArticleFeedback.objects.filter(helpful=False, at__gt=timezone.now() - PERIOD).exclude(reason="")
    shown = said.filter(revision__article__in=Article.objects.published()).order_by("-at", "-pk")
    columns = ("revision__article", "revision__article__published_revision__title", "reason", "at")
    return [Remark(*row) for row in shown.values_list(*columns)[:MOST]]


def articles_overdue() -> list[ArticleGap]:
    rows = Article.objects.published().filter(verify_by__lt=timezone.localdate()).order_by("verify_by", "slug")
    columns = ("pk", "published_revision__title", "verify_by")
    return [ArticleGap(pk, title, 0, 0, verify_by) for pk, title, verify_by in rows.values_list(*columns)[:MOST]]


def deflections() -> list[Deflected]:
    """Return of each article how often it was said to be the answer, and how often that held for 72 hours."""
    now = timezone.now()
    rows = Deflection.objects.filter(at__gt=now - PERIOD).annotate(came_back=_came_back())
    back = Q(came_back=True) | Q(returned_at__isnull=False)
    counted = rows.values("article__published_revision__title", "article__slug").annotate(
        said=Count("pk"),
        returned=Count("pk", filter=back),
        waiting=Count("pk", filter=~back & Q(at__gt=now - RETURNS_WITHIN)),
    )
    return [
        Deflected(
            row["article__published_revision__title"] or row["article__slug"],
            row["article__slug"],
            row["said"],
            row["returned"],
            row["waiting"],
        )
        for row in counted.order_by("-said", "article__slug")[:MOST]
    ]


def _came_back() -> Exists:
    """Say whether somebody who was signed in asked a question within 72 hours, on whatever channel."""
    return Exists(
        Ticket.objects.filter(
            requester__email_key=OuterRef("person__email_key"),
            created_at__gt=OuterRef("at"),
            created_at__lt=OuterRef("at") + RETURNS_WITHIN,
        )
    )


def is_replayed() -> bool:
    return Replay.objects.exists()


def tickets_to_replay() -> QuerySet[Ticket]:
    """Return recent tickets and those that still count as a gap, those that were never replayed first."""
    now = timezone.now()
    gaps = Q(replay__covered__lt=ENOUGH, created_at__gt=now - PERIOD)
    recent = Ticket.objects.filter(Q(created_at__gt=now - LATELY) | gaps)
    return recent.order_by(F("replay__at").asc(nulls_first=True), "-pk")
