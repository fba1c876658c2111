"""What mail programs and people write around a message, in the languages of Belgian administrations and in English.

In lower case; typographic apostrophes are read as straight ones.
"""

from typing import Literal

Label = Literal["from", "sent", "to", "copy", "subject", "priority"]

# The lines by which a program says whose mail follows.
_LABELS: dict[Label, tuple[str, ...]] = {
    "from": ("van", "de", "von", "from", "afzender", "da", "fra", "från", "od"),
    "sent": (
        *("verzonden", "verzonden op", "verstuurd", "datum", "date", "envoyé", "envoyé le", "gesendet", "sent"),
        *("inviato", "data", "enviado", "enviado el", "enviada em", "fecha", "sendt", "dato", "skickat", "wysłano"),
    ),
    "to": ("aan", "à", "a", "an", "to", "pour", "para", "til", "till", "do"),
    "copy": ("cc", "bcc", "kopie", "copie", "copie à", "cci", "kopie an"),
    "subject": (
        *("onderwerp", "betreft", "objet", "sujet", "betreff", "subject", "oggetto", "asunto", "assunto", "emne"),
        *("ämne", "temat"),
    ),
    "priority": (
        *("urgentie", "belang", "prioriteit", "importance", "priorité", "wichtigkeit", "priorität", "priority"),
        *("bijlagen", "pièces jointes", "anlagen", "attachments"),
    ),
}
LABELS = {name: label for label, names in _LABELS.items() for name in names}

# "Op 3 november schreef An:"; the second of a pair, when there is one, ends the clause.
VERBS = (
    ("schreef", ""),
    ("heeft", "geschreven"),
    ("écrit", ""),
    ("schrieb", ""),
    ("hat", "geschrieben"),
    ("wrote", ""),
    # Programs of elsewhere.
    ("ha", "scritto"),
    ("escribió", ""),
    ("escreveu", ""),
    ("skrev", ""),
    ("napisał", ""),
)
# At the head of an introduction without a verb, by Horde.
QUOTINGS = ("citeren ", "quoting ", "zitat von ", "citation de ")
# What stands between time, name and verb, besides those: "heeft An het volgende geschreven".
AROUND_NAMES = frozenset({word for verb in VERBS for word in verb} | {"a", "het", "volgende"})
# Who tells a story says I, you, he; a mail program says a name.
TELLERS = frozenset(
    {
        *(
            "ik",
            "je",
            "jij",
            "u",
            "uw",
            "we",
            "wij",
            "hij",
            "zij",
            "ze",
            "men",
            "me",
            "mij",
            "ons",
            "hem",
            "haar",
            "hen",
        ),
        *(
            "mijn",
            "onze",
            "dat",
            "dit",
            "vous",
            "nous",
            "il",
            "elle",
            "moi",
            "lui",
            "leur",
            "ceci",
            "cela",
            "ich",
            "wir",
        ),
        *(
            "er",
            "sie",
            "mir",
            "uns",
            "ihm",
            "ihr",
            "dies",
            "you",
            "he",
            "she",
            "they",
            "us",
            "him",
            "her",
            "them",
            "this",
        ),
        *("that", "my", "brief", "j'ai", "ai"),
    },
)
PARTICLES = frozenset(
    {
        "van",
        "de",
        "der",
        "den",
        "ten",
        "ter",
        "te",
        "het",
        "'t",
        "in",
        "op",
        "d",
        "du",
        "des",
        "la",
        "le",
        "von",
        "zu",
        "via",
    },
)
MONTHS = "jan|feb|maa|mrt|apr|mei|jun|jul|aug|sep|okt|nov|dec|fév|fev|mar|avr|mai|jui|aoû|oct|déc|jän|mär|dez|may"

