"""Files nobody should have to open are refused in words, in seconds and within 200 MB."""

import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from kpis.spreadsheets import FileRefused, open_sheet
from tests.kpis.spreadsheets import hostile

ROOT = Path(__file__).parents[3]
REFUSED = {
    "zip_bomb": "Unpacked, the file is larger than",
    "lying_bomb": "it holds more than its directory says",
    "far_cell": "A sheet reaches to column 16384",
    "far_cell_elsewhere": "A sheet reaches to column 16384",
    "entities": "declares XML entities",
    "one_cell_a_million_times": "more cells than can be read",
    "cells_without_positions": "A sheet reaches to column",
    "macros": "contains macros",
    "duplicates": "two parts of the same name",
    "encrypted_part": "protected by a password",
    "many_parts": "far more parts than a spreadsheet has",
    "wide_text": "has more than 500 columns",
    "long_line": "a cell is longer than 32768 characters",
    "open_quote": "quotation mark is out of place",
}
# Run apart, so that what it takes is what this one file takes. The processor time is held by the kernel.
PROGRAM = """
import json, sys
import django
django.setup()
from kpis.spreadsheets import FileRefused, open_sheet
def peak():
    # Not getrusage: its maximum starts with the size of the process that forked this one.
    return int(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
content = open(sys.argv[1], "rb").read()
before = peak()
try:
    sheet = open_sheet(content)
    said = f"read {sum(1 for _row in sheet.rows())}"
except FileRefused as refusal:
    said = str(refusal)
print(json.dumps({"said": said, "peak": peak(), "grown": peak() - before}))
"""


@pytest.mark.parametrize("name", REFUSED)
def test_a_hostile_file_is_refused_in_words_within_seconds_and_200_mb(name, tmp_path):
    file = tmp_path / name
    file.write_bytes(getattr(hostile, name)())
    assert file.stat().st_size <= 10 * hostile.MEBIBYTE + 100 * 1024
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(file)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (20, 20)),
    )
    assert run.returncode == 0, run.stderr
    told = json.loads(run.stdout)
    assert REFUSED[name] in told["said"]
    assert not told["said"].startswith("read")
    assert told["peak"] < 200 * 1024


@pytest.mark.parametrize("name", sorted(set(REFUSED) - {"zip_bomb"}))
def test_a_hostile_file_is_refused_here_too(name):
    with pytest.raises(FileRefused) as refused:
        open_sheet(getattr(hostile, name)())
    assert REFUSED[name] in str(refused.value)


def test_the_control_an_honest_workbook_of_the_same_make_is_read():
    rows = f'<row r="2">{hostile.text_cell("A2", "K1")}{hostile.text_cell("B2", "Jan 2026")}<c r="C2"><v>5</v></c></row>'
    sheet = open_sheet(hostile.workbook({"xl/worksheets/sheet1.xml": hostile.sheet(rows)}))
    assert sheet.header == ("KPI", "Period", "Value")
    assert [[str(cell) for cell in row.cells] for row in sheet.rows()] == [["K1", "Jan 2026", "5.0"]]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.7", "not a spreadsheet"),
        (b"\x89PNG\r\n\x1a\n", "not a spreadsheet"),
        (b"  <!DOCTYPE html><html></html>", "not a spreadsheet"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'></svg>", "not a spreadsheet"),
        (b"\xef\xbb\xbf<svg xmlns='http://www.w3.org/2000/svg'></svg>", "not a spreadsheet"),
        (b"MZ\x90\x00", "not a spreadsheet"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 512, "old Excel file"),
        (b"", "empty"),
        (b" \r\n \t", "empty"),
        (b"KPI,Value\nK1\x00,5\n", "NUL bytes"),
        (b"PK\x03\x04 cut off", "damaged or incomplete"),
        (hostile.workbook({"content.xml": "<x/>"}), "OpenDocument"),
        (hostile.workbook({"xl/workbook.bin": b"x"}), "binary workbook"),
        (hostile.workbook({"xl/embeddings/other.xlsx": b"PK"}), "packed inside"),
        (b"\xff\xfeK\x00P", "damaged"),
        (b"1,2,3\n4,5,6\n", "No row with column headings"),
    ],
)
def test_other_files_are_refused_with_the_reason(content, words):
    with pytest.raises(FileRefused, match=words):
        open_sheet(content)
