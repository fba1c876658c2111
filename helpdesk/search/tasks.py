"""What the schedule does for search. Every worker keeps the schedule; one of them builds."""

import logging
from collections.abc import Callable

from celery import shared_task
from django.core.cache import cache
from django.db import close_old_connections

from helpdesk.kernel import outbox
from helpdesk.search.engine import EngineUnavailableError
from helpdesk.search.indexing import Progress, ensure_index, rebuild

logger = logging.getLogger(__name__)

# Whoever builds says so again each second; one that died stands in nobody's way after this.
SILENT_S = 60
_BUILDING = "search-building"


class _StoppedError(Exception):
    """This process stops; building can begin again elsewhere, or after the next start."""


@shared_task(ignore_result=True)
def keep_index(**_newer: object) -> None:
    """Build the index when it is missing, broken or of another version."""
    _build(lambda progress: ensure_index(progress=progress))


@shared_task(ignore_result=True)
def rebuild_index(**_newer: object) -> None:
    """Learn the words of today, and mend what was missed."""
    _build(lambda progress: rebuild(progress=progress))


def _build(build: Callable[[Progress], object]) -> None:
    close_old_connections()
    if not cache.add(_BUILDING, "", timeout=SILENT_S):
        return
    try:
        build(Progress(_tell_unless_stopping))
    except EngineUnavailableError as error:
        logger.warning("The search index is not ready: %s.", error)
    except _StoppedError:
        logger.info("The search index is built after the next start.")
    finally:
        cache.delete(_BUILDING)


def _tell_unless_stopping(line: str) -> None:
    if outbox.finishing.is_set():
        raise _StoppedError
    cache.touch(_BUILDING, SILENT_S)
    logger.info("Search: %s", line)
