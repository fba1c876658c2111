"""The pages of editors in a real browser: what they type is shown, saved and handed in, by everybody."""

import re
from io import BytesIO

import pytest
from playwright.sync_api import expect

from knowledgebase import services
from knowledgebase.models import ArticleDraft, ArticleImage
from tests import factories
from tests.browser.knowledge.conftest import BODY, LOOKS

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("looks", LOOKS, ids=str)
def test_editors_can_use_every_page(live_site, as_editor, article, assert_accessible, look_at, looks):
    page = as_editor(**looks)
    editor = factories.editor("Tom")
    services.save_revision(
        actor=editor, article=article, text=factories.text("Nieuwer", body=BODY.replace("kaart", "eID")), based_on=1
    )
    services.submit_for_review(actor=editor, article=article)
    services.add_image(actor=editor, article=article, file=factories.picture())
    services.record_feedback(actor=editor, article=article, helpful=False, reason="De knop heet nu anders.")
    for name, address in (
        ("lijst", "?lijst=nazicht"),
        ("nieuw", "nieuw/"),
        ("artikel", f"{article.pk}/"),
        ("kaart", f"{article.pk}/kaart/"),
        ("versies", f"{article.pk}/versies/"),
        ("vertaling", f"{article.pk}/vertaling/en/"),
        ("hiaten", "hiaten/"),
    ):
        page.goto(f"{live_site}/kennis/redactie/{address}")
        assert_accessible(page)
        look_at(page, f"redactie-{name}-{looks['width']}")


def test_on_a_telephone_both_texts_stand_under_each_other_and_what_is_the_same_once(
    live_site, as_editor, article, assert_accessible, look_at
):
    text = factories.text("Aanmelden met itsme", body=BODY.replace("kaart", "pas"))
    services.save_revision(actor=factories.editor("Tom"), article=article, text=text, based_on=1)
    page = as_editor(width=360)
    page.goto(f"{live_site}/kennis/redactie/{article.pk}/versies/")
    assert_accessible(page)
    look_at(page, "redactie-versies-onder-elkaar")

    expect(page.locator(".diff ins").first).to_be_visible()
    scrolls = page.locator(".table-scroll").evaluate_all("all => all.map(one => one.scrollWidth > one.clientWidth)")
    assert scrolls == [False] * len(scrolls)
    assert page.locator(".diff td", has_text="Aanmelden met itsme").locator("visible=true").count() == 1


def test_what_an_editor_types_is_kept_shown_and_saved(live_site, as_editor, article):
    page = as_editor()
    page.goto(f"{live_site}/kennis/redactie/{article.pk}/")
    text = page.locator("textarea[name='body_markdown']")
    text.fill("vet")
    text.select_text()
    page.locator("markdown-toolbar button").nth(1).click()
    assert text.input_value() == "**vet**"
    expect(page.locator("#kept")).not_to_be_empty()
    assert ArticleDraft.objects.get().body_markdown == "**vet**"
    page.locator("button[name='voorbeeld']").click()
    page.locator("#preview strong").wait_for()
    page.locator("input[name='significance'][value='typo']").check()
    with page.expect_navigation():
        page.locator("form button.button:not(.button--secondary):not(.button--quiet)").first.click()

    article.refresh_from_db()
    assert article.current_revision.body_markdown == "**vet**"
    assert ArticleDraft.objects.count() == 0


def test_stress_and_links_are_typed_without_leaving_the_keyboard(live_site, as_editor, article):
    page = as_editor()
    page.goto(f"{live_site}/kennis/redactie/{article.pk}/")
    text = page.locator("textarea[name='body_markdown']")
    text.fill("")
    text.press("Control+b")
    page.keyboard.type("let op")
    text.press("End")
    page.keyboard.type(" hier")
    text.press("Control+Shift+ArrowLeft")
    text.press("Control+k")
    page.keyboard.type("/kennis/itsme/")

    assert text.input_value() == "**let op** [hier](/kennis/itsme/)"
    assert page.locator("markdown-toolbar [aria-keyshortcuts='Control+I']").get_attribute("title") == "Ctrl I"


@pytest.mark.parametrize("javascript", [True, False])
def test_who_asks_what_readers_will_see_gets_to_see_it(live_site, as_editor, article, javascript):
    page = as_editor(java_script_enabled=javascript)
    for address in (f"{article.pk}/", "nieuw/?titel=Nieuw"):
        page.goto(f"{live_site}/kennis/redactie/{address}")
        page.locator("textarea[name='body_markdown']").fill("Het is **vet**. " * 400)
        page.locator("button[name='voorbeeld']").click()

        expect(page.locator("#preview h2")).to_be_in_viewport()
        assert page.locator("input[name='title']").input_value() in {"Nieuw", article.current_revision.title}


@pytest.mark.parametrize("javascript", [True, False])
def test_enter_saves_and_handing_in_takes_along_what_was_just_typed(live_site, as_editor, javascript):
    draft = factories.article(published=False)
    page = as_editor(java_script_enabled=javascript)
    page.goto(f"{live_site}/kennis/redactie/{draft.pk}/")
    page.locator("input[name='title']").fill("Met Enter")
    with page.expect_navigation():
        page.locator("input[name='title']").press("Enter")
    draft.refresh_from_db()
    assert (draft.current_revision.title, draft.current_revision.state) == ("Met Enter", "draft")
    page.locator("textarea[name='body_markdown']").fill("Net getypt")
    with page.expect_navigation():
        page.locator("button[name='indienen']").click()

    draft.refresh_from_db()
    assert (draft.current_revision.body_markdown, draft.current_revision.state) == ("Net getypt", "in_review")


def test_a_picture_that_is_chosen_stands_in_the_text_at_once(live_site, as_editor, article):
    page = as_editor()
    page.goto(f"{live_site}/kennis/redactie/{article.pk}/")
    file: BytesIO = factories.picture()
    page.locator("input[name='image']").set_input_files(
        {"name": "scherm.png", "mimeType": "image/png", "buffer": file.getvalue()}
    )
    text = page.locator("textarea[name='body_markdown']")
    expect(text).to_have_value(re.compile(r"\]\(/kennis/beeld/"))

    assert str(ArticleImage.objects.get().pk) in text.input_value()
