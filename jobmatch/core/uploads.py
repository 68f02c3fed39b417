"""The gate of everything that people hand in: what a file is, decided by its content, before any parser sees it.

A file passes when its extension is allowed, its first bytes are those of the kind, and nothing in it is dangerous to
open: zip bombs, overlapping or encrypted entries, document type definitions, macros, scripts in a PDF, files that are
two kinds at once. Refusals are ``Invalid`` with words that say what to do.

What is going to be stored comes in through ``take_upload``, which draws pictures anew.
"""

from __future__ import annotations

import base64
import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

from jobmatch.core.child import run_limited
from jobmatch.core.errors import Invalid
from jobmatch.core.i18n import gettext as _

MOST_BYTES = 10 * 1024 * 1024
MOST_ENTRIES = 2000
MOST_UNPACKED = 50 * 1024 * 1024
MOST_RATIO = 200
MOST_PIXELS = 25_000_000
_SMALL = 64 * 1024
"""An entry below this size may be packed as tightly as it likes: empty tables of a word processor are."""


class Kind(StrEnum):
    """What may come in; the value is the extension."""

    PDF = "pdf"
    DOCX = "docx"
    DOC = "doc"
    TXT = "txt"
    JPEG = "jpg"
    PNG = "png"
    XLSX = "xlsx"
    CSV = "csv"

    @property
    def mimetype(self) -> str:
        """The media type under which a stored file is kept."""
        return _MIMETYPES[self]


_OOXML = "application/vnd.openxmlformats-officedocument"
_MIMETYPES = {
    Kind.PDF: "application/pdf",
    Kind.DOCX: f"{_OOXML}.wordprocessingml.document",
    Kind.DOC: "application/msword",
    Kind.TXT: "text/plain",
    Kind.JPEG: "image/jpeg",
    Kind.PNG: "image/png",
    Kind.XLSX: f"{_OOXML}.spreadsheetml.sheet",
    Kind.CSV: "text/csv",
}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAGIC = {
    Kind.PDF: b"%PDF-",
    Kind.DOCX: b"PK\x03\x04",
    Kind.XLSX: b"PK\x03\x04",
    Kind.DOC: _OLE,
    Kind.JPEG: b"\xff\xd8\xff",
    Kind.PNG: b"\x89PNG\r\n\x1a\n",
}
_MAIN_PART = {Kind.DOCX: "word/document.xml", Kind.XLSX: "xl/workbook.xml"}
_PACKED = (b"PK\x03\x04", b"\x1f\x8b")
_NO_TEXT = (*_PACKED, b"MZ", b"\x7fELF", b"%PDF-", b"{\\rtf", _OLE, b"\x89PNG", b"\xff\xd8\xff", b"#!")


_FAR_CELL = re.compile(
    rb"\br\s*=\s*[\"']\s*"
    rb"(?:[A-Za-z]{3,}\d|[D-Zd-z][A-Za-z]\d|[A-Za-z]{0,2}0*(?:[1-9]\d{6,}|[2-9]\d{5}|1[1-9]\d{4}))"
)
"""A cell beyond column CZ or row 110,000: readers of tables make room for every cell before it."""


