"""Planning a fair: making, changing and cloning it, and its way from draft to file."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from jobmatch.accounts.models import Organization
from jobmatch.core.clock import local_day
from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.planning.lacks import lacks_of
from jobmatch.fairs.planning.models import FairMoney, FairSlice, FairStep, JobFair
from jobmatch.fairs.planning.policies import can_create_fair, can_edit_fair
from jobmatch.fairs.planning.services.happenings import tell
from jobmatch.fairs.planning.services.steps import drop_steps, lay_steps, record_step_done, shift_steps
from jobmatch.fairs.planning.states import FAIR_FLOW, NO_LIMIT, FairMode, FairPart, FairState
from jobmatch.people.services.common import Findings, clean_line, clean_text
from jobmatch.reference.checks import check_phone
from jobmatch.reference.models import FairTheme

MOST_PEOPLE, MOST_BOOTHS = NO_LIMIT, 2000
LONGEST = timedelta(days=15)
ENDED = (FairState.CLOSED, FairState.ARCHIVED, FairState.CANCELED)
_LINES = {
    "title": 80,
    "place": 120,
    "address": 200,
    "hosts": 300,
    "organizers": 300,
    "contact_name": 60,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FairPlan:
    """What staff write about a fair; the names are those of the form and of the row."""

    title: str
    opens_at: datetime | None
    closes_at: datetime | None
    mode: FairMode = FairMode.ON_SITE
    theme_code: str | None = None
    purpose: str = ""
    registration_until: datetime | None = None
    sign_up_until: datetime | None = None
    cancel_until: datetime | None = None
    place: str = ""
    address: str = ""
    latitude: float | None = None
    longitude: float | None = None
    way_there: str = ""
    hosts: str = ""
    organizers: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    expected_count: int | None = None
    capacity: int | None = None
    booth_capacity: int | None = None
    taken_on_the_day: bool = True


def plan_of(fair: JobFair) -> FairPlan:
    """What is written about a fair now."""
    return FairPlan(**{name: getattr(fair, name) for name in FairPlan.__dataclass_fields__})


def create_fair(
    uow: UnitOfWork, plan: FairPlan, *, part: FairPart = FairPart.HELD, organization: Organization | None = None
) -> JobFair:
    """A draft of the actor's office, with its steps; the program itself says for which ``organization``.

    A fair that is only ``JOINED`` has no steps and is never published, see ``begin_joined``.
    Raises ``Invalid`` with every finding.
    """
    require(can_create_fair(uow.actor))
    office = organization or uow.session.get_one(Organization, uow.actor.organization_id)
    path = office.region_path
    require(uow.actor.is_system or (bool(path) and uow.actor.reaches(path)))
    values = _checked(uow, plan)
    fair = JobFair(
        organization_id=office.id,
        region_path=path,
        part=part,
        created_at=uow.now,
        created_by_id=uow.actor.user_id,
        changed_at=uow.now,
        **values,
    )
    uow.session.add(fair)
    uow.session.flush()
    lay_steps(uow, fair)
    uow.audit("fair.create", fair, part=part.value)
    return fair


def edit_fair(uow: UnitOfWork, fair: JobFair, plan: FairPlan, *, version: int | None = None) -> JobFair:
    """Change what is written about a fair. What is published stays fit to be published; seats do not fall below taken.

    Steps that are not done move with the day. Raises ``Invalid`` with every finding, ``Conflict`` for a stale form or
    a fair that is over.
    """
    require(can_edit_fair(uow.actor, fair))
    if version is not None and version != fair.version:
        raise Conflict(_("刚被同事改过，请刷新后再改"))
    if fair.state in ENDED:
        raise Conflict(_("这场招聘会%(state)s，不能再改", state=fair.state.label))
    values = _checked(uow, plan)
    seats = {name: values.pop(name) for name in ("capacity", "booth_capacity")}
    if fair.part is FairPart.HELD:
        set_capacity(uow, fair, **seats)
    before, old_mode = local_day(fair.opens_at), fair.mode
    _check_day(uow, fair, local_day(values["opens_at"]))
    for name, value in values.items():
        setattr(fair, name, value)
    fair.changed_at = uow.now
    uow.session.flush()
    if fair.state is not FairState.DRAFT and fair.part is FairPart.HELD:
        _refuse(uow, fair)
    if fair.mode is not old_mode:
        lay_steps(uow, fair)
    if days := (local_day(fair.opens_at) - before).days:
        shift_steps(uow, fair, days)
    uow.audit("fair.edit", fair)
    return fair


def _check_day(uow: UnitOfWork, fair: JobFair, day: date) -> None:
    """A published fair moves to a day to come, one that runs not away from today; others are free."""
    if day == local_day(fair.opens_at) or fair.part is FairPart.JOINED:
        return
    if fair.state is FairState.PUBLISHED and day < uow.today:
        raise Invalid(fields={"opens_at": _("已经公布了，不能改到过去的日子")})
    if fair.state is FairState.RUNNING and day > uow.today:
        raise Invalid(fields={"opens_at": _("已经开馆了，不能改到以后的日子")})


def set_capacity(uow: UnitOfWork, fair: JobFair, *, capacity: int, booth_capacity: int) -> None:
    """Raise or lower the seats and places by one guarded UPDATE. Raises ``Invalid`` below what is given out."""
    require(can_edit_fair(uow.actor, fair))
    done = uow.session.execute(
        update(JobFair)
        .where(JobFair.id == fair.id, JobFair.taken <= capacity, JobFair.booth_taken <= booth_capacity)
        .values(capacity=capacity, booth_capacity=booth_capacity),
        execution_options={"synchronize_session": False},
    )
    uow.session.refresh(fair, ["capacity", "booth_capacity", "taken", "booth_taken"])
    if int(getattr(done, "rowcount", 0)) != 1:
        found = Findings()
        found.check(fair.taken <= capacity, "capacity", _("已经有 %(n)s 人报上名，不能少于这个数", n=fair.taken))
        found.check(
            fair.booth_taken <= booth_capacity,
            "booth_capacity",
            _("已经同意 %(n)s 家参会，不能少于这个数", n=fair.booth_taken),
        )
        found.stop()


def clone_fair(uow: UnitOfWork, fair: JobFair, *, opens_at: datetime | None) -> JobFair:
    """A new draft like ``fair``: fields, budget, targets, steps and halls, every date moved.

    Papers and the permit are not copied: the law asks for them anew. Raises ``Invalid`` on ``opens_at``.
    """
    require(can_edit_fair(uow.actor, fair))
    if opens_at is None or opens_at <= uow.now:
        raise Invalid(fields={"opens_at": _("请填以后的一天")})
    shift = opens_at - fair.opens_at
    values = asdict(plan_of(fair))
    for name in ("opens_at", "closes_at", "registration_until", "sign_up_until", "cancel_until"):
        values[name] = values[name] + shift if values[name] else None
    theme = uow.session.get(FairTheme, fair.theme_code) if fair.theme_code else None
    values["theme_code"] = theme.code if theme and is_theme_of(theme, opens_at) else None
    made = create_fair(
        uow, FairPlan(**values), part=fair.part, organization=uow.session.get_one(Organization, fair.organization_id)
    )
    made.cloned_from_id = fair.id
    days = timedelta(days=(local_day(opens_at) - local_day(fair.opens_at)).days)
    steps = uow.session.scalars(select(FairStep).where(FairStep.fair_id == fair.id)).all()
    for step in uow.session.scalars(select(FairStep).where(FairStep.fair_id == made.id)).all():
        uow.session.delete(step)
    uow.session.flush()
    lay_steps(uow, made, like=steps, shift=days)
    for money in uow.session.scalars(select(FairMoney).where(FairMoney.fair_id == fair.id).order_by(FairMoney.id)):
        same = {name: getattr(money, name) for name in ("kind", "label", "party", "planned_yuan")}
        uow.session.add(FairMoney(fair_id=made.id, **same))
    for part in uow.session.scalars(select(FairSlice).where(FairSlice.fair_id == fair.id).order_by(FairSlice.id)):
        same = {name: getattr(part, name) for name in ("region_path", "people_target", "employer_target")}
        uow.session.add(FairSlice(fair_id=made.id, **same))
    uow.session.flush()
    tell(uow, "cloned", made)
    uow.audit("fair.clone", made, source=fair.public_id)
    return made


# ---------- its way ----------


def publish_fair(uow: UnitOfWork, fair: JobFair) -> JobFair:
    """Everybody may see it and register. Raises ``Invalid`` with everything that is missing by its field."""
    _may_move(uow, fair, "publish")
    _refuse(uow, fair)
    if local_day(fair.opens_at) <= uow.today:
        raise Invalid(fields={"opens_at": _("最晚在招聘会前一天公布，请改日期")})
    record_step_done(uow, fair, "fs09")
    return _move(uow, fair, "publish", published_at=uow.now)


def unpublish_fair(uow: UnitOfWork, fair: JobFair) -> JobFair:
    """Back to a draft, as long as nobody relies on it. Raises ``Invalid`` where somebody registered."""
    _may_move(uow, fair, "unpublish")
    if fair.taken or fair.booth_taken or fair.waiting_last or fair.exhibitor_waiting_last:
        raise Invalid(_("已经有人或者单位报上名，不能撤回公布。不办了请取消招聘会"))
    return _move(uow, fair, "unpublish")


def open_fair(uow: UnitOfWork, fair: JobFair) -> JobFair:
    """The doors open: on its day at the earliest."""
    _may_move(uow, fair, "open")
    if local_day(fair.opens_at) > uow.today:
        raise Invalid(_("还没到招聘会那天，不能开馆"))
    return _move(uow, fair, "open", opened_at=fair.opened_at or uow.now)


def begin_joined(uow: UnitOfWork, fair: JobFair) -> JobFair:
    """Somebody else's fair takes place: from now on our employers, postings and people are entered as at our own.

    Nothing of it is public, and it counts as joined in every figure. Raises ``Invalid`` before its day.
    """
    _may_move(uow, fair, "begin")
    if local_day(fair.opens_at) > uow.today:
        raise Invalid(_("还没到招聘会那天，到了再记"))
    fair.booth_capacity = MOST_BOOTHS
    return _move(uow, fair, "begin", published_at=uow.now, opened_at=uow.now)


def close_fair(uow: UnitOfWork, fair: JobFair) -> JobFair:
    """The doors close; the figures of the evening count from now."""
    _may_move(uow, fair, "close")
    return _move(uow, fair, "close", closed_at=uow.now)


def reopen_fair(uow: UnitOfWork, fair: JobFair) -> JobFair:
    """Closed by mistake: the doors are open again. Raises ``Invalid`` after the fair's last day."""
    _may_move(uow, fair, "reopen")
    if local_day(fair.closes_at) < uow.today and fair.part is FairPart.HELD:
        raise Invalid(_("招聘会那天已经过去，不能再开馆"))
    return _move(uow, fair, "reopen")


