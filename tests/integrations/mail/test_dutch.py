"""What officials read."""

import pytest

from tests.integrations.mail.conftest import answer

pytestmark = pytest.mark.django_db


def test_the_confirmation_in_dutch(mailoutbox, question, run_outbox):
    run_outbox()

    [mail] = mailoutbox
    link = mail.body.split("Bekijk uw vraag:\n")[1].splitlines()[0]
    assert mail.subject == f"Uw vraag {question.reference} is ontvangen"
    assert mail.body.splitlines() == [
        "Beste,",
        "",
        "Wij hebben uw vraag ontvangen. Dit is uw vraagnummer:",
        question.reference,
        "",
        "Is dit uw vraag? Bevestig dat dan op de pagina achter de link. Zo weten wij dat dit adres van u is.",
        "",
        "Bekijk uw vraag:",
        link,
        "",
        "Hebt u geen vraag gesteld? Dan hoeft u niets te doen.",
        "",
        "Met vriendelijke groeten",
        "Het contactpunt",
        "",
        "De link is persoonlijk. Geef hem niet door.",
        "U kunt ook gewoon op deze mail antwoorden.",
    ]
    html = mail.alternatives[0][0]
    for line in filter(None, mail.body.splitlines()):
        assert line.rstrip(":") in html


def test_an_answer_in_dutch(mailoutbox, question, run_outbox):
    run_outbox()
    answer(question, "Probeer het nu opnieuw.\n\nSofie")
    run_outbox()

    mail = mailoutbox[1]
    assert mail.subject == f"Antwoord op uw vraag {question.reference}"
    assert mail.body.splitlines()[:12] == [
        "Beste,",
        "",
        "Dit is ons antwoord op uw vraag:",
        question.reference,
        "",
        "Probeer het nu opnieuw.",
        "",
        "Sofie",
        "",
        "Wilt u antwoorden of iets toevoegen? Antwoord op deze mail, of via deze link:",
        "",
        "Bekijk uw vraag en antwoord:",
    ]
