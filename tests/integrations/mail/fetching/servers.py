"""A real IMAP server on ports of its own, and somebody between it and us who breaks things."""

import imaplib
import itertools
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from tests.engines.services import free_port, own, unprivileged, wait_until

HOST = "127.0.0.1"
PASSWORD = "geheim/zin@loket"
PROGRAM = shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin")
CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
disable_plaintext_auth = no
ssl = yes
ssl_cert = <{folder}/certificate
ssl_key = <{folder}/key
mail_home = {folder}/mail/%u
mail_location = maildir:{folder}/mail/%u
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
# Whoever failed to sign in would be made to wait.
auth_failure_delay = 0
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
"""


class Dovecot:
    """Dovecot as nobody special: everybody has a mailbox, with the same password."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port, self.tls_port = free_port(), free_port()
        self.certificate = folder / "certificate"
        self._names = (f"bus{number}" for number in itertools.count())
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        user = unprivileged("nobody")
        name = user or subprocess.run(["id", "-un"], check=True, capture_output=True, text=True).stdout.strip()
        group = subprocess.run(["id", "-gn", name], check=True, capture_output=True, text=True).stdout.strip()
        self._make_certificate()
        values = {"folder": self.folder, "user": name, "group": group, "password": PASSWORD}
        text = CONFIGURATION.format(**values, port=self.port, tls_port=self.tls_port)
        (self.folder / "configuration").write_text(text)
        for path in (self.folder, self.folder / "key"):
            shutil.chown(path, user or name)
        self._process = subprocess.Popen(
            [str(PROGRAM), "-F", "-c", str(self.folder / "configuration")],
            **({"user": user, "group": group, "extra_groups": []} if user else {}),
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_until(self._answers, "Dovecot does not answer")

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(20)

    def new_mailbox(self) -> "Postbox":
        return Postbox(self, next(self._names))

    def _make_certificate(self) -> None:
        own(self.folder, None)
        subject = ("-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1")
        files = ("-keyout", str(self.folder / "key"), "-out", str(self.certificate))
        command = ("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *subject, *files)
        subprocess.run(command, check=True, capture_output=True)

    def _answers(self) -> bool:
        with suppress(OSError), socket.create_connection((HOST, self.port), timeout=1) as link:
            return link.recv(4) == b"* OK"
        return False


@dataclass
class Postbox:
    """The mailbox of one test, as its owner sees it."""

    server: Dovecot
    user: str
    folder: str = "Vragen"

    def __post_init__(self) -> None:
        with self.opened() as client:
            client.create(self.folder)

    def settings(self, *, port: int | None = None, security: str = "none", **others: str) -> dict:
        values = {"host": HOST, "user": self.user, "password": PASSWORD, "folder": self.folder}
        return values | {"port": port or self.server.port, "security": security} | others

    def url(self, *, port: int | None = None, scheme: str = "imap") -> str:
        return f"{scheme}://{self.user}:{quote(PASSWORD, safe='')}@{HOST}:{port or self.server.port}/{self.folder}"

    @contextmanager
    def opened(self, folder: str = "INBOX") -> Iterator[imaplib.IMAP4]:
        with imaplib.IMAP4(HOST, self.server.port, timeout=60) as client:
            client.login(self.user, PASSWORD)
            client.select(folder)
            yield client

    def receive(self, *mails: bytes) -> None:
        with self.opened() as client:
            for mail in mails:
                assert client.append(self.folder, None, None, mail)[0] == "OK"

    def remove(self, uid: int) -> None:
        with self.opened(self.folder) as client:
            client.uid("STORE", str(uid), "+FLAGS.SILENT", r"(\Deleted)")
            client.expunge()

    def number_anew(self, *mails: bytes) -> None:
        with self.opened() as client:
            client.delete(self.folder)
            client.create(self.folder)
        self.receive(*mails)

    def seen(self) -> list[int]:
        with self.opened(self.folder) as client:
            return [int(uid) for uid in client.uid("SEARCH", "SEEN")[1][0].split()]


CUT = object()


@dataclass
class Between:
    """Passes on what both sides say. `on_command` sees each line of ours and may cut the answer, or give its own."""

    server_port: int
    on_command: Callable[[bytes], object] = lambda _line: None
    listener: socket.socket = field(default_factory=lambda: socket.create_server((HOST, 0)))
    conversations: int = 0

    @property
    def port(self) -> int:
        return self.listener.getsockname()[1]

    def start(self) -> None:
        threading.Thread(target=self._accept, daemon=True).start()

    def stop(self) -> None:
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                ours, _ = self.listener.accept()
                self.conversations += 1
                theirs = socket.create_connection((HOST, self.server_port))
                threading.Thread(target=self._pass_on, args=(ours, theirs), daemon=True).start()

    def _pass_on(self, ours: socket.socket, theirs: socket.socket) -> None:
        cutting = threading.Event()
        back = threading.Thread(target=self._pass_back, args=(theirs, ours, cutting), daemon=True)
        back.start()
        with ours, theirs, ours.makefile("rb") as lines, suppress(OSError):
            for line in lines:
                answer = self.on_command(line)
                if isinstance(answer, bytes):
                    ours.sendall(answer.replace(b"TAG", line.split()[0]))
                    continue
                if answer is CUT:
                    cutting.set()
                theirs.sendall(line)
            theirs.shutdown(socket.SHUT_RDWR)
        back.join(5)

    def _pass_back(self, theirs: socket.socket, ours: socket.socket, cutting: threading.Event) -> None:
        with suppress(OSError):
            while said := theirs.recv(65536):
                if cutting.is_set():
                    ours.sendall(said[:60])
                    break
                ours.sendall(said)
            ours.shutdown(socket.SHUT_RDWR)


def folder_for_anybody() -> Path:
    """Return a new folder that the server's user can reach, which pytest's own is not."""
    folder = Path(tempfile.mkdtemp(prefix="aanspreekpunt-imap-", dir="/var/tmp"))
    folder.chmod(0o755)
    return folder
