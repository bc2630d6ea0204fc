"""What a rebase would do to the limits of a KPI, before anybody signs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from kpis.domain.periods import Period
from kpis.domain.signals import FEWEST, Assurance, Limits
from kpis.models import Kpi, Reading
from kpis.queries.calendars import calendars_of
from kpis.queries.signals import Signals, chart_from, charts_of
from portal.lib.rounding import half_even

OFFERED: Final = 36
ASSURED = {
    Assurance.CONSISTENTLY_MEETS: lambda: _("meets the target consistently"),
    Assurance.CONSISTENTLY_MISSES: lambda: _("misses the target consistently"),
    Assurance.HIT_OR_MISS: lambda: _("hits or misses the target by chance"),
}


@dataclass(frozen=True)
class Drawn:
    """Limits as people read them: rounded, with what they say of the target; empty with fewer than six values."""

    mean: str = ""
    usual: str = ""
    points: int = 0
    says: str = ""
    is_provisional: bool = False

    @property
    def is_there(self) -> bool:
        return bool(self.mean)


@dataclass(frozen=True)
class RebasePreview:
    """The limits as they are and as they would be."""

    from_period: date
    before: Drawn
    after: Drawn

    def rows(self) -> list[dict[str, Any]]:
        """The same as rows of what both sides sign."""
        labels = ((_("Mean"), "mean"), (_("Usual range"), "usual"), (_("Process"), "says"))
        found = [
            {"label": label, "before": getattr(self.before, name), "after": getattr(self.after, name)}
            for label, name in labels
        ]
        return [row for row in found if row["before"] or row["after"]]


def periods_with_values(kpi: Kpi, *, on: date) -> list[Period]:
    """The last periods that have a value, oldest first: a rebase may start with each of them."""
    days = (
        Reading.objects.filter(kpi=kpi, value__isnull=False, period_end__lte=on)
        .order_by("-period_start")
        .values_list("period_start", flat=True)[:OFFERED]
    )
    calendar = calendars_of([kpi])[kpi.pk]
    found = [calendar.starting(day) for day in reversed(days)]
    return [period for period in found if period is not None]


def get_preview(kpi: Kpi, from_period: date, *, on: date) -> RebasePreview:
    """The limits of today, and those drawn from the values since a period."""
    today = charts_of([kpi], on=on)[kpi.pk]
    values = _values_since(kpi, from_period, on)
    return RebasePreview(from_period, _drawn(kpi, today), _drawn(kpi, chart_from(kpi, values, today.terms)))


def _values_since(kpi: Kpi, first: date, on: date) -> Sequence[tuple[Period, Decimal]]:
    rows = Reading.objects.filter(kpi=kpi, period_start__gte=first, period_end__lte=on, value__isnull=False)
    rows = rows.exclude(state=Reading.State.DISPUTED).order_by("period_start")
    columns = ("period_start", "period_end", "value")
    return [
        (Period(start, end), value) for start, end, value in rows.values_list(*columns) if value is not None
    ]


def _drawn(kpi: Kpi, chart: Signals) -> Drawn:
    limits: Limits | None = chart.limits
    points = len(chart.periods)
    if limits is None:
        return Drawn(points=points, says=_("fewer than %(n)d values: no limits yet") % {"n": FEWEST})
    places = kpi.decimals + 1
    ends = (half_even(limits.lower, places), half_even(limits.upper, places))
    says = ASSURED[chart.assurance]() if chart.assurance is not None else ""
    return Drawn(
        str(half_even(limits.mean, places)), f"{ends[0]} – {ends[1]}", points, says, limits.is_provisional
    )
