"""What the API understands: plain input serializers that check and never save."""

from portal.api.inputs.agreements import OptionalReasonInput, ReasonInput
from portal.api.inputs.bands import BackTestInput, BandInput, RuleInput, TermsInput
from portal.api.inputs.definitions import DriverInput, GoalInput, KpiInput
from portal.api.inputs.fields import DayField, OwnRow, SeatedPerson
from portal.api.inputs.flex import EnvironmentInput, EnvironmentRevisionInput, SpellInput
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
from portal.api.inputs.pulses import PulseAnswerInput, PulseInput
from portal.api.inputs.readings import (
    ConfirmationInput,
    ConfirmationsInput,
    DisputeInput,
    ReadingRowInput,
    ReadingsInput,
)
from portal.api.inputs.relationships import ContractInput, NewContractInput, RelationshipInput
from portal.api.inputs.reviews import RebaseInput, ReviewChoiceInput

__all__ = [
    "BackTestInput",
    "BandInput",
    "BandQuestion",
    "BudgetQuestion",
    "ConditionQuestion",
    "ConfirmationInput",
    "ConfirmationsInput",
    "ContractInput",
    "DayField",
    "DisputeInput",
    "DriverInput",
    "EarnedRoomQuestion",
    "EnvironmentInput",
    "EnvironmentRevisionInput",
    "FlexQuestion",
    "GoalInput",
    "KpiInput",
    "NewContractInput",
    "OptionalReasonInput",
    "OwnRow",
    "PulseAnswerInput",
    "PulseInput",
    "ReadingRowInput",
    "ReadingsInput",
    "ReasonInput",
    "RebaseInput",
    "RelationshipInput",
    "ReviewChoiceInput",
    "RuleInput",
    "RuleQuestion",
    "SeatedPerson",
    "SignalsQuestion",
    "SpellInput",
    "TermsInput",
    "VerdictQuestion",
]
