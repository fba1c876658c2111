"""Section 6: nothing automatic is ever answered, so two installations that mail each other fall silent."""

import re
from contextlib import closing

import pytest

from tests.contract.installation import read_mail
from tests.contract.mails import deliver, letter
from tests.contract.visitor import Visitor, question

ONE, OTHER = "een.example", "twee.example"
ROUNDS = 6
SIGNS = re.compile(rb"^(?:Auto-Submitted|X-Auto-Response-Suppress|Return-Path): [^\n]*\n", re.MULTILINE)


def with_all_signs(raw: bytes) -> bytes:
    return raw


def without_any_sign(raw: bytes) -> bytes:
    """Return what is left of a mail after a gateway that removes whatever says that nobody wrote it."""
    return SIGNS.sub(b"", raw)


@pytest.fixture
def installations(another_product):
    """Two of them, each with the domain to which the other's mail comes."""
    pair = [another_product(INBOUND_DOMAIN=domain) for domain in (ONE, OTHER)]
    for installation in pair:
        installation.start()
    return pair


def carry(installations, gateway) -> list[int]:
    """Carry all mail across until nothing moves; return how many mails went in each round."""
    carried: set[str] = set()
    counts: list[int] = []
    while len(counts) < ROUNDS and counts[-1:] != [0]:
        counts.append(0)
        for sender, receiver in (installations, installations[::-1]):
            waiting = [path for path in sorted((sender.var / "mail-out").glob("*.eml")) if str(path) not in carried]
            carried.update(map(str, waiting))
            counts[-1] += len(waiting)
            deliver(receiver, *(gateway(path.read_bytes()) for path in waiting))
    return counts


@pytest.mark.parametrize("gateway", [with_all_signs, without_any_sign])
def test_two_installations_fall_silent(installations, gateway):
    one, other = installations
    asked = question(name="De andere", email=f"help@{OTHER}")
    visitor = Visitor(one)
    with closing(visitor.client):
        visitor.send("/melden/", asked)
    deliver(other, letter("Kan u dit bekijken?", sender=f"De ene <help@{ONE}>", to=f"help@{OTHER}"))
    for installation in installations:
        installation.settle()

    assert carry(installations, gateway)[-1] == 0

    for installation, address in ((one, f"help@{OTHER}"), (other, f"help@{ONE}")):
        sent = [read_mail(path) for path in (installation.var / "mail-out").glob("*.eml")]
        assert [(mail["X-Envelope-To"], mail["Auto-Submitted"]) for mail in sent] == [(f"<{address}>", "auto-replied")]
