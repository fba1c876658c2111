"""What the index may tell of tickets, and to whom."""

from helpdesk.accounts.actors import System, TicketGuest, Visitor
from helpdesk.accounts.organisation_import import rebuild_lineage
from helpdesk.search.sources import Shown
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.search import Tickets
from helpdesk.tickets.services import NewMessage, add_note
from tests import factories


def found_by(actor, documents):
    audience = Tickets().audience_of(actor)
    return {document.object_id for document in documents if document.audience & audience}


def people_of(ticket):
    return f"{ticket.requester.name}\n{ticket.requester.email}"


def test_the_index_shows_each_actor_just_the_tickets_that_the_database_does(world):
    actors, tickets = world
    documents = Tickets().documents([ticket.pk for ticket in tickets])
    searching = {name: actor for name, actor in actors.items() if not isinstance(actor, System | TicketGuest)}

    assert len(searching) == 12
    for name, actor in searching.items():
        listed = set(Ticket.objects.visible_to(actor).values_list("pk", flat=True))
        assert found_by(actor, documents) == listed, name


def test_who_holds_a_link_searches_nothing(world):
    actors, _tickets = world

    assert Tickets().audience_of(actors["guest of the first"]) == frozenset()
    assert Tickets().audience_of(Visitor()) == frozenset()


def test_what_all_may_read_is_kept_once(db):
    queue = factories.queue()
    ticket = factories.ticket(body="Ik kan niet aanmelden.")
    Ticket.objects.filter(pk=ticket.pk).update(identity_assurance="mail_verified")

    (document,) = Tickets().documents([ticket.pk])

    assert document.text == f"Ik kan niet aanmelden.\n{people_of(ticket)}"
    assert document.audience == {f"queue:{queue.pk}", f"asked:{ticket.requester_id}"}


def test_who_gets_to_see_a_ticket_late_reads_nothing_that_was_noted_before(db):
    factories.queue()
    asker = factories.actor(factories.user("An Peeters", email="an@aalst.example"))
    ticket = factories.ticket(requester=("An Peeters", "an@aalst.example"))
    add_note(actor=System(), ticket=ticket, new=NewMessage(body="GEHEIM"))
    (before,) = Tickets().documents([ticket.pk])
    Ticket.objects.filter(pk=ticket.pk).update(identity_assurance="mail_verified")

    assert "GEHEIM" in before.text
    assert before.key not in Tickets().shown(asker, [ticket.pk])[ticket.pk].keys


def test_what_is_noted_inside_is_in_no_document_of_who_asked(db):
    factories.queue()
    ticket = factories.ticket(body="Ik kan niet aanmelden.")
    add_note(actor=System(), ticket=ticket, new=NewMessage(body="GEHEIM"))
    Ticket.objects.filter(pk=ticket.pk).update(identity_assurance="mail_verified")

    inside, asked = Tickets().documents([ticket.pk])

    assert inside.text == f"Ik kan niet aanmelden.\nGEHEIM\n{people_of(ticket)}"
    assert asked.text == f"Ik kan niet aanmelden.\n{people_of(ticket)}"
    assert inside.audience == {f"queue:{ticket.queue_id}"}
    assert asked.audience == {f"asked:{ticket.requester_id}", "queue:none"}


def test_what_somebody_may_not_see_is_not_shown_though_it_was_found(world):
    actors, tickets = world
    ids = [ticket.pk for ticket in tickets]

    assert Tickets().shown(actors["somebody else"], ids) == {}
    mine = Tickets().shown(actors["requester"], ids)
    assert len(mine) == 12
    assert {shown.url.split("/")[1] for shown in mine.values()} == {"mijn"}
    handled = Tickets().shown(actors["agent"], ids)
    assert handled[tickets[0].pk] == Shown(
        keys=frozenset({f"ticket:{tickets[0].pk}", f"ticket:{tickets[0].pk}:all"}),
        title=tickets[0].subject,
        url=f"/desk/t/{tickets[0].reference}/",
        public_id=tickets[0].reference,
    )


def test_a_ticket_of_a_merged_municipality_is_one_of_its_successors_too_and_not_the_other_way_round(db):
    new, gooik, herne = factories.merger("Pajottegem", "Gooik", "Herne")
    both = factories.organisation("Pajotten")
    new.successors.add(both)
    rebuild_lineage()
    tickets = [factories.ticket(organisation=each) for each in (new, gooik, herne, None)]

    facets = [set(document.facets["organisation"]) for document in Tickets().documents([one.pk for one in tickets])]

    assert facets == [
        {str(new.pk), str(both.pk)},
        {str(gooik.pk), str(new.pk), str(both.pk)},
        {str(herne.pk), str(new.pk), str(both.pk)},
        set(),
    ]


def test_documents_of_one_and_of_three_tickets_cost_the_same(db, assert_statements):
    factories.queue()
    tickets = [factories.ticket() for _number in range(3)]

    for some in (tickets[:1], tickets):
        with assert_statements(3):
            documents = Tickets().documents([ticket.pk for ticket in some])
        assert [document.object_id for document in documents] == [ticket.pk for ticket in some]
