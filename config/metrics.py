"""What Prometheus may count. Labels come from the code, never from what a visitor typed."""

from collections.abc import Callable, Iterator
from time import perf_counter

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from prometheus_client import REGISTRY, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from helpdesk.kernel.backlog import backlog
from helpdesk.mailbox.selectors import unread_mail

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
gate_refusals = Counter("aanspreekpunt_gate_refusals", "Requests that never reached a page, by reason.", ["reason"])
requests = Counter("aanspreekpunt_requests", "Requests by route and class of status.", ["route", "status"])
durations = Histogram("aanspreekpunt_request_seconds", "Time in a thread, by route.", ["route"], buckets=BUCKETS)


class RequestMetrics:
    """The outermost middleware: counts and times every request that got a thread."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = perf_counter()
        response = self.get_response(request)
        route = _route(request)
        durations.labels(route).observe(perf_counter() - started)
        requests.labels(route, f"{response.status_code // 100}xx").inc()
        return response


class BacklogCollector(Collector):
    """Reads the outbox and the mail when Prometheus asks; a database that is away leaves these out, not the rest."""

    def describe(self) -> list[GaugeMetricFamily]:
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        try:
            waiting, unread = backlog(), unread_mail().count()
        except DatabaseError:
            return
        yield GaugeMetricFamily("aanspreekpunt_outbox_pending", "Events and deliveries to do.", waiting.pending)
        yield GaugeMetricFamily("aanspreekpunt_outbox_oldest_seconds", "Wait of the oldest due one.", waiting.oldest_s)
        yield GaugeMetricFamily("aanspreekpunt_deliveries_dead", "Deliveries given up.", waiting.dead)
        yield GaugeMetricFamily("aanspreekpunt_mail_unread", "Mail that could not be read, or waits too long.", unread)


REGISTRY.register(BacklogCollector())


def _route(request: HttpRequest) -> str:
    if request.resolver_match is not None:
        return f"/{request.resolver_match.route}"
    return "static" if request.path.startswith(settings.STATIC_URL) else "none"
