import pytest

from tests import factories


@pytest.fixture
def asked(arrive, run_outbox):
    """A ticket of An whose confirmation went out; replies to it have an address and an id to refer to."""
    ticket = factories.ticket(requester=("An Peeters", "an.peeters@aalter.example"))
    run_outbox()
    return ticket