ORIGINALS = (
    *("oorspronkelijk bericht", "origineel bericht", "oorspronkelijke e-mail", "message d'origine"),
    *("message original", "courriel original", "ursprüngliche nachricht", "originalnachricht", "original message"),
    *("original-nachricht", "messaggio originale", "mensaje original", "mensagem original", "oprindelig meddelelse"),
    *("opprinnelig melding", "ursprungligt meddelande", "mail original", "mail d'origine", "oorspronkelijke afspraak"),
    *("original appointment", "rendez-vous d'origine", "ursprünglicher termin"),
)
FORWARDS = (
    *("doorgestuurd bericht", "doorgestuurde bericht", "doorgestuurde e-mail", "doorgestuurd door"),
    *("message transféré", "courriel transféré", "message réexpédié", "transféré par", "weitergeleitete nachricht"),
    *("weitergeleiteten nachricht", "weitergeleitet von", "forwarded message", "forwarded by"),
)
# What people say above a mail they pass on: then the mail below is what they ask about.
POINTERS = (
    *("hieronder", "onderstaand", "doorgestuurd", "doorsturen", "stuur ik door", "stuur ik u door", "ter info", "fw:"),
    *(
        "fwd:",
        "doorst:",
        "ci-dessous",
        "ci-après",
        "transfère",
        "transmets",
        "pour info",
        "untenstehend",
        "siehe unten",
    ),
    *("weiterleit", "zur info", "below", "forward", "fyi", "volgende mail", "volgende e-mail", "volgend bericht"),
    *("volgende melding", "kreeg ik deze", "kreeg ik dit", "kregen wij deze", "kregen wij dit", "courriel suivant"),
    *("message suivant", "mail suivant", "folgende mail", "folgende e-mail", "folgende nachricht", "following mail"),
    *("following email", "following message"),
)

GREETINGS = (
    *("met vriendelijke groet", "met de vriendelijke groet", "met vriendelijke en", "met hartelijke groet"),
    *("met beleefde groet", "met collegiale groet", "met genegen groet", "met oprechte hoogachting"),
    *("met de meeste hoogachting", "met hoogachting", "vriendelijke groet", "vriendelijk groet"),
    *("hartelijke groet", "beleefde groet", "collegiale groet", "beste groet", "warme groet", "zonnige groet"),
    *("vele groet", "veel groet", "groeten", "groetjes", "groet", "hoogachtend", "mvg", "m.v.g.", "vr. gr."),
    *("bien à vous", "bien cordialement", "très cordialement", "cordialement", "sincères salutations"),
    *("meilleures salutations", "salutations", "mit freundlichen grüßen", "mit freundlichen grüssen"),
    *("mit freundlichem gruß", "freundliche grüße", "viele grüße", "beste grüße", "mfg", "hochachtungsvoll"),
    *("kind regards", "best regards", "warm regards", "with kind regards", "regards", "best wishes"),
    *("yours sincerely", "yours faithfully"),
)
SALUTATIONS = (
    *("beste", "geachte", "goeiedag", "goedendag", "goedemorgen", "goeiemorgen", "goedemiddag", "goeienamiddag"),
    *("dag", "hallo", "hoi", "bonjour", "madame", "monsieur", "cher", "chère", "sehr geehrte", "guten tag"),
    *("liebe", "dear", "hello", "hi"),
)

