"""What the API answers with: plain output serializers that never save."""

from portal.api.output.agreements import AgreementOutput, TermOutput
from portal.api.output.backtest import (
    BackTestOutput,
    CountOutput,
    MeaningOutput,
    OutcomeOutput,
    ReplayedOutput,
    back_test_answer,
)
from portal.api.output.bands import BandRevisionOutput
from portal.api.output.definitions import GoalOutput, KpiOutput
from portal.api.output.figures import LimitsOutput, StepOutput, ThresholdsOutput
from portal.api.output.flex import EnvironmentOutput, EnvironmentRevisionOutput, RuleOutput, SpellOutput
from portal.api.output.method import (
    BudgetAnswer,
    ConditionAnswer,
    ConsideredOutput,
    EarnedRoomAnswer,
    FlexAnswer,
    MonthOutput,
    PointOutput,
    SignalsAnswer,
    VerdictAnswer,
)
from portal.api.output.method_answers import (
    budget_answer,
    condition_answer,
    earned_answer,
    flex_answer,
    signals_answer,
    verdict_answer,
)
from portal.api.output.pulses import PulseOutput
from portal.api.output.readings import (
    BulkOutput,
    ConfirmedOutput,
    DisputeOutput,
    FlexingOutput,
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
from portal.api.output.reviews import RebaseOutput, ReviewOutput
from portal.api.output.room import (
    KpiSignalsOutput,
    RoomOutput,
    SignalPointOutput,
    SpendingOutput,
    kpi_signals_answer,
    room_answer,
)
from portal.api.output.scores import ScoreOutput

__all__ = [
    "AgreementOutput",
    "BackTestOutput",
    "BandRevisionOutput",
    "BudgetAnswer",
    "BulkOutput",
    "ConditionAnswer",
    "ConfirmedOutput",
    "ConsideredOutput",
    "ContractOutput",
    "CountOutput",
    "DisputeOutput",
    "EarnedRoomAnswer",
    "EnvironmentOutput",
    "EnvironmentRevisionOutput",
    "FlexAnswer",
    "FlexingOutput",
    "GoalOutput",
    "KpiOutput",
    "KpiSignalsOutput",
    "LimitsOutput",
    "MeaningOutput",
    "MonthOutput",
    "OrganisationOutput",
    "OutcomeOutput",
    "PersonOutput",
    "PointOutput",
    "ProblemOutput",
    "PulseOutput",
    "ReadingOutput",
    "RebaseOutput",
    "RelationshipOutput",
    "ReplayedOutput",
    "ReviewOutput",
    "RoomOutput",
    "RuleOutput",
    "ScoreOutput",
    "SessionOutput",
    "SignalPointOutput",
    "SignalsAnswer",
    "SpellOutput",
    "SpendingOutput",
    "StepOutput",
    "TermOutput",
    "ThresholdsOutput",
    "VerdictAnswer",
    "back_test_answer",
    "budget_answer",
    "condition_answer",
    "earned_answer",
    "flex_answer",
    "kpi_signals_answer",
    "room_answer",
    "signals_answer",
    "verdict_answer",
]
