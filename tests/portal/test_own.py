import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from helpdesk.tickets.content import store_upload
from helpdesk.tickets.models import Attachment, MessageBody, Ticket
from helpdesk.tickets.services import NewMessage, add_note, change_ticket, confirm_ticket, reply_to_ticket
from tests import factories

PAGES = ("/mijn/", "/mijn/AP-7K3M9Q-X/", "/bijlagen/6a1f3c9e-0000-4000-8000-000000000000/")


@pytest.fixture
def account(db):
    return factories.official("Els Maes", email="els.maes@aalter.example")


@pytest.fixture
def mine(account):
    return factories.ticket("Mijn vraag", by=factories.actor(account))


def page_of(ticket):
    return f"/mijn/{ticket.reference}/"


@pytest.mark.parametrize("url", PAGES)
def test_a_visitor_is_sent_to_the_door_and_back(client, db, url):
    answer = client.get(url)

    assert (answer.status_code, answer["Location"]) == (302, f"/aanmelden/?next={url}")


def test_my_questions_are_listed_with_their_state_and_nobody_elses(sign_in, account, mine):
    factories.ticket("Van een ander", by=factories.actor(factories.official("Jan Janssens")))

    html = sign_in(account).get("/mijn/").content.decode()

    assert "Mijn vraag" in html
    assert mine.reference in html
    assert "Van een ander" not in html


def test_a_question_of_a_colleague_of_the_same_administration_is_not_mine(sign_in):
    aalter = factories.organisation("Aalter")
    me, colleague = (factories.official(name, organisation=aalter) for name in ("Els Maes", "Jan Janssens"))
    theirs = factories.ticket("Van Jan", by=factories.actor(colleague), organisation=aalter)

    client = sign_in(me)
    assert "Van Jan" not in client.get("/mijn/").content.decode()
    assert client.get(page_of(theirs)).status_code == 404


def test_an_unverified_question_with_my_address_enters_once_the_link_was_used(sign_in, account):
    ticket = factories.ticket("Door de open deur", requester=("E. Maes", "Els.Maes@Aalter.example"))
    client = sign_in(account)
    assert "Door de open deur" not in client.get("/mijn/").content.decode()
    assert client.get(page_of(ticket)).status_code == 404

    confirm_ticket(actor=factories.guest(ticket), ticket=ticket)

    assert "Door de open deur" in client.get("/mijn/").content.decode()
    assert client.get(page_of(ticket)).status_code == 200


def test_an_account_whose_address_nobody_verified_gets_no_questions_by_it(sign_in):
    account = factories.official(email="els.maes@aalter.example", verified=False)
    ticket = factories.ticket("Door de open deur", requester=("E. Maes", "els.maes@aalter.example"))
    confirm_ticket(actor=factories.guest(ticket), ticket=ticket)

    assert "Door de open deur" not in sign_in(account).get("/mijn/").content.decode()


def test_an_agent_reads_an_own_question_without_the_notes_of_the_desk(sign_in):
    queue = factories.queue()
    account = factories.agent(queues=(queue,))
    ticket = factories.ticket("Vraag van de agent", by=factories.actor(account))
    other = factories.actor(factories.agent("Mieke Claes", queues=(queue,)))
    add_note(actor=other, ticket=ticket, new=NewMessage(body="Lastige collega"))
    of_the_queue = factories.ticket("Uit de wachtrij")

    client = sign_in(account)
    own = client.get(page_of(ticket))
    assert own.status_code == 200
    assert "Lastige collega" not in own.content.decode()
    assert "Uit de wachtrij" not in client.get("/mijn/").content.decode()
    assert client.get(page_of(of_the_queue)).status_code == 404


def test_an_agent_who_answers_an_own_question_answers_as_requester(sign_in):
    account = factories.agent(queues=(factories.queue(),))
    ticket = factories.ticket(by=factories.actor(account))

    sign_in(account).post(page_of(ticket), {"body": "Nog iets"})

    message = ticket.messages.get(seq=2)
    assert (message.direction, message.author_role, message.deliveries.count()) == ("inbound", "requester", 0)


