"""Writing checklists, copying last year's, and starting checks of stations by them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from jobmatch.accounts.models import Organization
from jobmatch.casework.tasks.services import open_task
from jobmatch.casework.tasks.states import TaskKind
from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.services.common import Findings, clean_line
from jobmatch.reference.rules import add_months
from jobmatch.reports.campaigns.checks import has_checks
from jobmatch.reports.campaigns.models import Checklist, ChecklistItem, StationCheck
from jobmatch.reports.campaigns.policies import can_manage_checklist, can_write_checklists, visible_work_stations
from jobmatch.reports.campaigns.scoring import figure_choices, is_ranking_by_rate_alone
from jobmatch.reports.campaigns.states import CheckKind

MOST_ITEMS = 100
MOST_POINTS = 1000
MOST_GOAL = 1_000_000.0


@dataclass(frozen=True, slots=True)
class ChecklistPlan:
    """What is written about a checklist; without ``valid_until`` it holds until a newer one takes its place."""

    title: str = ""
    basis: str = ""
    valid_from: date | None = None
    valid_until: date | None = None


def create_checklist(uow: UnitOfWork, plan: ChecklistPlan) -> Checklist:
    """A new checklist of the actor's office; its items follow. Raises ``Invalid``, ``Conflict`` for a second one."""
    require(can_write_checklists(uow.actor))
    values = _checked(plan)
    twin = select(Checklist.id).where(
        Checklist.region_path == uow.actor.region_path,
        Checklist.title == values["title"],
        Checklist.valid_from == values["valid_from"],
    )
    if uow.session.scalar(twin) is not None:
        raise Conflict(_("这天起用的同名检查表已经有了，请在列表里打开它"))
    checklist = Checklist(
        region_path=uow.actor.region_path, created_at=uow.now, created_by_id=uow.actor.user_id, items=[], **values
    )
    uow.session.add(checklist)
    uow.session.flush()
    uow.audit("checklist.create", checklist)
    return checklist


def edit_checklist(uow: UnitOfWork, checklist: Checklist, plan: ChecklistPlan, *, version: int | None) -> Checklist:
    """Change title, paper and validity. The first day stands still once a check was started: figures count from it."""
    require(can_manage_checklist(uow.actor, checklist))
    if version is not None and version != checklist.version:
        raise Conflict
    values = _checked(plan)
    if values["valid_from"] != checklist.valid_from and has_checks(uow.session, checklist.id):
        raise Invalid(fields={"valid_from": _("已经开始检查，起用日期不能再改；要改请复制一份")})
    for name, value in values.items():
        setattr(checklist, name, value)
    uow.session.flush()
    uow.audit("checklist.edit", checklist)
    return checklist


def _checked(plan: ChecklistPlan) -> dict[str, str | date | None]:
    found, title = Findings(), clean_line(plan.title)[:120]
    found.check(bool(title), "title", _("请写检查表的名称"))
    found.check(plan.valid_from is not None, "valid_from", _("请填从哪天起用"))
    if plan.valid_from and plan.valid_until:
        found.check(plan.valid_until >= plan.valid_from, "valid_until", _("结束的日期不能早于开始的日期"))
    first = found.need(plan.valid_from)
    basis = clean_line(plan.basis)[:300]
    return {"title": title, "basis": basis, "valid_from": first, "valid_until": plan.valid_until}


def add_item(
    uow: UnitOfWork, checklist: Checklist, *, words: str, points: int | None, figure_code: str = "", goal: float | None
) -> ChecklistItem:
    """One more item at the end; a figure with a goal answers it by itself. Raises ``Invalid``, ``Conflict``."""
    require(can_manage_checklist(uow.actor, checklist))
    _require_unused(uow, checklist)
    found, text = Findings(), clean_line(words)[:300]
    found.check(bool(text), "words", _("请写检查什么"))
    found.check(
        points is not None and 0 < points <= MOST_POINTS, "points", _("分值填 1 到 %(n)s 的整数", n=MOST_POINTS)
    )
    found.check(not figure_code or figure_code in dict(figure_choices()), "figure_code", _("请从列表里选指标"))
    found.check(bool(figure_code) or goal is None, "goal", _("选了指标才填目标值"))
    if figure_code:
        found.check(goal is not None and 0 < goal <= MOST_GOAL, "goal", _("请填大于 0 的目标值"))
    points = found.need(points)
    if any(item.words == text for item in checklist.items):
        raise Invalid(fields={"words": _("这一项已经有了")})
    if len(checklist.items) >= MOST_ITEMS:
        raise Conflict(_("一张检查表最多 %(n)s 项", n=MOST_ITEMS))
    position = max((item.position for item in checklist.items), default=0) + 1
    item = ChecklistItem(
        checklist_id=checklist.id, position=position, words=text, points=points, figure_code=figure_code, goal=goal
    )
    uow.session.add(item)
    uow.session.flush()
    checklist.items.append(item)
    uow.audit("checklist.item", checklist, position=position)
    return item


