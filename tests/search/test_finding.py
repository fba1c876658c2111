"""find(): what somebody finds, and what nobody learns from it."""

import pytest
from django.core.management import call_command

from helpdesk.accounts.actors import System, Visitor
from helpdesk.accounts.models import Person
from helpdesk.search import finding, shelves
from helpdesk.search.engine import EngineUnavailableError, ObjectRef
from helpdesk.search.finding import find
from helpdesk.search.indexing import index
from helpdesk.search.queries import Query
from helpdesk.search.sources import sources
from helpdesk.search.synonyms import NO_SYNONYMS
from helpdesk.search.vocabulary import EMPTY
from helpdesk.tickets.models import Message, MessageBody, Queue, Ticket
from helpdesk.tickets.services import NewMessage, add_note
from knowledgebase.content import Card
from knowledgebase.models import Article
from knowledgebase.services import archive_article, change_card
from tests import factories

VISITOR = Visitor()


def titles(page):
    return [hit.title for hit in page.hits]


def ticket_in(queue, subject):
    ticket = factories.ticket(subject)
    Ticket.objects.filter(pk=ticket.pk).update(queue=queue)
    return ticket


@pytest.fixture
def two_queues(db):
    mine, other = factories.queue(slug="intake"), factories.queue(slug="andere")
    ticket_in(mine, "Zandzakken voor het loket")
    ticket_in(other, "Zandzakken voor de kade")
    return factories.actor(factories.agent(queues=(mine,))), factories.actor(factories.agent(queues=(other,)))


def test_who_may_not_see_it_finds_nothing_of_it_in_hits_totals_or_facets(reindex, two_queues):
    reindex()
    agent, colleague = two_queues

    page = find(agent, Query(text="zandzakken", facets=("queue", "kind")))

    assert (titles(page), page.total) == (["Zandzakken voor het loket"], 1)
    assert page.facets == {"queue": {"intake": 1}, "kind": {"ticket": 1}}
    assert titles(find(colleague, Query(text="zandzakken"))) == ["Zandzakken voor de kade"]
    assert find(VISITOR, Query(text="zandzakken", facets=("queue",))).total == 0
    assert find(VISITOR, Query(text="zandzakken", facets=("queue",))).facets == {"queue": {}}


def test_the_database_has_the_last_word(reindex, two_queues):
    reindex()
    agent, _colleague = two_queues
    ticket = Ticket.objects.get(subject="Zandzakken voor het loket")
    Ticket.objects.filter(pk=ticket.pk).update(queue=factories.queue(slug="weg"))

    page = find(agent, Query(text="zandzakken"))

    assert (page.hits, page.total) == ((), 0)


def test_words_of_tickets_are_never_suggested(reindex, two_queues):
    call_command("import_organisations")
    reindex()
    agent, _colleague = two_queues

    assert find(agent, Query(text="zandzaken")).suggestion is None
    assert find(VISITOR, Query(text="zandzaken")).suggestion is None
    assert find(VISITOR, Query(text="Antwerpn")).suggestion == "antwerpen"
    assert find(VISITOR, Query(text="stad Antwerpn")).suggestion == "stad antwerpen"
    assert find(VISITOR, Query(text="(Antwerpn)")).suggestion == "(antwerpen)"
    assert find(VISITOR, Query(text="an@antwerpn.example")).suggestion is None


@pytest.mark.parametrize("text", ["😀", "*", "(((", "85.07.30-033.28", "\x00"])
def test_signs_without_a_word_find_nothing_and_an_empty_question_everything(reindex, two_queues, text):
    reindex()
    agent, _colleague = two_queues

    page = find(agent, Query(text=text, facets=("queue",)))

    assert (page.hits, page.total, page.facets) == ((), 0, {"queue": {}})
    assert find(agent, Query(text=" ")).total == 1


