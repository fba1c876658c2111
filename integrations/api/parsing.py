"""Reading what was sent, strictly: JSON in UTF-8, or a form with a file."""

import json
from http import HTTPStatus
from typing import Any, NoReturn, cast

from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _
from ninja.parser import Parser

from integrations.api.problems import ProblemError


class StrictParser(Parser):
    """What ninja asks for the content of a request."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        if request.content_type != "application/json":
            raise _unsupported(_("Send JSON, with the header “Content-Type: application/json”."))
        if (request.content_params or {}).get("charset", "utf-8").lower() not in {"utf-8", "utf8"}:
            raise _unreadable(_("Send JSON in UTF-8."))
        try:
            return cast("dict[str, Any]", json.loads(request.body.decode("utf-8"), parse_constant=_not_json))
        except UnicodeDecodeError as error:
            raise _unreadable(_("Send JSON in UTF-8.")) from error
        except (ValueError, RecursionError) as error:
            raise _unreadable(_("This is not JSON we can read.")) from error

    def parse_querydict(
        self, data: MultiValueDict[str, Any], list_fields: list[str], request: HttpRequest
    ) -> dict[str, Any]:
        if data is request.GET:
            # What is repeated stays a list, so that it is refused where one value is meant; Django would keep the last.
            return {
                name: values if len(values) > 1 or name in list_fields else values[0] for name, values in data.lists()
            }
        if request.content_type != "multipart/form-data":
            raise _unsupported(_("Send the file in a form, with “Content-Type: multipart/form-data”."))
        return super().parse_querydict(data, list_fields, request)


def _unsupported(detail: Any) -> ProblemError:
    return ProblemError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, detail)


def _unreadable(detail: Any) -> ProblemError:
    return ProblemError(HTTPStatus.BAD_REQUEST, detail)


def _not_json(constant: str) -> NoReturn:
    """Refuse NaN and Infinity, which Python would read and nobody else."""
    raise ValueError(constant)
