"""What crosses the pipe arrives as it was sent, and nothing else is taken for it."""

import json
from dataclasses import dataclass
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.mail.reader.answer import Answer, failed
from integrations.mail.reader.wire import WireError, pack, unpack
from integrations.mail.reading.read import read
from tests.integrations.mail.parsing.messages import HEAD, multipart, part, plain

MOST = 1_000_000


@dataclass(frozen=True)
class Inner:
    content: bytes
    name: str


@dataclass(frozen=True)
class Outer:
    number: int
    is_odd: bool
    share: float
    inner: Inner | None
    many: tuple[Inner, ...]
    pairs: tuple[tuple[int, str], ...]


def sent(value, kind):
    return unpack(kind, BytesIO(b"".join(pack(value))).read, most=MOST)


def raw_message(document, *blobs):
    text = json.dumps(document).encode()
    return BytesIO(len(text).to_bytes(8) + text + b"".join(blobs)).read


inners = st.builds(Inner, st.binary(), st.text())


@settings(deadline=None)
@given(
    st.builds(
        Outer,
        st.integers(),
        st.booleans(),
        st.floats(allow_nan=False),
        st.none() | inners,
        st.lists(inners).map(tuple),
        st.lists(st.tuples(st.integers(), st.text())).map(tuple),
    )
)
def test_every_value_arrives_as_it_was(value):
    assert sent(value, Outer) == value


def test_a_mail_with_its_files_arrives_as_it_was():
    picture = part(bytes(range(256)), content_type="image/png; name=a.png")
    answer = Answer(mail=read(HEAD + multipart("mixed", [plain("Café"), picture, picture])), failure=None)

    assert sent(answer, Answer) == answer
    assert sent(failed("time", "too long"), Answer) == failed("time", "too long")


def test_bytes_cross_as_they_are():
    assert pack(Inner(b"\x00\xff", "a"))[2:] == [b"\x00\xff"]


@pytest.mark.parametrize(
    ("document", "blobs"),
    [
        ([], []),
        ({"value": None, "blobs": []}, []),
        ({"value": {"content": None, "name": "a"}, "blobs": []}, []),
        ({"value": {"content": None, "name": "a"}, "blobs": [1, 1]}, [b"xy"]),
        ({"value": {"content": "x", "name": "a"}, "blobs": [1]}, [b"x"]),
        ({"value": {"content": None, "name": 1}, "blobs": [1]}, [b"x"]),
        ({"value": {"content": None}, "blobs": [1]}, [b"x"]),
        ({"value": {"content": None, "name": "a", "more": 1}, "blobs": [1]}, [b"x"]),
        ({"value": {"content": None, "name": "a"}, "blobs": [-1]}, []),
        ({"value": {"content": None, "name": "a"}, "blobs": [True]}, [b"x"]),
        ({"value": {"content": None, "name": "a"}, "blobs": [MOST + 1]}, []),
        ({"value": {"content": None, "name": "a"}}, []),
    ],
)
def test_what_is_no_such_value_is_refused(document, blobs):
    with pytest.raises(WireError):
        unpack(Inner, raw_message(document, *blobs), most=MOST)


@pytest.mark.parametrize("text", [b"", b"{", b"\xff\xff", b"[" * 50_000])
def test_what_is_no_json_is_refused(text):
    with pytest.raises(WireError):
        unpack(Inner, BytesIO(len(text).to_bytes(8) + text).read, most=MOST)


def test_a_length_beyond_the_bound_is_refused_before_it_is_read():
    with pytest.raises(WireError, match="1000001 bytes"):
        unpack(Inner, BytesIO((MOST + 1).to_bytes(8)).read, most=MOST)
