"""Two keys: propose, sign, decline, counter, withdraw, expire.

Every verb takes the version the actor saw and locks the row first, so that a signature can only fall on the
terms it names, however many people act at once.
"""

from relationships.actions.agreements.answering import (
    decline_agreement,
    expire_agreements,
    sign_agreement,
    withdraw_agreement,
)
from relationships.actions.agreements.proposing import Terms, digest_of, propose_agreement, revise_agreement
from relationships.actions.agreements.refusals import (
    AgreementIsSettled,
    AnswersSomethingElse,
    NotYourSide,
    ReasonNeeded,
    SignedByTheSamePerson,
    VersionHasMoved,
)

__all__ = [
    "AgreementIsSettled",
    "AnswersSomethingElse",
    "NotYourSide",
    "ReasonNeeded",
    "SignedByTheSamePerson",
    "Terms",
    "VersionHasMoved",
    "decline_agreement",
    "digest_of",
    "expire_agreements",
    "propose_agreement",
    "revise_agreement",
    "sign_agreement",
    "withdraw_agreement",
]
