"""The four steps of a band in words."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from kpis.domain.bands import Band, Verdict
from kpis.models import BandRevision, Kpi
from kpis.queries.bands import band_of
from kpis.queries.cells import bare, verdict_word


@dataclass(frozen=True)
class Step:
    """One step of a band: its verdict, what it takes, and whether the value reached exactly this one."""

    verdict: int
    word: str
    takes: str
    is_reached: bool


def steps_of(kpi: Kpi, band: Band | BandRevision, reached: int | None = None) -> list[Step]:
    """The four steps of a band in words, best first; `reached` is the verdict that a value got."""
    band = band_of(band) if isinstance(band, BandRevision) else band
    lows = (band.target, band.tolerance, band.floor)
    unit = f"\u00a0{kpi.unit}" if kpi.unit else ""
    takes = [_takes(kpi, low, high, unit) for low, high in zip(lows, band.upper_half, strict=True)]
    takes.append(_("worse than that"))
    return [
        Step(int(verdict), verdict_word(verdict), text, verdict == reached)
        for verdict, text in zip(sorted(Verdict, reverse=True), takes, strict=True)
    ]


def _takes(kpi: Kpi, low: Decimal, high: Decimal | None, unit: str) -> str:
    if high is not None:
        return _("from %(low)s to %(high)s%(unit)s") % {"low": bare(low), "high": bare(high), "unit": unit}
    if kpi.polarity == Kpi.Polarity.HIGHER:
        return _("%(value)s%(unit)s or more") % {"value": bare(low), "unit": unit}
    return _("%(value)s%(unit)s or less") % {"value": bare(low), "unit": unit}