def test_a_reference_finds_its_ticket_alone(reindex, two_queues):
    reindex()
    agent, colleague = two_queues
    ticket = Ticket.objects.get(subject="Zandzakken voor het loket")

    typed = ticket.reference.lower().replace("-", " ")

    assert titles(find(agent, Query(text=typed))) == ["Zandzakken voor het loket"]
    assert find(colleague, Query(text=typed)).total == 0


def test_filters_hold_and_without_words_the_newest_come_first(reindex, two_queues):
    reindex()
    agent, _colleague = two_queues
    second = ticket_in(Ticket.objects.get(subject="Zandzakken voor het loket").queue, "Nog een")
    index([ObjectRef("ticket", second.pk)])

    assert titles(find(agent, Query(text=""))) == ["Nog een", "Zandzakken voor het loket"]
    assert find(agent, Query(text="", filters={"status": ("closed",)})).total == 0
    assert find(agent, Query(text="", filters={"status": ("new", "closed")}, limit=1)).total == 2


@pytest.mark.parametrize("is_away", [False, True], ids=["index", "database"])
def test_what_is_left_out_is_not_found_and_what_others_may_read_neither(reindex, two_queues, monkeypatch, is_away):
    agent, _colleague = two_queues
    second = ticket_in(Ticket.objects.get(subject="Zandzakken voor het loket").queue, "Zandzakken, nog eens")
    Ticket.objects.filter(pk=second.pk).update(status="waiting_vendor")
    reindex()
    if is_away:
        monkeypatch.setattr(finding, "_breaker", Away())

    def left(**without):
        page = find(agent, Query(text="zandzakken", kinds=("ticket",), without=without))
        assert page.total == len(page.hits)
        return titles(page)

    assert left(status=("waiting_vendor",)) == ["Zandzakken voor het loket"]
    assert left(status=("new",)) == ["Zandzakken, nog eens"]
    assert left(status=("new", "waiting_vendor")) == left(queue=("intake",)) == []
    assert set(left(status=(), application=("loket",))) == {"Zandzakken voor het loket", "Zandzakken, nog eens"}


@pytest.mark.parametrize(
    "text",
    ["", "x" * 10_000, "\x00\x01\x1b[31m", "/(a+)+$/", "a AND (b OR NOT c*", '"\\', "loket:*", "-loket", "🙂" * 3000,
     "%_'; DROP TABLE tickets_ticket;--", "<script>alert(1)</script>"],
)  # fmt: skip
@pytest.mark.parametrize("is_away", [False, True], ids=["index", "database"])
def test_strange_queries_harm_nobody(reindex, two_queues, monkeypatch, text, is_away):
    reindex()
    if is_away:
        monkeypatch.setattr(finding, "_breaker", Away())

    page = find(two_queues[0], Query(text=text, limit=10**9, offset=0))

    assert page.total <= 2
    assert "<script" not in "".join(hit.snippet_html for hit in page.hits)


class Away:
    def search(self, plan):
        raise EngineUnavailableError("away")


@pytest.mark.parametrize("text", ["en de", "de", "wat is"])
def test_words_of_every_sentence_find_nothing_with_the_engine_or_without_it(reindex, monkeypatch, text):
    factories.article("Wat is de kaartlezer en hoe werkt die")
    reindex()
    with_it = find(Visitor(), Query(text=text, kinds=("article",)))
    monkeypatch.setattr(finding, "_breaker", Away())
    without_it = find(Visitor(), Query(text=text, kinds=("article",)))

    assert [(page.total, titles(page), page.degraded) for page in (with_it, without_it)] == [
        (0, [], False),
        (0, [], True),
    ]
    assert titles(find(Visitor(), Query(text="", kinds=("article",)))) == ["Wat is de kaartlezer en hoe werkt die"]


