"""What agents are told of a filter that is none, and of a value that stands for nothing."""

import pytest

from helpdesk.desk.searching.advice import advice_on
from helpdesk.tickets.filtering.reading import understand
from tests import factories

pytestmark = pytest.mark.django_db

STATUSES = [
    "nieuw", "open", "wacht-op-vraagsteller", "wacht-op-beheerder", "wacht-op-tweede-lijn", "wacht-op-leverancier",
    "opgelost", "gesloten",
]  # fmt: skip


@pytest.fixture
def advise(db):
    loket = factories.queue("digitaal-loket")
    factories.application("loket-lokale-besturen", queue=loket)
    factories.organisation("Aalst")
    agent = factories.actor(factories.agent("Bram De Smet", queues=(loket,)))

    def told(text: str) -> list[tuple[str, list[tuple[str, str]]]]:
        return [
            (each.problem, [(offer.text, offer.url) for offer in each.offers])
            for each in advice_on(agent, understand(agent, text))
        ]

    return told


@pytest.mark.parametrize(
    ("typed", "key", "meant", "query"),
    [
        ("kaartlezer staus:open", "staus", "status:open", "status%3Aopen+kaartlezer"),
        ("is:open Staus:open", "staus", "status:open", "is%3Aopen+status%3Aopen"),
        ("-staus:open itsme", "staus", "-status:open", "-status%3Aopen+itsme"),
        ("staus:opne,nieuw", "staus", "status:open,nieuw", "status%3Aopen%2Cnieuw"),
        ("bestur:aalst", "bestur", "bestuur:aalst", "bestuur%3Aaalst"),
        ("besturr:Aalts", "besturr", "bestuur:Aalst", "bestuur%3AAalst"),
        ("bestur:onbestaande", "bestur", "bestuur:onbestaande", "bestuur%3Aonbestaande"),
        ("applicatie:loket-lokale-besturen", "applicatie", "toepassing:loket-lokale-besturen", None),
        ("prio:hoog", "prio", "prioriteit:hoog", "prioriteit%3Ahoog"),
        ("typ:klacht", "typ", "type:klacht", "type%3Aklacht"),
    ],
)
def test_what_resembles_a_filter_is_asked_about_and_nothing_else_is_lost(advise, typed, key, meant, query):
    query = query or meant.replace(":", "%3A")

    assert advise(typed) == [(f"We kennen geen filter “{key}”.", [(meant, f"/desk/zoeken/?q={query}")])]


@pytest.mark.parametrize(
    "typed",
    [
        "fout: kan niet aanmelden",
        "fout:403",
        "Fout:403 bij het aanmelden",
        "http://loket.example",
        "https://loket.lokaalbestuur.vlaanderen.be/status:open",
        "Re: vraag",
        "RE:vraag",
        "FW:FW:vraag",
        "mijn vraag: hoe meld ik me aan",
        "vraag:hoe meld ik me aan",
        "status: open",
        "10:30",
        "mailto:an@aalter.be",
        "urn:nbn:be",
        "erg:traag",
        "tip:herstart",
        "app:",
        "stad:gent",
        "kan:niet",
        "loket:",
        "bijlage:niet gevonden",
        "melding:geen-toegang",
        "error:undefined",
        "datum:2026-10-01",
        "einde:2026",
        "status:open kaartlezer",
        "-status:open",
    ],
)
def test_words_with_a_colon_are_left_alone(advise, typed):
    assert advise(typed) == []


def test_of_an_unknown_value_what_resembles_it_is_offered_and_nothing_else_is_lost(advise):
    assert advise("itsme -is:open status:opne,nieuw") == [
        ("Status: “opne” kennen we niet.", [("open", "/desk/zoeken/?q=-is%3Aopen+status%3Anieuw%2Copen+itsme")])
    ]
    assert advise("-status:opne") == [("Status: “opne” kennen we niet.", [("open", "/desk/zoeken/?q=-status%3Aopen")])]


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("status:wacht", STATUSES[2:6]),
        ("status:xyz", STATUSES),
        ("status:x", STATUSES),
        ("wachtrij:loket", ["digitaal-loket"]),
        ("toepassing:lokale", ["loket-lokale-besturen"]),
        ("org:Aalts", ["Aalst"]),
        ("behandelaar:brma", ["Bram"]),
        ("is:opgelost", ["open", "afgehandeld"]),
        ("sinds:gistern", ["gisteren"]),
        ("voor:burgers", ["vandaag", "gisteren", "7d", "30d"]),
    ],
)
def test_what_may_be_chosen_is_what_resembles_it_or_all_where_that_is_little(advise, typed, offered):
    ((_problem, offers),) = advise(typed)

    assert [text for text, _url in offers] == offered


def test_where_nothing_resembles_an_unknown_value_the_chip_alone_says_so(advise):
    for number in range(8):
        factories.organisation(f"Gemeente {number}")

    assert advise("org:xyzzyxyz") == []
