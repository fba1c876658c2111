"""Searches that agents keep."""

import pytest

from helpdesk.kernel.policy import RefusedError
from helpdesk.tickets.selectors import saved_views
from helpdesk.tickets.services import remove_view, save_view
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def bram():
    return factories.actor(factories.agent("Bram"))


def test_a_view_is_the_agents_own(bram):
    nadia = factories.actor(factories.agent("Nadia"))
    view = save_view(actor=bram, name=" Mijn  loket ", query="status:open toepassing:loket")

    remove_view(actor=nadia, view_id=view.pk)

    assert [(kept.name, kept.query) for kept in saved_views(bram)] == [("Mijn loket", "status:open toepassing:loket")]
    assert saved_views(nadia) == []


def test_the_same_name_searches_something_else_from_then_on(bram):
    save_view(actor=bram, name="Loket", query="a")
    save_view(actor=bram, name="Loket", query="b")

    assert [kept.query for kept in saved_views(bram)] == ["b"]


def test_there_is_room_for_thirty(bram):
    for number in range(30):
        save_view(actor=bram, name=f"{number}", query="x")

    with pytest.raises(RefusedError, match="30"):
        save_view(actor=bram, name="een te veel", query="x")
    save_view(actor=bram, name="0", query="y")
    assert len(saved_views(bram)) == 30


def test_no_rijksregisternummer_is_kept_in_a_search_or_in_its_name(bram):
    save_view(actor=bram, name="Van 85.07.30-033.28", query=f"{'x' * 488} 85073003328")
    kept = saved_views(bram)[0]

    assert (kept.name, "85073003328" in kept.query, len(kept.query)) == ("Van ••.••.••-•••.••", False, 500)
