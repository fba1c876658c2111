"""How a dataclass crosses a pipe: its plain values as JSON, its bytes beside it as they are.

A message is a length of 8 bytes, that much JSON, and the blobs, whose lengths the JSON says.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from types import UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

LENGTH_BYTES = 8
_Value = TypeVar("_Value")


class WireError(Exception):
    """What came over the pipe is not what was promised."""


def pack(value: object) -> list[bytes]:
    """Return what to write, one after the other."""
    blobs: list[bytes] = []
    document = {"value": _plain(value, blobs), "blobs": [len(blob) for blob in blobs]}
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    return [len(text).to_bytes(LENGTH_BYTES), text, *blobs]


def unpack(kind: type[_Value], read: Callable[[int], bytes], *, most: int) -> _Value:
    """Read one message of at most this many bytes and return it as an instance of `kind`."""
    document = _document(read(_bounded(int.from_bytes(read(LENGTH_BYTES)), most)))
    lengths = _checked_lengths(document.get("blobs"), most)
    blobs = iter([read(length) for length in lengths])
    value = _typed(kind, document.get("value"), blobs)
    if next(blobs, None) is not None:
        raise WireError("more blobs than places for them")
    if not isinstance(value, kind):
        raise WireError(f"no {kind.__name__}")
    return value


def _plain(value: object, blobs: list[bytes]) -> object:
    if isinstance(value, bytes):
        blobs.append(value)
        return None
    if isinstance(value, tuple):
        return [_plain(item, blobs) for item in value]
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name), blobs) for field in fields(value)}
    return value


def _document(text: bytes) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise WireError("no JSON") from error
    if not isinstance(document, dict):
        raise WireError("no object")
    return document


def _bounded(length: int, most: int) -> int:
    if length > most:
        raise WireError(f"{length} bytes, more than {most}")
    return length


def _checked_lengths(lengths: object, most: int) -> list[int]:
    if not isinstance(lengths, list) or not all(type(length) is int and length >= 0 for length in lengths):
        raise WireError("no lengths of blobs")
    _bounded(sum(lengths), most)
    return lengths


def _typed(kind: Any, value: object, blobs: Iterator[bytes]) -> object:
    """Return the value as this type says it is; bytes come from the blobs, in order."""
    if kind is bytes:
        return _next_blob(value, blobs)
    if isinstance(kind, type) and is_dataclass(kind):
        return _typed_fields(kind, value, blobs)
    origin = get_origin(kind)
    if origin is tuple:
        return tuple(_typed_items(get_args(kind), value, blobs))
    if origin in {Union, UnionType}:
        return None if value is None else _typed(_type_beside_none(kind), value, blobs)
    if origin is Literal and value in get_args(kind):
        return value
    if type(value) is not kind:
        raise WireError(f"{type(value).__name__} where {kind} belongs")
    return value


def _next_blob(value: object, blobs: Iterator[bytes]) -> bytes:
    blob = next(blobs, None)
    if blob is None or value is not None:
        raise WireError("no blob where bytes belong")
    return blob


def _typed_fields(kind: type, value: object, blobs: Iterator[bytes]) -> object:
    types = _field_types(kind)
    if not isinstance(value, dict) or value.keys() != types.keys():
        raise WireError(f"no fields of {kind.__name__}")
    return kind(**{name: _typed(types[name], item, blobs) for name, item in value.items()})


@cache
def _field_types(kind: type) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {name: hints[name] for name in (field.name for field in fields(kind))}


def _typed_items(kinds: tuple[Any, ...], value: object, blobs: Iterator[bytes]) -> Iterator[object]:
    """Yield the items of a `tuple[X, ...]` or of a tuple with a type for each place."""
    if not isinstance(value, list):
        raise WireError(f"{type(value).__name__} where a list belongs")
    each = (kinds[0],) * len(value) if kinds[1:] == (...,) else kinds
    if len(each) != len(value):
        raise WireError(f"{len(value)} items where {len(each)} belong")
    return (_typed(kind, item, blobs) for kind, item in zip(each, value, strict=True))


def _type_beside_none(kind: Any) -> Any:
    (sole,) = (each for each in get_args(kind) if each is not type(None))
    return sole
