"""One question from beginning to end in two browsers, at the product as a newcomer starts it."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.contract.installation import wait_for
from tests.contract.visitor import Program, link_to, new_address

ANSWER = "Uw lokale beheerder kent het recht toe. Probeer het morgen opnieuw."
TABS = 60
# They glide from one scheme to the other.
COLOURS_AT_REST = """async () => {
  await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
  const gliding = document.getAnimations().filter((one) => one instanceof CSSTransition);
  await Promise.allSettled(gliding.map((one) => one.finished));
}"""
SIZES = [(360, "light"), (360, "dark"), (1280, "light"), (1280, "dark")]


@pytest.fixture
def agent(product):
    """Return a program with the key of an agent, for what no browser has to show."""
    program = Program(product, "agent")
    yield program
    program.client.close()


@pytest.fixture
def requests_of(product):
    """Remember where every request of a page goes; in the end none may have left the origin."""
    asked = []

    def watch(page):
        page.context.on("request", lambda request: asked.append(request.url))
        page.on("websocket", lambda socket: asked.append(socket.url))
        return page

    yield watch
    origins = {urlsplit(url).netloc for url in asked if urlsplit(url).scheme in {"http", "https", "ws", "wss"}}
    assert origins <= {f"127.0.0.1:{product.port}"}
    assert asked


@pytest.fixture
def desk(product, open_page, requests_of):
    """Return the desk, open at an agent's."""
    page = requests_of(open_page())
    page.goto(product.personas["agent"]["login_url"])
    page.wait_for_url("**/desk/")
    is_live(page)
    return page


def is_live(page):
    expect(page.locator("live-indicator")).to_contain_text("Live")


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


def press(page, selector):
    tab_to(page, selector)
    page.keyboard.press("Enter")


