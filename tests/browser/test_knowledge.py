"""The knowledge base in a real browser: what readers choose, what editors type, and that everybody can use it."""

import re
from io import BytesIO

import pytest
from playwright.sync_api import expect

from helpdesk.portal.sessions import BACKEND
from knowledgebase import services
from knowledgebase.conditions import LABELS
from knowledgebase.models import ArticleDraft, ArticleImage
from tests import factories
from tests.engines.services import wait_until

pytestmark = pytest.mark.django_db(transaction=True)

BODY = """Voor iedereen.

## Stap 1

::: als itsme
Open itsme.

::: let-op
Geef nooit uw code door.
:::
:::

::: als eid
Steek uw kaart in de lezer.
:::

::: als ocmw
Vraag het aan uw directeur.
:::

- [ ] Uw kaart
- [x] Uw pincode

| Sleutel | Waar |
|---|---|
| itsme | op uw telefoon |
"""
LOOKS = [{"width": 1280, "scheme": "light"}, {"width": 360, "scheme": "dark"}]


@pytest.fixture
def article(settings, tmp_path):
    settings.FILES_DIR = tmp_path / "files"
    category, application = factories.category("login"), factories.application()
    factories.article("Ook over aanmelden", categories=[category], applications=[application])
    made = factories.article(
        body=BODY, categories=[category], applications=[application], sources=["https://www.vlaanderen.be"]
    )
    factories.article("S'identifier", language="fr", original=made)
    return made


@pytest.fixture
def as_editor(live_site, open_page, client):
    """Return a page of somebody who edits."""

    def _open(**options):
        user = factories.user("Sofie Willems", roles=("editor",))
        client.force_login(user, backend=BACKEND)
        page = open_page(**options)
        page.context.add_cookies([{"name": "session", "value": client.cookies["session"].value, "url": live_site}])
        return page

    return _open


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


@pytest.mark.parametrize("javascript", [True, False])
def test_who_asks_what_readers_will_see_gets_to_see_it(live_site, as_editor, article, javascript):
    page = as_editor(java_script_enabled=javascript)
    for address in (f"{article.pk}/", "nieuw/?titel=Nieuw"):
        page.goto(f"{live_site}/kennis/redactie/{address}")
        page.locator("textarea[name='body_markdown']").fill("Het is **vet**. " * 400)
        page.locator("button[name='voorbeeld']").click()

        expect(page.locator("#preview h2")).to_be_in_viewport()
        assert page.locator("input[name='title']").input_value() in {"Nieuw", article.current_revision.title}


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
