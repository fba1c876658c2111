"""One text open in two windows of the same person: neither writes over what the other kept or saved."""

import re

import pytest

from knowledgebase import services
from knowledgebase.content import Place
from knowledgebase.models import Article, ArticleDraft
from knowledgebase.office import own_draft
from tests import factories
from tests.knowledgebase.office.browsing import NEW, TYPED, kept_titles, office, page

pytestmark = [pytest.mark.django_db, pytest.mark.engines]

KEY = "a" * 32
HTMX = {"HX-Request": "true"}
PLACES = ["new", "translation", "article"]


class Window:
    """A page as it was opened: what its form holds goes along with all that it sends."""

    def __init__(self, client, address):
        self.client, self.address = client, address
        self._read(page(client, address))

    def _read(self, html):
        self.hidden = dict(re.findall(r'<input type="hidden" name="(page|kept|tekst|based_on)" value="([^"]*)"', html))

    def keep(self, title):
        address = f"{self.address.partition('?')[0]}bewaren/"
        return self.client.post(address, {**self.hidden, **TYPED, "title": title}, headers=HTMX)

    def send(self, title, **said):
        response = self.client.post(self.address, {**self.hidden, **TYPED, "title": title, **said})
        if response.status_code == 409:
            html = response.content.decode()
            self._read(html)
            self.address = next(iter(re.findall(r'id="writing" method="post" action="([^"]*)"', html)), self.address)
        return response


@pytest.fixture(params=PLACES)
def address(request):
    return {
        "new": lambda: f"{NEW}?tekst={KEY}",
        "translation": lambda: office(factories.article(), "vertaling/fr/"),
        "article": lambda: office(factories.article()),
    }[request.param]()


@pytest.fixture
def windows(editor, address):
    return Window(editor, address), Window(editor, address)


def test_what_a_page_sent_once_more_is_no_other_text_for_who_came_back(editor, address):
    left = Window(editor, address)
    assert left.keep("Een").status_code == 200
    back = Window(editor, address)
    assert left.keep("Een").status_code == 200

    assert back.keep("Een, twee").status_code == 200
    assert left.keep("Een").status_code == 409


def test_what_one_window_kept_another_does_not_write_over(windows):
    one, other = windows
    assert [one.keep(title).status_code for title in ("Een", "Een en meer")] == [200, 200]
    refused = other.keep("Ander")

    assert (refused.status_code, kept_titles()) == (409, ["Een en meer"])
    assert 'type="submit" name="naast"' in refused.content.decode()
    assert "<form" not in refused.content.decode()
    assert (one.keep("Een en nog meer").status_code, kept_titles()) == (200, ["Een en nog meer"])


def test_a_window_that_shows_what_was_kept_goes_on_with_it_and_the_first_is_told(editor, address):
    one = Window(editor, address)
    one.keep("Half")
    other = Window(editor, address)

    assert (other.keep("Half af").status_code, one.keep("Half anders").status_code) == (200, 409)
    assert kept_titles() == ["Half af"]


def test_the_same_text_in_two_windows_is_no_conflict(windows):
    assert [window.keep("Gelijk").status_code for window in windows] == [200, 200]


@pytest.mark.parametrize("buttons", [{"naast": "1"}, {}], ids=["comparing", "saving"])
def test_who_compares_or_saves_sees_both_and_puts_them_together(windows, buttons):
    one, other = windows
    one.keep("Van het eerste")
    response = other.send("Van het andere", **buttons)
    html = response.content.decode()

    assert response.status_code == 409
    assert ("<del>eerste</del>" in html, "<ins>andere</ins>" in html) == (True, True)
    assert 'value="Van het andere"' in html
    assert kept_titles() == ["Van het eerste"]
    assert other.send("Van beide").status_code == 303
    assert kept_titles() == []
    assert Article.objects.latest("pk").current_revision.title == "Van beide"


def test_a_text_that_is_not_whole_yet_is_compared_as_well(windows):
    one, other = windows
    one.keep("Een")
    response = other.send("Twee", naast="1", summary="")

    assert response.status_code == 409
    assert "<error-summary>" not in response.content.decode()
    assert (other.keep("Twee en een").status_code, kept_titles()) == (200, ["Twee en een"])


