"""What was probably meant by a filter that is none, or by a value that stands for nothing, with an address each."""

from dataclasses import dataclass

from helpdesk.accounts.actors import PersonActor
from helpdesk.desk.searching.reading import address_of
from helpdesk.tickets.filtering.advice import on_keys, on_values
from helpdesk.tickets.filtering.reading import Understood


@dataclass(frozen=True)
class Offer:
    text: str
    url: str


@dataclass(frozen=True)
class Advice:
    problem: str
    offers: list[Offer]


def advice_on(actor: PersonActor, understood: Understood) -> list[Advice]:
    """Return what can be chosen instead; of a value that resembles nothing its chip says enough."""
    found = [*on_keys(actor, understood.typed), *on_values(actor, understood)]
    return [
        Advice(each.problem, [Offer(offer.text, address_of(offer.instead)) for offer in each.offers])
        for each in found
        if each.offers
    ]
