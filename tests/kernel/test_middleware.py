"""Who asks, and who may keep a copy of the answer."""

from ipaddress import ip_network

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from helpdesk.kernel.middleware import UNKNOWN, ClientAddress, OneCharset, PrivatePages


@pytest.fixture
def trusted(settings):
    settings.TRUSTED_PROXIES = [ip_network("10.0.0.0/8"), ip_network("fd00::/8")]


def client_address(peer: str, forwarded_for: str) -> str:
    request = RequestFactory().get("/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=forwarded_for)
    ClientAddress(lambda _request: HttpResponse())(request)
    assert request.META["REMOTE_ADDR"] == request.client_address
    return request.client_address


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "expected"),
    [
        ("10.0.0.1", "192.0.2.7", "192.0.2.7"),
        ("10.0.0.1", "1.1.1.1, 192.0.2.7, 10.0.0.2", "192.0.2.7"),
        ("10.0.0.1", "192.0.2.7:51234", "192.0.2.7"),
        ("10.0.0.1", "[2001:db8::7]:51234", "2001:db8::7"),
        ("10.0.0.1", "2001:db8:0::7", "2001:db8::7"),
        ("::ffff:10.0.0.1", "192.0.2.7", "192.0.2.7"),
        ("fd00::1", "10.0.0.3", "10.0.0.3"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "192.0.2.7, nonsense", "10.0.0.1"),
        ("10.0.0.1", "nonsense, 10.0.0.2", "10.0.0.2"),
    ],
)
def test_a_trusted_proxy_is_believed_up_to_the_first_stranger(trusted, peer, forwarded_for, expected):
    assert client_address(peer, forwarded_for) == expected


@pytest.mark.parametrize(("peer", "expected"), [("192.0.2.66", "192.0.2.66"), ("", UNKNOWN), ("unix", UNKNOWN)])
def test_anybody_else_may_not_say_who_asks(trusted, peer, expected):
    assert client_address(peer, "127.0.0.1") == expected


def test_a_stranger_cannot_claim_that_the_connection_is_secure(trusted, settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.66", HTTP_X_FORWARDED_PROTO="https")
    ClientAddress(lambda _request: HttpResponse())(request)
    assert not request.is_secure()


def test_pages_are_kept_by_nobody_unless_the_view_says_so():
    page = PrivatePages(lambda _request: HttpResponse())(RequestFactory().get("/t/abc/"))
    assert (page["Cache-Control"], page["X-Robots-Tag"]) == ("no-store", "none")
    assert "camera=()" in page["Permissions-Policy"]
    kept = PrivatePages(lambda _request: HttpResponse(headers={"Cache-Control": "max-age=60"}))
    assert kept(RequestFactory().get("/kennis/"))["Cache-Control"] == "max-age=60"
    assert "X-Robots-Tag" not in kept(RequestFactory().get("/kennis/")).headers


@pytest.mark.parametrize(
    ("charset", "status"),
    [
        ("", 200),
        ("; charset=utf-8", 200),
        ('; charset="UTF-8"', 200),
        ("; charset=us-ascii", 200),
        ("; charset=hex", 400),
        ("; charset=unicode_escape", 400),
        ("; charset=utf-7", 400),
        ("; charset=latin-1", 400),
        ("; charset=nonsense", 400),
        ("; charset=", 400),
    ],
)
@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=b", "application/json", "text/plain"])
def test_nothing_is_read_in_another_charset(kind, charset, status):
    request = RequestFactory().generic("POST", "/", b"x", content_type=kind + charset)

    assert OneCharset(lambda _request: HttpResponse())(request).status_code == status
