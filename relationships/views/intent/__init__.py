"""Proposing why the two work together and how far they have come: new, in answer to a proposal, or revising one's own."""

from relationships.views.intent.pages import stage_new, statement_new

__all__ = [
    "stage_new",
    "statement_new",
]