# Lines that telephones and programs add: one of these before, one of those after.
SENT_WITH = (
    *("verstuurd vanaf", "verstuurd vanuit", "verstuurd via", "verstuurd met", "verzonden vanaf", "verzonden vanuit"),
    *("verzonden via", "verzonden met", "verstuurd van mijn", "verzonden van mijn", "envoyé de"),
    *("envoyé depuis", "envoyé à partir", "envoyé avec", "envoyé via", "provenance", "gesendet von"),
    *("gesendet mit", "diese nachricht wurde von meinem", "sent from", "sent with", "sent via", "download outlook"),
    *("get outlook", "télécharger outlook", "obtenez outlook", "obtenir outlook", "holen sie sich outlook"),
    *("laden sie outlook", "enviado desde", "enviado do", "inviato da", "skickat från", "sendt fra", "wysłane z"),
)
# With the verb behind the device: "Von meinem iPhone gesendet". Without, it is somebody's sentence.
SENT_BEHIND = (
    r"(?:vanaf mijn .{3,60} (?:verstuurd|verzonden)|von meinem .{3,60} (?:gesendet|versendet)|mobiel verzonden)"
)
DEVICES = (
    *("iphone", "ipad", "samsung", "galaxy", "android", "huawei", "xiaomi", "oneplus", "pixel", "nokia", "smartphone"),
    *("telefoon", "mobiele telefoon", "gsm", "mobiel", "mobile", "mobilgerät", "mobiltelefon", "handy", "tablet"),
    *("outlook", "mail voor windows", "mail for windows", "mail für windows", "courrier pour windows", "mail app"),
    *("mailbox", "mail orange", "web.de", "yahoo", "gmail", "proton", "blackberry", "windows phone", "ios", "mac"),
    *("macbook", "toestel", "appareil", "téléphone", "gerät", "device", "phone", "telefon"),
)
# "Outlook voor iOS downloaden": the program, and what to do with it.
PROGRAM = r"outlook (?:voor|for|pour|für) (?:ios|android|mac|windows)"
GET_PROGRAM = rf"{PROGRAM} (?:downloaden|halen|herunterladen|beziehen|télécharger)"
DISCLAIMERS = (
    *("denk aan het milieu", "denk aan ons milieu", "denk eerst aan het milieu", "spaar het milieu", "disclaimer"),
    *("vertrouwelijkheid", "bezoek ons op", "bezoek onze website", "volg ons op", "lees onze privacyverklaring"),
    *("pensez à l'environnement", "avant d'imprimer", "clause de confidentialité", "visitez notre site"),
    *("suivez-nous sur", "bitte denken sie an die umwelt", "denken sie an die umwelt", "besuchen sie uns auf"),
    *("please consider the environment", "think before you print", "confidentiality notice", "visit our website"),
    *("follow us on",),
)
# A question may open like these too; what follows makes it a disclaimer.
DISCLAIMER_OPENINGS = (
    *("dit e-mailbericht", "dit emailbericht", "dit bericht", "deze e-mail", "deze email", "deze mail"),
    *("de informatie in", "de inhoud van", "aan dit bericht", "aan deze e-mail", "aan deze mail", "de gemeente"),
    *("het gemeentebestuur", "het bestuur", "print deze", "gelieve", "ce message", "ce courriel", "cet e-mail"),
    *("les informations", "le présent", "diese e-mail", "diese nachricht", "dieses schreiben", "this e-mail"),
    *("this email", "this message", "the information", "the contents of"),
)
LEGAL = (
    *("uitsluitend bestemd", "enkel bestemd", "alleen bestemd", "bestemd voor de", "geadresseerde", "vertrouwelijke"),
    *("kunnen geen rechten", "bindt het bestuur niet", "niet aansprakelijk", "geen verbintenis", "af te drukken"),
    *("voor u deze mail print", "uniquement destiné", "exclusivement", "destinataire", "confidentiel", "vertraulich"),
    *("ausschließlich", "empfänger", "intended solely", "intended only", "intended recipient", "confidential"),
    *("addressee", "legally binding"),
)
# Under a name these announce more of the message.
CONTENT = (
    *("fout", "error", "exception", "bijlage", "screenshot", "schermafbeelding", "ps", "p.s", "nb", "n.b", "code"),
    *("erreur", "annexe", "fehler", "anlage", "attachment", "vraag", "http 4", "http 5", "stap", "naschrift"),
)
# Under a name these tell that a line is about where somebody works.
CONTACTS = (
    *("gemeente", "stad", "ocmw", "cpas", "commune", "ville", "provincie", "dienst", "departement", "afdeling", "team"),
    *("bestuur", "agentschap", "service", "straat", "plein", "laan", "steenweg", "rue", "place", "weg ", "directeur"),
    *("diensthoofd", "medewerker", "deskundige", "secretaris", "consulent", "verantwoordelijke", "coördinator"),
    *(
        "archivaris",
        "beheerder",
        "aalst",
        "stadt",
        "strasse",
        "straße",
        "leiter",
        "tel.",
        "gsm",
        "tél",
        "maatschappelijk",
    ),
)
