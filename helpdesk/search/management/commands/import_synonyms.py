"""`manage.py import_synonyms`"""

from dataclasses import dataclass
from typing import Any

from django.core.management.base import BaseCommand

from helpdesk.kernel.history import SYSTEM
from helpdesk.search.services import load_synonyms


@dataclass(frozen=True)
class _System:
    code: str = SYSTEM


class Command(BaseCommand):
    help = "Brings the shipped synonyms into a database that never had any; editors change them from then on."
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        self.stderr.write(f"Synonyms: {load_synonyms(actor=_System())} created.", style_func=str)
