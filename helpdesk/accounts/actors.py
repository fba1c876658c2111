"""Who acts. Every policy, service and `visible_to` takes one, so all doors lead through the same checks."""

from dataclasses import dataclass, field
from typing import Any

from helpdesk.accounts.models import Role

# Who works at the desk.
AGENT_ROLES = frozenset({Role.AGENT, Role.SUPERVISOR})


@dataclass(frozen=True, kw_only=True)
class PersonActor:
    """Somebody with an account; with a personal token `scopes` says what the token may do, else it is None."""

    user_id: int
    person_id: int
    name: str
    email_key: str
    email_is_verified: bool
    roles: frozenset[str] = frozenset()
    organisation_ids: frozenset[int] = frozenset()
    team_ids: frozenset[int] = frozenset()
    scopes: frozenset[str] | None = None
    # What selectors looked up for this actor during one request.
    memo: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def code(self) -> str:
        return f"user:{self.user_id}"

    @property
    def is_agent(self) -> bool:
        return bool(self.roles & AGENT_ROLES)

    @property
    def is_admin(self) -> bool:
        return Role.ADMIN in self.roles


@dataclass(frozen=True, kw_only=True)
class TicketGuest:
    """The holder of a ticket's link."""

    ticket_id: int
    person_id: int
    is_agent: bool = False

    @property
    def code(self) -> str:
        return f"guest:{self.person_id}"


@dataclass(frozen=True, kw_only=True)
class ServiceActor:
    """An integration with a token of its own."""

    token_id: int
    name: str
    scopes: frozenset[str]
    team_ids: frozenset[int]
    is_agent: bool = True
    memo: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def code(self) -> str:
        return f"service:{self.token_id}"


@dataclass(frozen=True)
class System:
    """The product itself: tasks, subscribers, commands."""

    code: str = "system"
    is_agent: bool = False


@dataclass(frozen=True)
class Visitor:
    """Nobody we know: the open door."""

    code: str = "visitor"
    is_agent: bool = False


Actor = PersonActor | TicketGuest | ServiceActor | System | Visitor
