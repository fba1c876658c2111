"""HTML of strangers, made safe: what stays, what goes, what is not even tried."""

import re
import subprocess
import sys
import time
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.env import ROOT
from integrations.mail.markup.balance import ATTRIBUTES, TAGS, balanced
from integrations.mail.markup.plain import text_of_html
from integrations.mail.markup.sanitise import _CLEANER, sanitised
from tests.integrations.mail.markup.vectors import EXECUTE_RAW, VECTORS

REL = 'target="_blank" rel="noopener noreferrer nofollow"'


@pytest.mark.parametrize(
    ("html", "safe"),
    [
        ("", ""),
        ("Zonder &lt;tags&gt; &amp; zo", "Zonder &lt;tags&gt; &amp; zo"),
        ("<p>Een<p>twee", "<p>Een</p><p>twee</p>"),
        ('<p style="color:red" class=x id=y bgcolor=red dir=rtl>Een', "<p>Een</p>"),
        ("<font color=white>wit op wit</font>", "wit op wit"),
        ('<a href="https://loket.be/?a=1&amp;b=2">x</a>', f'<a href="https://loket.be/?a=1&amp;b=2" {REL}>x</a>'),
        ('<a href="mailto:an@aalter.example">x</a>', f'<a href="mailto:an@aalter.example" {REL}>x</a>'),
        ('<a href="tel:+3292251234" target=_self rel=opener>x</a>', f'<a href="tel:+3292251234" {REL}>x</a>'),
        ('<a name="top">x</a>', "x"),
        ('<a href="/beheer/">x</a><a href="cid:a">y</a><a href="http://[">z</a>', "xyz"),
        (
            '<img src="CID:foto@1" alt="De fout" width=100 height=9999999>',
            '<img alt="De fout" width="100" src="cid:foto@1">',
        ),
        ('<img src="https://x.be/a.png" alt="Het  logo">', '<span data-unshown-image="">Het logo</span>'),
        ('<img src="data:image/png;base64,AA==">', '<span data-unshown-image=""></span>'),
        ("<img>", '<span data-unshown-image=""></span>'),
        ('<img src="https://x.be/volg.gif" width="1" height="1" alt="weg">', ""),
        ("<td>los</td>", "los"),
        (
            "<table><tr><td colspan=2 width=9>a<td rowspan=x>b</table>",
            '<table><tbody><tr><td colspan="2">a</td><td>b</td></tr></tbody></table>',
        ),
        ("<table>tussen<tr><td>a", "<table><tbody><tr><td>tussen</td></tr><tr><td>a</td></tr></tbody></table>"),
        ("<ul><li>a<li><div>b<li>c</ul>", "<ul><li>a</li><li><div>b</div></li><li>c</li></ul>"),
        ("<b>a<div>b</b>c</div>", "<b>a<div>b</div></b>c"),
        ("<pre>\n\na\n  b</pre>", "<pre>a\n  b</pre>"),
        ("<textarea><b>x</b></textarea>", "&lt;b&gt;x&lt;/b&gt;"),
        ("<form action=x><input value=a><button>Stuur</button></form>", "Stuur"),
        ("a<script>weg()</script>b<style>weg</style><title>weg</title>c", "abc"),
        ("a<!-- weg -->b<![CDATA[weg]]>c", "abc"),
        ("nul\x00len", "nullen"),
    ],
)
def test_what_people_write_stays_and_what_acts_goes(html, safe):
    assert sanitised(html) == safe


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 501 + "diep",
        "x" * 1_000_001,
        "<b>x</b>" * 10_001,
        "&" * 50_000,
    ],
    ids=["501 deep", "over 1 MB", "over 20,000 tags", "a quarter of a megabyte of references"],
)
def test_what_costs_too_much_is_left_to_the_text(html):
    assert sanitised(html) == ""


@pytest.mark.parametrize(
    "html",
    ["<div>" * 500 + "diep", "<span><div></span></div>" * 5_000, "x" * 1_000_000, "<b>x</b>" * 10_000, "&" * 20_000],
    ids=["500 deep", "misnested", "1 MB", "20,000 tags", "20,000 references"],
)
def test_what_is_just_within_the_limits_is_shown(html):
    assert sanitised(html) != ""


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 64_000,
        "<span><div></span></div>" * 5_000,
        ("<div>" * 499 + "</div>" * 499) * 20,
        "<span>" * 400 + "<p>" * 19_000,
        "".join(f"<b title={number}><div>x</div>" for number in range(6_000)),
        "<p><b><i><u><s>" * 90 + "<div>x</div>" * 9_000,
        "<ul>" * 400 + "<li>x" * 19_000,
        "<ul>" * 400 + "</ol>" * 19_000,
        "<table><tr><td>" * 120 + "<td>x" * 19_000,
        "<table>x" * 400 + "<tr>x" * 19_000,
        "<a href=http://x>" * 19_000,
        "<img src=x alt=y>" * 19_000,
        "<svg>" + "<col>" * 19_000,
        "<![" * 19_000,
        "<!--" * 19_000,
        '<a x="' * 19_000,
        "<" * 19_000 + "&" * 10_000,
        "x&amp;" * 10_000 + "y" * 900_000,
        "x<b></b>" * 9_000 + "y" * 900_000,
        "<p title='" + "x" * 900_000,
    ],
    ids=lambda html: repr(html[:24]),
)
def test_no_html_takes_long(html):
    begun = time.process_time()
    sanitised(html)
    assert time.process_time() - begun < 1


