"""Clients under load: some at the form, who send once and no more; programs at the API, who try until they know."""

import base64
import hashlib
import json
import os
import secrets
import subprocess
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from ipaddress import IPv4Address
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

from tests.bench.pages import BOUNDARY, Browser
from tests.bench.server import HOST, ROOT, Product
from tests.faults.installation import Installation
from tests.faults.ledger import Ledger, Operation

FILE = 20 * 1024
# The door of a form that has a file with it.
WITH_FILE = "form with a file"
PAUSE_S = 0.05
# In one hand-over of a mail server.
QUESTIONS = 3
# Only what is broken takes so long, also on a busy machine.
GIVE_UP_S = 120.0
TIMEOUT_S = 60.0
BODY = "Ik krijg een foutmelding bij het aanmelden."
FORM = "application/x-www-form-urlencoded"


class Clients:
    """Everybody at work at once, until the context ends; then each finishes what it began."""

    def __init__(
        self,
        product: Installation,
        ledger: Ledger,
        *,
        at_form: int = 2,
        at_api: int = 2,
        with_files: int = 0,
        at_mail: int = 0,
    ) -> None:
        self._stopping = threading.Event()
        agent = Browser(product).sign_in("agent")
        agent.visit("/desk/")
        visitors = [FormClient(product, ledger, agent) for _ in range(at_form)]
        programs = [ApiClient(product, ledger) for _ in range(at_api)]
        uploaders = [FileClient(product, ledger) for _ in range(with_files)]
        senders = [MailClient(product, ledger) for _ in range(at_mail)]
        everybody: list[Client] = [*visitors, *programs, *uploaders, *senders]
        self._threads = [threading.Thread(target=self._work, args=(client,)) for client in everybody]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def _work(self, client: "Client") -> None:
        while not self._stopping.is_set():
            client.open_and_reply()


class FormClient:
    """Opens by the public form and answers by the desk's; whatever happens, it sends nothing twice."""

    def __init__(self, product: Product, ledger: Ledger, agent: Browser) -> None:
        self._product, self._ledger, self._agent = product, ledger, agent
        self._visitor = Browser(product)
        self._visitor.visit("/melden/")

    def open_and_reply(self) -> None:
        opening = self._ledger.begin("ticket", "form")
        receipt = self._post(self._visitor, "/melden/", question(opening), opening)
        if receipt is None:
            time.sleep(PAUSE_S)
            return
        reference = self._reference(receipt)
        if reference:
            reply = self._ledger.begin("reply", "form")
            fields = {"body": f"{BODY} {reply.marker}", "client_id": str(uuid.uuid4()), "status": ""}
            self._post(self._agent, f"/desk/t/{reference}/antwoord/", fields, reply)

    def _post(self, browser: Browser, path: str, fields: Mapping[str, str], operation: Operation) -> str | None:
        """Send once; return where the answer leads, None when it is not a yes."""
        typed = {**fields, "csrfmiddlewaretoken": browser.cookies["csrftoken"]}
        cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
        headers = {"Content-Type": FORM, "Cookie": cookies, "Accept": "text/html"}
        answer = send(self._product, "POST", path, headers, urlencode(typed).encode())
        if answer is None:
            return None
        if answer.status != HTTPStatus.SEE_OTHER:
            self._ledger.refuse(operation, answer.status, answer.headers.get("retry-after", ""))
            return None
        self._ledger.acknowledge(operation)
        return answer.headers["location"]

    def _reference(self, receipt: str) -> str:
        answer = send(self._product, "GET", receipt, {"Accept": "text/html"})
        if answer is None or answer.status != HTTPStatus.OK:
            return ""
        return answer.body.decode().partition('data-ticket-reference="')[2].partition('"')[0]


class ApiClient:
    """Opens and answers through the API, each time with a key, until it gets an answer it understands."""

    def __init__(self, product: Product, ledger: Ledger) -> None:
        self._product, self._ledger = product, ledger
        self._token = product.personas["agent"]["api_token"]

    def open_and_reply(self) -> None:
        opening = self._ledger.begin("ticket", "api")
        ticket = {
            "subject": opening.marker,
            "body": f"{BODY} {opening.marker}",
            "application": "loket",
            "requester": {"email": opening.address, "name": "An Peeters"},
        }
        opened = self.post("/api/v1/tickets", ticket, opening)
        if opened is None:
            return
        reply = self._ledger.begin("reply", "api")
        message = {"body": f"{BODY} {reply.marker}", "kind": "public_reply"}
        self.post(f"/api/v1/tickets/{opened['reference']}/messages", message, reply)

    def post(self, path: str, content: Mapping[str, Any], operation: Operation) -> dict[str, Any] | None:
        headers = {
            "Authorization": f"Bearer {self._token}",
            "Content-Type": "application/json",
            "Idempotency-Key": str(uuid.uuid4()),
        }
        deadline = time.monotonic() + GIVE_UP_S
        while time.monotonic() < deadline:
            answer = send(self._product, "POST", path, headers, json.dumps(content).encode())
            if answer is not None and answer.status == HTTPStatus.CREATED:
                self._ledger.acknowledge(operation)
                created: dict[str, Any] = json.loads(answer.body)
                return created
            if answer is not None:
                self._ledger.refuse(operation, answer.status, answer.headers.get("retry-after", ""))
                if answer.status < HTTPStatus.INTERNAL_SERVER_ERROR:
                    return None
            time.sleep(PAUSE_S)
        return None


