"""What may be kept of texts when nobody should know who wrote them."""

import pytest

from helpdesk.insights.redacting import redacted


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Mail mij op an.peeters@aalter.be aub", "Mail mij op [e-mailadres] aub"),
        ("Bel 09 325 22 00 of +32 475 12 34 56.", "Bel [nummer] of [nummer]."),
        ("KBO 0207.437.468 en BE68 5390 0754 7034", "KBO [nummer] en [nummer]"),
        ("Mijn nummer is 85.07.30-033.28", "Mijn nummer is ••.••.••-•••.••"),
        (
            "Zie ap-7k3m9q-x en https://loket.lokaalbestuur.vlaanderen.be/supervision/submissions/1",
            "Zie [nummer] en [link]",
        ),
        ("Fout 403 op 23 november 2026, artikel 285", "Fout 403 op 23 november 2026, artikel 285"),
        ("BBC 2024-2029 en versie 4.7.4", "BBC 2024-2029 en versie 4.7.4"),
    ],
)
def test_addresses_and_numbers_go_and_what_the_question_is_about_stays(text, kept):
    assert redacted(text) == kept


def test_names_go_whole_and_in_part_whatever_their_capitals():
    text = "Beste, AN PEETERS hier. Groeten, An en collega's van Aalter"

    assert (
        redacted(text, ["Ann Peeters", "Aalter", "AN"]) == "Beste, AN [naam] hier. Groeten, An en collega's van [naam]"
    )
    assert redacted("Groeten, Annelies Peeters", ["Annelies Peeters"]) == "Groeten, [naam]"
    assert redacted("peetersmolen", ["Peeters"]) == "peetersmolen"
