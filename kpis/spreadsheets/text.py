"""Reading comma-separated text of unknown encoding and delimiter."""

import codecs
import csv
from collections import Counter
from collections.abc import Iterator
from io import BytesIO, TextIOWrapper
from typing import Final

from django.utils.translation import gettext as _

from kpis.spreadsheets import limits
from kpis.spreadsheets.refusals import EncodingUnknown, FileRefused

MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
OFFERED: Final = ("cp1252", "iso-8859-15", "cp1250", "mac-roman")
DELIMITERS: Final = (",", ";", "\t", "|")
SAMPLE_ROWS: Final = 20
SAMPLE_BYTES: Final = 65_536


def find_encoding(content: bytes, said: str = "") -> str:
    """The encoding of the text: by its byte-order mark, by what its sender `said`, else strict UTF-8.

    Raises EncodingUnknown when it is none of these, naming the first line that is not UTF-8.
    """
    marked = next((name for mark, name in MARKS if content.startswith(mark)), "")
    if said and said not in OFFERED:
        raise EncodingUnknown(_("Choose one of the encodings offered."))
    name = marked or said or "utf-8"
    try:
        for _line in TextIOWrapper(BytesIO(content), name, errors="strict", newline="\n"):
            pass
    except UnicodeError as error:
        if said:
            raise EncodingUnknown(_("The text is not written in the encoding chosen.")) from error
        if marked:
            raise FileRefused(
                _("The file is damaged: its text does not fit its own byte-order mark.")
            ) from error
        raise EncodingUnknown(
            _("The text is not UTF-8 (first noticed in line %(line)d). Say what it was written in.")
            % {"line": _first_odd_line(content)}
        ) from error
    return name


def read_text(content: bytes, encoding: str) -> Iterator[tuple[int, list[str]]]:
    """Each record with the number of the line it starts on; fields may hold line breaks.

    Raises FileRefused for NUL bytes, quotation marks that are never closed, and too many rows or columns.
    """
    if b"\x00" in content and not encoding.startswith("utf-16"):
        raise FileRefused(_("This is not a text file: it contains NUL bytes. Upload an XLSX or CSV file."))
    delimiter = find_delimiter(content, encoding)
    csv.field_size_limit(limits.MAX_FIELD)
    reader = csv.reader(_lines(content, encoding, delimiter), delimiter=delimiter, strict=True)
    line = 1
    try:
        for count, record in enumerate(reader, start=1):
            if count > limits.MAX_ROWS:
                raise FileRefused(
                    _("The file has more than %(most)d rows. Split it.") % {"most": limits.MAX_ROWS}
                )
            yield line, record
            line = reader.line_num + 1
    except csv.Error as error:
        raise FileRefused(
            _(
                "The record that starts in line %(line)d cannot be read: a quotation mark is out of place, or a cell"
                " is longer than %(most)d characters."
            )
            % {"line": line, "most": limits.MAX_FIELD}
        ) from error


def find_delimiter(content: bytes, encoding: str) -> str:
    """The delimiter that splits the first rows into the same number of columns most often."""
    sample = content[:SAMPLE_BYTES].decode(encoding, errors="ignore")
    is_cut = len(content) > SAMPLE_BYTES
    lines = sample.splitlines(keepends=True)[: -1 if is_cut and sample.count("\n") > 1 else None]

    def fitness(delimiter: str) -> tuple[int, int]:
        widths: Counter[int] = Counter()
        try:
            for number, record in enumerate(csv.reader(lines, delimiter=delimiter)):
                if number >= SAMPLE_ROWS:
                    break
                widths[len(record)] += 1
        except csv.Error:
            return (0, 0)
        width, times = max(
            ((width, times) for width, times in widths.items() if width > 1),
            key=lambda w: w[1],
            default=(0, 0),
        )
        return (times, width)

    return max(DELIMITERS, key=fitness)


def _lines(content: bytes, encoding: str, delimiter: str) -> Iterator[str]:
    for line in TextIOWrapper(BytesIO(content), encoding, errors="strict", newline=""):
        if line.count(delimiter) > limits.MAX_FIELD:  # before the reader makes a list of them
            raise FileRefused(_too_wide())
        yield line.replace("\x00", "")  # UTF-16 may hold them; no database does


def _too_wide() -> str:
    return _("A row has more than %(most)d columns. Delete the empty columns.") % {"most": limits.MAX_COLUMNS}


def _first_odd_line(content: bytes) -> int:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        return content.count(b"\n", 0, error.start) + 1
    return 1