def archive_fair(uow: UnitOfWork, fair: JobFair) -> JobFair:
    """The file of the fair is complete; nothing of it is changed any more. Only after closing."""
    _may_move(uow, fair, "archive")
    drop_steps(uow, fair, _("招聘会已归档"))
    return _move(uow, fair, "archive", archived_at=uow.now)


def cancel_fair(uow: UnitOfWork, fair: JobFair, *, reason: str) -> JobFair:
    """The fair does not take place. Raises ``Invalid`` without a reason; whoever registered is told by rooms above."""
    _may_move(uow, fair, "cancel")
    words = clean_line(reason)[:200]
    if len(words) < 2:
        raise Invalid(fields={"reason": _("请写明为什么取消，报名的人会看到")})
    drop_steps(uow, fair, _("招聘会取消了"))
    return _move(uow, fair, "cancel", canceled_at=uow.now, cancel_reason=words)


MOVES = {
    "publish": publish_fair,
    "unpublish": unpublish_fair,
    "begin": begin_joined,
    "open": open_fair,
    "close": close_fair,
    "reopen": reopen_fair,
    "archive": archive_fair,
}
"""The moves that need no words."""


def _may_move(uow: UnitOfWork, fair: JobFair, action: str) -> None:
    require(can_edit_fair(uow.actor, fair))
    if fair.part is FairPart.JOINED and action in {"publish", "unpublish", "open"}:
        raise Conflict(_("别人举办的招聘会只记参加情况，不公布、不开馆"))
    if (fair.state, action) not in FAIR_FLOW or (action == "begin" and fair.part is FairPart.HELD):
        raise Conflict(_("这场招聘会%(state)s，请刷新后再看", state=fair.state.label))


