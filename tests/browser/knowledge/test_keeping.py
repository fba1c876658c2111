"""What an editor types is lost by nothing that happens in a browser, and writes over nothing that was not seen."""

import pytest
from playwright.sync_api import expect

from knowledgebase.models import ArticleDraft
from tests.browser.knowledge.conftest import LOOKS
from tests.engines.services import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_new_texts_that_are_typed_at_once_are_kept_and_found_again(live_site, as_editor, look_at):
    page = as_editor()
    new = f"{live_site}/kennis/redactie/nieuw/"
    page.goto(new)
    page.locator("input[name='title']").fill("Eerste")
    expect(page.locator("#kept")).not_to_be_empty()
    page.goto(f"{new}?titel=Tweede")
    page.locator("textarea[name='body_markdown']").fill("Net begonnen")
    expect(page.locator("#kept")).not_to_be_empty()
    page.get_by_role("main").get_by_role("link", name="Redactie", exact=True).click()
    page.get_by_role("link", name="Tweede").click()

    expect(page.locator("textarea[name='body_markdown']")).to_have_value("Net begonnen")
    look_at(page, "redactie-nieuw-twee")
    page.get_by_role("link", name="Eerste").click()
    expect(page.locator("input[name='title']")).to_have_value("Eerste")
    assert sorted(ArticleDraft.objects.values_list("title", "body_markdown")) == [
        ("Eerste", ""),
        ("Tweede", "Net begonnen"),
    ]


def test_who_leaves_the_page_by_a_link_or_another_button_leaves_nothing_behind(live_site, as_editor, article):
    page = as_editor()
    page.goto(f"{live_site}/kennis/redactie/{article.pk}/")
    text = page.locator("textarea[name='body_markdown']")
    text.fill("Een")
    page.locator("a[href$='/versies/']").click()
    page.wait_for_url("**/versies/")
    page.go_back()
    expect(text).to_have_value("Een")
    text.fill("Een, twee")
    with page.expect_navigation():
        page.locator("form[action$='/archiveren/'] button").click()

    expect(text).to_have_value("Een, twee")
    article.refresh_from_db()
    assert (article.state, ArticleDraft.objects.get().body_markdown) == ("archived", "Een, twee")


def test_a_link_is_followed_once_what_was_typed_is_kept(live_site, as_editor, article):
    page, held = as_editor(), []
    page.goto(f"{live_site}/kennis/redactie/{article.pk}/")
    page.route("**/bewaren/", lambda route: route.continue_() if held else held.append(route))
    text = page.locator("textarea[name='body_markdown']")
    text.fill("Een")
    page.locator("a[href$='/versies/']").click(no_wait_after=True)
    while not held:
        page.wait_for_timeout(20)
    assert page.url == f"{live_site}/kennis/redactie/{article.pk}/"
    held[0].continue_()
    page.wait_for_url("**/versies/")

    assert ArticleDraft.objects.get().body_markdown == "Een"
    page.go_back()
    expect(text).to_have_value("Een")
    with page.expect_response("**/bewaren/") as answer:
        text.fill("Een, twee")
    assert answer.value.status == 200


def test_a_link_waits_no_longer_than_somebody_would(live_site, as_editor, article):
    page, held = as_editor(), []
    page.goto(f"{live_site}/kennis/redactie/{article.pk}/")
    page.route("**/bewaren/", lambda route: route.continue_() if held else held.append(route))
    page.locator("textarea[name='body_markdown']").fill("Een")
    page.locator("a[href$='/versies/']").click(no_wait_after=True)
    page.wait_for_url("**/versies/")
    page.go_back()

    expect(page.locator("textarea[name='body_markdown']")).to_have_value("Een")


def test_another_button_waits_until_what_was_typed_could_be_kept_or_who_typed_it_insists(live_site, as_editor, article):
    page = as_editor()
    page.goto(f"{live_site}/kennis/redactie/{article.pk}/")
    page.route("**/bewaren/", lambda route: route.fulfill(status=500))
    page.locator("textarea[name='body_markdown']").fill("Een")
    page.locator("form[action$='/archiveren/'] button").click()

    expect(page.locator("#kept")).to_have_text(page.locator("kept-note").get_attribute("data-failed"))
    article.refresh_from_db()
    assert article.state == "published"
    with page.expect_navigation():
        page.locator("form[action$='/archiveren/'] button").click()
    article.refresh_from_db()
    assert article.state == "archived"


@pytest.mark.parametrize("looks", LOOKS, ids=str)
def test_a_session_that_ends_while_somebody_types_loses_nothing(
    live_site, as_editor, article, assert_accessible, look_at, looks
):
    page = as_editor(**looks)
    page.goto(f"{live_site}/kennis/redactie/{article.pk}/")
    session = [cookie for cookie in page.context.cookies() if cookie["name"] == "session"]
    page.context.clear_cookies(name="session")
    page.locator("textarea[name='body_markdown']").fill("Een uur werk")
    expect(page.locator("#kept a[target='_blank']")).to_be_visible()
    expect(page.locator("#kept")).to_have_class("field__error")
    assert page.locator("#kept form, #kept h1").count() == 0
    page.locator("#kept").scroll_into_view_if_needed()
    look_at(page, f"redactie-niet-bijgehouden-{looks['width']}")

    page.locator("button[name='voorbeeld']").click()
    expect(page.locator("#kept a[target='_blank']")).to_be_visible()
    with page.expect_navigation():
        page.locator("form button.button:not(.button--secondary):not(.button--quiet)").first.click()
    expect(page.locator("image-drop")).to_have_count(0)
    assert_accessible(page)
    look_at(page, f"redactie-afgemeld-{looks['width']}")
    page.context.add_cookies(session)
    page.locator("main form button.button").click()
    page.locator(".notice--success").wait_for()

    article.refresh_from_db()
    assert article.current_revision.body_markdown == "Een uur werk"


