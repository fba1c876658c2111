"""Text of strangers as HTML: nothing of theirs is markup."""

import time

import pytest

from helpdesk.tickets.rendering import html_of

LINK = '<a href="{0}" rel="nofollow noopener noreferrer">{0}</a>'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("", ""),
        ("Goeiedag", "<p>Goeiedag</p>"),
        ("Een\ntwee", "<p>Een<br>\ntwee</p>"),
        ("Een\n\ntwee\n \n\ndrie", "<p>Een</p>\n<p>twee</p>\n<p>drie</p>"),
        ("<script>alert('x')</script>", "<p>&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;</p>"),
        ("a & b &amp; c", "<p>a &amp; b &amp;amp; c</p>"),
        ("{} %s {{ x }}", "<p>{} %s {{ x }}</p>"),
        ("Zie https://loket.be/a?b=1.", f"<p>Zie {LINK.format('https://loket.be/a?b=1')}.</p>"),
        ("(https://loket.be/a)", f"<p>({LINK.format('https://loket.be/a')})</p>"),
        ("https://nl.wikipedia.org/wiki/A_(b)", f"<p>{LINK.format('https://nl.wikipedia.org/wiki/A_(b)')}</p>"),
        ("https://x.be/?a=1&b=2", f"<p>{LINK.format('https://x.be/?a=1&amp;b=2')}</p>"),
        ("javascript:alert(1) data:text/html,x www.x.be", "<p>javascript:alert(1) data:text/html,x www.x.be</p>"),
        (
            'https://x.be/"onmouseover="alert(1)',
            f"<p>{LINK.format('https://x.be/')}&quot;onmouseover=&quot;alert(1)</p>",
        ),
        ("https://x.be/'onclick='x", f"<p>{LINK.format('https://x.be/&#x27;onclick=&#x27;x')}</p>"),
        ("<https://x.be/>", f"<p>&lt;{LINK.format('https://x.be/')}&gt;</p>"),
        ("http://", "<p>http://</p>"),
        ("https://...", "<p>https://...</p>"),
    ],
)
def test_text_becomes_paragraphs_with_plain_links(text, html):
    assert html_of(text) == html


@pytest.mark.parametrize("text", ["https://" * 12_500, "(" * 100_000, "\n \n" * 33_000, "https://x" + ")" * 99_000])
def test_no_text_takes_long(text):
    begun = time.process_time()
    html_of(text)
    assert time.process_time() - begun < 1
