"""Tables of classes: each row becomes a draft of the office, which still has to be asked for and approved."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from jobmatch.accounts.models import Organization
from jobmatch.core.errors import Invalid
from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.exchange.columns import Column, plain
from jobmatch.exchange.states import TableKind, TakenKind
from jobmatch.exchange.tables.cells import Cells
from jobmatch.exchange.tables.spec import Row, Spec, line_by_line
from jobmatch.reference.models import Course
from training.courses.catalog.models import Provider
from training.courses.catalog.policies import managed_providers
from training.courses.catalog.queries import any_provider
from training.courses.classes.models import CourseSession
from training.courses.classes.policies import managed_sessions
from training.courses.classes.services.deciding import cancel_session
from training.courses.classes.services.planning import SessionPlan, create_session
from training.courses.classes.states import SessionMode, SessionState

COLUMNS = (
    Column("title", N_("班名"), N_("必填，最多 80 个字"), "2026 年第 3 期汽车维修班", ("班级名称", "班次", "title")),
    Column("course", N_("课程"), N_("必填，课程目录里的代码或名称"), "TR03", ("课程代码", "课程名称", "course")),
    Column(
        "provider", N_("承训机构"), N_("必填，目录里的全称或统一社会信用代码"), "安禾县示例职业学校",
        ("机构", "承训单位", "学校", "provider"),
    ),
    Column("starts_on", N_("开班日期"), N_("必填，例如 2026-12-31"), "2026-12-31", ("开班", "开始日期", "starts_on")),
    Column("ends_on", N_("结束日期"), N_("必填，例如 2027-01-31"), "2027-01-31", ("结课日期", "结束", "ends_on")),
    Column("sign_up_until", N_("报名截止"), N_("空着就是开班前一天"), "", ("报名截止日期", "sign_up_until")),
    Column("mode", N_("上课方式"), N_("脱产、周末、晚上、线上、线上加线下"), SessionMode.FULL_TIME.label,
           ("方式", "mode")),
    Column("place", N_("上课地点"), N_("校区、楼、教室"), "实训楼 201", ("地点", "place")),
    Column("hours", N_("学时"), N_("空着就按课程目录"), "240", ("课时", "hours")),
    Column("capacity", N_("名额"), N_("必填，一个数"), "40", ("招生人数", "人数", "capacity")),
)  # fmt: skip


def _course(uow: UnitOfWork, words: str) -> Course:
    found = uow.session.scalars(select(Course).where(or_(Course.code == words, Course.name_zh == words))).all()
    if len(found) != 1:
        raise Invalid(fields={"course": _("课程目录里没有这门课，请写代码或全名")})
    return found[0]


def _provider(uow: UnitOfWork, words: str) -> Provider:
    named = or_(Organization.credit_code == words, Organization.name == words)
    query = any_provider().where(Provider.organization_id.in_(select(Organization.id).where(named)))
    found = uow.rows(managed_providers(uow.actor, query))
    if len(found) != 1:
        raise Invalid(fields={"provider": _("承训机构目录里没有这一家，请写全称或统一社会信用代码")})
    provider: Provider = found[0]
    return provider


def _store(uow: UnitOfWork, row: Row) -> int | None:
    cells = Cells(row)
    plan = SessionPlan(
        title=cells.text("title"),
        starts_on=cells.day("starts_on"),
        ends_on=cells.day("ends_on"),
        sign_up_until=cells.day("sign_up_until"),
        mode=cells.choice("mode", SessionMode.FULL_TIME),
        place=cells.text("place"),
        hours=cells.number("hours"),
        capacity=cells.number("capacity"),
    )
    cells.stop()
    course, provider = _course(uow, cells.text("course")), _provider(uow, cells.text("provider"))
    same = (
        CourseSession.title == plan.title,
        CourseSession.starts_on == plan.starts_on,
        CourseSession.provider_id == provider.id,
        CourseSession.state != SessionState.CANCELED,
    )
    if uow.rows(managed_sessions(uow.actor, select(CourseSession.id).where(*same).limit(1))):
        return None
    office = uow.session.get_one(Organization, uow.actor.organization_id)
    return create_session(uow, plan, course=course, provider=provider, office=office).id


def _take_back(uow: UnitOfWork, ids: Collection[int]) -> dict[int, str]:
    reasons: dict[int, str] = {}
    for one in uow.rows(managed_sessions(uow.actor, _full().where(CourseSession.id.in_(ids)))):
        if one.state is not SessionState.DRAFT or one.version != 1:
            reasons[one.id] = _("导入以后改过")
        else:
            cancel_session(uow, one, reason=_("撤销导入"))
    return reasons


def _full() -> Select[*tuple[Any, ...]]:
    return select(CourseSession).options(
        joinedload(CourseSession.provider).joinedload(Provider.organization), joinedload(CourseSession.course)
    )


def _rows(uow: UnitOfWork, _asked: Row) -> Select[*tuple[Any, ...]]:
    query = _full().order_by(CourseSession.starts_on.desc(), CourseSession.id.desc())
    return managed_sessions(uow.actor, query)


def _cells(one: CourseSession) -> Sequence[object]:
    return (
        one.title, one.course_code, one.provider.organization.name, one.starts_on, one.ends_on, one.sign_up_until,
        one.mode.label, one.place, one.hours, one.capacity,
    )  # fmt: skip


CLASSES = Spec(
    kind=TableKind.CLASSES,
    taken=TakenKind.CLASSES,
    permission="class.manage",
    columns=COLUMNS,
    rows=_rows,
    lines=line_by_line(_cells),
    needed=("title", "course", "provider", "starts_on", "ends_on", "capacity"),
    same_as=lambda row: plain(row.get("title", "") + row.get("provider", "")) + row.get("starts_on", ""),
    store=_store,
    take_back=_take_back,
)
