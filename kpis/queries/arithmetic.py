"""The arithmetic behind a verdict, written out so that anybody can do it again with pencil and paper."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.utils.dateformat import format as date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kpis.domain.bands import Band, Judgement, Verdict, judge
from kpis.domain.flex import Flexed, Kind, quarter_start
from kpis.models import BandRevision, Flexing, FlexRule, Kpi
from kpis.queries.cells import MINUS, bare, verdict_word
from kpis.queries.room import Spending, Told
from portal.lib.rounding import half_even

PLACES = 6


@dataclass(frozen=True)
class Step:
    """One step: what it is about, the sum itself, and where its parts come from."""

    title: str
    formula: str
    href: str = ""
    link: str = ""


def steps(
    kpi: Kpi,
    told: Told | None,
    revision: BandRevision,
    record: Flexing | None,
    *,
    signed: Band,
    whole: Flexed | None,
    flexed: Flexed | None,
    judged: Band,
    spending: Spending | None,
) -> list[Step]:
    """Every step from what was reported to what was spent, in the order in which they are taken."""
    found = [*_value(kpi, told)]
    if record is not None and record.flex_rule is not None and whole is not None and flexed is not None:
        found += _rule(kpi, record, record.flex_rule, signed, whole, flexed)
    if record is not None and record.trust is not None:
        found += _earned(record, revision, flexed.band if flexed else signed, judged)
    if told is not None and told.value is not None and told.verdict is not None:
        judgement = judge(kpi.polarity, judged, told.value)
        found.append(_verdict(judged, judgement, told.value))
        if spending is not None and spending.allowance is not None:
            found.append(_spent(kpi, judged, judgement, told.value, spending))
    return found


def number(value: Fraction | Decimal, *, sign: bool = False) -> str:
    """A number in a formula: at most six decimals, a real minus sign, and a plus sign where asked for."""
    text = bare(half_even(Fraction(value), PLACES))
    if text.startswith("-"):
        return MINUS + text[1:]
    return f"+{text}" if sign and text != "0" else text


def percent(share: Fraction | Decimal, *, sign: bool = False) -> str:
    """A share in per cent."""
    return f"{number(half_even(Fraction(share) * 100, 2), sign=sign)}\u00a0%"


def _value(kpi: Kpi, told: Told | None) -> Iterator[Step]:
    numerator, denominator = getattr(told, "numerator", None), getattr(told, "denominator", None)
    if told is None or told.value is None or numerator is None or denominator is None:
        return
    factor = "" if kpi.ratio_factor == 1 else f" × {bare(kpi.ratio_factor)}"
    yield Step(
        _("Value: numerator ÷ denominator"),
        f"{bare(numerator)} ÷ {bare(denominator)}{factor} = {number(told.value)}",
    )


def _rule(
    kpi: Kpi, record: Flexing, rule: FlexRule, signed: Band, whole: Flexed, flexed: Flexed
) -> Iterator[Step]:
    days = ngettext(
        "“%(environment)s” held on %(covered)d of the period's %(days)d day",
        "“%(environment)s” held on %(covered)d of the period's %(days)d days",
        record.period_days,
    ) % {"environment": rule.environment.name, "covered": record.covered_days, "days": record.period_days}
    yield Step(
        days,
        f"{record.covered_days} ÷ {record.period_days} = {percent(flexed.share)}",
        f"/environments/{rule.environment_id}/",
        rule.environment.name,
    )
    if rule.kind == Kind.DRIVER:
        yield from _driver(record, rule, flexed)
    for name, word in (("tolerance", _("Tolerance")), ("target", _("Target"))):
        base, end = getattr(signed, name), getattr(whole.band, name)
        share = f"{record.covered_days} ÷ {record.period_days} × " if flexed.share != 1 else ""
        way = f"({number(end)} − {number(base)})"
        yield Step(
            _("%(threshold)s: as signed, and so much of the way to where the rule moves it")
            % {"threshold": word},
            f"{number(base)} + {share}{way} = {number(getattr(flexed.band, name))}",
        )


def _driver(record: Flexing, rule: FlexRule, flexed: Flexed) -> Iterator[Step]:
    if record.driver_value is None or rule.baseline is None or flexed.deviation is None:
        return
    name = rule.driver.name if rule.driver else ""
    href = f"/kpis/{rule.driver_id}/readings/{record.period_start}/"
    yield Step(
        _("“%(driver)s” against its agreed baseline") % {"driver": name},
        f"({number(record.driver_value)} − {number(rule.baseline)}) ÷ {number(abs(rule.baseline))}"
        f" = {percent(flexed.deviation, sign=True)}",
        href,
        name,
    )
    slope, deadband, cap = rule.slope or Decimal(0), rule.deadband or Decimal(0), rule.cap or Decimal(0)
    beyond = max(Fraction(0), abs(flexed.deviation) - Fraction(deadband))
    ease = min(Fraction(slope) * beyond, Fraction(cap))
    yield Step(
        _("Easier by the slope for what lies beyond the deadband of %(deadband)s, at most %(cap)s")
        % {"deadband": percent(deadband), "cap": number(cap)},
        f"{number(slope)} × {percent(beyond)} = {number(ease)}",
    )


def _earned(record: Flexing, revision: BandRevision, before: Band, judged: Band) -> Iterator[Step]:
    if record.trust is None:
        return
    since = date_format(quarter_start(record.period_start), "j M Y")
    title = _("Earned room: mutual trust was %(trust)s as of %(day)s") % {
        "trust": number(record.trust),
        "day": since,
    }
    href = f"/pulses/{record.pulse_id}/" if record.pulse_id is not None else ""
    for tolerance, target in (("tolerance", "target"), ("upper_tolerance", "upper_target")):
        start, end = getattr(before, target), getattr(before, tolerance)
        if start is None or end is None:
            continue
        yield Step(
            title,
            f"{number(start)} + ({number(end)} − {number(start)}) × (1 + {number(revision.max_earned)} ×"
            f" {number(record.trust)}) = {number(getattr(judged, tolerance))}",
            href,
            _("The pulse") if href else "",
        )


def _verdict(band: Band, judgement: Judgement, value: Decimal) -> Step:
    title = _("Verdict: %(word)s; attainment") % {"word": verdict_word(int(judgement.verdict))}
    floor, tolerance, target = _half(band, judgement)
    attained = percent(judgement.attainment / 100)
    if judgement.verdict == Verdict.APPROACHING:
        formula = f"60 + 40 × {_way(value, tolerance, target)} = {attained}"
    elif judgement.verdict == Verdict.REQUIRES_IMPROVEMENT:
        formula = f"60 × {_way(value, floor, tolerance)} = {attained}"
    elif judgement.verdict == Verdict.GOOD:
        formula = _("at the target of %(target)s or better: %(attained)s") % {
            "target": _targets(band), "attained": attained,
        }  # fmt: skip
    else:
        formula = _("worse than the floor of %(floor)s: %(attained)s") % {
            "floor": number(floor), "attained": attained,
        }  # fmt: skip
    return Step(title, formula)


def _spent(kpi: Kpi, band: Band, judgement: Judgement, value: Decimal, spending: Spending) -> Step:
    _floor, tolerance, target = _half(band, judgement)
    if spending.status:
        formula = _("disputed or not applicable: 0")
    elif judgement.verdict == Verdict.APPROACHING:
        formula = (
            f"({number(target)} − {number(value)}) ÷ ({number(target)} − {number(tolerance)})"
            f" = {number(spending.units)}"
        )
    else:
        formula = number(spending.units)
    return Step(
        _("Wiggle room used by this period"), formula, f"/kpis/{kpi.pk}/wiggle-room/", _("All periods")
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


def _targets(band: Band) -> str:
    if band.upper_target is None:
        return number(band.target)
    return _("%(low)s to %(high)s") % {"low": number(band.target), "high": number(band.upper_target)}


def _way(value: Decimal, start: Decimal, end: Decimal) -> str:
    return f"({number(value)} − {number(start)}) ÷ ({number(end)} − {number(start)})"
