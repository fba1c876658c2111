"""The parts pages are made of, in a browser: no server and no database, the product's templates, files and policy."""

import mimetypes
import re
from datetime import timedelta
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pytest
from django import forms
from django.conf import settings
from django.template import engines
from django.utils import timezone
from playwright.sync_api import expect

from helpdesk.desk.thread import Delivery, Entry
from helpdesk.kernel.moments import moment
from helpdesk.tickets.rendering import html_of

SITE = "http://parts.example"
POLICY = "; ".join(
    f"{name} {' '.join(values)}" for name, values in settings.CONTENT_SECURITY_POLICY["DIRECTIVES"].items()
)
AALTER = {"value": "http://data.example/aalter", "label": "Gemeente Aalter", "hint": "KBO 0207.437.468"}
AALST = {"value": "http://data.example/aalst", "label": "Stad Aalst", "hint": "KBO 0207.437.567"}
SHELL = """{% extends "base.html" %}{% load static %}{% block title %}Onderdelen{% endblock %}
{% block styles %}<link rel="stylesheet" href="{% static 'css/portal.css' %}">
<link rel="stylesheet" href="{% static 'css/desk.css' %}">{% endblock %}
{% block scripts %}{% for name in modules %}<script type="module" src="/static/js/{{ name }}.js"></script>{% endfor %}
{% endblock %}{% block main %}<h1>Onderdelen</h1><h2>Deel</h2><div class="stack">PART</div>{% endblock %}"""
MODULES = ["file-picker", "organisation-picker", "character-count", "live-indicator"]
FORM = """{% include "components/error_summary.html" with form=form only %}
<form class="form" action="/elders/" novalidate>
{% include "components/field.html" with field=form.email only %}
{% include "components/field.html" with field=form.organisation picker_url="/besturen/" only %}
{% include "components/field.html" with field=form.impact only %}
{% include "components/field.html" with field=form.body maximum=20 only %}
{% include "components/field.html" with field=form.attachments max_bytes=10 only %}
{% include "components/field.html" with field=form.copy only %}
{% include "components/button.html" with label="Versturen" icon="send" only %}</form>"""
THREAD = """<ol class="thread">{% for message in thread %}
<li>{% include "components/message.html" with message=message files_at="/b/" only %}</li>
{% endfor %}</ol>{% include "desk/_entries.html" with entries=entries only %}"""
COMPOSER = """<form class="composer">
<h3 class="composer__title">Antwoord</h3><button class="button">Antwoord sturen</button></form>
<details class="composer composer--note" open><summary>Interne nota</summary>
<button class="button button--note">Nota bewaren</button></details>"""
REST = """<p class="cluster">{% for code in codes %}
{% include "components/badge.html" with value=code label=code only %}{% endfor %}</p>
{% include "components/notice.html" with text="Morgen is er onderhoud." only %}
{% include "components/notice.html" with kind="warning" title="Let op" text="Dit duurt." only %}
{% include "components/notice.html" with kind="error" text="Dit lukte niet." href="/" link="Opnieuw" only %}
{% include "components/notice.html" with kind="success" text="Bewaard." only %}
{% include "components/tabs.html" with tabs=tabs label="Weergave" only %}
{% include "components/pagination.html" with page=page query="" only %}
{% include "components/empty.html" with title="Nog geen vragen" text="Stel er een." href="/" label="Vraag" only %}
{% include "components/reference.html" with reference="AP-7K3M9Q-X" only %}"""


UNDELIVERED = Delivery("failed", "triangle-alert", "Niet bezorgd aan an@aalter.example", "550")


class QuestionForm(forms.Form):
    email = forms.EmailField(label="Uw e-mailadres", error_messages={"invalid": "Vul een e-mailadres in."})
    organisation = forms.CharField(label="Uw bestuur", required=False, help_text="Typ een deel van de naam.")
    impact = forms.ChoiceField(label="Wie?", choices=[("low", "Ik"), ("high", "Wij")], widget=forms.RadioSelect)
    body = forms.CharField(label="Uw vraag", widget=forms.Textarea)
    attachments = forms.FileField(
        label="Bijlagen", required=False, widget=type("Files", (forms.FileInput,), {"allow_multiple_selected": True})
    )
    copy = forms.BooleanField(label="Ik wil een kopie", required=False)


class Loaded(list):
    def all(self):
        return self


