"""What can be chosen: columns by letter, heading and a sample, and the KPIs of the sender's side."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext_lazy as _

from kpis.actions.upload_report import column_named
from kpis.models import Kpi
from kpis.spreadsheets.mapping import EVENTS, LONG, WIDE
from kpis.spreadsheets.sheets import Row

LAYOUTS = [
    (LONG, _("One reading in each row")),
    (WIDE, _("One period in each row, one KPI in each column")),
    (EVENTS, _("A log: one event in each row, counted into a share per period")),
]
TESTS = [
    ("yes", _("says yes")),
    ("no", _("says no")),
    ("at_most", _("is at most")),
    ("at_least", _("is at least")),
]
MARKS = [(".", _("a point: 1,234.5")), (",", _("a comma: 1.234,5"))]
ORDERS = [("DMY", _("day first: 31/12/2026")), ("MDY", _("month first: 12/31/2026"))]
SAMPLE_LENGTH = 24


def column_words(column: int, header: Sequence[str], rows: Sequence[Row]) -> str:
    """A column by letter, heading and the first thing that stands in it."""
    said = next((cell for row in rows if (cell := row.cell(column)) is not None), None)
    text = column_named(column, header)
    if said is None:
        return text
    sample = str(said)
    sample = f"{sample[:SAMPLE_LENGTH]}…" if len(sample) > SAMPLE_LENGTH else sample
    return f"{text} (“{sample}”)"


def kpi_words(kpi: Kpi) -> str:
    """A KPI by reference and name."""
    return f"{kpi.reference} {kpi.name}".strip()


def is_ratio(kpis: Iterable[Kpi], pk: str) -> bool:
    """Whether the KPI of this id is reported as numerator and denominator."""
    return any(str(kpi.pk) == pk and kpi.entry == Kpi.Entry.RATIO for kpi in kpis)
