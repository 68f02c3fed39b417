"""Tables of job fairs: each row becomes a draft of the office, with its steps; nothing is published by a table."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Select, select

from jobmatch.core.errors import Conflict
from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.exchange.columns import Column, plain
from jobmatch.exchange.states import TableKind, TakenKind
from jobmatch.exchange.tables.cells import Cells
from jobmatch.exchange.tables.spec import Row, Spec, line_by_line
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.policies import decided_fairs
from jobmatch.fairs.planning.queries import fairs
from jobmatch.fairs.planning.services.fairs import FairPlan, cancel_fair, create_fair
from jobmatch.fairs.planning.states import FairMode, FairState

COLUMNS = (
    Column(
        "title", N_("招聘会名称"), N_("必填，最多 80 个字"), "安禾县退役军人专场招聘会",
        ("名称", "活动名称", "招聘会", "title"),
    ),
    Column(
        "opens_at", N_("开始时间"), N_("必填，例如 2026-12-06 09:00"), "2026-12-06 09:00",
        ("举办时间", "开始", "时间", "opens_at"),
    ),
    Column("closes_at", N_("结束时间"), N_("必填，例如 2026-12-06 12:00"), "2026-12-06 12:00", ("结束", "closes_at")),
    Column("mode", N_("举办方式"), N_("现场、网络或者两样都有"), FairMode.ON_SITE.label, ("方式", "形式", "mode")),
    Column("place", N_("举办地点"), N_("场馆的名字"), "县文体中心", ("地点", "场地", "place")),
    Column("address", N_("详细地址"), N_("门牌、园区"), "人民路 8 号", ("地址", "address")),
    Column("hosts", N_("主办单位"), N_("有几家就用顿号隔开"), "安禾县退役军人事务局", ("主办", "hosts")),
    Column("organizers", N_("承办单位"), N_("有几家就用顿号隔开"), "", ("承办", "organizers")),
    Column("expected_count", N_("预计到场人数"), N_("一个数"), "300", ("预计人数", "expected_count")),
)  # fmt: skip


def _plan(row: Row) -> FairPlan:
    cells = Cells(row)
    plan = FairPlan(
        title=cells.text("title"),
        opens_at=cells.moment("opens_at"),
        closes_at=cells.moment("closes_at"),
        mode=cells.choice("mode", FairMode.ON_SITE),
        place=cells.text("place"),
        address=cells.text("address"),
        hosts=cells.text("hosts"),
        organizers=cells.text("organizers"),
        expected_count=cells.number("expected_count"),
    )
    cells.stop()
    return plan


def _store(uow: UnitOfWork, row: Row) -> int | None:
    plan = _plan(row)
    same = (JobFair.title == plan.title.strip(), JobFair.opens_at == plan.opens_at, JobFair.state != FairState.CANCELED)
    if uow.rows(decided_fairs(uow.actor, select(JobFair.id).where(*same).limit(1))):
        return None
    return create_fair(uow, plan).id


def _take_back(uow: UnitOfWork, ids: Collection[int]) -> dict[int, str]:
    reasons: dict[int, str] = {}
    for fair in uow.rows(decided_fairs(uow.actor, select(JobFair).where(JobFair.id.in_(ids)))):
        if fair.state is not FairState.DRAFT or fair.version != 1:
            reasons[fair.id] = _("导入以后改过")
            continue
        try:
            cancel_fair(uow, fair, reason=_("撤销导入"))
        except Conflict as error:
            reasons[fair.id] = error.message
    return reasons


def _rows(uow: UnitOfWork, _asked: Row) -> Select[*tuple[Any, ...]]:
    return decided_fairs(uow.actor, fairs())


def _cells(fair: JobFair) -> Sequence[object]:
    return (
        fair.title, fair.opens_at, fair.closes_at, fair.mode.label, fair.place, fair.address, fair.hosts,
        fair.organizers, fair.expected_count,
    )  # fmt: skip


FAIRS = Spec(
    kind=TableKind.FAIRS,
    taken=TakenKind.FAIRS,
    permission="fair.manage",
    columns=COLUMNS,
    rows=_rows,
    lines=line_by_line(_cells),
    needed=("title", "opens_at", "closes_at"),
    same_as=lambda row: plain(row.get("title", "")) + row.get("opens_at", ""),
    store=_store,
    take_back=_take_back,
)
