import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from integrations.mail.compile import CompileError, compile_file, sources


class Command(BaseCommand):
    help = "Compile the MJML sources of the mails to Django templates."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="only say whether a compiled file is stale")
        parser.add_argument("--json", action="store_true", help="print which files were stale as JSON")

    def handle(self, *_: Any, check: bool, **options: Any) -> None:
        try:
            compiled = {path.with_suffix(".html"): compile_file(path) for path in sources()}
        except CompileError as error:
            raise CommandError(str(error)) from error
        stale = [path for path, text in compiled.items() if not path.exists() or path.read_text("utf-8") != text]
        if options["json"]:
            self.stdout.write(json.dumps({"stale": [path.name for path in stale]}))
        if check and stale:
            raise CommandError(f"stale, run manage.py compilemail: {', '.join(path.name for path in stale)}")
        for path in stale:
            path.write_text(compiled[path], encoding="utf-8")
            self.stderr.write(f"wrote {path.name}")
