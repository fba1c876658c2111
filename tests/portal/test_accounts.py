import json
from types import SimpleNamespace

import pytest
from django.test import Client
from django.utils.translation import gettext
from redis.exceptions import ConnectionError as RedisGone

from helpdesk.accounts import services as accounts
from helpdesk.kernel.models import OutboxEvent
from helpdesk.kernel.tokens import derived_token
from helpdesk.portal.demo import FILE, PURPOSE
from tests import factories

PASSWORD = "een lang wachtwoord"


@pytest.fixture
def account(db):
    return accounts.create_user(
        actor=factories.SYSTEM, username="els", person=factories.person("Els Maes"), password=PASSWORD
    )


def sign_in(client, **fields):
    return client.post("/aanmelden/", {"username": "els", "password": PASSWORD, **fields})


def test_the_page_says_first_that_one_need_not_sign_in(client, db):
    html = client.get("/aanmelden/").content.decode()

    assert html.index('class="notice') < html.index('name="username"')
    assert 'href="/melden/"' in html


def test_user_name_and_password_let_somebody_in(client, account):
    answer = sign_in(client)

    assert (answer.status_code, answer["Location"]) == (303, "/mijn/")
    assert "Els Maes" in client.get("/mijn/").content.decode()


@pytest.mark.parametrize(
    ("roles", "home"),
    [
        (set(), "/mijn/"),
        ({"agent"}, "/desk/"),
        ({"supervisor", "admin"}, "/desk/"),
        ({"admin"}, "/beheer/"),
        ({"analyst"}, "/mijn/"),
    ],
)
def test_everybody_comes_home(client, account, roles, home):
    accounts.set_roles(actor=factories.SYSTEM, user=account, roles=frozenset(roles))

    assert sign_in(client)["Location"] == home


def test_one_goes_on_to_where_one_was_going(client, account):
    page = client.get("/aanmelden/", {"next": "/mijn/AP-7K3M9Q-X/?a=1"})

    assert 'name="next" value="/mijn/AP-7K3M9Q-X/?a=1"' in page.content.decode()
    assert sign_in(client, next="/mijn/AP-7K3M9Q-X/?a=1")["Location"] == "/mijn/AP-7K3M9Q-X/?a=1"
    assert client.get("/aanmelden/", {"next": "/t/"})["Location"] == "/t/"


NOT_FOR_YOU = "The page you wanted to open is not for your account. This is your own start page."


@pytest.mark.parametrize(
    ("roles", "wished", "comes_to"),
    [
        (set(), "/desk/", "/mijn/"),
        (set(), "/desk/?view=mine", "/mijn/"),
        (set(), "/desk/t/AP-7K3M9Q-X/", "/mijn/"),
        (set(), "/desk/t/AP-7K3M9Q-X/nota/", "/mijn/"),
        (set(), "/beheer/", "/mijn/"),
        (set(), "/beheer/mensen/1/", "/mijn/"),
        (set(), "/kennis/redactie/", "/mijn/"),
        ({"agent"}, "/beheer/", "/desk/"),
        ({"editor"}, "/desk/", "/kennis/redactie/"),
        ({"admin"}, "/desk/", "/beheer/"),
        ({"agent"}, "/desk/t/AP-7K3M9Q-X/", None),
        ({"admin"}, "/beheer/mails/", None),
        (set(), "/mijn/AP-7K3M9Q-X/", None),
        (set(), "/kennis/", None),
        (set(), "/bestaat/niet/", None),
    ],
)
def test_who_may_not_be_where_they_were_going_comes_home_and_reads_why(account, roles, wished, comes_to):
    accounts.set_roles(actor=factories.SYSTEM, user=account, roles=frozenset(roles))
    before, during = Client(), Client()
    before.force_login(account)

    there = before.get("/aanmelden/", {"next": wished})
    signed_in = sign_in(during, next=wished)

    assert (there.status_code, there["Location"]) == (302, comes_to or wished)
    assert (signed_in.status_code, signed_in["Location"]) == (303, comes_to or wished)
    for client in (before, during):
        told = gettext(NOT_FOR_YOU) in client.get(comes_to or "/mijn/").content.decode()
        assert told == (comes_to is not None)


def test_what_is_there_cannot_be_learned_from_where_one_is_led(client, account):
    ticket = factories.ticket()
    client.force_login(account)

    answers = [
        client.get("/aanmelden/", {"next": f"/desk/t/{reference}/"}) for reference in (ticket.reference, "AP-7K3M9Q-X")
    ]

    assert [(one.status_code, one["Location"]) for one in answers] == [(302, "/mijn/")] * 2
    assert client.get(f"/desk/t/{ticket.reference}/").status_code == 404