def test_without_its_engine_the_database_finds_what_one_may_see_and_says_so(reindex, two_queues, monkeypatch):
    monkeypatch.setattr(finding, "_breaker", Away())
    agent, _colleague = two_queues

    page = find(agent, Query(text="zandzakken", kinds=("ticket",)))

    assert (titles(page), page.total, page.backend, page.degraded) == (
        ["Zandzakken voor het loket"], 1, "database", True,
    )  # fmt: skip
    assert find(agent, Query(text="zandzakken", kinds=("ticket",), filters={"status": ("closed",)})).total == 0


def test_the_number_of_statements_is_the_same_for_one_hit_and_three(reindex, two_queues, assert_statements):
    agent, _colleague = two_queues
    queue = Ticket.objects.get(subject="Zandzakken voor het loket").queue
    reindex()
    find(agent, Query(text="zandzakken", kinds=("ticket",)))
    with assert_statements(1):
        assert find(agent, Query(text="zandzakken", kinds=("ticket",))).total == 1
    for number in range(2):
        ticket_in(queue, f"Zandzakken {number}")
    reindex()
    find(agent, Query(text="zandzakken", kinds=("ticket",)))
    with assert_statements(1):
        assert find(agent, Query(text="zandzakken", kinds=("ticket",))).total == 3


def test_whether_a_word_stands_somewhere_is_asked_without_counting_and_how_many_are_found_once(two_queues, reindex):
    reindex()
    asked = []

    def search(plan):
        asked.append((plan.is_counted, plan.audience))
        return shelves.search(plan)

    audience = finding.audience_of(two_queues[0], sources())
    query = Query(text="zandzakken kade")
    sought = finding.seek(query, search=search, vocabulary=EMPTY, synonyms=NO_SYNONYMS, audience=audience)

    assert asked == [(False, audience), (False, audience), (True, audience)]
    assert sought.found.total == 1


def test_a_visitor_cannot_tell_whether_a_word_stands_in_tickets(reindex):
    factories.article("Lijst van Vandenbroeke", body="Vandenbroeke.")
    reindex()
    before = find(VISITOR, Query(text="vandenbrouckelaan"))
    for number in range(2):
        factories.ticket(f"Klacht {number}", body="Mevrouw Vandenbrouckelaan belde.")
    reindex()

    assert find(VISITOR, Query(text="vandenbrouckelaan")).total == before.total


@pytest.mark.parametrize("typed", ["vandenbrouckelaan", "vandenbrouckelijst", "vandenbroucke lijst"])
def test_an_agent_cannot_tell_whether_a_word_stands_in_tickets_of_others(reindex, two_queues, typed):
    _agent, colleague = two_queues
    factories.article("Lijst van Vandenbroeke", body="Vandenbroeke.")
    reindex()
    before = find(colleague, Query(text=typed))
    for number in range(3):
        ticket_in(Queue.objects.get(slug="intake"), f"Vandenbrouckelaan {number}, Vandenbroucke, Vandenbrouckelijst")
    reindex()

    after = find(colleague, Query(text=typed))

    assert before.total > 0
    assert (titles(after), after.total, after.suggestion) == (titles(before), before.total, before.suggestion)


def test_an_official_cannot_tell_it_by_a_compound_in_a_question_of_their_own(reindex, two_queues):
    official = factories.actor(factories.user())
    factories.article("Lijst")
    factories.ticket("Vandenbrouckelijst", by=official)
    reindex()
    before = find(official, Query(text="lijst", kinds=("ticket",))).total
    for number in range(3):
        ticket_in(Queue.objects.get(slug="intake"), f"Vandenbroucke {number}")
    reindex()

    assert find(official, Query(text="lijst", kinds=("ticket",))).total == before


def test_a_name_in_tickets_that_they_may_read_finds_just_those_and_is_a_slip_to_others(reindex, two_queues):
    agent, colleague = two_queues
    ticket_in(Queue.objects.get(slug="intake"), "Mevrouw Vandenbrouckelaan belde")
    factories.article("Vandeweghelaan")
    reindex()

    assert titles(find(agent, Query(text="vandenbrouckelaan"))) == ["Mevrouw Vandenbrouckelaan belde"]
    assert titles(find(colleague, Query(text="vandenbrouckelaan"))) == ["Vandeweghelaan"]
    assert titles(find(VISITOR, Query(text="vandenbrouckelaan"))) == ["Vandeweghelaan"]


