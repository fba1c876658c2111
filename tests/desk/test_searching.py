"""Agents search: words and filters, in the address and beside the results."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from helpdesk.search.engine import EngineUnavailableError
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.selectors import saved_views
from helpdesk.tickets.services import NewMessage, add_note, change_ticket
from tests import factories
from tests.desk.test_queries import SIGNED_IN

pytestmark = pytest.mark.django_db


def found(response) -> list[str]:
    return [result.row.reference for result in response.context["found"]]


def in_queue(queue, subject: str, **values):
    return factories.ticket(subject, application=factories.application(f"app-{queue.slug}", queue=queue), **values)


@pytest.fixture
def search(desk, reindex):
    def asked(text: str, browser=None, **parameters):
        reindex()
        return (browser or desk.as_bram).get("/desk/zoeken/", {"q": text, **parameters})

    return asked


def test_an_agent_finds_the_tickets_of_the_own_queues_by_any_form_of_a_word(desk, search):
    mine = in_queue(desk.loket, "Gebruikersrechten ontbreken")
    foreign = in_queue(desk.other, "Gebruikersrecht ontbreekt")

    assert found(search("gebruikersrecht")) == [mine.reference]
    assert found(search("gebruikersrecht", browser=desk.as_wim)) == [foreign.reference]


def test_an_agent_finds_a_ticket_by_who_asked_it_and_by_their_administration(desk, search):
    aalter = factories.organisation("Aalter")
    mine = in_queue(desk.loket, "Vraag", requester=("Sara Bogaert", "sara@aalter.example"), organisation=aalter)
    in_queue(desk.other, "Vraag", requester=("Sara Bogaert", "sara@aalter.example"), organisation=aalter)

    assert found(search("bogaert")) == [mine.reference]
    assert found(search("sara@aalter.example")) == [mine.reference]
    assert found(search("vraag van aalter")) == [mine.reference]


def test_what_is_not_shown_is_not_counted(desk, search):
    in_queue(desk.loket, "Kaartlezer")
    in_queue(desk.other, "Kaartlezer")

    page = search("kaartlezer").context["page"]

    assert page.total == 1
    assert page.facets["queue"] == {"loket": 1}


def test_what_an_agent_handles_and_asked_counts_once(desk, search):
    in_queue(desk.loket, "Kaartlezer", by=factories.actor(desk.bram))

    page = search("kaartlezer").context["page"]

    assert (page.total, page.facets["queue"]) == (1, {"loket": 1})


def test_a_note_and_a_filename_are_found_by_agents(desk, search):
    ticket = in_queue(desk.intake, "Vraag")
    add_note(actor=factories.actor(desk.bram), ticket=ticket, new=NewMessage(body="Zie dossier kakelbont."))

    response = search("kakelbont")

    assert found(response) == [ticket.reference]
    assert "<mark>kakelbont</mark>" in response.content.decode()


def test_filters_narrow_down_and_stand_as_chips_that_can_be_removed(desk, search):
    aalst, gent = factories.organisation("Aalst"), factories.organisation("Gent")
    one = in_queue(desk.loket, "Kaartlezer", organisation=aalst)
    other = in_queue(desk.loket, "Kaartlezer", organisation=gent)
    change_ticket(actor=factories.actor(desk.bram), ticket=other, status="closed")

    response = search("kaartlezer is:open org:aalst")

    assert found(response) == [one.reference]
    chips = [(chip.label, chip.value, chip.url) for chip in response.context["understood"].chips]
    assert chips == [
        ("Voortgang", "lopend", "/desk/zoeken/?q=bestuur%3Aaalst+kaartlezer"),
        ("Bestuur", "Aalst (gemeente)", "/desk/zoeken/?q=is%3Aopen+kaartlezer"),
    ]
    assert found(desk.as_bram.get(chips[0][2])) == [one.reference]
    assert set(found(desk.as_bram.get("/desk/zoeken/?q=kaartlezer"))) == {one.reference, other.reference}


@pytest.mark.parametrize(
    ("mine", "nobodys"), [("behandelaar:ik", "behandelaar:niemand"), ("assignee:me", "assignee:none")]
)
def test_who_handles_it_is_said_in_dutch_or_as_the_api_says_it(desk, search, mine, nobodys):
    bram, other = factories.actor(desk.bram), factories.agent("Mehmet Mees", queues=(desk.loket,))
    handled, foreign, free = (in_queue(desk.loket, "Kaartlezer") for _ in range(3))
    change_ticket(actor=bram, ticket=handled, assignee=desk.bram)
    change_ticket(actor=bram, ticket=foreign, assignee=other)

    assert found(search(mine)) == [handled.reference]
    assert found(search(nobodys)) == [free.reference]


@pytest.mark.parametrize("typed", ["bestuur:aalst toepassing:app-loket", "organisation:aalst application:app-loket"])
def test_a_filter_goes_by_its_dutch_name_and_by_that_of_the_api(desk, search, typed):
    ticket = in_queue(desk.loket, "Kaartlezer", organisation=factories.organisation("Aalst"))
    in_queue(desk.loket, "Kaartlezer")

    assert found(search(typed)) == [ticket.reference]


def test_clicking_a_choice_is_typing_a_filter(desk, search):
    ticket = in_queue(desk.loket, "Kaartlezer", organisation=factories.organisation("Aalst"))
    choices = {
        (str(group.label), choice.label): choice
        for group in search("kaartlezer").context["choices"]
        for choice in group.choices
    }

    chosen = desk.as_bram.get(choices["Bestuur", "Aalst (gemeente)"].url)

    assert choices["Bestuur", "Aalst (gemeente)"].count == 1
    assert chosen.context["typed"] == 'bestuur:"Aalst (gemeente)" kaartlezer'
    assert found(chosen) == [ticket.reference]


@pytest.mark.parametrize("typed", ["status:new", "status:nieuw"])
def test_a_choice_that_holds_is_taken_off_however_it_was_typed(desk, search, typed):
    in_queue(desk.loket, "Kaartlezer")
    choices = {
        (str(group.label), choice.label): choice
        for group in search(f"kaartlezer {typed}").context["choices"]
        for choice in group.choices
    }

    assert choices["Status", "nieuw"].is_chosen
    assert choices["Status", "nieuw"].url == "/desk/zoeken/?q=kaartlezer"


def test_a_filter_that_means_nothing_says_so_and_finds_nothing(desk, search):
    ticket = in_queue(desk.loket, "Kaartlezer")

    response = search("kaartlezer status:onbekend")
    together = search("kaartlezer status:onbekend,nieuw")

    assert found(response) == []
    assert [chip.is_known for chip in response.context["understood"].chips] == [False]
    assert "onbekend, dus niets heeft dit" in response.content.decode()
    assert found(together) == [ticket.reference]


def test_a_filter_with_a_hyphen_leaves_out_and_its_chip_says_so(desk, search):
    aalst = factories.organisation("Aalst")
    one, other = in_queue(desk.loket, "Kaartlezer"), in_queue(desk.loket, "Kaartlezer", organisation=aalst)
    closed = in_queue(desk.loket, "Kaartlezer")
    in_queue(desk.other, "Kaartlezer")
    change_ticket(actor=factories.actor(desk.bram), ticket=closed, status="closed")

    response = search("kaartlezer -status:gesloten -org:aalst")
    page, chips = response.context["page"], response.context["understood"].chips

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
    assert search("voor:burgers").context["understood"].chips[0].is_known is False


def test_days_are_filtered_by_and_never_counted(desk, search):
    in_queue(desk.loket, "Kaartlezer")

    response = search("kaartlezer sinds:vandaag")

    assert "opened" not in response.context["page"].facets
    assert response.context["page"].total == 1
    assert [(chip.label, chip.value) for chip in response.context["understood"].chips] == [
        ("Ingediend sinds", "vandaag")
    ]


def test_what_is_left_out_and_means_nothing_leaves_everything(desk, search):
    ticket = in_queue(desk.loket, "Kaartlezer")

    response = search("kaartlezer -status:onbekend")

    assert found(response) == [ticket.reference]
    assert [chip.is_known for chip in response.context["understood"].chips] == [False]


def test_another_spelling_is_suggested_with_the_same_filters(desk, search):
    factories.article("Kaartlezer")
    in_queue(desk.loket, "Kaartlezer")

    response = search("kaartlezre -status:gesloten")

    assert response.context["suggestion_url"] == "/desk/zoeken/?q=-status%3Agesloten+kaartlezer"


def test_filters_without_words_list_the_newest_first(desk, search):
    older, newer = in_queue(desk.loket, "Een"), in_queue(desk.loket, "Twee")

    assert found(search("is:open")) == [newer.reference, older.reference]


@pytest.mark.parametrize("spelling", ["{0}", "{1}", "  {2} ", "{3}"])
def test_a_number_leads_to_its_ticket_in_any_spelling(desk, search, spelling):
    reference = in_queue(desk.intake, "Vraag").reference
    bare = reference.replace("-", "")
    typed = spelling.format(reference, reference.lower(), bare[2:], f"{bare[:4]} {bare[4:]}".lower())

    response = search(typed)

    assert response.status_code == 302
    assert response.headers["Location"] == f"/desk/t/{reference}/"


def test_a_number_of_another_queue_is_as_unknown_as_one_that_does_not_exist(desk, search):
    foreign = in_queue(desk.other, "Vraag").reference
    pages = []
    for typed in (foreign, "AP-ZZZZZZ-Z"):
        page = search(typed).content.decode().replace(typed, "…").replace(typed.lower(), "…")
        pages.append(re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page))

    assert pages[0] == pages[1]
    assert "Niets gevonden" in pages[0]


@pytest.mark.parametrize(
    "typed", ["", " ", "x" * 10_000, "\x00\x1b[31m", ".*(a+)+$ [", "AND OR NOT -( ^2 ~ title:*", "'; DROP TABLE --"]
)
def test_nothing_that_can_be_typed_breaks_the_page(desk, search, typed):
    in_queue(desk.loket, "Kaartlezer")

    assert search(typed).status_code == 200


def test_while_the_engine_is_away_the_database_answers_and_the_page_says_so(desk, search, monkeypatch):
    ticket = in_queue(desk.loket, "Kaartlezer werkt niet")

    def away(_plan):
        raise EngineUnavailableError("away")

    monkeypatch.setattr("helpdesk.search.finding._breaker.search", away)
    response = search("kaartlezer")

    assert found(response) == found(search("kaartlezer -status:gesloten,open")) == [ticket.reference]
    assert found(search("kaartlezer -status:nieuw")) == []
    assert search("kaartlezer -status:nieuw").context["page"].total == 0
    assert response.context["page"].degraded
    assert "vindt minder" in response.content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_a_search_costs_the_same_for_one_result_and_for_three(desk, search, assert_statements, number):
    for _ in range(number):
        in_queue(desk.loket, "Kaartlezer", organisation=factories.organisation("Aalst"))
    search("kaartlezer")

    with assert_statements(SIGNED_IN + 7):
        response = desk.as_bram.get("/desk/zoeken/?q=kaartlezer")
    assert len(found(response)) == number


def test_the_palette_offers_a_few_of_each_kind_and_nothing_of_another_queue(desk, reindex):
    mine, foreign = in_queue(desk.loket, "Loket geeft een fout"), in_queue(desk.other, "Loket geheim")
    article = factories.article("Loket voor beginners")
    reindex()

    page = desk.as_bram.get("/desk/zoeken/palet/", {"q": "loket"}).content.decode()
    only_articles = desk.as_bram.get("/desk/zoeken/palet/", {"q": "loket", "alleen": "artikelen"}).content.decode()

    assert f'data-url="/desk/t/{mine.reference}/"' in page
    assert foreign.reference not in page
    assert "geheim" not in page
    assert f'data-insert="Loket voor beginners – http://127.0.0.1:8000/kennis/{article.slug}/"' in page
    assert re.findall(r'id="palette-(\w+)-', only_articles) == ["article"]


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


def test_a_search_that_is_kept_stands_beside_the_lists(desk, search):
    desk.as_bram.post("/desk/weergaven/", {"name": "Mijn loket", "query": "-status:open toepassing:loket"})
    (view,) = saved_views(factories.actor(desk.bram))

    page = desk.as_bram.get("/desk/").content.decode()
    assert "/desk/zoeken/?q=-status%3Aopen+toepassing%3Aloket" in page
    assert "Mijn loket" not in desk.as_nadia.get("/desk/").content.decode()

    desk.as_nadia.post(f"/desk/weergaven/{view.pk}/verwijderen/")
    assert len(saved_views(factories.actor(desk.bram))) == 1
    desk.as_bram.post(f"/desk/weergaven/{view.pk}/verwijderen/")
    assert saved_views(factories.actor(desk.bram)) == []


def test_a_view_without_a_name_is_not_kept_and_the_search_is_still_there(desk, search):
    response = desk.as_bram.post("/desk/weergaven/", {"name": " ", "query": "itsme"}, follow=True)

    assert response.context["typed"] == "itsme"
    assert "naam" in response.content.decode()
    assert saved_views(factories.actor(desk.bram)) == []
