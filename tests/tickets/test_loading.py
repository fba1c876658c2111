import json
from collections import Counter
from io import StringIO

import pytest
from django.core.management import call_command

from helpdesk.accounts.actors import System, Visitor
from helpdesk.catalogue.loading import load_catalogue
from helpdesk.catalogue.models import Application
from helpdesk.kernel.policy import RefusedError
from helpdesk.tickets.loading import QueueReport, load_queues
from helpdesk.tickets.models import Queue, QueueRoute

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _catalogue(db):
    load_catalogue(actor=System())


def load():
    return load_queues(actor=System())


def test_the_four_queues_are_here_and_intake_takes_what_has_no_route():
    assert load() == QueueReport(queues_created=4, routes_created=46)
    assert dict(Queue.objects.values_list("slug", "is_default")) == {
        "intake": True,
        "aanmelden": False,
        "loket": False,
        "andere-entiteit": False,
    }


def test_applications_of_abb_go_to_loket_and_all_others_to_aanmelden():
    load()
    routes = dict(QueueRoute.objects.values_list("application__slug", "queue__slug"))
    assert set(routes) == set(Application.objects.values_list("slug", flat=True))
    assert Counter(routes.values()) == {"aanmelden": 27, "loket": 19}
    for route in QueueRoute.objects.select_related("application", "queue"):
        is_of_abb = "ABB" in route.application.owner
        assert (route.queue.slug == "loket") == is_of_abb, route.application.slug


def test_a_second_load_writes_nothing():
    load()
    assert load() == QueueReport(queues_created=0, routes_created=0)
    assert (Queue.history.count(), QueueRoute.history.count()) == (4, 46)


def test_what_an_administrator_moved_renamed_or_removed_stays_so():
    load()
    route = QueueRoute.objects.get(application__slug="klip")
    route.queue = Queue.objects.get(slug="andere-entiteit")
    route.save()
    QueueRoute.objects.get(application__slug="gipod").delete()
    aanmelden = Queue.objects.get(slug="aanmelden")
    aanmelden.slug, aanmelden.name = "toegang", "Toegang"
    aanmelden.save()
    assert load() == QueueReport(queues_created=0, routes_created=0)
    route.refresh_from_db()
    assert route.queue.slug == "andere-entiteit"
    assert not QueueRoute.objects.filter(application__slug="gipod").exists()
    assert set(Queue.objects.values_list("slug", flat=True)) == {"intake", "toegang", "loket", "andere-entiteit"}


def test_another_default_queue_stays_the_default():
    own = Queue.objects.create(slug="eigen", name="Eigen", is_default=True)
    load()
    assert Queue.objects.get(is_default=True) == own


def test_nobody_at_the_door_may_load():
    with pytest.raises(RefusedError):
        load_queues(actor=Visitor())


def test_the_command_says_what_it_did():
    out, err = StringIO(), StringIO()
    call_command("import_queues", "--json", stdout=out, stderr=err)
    assert json.loads(out.getvalue()) == {"queues_created": 4, "routes_created": 46}
    assert err.getvalue() == "4 queues and 46 routes created.\n"
