"""HTML from mail as text: what a person sees, and every word of it."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.mail.markup.plain import text_of_html

OUTLOOK = """<html><head><title>Bericht</title><style>p.MsoNormal{margin:0}</style></head><body lang="NL-BE">
<!--[if gte mso 9]><xml><o:shapedefaults/></xml><![endif]-->
<div class="WordSection1"><p class="MsoNormal">Beste,<o:p></o:p></p><p class="MsoNormal"><o:p>&nbsp;</o:p></p>
<p class="MsoNormal">Ik kan niet aanmelden in het <a href="https://loket.lokaalbestuur.vlaanderen.be/">loket</a>.</p>
<table><tr><td><p class="MsoNormal">Gebruiker</p></td><td><p class="MsoNormal">An Peeters</p></td></tr>
<tr><td><p class="MsoNormal">Bestuur</p></td><td><p class="MsoNormal">Gemeente Aalter</p></td></tr></table>
<div style="border-top:solid #E1E1E1 1pt"><p class="MsoNormal"><b>Van:</b> Contactpunt &lt;help@contactpunt.example&gt;
<br><b>Verzonden:</b> dinsdag 3 november 2026 14:05<br><b>Aan:</b> An Peeters<br><b>Onderwerp:</b> Uw vraag</p></div>
</div></body></html>"""

OUTLOOK_AS_TEXT = """Beste,

Ik kan niet aanmelden in het loket <https://loket.lokaalbestuur.vlaanderen.be/>.

Gebruiker | An Peeters
Bestuur | Gemeente Aalter

Van: Contactpunt <help@contactpunt.example>
Verzonden: dinsdag 3 november 2026 14:05
Aan: An Peeters
Onderwerp: Uw vraag"""

GMAIL = """<div dir="ltr">Dat lukt, bedankt.<br></div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">\
Op di 3 nov 2026 om 14:05 schreef Contactpunt &lt;<a href="mailto:help@contactpunt.example">\
help@contactpunt.example</a>&gt;:<br></div><blockquote class="gmail_quote"><div>Beste<br><br>Probeer het opnieuw.</div>\
<blockquote>Ik kan niet aanmelden</blockquote></blockquote></div>"""

