"""What holds for every mail, however odd."""

import email
import email.message
from collections.abc import Iterator

from hypothesis import example, given, settings
from hypothesis import strategies as st

from helpdesk.kernel.text import clean_line, clean_text
from integrations.mail.parsing.mailboxes import is_one_plain_mailbox, mailboxes
from integrations.mail.parsing.parse import parse
from integrations.mail.parsing.parsed import UnprocessableError
from integrations.mail.parsing.parts import Part, take_apart

FRAGMENTS = [
    b"Content-Type: multipart/mixed; boundary=a", b'Content-Type: multipart/alternative; boundary="b"',
    b"Content-Type: multipart/digest; boundary=b", b"Content-Type: message/rfc822", b"Content-Type: text/html",
    b"Content-Type: text/plain; charset=utf-7; format=flowed", b"Content-Transfer-Encoding: base64",
    b"Content-Transfer-Encoding: quoted-printable", b"Content-Transfer-Encoding: x-uuencode", b"--a", b"--a--", b"--b",
    b"--b--", b"--a ", b"--ab", b"", b"aGVsbG8=", b"aGVs bG8", b"=C3=A9=", b"begin 644 a", b"#0V%T", b"caf\xc3\xa9",
    b"\x00\xff", b"<p>Dag", b"Subject: =?utf-8?q?=0D=0A=00?=", b"From: a@x.example <b@y.example>",
    b"Content-Disposition: attachment; filename*0*=utf-8''%00; filename*1=\xff",
]  # fmt: skip
CHARACTERS = st.sampled_from(list('<>()[]",;:@\\ \t\r\n=?._aB\x00é\u202e'))
line_breaks = st.sampled_from([b"\n", b"\r\n", b"\r"])
lines = st.tuples(st.sampled_from(FRAGMENTS) | st.binary(max_size=20), line_breaks).map(b"".join)
mails = st.lists(lines, max_size=25).map(b"".join) | st.binary()
# On some uuencoded lines the standard library raises.
like_library = [fragment for fragment in FRAGMENTS if b"uuencode" not in fragment]
structures = st.tuples(st.lists(st.sampled_from(like_library), max_size=20), line_breaks).map(
    lambda drawn: b"Content-Type: multipart/mixed; boundary=a" + drawn[1] * 2 + drawn[1].join(drawn[0])
)


@settings(deadline=None)
@given(mails)
@example(b"Content-Type: multipart/mixed; boundary=\r\n\r\n--\r\n")
@example(b"Subject: =?utf-8?b?====?=\r\nContent-Type: /;=;*0*=;charset*=\x00'\xff'%\r\n\r\n")
def test_every_mail_is_read_or_refused_and_what_is_read_is_clean(raw):
    try:
        parsed = parse(raw)
    except UnprocessableError:
        return

    boxes = (*parsed.senders, *parsed.to, *parsed.cc)
    on_one_line = [
        parsed.subject, parsed.message_id, parsed.date, *parsed.references, *parsed.in_reply_to, *parsed.recipients,
        *(text for field in parsed.headers for text in field),
        *(text for box in boxes for text in (box.name, box.address)),
        *(text for each in parsed.attachments for text in (each.filename, each.content_type, each.content_id)),
    ]  # fmt: skip
    assert [text for text in on_one_line if text != clean_line(text)] == []
    assert (parsed.text, parsed.html) == (clean_text(parsed.text), clean_text(parsed.html))
    assert all(each.filename for each in parsed.attachments)


@settings(deadline=None)
@given(structures)
def test_parts_are_those_the_standard_library_finds(raw):
    assert list(contents(take_apart(raw))) == list(contents_by_library(email.message_from_bytes(raw)))


@settings(deadline=None)
@given(st.text(CHARACTERS))
@example('"a@x.example" <b@y.example>')
@example("a@x.example(<b@y.example>)")
def test_a_sender_beyond_doubt_is_one_mailbox_with_one_address(text):
    raw = text.encode()
    found = mailboxes(raw)

    if is_one_plain_mailbox(raw):
        assert [box.address.lower() in text.lower() for box in found] == [True]
        assert text.rpartition(">")[0].count("<") <= 1
    assert all("@" in box.address and not set(box.address) & set(" \t\r\n\x00") for box in found)


def contents(part: Part) -> Iterator[object]:
    """What the leaves hold; a message in it, and a multipart without delimiters, is one leaf."""
    if part.content_type.startswith("message/"):
        yield "message"
    elif part.children:
        for child in part.children:
            yield from contents(child)
    else:
        yield "undelimited" if part.content_type.startswith("multipart/") else part.content()


def contents_by_library(part: email.message.Message) -> Iterator[object]:
    if part.get_content_maintype() == "message":
        yield "message"
    elif part.is_multipart():
        for child in part.get_payload():
            yield from contents_by_library(child)
    else:
        yield "undelimited" if part.get_content_maintype() == "multipart" else part.get_payload(decode=True)
