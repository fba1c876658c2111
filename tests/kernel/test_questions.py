"""Questions that are put into SQL once: other values, other answers; the same answers as Django gives."""

import gc
from threading import Thread
from weakref import ref

import pytest
from django.db import connections
from django.db.models import F, Q

from helpdesk.kernel.questions import asked_often
from helpdesk.tickets.models import Queue, Ticket
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def three_tickets():
    return [factories.ticket(str(number)) for number in range(3)]


def test_each_time_it_answers_for_the_values_of_that_time(three_tickets):
    @asked_often
    def called(*, reference: str):
        return Ticket.objects.filter(reference=reference)

    first, second, _third = three_tickets
    answers = [called(reference=reference) for reference in (first.reference, second.reference, "nobody's")]

    assert answers == [[first], [second], []]


def test_what_changed_since_is_seen(three_tickets):
    @asked_often
    def subject(*, pk: int):
        return Ticket.objects.filter(pk=pk).values_list("subject", flat=True)

    before = subject(pk=three_tickets[0].pk)
    Ticket.objects.filter(pk=three_tickets[0].pk).update(subject="Anders")

    assert (before, subject(pk=three_tickets[0].pk)) == (["0"], ["Anders"])


def test_a_list_may_have_any_length_also_none(three_tickets, assert_statements):
    @asked_often
    def among(*, ids: list[int], queue: str):
        return Ticket.objects.filter(pk__in=ids, queue__slug=queue).order_by("pk")

    ids, queue = [ticket.pk for ticket in three_tickets], three_tickets[0].queue.slug

    with assert_statements(4):
        found = [among(ids=ids[:number], queue=queue) for number in (3, 1, 2, 1)]

    assert found == [three_tickets[:3], three_tickets[:1], three_tickets[:2], three_tickets[:1]]
    assert among(ids=[], queue=queue) == []
    assert among(ids=ids, queue="another") == []


def test_rows_are_what_the_query_says_they_are(three_tickets):
    @asked_often
    def objects(*, pk: int):
        return Ticket.objects.filter(pk=pk).select_related("requester").annotate(whose=F("requester__name"))

    @asked_often
    def named(*, pk: int):
        name = {"whose": F("requester__name")}
        return Ticket.objects.filter(pk=pk).annotate(**name).values_list("whose", "created_at", named=True)

    ticket = three_tickets[0]
    (found,), (row,) = objects(pk=ticket.pk), named(pk=ticket.pk)

    assert found.requester.name == found.whose == row.whose == ticket.requester.name
    assert found.created_at == row.created_at == ticket.created_at


def test_only_the_first_time_is_django_asked_to_make_sql(three_tickets):
    asked = []

    @asked_often
    def called(*, pk: int):
        asked.append(pk)
        return Ticket.objects.filter(pk=pk)

    answers = [called(pk=ticket.pk) for ticket in three_tickets]

    assert answers == [[ticket] for ticket in three_tickets]
    assert len(asked) == 1


def test_lists_of_many_lengths_are_few_statements(three_tickets):
    """Each is kept as long as the process runs, and takes 25 kB."""
    lengths = []

    @asked_often
    def among(*, ids: list[int]):
        lengths.append(len(ids))
        return Ticket.objects.filter(pk__in=ids).order_by("pk")

    pks = [ticket.pk for ticket in three_tickets]
    answers = [among(ids=[0] * others + pks) for others in range(100)]

    assert answers == [three_tickets] * 100
    assert lengths == [4, 8, 16, 32, 64, 128]


@pytest.mark.django_db(transaction=True)
def test_each_thread_asks_over_its_own_connection():
    """A connection that the first one to ask left behind would stay open as long as the process runs."""

    @asked_often
    def queues(*, slug: str):
        return Queue.objects.filter(slug=slug)

    factories.queue("intake")
    held = []

    def ask():
        held.append(ref(connections["default"]))
        queues(slug="intake")
        connections.close_all()

    for _ in range(2):
        thread = Thread(target=ask)
        thread.start()
        thread.join()
        del thread
    gc.collect()

    assert [connection_of_thread() for connection_of_thread in held] == [None, None]
    assert [queue.slug for queue in queues(slug="intake")] == ["intake"]


def test_a_value_that_decides_what_is_asked_is_refused():
    @asked_often
    def chosen(*, slug: str):
        return Queue.objects.filter(Q(is_default=True) if slug == "intake" else Q(name="Loket"))

    with pytest.raises(TypeError, match="chosen does not compare columns with each of its values as they are"):
        chosen(slug="intake")


def test_a_value_that_is_changed_on_its_way_is_refused():
    @asked_often
    def like(*, name: str):
        return Queue.objects.filter(name__icontains=name)

    with pytest.raises(TypeError, match="like does not compare"):
        like(name="loket")


def test_a_question_that_finds_nothing_for_any_value_is_refused():
    """As on PostgreSQL one about a small number is, which the numbers that stand in for it never are."""

    @asked_often
    def nothing(*, slug: str):
        return Queue.objects.none().filter(slug=slug)

    with pytest.raises(TypeError, match="nothing finds nothing whatever its values are"):
        nothing(slug="intake")
