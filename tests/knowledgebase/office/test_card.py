"""For whom an article is and what it is about."""

import re

import pytest
from django.test import Client

from helpdesk.catalogue.models import Application, Category
from knowledgebase.forms import CardForm
from knowledgebase.models import Article
from tests import factories
from tests.knowledgebase.office.browsing import NEW, TYPED, office

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


def test_on_a_card_what_was_chosen_stands_first_also_when_it_is_out_of_use(editor):
    first, second, gone = (factories.application(name) for name in ("aanvragen", "belastingen", "vroeger"))
    article = factories.article(applications=[gone, second])
    Application.objects.filter(pk=gone.pk).update(is_active=False)

    offered = editor.get(office(article, "kaart/")).context["form"].fields["applications"].queryset

    assert list(offered) == [second, gone, first]


def test_categories_are_offered_under_their_headings_as_they_are_read(editor):
    signing = Category.objects.create(code="gn", label="Gelinkt Notuleren")
    wishes = Category.objects.create(code="feedback", label="Wensen en klachten")
    Category.objects.create(code="feedback.klacht", label="Klacht", parent=wishes)
    Category.objects.create(code="gn.afkondiging", label="Publiceren", parent=signing)
    Category.objects.create(code="gn.handtekening", label="Ondertekenen", parent=signing)
    expected = [
        "Gelinkt Notuleren",
        "Gelinkt Notuleren: Ondertekenen",
        "Gelinkt Notuleren: Publiceren",
        "Wensen en klachten",
        "Wensen en klachten: Klacht",
    ]

    on_card = editor.get(office(factories.article(), "kaart/")).context["form"].fields["categories"].choices
    on_new = editor.get(NEW).context["form"].fields["category"].choices
    assert [label for _value, label in on_card] == expected
    assert [label for _value, label in on_new][1:] == expected


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


def test_a_card_asks_only_what_can_be_answered_there(editor, agent):
    agent.post(NEW, TYPED)
    own, application = Article.objects.get(), factories.application()
    article = factories.article("Nederlands", audience="agents", applications=[application])
    translation = factories.article("Frans", original=article, language="fr")

    assert visible_fields(agent, own) == ["audience", "applications", "categories", "owner", "verify_by", "sources"]
    assert visible_fields(editor, translation) == ["slug", "owner", "verify_by", "sources"]
    assert card(agent, own, sources="Bron").status_code == 303
    assert card(editor, translation, slug="frans-nieuw", audience="agents").status_code == 303
    own.refresh_from_db()
    translation.refresh_from_db()
    assert (own.sources, translation.slug, translation.audience) == (["Bron"], "frans-nieuw", "agents")
    assert list(translation.applications.all()) == [application]


def visible_fields(client: Client, article: Article) -> list[str]:
    html = re.sub(r'<input type="hidden"[^>]*>', "", client.get(office(article, "kaart/")).content.decode())
    return [name for name in CardForm.base_fields if re.search(rf'id="id_{name}(_0)?"', html)]


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
