"""Lists that go to another department: who is on them, under which letter, and the sealed file."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, insert, literal, select

from jobmatch.casework.crosscheck.models import CrossCheck, CrossCheckLine
from jobmatch.casework.crosscheck.policies import can_run_crosscheck, can_start_crosscheck
from jobmatch.casework.crosscheck.queries import lines_of, people_for
from jobmatch.casework.crosscheck.sealing import new_password, sealed_zip
from jobmatch.casework.crosscheck.states import TOPICS, LineState, Population, Topic
from jobmatch.core.clock import SHANGHAI
from jobmatch.core.errors import Invalid, require
from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.core.sheets import Sheet, write_workbook
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.services.common import EARLIEST, Findings, clean_line

TYPED = N_("明文导出")
"""What a clerk types to get the list without a password."""
_FIRST_HEADS = ("序号", "姓名", "身份证号")


def start_crosscheck(
    uow: UnitOfWork,
    *,
    topic: Topic,
    population: Population,
    purpose: str,
    department: str = "",
    letter_number: str,
    letter_on: date | None,
) -> CrossCheck:
    """Write down what is asked of which department under which letter, and who is on the list: two statements.

    People without an identity number cannot be asked about and are not on it. Raises ``Invalid`` with every finding.
    """
    require(can_start_crosscheck(uow.actor, topic))
    found = Findings()
    found.check(bool(clean_line(purpose)), "purpose", _("请写明用途，对方和本人都看得到"))
    found.check(bool(clean_line(letter_number)), "letter_number", _("请填写发函文号"))
    right_day = letter_on is not None and EARLIEST <= letter_on <= uow.today
    found.check(right_day, "letter_on", _("请填写发函日期，不能晚于今天"))
    crosscheck = CrossCheck(
        topic=topic,
        population=population,
        purpose=clean_line(purpose)[:200],
        department=clean_line(department)[:80] or TOPICS[topic].department,
        letter_number=clean_line(letter_number)[:60],
        letter_on=found.need(letter_on),
        region_path=uow.actor.region_path,
        created_at=uow.now,
        created_by_id=uow.actor.user_id,
    )
    crosscheck.password = new_password()
    uow.session.add(crosscheck)
    uow.session.flush()
    people = people_for(uow.actor, population, uow.today).add_columns(
        literal(crosscheck.id), literal(LineState.SENT.value), literal(""), literal("")
    )
    columns = ["person_id", "cross_check_id", "state", "name", "note"]
    uow.session.execute(insert(CrossCheckLine).from_select(columns, people, include_defaults=False))
    # Not every driver tells how many rows such a statement made.
    mine = select(func.count(CrossCheckLine.id)).where(CrossCheckLine.cross_check_id == crosscheck.id)
    added = uow.session.scalar(mine) or 0
    if not added:
        raise Invalid(fields={"population": _("这些人里没有登记过身份证号的，名单是空的")})
    uow.audit("crosscheck.start", crosscheck, topic=topic.value, people=added)
    return crosscheck


def record_export(uow: UnitOfWork, crosscheck: CrossCheck, *, reason: str = "", typed: str | None = None) -> None:
    """Leave the trace of a download before it goes out; a plain one needs a reason and the typed words.

    Raises ``Invalid``. ``typed`` None is the sealed file.
    """
    require(can_run_crosscheck(uow.actor, crosscheck))
    if typed is None:
        uow.audit("crosscheck.export", crosscheck)
        return
    found = Findings()
    found.check(len(clean_line(reason)) >= 4, "reason", _("请写明为什么不能用加密文件"))
    found.check(clean_line(typed) in {TYPED, _(TYPED)}, "typed", _("请照着输入：%(words)s", words=_(TYPED)))
    found.stop()
    uow.audit("crosscheck.export_plain", crosscheck, reason=clean_line(reason)[:200])


def rows_of(uow: UnitOfWork, crosscheck: CrossCheck) -> list[tuple[str, str]]:
    """Name and identity number of everybody on the list, in its order."""
    require(can_run_crosscheck(uow.actor, crosscheck))
    found = uow.rows(lines_of(uow.actor, crosscheck))
    return [(person.name, person.id_number or "") for _line, person, _spell in found]


def workbook(crosscheck: CrossCheck, rows: list[tuple[str, str]]) -> bytes:
    """The list with the empty columns that the department fills."""
    note = _(
        "%(purpose)s。发函文号：%(number)s。请在每人后面填写，“%(found)s”填是或否，填好后把整张表发回。",
        purpose=crosscheck.purpose.rstrip("。"),
        number=crosscheck.letter_number,
        found=TOPICS[crosscheck.topic].found,
    )
    heads = [*_FIRST_HEADS, *TOPICS[crosscheck.topic].heads]
    filled = [[number, *row] for number, row in enumerate(rows, start=1)]
    return write_workbook(
        Sheet("名单", heads, filled, widths=(6, 12, 22, *([18] * 6))),
        Sheet("说明", ["说明"], [[note]], widths=(90,)),
    )


def sealed_file(uow: UnitOfWork, crosscheck: CrossCheck, rows: list[tuple[str, str]]) -> bytes:
    """The list as a zip that opens with the list's password."""
    content = workbook(crosscheck, rows)
    return sealed_zip("名单.xlsx", content, crosscheck.password or "", at=uow.now.astimezone(SHANGHAI))
