"""What the generated questions say: Dutch sentences about real trouble, put together at random."""

from random import Random

FIRST_NAMES = (
    "An", "Bart", "Christel", "Dirk", "Els", "Filip", "Greet", "Hans", "Ilse", "Jan", "Karin", "Luc", "Marleen",
    "Nele", "Olivier", "Peter", "Rita", "Sofie", "Tom", "Veerle", "Wim", "Youssef", "Fatima", "Leen", "Koen",
)  # fmt: skip
LAST_NAMES = (
    "Peeters", "Janssens", "Maes", "Jacobs", "Mertens", "Willems", "Claes", "Goossens", "Wouters", "De Smet",
    "Dubois", "Lambert", "Hermans", "El Amrani", "Van Damme", "Vermeulen", "Aerts", "Pauwels", "Michiels", "Bogaert",
)  # fmt: skip
SUBJECTS = (
    "Ik geraak niet binnen in {application}",
    "Foutmelding bij het aanmelden op {application}",
    "Nieuwe collega ziet {application} niet",
    "Geen rechten meer in {application} sinds gisteren",
    "Verkeerd bestuur na aanmelden in {application}",
    "Inzending blijft op 'concept' staan in {application}",
    "Vraag over de termijn in {application}",
    "itsme werkt niet voor {application}",
)
SENTENCES = (
    "Sinds vanmorgen krijg ik de melding dat ik geen toegang heb.",
    "Ik meld aan met mijn identiteitskaart en kies het juiste bestuur.",
    "Onze lokale beheerder zegt dat het recht is toegekend.",
    "Bij mijn collega werkt het wel, op dezelfde computer.",
    "Ik heb de browser gesloten en opnieuw geprobeerd, zonder resultaat.",
    "De gemeenteraad is volgende week, dus het is dringend.",
    "In de bijlage vindt u een schermafdruk van de foutmelding.",
    "Het dossier moet voor het einde van de maand ingediend zijn.",
    "Na de fusie staat nog altijd het oude bestuur in de lijst.",
    "Kunt u nakijken of mijn account nog actief is?",
    "Bedankt, dat heeft geholpen.",
    "We hebben uw vraag doorgegeven aan de toepassingsbeheerder.",
    "Kunt u ons laten weten welke foutcode u ziet?",
    "De lokale beheerder kan dat recht toekennen in het gebruikersbeheer.",
    "Meld u af, wacht een kwartier en probeer het dan opnieuw.",
)
# How many messages a ticket has, with weights: five on average.
MESSAGE_COUNTS = (1, 2, 3, 4, 5, 6, 7, 8, 10, 14)
MESSAGE_WEIGHTS = (8, 12, 16, 16, 14, 11, 8, 7, 5, 5)


def person_name(random: Random) -> str:
    return f"{random.choice(FIRST_NAMES)} {random.choice(LAST_NAMES)}"


def subject(random: Random, application: str) -> str:
    return random.choice(SUBJECTS).format(application=application)


def body(random: Random) -> str:
    return "Dag,\n\n" + " ".join(random.choices(SENTENCES, k=random.randint(2, 8))) + "\n\nMet vriendelijke groeten"
