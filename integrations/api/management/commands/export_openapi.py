"""`manage.py export_openapi`: prints the description of the API, as `docs/api/openapi.json` holds it."""

from typing import Any

from django.core.management.base import BaseCommand

from integrations.api.api import api
from integrations.api.openapi import document


class Command(BaseCommand):
    help = "Print the OpenAPI description of the API."

    def handle(self, *_args: Any, **_options: Any) -> None:
        self.stdout.write(document(api).decode(), ending="")
