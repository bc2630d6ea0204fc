"""Questions about uploaded files: whose they are, what their rows say, and what they would change."""

from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from django.db.models import QuerySet

from kpis.actions.entries import Entry, calendars_of, period_of, today_in, understood
from kpis.actions.errors import PeriodNotInCalendar, PeriodNotOver, Refused
from kpis.domain.periods import Period, PeriodCalendar
from kpis.models import ColumnMapping, Kpi, Reading, Upload
from kpis.queries.judging import Judge
from kpis.spreadsheets import Sheet, open_sheet
from kpis.spreadsheets.events import lines_of_events
from kpis.spreadsheets.guessing import guess
from kpis.spreadsheets.lines import Line, lines_of
from kpis.spreadsheets.mapping import EVENTS, Mapping
from kpis.spreadsheets.measures import Measure, Measures, fold
from relationships.models import Relationship

FIRST_ROWS = 20


def uploads_of(relationship: Relationship, side: str) -> QuerySet[Upload]:
    """The uploads of one side, newest first, without their content: nobody else reads them."""
    own = Upload.objects.filter(relationship=relationship, side=side)
    return own.defer("content", "report").select_related("uploaded_by")


def measures_of(
    kpis: Iterable[Kpi], side: str, calendars: Dictionary[int, PeriodCalendar] | None = None
) -> Measures:
    """The KPIs of a relationship as a file may speak of them; `side` is who sends it."""
    kpis = list(kpis)
    calendars = calendars_of(kpis) if calendars is None else calendars
    return Measures(
        Measure(
            kpi_id=kpi.pk,
            reference=kpi.reference,
            name=kpi.name,
            is_ours=kpi.performing_side == side,
            is_ratio=kpi.entry == Kpi.Entry.RATIO,
            calendar=calendars[kpi.pk],
            labels={fold(period.label): period.first for period in getattr(calendars[kpi.pk], "periods", ())},
        )
        for kpi in kpis
    )


def sheet_of(upload: Upload) -> Sheet:
    """The file of an upload, which was judged when it came in. Raises what opening it raises."""
    return open_sheet(bytes(upload.content), encoding=mapping_of(upload).encoding, is_judged=True)


def mapping_of(upload: Upload) -> Mapping:
    """Which column of the upload means what, as far as it is known."""
    return Mapping.from_json(upload.mapping)


def mapping_for(upload: Upload, sheet: Sheet, measures: Measures) -> tuple[Mapping, bool]:
    """The mapping to start from, and whether it is the one remembered for files with these columns.

    A remembered mapping that names a KPI which is no longer there is guessed anew.
    """
    kept = ColumnMapping.objects.filter(
        relationship_id=upload.relationship_id, side=upload.side, source=sheet.fingerprint
    ).first()
    if kept is not None:
        mapping = Mapping.from_json(kept.mapping)
        named = {mapping.one_kpi, *mapping.kpi_columns.values()} - {None}
        if named <= set(measures.by_id):
            return mapping, True
    return guess(sheet, list(islice(sheet.rows(), FIRST_ROWS)), measures), False


class Reader:
    """Reads the lines of one upload under the calendars and entry rules of its relationship."""

    def __init__(self, upload: Upload, now: datetime, sheet: Sheet | None = None) -> None:
        relationship = upload.relationship
        self.mapping = mapping_of(upload)
        self.kpis = {kpi.pk: kpi for kpi in Kpi.objects.filter(relationship=relationship)}
        self._calendars = calendars_of(self.kpis.values())
        self.measures = measures_of(self.kpis.values(), upload.side, self._calendars)
        self.sheet = sheet or sheet_of(upload)
        self._today = today_in(relationship, now)
        self._over: dict[tuple[int, date], bool] = {}

    def lines(self, *, is_checked: bool = True) -> Iterator[Line]:
        """Every line of the file; one that cannot become a reading says why.

        Without `is_checked` only what can be seen in the file itself is said; the rest says who writes readings.
        """
        read = lines_of_events if self.mapping.layout == EVENTS else lines_of
        for line in read(self.sheet.rows(), self.mapping, self.measures):
            if is_checked and not line.problem:
                self._refuse(line)
            yield line

    def entry(self, line: Line) -> Entry:
        """What a good line says, in numbers."""
        if line.measure is None:
            raise TypeError("a line without a KPI says nothing")
        return understood(self.kpis[line.measure.kpi_id], **line.figures)

    def _refuse(self, line: Line) -> None:
        if line.measure is None or line.period_start is None:
            return
        try:
            self._check_period(line.measure.kpi_id, line.period_start)
            self.entry(line)
        except (PeriodNotInCalendar, PeriodNotOver) as refusal:
            line.at, line.problem = "period", str(refusal)
        except Refused as refusal:
            line.at, line.problem = getattr(refusal, "field", "value"), str(refusal)

    def _check_period(self, kpi_id: int, first: date) -> None:
        """Raises what period_of raises; the calendar is asked once per period, not once per KPI."""
        kpi, calendar = self.kpis[kpi_id], self._calendars[kpi_id]
        key = (id(calendar), first)
        if key not in self._over:
            period = calendar.starting(first)
            self._over[key] = period is not None and period.last <= self._today
        is_outside = first < kpi.starts_on or (kpi.ends_on is not None and first > kpi.ends_on)
        if is_outside or not self._over[key]:
            period_of(kpi, calendar, first, self._today)


@dataclass(frozen=True)
class Shown:
    """A line of the preview: what it says, the verdict it would get, and what stands there now."""

    line: Line
    kpi: Kpi | None
    entry: Entry | None
    verdict: int | str | None
    standing: Reading | None
    is_moved: bool = False

    @property
    def label(self) -> str:
        """What people call the period."""
        if self.line.measure is None or self.line.period_start is None:
            return ""
        period = self.line.measure.calendar.starting(self.line.period_start)
        return str(getattr(period, "label", "") or self.line.period_start.isoformat())

    @property
    def effect(self) -> str:
        """ "problem", "new", "same" or "corrects"."""
        if self.entry is None:
            return "problem"
        if self.standing is None:
            return "new"
        return "same" if self.entry.says_the_same_as(self.standing) else "corrects"


def shown_lines(reader: Reader, lines: list[Line]) -> list[Shown]:
    """The lines with the verdicts they would get and the readings that stand.

    Two queries where bands are plain, up to six where they move.
    """
    kpi_ids = {line.measure.kpi_id for line in lines if line.measure is not None}
    starts = {line.period_start for line in lines if line.period_start is not None}
    judge = Judge(kpi_ids)
    found = Reading.objects.filter(kpi_id__in=kpi_ids, period_start__in=starts)
    standing = {(reading.kpi_id, reading.period_start): reading for reading in found}
    return [_shown(reader, line, judge, standing) for line in lines]


def _shown(
    reader: Reader,
    line: Line,
    judge: Judge,
    standing: dict[tuple[int, date], Reading],
) -> Shown:
    kpi = reader.kpis.get(line.measure.kpi_id) if line.measure else None
    if kpi is None or line.period_start is None or line.problem:
        return Shown(line, kpi, None, None, None)
    entry = reader.entry(line)
    key = (kpi.pk, line.period_start)
    if entry.value is None:
        return Shown(line, kpi, entry, "NOT_APPLICABLE", standing.get(key))
    span = line.measure.calendar.starting(line.period_start) if line.measure else None
    judged = None if span is None else judge.judge(kpi, Period(span.first, span.last), entry.value)
    if judged is None:
        return Shown(line, kpi, entry, None, standing.get(key))
    return Shown(line, kpi, entry, judged.verdict, standing.get(key), judged.moved is not None)
