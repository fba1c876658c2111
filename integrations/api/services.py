"""A POST that is repeated has its effect once: the first answer is kept a day with the effect itself."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus

from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from integrations.api.models import IdempotentAnswer
from integrations.api.problems import ProblemError, unprocessable

KEPT_FOR = timedelta(hours=24)
_KEY = re.compile(r"[\x21-\x7e]{1,200}")


@dataclass(frozen=True)
class Created:
    """What a POST made: the body of the answer, and where the new thing is."""

    body: bytes
    location: str = ""
    replayed: bool = False


def create_once(request: HttpRequest, *, caller: str, content: bytes, effect: Callable[[], Created]) -> Created:
    """Have the effect, or return the answer it had when this caller sent the same key and content before.

    Effect and answer are one transaction, so a refused request leaves the key free. A second request with the key
    waits for the first one at the unique row.
    """
    key = request.headers.get("Idempotency-Key")
    with transaction.atomic():
        if key is None:
            return effect()
        row = _claimed(caller, _checked(key), _fingerprint(request, content))
        if row.status:
            return Created(row.body.encode(), row.location, replayed=True)
        created = effect()
        row.status, row.body, row.location = HTTPStatus.CREATED, created.body.decode(), created.location
        row.save(update_fields=["status", "body", "location"])
        return created


def forget_old_answers() -> int:
    """Remove answers whose day is over; return how many."""
    removed, _by_model = IdempotentAnswer.objects.filter(created_at__lte=timezone.now() - KEPT_FOR).delete()
    return removed


def _checked(key: str) -> str:
    if not _KEY.fullmatch(key):
        raise ProblemError(
            HTTPStatus.BAD_REQUEST,
            _("The header “Idempotency-Key” holds 1 to 200 letters, digits and marks, without spaces."),
        )
    return key


def _fingerprint(request: HttpRequest, content: bytes) -> str:
    return hashlib.sha256(f"{request.method} {request.path}\n".encode() + content).hexdigest()


def _claimed(caller: str, key: str, fingerprint: str) -> IdempotentAnswer:
    """Return the row of this key: a new one without an answer, or the first one with it."""
    try:
        with transaction.atomic():
            return IdempotentAnswer.objects.create(caller=caller, key=key, fingerprint=fingerprint)
    except IntegrityError:
        row = IdempotentAnswer.objects.select_for_update().get(caller=caller, key=key)
    if row.created_at <= timezone.now() - KEPT_FOR:
        return _begun_again(row, fingerprint)
    if row.fingerprint != fingerprint:
        raise _used_for_something_else()
    return row


def _begun_again(row: IdempotentAnswer, fingerprint: str) -> IdempotentAnswer:
    row.fingerprint, row.created_at = fingerprint, timezone.now()
    row.status, row.body, row.location = 0, "", ""
    row.save()
    return row


def _used_for_something_else() -> ProblemError:
    problem = unprocessable()
    problem.detail = _("This “Idempotency-Key” was used for another request. Use a new key.")
    return problem
