"""The log is read by more people than the tickets are."""

import logging

import pytest
from django.conf import settings
from django.test import Client
from django.utils.module_loading import import_string

from helpdesk.tickets.models import AccessLink
from helpdesk.tickets.services import token_of
from tests import factories


@pytest.fixture
def formatter():
    options = dict(settings.LOGGING["formatters"]["line"])
    return import_string(options.pop("()"))(**options)


@pytest.mark.django_db
def test_no_way_into_a_ticket_is_in_the_log(formatter, caplog):
    factories.ticket()
    token = token_of(AccessLink.objects.get())

    with caplog.at_level(logging.INFO):
        Client().get(f"/t/{token}/bevestigen/")
        Client().get(f"/t/{token}/bijlage/00000000-0000-4000-8000-000000000000/")
        Client(enforce_csrf_checks=True).post(f"/t/{token}/", {"body": "Antwoord"})

    lines = [formatter.format(record) for record in caplog.records]
    assert sum("/t/…/" in line for line in lines) == 3
    assert token not in "\n".join(lines)


def test_nor_is_it_in_what_a_fault_leaves_behind(formatter):
    fault = (ValueError, ValueError("/aanmelden/demo/geheim-1_2/ went wrong"), None)
    record = logging.LogRecord("x", logging.ERROR, "x", 1, "Internal Server Error: %s", ("/t/ab_c-1/",), fault)

    line = formatter.format(record)

    assert "Internal Server Error: /t/…/" in line
    assert "/aanmelden/demo/…/ went wrong" in line


def test_other_addresses_stay_readable(formatter):
    record = logging.LogRecord("x", logging.WARNING, "x", 1, "Not Found: /desk/t/AP-7K3M9Q-X/", (), None)

    assert formatter.format(record).endswith("x Not Found: /desk/t/AP-7K3M9Q-X/")
