"""Rows of numpy columns as PostgreSQL's COPY wants them in binary: every row has the same layout, so none is null."""

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Column = NDArray[Any] | int | bytes

EPOCH: Final = date(2000, 1, 1).toordinal()
MOMENT: Final = datetime(2000, 1, 1, tzinfo=UTC)
HEADER: Final = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
TRAILER: Final = b"\xff\xff"
FIXED: Final = {
    "bigint": ">i8",
    "int": ">i4",
    "smallint": ">i2",
    "bool": ">u1",
    "date": ">i4",
    "timestamptz": ">i8",
}
FOUR: Final = 10_000


@dataclass(frozen=True)
class Field:
    """A column of a table: its name, its kind, and for text and jsonb how many bytes each value has."""

    name: str
    kind: str
    size: int = 0


def days(day: date) -> int:
    """A date as PostgreSQL counts it."""
    return day.toordinal() - EPOCH


def microseconds(moment: datetime) -> int:
    """A moment as PostgreSQL counts it."""
    return int((moment - MOMENT).total_seconds() * 1_000_000)


def rows(fields: Iterable[Field], columns: dict[str, Column], count: int) -> bytes:
    """The rows in binary; a column that is one value stands in every row.

    Numbers of kind "numeric" come as whole ten-thousandths, from 0 to 99,999,999.
    """
    wanted = list(fields)
    found = np.zeros(count, dtype=_layout(wanted))
    found["fields"] = len(wanted)
    for field in wanted:
        _fill(found, field, columns[field.name])
    return found.tobytes()


def _layout(fields: list[Field]) -> Any:
    layout: list[tuple[Any, ...]] = [("fields", ">i2")]
    for field in fields:
        layout.append((f"{field.name}#", ">i4"))
        if field.kind == "numeric":
            layout.append((field.name, ">i2", (6,)))
        elif field.kind == "jsonb":
            layout += [(f"{field.name}@", ">u1"), (field.name, f"S{field.size}")]
        elif field.kind != "text":
            layout.append((field.name, FIXED[field.kind]))
        elif field.size:
            layout.append((field.name, f"S{field.size}"))
    return np.dtype(layout)


def _fill(found: NDArray[Any], field: Field, column: Column) -> None:
    if field.kind == "numeric":
        found[f"{field.name}#"] = 12
        number = found[field.name]
        # Two digits of base 10,000, the first of weight 0, positive, shown with six decimals.
        number[:, 0], number[:, 3] = 2, 6
        number[:, 4], number[:, 5] = np.divmod(column, FOUR)
        return
    if field.kind == "jsonb":
        found[f"{field.name}#"], found[f"{field.name}@"] = field.size + 1, 1
    else:
        is_text = field.kind == "text"
        found[f"{field.name}#"] = field.size if is_text else np.dtype(FIXED[field.kind]).itemsize
    if field.kind != "text" or field.size:
        found[field.name] = column


class Stream(io.RawIOBase):
    """Pieces of binary rows as the file that COPY reads; each piece is made when it is asked for."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        super().__init__()
        self._pieces = pieces
        self._rest = memoryview(HEADER)
        self._is_over = False

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes; empty at the end."""
        if not self._rest and not self._is_over:
            piece = next(self._pieces, None)
            self._is_over = piece is None
            self._rest = memoryview(TRAILER if piece is None else piece)
        taken = self._rest if size < 0 else self._rest[:size]
        self._rest = self._rest[len(taken) :]
        return bytes(taken)
