"""What delivery reports say: whom a mail did not reach, why, and which mail it was."""

from pathlib import Path

import pytest

from integrations.mail.reading.automatic import Kind, automatic_kind
from integrations.mail.reading.bounces import Bounce, bounce_of
from tests.integrations.mail.reading.mails import ORIGINAL_ID, REPLY_ADDRESS, mail, part, report

MAILS = Path(__file__).parent / "worded"
TO = "jan@gemeente.example"
RETURNED = f"Received: from mx\nMessage-ID:\n <{ORIGINAL_ID}>\nTo: Jan <{TO}>\nSubject: Uw vraag\n\nTekst"
DAEMON = "MAILER-DAEMON@mx.gemeente.example"


def group(recipient=TO, action="failed", status="5.1.1", **fields):
    named = {"Final-Recipient": f"rfc822; {recipient}", "Action": action, "Status": status} | {
        name.replace("_", "-"): value for name, value in fields.items()
    }
    return "\n".join(f"{name}: {value}" for name, value in named.items())


def test_a_report_says_whom_it_did_not_reach_and_why_and_which_mail_it_was():
    message = report(group(Diagnostic_Code="smtp; 550 5.1.1 <jan> User\n unknown"), returned=RETURNED)

    assert bounce_of(message) == Bounce(
        recipients=(TO,),
        status="5.1.1",
        action="failed",
        diagnostic="550 5.1.1 <jan> User unknown",
        permanent=True,
        original_message_ids=(ORIGINAL_ID,),
        is_formal=True,
    )


REPORTS = {
    "a delay": (group(action="delayed", status="4.4.1"), (TO,), "4.4.1", "delayed", False),
    "a delivery": (group(action="delivered", status="2.0.0"), (TO,), "2.0.0", "delivered", False),
    "a relay": (group(action="relayed", status="2.1.9"), (TO,), "2.1.9", "relayed", False),
    "given up after a delay": (group(status="4.4.7"), (TO,), "4.4.7", "failed", False),
    "a full mailbox": (group(status="5.2.2"), (TO,), "5.2.2", "failed", True),
    "a comment behind the status": (group(status="5.1.1 (bad address)"), (TO,), "5.1.1", "failed", True),
    "another word for failed": (group(action="Failure"), (TO,), "5.1.1", "failed", True),
    "no action": (f"Final-Recipient: rfc822; {TO}\nStatus: 5.7.1", (TO,), "5.7.1", "failed", True),
    "no action and a temporary status": (
        f"Final-Recipient: rfc822; {TO}\nStatus: 4.2.2",
        (TO,),
        "4.2.2",
        "delayed",
        False,
    ),
    "no status": (f"Final-Recipient: rfc822; {TO}\nAction: failed", (TO,), "", "failed", True),
    "angle brackets": (group(recipient=f"<{TO}>"), (TO,), "5.1.1", "failed", True),
    "a quoted local part": (
        group(recipient='"jan..p"@carrier.example'),
        ('"jan..p"@carrier.example',),
        "5.1.1",
        "failed",
        True,
    ),
    "passed on": (
        group(recipient="elders@x.example", Original_Recipient=f"rfc822;{TO}"),
        (TO,),
        "5.1.1",
        "failed",
        True,
    ),
    "an original address of no mail": (group(Original_Recipient="unknown; gone"), (TO,), "5.1.1", "failed", True),
    "only the real address": (
        f"Final-Recipient: x400; /S=Jan/\nX-Actual-Recipient: rfc822; {TO}\nAction: failed\nStatus: 5.1.0",
        (TO,),
        "5.1.0",
        "failed",
        True,
    ),
    "a more exact code in the answer": (
        group(status="5.0.0", Diagnostic_Code="smtp; 550-5.2.1 The account is disabled"),
        (TO,),
        "5.2.1",
        "failed",
        True,
    ),
    "an address in the answer is no code": (
        group(status="5.0.0", Diagnostic_Code="smtp; 550 5.1.1.9 is listed"),
        (TO,),
        "5.0.0",
        "failed",
        True,
    ),
    "Windows line ends": (group().replace("\n", "\r\n"), (TO,), "5.1.1", "failed", True),
    "two people": (
        f"{group()}\n\n{group('els@gemeente.example')}",
        (TO, "els@gemeente.example"),
        "5.1.1",
        "failed",
        True,
    ),
    "one reached, one not": (
        f"{group('els@gemeente.example', 'delivered', '2.0.0')}\n\n{group()}",
        (TO,),
        "5.1.1",
        "failed",
        True,
    ),
    "one delayed, one not reached": (
        f"{group('els@gemeente.example', 'delayed', '4.4.1')}\n\n{group()}",
        (TO,),
        "5.1.1",
        "failed",
        True,
    ),
    "no empty line between": (
        f"{group()}\n{group('els@gemeente.example')}",
        (TO, "els@gemeente.example"),
        "5.1.1",
        "failed",
        True,
    ),
    "the same person twice": (f"{group()}\n\n{group(TO.upper())}", (TO,), "5.1.1", "failed", True),
}


