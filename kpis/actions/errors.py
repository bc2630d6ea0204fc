"""Refusals that can be foreseen; each message is fit to be shown to the person who acts."""

from django.db.models import Model
from django.utils.translation import gettext as _

from kpis.models import Reading


class Refused(Exception):
    """What every foreseen refusal of this app is."""


class ChangedMeanwhile(Refused):
    """Somebody else changed the same thing after the actor saw it; `current` is what stands now."""

    def __init__(self, current: Model) -> None:
        self.current = current
        super().__init__(_("Somebody changed this while you were writing. Your text is kept; look again."))


class ReadingChangedMeanwhile(Refused):
    """Somebody else changed the same reading; `current` is the reading that stands, so both can be shown."""

    def __init__(self, current: Reading) -> None:
        self.current = current
        super().__init__(_("Somebody changed this reading while you were writing. Nothing was overwritten."))


class NotYourSideToReport(Refused):
    """Only the side that performs a KPI reports it; the provider reports what is performed jointly."""


class NotYourSideToSettle(Refused):
    """A side cannot confirm, dispute or uphold against itself."""


class PeriodNotInCalendar(Refused):
    """No period of the KPI starts on that day."""


class PeriodNotOver(Refused):
    """The period has not reached its last day, so its value cannot be known yet."""


class ReadingIncomplete(Refused):
    """Neither a value, nor numerator and denominator, nor "not applicable", or one that cannot be understood.

    `field` names the part of the reading that is meant.
    """

    def __init__(self, message: str, field: str = "value") -> None:
        self.field = field
        super().__init__(message)


class NotOfThisRelationship(Refused):
    """What the actor wants to change belongs to another relationship."""


class ReadingIsSettled(Refused):
    """There is nothing to confirm or dispute: the reading is already confirmed or disputed."""


class NothingToResolve(Refused):
    """The dispute has already ended."""


class EnvironmentNameIsTaken(Refused):
    """Another environment of the relationship has this name."""


class ConditionRefused(Refused):
    """The condition of an environment cannot be understood, is too costly or names what is no driver."""

    field = "condition"


class SpellRefused(Refused):
    """Days or reason of a spell cannot be; `field` says which."""

    def __init__(self, message: str, field: str) -> None:
        self.field = field
        super().__init__(message)


class RoomRefused(Refused):
    """Wiggle room or earned room is outside what can be agreed; `field` says which."""

    def __init__(self, message: str, field: str) -> None:
        self.field = field
        super().__init__(message)


class RuleRefused(Refused):
    """A flex rule cannot be used; `index` is its place among the rules, `field` the one that is wrong."""

    def __init__(self, message: str, index: int, field: str) -> None:
        self.index, self.field = index, field
        super().__init__(message)


class BandOutOfOrder(Refused):
    """The thresholds do not run from floor over tolerance to target in the good direction."""


class ReferenceIsTaken(Refused):
    """Another KPI of the relationship has this reference; uploads find a KPI by it."""


class CalendarNameIsTaken(Refused):
    """The relationship already has a calendar of this name."""


class PeriodsDoNotTile(Refused):
    """The periods of a calendar leave a gap or overlap."""


class KpiHasReadings(Refused):
    """What says which periods there are and which way is better cannot change under existing readings."""


class GoalHasActiveKpis(Refused):
    """A goal is retired only when no KPI under it is measured any more."""


class EndsBeforeItsReadings(Refused):
    """A KPI ends no earlier than it begins, and not before periods that have readings."""


class OrderIncomplete(Refused):
    """An order names everything that is to be sorted, each once."""


class WeightsIncomplete(Refused):
    """Weights are proposed for every KPI at once, each a whole number from 1 to 1000."""


class EvidenceRefused(Refused):
    """The file is empty, too large, or not of a kind that is accepted."""


class RebaseRefused(Refused):
    """Limits cannot start anew there; `field` says what is wrong."""

    def __init__(self, message: str, field: str) -> None:
        self.field = field
        super().__init__(message)


class ReviewIsClosed(Refused):
    """Both sides have chosen already."""