def _move(uow: UnitOfWork, fair: JobFair, action: str, **stamps: object) -> JobFair:
    """State and stamps are written together: the table's CHECKs tie them."""
    fair.state = FAIR_FLOW[fair.state, action]
    fair.changed_at = uow.now
    for name, value in stamps.items():
        setattr(fair, name, value)
    uow.session.flush()
    uow.audit(f"fair.{action}", fair)
    return fair


def _refuse(uow: UnitOfWork, fair: JobFair) -> None:
    lacks = lacks_of(uow.session, fair, uow.today)
    if lacks:
        raise Invalid(fields={lack.field: lack.words for lack in lacks})


# ---------- what may be written ----------


def is_theme_of(theme: FairTheme, opens_at: datetime) -> bool:
    """Whether a theme may be used for a fair of that day."""
    day = local_day(opens_at)
    return (
        theme.is_active
        and (theme.valid_from is None or theme.valid_from <= day)
        and (theme.valid_to is None or day <= theme.valid_to)
    )


def _checked(uow: UnitOfWork, plan: FairPlan) -> dict[str, Any]:
    """The plan as it is stored. Raises ``Invalid`` with every finding."""
    found = Findings()
    values = asdict(plan)
    for name, longest in _LINES.items():
        values[name] = clean_line(values[name])[:longest]
    for name in ("purpose", "way_there"):
        values[name] = clean_text(values[name])[:2000]
    found.check(bool(values["title"]), "title", _("请填招聘会的名称"))
    _check_times(found, plan)
    for name, most in (("expected_count", MOST_PEOPLE), ("capacity", MOST_PEOPLE), ("booth_capacity", MOST_BOOTHS)):
        values[name] = values[name] or 0
        found.check(0 <= values[name] <= most, name, _("请填 0 到 %(n)s 的整数", n=most))
    if plan.mode is FairMode.ONLINE and not values["capacity"]:
        values["capacity"] = NO_LIMIT
    if plan.contact_phone.strip():
        try:
            values["contact_phone"] = check_phone(plan.contact_phone, landline=True)[:40]
        except ValueError as error:
            found.add("contact_phone", str(error))
    has_one, has_other = plan.latitude is not None, plan.longitude is not None
    inside = -90 <= (plan.latitude or 0) <= 90 and -180 <= (plan.longitude or 0) <= 180
    found.check(has_one == has_other and inside, "latitude", _("纬度和经度要一起填，例如 27.94 和 112.53"))
    if plan.theme_code and plan.opens_at is not None:
        theme = uow.session.get(FairTheme, plan.theme_code)
        found.check(
            theme is not None and is_theme_of(theme, plan.opens_at), "theme_code", _("这个主题那时候不用，请另选一个")
        )
    values["theme_code"] = plan.theme_code or None
    found.stop()
    return values


def _check_times(found: Findings, plan: FairPlan) -> None:
    opens, closes = plan.opens_at, plan.closes_at
    if opens is None or closes is None:
        found.check(opens is not None, "opens_at", _("请填哪天几点开始"))
        found.check(closes is not None, "closes_at", _("请填几点结束"))
        return
    found.check(opens < closes <= opens + LONGEST, "closes_at", _("结束要晚于开始，最长 15 天"))
    late = {"registration_until": closes, "sign_up_until": opens, "cancel_until": opens}
    for name, latest in late.items():
        moment = getattr(plan, name)
        found.check(moment is None or moment <= latest, name, _("不能晚于招聘会的时间"))
