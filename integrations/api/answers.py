"""Answers: one object with its ETag, or a page of a list with a link to the next."""

import hashlib
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.http import parse_etags
from pydantic import BaseModel

JSON = "application/json"


def bytes_of(content: BaseModel) -> bytes:
    return content.model_dump_json().encode()


def etag_of(body: bytes) -> str:
    """Return the strong ETag of exactly these bytes."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def object_answer(request: HttpRequest, content: BaseModel) -> HttpResponse:
    """Answer with one object, or with 304 when the caller has it already."""
    body = bytes_of(content)
    etag = etag_of(body)
    if request.method == "GET" and _is_known(request.headers.get("If-None-Match", ""), etag):
        return HttpResponse(status=HTTPStatus.NOT_MODIFIED, headers={"ETag": etag})
    return HttpResponse(body, content_type=JSON, headers={"ETag": etag})


def created_answer(body: bytes, *, location: str = "", replayed: bool = False) -> HttpResponse:
    answer = HttpResponse(body, content_type=JSON, status=HTTPStatus.CREATED, headers={"ETag": etag_of(body)})
    if location:
        answer["Location"] = location
    if replayed:
        answer["Idempotent-Replayed"] = "true"
    return answer


def list_answer(content: BaseModel, next_url: str | None) -> HttpResponse:
    answer = HttpResponse(bytes_of(content), content_type=JSON)
    if next_url:
        answer["Link"] = f'<{next_url}>; rel="next"'
    return answer


def next_url_of(request: HttpRequest, cursor: str) -> str | None:
    """Return the address of the page after the one that was asked for, None after the last."""
    if not cursor:
        return None
    query = request.GET.copy()
    query["cursor"] = cursor
    return f"{settings.BASE_URL}{request.path}?{query.urlencode()}"


def _is_known(if_none_match: str, etag: str) -> bool:
    """Compare weakly: a proxy that packs an answer marks its ETag as weak."""
    known = parse_etags(if_none_match)
    return "*" in known or etag in {candidate.removeprefix("W/") for candidate in known}
