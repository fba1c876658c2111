"""Only administrators; for everybody else /beheer/ does not exist."""

import pytest
from django.test import Client
from django.urls import reverse

from helpdesk.desk.manage import urls
from tests import factories


def _parts(pattern):
    return tuple(pattern.pattern.converters)


ROUTES = sorted((pattern.name, tuple(sorted(_parts(pattern)))) for pattern in urls.urlpatterns)


def _address(name, parts):
    return reverse(f"manage:{name}", kwargs=dict.fromkeys(parts, 1))


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(("name", "parts"), ROUTES)
def test_a_visitor_is_sent_to_sign_in_and_back(client, db, name, parts, method):
    address = _address(name, parts)

    answer = getattr(client, method)(address)

    assert (answer.status_code, answer["Location"]) == (302, f"/aanmelden/?next={address}")


@pytest.mark.parametrize("roles", [(), ("agent",), ("supervisor",), ("editor",), ("analyst",)])
def test_for_others_no_page_of_it_exists(db, roles):
    client = Client()
    client.force_login(factories.user(roles=roles))

    answers = {(name, method): getattr(client, method)(_address(name, parts)).status_code
               for name, parts in ROUTES for method in ("get", "post")}  # fmt: skip

    assert set(answers.values()) == {404}


def test_an_administrator_opens_every_list(as_admin):
    lists = [name for name, parts in ROUTES if not parts and name not in {"retry_all", "read_again_since"}]

    assert {name: as_admin.get(_address(name, ())).status_code for name in lists} == dict.fromkeys(lists, 200)


def test_an_id_nobody_has_is_not_found(as_admin):
    opened = {}
    for name, parts in ROUTES:
        if parts:
            address = reverse(f"manage:{name}", kwargs=dict.fromkeys(parts, 10**25))
            opened[name] = {as_admin.get(address).status_code, as_admin.post(address).status_code}

    assert {name: codes - {404, 405} for name, codes in opened.items()} == {name: set() for name in opened}


def test_an_administrator_sees_no_ticket_text(as_admin, run_outbox):
    ticket = factories.ticket("Onderwerp dat niemand hier hoort te lezen", body="Tekst van de vrager")
    run_outbox()

    pages = "".join(as_admin.get(_address(name, parts)).content.decode()
                    for name, parts in ROUTES if name in {"home", "outbox", "mails", "queues"})  # fmt: skip
    pages += as_admin.get("/beheer/mails/?soort=wacht").content.decode()

    assert ("niemand hier" in pages, "Tekst van de vrager" in pages) == (False, False)
    assert as_admin.get(f"/desk/t/{ticket.reference}/").status_code == 404
