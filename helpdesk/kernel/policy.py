"""May this happen? A decision carries its reason, so that a page can show why a button is not there."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Decision:
    allowed: bool
    reason: "str | Promise" = ""

    def __bool__(self) -> bool:
        return self.allowed


ALLOWED = Decision(allowed=True)


def denied(reason: "str | Promise") -> Decision:
    return Decision(allowed=False, reason=reason)


NOT_YOURS = denied(_("You have no access to this."))


class RefusedError(Exception):
    """A service refused; `str()` is the reason in the reader's language."""

    def __init__(self, decision: Decision) -> None:
        self.decision = decision
        super().__init__(decision.reason)

    def __str__(self) -> str:
        return str(self.decision.reason)


def require(decision: Decision) -> None:
    """Raise `RefusedError` unless allowed."""
    if not decision:
        raise RefusedError(decision)
