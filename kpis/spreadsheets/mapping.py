"""Which column of a file means what."""

from dataclasses import asdict, dataclass, field, fields
from typing import Any, Final

LONG: Final = "long"
WIDE: Final = "wide"
EVENTS: Final = "events"
LAYOUTS: Final = (LONG, WIDE, EVENTS)
COLUMN_PARTS: Final = (
    "kpi",
    "period",
    "value",
    "numerator",
    "denominator",
    "not_applicable",
    "note",
    "holds",
    "once_per",
)
TESTS: Final = ("yes", "no", "at_most", "at_least")


@dataclass(frozen=True)
class Mapping:
    """Columns are counted from 0; None means that the file has no such column.

    `long`: one reading a row. `wide`: one period a row and one KPI a column (`kpi_columns`). `events`: each row is
    one event of `one_kpi`, counted as met when the cell under `holds` passes `test`; with `once_per` only the last
    row of each event counts. `encoding` is what the text was written in, where its sender had to be asked.
    """

    layout: str = LONG
    kpi: int | None = None
    one_kpi: int | None = None
    period: int | None = None
    fixed_period: str = ""
    value: int | None = None
    numerator: int | None = None
    denominator: int | None = None
    not_applicable: int | None = None
    note: int | None = None
    kpi_columns: dict[int, int] = field(default_factory=dict)
    holds: int | None = None
    test: str = "yes"
    threshold: str = ""
    once_per: int | None = None
    decimal_mark: str = "."
    date_order: str = "DMY"
    is_fraction: bool = False
    encoding: str = ""

    def as_json(self) -> dict[str, Any]:
        """What is remembered; JSON has no numbers as keys."""
        values = asdict(self)
        return values | {"kpi_columns": {str(column): kpi for column, kpi in self.kpi_columns.items()}}

    def column_of(self, part: str) -> int | None:
        """The column that holds a part of a reading ("period", "value" …); None where the file has no such column."""
        found = getattr(self, part, None)
        return found if isinstance(found, int) and part in COLUMN_PARTS else None

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "Mapping":
        """The mapping that as_json wrote; what is unknown is left out."""
        known = {item.name for item in fields(cls)}
        kept = {name: value for name, value in values.items() if name in known}
        kept["kpi_columns"] = {int(c): int(k) for c, k in dict(kept.get("kpi_columns") or {}).items()}
        return cls(**kept)
