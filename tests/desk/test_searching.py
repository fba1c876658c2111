"""Agents search: words and filters, in the address and beside the results."""

import re

import pytest

from helpdesk.catalogue.models import Application, Category
from helpdesk.search.engine import EngineUnavailableError
from helpdesk.tickets.models import Queue, Ticket
from helpdesk.tickets.selectors import saved_views
from helpdesk.tickets.services import NewMessage, add_note, change_ticket
from tests import factories
from tests.desk.test_queries import SIGNED_IN

pytestmark = pytest.mark.django_db


def found(response) -> list[str]:
    return [result.row.reference for result in response.context["found"]]


def in_queue(queue, subject: str, **values):
    return factories.ticket(subject, application=factories.application(f"app-{queue.slug}", queue=queue), **values)


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


def test_an_agent_finds_a_ticket_by_what_somebody_remembers_of_its_reference(desk, search):
    mine, foreign = in_queue(desk.loket, "Kaartlezer"), in_queue(desk.other, "Kaartlezer")
    assert found(search(mine.reference[:9])) == [mine.reference]
    assert found(search(foreign.reference[:9])) == []


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
    chips = [(chip.label, chip.value, chip.url) for chip in response.context["chips"]]
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


@pytest.mark.parametrize(
    "typed",
    [
        'wachtrij:"digitaal loket"',
        'toepassing:"Loket voor Lokale Besturen"',
        'categorie:"Geen recht"',
        'categorie:"Geen toegang"',
        'status:"wacht op leverancier"',
    ],
)
def test_a_filter_may_be_typed_as_the_page_calls_it(desk, search, typed):
    Queue.objects.filter(pk=desk.loket.pk).update(name="Digitaal Loket")
    theme, cause = factories.category("toegang"), factories.category("toegang.geen_recht")
    Category.objects.filter(pk=theme.pk).update(label="Geen toegang")
    Category.objects.filter(pk=cause.pk).update(label="Geen recht")
    ticket, other = in_queue(desk.loket, "Kaartlezer"), factories.ticket("Kaartlezer")
    Application.objects.filter(pk=ticket.application_id).update(name="Loket voor Lokale Besturen")
    Ticket.objects.filter(pk=ticket.pk).update(category=cause, status="waiting_vendor")

    assert found(search(typed)) == [ticket.reference]
    assert found(search(f"-{typed}")) == [other.reference]


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
    assert found(search('"kaartlezer werkt" niet')) == [ticket.reference]
    assert found(search('"werkt kaartlezer"')) == []
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
    assert f'Loket geeft een fout <span class="reference">{mine.reference}</span>' in page
    assert foreign.reference not in page
    assert "geheim" not in page
    assert f'data-insert="Loket voor beginners – http://127.0.0.1:8000/kennis/{article.slug}/"' in page
    assert re.findall(r'id="palette-(\w+)-', only_articles) == ["article"]


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
