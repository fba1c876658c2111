"""What the index tells of applications."""

from helpdesk.accounts.actors import System
from helpdesk.catalogue.models import Application
from helpdesk.catalogue.search import Applications
from helpdesk.catalogue.services import ApplicationCard, change_application
from helpdesk.kernel.models import OutboxEvent
from tests import factories


def test_an_application_out_of_use_is_not_found(db):
    loket = factories.application()
    old = Application.objects.create(slug="oud", name="Mijn Binnenland", is_active=False)

    assert list(Applications().ids()) == [loket.pk]
    assert [document.object_id for document in Applications().documents([loket.pk, old.pk])] == [loket.pk]


def test_a_change_tells_the_index_and_has_a_later_version(db):
    loket = factories.application()
    (before,) = Applications().documents([loket.pk])

    change_application(actor=System(), application=loket, card=ApplicationCard(name="Loket", owner="ABB"))

    (after,) = Applications().documents([loket.pk])
    assert (after.title, after.text) == ("Loket", "loket\nABB")
    assert after.version > before.version
    told = OutboxEvent.objects.filter(name="search.documents_changed").latest("pk")
    assert told.payload == {"kind": "application", "object_ids": [loket.pk]}
