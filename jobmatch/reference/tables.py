"""The code tables as staff see them: what each is called, how many rows it has, and its rows in order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, case, func, literal, or_, select, union_all

from jobmatch.core.db import Base
from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.reference import models as m

NAMES: dict[type[Base], str] = {
    m.Skill: N_("技能"),
    m.Certificate: N_("证书"),
    m.Reason: N_("原因"),
    m.DocumentKind: N_("应聘材料"),
    m.ComplaintKind: N_("投诉举报的种类"),
    m.FairTheme: N_("招聘会主题"),
    m.Course: N_("培训课程"),
    m.SupportKind: N_("创业扶持"),
    m.IncubationStandard: N_("孵化基地认定标准"),
    m.PostingRule: N_("岗位用语检查"),
    m.DatedRule: N_("时限和年龄"),
    m.Holiday: N_("放假安排"),
    m.Region: N_("行政区划"),
    m.Occupation: N_("职业"),
    m.Industry: N_("行业"),
    m.EducationLevel: N_("学历"),
    m.DriverLicence: N_("驾驶证"),
    m.MilitarySpecialty: N_("军事专业"),
    m.Rank: N_("军衔"),
    m.ServiceBranch: N_("军兵种"),
    m.ResettlementMethod: N_("安置方式"),
    m.ServiceObjectKind: N_("服务对象"),
    m.EmploymentStatusKind: N_("就业状态"),
    m.PostingField: N_("岗位必填项"),
    m.FairProcessStep: N_("招聘会步骤"),
}
"""What the office can change stands first."""

TABLES: dict[str, type[Base]] = {model.__tablename__: model for model in NAMES}


@dataclass(frozen=True, slots=True)
class Summary:
    """One table in the list: its rows, how many are the office's own, its source and newest date."""

    table: str
    name: str
    rows: int
    local_rows: int
    source: str
    source_on: date | None


def summaries(uow: UnitOfWork) -> list[Summary]:
    """Every table with its counts, in one statement; a source is named where all shipped rows share it."""
    parts = []
    for table, model in TABLES.items():
        columns = model.__table__.columns
        shipped = case((columns["is_local"].is_(False), columns["source"]))
        parts.append(
            select(
                literal(table).label("table"),
                func.count().label("rows"),
                func.count(case((columns["is_local"], 1))).label("local_rows"),
                func.min(shipped).label("first"),
                func.max(shipped).label("last"),
                func.max(columns["source_on"]).label("source_on"),
            )
        )
    found = {row.table: row for row in uow.rows(select(union_all(*parts).subquery()))}
    return [
        Summary(
            table,
            _(NAMES[model]),
            found[table].rows,
            found[table].local_rows,
            found[table].first if found[table].first == found[table].last else _("每条各有来源"),
            found[table].source_on,
        )
        for table, model in TABLES.items()
    ]


def rows_of(model: type[Base], *, words: str = "", within: str = "") -> Select[*tuple[Any, ...]]:
    """The rows of a table in order, narrowed by ``words`` in code or name, and places to those right below a code."""
    columns = model.__table__.columns
    query = select(model)
    searched = [columns[name] for name in ("code", "name_zh", "name_en") if name in columns]
    if words:
        query = query.where(or_(*(column.icontains(words, autoescape=True) for column in searched)))
    if within:
        query = query.where(m.Region.parent_code == within)
    if model is m.Holiday:
        return query.order_by(m.Holiday.day.desc())
    if model is m.DatedRule:
        return query.order_by(m.DatedRule.code, m.DatedRule.valid_from.desc())
    if model is m.Region:
        return query.order_by(func.length(m.Region.code), m.Region.code)
    return query.order_by(columns["is_local"].desc(), columns["sort_order"], columns["code"])
