"""Make a fresh checkout or a new version ready to serve."""

import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from config.demo.loading import load_demo
from config.env import ROOT
from config.serving import has_tables
from helpdesk.search.engine import EngineUnavailableError
from helpdesk.search.indexing import Progress, ensure_index

DEPENDS_ON = (
    "static/**/*",
    "helpdesk/*/data/*",
    "helpdesk/accounts/organisation_*.py",
    "helpdesk/*/loading.py",
    "*/*/migrations/*.py",
    "knowledgebase/data/articles/*",
    "knowledgebase/loading.py",
    "knowledgebase/migrations/*.py",
    "config/demo/*.py",
)


class Command(BaseCommand):
    help = "Migrates, imports the data that ships, collects static files, and with DEMO=1 loads the demo."
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        stamp = settings.VAR_DIR / "prepared"
        fingerprint = _fingerprint()
        if stamp.exists() and stamp.read_text() == fingerprint and has_tables():
            return
        call_command("migrate", verbosity=0, skip_checks=True)
        call_command("import_organisations", stdout=self.stdout)
        call_command("import_catalogue", stdout=self.stdout)
        call_command("import_queues", stdout=self.stdout)
        call_command("import_synonyms", stdout=self.stdout)
        call_command("import_articles", stdout=self.stdout)
        call_command("collectstatic", interactive=False, verbosity=0)
        if settings.DEMO and load_demo():
            self.stdout.write("The demo is loaded.")
        self._build_index()
        stamp.write_text(fingerprint)

    def _build_index(self) -> None:
        """Make everything findable from the first page on; without its engine the worker does that later."""
        try:
            ensure_index(progress=Progress(self.stdout.write))
        except EngineUnavailableError as error:
            self.stderr.write(f"Search is not ready yet: {error}")


def _fingerprint() -> str:
    """Everything preparing depends on: what ships (by size and time of change), the database, and the mode."""
    digest = hashlib.sha256(f"{settings.DATABASES['default']['NAME']} {settings.DEMO}".encode())
    for pattern in DEPENDS_ON:
        for path in sorted(Path(ROOT).glob(pattern)):
            status = path.stat()
            digest.update(f"{path.relative_to(ROOT)} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()
