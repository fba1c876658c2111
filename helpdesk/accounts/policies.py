from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.actors import Actor, PersonActor, System
from helpdesk.kernel.policy import ALLOWED, Decision, denied


def may_manage_people(actor: Actor) -> Decision:
    if isinstance(actor, System) or (isinstance(actor, PersonActor) and actor.is_admin):
        return ALLOWED
    return denied(_("Only an administrator can do this."))
