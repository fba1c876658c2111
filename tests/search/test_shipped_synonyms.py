"""The synonyms that ship: read whole or refused, and loaded again and again."""

from dataclasses import astuple, dataclass

import pytest

from helpdesk.search import services
from helpdesk.search.models import SynonymSet
from helpdesk.search.selectors import ShippedSynonymsError, shipped_synonyms
from helpdesk.search.services import change_synonyms, load_synonyms, remove_synonyms


@dataclass(frozen=True)
class Someone:
    code: str


SYSTEM, EDITOR = Someone("system"), Someone("user:7")


@pytest.fixture
def load(db, monkeypatch):
    """Give what loads these sets as those that ship, and returns what became of them."""

    def loaded(*shipped):
        rows = [SynonymSet(terms=terms, meanings=meanings, source="test") for terms, meanings in shipped]
        monkeypatch.setattr(services, "shipped_synonyms", lambda: rows)
        return astuple(load_synonyms(actor=SYSTEM))

    return loaded


def stored():
    return [(one.terms, one.meanings) for one in SynonymSet.objects.all()]


GSM = (["gsm", "telefoon"], [])
PC = (["pc", "computer"], [])
PASTOOR = (["pastoor"], ["bedienaar"])


def test_what_ships_can_be_read():
    assert len(shipped_synonyms()) > 30


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (
            "college van burgemeester en schepenen|CBS,,x",
            "“college van burgemeester en schepenen” has no word, or more",
        ),
        ("pastoor,bedienaar van de erkende eredienst,x", "“bedienaar van de erkende eredienst” has no word, or more"),
        ("gsm|--,,x", "“--” has no word"),
        ("gsm,,x", "of no word what else it means"),
        (",gsm|telefoon,x", "of no word what else it means"),
        ("pc|computer,,x\npc,toestel,x", "another line begins with the same word"),
    ],
)
def test_a_line_of_which_something_would_vanish_is_refused(tmp_path, line, why):
    file = tmp_path / "synonyms.csv"
    file.write_text(f"terms,meanings,source\n{line}\n")

    with pytest.raises(ShippedSynonymsError, match=why):
        shipped_synonyms(file)


def test_a_new_version_adds_what_is_new_and_changes_what_nobody_touched(load):
    assert load(GSM, PASTOOR) == (2, 0, 0, 0)
    more = (["gsm", "telefoon", "smartphone"], [])

    assert load(more, PASTOOR, PC) == (1, 1, 1, 0)
    assert stored() == [more, PASTOOR, PC]
    assert load(more, PASTOOR, PC) == (0, 0, 3, 0)


def test_a_new_version_leaves_what_editors_changed_or_removed(load):
    load(GSM, PASTOOR)
    gsm, pastoor = SynonymSet.objects.all()
    change_synonyms(actor=EDITOR, synonyms=gsm, terms=["toestel", "gsm"], meanings=[])
    remove_synonyms(actor=EDITOR, synonyms=pastoor)

    assert load((["gsm", "smartphone"], []), (["pastoor"], ["priester"])) == (0, 0, 0, 2)
    assert stored() == [(["toestel", "gsm"], [])]


def test_a_set_of_an_editor_with_the_same_first_word_is_not_doubled(load):
    services.add_synonyms(actor=EDITOR, terms=["gsm", "draagbare"])

    assert load(GSM) == (0, 0, 0, 1)
    assert stored() == [(["gsm", "draagbare"], [])]
