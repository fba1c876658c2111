"""People by their name and address."""

import pytest

from helpdesk.accounts import services
from helpdesk.accounts.models import Person
from tests import factories

pytestmark = pytest.mark.engines


def test_people_are_found_or_made_in_the_order_in_which_they_are_named(db):
    known = factories.person(name="Bo", email="Info@aalter.example")

    people = services.people_called(
        [
            ("Zoë", "z@aalter.example"),
            ("Bo", "info@AALTER.example"),
            ("An", "info@aalter.example"),
            ("Zoë", "Z@aalter.example"),
        ]
    )

    assert [person.name for person in people] == ["Zoë", "Bo", "An", "Zoë"]
    assert (people[1].pk, people[0].pk) == (known.pk, people[3].pk)
    assert Person.objects.count() == 3


def test_somebody_who_was_written_in_the_meantime_is_that_person(db, monkeypatch):
    known = factories.person(name="An", email="an@aalter.example")
    # As if the look came before the other wrote.
    monkeypatch.setattr(services, "_by_key", lambda people: {services._key(one): one for one in people if not one.pk})

    [person] = services.people_called([("An", "an@aalter.example")])

    assert (person.pk, Person.objects.count()) == (known.pk, 1)
