"""Mail of people and mail of machines."""

import pytest

from integrations.mail.reading.automatic import automatic_kind, is_answerable, is_own
from tests.integrations.mail.reading.mails import ORIGINAL_ID, OWN_DOMAIN, mail, part, report

QUOTED_BOUNCE = """Goedemiddag

Ik kreeg dit terug. Wat doe ik verkeerd?

> This is the mail system at host mx.aalter.example.
>
> I'm sorry to have to inform you that your message could not be delivered to one or more recipients.
>
> <loket@vlaanderen.example>: host mx.vlaanderen.example said: 550 5.1.1 User unknown
"""


def kind_of(message):
    return str(automatic_kind(message))


PEOPLE = {
    "a question": mail("Vraag over het loket", text="Beste, hoe dien ik een besluit in?"),
    "one that says that a person sent it": mail(auto_submitted="no"),
    "one that says so with a comment": mail(auto_submitted="No (typed)"),
    "absence as a subject": mail("Afwezigheid van de burgemeester registreren", text="Waar vul ik dat in?"),
    "absence with a colon": mail("Afwezigheid: wie vervangt de algemeen directeur?", text="Ik ben met verlof in juli."),
    "an answer in a thread about absence": mail(
        "Afwezigheid: hoe melden?", in_reply_to="<a@b.example>", text="Dank u."
    ),
    "an answer to an automatic reply": mail("RE: Automatisch antwoord: Vraag", text="Bedankt voor uw bericht."),
    "automatic replies as a subject": mail("Automatisch antwoord in het loket instellen", text="Kan dat?"),
    "out of office as a subject": mail("Out of office instellen in de mailbox", text="Kan dat?"),
    "a car": mail("Auto: parkeerkaart voor de burgemeester", text="Hoe vraag ik die aan?"),
    "an undeliverable letter": mail("Onbestelbaar: aangetekende brief", text="Beste, de brief kwam terug. Wat nu?"),
    "a letter that came back": mail(
        "Retour afzender: aangetekende zending", text="Het adres op de zending bestaat niet."
    ),
    "a bounce, quoted": mail("Mail komt terug", text=QUOTED_BOUNCE),
    "a bounce, quoted under its own subject": mail("Undelivered Mail Returned to Sender", text=QUOTED_BOUNCE),
    "a bounce, passed on": mail(
        "FW: Undelivered Mail Returned to Sender",
        text="From: Mail Delivery System <MAILER-DAEMON@mx.example>\n\nThis is the mail system at host mx.example.",
    ),
    "a bounce, passed on as an attachment": mail(
        "Onze mail komt niet aan",
        text="Zie bijlage. Het bericht kan niet worden bezorgd, zegt de server.",
        content_type="multipart/mixed; boundary=x",
        parts=[part("message/rfc822", "From: MAILER-DAEMON@mx.example\nSubject: failure notice\n\n")],
    ),
    "a bounce, passed on with its report": mail(
        "Niet aangekomen",
        text="Kunt u hier eens naar kijken?",
        content_type="multipart/mixed; boundary=x",
        parts=[part("message/delivery-status", "Action: failed\nFinal-Recipient: rfc822; a@b.example")],
    ),
    "a bounce, pasted in a mail program": mail(
        "Delivery Status Notification (Failure)",
        text="This is an automatically generated Delivery Status Notification.",
        x_mailer="Microsoft Outlook 16.0",
    ),
    "the code of a server, in own words": mail(
        "Fout bij verzenden", text="Ik krijg 550 5.1.1 user unknown bij loket@vlaanderen.example."
    ),
    "a keeper of systems": mail(
        "Koppeling met het loket", sender="Systeembeheerder <it@aalter.example>", text="De import is mislukt: 550 5.1.1"
    ),
    "an answer of a postmaster": mail("Re: Uw vraag", sender="Jan <postmaster@aalter.example>", text="In orde."),
    "an acceptance of a meeting": mail(
        "Geaccepteerd: Overleg loket", content_type="multipart/alternative; boundary=x", text="Ik kom."
    ),
    "one that only asks for silence": mail(x_auto_response_suppress="DR, OOF, AutoReply"),
    "one relayed by a sending service": mail(feedback_id="1.eu-west-1.abc=:1.eu-west-1.abc=:AmazonSES"),
    "one of normal precedence": mail(precedence="normal"),
    "a complaint as a subject": mail("Complaint about message from the city", text="I did not get it."),
    "a receipt as a subject": mail("Gelezen: verslag van de gemeenteraad", text="Waar dien ik dit in?"),
    "a subject with read in it": mail("Read: only rights in the loket", text="Hoe verander ik dat?"),
    "confirming as a subject": mail("Bevestig of het dossier volledig is", text="Beste, kan u dat bevestigen?"),
    "an answer to our mail": mail("Re: Uw vraag AP-7K3M9Q-X", in_reply_to=f"<{ORIGINAL_ID}>", text="Het lukt nu."),
}


