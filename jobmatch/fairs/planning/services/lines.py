"""What hangs on a fair in lines: money, the parts of places below, broadcasts and volunteers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import select

from jobmatch.accounts.models import User
from jobmatch.accounts.services.users import record_membership
from jobmatch.accounts.states import Role
from jobmatch.core.errors import Conflict, Invalid, NotFound, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.planning.models import FairBroadcast, FairHelper, FairMoney, FairSlice, JobFair
from jobmatch.fairs.planning.policies import can_edit_fair
from jobmatch.fairs.planning.queries import fair_helpers
from jobmatch.fairs.planning.states import FairMode, FairPart, FairState, MoneyKind
from jobmatch.people.services.common import Findings, clean_line
from jobmatch.reference.queries import find_region

MOST_YUAN, MOST_PEOPLE, MOST_VIEWERS = 100_000_000, 100_000, 100_000_000
COUNTS = ("viewer_count", "peak_count", "question_count", "application_count", "intention_count")
L = TypeVar("L", FairMoney, FairSlice, FairBroadcast)


def _open(uow: UnitOfWork, fair: JobFair) -> None:
    require(can_edit_fair(uow.actor, fair))
    if fair.state in {FairState.ARCHIVED, FairState.CANCELED}:
        raise Conflict(_("这场招聘会%(state)s，不能再改", state=fair.state.label))


def find_line(uow: UnitOfWork, fair: JobFair, model: type[L], line_id: int) -> L:
    """The line of ``fair`` with this id. Raises ``NotFound``."""
    kind: Any = model
    found = uow.session.scalars(select(kind).where(kind.id == line_id, kind.fair_id == fair.id)).one_or_none()
    if found is None:
        raise NotFound
    line: L = found
    return line


def find_broadcast(uow: UnitOfWork, fair: JobFair, public_id: str) -> FairBroadcast:
    """The broadcast of ``fair`` with this public id. Raises ``NotFound``."""
    query = select(FairBroadcast).where(FairBroadcast.fair_id == fair.id, FairBroadcast.public_id == public_id)
    found = uow.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound
    return found


def remove_line(uow: UnitOfWork, fair: JobFair, line: FairMoney | FairSlice | FairBroadcast) -> JobFair:
    """Take a line away that was typed by mistake; returns the fair it hung on."""
    _open(uow, fair)
    require(line.fair_id == fair.id)
    uow.session.delete(line)
    uow.session.flush()
    uow.audit("fair.line_removed", fair, kind=line.__tablename__)
    return fair


def save_money(
    uow: UnitOfWork,
    fair: JobFair,
    line: FairMoney | None,
    *,
    kind: str,
    label: str,
    party: str = "",
    planned_yuan: int | None,
    spent_yuan: int | None = None,
) -> FairMoney:
    """Note a line of the budget, or what was spent on it in the end. Raises ``Invalid`` with every finding."""
    _open(uow, fair)
    found = Findings()
    words, giver = clean_line(label)[:80], clean_line(party)[:80]
    found.check(bool(words), "label", _("请写这笔钱做什么"))
    found.check(kind != MoneyKind.SPONSOR or bool(giver), "party", _("请填赞助的单位"))
    for name, yuan in (("planned_yuan", planned_yuan or 0), ("spent_yuan", spent_yuan or 0)):
        found.check(0 <= yuan <= MOST_YUAN, name, _("请填 0 到 1 亿的整数"))
    found.stop()
    if line is None:
        line = FairMoney(fair_id=fair.id)
        uow.session.add(line)
    line.kind = MoneyKind(kind) if kind in set(MoneyKind) else MoneyKind.COST
    line.label, line.party = words, giver
    line.planned_yuan, line.spent_yuan = planned_yuan or 0, spent_yuan
    uow.session.flush()
    uow.audit("fair.money", fair)
    return line


def save_slice(
    uow: UnitOfWork, fair: JobFair, *, region_code: str | None, people_target: int | None, employer_target: int | None
) -> FairSlice:
    """What a place below the fair's own is asked to bring; the same place again changes its line."""
    _open(uow, fair)
    place, found = find_region(uow.session, region_code), Findings()
    is_below = place is not None and place.path.startswith(fair.region_path) and place.path != fair.region_path
    found.check(is_below, "region_code", _("请从列表里选一个下级地方"))
    for name, number in (("people_target", people_target or 0), ("employer_target", employer_target or 0)):
        found.check(0 <= number <= MOST_PEOPLE, name, _("请填 0 到 %(n)s 的整数", n=MOST_PEOPLE))
    place = found.need(place)
    query = select(FairSlice).where(FairSlice.fair_id == fair.id, FairSlice.region_path == place.path)
    part = uow.session.scalars(query).one_or_none()
    if part is None:
        part = FairSlice(fair_id=fair.id, region_path=place.path)
        uow.session.add(part)
    part.people_target, part.employer_target = people_target or 0, employer_target or 0
    uow.session.flush()
    uow.audit("fair.slice", fair)
    return part


