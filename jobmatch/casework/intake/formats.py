"""What the columns of a roster mean, how a file is taken in, and the template that offices fill in."""

from __future__ import annotations

import re
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from jobmatch.core.errors import Invalid
from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.core.sheets import Row, Sheet, read_table, write_workbook
from jobmatch.core.uploads import Kind, check_upload
from jobmatch.people.services.common import clean_person_name
from jobmatch.reference.checks import check_id_number, check_phone
from jobmatch.reference.models import CodeMixin, Rank, ResettlementMethod
from jobmatch.reference.queries import find_region_by_name, names

M = TypeVar("M", bound=CodeMixin)
MOST_BYTES = 8 * 1024 * 1024
MOST_UNPACKED = 80 * 1024 * 1024
MOST_ROWS = 50_000
LEAST_SERVICE_AGE = 17

COLUMNS: dict[str, tuple[str, ...]] = {
    "name": (N_("姓名"),),
    "id_number": (N_("身份证号"), "公民身份号码", "居民身份证号", "身份证号码", "证件号码"),
    "birth_on": (N_("出生日期"), "出生年月日"),
    "method": (N_("安置方式"), "退役方式"),
    "rank": (N_("退役军衔"), "军衔", "退役时军衔"),
    "discharged_on": (N_("退役日期"), "退役时间", "退出现役时间", "批准退役时间"),
    "transferred_on": (N_("移交日期"), "移交时间"),
    "place": (N_("安置地"), "接收地", "安置地点"),
    "phone": (N_("联系电话"), "手机号", "电话", "手机号码"),
}
"""Our field with the head of its column, ours first, then as other offices write it."""

NEEDED = ("name", "id_number", "discharged_on", "place")


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row cannot be stored: number of the row in the file (the head is 1), column, what stands there, reason."""

    row: int
    column: str
    value: str
    reason: str


@dataclass(slots=True)
class RosterRow:
    """One row of a roster: what it says in our words, or what is wrong with it."""

    number: int
    name: str = ""
    id_number: str = ""
    birth_on: date | None = None
    method_code: str | None = None
    rank_code: str | None = None
    discharged_on: date | None = None
    transferred_on: date | None = None
    region_code: str = ""
    phone: str = ""
    faults: list[Fault] = field(default_factory=list)


def check_roster_file(content: bytes, name: str) -> None:
    """Raise ``Invalid`` on ``file`` for what is no table, too large, or would unpack to far more than it is."""
    try:
        check_upload(name, content, (Kind.XLSX, Kind.CSV), most=MOST_BYTES, most_unpacked=MOST_UNPACKED)
    except Invalid as error:
        raise _refused(error.message) from None


def _refused(words: str) -> Invalid:
    return Invalid(fields={"file": words})


@contextmanager
def _on_disk(content: bytes, name: str) -> Iterator[Path]:
    """The content under a path only this process can read, for as long as the block runs."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"roster{Path(name).suffix.lower()}"
        path.write_bytes(content)
        yield path


def read_roster(session: Session, content: bytes, name: str, *, within: str, today: date) -> list[RosterRow]:
    """Every row of a roster file; a row with faults carries them and is not to be stored.

    ``within`` is the code of the region the batch is handed over to: places outside are a fault. Raises ``Invalid``
    on ``file`` for a file that cannot be read, that has too many rows, or that lacks a needed column.
    """
    with _on_disk(content, name) as path:
        try:
            header, rows = read_table(path)
            columns = _columns(header)
            table = list(rows)
        except Invalid as error:
            raise _refused(error.fields.get("file", error.message)) from None
    if len(table) > MOST_ROWS:
        raise _refused(_("这张表超过 %(n)s 行，请分成几份再导入", n=MOST_ROWS))
    reader = _Reader(session, columns, within, today)
    found: list[RosterRow] = []
    first: dict[str, int] = {}
    for number, row in enumerate(table, start=2):
        if not any(row.values()):
            continue
        read = reader.read(number, row)
        if read.id_number:
            known = first.setdefault(read.id_number, number)
            if known != number:
                reader.fault(read, row, "id_number", _("和第 %(n)s 行是同一个身份证号", n=known))
        found.append(read)
    if not found:
        raise _refused(_("表里没有人，请从第二行开始填"))
    return found


