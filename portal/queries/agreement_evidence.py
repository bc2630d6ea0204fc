"""The evidence that was signed with a proposal: its back-test as rows, as sentences, and as two pictures.

Everything is read from the agreement itself, so that years later it shows what both sides saw and not what a replay
would say today.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from kpis.models import Kpi
from kpis.queries.backtest import EVIDENCE
from portal.lib.series import Point, Series, Thresholds
from relationships.models import Agreement

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Shown:
    """One row: what it is, before and after."""

    label: str
    before: str
    after: str

    @property
    def moves(self) -> bool:
        return bool(self.before) and self.before != self.after


@dataclass(frozen=True)
class Evidence:
    """Numbers before and after, sentences, what it means for each side, warnings, and a picture of each."""

    numbers: list[Shown]
    facts: list[Shown]
    meanings: list[Shown]
    warnings: list[Shown]
    pictures: list[tuple[str, Series]]


def evidence_in(agreement: Agreement, kpi: Kpi | None) -> Evidence | None:
    """The evidence among the rows of an agreement; None where there is none."""
    rows = [row for row in agreement.content if isinstance(row, dict) and row.get(EVIDENCE)]
    if not rows:
        return None
    of_kind: dict[str, list[Shown]] = {}
    for row in rows:
        of_kind.setdefault(str(row[EVIDENCE]), []).append(
            Shown(_label(row), str(row.get("before") or ""), str(row.get("after") or ""))
        )
    tested = of_kind.get("backtest", [])
    periods = next((row["periods"] for row in rows if isinstance(row.get("periods"), list)), None)
    return Evidence(
        [row for row in tested if row.before],
        [row for row in tested if not row.before],
        of_kind.get("means", []),
        of_kind.get("warning", []),
        [] if kpi is None or periods is None else _pictures(kpi, periods),
    )


def _label(row: Row) -> str:
    """What the row is called under a heading that says already that it is a back-test."""
    label = str(row.get("label", ""))
    plain = label.removeprefix(_("Back-test: "))
    return plain[:1].upper() + plain[1:]


def _pictures(kpi: Kpi, periods: Sequence[Row]) -> list[tuple[str, Series]]:
    """The periods over the band as it stood and over the proposed one; none where a row cannot be read."""
    titles = ((_("Under the old terms"), "before"), (_("Under the new terms"), "after"))
    try:
        drawn = [(title, [_point(row, which) for row in periods]) for title, which in titles]
    except (KeyError, TypeError, ValueError, InvalidOperation):
        return []
    return [
        (title, Series(kpi.name, kpi.unit, kpi.decimals, kpi.polarity, tuple(points)))
        for title, points in drawn
        if any(point.band for point in points)
    ]


def _point(row: Row, which: str) -> Point:
    said = row[which]
    return Point(
        date.fromisoformat(row["first"]),
        date.fromisoformat(row["last"]),
        str(row["label"]),
        value=Decimal(row["value"]),
        verdict=said["verdict"],
        band=_thresholds(said["band"]),
        unmoved=_thresholds(said["signed"]),
    )


def _thresholds(band: Sequence[str] | None) -> Thresholds | None:
    return None if band is None else Thresholds(*map(Decimal, band))
