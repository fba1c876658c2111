"""Filters on the page of search: what holds, what is left out, and what is said of one that is none."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from helpdesk.accounts.services import set_roles
from helpdesk.search.engine import EngineUnavailableError
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.services import change_ticket, save_view
from tests import factories
from tests.desk.test_searching import found, in_queue

pytestmark = pytest.mark.django_db


def away(_plan):
    raise EngineUnavailableError("away")


def test_a_filter_that_means_nothing_says_so_and_finds_nothing(desk, search):
    ticket = in_queue(desk.loket, "Kaartlezer")

    response = search("kaartlezer status:onbekend")
    together = search("kaartlezer status:onbekend,nieuw")

    assert found(response) == []
    assert [chip.is_known for chip in response.context["chips"]] == [False]
    assert "onbekend, dus niets heeft dit" in response.content.decode()
    assert found(together) == [ticket.reference]


def test_a_filter_with_a_hyphen_leaves_out_and_its_chip_says_so(desk, search):
    aalst = factories.organisation("Aalst")
    one, other = in_queue(desk.loket, "Kaartlezer"), in_queue(desk.loket, "Kaartlezer", organisation=aalst)
    closed = in_queue(desk.loket, "Kaartlezer")
    in_queue(desk.other, "Kaartlezer")
    change_ticket(actor=factories.actor(desk.bram), ticket=closed, status="closed")

    response = search("kaartlezer -status:gesloten -org:aalst")
    page, chips = response.context["page"], response.context["chips"]

    assert found(response) == [one.reference]
    assert (page.total, page.facets["status"], page.facets["organisation"]) == (1, {"new": 1}, {})
    assert page.facets["queue"] == {"loket": 1}
    assert [(chip.label, chip.value, chip.is_negative, chip.is_known) for chip in chips] == [
        ("Status", "gesloten", True, True),
        ("Bestuur", "Aalst (gemeente)", True, True),
    ]
    assert "Bestuur: niet <strong>Aalst (gemeente)</strong>" in response.content.decode()
    assert chips[1].url == "/desk/zoeken/?q=-status%3Agesloten+kaartlezer"
    assert set(found(desk.as_bram.get(chips[1].url))) == {one.reference, other.reference}
    assert set(found(desk.as_bram.get(chips[0].url))) == {one.reference, closed.reference}


def test_several_values_that_are_left_out_are_all_left_out(desk, search):
    bram = factories.actor(desk.bram)
    new, opened, closed = (in_queue(desk.loket, "Kaartlezer") for _ in range(3))
    change_ticket(actor=bram, ticket=opened, status="open", assignee=desk.bram)
    change_ticket(actor=bram, ticket=closed, status="closed")

    assert found(search("kaartlezer -status:open,gesloten")) == [new.reference]
    assert found(search("kaartlezer -status:open -status:gesloten")) == [new.reference]
    assert set(found(search("-is:open"))) == {closed.reference}
    assert found(search("-behandelaar:niemand")) == [opened.reference]
    assert found(search("status:open -status:open")) == []


def test_a_filter_that_is_none_is_asked_about_while_its_words_are_looked_for(desk, search):
    factories.article("Status van een kaartlezer")
    ticket = in_queue(desk.loket, "Kaartlezer")

    response = search("kaartlezer staus:nieuw")
    page = response.content.decode()

    assert found(response) == [ticket.reference]
    assert "We kennen geen filter “staus”. Bedoelde u" in page
    assert '<a href="/desk/zoeken/?q=status%3Anieuw+kaartlezer"><strong>status:nieuw</strong></a>?' in page
    assert page.count("Bedoelde u") == 1
    assert found(desk.as_bram.get("/desk/zoeken/?q=status%3Anieuw+kaartlezer")) == [ticket.reference]


def test_a_mistyped_value_is_asked_about(desk, search):
    in_queue(desk.loket, "Kaartlezer")

    page = search("kaartlezer status:onbekend,nieuw type:vraga").content.decode()

    assert "Status: “onbekend” kennen we niet. Kies uit: <a href=" in page
    assert '<a href="/desk/zoeken/?q=status%3Aonbekend%2Cnieuw+type%3Avraag+kaartlezer">' in page


def test_where_filters_do_not_hold_the_page_says_so_and_keeps_them(desk, search):
    factories.article("Kaartlezer")

    response = search("kaartlezer -status:open staus:open", soort="artikelen")
    page = response.content.decode()

    assert response.context["page"].total == 1
    assert "Filters gelden alleen voor tickets." in page
    assert 'class="chip' not in page
    assert "We kennen geen filter" not in page
    assert 'href="/desk/zoeken/?q=kaartlezer+-status%3Aopen+staus%3Aopen"' in page


def test_tickets_are_found_by_the_day_they_were_opened(desk, search):
    moments = {"sep": (9, 30, 23), "oct": (10, 1, 0), "nov": (10, 31, 23)}
    tickets = {name: in_queue(desk.loket, "Kaartlezer") for name in moments}
    for name, (month, day, hour) in moments.items():
        # 23 h of the 31st in UTC is the first of November here.
        moment = datetime(2026, month, day, hour, tzinfo=UTC if name == "nov" else ZoneInfo("Europe/Brussels"))
        Ticket.objects.filter(pk=tickets[name].pk).update(created_at=moment)

    def names(typed):
        found_now = found(search(typed))
        return {name for name, ticket in tickets.items() if ticket.reference in found_now}

    assert names("kaartlezer sinds:2026-10-01") == names("sinds:2026-10 is:open") == {"oct", "nov"}
    assert names("sinds:2026-10 voor:2026-11") == names("-voor:1/10/2026 voor:1/11/2026") == {"oct"}
    assert names("voor:2026-10-01") == names("-sinds:2026-10-01") == {"sep"}
    assert names("kaartlezer voor:2026-11-01") == {"sep", "oct"}
    assert names("sinds:2100") == names("voor:2000") == set()
    assert names("sinds:2026 voor:burgers") == names("voor:burgers sinds:2026") == set()
    assert search("voor:burgers").context["chips"][0].is_known is False


def test_days_are_filtered_by_and_never_counted(desk, search):
    in_queue(desk.loket, "Kaartlezer")

    response = search("kaartlezer sinds:vandaag")

    assert "opened" not in response.context["page"].facets
    assert response.context["page"].total == 1
    assert [(chip.label, chip.value) for chip in response.context["chips"]] == [("Ingediend sinds", "vandaag")]


def test_what_is_left_out_and_means_nothing_leaves_everything(desk, search):
    ticket = in_queue(desk.loket, "Kaartlezer")

    response = search("kaartlezer -status:onbekend")

    assert found(response) == [ticket.reference]
    assert [chip.is_known for chip in response.context["chips"]] == [False]


def test_another_spelling_is_suggested_with_the_same_filters(desk, search):
    factories.article("Kaartlezer")
    in_queue(desk.loket, "Kaartlezer")

    response = search("kaartlezre -status:gesloten")

    assert response.context["suggestion_url"] == "/desk/zoeken/?q=-status%3Agesloten+kaartlezer"


def test_words_between_quotation_marks_stand_one_after_the_other(desk, search):
    one = in_queue(desk.loket, "Toegang geweigerd in het loket", body="De foutmelding zegt: kaartlezer onbekend.")
    other = in_queue(desk.loket, "Toegang tot de kaartlezer", body="Vraagje: onbekend loket, geen kaartlezer.")

    assert found(search('"kaartlezer onbekend"')) == [one.reference]
    assert found(search('toegang "geweigerd in het loket"')) == [one.reference]
    assert found(search('"Kaartlezers onbekende" -status:gesloten')) == [one.reference]
    assert found(search('"toegang tot de kaartlezer"')) == [other.reference]
    assert found(search('"loket onbekend"')) == []
    assert (
        set(found(search("kaartlezer onbekend")))
        == set(found(search('"kaartlezer')))
        == {
            one.reference,
            other.reference,
        }
    )
    response = search('kaartlezer "onbekend loket" status:nieuw')
    assert found(response) == [other.reference]
    assert response.context["chips"][0].url == "/desk/zoeken/?q=kaartlezer+%22onbekend+loket%22"


def test_a_number_between_quotation_marks_is_still_found(desk, search):
    ticket = in_queue(desk.loket, "Kaartlezer")

    assert found(search(f'"{ticket.reference}" is:open')) == [ticket.reference]


def test_every_choice_leads_to_as_many_results_as_it_says(desk, search):
    bram = factories.actor(desk.bram)
    an, jan = factories.agent("An Claes", queues=(desk.loket,)), factories.agent("Jan Claes", queues=(desk.loket,))
    for number, assignee in enumerate([an, jan, jan, None]):
        name = ("Aalst", "Aalst-Noord", "Sint-Niklaas", "Aalst")[number]
        kind = "OCMW" if number == 3 else "Gemeente"
        ticket = in_queue(desk.loket, "Kaartlezer", organisation=factories.organisation(name, kind))
        change_ticket(actor=bram, ticket=ticket, assignee=assignee, priority="high", priority_override_reason="x")
    change_ticket(actor=bram, ticket=Ticket.objects.filter(assignee=jan).first(), status="closed")
    set_roles(actor=factories.SYSTEM, user=jan, roles=frozenset())

    groups = search("kaartlezer").context["choices"]
    told = {(str(group.label), choice.label): choice for group in groups for choice in group.choices}

    assert told["Behandelaar", "An Claes"].count == 1
    assert told["Behandelaar", "Jan Claes"].count == 2
    for name, choice in told.items():
        assert len(found(desk.as_bram.get(choice.url))) == choice.count, name


def test_who_no_longer_serves_a_queue_finds_and_counts_nothing_of_it(desk, search):
    in_queue(desk.loket, "Kaartlezer"), in_queue(desk.intake, "Kaartlezer")
    save_view(actor=factories.actor(desk.bram), name="Loket", query="wachtrij:loket")
    assert search("kaartlezer").context["page"].total == 2

    desk.loket.teams.clear()

    page = desk.as_bram.get("/desk/zoeken/?q=kaartlezer").context["page"]
    assert (page.total, page.facets["queue"]) == (1, {"intake": 1})
    for typed in ("wachtrij:loket", "-wachtrij:intake", "kaartlezer wachtrij:loket"):
        page = desk.as_bram.get("/desk/zoeken/", {"q": typed}).context["page"]
        assert (page.hits, page.total, page.facets["queue"]) == ((), 0, {}), typed


def test_a_ticket_in_another_queue_is_found_there_once_the_index_follows(desk, search):
    ticket = in_queue(desk.loket, "Kaartlezer")
    search("kaartlezer")
    change_ticket(actor=factories.actor(desk.bram), ticket=ticket, queue=desk.other)

    before = desk.as_bram.get("/desk/zoeken/?q=kaartlezer").context["page"]
    assert (before.hits, before.total) == ((), 0)
    assert found(search("kaartlezer")) == []
    assert found(search("kaartlezer", browser=desk.as_wim)) == [ticket.reference]


@pytest.fixture
def merged(desk):
    """A ticket of the new municipality, two of one it came from, one of the other, and one of somebody else."""
    into, kruibeke, zwijndrecht = factories.merger("Beveren-Kruibeke-Zwijndrecht", "Kruibeke", "Zwijndrecht")
    names = {"new": into, "one": kruibeke, "two": kruibeke, "three": zwijndrecht, "else": factories.organisation()}
    return {name: in_queue(desk.loket, "Kaartlezer", organisation=each) for name, each in names.items()}


@pytest.mark.parametrize("is_away", [False, True], ids=["index", "database"])
@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("org:Beveren-Kruibeke-Zwijndrecht", {"new", "one", "two", "three"}),
        ("org:kruibeke", {"one", "two"}),
        ("org:kruibeke,zwijndrecht", {"one", "two", "three"}),
        ("org:kruibeke,aalst", {"one", "two", "else"}),
        ("-org:kruibeke", {"new", "three", "else"}),
        ("-org:Beveren-Kruibeke-Zwijndrecht", {"else"}),
        ("org:Beveren-Kruibeke-Zwijndrecht -org:kruibeke", {"new", "three"}),
    ],
)
def test_a_merged_municipality_has_the_tickets_of_those_it_came_from_and_those_only_their_own(
    search, merged, monkeypatch, typed, expected, is_away
):
    if is_away:
        monkeypatch.setattr("helpdesk.search.finding._breaker.search", away)

    response = search(f"kaartlezer {typed}")

    assert {name for name, ticket in merged.items() if ticket.reference in found(response)} == expected
    assert response.context["page"].total == len(expected)


def test_counts_of_administrations_are_what_filtering_on_them_finds(desk, search, merged):
    def counted(response):
        groups = {str(group.label): group.choices for group in response.context["choices"]}
        return {choice.label: (choice.count, choice) for choice in groups["Bestuur"]}

    choices = counted(search("kaartlezer"))
    of_one = counted(search("kaartlezer org:kruibeke"))

    assert {label: count for label, (count, _choice) in choices.items()} == {
        "Aalst (gemeente)": 1,
        "Beveren-Kruibeke-Zwijndrecht (gemeente)": 4,
        "Kruibeke (gemeente)": 2,
        "Zwijndrecht (gemeente)": 1,
    }
    for label, (count, choice) in choices.items():
        response = desk.as_bram.get(choice.url)
        assert len(found(response)) == count, label
        assert counted(response)[label][0] == count, label
    # The new one has more than these two: it would widen what is found.
    assert {label: count for label, (count, _choice) in of_one.items()} == {"Kruibeke (gemeente)": 2}
    assert of_one["Kruibeke (gemeente)"][1].is_chosen


def test_the_palette_keeps_filters_too(desk, reindex):
    new, opened = in_queue(desk.loket, "Loket"), in_queue(desk.loket, "Loket")
    change_ticket(actor=factories.actor(desk.bram), ticket=opened, status="open")
    factories.article("Loket voor beginners")
    reindex()

    def offered(typed):
        page = desk.as_bram.get("/desk/zoeken/palet/", {"q": typed}).content.decode()
        return re.findall(r'data-url="/(?:desk/t|kennis)/([^/]+)/"', page)

    assert offered("loket status:open") == [opened.reference, "loket-voor-beginners"]
    assert offered("loket -status:open") == [new.reference, "loket-voor-beginners"]
    assert offered("-status:open") == [new.reference]
    assert offered(" ") == []