def _columns(header: list[str]) -> dict[str, str]:
    """Our field → the column of this file. Raises ``Invalid`` naming what is missing."""
    plain = {re.sub(r"\s+|[（(].*?[)）]|\*", "", head): head for head in header}
    found = {}
    for name, heads in COLUMNS.items():
        head = next((plain[head] for head in heads if head in plain), None)
        if head is not None:
            found[name] = head
    missing = [_(COLUMNS[name][0]) for name in NEEDED if name not in found]
    if missing:
        raise _refused(_("表头里没有这些列：%(columns)s。请用模板核对", columns=_("、").join(missing)))
    return found


class _Reader:
    """Reads the rows of one file; the tables it looks things up in are loaded once."""

    def __init__(self, session: Session, columns: Mapping[str, str], within: str, today: date) -> None:
        self.session, self.columns, self.within, self.today = session, columns, within, today
        self.methods = {row.name_zh: row.code for row in _active(session, ResettlementMethod)}
        self.ranks = _rank_names(session)

    def fault(self, read: RosterRow, row: Row, name: str, reason: str) -> None:
        column = self.columns.get(name, _(COLUMNS[name][0]))
        read.faults.append(Fault(read.number, column, row.get(column, "")[:60], reason))

    def read(self, number: int, row: Row) -> RosterRow:
        read = RosterRow(number)
        read.name = clean_person_name(self._text(row, "name"))
        if not 0 < len(read.name) <= 60:
            self.fault(read, row, "name", _("请填写姓名"))
        self._identity(read, row)
        self._codes(read, row)
        self._days(read, row)
        self._place(read, row)
        if phone := self._text(row, "phone"):
            try:
                read.phone = check_phone(phone, landline=True)
            except ValueError as error:
                self.fault(read, row, "phone", str(error))
        return read

    def _text(self, row: Row, name: str) -> str:
        return unicodedata.normalize("NFKC", row.get(self.columns.get(name, ""), "")).strip()

    def _identity(self, read: RosterRow, row: Row) -> None:
        text = self._text(row, "id_number")
        try:
            facts = check_id_number(text)
        except ValueError as error:
            is_rounded = bool(re.fullmatch(r"\d{15}000|\d(\.\d+)?[eE]\+?17", text))
            words = _("身份证号被表格软件改成了数，请把这一列设成文本再填") if is_rounded else str(error)
            self.fault(read, row, "id_number", words if text else _("请填写身份证号"))
            return
        read.id_number, read.birth_on = facts.number, facts.birth_on
        if self._text(row, "birth_on"):
            told = self._day(read, row, "birth_on")
            if told is not None and told != facts.birth_on:
                self.fault(read, row, "birth_on", _("和身份证号里的出生日期不一样，请核对"))

    def _codes(self, read: RosterRow, row: Row) -> None:
        if method := self._text(row, "method"):
            read.method_code = self.methods.get(method)
            if read.method_code is None:
                known = _("、").join(self.methods)
                self.fault(read, row, "method", _("没有这种安置方式。可以填：%(known)s", known=known))
        rank = self._text(row, "rank")
        if rank and rank != "不清楚":
            read.rank_code = self.ranks.get(rank)
            if read.rank_code is None:
                self.fault(read, row, "rank", _("没有这个军衔，请按退役证上的写，不清楚就空着"))

    def _days(self, read: RosterRow, row: Row) -> None:
        if not self._text(row, "discharged_on"):
            self.fault(read, row, "discharged_on", _("请填写退役日期"))
        read.discharged_on = self._day(read, row, "discharged_on")
        read.transferred_on = self._day(read, row, "transferred_on")
        day, born = read.discharged_on, read.birth_on
        if day and born and (day.year - born.year) < LEAST_SERVICE_AGE:
            self.fault(read, row, "discharged_on", _("退役日期离出生日期太近，请核对"))

    def _day(self, read: RosterRow, row: Row, name: str) -> date | None:
        text = self._text(row, name)
        if not text:
            return None
        try:
            day = parse_day(text)
        except ValueError as error:
            self.fault(read, row, name, str(error))
            return None
        if day > self.today:
            self.fault(read, row, name, _("这个日期还没有到，请核对"))
            return None
        return day

    def _place(self, read: RosterRow, row: Row) -> None:
        text = self._text(row, "place")
        if not text:
            self.fault(read, row, "place", _("请填写安置地，写到县或乡镇"))
            return
        found = find_region_by_name(self.session, text, within=self.within) or find_region_by_name(self.session, text)
        if found is None or len(found.code) < 6:
            self.fault(read, row, "place", _("没有找到这个地方，请写到县或乡镇"))
        elif not found.code.startswith(self.within):
            self.fault(read, row, "place", _("安置地不在这一批接收的范围里"))
        else:
            read.region_code = found.code


