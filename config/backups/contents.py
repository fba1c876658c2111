"""The names of what a backup holds, in the order in which it holds them."""

import hashlib

TABLES = "tables/"
TABLE_SUFFIX = ".jsonl.gz"
FILES = "files/"
SECRET_KEY = "secret_key"  # noqa: S105 - the name of a file
MANIFEST = "manifest.json"
MANIFEST_SHA256 = "manifest.json.sha256"
TEXTS = (SECRET_KEY, MANIFEST, MANIFEST_SHA256)


def table_member(name: str) -> str:
    return f"{TABLES}{name}{TABLE_SUFFIX}"


def file_member(sha256: str) -> str:
    return f"{FILES}{sha256}"


def sha256_line(manifest: bytes) -> bytes:
    """Return the line by which `sha256sum --check` knows it too."""
    return f"{hashlib.sha256(manifest).hexdigest()}  {MANIFEST}\n".encode()