@pytest.mark.parametrize(
    ("fields", "recipients", "status", "action", "permanent"), REPORTS.values(), ids=REPORTS.keys()
)
def test_the_fields_of_a_report_are_understood(fields, recipients, status, action, permanent):
    bounce = bounce_of(report(fields))

    assert (bounce.recipients, bounce.status, bounce.action, bounce.permanent) == (
        recipients,
        status,
        action,
        permanent,
    )


# The name of the file, and what is to be found: status and action.
WORDED = {
    "a-phone-carrier": ("", "failed"),
    "a-service-that-had-trouble": ("5.1.1", "failed"),
    "another-phone-carrier": ("", "failed"),
    "barracuda": ("5.7.1", "failed"),
    "courier": ("", "failed"),
    "domino": ("", "failed"),
    "exchange-2003": ("5.1.1", "failed"),
    "exchange-in-dutch": ("5.1.10", "failed"),
    "exchange-in-french": ("5.1.1", "failed"),
    "exchange-in-german": ("5.7.1", "failed"),
    "exim": ("", "failed"),
    "exim-a-delay": ("", "delayed"),
    "facebook": ("", "failed"),
    "gmail": ("5.1.1", "failed"),
    "groupwise": ("", "failed"),
    "interscan": ("5.1.1", "failed"),
    "mailfoundry": ("5.1.1", "failed"),
    "mailmarshal": ("5.1.1", "failed"),
    "nobody-named-but-in-the-mail-that-came-back": ("5.7.1", "failed"),
    "notes": ("", "failed"),
    "office-365-in-dutch": ("5.1.10", "failed"),
    "opensmtpd": ("5.1.1", "failed"),
    "postfix": ("5.1.1", "failed"),
    "qmail": ("5.7.1", "failed"),
    "qmail-from-a-name-of-its-own": ("", "failed"),
    "sendmail": ("5.1.1", "failed"),
    "sendmail-old": ("", "failed"),
    "the-report-only-in-the-text": ("5.2.2", "failed"),
    "yahoo": ("", "failed"),
}


def worded(name):
    header, _, text = (MAILS / f"{name}.txt").read_text("utf-8").partition("\n\n")
    sender, subject = (line.partition(": ")[2] for line in header.splitlines())
    return mail(subject, sender=sender, text=text)


@pytest.mark.parametrize(("name", "found"), WORDED.items(), ids=WORDED.keys())
def test_reports_written_for_people_are_understood(name, found):
    bounce = bounce_of(worded(name))

    assert bounce is not None
    assert (bounce.recipients, (bounce.status, bounce.action)) == ((TO,), found)
    assert bounce.permanent is (bounce.action == "failed")


SERVERS = {
    "a daemon without a domain": {"sender": "", "From": "MAILER-DAEMON (Mail Delivery System)"},
    "nobody": {"sender": "", "From": "<>"},
    "a null envelope": {"return_path": "<>"},
    "a daemon in the envelope": {"return_path": "<MAILER-DAEMON>"},
    "a post master": {"sender": "post_master@carrier.example"},
    "a name": {"sender": "Mail Delivery System <noreply@mx.gemeente.example>"},
}