@pytest.mark.parametrize("message", PEOPLE.values(), ids=PEOPLE.keys())
def test_mail_of_a_person_is_not_automatic(message):
    assert kind_of(message) == ""


AUTO_REPLIES = {
    "RFC 3834": mail("Re: Vraag", auto_submitted="auto-replied"),
    "RFC 3834 with a parameter": mail("Re: Vraag", auto_submitted="auto-replied; owner-email=an@aalter.example"),
    "vacation of Sieve": mail("Auto: Vraag", auto_submitted="auto-replied (vacation)"),
    "Exchange": mail(
        "Automatisch antwoord: Uw vraag",
        auto_submitted="auto-generated",
        x_auto_response_suppress="All",
        in_reply_to=f"<{ORIGINAL_ID}>",
    ),
    "an answer that is generated": mail(
        "Wij kregen uw mail", auto_submitted="auto-generated", in_reply_to="<a@b.example>"
    ),
    "cPanel": mail("Afwezig", x_autorespond="Uw vraag"),
    "X-Autoreply": mail("Re: Vraag", x_autoreply="yes"),
    "X-Auto-Reply-From": mail("Re: Vraag", x_auto_reply_from="an@aalter.example"),
    "Precedence": mail("Re: Vraag", precedence="auto_reply"),
    "Preference": mail("Re: Vraag", preference="auto_reply"),
    "junk": mail("Re: Vraag", precedence="junk"),
    "a null sender": mail("Ik ben er niet", return_path="<>"),
    "a mailbox of somebody who left": mail(
        "Re: Vraag", return_path="<>", auto_submitted="auto-replied", text="Dit adres bestaat niet meer."
    ),
    "Outlook in Dutch, without a header": mail("Automatisch antwoord: Uw vraag AP-7K3M9Q-X"),
    "older Outlook in Dutch": mail("Niet aanwezig: Uw vraag"),
    "Dutch, one word": mail("Afwezig: Re: Uw vraag"),
    "Dutch notice": mail("Afwezigheidsmelding: Uw vraag"),
    "Dutch absence, answering": mail(
        "Afwezigheid: Uw vraag", in_reply_to=f"<{ORIGINAL_ID}>", text="Ik ben afwezig tot en met 3 juli."
    ),
    "English": mail("Automatic reply: Uw vraag"),
    "English, older": mail("Out of Office AutoReply: Uw vraag"),
    "English, bracketed": mail("[Auto-Reply] Uw vraag"),
    "French, with a space before the colon": mail("Réponse automatique : Uw vraag"),
    "French with a no-break space": mail("Réponse automatique\u00a0: Uw vraag"),
    "French absence": mail("Absence du bureau : Uw vraag"),
    "German": mail("Abwesenheitsnotiz: Uw vraag"),
    "German, newer": mail("Automatische Antwort: Uw vraag"),
    "Notes in English": mail("AUTO: Jan Peeters is out of the office (returning 03/07/2026)"),
    "Notes in Dutch": mail("AUTO: Jan Peeters is afwezig (keert terug op 03/07/2026)"),
}


@pytest.mark.parametrize("message", AUTO_REPLIES.values(), ids=AUTO_REPLIES.keys())
def test_answers_of_machines_are_recognised(message):
    assert kind_of(message) == "auto_reply"


