"""Parsing and checking what people type about relationships; nothing here saves."""

from relationships.forms.contracts import ContractForm, DocumentForm
from relationships.forms.dialogue import CommentForm
from relationships.forms.founding import (
    FoundForm,
    InviteOrganisationForm,
    JoinAsNewcomerForm,
    JoinWithNewOrganisationForm,
)
from relationships.forms.imports import PackageForm
from relationships.forms.intent import StageForm, StatementForm
from relationships.forms.people import ChangeSeatForm, SeatForm

__all__ = [
    "ChangeSeatForm",
    "CommentForm",
    "ContractForm",
    "DocumentForm",
    "FoundForm",
    "InviteOrganisationForm",
    "JoinAsNewcomerForm",
    "JoinWithNewOrganisationForm",
    "PackageForm",
    "SeatForm",
    "StageForm",
    "StatementForm",
]
