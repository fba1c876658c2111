"""What we ship of others is exactly what the manifest says, and nothing besides."""

import hashlib
import json
from pathlib import Path

VENDOR = Path(__file__).resolve().parents[2] / "static" / "vendor"
MANIFEST = VENDOR / "MANIFEST.json"
FREE_LICENCES = {"0BSD", "ISC AND MIT", "MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0"}


def packages():
    return json.loads(MANIFEST.read_text())["packages"]


def test_vendored_files_are_those_of_the_manifest_byte_for_byte():
    promised = {path: digest for package in packages() for path, digest in package["files"].items()}
    found = {
        str(path.relative_to(VENDOR)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*")
        if path.is_file() and path != MANIFEST
    }

    assert found == promised


def test_every_vendored_package_names_its_version_and_brings_its_licence():
    for package in packages():
        assert package["version"][0].isdigit()
        assert package["licence"] in FREE_LICENCES
        assert any(path.endswith("/LICENSE") for path in package["files"]), package["name"]


def test_htmx_stays_on_the_second_major_version():
    assert [package["version"].split(".")[0] for package in packages() if package["name"] == "htmx.org"] == ["2"]
