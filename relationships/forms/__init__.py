"""Parsing and checking what people type about relationships; nothing here saves."""

from relationships.forms.contracts import ContractForm, DocumentForm
from relationships.forms.founding import (
    FoundForm,
    InviteOrganisationForm,
    JoinAsNewcomerForm,
    JoinWithNewOrganisationForm,
)
from relationships.forms.people import ChangeSeatForm, SeatForm

__all__ = [
    "ChangeSeatForm",
    "ContractForm",
    "DocumentForm",
    "FoundForm",
    "InviteOrganisationForm",
    "JoinAsNewcomerForm",
    "JoinWithNewOrganisationForm",
    "SeatForm",
]
