"""Somebody at a browser without JavaScript, and a program at the API: they speak HTTP and know no code."""

import itertools
import random
import re
import uuid
from ipaddress import IPv4Address
from typing import Any
from urllib.parse import urlsplit

import httpx
from bs4 import BeautifulSoup, Tag

from tests.contract.installation import Installation, wait_for

REFERENCE = re.compile(r"AP-[0-9A-HJKMNP-TV-Z]{6}-[0-9A-HJKMNP-TV-Z]")
CSRF = "csrfmiddlewaretoken"
LETTERS = str.maketrans("0123456789", "ghijklmnop")
_places = itertools.count(1)


def somewhere() -> str:
    """Return a client address nobody else here has, so that one test uses up no other's limits."""
    return str(IPv4Address("10.0.0.0") + next(_places))


def unique() -> str:
    """Return what stands nowhere else; without digits, which could look like a rijksregisternummer and be masked."""
    return uuid.uuid4().hex[:12].translate(LETTERS)


def new_address() -> str:
    return f"griet.{unique()}@lokeren.example"


def new_word() -> str:
    """Return a word that stands nowhere, nor looks like one that does."""
    return "".join(random.choices("bcdfghjklmnpqrstvwxz", k=12))  # noqa: S311 - nothing secret


def question(**fields: Any) -> dict[str, Any]:
    """Return what somebody types at /melden/; every one is somebody else."""
    return {
        "name": "Griet Vermeulen",
        "email": new_address(),
        "organisation": "",
        "application": "",
        "subject": f"Ik geraak niet binnen {unique()}",
        "body": "Na itsme krijg ik een foutmelding.",
        "website": "",
        **fields,
    }


class Page:
    """What came back, read as HTML."""

    def __init__(self, answer: httpx.Response) -> None:
        self.answer = answer
        self.status = answer.status_code
        self.soup = BeautifulSoup(answer.text, "html.parser")

    @property
    def text(self) -> str:
        return " ".join(self.soup.get_text(" ").split())

    @property
    def reference(self) -> str:
        return str(self._one("[data-ticket-reference]")["data-ticket-reference"])

    @property
    def token(self) -> str:
        return str(self._one(f"input[name={CSRF}]")["value"])

    @property
    def kept(self) -> list[str]:
        return [str(field["value"]) for field in self.soup.select("input[name=kept]")]

    def value(self, name: str) -> str:
        """Return what a field shows."""
        field = self._one(f"main [name={name}]")
        if field.name == "textarea":
            return field.get_text().removeprefix("\n")
        if field.name == "select":
            chosen = field.select_one("option[selected]") or field.select_one("option")
            return str(chosen["value"]) if chosen else ""
        return str(field.get("value", ""))

    def values(self, form: str) -> dict[str, str]:
        """Return the hidden fields of a form, as a browser sends them."""
        fields = self.soup.select(f"{form} input[type=hidden]")
        return {str(field["name"]): str(field.get("value", "")) for field in fields}

    def has(self, selector: str) -> bool:
        return self.soup.select_one(selector) is not None

    def _one(self, selector: str) -> Tag:
        found = self.soup.select(selector)
        assert found, f"no {selector} on {self.answer.url} ({self.status})"
        return found[0]


class Visitor:
    """One browser: its cookies and its network."""

    def __init__(self, product: Installation, persona: str | None = None) -> None:
        self.product = product
        self.client = httpx.Client(
            base_url=product.base_url,
            headers={"X-Forwarded-For": somewhere(), "Accept": "text/html"},
            timeout=60,
        )
        if persona:
            self.client.get(urlsplit(product.personas[persona]["login_url"]).path)

    def get(self, path: str, **options: Any) -> Page:
        return Page(self.client.get(path, **options))

    def post(self, path: str, fields: dict[str, Any] | None = None, **options: Any) -> Page:
        """Send a form as it is."""
        return Page(self.client.post(path, data=fields, **options))

    def send(self, path: str, fields: dict[str, Any] | None = None, *, to: str = "", **options: Any) -> Page:
        """Open the page, then send its form with these fields."""
        return self.post(to or path, {CSRF: self.get(path).token, **(fields or {})}, **options)

    def follow(self, page: Page) -> Page:
        assert page.status == httpx.codes.SEE_OTHER, page.text
        return self.get(page.answer.headers["location"])

    def ask(self, files: Any = None, **fields: Any) -> str:
        """Ask a question at /melden/ and return its reference."""
        return self.follow(self.send("/melden/", question(**fields), files=files)).reference

    def ask_with_link(self, **fields: Any) -> tuple[str, str]:
        """Ask, wait for the mail and return reference and the path of the link."""
        asked = question(**fields)
        reference = self.follow(self.send("/melden/", asked)).reference
        return reference, link_to(self.product, asked["email"], reference)


def link_to(product: Installation, address: str, reference: str) -> str:
    """Return the path of the link in the mail about this question."""

    def sought() -> str:
        for mail in product.mails_to(address):
            body = mail.get_body(("plain",))
            text = body.get_content() if body else ""
            found = re.search(re.escape(product.base_url) + r"(/t/[^/\s]+/)", text)
            if reference in text and found:
                return found[1]
        return ""

    link: str = wait_for(sought, f"no link to {reference} for {address}")
    return link


class Program:
    """A client of the API with the token of a persona, or without one."""

    def __init__(self, product: Installation, persona: str | None = None) -> None:
        self.product, self.persona = product, persona
        headers = {"Authorization": f"Bearer {product.personas[persona]['api_token']}"} if persona else {}
        self.client = httpx.Client(base_url=f"{product.base_url}/api/v1", headers=headers, timeout=60)

    def __call__(self, method: str, path: str, **options: Any) -> httpx.Response:
        return self.client.request(method, path, **options)

    def read(self, path: str, **parameters: Any) -> Any:
        answer = self("GET", path, params=parameters)
        assert answer.status_code == httpx.codes.OK, answer.text
        return answer.json()

    def ticket(self, reference: str) -> dict[str, Any]:
        ticket: dict[str, Any] = self.read(f"/tickets/{reference}")
        return ticket

    def messages(self, reference: str) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.read(f"/tickets/{reference}/messages")["items"]
        return items

    def open(self, **fields: Any) -> dict[str, Any]:
        """Open a ticket; an agent asks in somebody's name."""
        if self.persona not in {"official", "colleague", "other_official"}:
            fields.setdefault("requester", {"email": new_address(), "name": "Griet Vermeulen"})
        asked = {"subject": f"Vraag {unique()}", "body": "Ik zie de module niet.", **fields}
        answer = self("POST", "/tickets", json=asked)
        assert answer.status_code == httpx.codes.CREATED, answer.text
        ticket: dict[str, Any] = answer.json()
        return ticket

    def change(self, reference: str, **changes: Any) -> httpx.Response:
        return self("PATCH", f"/tickets/{reference}", json=changes)

    def write(self, reference: str, body: str = "Probeer opnieuw.", kind: str = "public_reply", **more: Any) -> Any:
        answer = self("POST", f"/tickets/{reference}/messages", json={"body": body, "kind": kind, **more})
        assert answer.status_code == httpx.codes.CREATED, answer.text
        return answer.json()