@pytest.mark.parametrize("fields", SERVERS.values(), ids=SERVERS.keys())
def test_a_server_is_known_by_its_name_or_its_envelope(fields):
    bounce = bounce_of(mail("Undeliverable", text=f"Geen postvak: <{TO}>", **fields))

    assert bounce is not None
    assert bounce.recipients == (TO,)


def test_a_server_may_answer_under_the_subject_of_the_mail():
    text = f"This is the mail system at host mx.\n\n<{TO}>: 550 5.1.1 User unknown"
    refused = mail("Re: Uw vraag", sender="postmaster@gemeente.example", text=text, return_path="<>")

    assert bounce_of(refused).recipients == (TO,)
    assert bounce_of(mail("Re: Uw vraag", sender="postmaster@gemeente.example", text=text)) is None


def test_every_worded_report_is_read():
    assert sorted(path.stem for path in MAILS.iterdir()) == sorted(WORDED)


def test_the_header_of_exim_and_gmail_names_everybody():
    bounce = bounce_of(mail("Mail delivery failed", x_failed_recipients=f"{TO}, els@gemeente.example", text="Niets."))

    assert bounce.recipients == (TO, "els@gemeente.example")


REASONS = {
    "behind the address": (f"<{TO}>: host mx said: 550 no\n  such user\n\nverder", "host mx said: 550 no such user"),
    "under the address": (f"<{TO}>:\nSorry, no mailbox here.\n\nverder", "Sorry, no mailbox here."),
    "without an address": ("It failed.\n550 5.7.1 Refused by policy\n", "550 5.7.1 Refused by policy"),
}


@pytest.mark.parametrize(("text", "reason"), REASONS.values(), ids=REASONS.keys())
def test_the_reason_is_given_in_the_words_of_the_server(text, reason):
    assert bounce_of(mail("failure notice", sender=DAEMON, text=text)).diagnostic == reason


def test_a_reason_is_short_and_holds_no_control_characters():
    bounce = bounce_of(report(group(Diagnostic_Code="smtp; 550 \x07\u202ano" + "o" * 2000)))

    assert bounce.diagnostic == "550 no" + "o" * 494


IDS = {
    "the mail itself": ([part("message/rfc822", RETURNED)], {}, "", (ORIGINAL_ID,)),
    "its header": ([part("text/rfc822-headers", f"Message-Id: <{ORIGINAL_ID}>\n")], {}, "", (ORIGINAL_ID,)),
    "the text": ([], {}, f"<{TO}>: no\n\n--- copy of the message\n> Message-ID: <{ORIGINAL_ID}>", (ORIGINAL_ID,)),
    "the report": (
        [part("message/delivery-status", f"X-Original-Message-ID: <{ORIGINAL_ID}>")],
        {},
        "",
        (ORIGINAL_ID,),
    ),
    "what it answers": ([], {"in_reply_to": f"<{ORIGINAL_ID}>"}, "", (ORIGINAL_ID,)),
    "the mail before what it answers": (
        [part("message/rfc822", "Message-ID: <a@b.example>\n\n")],
        {"in_reply_to": "<c@d.example>"},
        "",
        ("a@b.example", "c@d.example"),
    ),
    "not its body": ([part("message/rfc822", "Subject: x\n\nMessage-ID: <a@b.example>")], {}, "", ()),
    "not its own": ([], {}, f"<{TO}>: no\n\nMessage-ID: <this-mail@mx.aalter.example>", ()),
}


@pytest.mark.parametrize(("parts", "fields", "text", "ids"), IDS.values(), ids=IDS.keys())
def test_the_mail_that_did_not_arrive_is_found_by_its_id(parts, fields, text, ids):
    message = mail("failure notice", sender=DAEMON, text=text, parts=parts, **fields)

    assert bounce_of(message).original_message_ids == ids