def check_upload(
    name: str,
    content: bytes,
    allowed: Collection[Kind],
    *,
    most: int = MOST_BYTES,
    most_unpacked: int = MOST_UNPACKED,
) -> Kind:
    """What ``content`` is, once it may go on to a parser. Raises ``Invalid`` with words that say what to do."""
    listed = "、".join(sorted(allowed))
    if len(content) > most:
        raise Invalid(_("文件太大了，请压缩到 %(n)s MB 以内", n=most // (1024 * 1024)))
    suffix = name.rpartition(".")[2].lower() if "." in name else ""
    suffix = {"jpeg": "jpg"}.get(suffix, suffix)
    if suffix not in {kind.value for kind in allowed}:
        raise Invalid(_("这种文件收不了。请选这几种：%(kinds)s", kinds=listed))
    kind = Kind(suffix)
    if not content.strip():
        raise Invalid(_("这个文件是空的，请重新选一个"))
    magic = _MAGIC.get(kind, b"")
    if kind in _MAIN_PART and content.startswith(_OLE):
        raise Invalid(_("这个文件设了密码，或者是旧格式。请去掉密码，另存为 %(kind)s", kind=kind.value))
    if not content.startswith(magic):
        raise Invalid(_("文件的内容和扩展名对不上。请打开它，另存为 %(kinds)s 中的一种", kinds=listed))
    if kind in _MAIN_PART:
        _check_zip(content, kind, most_unpacked)
    else:
        _CHECKS[kind](content, kind)
    return kind


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it may be stored."""

    name: str
    kind: Kind
    content: bytes


def take_upload(name: str, content: bytes, allowed: Collection[Kind]) -> Upload:
    """What may be stored of a file that passes the gate; a picture is drawn anew and becomes a JPEG.

    Starts a child process for a picture, so no unit is open meanwhile. Raises ``Invalid`` as ``check_upload`` does.
    """
    kind = check_upload(name, content, allowed)
    if kind not in {Kind.JPEG, Kind.PNG}:
        return Upload(name, kind, content)
    drawn = base64.b64decode(run_limited("jobmatch.core.pictures:redraw", content))
    return Upload(f"{name.rpartition('.')[0]}.{Kind.JPEG.value}", Kind.JPEG, drawn)


def _check_zip(content: bytes, kind: Kind, most_unpacked: int) -> None:
    damaged = Invalid(_("这个文件坏了，打不开。请重新保存一份"))
    end = content.rfind(b"PK\x05\x06", max(0, len(content) - 65_557))
    if end < 0 or len(content) < end + 22:
        raise damaged
    _disk, _start, _here, count, size, offset, _comment = struct.unpack("<4H2LH", content[end + 4 : end + 22])
    if count > MOST_ENTRIES or size > MOST_ENTRIES * 150:
        raise Invalid(_("这个文件里的东西太多了。请只保留正文，另存一份"))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_ENTRIES or offset + size != end:
                raise damaged
            if sum(entry.file_size for entry in entries) > most_unpacked:
                if kind is Kind.XLSX:
                    raise Invalid(_("这个文件展开以后太大，请只保留名册那一张表"))
                raise Invalid(_("这个文件展开后太大了。请只保留正文和照片，另存一份"))
            _check_entries(content, entries, offset, kind)
    except (zipfile.BadZipFile, struct.error, zlib.error, NotImplementedError, UnicodeError, ValueError):
        raise damaged from None


def _check_entries(content: bytes, entries: list[zipfile.ZipInfo], directory: int, kind: Kind) -> None:
    names = [entry.filename for entry in entries]
    if any(entry.flag_bits & 1 for entry in entries):
        raise Invalid(_("这个文件设了密码。请去掉密码再上传"))
    strange = any(
        ".." in name.split("/") or name.startswith("/") or "\\" in name or ":" in name or "\0" in name for name in names
    )
    linked = any(stat.S_ISLNK(entry.external_attr >> 16) for entry in entries)
    if strange or linked or len({name.lower() for name in names}) < len(names) or _MAIN_PART[kind] not in names:
        raise Invalid(_("这个文件不是完整的 %(kind)s。请打开它，重新保存一份", kind=kind.value))
    if any(name.lower().endswith(("vbaproject.bin", "vbadata.xml")) for name in names):
        raise Invalid(_("这个文件带有宏。请另存为不带宏的 %(kind)s", kind=kind.value))
    if any(entry.file_size > max(_SMALL, MOST_RATIO * entry.compress_size) for entry in entries):
        raise Invalid(_("这个文件展开后太大了。请只保留正文和照片，另存一份"))
    reached = 0
    for entry in sorted(entries, key=lambda one: one.header_offset):
        if entry.header_offset < reached:
            raise ValueError("entries overlap")
        reached = _check_entry(content, entry, kind)
    if reached > directory:
        raise ValueError("entries reach into the directory")


def _check_entry(content: bytes, entry: zipfile.ZipInfo, kind: Kind) -> int:
    """Where the entry ends. Its real size is measured, because the stated one may lie."""
    head = entry.header_offset
    if content[head : head + 4] != b"PK\x03\x04":
        raise ValueError("no local header")
    start = head + 30 + sum(struct.unpack("<HH", content[head + 26 : head + 30]))
    packed = content[start : start + entry.compress_size]
    if entry.compress_type == zipfile.ZIP_STORED:
        data = packed
    elif entry.compress_type == zipfile.ZIP_DEFLATED:
        data = zlib.decompressobj(-15).decompress(packed, entry.file_size + 1)
    else:
        raise ValueError("unusual compression")
    if len(data) != entry.file_size or len(packed) != entry.compress_size:
        raise ValueError("stated size is not the real one")
    if entry.filename.lower().endswith((".xml", ".rels", ".vml")):
        plain = data.replace(b"\0", b"")
        if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
            raise Invalid(_("这个文件里有不该有的定义。请打开它，重新保存一份"))
        if entry.filename == "[Content_Types].xml" and b"macroEnabled" in plain:
            raise Invalid(_("这个文件带有宏。请另存为不带宏的 %(kind)s", kind=kind.value))
    # Which part is the sheet is said elsewhere in the file, so every part is looked at.
    if kind is Kind.XLSX and _FAR_CELL.search(data.replace(b"\0", b"")):
        raise Invalid(_("表里有离得很远的格子。请删掉多余的行和列，再传一次"))
    return start + entry.compress_size


_STREAM = re.compile(rb"\bstream\r?\n.*?endstream", re.DOTALL)
_OBJECTS = re.compile(rb"/ObjStm\b[^\0]{0,400}?\bstream\r?\n(.*?)endstream", re.DOTALL)
_ACTIVE = re.compile(rb"/(?:JS|JavaScript|Launch|EmbeddedFiles?|RichMedia|SubmitForm|ImportData)(?![A-Za-z0-9])")
_OPEN_ACTION = re.compile(rb"/OpenAction\s*(\[|<<|(\d{1,9})\s+\d{1,5}\s+R)?")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")


def _check_pdf(content: bytes, _kind: Kind) -> None:
    if b"%%EOF" not in content[-1024:]:
        raise Invalid(_("这个 PDF 不完整。请重新导出一份"))
    if zipfile.is_zipfile(io.BytesIO(content)):
        raise Invalid(_("这个文件同时是压缩包。请重新导出一份 PDF"))
    words = _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), _pdf_words(content))
    if re.search(rb"/Encrypt(?![A-Za-z0-9])", words):
        raise Invalid(_("这个 PDF 设了密码。请去掉密码再上传"))
    if _ACTIVE.search(words) or any(not _is_place(words, found) for found in _OPEN_ACTION.finditer(words)):
        raise Invalid(_("这个 PDF 里有脚本或附件。请重新打印成 PDF 再上传"))


def _is_place(words: bytes, action: re.Match[bytes]) -> bool:
    """Whether what happens at opening is only which page is shown, which every word processor writes."""
    if action[1] == b"[":
        return True
    start = action.start(1)
    if action[2]:
        found = re.search(rb"(?<!\d)" + action[2] + rb"\s+\d+\s+obj\s*", words)
        if found is None:
            return False
        start = found.end()
    body = words[start : start + 300]
    return body.startswith(b"[") or re.match(rb"<<[^>]{0,200}/S\s*/GoTo(?![A-Za-z])", body) is not None


def _pdf_words(content: bytes) -> bytes:
    """The PDF without its streams, and what its packed object streams hold (their size is bounded)."""
    parts, left = [_STREAM.sub(b" stream ", content)], MOST_UNPACKED
    for found in _OBJECTS.finditer(content):
        try:
            text = zlib.decompressobj().decompress(found[1], min(left, 4 * 1024 * 1024))
        except zlib.error:
            continue
        left -= len(text)
        parts.append(text)
        if left <= 0:
            raise Invalid(_("这个 PDF 太大了。请重新导出一份"))
    return b"\n".join(parts)


def _check_doc(content: bytes, _kind: Kind) -> None:
    if "_VBA_PROJECT".encode("utf-16-le") in content:
        raise Invalid(_("这个文件带有宏。请另存为不带宏的 %(kind)s", kind=Kind.DOCX.value))
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise Invalid(_("这个文件设了密码。请去掉密码再上传"))


def _check_text(content: bytes, kind: Kind) -> None:
    is_wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    # The reader of tables opens whatever begins with these two signs as a workbook.
    is_workbook = kind is Kind.CSV and content.startswith(b"PK")
    if content.startswith(_NO_TEXT) or is_workbook or (b"\0" in content and not is_wide):
        if kind is Kind.CSV:
            raise Invalid(_("只收 xlsx 和 csv。xls 请先另存为 xlsx"))
        raise Invalid(_("这个文件不是纯文本。请打开它，另存为 txt 再上传"))


def _check_image(content: bytes, kind: Kind) -> None:
    if zipfile.is_zipfile(io.BytesIO(content)):
        raise Invalid(_("这个文件同时是压缩包。请重新拍一张"))
    sizes = _png_size(content) if kind is Kind.PNG else next(_jpeg_sizes(content), None)
    if sizes is None or not all(sizes):
        raise Invalid(_("这张图片坏了，打不开。请重新拍一张"))
    if sizes[0] * sizes[1] > MOST_PIXELS:
        raise Invalid(_("这张图片太大了。请缩小到 2500 万像素以内"))


def _png_size(content: bytes) -> tuple[int, int] | None:
    if content[12:16] != b"IHDR" or len(content) < 24:
        return None
    width, height = struct.unpack(">LL", content[16:24])
    return width, height


def _jpeg_sizes(content: bytes) -> Iterator[tuple[int, int]]:
    """Width and height of each frame header before the first scan."""
    at = 2
    while at + 9 < len(content) and content[at] == 0xFF:
        mark = content[at + 1]
        if mark == 0xDA:
            return
        if mark == 0xFF:
            at += 1
            continue
        if 0xC0 <= mark <= 0xCF and mark not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            yield width, height
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")


_CHECKS = {
    Kind.PDF: _check_pdf,
    Kind.DOC: _check_doc,
    Kind.TXT: _check_text,
    Kind.CSV: _check_text,
    Kind.JPEG: _check_image,
    Kind.PNG: _check_image,
}
