"""What the fictitious officials of the demo ask, and what became of it."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Line:
    """One message after the first: `who` is requester, agent or note."""

    who: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Question:
    name: str
    email: str
    # Name and classification of the administration; None for somebody whose administration is not in the list.
    organisation: tuple[str, str] | None
    application: str | None
    subject: str
    body: str
    hours_ago: float
    lines: tuple[Line, ...] = ()
    status: str = "new"
    assigned: bool = False
    category: str | None = None
    solved_by: str = ""
    avoidable: bool = False
    impact: str = "low"
    urgency: str = "medium"
    ticket_type: str = "question"
    confirmed: bool = True


QUESTIONS = (
    Question(
        name="Griet Vermeulen",
        email="griet.vermeulen@lokeren.example",
        organisation=("Lokeren", "Gemeente"),
        application="loket",
        subject="Er ging iets fout bij het aanmelden",
        body="Sinds vanmorgen kom ik na itsme op een scherm met 'Er ging iets fout bij het aanmelden'.\n"
        "Gisteren lukte het nog. Mijn collega heeft hetzelfde.",
        hours_ago=1.2,
        impact="medium",
        urgency="high",
        ticket_type="incident",
    ),
    Question(
        name="Peter Janssens",
        email="peter.janssens@tongeren-borgloon.example",
        organisation=("Tongeren-Borgloon", "Gemeente"),
        application="toezicht",
        subject="Ik zie de module Toezicht niet",
        body="Ik ben aangemeld in het Loket, maar ik zie alleen het berichtencentrum.\n"
        "Ik moet vandaag nog een besluit doorsturen.",
        hours_ago=3,
        status="waiting_local_manager",
        assigned=True,
        category="toegang.geen_context",
        lines=(
            Line(
                who="agent",
                text="Beste Peter\n\nU hebt het recht voor het Loket, maar niet het contextveld voor Toezicht. "
                "De lokale beheerder van uw bestuur kan dat toevoegen.\n"
                "Vraag het recht 'Loket voor Lokale Besturen' met de rol LoketLB-toezichtGebruiker.",
            ),
            Line(who="note", text="Fusiebestuur: nagaan of de lokale beheerder van Borgloon nog toegang heeft."),
        ),
        urgency="high",
    ),
    Question(
        name="Nele Hendrickx",
        email="nele.hendrickx@ocmw-genk.example",
        organisation=("Genk", "OCMW"),
        application="bbcdr",
        subject="Feedbackrapport van het meerjarenplan niet ontvangen",
        body="Wij hebben vrijdag het meerjarenplan doorgestuurd. Er is nog geen feedbackrapport.",
        hours_ago=26,
        status="open",
        assigned=True,
        category="bbc.feedbackrapport",
        lines=(Line(who="agent", text="Beste Nele\n\nWij kijken dit na bij het team BBC. U hoort van ons."),),
    ),
    Question(
        name="Dirk Lemmens",
        email="dirk.lemmens@agb-mechelen.example",
        organisation=None,
        application="omgevingsloket",
        subject="Geen recht om advies te geven in het Omgevingsloket",
        body="Ik werk nieuw bij de dienst omgeving. Het Omgevingsloket zegt dat ik geen toegang heb.",
        hours_ago=5,
        confirmed=False,
    ),
    Question(
        name="Sara Bogaert",
        email="sara.bogaert@roeselare.example",
        organisation=("Roeselare", "Gemeente"),
        application="toezicht",
        subject="Inzending blijft op 'concept' staan",
        body="Deze inzending is volledig, maar blijft concept:\n"
        "https://loket.lokaalbestuur.vlaanderen.be/supervision/submissions/3f0c9a1e-6f5d-4c37-9a55-2b1f0c7d8e11\n"
        "Kunt u nakijken wat er ontbreekt?",
        hours_ago=8,
        status="waiting_requester",
        assigned=True,
        category="toezicht.concept",
        lines=(
            Line(
                who="agent",
                text="Beste Sara\n\nBij de inzending ontbreekt de datum van de zitting. "
                "Vul die aan en klik op 'Verstuur'. Lukt het zo?",
            ),
        ),
    ),
    Question(
        name="Jan Mertens",
        email="jan.mertens@hasselt.example",
        organisation=("Hasselt", "Gemeente"),
        application="acm",
        subject="Kaartlezer wordt niet herkend",
        body="De aanmeldpagina ziet mijn eID niet. De eID-viewer leest de kaart wel.",
        hours_ago=50,
        status="resolved",
        assigned=True,
        category="login.eid",
        solved_by="self",
        avoidable=True,
        lines=(
            Line(
                who="agent",
                text="Beste Jan\n\nSluit de browser helemaal, start hem opnieuw en steek de kaart pas in "
                "wanneer de pagina het vraagt. U kunt ook met itsme aanmelden.",
            ),
            Line(who="requester", text="Het werkt na herstarten. Dank u."),
        ),
    ),
    Question(
        name="Marie Dubois",
        email="marie.dubois@pajottegem.example",
        organisation=("Pajottegem", "Gemeente"),
        application="gebruikersbeheer",
        subject="Onze lokale beheerder is met pensioen",
        body="Niemand kan bij ons nog rechten geven. De zelfregistratie zegt dat er geen lokale beheerder is.\n"
        "Hoe krijgen wij een nieuwe lokale beheerder?",
        hours_ago=30,
        status="waiting_second_line",
        assigned=True,
        category="toegang.lokale_beheerder",
        impact="high",
        lines=(
            Line(
                who="agent",
                text="Beste Marie\n\nWij vragen dit na bij Gebruikersbeheer Vlaanderen. "
                "Uw vraag blijft bij ons open tot het opgelost is.",
            ),
            Line(who="note", text="Doorgegeven aan Gebruikersbeheer, wachten op hun antwoord."),
        ),
    ),
    Question(
        name="Luc Baert",
        email="luc.baert@beveren.example",
        organisation=("Beveren-Kruibeke-Zwijndrecht", "Gemeente"),
        application="loket",
        subject="Na de fusie zie ik het oude bestuur",
        body="Ik meld aan voor Beveren-Kruibeke-Zwijndrecht, maar kan alleen Kruibeke kiezen.",
        hours_ago=20,
        impact="medium",
        urgency="high",
        category="toegang.verkeerde_organisatie",
    ),
    Question(
        name="Eva Coppens",
        email="eva.coppens@pz-gent.example",
        organisation=None,
        application="gelinkt-notuleren",
        subject="Ondertekenen lukt niet in Gelinkt Notuleren",
        body="Bij het ondertekenen krijg ik een leeg scherm. Ik gebruik Firefox.",
        hours_ago=75,
        status="closed",
        assigned=True,
        category="gn.ondertekenen",
        solved_by="helpdesk",
        lines=(
            Line(who="agent", text="Beste Eva\n\nMeld u eerst af en weer aan; de sessie was verlopen."),
            Line(who="requester", text="Dat was het. Bedankt."),
        ),
    ),
    Question(
        name="Hanne Smets",
        email="hanne.smets@aalst.example",
        organisation=("Aalst", "OCMW"),
        application="berichtencentrum",
        subject="Geen mail bij een nieuw bericht",
        body="In het berichtencentrum staat een bericht van vorige week. Wij kregen daar geen mail over.",
        hours_ago=12,
        category="berichten.notificatie",
    ),
    Question(
        name="Rik Desmedt",
        email="rik.desmedt@cevi.example",
        organisation=None,
        application="vendor-api",
        subject="401 bij automatisch melden",
        body="Sinds de sleutel vernieuwd is, antwoordt /melding met 401 voor één bestuur.\n"
        "http://data.lblod.info/submissions/9b1c2d3e-4f50-4a61-8b72-93a4b5c6d7e8",
        hours_ago=9,
        status="waiting_vendor",
        assigned=True,
        category="toezicht.leverancier_api",
        lines=(Line(who="agent", text="Beste Rik\n\nKunt u het tijdstip en de vendor-URI van de aanroep doorgeven?"),),
    ),
    Question(
        name="An Peeters",
        email="an.peeters@aalter.example",
        organisation=("Aalter", "Gemeente"),
        application="toezicht",
        subject="Moet een besluitenlijst van het college gemeld worden?",
        body="Wij twijfelen of wij de besluitenlijst van het college moeten doorsturen.",
        hours_ago=40,
        status="resolved",
        assigned=True,
        category="toezicht.wat_melden",
        solved_by="helpdesk",
        avoidable=True,
        lines=(
            Line(who="agent", text="Beste An\n\nWij keken dit na. In het Loket toont de keuzelijst wat u kunt melden."),
        ),
    ),
    Question(
        name="An Peeters",
        email="an.peeters@aalter.example",
        organisation=("Aalter", "Gemeente"),
        application="mandatenbeheer",
        subject="Nieuwe schepen toevoegen",
        body="Op 1 december legt een nieuwe schepen de eed af. Wanneer voeren wij dat in?",
        hours_ago=4,
        category="mandaten.gebruik",
    ),
)
