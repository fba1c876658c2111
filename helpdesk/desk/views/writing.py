"""Replies and notes: two forms at two addresses, so that neither can become the other."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from helpdesk.accounts.http import MemberRequest
from helpdesk.desk.access import on_ticket, worked_ticket
from helpdesk.desk.conflicts import UnseenMessagesError, all_seen
from helpdesk.desk.forms import ComposerForm, first_error, uuids_in
from helpdesk.desk.page import Draft, changed_answer, ticket_answer
from helpdesk.desk.thread import file_of, news_since
from helpdesk.kernel.policy import RefusedError
from helpdesk.tickets.content import Upload, store_upload
from helpdesk.tickets.models import Attachment, Message, Ticket
from helpdesk.tickets.services import NewMessage, add_note, attach_file, reply_to_ticket


@on_ticket
def reply(request: MemberRequest, ticket: Ticket) -> HttpResponse:
    """Send a public reply, unless there is something its writer has not read yet."""
    return _posted(request, ticket, "reply")


@on_ticket
def note(request: MemberRequest, ticket: Ticket) -> HttpResponse:
    """Add an internal note; no requester ever sees it and nothing is mailed."""
    return _posted(request, ticket, "note")


def _posted(request: MemberRequest, ticket: Ticket, composer: str) -> HttpResponse:
    if request.method != "POST":
        return redirect("desk:ticket", ticket.reference)
    form = ComposerForm(request.POST, request.FILES)
    uploads, problem = stored(request.FILES.getlist("attachments"))
    if not form.is_valid() or problem:
        return _refused(request, ticket, composer, uploads, problem or first_error(form))
    try:
        message = _write(request, ticket, composer, form.cleaned_data, uploads)
    except UnseenMessagesError:
        return _shown_first(request, ticket, composer, uploads)
    except RefusedError as refusal:
        return _refused(request, ticket, composer, uploads, str(refusal))
    return changed_answer(request, ticket, anchor=f"#m{message.seq}")


def _write(
    request: MemberRequest, ticket: Ticket, composer: str, cleaned: dict[str, Any], uploads: Iterable[Upload]
) -> Message:
    new = NewMessage(
        body=cleaned["body"],
        uploads=uploads,
        attachments=cleaned["attachment_ids"],
        client_id=cleaned["client_id"],
        status=cleaned["status"] or None,
    )
    if composer == "note":
        return add_note(actor=request.actor, ticket=ticket, new=new)
    return reply_to_ticket(actor=request.actor, ticket=ticket, new=new, precondition=all_seen(cleaned["seen"]))


def stored(files: "Sequence[UploadedFile[Any]]") -> tuple[list[Upload], str]:
    """Store the files that came along; return them and why one of them was refused."""
    uploads, problem = [], ""
    for file in files:
        try:
            uploads.append(store_upload(filename=file.name or "", chunks=file.chunks()))
        except RefusedError as refusal:
            problem = f"{file.name}: {refusal}"
    return uploads, problem


def _refused(
    request: MemberRequest, ticket: Ticket, composer: str, uploads: Iterable[Upload], error: str
) -> HttpResponse:
    draft = replace(_draft(request, ticket, uploads), error=error)
    return _answer(request, ticket, composer, draft, HTTPStatus.UNPROCESSABLE_ENTITY)


def _shown_first(request: MemberRequest, ticket: Ticket, composer: str, uploads: Iterable[Upload]) -> HttpResponse:
    """Show what is new and ask to send again."""
    draft = _draft(request, ticket, uploads)
    fresh = worked_ticket(request.actor, ticket.reference)
    news = news_since(fresh, draft.seen or 0)
    error = _("Something was written while you were writing. Read it, then send your reply again.")
    conflict = replace(draft, error=error, news=news, seen=fresh.last_seq)
    return _answer(request, fresh, composer, conflict, HTTPStatus.CONFLICT)


def _draft(request: MemberRequest, ticket: Ticket, uploads: Iterable[Upload]) -> Draft:
    """Return what was typed; files that came along wait with the ticket until it is sent."""
    kept = [attach_file(actor=request.actor, ticket=ticket, upload=upload).pk for upload in uploads]
    kept += uuids_in(request.POST.getlist("attachment_ids"))
    waiting = Attachment.objects.visible_to(request.actor).filter(
        ticket=ticket, message=None, pk__in=kept, uploaded_by=request.actor.code
    )
    seen = request.POST.get("seen", "")
    return Draft(
        text=request.POST.get("body", ""),
        status=request.POST.get("status", ""),
        seen=int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 10 else None,  # noqa: PLR2004 - digits
        files=[(attachment.pk, file_of(ticket, attachment)) for attachment in waiting],
    )


def _answer(request: MemberRequest, ticket: Ticket, composer: str, draft: Draft, status: int) -> HttpResponse:
    if composer == "note":
        return ticket_answer(request, ticket, status=status, note=draft)
    return ticket_answer(request, ticket, status=status, reply=draft)