class FileClient:
    """Asks with a file that no other file is like."""

    def __init__(self, product: Product, ledger: Ledger) -> None:
        self._product, self._ledger = product, ledger
        self._visitor = Browser(product)
        self._visitor.visit("/melden/")

    def open_and_reply(self) -> None:
        opening = self._ledger.begin("ticket", WITH_FILE)
        token = self._visitor.cookies["csrftoken"]
        headers, body = form(question(opening) | {"csrfmiddlewaretoken": token}, FILE)
        answer = send(self._product, "POST", "/melden/", headers | {"Cookie": f"csrftoken={token}"}, body)
        if answer is not None and answer.status == HTTPStatus.SEE_OTHER:
            self._ledger.acknowledge(opening)
        elif answer is not None:
            self._ledger.refuse(opening, answer.status, answer.headers.get("retry-after", ""))
        time.sleep(PAUSE_S)


class MailClient:
    """A mail server: hands over what it has, and keeps what it got no id for, to offer the same bytes again."""

    def __init__(self, installation: Installation, ledger: Ledger) -> None:
        self._installation, self._ledger = installation, ledger
        self._waiting: dict[str, tuple[Operation, bytes]] = {}
        self._answered: set[str] = set()

    def open_and_reply(self) -> None:
        for mail in (self._question() for _ in range(QUESTIONS)):
            self._waiting[mail[0].marker] = mail
        for mail in islice(self._replies(), QUESTIONS):
            self._waiting[mail[0].marker] = mail
        self.offer()

    def offer(self) -> None:
        mails = {name: raw for name, (_operation, raw) in self._waiting.items()}
        offered = offer_mails(self._installation, mails)
        for name, sha256 in offered.taken.items():
            operation, raw = self._waiting.pop(name)
            assert sha256 == hashlib.sha256(raw).hexdigest()
            self._ledger.acknowledge(operation)
        for operation, _raw in self._waiting.values():
            self._ledger.refuse(operation, offered.code, "")

    def _question(self) -> tuple[Operation, bytes]:
        operation = self._ledger.begin("ticket", "mail")
        return operation, letter(operation, sender=operation.address)

    def _replies(self) -> Iterator[tuple[Operation, bytes]]:
        """Yield answers to confirmations of questions that nobody here has answered yet."""
        mine = {operation.address for operation in self._ledger.begun if operation.door == "mail"}
        for message_id, address in self._installation.sent_confirmations():
            if address in mine and address not in self._answered:
                self._answered.add(address)
                operation = self._ledger.begin("reply", "mail")
                yield operation, letter(operation, sender=address, fields=f"In-Reply-To: {message_id}\r\n")


@dataclass(frozen=True)
class Offered:
    """How `ingest_mail --batch` ended, and the sha256 of each file it gave an id for."""

    code: int
    taken: dict[str, str]


def offer_mails(installation: Installation, mails: Mapping[str, bytes]) -> Offered:
    with tempfile.TemporaryDirectory() as folder:
        for name, raw in mails.items():
            Path(folder, name).write_bytes(raw)
        command = [*installation.python, "manage.py", "ingest_mail", "--batch", folder]
        done = subprocess.run(command, check=False, cwd=ROOT, env=installation.environment, capture_output=True)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return Offered(done.returncode, {line["file"]: line["sha256"] for line in lines if line["inbound_id"]})


def letter(operation: Operation, *, sender: str, fields: str = "", file: bytes = b"") -> bytes:
    """Return a mail in which everything but the marker is always the same."""
    head = f"From: An Peeters <{sender}>\r\nTo: help@contactpunt.example\r\nSubject: {operation.marker}\r\n{fields}"
    text = f"{BODY} {operation.marker}\r\n".encode()
    if not file:
        return f"{head}\r\n".encode() + text
    kind = f'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="{BOUNDARY}"\r\n\r\n'
    part = b'Content-Type: application/pdf; name="a.pdf"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    parts = [b"Content-Type: text/plain\r\n\r\n" + text, part + base64.encodebytes(file)]
    body = b"".join(f"--{BOUNDARY}\r\n".encode() + each + b"\r\n" for each in parts)
    return f"{head}{kind}".encode() + body + f"--{BOUNDARY}--\r\n".encode()


Client = FormClient | ApiClient | FileClient | MailClient


class Answer:
    def __init__(self, link: HTTPConnection) -> None:
        response = link.getresponse()
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.body = response.read()


def send(product: Product, method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> Answer | None:
    """Return the answer, None when there is none: the server is away, or died before it answered completely.

    Each comes from another address; a quick machine would reach what may come from one.
    """
    link = HTTPConnection(HOST, product.port, timeout=TIMEOUT_S)
    somewhere = str(IPv4Address(secrets.randbits(32)))
    try:
        link.request(method, path, body=body or None, headers={**headers, "X-Forwarded-For": somewhere})
        return Answer(link)
    except (OSError, HTTPException):
        return None
    finally:
        link.close()


def question(operation: Operation) -> dict[str, str]:
    return {
        "name": "An Peeters",
        "email": operation.address,
        "organisation": "",
        "application": "loket",
        "subject": operation.marker,
        "body": f"{BODY} {operation.marker}",
        "website": "",
    }


def form(fields: dict[str, str], size: int) -> tuple[dict[str, str], bytes]:
    """Return headers and body of a form with a file that no other file is like."""
    disposition = "Content-Disposition: form-data; name="
    parts = [f'--{BOUNDARY}\r\n{disposition}"{name}"\r\n\r\n{value}' for name, value in fields.items()]
    head = "\r\n".join(parts).encode()
    file = f'\r\n--{BOUNDARY}\r\n{disposition}"attachments"; filename="a.bin"\r\n\r\n'
    body = head + file.encode() + os.urandom(size) + f"\r\n--{BOUNDARY}--\r\n".encode()
    return {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}, body
