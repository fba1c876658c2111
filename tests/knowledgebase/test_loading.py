"""Articles that ship: imported once, brought up to date, and never over what an editor made of them."""

from dataclasses import replace
from pathlib import Path

import pytest
from django.core.management import call_command

from helpdesk.accounts.actors import Visitor
from knowledgebase import services
from knowledgebase.content import Card, Text
from knowledgebase.loading import Imported, ShippedFileError, import_articles, read_file, shipped_articles
from knowledgebase.models import Article
from knowledgebase.parsing import problems
from knowledgebase.selectors import readable_articles
from tests import factories

pytestmark = pytest.mark.django_db

FOLDER = Path(__file__).parent / "articles"


@pytest.fixture
def files():
    factories.application("loket")
    factories.category("login.itsme")
    return shipped_articles(FOLDER)


def load(files) -> Imported:
    return import_articles(actor=factories.SYSTEM, shipped=files)


def changed(file, **values):
    return replace(file, digest="anders", **values)


def test_a_file_becomes_a_published_article(files):
    assert load(files) == Imported(created=2, updated=0, unchanged=0, kept=0)

    article = readable_articles(Visitor()).get()
    assert article.slug == "aanmelden-met-itsme"
    assert article.published_revision.title == "Aanmelden met itsme"
    assert [row.slug for row in article.applications.all()] == ["loket"]
    assert [row.code for row in article.categories.all()] == ["login.itsme"]
    assert (article.causes, article.sources) == (["itsme_device"], ["https://www.vlaanderen.be"])
    assert (article.verify_by.isoformat(), article.verified_on) == ("2027-05-01", None)


def test_the_second_import_writes_nothing(files, assert_statements):
    load(files)
    with assert_statements(1):
        assert load(files) == Imported(created=0, updated=0, unchanged=2, kept=0)


def test_a_newer_file_gives_readers_its_text(files):
    load(files)
    text = Text(title="Nieuw", summary="Nieuw.", body_markdown="Nieuw.")
    assert load([changed(files[0], text=text, text_digest="nieuw")]).updated == 1

    assert readable_articles(Visitor()).get().published_revision.title == "Nieuw"


def test_a_text_an_editor_changed_stays(files):
    load(files)
    article = Article.objects.get(slug="aanmelden-met-itsme")
    mine = Text(title="Van de redactie", summary="Beter.", body_markdown="Beter.")
    services.save_revision(actor=factories.editor(), article=article, text=mine, based_on=1)
    text = Text(title="Nieuw", summary="Nieuw.", body_markdown="Nieuw.")

    assert load([changed(files[0], text=text, text_digest="nieuw")]).kept == 1
    article.refresh_from_db()
    assert article.current_revision.title == "Van de redactie"


def test_an_audience_an_editor_narrowed_stays_while_other_fields_follow_the_file(files):
    load(files)
    article = Article.objects.get(slug="aanmelden-met-itsme")
    services.change_card(actor=factories.editor(), article=article, card=Card(audience="agents", sources=["x"]))
    card = {**files[0].card, "audience": "officials", "causes": ["itsme_pin"]}
    load([changed(files[0], card={**card, "causes": ["itsme_device"]})])

    article.refresh_from_db()
    assert (article.audience, article.sources) == ("agents", ["x"])


def test_what_an_editor_archived_or_moved_stays_so(files):
    load(files)
    editor = factories.editor()
    article = Article.objects.get(slug="aanmelden-met-itsme")
    services.move_article(actor=editor, article=article, slug="elders")
    services.archive_article(actor=editor, article=article)

    assert load([changed(files[0], text_digest="nieuw")]).kept == 1
    assert list(Article.objects.order_by("pk").values_list("slug", "state")) == [
        ("elders", "archived"),
        ("nota-voor-agenten", "published"),
    ]


def test_an_article_of_our_own_is_never_taken_over(files):
    mine = factories.article()

    assert load(files[:1]).kept == 1
    assert Article.objects.get() == mine


@pytest.mark.parametrize(
    "content",
    ["geen kop", "+++\ntitle = 1", "+++\ntitle = 'x'\n+++\nx", "+++\nonzin = [\n+++\nx", "x\n+++\n+++\n"],
)
def test_a_wrong_file_is_named(tmp_path, content):
    path = tmp_path / "fout.md"
    path.write_text(content)

    with pytest.raises(ShippedFileError, match=r"^fout\.md: "):
        read_file(path)


def test_an_application_the_catalogue_does_not_know_stops_the_import(files):
    with pytest.raises(ShippedFileError, match="onbekend"):
        load([replace(files[0], card={**files[0].card, "applications": ["onbekend"]})])
    assert Article.objects.count() == 0


def test_every_article_that_ships_can_be_imported():
    call_command("import_catalogue")
    files = shipped_articles()
    report = load(files)

    assert report.created == len(files)
    assert {file.slug: [str(each) for each in problems(file.text.body_markdown)] for file in files} == {
        file.slug: [] for file in files
    }
    assert load(files).unchanged == len(files)
