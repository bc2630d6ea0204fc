"""Everything around one KPI that its verdicts rest on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from kpis.domain.bands import Band
from kpis.domain.periods import Period
from kpis.models import BandRevision, FlexRule, Kpi, Reading, Rebase
from kpis.queries.around import told as told_by
from kpis.queries.around.question import ask
from kpis.queries.around.told import Attached, OpenReview, Row, SignedSpell, Work
from kpis.queries.bands import band_of, pick
from kpis.queries.judging import Terms, moved, terms_of
from kpis.queries.room import Entry, Room, room_from
from kpis.queries.signals import Signals, chart_from
from kpis.queries.surroundings import Span, Surroundings


@dataclass(frozen=True)
class Around:
    """What stood around a KPI on the day `on`, as known then; everything oldest first."""

    kpi: Kpi
    on: date
    rows: Sequence[Row] = ()
    bands: Sequence[BandRevision] = ()
    all_bands: Mapping[int, BandRevision] = field(default_factory=dict)
    spells: Sequence[SignedSpell] = ()
    rebases: Sequence[Rebase] = ()
    reviews: Sequence[OpenReview] = ()
    evidence: Sequence[Attached] = ()
    rules: Mapping[int, Sequence[FlexRule]] = field(default_factory=dict)
    works: Sequence[Work] = ()

    @property
    def rebase(self) -> Rebase | None:
        """The one agreed last, from whose period on signals are read."""
        return self.rebases[-1] if self.rebases else None

    @property
    def terms(self) -> BandRevision | None:
        """The band in force on the day."""
        return pick(self.bands, self.on)

    @cached_property
    def room(self) -> Room | None:
        """The wiggle room on the day; None where no allowance is in force."""
        return None if self.terms is None else room_from(self.kpi, self.entries, self.terms, on=self.on)

    @cached_property
    def signals(self) -> Signals:
        """The process behaviour chart on the day; without limits while there are too few values."""
        since = self.rebase.from_period if self.rebase else date.min
        values = [
            (row.period, row.value)
            for row in self.rows
            if row.value is not None and row.state != Reading.State.DISPUTED and row.period.first >= since
        ]
        return chart_from(self.kpi, values, self.terms, self.rebase)

    def terms_on(self, day: date) -> Terms | None:
        """All that judges a period which starts on this day; None before the first agreed band."""
        band = pick(self.bands, day)
        return None if band is None else terms_of(band, self.rules.get(band.pk, ()))

    @property
    def spans(self) -> dict[int, list[Span]]:
        """The days of the spells, by environment."""
        found: dict[int, list[Span]] = {}
        for spell in self.spells:
            span = Span(spell.pk, spell.first_day, spell.last_day or date.max)
            found.setdefault(spell.environment_id, []).append(span)
        return found

    def awaits(self, period: Period) -> Band | None:
        """The band as spells move it for a period that has no reading yet; None where they leave it, or more is needed.

        What a driver or trust will do to it is not known here.
        """
        terms = self.terms_on(period.first)
        if terms is None or not terms.rules or terms.drivers:
            return None
        change = moved(
            self.kpi.polarity, replace(terms, max_earned=Decimal(0)), period, Surroundings(self.spans)
        )
        return None if change is None else change.band

    @property
    def entries(self) -> list[Entry]:
        """What the ledger of wiggle room is kept from."""
        found = []
        for row in self.rows:
            if row.verdict is not None or row.is_not_applicable:
                band = self.all_bands.get(row.band_revision_id or 0)
                signed = None if band is None else band_of(band)
                found.append(Entry(row.period, row, row.moved or signed, band.allowance if band else None))
        return found


def get_around(
    kpi: Kpi,
    *,
    on: date,
    since: date,
    at: datetime | None = None,
    most: int | None = None,
    spells: Sequence[int] | None = None,
    reading_id: int | None = None,
) -> Around:
    """What stands around the KPI on the day `on`, with `at` as it was believed at that moment.

    Periods that end after `since` are told of, at most the `most` newest. `spells` names spells to be told of instead
    of those in force of environments for which an agreed band has a rule; `reading_id` asks for the files of one
    reading, too. One query, and one more in the past where bands had moved.
    """
    told = ask(kpi.pk, on=on, since=since, at=at, most=most, spells=spells, reading_id=reading_id)
    all_bands = [told_by.revision_of(kpi, row) for row in told["bands"]]
    by_day = {band.effective_from: band for band in all_bands}
    rows = {row["first"]: told_by.row_of(row) for row in told["rows"]}
    rows |= told_by.past_rows(told.get("past", []))
    return Around(
        kpi,
        on,
        [rows[first] for first in sorted(rows)],
        [by_day[day] for day in sorted(by_day)],
        {band.pk: band for band in all_bands},
        [told_by.spell_of(row) for row in told["spells"]],
        [told_by.rebase_of(kpi, row) for row in told["rebases"]],
        [OpenReview(row["pk"], row["cause"]) for row in told["reviews"]],
        [told_by.file_of(row) for row in told.get("files", [])],
        told_by.rules_of(kpi, told["rules"]),
        [Work(**row) for row in told["works"]],
    )