def test_the_page_shows_the_answer_never_the_note(sign_in, account, mine):
    desk = factories.actor(factories.agent(queues=(mine.queue,)))
    reply_to_ticket(actor=desk, ticket=mine, new=NewMessage(body="Probeer opnieuw."))
    add_note(actor=desk, ticket=mine, new=NewMessage(body="Lastig geval"))

    html = sign_in(account).get(page_of(mine)).content.decode()

    assert "Probeer opnieuw." in html
    assert "Lastig geval" not in html


def test_the_number_may_be_written_in_any_way(sign_in, account, mine):
    assert sign_in(account).get(f"/mijn/{mine.reference.lower().replace('-', ' ')}/").status_code == 200


@pytest.mark.parametrize("reference", ["AP-000000-0", "x", "%00", "☃"])
def test_an_unknown_number_is_no_page(sign_in, account, reference):
    assert sign_in(account).get(f"/mijn/{reference}/").status_code == 404


def test_i_answer_attach_close_and_open_again(sign_in, account, mine):
    client = sign_in(account)

    answer = client.post(page_of(mine), {"body": "Nog iets", "attachments": SimpleUploadedFile("s.png", b"1")})
    assert (answer.status_code, answer["Location"]) == (303, page_of(mine) + "#2")
    assert MessageBody.objects.get(message__seq=2).text == "Nog iets"
    assert Attachment.objects.get().message.seq == 2
    assert client.post(page_of(mine) + "sluiten/").status_code == 303
    assert Ticket.objects.get().status == "closed"
    assert client.post(page_of(mine) + "heropenen/").status_code == 303
    assert Ticket.objects.get().status == "open"


@pytest.mark.parametrize("rest", ["", "sluiten/", "heropenen/"])
def test_nobody_else_can_change_it(sign_in, mine, rest):
    stranger = sign_in(factories.official("Jan Janssens"))

    assert stranger.post(page_of(mine) + rest, {"body": "Sluit maar"}).status_code == 404
    assert (Ticket.objects.get().status, mine.messages.count()) == ("new", 1)


@pytest.mark.parametrize("rest", ["sluiten/", "heropenen/"])
def test_reading_changes_nothing(sign_in, account, mine, rest):
    assert sign_in(account).get(page_of(mine) + rest).status_code == 405


def test_someone_switched_off_reads_nothing_more(sign_in, account, mine):
    client = sign_in(account)
    type(account).objects.update(is_active=False)

    assert client.get("/mijn/").status_code == 302


def test_twenty_six_questions_take_two_pages(sign_in, account):
    actor = factories.actor(account)
    for number in range(26):
        factories.ticket(f"Vraag {number:02}", by=actor)
    client = sign_in(account)

    first = client.get("/mijn/")
    second = client.get("/mijn/", {"cursor": first.context["page"].next_cursor})

    assert [len(page.context["rows"]) for page in (first, second)] == [25, 1]
    assert "Vraag 00" in second.content.decode()
    assert client.get("/mijn/", {"cursor": "nonsens"}).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_any_number(sign_in, account, assert_statements, count):
    for _ in range(count):
        factories.ticket(by=factories.actor(account))
    client = sign_in(account)

    # Session, user, actor, questions.
    with assert_statements(3):
        client.get("/mijn/")


@pytest.mark.parametrize("count", [1, 3])
def test_the_question_costs_the_same_for_any_number_of_messages(sign_in, account, mine, assert_statements, count):
    desk = factories.actor(factories.agent(queues=(mine.queue,)))
    for number in range(count):
        upload = store_upload(filename=f"{number}.txt", chunks=[b"1"])
        reply_to_ticket(actor=desk, ticket=mine, new=NewMessage(body="Antwoord", uploads=(upload,)))
    client = sign_in(account)

    # Session, user, actor, question, messages, attachments.
    with assert_statements(5):
        client.get(page_of(mine))


def test_home_shows_my_open_questions_and_to_a_visitor_none(client, sign_in, account, mine):
    closed = factories.ticket("Al lang klaar", by=factories.actor(account))
    change_ticket(actor=factories.actor(account), ticket=closed, status="closed")

    html = sign_in(account).get("/").content.decode()

    assert "Mijn vraag" in html
    assert "Al lang klaar" not in html
    assert "Mijn vraag" not in client.get("/").content.decode()


def test_home_asks_a_visitor_nothing_of_the_database(client, db, assert_statements):
    with assert_statements(0):
        assert client.get("/").status_code == 200