def _active(session: Session, model: type[M]) -> Sequence[M]:
    return session.scalars(select(model).where(model.is_active).order_by(model.sort_order)).all()


def _rank_names(session: Session) -> dict[str, str]:
    """Code by every name a rank has or had; where two ranks share one, the present name counts."""
    rows = _active(session, Rank)
    return {row.old_name: row.code for row in reversed(rows) if row.old_name} | {row.name_zh: row.code for row in rows}


def parse_day(text: str) -> date:
    """The day written as ``2026-09-01``, ``2026/9/1``, ``2026.9.1``, ``20260901`` or ``2026年9月1日``, in any width.

    Raises ``ValueError`` with words for whoever wrote it.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    found = re.fullmatch(r"(\d{4})(\d{2})(\d{2})", plain) or re.fullmatch(
        r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]0{1,2}:00(?::00)?)?", plain
    )
    try:
        if found is None:
            raise ValueError
        day = date(*(int(part) for part in found.groups()))
        if day.year < 1930:
            raise ValueError
    except ValueError:
        raise ValueError(_("没有这一天，请写成 2026-09-01 这样")) from None
    return day


def template_workbook(session: Session) -> bytes:
    """The empty roster as an XLSX: the head, and a second sheet that explains each column."""
    methods = _("、").join(names(session, ResettlementMethod).values())
    hints = {
        "name": _("和身份证上一样"),
        "id_number": _("18 位，整列设成文本，最后一位是 X 的大小写都行"),
        "birth_on": _("可不填，填了会和身份证号核对"),
        "method": _("可不填。可以填：%(known)s", known=methods),
        "rank": _("按退役证上的写，不清楚就空着"),
        "discharged_on": _("写成 2026-09-01 这样"),
        "transferred_on": _("可不填，写成 2026-09-01 这样"),
        "place": _("写到县或乡镇，乡镇可以只写名字"),
        "phone": _("可不填，手机号或带区号的座机"),
    }
    heads = [_(COLUMNS[name][0]) for name in COLUMNS]
    lines = [(_(COLUMNS[name][0]), _("要填") if name in NEEDED else _("可不填"), hints[name]) for name in COLUMNS]
    return write_workbook(
        Sheet(_("移交接收名册"), heads, [], widths=(10, 22, 14, 14, 14, 14, 14, 26, 16)),
        Sheet(_("填写说明"), (_("列"), _("是否要填"), _("怎么填")), lines, widths=(14, 12, 60)),
    )


def fault_workbook(faults: Iterable[Fault]) -> bytes:
    """Rows that were not stored, with column, value and reason."""
    lines = [(fault.row, fault.column, fault.value, fault.reason) for fault in faults]
    head = (_("行"), _("列"), _("填的内容"), _("原因"))
    return write_workbook(Sheet(_("没有存入的行"), head, lines, widths=(8, 14, 26, 60)))
