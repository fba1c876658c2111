"""Each limit: what just fits comes through, what is one more is refused by name."""

import pytest

from integrations.mail.parsing.parse import parse
from integrations.mail.parsing.parsed import UnprocessableError
from tests.integrations.mail.parsing.messages import HEAD, mail, multipart, part, plain

MEGABYTE = 1024 * 1024
KILOBYTE = 1024


def of_size(size):
    start = mail(b"", content_type="application/zip; name=a.zip")
    return start + b"x" * (size - len(start))


def with_header_of(size):
    return b"Subject: " + b"x" * (size - 10) + b"\n\nDag"


def with_fields(count):
    return b"X-A: 1\r\n" * count + b"\r\nDag"


def with_parts(count):
    """The mail itself is one of them."""
    return HEAD + multipart("mixed", [plain("Dag")] * (count - 1))


def nested(depth):
    inner = plain("Dag")
    for level in range(depth):
        inner = multipart("mixed", [inner], boundary=f"grens-{level}-")
    return HEAD + inner


@pytest.mark.parametrize(
    ("make", "most", "code"),
    [
        (of_size, 50 * MEGABYTE, "size"),
        (with_header_of, 256 * KILOBYTE, "header_block"),
        (with_fields, 1000, "headers"),
        (with_parts, 1000, "parts"),
        (nested, 50, "depth"),
    ],
)
def test_what_just_fits_is_read_and_one_more_is_refused(make, most, code):
    parsed = parse(make(most))
    with pytest.raises(UnprocessableError) as refused:
        parse(make(most + 1))

    assert parsed.defects == ()
    assert refused.value.code == code


def test_a_part_with_too_large_a_header_is_refused_as_well():
    with pytest.raises(UnprocessableError) as refused:
        parse(HEAD + multipart("mixed", [part(b"", x=b"y" * 300_000)]))

    assert refused.value.code == "header_block"


def test_lines_that_look_like_delimiters_are_counted():
    dashes = mail(b"---\n" * 100_001, content_type='multipart/mixed; boundary="-"')
    with pytest.raises(UnprocessableError) as refused:
        parse(dashes)

    assert refused.value.code == "parts"
    assert parse(dashes.replace(b'"-"', b'"+"')).defects == ("delimiter_missing",)


def test_a_refusal_says_nothing_of_the_mail():
    with pytest.raises(UnprocessableError) as refused:
        parse(b"Geheim: 1\r\n" * 2000)

    assert str(refused.value) == "more than 1000 header fields"
