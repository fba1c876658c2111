"""Check that every text of the interface has its Dutch, and that the compiled catalogue is the written one.

Run as `python -m tests.translations`; needs GNU gettext.
"""

import gettext
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = Path("nl_BE/LC_MESSAGES/django.po")
# Where texts of the interface stand.
SOURCES = ("config", "helpdesk", "integrations", "knowledgebase", "templates", "locale")


def main() -> int:
    if shutil.which("xgettext") is None:
        print("translations: GNU gettext is missing (apt-get install gettext)", file=sys.stderr)  # noqa: T201
        return 1
    with tempfile.TemporaryDirectory() as folder:
        problems = list(_problems(Path(folder)))
    for problem in problems:
        print(f"translations: {problem}", file=sys.stderr)  # noqa: T201
    return 1 if problems else 0


def _problems(folder: Path):
    # In a copy, because collecting writes to the catalogue it finds.
    for source in SOURCES:
        shutil.copytree(ROOT / source, folder / source)
    _collect(folder)
    for kind in ("untranslated", "only-fuzzy"):
        for line in _msgids(folder / "locale" / CATALOGUE, kind):
            yield f"{kind.removeprefix('only-')}: {line}"
    if _compiled_from(ROOT / "locale" / CATALOGUE) != _compiled(ROOT / "locale" / CATALOGUE):
        yield "django.mo is not what django.po says: run `make messages`"


def _collect(folder: Path) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django  # noqa: PLC0415 - after the settings are named
    from django.core.management import call_command  # noqa: PLC0415
    from django.test import override_settings  # noqa: PLC0415

    django.setup()
    os.chdir(folder)
    with override_settings(LOCALE_PATHS=[str(folder / "locale")]):
        call_command("makemessages", locale=["nl_BE"], no_obsolete=True, verbosity=0)


def _msgids(catalogue: Path, kind: str) -> list[str]:
    command = ["msgattrib", f"--{kind}", "--no-obsolete", "--no-wrap", str(catalogue)]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [line for line in output.splitlines() if line.startswith("msgid ") and line != 'msgid ""']


def _compiled_from(catalogue: Path) -> dict:
    with tempfile.NamedTemporaryFile(suffix=".mo") as target:
        subprocess.run(["msgfmt", "--check", "-o", target.name, str(catalogue)], check=True)
        return _messages(Path(target.name))


def _compiled(catalogue: Path) -> dict:
    return _messages(catalogue.with_suffix(".mo"))


def _messages(path: Path) -> dict:
    with path.open("rb") as file:
        return dict(gettext.GNUTranslations(file)._catalog)


if __name__ == "__main__":
    sys.exit(main())
