"""Whole addresses, for letters: who reads one is not on a page of this portal yet."""

from django.conf import settings


def absolute(path: str) -> str:
    """The address of a page of this portal as it stands in a letter, whoever asked for the letter and under which name."""
    return f"{settings.PORTAL_URL}{path}"
