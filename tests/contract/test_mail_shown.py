"""Section 6: how mail is shown to who works on its ticket, and what is done about mail that cannot be read."""

import re
import time

import pytest

from tests.contract.mails import deliver, formatted_letter, letter, stored_mails, ticket_with, words
from tests.contract.visitor import Page

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(32))
HOSTILE = """<html><head><style>body { background: url(https://volgt.example/stijl) }</style>
<link rel="stylesheet" href="https://volgt.example/blad"><script>alert("script")</script></head>
<body onload="alert('load')"><p>Dag <b>allemaal</b></p><img src="cid:foto"><img src="https://volgt.example/pixel"
onerror="alert('error')"><a href="javascript:alert('link')">klik</a><iframe src="https://volgt.example/kader"></iframe>
<form action="https://volgt.example/vorm"><input name="wachtwoord"></form></body></html>"""


@pytest.fixture
def hostile(product, agent):
    """A mail with everything in its layout: its reference, its bytes."""
    subject = f"Vraag {words()}"
    raw = formatted_letter(HOSTILE, PICTURE, subject=subject)
    deliver(product, raw)
    return ticket_with(agent, subject)["reference"], raw


def mail_page(somebody, reference: str) -> Page:
    """Return the page the ticket links to for the mail as it came."""
    ticket = somebody.get(f"/desk/t/{reference}/")
    (link,) = {anchor["href"] for anchor in ticket.soup.select(f"a[href^='/desk/t/{reference}/mail/']")}
    return somebody.get(link)


def test_its_layout_is_a_page_of_its_own_that_runs_and_loads_nothing(visitor, hostile):
    agent = visitor("agent")
    (frame,) = mail_page(agent, hostile[0]).soup.select("iframe")
    assert "allow-scripts" not in frame["sandbox"]
    assert "allow-same-origin" not in frame["sandbox"]
    answer = agent.client.get(frame["src"])
    policy = answer.headers["content-security-policy"]
    assert re.search(r"(^|; )sandbox( |;|$)", policy)
    assert "default-src 'none'" in policy
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy
    shown = Page(answer)
    assert "Dag allemaal" in shown.text
    assert not any(shown.has(selector) for selector in ("script", "iframe", "form", "input", "link", "[onload]"))
    assert [image["src"][:21] for image in shown.soup.select("img[src]")] == ["data:image/png;base64"]
    for trap in ("volgt.example", "javascript:", "onerror", "alert"):
        assert trap not in re.sub(r'href="https?://[^"]*"', "", answer.text)


def test_the_mail_itself_is_for_who_works_on_the_ticket(visitor, hostile):
    reference, raw = hostile
    agent = visitor("agent")
    page = mail_page(agent, reference)
    (source,) = [link["href"] for link in page.soup.select("a[download]")]
    (frame,) = [frame["src"] for frame in page.soup.select("iframe")]
    answer = agent.client.get(source)
    assert (answer.status_code, answer.content == raw) == (200, True)
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["x-content-type-options"] == "nosniff"
    for path in (source, frame, page.answer.url.path):
        for persona in ("agent_other_queue", "official", "editor"):
            assert (persona, visitor(persona).get(path).status) == (persona, 404)
        anonymous = visitor().get(path)
        assert (anonymous.status, anonymous.answer.headers["location"][:16]) == (302, "/aanmelden/?next")


def test_mail_that_cannot_be_read_stands_in_sight_with_its_reason_to_save_and_to_read_again(product, visitor):
    raw = b"".join(b"X-%d: y\r\n" % number for number in range(2000)) + letter()
    offered = time.monotonic()
    inbound_id, _neighbour = deliver(product, raw, letter())
    agent = visitor("agent")
    page = agent.get("/desk/post/")
    (row,) = [
        row for row in page.soup.select("tbody tr") if row.select(f"form[action='/desk/post/{inbound_id}/opnieuw/']")
    ]
    assert time.monotonic() - offered < 60
    reason = stored_mails(product)[inbound_id]["reason"]
    assert reason
    assert reason in " ".join(row.get_text(" ").split())
    assert agent.client.get(row.select_one("a[download]")["href"]).content == raw
    again = agent.send("/desk/post/", to=row.select_one("form")["action"])
    assert (again.status, again.answer.headers["location"]) == (302, "/desk/post/")
    product.settle()
    assert [mail["state"] for mail in stored_mails(product).values()][-2:] == ["unprocessable", "processed"]


@pytest.mark.parametrize("persona", ["official", "editor"])
def test_only_agents_have_a_list_of_mail_that_could_not_be_read(visitor, persona):
    assert visitor(persona).get("/desk/post/").status == 404


def test_an_agent_of_another_queue_sees_none_of_it(product, visitor):
    raw = b"".join(b"Y-%d: y\r\n" % number for number in range(2000)) + letter()
    (inbound_id,) = deliver(product, raw)
    other = visitor("agent_other_queue")
    assert other.get("/desk/post/").soup.select("tbody tr") == []
    assert other.get(f"/desk/post/{inbound_id}/bron/").status == 404
