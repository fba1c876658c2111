from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.actors import Actor, PersonActor, System
from helpdesk.accounts.models import Role, RoleGrant, User
from helpdesk.kernel.policy import ALLOWED, Decision, denied

ADMIN_SCOPE = "admin"


def may_administer(actor: Actor) -> Decision:
    """May the actor decide about people, queues, applications and keys?"""
    if isinstance(actor, System):
        return ALLOWED
    if isinstance(actor, PersonActor) and actor.is_admin and (actor.scopes is None or ADMIN_SCOPE in actor.scopes):
        return ALLOWED
    return denied(_("Only an administrator can do this."))


def may_stop_administering(user: User) -> Decision:
    """May this account lose its access to /beheer/? Ask it with the grants of administrators locked."""
    others = RoleGrant.objects.filter(role=Role.ADMIN, user__is_active=True).exclude(user=user)
    if others.exists() or not _administers(user):
        return ALLOWED
    return denied(_("This is the last active administrator. Make somebody else an administrator first."))


def _administers(user: User) -> bool:
    return user.is_active and user.role_grants.filter(role=Role.ADMIN).exists()
