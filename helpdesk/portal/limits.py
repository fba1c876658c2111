"""How often strangers may knock."""

from django.utils.translation import ngettext

from helpdesk.accounts.actors import PersonActor
from helpdesk.accounts.http import ActorRequest
from helpdesk.kernel.limits import Limit
from helpdesk.kernel.policy import ALLOWED, Decision
from helpdesk.kernel.text import clean_line
from helpdesk.kernel.tokens import hash_token
from helpdesk.tickets.services.uploads import NO_ROOM

# A whole town hall may share one address.
ANONYMOUS_POSTS = Limit("anonymous-posts", times=300, seconds=600)
LINK_REQUESTS = Limit("link-requests", times=30, seconds=600, guards=True)
# Five of one name from one address; so to keep a colleague out, somebody needs many addresses.
SIGN_INS = Limit("sign-ins", times=5, seconds=300, guards=True)
SIGN_INS_AS = Limit("sign-ins-as", times=20, seconds=300, guards=True)
SIGN_INS_FROM = Limit("sign-ins-from", times=60, seconds=300, guards=True)
# Bytes of files from refused forms, which wait on our disk: five browsers full.
KEPT_BYTES = Limit("kept-bytes", times=1024 * 1024 * 1024, seconds=7200)
# Searches that are noted for what they did not find, and suggestions while people type, of one town hall.
NOTED_SEARCHES = Limit("noted-searches", times=300, seconds=600)
SUGGESTIONS = Limit("suggestions", times=3000, seconds=600)
MINUTE_S = 60


def wait_for_post_s(request: ActorRequest) -> int:
    """Count one post of a visitor; return how many seconds to wait before the next, 0 when there is no need."""
    if isinstance(request.actor, PersonActor):
        return 0
    return ANONYMOUS_POSTS.wait_s(request.client_address)


def wait_for_sign_in_s(request: ActorRequest, username: str) -> int:
    """Count one try, by address, by both and by name; what one limit refuses uses up nothing of the next."""
    # Cleaned as the form does: spaces and invisible characters would make each guess one of another name.
    name, address = clean_line(username).lower(), request.client_address
    return (
        SIGN_INS_FROM.wait_s(address)
        or SIGN_INS.wait_s(hash_token(f"{address} {name}"))
        or SIGN_INS_AS.wait_s(hash_token(name))
    )


def may_keep_from(client_address: str, size: int) -> Decision:
    """Count a file to be kept; a program without cookies would be another browser each time."""
    return NO_ROOM if KEPT_BYTES.wait_s(client_address, size) else ALLOWED


def may_note_search(client_address: str) -> bool:
    return not NOTED_SEARCHES.wait_s(client_address)


def may_suggest(client_address: str) -> bool:
    return not SUGGESTIONS.wait_s(client_address)


def text_about_waiting(wait_s: int) -> str:
    minutes = -(-wait_s // MINUTE_S)
    return ngettext(
        "Much was sent from your network. Wait %(minutes)s minute and send it once more.",
        "Much was sent from your network. Wait %(minutes)s minutes and send it once more.",
        minutes,
    ) % {"minutes": minutes}


def text_about_signing_in(wait_s: int) -> str:
    minutes = -(-wait_s // MINUTE_S)
    return ngettext(
        "There were too many attempts to sign in. Wait %(minutes)s minute and try again.",
        "There were too many attempts to sign in. Wait %(minutes)s minutes and try again.",
        minutes,
    ) % {"minutes": minutes}
