"""Section 5: a backup restored elsewhere is the product that was; on another database too."""

import json
import os
from contextlib import ExitStack

import pytest

from tests.contract.visitor import Program, Visitor

pytestmark = pytest.mark.engines

FILE = ("attachments", ("scherm.txt", b"foutmelding", "text/plain"))


@pytest.fixture
def old(another_product):
    product = another_product()
    product.start()
    return product


def told(product, command, path):
    """Run backup or restore; return which rows and files there were."""
    done = product.manage(command, str(path), "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert "Traceback" not in done.stderr
    return {"tables": report["tables"], "files": report["files"]}


@pytest.fixture
def at():
    """Return a function that makes a browser or a program at one of several installations."""
    with ExitStack() as stack:

        def make(product, persona=None, *, kind=Visitor, cookies=None):
            made = kind(product, persona)
            stack.callback(made.client.close)
            made.client.cookies.update(cookies or {})
            return made

        yield make


def test_what_is_restored_elsewhere_serves_as_it_did(old, factory, at, tmp_path):
    _reference, link = at(old).ask_with_link()
    asked = at(old).ask(files=[FILE])
    agent = at(old, "agent")
    token = old.personas["agent"]["api_token"]
    old.settle()
    taken = told(old, "backup", tmp_path / "backup.tar")

    new = factory.empty()
    assert told(new, "restore", tmp_path / "backup.tar") == taken
    assert new.manage("prepare").returncode == 0
    assert told(new, "backup", tmp_path / "again.tar") == taken
    try:
        new.start()
        assert at(new).get(link).status == 200
        assert at(new, cookies=agent.client.cookies).get("/desk/").status == 200
        assert new.personas["agent"]["api_token"] == token
        program = at(new, "agent", kind=Program)
        attachment = program.messages(asked)[0]["attachments"][0]
        assert program.client.get(attachment["url"].replace(old.base_url, new.base_url)).content == b"foutmelding"
        existing = {ticket["reference"] for ticket in program.read("/tickets", limit=200)["items"]}
        assert at(new).ask() not in existing
        assert program.write(asked)["body_text"] == "Probeer opnieuw."
    finally:
        new.stop()


@pytest.mark.skipif(not os.environ.get("DATABASE_URL"), reason="there is one database here: SQLite")
def test_a_backup_moves_from_sqlite_to_postgresql_and_back(old, factory, at, tmp_path):
    at(old).ask(files=[FILE])
    old.settle()
    taken = told(old, "backup", tmp_path / "postgresql.tar")
    on_sqlite, on_postgresql = factory.empty(), factory.empty()
    on_sqlite.variables = {}
    assert told(on_sqlite, "restore", tmp_path / "postgresql.tar") == taken
    assert told(on_sqlite, "backup", tmp_path / "sqlite.tar") == taken
    assert (on_sqlite.var / "aanspreekpunt.sqlite3").exists()
    assert told(on_postgresql, "restore", tmp_path / "sqlite.tar") == taken
    assert told(on_postgresql, "backup", tmp_path / "again.tar") == taken


def test_a_broken_backup_changes_nothing_and_says_so_in_one_line(another_product, tmp_path):
    product, path = another_product(), tmp_path / "backup.tar"
    before = told(product, "backup", path)
    path.write_bytes(path.read_bytes()[:-2000])
    done = product.manage("restore", str(path), "--json")
    assert (done.returncode > 0, done.stdout, done.stderr.count("\n")) == (True, "", 1)
    assert str(path) in done.stderr
    assert told(product, "backup", path) == before


def test_another_secret_key_is_noticed(another_product, factory, tmp_path):
    product, path = another_product(), tmp_path / "backup.tar"
    told(product, "backup", path)
    done = factory.empty().manage("restore", str(path), SECRET_KEY="een-andere-sleutel")
    assert done.returncode == 0
    assert "SECRET_KEY is not the one of the backup" in done.stderr
    done = factory.empty().manage("restore", str(path))
    assert "restart the server" in done.stderr
