"""Searching in a real browser: by keyboard, on a telephone, in the dark, and where promised without JavaScript."""

import pytest
from playwright.sync_api import expect

from helpdesk.insights.services import record_deflection, record_replay, record_search
from helpdesk.tickets.models import Ticket
from tests import factories

LOOKS = [(360, "light"), (360, "dark"), (1280, "light"), (1280, "dark")]


@pytest.fixture
def site(live_site, settings, reindex):
    """Tickets, articles and an administration, all of which can be found."""
    settings.DEMO = False
    settings.BASE_URL = live_site
    queue = factories.queue("loket")
    factories.queue()
    factories.agent("Bram De Smet", queues=(queue,))
    factories.editor()
    application = factories.application(queue=queue)
    organisation = factories.organisation("Aalter", search_text=" < aalter >  [ aalter gemeente ] ")
    for number in range(3):
        factories.ticket(f"Kaartlezer {number} wordt niet herkend", application=application, organisation=organisation)
    factories.article("De kaartlezer wordt niet herkend", applications=[application])
    factories.article("Aanmelden met itsme")
    reindex()
    return live_site


def sign_in(page, site, name):
    account = factories.user_called(name)
    account.set_password("een lang wachtwoord")
    account.save()
    page.goto(f"{site}/aanmelden/")
    page.fill("[name=username]", account.username)
    page.fill("[name=password]", "een lang wachtwoord")
    with page.expect_navigation():
        page.click("main button[type=submit]")


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_every_page_of_searching_is_for_everybody(site, open_page, assert_accessible, look_at, width, scheme):
    ticket = Ticket.objects.first()
    record_search(actor=factories.SYSTEM, text="erediensten databank", results=0)
    record_replay(actor=factories.SYSTEM, ticket=ticket, article_id=None, covered=0.1)
    record_deflection(actor=factories.SYSTEM, article=factories.article("Gesloten"), visitor="x")
    page = open_page(width=width, scheme=scheme)
    for name, address in {
        "zoeken": "/zoeken/?q=kaartlezre",
        "zoeken-leeg": "/zoeken/",
        "zoeken-niets": "/zoeken/?q=zzzzzz",
        "geholpen": "/melden/beantwoord/",
    }.items():
        page.goto(site + address)
        assert_accessible(page)
        look_at(page, f"{name}-{width}-{scheme}")
    sign_in(page, site, "Bram De Smet")
    for name, address in {
        "desk-zoeken": "/desk/zoeken/?q=kaartlezer+is:open+status:onbekend",
        "desk-zoeken-artikelen": "/desk/zoeken/?q=kaartlezer&soort=artikelen",
        "desk-zoeken-niets": "/desk/zoeken/?q=zzzzzz",
        "desk-artikelen": f"/desk/t/{ticket.reference}/artikelen/",
    }.items():
        page.goto(site + address)
        assert_accessible(page)
        look_at(page, f"{name}-{width}-{scheme}")
    page.keyboard.press("Control+k")
    page.keyboard.type("kaart")
    expect(page.locator(".palette [role=option]").nth(2)).to_be_visible()
    assert_accessible(page)
    look_at(page, f"palet-{width}-{scheme}")
    page.context.clear_cookies()
    sign_in(page, site, "Sofie Willems")
    page.goto(f"{site}/kennis/redactie/hiaten/")
    assert_accessible(page)
    look_at(page, f"hiaten-{width}-{scheme}")


def test_the_palette_goes_anywhere_without_a_mouse(site, page):
    sign_in(page, site, "Bram De Smet")
    page.goto(f"{site}/desk/")
    page.keyboard.press("Control+k")
    box = page.get_by_role("combobox")
    expect(box).to_be_focused()
    page.keyboard.type("kaartlezer 1")
    expect(page.locator(".palette [aria-selected=true]")).to_contain_text("Kaartlezer 1")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/t/AP-*/")
    expect(page.locator("h1")).to_have_text("Kaartlezer 1 wordt niet herkend")

    # Typed and entered at once, it still goes to what these words find.
    page.keyboard.press("Control+k")
    page.keyboard.type("kaartlezer 2")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Kaartlezer 2 wordt niet herkend")

    page.focus("#reply-body")
    page.keyboard.press("Control+k")
    page.keyboard.press("Escape")
    expect(page.locator("#reply-body")).to_be_focused()


