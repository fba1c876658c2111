"""The shapes of section 4, word by word."""

import re
from typing import Any

STATUSES = (
    "new", "open", "waiting_requester", "waiting_local_manager", "waiting_second_line", "waiting_vendor", "resolved",
    "closed",
)  # fmt: skip
STATUS_CATEGORIES = {status: status for status in STATUSES} | dict.fromkeys(STATUSES[3:6], "waiting_third_party")
LEVELS = ("low", "medium", "high")
PRIORITIES = ("low", "normal", "high", "urgent")
TICKET_TYPES = ("incident", "service_request", "question", "complaint", "feedback")
CHANNELS = ("web", "email", "chat", "phone", "api")
ASSURANCES = ("unverified", "mail_verified", "vouched", "acm_idm")
KINDS = ("public_reply", "internal_note", "chat", "system")
DIRECTIONS = ("inbound", "outbound", "internal")
ROLES = ("requester", "participant", "agent", "system")
DELIVERY_STATES = ("queued", "sent", "failed", "held")
SOLVERS = ("self", "local_manager", "helpdesk", "second_line", "vendor")

ARTICLE_STATES = ("work_in_progress", "in_review", "published", "archived")
FOUND_KINDS = ("article", "ticket", "organisation")
BACKENDS = ("tantivy", "elasticsearch", "database")
AUDIENCES = ("public", "officials", "agents")

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
REFERENCE = re.compile(r"AP-[0-9A-HJKMNP-TV-Z]{6}-[0-9A-HJKMNP-TV-Z]")


def is_ticket(ticket: dict[str, Any]) -> bool:
    assert set(ticket) == {
        "reference", "subject", "ticket_type", "status", "status_category", "impact", "urgency", "priority", "channel",
        "queue", "assignee", "requester", "organisation", "application", "category", "identity_assurance",
        "created_at", "updated_at", "last_message_at", "message_count", "submissions",
    }  # fmt: skip
    assert REFERENCE.fullmatch(ticket["reference"])
    assert ticket["ticket_type"] in TICKET_TYPES
    assert ticket["status_category"] == STATUS_CATEGORIES[ticket["status"]]
    assert {ticket["impact"], ticket["urgency"]} <= set(LEVELS)
    assert ticket["priority"] in PRIORITIES
    assert ticket["channel"] in CHANNELS
    assert ticket["identity_assurance"] in ASSURANCES
    assert re.fullmatch(r"[a-z0-9-]+", ticket["queue"])
    assert ticket["application"] is None or re.fullmatch(r"[a-z0-9-]+", ticket["application"])
    assert ticket["category"] is None or re.fullmatch(r"[a-z_]+(\.[a-z_]+)?", ticket["category"])
    assert ticket["assignee"] is None or set(ticket["assignee"]) == {"id", "name"}
    assert set(ticket["requester"]) == {"id", "name", "email"}
    assert isinstance(ticket["requester"]["id"], str)
    assert isinstance(ticket["message_count"], int)
    assert all(MOMENT.fullmatch(ticket[name]) for name in ("created_at", "updated_at", "last_message_at"))
    assert all(set(submission) == {"uri", "url"} for submission in ticket["submissions"])
    organisation = ticket["organisation"]
    assert organisation is None or set(organisation) == {"uri", "name", "kbo_number", "ovo_code", "proven"}
    return True


def is_attachment(attachment: dict[str, Any]) -> bool:
    assert set(attachment) == {"id", "filename", "content_type", "size", "sha256", "url"}
    assert isinstance(attachment["id"], str)
    assert isinstance(attachment["size"], int)
    assert re.fullmatch(r"[0-9a-f]{64}", attachment["sha256"])
    assert attachment["url"].startswith("http://127.0.0.1:")
    return True


def is_message(message: dict[str, Any]) -> bool:
    assert set(message) == {
        "id", "seq", "kind", "direction", "author", "body_text", "body_html", "created_at", "attachments", "delivery",
    }  # fmt: skip
    assert isinstance(message["id"], str)
    assert isinstance(message["seq"], int)
    assert message["kind"] in KINDS
    assert message["direction"] in DIRECTIONS
    assert set(message["author"]) == {"name", "role"}
    assert message["author"]["role"] in ROLES
    assert MOMENT.fullmatch(message["created_at"])
    for delivery in message["delivery"]:
        assert set(delivery) == {"address", "state", "attempts", "last_error"}
        assert delivery["state"] in DELIVERY_STATES
        assert isinstance(delivery["attempts"], int)
    return all(is_attachment(attachment) for attachment in message["attachments"])


def is_article(article: dict[str, Any]) -> bool:
    assert {
        "slug", "title", "summary", "body_markdown", "body_html", "state", "audience", "applications", "categories",
        "verify_by", "revision", "updated_at",
    } <= set(article)  # fmt: skip
    assert re.fullmatch(r"[a-z0-9-]+", article["slug"])
    assert article["state"] in ARTICLE_STATES
    assert article["audience"] in AUDIENCES
    assert article["verify_by"] is None or re.fullmatch(r"\d{4}-\d\d-\d\d", article["verify_by"])
    assert isinstance(article["revision"], int)
    assert MOMENT.fullmatch(article["updated_at"])
    assert all(isinstance(article[name], str) and article[name] for name in ("title", "summary", "body_markdown"))
    return all(isinstance(code, str) for code in article["applications"] + article["categories"])


def is_search(answer: dict[str, Any]) -> bool:
    assert {"items", "total", "suggestion", "backend", "degraded"} <= set(answer)
    assert answer["backend"] in BACKENDS
    assert answer["total"] >= len(answer["items"])
    assert answer["suggestion"] is None or answer["suggestion"]
    for hit in answer["items"]:
        assert {"kind", "id", "title", "snippet_html", "url", "score"} <= set(hit)
        assert hit["kind"] in FOUND_KINDS
        assert re.fullmatch(r"[^<>]*(<mark>[^<>]+</mark>[^<>]*)*", hit["snippet_html"])
        assert hit["url"].startswith("http://127.0.0.1:")
        assert isinstance(hit["score"], int | float)
    return True


def is_problem(answer: Any, status: int) -> bool:
    """Say whether an answer is a refusal as RFC 9457 has it."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert set(problem) == {"type", "title", "status", "detail", "errors"}
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    assert all(set(error) == {"pointer", "detail"} for error in problem["errors"])
    return True


def pointers(answer: Any) -> list[str]:
    return sorted(error["pointer"] for error in answer.json()["errors"])