class Inspection(HTMLParser):
    """Collects what stands in HTML, the way a reader who trusts nothing would."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.tags = set()
        self.attributes = set()
        self.addresses = set()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {(tag, name) for name, _ in attrs}
        self.addresses |= {(name, value) for name, value in attrs if name in {"href", "src"}}

    def handle_comment(self, data):
        self.tags.add("a comment")

    def handle_decl(self, decl):
        self.tags.add("a declaration")

    handle_pi = unknown_decl = handle_decl


ALLOWED = {(tag, name) for tag, names in ATTRIBUTES.items() for name in names} | {("a", "target"), ("a", "rel")}


def harm_in(html):
    """Return everything in the HTML that might act, load, or carry style."""
    found = Inspection()
    found.feed(html)
    found.close()
    return {
        *(found.tags - TAGS),
        *(found.attributes - ALLOWED),
        *((name, value) for name, value in found.addresses if not is_good_address(name, value)),
    }


def is_good_address(name, value):
    return value.startswith(("http:", "https:", "mailto:", "tel:") if name == "href" else "cid:")


def test_only_known_elements_and_attributes_are_let_through():
    acting = {"script", "style", "svg", "math", "iframe", "object", "embed", "form", "input", "button", "base", "meta"}

    assert TAGS.isdisjoint(acting | {"link", "template", "audio", "video", "source", "picture", "select", "dialog"})
    assert {name for _, name in ALLOWED} == {
        *("href", "src", "alt", "width", "height", "start", "colspan", "rowspan"),
        *("target", "rel", "data-unshown-image"),
    }


@pytest.mark.parametrize(("name", "html"), VECTORS, ids=[name for name, _ in VECTORS])
def test_no_attack_leaves_anything_that_acts_or_loads(name, html):
    safe = sanitised(html.replace("{canary}", "https://canary.example:8099"))

    assert harm_in(safe) == set()
    assert "canary" not in safe
    assert sanitised(safe) == safe


@pytest.mark.parametrize("html", [html for _, html in VECTORS], ids=[name for name, _ in VECTORS])
def test_each_half_of_the_sanitiser_would_do_alone(html):
    html = html.replace("{canary}", "https://canary.example:8099")

    assert harm_in(_CLEANER.clean(html)) == set()
    if "<div>" * 501 not in html:
        assert harm_in(balanced(html)) == set()


def test_reading_needs_no_django():
    code = "import sys; from integrations.mail.reading import read; print('django' in sys.modules)"

    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert result.stdout == "False\n"


def test_the_inspection_sees_the_harm_in_what_is_known_to_run():
    known = dict(VECTORS)

    assert len(known) == len(VECTORS) >= 120
    assert known.keys() >= EXECUTE_RAW
    assert len(EXECUTE_RAW) >= 50
    assert [name for name in sorted(EXECUTE_RAW) if not harm_in(known[name])] == []


PIECES = st.sampled_from(
    [
        *(f"<{tag}>" for tag in sorted(TAGS)),
        *(f"</{tag}>" for tag in sorted(TAGS)),
        "<svg>", "</svg>", "<math>", "<mtext>", "<style>", "</style>", "<form>", "</form>", "<select>", "<script>",
        "</script>", "<title>", "<xmp>", "<plaintext>", "<noscript>", "<a href=http://x>", "<img src=cid:x alt=y>",
        "<img src=x onerror=y>", "<!--", "-->", "<![CDATA[", "]]>", "<", ">", '"', "'", "\n", "&lt;", "&#x0;",
    ],
)  # fmt: skip
TAG_SOUP = st.lists(st.one_of(st.text(max_size=5), PIECES), max_size=16).map("".join)


@given(TAG_SOUP)
def test_what_was_made_safe_is_safe_and_stays_as_it_is(html):
    once = sanitised(html)

    assert sanitised(once) == once
    assert harm_in(once) == set()


@given(st.lists(PIECES, max_size=12))
def test_making_safe_loses_no_word_that_can_be_read(tags):
    html = "".join(f"{tag} w{number}w " for number, tag in enumerate(tags))

    words = re.findall(r"w\d+w", text_of_html(html))

    assert re.findall(r"w\d+w", text_of_html(sanitised(html))) == words
