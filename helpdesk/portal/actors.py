"""As whom somebody reads their own questions."""

from helpdesk.accounts.actors import PersonActor


def as_requester(actor: PersonActor) -> PersonActor:
    """Return the person without the desk: an agent reads an own question like any other official, without notes."""
    return PersonActor(
        user_id=actor.user_id,
        person_id=actor.person_id,
        name=actor.name,
        email_key=actor.email_key,
        email_is_verified=actor.email_is_verified,
        organisation_ids=actor.organisation_ids,
    )
