"""What may come in as a table of people: looked at before anything opens it."""

from __future__ import annotations

import io
import re
import zipfile

from jobmatch.core.errors import Invalid
from jobmatch.core.i18n import gettext as _

MOST_BYTES = 12 * 1024 * 1024
MOST_ENTRIES = 2000
MOST_UNPACKED = 80 * 1024 * 1024
MOST_RATIO = 200
_FAR_CELL = re.compile(rb"\br\s*=\s*[\"'](?:[A-Z]{3,}|[D-Z][A-Z]|[A-Z]{0,2}(?:[1-9]\d{6,}|[2-9]\d{5}|1[1-9]\d{4}))")
"""A cell beyond column CZ or row 110,000: the reader makes room for every cell before it."""


def gate(content: bytes) -> str:
    """``xlsx`` or ``csv``, by what the bytes are and not by the name.

    Raises ``Invalid`` for what is too big, packed too tightly, locked, no table, or a program under another name.
    """
    if not content:
        raise Invalid(_("这个文件是空的"))
    if len(content) > MOST_BYTES:
        raise Invalid(_("文件超过 %(n)s MB，请分成几个", n=MOST_BYTES // 1024 // 1024))
    if content[:2] == b"PK":
        _check_workbook(content)
        return "xlsx"
    is_utf16 = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    if b"\x00" in content and not is_utf16:
        raise Invalid(_("只收 xlsx 和 csv。xls 请先另存为 xlsx"))
    return "csv"


def _check_workbook(content: bytes) -> None:
    refused = Invalid(_("这个 xlsx 打不开。请用表格软件另存一份再传，不要加密码和宏"))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            entries = packed.infolist()
            names = {entry.filename for entry in entries}
            unpacked = sum(entry.file_size for entry in entries)
            if (
                len(entries) > MOST_ENTRIES
                or len(names) < len(entries)
                or "xl/workbook.xml" not in names
                or any(entry.flag_bits & 1 or ".." in entry.filename for entry in entries)
                or any(name.endswith("vbaProject.bin") for name in names)
                or unpacked > MOST_UNPACKED
                or unpacked > MOST_RATIO * len(content)
            ):
                raise refused
            for entry in entries:
                _check_part(packed, entry, refused)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError, RuntimeError):
        raise refused from None


def _check_part(packed: zipfile.ZipFile, entry: zipfile.ZipInfo, refused: Invalid) -> None:
    """One part of the workbook: no longer than it says, no document type, no cell that is far away."""
    with packed.open(entry) as part:
        text = part.read(entry.file_size + 1)
    if len(text) > entry.file_size or b"<!DOCTYPE" in text[:4096]:
        raise refused
    if entry.filename.startswith("xl/worksheets/") and _FAR_CELL.search(text):
        raise Invalid(_("表里有离得很远的格子。请删掉多余的行和列，再传一次"))
