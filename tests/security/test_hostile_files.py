"""Hostile files and names at every door that takes files: refused or made harmless, in time, without a trace (G17).

The gate itself is tested in ``tests/core/test_uploads.py``; here files come in as browsers send them.
"""

from __future__ import annotations

import ast
import gzip
import io
import resource
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict

from jobmatch.accounts.roles import permissions_of
from jobmatch.core.files import NAME_LENGTH, StoredFile, display_name
from jobmatch.core.runtime import Runtime
from jobmatch.people.models.person import ResumeReading
from tests.core import test_uploads as made
from tests.house.town import SYSTEM, Town, address, reader
from tests.people.resume_samples import docx, para

ROOT = Path(__file__).parents[2]
MOST_SECONDS, MOST_MEGABYTES = 10.0, 400
FIELDS = ("file", "files", "paper", "photo", "table")
"""Names under which forms of the house send files; a door is sent the file under each."""


def _deep_docx() -> bytes:
    return docx("<w:sdt><w:sdtContent>" * 60_000 + para("姓名：测试") + "</w:sdtContent></w:sdt>" * 60_000)


def _outside_docx() -> bytes:
    outside = (
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" '
        'Target="file:///etc/passwd" TargetMode="External"/></Relationships>'
    )
    return made.packed({"word/_rels/document.xml.rels": outside})


def _flate_bomb_pdf() -> bytes:
    """Two layers: 1 GB of zeros in a few kilobytes."""
    packer = zlib.compressobj(9)
    once = b"".join(packer.compress(bytes(16 << 20)) for _ in range(64)) + packer.flush()
    twice = zlib.compress(once, 9)
    body = (
        b"%%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>endobj\n"
        b"4 0 obj<</Length %d/Filter[/FlateDecode/FlateDecode]>>stream\n" % len(twice)
    )
    return body + twice + b"\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def _loop_pdf() -> bytes:
    return (
        b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[2 0 R 2 0 R]/Count 999999>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    )