READ_RECEIPT = "multipart/report; report-type=disposition-notification; boundary=x"
OTHERS = {
    "a list": ("list", mail(list_id="<besturen.lijst.example>")),
    "a newsletter": ("list", mail(list_unsubscribe="<https://nieuws.example/uit>")),
    "bulk": ("list", mail(precedence="bulk")),
    "a list of fml": ("list", mail(x_ml_name="besturen")),
    "a notice of a program": ("generated", mail("Nieuwe inzending", auto_submitted="auto-generated")),
    "a notice of cron": ("generated", mail("Cron", x_cron_env="<SHELL=/bin/sh>")),
    "a read receipt": ("receipt", mail("Gelezen: Uw vraag", content_type=READ_RECEIPT)),
    "a read receipt in words": (
        "receipt",
        mail("Gelezen: Uw vraag", text="Uw bericht\n\nAan: An\n\nis gelezen op 3/07/2026 10:12."),
    ),
    "an abuse report": (
        "complaint",
        mail("Abuse report", content_type="multipart/report; report-type=feedback-report"),
    ),
    "an abuse report without its type": (
        "complaint",
        mail(
            content_type="multipart/report; boundary=x", parts=[part("message/feedback-report", "Feedback-Type: abuse")]
        ),
    ),
    "an abuse report of Hotmail": (
        "complaint",
        mail("complaint about message from 192.0.2.7", parts=[part("message/rfc822", "Subject: x\n\n")]),
    ),
    "a report on a domain": ("generated", mail("Report Domain: aalter.example Submitter: mx.example Report-ID: 7")),
    "a report on something else": ("generated", mail(content_type="multipart/report; report-type=tlsrpt")),
    "a report that does not say on what": ("bounce", mail("Vraag", content_type="multipart/report; boundary=x")),
    "a challenge of TMDA": ("challenge", mail("Please confirm your message", x_delivery_agent="TMDA/1.1.12")),
    "a challenge in words": (
        "challenge",
        mail(
            "Your message to jan@aalter.example",
            text="Jan is protecting himself. To verify that you are a real person click https://verify.example/1",
        ),
    ),
    "a challenge by its title": ("challenge", mail("ANTISPAM UOL » Confirme seu e-mail")),
    "a delivery report": ("bounce", report("Final-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.1.1")),
    "a delay": ("bounce", report("Final-Recipient: rfc822; a@b.example\nAction: delayed\nStatus: 4.4.1")),
}


@pytest.mark.parametrize(("kind", "message"), OTHERS.values(), ids=OTHERS.keys())
def test_each_machine_has_its_kind(kind, message):
    assert kind_of(message) == kind


OURS = {
    "our address": mail(sender="Aanspreekpunt <help@contactpunt.example>"),
    "a reply address of ours": mail(sender="HELP+gezv2lqm@Contactpunt.example"),
    "a confirmation of ours that comes back": mail(message_id=ORIGINAL_ID, auto_submitted="auto-replied"),
}


@pytest.mark.parametrize("message", OURS.values(), ids=OURS.keys())
def test_our_own_mail_is_known(message):
    assert is_own(message, domain=OWN_DOMAIN) is True


NOT_OURS = {
    "a namesake elsewhere": mail(sender="help@aalter.example"),
    "a colleague at our domain": mail(sender="helpdesk@contactpunt.example"),
    "an answer to our mail": mail("Re: Uw vraag", in_reply_to=f"<{ORIGINAL_ID}>", auto_submitted="auto-replied"),
    "an id like ours elsewhere": mail(message_id="delivery.7.x@aalter.example", auto_submitted="auto-replied"),
    "our id in the hands of a person": mail(message_id=ORIGINAL_ID),
}


@pytest.mark.parametrize("message", NOT_OURS.values(), ids=NOT_OURS.keys())
def test_mail_of_others_is_not_ours(message):
    assert is_own(message, domain=OWN_DOMAIN) is False


def test_nothing_automatic_is_answered():
    machines = [*AUTO_REPLIES.values(), *(message for _, message in OTHERS.values())]

    assert [message.subject for message in machines if is_answerable(message)] == []


@pytest.mark.parametrize(
    "message",
    [
        mail(x_auto_response_suppress="All"),
        mail(x_auto_response_suppress="DR, RN, NRN, OOF, AutoReply"),
        mail(sender="Loket <no-reply@vlaanderen.example>"),
        mail(sender="noreply+abc@vlaanderen.example"),
        mail(sender="niet-beantwoorden@aalter.example"),
        mail(sender="besturen-bounces@lijst.example"),
        mail(sender=""),
    ],
    ids=["all", "exchange", "no-reply", "tagged", "dutch", "list", "nobody"],
)
def test_who_asks_for_silence_or_cannot_read_it_gets_no_automatic_answer(message):
    assert (kind_of(message), is_answerable(message)) == ("", False)


@pytest.mark.parametrize(
    "message",
    [
        mail(),
        mail(auto_submitted="no"),
        mail(x_auto_response_suppress="DR, RN"),
        mail(sender="Noor Replyck <noor.replyck@aalter.example>"),
    ],
    ids=["ordinary", "no", "receipts only", "a name alike"],
)
def test_an_ordinary_person_may_be_answered(message):
    assert is_answerable(message) is True


def test_long_mails_of_strangers_cost_little():
    hostile = mail("a: " * 5000, text=("-" * 70_000 + "\n" + "5.1.1." * 9000 + "\n" + " " * 60_000 + "a@" * 30_000))

    assert kind_of(hostile) == ""
