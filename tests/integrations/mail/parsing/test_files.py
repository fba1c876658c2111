"""What of a mail is a file: everything that is not shown as text, byte for byte."""

import base64

import pytest

from integrations.mail.parsing.parse import parse
from tests.integrations.mail.parsing.messages import HEAD, html, mail, multipart, part, plain

EVERY_BYTE = bytes(range(256))
INNER = b"From: piet@aalst.example\r\nSubject: =?utf-8?q?Caf=C3=A9?=\r\nX-Odd :  spaces \r\n\r\nBinnen\n\nregel\r\n"


def files_of(raw):
    return [(each.filename, each.content_type, each.content) for each in parse(raw).attachments]


def only_file(**fields):
    (attachment,) = parse(mail(b"inhoud", **fields)).attachments
    return attachment


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("base64", base64.encodebytes(EVERY_BYTE)),
        ("base64", base64.b64encode(EVERY_BYTE).rstrip(b"=")),
        ("quoted-printable", b"".join(b"=%02X" % byte for byte in EVERY_BYTE)),
        ("binary", EVERY_BYTE),
        ("x-unknown", EVERY_BYTE),
    ],
)
def test_the_bytes_are_those_before_the_journey(encoding, body):
    picture = part(body, content_type="image/png; name=a.png", content_transfer_encoding=encoding)

    assert files_of(HEAD + multipart("mixed", [plain("Dag"), picture])) == [("a.png", "image/png", EVERY_BYTE)]


@pytest.mark.parametrize("default", ["mixed", "digest"])
def test_a_message_in_a_message_keeps_its_exact_bytes(default):
    message = part(INNER, content_type="message/rfc822") if default == "mixed" else b"\r\n" + INNER
    parsed = parse(HEAD + multipart(default, [message]))

    assert [each.content for each in parsed.attachments] == [INNER]
    assert (parsed.attachments[0].filename, parsed.attachments[0].content_type) == ("message.eml", "message/rfc822")
    assert "Binnen" not in parsed.text


def test_a_message_with_the_same_boundary_inside_ends_where_the_outer_one_does():
    inner = HEAD + multipart("mixed", [plain("Binnen")], boundary="ander")
    raw = HEAD + multipart("mixed", [plain("Buiten"), part(inner, content_type="message/rfc822"), plain("Slot")])

    assert files_of(raw) == [("message.eml", "message/rfc822", inner)]
    assert parse(raw).text == "Buiten\n\nSlot"


def test_a_bounce_keeps_its_report_and_the_headers_it_returns():
    status = b"Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; an@aalter.example\r\nStatus: 5.1.1\r\n"
    raw = HEAD + multipart(
        "report",
        [
            plain("Niet bezorgd"),
            part(status, content_type="message/delivery-status"),
            part(b"Message-ID: <1@x.example>\r\n", content_type="text/rfc822-headers"),
        ],
    )

    assert parse(raw).text == "Niet bezorgd"
    assert files_of(raw) == [
        ("delivery-status.txt", "message/delivery-status", status),
        ("headers.txt", "text/rfc822-headers", b"Message-ID: <1@x.example>\r\n"),
    ]


def test_an_invitation_is_a_file_beside_its_text():
    raw = HEAD + multipart("alternative", [plain("Overleg"), part(b"BEGIN:VCALENDAR", content_type="text/calendar")])

    assert parse(raw).text == "Overleg"
    assert files_of(raw) == [("invite.ics", "text/calendar", b"BEGIN:VCALENDAR")]


def test_a_signed_mail_is_read_and_its_signature_is_a_file():
    signature = part(b"0\x82", content_type="application/pkcs7-signature")
    raw = HEAD + multipart("signed", [plain("Ondertekend"), signature])

    assert parse(raw).text == "Ondertekend"
    assert files_of(raw) == [("smime.p7s", "application/pkcs7-signature", b"0\x82")]


def test_a_mail_sealed_in_its_signature_is_a_file():
    attachment = only_file(content_type="application/pkcs7-mime; smime-type=signed-data")

    assert (attachment.filename, attachment.content) == ("smime.p7m", b"inhoud")


