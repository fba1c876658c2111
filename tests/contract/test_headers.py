"""What every answer says to the browser: found by following every link, as everybody who can follow it."""

import re
from collections import deque
from urllib.parse import urljoin, urlsplit

import httpx
import pytest

from tests.contract.visitor import Page

STARTS = {
    None: ["/", "/melden/", "/aanmelden/", "/t/", "/t/onzin/", "/nergens/", "/mijn/", "/desk/", "/healthz", "/readyz"],
    "official": ["/mijn/", "/", "/melden/"],
    "agent": ["/desk/", "/desk/nieuw/"],
    "admin": ["/beheer/"],
}
PRIVATE = ("/t/", "/mijn", "/desk", "/beheer", "/aanmelden", "/melden", "/bijlagen")
MOST = 80
VARYING = re.compile(r"AP-[0-9A-Z]{6}-[0-9A-Z]|[0-9a-f-]{36}|(?<=/)\d+(?=/)|(?<=/t/)[\w-]{20,}|(?<=demo/)[\w-]{20,}")


def pages_of(visitor, paths):
    """Follow every link from these pages; of pages that differ by a number only, one."""
    waiting, seen = deque(paths), {shape_of(path) for path in paths}
    while waiting and len(seen) < MOST:
        path = waiting.popleft()
        page = Page(visitor.client.get(path))
        yield path, page
        for link in page.soup.select("a[href]"):
            target = urlsplit(urljoin(f"{visitor.product.base_url}{path}", str(link["href"])))
            if target.port != visitor.product.port or "/demo/" in target.path:
                continue
            address = target.path + (f"?{target.query}" if target.query else "")
            if shape_of(address) not in seen:
                seen.add(shape_of(address))
                waiting.append(address)


def shape_of(address):
    path, _, query = address.partition("?")
    return VARYING.sub("*", path), tuple(sorted(part.partition("=")[0] for part in query.split("&")))


def policy_of(answer):
    directives = [part.split() for part in answer.headers["content-security-policy"].split(";")]
    return {words[0]: words[1:] for words in directives if words}


@pytest.mark.parametrize("persona", list(STARTS))
def test_every_page_forbids_what_is_not_ours(visitor, official, agent, persona):
    reference = official.open()["reference"]
    agent.write(reference, "Antwoord")
    count = 0
    for path, page in pages_of(visitor(persona), STARTS[persona]):
        count += 1
        assert page.status < 500, path
        check_headers(path, page.answer)
        check_markup(path, page)
    assert count >= len(STARTS[persona])


@pytest.mark.parametrize(
    "path", ["/api/v1/organisations", "/api/v1/tickets", "/api/v1/openapi.json", "/api/v1/nothing", "/favicon.ico"]
)
def test_programs_get_the_same_protection(stranger, path):
    check_headers(path, stranger.client.get(path))


def test_the_page_behind_the_link_and_its_receipt_are_private(stranger, visitor):
    _reference, link = stranger.ask_with_link()
    for path, page in pages_of(visitor(), [link]):
        check_headers(path, page.answer)
        check_markup(path, page)


def check_headers(path, answer):
    headers = answer.headers
    assert headers["x-content-type-options"] == "nosniff", path
    assert headers["referrer-policy"] in {"same-origin", "no-referrer", "strict-origin"}, path
    assert headers["x-frame-options"] == "DENY", path
    assert "server" not in headers, path
    assert "x-powered-by" not in headers, path
    if path.startswith(PRIVATE):
        assert "no-store" in headers["cache-control"], path
    policy = policy_of(answer)
    assert policy["default-src"] == ["'none'"], path
    for sources in policy.values():
        assert set(sources) <= {"'self'", "'none'", "data:"}, path
    assert "data:" not in policy.get("script-src", []), path
    for cookie in headers.get_list("set-cookie"):
        name, _, attributes = cookie.partition("=")
        assert "SameSite=Lax" in attributes, (path, name)
        assert "HttpOnly" in attributes, (path, name)


def check_markup(path, page):
    soup = page.soup
    assert not soup.select("script:not([src]), style, [style]"), path
    handlers = [name for tag in soup.find_all(True) for name in tag.attrs if name.startswith(("on", "hx-on"))]
    assert handlers == [], path
    # A browser fetches nothing from a canonical address.
    fetched = soup.select("[src], link[href]:not([rel=canonical]), use[href]")
    sources = [str(tag.get("src") or tag.get("href")) for tag in fetched]
    assert [source for source in sources if source.startswith(("http", "//"))] == [], path
    assert not soup.select("[href^='javascript:'], iframe, object, embed, base"), path


def test_static_files_come_with_a_hash_and_may_be_kept(stranger):
    sheets = [str(tag["href"]) for tag in stranger.get("/").soup.select("link[rel=stylesheet]")]
    assert sheets
    for sheet in sheets:
        answer = stranger.client.get(sheet)
        assert answer.status_code == 200
        assert re.search(r"\.[0-9a-f]{12}\.css$", sheet)
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_no_version_is_told(product):
    answer = httpx.get(f"{product.base_url}/nergens/")
    told = f"{answer.headers}{answer.text}".lower()
    assert [name for name in ("uvicorn", "django/", "python/", "wsgi", "traceback") if name in told] == []