def _many_pages_pdf() -> bytes:
    kids = b" ".join(b"3 0 R" for _ in range(200_000))
    return (
        b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count 200000/Kids["
        + kids
        + b"]>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    )


def _nested_pdf() -> bytes:
    return b"%PDF-1.7\n1 0 obj" + b"[" * 200_000 + b"]" * 200_000 + b"endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def _wide_png() -> bytes:
    """81 million pixels that are really there, in a few kilobytes."""
    target = io.BytesIO()
    Image.new("1", (9000, 9000)).save(target, "PNG", optimize=True)
    return target.getvalue()


def _polyglot_png() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (20, 20)).save(target, "PNG")
    return target.getvalue() + made.packed({})


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
FILES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "zip bomb": ("a.docx", made.bomb),
    "many large parts": ("a.docx", made.nested),
    "lying sizes": ("a.docx", made.lying),
    "100,000 entries": ("a.docx", made.many),
    "hidden entries": ("a.docx", made.hidden_many),
    "encrypted entry": ("a.docx", made.encrypted),
    "overlapping entries": ("a.docx", made.overlapping),
    "link out of the archive": ("a.docx", made.link),
    "climbing name": ("a.docx", lambda: made.packed({"../../etc/x": "x"})),
    "macro": ("a.docx", lambda: made.packed({"word/vbaProject.bin": "x"})),
    "billion laughs": ("a.docx", lambda: made.packed({"word/footer1.xml": made.LAUGHS})),
    "outside picture": ("a.docx", _outside_docx),
    "60,000 levels": ("a.docx", _deep_docx),
    "flate bomb": ("a.pdf", _flate_bomb_pdf),
    "page loop": ("a.pdf", _loop_pdf),
    "200,000 pages": ("a.pdf", _many_pages_pdf),
    "deep arrays": ("a.pdf", _nested_pdf),
    "page first": ("a.pdf", lambda: b"<html><script>alert(1)</script>" + made.pdf()),
    "two kinds at once": ("a.pdf", lambda: made.pdf() + made.packed({}) + b"%%EOF"),
    "script in a document": ("a.pdf", lambda: made.pdf(b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>")),
    "program": ("a.pdf", lambda: b"MZ\x90\x00" + bytes(6000)),
    "2.5 billion pixels": ("a.png", lambda: made.png(50_000, 50_000)),
    "81 million pixels": ("a.png", _wide_png),
    "picture and archive": ("a.png", _polyglot_png),
    "drawing with script": ("a.png", lambda: SVG),
    "packed text": ("a.txt", lambda: gzip.compress(bytes(9_000_000))),
    "brackets without end": ("a.txt", lambda: ("（" * 50_000 + "公司" * 20_000).encode()),
    "scripts in words": ("a.txt", lambda: "姓名：<script>alert(1)</script>\n电话：{{7*7}}".encode() * 20),
}
NAMES = (
    "../../../../etc/passwd.txt",
    "..\\..\\windows\\system32\\a.txt",
    "/etc/cron.d/a.txt",
    "C:\\autoexec.txt",
    "a\x00.exe.txt",
    "a\r\nSet-Cookie: x=1.txt",
    "简历\u202etxt.exe.txt",
    "\u200b\ufeff.txt",
    ".htaccess.txt",
    "-rf.txt",
    "`id`$(id);id|id.txt",
    '"><script>alert(1)</script>.txt',
    "a" * 5000 + ".txt",
    "简" * 300 + ".txt",
    "CON.txt",
    "a.txt.",
    "%2e%2e%2fa.txt",
    "{{7*7}}.txt",
    "=cmd|' /C calc'!A0.txt",
)
RESUME = "姓名：苏明远\n电话：19800001201\n学历：大专\n工作经历\n2018年3月-2020年6月 青禾供应链有限公司 仓管员\n"


def contents(runtime: Runtime) -> set[str]:
    """Files below the data directory that are none of the database's."""
    folder = runtime.settings.data_dir
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file() and "jobmatch.db" not in p.name}


def stored(runtime: Runtime) -> tuple[int, int]:
    with runtime.unit(SYSTEM, writing=False) as uow:
        count = uow.session.scalar(select(func.count()).select_from(StoredFile)) or 0
        return count, uow.session.scalar(select(func.count()).select_from(ResumeReading)) or 0


def send(client: FlaskClient, path: str, name: str, content: bytes, fields: tuple[str, ...] = ("file",)) -> Any:
    files = [(field, (io.BytesIO(content), name)) for field in fields]
    answer = client.post(path, data=MultiDict(files), content_type="multipart/form-data")
    # The test client lays a large body into a file of its own and leaves closing it to the collector.
    answer.request.environ["wsgi.input"].close()
    return answer


def megabytes(who: int) -> float:
    return resource.getrusage(who).ru_maxrss / 1024


@pytest.mark.parametrize("kind", FILES)
def test_a_hostile_file_is_refused_or_harmless_in_time(
    kind: str, app: Any, sqlite_runtime: Runtime, town: Town
) -> None:
    name, make = FILES[kind]
    content, client = make(), reader(app, town, "veteran")
    # The child's memory is bounded by its own limit, which ``tests/core/test_uploads.py`` tries.
    before, rows, memory = contents(sqlite_runtime), stored(sqlite_runtime), megabytes(resource.RUSAGE_SELF)
    started = time.monotonic()
    answer = send(client, "/me/resume/upload", name, content)
    seconds = time.monotonic() - started
    assert answer.status_code in {303, 413, 422}, answer.status_code
    assert seconds < MOST_SECONDS
    assert megabytes(resource.RUSAGE_SELF) - memory < MOST_MEGABYTES
    if answer.status_code != 303:
        assert contents(sqlite_runtime) == before
        assert stored(sqlite_runtime) == rows
    else:
        page = client.get(answer.location).text
        assert "<script>alert" not in page and "49" not in page.partition("原文")[2][:200]


def test_a_hostile_name_is_no_path_and_no_header(app: Any, sqlite_runtime: Runtime, town: Town) -> None:
    client, kept = reader(app, town, "veteran"), 0
    for name in NAMES:
        before = contents(sqlite_runtime)
        answer = send(client, "/me/resume/upload", name, RESUME.encode())
        assert answer.status_code in {303, 422}, name
        assert "Set-Cookie: x" not in str(answer.headers)
        new = contents(sqlite_runtime) - before
        with sqlite_runtime.unit(SYSTEM, writing=False) as uow:
            ids = set(uow.session.scalars(select(StoredFile.public_id)))
        assert {path.rsplit("/", 1)[-1] for path in new} <= ids, f"{name}: a name on the disk is one of ours"
        if answer.status_code != 303:
            continue
        kept += 1
        assert client.post(answer.location, data={}).status_code < 400
        file = f"/me/resume/files/{answer.location.rsplit('/', 1)[1]}"
        got = client.get(file)
        assert got.status_code == 200 and got.data == RESUME.encode()
        sent = got.headers["Content-Disposition"]
        assert sent.startswith("attachment; filename=") and not any(sign in sent for sign in "\r\n\x00<>`$|/\\")
        assert "<script>alert(1)" not in client.get("/me/resume/upload").text
        assert client.post(f"{file}/remove").status_code == 303
    assert kept > 10


@pytest.mark.parametrize("name", NAMES)
def test_the_shown_name_is_short_and_without_signs_that_steer(name: str) -> None:
    shown = display_name(name)
    assert 0 < len(shown) <= NAME_LENGTH
    assert not any(sign in shown for sign in "\x00\r\n/\\\u202e\u200b") and not shown.startswith(".")


def test_a_chinese_name_stays_chinese() -> None:
    assert display_name("我的简历.pdf") == "我的简历.pdf"


SAMPLE = ("zip bomb", "script in a document", "program", "2.5 billion pixels", "billion laughs")


def doors(app: Any) -> Iterator[Any]:
    for rule in app.url_map.iter_rules():
        if app.view_functions[rule.endpoint].access.upload and "POST" in (rule.methods or set()):
            yield rule


def test_every_door_that_takes_files_refuses_them(app: Any, sqlite_runtime: Runtime, town: Town) -> None:
    """Each door, opened by a reader who may, with each file under every name that forms use."""
    clients = {name: reader(app, town, name) for name in ("anonymous", *town.roles)}
    before, rows = contents(sqlite_runtime), stored(sqlite_runtime)
    wrong, asked = [], set()
    for rule in doors(app):
        permission = app.view_functions[rule.endpoint].access.permission
        who = next((n for n, role in town.roles.items() if permission in permissions_of(role)), "anonymous")
        path = address(rule.rule, rule.arguments, town.near)
        for kind in SAMPLE:
            name, make = FILES[kind]
            started = time.monotonic()
            answer = send(clients[who], path, name, make(), FIELDS)
            if answer.status_code >= 500 or answer.status_code < 300 or time.monotonic() - started > MOST_SECONDS:
                wrong.append((rule.rule, kind, answer.status_code))
        asked.add(rule.rule)
    assert wrong == []
    assert len(asked) > 30
    assert contents(sqlite_runtime) == before and stored(sqlite_runtime) == rows


GATES = {"take_upload", "check_upload", "uploaded", "gate", "check_roster_file"}


def test_whoever_reads_a_sent_file_asks_the_gate() -> None:
    """A file that reads ``request.files`` speaks to the gate, by one of its names."""
    without = []
    for package in ("jobmatch", "recruiters", "training"):
        for path in (ROOT / package).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            if "request.files" not in text:
                continue
            names = {
                node.id if isinstance(node, ast.Name) else node.attr
                for node in ast.walk(ast.parse(text))
                if isinstance(node, ast.Name | ast.Attribute)
            }
            if not names & GATES:
                without.append(path.relative_to(ROOT).as_posix())
    assert without == []
