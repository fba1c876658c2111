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
    r"word/(document|footnotes|header\d*|footer\d*)\.xml|ppt/slides/slide\d+\.xml|content\.xml"
    r"|xl/(sharedStrings|worksheets/sheet\d+)\.xml"
)
# In a sheet most cells hold a number, also for a word that stands among the shared ones; these hold the word itself.
_WORD_IN_SHEET = "is"
# The elements after which a word ends, by their local name.
_BREAKS = frozenset({"p", "h", "br", "tab", "tr", "tc", "si", "is", "row", "table-row", "table-cell", "list-item"})


class UnreadableError(Exception):
    """The file is not what its name says, or is broken or locked."""


def kind_of(filename: str) -> str:
    return filename.rpartition(".")[2].lower()


def text_of(content: bytes, kind: str) -> str:
    """Return at most LONGEST characters of a file, "" for a kind without words; raises UnreadableError."""
    read = _READERS.get(kind)
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
                    inside = _WORD_IN_SHEET if part.filename.startswith("xl/worksheets/") else ""
                    yield _words_in(file.read(LARGEST_PART), inside)
    except (zipfile.BadZipFile, ET.ParseError, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        # The last four: packed in a way the library does not know, locked with a password, cut short, and nonsense.
        raise UnreadableError(str(error)) from error


class _Words:
    """Takes in the words of an XML document as the parser meets them; those inside one kind of element, if given."""

    def __init__(self, inside: str) -> None:
        self.pieces: list[str] = []
        self._inside = inside
        self._depth = 0

    def start(self, tag: str, _attributes: dict[str, str]) -> None:
        self._depth += _name(tag) == self._inside

    def end(self, tag: str) -> None:
        if _name(tag) in _BREAKS:
            self.data("\n")
        self._depth -= _name(tag) == self._inside

    def data(self, text: str) -> None:
        if self._depth or not self._inside:
            self.pieces.append(text)

    def close(self) -> str:
        return "".join(self.pieces)


def _name(tag: str) -> str:
    return tag.rpartition("}")[2]


def _words_in(xml: bytes, inside: str) -> str:
    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
        raise UnreadableError("it declares entities, which office programs never do")
    words = ET.XMLParser(target=_Words(inside))  # noqa: S314 - no entities, see above; bounded by its process
    words.feed(xml)
    return str(words.close())


_READERS: dict[str, Callable[[bytes], Iterator[str]]] = {
    **dict.fromkeys(("txt", "log", "md", "xml", "json"), _plain),
    "csv": _table,
    "pdf": _pdf,
    **dict.fromkeys(("docx", "xlsx", "pptx", "odt", "ods", "odp"), _office),
}
READABLE = frozenset(_READERS)
