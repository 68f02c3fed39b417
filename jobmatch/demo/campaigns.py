"""Special actions, a spot check half called, and checks of stations in every state, in the demo county."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from jobmatch.accounts.models import Membership, Organization
from jobmatch.accounts.queries import actor_for, find_user_by_phone
from jobmatch.core.actors import Actor
from jobmatch.core.uow import UnitOfWork
from jobmatch.demo import county
from jobmatch.demo.world import WEEKS, Demo
from jobmatch.reports.campaigns.checks import check_named
from jobmatch.reports.campaigns.models import Campaign, CampaignTask, StationCheck
from jobmatch.reports.campaigns.policies import can_call_back
from jobmatch.reports.campaigns.queries import get_task
from jobmatch.reports.campaigns.services.campaigns import CampaignPlan, close_campaign, create_campaign, move_campaign
from jobmatch.reports.campaigns.services.checklists import ChecklistPlan, add_item, create_checklist, start_checks
from jobmatch.reports.campaigns.services.checks import (
    answer_item,
    answer_objection,
    freeze_check,
    hand_in_check,
    object_to_check,
)
from jobmatch.reports.campaigns.services.ledger import add_task, finish_ledger_task
from jobmatch.reports.campaigns.services.spots import draw_spot_check, record_result
from jobmatch.reports.campaigns.spots import claimed_jobs, lines_of, recorders

CALLER = "19600000002"
"""The second clerk of the county: the first one recorded much of the register, and does not call back."""
ITEMS: tuple[tuple[str, int, str, float | None], ...] = (
    ("有专门的服务窗口，挂牌、公开电话", 10, "", None),
    ("建档立卡齐全，底数和上级一致", 15, "", None),
    ("就业台账有核实、有证明", 15, "", None),
    ("有困难的退役军人一人一策", 10, "", None),
    ("上门走访", 15, "action-visits", 20.0),
    ("帮助实现就业", 20, "action-hires", 10.0),
    ("登记求职退役军人就业率", 15, "registered-seekers", 90.0),
)
RESULTS = (("true", ""), ("true", ""), ("not_reached", ""), ("false", "单位说没有这个人"), ("changed", "上月刚离职"))


def grow_campaigns(demo: Demo) -> None:
    """One action that is over, one that runs, one checklist with its checks, one sample."""
    _over(demo)
    _running(demo)
    _checks(demo)
    _sample(demo)


def _station(demo: Demo, uow: UnitOfWork, place: int) -> Organization:
    return uow.session.get_one(Organization, demo.stations[county.TOWNS[place].code])


def _over(demo: Demo) -> None:
    with demo.unit(WEEKS - 20) as uow:
        uow.actor = demo.staff[county.COUNTY]
        plan = CampaignPlan(
            "退役军人就业“春风行动”（演示）",
            "演示〔春〕1 号",
            "李晓梅",
            uow.today,
            uow.today + timedelta(days=42),
            {"action-hires": 20, "action-postings": 40, "action-visits": 10},
        )
        campaign = move_campaign(uow, create_campaign(uow, plan), "start")
        for place in range(3):
            due_on = uow.today + timedelta(days=30)
            task = add_task(uow, campaign, title="上门送岗位", station=_station(demo, uow, place), due_on=due_on)
            finish_ledger_task(uow, campaign, task, result="已把岗位送到每户", done_on=uow.today)
    with demo.unit(WEEKS - 13) as uow:
        uow.actor = demo.staff[county.COUNTY]
        found = uow.session.scalars(select(Campaign)).one()
        close_campaign(uow, found, words="按镇分片送岗位上门，配合专场招聘会。没完成的指标转入下一次行动。")


def _running(demo: Demo) -> None:
    with demo.unit(WEEKS - 2) as uow:
        uow.actor = demo.staff[county.COUNTY]
        plan = CampaignPlan(
            "退役军人就业服务月（演示）",
            "演示〔秋〕6 号",
            "赵志强",
            uow.today,
            uow.today + timedelta(days=35),
            {"action-fairs": 2, "action-classes": 2, "action-visits": 12, "action-hires": 12, "action-postings": 30},
        )
        campaign = move_campaign(uow, create_campaign(uow, plan), "start")
        for place, (title, days) in enumerate(
            (
                ("摸清待就业底数", 7),
                ("走访有困难的人", 12),
                ("送岗位进村", 16),
                ("收集企业岗位", 25),
                ("办一场推介会", 30),
            )
        ):
            due_on = uow.today + timedelta(days=days)
            add_task(uow, campaign, title=title, station=_station(demo, uow, place), due_on=due_on)
    with demo.unit(WEEKS - 1) as uow:
        uow.actor = demo.staff[county.TOWNS[0].code]
        [task_id] = uow.session.scalars(select(CampaignTask.public_id).where(CampaignTask.title == "摸清待就业底数"))
        found = uow.session.scalars(select(Campaign).where(Campaign.title.startswith("退役军人就业服务月"))).one()
        finish_ledger_task(uow, found, get_task(uow.session, found, task_id), result="名单已核对", done_on=None)


def _checks(demo: Demo) -> None:
    """Towns in turn: not begun, begun, handed in, objected, frozen after an objection, frozen, frozen."""
    office = demo.staff[county.COUNTY]
    with demo.unit(WEEKS - 3) as uow:
        uow.actor = office
        first = (uow.today - timedelta(days=9)).replace(month=1, day=1)
        plan = ChecklistPlan(f"{first.year} 年乡镇服务站考核表（演示）", "演示〔考〕2 号", first, None)
        made = create_checklist(uow, plan)
        for words, points, code, goal in ITEMS:
            add_item(uow, made, words=words, points=points, figure_code=code, goal=goal)
        ids = [_station(demo, uow, place).public_id for place in range(7)]
        start_checks(uow, made, kind="inspection", station_ids=ids, checked_on=uow.today)
        start_checks(uow, made, kind="self", station_ids=ids[:2], checked_on=uow.today)
        start_checks(uow, made, kind="mutual", station_ids=ids[5:6], checked_on=uow.today)
    for place in range(1, 7):
        with demo.unit(WEEKS - 2) as uow:
            uow.actor = office
            _walk(demo, uow, _check(uow, _station(demo, uow, place), "inspection"), place)
    with demo.unit(WEEKS - 1) as uow:
        uow.actor = demo.staff[county.TOWNS[4].code]
        check = _check(uow, _station(demo, uow, 5), "mutual")
        _fill(uow, check, 0)
        hand_in_check(uow, check)
        uow.actor = office
        freeze_check(uow, check)


def _check(uow: UnitOfWork, station: Organization, kind: str) -> StationCheck:
    public_id = uow.session.scalars(
        select(StationCheck.public_id).where(StationCheck.station_id == station.id, StationCheck.kind == kind)
    ).one()
    return uow.session.scalars(check_named(public_id)).unique().one()


def _fill(uow: UnitOfWork, check: StationCheck, turn: int, *, only: int | None = None) -> None:
    items = [item for item in check.checklist.items if not item.figure_code]
    for number, item in enumerate(items[:only]):
        how = (number + turn) % 4
        if how < 2:
            answer_item(uow, check, item, met="yes", words="现场查看，材料齐全")
        elif how == 2:
            answer_item(uow, check, item, met="partly", points=item.points * 0.6, words="少两份证明，限期补齐")
        else:
            answer_item(uow, check, item, met="no", words="没有材料")


def _walk(demo: Demo, uow: UnitOfWork, check: StationCheck, place: int) -> None:
    _fill(uow, check, place, only=2 if place == 1 else None)
    if place == 1:
        return
    hand_in_check(uow, check)
    office = uow.actor
    if place in (3, 4):
        uow.actor = demo.staff[county.TOWNS[place].code]
        object_to_check(uow, check, words="第 3 项的证明上周已经补齐")
        uow.actor = office
    if place == 4:
        answer_item(uow, check, check.checklist.items[2], met="yes", words="补来的证明已看过")
        answer_objection(uow, check, words="属实，第 3 项改为符合")
    if place >= 4:
        freeze_check(uow, check)


def _sample(demo: Demo) -> None:
    """Drawn from the town that claims most, and called half through by somebody who recorded none of it."""
    with demo.unit(WEEKS) as uow:
        uow.actor = second_clerk(uow)

        def claimed(station: Organization) -> int:
            rows = claimed_jobs(station.region_path, uow.today).order_by(None).subquery()
            return uow.session.scalar(select(func.count()).select_from(rows)) or 0

        station = max((_station(demo, uow, place) for place in range(len(county.TOWNS))), key=claimed)
        if not claimed(station):
            return
        check = draw_spot_check(uow, station)
        rows = uow.session.execute(lines_of(check.id)).all()
        by = recorders(uow.session, [row[1] for row in rows])
        free = [row[0] for row in rows if can_call_back(uow.actor, check, by[row[1].id])]
        for line, (result, note) in zip(free[: max(1, len(rows) // 2)], RESULTS, strict=False):
            record_result(uow, check, line.public_id, result=result, note=note)


def second_clerk(uow: UnitOfWork) -> Actor:
    """The second clerk of the county, who signs what the first one did."""
    user = find_user_by_phone(uow.session, CALLER)
    if user is None:
        raise LookupError("the second clerk of the county has no account")
    membership = uow.session.scalars(select(Membership).where(Membership.user_id == user.id)).one()
    return actor_for(uow.session, user, membership)
