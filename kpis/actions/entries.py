"""What a person says about one period, understood as numbers: shared by one reading and by a hundred thousand."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import Final, Protocol

from django.utils.translation import gettext as _

from kpis.actions.errors import PeriodNotInCalendar, PeriodNotOver, ReadingIncomplete
from kpis.domain.periods import Period, PeriodCalendar
from kpis.domain.ratios import NothingToMeasure, ratio
from kpis.models import Kpi
from kpis.queries.calendars import calendars_of, label_of, period_name, today_in

__all__ = [
    "Entry",
    "Number",
    "Said",
    "calendars_of",
    "claimed",
    "label_of",
    "period_name",
    "period_of",
    "today_in",
    "understood",
]

Number = Decimal | int | float | str
VALUE_PLACES: Final = 6
PART_PLACES: Final = 4
# What fits the columns: 18 digits, 6 or 4 of them after the point.
VALUE_BOUND: Final = Decimal(10) ** 12
PART_BOUND: Final = Decimal(10) ** 14


class Said(Protocol):
    """What stands at a place: a reading, or the part of it that can be compared."""

    @property
    def value(self) -> Decimal | None: ...
    @property
    def numerator(self) -> Decimal | None: ...
    @property
    def denominator(self) -> Decimal | None: ...
    @property
    def is_not_applicable(self) -> bool: ...
    @property
    def note(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Entry:
    """A reading's content. `value` is in the KPI's unit with 6 places; None when not applicable."""

    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    is_not_applicable: bool
    note: str

    def says_the_same_as(self, reading: "Said") -> bool:
        """Whether writing it over `reading` would change nothing."""
        return (
            self.value == reading.value
            and self.numerator == reading.numerator
            and self.denominator == reading.denominator
            and self.is_not_applicable == reading.is_not_applicable
            and self.note == reading.note
        )


def understood(
    kpi: Kpi,
    *,
    value: Number | None = None,
    numerator: Number | None = None,
    denominator: Number | None = None,
    is_not_applicable: bool = False,
    note: str = "",
) -> Entry:
    """What was said, as numbers rounded half-even to what is stored.

    A KPI entered as a ratio takes numerator and denominator (its value is ratio × factor) or, where only the
    figure is known, the value itself. Raises ReadingIncomplete.
    """
    note = note.replace("\x00", "").strip()
    parts = (numerator, denominator)
    if is_not_applicable:
        if value is not None or parts != (None, None):
            raise ReadingIncomplete(_("Either “not applicable” or a value, not both."), "is_not_applicable")
        return Entry(None, None, None, True, note)
    if parts == (None, None):
        if value is None:
            raise ReadingIncomplete(_("Give a value, or say that it is not applicable."))
        return Entry(_number(value, "value", VALUE_PLACES, VALUE_BOUND), None, None, False, note)
    return _from_parts(kpi, value, parts, note)


def _from_parts(
    kpi: Kpi, value: Number | None, parts: tuple[Number | None, Number | None], note: str
) -> Entry:
    numerator, denominator = parts
    if kpi.entry != Kpi.Entry.RATIO:
        raise ReadingIncomplete(_("This KPI is reported as a value, not as a ratio."), "numerator")
    if value is not None:
        raise ReadingIncomplete(_("Give either a value or numerator and denominator, not both."))
    if numerator is None or denominator is None:
        missing = "numerator" if numerator is None else "denominator"
        raise ReadingIncomplete(_("A ratio needs both numerator and denominator."), missing)
    above = _number(numerator, "numerator", PART_PLACES, PART_BOUND)
    below = _number(denominator, "denominator", PART_PLACES, PART_BOUND)
    for field, count in (("numerator", above), ("denominator", below)):
        if count < 0:
            raise ReadingIncomplete(_("A count is not negative."), field)
    try:
        measured = ratio(above, below, kpi.ratio_factor)
    except NothingToMeasure as error:
        raise ReadingIncomplete(
            _("The denominator is 0, so there was nothing to measure: say “not applicable”."), "denominator"
        ) from error
    if abs(measured) >= VALUE_BOUND:
        raise ReadingIncomplete(_("This number is too large."), "numerator")
    return Entry(measured, above, below, False, note)


def claimed(value: Number) -> Decimal:
    """The value that a dispute claims, as it would be stored. Raises ReadingIncomplete for `claimed_value`."""
    return _number(value, "claimed_value", VALUE_PLACES, VALUE_BOUND)


def _number(said: Number, field: str, places: int, bound: Decimal) -> Decimal:
    try:
        number = said if isinstance(said, Decimal) else Decimal(str(said).strip())
    except InvalidOperation as error:
        raise ReadingIncomplete(_("“%(said)s” is not a number.") % {"said": str(said)[:40]}, field) from error
    if not number.is_finite():
        raise ReadingIncomplete(_("“%(said)s” is not a number.") % {"said": str(said)[:40]}, field)
    # Arithmetic on "1e-999999999" would take for ever or overflow; comparing and quantizing do neither, and quantize
    # rounds once and half to even as portal.lib.rounding does.
    if number.copy_abs() < bound:
        rounded = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN)
        if rounded.copy_abs() < bound:
            return rounded
    raise ReadingIncomplete(_("This number is too large."), field)


def period_of(kpi: Kpi, calendar: PeriodCalendar, first_day: date, today: date) -> Period:
    """The period of `kpi` that starts on `first_day`. Raises PeriodNotInCalendar or PeriodNotOver."""
    period = calendar.starting(first_day)
    outside = first_day < kpi.starts_on or (kpi.ends_on is not None and first_day > kpi.ends_on)
    if period is None or outside:
        raise PeriodNotInCalendar(
            _("No period of “%(kpi)s” starts on %(day)s.")
            % {"kpi": kpi.name, "day": f"{first_day:%-d %b %Y}"}
        )
    if period.last > today:
        raise PeriodNotOver(
            _("This period runs until %(day)s; its value cannot be known yet.")
            % {"day": f"{period.last:%-d %b %Y}"}
        )
    return period
