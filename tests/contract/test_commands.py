"""Section 5: the commands, their output and what they leave."""

import json
import subprocess
import sys

import httpx

from tests.contract.installation import ROOT
from tests.contract.visitor import new_address


def test_the_doctor_lists_every_engine_with_its_version_and_whether_it_answered(product):
    done = product.manage("doctor", "--json")
    report = json.loads(done.stdout)
    assert done.returncode == 0
    assert report["ok"] is True
    assert all(engine["ok"] is True and engine["engine"] for engine in report["engines"])
    engines = {engine["name"]: engine for engine in report["engines"]}
    assert {"database", "broker", "channel_layer"} <= set(engines)
    assert engines["database"]["version"]


def test_the_doctor_fails_when_an_engine_is_silent(product):
    done = product.manage("doctor", "--json", EMAIL_URL="smtp://127.0.0.1:9")
    assert done.returncode != 0
    assert [engine["name"] for engine in json.loads(done.stdout)["engines"] if not engine["ok"]] == ["mail"]


def test_send_mail_tells_what_became_of_it(product):
    done = product.manage("send_mail", "--json")
    assert done.returncode == 0
    assert set(json.loads(done.stdout)) == {"queued", "sent", "failed", "held"}


def test_work_does_what_waits_and_speaks_on_stderr_only(product):
    done = product.manage("work", "--until-idle")
    assert (done.returncode, done.stdout) == (0, "")


def test_work_tells_programs_what_it_did_and_what_is_left(product):
    done = product.manage("work", "--until-idle", "--json")
    report = json.loads(done.stdout)
    assert done.returncode == 0
    assert set(report) == {"deliveries", "pending", "dead"}
    assert done.stderr == f"{report['deliveries']} deliveries\n"
    assert report["dead"] == 0


def test_work_that_would_not_end_is_refused_without_data(product):
    done = product.manage("work", "--json")
    assert (done.returncode > 0, done.stdout) == (True, "")


def test_the_server_tells_programs_where_it_serves(another_product):
    installation = another_product()
    command = [sys.executable, "manage.py", "serve", "--json"]
    log = (installation.var / "log").open("ab")
    with (
        log,
        subprocess.Popen(
            command, cwd=ROOT, env=installation.environment(), stdout=subprocess.PIPE, stderr=log, text=True
        ) as server,
    ):
        place = json.loads(server.stdout.readline())
        assert place == {"base_url": installation.base_url, "port": installation.port, "pid": server.pid}
        assert httpx.get(f"{place['base_url']}/healthz").status_code == 200
        server.terminate()
        assert (server.stdout.read(), server.wait(30)) == ("", 0)


def test_organisations_are_imported_once(product):
    done = product.manage("import_organisations", "--json")
    report = json.loads(done.stdout)
    assert done.returncode == 0
    assert (report["current"], report["dissolved"]) == (1170, 38)
    assert (report["created"], report["updated"], report["unchanged"]) == (0, 0, 1208)


def test_the_compiled_mails_are_fresh(product):
    done = product.manage("compilemail", "--check")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_first_administrator_signs_in_with_a_password(product, stranger):
    arguments = ("--username", "eerste", "--name", "Eerste Beheerder", "--email", new_address(), "--password-stdin")
    done = product.manage("create_admin", "--json", *arguments, text="een-lange-zin-van-vier\n")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["username"] == "eerste"
    page = stranger.send("/aanmelden/", {"username": "eerste", "password": "een-lange-zin-van-vier"})
    assert (page.status, page.answer.headers["location"]) == (303, "/beheer/")
    assert stranger.get("/beheer/").status == 200


def test_a_weak_password_makes_no_administrator(product):
    arguments = ("--username", "zwak", "--name", "Zwak", "--email", new_address(), "--password-stdin")
    done = product.manage("create_admin", *arguments, text="123456789012\n")
    assert (done.returncode > 0, done.stdout) == (True, "")
    assert "Traceback" not in done.stderr
