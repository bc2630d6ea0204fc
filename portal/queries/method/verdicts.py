"""Which verdict a value gets, and how far it has come."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from kpis.domain.bands import Band, Judgement, Polarity, Verdict, judge
from portal.lib.rounding import half_even
from portal.queries.method.steps import Step, band_of, bracketed, said


@dataclass(frozen=True)
class Judged:
    """A verdict with its attainment in per cent (two decimals), and the arithmetic between."""

    verdict: Verdict
    attainment: Decimal
    half: str
    millionths: int = 0
    steps: tuple[Step, ...] = ()

    @property
    def word(self) -> str:
        """The verdict as it is written in data: GOOD … INADEQUATE."""
        return self.verdict.name


def judge_example(values: Mapping[str, Any]) -> Judged:
    """The verdict of a band and a value. Raises NotComputable."""
    return judged_by(values["polarity"], band_of(values), values["value"])


def judged_by(polarity: str, band: Band, value: Decimal) -> Judged:
    """The verdict of a value, with its steps."""
    judgement = judge(polarity, band, value)
    steps = _steps(polarity, band, value, judgement)
    percent = half_even(judgement.attainment, 2)
    return Judged(judgement.verdict, percent, judgement.half, judgement.millionths, steps)


def _steps(polarity: str, band: Band, value: Decimal, judgement: Judgement) -> tuple[Step, ...]:
    floor, tolerance, target = _half(band, judgement)
    better = "\u2264" if polarity == Polarity.LOWER or judgement.half == "upper" else "\u2265"
    worse = ">" if better == "\u2264" else "<"
    number = said(value)
    if judgement.verdict == Verdict.GOOD:
        if band.upper_target is not None:
            where = f"{said(band.target)} \u2264 {number} \u2264 {said(band.upper_target)}"
        else:
            where = f"{number} {better} {said(target)}"
        return (Step(_("At the target or better"), where),)
    if judgement.verdict == Verdict.INADEQUATE:
        return (Step(_("Worse than the floor"), f"{number} {worse} {said(floor)}"),)
    if judgement.verdict == Verdict.APPROACHING:
        start, end, base, width = tolerance, target, 60, 40
        name = _("At the tolerance or better, worse than the target")
    else:
        start, end, base, width = floor, tolerance, 0, 60
        name = _("At the floor or better, worse than the tolerance")
    way = f"({number} \u2212 {bracketed(start)}) \u00f7 ({said(end)} \u2212 {bracketed(start)})"
    attainment = said(judgement.attainment, 2)
    return (
        Step(name, f"{number} {better} {said(start)}, {number} {worse} {said(end)}"),
        Step(_("Attainment, %"), f"{base} + {way} \u00d7 {width} = {attainment}"),
    )


def _half(band: Band, judgement: Judgement) -> tuple[Decimal, Decimal, Decimal]:
    """Floor, tolerance and target of the half that decided."""
    upper_target, upper_tolerance, upper_floor = band.upper_half
    if (
        judgement.half == "upper"
        and upper_target is not None
        and upper_tolerance is not None
        and upper_floor is not None
    ):
        return upper_floor, upper_tolerance, upper_target
    return band.floor, band.tolerance, band.target
