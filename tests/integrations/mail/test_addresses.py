"""Addresses and identifiers."""

import base64
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.mail.addresses import message_id, reply_address

ids = st.integers(min_value=1, max_value=2**40 - 1)


@given(ids, ids)
def test_a_reply_address_is_fit_for_every_mail_server(ticket_id, person_id):
    local_part, domain = reply_address(ticket_id, person_id).split("@")

    assert re.fullmatch(r"help\+[a-z2-7]{36}", local_part)
    assert (len(local_part) <= 64, domain) == (True, "contactpunt.example")
    assert reply_address(ticket_id, person_id) == f"{local_part}@{domain}"


def test_every_participant_of_every_ticket_has_an_own_address():
    assert len({reply_address(ticket, person) for ticket in range(1, 20) for person in range(1, 20)}) == 361


def test_the_seal_differs_where_only_the_ids_differ_by_one():
    sealed = [base64.b32decode(reply_address(7, person)[5:41].upper() + "====")[10:] for person in (1, 2)]

    assert len(sealed[0]) == 12
    assert sum(a != b for a, b in zip(*sealed, strict=True)) > 6


def test_another_secret_key_gives_other_addresses(settings):
    before = (reply_address(1, 2), message_id(3))
    settings.SECRET_KEY = "another"

    assert (reply_address(1, 2)[:21], message_id(3)[:12]) == (before[0][:21], before[1][:12])
    assert reply_address(1, 2) != before[0]
    assert message_id(3) != before[1]


@pytest.mark.parametrize("delivery_id", [1, 987_654_321])
def test_a_message_id_is_the_same_each_time(delivery_id):
    assert re.fullmatch(rf"<delivery\.{delivery_id}\.[0-9a-f]{{16}}@contactpunt\.example>", message_id(delivery_id))
    assert message_id(delivery_id) == message_id(delivery_id)
