"""A small desk: two queues, an agent in each, and browsers that are signed in."""

from types import SimpleNamespace

import pytest
from django.test import Client

from tests import factories


@pytest.fixture
def signed_in():
    """Give a browser in which this account is signed in."""

    def browser(account, **options):
        client = Client(**options)
        client.force_login(account)
        return client

    return browser


@pytest.fixture
def desk(db, signed_in):
    """Bram and Nadia serve `intake` and `loket`, Wim only `andere-entiteit`."""
    intake, loket, other = factories.queue(), factories.queue("loket"), factories.queue("andere-entiteit")
    bram = factories.agent("Bram De Smet", queues=(intake, loket))
    nadia = factories.agent("Nadia El Amrani", queues=(intake, loket), roles=("supervisor",))
    wim = factories.agent("Wim Claes", queues=(other,))
    return SimpleNamespace(
        intake=intake,
        loket=loket,
        other=other,
        bram=bram,
        nadia=nadia,
        wim=wim,
        as_bram=signed_in(bram),
        as_nadia=signed_in(nadia),
        as_wim=signed_in(wim),
    )


@pytest.fixture
def search(desk, reindex):
    """Return a function that asks the page of search, after all there is was indexed."""

    def asked(text: str, browser=None, **parameters):
        reindex()
        return (browser or desk.as_bram).get("/desk/zoeken/", {"q": text, **parameters})

    return asked
