"""Every version of one reading: what it changed, and who did."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kpis.models import Dispute, Kpi, Reading, ReadingPast
from kpis.queries.cells import mark_of, shown


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


def versions_of(kpi: Kpi, reading: Reading, disputes: Sequence[Dispute]) -> list[Version]:
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
