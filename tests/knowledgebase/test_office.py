"""The pages of the editors: writing, reading over, deciding, without ever losing what somebody typed."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from helpdesk.accounts.actors import System, Visitor
from helpdesk.catalogue.models import Application
from knowledgebase import services
from knowledgebase.differences import side_by_side
from knowledgebase.models import Article, ArticleDraft
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.engines]

TYPED = {"title": "Getypt", "summary": "Kort.", "body_markdown": "De tekst.", "significance": "medium", "comment": ""}


def door(name: str, *roles: str) -> Client:
    client = Client()
    client.force_login(factories.user(name, roles=roles))
    return client


@pytest.fixture
def editor():
    return door("Sofie", "editor")


@pytest.fixture
def second():
    return door("Tom", "editor")


@pytest.fixture
def agent():
    return door("Bram", "agent")


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def office(article: Article, part: str = "") -> str:
    return f"/kennis/redactie/{article.pk}/{part}"


def seen(client: Client, article: Article) -> dict[str, str]:
    """What the page tells of which text and which card somebody approves."""
    context = client.get(office(article)).context
    return {"revision": str(context["revision"].number), "shown": context["shown"]}


def decide(client: Client, article: Article, deed: str, **said: str) -> str:
    response = client.post(office(article, f"{deed}/"), said, follow=True)
    assert response.redirect_chain == [(office(article), 303)]
    article.refresh_from_db()
    return response.content.decode()


def published_anew(article: Article) -> None:
    services.save_revision(actor=System(), article=article, text=factories.text("Nieuw"), based_on=1)
    services.submit_for_review(actor=System(), article=article)
    services.approve(actor=System(), article=article)
    article.refresh_from_db()


HAND_IN = 'name="indienen" value="1" form="writing"'


def hand_in(client: Client, article: Article, *, based_on: int = 1, **typed: str) -> int:
    """Press the button that hands in: the whole form comes along."""
    said = {**TYPED, "based_on": str(based_on), "indienen": "1", **typed}
    status = client.post(office(article), said).status_code
    article.refresh_from_db()
    return status


def test_an_article_goes_from_nothing_to_its_readers(editor, second, client):
    response = editor.post("/kennis/redactie/nieuw/", TYPED)
    article = Article.objects.get()
    assert (response.status_code, response["Location"]) == (303, office(article))

    assert hand_in(editor, article) == 303
    decide(editor, article, "goedkeuren", **seen(second, article))
    assert article.state == "in_review"
    decide(second, article, "goedkeuren", **seen(second, article))

    assert "De tekst." in page(client, "/kennis/getypt/")


def test_a_wrong_text_comes_back_with_its_line_and_nothing_lost(editor):
    response = editor.post("/kennis/redactie/nieuw/", {**TYPED, "body_markdown": "Goed\n\n::: als maandag\nx\n:::"})
    html = response.content.decode()

    assert response.status_code == 422
    assert "maandag" in html
    assert "error-summary" in html
    assert 'value="Getypt"' in html
    assert Article.objects.count() == 0


def test_saving_makes_a_version_and_saving_the_same_makes_none(editor):
    article = factories.article()
    for _ in range(2):
        article.refresh_from_db()
        base = str(article.current_revision.number)
        assert editor.post(office(article), {**TYPED, "based_on": base}).status_code == 303

    assert list(article.revisions.values_list("number", "title")) == [(2, "Getypt"), (1, "Aanmelden met itsme")]


def test_who_saves_twice_because_the_answer_was_long_in_coming_is_no_second_editor(editor):
    article = factories.article()
    answers = [editor.post(office(article), {**TYPED, "based_on": "1"}).status_code for _ in range(2)]

    assert (answers, article.revisions.count()) == ([303, 303], 2)


def test_who_sends_a_new_text_twice_begins_one_article(editor, second):
    sent = {**TYPED, "title": " Getypt  twee keer "}
    addresses = {editor.post("/kennis/redactie/nieuw/", sent)["Location"] for _ in range(2)}
    article = Article.objects.get()
    assert addresses == {office(article)}

    french = {editor.post(office(article, "vertaling/fr/"), TYPED)["Location"] for _ in range(2)}
    assert french == {office(article.translations.get())}
    assert second.post("/kennis/redactie/nieuw/", TYPED)["Location"] != office(article)


def test_who_saves_second_sees_both_texts_and_merges(editor, second):
    article = factories.article()
    editor.post(office(article), {**TYPED, "title": "Van Sofie", "based_on": "1"})
    response = second.post(office(article), {**TYPED, "title": "Van Tom", "based_on": "1"})
    html = response.content.decode()

    assert response.status_code == 409
    assert "<del>Sofie</del>" in html
    assert "<ins>Tom</ins>" in html
    assert 'name="based_on" value="2"' in html
    assert 'value="Van Tom"' in html
    assert article.revisions.count() == 2
    assert second.post(office(article), {**TYPED, "title": "Van beiden", "based_on": "2"}).status_code == 303
    assert article.revisions.count() == 3


def test_what_is_typed_is_kept_for_its_writer_alone_until_it_is_saved(editor, second):
    article = factories.article()
    kept = editor.post(
        office(article, "bewaren/"), {**TYPED, "title": "Nog bezig", "based_on": "1"}, headers={"HX-Request": "true"}
    )

    assert kept.status_code == 200
    assert 'value="Nog bezig"' in page(editor, office(article))
    assert "Nog bezig" not in page(second, office(article))
    editor.post(office(article), {**TYPED, "based_on": "1"})
    assert ArticleDraft.objects.count() == 0


def test_a_kept_text_remembers_on_what_it_was_written(editor, second):
    article = factories.article()
    editor.post(office(article, "bewaren/"), {**TYPED, "based_on": "1"}, headers={"HX-Request": "true"})
    second.post(office(article), {**TYPED, "title": "Van Tom", "based_on": "1"})

    html = page(editor, office(article))
    assert 'name="based_on" value="1"' in html
    assert editor.post(office(article), {**TYPED, "based_on": "1"}).status_code == 409


def test_a_new_text_is_kept_and_thrown_away(editor):
    editor.post("/kennis/redactie/nieuw/bewaren/", {"title": "Begin"}, headers={"HX-Request": "true"})
    assert 'value="Begin"' in page(editor, "/kennis/redactie/nieuw/")

    editor.post("/kennis/redactie/nieuw/", {"weg": "1"})
    assert 'value="Begin"' not in page(editor, "/kennis/redactie/nieuw/")


NEW, KEEP_NEW = "/kennis/redactie/nieuw/", "/kennis/redactie/nieuw/bewaren/"


def keep_new(client: Client, title: str) -> None:
    assert client.post(KEEP_NEW, {"title": title}, headers={"HX-Request": "true"}).status_code == 200


def kept_titles() -> list[str]:
    return list(ArticleDraft.objects.values_list("title", flat=True))


def test_a_new_text_is_kept_until_it_is_an_article(editor):
    keep_new(editor, "Half")
    editor.post(NEW, {**TYPED, "summary": ""})
    assert kept_titles() == ["Half"]

    editor.post(NEW, TYPED)
    assert kept_titles() == []


def test_an_article_begun_elsewhere_leaves_a_new_text_that_is_being_typed(editor):
    article = factories.article()
    keep_new(editor, "Half")
    editor.post(office(article, "vertaling/fr/"), {**TYPED, "title": "S'identifier"})
    writer = factories.actor(factories.user_called("Sofie"))
    services.write_draft(actor=writer, text=factories.text("Uit een vraag"))

    assert kept_titles() == ["Half"]


def test_a_title_that_was_asked_for_begins_a_text_of_its_own_and_the_kept_one_stays(editor):
    keep_new(editor, "Half")
    address = NEW + "?titel=Wachtwoord+vergeten"
    html = page(editor, address)

    assert 'value="Wachtwoord vergeten"' in html
    assert f'<a href="{NEW}">' in html
    assert "Half" in html
    assert KEEP_NEW not in html
    again = editor.post(address, {**TYPED, "apart": "1", "voorbeeld": "1"}).content.decode()
    assert 'name="apart"' in again
    assert KEEP_NEW not in again
    editor.post(address, {**TYPED, "apart": "1"})
    assert (Article.objects.get().slug, kept_titles()) == ("getypt", ["Half"])
    assert 'value="Half"' in page(editor, NEW)


def test_a_title_that_was_asked_for_opens_the_text_that_bears_it_already(editor):
    assert KEEP_NEW in page(editor, NEW + "?titel=Half")
    editor.post(KEEP_NEW, {"title": "Half", "summary": "Ver gevorderd"}, headers={"HX-Request": "true"})

    assert "Ver gevorderd" in page(editor, NEW + "?titel=Half")


def test_the_preview_is_what_readers_would_see(editor):
    fragment = editor.post("/kennis/redactie/voorbeeld/", {"body_markdown": "Een **vet** <script>"}).content.decode()
    article = factories.article()
    whole = editor.post(office(article), {**TYPED, "based_on": "1", "voorbeeld": "1"}).content.decode()

    assert "<strong>vet</strong> &lt;script&gt;" in fragment
    assert 'value="Getypt"' in whole
    assert "<p>De tekst.</p>" in whole
    assert article.revisions.count() == 1


@pytest.mark.parametrize(("length", "is_shown"), [(100_000, True), (100_001, False)])
def test_what_is_too_long_to_be_saved_is_not_laid_out_either(editor, length, is_shown):
    typed = "**vet**".ljust(length, "x")
    fragment = editor.post("/kennis/redactie/voorbeeld/", {"title": "Getypt", "body_markdown": typed}).content.decode()

    assert ("<strong>vet</strong>" in fragment) is is_shown
    assert ("100000" in fragment) is not is_shown
    assert "Getypt" in fragment


def test_two_versions_stand_side_by_side_and_an_old_one_comes_back(editor):
    article = factories.article(body="Een twee drie.")
    editor.post(office(article), {**TYPED, "body_markdown": "Een vier drie.", "based_on": "1"})
    html = page(editor, office(article, "versies/"))

    assert "<del>twee</del>" in html
    assert "<ins>vier</ins>" in html
    assert editor.get(office(article, "versies/?van=9")).status_code == 404
    decide(editor, article, "herstellen", revision="1")
    assert (article.current_revision.number, article.current_revision.body_markdown) == (3, "Een twee drie.")


def test_long_runs_that_are_the_same_are_left_out():
    same = [f"regel {number}" for number in range(20)]
    rows = side_by_side("\n".join([*same, "oud", *same]), "\n".join([*same, "nieuw", *same]))

    assert [row.skipped for row in rows if row.skipped] == [17, 17]
    assert len(rows) == 1 + 3 + 1 + 3 + 1
    assert sum(row.is_changed for row in rows) == 1


def test_a_text_is_sent_back_with_what_must_change(editor, agent):
    agent.post("/kennis/redactie/nieuw/", TYPED)
    article = Article.objects.get()
    assert hand_in(agent, article) == 303
    decide(editor, article, "terugsturen", revision="1", reason="Noem het scherm.")

    assert article.state == "work_in_progress"
    assert "Noem het scherm." in page(agent, office(article))


def test_who_hands_in_hands_in_what_stands_on_the_page_saved_or_not(editor):
    article = factories.article(published=False)
    assert HAND_IN in page(editor, office(article))

    assert hand_in(editor, article, title="") == 422
    assert article.current_revision.state == "draft"
    assert hand_in(editor, article, title="Nog niet bewaard", comment="Duidelijker") == 303
    newest = article.current_revision
    assert (newest.number, newest.title, newest.state) == (2, "Nog niet bewaard", "in_review")
    assert HAND_IN not in page(editor, office(article))
    assert (hand_in(editor, article, based_on=2, title="Nog niet bewaard"), article.revisions.count()) == (303, 2)


def test_what_was_typed_and_not_saved_keeps_its_writer_from_approving_the_text_without_it(editor):
    article = factories.article(published=False)
    services.submit_for_review(actor=System(), article=article)
    editor.post(office(article, "bewaren/"), {**TYPED, "based_on": "1"}, headers={"HX-Request": "true"})

    html = decide(editor, article, "goedkeuren", **seen(editor, article))
    assert (article.state, 'value="Getypt"' in html) == ("in_review", True)
    editor.post(office(article), {"weg": "1"})
    decide(editor, article, "goedkeuren", **seen(editor, article))
    assert article.state == "published"


def test_a_text_that_comes_to_be_kept_after_it_was_saved_is_not_told_to_be_unsaved(editor):
    article = factories.article()
    for address in (office(article, "bewaren/"), office(article), office(article, "bewaren/")):
        editor.post(address, {**TYPED, "based_on": "1"}, headers={"HX-Request": "true"})

    assert article.revisions.count() == 2
    assert ArticleDraft.objects.count() == 0


@pytest.mark.parametrize(("role", "is_led_there"), [("editor", True), ("admin", True), ("analyst", False)])
def test_who_may_edit_is_led_to_the_pages_of_editors(role, is_led_there):
    assert ('href="/kennis/redactie/"' in page(door("Wie", role), "/melden/")) is is_led_there


def test_a_text_of_which_only_a_part_could_be_kept_is_not_said_to_be_kept(editor):
    article = factories.article()
    long = {**TYPED, "body_markdown": "a" * 100_001, "based_on": "1"}
    answer = editor.post(office(article, "bewaren/"), long, headers={"HX-Request": "true"})

    assert (answer.status_code, ArticleDraft.objects.count()) == (422, 0)


def test_an_agent_reaches_the_own_drafts_alone(agent, editor):
    agent.post("/kennis/redactie/nieuw/", TYPED)
    mine, other = Article.objects.get(), factories.article("Ander", published=False)

    assert page(agent, office(mine))
    assert agent.get(office(other)).status_code == 404
    assert "Ander" not in page(agent, "/kennis/redactie/")
    assert "Getypt" in page(agent, "/kennis/redactie/")
    assert "Getypt" in page(editor, "/kennis/redactie/?lijst=klad")


def test_a_later_hour_is_kept_and_a_wrong_one_refused(editor, second):
    article = factories.article(published=False)
    services.submit_for_review(actor=factories.SYSTEM, article=article)
    later = timezone.localtime() + timedelta(days=1)
    for wrong in ("morgen", "2020-01-01T12:00"):
        decide(editor, article, "goedkeuren", **seen(editor, article), **{"publiceren-at": wrong})
        assert article.state == "in_review"
    assert article.publish_at is None
    decide(
        editor, article, "goedkeuren", **seen(editor, article), **{"publiceren-at": later.strftime("%Y-%m-%dT%H:%M")}
    )

    assert article.state == "work_in_progress"
    assert timezone.localtime(article.publish_at) == later.replace(second=0, microsecond=0)
    assert article.slug in Article.objects.filter(publish_at__isnull=False).values_list("slug", flat=True)
    assert "Aanmelden met itsme" in page(editor, "/kennis/redactie/?lijst=gepland")


def test_a_planned_publication_is_called_off_on_the_page_of_its_article(editor):
    article = factories.article(published=False)
    services.submit_for_review(actor=factories.SYSTEM, article=article)
    assert office(article, "afzeggen/") not in page(editor, office(article))
    decide(editor, article, "goedkeuren", **seen(editor, article), **{"publiceren-at": "2030-01-01T12:00"})
    assert office(article, "afzeggen/") in page(editor, office(article))
    html = decide(editor, article, "afzeggen")

    assert (article.publish_at, article.current_revision.state) == (None, "draft")
    assert office(article, "afzeggen/") not in html
    assert HAND_IN in html


def test_an_article_is_verified_planned_to_go_archived_and_brought_back(editor):
    article = factories.article(verify_by=timezone.localdate())
    assert "Aanmelden met itsme" in page(editor, "/kennis/redactie/?lijst=nakijken")
    day = timezone.localdate() + timedelta(days=200)
    decide(editor, article, "nakijken", verify_by=day.isoformat())
    assert article.verify_by == day
    assert "Aanmelden met itsme" not in page(editor, "/kennis/redactie/?lijst=nakijken")
    assert f'value="{timezone.localdate() + timedelta(days=365)}"' in page(editor, office(article))
    assert "dag en een uur" not in decide(editor, article, "nakijken", verify_by="")
    decide(editor, article, "nakijken", verify_by="2001-01-01")
    assert article.verify_by == day
    decide(editor, article, "archief-plannen", **{"archiveren-at": "2030-01-01T12:00"})
    planned = article.archive_at
    assert planned is not None
    for past in ("2020-01-01T12:00", "0001-01-01T00:00"):
        decide(editor, article, "archief-plannen", planned=planned.isoformat(), **{"archiveren-at": past})
        assert article.archive_at == planned
    assert "Iemand plande intussen een ander tijdstip" in decide(editor, article, "archief-plannen")
    assert article.archive_at == planned
    decide(editor, article, "archiveren")
    assert (article.state, article.archive_at) == ("archived", None)
    decide(editor, article, "terughalen")
    assert article.state == "published"
    assert editor.post(office(article, "onbekend/")).status_code == 404


def test_who_looks_after_an_article_reads_why_it_did_not_help_and_of_which_text_that_was_said(editor):
    article = factories.article()
    services.record_feedback(actor=Visitor(), article=article, helpful=False, reason="De knop <b>heet</b> nu anders.")
    services.record_feedback(actor=Visitor(), article=article, helpful=True)
    published_anew(article)
    services.record_feedback(actor=Visitor(), article=article, helpful=True, reason="Nu wel duidelijk.")

    said = page(editor, office(article)).partition('id="oordelen"')[2].partition("</section>")[0]

    assert "De knop &lt;b&gt;heet&lt;/b&gt; nu anders." in said
    assert re.findall(r"(Nu wel|De knop|versie \d)", said) == ["versie 2", "Nu wel", "versie 1", "De knop"]
    assert said.count("<li>") == 2


def test_who_looks_after_an_article_sees_how_often_it_was_given_as_an_answer(editor):
    article = factories.article()
    for where in ("message:1", "message:2", "message:2"):
        services.record_use(actor=System(), article=article, where=where)

    assert re.search(r"<dd>2 (times|keer)</dd>", page(editor, office(article)))


def test_on_a_card_what_was_chosen_stands_first_also_when_it_is_out_of_use(editor):
    first, second, gone = (factories.application(name) for name in ("aanvragen", "belastingen", "vroeger"))
    article = factories.article(applications=[gone, second])
    Application.objects.filter(pk=gone.pk).update(is_active=False)

    offered = editor.get(office(article, "kaart/")).context["form"].fields["applications"].queryset

    assert list(offered) == [second, gone, first]


def card(client: Client, article: Article, **said: str):
    shown = client.get(office(article, "kaart/")).context["form"].initial["shown"]
    return client.post(
        office(article, "kaart/"), {"audience": "public", "slug": article.slug, "shown": shown, "sources": "", **said}
    )


def test_the_card_says_for_whom_and_about_what(editor):
    article, application = factories.article(), factories.application()
    response = card(
        editor,
        article,
        audience="officials",
        slug="itsme",
        applications=application.slug,
        sources=" https://a.example \n\nb",
        verify_by="2027-01-02",
    )
    article.refresh_from_db()

    assert response.status_code == 303
    assert (article.audience, article.slug, article.sources) == ("officials", "itsme", ["https://a.example", "b"])
    assert list(article.applications.all()) == [application]
    assert article.verify_by.isoformat() == "2027-01-02"


def test_a_card_that_somebody_changed_meanwhile_is_not_overwritten(editor, second):
    article = factories.article()
    shown = second.get(office(article, "kaart/")).context["form"].initial["shown"]
    card(editor, article, audience="agents")
    response = second.post(
        office(article, "kaart/"), {"audience": "public", "slug": article.slug, "shown": shown, "sources": "Getypt"}
    )
    article.refresh_from_db()

    assert response.status_code == 422
    assert "Getypt" in response.content.decode()
    assert article.audience == "agents"


def test_a_refused_card_changes_nothing_and_is_corrected_as_it_was_left(editor):
    article = factories.article("Een")
    factories.article("Twee")
    shown = editor.get(office(article, "kaart/")).context["form"].initial["shown"]
    typed = {"audience": "officials", "slug": "twee", "shown": shown, "sources": ""}
    refused = editor.post(office(article, "kaart/"), typed)
    article.refresh_from_db()

    assert (refused.status_code, article.audience, article.slug) == (422, "public", "een")
    left = refused.context["form"]["shown"].value()
    again = editor.post(office(article, "kaart/"), {**typed, "slug": "een-nieuw", "shown": left})
    article.refresh_from_db()
    assert (again.status_code, article.audience, article.slug) == (303, "officials", "een-nieuw")


def test_an_agent_who_gives_an_own_draft_another_name_is_refused_whole(agent):
    agent.post(NEW, TYPED)
    article = Article.objects.get()
    assert card(agent, article, audience="agents", slug="anders").status_code == 422

    article.refresh_from_db()
    assert (article.audience, article.slug) == ("public", "getypt")


def test_the_card_keeps_what_could_not_be_chosen_any_more(editor):
    application, category, owner = factories.application(), factories.category(), factories.agent("Weg Gegaan")
    article = factories.article(applications=[application], categories=[category], owner=owner)
    for gone in (application, category, owner):
        gone.is_active = False
        gone.save()
    form = editor.get(office(article, "kaart/")).context["form"]
    ticked = {
        name: [str(part.data["value"]) for part in form[name].subwidgets if part.data["selected"]]
        for name in ("applications", "categories", "owner")
    }
    response = card(editor, article, **ticked)
    article.refresh_from_db()

    assert response.status_code == 303
    assert list(article.applications.all()) == [application]
    assert list(article.categories.all()) == [category]
    assert article.owner == owner
    other = editor.get(office(factories.article("Ander"), "kaart/")).content.decode()
    assert f'value="{application.slug}"' not in other
    assert "Weg Gegaan" not in other


def test_a_translation_begins_with_the_dutch_text(editor):
    article = factories.article()
    assert 'value="Aanmelden met itsme"' in page(editor, office(article, "vertaling/fr/"))
    editor.post(office(article, "vertaling/fr/"), {**TYPED, "title": "S'identifier"})
    translation = Article.objects.get(language="fr")

    assert translation.original == article
    assert editor.get(office(article, "vertaling/fr/"))["Location"] == office(translation)
    assert editor.get(office(article, "vertaling/xx/")).status_code == 404


def test_a_translation_is_kept_while_it_is_typed_beside_every_other_text_of_its_writer(editor):
    article = factories.article()
    assert page(editor, office(article, "vertaling/fr/")).count('lang="fr"') == 3
    french, german = (office(article, f"vertaling/{language}/") for language in ("fr", "de"))
    assert f'hx-post="{french}bewaren/"' in page(editor, french)
    for address, title in ((french, "En cours"), (german, "Halb"), (office(article), "Half")):
        kept = {**TYPED, "title": title, "based_on": "1"}
        assert editor.post(f"{address}bewaren/", kept, headers={"HX-Request": "true"}).status_code == 200
    keep_new(editor, "Nieuw")

    assert 'value="En cours"' in page(editor, french)
    editor.post(french, {"weg": "1"})
    assert 'value="Aanmelden met itsme"' in page(editor, french)
    assert editor.post(german, {**TYPED, "title": "Fertig"}).status_code == 303
    assert sorted(kept_titles()) == ["Half", "Nieuw"]
    assert editor.post(office(article, "vertaling/xx/bewaren/"), TYPED).status_code == 404


def test_a_translation_that_is_gone_on_with_later_follows_the_dutch_text_it_was_begun_on(editor):
    article = factories.article()
    french = office(article, "vertaling/fr/")
    assert 'name="based_on" value="1"' in page(editor, french)
    editor.post(f"{french}bewaren/", {**TYPED, "based_on": "1"}, headers={"HX-Request": "true"})
    published_anew(article)

    assert 'name="based_on" value="1"' in page(editor, french)
    editor.post(french, {**TYPED, "based_on": "1"})
    assert Article.objects.get(language="fr").current_revision.translated_from.number == 1


def test_a_translator_sees_what_changed_in_the_dutch_text_since(editor):
    article = factories.article()
    translation = factories.article("S'identifier", language="fr", original=article)
    assert "/versies/?van=" not in page(editor, office(translation))
    published_anew(article)

    html = page(editor, office(translation))
    changes = f"{office(article, 'versies/')}?van=1&amp;naar=2"
    assert f'<a href="{changes}">' in html
    assert "<ins>Nieuw</ins>" in page(editor, changes.replace("&amp;", "&"))
    assert 'name="follows" value="2"' in html


def test_readers_links_lead_writers_to_what_is_not_published(editor, agent):
    article = factories.article(published=False)

    assert editor.get(f"/kennis/{article.slug}/")["Location"] == office(article)
    assert agent.get(f"/kennis/{article.slug}/").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_asks_the_same_of_the_database_however_long_it_is(editor, assert_statements, count):
    for number in range(count):
        factories.article(f"Titel {number}", owner=factories.user(f"Eigenaar {number}"))
    with assert_statements(12):
        page(editor, "/kennis/redactie/?lijst=gepubliceerd")