NO_BOUNCES = {
    "a question about one": mail("Onbestelbaar: mijn mail", text=f"Beste, mail naar {TO} komt terug: 550 5.1.1"),
    "one passed on": mail("Fwd: failure notice", text=f"Hi. This is the qmail-send program at mx.\n\n<{TO}>:\nno\n"),
    "one answered": mail(
        "Re: Undeliverable: Uw vraag", text=f"Dit kreeg ik.\n\nYour message to {TO} couldn't be delivered"
    ),
    "a vacation reply": mail("Automatisch antwoord: Uw vraag", auto_submitted="auto-replied", return_path="<>"),
    "a read receipt": mail(
        "Gelezen: Uw vraag", return_path="<>", content_type="multipart/report; report-type=disposition-notification"
    ),
    "an abuse report": mail("Delivery report", content_type="multipart/report; report-type=feedback-report"),
}


@pytest.mark.parametrize("message", NO_BOUNCES.values(), ids=NO_BOUNCES.keys())
def test_other_mail_is_no_bounce(message):
    assert bounce_of(message) is None


def test_the_addresses_of_the_bounce_itself_are_nobody_who_was_missed():
    text = f"Mail from {REPLY_ADDRESS} failed. Questions to postmaster@mx.gemeente.example.\nUser {TO} unknown."

    assert bounce_of(mail("Delivery failure", sender=DAEMON, text=text)).recipients == (TO,)


ELS = "els@gemeente.example"
NAMED = {
    "a name that begins as such a word": ("No mailbox userb@gemeente.example", ("userb@gemeente.example",)),
    "behind such a word": ("Unknown recipient=<userb@gemeente.example>", ("userb@gemeente.example",)),
    "each at the head of its line": (f"Unknown user: {TO}\n550 no\n\nUnknown user: {ELS}\n550 no", (TO, ELS)),
    "in a list with brackets": (f"The server said:\n\n  * [{TO}]: 550 quota\n  * [{ELS}]: 550 quota", (TO, ELS)),
    "behind a sign of quoting": (f"These did NOT receive a copy of your message:\n\n> {TO}\n", (TO,)),
    "an alias and where it leads": (f"{ELS}\n    (expanded from: <{TO}>)", (ELS, TO)),
    "behind an announcement, not before": (
        f"Your message\n  To: {ELS}\ndid not reach the following recipient(s):\n\nc=BE;SMTP={TO}; no such name",
        (TO,),
    ),
    "not the sender whom they refuse": ("They accept no mail from help@elders.example:\n\tjan", ()),
    "not whom the mail that came back was from": (
        f"{TO} is over quota.\n\nOriginal message details:\n  * From: {ELS}\n  * To: {ELS}",
        (TO,),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "recipients"), NAMED.values(), ids=NAMED.keys())
def test_who_was_not_reached_is_read_from_the_words(text, recipients):
    assert bounce_of(mail("failure notice", sender=DAEMON, text=text)).recipients == recipients


def test_a_mailbox_that_is_full_may_only_delay():
    text = f'Delivery to\n\n"{TO}"\n\nhas been postponed: a full mailbox. We will continue to try to deliver it.'
    bounce = bounce_of(mail("Mail Delivery Warning", sender="systeem@gemeente.example", text=text))

    assert (bounce.recipients, bounce.action, bounce.permanent) == ((TO,), "delayed", False)


REFUSAL = {
    "subject": "Automatically rejected mail",
    "sender": "Mail Delivery Subsystem <beheer@gemeente.example>",
    "text": f"Your message to <{TO}> was automatically rejected:\nQuota exceeded",
    "content_type": "multipart/report; report-type=disposition-notification",
    "auto_submitted": "auto-replied (rejected)",
}


def test_a_mailbox_that_rejects_in_the_form_of_a_receipt_is_a_bounce():
    refused = mail(return_path="<>", **REFUSAL)

    assert automatic_kind(refused) is Kind.BOUNCE
    assert (bounce_of(refused).recipients, bounce_of(refused).permanent) == ((TO,), True)


def test_a_person_rejects_nothing_in_the_form_of_a_receipt():
    assert bounce_of(mail(return_path="<jan@gemeente.example>", **REFUSAL)) is None
