"""Drivers as a list: how each of them stands, and which bands follow it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from kpis.models import EnvironmentRevision, FlexRule, Kpi
from kpis.queries.series import recent_series
from kpis.queries.strip import Line, draw_line
from kpis.queries.variables import drivers_of, variables_in, variables_of
from portal.lib.series import Point, Series
from relationships.models import Relationship

PERIODS, LONG = 12, 24


@dataclass(frozen=True)
class DriverRow:
    """One driver: what conditions call it, its last periods, and which bands follow it."""

    driver: Kpi
    variable: str
    series: Series
    moves: Sequence[Kpi]

    @property
    def line(self) -> Line:
        """The last periods as a line without bands: a driver is never judged."""
        return draw_line([point.value for point in self.series.points])

    @property
    def said(self) -> str:
        """The same in words."""
        valued = [point for point in self.series.points if point.value is not None]
        if not valued:
            return _("No value yet.")
        numbers = [point.value for point in valued if point.value is not None]
        return _("%(name)s, %(first)s to %(last)s: between %(low)s and %(high)s.") % {
            "name": self.driver.name, "first": valued[0].label, "last": valued[-1].label,
            "low": self._figure(min(numbers)), "high": self._figure(max(numbers)),
        }  # fmt: skip

    def _figure(self, value: Decimal) -> str:
        return f"{value:,.{self.driver.decimals}f} {self.driver.unit}".strip()

    @property
    def newest(self) -> Point | None:
        """The newest period with a value."""
        return next((point for point in reversed(self.series.points) if point.value is not None), None)

    @property
    def previous(self) -> Point | None:
        """The one before it that has a value."""
        valued = [point for point in self.series.points if point.value is not None]
        return valued[-2] if len(valued) > 1 else None

    @property
    def change(self) -> Decimal | None:
        """By how many per cent the newest value differs from the one before; None where that says nothing."""
        newest, previous = self.newest, self.previous
        if newest is None or previous is None or not previous.value or newest.value is None:
            return None
        return (newest.value - previous.value) / abs(previous.value) * 100

    @property
    def late(self) -> Point | None:
        """The newest period that is due, when its reading is missing."""
        due = next((point for point in reversed(self.series.points) if point.status != "NOT_DUE"), None)
        return due if due is not None and due.status == "MISSING" else None


def get_drivers(relationship: Relationship, *, on: date) -> list[DriverRow]:
    """The drivers with their last 12 periods as they stand on the day `on`; five queries whatever their number."""
    drivers = drivers_of(relationship.pk)
    variables = {driver.pk: variable for variable, driver in variables_of(drivers).items()}
    series = recent_series(drivers, on=on, periods=PERIODS) if drivers else {}
    moved = _moved_by(drivers)
    return [
        DriverRow(driver, variables[driver.pk], series[driver.pk], moved.get(driver.pk, ()))
        for driver in drivers
    ]


@dataclass(frozen=True)
class DriverPage:
    """One driver with its last two years, newest period first, and the environments whose conditions name it."""

    row: DriverRow
    points: Sequence[Point]
    named_by: Sequence[EnvironmentRevision]


def get_driver(driver: Kpi, *, on: date) -> DriverPage:
    """One driver as it stands on the day `on`; six queries."""
    drivers = drivers_of(driver.relationship_id)
    variables = {one.pk: variable for variable, one in variables_of(drivers).items()}
    series = recent_series([driver], on=on, periods=LONG)[driver.pk]
    short = replace(series, points=series.points[-PERIODS:])
    row = DriverRow(driver, variables[driver.pk], short, _moved_by([driver]).get(driver.pk, ()))
    return DriverPage(row, series.points[::-1], _named_by(driver, on))


def _named_by(driver: Kpi, on: date) -> list[EnvironmentRevision]:
    """The conditions in force that speak of a driver."""
    agreed = (
        EnvironmentRevision.objects.filter(
            relationship_id=driver.relationship_id, agreed_at__isnull=False, effective_from__lte=on
        )
        .select_related("environment", "agreement")
        .order_by("effective_from", "agreed_at", "pk")
    )
    newest = {one.environment_id: one for one in agreed}
    return [one for one in newest.values() if one.condition and driver.pk in variables_in(one).values()]


def _moved_by(drivers: Sequence[Kpi]) -> dict[int, list[Kpi]]:
    rules = (
        FlexRule.objects.filter(driver__in=drivers, band_revision__agreed_at__isnull=False)
        .select_related("band_revision__kpi")
        .order_by("band_revision__kpi__position", "band_revision__kpi_id", "pk")
    )
    found: dict[int, dict[int, Kpi]] = {}
    for rule in rules if drivers else ():
        kpi = rule.band_revision.kpi
        found.setdefault(rule.driver_id or 0, {})[kpi.pk] = kpi
    return {driver: list(kpis.values()) for driver, kpis in found.items()}
