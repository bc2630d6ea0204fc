"""What an uploaded file is, by its content; names and declared types are not believed.

Taken are PDF, PNG, JPEG, Word and Excel documents without macros, and plain text or CSV. Nothing that a browser
would run (HTML, SVG, XML) is taken as text.
"""

import hashlib
import zipfile
from dataclasses import dataclass
from pathlib import PurePath

from django.core.files.base import File
from django.utils.translation import gettext as _

MOST_BYTES = 10 * 1024 * 1024
MOST_UNPACKED = 200 * 1024 * 1024
MOST_ENTRIES = 5_000
HEAD = 4096
MARKUP = (b"<!doctype", b"<html", b"<svg", b"<script", b"<?xml", b"<body", b"<head", b"<iframe")
MACROS = ("vbaproject.bin", "vbadata.xml")

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SUFFIXES = {
    "application/pdf": ".pdf",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    DOCX: ".docx",
    XLSX: ".xlsx",
    "text/csv": ".csv",
    "text/plain": ".txt",
}


class FileRefused(ValueError):
    """The file is empty, too large, or not of a kind we take; the text says which."""


@dataclass(frozen=True)
class Examined:
    """What a file turned out to be; `size` in bytes."""

    content_type: str
    suffix: str
    size: int
    sha256: str


def examine(file: "File[bytes]") -> Examined:
    """Looks at the content and rewinds the file. Raises FileRefused."""
    size = file.size
    if not size:
        raise FileRefused(_("The file is empty."))
    if size > MOST_BYTES:
        raise FileRefused(_("The file is larger than 10 MB."))
    content_type = _kind_of(file)
    if content_type is None:
        raise FileRefused(
            _("This kind of file is not taken. PDF, PNG, JPEG, Word, Excel, CSV and plain text are.")
        )
    return Examined(content_type, SUFFIXES[content_type], size, _digest(file))


def _digest(file: "File[bytes]") -> str:
    file.seek(0)
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def _kind_of(file: "File[bytes]") -> str | None:
    file.seek(0)
    head = file.read(HEAD)
    if head.startswith(b"%PDF-"):
        return "application/pdf"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"PK\x03\x04"):
        return _office_kind(file)
    return _text_kind(file, head)


def _office_kind(file: "File[bytes]") -> str | None:
    """Reads the zip directory only, never the parts, so that a bomb stays packed."""
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise FileRefused(_("The file is damaged.")) from error
    names = {entry.filename.lower() for entry in entries}
    if any(PurePath(name).name in MACROS for name in names):
        raise FileRefused(_("Files with macros are not taken."))
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise FileRefused(_("The file is too large once it is unpacked."))
    if "word/document.xml" in names:
        return DOCX
    return XLSX if "xl/workbook.xml" in names else None


def _text_kind(file: "File[bytes]", head: bytes) -> str | None:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if any(mark in start for mark in MARKUP):
        return None
    file.seek(0)
    content = file.read()
    if b"\x00" in content:
        return None
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise FileRefused(_("The text is not UTF-8. Save it as UTF-8 and try again.")) from error
    return "text/csv" if (file.name or "").lower().endswith(".csv") else "text/plain"