GMAIL_AS_TEXT = """Dat lukt, bedankt.

Op di 3 nov 2026 om 14:05 schreef Contactpunt <help@contactpunt.example>:

> Beste
>
> Probeer het opnieuw.
>
> > Ik kan niet aanmelden"""


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("<p>Een</p><p>Twee</p>", "Een\n\nTwee"),
        ("<div>Een</div><div>Twee</div>", "Een\nTwee"),
        ("<div>Een</div><div><br></div><div>Twee</div>", "Een\n\nTwee"),
        ("Een<br>twee<br /><br><br>drie", "Een\ntwee\n\ndrie"),
        ("veel\n   wit <b> in </b>  een <i>zin</i>", "veel wit in een zin"),
        ("<b>aan</b>melden", "aanmelden"),
        ("<p>&nbsp;</p><p>&nbsp;</p><p>Zin</p>", "Zin"),
        ("<ul><li>een</li><li>twee<ul><li>diep</ul></ul>na", "- een\n- twee\n  - diep\n\nna"),
        ("<ol><li>een<li>twee</ol>", "1. een\n2. twee"),
        ("<ul><li></li></ul>leeg", "leeg"),
        ("<table><tr><th>Naam<th>Recht<tr><td>An<td><p>Lezer</p></table>", "Naam | Recht\nAn | Lezer"),
        ("<table><tr><td></td><td>alleen</td></tr></table>", "alleen"),
        ("<table><tr><td><table><tr><td>a<td>b</table><td>c</table>", "a | b\n\nc"),
        ('<a href="https://loket.be/">https://www.loket.be</a>', "https://www.loket.be"),
        ('<a href="https://loket.be/a">hier</a>.', "hier <https://loket.be/a>."),
        ('<a href="mailto:an@aalter.example">an@aalter.example</a>', "an@aalter.example"),
        ('<a href="mailto:an@aalter.example">An</a>', "An <an@aalter.example>"),
        ('<a href=" https://x.be/\n> a">hier</a>', "hier <https://x.be/>a>"),
        ('<a href="javascript:alert(1)">klik</a>', "klik"),
        (f'<a href="https://x.be/{"a" * 2000}">lang</a>', "lang"),
        ('<img src="cid:a" alt="Logo Aalter"> <img src="http://x/p.gif" alt="">', "[Logo Aalter]"),
        ("<blockquote>een<br>twee</blockquote>na", "> een\n> twee\n\nna"),
        ("</blockquote>na", "na"),
        ("<pre>a  b\n\n  c</pre>", "a  b\n\n  c"),
        ("<hr>na", "________________________________\nna"),
        ("<script>weg()</script>a<style>b{}</style>", "a"),
        ("a<script>nooit gesloten", "a"),
        ("<style>nooit gesloten", ""),
        ("<title>Titel</title>a", "a"),
        ("<title>nooit gesloten", "nooit gesloten"),
        ("a<!-- weg -->b<!---->c<!-->d", "abcd"),
        ("a<!-- nooit gesloten <b>b</b>", "a nooit gesloten b"),
        ("<![if !mso]>zichtbaar<![endif]>", "zichtbaar"),
        ("<?xml version='1.0'?>zichtbaar", "zichtbaar"),
        ("<textarea>a <b></textarea>b", "a <b>\nb"),
        ("<xmp><i>a</i></xmp>", "<i>a</i>"),
        ("<plaintext>a</plaintext><b>", "a</plaintext><b>"),
        ("<svg><text>op het logo</text></svg>", "op het logo"),
        ("<noscript>zonder script</noscript>", "zonder script"),
        ("<select><option>ja<option>nee</select>", "ja\nnee"),
        ("2 < 3 en <3", "2 < 3 en <3"),
        ("2 &lt; 3 &amp;amp; &eacute;&#233;&#xe9; &onbekend;", "2 < 3 &amp; ééé &onbekend;"),
        (f"&#{'9' * 5000};", "\ufffd;"),
        ("eind <b", "eind <b"),
        ('eind <a href="x', 'eind <a href="x'),
        ('<p title="a > b">c</p>', "c"),
        ("<p title=a'>b</p>", "b"),
        ('<p ">b</p>', "b"),
        ("<SCRIPT>weg()</sCript >a", "a"),
        ("nul\x00 \u202eomgekeerd ge\u00admeente", "nul omgekeerd gemeente"),
        (OUTLOOK, OUTLOOK_AS_TEXT),
        (GMAIL, GMAIL_AS_TEXT),
    ],
)
def test_html_reads_as_a_person_sees_it(html, text):
    assert text_of_html(html) == text


def test_what_is_too_large_to_lay_out_still_gives_every_word_and_no_script():
    html = "<style>b{}</style><div><p>Beste</p>" + "<i>x</i>" * 30_000 + "<script>weg()</script><td>tot &lt; slot</td>"

    assert text_of_html(html) == "Beste\n" + "x" * 30_000 + "\ntot < slot"


def test_what_is_nested_deeply_is_read_to_the_end():
    html = "<blockquote>" * 20_000 + "diep" + "</blockquote>" * 20_000 + "slot"

    assert text_of_html(html) == "> " * 10 + "diep\n\nslot"


TAGS = [
    "<p>",
    "</p>",
    "<b>",
    "<td>",
    "<tr>",
    "</table>",
    "<li>",
    "<br>",
    "<!--",
    "-->",
    "<a href='x'>",
    "</a>",
    "<pre>",
]


@given(st.lists(st.sampled_from([*TAGS, "<"])))
def test_no_markup_however_broken_loses_a_word(tags):
    html = "".join(f"{tag} woord{number} " for number, tag in enumerate(tags))
    shown = re.sub(r"<!--.*?-->", "", html)

    assert set(re.findall(r"woord\d+", shown)) <= set(re.findall(r"woord\d+", text_of_html(html)))


@pytest.mark.parametrize(
    "html",
    [
        start * (1_000_000 // len(start))
        for start in (
            "<b>", "<![", "</", "<!--", "<!---", "<a ", '<a x="', "<a x='", "<a x=", "<title>", "<textarea>",
            "<script>",
            "<blockquote>x", "<td>x<br>", "<ul><li>x", "<a href=http://x>", "<?", "<", "< ", "&", "&a", "&#9", "\n",
            " ",
            "<pre> \n", "e\u0301", "<p>x", "<style></style", "x\xa0", "<img alt=x>",
        )
    ],
    ids=lambda html: repr(html[:16]),
)  # fmt: skip
def test_no_html_takes_long(html):
    begun = time.process_time()
    text_of_html(html)
    assert time.process_time() - begun < 1
