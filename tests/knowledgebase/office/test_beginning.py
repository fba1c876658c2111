"""A new article begins with what its address says of it, as far as that can be chosen."""

import re

import pytest

from knowledgebase.models import Article
from tests import factories
from tests.knowledgebase.office.browsing import NEW, TYPED, office, page

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


def chosen(html: str) -> list[str]:
    return [value for value in re.findall(r'<option value="([^"]*)" selected', html) if value]


@pytest.fixture
def about():
    """An application, a category below another, and one of each that is out of use."""
    parent, category = factories.category("toegang"), factories.category("toegang.geen_recht")
    category.parent = parent
    category.save()
    for gone in (factories.application("vroeger"), factories.category("toegang.vroeger")):
        gone.is_active = False
        gone.save()
    return factories.application(), category


def test_what_a_gap_knows_is_chosen_and_stands_on_the_card_of_what_is_begun(editor, about):
    address = f"{NEW}?titel=Geen+recht&toepassing=loket&categorie=toegang.geen_recht"
    html = page(editor, address)
    assert chosen(html) == ["loket", "toegang.geen_recht"]
    assert 'value="Geen recht"' in html
    assert "toegang: toegang.geen_recht</option>" in html

    left = editor.post(address, {**TYPED, "application": "loket", "category": "toegang.geen_recht", "voorbeeld": "1"})
    assert chosen(left.content.decode()) == ["loket", "toegang.geen_recht"]
    editor.post(address, {**TYPED, "application": "loket", "category": "toegang.geen_recht"})
    article = Article.objects.get()
    assert ([*article.applications.all()], [*article.categories.all()]) == ([about[0]], [about[1]])


@pytest.mark.parametrize(
    "asked",
    [
        "toepassing=vroeger&categorie=toegang.vroeger",
        "toepassing=bestaat-niet&categorie=%00",
        "toepassing=&categorie=" + "x" * 5000,
        "toepassing=1&categorie=1%27--",
    ],
)
def test_what_cannot_be_chosen_is_not_chosen_and_is_no_error(editor, about, asked):
    html = page(editor, f"{NEW}?{asked}")

    assert chosen(html) == []
    assert "<error-summary" not in html
    assert "vroeger" not in html


def test_what_was_made_up_is_refused_with_the_text_kept(editor, about):
    response = editor.post(NEW, {**TYPED, "application": "vroeger"})

    assert (response.status_code, Article.objects.count()) == (422, 0)
    assert 'value="Getypt"' in response.content.decode()


def test_a_translation_is_about_what_its_original_is_about(editor, about):
    article = factories.article(applications=[about[0]])
    french = office(article, "vertaling/fr/")
    assert 'name="application"' not in page(editor, french)
    editor.post(french, {**TYPED, "application": "", "category": "toegang.geen_recht"})

    begun = Article.objects.get(language="fr")
    assert ([*begun.applications.all()], [*begun.categories.all()]) == ([about[0]], [])
