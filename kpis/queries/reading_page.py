"""Everything about one reading: why its verdict, who said what when, what supports it, what is disputed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _

from kpis.domain.bands import Verdict
from kpis.domain.periods import Period
from kpis.models import BandRevision, Dispute, Evidence, Kpi, Reading, ReadingPast
from kpis.queries.bands import SIGNERS, band_in_force
from kpis.queries.cells import Cell, bare, cell_of, due_on_of, figure, mark_of, shown, verdict_word
from relationships.access import Standpoint
from relationships.models import Agreement

PEOPLE: Final = ("submitted_by", "settled_by", "clock")
WHOLE: Final = (*PEOPLE, *(f"band_revision__{signer}" for signer in SIGNERS))


@dataclass(frozen=True)
class Step:
    """One step of a band: its verdict, what it takes, and whether the value reached exactly this one."""

    verdict: int
    word: str
    takes: str
    is_reached: bool


@dataclass(frozen=True)
class Version:
    """One version of the reading as it was believed from `row.recorded_at` on."""

    row: Reading | ReadingPast
    what: str
    shown: str
    mark: str
    word: str
    who: str
    is_current: bool

    @property
    def key(self) -> str:
        """The verdict or status as the verdict mark wants it."""
        return self.mark.upper().replace("-", "_")


@dataclass(frozen=True)
class ReadingPage:
    """One reading with everything about it; `reading` is None for an empty cell."""

    kpi: Kpi
    period: Period
    due_on: date
    cell: Cell
    reading: Reading | None
    revision: BandRevision | None
    steps: list[Step]
    versions: list[Version]
    disputes: list[Dispute]
    evidence: list[Evidence]

    @property
    def agreement(self) -> Agreement | None:
        """Under which both sides signed the band."""
        return self.revision.agreement if self.revision else None

    @property
    def open_dispute(self) -> Dispute | None:
        return next((dispute for dispute in self.disputes if dispute.resolved_at is None), None)

    @property
    def attainment(self) -> str:
        """Attainment in per cent with one decimal; "" without a verdict."""
        if self.reading is None or self.reading.attainment is None:
            return ""
        return figure(Decimal(self.reading.attainment) / 10_000, 1)


def get_reading(standpoint: Standpoint, kpi: Kpi, period: Period) -> Reading | None:
    """The reading of a period with the people in it, None for an empty cell."""
    return Reading.objects.filter(kpi=kpi, period_start=period.first).select_related(*PEOPLE).first()


def get_reading_page(standpoint: Standpoint, kpi: Kpi, period: Period, *, on: date) -> ReadingPage:
    """One period of a KPI as it stands on the day `on`, in at most five queries."""
    reading = Reading.objects.filter(kpi=kpi, period_start=period.first).select_related(*WHOLE).first()
    revision = reading.band_revision if reading else None
    if revision is None:  # the band that would judge one
        revision = band_in_force(kpi, period.first, with_signers=True)
    disputes = _disputes(reading) if reading else []
    return ReadingPage(
        kpi=kpi,
        period=period,
        due_on=due_on_of(kpi, period),
        cell=cell_of(kpi, period, reading, on=on, is_editable=may_report(standpoint, kpi)),
        reading=reading,
        revision=revision,
        steps=steps_of(kpi, revision, reading) if revision else [],
        versions=_versions(kpi, reading, disputes) if reading else [],
        disputes=disputes,
        evidence=_evidence(reading) if reading else [],
    )


def may_report(standpoint: Standpoint, kpi: Kpi) -> bool:
    """Whether the viewer reports this KPI: their role lets them, and their side performs it."""
    return standpoint.can_report and standpoint.side == kpi.performing_side


def may_settle(standpoint: Standpoint, kpi: Kpi) -> bool:
    """Whether the viewer confirms or disputes this KPI's readings."""
    return standpoint.can_settle and standpoint.side != kpi.performing_side


def steps_of(kpi: Kpi, revision: BandRevision, reading: Reading | None) -> list[Step]:
    """The four steps of a band in words, best first."""
    reached = reading.verdict if reading is not None and reading.band_revision_id == revision.pk else None
    lows = (revision.target, revision.tolerance, revision.floor)
    highs = (revision.upper_target, revision.upper_tolerance, revision.upper_floor)
    unit = f"\u00a0{kpi.unit}" if kpi.unit else ""
    takes = [_takes(kpi, low, high, unit) for low, high in zip(lows, highs, strict=True)]
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


def _versions(kpi: Kpi, reading: Reading, disputes: Sequence[Dispute]) -> list[Version]:
    """Every version, newest first, each with what it changed and who did."""
    past = ReadingPast.objects.filter(reading_id=reading.pk).select_related("submitted_by", "settled_by")
    rows: list[Reading | ReadingPast] = [*past.order_by("version"), reading]
    told = [
        Version(
            row,
            _what(row, before),
            shown(kpi, row),
            *mark_of(row),
            _who(row, before, disputes),
            row is reading,
        )
        for row, before in zip(rows, [None, *rows[:-1]], strict=True)
    ]
    return told[::-1]


def _who(
    row: Reading | ReadingPast, before: Reading | ReadingPast | None, disputes: Sequence[Dispute]
) -> str:
    """Who made this version; "" for a clock that ran out or a band that was signed later."""
    if before is None:
        return str(row.submitted_by or "")
    if before.state == row.state and before.value == row.value:
        return str(row.submitted_by or "") if before.submitted_at != row.submitted_at else ""
    by = row.submitted_by if row.state == Reading.State.SUBMITTED else row.settled_by
    for dispute in disputes:
        if row.recorded_at == dispute.opened_at:
            by = dispute.opened_by
        elif row.recorded_at == dispute.resolved_at:
            by = dispute.resolved_by
    return str(by or "")


def _what(row: Reading | ReadingPast, before: Reading | ReadingPast | None) -> str:
    if before is None:
        return _("Reported")
    if row.state == Reading.State.SUBMITTED:
        is_same = (row.value, row.numerator, row.denominator, row.note) == (
            before.value, before.numerator, before.denominator, before.note,
        )  # fmt: skip
        if is_same:
            return _("Waits again") if before.state == Reading.State.DISPUTED else _("Judged anew")
        return _("Note changed") if row.value == before.value and row.note != before.note else _("Corrected")
    return str(Reading.State(row.state).label) if row.state != before.state else _("Judged anew")


def _disputes(reading: Reading) -> list[Dispute]:
    return list(reading.disputes.select_related("opened_by", "resolved_by"))


def _evidence(reading: Reading) -> list[Evidence]:
    return list(reading.evidence.select_related("added_by").order_by("added_at", "pk"))