def remove_item(uow: UnitOfWork, checklist: Checklist, item: ChecklistItem) -> bool:
    """Take an item out. Raises ``Conflict`` once a check was started."""
    require(can_manage_checklist(uow.actor, checklist) and item.checklist_id == checklist.id)
    _require_unused(uow, checklist)
    uow.audit("checklist.item_removed", checklist, position=item.position)
    uow.session.delete(item)
    uow.session.flush()
    uow.session.expire(checklist, ["items"])
    return True


def _require_unused(uow: UnitOfWork, checklist: Checklist) -> None:
    if has_checks(uow.session, checklist.id):
        raise Conflict(_("已经按这张表开始检查，内容不能再改；要改请复制一份"))


def copy_checklist(uow: UnitOfWork, checklist: Checklist) -> Checklist:
    """The same items for the year after, to be changed there; pressed twice it is one copy."""
    require(can_write_checklists(uow.actor) and can_manage_checklist(uow.actor, checklist))
    first = add_months(checklist.valid_from, 12)
    last = add_months(checklist.valid_until, 12) if checklist.valid_until else None
    year, after = str(checklist.valid_from.year), str(first.year)
    has_year = year in checklist.title
    title = checklist.title.replace(year, after) if has_year else f"{checklist.title[:112]}（{after}）"
    mine = (Checklist.region_path == uow.actor.region_path, Checklist.title == title, Checklist.valid_from == first)
    known = uow.session.scalars(select(Checklist).where(*mine)).one_or_none()
    if known is not None:
        return known
    made = create_checklist(uow, ChecklistPlan(title, checklist.basis, first, last))
    uow.session.add_all(
        ChecklistItem(
            checklist_id=made.id,
            position=number,
            words=item.words,
            points=item.points,
            figure_code=item.figure_code,
            goal=item.goal,
        )
        for number, item in enumerate(checklist.items, 1)
    )
    uow.session.flush()
    uow.session.expire(made, ["items"])
    return made


def end_checklist(uow: UnitOfWork, checklist: Checklist) -> Checklist:
    """No more checks are started by this list; those that were go on. Twice is once."""
    require(can_manage_checklist(uow.actor, checklist))
    if checklist.is_active:
        checklist.is_active = False
        uow.session.flush()
        uow.audit("checklist.end", checklist)
    return checklist


def start_checks(
    uow: UnitOfWork, checklist: Checklist, *, kind: str, station_ids: Sequence[str], checked_on: date | None
) -> int:
    """Start checks of stations (public ids) on one day; those that were started before stay one.

    Returns how many are new. A self-check opens a task at its station. Raises ``Invalid`` with every finding,
    ``Conflict`` for a list without items, out of use, or asking for nothing but employment rates.
    """
    require(can_manage_checklist(uow.actor, checklist))
    _require_usable(checklist)
    found = Findings()
    found.check(kind in set(CheckKind), "kind", _("请选怎么检查"))
    last = checklist.valid_until
    is_valid = checked_on is not None and checklist.valid_from <= checked_on and (last is None or checked_on <= last)
    found.check(is_valid, "checked_on", _("检查的日期要在检查表的有效期里"))
    known = {one.public_id: one for one in uow.rows(visible_work_stations(uow.actor, checklist.region_path))}
    found.check(bool(station_ids), "station_ids", _("请选要检查的服务站"))
    found.check(set(station_ids) <= known.keys(), "station_ids", _("请从列表里选服务站"))
    day = found.need(checked_on)
    chosen = CheckKind(kind)
    query = select(StationCheck.station_id).where(
        StationCheck.checklist_id == checklist.id, StationCheck.kind == chosen, StationCheck.checked_on == day
    )
    there, made = set(uow.session.scalars(query)), 0
    for public_id in dict.fromkeys(station_ids):
        if known[public_id].id not in there:
            _start(uow, checklist, known[public_id], chosen, day)
            made += 1
    uow.audit("checklist.start", checklist, kind=chosen.value, count=made)
    return made


def _require_usable(checklist: Checklist) -> None:
    if not checklist.is_active:
        raise Conflict(_("这张检查表已经停用，请复制一份新的"))
    if not checklist.items:
        raise Conflict(_("检查表里还没有内容，先加几项再开始"))
    if is_ranking_by_rate_alone(checklist.items):
        raise Conflict(_("不能只按就业率检查和排名，请加上别的内容"))


def _start(uow: UnitOfWork, checklist: Checklist, station: Organization, kind: CheckKind, day: date) -> None:
    check = StationCheck(
        checklist_id=checklist.id,
        station_id=station.id,
        region_path=station.region_path,
        kind=kind,
        checked_on=day,
        created_at=uow.now,
    )
    uow.session.add(check)
    uow.session.flush()
    if kind is CheckKind.SELF:
        open_task(
            uow,
            once=once_of(check),
            kind=TaskKind.OTHER,
            title=_("自查：%(title)s", title=checklist.title),
            due_on=max(day, uow.today),
            organization=station,
            link=f"/staff/checks/{check.public_id}",
        )


def once_of(check: StationCheck) -> str:
    """The occasion of the station's task about its self-check."""
    return f"station-check:{check.public_id}"
