"""What an uploaded file really is, and whether it is safe to open: looked at before any parser sees it.

Only the standard library is used. Everything is decided from the bytes; the name's ending must agree with them.
"""

import re
import zipfile
import zlib
from io import BytesIO
from pathlib import PurePath

from geo.stewardship.imports.reading import limits
from geo.stewardship.imports.reading.refusals import FileRefused

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENDINGS = {"xlsx": {"xlsx"}, "xls": {"xls"}, "ods": {"ods"}, "text": {"csv", "tsv", "txt"}}
_MACRO_ENDINGS = {"xlsm", "xltm", "xlam", "xlsb"}
_DOCTYPE = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
_REPEATED = re.compile(rb'number-(?:columns|rows)-repeated="(\d+)"')
_CHUNK = 1 << 20


def kind_of(data: bytes, name: str) -> str:
    """Return ``xlsx``, ``xls``, ``ods`` or ``text``. Raises: FileRefused, also for what should not be opened."""
    if not data.strip():
        raise FileRefused("empty")
    if len(data) > limits.MAX_BYTES:
        raise FileRefused("too-big", megabytes=limits.MAX_BYTES // limits.MEGABYTE)
    ending = PurePath(name).suffix.lower().removeprefix(".")
    if ending in _MACRO_ENDINGS:
        raise FileRefused("macros")
    if data.startswith(_OLE):
        found = _old_workbook(data)
    elif data.startswith(b"PK"):
        found = _package(data)
    else:
        found = _text(data)
    if ending not in _ENDINGS[found]:
        raise FileRefused("wrong-ending", ending=ending or "—", really=found if found != "text" else "csv")
    return found


def _text(data: bytes) -> str:
    start = data[:2_000].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if start.startswith((b"<!doctype", b"<html", b"<table")):
        raise FileRefused("web-page")
    if start.startswith((b"<?xml", b"%pdf", b"{\\rtf", b"\x89png", b"\xff\xd8\xff", b"gif8", b"\x1f\x8b", b"7z")):
        raise FileRefused("not-a-table")
    return "text"


def _old_workbook(data: bytes) -> str:
    """An OLE file: a workbook of Excel 97–2003, or one of today that is encrypted."""

    def has(stream: str) -> bool:
        return stream.encode("utf-16-le") in data

    if has("EncryptedPackage"):
        raise FileRefused("encrypted")
    if has("_VBA_PROJECT"):
        raise FileRefused("macros")
    if not has("Workbook") and not has("Book"):
        raise FileRefused("not-a-table")
    return "xls"


def _package(data: bytes) -> str:
    """A zip: unpacked once here, part by part and without keeping anything, so that no size is taken on trust."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            parts = archive.infolist()
            _check_sizes(parts, len(data))
            names = {part.filename for part in parts}
            found = _package_kind(archive, names)
            unpacked = 0
            for part in parts:
                unpacked += _unpack(archive, part, limits.MAX_UNPACKED - unpacked)
            return found
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError):
        raise FileRefused("damaged") from None


def _check_sizes(parts: list[zipfile.ZipInfo], packed: int) -> None:
    if len(parts) > limits.MAX_PARTS:
        raise FileRefused("bomb")
    if any(part.flag_bits & 1 for part in parts):
        raise FileRefused("encrypted")
    # Parts that overlap each other add up to more than the file.
    if sum(part.compress_size for part in parts) > packed or sum(p.file_size for p in parts) > limits.MAX_UNPACKED:
        raise FileRefused("bomb")
    for part in parts:
        if part.file_size > limits.RATIO_FROM and part.file_size > limits.MAX_RATIO * max(1, part.compress_size):
            raise FileRefused("bomb")


def _package_kind(archive: zipfile.ZipFile, names: set[str]) -> str:
    lower = {name.lower() for name in names}
    if any(name.endswith("vbaproject.bin") or name.startswith(("basic/", "scripts/")) for name in lower):
        raise FileRefused("macros")
    if "xl/workbook.xml" in lower:
        if any(name.startswith("xl/externallinks/") for name in lower):
            raise FileRefused("external-links")
        return "xlsx"
    if "mimetype" in names and "content.xml" in names:
        if b"opendocument.spreadsheet" not in archive.read("mimetype")[:200]:
            raise FileRefused("not-a-table")
        if b"encryption-data" in (archive.read("META-INF/manifest.xml") if "META-INF/manifest.xml" in names else b""):
            raise FileRefused("encrypted")
        return "ods"
    if "xl/workbook.bin" in lower:
        raise FileRefused("macros")
    raise FileRefused("not-a-table")


def _unpack(archive: zipfile.ZipFile, part: zipfile.ZipInfo, room: int) -> int:
    """Unpack one part, look for what doesn't belong into a table, and return its true size."""
    is_xml = part.filename.lower().endswith((".xml", ".rels", ".vml"))
    size, tail = 0, b""
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > room:
                raise FileRefused("bomb")
            if is_xml:
                window = tail + chunk
                if _DOCTYPE.search(window):
                    raise FileRefused("entities")
                if part.filename == "content.xml":
                    _check_repetitions(window)
                tail = chunk[-64:]
    return size


def _check_repetitions(xml: bytes) -> None:
    """ODS says "the same a million times" in a few letters; a sheet has at most 2^20 rows and 2^14 columns."""
    if any(len(count) > 7 or int(count) > 1 << 20 for count in _REPEATED.findall(xml)):
        raise FileRefused("bomb")
