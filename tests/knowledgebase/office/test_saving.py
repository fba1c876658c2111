"""Saving a text and looking at it before and after: nobody writes over another."""

import pytest

from knowledgebase.differences import side_by_side
from knowledgebase.models import Article
from knowledgebase.parsing import TOO_MANY_SIGNS
from tests import factories
from tests.knowledgebase.office.browsing import TYPED, decide, hand_in, office, page, seen
from tests.knowledgebase.timing import seconds_of

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


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
    sent = {**TYPED, "title": " Getypt  twee keer ", "tekst": "1" * 32}
    addresses = {editor.post("/kennis/redactie/nieuw/", sent)["Location"] for _ in range(2)}
    article = Article.objects.get()
    assert addresses == {office(article)}

    french = {editor.post(office(article, "vertaling/fr/"), TYPED)["Location"] for _ in range(2)}
    assert french == {office(article.translations.get())}
    assert second.post("/kennis/redactie/nieuw/", sent)["Location"] != office(article)


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


def test_the_preview_is_what_readers_would_see(editor):
    fragment = editor.post("/kennis/redactie/voorbeeld/", {"body_markdown": "Een **vet** <script>"}).content.decode()
    article = factories.article()
    whole = editor.post(office(article), {**TYPED, "based_on": "1", "voorbeeld": "1"}).content.decode()

    assert "<strong>vet</strong> &lt;script&gt;" in fragment
    assert 'value="Getypt"' in whole
    assert "<p>De tekst.</p>" in whole
    assert article.revisions.count() == 1


def test_a_text_with_too_many_signs_is_refused_at_its_field_and_comes_back_whole(editor):
    article, brackets = factories.article(), "[" * 99_000
    for address in ("/kennis/redactie/nieuw/", office(article)):
        response = editor.post(address, {**TYPED, "body_markdown": brackets, "based_on": "1"})
        html = response.content.decode()

        assert (response.status_code, html.count(str(TOO_MANY_SIGNS).replace(">", "&gt;"))) == (422, 2)
        assert f">\n{brackets}</textarea>" in html
    shown = editor.post("/kennis/redactie/voorbeeld/", {"body_markdown": brackets}).content.decode()
    assert (str(TOO_MANY_SIGNS).replace(">", "&gt;") in shown, brackets in shown) == (True, True)
    assert (Article.objects.count(), article.revisions.count()) == (1, 1)


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


def lines(*texts):
    return "\n".join(texts)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (lines(*["[]" * 990] * 49), lines(*["][" * 990] * 49)),
        (lines(*["ab " * 100] * 300), lines(*["b a " * 80] * 300)),
        (lines(*(str(line % 120) for line in range(27_000))), lines(*(str(line * 7 % 121) for line in range(27_000)))),
        ("a\n" * 49_000, "b\n" * 49_000),
    ],
    ids=["words", "lines of words", "lines", "all"],
)
def test_the_worst_two_texts_stand_side_by_side_in_time(before, after):
    rows = side_by_side(before, after)

    assert seconds_of(lambda: side_by_side(before, after), within=2) < 2
    assert sum(row.is_changed for row in rows) >= 49
    assert "".join(piece.text for row in rows for piece in row.after) == after.replace("\n", "")


def test_long_runs_that_are_the_same_are_left_out():
    same = [f"regel {number}" for number in range(20)]
    rows = side_by_side("\n".join([*same, "oud", *same]), "\n".join([*same, "nieuw", *same]))

    assert [row.skipped for row in rows if row.skipped] == [17, 17]
    assert len(rows) == 1 + 3 + 1 + 3 + 1
    assert sum(row.is_changed for row in rows) == 1
