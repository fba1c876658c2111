"""Statuses, the moves between them, and how impact and urgency make a priority: tables and pure functions."""

from datetime import datetime, timedelta

from helpdesk.tickets.models import Level, Priority, Status

WAITING = frozenset(
    {Status.WAITING_REQUESTER, Status.WAITING_LOCAL_MANAGER, Status.WAITING_SECOND_LINE, Status.WAITING_VENDOR}
)
FINISHED = frozenset({Status.RESOLVED, Status.CLOSED})
_WORKING = frozenset({Status.OPEN}) | WAITING

# Moves an agent may make. Nobody goes back to "new"; what is closed opens again before anything else.
MOVES: dict[str, frozenset[str]] = {
    Status.NEW: _WORKING | FINISHED,
    Status.OPEN: WAITING | FINISHED,
    **{waiting: (_WORKING - {waiting}) | FINISHED for waiting in WAITING},
    Status.RESOLVED: frozenset({Status.OPEN, Status.CLOSED}),
    Status.CLOSED: frozenset({Status.OPEN}),
}

REOPEN_WITHIN = timedelta(days=14)
LINK_LIVES = timedelta(days=30)

# ITIL: priority follows from impact (rows) and urgency (columns).
_PRIORITIES: dict[tuple[str, str], Priority] = {
    (Level.LOW, Level.LOW): Priority.LOW,
    (Level.LOW, Level.MEDIUM): Priority.NORMAL,
    (Level.LOW, Level.HIGH): Priority.NORMAL,
    (Level.MEDIUM, Level.LOW): Priority.NORMAL,
    (Level.MEDIUM, Level.MEDIUM): Priority.NORMAL,
    (Level.MEDIUM, Level.HIGH): Priority.HIGH,
    (Level.HIGH, Level.LOW): Priority.NORMAL,
    (Level.HIGH, Level.MEDIUM): Priority.HIGH,
    (Level.HIGH, Level.HIGH): Priority.URGENT,
}
RANKS: dict[str, int] = {Priority.LOW: 1, Priority.NORMAL: 2, Priority.HIGH: 3, Priority.URGENT: 4}


def priority_of(impact: str, urgency: str) -> Priority:
    return _PRIORITIES[impact, urgency]


def status_category(status: str) -> str:
    """Return the status as the outside groups it: all waits for others are `waiting_third_party`."""
    if status in WAITING and status != Status.WAITING_REQUESTER:
        return "waiting_third_party"
    return status


def statuses_in(category: str) -> frozenset[str]:
    return frozenset(status for status in Status.values if status_category(status) == category)


def status_after_requester_wrote(status: str) -> str:
    """A ticket that waited for its requester, or was finished, is the desk's again."""
    if status == Status.WAITING_REQUESTER or status in FINISHED:
        return Status.OPEN
    return status


def status_after_agent_wrote(status: str) -> str:
    return Status.OPEN if status == Status.NEW else status


def link_is_over(closed_at: datetime | None, now: datetime) -> bool:
    return closed_at is not None and now > closed_at + LINK_LIVES


def may_still_reopen(finished_at: datetime | None, now: datetime) -> bool:
    return finished_at is None or now - finished_at <= REOPEN_WITHIN
