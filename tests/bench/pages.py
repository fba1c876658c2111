"""Requests as a browser or a program sends them, ready to be put on the wire again and again."""

import http.client
import json
import re
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from http.cookies import SimpleCookie
from urllib.parse import urlsplit

from tests.bench.server import HOST, Product

BOUNDARY = "----bench7MA4YWxkTrZu0gW"
NEXT_PAGE = re.compile(r'href="([^"]*cursor=[^"]*)"[^>]*rel="next"|rel="next"[^>]*href="([^"]*cursor=[^"]*)"')
QUESTION = (
    "Dag,\n\nSinds vanmorgen krijg ik de melding dat ik geen toegang heb. Ik meld aan met mijn identiteitskaart en kies"
    " het juiste bestuur. Bij mijn collega werkt het wel.\n\nMet vriendelijke groeten"
)


def marker() -> str:
    """Return what a text is recognised by when it comes out at the other end."""
    return f"BENCH-{secrets.token_hex(6)}"


@dataclass
class Browser:
    """Somebody at a browser: cookies, and the requests they make possible."""

    product: Product
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> bytes:
        return self._raw("GET", path, {})

    def post(self, path: str, fields: Mapping[str, str], *, address: str = "") -> bytes:
        """Return a form as a browser sends it when it has a field for files."""
        typed = {**fields, "csrfmiddlewaretoken": self.cookies["csrftoken"]}
        parts = [
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in typed.items()
        ]
        body = ("".join(parts) + f"--{BOUNDARY}--\r\n").encode()
        headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
        if address:
            headers["X-Forwarded-For"] = address
        return self._raw("POST", path, headers, body)

    def visit(self, path: str) -> str:
        """Fetch a page, keep its cookies, follow no redirect; return what it says."""
        link = http.client.HTTPConnection(HOST, self.product.port, timeout=60)
        link.request("GET", path, headers={"Cookie": self._cookie_header(), "Accept": "text/html"})
        answer = link.getresponse()
        text = answer.read().decode()
        for header in answer.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(header).items()}
        link.close()
        if answer.status >= http.HTTPStatus.BAD_REQUEST:
            raise LookupError(f"{path} answers {answer.status}: {text[:500]}")
        return text

    def sign_in(self, persona: str) -> "Browser":
        self.visit(urlsplit(self.product.personas[persona]["login_url"]).path)
        return self

    def _cookie_header(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def _raw(self, method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> bytes:
        return raw_request(self.product, method, path, {"Cookie": self._cookie_header(), **headers}, body)


def raw_request(product: Product, method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> bytes:
    lines = {"Host": f"{HOST}:{product.port}", "Accept": "text/html", "Accept-Encoding": "identity", **headers}
    if body:
        lines["Content-Length"] = str(len(body))
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value)
    return f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body


def question_fields(product: Product, number: int) -> dict[str, str]:
    """Return a question of somebody new; one address gets three confirmations an hour."""
    return {
        "name": f"Vrager {number}",
        "email": f"vrager-{number}-{secrets.token_hex(4)}@bestuur.example",
        "organisation": product.personas["official"]["organisation"],
        "application": "loket",
        "subject": f"Ik geraak niet binnen in het loket ({number})",
        "body": f"{QUESTION}\n{marker()}",
        "form_id": str(uuid.uuid4()),
        "website": "",
    }


def question_posts(product: Product, number: int) -> list[bytes]:
    """Return posts of the open form; every one comes from an office of its own."""
    visitor = Browser(product)
    visitor.visit("/melden/")
    return [visitor.post("/melden/", question_fields(product, n), address=office(n)) for n in range(number)]


def office(number: int) -> str:
    return f"10.{number // 65_536 % 256}.{number // 256 % 256}.{number % 256}"


def api_posts(product: Product, number: int, *, with_key: bool = False) -> list[bytes]:
    posts = []
    for n in range(number):
        headers = api_headers(product) | {"Content-Type": "application/json"}
        if with_key:
            headers["Idempotency-Key"] = str(uuid.uuid4())
        ticket = json.dumps(api_ticket(product, n)).encode()
        posts.append(raw_request(product, "POST", "/api/v1/tickets", headers, ticket))
    return posts


def api_ticket(product: Product, number: int) -> dict[str, object]:
    fields = question_fields(product, number)
    same = {name: fields[name] for name in ("subject", "body", "application", "organisation")}
    return {**same, "requester": {"email": fields["email"], "name": fields["name"]}}


def api_headers(product: Product, persona: str = "agent") -> dict[str, str]:
    token = product.personas[persona]["api_token"]
    return {"Authorization": f"Bearer {token}", "Accept": "application/json"}


def api_get(product: Product, path: str) -> bytes:
    return raw_request(product, "GET", f"/api/v1{path}", api_headers(product))


def reply_fields(text: str, seen: str) -> dict[str, str]:
    return {"body": text, "status": "", "seen": seen, "client_id": str(uuid.uuid4())}


def pages_after(browser: Browser, path: str, number: int) -> list[str]:
    """Follow "next" from a list; return the addresses of the pages gone through, the last one deepest."""
    paths = [path]
    while len(paths) <= number:
        found = NEXT_PAGE.search(browser.visit(paths[-1]))
        if found is None:
            break
        link = unescape(found[1] or found[2])
        paths.append(link if link.startswith("/") else f"{path.partition('?')[0]}{link}")
    return paths
