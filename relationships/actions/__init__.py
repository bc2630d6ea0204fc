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
from relationships.actions.contracts import (
    ContractTerms,
    NotAccountable,
    ParentDoesNotFit,
    add_contract,
    change_contract,
    link_document,
    upload_document,
)
from relationships.actions.founding import (
    AlreadyAccepted,
    NoOpenInvitation,
    OrganisationNeeded,
    found_relationship,
    invite_organisation,
)
from relationships.actions.intent import NothingChanges, apply_stage, propose_stage, propose_statement
from relationships.actions.invitations import (
    decline_relationship_invitation,
    found_organisation_and_join,
    join_as_organisation,
    revoke_relationship_invitation,
)
from relationships.actions.seats import (
    CounterpartDoesNotFit,
    LastLead,
    NotOfThisSide,
    SeatIsTaken,
    change_seat,
    end_seat,
    give_seat,
)
from relationships.actions.timeline import comment, note_event
from relationships.joining import InvitationIsSpent

__all__ = [
    "AgreementIsSettled",
    "AlreadyAccepted",
    "ContractTerms",
    "CounterpartDoesNotFit",
    "InvitationIsSpent",
    "LastLead",
    "NoOpenInvitation",
    "NotAccountable",
    "NotOfThisSide",
    "NotYourSide",
    "NothingChanges",
    "OrganisationNeeded",
    "ParentDoesNotFit",
    "SeatIsTaken",
    "SignedByTheSamePerson",
    "VersionHasMoved",
    "add_contract",
    "apply_stage",
    "change_contract",
    "change_seat",
    "comment",
    "decline_agreement",
    "decline_relationship_invitation",
    "end_seat",
    "expire_agreements",
    "found_organisation_and_join",
    "found_relationship",
    "give_seat",
    "invite_organisation",
    "join_as_organisation",
    "link_document",
    "note_event",
    "propose_agreement",
    "propose_stage",
    "propose_statement",
    "revise_agreement",
    "revoke_relationship_invitation",
    "sign_agreement",
    "upload_document",
    "withdraw_agreement",
]
