"""What the API understands: plain input serializers that check and never save."""

from portal.api.inputs.agreements import OptionalReasonInput, ReasonInput
from portal.api.inputs.bands import BandInput
from portal.api.inputs.definitions import GoalInput, KpiInput
from portal.api.inputs.fields import OwnRow, SeatedPerson
from portal.api.inputs.method import (
    BandQuestion,
    BudgetQuestion,
    ConditionQuestion,
    EarnedRoomQuestion,
    FlexQuestion,
    RuleQuestion,
    SignalsQuestion,
    VerdictQuestion,
)
from portal.api.inputs.readings import (
    ConfirmationInput,
    ConfirmationsInput,
    DisputeInput,
    ReadingRowInput,
    ReadingsInput,
)
from portal.api.inputs.relationships import ContractInput, NewContractInput, RelationshipInput

__all__ = [
    "BandInput",
    "BandQuestion",
    "BudgetQuestion",
    "ConditionQuestion",
    "ConfirmationInput",
    "ConfirmationsInput",
    "ContractInput",
    "DisputeInput",
    "EarnedRoomQuestion",
    "FlexQuestion",
    "GoalInput",
    "KpiInput",
    "NewContractInput",
    "OptionalReasonInput",
    "OwnRow",
    "ReadingRowInput",
    "ReadingsInput",
    "ReasonInput",
    "RelationshipInput",
    "RuleQuestion",
    "SeatedPerson",
    "SignalsQuestion",
    "VerdictQuestion",
]