@pytest.mark.parametrize(
    "elsewhere",
    [
        "//wolf.example",
        "/\\wolf.example",
        "///wolf.example",
        "https://wolf.example/",
        "https:wolf.example",
        "javascript:alert(1)",
        "\tjavascript:alert(1)",
        "/\t/wolf.example",
        "/%0d%0aSet-Cookie:a=b\r\nX: y",
        "mijn/",
        "http://testserver/mijn/",
        "/" + "a" * 3000,
        "",
    ],
)
def test_nobody_is_led_elsewhere(client, account, elsewhere):
    assert sign_in(client, next=elsewhere)["Location"] == "/mijn/"
    assert client.get("/aanmelden/", {"next": elsewhere})["Location"] == "/mijn/"


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(account):
    def answer(username, password):
        page = Client().post("/aanmelden/", {"username": username, "password": password})
        token = page.context["csrf_token"]
        html = page.content.decode().replace(str(token), "").replace(username, "")
        return page.status_code, [str(error) for error in page.context["form"].non_field_errors()], len(html)

    assert answer("els", "fout wachtwoord") == answer("jan", "fout wachtwoord")
    assert (
        "fout wachtwoord"
        not in Client().post("/aanmelden/", {"username": "els", "password": "fout wachtwoord"}).content.decode()
    )


def test_an_account_that_was_switched_off_stays_out(client, account):
    accounts.set_active(actor=factories.SYSTEM, user=account, is_active=False)

    assert sign_in(client).status_code == 422


@pytest.mark.usefixtures("one_window")
@pytest.mark.parametrize("disguise", [" {}", "{}\u200e", "{}\ufeff", "\x07{}", "ELS"])
def test_a_name_in_disguise_gets_no_tries_of_its_own(client, account, disguise):
    for _ in range(5):
        sign_in(client, password="fout wachtwoord")

    page = client.post("/aanmelden/", {"username": disguise.format("els"), "password": PASSWORD})

    assert page.status_code == 429


@pytest.mark.usefixtures("one_window")
def test_five_tries_in_five_minutes_for_one_name_and_address(client, account):
    for _ in range(5):
        assert sign_in(client, password="fout wachtwoord").status_code == 422

    page = sign_in(client)

    assert (page.status_code, 0 < int(page["Retry-After"]) <= 300) == (429, True)
    assert 'value="els"' in page.content.decode()
    assert client.get("/mijn/").status_code == 302
    assert (
        client.post("/aanmelden/", {"username": "els", "password": PASSWORD}, REMOTE_ADDR="192.0.2.7").status_code
        == 303
    )


def tries(username, address, number):
    """Try a wrong password this many times; return the statuses there were."""
    tried = {"username": username, "password": "fout wachtwoord"}
    return {Client(REMOTE_ADDR=address).post("/aanmelden/", tried).status_code for _ in range(number)}


@pytest.mark.usefixtures("one_window")
def test_a_name_is_guessed_twenty_times_from_anywhere_and_others_sign_in_all_the_same(client, account):
    assert [tries("els", f"192.0.2.{n}", 5) for n in range(1, 5)] == [{422}] * 4

    page = client.post("/aanmelden/", {"username": "els", "password": PASSWORD}, REMOTE_ADDR="192.0.2.9")

    assert (page.status_code, 0 < int(page["Retry-After"]) <= 300) == (429, True)
    assert 'value="els"' in page.content.decode()
    assert PASSWORD not in page.content.decode()
    assert client.get("/mijn/").status_code == 302
    assert tries("jan", "192.0.2.9", 1) == {422}


@pytest.mark.usefixtures("one_window")
def test_one_address_alone_keeps_nobody_out_elsewhere(client, account):
    assert tries("els", "192.0.2.1", 50) == {422, 429}

    page = client.post("/aanmelden/", {"username": "els", "password": PASSWORD}, REMOTE_ADDR="192.0.2.9")

    assert page.status_code == 303


@pytest.mark.usefixtures("one_window")
def test_one_address_tries_sixty_names(account):
    assert {status for n in range(60) for status in tries(f"naam{n}", "192.0.2.1", 1)} == {422}

    assert tries("els", "192.0.2.1", 1) == {429}
    assert tries("els", "192.0.2.2", 1) == {422}


