"""Everything the server serves: pages through the gate, sockets through Channels."""
# ruff: noqa: E402 - the apps must be loaded before what needs them is imported

import os
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import urlsplit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.core.wsgi import get_wsgi_application

pages = get_wsgi_application()

from channels.routing import ProtocolTypeRouter, URLRouter
from channels.sessions import SessionMiddlewareStack
from django.conf import settings
from django.http.request import validate_host
from django.urls import URLPattern, re_path

from config.gate import Gate
from config.spool import Limits
from helpdesk.desk.routing import websocket_urlpatterns as desk_sockets

POLICY_VIOLATION = 1008


class SameOrigin:
    """Refuses sockets opened from another site's page; a program without cookies may come without an origin."""

    def __init__(self, application: Any) -> None:
        self._application = application

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        headers = dict(scope["headers"])
        guarded = self._application if _comes_from_us(headers) else refuse_socket
        await guarded(scope, receive, send)


def _comes_from_us(headers: dict[bytes, bytes]) -> bool:
    origin = headers.get(b"origin", b"").decode("latin1")
    if not origin:
        return b"cookie" not in headers
    if origin == settings.BASE_URL:
        return True
    # The same server under another of its own names, such as localhost instead of 127.0.0.1.
    host = headers.get(b"host", b"").decode("latin1")
    return urlsplit(origin).netloc == host and validate_host(urlsplit(origin).hostname or "", settings.ALLOWED_HOSTS)


async def refuse_socket(_scope: Any, receive: Any, send: Any) -> None:
    await receive()
    await send({"type": "websocket.close", "code": POLICY_VIOLATION})


async def no_such_socket(_scope: Any, receive: Any, send: Any) -> None:
    """Answer the handshake as a page that does not exist is answered: closing before accepting would say 403."""
    await receive()
    await send({"type": "websocket.http.response.start", "status": HTTPStatus.NOT_FOUND, "headers": []})
    await send({"type": "websocket.http.response.body", "body": b""})


async def lifespan(_scope: Any, receive: Any, send: Any) -> None:
    for moment in ("startup", "shutdown"):
        await receive()
        await send({"type": f"lifespan.{moment}.complete"})


def guarded(route: Any) -> URLPattern:
    return URLPattern(route.pattern, SameOrigin(SessionMiddlewareStack(route.callback)))


socket_routes: list[Any] = [*map(guarded, desk_sockets), re_path("", cast("Any", no_such_socket))]
gate = Gate(pages, folder=settings.VAR_DIR / "spool", limits=Limits(body_bytes=settings.MAX_BODY_BYTES))
application = ProtocolTypeRouter({"http": gate, "websocket": URLRouter(socket_routes), "lifespan": lifespan})
