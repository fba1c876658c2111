"""Who may open a socket: our own pages, and programs that carry no cookie."""

import pytest

from config.asgi import SameOrigin, application

OWN = b"http://127.0.0.1:8000"
COOKIE = (b"cookie", b"session=abc")


async def knock(application, path="/ws/unknown/", *headers) -> list[dict]:
    sent: list[dict] = []

    async def receive():
        return {"type": "websocket.connect"}

    async def send(message):
        sent.append(message)

    scope = {"type": "websocket", "path": path, "query_string": b"", "subprotocols": []}
    await application({**scope, "headers": [(b"host", b"localhost:8000"), *headers]}, receive, send)
    return sent


async def accept(_scope, receive, send):
    await receive()
    await send({"type": "websocket.accept"})


@pytest.mark.parametrize(
    "headers",
    [
        [(b"origin", OWN), COOKIE],
        [(b"origin", b"http://localhost:8000"), COOKIE],
        [],
    ],
)
async def test_our_own_pages_and_programs_without_cookies_come_in(headers):
    assert await knock(SameOrigin(accept), "/ws/desk/", *headers) == [{"type": "websocket.accept"}]


@pytest.mark.parametrize(
    "headers",
    [
        [COOKIE],
        [(b"origin", b"http://evil.example"), COOKIE],
        [(b"origin", b"http://evil.example")],
        [(b"origin", b"http://127.0.0.1:8001"), COOKIE],
        [(b"origin", b"null"), COOKIE],
        [(b"origin", b"http://evil.example"), (b"host", b"evil.example"), COOKIE],
        [(b"origin", b"http://localhost:8000.evil.example"), COOKIE],
    ],
)
async def test_a_foreign_page_is_refused(headers):
    assert await knock(SameOrigin(accept), "/ws/desk/", *headers) == [{"type": "websocket.close", "code": 1008}]


@pytest.mark.parametrize("path", ["/ws/unknown/", "/ws/desk/more", "/", "/desk/"])
@pytest.mark.parametrize("origin", [OWN, b"http://evil.example"])
async def test_a_path_that_is_no_socket_does_not_exist_for_anybody(path, origin):
    assert await knock(application, path, (b"origin", origin), COOKIE) == [
        {"type": "websocket.http.response.start", "status": 404, "headers": []},
        {"type": "websocket.http.response.body", "body": b""},
    ]


async def test_a_foreign_page_is_refused_at_the_sockets_that_exist():
    assert await knock(application, "/ws/desk/", (b"origin", b"http://evil.example")) == [
        {"type": "websocket.close", "code": 1008}
    ]
