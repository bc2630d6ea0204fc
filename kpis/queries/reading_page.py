"""Everything about one reading: why its verdict, who said what when, what supports it, what is disputed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _

from kpis.domain.budget import YEAR, months_before
from kpis.domain.periods import Period
from kpis.models import BandRevision, Dispute, Flexing, FlexRule, Kpi, Reading, ReadingPast
from kpis.queries.around import Around, Attached, get_around
from kpis.queries.band_steps import Step, steps_of
from kpis.queries.bands import SIGNERS, band_in_force
from kpis.queries.cells import Cell, cell_of, due_on_of, figure
from kpis.queries.explanation import Explanation, explain
from kpis.queries.judging import Judged, moved, record_of
from kpis.queries.room_words import say_room
from kpis.queries.signal_words import cause_words, meaning_words
from kpis.queries.surroundings import surroundings_of
from kpis.queries.versions import Version, versions_of
from relationships.access import Standpoint
from relationships.models import Agreement

PEOPLE: Final = ("submitted_by", "settled_by", "clock")
OF_RECORD: Final = ("flex_rule__environment", "flex_rule__driver", "pulse")
WHOLE: Final = (
    *PEOPLE,
    *(f"band_revision__{signer}" for signer in SIGNERS),
    *(f"flexing__{part}" for part in OF_RECORD),
)


@dataclass(frozen=True)
class ReadingPage:
    """One reading with everything about it; `reading` is None for an empty cell.

    `why` explains the verdict that stands, or with `explained` that of an earlier version.
    """

    kpi: Kpi
    period: Period
    due_on: date
    cell: Cell
    reading: Reading | None
    revision: BandRevision | None
    why: Explanation | None
    steps: list[Step]
    versions: list[Version]
    disputes: list[Dispute]
    evidence: Sequence[Attached]
    explained: Version | None = None

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


def get_reading_page(
    standpoint: Standpoint, kpi: Kpi, period: Period, *, on: date, version: int | None = None
) -> ReadingPage:
    """One period of a KPI as it stands on the day `on`, explained as of an earlier `version` where one is named.

    At most five queries; some more for an empty cell whose band moves, and for an earlier version.
    """
    reading = Reading.objects.filter(kpi=kpi, period_start=period.first).select_related(*WHOLE).first()
    disputes = _disputes(reading) if reading else []
    versions = versions_of(kpi, reading, disputes) if reading else []
    explained = next((one for one in versions if one.row.version == version and not one.is_current), None)
    record, told = reading.flexing if reading else None, reading
    revision = reading.band_revision if reading else None
    if explained is not None and isinstance(explained.row, ReadingPast):
        revision, record = _of_past(explained.row)
    elif revision is None and not kpi.is_driver:  # the band that would judge one
        revision = band_in_force(kpi, period.first, with_signers=True)
    around = _around(kpi, period, reading, record, on)
    if reading is None:
        record = _awaited(kpi, period, around)
    row = told if explained is None else explained.row
    why = (
        None
        if revision is None
        else _why(kpi, period, row, revision, record, around, is_past=explained is not None)
    )
    return ReadingPage(
        kpi=kpi,
        period=period,
        due_on=due_on_of(kpi, period),
        cell=cell_of(kpi, period, reading, on=on, is_editable=may_report(standpoint, kpi)),
        reading=reading,
        revision=revision,
        why=why,
        steps=steps_of(kpi, why.band, row.verdict if row is not None and row.band_revision_id else None)
        if why
        else [],
        versions=versions,
        disputes=disputes,
        evidence=around.evidence,
        explained=explained,
    )


def _around(kpi: Kpi, period: Period, reading: Reading | None, record: Flexing | None, on: date) -> Around:
    """What the period's room and signal depend on: the year before it, and all that came after."""
    begins = min(on, period.first)
    since = months_before(begins, 2 * YEAR) if begins.year > 2 else date.min
    spells = None if reading is None else record.spells if record else []
    return get_around(kpi, on=on, since=since, spells=spells, reading_id=reading.pk if reading else None)


def _of_past(row: ReadingPast) -> tuple[BandRevision | None, Flexing | None]:
    """The band and the record that an earlier version was judged by; two queries at most."""
    band = record = None
    if row.band_revision_id is not None:
        band = BandRevision.objects.select_related(*SIGNERS).filter(pk=row.band_revision_id).first()
    if row.flexing_id is not None:
        record = Flexing.objects.select_related(*OF_RECORD).filter(pk=row.flexing_id).first()
    return band, record


def _awaited(kpi: Kpi, period: Period, around: Around) -> Flexing | None:
    """How the band would move for a reading that came now, not saved; at most three queries."""
    terms = around.terms_on(period.first)
    if terms is None or terms.is_plain:
        return None
    world = surroundings_of(
        environment_ids=(),
        driver_ids=terms.drivers.values(),
        relationship_id=kpi.relationship_id if terms.max_earned else None,
    )
    change = moved(kpi.polarity, terms, period, replace(world, spells=around.spans))
    record = None if change is None else record_of(kpi, period, Judged(terms, 0, 0, 0, 0, change))
    if record is not None and record.flex_rule_id is not None:
        rules = FlexRule.objects.select_related("environment", "driver")
        record.flex_rule = rules.get(pk=record.flex_rule_id)
    return record


def _why(
    kpi: Kpi,
    period: Period,
    row: Reading | ReadingPast | None,
    revision: BandRevision,
    record: Flexing | None,
    around: Around,
    *,
    is_past: bool,
) -> Explanation:
    """The explanation; room and signal are those of today, so that an earlier version is told without them."""
    told = {} if is_past or row is None else {
        "spending": around.room.at(period.first) if around.room else None,
        "room": say_room(around.room) if around.room else None,
        "signal": _signal(around, period),
    }  # fmt: skip
    held = [spell for spell in around.spells if record is not None and spell.pk in record.spells]
    return explain(kpi, period, row, revision, record, spells=held, **told)  # type: ignore[arg-type]


def _signal(around: Around, period: Period) -> list[str]:
    """What the chart says of the period: what kind of signal, and the rule that fired."""
    point = around.signals.at(period.first)
    if point is None or around.signals.limits is None:
        return []
    if point.meaning is None:
        return [_("ordinary variation")]
    return [meaning_words(point.meaning), cause_words(point.cause)]


def may_report(standpoint: Standpoint, kpi: Kpi) -> bool:
    """Whether the viewer reports this KPI: their role lets them, and their side performs it."""
    return standpoint.can_report and standpoint.side == kpi.performing_side


def may_settle(standpoint: Standpoint, kpi: Kpi) -> bool:
    """Whether the viewer confirms or disputes this KPI's readings."""
    return standpoint.can_settle and standpoint.side != kpi.performing_side


def _disputes(reading: Reading) -> list[Dispute]:
    return list(reading.disputes.select_related("opened_by", "resolved_by"))
