"""The pages of officials in a real browser: by keyboard, without JavaScript, and for people who cannot see well."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from helpdesk.tickets.content import store_upload
from helpdesk.tickets.models import Attachment, MessageBody, Ticket
from helpdesk.tickets.services import NewMessage, reply_to_ticket, token_of
from tests import factories

PICTURE = {"name": "scherm.png", "mimeType": "image/png", "buffer": b"picture"}
TABS = 60


@pytest.fixture
def site(live_site, settings):
    """The product with a queue, an administration and an application."""
    settings.DEMO = False
    factories.queue()
    factories.application("loket")
    factories.organisation("Aalter", search_text=" < aalter >  [ aalter gemeente ] ")
    return live_site


def link_of(ticket):
    return reverse("portal:link", args=[token_of(ticket.access_links.latest("pk"))])


def sign_in(page, site, account):
    account.set_password("een lang wachtwoord")
    account.save()
    page.goto(f"{site}/aanmelden/")
    page.fill("[name=username]", account.username)
    page.fill("[name=password]", "een lang wachtwoord")
    with page.expect_navigation():
        page.click("main button[type=submit]")


def tab_to(page, selector):
    """Press Tab until the wanted element has the focus, as somebody without a mouse does."""
    for _ in range(TABS):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"the keyboard does not reach {selector}")


def type_into(page, selector, text):
    tab_to(page, selector)
    page.keyboard.type(text)


def test_somebody_without_a_mouse_asks_confirms_and_answers_on_a_narrow_screen(site, open_page):
    page = open_page(width=320)
    page.goto(site)
    tab_to(page, "main a[href='/melden/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/melden/")
    type_into(page, "[name=subject]", "Ik geraak niet binnen")
    type_into(page, "[name=body]", "Ik krijg een fout.")
    type_into(page, "#id_organisation", "aalter")
    expect(page.locator("[role=option]").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    type_into(page, "[name=name]", "An Peeters")
    type_into(page, "[name=email]", "an.peeters@aalter.example")
    page.keyboard.press("Enter")
    page.wait_for_url("**/melden/ontvangen/**")

    ticket = Ticket.objects.get()
    assert ticket.organisation.name == "Aalter"
    assert page.locator("[data-ticket-reference]").get_attribute("data-ticket-reference") == ticket.reference
    page.goto(site + link_of(ticket))
    tab_to(page, "form[action$='bevestigen/'] button")
    page.keyboard.press("Enter")
    expect(page.locator("form[action$='bevestigen/']")).to_have_count(0)
    type_into(page, "[name=body]", "Het lukt nog niet.")
    tab_to(page, "form:has([name=body]) button[type=submit]")
    page.keyboard.press("Enter")
    expect(page.locator(".message")).to_have_count(2)
    assert Ticket.objects.get().identity_assurance == "mail_verified"
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_without_javascript_nothing_is_missing(site, open_page):
    page = open_page(java_script_enabled=False)
    page.goto(f"{site}/melden/")
    page.fill("[name=subject]", "Ik geraak niet binnen")
    page.set_input_files("[name=attachments]", [PICTURE])
    page.select_option("[name=application]", "loket")
    page.fill("[name=organisation]", "Aalter")
    page.click("main button[type=submit]")

    page.click(".error-summary a[href='#id_body']")
    expect(page.locator("#id_body")).to_be_in_viewport()
    expect(page.locator("[name=kept]")).to_be_checked()
    page.fill("[name=body]", "Ik krijg een fout.")
    page.fill("[name=name]", "An Peeters")
    page.fill("[name=email]", "an.peeters@aalter.example")
    page.click("main button[type=submit]")
    page.wait_for_url("**/melden/ontvangen/**")

    ticket = Ticket.objects.get()
    assert (ticket.organisation.name, ticket.application.slug) == ("Aalter", "loket")
    assert Attachment.objects.get().filename == "scherm.png"


def test_a_national_number_is_warned_about_while_it_is_typed(site, page):
    page.goto(f"{site}/melden/")
    warning = page.locator("national-number [role=status].field__error")

    page.fill("[name=body]", "Bel 02 553 40 10, KBO 0207.437.468")
    page.wait_for_timeout(600)
    expect(warning).to_be_empty()
    page.fill("[name=body]", "Ik ben 85.07.30-033.28")
    expect(warning).not_to_be_empty()
    page.fill("[name=body]", "Ik ben An")
    expect(warning).to_be_empty()


def test_who_lost_the_cookie_sends_once_more_and_loses_nothing(site, page):
    ticket = factories.ticket()
    page.goto(site + link_of(ticket))
    page.fill("[name=body]", "Een lang verhaal")
    page.context.clear_cookies()
    page.click("form:has([name=body]) button[type=submit]")

    expect(page.locator("[name=body]")).to_have_value("Een lang verhaal")
    page.click("form:has([name=body]) button[type=submit]")
    page.wait_for_url(f"**{link_of(ticket)}**")
    assert MessageBody.objects.get(message__seq=2).text == "Een lang verhaal"


def test_a_page_somebody_attached_is_saved_and_never_runs(site, page):
    script = b"<script>fetch('/ran')</script>"
    ticket = factories.ticket(uploads=(store_upload(filename="pagina.html", chunks=[script]),))
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(site + link_of(ticket))

    with page.expect_download() as download:
        page.click("a.attachment")

    assert download.value.suggested_filename == "pagina.html"
    assert download.value.path().read_bytes() == script
    assert not any(url.endswith("/ran") for url in asked)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_every_page_is_accessible(site, open_page, assert_accessible, look_at, width, scheme):
    account = factories.official("Els Maes", organisation=factories.organisation("Aalst"))
    own = factories.ticket("Mijn vraag", by=factories.actor(account))
    desk = factories.actor(factories.agent(queues=(own.queue,)))
    upload = store_upload(filename="stappen.pdf", chunks=[b"1"])
    reply_to_ticket(actor=desk, ticket=own, new=NewMessage(body="Probeer opnieuw.", uploads=(upload,)))
    link = link_of(factories.ticket())
    page = open_page(width=width, scheme=scheme)

    def check(name, path=None):
        if path is not None:
            page.goto(site + path)
        assert_accessible(page)
        look_at(page, f"portal-{name}-{width}-{scheme}")

    for name, path in {
        "home": "/",
        "open": "/melden/",
        "link-request": "/t/",
        "link-requested": "/t/gevraagd/",
        "link-unknown": "/t/onbekend/",
        "link": link,
        "sign-in": "/aanmelden/",
        "not-found": "/nergens/",
    }.items():
        check(name, path)
    page.goto(f"{site}/melden/")
    page.set_input_files("[name=attachments]", [PICTURE])
    with page.expect_navigation():
        page.click("main button[type=submit]")
    check("open-wrong")
    page.goto(site + link)
    page.context.clear_cookies()
    with page.expect_navigation():
        page.click("form:has([name=body]) button[type=submit]")
    check("token-lost")
    sign_in(page, site, account)
    check("own")
    for name, path in {"own-question": f"/mijn/{own.reference}/", "open-own": "/melden/", "home-own": "/"}.items():
        check(name, path)
