"""Where people go when they signed in."""

from django.contrib.auth import login
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from helpdesk.accounts.actors import PersonActor
from helpdesk.accounts.http import LONGEST_NEXT
from helpdesk.accounts.models import Role, User
from helpdesk.accounts.selectors import actor_of

HOME = "/mijn/"
HOMES = (
    (Role.AGENT, "/desk/"),
    (Role.SUPERVISOR, "/desk/"),
    (Role.ADMIN, "/beheer/"),
    (Role.EDITOR, "/kennis/redactie/"),
)
BACKEND = "django.contrib.auth.backends.ModelBackend"
SPACE = " "


def begin_session(request: HttpRequest, user: User) -> None:
    """Sign in under a new session key, whoever was signed in before."""
    request.session.flush()
    login(request, user, backend=BACKEND)


def home_of(actor: PersonActor | None) -> str:
    roles = actor.roles if actor else frozenset()
    return next((home for role, home in HOMES if role in roles), HOME)


def home_of_user(user: User) -> str:
    return home_of(actor_of(user.pk))


def local_path(text: str) -> str:
    """Return a path on this site to go on to, or nothing when the text could lead elsewhere."""
    is_plain = len(text) <= LONGEST_NEXT and all(character > SPACE for character in text)
    if is_plain and text.startswith("/") and url_has_allowed_host_and_scheme(text, allowed_hosts=None):
        return text
    return ""