def message(seq, kind, direction, text):
    return SimpleNamespace(
        seq=seq, kind=kind, direction=direction, author=SimpleNamespace(name="Bert Claes"), author_role="agent",
        created_at=timezone.now() - timedelta(minutes=seq), body=SimpleNamespace(text=text, folds=[]),
        attachments=Loaded(),
    )  # fmt: skip


def entry(seq, look, kind, text, deliveries=()):
    return Entry(
        seq=seq, anchor=f"m{seq}", look=look, icon="/static/vendor/lucide/sprite.svg#lock", kind=kind,
        author="Bert Claes", at=moment(timezone.now()), text=html_of(text), files=[], deliveries=list(deliveries),
        mail_url=f"/desk/t/AP-7K3M9Q-X/mail/{seq}/" if look == "question" else "", is_unverified=look == "question",
        is_automatic=False,
    )  # fmt: skip


def everything():
    return {
        "form": QuestionForm({"email": "an"}),
        "thread": [
            message(1, "public_reply", "inbound", "Ik kan niet aanmelden: https://loket.example/abc"),
            message(2, "system", "internal", "Bert nam dit ticket op zich."),
            message(4, "public_reply", "outbound", "U mist een recht."),
        ],
        "entries": [
            entry(5, "note", "Interne nota, alleen voor medewerkers", "Geen recht."),
            entry(6, "answer", "Antwoord aan de vraagsteller", "U mist een recht.", [UNDELIVERED]),
        ],
        "codes": [
            "new", "open", "waiting_vendor", "resolved", "closed", "low", "normal", "high", "urgent", "unverified",
            "mail_verified", "acm_idm",
        ],
        "tabs": [{"url": "/", "label": "Open", "is_current": True}, {"url": "/", "label": "Afgesloten", "count": 3}],
        "page": {"next_cursor": "a", "previous_cursor": "b"},
    }  # fmt: skip


@pytest.fixture
def show(open_page):
    """Return a function that shows a piece of template as a page of the product."""

    def _show(part, context=None, **options):
        page = open_page(**options)
        page.route(f"{SITE}/**", lambda route: _answer(route, part, context or everything()))
        page.goto(f"{SITE}/")
        return page

    return _show


def _answer(route, part, context):
    address = urlsplit(route.request.url)
    if address.path.startswith("/static/"):
        file = settings.STATICFILES_DIRS[0] / address.path.removeprefix("/static/")
        route.fulfill(body=file.read_bytes(), content_type=mimetypes.guess_type(file.name)[0] or "text/plain")
    elif address.path == "/besturen/":
        asked = parse_qs(address.query)["q"][0].lower()
        route.fulfill(json={"items": [item for item in (AALTER, AALST) if asked in item["label"].lower()]})
    else:
        page = engines["django"].from_string(SHELL.replace("PART", part))
        html = page.render({"modules": MODULES, **context})
        route.fulfill(body=html, content_type="text/html; charset=utf-8", headers={"Content-Security-Policy": POLICY})


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_every_part_is_accessible_in_light_and_dark_on_narrow_and_wide_screens(
    show, assert_accessible, look_at, width, scheme
):
    page = show(FORM + THREAD + COMPOSER + REST, width=width, scheme=scheme)

    assert_accessible(page)
    look_at(page, f"parts-{width}-{scheme}")


def test_a_chosen_administration_posts_its_identifier_and_changed_text_posts_itself(show):
    page = show(FORM)
    field = page.get_by_role("combobox", name="Uw bestuur")
    posted = "() => [...new FormData(document.querySelector('form')).getAll('organisation')]"

    field.fill("gemeente")
    expect(page.get_by_role("option").first).to_have_text(re.compile("Gemeente Aalter"))
    expect(field).to_have_attribute("aria-expanded", "true")
    field.press("ArrowDown")
    field.press("Enter")
    assert (field.input_value(), page.evaluate(posted)) == ("Gemeente Aalter", [AALTER["value"]])
    expect(field).to_have_attribute("aria-expanded", "false")

    field.press_sequentially(" x")
    assert page.evaluate(posted) == ["Gemeente Aalter x"]


def test_an_unknown_administration_stays_as_it_was_typed(show):
    page = show(FORM)
    field = page.get_by_role("combobox", name="Uw bestuur")

    field.fill("aal")
    expect(page.get_by_role("option")).to_have_count(3)
    page.get_by_role("option").last.click()

    assert field.input_value() == "aal"
    assert page.evaluate("new FormData(document.querySelector('form')).getAll('organisation')") == ["aal"]


