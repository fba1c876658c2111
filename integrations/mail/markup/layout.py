"""Lines on a page of text: where they break, what stands before them, which cells share one."""

import re

RULE = "_" * 32
_SPACES = re.compile(r"[ \t\n\r\f]+")
# Typography that no reader sees; mail templates pad their hidden first line with it.
_INVISIBLE = re.compile("[\u00ad\u034f\u200b\u2060]")
_BLANKS = " \t\xa0\u200c"
_CELL = " | "
_INDENT = "  "
# Deeper than this a mark before each line would make the text grow with the square of the mail.
_DEEPEST = 10
_BLANK_LINE = 2


class Layout:
    """Takes text and breaks in the order of the mail. Breaks wait until text follows, so that they never pile up."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line: list[str] = []
        self._breaks = 0
        self._has_space = False
        self._starts_cell = False
        self._starts_row = False
        self._row_has_text = False
        self._marker = ""
        self._quotes = 0
        self._line_quotes = 0
        self._lists: list[int | None] = []
        self._preformatted = 0
        self._link = ""
        self._link_text: list[str] = []

    def text(self) -> str:
        self.end_link()
        self._end_line()
        return _INVISIBLE.sub("", "\n".join(self._lines)).replace("\xa0", " ")

    def say(self, text: str) -> None:
        if self._preformatted:
            self._say_lines(text)
            return
        text = _SPACES.sub(" ", text)
        words = text.strip(" ")
        self._has_space = self._has_space or text.startswith(" ")
        if words:
            self._write(words)
            self._has_space = text.endswith(" ")

    def break_line(self, lines: int = 1) -> None:
        if not self._starts_cell and not self._starts_row:
            self._breaks = max(self._breaks, lines)

    def break_line_again(self) -> None:
        self._starts_cell = self._starts_row = False
        self._breaks = min(self._breaks + 1, _BLANK_LINE)

    def rule(self) -> None:
        self.break_line()
        self._write(RULE)
        self.break_line()

    def start_quote(self) -> None:
        self._quotes += 1

    def end_quote(self) -> None:
        self._quotes = max(self._quotes - 1, 0)

    def start_preformatted(self) -> None:
        self._preformatted += 1

    def end_preformatted(self) -> None:
        self._preformatted = max(self._preformatted - 1, 0)

    def start_list(self, *, is_numbered: bool) -> None:
        self.break_line(1 if self._lists else _BLANK_LINE)
        self._lists.append(0 if is_numbered else None)

    def end_list(self) -> None:
        if self._lists:
            self._lists.pop()
        self.break_line(1 if self._lists else _BLANK_LINE)

    def start_item(self) -> None:
        self.break_line()
        indent = _INDENT * (min(len(self._lists), _DEEPEST) - 1)
        number = self._lists[-1] if self._lists else None
        if number is None:
            self._marker = f"{indent}- "
        else:
            self._lists[-1] = number + 1
            self._marker = f"{indent}{number + 1}. "

    def end_item(self) -> None:
        self.break_line()
        self._marker = ""

    def start_row(self) -> None:
        self._starts_cell = self._starts_row = self._row_has_text = False
        self.break_line()
        self._starts_row = True

    def end_row(self) -> None:
        """Rows follow each other closely, however far apart the paragraphs in their cells."""
        self._starts_cell = self._starts_row = self._row_has_text = False
        self._breaks = 1

    def start_cell(self) -> None:
        if self._row_has_text:
            self._starts_cell = True
            self._breaks = 0

    def start_link(self, address: str) -> None:
        self.end_link()
        self._link = address
        self._link_text = []

    def end_link(self) -> None:
        """Put the address after the words of the link, unless they are the address."""
        address, self._link = self._link, ""
        if address and _bare(address) != _bare("".join(self._link_text)):
            self._has_space = True
            self._write(f"<{address.removeprefix('mailto:')}>")

    def _say_lines(self, text: str) -> None:
        for number, line in enumerate(text.split("\n")):
            if number:
                self.break_line_again()
            if line.strip():
                self._write(line.rstrip())

    def _write(self, text: str) -> None:
        self._before()
        self._line.append(text)
        self._row_has_text = True
        if self._link:
            self._link_text.append(text)

    def _before(self) -> None:
        """Write what waited for text: breaks, a bar between cells, a space, the mark of a list item."""
        if self._breaks:
            self._end_line()
        if self._starts_cell and self._line:
            self._line.append(_CELL)
        elif self._has_space and self._line:
            self._line.append(" ")
        if not self._line:
            self._line_quotes = min(self._quotes, _DEEPEST)
        if self._marker:
            self._line.append(self._marker)
        self._marker = ""
        self._starts_cell = self._starts_row = self._has_space = False

    def _end_line(self) -> None:
        line = "".join(self._line).rstrip(_BLANKS)
        breaks, self._breaks, self._line = self._breaks, 0, []
        if line:
            self._lines.append("> " * self._line_quotes + line)
        if (breaks >= _BLANK_LINE or not line) and self._lines and not self._is_blank_last():
            self._lines.append(("> " * min(self._line_quotes, self._quotes, _DEEPEST)).rstrip())

    def _is_blank_last(self) -> bool:
        return not self._lines[-1].strip("> ")


def _bare(address: str) -> str:
    """Return what two ways to write one address have in common."""
    address = address.strip().removeprefix("mailto:").removeprefix("tel:").removeprefix("https://")
    return address.removeprefix("http://").removeprefix("www.").rstrip("/").casefold()