@pytest.mark.parametrize("status", [403, 404, 500, None])
def test_what_could_not_be_kept_is_told_until_it_is_kept(live_site, as_editor, article, status):
    page = as_editor()
    page.goto(f"{live_site}/kennis/redactie/{article.pk}/")
    text, line = page.locator("textarea[name='body_markdown']"), page.locator("#kept")
    page.route("**/bewaren/", lambda route: route.fulfill(status=status, body="<h1>") if status else route.abort())
    text.fill("Een")
    expect(line).to_have_class("field__error")
    expect(line).to_have_text(page.locator("kept-note").get_attribute("data-failed"))
    page.unroute("**/bewaren/")
    text.fill("Twee")

    expect(line).to_have_class("muted small")
    expect(line).not_to_have_text(page.locator("kept-note").get_attribute("data-failed"))


HIDE = """() => {
  Object.defineProperty(document, "hidden", { configurable: true, value: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


# Nothing is kept because two seconds go by.
NEVER_LATER = """const later = window.setTimeout;
window.setTimeout = (act, wait, ...rest) => (wait === 2000 ? 0 : later(act, wait, ...rest));"""


# More than a browser sends of a page that is gone.
LONG = "Een lange zin met é. " * 3_500


@pytest.mark.parametrize("leave", [lambda page: page.close(), lambda page: page.evaluate(HIDE)], ids=["close", "hide"])
def test_who_closes_the_tab_or_goes_to_another_leaves_nothing_behind(live_site, as_editor, article, leave):
    page = as_editor()
    other = page.context.new_page()
    page.add_init_script(NEVER_LATER)
    page.goto(f"{live_site}/kennis/redactie/{article.pk}/")
    page.locator("textarea[name='body_markdown']").fill("Net getypt")
    leave(page)
    wait_until(lambda: other.wait_for_timeout(50) or ArticleDraft.objects.exists(), "nothing was kept")
    assert ArticleDraft.objects.get().body_markdown == "Net getypt"


def test_a_text_on_its_way_to_be_kept_is_sent_again_by_who_leaves_before_it_arrived(live_site, as_editor):
    page = as_editor()
    page.goto(f"{live_site}/kennis/redactie/nieuw/")
    asked = []
    # The first is under way for as long as the page is there.
    page.route("**/bewaren/", lambda route: asked.append(route) if not asked else route.continue_())
    with page.expect_request("**/bewaren/"):
        page.locator("input[name='title']").fill("Half")
    page.get_by_role("main").get_by_role("link", name="Redactie", exact=True).click()
    page.wait_for_url("**/redactie/")
    page.reload()

    expect(page.get_by_role("link", name="Half")).to_be_visible()


@pytest.mark.parametrize("keeps", [True, False])
def test_a_text_too_long_to_be_sent_while_leaving_or_that_was_refused_asks_who_leaves(
    live_site, as_editor, article, keeps
):
    page, asked = as_editor(), []
    page.goto(f"{live_site}/kennis/redactie/{article.pk}/")
    if not keeps:
        page.route("**/bewaren/", lambda route: route.fulfill(status=500))
    text = page.locator("textarea[name='body_markdown']")
    text.click()
    text.fill(LONG if keeps else "Een")
    if not keeps:
        expect(page.locator("#kept")).to_have_class("field__error")
    page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    with page.expect_event("dialog"):
        page.locator("a[href$='/versies/']").click(no_wait_after=True)
    assert asked == ["beforeunload"]
    expect(text).to_have_value(LONG if keeps else "Een")
    if not keeps:
        page.unroute("**/bewaren/")
        text.fill("Een, twee")
        expect(page.locator("#kept")).to_have_class("muted small")

    page.locator("a[href$='/versies/']").click()
    page.wait_for_url("**/versies/")
    assert asked == ["beforeunload"]
    assert ArticleDraft.objects.get().body_markdown == (LONG.strip() if keeps else "Een, twee")


@pytest.mark.parametrize("looks", LOOKS, ids=str)
def test_who_types_in_two_windows_is_told_and_puts_both_together(
    live_site, as_editor, assert_accessible, look_at, looks
):
    def type_in(page, words):
        with page.expect_response("**/bewaren/") as answer:
            page.locator("textarea[name='body_markdown']").fill(words)
        return answer.value.status

    one = as_editor(**looks)
    one.goto(f"{live_site}/kennis/redactie/nieuw/")
    assert type_in(one, "Begin.") == 200
    other = one.context.new_page()
    other.goto(f"{live_site}/kennis/redactie/nieuw/")
    assert type_in(one, "Begin.\n\nIn het eerste venster.") == 200
    assert type_in(other, "Begin.\n\nIn het andere venster.") == 409
    expect(other.locator("#kept")).to_have_class("field__error")
    other.locator("#kept").scroll_into_view_if_needed()
    assert_accessible(other)
    look_at(other, f"redactie-twee-vensters-lijn-{looks['width']}")
    other.locator("#kept button").click()
    expect(other.locator("#conflict-title")).to_be_visible()
    assert_accessible(other)
    look_at(other, f"redactie-twee-vensters-{looks['width']}")
    assert ArticleDraft.objects.get().body_markdown == "Begin.\n\nIn het eerste venster."

    assert type_in(other, "Begin.\n\nIn beide vensters.") == 200
    assert ArticleDraft.objects.get().body_markdown == "Begin.\n\nIn beide vensters."
    assert type_in(one, "Begin.\n\nNog altijd in het eerste.") == 409
