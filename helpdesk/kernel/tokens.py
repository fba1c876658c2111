"""Secrets handed out: at least 128 random bits, stored as a hash."""

import base64
import hashlib
import secrets

from django.conf import settings
from django.utils.crypto import salted_hmac

TOKEN_BYTES = 24


def new_token() -> str:
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_token(token: str) -> str:
    """Return the SHA-256 of a token; enough, because tokens are random and long."""
    return hashlib.sha256(token.encode()).hexdigest()


def derived_token(purpose: str, nonce: str) -> str:
    """Return the token that belongs to a stored nonce; without our secret key the nonce says nothing."""
    digest = salted_hmac(f"aanspreekpunt.{purpose}", nonce, secret=settings.SECRET_KEY, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest[:TOKEN_BYTES]).decode()
