"""Section 1: how it starts, ends and starts again, and what it says about itself."""

import re
import signal
import stat
from urllib.parse import urlsplit

import httpx
import pytest

from tests.contract.installation import cpu_seconds

PERSONAS = {
    "official", "colleague", "other_official", "agent", "agent_other_queue", "supervisor", "editor", "analyst", "admin"
}  # fmt: skip
HOMES = {
    "official": "/mijn/",
    "colleague": "/mijn/",
    "other_official": "/mijn/",
    "agent": "/desk/",
    "agent_other_queue": "/desk/",
    "supervisor": "/desk/",
    "admin": "/beheer/",
}


def test_the_pid_stands_in_a_file(product):
    assert int((product.var / "serve.pid").read_text()) == product.server.pid


def test_preparing_again_imports_nothing(product):
    again = product.manage("prepare")
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")


def test_after_kill_9_it_is_healthy_again_within_five_seconds_and_the_demo_stays_valid(another_product):
    installation = another_product()
    installation.start()
    before = installation.demo
    assert installation.end(signal.SIGKILL) == -signal.SIGKILL
    installation.start()
    # In its own time, because a machine that does more at once stretches the clock.
    assert cpu_seconds(installation.server) < 5
    assert installation.demo == before
    token = before["personas"]["official"]["api_token"]
    headers = {"Authorization": f"Bearer {token}"}
    assert httpx.get(f"{installation.base_url}/api/v1/tickets", headers=headers).status_code == 200
    assert httpx.get(before["personas"]["official"]["login_url"]).status_code == 302
    assert installation.end(signal.SIGTERM) == 0


def test_without_demo_nobody_is_let_in_links_use_the_base_url_and_an_interrupt_ends_it_with_0(another_product, product):
    installation = another_product(DEMO="0", BASE_URL="https://contactpunt.example")
    installation.start()
    login = urlsplit(product.personas["admin"]["login_url"]).path
    # The reverse proxy in front speaks https.
    https = {"Host": "contactpunt.example", "X-Forwarded-Proto": "https"}
    assert httpx.get(f"{installation.base_url}{login}", headers=https).status_code in {301, 404}
    assert httpx.get(f"{installation.base_url}/api/v1/applications").headers["location"].startswith("https://")
    assert installation.end(signal.SIGINT) == 0


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PORT", "many"),
        ("DEMO", "perhaps"),
        ("BASE_URL", "ftp://127.0.0.1"),
        ("DATABASE_URL", "mysql://x"),
        ("REDIS_URL", "localhost"),
        ("EMAIL_URL", "localhost:25"),
        ("IMAP_URL", "imaps://mail.example/INBOX"),
        ("INBOUND_DOMAIN", "geen domein"),
        ("TRUSTED_PROXIES", "the proxy"),
        ("HOST", "not a host"),
        ("BRAND_DIR", "/does/not/exist"),
    ],
)
def test_a_value_that_does_not_parse_stops_the_start_with_one_clear_line(prepared_product, variable, value):
    done = prepared_product.manage("serve", **{variable: value})
    assert done.returncode > 0
    assert done.stderr.count("\n") == 1
    assert variable in done.stderr


def test_a_variable_of_a_later_version_is_said_to_do_nothing(another_product):
    installation = another_product(STORAGE_URL="s3://bucket", OIDC_CLIENT_ID="x")
    installation.start()
    said = [
        line.split(" is set, but")[0].split()[-1] for line in installation.log.splitlines() if "is set, but" in line
    ]
    assert said == ["OIDC_CLIENT_ID", "STORAGE_URL"]


def test_the_demo_is_refused_where_others_can_reach_it(prepared_product):
    done = prepared_product.manage("serve", BASE_URL="http://10.0.0.1:8000")
    assert done.returncode > 0
    assert done.stderr.count("\n") == 1
    assert "DEMO" in done.stderr
    assert "BASE_URL" in done.stderr


def test_demo_json_says_who_there_is_and_how_to_be_them(product):
    demo = product.demo
    assert set(demo) == {"base_url", "inbound_address", "personas"}
    assert demo["base_url"] == product.base_url
    assert demo["inbound_address"] == "help@contactpunt.example"
    assert set(demo["personas"]) == PERSONAS
    for persona in demo["personas"].values():
        assert set(persona) == {"login_url", "api_token", "email", "name", "organisation"}
        assert persona["email"].endswith(".example")
        assert persona["organisation"].startswith("http")
        assert persona["login_url"].startswith(product.base_url)
        assert persona["api_token"]
        assert persona["name"]


