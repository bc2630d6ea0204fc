"""A score over time, as lines on a sheet of 1000 × 100 units."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from dateutil.relativedelta import relativedelta

from relationships.models import Relationship
from value.models import Score

WIDTH, HEIGHT = 1000, 100
Row = tuple[date, Decimal | None, Decimal | None, Decimal | None]


@dataclass(frozen=True)
class Line:
    """A path for one figure; it is broken where the score was withheld."""

    key: str
    path: str
    dots: Sequence[tuple[float, float]]


@dataclass(frozen=True)
class History:
    """Scores of the months up to a date, oldest first, and their lines: x is time, y 0 (best, 100 points) to 100."""

    first: date
    last: date
    lines: Sequence[Line]
    rows: Sequence[Row]
    scores: int


def history_of(relationship: Relationship, until: date, *, months: int = 24) -> History | None:
    """The scores of the months up to `until`; None with fewer than two."""
    since = until - relativedelta(months=months)
    rows: list[Row] = list(
        Score.objects.filter(relationship=relationship, as_of__gt=since, as_of__lte=until)
        .order_by("as_of")
        .values_list("as_of", "shared_value", "value_customer", "value_provider")
    )
    if len(rows) < 2:
        return None
    first, last = rows[0][0], rows[-1][0]
    dates = [row[0] for row in rows]
    lines = [
        _line(key, dates, figures)
        for key, figures in (
            ("customer", [row[2] for row in rows]),
            ("provider", [row[3] for row in rows]),
            ("shared", [row[1] for row in rows]),
        )
    ]
    return History(first, last, lines, _month_ends(rows), len(rows))


def _line(key: str, dates: Sequence[date], figures: Sequence[Decimal | None]) -> Line:
    span = (dates[-1] - dates[0]).days
    points = [
        (round(WIDTH * (day - dates[0]).days / span, 1), figure)
        for day, figure in zip(dates, figures, strict=True)
    ]
    path: list[str] = []
    dots: list[tuple[float, float]] = []
    for is_there, group in groupby(points, key=lambda point: point[1] is not None):
        if not is_there:
            continue
        run = [(x, round(HEIGHT - float(y or 0), 2)) for x, y in group]
        path.append("M" + "L".join(f"{x} {y}" for x, y in run))
        dots += run if len(run) == 1 else []
    return Line(key, "".join(path), dots)


def _month_ends(rows: Sequence[Row]) -> list[Row]:
    """The last score of each month, newest first: the table behind the lines."""
    months = [list(group)[-1] for _month, group in groupby(rows, key=lambda row: (row[0].year, row[0].month))]
    return months[::-1]
