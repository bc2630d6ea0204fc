"""Saving many cells at once: a pasted block, or the form of the newest periods."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from kpis import actions
from kpis.forms.cells import figures_of
from kpis.forms.grid import cells_posted
from kpis.models import Kpi, Reading
from relationships.access import Standpoint

CONFLICT, REFUSED = 409, 422
Place = tuple[int, date]


@dataclass(frozen=True)
class Saved:
    """What became of one cell: `status` 200, 409 (somebody was faster) or 422 (`problem` says why)."""

    said: str
    status: int = 200
    problem: str = ""


@dataclass(frozen=True)
class SavedMany:
    """What became of all cells that were filled in, and how many now stand as typed."""

    cells: dict[Place, Saved]
    accepted: int

    @property
    def problems(self) -> int:
        return sum(cell.status != 200 for cell in self.cells.values())


def save_many(
    standpoint: Standpoint, kpis: Mapping[int, Kpi], posted: Mapping[str, Any], *, now: datetime
) -> SavedMany:
    """Saves the good ones of the cells filled in; a cell whose note is not given keeps the one it has."""
    cells: dict[Place, Saved] = {}
    places: list[Place] = []
    rows: list[dict[str, Any]] = []
    filled = cells_posted(posted)
    notes = _notes(standpoint, filled)
    for place, (said, version) in filled.items():
        kpi_id, day = place
        cells[place] = Saved(said)
        note = posted.get(f"note-{kpi_id}-{day.isoformat()}", notes.get(place, ""))
        row = {"kpi_id": kpi_id, "period_start": day, "version": version, "note": note}
        try:
            rows.append(row | (figures_of(said, kpis[kpi_id]) if kpi_id in kpis else {}))
        except actions.ReadingIncomplete as refusal:
            cells[place] = Saved(said, REFUSED, str(refusal))
        else:
            places.append(place)
    outcome = actions.submit_readings_in_bulk(
        relationship=standpoint.relationship,
        rows=rows,
        actor=standpoint.person,
        side=standpoint.side,
        now=now,
        all_or_nothing=False,
    )
    for problem in outcome.problems:
        place = places[problem.row]
        status = CONFLICT if problem.field == "version" else REFUSED
        cells[place] = Saved(filled[place][0], status, problem.message)
    return SavedMany(cells, outcome.accepted)


def _notes(standpoint: Standpoint, places: Mapping[Place, object]) -> dict[Place, str]:
    found = Reading.objects.filter(
        relationship=standpoint.relationship,
        kpi_id__in={kpi_id for kpi_id, _day in places},
        period_start__in={day for _kpi_id, day in places},
    )
    return {(kpi_id, day): note for kpi_id, day, note in found.values_list("kpi_id", "period_start", "note")}
