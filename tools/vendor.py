"""Copy the third-party browser files we ship out of npm tarballs, and write down what they are.

Usage, in an empty folder:

    npm pack htmx.org@2.0.11 idiomorph@0.8.0 lucide-static@1.62.0
    python tools/vendor.py .

`tests/architecture/test_vendored.py` fails when static/vendor/ differs from its MANIFEST.json.
"""

import hashlib
import json
import re
import sys
import tarfile
from pathlib import Path
from typing import Any

VENDOR = Path(__file__).resolve().parent.parent / "static" / "vendor"
LICENCES = {"htmx.org": "0BSD", "idiomorph": "0BSD", "lucide-static": "ISC AND MIT"}
COPIED = {
    "htmx.org": {"dist/htmx.min.js": "htmx/htmx.min.js", "LICENSE": "htmx/LICENSE"},
    "idiomorph": {"dist/idiomorph-ext.min.js": "idiomorph/idiomorph-ext.min.js", "LICENSE": "idiomorph/LICENSE"},
    "lucide-static": {"LICENSE": "lucide/LICENSE"},
}
SPRITE = "lucide/sprite.svg"
ICONS = [
    "arrow-left", "arrow-right", "building-2", "check", "chevron-down", "chevron-left", "chevron-right",
    "circle-alert", "circle-check", "clock", "copy", "download", "external-link", "eye-off", "file-text",
    "globe", "history", "hourglass", "inbox", "info", "keyboard", "life-buoy", "list", "lock", "log-in",
    "log-out", "mail", "message-square", "monitor", "moon", "paperclip", "pencil", "phone", "plus",
    "refresh-cw", "reply", "search", "send", "settings", "shield-check", "sun", "tag", "triangle-alert",
    "upload", "user", "users", "wifi", "wifi-off", "x",
]  # fmt: skip
SHAPES = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


def main() -> None:
    """Vendor every package of COPIED from the tarballs in the folder given."""
    if len(sys.argv) != len(("program", "folder")):
        sys.exit(__doc__)
    packages = [vendored(read_tarball(path)) for path in sorted(Path(sys.argv[1]).glob("*.tgz"))]
    missing = set(COPIED) - {package["name"] for package in packages}
    if missing:
        sys.exit(f"No tarball for {', '.join(sorted(missing))}: run the npm pack line of this file's first page.")
    (VENDOR / "MANIFEST.json").write_text(json.dumps({"packages": packages}, indent=2) + "\n")


def read_tarball(path: Path) -> dict[str, bytes]:
    """Return every file of an npm tarball by its path inside the package."""
    with tarfile.open(path) as tarball:
        members = {member.name.removeprefix("package/"): tarball.extractfile(member) for member in tarball}
        return {name: file.read() for name, file in members.items() if file}


def vendored(files: dict[str, bytes]) -> dict[str, Any]:
    """Write the wanted files of one package and describe them for the manifest."""
    package = json.loads(files["package.json"])
    name = package["name"]
    written = {target: files[source] for source, target in COPIED[name].items()}
    if name == "lucide-static":
        written[SPRITE] = sprite(files)
    for target, content in written.items():
        (VENDOR / target).parent.mkdir(parents=True, exist_ok=True)
        (VENDOR / target).write_bytes(content)
    return {
        "name": name,
        "version": package["version"],
        "licence": LICENCES[name],
        "files": {target: hashlib.sha256(content).hexdigest() for target, content in sorted(written.items())},
    }


def sprite(files: dict[str, bytes]) -> bytes:
    """One SVG file with a symbol for each of ICONS."""
    symbols = [symbol(name, files[f"icons/{name}.svg"].decode()) for name in ICONS]
    return "\n".join(['<svg xmlns="http://www.w3.org/2000/svg">', *symbols, "</svg>", ""]).encode()


def symbol(name: str, icon: str) -> str:
    """The shapes of one icon as a symbol that takes its colour from the text around it."""
    found = SHAPES.search(icon)
    if found is None:
        sys.exit(f"The icon {name} has no shapes.")
    shapes = re.sub(r"\s*\n\s*", "", found[1])
    pen = 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'
    return f'<symbol id="{name}" viewBox="0 0 24 24" {pen}>{shapes}</symbol>'


if __name__ == "__main__":
    main()
