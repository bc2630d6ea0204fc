"""How much of a file is opened at most. Chosen so that reading stays under 200 MB and, mostly, under two seconds."""

from typing import Final

MEBIBYTE: Final = 1024 * 1024
MAX_BYTES: Final = 10 * MEBIBYTE
MAX_ROWS: Final = 200_000
MAX_COLUMNS: Final = 500
MAX_FIELD: Final = 32_768  # what a spreadsheet program puts into one cell at most

# Inside the zip container of an XLSX file.
MAX_ENTRIES: Final = 1_000
MAX_DIRECTORY_BYTES: Final = MEBIBYTE
MAX_UNPACKED: Final = 80 * MEBIBYTE
MAX_RATIO: Final = 250  # honest sheets of repeated rows reach about 30
SMALL_ENTRY: Final = 256 * 1024  # below this a high ratio is harmless
MAX_CELLS: Final = 2_000_000  # rows times columns: the reader keeps the whole rectangle
MAX_STRINGS: Final = 600_000
