"""The product is free of licences that would bind those who run or change it."""

import re
from importlib.metadata import distribution

from config.env import ROOT

FORBIDDEN = re.compile(r"\b(A?GPL)|(?<!Lesser )General Public License|Affero", re.IGNORECASE)
# LGPL libraries are used as libraries, unchanged: that is what the licence allows.
LESSER = re.compile(r"LGPL|Lesser General Public", re.IGNORECASE)


def product():
    return re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements.lock").read_text(), re.MULTILINE)


def licence_of(name):
    metadata = distribution(name).metadata
    classifiers = [value for value in metadata.get_all("Classifier", []) if value.startswith("License")]
    return " / ".join([metadata.get("License-Expression") or "", (metadata.get("License") or "")[:200], *classifiers])


def is_forbidden(licence):
    return bool(FORBIDDEN.search(licence)) and not LESSER.search(licence)


def test_no_library_of_the_product_is_gpl_or_agpl():
    assert {name: licence_of(name) for name in product() if is_forbidden(licence_of(name))} == {}


def test_the_rule_knows_what_to_refuse():
    assert is_forbidden("GPL-3.0-or-later")
    assert is_forbidden("GNU Affero General Public License v3")
    assert not is_forbidden("LGPL-3.0-only")
    assert not is_forbidden("MIT")


def test_every_library_is_pinned_with_a_hash():
    for lock in ("requirements.lock", "requirements-dev.lock"):
        entries = re.split(r"\n(?=[a-z])", (ROOT / lock).read_text().strip())
        assert [entry.split("==")[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_no_registry_host_stands_in_a_lock():
    assert re.findall(r"https?://\S+", (ROOT / "requirements.lock").read_text()) == []
