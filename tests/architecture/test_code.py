"""Rules about the code that no linter knows."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from config.env import ROOT, Environment
from config.wiring import WIRING
from helpdesk.kernel.events import Event

ROOMS = ("kernel", "search", "accounts", "catalogue", "tickets", "submissions", "mailbox", "mail", "api")
WRITES = {"save", "create", "bulk_create", "update", "delete", "bulk_update", "get_or_create", "update_or_create"}
NO_WRITES_IN = re.compile(r"(views?|consumers|subscribers|tasks|routes|middleware|selectors|policies|forms)\b")
LONGEST_FUNCTION = 60
LONGEST_FILE = 500


def sources():
    return sorted(
        path
        for package in ("config", "helpdesk", "integrations")
        for path in (ROOT / package).rglob("*.py")
        if "migrations" not in path.parts
    )


def name_of(path):
    return str(path.relative_to(ROOT))


def orm_writes(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES:
            chain = ast.unparse(node.func)
            if ".objects." in chain or node.func.attr in {"save", "bulk_create"} or "_set." in chain:
                yield f"line {node.lineno}: {chain}"


@pytest.mark.parametrize("path", sources(), ids=name_of)
def test_pages_and_workers_write_through_services(path):
    if not NO_WRITES_IN.search(name_of(path)) or "services" in path.parts:
        return

    assert list(orm_writes(ast.parse(path.read_text()))) == []


def test_the_rule_about_writes_notices_one():
    planted = ast.parse(
        "def view(request):\n    Ticket.objects.filter(pk=1).update(status='closed')\n    ticket.save()"
    )

    assert len(list(orm_writes(planted))) == 2


@pytest.mark.parametrize("path", sources(), ids=name_of)
def test_functions_and_files_stay_short(path):
    text = path.read_text()
    long = [
        node.name
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION
    ]

    assert long == []
    assert text.count("\n") <= LONGEST_FILE


def test_foreign_keys_point_down_the_rooms():
    upward = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in ROOMS
        for field in model._meta.get_fields()
        if field.concrete
        and field.is_relation
        and field.related_model._meta.app_label in ROOMS
        and ROOMS.index(field.related_model._meta.app_label) > ROOMS.index(model._meta.app_label)
    ]

    assert upward == []


def test_persons_and_message_bodies_leave_no_history():
    kept = {model._meta.model_name for model in apps.get_models() if model._meta.model_name.startswith("historical")}

    assert kept.isdisjoint({"historicalperson", "historicalmessagebody", "historicalmessage", "historicalaccesslink"})
    assert "historicalticket" in kept
    assert "subject" not in {field.name for field in apps.get_model("tickets", "HistoricalTicket")._meta.get_fields()}


def events(kind=Event):
    for subclass in kind.__subclasses__():
        if subclass.__module__.startswith(("helpdesk.", "integrations.", "knowledgebase.")):
            yield subclass
            yield from events(subclass)


def test_every_event_is_wired_under_its_own_name_and_carries_no_text():
    known = list(events())

    assert set(known) == set(WIRING)
    assert len({event.name for event in known}) == len(known)
    fields = {(name, str(kind)) for event in known for name, kind in event.__annotations__.items()}
    numbers = {"<class 'int'>", "<class 'bool'>", "list[int]", "list[str]", "typing.ClassVar[str]"}
    assert {name for name, kind in fields if kind not in numbers} <= {"kind"}


def test_every_environment_variable_is_explained():
    explained = (ROOT / "docs" / "settings.md").read_text()

    assert [name for name in Environment.model_fields if f"`{name}`" not in explained] == []


def test_no_signals_and_no_receivers():
    guilty = [name_of(path) for path in sources() if re.search(r"@receiver|\.connect\(", path.read_text())]

    assert guilty == []


def test_a_wrong_value_in_the_environment_stops_the_start_with_one_clear_line(tmp_path):
    result = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env={"PATH": "/usr/bin", "VAR_DIR": str(tmp_path), "DATABASE_URL": "mysql://nee"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 78
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith("aanspreekpunt: DATABASE_URL: ")


def test_the_demo_never_starts_on_an_address_others_can_reach(tmp_path):
    result = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env={"PATH": "/usr/bin", "VAR_DIR": str(tmp_path), "BASE_URL": "https://contactpunt.example", "DEMO": "1"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (result.returncode, result.stderr.count("\n")) == (78, 1)
    assert "DEMO=0" in result.stderr


def test_settings_know_no_secret():
    assert settings.SECRET_KEY not in Path(ROOT / "config" / "settings.py").read_text()
