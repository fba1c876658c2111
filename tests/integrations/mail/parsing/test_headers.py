"""Header fields: decoded, on one line, and none that a sender slips in."""

import pytest

from integrations.mail.parsing.parse import parse
from tests.integrations.mail.parsing.messages import mail


def subject_of(value):
    return parse(mail(head=b"", subject=value)).subject


@pytest.mark.parametrize(
    ("value", "subject"),
    [
        ("Vraag over het loket", "Vraag over het loket"),
        ("=?utf-8?q?Caf=C3=A9_open?=", "Café open"),
        ("=?UTF-8?B?Q2Fmw6kgb3Blbg==?=", "Café open"),
        ("=?utf-8?b?Q2Fmw6kgb3Blbg?=", "Café open"),
        ("=?iso-8859-1*nl?q?Caf=E9?= open", "Café open"),
        ("=?utf-8?q?Caf=C3?= =?utf-8?q?=A9?=\r\n =?utf-8?q?_open?=", "Café open"),
        ("=?utf-8?q?Caf?= =?iso-8859-1?q?=E9?= open", "Café open"),
        ("Re: =?utf-8?q?Caf=C3=A9?=, open", "Re: Café, open"),
        ("=?utf-8?q?Caf=C3=A9 open?=", "Café open"),
        ("=?utf-8?q?Hoe?gaat?het?=", "Hoe?gaat?het"),
        ("=?nooit-van-gehoord?q?Caf=C3=A9?=", "Café"),
        ("=?utf-8?q?Caf=E9?=", "Café"),
        ("=??Q?Caf=E9?= =??Q?_open?=", "Café open"),
        ("Café open", "Café open"),
        (b"Caf\xe9 open", "Café open"),
        ("=?utf-8?q?Café", "=?utf-8?q?Café"),
        ("=?utf-8?x?Cafe?=", "=?utf-8?x?Cafe?="),
        ("=?utf-8?q?een=?utf-8?q?twee?=", "=?utf-8?q?eentwee"),
        ("een\r\n\ttwee\r\n drie", "een twee drie"),
        ("=?utf-8?q?An=0D=0ABcc:_evil@x.example?=", "An Bcc: evil@x.example"),
        ("=?utf-8?q?a=00b=E2=80=AEc?=", "abc"),
        ("a\x00b", "ab"),
        ("", ""),
    ],
)
def test_a_subject_is_what_was_meant_on_one_clean_line(value, subject):
    assert subject_of(value) == subject


def test_all_fields_are_there_in_their_order_with_names_in_lower_case():
    raw = b"Received: from a\r\n by b\r\nX-Odd : 1\r\nRECEIVED: from c\r\nX-Empty:\r\n\r\nDag"

    assert parse(raw).headers == (("received", "from a by b"), ("x-odd", "1"), ("received", "from c"), ("x-empty", ""))


def test_encoded_words_do_not_forge_what_a_server_wrote():
    forged = "=?utf-8?q?mx.example;_dmarc=3Dpass?="
    parsed = parse(mail(head=b"", authentication_results=forged, subject=forged))

    assert parsed.headers == (("authentication-results", forged), ("subject", "mx.example; dmarc=pass"))


def test_a_long_value_is_cut():
    assert len(parse(mail(head=b"", x_long="a" * 20_000)).headers[0][1]) == 10_000


@pytest.mark.parametrize("line_break", [b"\r\n", b"\n", b"\r"])
def test_every_kind_of_line_ends_a_field(line_break):
    parsed = parse(line_break.join([b"Subject: Een", b" twee", b"From: an@aalter.example", b"", b"Dag", b"An"]))

    assert (parsed.subject, parsed.senders[0].address, parsed.text) == ("Een twee", "an@aalter.example", "Dag\nAn")


def test_the_envelope_line_of_a_mailbox_file_is_passed_over():
    parsed = parse(b"From an@aalter.example Mon Jan  1 10:00:00 2024\nSubject: Vraag\nFrom: an@aalter.example\n\nDag")

    assert (parsed.subject, parsed.from_fields, parsed.text) == ("Vraag", 1, "Dag")


def test_a_header_that_stops_without_an_empty_line_loses_no_text():
    parsed = parse(b"Subject: Vraag\nGoedemorgen allemaal\n\nDag")

    assert (parsed.subject, parsed.text) == ("Vraag", "Goedemorgen allemaal\n\nDag")


@pytest.mark.parametrize("raw", [b"", b"\r\n", b"\x00", b":", b" ", b"\n\n\n"])
def test_next_to_nothing_is_a_mail_that_says_nothing(raw):
    parsed = parse(raw)

    assert (parsed.subject, parsed.senders, parsed.from_fields, parsed.attachments) == ("", (), 0, ())


@pytest.mark.parametrize(
    ("value", "message_id"),
    [
        ("<1@x.example>", "1@x.example"),
        ("\r\n <1@x.example>", "1@x.example"),
        ("<1@\r\n x.example>", "1@x.example"),
        ("1@x.example", "1@x.example"),
        ("<1\x00@x.example>", "1@x.example"),
        ("(geen)", ""),
        ("<" + "a" * 2000 + ">", "a" * 998),
    ],
)
def test_an_id_is_without_its_brackets(value, message_id):
    assert parse(mail(head=b"", message_id=value)).message_id == message_id


def test_a_thread_is_named_by_ids():
    parsed = parse(
        mail(
            in_reply_to="Bericht van An <2@x.example>",
            references="<1@x.example>\r\n <2@x.example>,<3@x.example>",
            date="Mon, 1 Jan 2024 10:00:00 +0100 (CET)",
        )
    )

    assert parsed.in_reply_to == ("2@x.example",)
    assert parsed.references == ("1@x.example", "2@x.example", "3@x.example")
    assert parsed.date == "Mon, 1 Jan 2024 10:00:00 +0100 (CET)"


def test_of_very_many_references_the_newest_count():
    parsed = parse(mail(references=" ".join(f"<{number}@x.example>" for number in range(1000))))

    assert (parsed.references[0], parsed.references[-1], len(parsed.references)) == (
        "800@x.example",
        "999@x.example",
        200,
    )