def test_without_a_cache_to_count_in_nobody_signs_in_and_the_name_stays(client, account, monkeypatch):
    def gone(*_args, **_options):
        raise RedisGone("no redis")

    monkeypatch.setattr("helpdesk.kernel.limits.cache", SimpleNamespace(add=gone))

    page = sign_in(client)

    assert (page.status_code, page["Retry-After"]) == (429, "300")
    assert 'value="els"' in page.content.decode()


@pytest.mark.parametrize("trick", ["\x00", "\r\n", "x" * 1_000_000, "👩", "\u202e"])
def test_nothing_typed_breaks_the_door(client, account, trick):
    assert sign_in(client, username=trick, password=trick).status_code == 422


def test_signing_in_begins_a_new_session(client, account):
    client.force_login(factories.official("Jan Janssens"))
    before = client.cookies["session"].value

    sign_in(client)

    assert client.cookies["session"].value != before
    assert "Jan Janssens" not in client.get("/mijn/").content.decode()


def test_signing_out_ends_the_session_and_closes_open_pages(client, account):
    sign_in(client)
    OutboxEvent.objects.all().delete()

    answer = client.post("/afmelden/")

    assert (answer.status_code, answer["Location"], answer["Clear-Site-Data"]) == (303, "/", '"cache"')
    assert client.get("/mijn/").status_code == 302
    assert [(event.name, event.payload) for event in OutboxEvent.objects.all()] == [
        ("account.access_changed", {"user_id": account.pk})
    ]


def test_signing_out_takes_a_post_with_a_token(client, account):
    sign_in(client)
    assert client.get("/afmelden/").status_code == 405
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(account)

    assert careful.post("/afmelden/").status_code == 403
    assert careful.get("/mijn/").status_code == 200


def test_a_visitor_who_signs_out_is_a_visitor_still(client, db):
    assert client.post("/afmelden/")["Location"] == "/"
    assert not OutboxEvent.objects.exists()


def login_url(user):
    return f"/aanmelden/demo/{derived_token('demo-login', user.username)}/"


def test_in_the_demo_a_secret_link_signs_in(client, account, settings):
    settings.DEMO = True

    answer = client.get(login_url(account))

    assert (answer.status_code, answer["Location"]) == (302, "/mijn/")
    assert "Els Maes" in client.get("/mijn/").content.decode()


def test_outside_the_demo_there_is_no_such_link(client, account, settings):
    settings.DEMO = False

    assert client.get(login_url(account)).status_code == 404
    assert client.get("/mijn/").status_code == 302


@pytest.mark.parametrize("secret", ["x", "els", "%00", "☃"])
def test_a_guess_is_no_link(client, account, settings, secret):
    settings.DEMO = True

    assert client.get(f"/aanmelden/demo/{secret}/").status_code == 404


def test_the_demo_shows_whom_one_can_play(client, db, settings, tmp_path):
    aalter = factories.organisation("Aalter")
    persona = {"login_url": "/aanmelden/demo/abc/", "api_token": "ap_x", "email": "e@x.example", "name": "Els Maes"}
    told = {"personas": {"official": persona | {"organisation": aalter.uri}, "agent": persona | {"name": "Bram"}}}
    (tmp_path / "demo.json").write_text(json.dumps(told))
    settings.VAR_DIR, settings.DEMO = tmp_path, True

    html = client.get("/aanmelden/").content.decode()

    assert "Aalter (gemeente)" in html
    assert "Bram" in html
    assert "ap_x" not in html
    settings.DEMO = False
    assert "Els Maes" not in client.get("/aanmelden/").content.decode()


def test_who_plays_somebody_in_the_demo_goes_on_to_where_they_were_going(client, account, settings, tmp_path):
    settings.DEMO, settings.VAR_DIR = True, tmp_path
    door = f"/aanmelden/demo/{derived_token(PURPOSE, 'els')}/"
    (tmp_path / FILE).write_text(json.dumps({"personas": {"official": {"name": "Els Maes", "login_url": door}}}))
    page = client.get("/aanmelden/", {"next": "/kennis/itsme/?met=eid"}).content.decode()

    assert f'href="{door}?next=%2Fkennis%2Fitsme%2F%3Fmet%3Deid"' in page
    assert client.get(f"{door}?next=%2Fkennis%2Fitsme%2F%3Fmet%3Deid", follow=True).redirect_chain == [
        ("/aanmelden/?next=%2Fkennis%2Fitsme%2F%3Fmet%3Deid", 302),
        ("/kennis/itsme/?met=eid", 302),
    ]
    for elsewhere in ("", "?next=https://wolf.example/"):
        assert client.get(f"{door}{elsewhere}")["Location"] == "/mijn/"
