"""Mails as the parser hands them over, from as few words as a case needs."""

from integrations.mail.parsing.parsed import Mailbox, ParsedAttachment, ParsedMail

OWN_DOMAIN = "contactpunt.example"
REPLY_ADDRESS = "help+gezv2lqmbxk3t7yd@contactpunt.example"
ORIGINAL_ID = "delivery.7.0123456789abcdef@contactpunt.example"


def mailbox(text):
    name, _, address = text.rpartition("<")
    return Mailbox(name=name.strip(), address=address.strip("> "))


def mail(
    subject="Vraag over het loket",
    *,
    sender="An Peeters <an.peeters@aalter.example>",
    text="",
    parts=(),
    message_id="this-mail@mx.aalter.example",
    **fields,
):
    """Return a mail; each further argument is a header field, with "_" for "-"."""
    headers = {"from": sender, "subject": subject} | {
        name.replace("_", "-").lower(): value for name, value in fields.items()
    }
    answered = tuple(headers.get("in-reply-to", "").replace("<", "").replace(">", "").split())
    return ParsedMail(
        message_id=message_id,
        subject=subject,
        senders=(mailbox(sender),) if sender else (),
        from_fields=1 if sender else 0,
        to=(mailbox(REPLY_ADDRESS),),
        cc=(),
        recipients=(REPLY_ADDRESS,),
        in_reply_to=answered,
        references=answered,
        date="",
        headers=tuple(headers.items()),
        text=text,
        html="",
        attachments=tuple(parts),
        defects=(),
    )


def part(content_type, content):
    return ParsedAttachment(
        filename="", content_type=content_type, content=content.encode(), content_id="", is_inline=False
    )


def report(*groups, returned="", **fields):
    """Return a delivery report of RFC 3464 with one group of fields for each recipient."""
    status = "\n\n".join(["Reporting-MTA: dns; mx.aalter.example", *groups])
    parts = [part("message/delivery-status", status)]
    if returned:
        parts.append(part("message/rfc822", returned))
    named = {
        "subject": "Undelivered Mail Returned to Sender",
        "sender": "Mail Delivery System <MAILER-DAEMON@mx.aalter.example>",
        "content_type": "multipart/report; report-type=delivery-status; boundary=x",
    }
    return mail(**(named | fields), parts=parts)