@pytest.mark.parametrize(
    "fields",
    [
        {"content_disposition": "attachment"},
        {"content_type": "text/html", "content_disposition": "attachment; filename=a.html"},
        {"content_type": "text/plain; name=log.txt"},
        {"content_disposition": "inline; filename=log.txt"},
        {"content_type": "text/csv"},
    ],
)
def test_a_text_that_is_sent_as_a_file_is_one(fields):
    parsed = parse(mail("a,b", **fields))

    assert (parsed.text, parsed.html) == ("", "")
    assert [each.content for each in parsed.attachments] == [b"a,b"]


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('attachment; filename="nota.pdf"', "nota.pdf"),
        ("attachment; filename=nota van an.pdf; size=3", "nota van an.pdf"),
        ('attachment; filename="een \\"nota\\".pdf"', 'een "nota".pdf'),
        ('attachment; filename="nota.pdf', "nota.pdf"),
        ("attachment; filename*=utf-8''caf%C3%A9.pdf", "café.pdf"),
        ("attachment; filename*=iso-8859-1'nl'caf%E9.pdf; filename=cafe.pdf", "café.pdf"),
        ("attachment; filename*0*=utf-8''caf%C3; filename*1*=%A9%20; filename*2=nota.pdf", "café nota.pdf"),
        ("attachment; filename*1=twee.pdf; filename*0=een", "eentwee.pdf"),
        ("attachment; filename*=zomaar%20iets.pdf", "zomaar iets.pdf"),
        ('attachment; filename="=?utf-8?q?caf=C3=A9=2Epdf?="', "café.pdf"),
        ("attachment; filename==?utf-8?b?Y2Fmw6kucGRm?=", "café.pdf"),
        ('attachment; filename="café.pdf"', "café.pdf"),
        (b'attachment; filename="caf\xe9.pdf"', "café.pdf"),
        ('attachment; filename="..\\..\\windows\\a\x00.exe"', "a.exe"),
        ('attachment; filename="/etc/passwd"', "passwd"),
        ('attachment; filename="\u202egnp.exe"', "gnp.exe"),
        ("attachment; filename*=utf-8''a%0D%0ABcc:x.pdf", "a Bcc:x.pdf"),
        ('attachment; filename=".."', "attachment.pdf"),
        (f'attachment; filename="{"a" * 300}.pdf"', f"{'a' * 196}.pdf"),
        (f'attachment; filename="{"a" * 300}"', "a" * 200),
    ],
)
def test_a_file_has_the_name_that_was_meant_and_no_folder(disposition, name):
    assert only_file(content_type="application/pdf", content_disposition=disposition).filename == name


def test_of_two_names_the_first_counts():
    assert only_file(content_disposition="attachment; filename=a.txt; filename=b.txt").filename == "a.txt"


def test_the_name_in_the_content_type_counts_when_there_is_no_other():
    assert only_file(content_type='application/pdf; name="a.pdf" charset=x').filename == "a.pdf"
    assert (
        only_file(content_type="application/pdf; name=a.pdf", content_disposition="attachment; filename=b.pdf").filename
        == "b.pdf"
    )


@pytest.mark.parametrize(
    ("content_type", "name"),
    [
        ("image/jpeg", "attachment.jpg"),
        ("application/ms-tnef", "winmail.dat"),
        ("application/x-odd", "attachment.bin"),
        ("application/pgp-signature", "signature.asc"),
    ],
)
def test_a_file_without_a_name_is_called_what_it_is(content_type, name):
    attachment = only_file(content_type=content_type)

    assert (attachment.filename, attachment.content_type) == (name, content_type)


def test_winmail_dat_stays_closed():
    attachment = only_file(content_type="application/ms-tnef; name=winmail.dat")

    assert (attachment.filename, attachment.content) == ("winmail.dat", b"inhoud")


def test_a_picture_the_html_shows_is_told_from_one_it_does_not():
    shown = part(b"1", content_type="image/png", content_id="<een@x.example>")
    hidden = part(b"2", content_type="image/png", content_id="<twee@x.example>", content_disposition="inline")
    raw = HEAD + multipart("related", [html('<img src="cid:een%40x.example">'), shown, hidden])

    assert [(each.content_id, each.is_inline) for each in parse(raw).attachments] == [
        ("een@x.example", True),
        ("twee@x.example", False),
    ]


def test_a_file_without_an_id_is_shown_by_no_text():
    attachment = only_file(content_type="image/png")

    assert (attachment.content_id, attachment.is_inline) == ("", False)
