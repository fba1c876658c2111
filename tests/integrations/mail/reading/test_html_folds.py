"""From the HTML of mail programs to what stays open: the text and the folds together."""

import pytest

from integrations.mail.markup.plain import text_of_html
from integrations.mail.reading.folding import folds_of

HEADER = "<b>{0}:</b> Aanspreekpunt &lt;help@contactpunt.example&gt;<br><b>{1}:</b> dinsdag 3 november 2026 14:05<br>\
<b>{2}:</b> Tine Verlinden &lt;tine.verlinden@aalter.example&gt;<br><b>{3}:</b> Uw vraag"
DUTCH = HEADER.format("Van", "Verzonden", "Aan", "Onderwerp")

OUTLOOK_DESKTOP = f"""<div class="WordSection1"><p class="MsoNormal">Het werkt nu.<o:p></o:p></p>
<p class="MsoNormal"><o:p>&nbsp;</o:p></p><p class="MsoNormal">Met vriendelijke groeten<o:p></o:p></p>
<table><tr><td><img src="cid:image001.png@01DB" alt="Logo Aalter"></td><td>
<p class="MsoNormal"><b>Tine Verlinden</b></p>
<p class="MsoNormal">Dienst Burgerzaken</p><p class="MsoNormal">T 09 325 22 00</p></td></tr></table>
<div style="border:none;border-top:solid #E1E1E1 1.0pt"><p class="MsoNormal">{DUTCH}</p></div>
<p class="MsoNormal">Beste</p><p class="MsoNormal">Lukt het nu?</p></div>"""

OUTLOOK_WEB = f"""<div class="elementToProof">Het werkt nu.</div><div id="appendonsend"></div>
<hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr"><font face="Calibri">{DUTCH}
</font><div>&nbsp;</div></div><div>Lukt het nu?</div>"""

OUTLOOK_MOBILE = f"""<div dir="auto">Het werkt nu.</div><div id="ms-outlook-mobile-signature"><div dir="auto"><br></div>
<div dir="auto"><a href="https://aka.ms/o0ukef">Outlook voor iOS</a> downloaden</div></div>
<hr><div id="divRplyFwdMsg">{DUTCH}</div><div>Lukt het nu?</div>"""

GMAIL = """<div dir="ltr">Het werkt nu.</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">Op di 3 nov
2026 om 14:05 schreef Aanspreekpunt &lt;<a href="mailto:help@contactpunt.example">help@contactpunt.example</a>&gt;:<br>
</div><blockquote class="gmail_quote" style="margin:0 0 0 .8ex"><p>Beste</p><p>Lukt het nu?</p></blockquote></div>"""

APPLE = """<body dir="auto">Het werkt nu.<br><br><div dir="ltr">Verstuurd vanaf mijn iPhone</div><div dir="ltr"><br>
<blockquote type="cite">Op 3 nov. 2026 om 14:05 heeft Aanspreekpunt &lt;help@contactpunt.example&gt; het volgende
geschreven:<br><br></blockquote></div><blockquote type="cite"><div dir="ltr">Lukt het nu?</div></blockquote></body>"""

THUNDERBIRD = """<p>Het werkt nu.</p><div class="moz-cite-prefix">Op 3-11-2026 om 14:05 schreef Aanspreekpunt:<br></div>
<blockquote type="cite" cite="mid:delivery.1@contactpunt.example"><p>Lukt het nu?</p></blockquote>
<div class="moz-signature">-- <br>Tine Verlinden</div>"""

INLINE = """<div class="moz-cite-prefix">Op 3-11-2026 om 14:05 schreef Aanspreekpunt:<br></div>
<blockquote type="cite"><p>Lukt het nu?</p></blockquote><p>Het werkt nu.</p>
<blockquote type="cite"><p>Zo niet, wat ziet u?</p></blockquote><p>Een wit scherm, soms.</p>"""

CLIENTS = {
    "Outlook desktop": (
        OUTLOOK_DESKTOP,
        ["Het werkt nu.\n\nMet vriendelijke groeten"],
        [("signature", "[Logo Aalter] | Tine Verlinden", "T 09 325 22 00"), ("quote", "Van:", "Lukt het nu?")],
    ),
    "Outlook web": (OUTLOOK_WEB, ["Het werkt nu."], [("quote", "____", "Lukt het nu?")]),
    "Outlook mobile": (
        OUTLOOK_MOBILE,
        ["Het werkt nu."],
        [("signature", "Outlook voor iOS <https://", "downloaden"), ("quote", "____", "Lukt het nu?")],
    ),
    "Gmail": (GMAIL, ["Het werkt nu."], [("quote", "Op di 3 nov 2026", "> Lukt het nu?")]),
    "Apple Mail": (
        APPLE,
        ["Het werkt nu."],
        [("signature", "Verstuurd vanaf", "iPhone"), ("quote", "> Op 3 nov. 2026", "> Lukt het nu?")],
    ),
    "Thunderbird": (
        THUNDERBIRD,
        ["Het werkt nu."],
        [("quote", "Op 3-11-2026 om 14:05", "> Lukt het nu?"), ("signature", "--", "Tine Verlinden")],
    ),
    "answers between": (
        INLINE,
        ["Het werkt nu.", "Een wit scherm, soms."],
        [("quote", "Op 3-11-2026", "> Lukt het nu?"), ("quote", "> Zo niet", "wat ziet u?")],
    ),
}  # fmt: skip


def opened(text, folds):
    """Return what stays to be read, between the folds."""
    edges = [0, *(edge for fold in folds for edge in (fold.start, fold.end)), len(text)]
    between = (text[start:end].strip() for start, end in zip(edges[::2], edges[1::2], strict=True))
    return [words for words in between if words]


@pytest.mark.parametrize("client", CLIENTS)
def test_of_an_answer_in_html_only_the_answer_stays_open(client):
    html, own, expected = CLIENTS[client]
    text = text_of_html(html)

    folds = folds_of(text)

    assert opened(text, folds) == own
    assert [fold.kind for fold in folds] == [kind for kind, _, _ in expected]
    for fold, (_, first, last) in zip(folds, expected, strict=True):
        assert text[fold.start : fold.end].startswith(first)
        assert text[fold.start : fold.end].endswith(last)


@pytest.mark.parametrize(
    "html",
    [
        """<div dir="ltr">Kunt u helpen?<br><br><div class="gmail_quote"><div class="gmail_attr">---------- Forwarded
        message ---------<br>Van: <b>Dirk Baert</b> &lt;dirk@ieper.example&gt;<br>Date: di 3 nov 2026 om 14:05<br>
        Subject: Fout<br>To: Inge<br></div><br>Ik kan niet aanmelden.</div></div>""",
        """<div>Kunt u helpen?</div><blockquote type="cite"><div>Begin doorgestuurd bericht:</div><br>
        <div><b>Van: </b>Dirk Baert &lt;dirk@ieper.example&gt;</div><div><b>Onderwerp: Fout</b></div>
        <div><b>Datum: </b>3 november 2026 om 14:05:00 CET</div><br><div>Ik kan niet aanmelden.</div></blockquote>""",
        f"<div class=WordSection1><p>&nbsp;</p><div>{DUTCH}</div><p>Ik kan niet aanmelden.</p></div>",
    ],
    ids=["Gmail", "Apple Mail", "Outlook"],
)
def test_what_is_passed_on_in_html_stays_open(html):
    assert folds_of(text_of_html(html)) == []
