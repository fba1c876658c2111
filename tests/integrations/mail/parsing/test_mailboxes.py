"""Who sent a mail and who got it, however it is written."""

import pytest

from integrations.mail.parsing.parse import parse
from tests.integrations.mail.parsing.messages import mail


def senders_of(value):
    parsed = parse(mail(head=b"", **{"from": value}))
    return [(sender.name, sender.address) for sender in parsed.senders], parsed.defects


@pytest.mark.parametrize(
    ("value", "name", "address"),
    [
        ("an@aalter.example", "", "an@aalter.example"),
        ("<an@aalter.example>", "", "an@aalter.example"),
        ("An Peeters <An@AALTER.example>", "An Peeters", "An@aalter.example"),
        ('"Peeters, An" <an@aalter.example>', "Peeters, An", "an@aalter.example"),
        ('"An \\"Ans\\" Peeters" <an@aalter.example>', 'An "Ans" Peeters', "an@aalter.example"),
        ("=?utf-8?q?Zo=C3=AB?= <zoe@aalter.example>", "Zoë", "zoe@aalter.example"),
        ('"=?utf-8?q?Zo=C3=AB?=" <zoe@aalter.example>', "Zoë", "zoe@aalter.example"),
        ("=?utf-8?q?An=0D=0ABcc=3A_x=40y?= <an@aalter.example>", "An Bcc: x@y", "an@aalter.example"),
        ('"an@elders.example" <an@aalter.example>', "an@elders.example", "an@aalter.example"),
        (b"Zo\xeb <zoe@aalter.example>", "Zoë", "zoe@aalter.example"),
        ("J. Peeters\r\n <an@aalter.example>", "J. Peeters", "an@aalter.example"),
        ("Jörg <jörg@aalter.example>", "Jörg", "jörg@aalter.example"),
    ],
)
def test_one_plain_mailbox_leaves_no_doubt(value, name, address):
    assert senders_of(value) == ([(name, address)], ())


@pytest.mark.parametrize(
    ("value", "senders"),
    [
        ("an@aalter.example <piet@aalst.example>", [("an@aalter.example", "piet@aalst.example")]),
        ("an@aalter.example, piet@aalst.example", [("", "an@aalter.example"), ("", "piet@aalst.example")]),
        ("Peeters, An <an@aalter.example>", [("Peeters, An", "an@aalter.example")]),
        ("Ploeg: an@aalter.example, piet@aalst.example;", [("", "an@aalter.example"), ("", "piet@aalst.example")]),
        ("an@aalter.example (An (Ans) Peeters)", [("An Ans Peeters", "an@aalter.example")]),
        ("An (x <piet@aalst.example>) <an@aalter.example>", [("An", "an@aalter.example")]),
        ("An (x <an@aalter.example>", [("An (x", "an@aalter.example")]),
        ('"An <an@aalter.example>', [("An", "an@aalter.example")]),
        ("<@b.example,@c.example:an@aalter.example>", [("", "an@aalter.example")]),
        ("An <an@aalter.example> <piet@aalst.example>", [("An", "piet@aalst.example")]),
        ("An <an@aal\u200eter.example>", [("An", "an@aalter.example")]),
        ("An <an@aalter.example\x00.evil.example>", [("An", "an@aalter.example.evil.example")]),
        ("=?utf-8?q?An_=3Can=40aalter=2Eexample=3E?=", [("An", "an@aalter.example")]),
        ("=?utf-8?q?Peeters,_An_(x:_<y@z>)?= <an@aalter.example>", [("Peeters, An (x: <y@z>)", "an@aalter.example")]),
        ("An an@aalter.example", [("An", "an@aalter.example")]),
        ("an@b@aalter.example", [("", "an@b@aalter.example")]),
        ("undisclosed-recipients:;", []),
        ("An", []),
        ("<>", []),
        ("", []),
        ("an@", []),
        ("@aalter.example", []),
        ("a" * 400 + "@aalter.example", []),
    ],
)
def test_a_sender_that_can_be_read_in_two_ways_is_read_and_marked(value, senders):
    assert senders_of(value) == (senders, ("ambiguous_from",))


def test_two_from_fields_are_seen():
    parsed = parse(b"From: an@aalter.example\r\nTo: x@y.example\r\nFrom: piet@aalst.example\r\n\r\nDag")

    assert parsed.from_fields == 2
    assert [sender.address for sender in parsed.senders] == ["an@aalter.example", "piet@aalst.example"]


def test_a_field_with_a_space_before_its_colon_counts_too():
    assert parse(b"From: an@aalter.example\r\nFrom : piet@aalst.example\r\n\r\nDag").from_fields == 2


def test_everyone_it_was_delivered_to_is_named_once():
    parsed = parse(
        mail(
            to="Help <help@contactpunt.example>, an@aalter.example",
            cc="piet@aalst.example",
            delivered_to="help+abc@contactpunt.example",
            x_original_to="HELP@Contactpunt.example",
            envelope_to="<help@contactpunt.example>",
            bcc="geheim@x.example",
        )
    )

    assert [(box.name, box.address) for box in parsed.to] == [
        ("Help", "help@contactpunt.example"),
        ("", "an@aalter.example"),
    ]
    assert [box.address for box in parsed.cc] == ["piet@aalst.example"]
    assert parsed.recipients == (
        "help@contactpunt.example",
        "an@aalter.example",
        "piet@aalst.example",
        "help+abc@contactpunt.example",
        "HELP@contactpunt.example",
    )


@pytest.mark.parametrize(("count", "defects"), [(500, ()), (501, ("addresses_cut",))])
def test_no_more_than_five_hundred_addresses_are_read(count, defects):
    parsed = parse(mail(to=", ".join(f"a{number}@x.example" for number in range(count))))

    assert (len(parsed.to), len(parsed.recipients), parsed.defects) == (500, 500, defects)


def test_a_field_that_is_cut_ends_with_a_whole_address():
    # The bound of 64 kB falls in the domain of the last one.
    addresses = [f"{number:0>200}@x.example" for number in range(309)]
    whole = parse(mail(to=", ".join([*addresses, f"an@{'y' * 100}.example"])))

    assert [box.address for box in whole.to] == addresses
