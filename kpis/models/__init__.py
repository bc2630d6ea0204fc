"""Joint goals, KPIs under them, their bands and what moves them, and the readings that both sides settle."""

from kpis.models.bands import BandRevision
from kpis.models.flex import (
    ConditionCheck,
    Environment,
    EnvironmentRevision,
    Flexing,
    FlexRule,
    Rejudging,
    Spell,
)
from kpis.models.goals import Goal, Kpi, NamedCalendar, NamedPeriod
from kpis.models.readings import Dispute, Evidence, Reading, ReadingPast
from kpis.models.reviews import Rebase, Review, Watched
from kpis.models.uploads import ColumnMapping, IdempotencyKey, Upload

__all__ = [
    "BandRevision",
    "ColumnMapping",
    "ConditionCheck",
    "Dispute",
    "Environment",
    "EnvironmentRevision",
    "Evidence",
    "FlexRule",
    "Flexing",
    "Goal",
    "IdempotencyKey",
    "Kpi",
    "NamedCalendar",
    "NamedPeriod",
    "Reading",
    "ReadingPast",
    "Rebase",
    "Rejudging",
    "Review",
    "Spell",
    "Upload",
    "Watched",
]