def test_only_the_owner_reads_the_keys(product):
    for name in ("demo.json", "secret_key"):
        assert stat.S_IMODE((product.var / name).stat().st_mode) == 0o600


def test_officials_belong_to_two_municipalities(product, program):
    personas = product.personas
    assert personas["official"]["organisation"] == personas["colleague"]["organisation"]
    assert personas["official"]["organisation"] != personas["other_official"]["organisation"]
    for name in ("official", "other_official"):
        found = program().read("/organisations", q=personas[name]["organisation"])["items"]
        assert [row["classification"] for row in found if row["uri"] == personas[name]["organisation"]] == ["Gemeente"]


@pytest.mark.parametrize(
    ("persona", "queues"),
    [
        ("agent", {"intake", "aanmelden", "loket"}),
        ("supervisor", {"intake", "aanmelden", "loket"}),
        ("agent_other_queue", {"andere-entiteit"}),
    ],
)
def test_agents_serve_their_queues(program, agent, persona, queues):
    applications = agent.read("/applications", limit=200)["items"]
    for application in [None, *(row["slug"] for row in applications)][:12]:
        agent.open(application=application)
    other = agent.open()["reference"]
    agent.change(other, queue="andere-entiteit")
    seen = {row["queue"] for row in program(persona).read("/tickets", limit=200)["items"]}
    assert seen <= queues
    assert {queue for queue in queues if program(persona).read("/tickets", queue=queue)["items"]} == seen


def test_a_login_url_holds_a_long_secret(product):
    secrets = {urlsplit(persona["login_url"]).path.split("/")[-2] for persona in product.personas.values()}
    assert len(secrets) == len(PERSONAS)
    # 22 characters of an alphabet of 64 are 132 bits.
    assert all(re.fullmatch(r"[\w-]{22,}", secret) for secret in secrets)


@pytest.mark.parametrize("persona", sorted(PERSONAS))
def test_a_login_url_signs_in_and_leads_to_the_home_of_the_role(product, stranger, persona):
    answer = stranger.client.get(urlsplit(product.personas[persona]["login_url"]).path)
    assert answer.status_code == 302
    home = answer.headers["location"]
    assert home == HOMES.get(persona, home)
    assert stranger.get(home).status == 200


def test_a_wrong_secret_signs_nobody_in(product, stranger):
    path = urlsplit(product.personas["agent"]["login_url"]).path
    *_, secret, _ = path.split("/")
    assert stranger.get(path.replace(secret, secret[::-1])).status == 404
    assert stranger.get("/desk/").status == 302


def test_alive_and_ready(product):
    assert httpx.get(f"{product.base_url}/healthz").status_code == 200
    product.settle()
    ready = httpx.get(f"{product.base_url}/readyz")
    assert ready.status_code == 200
    embedded = "DATABASE_URL" not in product.variables
    assert ready.json() == {
        "ready": True,
        "checks": {
            "database": {"ok": True, "engine": "sqlite" if embedded else "postgresql"},
            "bus": {"ok": True, "engine": "memory" if embedded else "redis"},
            "files": {"ok": True, "engine": "folder"},
            "outbox": {"ok": True, "pending": 0, "oldest_s": 0},
            "search": {
                "ok": True,
                "engine": "tantivy" if "ELASTICSEARCH_URL" not in product.variables else "elasticsearch",
            },
        },
    }


def test_metrics_are_text_for_prometheus(product):
    answer = httpx.get(f"{product.base_url}/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert re.search(r"^# TYPE \w+ \w+$", answer.text, re.MULTILINE)
    assert re.search(r"^process_resident_memory_bytes [\d.e+]+$", answer.text, re.MULTILINE)


def test_mail_to_real_addresses_is_held_in_the_demo_and_the_desk_sees_it(product, agent):
    address = "iemand@aalter.be"
    reference = agent.open(requester={"email": address, "name": "Iemand"})["reference"]
    product.settle()
    (delivery,) = agent.messages(reference)[0]["delivery"]
    assert (delivery["address"], delivery["state"]) == (address, "held")
    assert product.mails_to(address) == []
