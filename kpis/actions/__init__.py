"""Verbs of goals, KPIs, bands and readings: atomic, keyword-only, told who acts and when."""

from kpis.actions.bands import bring_band_into_force, propose_band, revise_band
from kpis.actions.bulk import preview_readings_in_bulk, submit_readings_in_bulk
from kpis.actions.clocks import attend_to_clocks, clocks_to_attend
from kpis.actions.definitions import add_calendar, add_driver, add_kpi, edit_kpi, end_kpi, reorder_kpis
from kpis.actions.environments import bring_environment_into_force, propose_environment
from kpis.actions.errors import (
    BandOutOfOrder,
    CalendarNameIsTaken,
    ChangedMeanwhile,
    ConditionRefused,
    EndsBeforeItsReadings,
    EnvironmentNameIsTaken,
    EvidenceRefused,
    GoalHasActiveKpis,
    KpiHasReadings,
    NothingToResolve,
    NotOfThisRelationship,
    NotYourSideToReport,
    NotYourSideToSettle,
    OrderIncomplete,
    PeriodNotInCalendar,
    PeriodNotOver,
    PeriodsDoNotTile,
    ReadingChangedMeanwhile,
    ReadingIncomplete,
    ReadingIsSettled,
    RebaseRefused,
    ReferenceIsTaken,
    Refused,
    ReviewIsClosed,
    RoomRefused,
    RuleRefused,
    SpellRefused,
    WeightsIncomplete,
)
from kpis.actions.evidence import add_evidence
from kpis.actions.goals import add_goal, edit_goal, reorder_goals, retire_goal
from kpis.actions.outcome import BulkOutcome
from kpis.actions.readings import submit_reading
from kpis.actions.rebases import bring_rebase_into_force, propose_rebase
from kpis.actions.reviews import close_review, propose_choice
from kpis.actions.rows import Problem
from kpis.actions.settling import confirm_readings, dispute_reading, resolve_dispute
from kpis.actions.spells import bring_spell_into_force, propose_spell
from kpis.actions.weights import propose_weights, put_weights_in_force, revise_weights

__all__ = [
    "BandOutOfOrder",
    "BulkOutcome",
    "CalendarNameIsTaken",
    "ChangedMeanwhile",
    "ConditionRefused",
    "EndsBeforeItsReadings",
    "EnvironmentNameIsTaken",
    "EvidenceRefused",
    "GoalHasActiveKpis",
    "KpiHasReadings",
    "NotOfThisRelationship",
    "NotYourSideToReport",
    "NotYourSideToSettle",
    "NothingToResolve",
    "OrderIncomplete",
    "PeriodNotInCalendar",
    "PeriodNotOver",
    "PeriodsDoNotTile",
    "Problem",
    "ReadingChangedMeanwhile",
    "ReadingIncomplete",
    "ReadingIsSettled",
    "RebaseRefused",
    "ReferenceIsTaken",
    "Refused",
    "ReviewIsClosed",
    "RoomRefused",
    "RuleRefused",
    "SpellRefused",
    "WeightsIncomplete",
    "add_calendar",
    "add_driver",
    "add_evidence",
    "add_goal",
    "add_kpi",
    "attend_to_clocks",
    "bring_band_into_force",
    "bring_environment_into_force",
    "bring_rebase_into_force",
    "bring_spell_into_force",
    "clocks_to_attend",
    "close_review",
    "confirm_readings",
    "dispute_reading",
    "edit_goal",
    "edit_kpi",
    "end_kpi",
    "preview_readings_in_bulk",
    "propose_band",
    "propose_choice",
    "propose_environment",
    "propose_rebase",
    "propose_spell",
    "propose_weights",
    "put_weights_in_force",
    "reorder_goals",
    "reorder_kpis",
    "resolve_dispute",
    "retire_goal",
    "revise_band",
    "revise_weights",
    "submit_reading",
    "submit_readings_in_bulk",
]
