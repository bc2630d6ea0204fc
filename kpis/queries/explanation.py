"""Why a period has its verdict: every number between the signed band and the word, with its arithmetic written out.

The record of a moved band names the rule, the spells, the driver's value and the trust that were used; what is
written out here is worked out anew from them, by the arithmetic that judged.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext_lazy

from kpis.domain.bands import Band
from kpis.domain.flex import Flexed, flex
from kpis.domain.periods import Period
from kpis.models import BandRevision, Flexing, FlexRule, Kpi
from kpis.queries import arithmetic
from kpis.queries.arithmetic import Step
from kpis.queries.around import SignedSpell
from kpis.queries.bands import band_of
from kpis.queries.cells import bare
from kpis.queries.judging import rule_of
from kpis.queries.room import SIX, Spending, Told
from kpis.queries.room_words import RoomSaid

NAMES: Final = {
    "floor": gettext_lazy("Floor"),
    "tolerance": gettext_lazy("Tolerance"),
    "target": gettext_lazy("Target"),
    "upper_target": gettext_lazy("Upper target"),
    "upper_tolerance": gettext_lazy("Upper tolerance"),
    "upper_floor": gettext_lazy("Upper floor"),
}


@dataclass(frozen=True)
class ThresholdRow:
    """One threshold on its way: as signed, under the rule for a whole period, and as it judged."""

    name: str
    signed: str
    ruled: str
    judged: str


@dataclass(frozen=True)
class Explanation:
    """Everything a verdict rests on. `record` is None where the signed band judged as it stands."""

    kpi: Kpi
    revision: BandRevision
    record: Flexing | None
    band: Band
    rule: FlexRule | None = None
    spells: Sequence[SignedSpell] = ()
    thresholds: Sequence[ThresholdRow] = ()
    steps: Sequence[Step] = ()
    spending: Spending | None = None
    room: RoomSaid | None = None
    signal: Sequence[str] = field(default=())

    @property
    def is_partly_covered(self) -> bool:
        """Whether the environment held on some of the days only."""
        return self.record is not None and 0 < self.record.covered_days < self.record.period_days

    @property
    def unflexed_attainment(self) -> Decimal | None:
        """What the signed band would have given, in per cent."""
        return None if self.record is None else Decimal(self.record.unflexed_attainment) / 10_000


def explain(
    kpi: Kpi,
    period: Period,
    told: Told | None,
    revision: BandRevision,
    record: Flexing | None,
    *,
    spells: Sequence[SignedSpell] = (),
    spending: Spending | None = None,
    room: RoomSaid | None = None,
    signal: Sequence[str] = (),
) -> Explanation:
    """The explanation of one period: of what was told of it, or of the band that waits for it.

    `record` must have its rule with environment and driver, and its pulse, loaded.
    """
    signed = band_of(revision)
    judged = signed if record is None else Band(*(getattr(record, name) for name in SIX))
    rule = None if record is None else record.flex_rule
    whole = flexed = None
    if record is not None and rule is not None:
        whole = _flexed(kpi, signed, rule, record, record.period_days)
        flexed = _flexed(kpi, signed, rule, record, record.covered_days)
    steps = arithmetic.steps(
        kpi,
        told,
        revision,
        record,
        signed=signed,
        whole=whole,
        flexed=flexed,
        judged=judged,
        spending=spending,
    )
    return Explanation(
        kpi,
        revision,
        record,
        judged,
        rule,
        spells,
        _thresholds(signed, whole.band if whole else None, judged),
        steps,
        spending,
        room,
        signal,
    )


def _flexed(kpi: Kpi, band: Band, rule: FlexRule, record: Flexing, days: int) -> Flexed:
    """The band as the rule moves it where its environment covers so many days of the period."""
    one = rule_of(rule)
    covered = {one.environment: days}
    driven = {one.key: record.driver_value}
    return flex(kpi.polarity, band, [one], covered=covered, days=record.period_days, driven=driven)


def _thresholds(signed: Band, ruled: Band | None, judged: Band) -> list[ThresholdRow]:
    return [
        ThresholdRow(
            str(word),
            bare(getattr(signed, name)),
            bare(getattr(ruled, name)) if ruled else "",
            bare(getattr(judged, name)),
        )
        for name, word in NAMES.items()
        if getattr(signed, name) is not None
    ]


__all__ = ["Explanation", "Step", "ThresholdRow", "explain"]