def test_comparing_when_nothing_stands_in_the_way_shows_the_text_as_it_is(windows):
    response = windows[0].send("Een", naast="1")

    assert response.status_code == 200
    assert 'value="Een"' in response.content.decode()


@pytest.mark.parametrize("address", ["new", "translation"], indirect=True)
def test_a_text_that_was_saved_in_one_window_becomes_its_next_version_from_the_other(windows):
    one, other = windows
    saved = one.send("Van het eerste")["Location"]
    count = Article.objects.count()
    assert (other.keep("Van het andere").status_code, kept_titles()) == (409, [])
    response = other.send("Van het andere")
    html = response.content.decode()

    assert (response.status_code, other.address, other.hidden["based_on"]) == (409, saved, "1")
    assert ("<del>eerste</del>" in html, 'value="Van het andere"' in html) == (True, True)
    assert other.send("Van beide", significance="medium")["Location"] == saved
    assert Article.objects.count() == count
    assert list(Article.objects.latest("pk").revisions.values_list("title", flat=True)) == [
        "Van beide",
        "Van het eerste",
    ]


@pytest.mark.parametrize("address", ["translation"], indirect=True)
def test_a_translation_that_a_colleague_saved_first_takes_nothing_of_who_comes_second(second, windows, address):
    assert Window(second, address).send("Van Tom").status_code == 303
    response = windows[0].send("Van Sofie")

    assert response.status_code == 409
    assert "<del>Tom</del>" in response.content.decode()
    assert 'value="Van Sofie"' in response.content.decode()


@pytest.mark.parametrize("address", ["new"], indirect=True)
def test_who_comes_back_to_a_text_that_was_saved_comes_to_its_article(editor, windows, address):
    saved = windows[0].send("Klaar")["Location"]

    assert editor.get(address)["Location"] == saved
    assert windows[1].keep("Klaar").status_code == 200
    assert kept_titles() == []


def test_only_what_a_window_showed_is_thrown_away(editor, address):
    Window(editor, address).keep("Half")
    one, other = Window(editor, address), Window(editor, address)
    one.keep("Half af")
    told = editor.post(address, {**other.hidden, "weg": "1"}, follow=True).content.decode()
    assert ("notice--error" in told, kept_titles()) == (True, ["Half af"])

    editor.post(address, {**one.hidden, "weg": "1"})
    assert kept_titles() == []


def test_what_was_thrown_away_and_begun_anew_is_another_text(editor, address):
    Window(editor, address).keep("Half")
    stale = Window(editor, address)
    editor.post(address, {**stale.hidden, "weg": "1"})
    Window(editor, address).keep("Opnieuw")

    assert (stale.keep("Oud").status_code, kept_titles()) == (409, ["Opnieuw"])


def test_a_colleague_who_types_there_stands_in_nobodys_way_and_is_not_shown(second, windows, address):
    Window(second, address).keep("Geheim")
    shown = windows[0].send("Van mij", naast="1")

    assert (shown.status_code, "Geheim" in shown.content.decode()) == (200, False)
    assert windows[0].keep("Van mij").status_code == 200
    assert sorted(kept_titles()) == ["Geheim", "Van mij"]


def test_what_comes_back_unsaved_still_knows_which_page_it_is(windows):
    one, other = windows
    one.keep("Een")
    for said in ({"voorbeeld": "1"}, {"summary": ""}):
        html = other.send("Twee", **said).content.decode()
        assert re.search(r'name="page" value="([0-9a-f]{32})"', html)[1] == other.hidden["page"]
        assert 'name="kept" value=""' in html


@pytest.mark.parametrize("wrong", ["x", "\x00", "a" * 33])
@pytest.mark.parametrize("address", ["article"], indirect=True)
def test_a_name_of_a_page_that_is_none_writes_over_nothing(windows, wrong):
    one, other = windows
    one.keep("Een")
    other.hidden |= {"page": wrong, "kept": wrong}

    assert (other.keep("Twee").status_code, kept_titles()) == (409, ["Een"])


def test_a_text_saved_by_a_program_leaves_what_is_being_typed(editor):
    article = factories.article()
    window = Window(editor, office(article))
    window.keep("Half")
    owner = factories.actor(ArticleDraft.objects.get().editor)
    services.save_revision(actor=owner, article=article, text=factories.text("Van een programma"), based_on=1)

    assert own_draft(owner, Place(article)).title == "Half"
    assert window.send("Half af").status_code == 409
