"""Relationships, the seats of people in them, contracts, two-key agreements, pulses and the shared timeline."""

from relationships.models.agreements import Agreement, AgreementQuerySet, StageChange, StatementOfIntent
from relationships.models.audit import AuditEntry, AuditHead
from relationships.models.contracts import Contract, ContractDocument
from relationships.models.pulses import Pulse, PulseAnswer, PulseParticipation
from relationships.models.relationships import Relationship, RelationshipInvitation, Role, Seat, Side, Stage
from relationships.models.timeline import TimelineEntry

__all__ = [
    "Agreement",
    "AgreementQuerySet",
    "AuditEntry",
    "AuditHead",
    "Contract",
    "ContractDocument",
    "Pulse",
    "PulseAnswer",
    "PulseParticipation",
    "Relationship",
    "RelationshipInvitation",
    "Role",
    "Seat",
    "Side",
    "Stage",
    "StageChange",
    "StatementOfIntent",
    "TimelineEntry",
]
