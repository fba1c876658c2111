"""Who calls: always by a token in the header, never by a cookie."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import cast

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja.security import HttpBearer

from helpdesk.accounts.actors import PersonActor, ServiceActor, Visitor
from helpdesk.accounts.selectors import LivingToken, actor_with_token
from helpdesk.kernel.limits import Limit
from integrations.api.problems import ProblemError

OFFICIAL_WRITES = 60
MINUTE_S = 60
READING = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Caller:
    token: LivingToken
    actor: PersonActor | ServiceActor


class ApiRequest(HttpRequest):
    """A request whose token was checked."""

    auth: Caller


@dataclass(frozen=True)
class Stranger:
    """Who calls without a token, where none is needed."""

    actor: Visitor


class OpenRequest(HttpRequest):
    """A request that may come without a token."""

    auth: Caller | Stranger
    client_address: str


class Bearer(HttpBearer):
    """Lets in who has a living token with the scope, within its number of writes a minute."""

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        caller = _caller_with(token)
        if self.scope not in caller.token.scopes:
            raise ProblemError(
                HTTPStatus.FORBIDDEN,
                _("Your token does not have the scope “%(scope)s”.") % {"scope": self.scope},
                headers={"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{self.scope}"'},
            )
        if request.method not in READING:
            _count_write(caller)
        return caller


class OptionalBearer(HttpBearer):
    """Lets in everybody; a token shows its holder what these scopes give, and a worthless one is refused.

    Without the scope a token shows what everybody sees: it never shows less than no token does.
    """

    def __init__(self, *scopes: str) -> None:
        super().__init__()
        self.scopes = scopes

    def __call__(self, request: HttpRequest) -> Caller | Stranger | None:
        if self.header not in request.headers:
            return Stranger(Visitor())
        return cast("Caller | None", super().__call__(request))

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        caller = _caller_with(token)
        if request.method not in READING:
            _count_write(caller)
        return caller


def unauthorized(challenge: str = "Bearer") -> ProblemError:
    return ProblemError(
        HTTPStatus.UNAUTHORIZED,
        _("Send a valid token in the header “Authorization: Bearer …”."),
        headers={"WWW-Authenticate": challenge},
    )


def _caller_with(token: str) -> Caller:
    found = actor_with_token(token.strip())
    if found is None:
        raise unauthorized('Bearer error="invalid_token"')
    return Caller(*found)


def _count_write(caller: Caller) -> None:
    times = _writes_per_minute(caller)
    if times is None:
        return
    if wait_s := Limit("api-writes", times, MINUTE_S).wait_s(str(caller.token.pk)):
        raise ProblemError(
            HTTPStatus.TOO_MANY_REQUESTS,
            _("Your token may write %(times)s times a minute. Try again in %(seconds)s seconds.")
            % {"times": times, "seconds": wait_s},
            headers={"Retry-After": str(wait_s)},
        )


def _writes_per_minute(caller: Caller) -> int | None:
    """Return what the token says; without that an official has a limit, agents and integrations have none."""
    if caller.token.writes_per_minute is not None:
        return caller.token.writes_per_minute
    return None if caller.actor.is_agent else OFFICIAL_WRITES
