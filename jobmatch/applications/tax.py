"""The month-by-month estimate of the tax deduction for hired soldiers who found work themselves.

Who qualifies, months, and formula follow dated rules with their source, which staff can change; months for which no
rule is in force count nothing. It is an estimate for the employer's accountant, never a return.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, func, select

from jobmatch.applications.models import Application, HireRecord, RetentionCheck
from jobmatch.applications.policies import visible_applications
from jobmatch.applications.queries import with_parties
from jobmatch.applications.services.register import HIRED
from jobmatch.applications.states import ApplicationState, ContractKind, StillThere
from jobmatch.core.i18n import gettext as _
from jobmatch.core.sheets import Sheet
from jobmatch.core.uow import UnitOfWork
from jobmatch.reference.models import DatedRule
from jobmatch.reference.queries import rule_value
from jobmatch.reference.rules import add_months

YUAN, MONTHS, CONTRACT = "hire_veteran_deduction_yuan", "hire_veteran_deduction_months", "hire_veteran_contract_months"
LABOUR = (ContractKind.FIXED, ContractKind.OPEN, ContractKind.TASK)
MOST = 500


@dataclass(frozen=True, slots=True)
class Hire:
    """One hire and what was registered of it."""

    application: Application
    record: HireRecord | None
    left_on: date | None


@dataclass(frozen=True, slots=True)
class TaxLine:
    """One person in one year: yuan for each month (12 of them), or in words why nothing is counted."""

    hire: Hire
    months: tuple[float, ...]
    why_not: str

    @property
    def count(self) -> int:
        """Months that count."""
        return sum(1 for yuan in self.months if yuan)

    @property
    def total(self) -> float:
        return round(sum(self.months), 2)


@dataclass(frozen=True, slots=True)
class TaxSheet:
    """A year of an employer."""

    year: int
    lines: tuple[TaxLine, ...]
    yearly_yuan: int
    source: str

    @property
    def total(self) -> float:
        return round(sum(line.total for line in self.lines), 2)


def hires() -> Select[*tuple[Any, ...]]:
    """(application, record or none, day the person left or none) of everybody hired, the newest first."""
    left = (
        select(func.min(RetentionCheck.left_on))
        .where(RetentionCheck.application_id == Application.id, RetentionCheck.answer == StillThere.LEFT)
        .scalar_subquery()
    )
    query = (
        select(Application, HireRecord, left)
        .outerjoin(HireRecord, HireRecord.application_id == Application.id)
        .where(Application.state.in_(HIRED))
        .order_by(Application.hired_at.desc(), Application.id.desc())
    )
    return with_parties(query)


def tax_sheet(uow: UnitOfWork, year: int) -> TaxSheet:
    """The own employer's estimate for a year, with a fixed number of statements."""
    rows: Sequence[Any] = uow.rows(visible_applications(uow.actor, hires()).limit(MOST))
    found = [tax_line(uow, Hire(*row), year) for row in rows]
    lines = [line for line in found if line.hire.record is not None and line.hire.record.contract_from.year <= year]
    last = date(year, 12, 31)
    rule = uow.session.scalars(
        select(DatedRule)
        .where(DatedRule.code == YUAN, DatedRule.valid_from <= last)
        .order_by(DatedRule.valid_from.desc())
        .limit(1)
    ).first()
    return TaxSheet(year, tuple(lines), _rule(uow, YUAN, last) or 0, rule.source if rule else "")


def tax_line(uow: UnitOfWork, hire: Hire, year: int) -> TaxLine:
    """One person: the months of ``year`` up to the present one in which everything is there."""
    why_not = _missing(uow, hire)
    record = hire.record
    if why_not or record is None or record.insured_from is None:
        return TaxLine(hire, (0.0,) * 12, why_not)
    started = hire.application.started_on or record.contract_from
    first = max(record.contract_from, record.insured_from, started).replace(day=1)
    ends = [day for day in (record.contract_to, hire.left_on, uow.today) if day is not None]
    months = []
    for number in range(1, 13):
        month = date(year, number, 1)
        yuan, most = _rule(uow, YUAN, month), _rule(uow, MONTHS, month)
        passed = (month.year - first.year) * 12 + month.month - first.month
        counts = yuan is not None and most is not None and 0 <= passed < most and month <= min(ends)
        months.append(round((yuan or 0) / 12, 2) if counts else 0.0)
    return TaxLine(hire, tuple(months), "")


def _missing(uow: UnitOfWork, hire: Hire) -> str:
    """Why a hire does not count, the first thing in words; empty where nothing is missing."""
    record = hire.record
    if record is None:
        return _("还没有登记合同和社保")
    if hire.application.state is not ApplicationState.STARTED:
        return _("等本人确认入职")
    if not record.is_self_arranged:
        return _("没有登记看过退役证（自主就业）")
    if record.contract_kind not in LABOUR:
        return _("不是和本单位签的劳动合同")
    least = _rule(uow, CONTRACT, record.contract_from)
    if least is None:
        return _("签合同的日期不在政策期限里")
    is_open = record.contract_kind is ContractKind.OPEN
    if not is_open and (
        record.contract_to is None or record.contract_to < add_months(record.contract_from, least) - timedelta(days=1)
    ):
        return _("合同不满 %(n)s 个月", n=least)
    return "" if record.insurances and record.insured_from else _("没有登记缴社保")


def _rule(uow: UnitOfWork, code: str, day: date) -> int | None:
    try:
        return int(rule_value(uow.session, code, day))
    except LookupError:
        return None


def formula(sheet: TaxSheet) -> str:
    """How the total comes about, in words."""
    return _(
        "每人每月 = 定额 %(yuan)s 元 ÷ 12；合计 = Σ 每人本年度月数 ÷ 12 × 定额。从签合同并缴社保的当月起算，"
        "不足一个月按一个月估算，算到本月。",
        yuan=sheet.yearly_yuan,
    )


def as_workbook_sheet(sheet: TaxSheet) -> Sheet:
    """The estimate as a table to keep."""
    head = [_("姓名"), _("岗位"), _("合同从"), _("合同到"), _("社保从")]
    head += [_("%(n)s 月", n=number) for number in range(1, 13)]
    head += [_("月数"), _("合计（元）"), _("说明")]
    rows: list[list[object]] = []
    for line in sheet.lines:
        record, application = line.hire.record, line.hire.application
        days = (record.contract_from, record.contract_to, record.insured_from) if record else (None, None, None)
        rows.append(
            [
                application.person.name,
                application.posting.title,
                *(day.isoformat() if day else "" for day in days),
                *line.months,
                line.count,
                line.total,
                line.why_not,
            ]
        )
    rows.append([_("合计"), *[""] * 16, sum(line.count for line in sheet.lines), sheet.total, ""])
    note = _(
        "估算，不是申报表，请以税务部门为准。%(formula)s依据：%(source)s", formula=formula(sheet), source=sheet.source
    )
    return Sheet(_("扣减估算"), head, rows, note=note)
