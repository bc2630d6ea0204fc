"""Two-key agreements: the list, one of them, and the answers to it."""

from portal.views.agreements.answers import acting, decline, signature, withdrawal
from portal.views.agreements.pages import agreement, agreements

__all__ = [
    "acting",
    "agreement",
    "agreements",
    "decline",
    "signature",
    "withdrawal",
]
