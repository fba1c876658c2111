"""Connections that are kept between requests: whether they live is seen, not asked."""

from contextvars import Context

import psycopg
import pytest
from django.core.cache import cache
from django.db import connection
from redis import Redis

pytestmark = [pytest.mark.engines, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def postgresql_only():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no server that could go")


def backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def test_a_connection_that_lives_is_used_again_without_a_question(django_assert_num_queries):
    first = backend()
    connection.close_if_unusable_or_obsolete()
    assert connection.is_usable()
    assert backend() == first


def test_a_connection_whose_server_ended_it_is_replaced_before_its_next_use():
    first = backend()
    with psycopg.connect(connection.connection.info.dsn, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [first])
    assert not connection.is_usable()
    connection.health_check_enabled = True
    connection.health_check_done = False
    assert backend() != first


def test_requests_share_their_connections_to_the_cache(settings):
    if settings.EMBEDDED:
        pytest.skip("a cache in memory has no connections")
    server = Redis.from_url(settings.CELERY_BROKER_URL)

    def connections_made() -> int:
        return int(server.info("stats")["total_connections_received"])

    def ask() -> None:
        """Count something as a request does: what another one made for itself is not there."""
        cache.add("asked", 1)

    Context().run(ask)
    before = connections_made()
    for _ in range(5):
        Context().run(ask)

    assert connections_made() == before
