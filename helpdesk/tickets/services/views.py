"""Searches agents keep."""

from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.actors import PersonActor
from helpdesk.kernel.policy import RefusedError, denied
from helpdesk.kernel.redaction import mask_national_numbers
from helpdesk.kernel.services import service
from helpdesk.kernel.text import clean_line
from helpdesk.tickets.models import SavedView

# More than anybody finds back in a list.
MOST_VIEWS = 30


@service
def save_view(*, actor: PersonActor, name: str, query: str) -> SavedView:
    """Keep a search under a name; a view of the agent with that name searches this from now on."""
    name, query = _kept(name, SavedView.NAME_LENGTH), _kept(query, SavedView.QUERY_LENGTH)
    own = SavedView.objects.filter(owner=actor.user_id)
    if own.exclude(name=name).count() >= MOST_VIEWS:
        raise RefusedError(denied(_("You have %(most)s saved views. Remove one first.") % {"most": MOST_VIEWS}))
    view, _is_new = SavedView.objects.update_or_create(owner_id=actor.user_id, name=name, defaults={"query": query})
    return view


@service
def remove_view(*, actor: PersonActor, view_id: int) -> None:
    """Forget one of the agent's own views; one that is not there or not theirs is as good as removed."""
    SavedView.objects.filter(owner=actor.user_id, pk=view_id).delete()


def _kept(text: str, longest: int) -> str:
    """Return a text as it may be kept; one whose rijksregisternummers are masked is longer than it was."""
    return mask_national_numbers(clean_line(text))[0][:longest]
