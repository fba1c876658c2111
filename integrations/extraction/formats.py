"""The words in a file, for finding it. Pure: bytes in, text out; what cannot be read has none."""

import csv
import re
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO, StringIO
from xml.etree import ElementTree as ET

from pypdf import PdfReader

LONGEST = 100_000
# A part of an office document may be this large when unpacked; pictures are no words.
LARGEST_PART = 20_000_000
MOST_PAGES = 200
_PARTS = re.compile(
    r"word/(document|footnotes|header\d*|footer\d*)\.xml|xl/sharedStrings\.xml|ppt/slides/slide\d+\.xml|content\.xml"
)
# The elements after which a word ends, by their local name.
_BREAKS = frozenset({"p", "h", "br", "tab", "tr", "tc", "si", "row", "table-row", "table-cell", "list-item"})


class UnreadableError(Exception):
    """The file is not what its name says, or is broken or locked."""


def text_of(content: bytes, filename: str) -> str:
    """Return at most LONGEST characters of a file, "" for a kind without words; raises UnreadableError."""
    read = _READERS.get(filename.rpartition(".")[2].lower())
    if read is None:
        return ""
    taken, length = [], 0
    for piece in read(content):
        taken.append(piece)
        length += len(piece) + 1
        if length > LONGEST:
            break
    return "\n".join(taken)[:LONGEST].strip()


def _plain(content: bytes) -> Iterator[str]:
    encodings = ["utf-16"] if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            yield content[: LONGEST * 4].decode(encoding, errors="strict" if encoding == "utf-8-sig" else "replace")
        except UnicodeDecodeError:
            continue
        return


def _table(content: bytes) -> Iterator[str]:
    (text,) = _plain(content)
    separator = ";" if text.count(";") > text.count(",") else ","
    try:
        for row in csv.reader(StringIO(text), delimiter=separator):
            yield " ".join(row)
    except csv.Error as error:
        raise UnreadableError(str(error)) from error


def _pdf(content: bytes) -> Iterator[str]:
    try:
        for page in PdfReader(BytesIO(content)).pages[:MOST_PAGES]:
            yield page.extract_text()
    except MemoryError:
        raise
    except Exception as error:
        # The library raises of everything on files made to break it.
        raise UnreadableError(f"{type(error).__name__}: {error}") from error


def _office(content: bytes) -> Iterator[str]:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = sorted(
                (part for part in archive.infolist() if _PARTS.fullmatch(part.filename)), key=lambda part: part.filename
            )
            for part in parts:
                if part.file_size > LARGEST_PART:
                    raise UnreadableError(f"{part.filename} is {part.file_size} bytes")
                with archive.open(part) as file:
                    yield _words_in(file.read(LARGEST_PART))
    except (zipfile.BadZipFile, ET.ParseError, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        # The last four: packed in a way the library does not know, locked with a password, cut short, and nonsense.
        raise UnreadableError(str(error)) from error


class _Words:
    """Takes in the words of an XML document as the parser meets them."""

    def __init__(self) -> None:
        self.pieces: list[str] = []

    def start(self, _tag: str, _attributes: dict[str, str]) -> None:
        """Hear of an element that begins: nothing to do."""

    def end(self, tag: str) -> None:
        if tag.rpartition("}")[2] in _BREAKS:
            self.pieces.append("\n")

    def data(self, text: str) -> None:
        self.pieces.append(text)

    def close(self) -> str:
        return "".join(self.pieces)


def _words_in(xml: bytes) -> str:
    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
        raise UnreadableError("it declares entities, which office programs never do")
    words = ET.XMLParser(target=_Words())  # noqa: S314 - no entities, see above; bounded by its process
    words.feed(xml)
    return str(words.close())


_READERS: dict[str, Callable[[bytes], Iterator[str]]] = {
    **dict.fromkeys(("txt", "log", "md", "xml", "json"), _plain),
    "csv": _table,
    "pdf": _pdf,
    **dict.fromkeys(("docx", "xlsx", "pptx", "odt", "ods", "odp"), _office),
}
READABLE = frozenset(_READERS)