def test_escape_closes_the_list_and_keeps_the_text(show):
    page = show(FORM)
    field = page.get_by_role("combobox", name="Uw bestuur")

    field.fill("aal")
    expect(page.get_by_role("listbox")).to_be_visible()
    field.press("Escape")

    expect(page.get_by_role("listbox")).to_be_hidden()
    assert field.input_value() == "aal"


def test_files_pile_up_can_be_taken_away_and_are_called_too_large_before_sending(show):
    page = show(FORM)
    field = page.get_by_label("Bijlagen")
    names = "[...document.querySelector('input[type=file]').files].map((file) => file.name)"

    field.set_input_files([{"name": "a.txt", "mimeType": "text/plain", "buffer": b"1"}])
    field.set_input_files([{"name": "groot.txt", "mimeType": "text/plain", "buffer": b"12345678901"}])
    assert page.evaluate(names) == ["a.txt", "groot.txt"]
    assert page.locator(".is-too-large .file-name").all_inner_texts() == ["groot.txt"]

    page.locator(".chosen-files button").last.click()
    assert page.evaluate(names) == ["a.txt"]


def test_the_error_summary_takes_the_focus_and_leads_to_each_field(show):
    page = show(FORM)
    expect(page.locator("#error-summary")).to_be_focused()

    page.get_by_role("link", name="Vul een e-mailadres in.").click()

    expect(page.locator("#id_email")).to_be_focused()
    expect(page.locator("#id_email")).to_have_accessible_description(re.compile("Vul een e-mailadres in"))


def test_a_field_tells_how_much_room_is_left_only_near_the_end(show):
    page = show(FORM)
    status = page.locator("p.character-count")

    page.locator("#id_body").fill("x" * 10)
    expect(status).to_have_text("")
    page.locator("#id_body").fill("x" * 23)
    expect(status).to_have_text(re.compile("3"))


def test_without_javascript_every_field_is_a_plain_one(show):
    page = show(FORM, java_script_enabled=False)

    expect(page.locator("#id_organisation")).to_be_visible()
    expect(page.locator("[role=combobox], .listbox, theme-switch:visible")).to_have_count(0)
    expect(page.locator("input[type=file]")).to_be_visible()
    expect(page.locator("#error-summary")).to_be_visible()


def test_a_chosen_theme_stays_after_a_reload(show):
    page = show(FORM)
    background = "getComputedStyle(document.documentElement).backgroundColor"
    light = page.evaluate(background)

    page.locator("input[name=theme][value=dark]").check()
    dark = page.evaluate(background)
    page.reload()

    assert dark != light
    assert page.evaluate(background) == dark
    expect(page.locator("input[name=theme][value=dark]")).to_be_checked()


def test_one_endless_word_makes_no_field_wider_than_its_page(show, assert_accessible):
    page = show(FORM, width=320)

    page.locator("#id_body").fill("x" * 3000)

    assert_accessible(page)


def test_a_time_is_told_in_words_with_the_exact_moment_in_its_title(show):
    page = show(THREAD)
    time = page.locator(".thread .message--answer time")

    expect(time).to_have_text("4 min. geleden")
    expect(time).to_have_attribute("title", re.compile(r"^\w+ \d+ \w+ \d{4} .*\d+\.\d\d"))


def test_an_answer_and_a_note_differ_in_words_and_colour(show):
    page = show(THREAD + COMPOSER)

    def colour_of(selector):
        return page.locator(selector).evaluate("(element) => getComputedStyle(element).backgroundColor")

    assert colour_of(".thread .message--answer .message__head") != colour_of(".message--note")
    assert colour_of(".composer:not(.composer--note)") != colour_of(".composer--note")
    assert colour_of("button:has-text('sturen')") != colour_of("button:has-text('Nota')")


@pytest.mark.parametrize("name", ["400", "403", "404", "413", "429", "500", "503", "csrf"])
def test_an_error_page_is_accessible_and_needs_no_database(show, assert_accessible, name):
    page = show(FORM)
    html = engines["django"].get_template(f"errors/{name}.html").render({
        "fields": [{"name": "body", "label": "Uw vraag", "value": "Hallo", "is_long": True}],
        "files": "attachments", "action": "/melden/", "csrf_token": "x", "minutes": 4,
    })  # fmt: skip
    page.route(f"{SITE}/fout/", lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))

    page.goto(f"{SITE}/fout/")

    assert_accessible(page)
