"""Who or what has another name is found by it at once, on every ticket that bears it."""

from dataclasses import replace

import pytest
from django.db import transaction

from helpdesk.accounts.administration import Account, change_account
from helpdesk.accounts.events import NamesChanged
from helpdesk.accounts.organisation_data import shipped_administrations
from helpdesk.accounts.organisation_import import import_organisations
from helpdesk.kernel.events import publish
from helpdesk.kernel.models import EventDelivery, OutboxEvent
from helpdesk.search.engine import EngineUnavailableError
from helpdesk.search.finding import find
from helpdesk.search.queries import Query
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.selectors import tickets_bearing
from integrations.search import subscribers
from tests import factories

pytestmark = pytest.mark.django_db
SYSTEM = factories.SYSTEM


@pytest.fixture
def found(db):
    """Return what an agent of the queue finds by these words, by its subject."""
    agent = factories.agent(queues=(factories.queue(),))

    def subjects(text):
        return sorted(hit.title for hit in find(factories.actor(agent), Query(text=text, kinds=("ticket",))).hits)

    return subjects


@pytest.fixture
def griet(db):
    return factories.official("Griet Vandenbroucke", email="griet@lokeren.example")


def renamed(account, **values):
    known = {"username": account.username, "name": account.person.name, "email": account.person.email}
    change_account(actor=SYSTEM, user=account, account=Account(**known | values))


@pytest.fixture
def follow(reindex, run_outbox):
    """Do all that follows, with an index that is there."""
    reindex()
    return run_outbox


@pytest.mark.parametrize(
    ("values", "old", "new"),
    [({"name": "Griet Dewulf"}, "Vandenbroucke", "Dewulf"), ({"email": "griet@zele.example"}, "lokeren", "zele")],
)
def test_a_person_is_found_by_the_new_name_and_address_and_not_by_the_old(found, griet, follow, values, old, new):
    factories.ticket("Van Griet", by=factories.actor(griet))
    follow()
    assert found(old) == ["Van Griet"]

    renamed(griet, **values)
    follow()

    assert (found(new), found(old)) == (["Van Griet"], [])


def test_what_stays_the_same_is_not_indexed_again(griet, run_outbox):
    renamed(griet, username="griet")

    assert not OutboxEvent.objects.filter(name="account.names_changed").exists()


def test_an_administration_is_found_by_the_name_an_import_gave_it(found, follow):
    given = [each for each in shipped_administrations() if each.name in ("Aalst", "Zele")]
    import_organisations(actor=SYSTEM, administrations=given)
    aalst = given[0]
    factories.ticket("Uit Aalst", organisation=factories.Organisation.objects.get(uri=aalst.uri))
    follow()

    import_organisations(actor=SYSTEM, administrations=[replace(aalst, name="Kortenaken")])
    told = OutboxEvent.objects.filter(name="account.names_changed").values_list("payload", flat=True)
    assert [payload["kind"] for payload in told] == ["organisation"]
    follow()

    assert (found("Kortenaken"), found("Aalst")) == (["Uit Aalst"], ["Uit Aalst"])
    assert find(factories.SYSTEM, Query(text="Kortenaken", kinds=("organisation",))).total == 1


def test_tickets_of_a_municipality_that_merges_are_those_of_the_new_one_once_the_import_is_done(db, follow):
    given = [each for each in shipped_administrations() if each.name == "Zele" and each.classification == "Gemeente"]
    import_organisations(actor=SYSTEM, administrations=given)
    zele = factories.Organisation.objects.get(uri=given[0].uri)
    agent = factories.actor(factories.agent(queues=(factories.queue(),)))
    factories.ticket("Uit Zele", organisation=zele)
    follow()

    uri = "http://data.lblod.info/id/bestuurseenheden/nieuw"
    merged = [replace(given[0], successor_uris=(uri,)), replace(given[0], uri=uri, name="Zele-Berlare", kbo_number=None,
              ovo_code=None)]  # fmt: skip
    import_organisations(actor=SYSTEM, administrations=merged)
    follow()

    new = factories.Organisation.objects.get(uri=uri)
    for organisation in (zele, new):
        query = Query(text="", kinds=("ticket",), filters={"organisation": (str(organisation.pk),)})
        assert [hit.title for hit in find(agent, query).hits] == ["Uit Zele"]


def test_an_import_that_changes_no_name_leaves_the_tickets_alone(run_outbox):
    [aalst] = [each for each in shipped_administrations() if (each.name, each.classification) == ("Aalst", "Gemeente")]
    import_organisations(actor=SYSTEM, administrations=[aalst])
    import_organisations(actor=SYSTEM, administrations=[replace(aalst, postcode="9301")])

    assert OutboxEvent.objects.filter(name="search.documents_changed").count() == 2
    assert not OutboxEvent.objects.filter(name="account.names_changed").exists()


@pytest.fixture
def indexed(monkeypatch):
    """Return, in the order they are written, the ids of what is indexed; two tickets are a part."""
    written = []
    monkeypatch.setattr(subscribers, "AT_ONCE", 2)
    monkeypatch.setattr(subscribers, "index", lambda refs, **_: written.append([ref.object_id for ref in refs]))
    return written


def test_many_tickets_go_in_parts_between_which_others_have_their_turn(griet, indexed, run_outbox):
    pks = [factories.ticket(by=factories.actor(griet)).pk for _ticket in range(5)]
    run_outbox()
    indexed.clear()

    renamed(griet, name="Griet Dewulf")
    other = factories.ticket("Van iemand anders").pk
    run_outbox()

    parts = [part for part in indexed if part]
    assert [part for part in parts if other not in part] == [pks[0:2], pks[2:4], pks[4:]]
    assert parts.index([other]) <= 1
    events = OutboxEvent.objects.filter(name="ticket.found_anew").order_by("pk")
    assert [event.payload["last_ticket_id"] for event in events] == [pks[1], pks[3]]


def test_while_the_engine_is_away_one_delivery_waits_for_all_of_them(griet, indexed, run_outbox, monkeypatch):
    for _ticket in range(5):
        factories.ticket(by=factories.actor(griet))
    run_outbox()

    def away(refs, **_options):
        raise EngineUnavailableError("away")

    with monkeypatch.context() as patched:
        patched.setattr(subscribers, "index", away)
        renamed(griet, name="Griet Dewulf")
        for _time in range(20):
            run_outbox()
            EventDelivery.objects.filter(state="pending").update(due_at="2020-01-01T00:00Z")

    waiting = EventDelivery.objects.filter(state="pending")
    assert [(one.subscriber.rpartition(".")[2], one.attempts) for one in waiting] == [("index_names", 0)]
    run_outbox()
    assert not EventDelivery.objects.exclude(state="done").exists()


def test_a_part_costs_as_many_statements_however_many_tickets_bear_the_name(griet, indexed, assert_statements):
    actor = factories.actor(griet)
    for number in (1, 3):
        while Ticket.objects.count() < number:
            factories.ticket(by=actor)
        with assert_statements(1):
            tickets_bearing("person", [griet.person_id], after=0, limit=2)


def test_tickets_of_others_are_left_alone(griet, run_outbox, indexed):
    factories.ticket("Van iemand anders")
    run_outbox()
    indexed.clear()

    with transaction.atomic():
        publish(NamesChanged(kind="person", object_ids=[griet.person_id]))
        publish(NamesChanged(kind="organisation", object_ids=[]))
    run_outbox()

    assert [part for part in indexed if part] == []
