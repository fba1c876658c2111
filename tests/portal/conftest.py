import pytest
from django.test import Client

from tests import factories

QUESTION = {
    "name": "An Peeters",
    "email": "an.peeters@aalter.example",
    "subject": "Ik geraak niet binnen",
    "body": "Ik krijg een foutmelding.",
}


@pytest.fixture
def question(db):
    """What a visitor fills in; the default queue is there."""
    factories.queue()
    return dict(QUESTION)


@pytest.fixture
def sign_in(db):
    """A browser in which somebody has signed in."""

    def signed_in(account):
        client = Client()
        client.force_login(account)
        return client

    return signed_in


@pytest.fixture
def fetch():
    """Get a file as a browser does: all of it, and let go."""

    def fetched(client, url):
        answer = client.get(url)
        return answer, b"".join(answer.streaming_content) if answer.streaming else answer.content

    return fetched


@pytest.fixture
def link_of():
    """The address of the link that the confirmation of a ticket carries."""

    def address(ticket):
        from helpdesk.tickets.services import token_of  # noqa: PLC0415 - models need the settings first

        return f"/t/{token_of(ticket.access_links.latest('pk'))}/"

    return address
