"""Editors say which words mean the same, and see first what that does."""

import pytest
from django.urls import reverse

from helpdesk.accounts.actors import Visitor
from helpdesk.accounts.models import User
from helpdesk.kernel.policy import RefusedError
from helpdesk.search.finding import find
from helpdesk.search.models import SynonymSet
from helpdesk.search.queries import Query
from helpdesk.search.services import load_synonyms
from knowledgebase.services import keep_synonyms, remove_synonyms
from tests import factories

ADDRESS = reverse("knowledgebase:synonyms")


@pytest.fixture
def office(client, db):
    editor = factories.editor()
    client.force_login(User.objects.get(pk=editor.user_id))
    return client


def titles(text):
    return [hit.title for hit in find(Visitor(), Query(text=text, kinds=("article",))).hits]


def test_words_that_are_kept_find_each_other(office, reindex, django_capture_on_commit_callbacks):
    factories.article("Een rol aanvragen")
    reindex()
    assert titles("machtiging") == []

    with django_capture_on_commit_callbacks(execute=True):
        answer = office.post(ADDRESS, {"terms": "rol\nmachtiging", "meanings": "", "trial": "", "deed": "keep"})

    assert (answer.status_code, answer["Location"]) == (303, ADDRESS)
    assert titles("machtiging") == ["Een rol aanvragen"]
    assert SynonymSet.history.get().history_user_id.startswith("user:")


def test_the_effect_shows_before_anything_is_kept(office, reindex):
    factories.article("Een rol aanvragen")
    reindex()

    answer = office.post(ADDRESS, {"terms": "rol\nmachtiging", "meanings": "", "trial": "machtiging", "deed": "try"})

    assert answer.status_code == 200
    assert (answer.context["effect"].before, answer.context["effect"].after) == ((), ("Een rol aanvragen",))
    assert "Een rol aanvragen" in answer.content.decode()
    assert not SynonymSet.objects.exists()


def test_a_set_is_changed_and_removed(office, django_capture_on_commit_callbacks):
    kept = keep_synonyms(actor=factories.editor("Tine"), synonyms=None, terms=["a", "b"], meanings=[])
    page = office.get(ADDRESS, {"set": kept.pk})
    assert 'value="' + str(kept.pk) in page.content.decode()
    shown = page.context["shown"]

    office.post(ADDRESS, {"set": kept.pk, "shown": shown, "terms": "a\na\nc", "meanings": "d", "deed": "keep"})
    kept.refresh_from_db()
    assert (kept.terms, kept.meanings) == (["a", "c"], ["d"])

    office.post(ADDRESS, {"set": kept.pk, "deed": "remove"})
    assert not SynonymSet.objects.exists()
    assert [line.history_type for line in SynonymSet.history.order_by("history_id")] == ["+", "~", "-"]


def test_what_a_colleague_changed_meanwhile_is_not_overwritten(office):
    kept = keep_synonyms(actor=factories.editor("Tine"), synonyms=None, terms=["fiets", "rijwiel"], meanings=[])
    shown = office.get(ADDRESS, {"set": kept.pk}).context["shown"]
    keep_synonyms(actor=factories.editor("Koen"), synonyms=kept, terms=["fiets", "rijwiel", "velo"], meanings=[])

    answer = office.post(ADDRESS, {"set": kept.pk, "shown": shown, "terms": "fiets\nbrommer", "deed": "keep"})

    kept.refresh_from_db()
    assert kept.terms == ["fiets", "rijwiel", "velo"]
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "brommer" in page
    assert "velo" in page


@pytest.mark.parametrize(
    ("terms", "meanings"),
    [("", ""), ("een", ""), ("a b c d e\nx", ""), ("\n".join(f"woord{n}" for n in range(21)), ""), ("!!!\nx", ""),
     ("x" * 61 + "\ny", ""), ("a\nb", "?"), ("itsme\nItsme", ""), ("itsme", "ITSME")],
)  # fmt: skip
def test_what_cannot_be_searched_for_is_not_kept(office, terms, meanings):
    answer = office.post(ADDRESS, {"terms": terms, "meanings": meanings, "deed": "keep"})

    assert answer.status_code == 422
    assert not SynonymSet.objects.exists()


@pytest.mark.parametrize("number", ["0", "x", "-1", "9" * 30, "٣"])
def test_a_set_that_is_not_there_is_not_found(office, number):
    assert office.get(ADDRESS, {"set": number}).status_code == 404


def test_only_editors_decide(db):
    agent = factories.actor(factories.agent())
    kept = keep_synonyms(actor=factories.editor(), synonyms=None, terms=["a", "b"], meanings=[])

    with pytest.raises(RefusedError):
        keep_synonyms(actor=agent, synonyms=kept, terms=["a"], meanings=["c"])
    with pytest.raises(RefusedError):
        remove_synonyms(actor=agent, synonyms=kept)


def test_shipped_synonyms_come_once_and_what_editors_removed_stays_away(db):
    editor = factories.editor()
    assert load_synonyms(actor=editor).created > 10
    SynonymSet.objects.all().delete()

    assert load_synonyms(actor=editor).created == 0
    assert not SynonymSet.objects.exists()


def test_the_list_costs_the_same_for_one_set_and_three(office, assert_statements):
    editor = factories.editor("Tine")
    keep_synonyms(actor=editor, synonyms=None, terms=["a", "b"], meanings=[])
    office.get(ADDRESS)
    with assert_statements(3):
        office.get(ADDRESS)
    for number in range(2):
        keep_synonyms(actor=editor, synonyms=None, terms=["a", f"b{number}"], meanings=[])
    with assert_statements(3):
        office.get(ADDRESS)


def test_what_is_typed_is_kept_when_somebody_removed_the_words_meanwhile(office):
    kept = keep_synonyms(actor=factories.editor("Tine"), synonyms=None, terms=["a", "b"], meanings=[])
    said = {"set": kept.pk, "shown": office.get(ADDRESS, {"set": kept.pk}).context["shown"], "terms": "a\nb\nnieuw"}
    remove_synonyms(actor=factories.editor("Ann"), synonyms=kept)

    answer = office.post(f"{ADDRESS}?set={said['set']}", said)
    page = answer.content.decode()

    assert (answer.status_code, "a\nb\nnieuw</textarea>" in page, 'name="set"' in page) == (409, True, False)
    assert f'action="{ADDRESS}"' in page
    assert office.post(ADDRESS, {"terms": "a\nb\nnieuw", "deed": "keep"}).status_code == 303
    assert SynonymSet.objects.get().terms == ["a", "b", "nieuw"]


def test_words_somebody_else_removed_are_removed(office):
    kept = keep_synonyms(actor=factories.editor("Tine"), synonyms=None, terms=["a", "b"], meanings=[])
    number = kept.pk
    remove_synonyms(actor=factories.editor("Ann"), synonyms=kept)

    assert office.post(ADDRESS, {"set": number, "deed": "remove"}).status_code == 303


@pytest.mark.parametrize("number", ["85073003328", "mijn 85073003328", "850730 03328"])
def test_a_rijksregisternummer_is_no_word(office, number):
    answer = office.post(ADDRESS, {"terms": f"kaart\n{number}", "deed": "keep"})

    assert (answer.status_code, SynonymSet.objects.count()) == (422, 0)
