"""Many rows of what somebody says, understood one by one and compared with what already stands."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple

from django.db import connection
from django.utils.translation import gettext as _

from kpis.actions.cells import array_of
from kpis.actions.entries import Entry, calendars_of, period_of, today_in, understood
from kpis.actions.errors import (
    NotOfThisRelationship,
    NotYourSideToReport,
    PeriodNotInCalendar,
    PeriodNotOver,
    ReadingIncomplete,
    Refused,
)
from kpis.domain.periods import Period
from kpis.models import Kpi
from relationships.models import Relationship, Side

# A row that names no version replaces whatever stands.
ANY_VERSION: Final = object()
Key = tuple[int, date]

FIELDS: Final[dict[type[Refused], str]] = {
    NotOfThisRelationship: "kpi_id",
    NotYourSideToReport: "kpi_id",
    PeriodNotInCalendar: "period_start",
    PeriodNotOver: "period_start",
}


class Problem(NamedTuple):
    """What is wrong with a row, and with which of its fields; `row` counts from 0."""

    row: int
    field: str
    message: str


class Standing(NamedTuple):
    """A reading that already stands, as far as a row has to be compared with it."""

    pk: int
    version: int
    clock_id: int | None
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    is_not_applicable: bool
    note: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row that was understood."""

    index: int
    key: Key
    kpi: Kpi
    period: Period
    entry: Entry
    version: object


class Reader:
    """Understands rows about one relationship's KPIs as reported by one side."""

    def __init__(self, relationship: Relationship, side: Side, now: datetime) -> None:
        self.side = side
        self.today = today_in(relationship, now)
        self.kpis = {kpi.pk: kpi for kpi in Kpi.objects.filter(relationship=relationship)}
        self.calendars = calendars_of(self.kpis.values())

    def understand(self, rows: Sequence[Mapping[str, Any]]) -> tuple[list[Row], list[Problem]]:
        """The rows that can be understood, and what is wrong with the others."""
        good: dict[Key, Row] = {}
        problems: list[Problem] = []
        for index, said in enumerate(rows):
            try:
                row = self._row(index, said)
            except Refused as refusal:
                named = refusal.field if isinstance(refusal, ReadingIncomplete) else FIELDS[type(refusal)]
                problems.append(Problem(index, named, str(refusal)))
                continue
            if row.key in good:
                problems.append(
                    Problem(index, "period_start", _("The same period of this KPI stands in a row above."))
                )
                continue
            good[row.key] = row
        return list(good.values()), problems

    def _row(self, index: int, said: Mapping[str, Any]) -> Row:
        kpi = self.kpis.get(said["kpi_id"])
        if kpi is None:
            raise NotOfThisRelationship(_("There is no such KPI in this relationship."))
        if kpi.performing_side != self.side:
            raise NotYourSideToReport(_("The side that performs this KPI reports it."))
        period = period_of(kpi, self.calendars[said["kpi_id"]], said["period_start"], self.today)
        entry = understood(
            kpi,
            value=said.get("value"),
            numerator=said.get("numerator"),
            denominator=said.get("denominator"),
            is_not_applicable=bool(said.get("is_not_applicable")),
            note=said.get("note") or "",
        )
        return Row(
            index, (said["kpi_id"], period.first), kpi, period, entry, said.get("version", ANY_VERSION)
        )


STANDING: Final = """
SELECT r.kpi_id, r.period_start, r.id, r.version, r.clock_id, r.value, r.numerator, r.denominator,
    r.is_not_applicable, r.note
FROM kpis_reading r
JOIN unnest(%s::bigint[], %s::date[]) AS said(kpi_id, period_start) USING (kpi_id, period_start)
WHERE r.relationship_id = %s
ORDER BY r.id
"""


def standing_for(keys: Iterable[Key], *, relationship_id: int, lock: bool) -> dict[Key, Standing]:
    """The readings that already stand at these places; locked, in the order in which everybody locks them."""
    wanted = list(keys)
    statement = f"{STANDING} FOR UPDATE OF r" if lock else STANDING
    with connection.cursor() as cursor:
        kpi_ids, firsts = (array_of(column) for column in (zip(*wanted, strict=True) if wanted else ((), ())))
        cursor.execute(statement, [kpi_ids, firsts, relationship_id])
        return {(kpi_id, first): Standing(*rest) for kpi_id, first, *rest in cursor}
