"""Verbs of goals, KPIs, bands and readings: atomic, keyword-only, told who acts and when."""

from kpis.actions.bands import bring_band_into_force, propose_band
from kpis.actions.definitions import add_calendar, add_kpi, edit_kpi
from kpis.actions.errors import (
    BandOutOfOrder,
    ChangedMeanwhile,
    EvidenceRefused,
    KpiHasReadings,
    NothingToResolve,
    NotOfThisRelationship,
    NotYourSideToReport,
    NotYourSideToSettle,
    PeriodNotInCalendar,
    PeriodNotOver,
    PeriodsDoNotTile,
    ReadingChangedMeanwhile,
    ReadingIncomplete,
    ReadingIsSettled,
    Refused,
    WeightsIncomplete,
)
from kpis.actions.goals import add_goal, edit_goal
from kpis.actions.readings import submit_reading
from kpis.actions.weights import propose_weights, put_weights_in_force

__all__ = [
    "BandOutOfOrder",
    "ChangedMeanwhile",
    "EvidenceRefused",
    "KpiHasReadings",
    "NotOfThisRelationship",
    "NotYourSideToReport",
    "NotYourSideToSettle",
    "NothingToResolve",
    "PeriodNotInCalendar",
    "PeriodNotOver",
    "PeriodsDoNotTile",
    "ReadingChangedMeanwhile",
    "ReadingIncomplete",
    "ReadingIsSettled",
    "Refused",
    "WeightsIncomplete",
    "add_calendar",
    "add_goal",
    "add_kpi",
    "bring_band_into_force",
    "edit_goal",
    "edit_kpi",
    "propose_band",
    "propose_weights",
    "put_weights_in_force",
    "submit_reading",
]