def test_no_word_is_suggested_that_finds_nothing_any_more(reindex, run_outbox):
    article = factories.article("Kwartelbewaking")
    reindex()
    assert find(VISITOR, Query(text="kwartelbewakign")).suggestion == "kwartelbewaking"

    archive_article(actor=System(), article=article)
    run_outbox()

    page = find(VISITOR, Query(text="kwartelbewakign"))
    assert (page.total, page.suggestion) == (0, None)


def test_no_word_is_suggested_that_only_others_may_still_read(reindex, run_outbox):
    factories.article("Het loket openen")
    article = factories.article("Kwartelbewaking in het loket")
    reindex()
    assert find(VISITOR, Query(text="kwartelbewakign loket")).suggestion == "kwartelbewaking loket"

    change_card(actor=System(), article=article, card=Card(audience=Article.Audience.AGENTS))
    run_outbox()

    page = find(VISITOR, Query(text="kwartelbewakign loket"))
    assert (titles(page), page.suggestion) == (["Het loket openen"], None)
    agent = factories.actor(factories.agent())
    assert find(agent, Query(text="kwartelbewakign loket")).suggestion == "kwartelbewaking loket"


def test_who_no_longer_serves_the_queue_sees_nothing_of_a_note_while_the_index_lags(reindex, two_queues):
    factories.queue("nieuw")
    _agent, colleague = two_queues
    ticket = factories.ticket("Zandzakken", by=colleague)
    add_note(actor=System(), ticket=ticket, new=NewMessage(body="kwartelgeheim"))
    Ticket.objects.filter(pk=ticket.pk).update(queue=Queue.objects.get(slug="andere"))
    reindex()
    assert titles(find(colleague, Query(text="kwartelgeheim"))) == ["Zandzakken"]

    Ticket.objects.filter(pk=ticket.pk).update(queue=Queue.objects.get(slug="nieuw"))

    page = find(colleague, Query(text="kwartelgeheim"))
    assert (page.hits, page.total) == ((), 0)


def test_a_ticket_that_is_gone_is_not_found_whether_or_not_the_index_follows(reindex, two_queues):
    agent, _colleague = two_queues
    ticket = Ticket.objects.get(subject="Zandzakken voor het loket")
    reindex()
    gone = ObjectRef("ticket", ticket.pk)
    Message.objects.filter(ticket=ticket).delete()
    ticket.delete()

    assert (find(agent, Query(text="zandzakken")).hits, find(agent, Query(text="zandzakken")).total) == ((), 0)
    index([gone])
    page = find(agent, Query(text="zandzakken", facets=("queue",)))
    assert (page.hits, page.total, page.facets) == ((), 0, {"queue": {}})


def test_of_words_and_names_that_were_erased_nothing_is_found_or_shown(reindex, two_queues):
    agent, _colleague = two_queues
    ticket = factories.ticket(
        "Vraag over kaartlezers", body="Ik ben Kakelbont.", requester=("Griet Kakelbont", "griet@kakelbont.example")
    )
    reindex()
    assert titles(find(agent, Query(text="kakelbont"))) == ["Vraag over kaartlezers"]

    MessageBody.objects.filter(message__ticket=ticket).update(text="")
    Person.objects.filter(pk=ticket.requester_id).update(name="", email="", email_key="")
    index([ObjectRef("ticket", ticket.pk)])

    for text in ("kakelbont", "griet@kakelbont.example", "griet"):
        assert "Vraag over kaartlezers" not in titles(find(agent, Query(text=text))), text
    (hit,) = find(agent, Query(text="kaartlezers")).hits
    assert (hit.title, hit.snippet_html) == ("Vraag over kaartlezers", "")