def ask_by_keyboard(page, product, subject, address):
    page.goto(product.base_url)
    press(page, "main a[href='/melden/']")
    page.wait_for_url("**/melden/")
    type_into(page, "[name=subject]", subject)
    type_into(page, "[name=body]", "Na itsme krijg ik 'Geen toegang'.")
    type_into(page, "[name=organisation]", "aalter")
    expect(page.locator("[role=option]").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    type_into(page, "[name=name]", "Griet Vermeulen")
    type_into(page, "[name=email]", address)
    press(page, "main form button[type=submit]")
    page.wait_for_url("**/melden/ontvangen/**")
    return page.locator("[data-ticket-reference]").first.get_attribute("data-ticket-reference")


def looked_at(page, check):
    """Check a page in both widths and schemes, and leave it as it was."""
    before = page.viewport_size
    for width, scheme in SIZES:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.evaluate(COLOURS_AT_REST)
        check(page)
    page.set_viewport_size(before)
    page.emulate_media(color_scheme="light")


def row(desk, reference):
    return desk.locator(f"#row-{reference}")


def test_a_locked_out_official_gets_an_answer(product, open_page, requests_of, desk, assert_accessible):
    subject, address = "Ik geraak niet binnen in het Loket", new_address()
    asking = requests_of(open_page(width=360))

    # She asks without signing in and without a mouse; the agent sees it come in without doing anything.
    desk.evaluate("window.isStillThisPage = true")
    reference = ask_by_keyboard(asking, product, subject, address)
    looked_at(asking, assert_accessible)
    expect(row(desk, reference)).to_be_visible()
    assert desk.evaluate("window.isStillThisPage")
    looked_at(desk, assert_accessible)

    # She opens the link in the mail and confirms.
    asking.goto(product.base_url + link_to(product, address, reference))
    looked_at(asking, assert_accessible)
    press(asking, "form[action$='bevestigen/'] button")
    expect(asking.locator("form[action$='bevestigen/']")).to_have_count(0)
    link = asking.url

    # The agent opens it, takes it and answers.
    row(desk, reference).locator("a").first.click()
    desk.wait_for_url(f"**/desk/t/{reference}/**")
    is_live(desk)
    desk.get_by_role("button", name="Aan mij toewijzen").click()
    expect(desk.get_by_role("button", name="Aan mij toewijzen")).to_have_count(0)
    desk.fill("#reply-body", ANSWER)
    desk.click("#reply-send button")
    expect(desk.locator("#thread article")).to_have_count(2)
    looked_at(desk, assert_accessible)

    # She reads the answer and replies; the agent sees that come in too.
    answered = wait_for(
        lambda: [mail for mail in product.mails_to(address) if "Auto-Submitted" not in mail], "no answer"
    )
    assert ANSWER in answered[0].get_body(("plain",)).get_content()
    asking.goto(link)
    expect(asking.locator(".thread")).to_contain_text(ANSWER)
    type_into(asking, "[name=body]", "Dank u, het werkt.")
    press(asking, "form:has([name=body]) button[type=submit]")
    expect(asking.locator(".thread > li")).to_have_count(3)
    expect(desk.locator("#thread")).to_contain_text("Dank u, het werkt.")

    # The agent resolves it: what it was, who solved it, whether it could have been avoided.
    desk.goto(f"{product.base_url}/desk/t/{reference}/oplossen/")
    looked_at(desk, assert_accessible)
    desk.locator("[name=category]").select_option(index=1)
    desk.locator("[name=solved_by][value=local_manager]").check()
    desk.locator("[name=avoidable][value=yes]").check()
    desk.locator("main form.stack button[type=submit]").click()
    desk.wait_for_url(re.compile(rf"/desk/t/{reference}/($|#|\?)"))
    asking.reload()
    expect(asking.locator("main .badge").first).to_contain_text("Beantwoord")
    looked_at(asking, assert_accessible)


def test_without_javascript_the_officials_half_is_whole(product, open_page, agent, requests_of):
    address = new_address()
    page = requests_of(open_page(width=360, java_script_enabled=False))
    page.goto(product.base_url)
    page.click("main a[href='/melden/']")
    page.fill("[name=subject]", "Zonder JavaScript")
    page.fill("[name=body]", "Ik krijg een fout.")
    page.fill("[name=organisation]", "Aalter")
    page.fill("[name=name]", "Griet Vermeulen")
    page.fill("[name=email]", address)
    with page.expect_navigation():
        page.click("main form button[type=submit]")
    reference = page.locator("[data-ticket-reference]").first.get_attribute("data-ticket-reference")
    page.goto(product.base_url + link_to(product, address, reference))
    with page.expect_navigation():
        page.click("form[action$='bevestigen/'] button")
    agent.write(reference, ANSWER)
    page.reload()
    expect(page.locator(".thread")).to_contain_text(ANSWER)
    page.fill("[name=body]", "Dank u.")
    with page.expect_navigation():
        page.click("form:has([name=body]) button[type=submit]")
    assert agent.messages(reference)[-1]["body_text"] == "Dank u."
    assert agent.ticket(reference)["identity_assurance"] == "mail_verified"
    resolution = {"solved_by": "helpdesk", "avoidable": False}
    agent.change(reference, status="resolved", category="toegang.geen_recht", resolution=resolution)
    page.reload()
    expect(page.locator("main .badge").first).to_contain_text("Beantwoord")


def as_shown(page):
    """Return what a reader sees of the list and the views, without the passing of time."""
    return page.evaluate(
        """() => ["desk-list", "desk-views"].map((id) => {
            const part = document.getElementById(id).cloneNode(true);
            for (const time of part.querySelectorAll("time, relative-time")) time.textContent = "";
            return part.textContent.replace(/\\s+/g, " ").trim();
        })"""
    )


def equals_a_fresh_load(desk):
    shown = as_shown(desk)
    fresh = desk.context.new_page()
    fresh.goto(desk.url)
    is_live(fresh)
    try:
        return shown == as_shown(fresh)
    finally:
        fresh.close()


def test_after_a_cut_connection_the_desk_is_like_a_fresh_load(desk, agent):
    desk.context.set_offline(True)
    desk.evaluate("document.querySelector('desk-live').socket.close()")
    expect(desk.locator("live-indicator")).not_to_contain_text("Live")
    missed = [agent.open(subject=f"Gemist {number}")["reference"] for number in range(3)]
    expect(row(desk, missed[-1])).to_have_count(0)
    desk.context.set_offline(False)
    expect(row(desk, missed[-1])).to_be_visible()
    is_live(desk)
    assert equals_a_fresh_load(desk)


def test_after_a_restart_of_the_server_the_desk_is_like_a_fresh_load(another_product, open_page):
    installation = another_product()
    installation.start()
    desk = open_page()
    desk.goto(installation.personas["agent"]["login_url"])
    is_live(desk)
    assert installation.end() == 0
    expect(desk.locator("live-indicator")).not_to_contain_text("Live")
    installation.start()
    is_live(desk)
    assert equals_a_fresh_load(desk)
