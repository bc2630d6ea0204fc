"""What the API answers with: plain output serializers that never save."""

from portal.api.output.agreements import AgreementOutput, TermOutput
from portal.api.output.bands import BandRevisionOutput
from portal.api.output.definitions import GoalOutput, KpiOutput
from portal.api.output.method import (
    BudgetAnswer,
    ConditionAnswer,
    ConsideredOutput,
    EarnedRoomAnswer,
    FlexAnswer,
    LimitsOutput,
    MonthOutput,
    PointOutput,
    SignalsAnswer,
    StepOutput,
    ThresholdsOutput,
    VerdictAnswer,
    budget_answer,
    condition_answer,
    earned_answer,
    flex_answer,
    signals_answer,
    verdict_answer,
)
from portal.api.output.readings import (
    BulkOutput,
    ConfirmedOutput,
    DisputeOutput,
    ProblemOutput,
    ReadingOutput,
)
from portal.api.output.relationships import (
    ContractOutput,
    OrganisationOutput,
    PersonOutput,
    RelationshipOutput,
    SessionOutput,
)
from portal.api.output.scores import ScoreOutput

__all__ = [
    "AgreementOutput",
    "BandRevisionOutput",
    "BudgetAnswer",
    "BulkOutput",
    "ConditionAnswer",
    "ConfirmedOutput",
    "ConsideredOutput",
    "ContractOutput",
    "DisputeOutput",
    "EarnedRoomAnswer",
    "FlexAnswer",
    "GoalOutput",
    "KpiOutput",
    "LimitsOutput",
    "MonthOutput",
    "OrganisationOutput",
    "PersonOutput",
    "PointOutput",
    "ProblemOutput",
    "ReadingOutput",
    "RelationshipOutput",
    "ScoreOutput",
    "SessionOutput",
    "SignalsAnswer",
    "StepOutput",
    "TermOutput",
    "ThresholdsOutput",
    "VerdictAnswer",
    "budget_answer",
    "condition_answer",
    "earned_answer",
    "flex_answer",
    "signals_answer",
    "verdict_answer",
]
