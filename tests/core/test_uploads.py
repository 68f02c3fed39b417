"""What may come in, and what a parser in a child process can do to us."""

from __future__ import annotations

import gzip
import io
import stat
import struct
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable

import pytest
from PIL import Image

from jobmatch.core.child import run_limited, run_program
from jobmatch.core.errors import Invalid
from jobmatch.core.pictures import MOST_SIDE
from jobmatch.core.sheets import Sheet, write_workbook
from jobmatch.core.uploads import MOST_PIXELS, Kind, check_upload, take_upload

ALL = tuple(Kind)
TYPES = '<?xml version="1.0"?><Types/>'
BODY = "<?xml version='1.0'?><w:document/>"


def packed(parts: dict[str, bytes | str], *, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as archive:
        for name, content in {"[Content_Types].xml": TYPES, "word/document.xml": BODY, **parts}.items():
            archive.writestr(name, content)
    return target.getvalue()


def pdf(body: bytes = b"", *, trailer: bytes = b"") -> bytes:
    return b"%PDF-1.7\n1 0 obj << /Type /Catalog " + body + b" >> endobj\ntrailer << " + trailer + b" >>\n%%EOF\n"


def png(width: int, height: int) -> bytes:
    head = struct.pack(">LLBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">L", 13) + b"IHDR" + head + struct.pack(">L", zlib.crc32(b"IHDR" + head))


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("简历.docx", packed({}), Kind.DOCX),
        ("名册.XLSX", packed({"xl/workbook.xml": "<workbook/>"}), Kind.XLSX),
        ("简历.pdf", pdf(), Kind.PDF),
        ("办公软件.pdf", pdf(b"/OpenAction[1 0 R /XYZ null null 0]"), Kind.PDF),
        ("排版.pdf", pdf(b"/OpenAction 5 0 R", trailer=b"5 0 obj << /S /GoTo /D [1 0 R /Fit] >> endobj"), Kind.PDF),
        ("简历.txt", "姓名：测试".encode("gb18030"), Kind.TXT),
        ("简历.txt", "姓名：测试".encode("utf-16"), Kind.TXT),
        ("名册.csv", "姓名,电话\n".encode(), Kind.CSV),
        ("照片.png", png(800, 600), Kind.PNG),
        ("照片.jpeg", b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x0b\x08\x02\x00\x03\x00\x01\x01\x11\x00", Kind.JPEG),
        ("旧简历.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), Kind.DOC),
    ],
)
def test_what_is_what_it_says_comes_in(name: str, content: bytes, kind: Kind) -> None:
    assert check_upload(name, content, ALL) is kind


def bomb() -> bytes:
    return packed({"word/media/a.xml": b"0" * 30_000_000})


def nested() -> bytes:
    return packed({f"word/{n}.bin": bytes(9_000_000) for n in range(7)})


def lying() -> bytes:
    """The directory states 10 bytes where a million come out."""
    content = bytearray(packed({"word/media/a.bin": bytes(range(250)) * 4000}))
    at = content.rindex(b"PK\x01\x02")
    content[at + 24 : at + 28] = struct.pack("<L", 10)
    return bytes(content)


def many() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for number in range(100_000):
            archive.writestr(f"a{number}", b"")
    return target.getvalue()


def hidden_many() -> bytes:
    """The end record states three entries; the directory holds more than its size allows."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for number in range(20_000):
            archive.writestr(f"a{number}", b"")
    content = bytearray(target.getvalue())
    content[-14:-10] = struct.pack("<HH", 3, 3)
    return bytes(content)


def encrypted() -> bytes:
    content = bytearray(packed({}))
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def overlapping() -> bytes:
    content = bytearray(packed({"word/a.bin": b"abcdef", "word/b.bin": b"abcdef"}))
    last = content.rindex(b"PK\x01\x02")
    before = content.rindex(b"PK\x01\x02", 0, last)
    content[last + 42 : last + 46] = content[before + 42 : before + 46]
    return bytes(content)


def link() -> bytes:
    target = io.BytesIO(packed({}))
    with zipfile.ZipFile(target, "a") as archive:
        entry = zipfile.ZipInfo("word/link")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(entry, "/etc/passwd")
    return target.getvalue()


LAUGHS = "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'ha'><!ENTITY c '&b;&b;'>]><a>&c;</a>"


@pytest.mark.parametrize(
    ("name", "make", "words"),
    [
        ("a.docx", bomb, "展开后太大"),
        ("a.docx", nested, "展开后太大"),
        ("a.docx", lying, "坏了"),
        ("a.docx", many, "太多了"),
        ("a.docx", hidden_many, "太多了"),
        ("a.docx", encrypted, "密码"),
        ("a.docx", overlapping, "坏了"),
        ("a.docx", link, "完整"),
        ("a.docx", lambda: packed({"../../etc/x": "x"}), "完整"),
        ("a.docx", lambda: packed({"word/vbaProject.bin": "x"}), "宏"),
        ("a.docx", lambda: packed({"word/footer1.xml": LAUGHS}), "定义"),
        ("a.docx", lambda: packed({"word/footer1.xml": LAUGHS.encode("utf-16")}), "定义"),
        ("a.xlsx", lambda: packed({}), "完整"),
        ("a.docx", lambda: packed({})[:-30], "坏了"),
        ("a.docx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "密码"),
        ("a.pdf", lambda: b"MZ\x90\x00" + bytes(600), "扩展名"),
        ("a.txt", lambda: b"MZ\x90" + b"x" * 600, "纯文本"),
        ("a.exe", lambda: b"MZ\x90\x00", "收不了"),
        ("简历", lambda: b"abc", "收不了"),
        ("a.pdf", lambda: b"<html>" + pdf(), "扩展名"),
        ("a.pdf", lambda: pdf()[:-6], "不完整"),
        ("a.pdf", lambda: pdf() + packed({}) + b"%%EOF", "压缩包"),
        ("a.pdf", lambda: pdf(b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>"), "脚本"),
        ("a.pdf", lambda: pdf(b"/A << /S /J#61vaScript >>"), "脚本"),
        ("a.pdf", lambda: pdf(b"/OpenAction 9 0 R"), "脚本"),
        ("a.pdf", lambda: pdf(b"/Names << /EmbeddedFiles 3 0 R >>"), "附件"),
        (
            "a.pdf",
            lambda: pdf(b"/Type /ObjStm >> stream\n" + zlib.compress(b"<< /S /Launch /F (x) >>") + b"endstream"),
            "脚本",
        ),
        ("a.pdf", lambda: pdf(trailer=b"/Encrypt 4 0 R"), "密码"),
        ("a.png", lambda: png(50_000, 50_000), "像素"),
        ("a.png", lambda: b"\x89PNG\r\n\x1a\n" + bytes(10), "坏了"),
        ("a.doc", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "_VBA_PROJECT".encode("utf-16-le"), "宏"),
        ("a.txt", lambda: b" \n", "空"),
        ("a.txt", lambda: b"x" * (50 * 1024 * 1024), "10 MB"),
    ],
)
def test_what_is_dangerous_is_refused_at_once_with_words(name: str, make: Callable[[], bytes], words: str) -> None:
    content = make()
    begun = time.perf_counter()
    with pytest.raises(Invalid) as caught:
        check_upload(name, content, ALL)
    assert words in caught.value.message
    assert time.perf_counter() - begun < 2


def sheet(cell: bytes, part: str = "xl/worksheets/sheet1.xml") -> bytes:
    return packed({"xl/workbook.xml": "<workbook/>", part: b'<worksheet><sheetData><c r="' + cell + b'"/></sheetData>'})


@pytest.mark.parametrize("cell", [b"XFD1", b"xfd1", b"dA1", b"A1048576", b"a000200000", b" ZZ9"])
@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/elsewhere.xml", "xl/data.bin"])
def test_a_cell_that_is_far_away_is_refused_wherever_the_sheet_lies(cell: bytes, part: str) -> None:
    with pytest.raises(Invalid, match="离得很远"):
        check_upload("a.xlsx", sheet(cell, part), ALL)
    assert check_upload("a.xlsx", sheet(b"CZ109999", part), ALL) is Kind.XLSX
    assert check_upload("a.xlsx", write_workbook(Sheet("名册", ["姓名"], [["甲"]])), ALL) is Kind.XLSX


@pytest.mark.parametrize(
    "content", [gzip.compress(b"a", mtime=0), b"\x1f\x8b\x08\x01 no zeros", b"PK a workbook behind"]
)
def test_a_table_of_text_is_not_packed(content: bytes) -> None:
    with pytest.raises(Invalid, match="只收 xlsx 和 csv"):
        check_upload("a.csv", content, ALL)


def test_a_kind_that_is_not_asked_for_is_refused() -> None:
    with pytest.raises(Invalid, match="pdf"):
        check_upload("a.docx", packed({}), (Kind.PDF,))


def photo(kind: str, size: tuple[int, int], mode: str = "RGB", turned: int = 1) -> bytes:
    """A picture as a camera writes it: with its maker, the place on the map, and which way it was held."""
    notes = Image.Exif()
    notes[0x010F], notes[0x0112] = "KANARI-CAMERA", turned
    notes.get_ifd(0x8825)[1] = "N"
    target = io.BytesIO()
    Image.new(mode, size, "white").save(target, kind, exif=notes)
    return target.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "size"),
    [
        ("证件.jpg", photo("JPEG", (900, 600)), (900, 600)),
        ("横着拍的.JPEG", photo("JPEG", (900, 600), turned=6), (600, 900)),
        ("截.屏.png", photo("PNG", (300, 200), "RGBA"), (300, 200)),
        ("很大.png", photo("PNG", (5000, 4990), "L"), (MOST_SIDE, MOST_SIDE * 4990 // 5000)),
    ],
)
def test_a_picture_is_drawn_anew_without_what_the_camera_wrote(
    name: str, content: bytes, size: tuple[int, int]
) -> None:
    assert b"KANARI-CAMERA" in content
    taken = take_upload(name, content, ALL)
    assert (taken.name, taken.kind) == (name.rpartition(".")[0] + ".jpg", Kind.JPEG)
    drawn = Image.open(io.BytesIO(taken.content))
    assert (drawn.size, drawn.format) == (size, "JPEG")
    assert dict(drawn.getexif()) == {} and b"KANARI-CAMERA" not in taken.content


def test_what_only_begins_as_a_picture_is_not_stored_and_a_pdf_stays_as_it_is() -> None:
    for content in (png(800, 600), photo("JPEG", (90, 60))[:400], png(MOST_PIXELS, 2)):
        with pytest.raises(Invalid):
            take_upload("a.png" if content[:1] == b"\x89" else "a.jpg", content, ALL)
    assert take_upload("a.pdf", pdf(), ALL).content == pdf()


# What follows runs in the child.


def echo(content: bytes) -> dict[str, int]:
    return {"size": len(content)}


def refuse(_content: bytes) -> None:
    raise Invalid("换一个文件")


def crash(_content: bytes) -> None:
    raise RuntimeError


def eat(_content: bytes) -> int:
    return len(bytearray(2_000_000_000))


def hang(_content: bytes) -> None:
    while True:
        pass


def write(_content: bytes) -> None:
    with tempfile.TemporaryFile() as target:
        target.write(b"x" * 10)


def test_a_parser_answers_refuses_or_dies_alone() -> None:
    here = "tests.core.test_uploads"
    assert run_limited(f"{here}:echo", b"abc") == {"size": 3}
    with pytest.raises(Invalid, match="换一个文件"):
        run_limited(f"{here}:refuse", b"")
    for name in ("crash", "eat", "write", "nobody"):
        with pytest.raises(Invalid, match="读不了"):
            run_limited(f"{here}:{name}", b"")
    with pytest.raises(Invalid, match="读不了"):
        run_limited(f"{here}:hang", b"", seconds=1)


def test_an_installed_program_runs_within_the_limits_too() -> None:
    assert run_program(["cat"], b"abc") == b"abc"
    assert run_program(["no-such-program-here"], b"abc") is None
