"""What holds for every page: who asks, and who may keep a copy of the answer."""

import codecs
from collections.abc import Callable
from ipaddress import ip_address
from typing import TypeAlias

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from helpdesk.kernel.http import BAD_REQUEST, refuse

Handler: TypeAlias = Callable[[HttpRequest], HttpResponse]

UNKNOWN = "0.0.0.0"  # noqa: S104 - an address to count under, not one to listen on
FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_FORWARDED")
PRIVATE = ("/t/", "/mijn/", "/desk/", "/beheer/", "/api/", "/aanmelden/", "/afmelden/", "/kennis/redactie/")
UTF8 = "utf-8"
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"


class ClientAddress:
    """Sets `request.client_address` and `REMOTE_ADDR`; only a trusted proxy is believed about whom it speaks for."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        peer = _address(request.META.get("REMOTE_ADDR", ""))
        request.is_forwarded = any(name in request.META for name in FORWARDED)  # type: ignore[attr-defined]
        address = peer
        if is_trusted(peer):
            address = _nearest_stranger(request.META.get("HTTP_X_FORWARDED_FOR", ""), peer)
        else:
            for name in FORWARDED:
                request.META.pop(name, None)
        request.META["REMOTE_ADDR"] = address
        request.client_address = address  # type: ignore[attr-defined]
        return self.get_response(request)


class OneCharset:
    """Refuses what is not written in UTF-8: among Python's charsets are some that are no text, or make broken text."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _is_utf8((request.content_params or {}).get("charset", UTF8)):
            return self.get_response(request)
        return refuse(request, BAD_REQUEST)


class PrivatePages:
    """Nothing but static files is kept by browsers or proxies, unless a view says otherwise."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        if request.path.startswith(PRIVATE):
            response.headers.setdefault("X-Robots-Tag", "none")
        return response


def _is_utf8(charset: str) -> bool:
    try:
        return codecs.lookup(charset).name in {UTF8, "ascii"}
    except (LookupError, ValueError):
        return False


def is_trusted(address: str) -> bool:
    return any(ip_address(address) in network for network in settings.TRUSTED_PROXIES)


def _nearest_stranger(forwarded_for: str, peer: str) -> str:
    """Return the last address that a trusted proxy saw; what stands before it the client may have made up."""
    for hop in reversed(forwarded_for.split(",")):
        address = _address(hop)
        if address == UNKNOWN:
            break
        peer = address
        if not is_trusted(address):
            break
    return peer


def _address(text: str) -> str:
    """Return an address in its one spelling, also from `[::1]:1234`, `10.0.0.1:1234` and `::ffff:10.0.0.1`."""
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return UNKNOWN
    return str(getattr(address, "ipv4_mapped", None) or address)
