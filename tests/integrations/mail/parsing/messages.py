"""Mails of one line each, written for these tests."""

from collections.abc import Sequence

HEAD = b"From: An Peeters <an@aalter.example>\r\nSubject: Vraag\r\n"


def mail(body=b"Goedemorgen", *, head=HEAD, **fields):
    """A mail; `content_type=…` becomes a field of that name, underscores as hyphens."""
    return head + lines(fields) + b"\r\n" + encoded(body)


def part(body=b"", **fields):
    return lines(fields) + b"\r\n" + encoded(body)


def multipart(kind, parts: Sequence[bytes], *, boundary="grens", **fields):
    """A part of parts, to be used as a part itself or, after `HEAD`, as a mail."""
    delimiter = b"--" + boundary.encode()
    inner = b"".join(delimiter + b"\r\n" + each + b"\r\n" for each in parts)
    return part(inner + delimiter + b"--\r\n", content_type=f'multipart/{kind}; boundary="{boundary}"', **fields)


def plain(text, charset="utf-8"):
    return part(text.encode(charset), content_type=f"text/plain; charset={charset}")


def html(text):
    return part(text.encode(), content_type="text/html; charset=utf-8")


def lines(fields):
    return b"".join(
        name.replace("_", "-").encode() + b": " + encoded(value) + b"\r\n" for name, value in fields.items()
    )


def encoded(text):
    return text if isinstance(text, bytes) else text.encode()
