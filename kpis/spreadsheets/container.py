"""Looking into the zip container of an XLSX file before anything is built from it.

The sizes a zip directory declares are claims of whoever wrote it. They are looked at first, because refusing
by them is cheap; then every part is unpacked in small pieces and thrown away, counting what really comes out.
"""

import copy
import struct
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Final

from django.utils.translation import gettext as _

from kpis.spreadsheets import limits
from kpis.spreadsheets.refusals import FileRefused

PIECE: Final = 256 * 1024
END_RECORD: Final = b"PK\x05\x06"
STORED_OR_DEFLATED: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
PACKED_INSIDE: Final = (".zip", ".xlsx", ".xlsm", ".docx", ".gz", ".7z", ".rar", ".jar", ".exe")


def look_inside(content: bytes) -> dict[str, zipfile.ZipInfo]:
    """The parts of an XLSX container by name, judged by its directory alone.

    Raises FileRefused for too many, too large or too tightly packed parts, macros, encryption, files within
    the file, and for other kinds of documents that use the same container.
    """
    _judge_directory_size(content)
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error, OSError) as error:
        raise FileRefused(_("The file is damaged: its directory cannot be read.")) from error
    parts = {entry.filename: entry for entry in entries}
    if len(parts) != len(entries):
        raise FileRefused(_("The file is damaged: it contains two parts of the same name."))
    _judge_kind(parts)
    for entry in entries:
        _judge_entry(entry)
    if sum(entry.file_size for entry in entries) > limits.MAX_UNPACKED:
        raise FileRefused(_too_large())
    return parts


def unpack(content: bytes, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The content of one part, piece by piece; raises FileRefused where more comes out than was declared."""
    trusted_by_nobody = copy.copy(entry)
    trusted_by_nobody.file_size = limits.MAX_UNPACKED + 1  # unpack to the real end, not to the declared one
    del trusted_by_nobody.CRC
    seen = 0
    try:
        with (
            zipfile.ZipFile(BytesIO(content)) as archive,
            archive.open(trusted_by_nobody) as part,
        ):
            while piece := part.read(PIECE):
                seen += len(piece)
                if seen > entry.file_size:
                    raise FileRefused(_("The file is damaged: it holds more than its directory says."))
                yield piece
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError, struct.error) as error:
        raise FileRefused(_("The file is damaged: it cannot be unpacked.")) from error


def _judge_directory_size(content: bytes) -> None:
    """Reads the end record by hand: opening the archive would already build every entry in memory."""
    at = content.rfind(END_RECORD, max(0, len(content) - 65_557))
    if at < 0 or len(content) < at + 22:
        raise FileRefused(_("The file is damaged or incomplete."))
    entries, directory_bytes = struct.unpack("<HI", content[at + 10 : at + 16])
    if entries > limits.MAX_ENTRIES or directory_bytes > limits.MAX_DIRECTORY_BYTES:
        raise FileRefused(_("The file consists of far more parts than a spreadsheet has."))


def _judge_kind(parts: dict[str, zipfile.ZipInfo]) -> None:
    names = {name.lower() for name in parts}
    if "mimetype" in names or "content.xml" in names:
        raise FileRefused(_("This is an OpenDocument file. Save it as XLSX or CSV and upload that."))
    if any("vbaproject" in name or "macrosheets/" in name for name in names):
        raise FileRefused(_("This file contains macros. Save it as XLSX without macros and upload that."))
    if "xl/workbook.bin" in names:
        raise FileRefused(_("This is a binary workbook (XLSB). Save it as XLSX or CSV and upload that."))
    if "xl/workbook.xml" not in names:
        raise FileRefused(_("This is not a spreadsheet. Upload an XLSX or CSV file."))
    if any(name.endswith(PACKED_INSIDE) for name in names):
        raise FileRefused(_("This file has other files packed inside. Save the sheet alone and upload that."))


def _judge_entry(entry: zipfile.ZipInfo) -> None:
    if entry.flag_bits & 0x1:
        raise FileRefused(_("The file is protected by a password. Save it without one and upload that."))
    if entry.compress_type not in STORED_OR_DEFLATED:
        raise FileRefused(_("The file is packed in a way that spreadsheets are not."))
    if entry.file_size > limits.MAX_UNPACKED:
        raise FileRefused(_too_large())
    is_bomb = entry.file_size > max(1, entry.compress_size) * limits.MAX_RATIO
    if is_bomb and entry.file_size > limits.SMALL_ENTRY:
        raise FileRefused(_("The file would grow out of all proportion when opened; it is not read."))


def _too_large() -> str:
    return _("Unpacked, the file is larger than %(size)d MB. Split it, or save it as CSV.") % {
        "size": limits.MAX_UNPACKED // limits.MEBIBYTE
    }
