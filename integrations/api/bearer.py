"""Who calls: always by a token in the header, never by a cookie."""

from dataclasses import dataclass
from http import HTTPStatus

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja.security import HttpBearer

from helpdesk.accounts.actors import PersonActor, ServiceActor
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


class Bearer(HttpBearer):
    """Lets in who has a living token with the scope, within its number of writes a minute."""

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        found = actor_with_token(token.strip())
        if found is None:
            raise unauthorized('Bearer error="invalid_token"')
        caller = Caller(*found)
        if self.scope not in caller.token.scopes:
            raise ProblemError(
                HTTPStatus.FORBIDDEN,
                _("Your token does not have the scope “%(scope)s”.") % {"scope": self.scope},
                headers={"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{self.scope}"'},
            )
        if request.method not in READING:
            _count_write(caller)
        return caller


def unauthorized(challenge: str = "Bearer") -> ProblemError:
    return ProblemError(
        HTTPStatus.UNAUTHORIZED,
        _("Send a valid token in the header “Authorization: Bearer …”."),
        headers={"WWW-Authenticate": challenge},
    )


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
