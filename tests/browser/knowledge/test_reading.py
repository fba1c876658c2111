"""The knowledge base in a real browser: what readers choose, and that everybody can use it."""

import pytest
from playwright.sync_api import expect

from knowledgebase.conditions import LABELS
from tests.browser.knowledge.conftest import LOOKS

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("looks", LOOKS, ids=str)
def test_readers_can_use_every_page(live_site, open_page, article, assert_accessible, look_at, looks):
    page = open_page(**looks)
    for name, address in (
        ("kennis", "/kennis/"),
        ("thema", "/kennis/?thema=login"),
        ("artikel", f"/kennis/{article.slug}/?met=itsme"),
        ("vertaling", "/kennis/sidentifier/"),
    ):
        page.goto(live_site + address)
        assert_accessible(page)
        look_at(page, f"kennis-{name}-{looks['width']}")
    page.goto(f"{live_site}/kennis/{article.slug}/")
    page.get_by_role("button").last.scroll_into_view_if_needed()
    page.locator("form[action*='/oordeel/'] button").click()
    expect(page.locator(".error-summary")).to_be_visible()
    assert_accessible(page)


def test_a_reader_chooses_without_a_new_page_and_the_address_tells(live_site, page, article):
    page.goto(f"{live_site}/kennis/{article.slug}/")
    page.evaluate("window.stayed = true")
    page.get_by_role("link", name=str(LABELS["itsme"])).click()

    expect(page.get_by_text("Open itsme.")).to_be_visible()
    expect(page.get_by_text("Steek uw kaart")).to_be_hidden()
    assert page.url.endswith("?met=itsme")
    page.locator("[data-parameter='bestuur'] a").nth(1).click()
    assert page.url.endswith("?met=itsme&bestuur=ocmw")
    page.locator("[data-parameter='met'] a").first.click()
    expect(page.get_by_text("Steek uw kaart")).to_be_visible()
    assert page.url.endswith("?bestuur=ocmw")
    assert page.evaluate("window.stayed")
    page.locator("input[name='helpful'][value='yes']").check()
    page.locator("form[action*='/oordeel/'] button").click()
    page.locator(".notice--success").wait_for()
    assert page.url.endswith("?bestuur=ocmw")


def test_without_javascript_the_choices_work_too(live_site, open_page, article):
    page = open_page(java_script_enabled=False)
    page.goto(f"{live_site}/kennis/{article.slug}/")
    expect(page.get_by_text("Open itsme.")).to_be_visible()
    page.locator("[data-parameter='met'] a[data-value='eid']").click()

    expect(page.get_by_text("Open itsme.")).to_be_hidden()
    expect(page.get_by_text("Steek uw kaart")).to_be_visible()
    page.locator("input[name='helpful'][value='yes']").check()
    page.locator("form[action*='/oordeel/'] button").click()
    expect(page.locator(".notice--success")).to_be_visible()


def test_who_follows_an_article_ticks_its_tasks_which_lasts_as_long_as_the_tab(live_site, open_page, article):
    page = open_page()
    page.goto(f"{live_site}/kennis/{article.slug}/")
    card, code = page.get_by_role("checkbox", name="Uw kaart"), page.get_by_role("checkbox", name="Uw pincode")
    card.focus()
    page.keyboard.press("Space")
    page.get_by_text("Uw pincode").click()
    page.reload()

    expect(card).to_be_checked()
    expect(code).not_to_be_checked()
    other = page.context.new_page()
    other.goto(f"{live_site}/kennis/{article.slug}/")
    expect(other.get_by_role("checkbox", checked=True)).to_have_count(1)
    assert other.get_by_role("checkbox", name="Uw pincode").is_checked()


def test_without_scripts_tasks_are_a_list_with_boxes(live_site, open_page, article):
    page = open_page(java_script_enabled=False)
    page.goto(f"{live_site}/kennis/{article.slug}/")

    assert page.get_by_role("checkbox", name="Uw kaart").is_disabled()
