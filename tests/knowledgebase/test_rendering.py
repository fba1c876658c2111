"""Markdown to safe HTML: what may stand in an article, what is refused, and how long the worst takes."""

import re
from html import unescape
from html.parser import HTMLParser

import pytest

from knowledgebase.content import BODY_LENGTH as LONGEST
from knowledgebase.parsing import TOO_MANY_SIGNS, conditions_in, problems
from knowledgebase.rendering import plain_text, preview, render
from tests.knowledgebase.timing import seconds_of


class Elements(HTMLParser):
    """The tags and attributes of a page, as a browser would see them."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += attrs


FOR_ITSME = "::: als itsme, eid\nOpen de app.\n:::\n"


def test_headings_begin_below_the_title_and_can_be_linked_to():
    assert render("# Één\n\n## Één") == '<h2 id="kop-een">Één</h2>\n<h2 id="kop-een-2">Één</h2>\n'


def test_a_table_scrolls_by_itself():
    html = render("| a | b |\n|---|---|\n| 1 | 2 |")

    assert html.startswith('<div class="table-scroll" tabindex="0"><table class="table">')
    assert "<td>1</td>" in html


def test_a_task_is_a_labelled_box_nobody_can_tick():
    html = render("- [x] klaar\n- [ ] nog te doen\n- [y] gewoon")

    assert '<li class="task"><label><input type="checkbox" disabled="" checked=""> klaar</label></li>' in html
    assert '<li class="task"><label><input type="checkbox" disabled=""> nog te doen</label></li>' in html
    assert "<li>[y] gewoon</li>" in html


def test_a_note_has_a_title_and_may_stand_in_a_part_for_some():
    html = render("::: als ocmw\n::: tip\nVraag het.\n:::\nEn dan.\n:::\nVoor allen.")

    assert re.sub(r'(fragment__for|note__title)" lang="nl-be">[^<]*', r'\1">…', html) == (
        '<div class="fragment" data-when="ocmw"><p class="fragment__for">…</p>\n'
        '<div class="note note--tip"><p class="note__title">…</p>\n<p>Vraag het.</p>\n</div>\n'
        "<p>En dan.</p>\n</div>\n<p>Voor allen.</p>\n"
    )


def test_colons_in_a_block_of_code_close_nothing():
    assert problems("::: tip\n```\n:::\n```\n:::\n") == []
    assert "<code>:::\n</code>" in render("::: tip\n```\n:::\n```\n:::\n")


@pytest.mark.parametrize(
    ("chosen", "hidden"),
    [((), False), (("itsme",), False), (("eid", "ocmw"), False), (("ocmw",), False), (("app",), True)],
)
def test_a_part_is_hidden_from_who_chose_another_way(chosen, hidden):
    html = render(FOR_ITSME, conditions=chosen)

    assert ('data-when="itsme eid" hidden=""' in html) is hidden
    assert "Open de app." in html


def test_the_conditions_of_a_text_are_those_its_parts_name():
    assert conditions_in("::: als itsme, ocmw, onzin\nx\n:::\n::: tip\ny\n:::") == {"itsme", "ocmw"}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\n\n::: als foo\nx\n:::", 3),
        ("::: als\nx\n:::", 1),
        ("::: waarschuwing\nx\n:::", 1),
        ("::: tip\nx", 1),
        ("a\n\n:::", 3),
        ("![x](https://elders.example/x.png)", 1),
        ("> " * 40 + "a", 1),
    ],
)
def test_what_cannot_be_shown_is_named_by_its_line(text, line):
    assert [problem.line for problem in problems(text)] == [line]


def test_an_ordinary_text_has_no_problems():
    assert problems("# Titel\n\n> Citaat\n\n- a\n  - b\n\n" + FOR_ITSME + "\n![x](/kennis/beeld/1/)") == []


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "![x](javascript:alert(1))",
        "![x](https://elders.example/x.png)",
        "[x](//elders.example)",
        "<javascript:alert(1)>",
        '[x](/ "onclick=\\"alert(1)")',
        '::: als itsme"><script>alert(1)</script>\nx\n:::',
        "::: <script>alert(1)</script>\nx\n:::",
        '# x" onclick="alert(1)',
        '```"><script>alert(1)</script>\nx\n```',
        "| <svg onload=alert(1)> |\n|---|",
    ],
)
def test_nothing_in_an_article_can_act_or_load_from_elsewhere(attack):
    found = Elements()
    found.feed(render(attack))

    assert found.tags <= {"p", "a", "img", "h2", "pre", "code", "div", "table", "thead", "tbody", "tr", "th"}
    assert {name for name, _value in found.attributes} <= {
        "href",
        "rel",
        "src",
        "alt",
        "title",
        "id",
        "class",
        "data-when",
        "lang",
        "loading",
        "tabindex",
    }
    for name, value in found.attributes:
        assert name not in {"href", "src"} or value == "/"


def test_the_words_alone_are_those_of_all_parts():
    text = (
        "## Kop\n\n"
        + FOR_ITSME
        + "\n| a | b |\n|---|---|\n| [link](/x/) | `code` |\n\n```\nblok\n```\n![beeld](/kennis/beeld/1/)"
    )

    assert plain_text(text) == "Kop\nOpen de app.\na\nb\nlink\ncode\nblok\nbeeld"


def repeated(piece: str) -> str:
    return (piece * LONGEST)[:LONGEST]


# Signs of Markdown by themselves and upon each other, and few characters that stand for many cells.
WORST = [
    *map(repeated, ["[", "![", "*a ", "_a", "`", "<", ">", "&", "\\", "|", "[a](", "[a]: b\n", "*a **b ", "**a*"]),
    *map(repeated, ["- a\n", "> - a\n", "1. a\n\n", "# a\n", "a\n", "[a\n", "- " * 50, "&#1;", "[*a ", "é["]),
    *map(repeated, [":::\n\n", "::: tip\n", "::: x\n:::\n", "<http://a>"]),
    *map(repeated, ["![" * 18 + "a" + "](b)" * 18, "[" * 18 + "a" + "](b)" * 18]),
    repeated("![a](b)"),
    "*" * 49_000 + "a" + "*" * 49_000,
    "*a " * 16_000 + "a* " * 16_000,
    "> " * 18 + "a\n" + "b\n" * 45_000,
    "> - " * 9 + "a\n" + "b\n" * 45_000,
    "\n".join("  " * depth + "- a" for depth in range(300)),
    "\n".join(">" * depth for depth in range(400)),
    ">" * 10_000 + " a\n" + "x" * 89_000,
    "|a" * 16_000 + "|\n" + "|-" * 16_000 + "|\n",
    repeated("|a" * 180 + "|\n" + "|-" * 180 + "|\n" + "|\n" * 364 + "\n"),
    "::: als " + "x," * 49_000 + "\nb\n:::",
]  # fmt: skip


@pytest.mark.parametrize("text", WORST, ids=lambda text: repr(text[:12]))
def test_the_worst_text_is_shown_or_refused_in_time(text):
    assert len(text) <= LONGEST
    html, wrong = preview(text)

    assert seconds_of(lambda: [str(problem) for problem in preview(text)[1]], within=1) < 1
    assert html
    assert len(wrong) <= 20


def test_a_text_with_too_many_signs_is_refused_and_still_stands_there_word_for_word():
    text = "Eerst dit & dat.\n\n" + "| <b> " * 20_000
    wrong = problems(text)

    assert [(problem.line, str(problem)) for problem in wrong] == [(None, str(TOO_MANY_SIGNS))]
    assert unescape(render(text)) == f"<pre><code>{text}</code></pre>\n"
    assert plain_text(text) == " ".join(text.split())
    assert conditions_in(text) == frozenset()


ORDINARY = {
    "prose": "Kies **eerst** [uw bestuur](/kennis/hoedanigheden/), dan *pas* de `module`. Lukt dat niet, bel ons.\n\n",
    "list": "- Meld u aan met itsme of met uw kaart.\n",
    "tasks": "- [ ] Vraag het recht aan bij uw lokale beheerder.\n",
    "links": "- [Gemeente Aalst](https://www.aalst.be/contact)\n",
    "notes": "::: tip\nVraag het aan uw **collega**.\n:::\n\n",
    "quotes": "> Zo staat het in het besluit van 12 maart.\n",
    "code": "    curl -H 'Accept: application/json' https://loket.example/\n",
}


@pytest.mark.parametrize("kind", ORDINARY)
def test_an_ordinary_text_of_the_greatest_length_is_shown_whole(kind):
    text = repeated(ORDINARY[kind]).rpartition("\n")[0].removesuffix("::: tip")
    times = text.count(ORDINARY[kind].strip())

    assert problems(text) == []
    assert times > 900
    assert plain_text(text).count(plain_text(ORDINARY[kind])) == times


def test_a_table_of_the_greatest_length_is_shown_whole():
    row = "| Koninklijk besluit | uw gemeente | 12 maart | ja |\n"
    text = "| Wat | Wie | Wanneer | Verplicht |\n|---|---|---|---|\n" + row * 1_800

    assert (len(text) > 90_000, problems(text)) == (True, [])
    assert render(text).count("<td>12 maart</td>") == 1_800


def test_what_is_wrong_very_often_is_said_a_few_times():
    assert len(problems("![x](https://elders.example/x.png)\n\n" * 2_000)) == 20