def test_an_article_is_put_in_an_answer_with_one_key_or_by_its_name(site, page):
    sign_in(page, site, "Bram De Smet")
    page.goto(f"{site}/desk/t/{Ticket.objects.first().reference}/")
    expect(page.locator("#ticket-articles [data-insert-text]").first).to_be_visible()
    page.focus("#reply-body")
    page.keyboard.type("Lees ")
    page.keyboard.press("Alt+1")
    first = f"Lees De kaartlezer wordt niet herkend – {site}/kennis/de-kaartlezer-wordt-niet-herkend/"
    expect(page.locator("#reply-body")).to_have_value(first)

    page.keyboard.type(" of ")
    page.keyboard.press("Control+k")
    page.keyboard.type("itsme")
    expect(page.locator(".palette [aria-selected=true]")).to_have_text("Aanmelden met itsme")
    page.keyboard.press("Enter")
    expect(page.locator("#reply-body")).to_have_value(
        f"{first} of Aanmelden met itsme – {site}/kennis/aanmelden-met-itsme/"
    )


def test_articles_put_in_an_answer_one_after_the_other_keep_their_addresses_apart(site, page):
    sign_in(page, site, "Bram De Smet")
    page.goto(f"{site}/desk/t/{Ticket.objects.first().reference}/")
    expect(page.locator("#ticket-articles [data-insert-text]").first).to_be_visible()
    page.fill("#reply-body", "Lees(.Groeten")
    page.evaluate("document.getElementById('reply-body').setSelectionRange(5, 5)")
    page.keyboard.press("Alt+1")
    first = f"De kaartlezer wordt niet herkend – {site}/kennis/de-kaartlezer-wordt-niet-herkend/"
    expect(page.locator("#reply-body")).to_have_value(f"Lees({first}.Groeten")

    page.keyboard.press("Control+k")
    page.keyboard.type("itsme")
    expect(page.locator(".palette [aria-selected=true]")).to_have_text("Aanmelden met itsme")
    page.keyboard.press("Enter")
    second = f"Aanmelden met itsme – {site}/kennis/aanmelden-met-itsme/"
    expect(page.locator("#reply-body")).to_have_value(f"Lees({first} {second}.Groeten")
    page.evaluate("document.getElementById('reply-body').setSelectionRange(0, 0)")
    page.keyboard.press("Alt+1")
    expect(page.locator("#reply-body")).to_have_value(f"{first} Lees({first} {second}.Groeten")


def test_answers_come_up_while_a_question_is_typed_and_sending_it_never_waits(site, page):
    page.goto(f"{site}/melden/")
    page.fill("[name=subject]", "Mijn kaartlezer wordt niet herkent")
    suggestion = page.locator(".suggestion > summary")
    expect(suggestion).to_have_text(["De kaartlezer wordt niet herkend"])
    suggestion.click()
    page.get_by_role("button", name="Dit beantwoordt mijn vraag").click()
    page.wait_for_url("**/melden/beantwoord/")

    page.goto(f"{site}/melden/")
    page.route("**/melden/antwoorden/", lambda route: route.abort())
    page.fill("[name=subject]", "Mijn kaartlezer")
    page.fill("[name=body]", "Toch niet.")
    page.fill("[name=name]", "An")
    page.fill("[name=email]", "an@aalter.example")
    page.click("main form button[type=submit]:has-text('versturen')")
    page.wait_for_url("**/melden/ontvangen/**")


def test_without_javascript_one_searches_filters_and_reads(site, open_page):
    page = open_page(java_script_enabled=False)
    page.goto(f"{site}/zoeken/")
    page.fill("main [name=q]", "kaartlezer")
    page.click("main [role=search] button")
    page.click("text=De kaartlezer wordt niet herkend")
    page.wait_for_url("**/kennis/de-kaartlezer-wordt-niet-herkend/")
    sign_in(page, site, "Bram De Smet")
    page.click("nav >> text=Zoeken")
    page.fill("main [name=q]", "kaartlezer")
    page.click("main [role=search] button")
    page.click(".narrowing >> text=Aalter (gemeente)")
    expect(page.locator(".chip")).to_contain_text("Aalter (gemeente)")
    expect(page.locator(".result")).to_have_count(3)
