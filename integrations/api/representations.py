"""From rows to the shapes of the API, for one reader."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from helpdesk.accounts import models as accounts
from helpdesk.catalogue import models as catalogue
from helpdesk.submissions.models import SubmissionLink
from helpdesk.tickets import history, models
from helpdesk.tickets.rendering import html_of
from helpdesk.tickets.workflow import status_category
from integrations.api import knowledge_shapes, shapes
from knowledgebase import models as knowledge
from knowledgebase.rendering import render

ROOT = "/api/v1"
# What the history tells somebody who asked: what the ticket's own page shows them too.
PUBLIC_HISTORY = frozenset({"status", "identity_assurance"})


def address_of(path: str) -> str:
    return f"{settings.BASE_URL}{ROOT}{path}"


def ticket_shape(
    ticket: models.Ticket, *, for_desk: bool, submissions: Iterable[SubmissionLink] | None = None
) -> shapes.Ticket:
    """Return the ticket; `for_desk` shows the times and number of all messages, notes included."""
    links = ticket.submission_links.all() if submissions is None else submissions
    return shapes.Ticket(
        reference=ticket.reference,
        subject=ticket.subject,
        ticket_type=models.TicketType(ticket.ticket_type),
        status=models.Status(ticket.status),
        status_category=shapes.StatusCategory(status_category(ticket.status)),
        impact=models.Level(ticket.impact),
        urgency=models.Level(ticket.urgency),
        priority=models.Priority(ticket.priority),
        channel=models.Channel(ticket.channel),
        queue=ticket.queue.slug,
        assignee=_colleague(ticket.assignee),
        requester=shapes.Requester(
            id=str(ticket.requester_id), name=ticket.requester.name, email=ticket.requester.email
        ),
        organisation=_organisation_of(ticket),
        application=ticket.application.slug if ticket.application else None,
        category=ticket.category.code if ticket.category else None,
        identity_assurance=models.Assurance(ticket.identity_assurance),
        created_at=ticket.created_at,
        updated_at=ticket.updated_at if for_desk else ticket.public_updated_at,
        last_message_at=ticket.last_message_at,
        message_count=ticket.message_count if for_desk else ticket.public_message_count,
        submissions=[shapes.Submission(uri=link.uri, url=link.url) for link in links],
    )


def message_shape(message: models.Message, *, reference: str, for_desk: bool) -> shapes.Message:
    """Return the message; to whom it was mailed is the desk's business."""
    return shapes.Message(
        id=str(message.pk),
        seq=message.seq,
        kind=models.Message.Kind(message.kind),
        direction=models.Message.Direction(message.direction),
        author=shapes.Author(name=_author_of(message), role=models.Message.AuthorRole(message.author_role)),
        body_text=message.body.text,
        body_html=html_of(message.body.text),
        created_at=message.created_at,
        attachments=[attachment_shape(file, reference) for file in message.attachments.all()],
        delivery=[_delivery(delivery) for delivery in message.deliveries.all()] if for_desk else [],
    )


def attachment_shape(attachment: models.Attachment, reference: str) -> shapes.Attachment:
    return shapes.Attachment(
        id=str(attachment.pk),
        filename=attachment.filename,
        content_type=attachment.content_type,
        size=attachment.size,
        sha256=attachment.sha256,
        url=address_of(f"/tickets/{reference}/attachments/{attachment.pk}"),
    )


def history_shape(entry: history.HistoryEntry, *, for_desk: bool) -> shapes.HistoryEntry | None:
    """Return the entry as this reader may know it, None when that leaves nothing."""
    changes = {name: change for name, change in entry.changes.items() if for_desk or name in PUBLIC_HISTORY}
    if not changes and entry.action != history.OPENED and not for_desk:
        return None
    return shapes.HistoryEntry(at=entry.at, actor=entry.actor, action=entry.action, changes=_old_and_new(changes))


def organisation_shape(organisation: accounts.Organisation) -> shapes.Organisation:
    return shapes.Organisation(
        uri=organisation.uri,
        name=organisation.name,
        classification=organisation.classification,
        kbo_number=organisation.kbo_number,
        ovo_code=organisation.ovo_code,
        nis_code=organisation.nis_code or None,
        valid_from=organisation.valid_from,
        valid_until=organisation.valid_until,
        successors=sorted(successor.uri for successor in organisation.successors.all()),
    )


def application_shape(application: catalogue.Application) -> shapes.Application:
    return shapes.Application(
        slug=application.slug,
        name=application.name,
        owner=application.owner,
        url=application.url,
        login=application.login,
        right=application.right,
        contact=application.contact,
    )


def article_shape(
    article: knowledge.Article, text: knowledge.ArticleRevision, *, state: str, updated_at: datetime
) -> knowledge_shapes.Article:
    """Return the article with this text of it."""
    return knowledge_shapes.Article(
        slug=article.slug,
        language=knowledge.Article.Language(article.language),
        title=text.title,
        summary=text.summary,
        body_markdown=text.body_markdown,
        body_html=render(text.body_markdown),
        state=knowledge_shapes.ArticleState(state),
        audience=knowledge.Article.Audience(article.audience),
        applications=sorted(application.slug for application in article.applications.all()),
        categories=sorted(category.code for category in article.categories.all()),
        verify_by=article.verify_by,
        revision=text.number,
        published_revision=article.published_revision.number if article.published_revision else None,
        updated_at=updated_at,
    )


def _colleague(user: accounts.User | None) -> shapes.Colleague | None:
    return shapes.Colleague(id=str(user.pk), name=user.person.name) if user else None


def _organisation_of(ticket: models.Ticket) -> shapes.TicketOrganisation | None:
    organisation = ticket.organisation
    if organisation is None:
        return None
    return shapes.TicketOrganisation(
        uri=organisation.uri,
        name=organisation.name,
        kbo_number=organisation.kbo_number,
        ovo_code=organisation.ovo_code,
        proven=ticket.organisation_is_proven,
    )


def _author_of(message: models.Message) -> str:
    if message.author is not None:
        return message.author.name
    return _("The system") if message.author_role == models.Message.AuthorRole.SYSTEM else _("The contact point")


def _delivery(delivery: models.MessageDelivery) -> shapes.Delivery:
    return shapes.Delivery(
        address=delivery.address,
        state=models.MessageDelivery.State(delivery.state),
        attempts=delivery.attempts,
        last_error=delivery.last_error,
    )


def _old_and_new(changes: Mapping[str, history.Change]) -> dict[str, list[Any]]:
    return {name: [change.old, change.new] for name, change in changes.items()}
