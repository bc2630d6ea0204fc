"""Secrets in links: shown once, kept only as a hash."""

import hashlib
import secrets

TOKEN_BYTES = 32


def new_token() -> str:
    """A secret for a link, 256 bits, safe in an address."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_of(token: str) -> str:
    """What is kept of the secret: its SHA-256. The secret is random, so it needs neither salt nor stretching."""
    return hashlib.sha256(token.encode()).hexdigest()