def save_broadcast(
    uow: UnitOfWork,
    fair: JobFair,
    broadcast: FairBroadcast | None,
    *,
    title: str,
    starts_at: datetime | None,
    host_name: str = "",
    platform: str = "",
    url: str = "",
    **counts: int | None,
) -> FairBroadcast:
    """Note a session of a broadcast, and its figures (``COUNTS``) when it is over. Raises ``Invalid``."""
    _open(uow, fair)
    found, words, link = Findings(), clean_line(title)[:80], clean_line(url)
    found.check(fair.mode is not FairMode.ON_SITE, "title", _("这场只在线下办。要直播，请先改举办方式"))
    found.check(bool(words), "title", _("请写直播的名称"))
    found.check(starts_at is not None, "starts_at", _("请填什么时候开播"))
    is_link = not link or (link.startswith(("https://", "http://")) and len(link) <= 300 and " " not in link)
    found.check(is_link, "url", _("请填 https:// 开头的地址"))
    given = {name: counts.get(name) or 0 for name in COUNTS}
    for name, number in given.items():
        found.check(0 <= number <= MOST_VIEWERS, name, _("请填 0 到 1 亿的整数"))
    starts_at = found.need(starts_at)
    if broadcast is None:
        broadcast = FairBroadcast(fair_id=fair.id)
        uow.session.add(broadcast)
    broadcast.title, broadcast.starts_at, broadcast.url = words, starts_at, link
    broadcast.host_name, broadcast.platform = clean_line(host_name)[:60], clean_line(platform)[:40]
    for name, number in given.items():
        setattr(broadcast, name, number)
    uow.session.flush()
    uow.audit("fair.broadcast", fair)
    return broadcast


# ---------- volunteers ----------


def add_helper(uow: UnitOfWork, fair: JobFair, *, user: str, desk: str = "") -> FairHelper:
    """Let a volunteer (public id) of the own subtree work at the fair's desks; they can on its day only.

    The role of a volunteer ends by itself, so it is kept until the day after. Raises ``Invalid`` on ``user``.
    """
    _open(uow, fair)
    if fair.part is FairPart.JOINED:
        raise Conflict(_("别人举办的招聘会不设签到台"))
    row = uow.session.execute(fair_helpers(uow.actor, uow.now).where(User.public_id == user)).first()
    if row is None:
        raise Invalid(fields={"user": _("请从列表里选一位协助人员")})
    chosen, membership, organization = row
    last = fair.closes_at + timedelta(days=1)
    if membership.valid_until is not None and membership.valid_until < last:
        record_membership(uow, chosen, Role.FAIR_HELPER, organization, valid_until=last)
    query = select(FairHelper).where(FairHelper.fair_id == fair.id, FairHelper.user_id == chosen.id)
    helper = uow.session.scalars(query).one_or_none()
    if helper is None:
        helper = FairHelper(fair_id=fair.id, user_id=chosen.id, created_at=uow.now)
        uow.session.add(helper)
    helper.desk, helper.revoked_at = clean_line(desk)[:40], None
    uow.session.flush()
    uow.audit("fair.helper", fair, user=chosen.public_id)
    return helper


def revoke_helper(uow: UnitOfWork, fair: JobFair, helper_id: int) -> FairHelper:
    """The volunteer works for this fair no more; it takes effect with their next request. Raises ``NotFound``."""
    require(can_edit_fair(uow.actor, fair))
    helper = uow.session.get(FairHelper, helper_id)
    if helper is None or helper.fair_id != fair.id:
        raise NotFound
    if helper.revoked_at is not None:
        raise Conflict(_("已经收回过"))
    helper.revoked_at = uow.now
    uow.session.flush()
    uow.audit("fair.helper_revoked", fair, user=uow.session.get_one(User, helper.user_id).public_id)
    return helper
