"""Reading the table that a department sent back; touches no database."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from jobmatch.casework.crosscheck.comparing import Answer, Fault, id_head, read_rows
from jobmatch.casework.crosscheck.services.answers import Taken
from jobmatch.casework.crosscheck.states import TOPICS, Topic, Verdict
from jobmatch.core.errors import Invalid
from jobmatch.core.i18n import gettext as _
from jobmatch.core.sheets import read_table

MOST_UNPACKED = 200 * 1024 * 1024
_OLE = b"\xd0\xcf\x11\xe0"


@dataclass(slots=True)
class Read:
    """A table as it was read, and what became of its rows."""

    answers: list[Answer]
    faults: list[Fault]
    empty: int
    taken: Taken = field(default_factory=Taken)


def check_file(path: Path, *, largest: int) -> None:
    """Refuse what is no table, before anything opens it. Raises ``Invalid`` with the words for the person."""
    words = ""
    head = path.read_bytes()[:8] if path.exists() else b""
    if not head:
        words = _("请选回函的表，空文件不行")
    elif path.stat().st_size > largest:
        words = _("这个文件太大，最大 10 MB")
    elif head.startswith(_OLE):
        words = _("这个文件有密码，或者是旧的 xls 格式。请去掉密码，另存为 xlsx 再上传")
    elif path.suffix not in {".xlsx", ".csv"}:
        words = _("请上传 xlsx 或 csv 文件；压缩包请先解开")
    elif path.suffix == ".xlsx":
        words = _wrong_workbook(path)
    elif b"\x00" in path.read_bytes()[:4096] and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        words = _("这个文件不是 csv，请另存为 csv 或 xlsx 再上传")
    if words:
        raise Invalid(fields={"table": words})


def _wrong_workbook(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as book:
            unpacked = sum(part.file_size for part in book.infolist())
            is_sheet = "[Content_Types].xml" in book.namelist()
    except (zipfile.BadZipFile, OSError, ValueError):
        return _("这个文件不是 xlsx，请另存为 xlsx 再上传")
    if not is_sheet:
        return _("这个文件不是 xlsx，请另存为 xlsx 再上传")
    return _("这个文件展开以后太大，请只留名单那一张表") if unpacked > MOST_UNPACKED else ""


def read_answer(topic: Topic, path: Path, today: date) -> Read:
    """The rows of the table. Raises ``Invalid`` where a column that is needed is missing."""
    try:
        header, rows = read_table(path)
        column = id_head(header)
        if not column or TOPICS[topic].found not in header:
            missing = TOPICS[topic].found if column else "身份证号"
            raise Invalid(_("表里没有“%(column)s”这一列，请用发出去的那张表", column=missing))
        answers, faults, empty = read_rows(topic, column, rows, today)
    except Invalid as error:
        raise Invalid(fields={"table": error.message}) from None
    return Read(answers, faults, empty)


def summary(read: Read) -> str:
    """What became of the rows, in one sentence."""
    taken = read.taken
    told = [_("%(verdict)s %(n)s 条", verdict=verdict.label, n=taken.verdicts[verdict]) for verdict in Verdict]
    if taken.decided:
        told.append(_("以前已确认 %(n)s 条", n=taken.decided))
    if taken.strangers:
        told.append(_("不在名单里 %(n)s 条，没有存", n=len(taken.strangers)))
    if read.empty:
        told.append(_("没填 %(n)s 条", n=read.empty))
    if read.faults:
        told.append(_("看不懂 %(n)s 行", n=len(read.faults)))
    return _("，").join(told)
