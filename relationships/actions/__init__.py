"""Verbs of relationships: atomic, keyword-only, told who acts and when."""

from relationships.actions.agreements import (
    AgreementIsSettled,
    NotYourSide,
    SignedByTheSamePerson,
    VersionHasMoved,
    decline_agreement,
    expire_agreements,
    propose_agreement,
    revise_agreement,
    sign_agreement,
    withdraw_agreement,
)
from relationships.actions.timeline import comment, note_event

__all__ = [
    "AgreementIsSettled",
    "NotYourSide",
    "SignedByTheSamePerson",
    "VersionHasMoved",
    "comment",
    "decline_agreement",
    "expire_agreements",
    "note_event",
    "propose_agreement",
    "revise_agreement",
    "sign_agreement",
    "withdraw_agreement",
]
