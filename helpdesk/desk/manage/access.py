"""Who may open /beheer/."""

from helpdesk.accounts.http import only

administrator = only(lambda actor: actor.is_admin)
