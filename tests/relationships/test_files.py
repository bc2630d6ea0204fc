"""What an uploaded file is, by its content."""

import io
import zipfile

import pytest
from django.core.files.base import ContentFile

from relationships import files
from relationships.files import FileRefused, examine


def office(*names: str, **contents: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, contents.get(name.rpartition("/")[2].partition(".")[0], b"<x/>"))
    return packed.getvalue()


def kind(content: bytes, name: str = "a.pdf") -> str:
    return examine(ContentFile(content, name=name)).content_type


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        (b"%PDF-1.7", "a.html", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n...", "a.exe", "image/png"),
        (b"\xff\xd8\xff\xe0", "a", "image/jpeg"),
        (office("word/document.xml"), "a.zip", files.DOCX),
        (office("xl/workbook.xml"), "a.docx", files.XLSX),
        ("Größe;1\n".encode(), "a.CSV", "text/csv"),
        ("Größe".encode(), "a.pdf", "text/plain"),
    ],
)
def test_by_content_and_not_by_name(content, name, expected):
    assert kind(content, name) == expected


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"<!DOCTYPE html><p>", "not taken"),
        (b"  <svg onload=alert(1)>", "not taken"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>", "not taken"),
        (b"MZ\x00\x01", "not taken"),
        (b"\xff\xfea\x00", "not taken"),
        (b"Gr\xf6\xdfe", "not UTF-8"),
        (b"PK\x03\x04 damaged", "damaged"),
        (office("ppt/presentation.xml"), "not taken"),
        (office("word/document.xml", "word/vbaProject.bin"), "macros"),
        (office(*(f"f{n}" for n in range(files.MOST_ENTRIES + 1))), "too large once"),
        (b"x" * (files.MOST_BYTES + 1), "larger than 10 MB"),
    ],
    ids=lambda value: value if isinstance(value, str) else repr(value[:10]),
)
def test_refusals_say_why(content, said):
    with pytest.raises(FileRefused, match=said):
        kind(content)


def test_a_bomb_stays_packed(monkeypatch):
    monkeypatch.setattr(files, "MOST_UNPACKED", 1000)
    with pytest.raises(FileRefused, match="too large once"):
        kind(office("word/document.xml", document=b"0" * 2000))


def test_examining_rewinds():
    file = ContentFile(b"%PDF-1.7 rest", name="a.pdf")
    examined = examine(file)
    assert (examined.size, examined.suffix, file.read()) == (13, ".pdf", b"%PDF-1.7 rest")
