"""The steps of a fair: laid out by default dates, moved with the fair, done, undone or not needed; tasks when due."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy import select

from jobmatch.casework.tasks.models import Task
from jobmatch.casework.tasks.queries import find_clerk
from jobmatch.casework.tasks.services import close_task, open_task
from jobmatch.casework.tasks.states import TaskKind, TaskState
from jobmatch.core.clock import local_day
from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.planning.models import FairStep, JobFair
from jobmatch.fairs.planning.policies import can_edit_fair
from jobmatch.fairs.planning.states import FairMode, FairPart, FairState
from jobmatch.people.services.common import clean_line
from jobmatch.reference.models import FairProcessStep
from jobmatch.reference.queries import names

AHEAD_DAYS = 3
"""The task of a step is there some days before it is due."""
OVER = (FairState.ARCHIVED, FairState.CANCELED)
CHUNK = 500


def kinds_of_steps(mode: FairMode) -> tuple[str, ...]:
    """What may stand in ``only_for`` of the steps that a fair of this mode has."""
    return {
        FairMode.ON_SITE: ("", "on_site"),
        FairMode.ONLINE: ("", "online"),
        FairMode.BOTH: ("", "on_site", "online"),
    }[mode]


def lay_steps(uow: UnitOfWork, fair: JobFair, *, like: Iterable[FairStep] = (), shift: timedelta | None = None) -> None:
    """Give the fair the steps of its mode that it lacks, and take away those it has no use for and that are not done.

    ``like`` are the steps of the fair it was cloned from: dates move by ``shift``, owners stay. A day that is over is
    today.
    """
    if fair.part is FairPart.JOINED:
        return
    wanted = uow.session.scalars(
        select(FairProcessStep).where(
            FairProcessStep.is_active, FairProcessStep.only_for.in_(kinds_of_steps(fair.mode))
        )
    ).all()
    known = {step.step_code: step for step in _steps(uow, fair)}
    model = {step.step_code: step for step in like}
    for kind in wanted:
        if kind.code in known:
            continue
        old, due_on = model.get(kind.code), local_day(fair.opens_at) + timedelta(days=kind.days_from_fair)
        if old is not None and old.due_on is not None and shift is not None:
            due_on = old.due_on + shift
        step = FairStep(fair_id=fair.id, step_code=kind.code, due_on=max(due_on, uow.today))
        if old is not None:
            step.owner_id, step.is_skipped, step.note = old.owner_id, old.is_skipped, old.note
        uow.session.add(step)
    for code in set(known) - {kind.code for kind in wanted}:
        if known[code].done_at is None:
            _close(uow, known[code], outcome=_("这场招聘会没有这一步"), state=TaskState.DROPPED)
            uow.session.delete(known[code])
    uow.session.flush()


def shift_steps(uow: UnitOfWork, fair: JobFair, days: int) -> None:
    """The fair moved by so many days: what is not done moves with it, not into the past."""
    for step in _steps(uow, fair):
        if step.done_at is None and not step.is_skipped and step.due_on is not None:
            _due(uow, step, max(step.due_on + timedelta(days=days), uow.today))
    uow.session.flush()


def drop_steps(uow: UnitOfWork, fair: JobFair, outcome: str) -> None:
    """The fair is canceled or filed: nothing of it is waited for any more."""
    for step in _steps(uow, fair):
        _close(uow, step, outcome=outcome, state=TaskState.DROPPED)


def plan_step(uow: UnitOfWork, fair: JobFair, step: FairStep, *, due_on: date | None, owner: str = "") -> FairStep:
    """Say until when a step is done and by which colleague (public id). Raises ``Invalid`` on a field."""
    _check(uow, fair, step)
    clerk = find_clerk(uow, owner) if owner else None
    errors = {}
    if due_on is None or abs((due_on - local_day(fair.opens_at)).days) > 366:
        errors["due_on"] = _("请填离招聘会一年以内的一天")
    if owner and clerk is None:
        errors["owner"] = _("请从列表里选一位同事")
    if errors or due_on is None:
        raise Invalid(fields=errors)
    if step.due_on != due_on:
        _due(uow, step, due_on)
    step.owner_id = clerk.id if clerk else None
    task = uow.session.scalars(select(Task).where(Task.once == _once(step), Task.state == TaskState.OPEN)).one_or_none()
    if task is not None:
        task.assignee_id = step.owner_id
    uow.session.flush()
    uow.audit("fair.step", fair, step=step.step_code)
    return step


def finish_step(uow: UnitOfWork, fair: JobFair, step: FairStep, *, note: str = "") -> FairStep:
    """A step is done. Raises ``Conflict`` the second time."""
    _check(uow, fair, step)
    if step.done_at is not None:
        raise Conflict(_("这一步已经办好了"))
    _done(uow, step, note)
    uow.audit("fair.step_done", fair, step=step.step_code)
    return step


def undo_step(uow: UnitOfWork, fair: JobFair, step: FairStep) -> FairStep:
    """A step is open again: it was not done, or is needed after all."""
    _check(uow, fair, step)
    if step.done_at is None and not step.is_skipped:
        raise Conflict(_("这一步本来就没有办好"))
    step.done_at = step.done_by_id = None
    step.is_skipped, step.note = False, ""
    if step.due_on is not None and step.due_on < uow.today:
        step.due_on = uow.today
    uow.session.flush()
    uow.audit("fair.step_undone", fair, step=step.step_code)
    return step


def skip_step(uow: UnitOfWork, fair: JobFair, step: FairStep, *, note: str) -> FairStep:
    """A step is not needed for this fair; the note says why. Raises ``Invalid`` without one."""
    _check(uow, fair, step)
    words = clean_line(note)[:200]
    if len(words) < 2:
        raise Invalid(fields={"note": _("请写一句为什么不用办")})
    if step.done_at is not None:
        raise Conflict(_("这一步已经办好了"))
    step.is_skipped, step.note = True, words
    _close(uow, step, outcome=words, state=TaskState.DROPPED)
    uow.audit("fair.step_skipped", fair, step=step.step_code)
    return step


def record_step_done(uow: UnitOfWork, fair: JobFair, code: str) -> None:
    """A step was done by what happened elsewhere (a fair was published, booths were given out); twice is once."""
    step = uow.session.scalars(
        select(FairStep).where(FairStep.fair_id == fair.id, FairStep.step_code == code)
    ).one_or_none()
    if step is not None and step.done_at is None:
        step.is_skipped = False
        _done(uow, step, step.note)


def open_due_steps(uow: UnitOfWork, *, most: int = 100) -> int:
    """Open a task for every step that is due soon and has none; returns how many. 0 means nothing is left."""
    require(uow.actor.is_system)
    due = uow.session.execute(
        select(FairStep, JobFair)
        .join(JobFair, JobFair.id == FairStep.fair_id)
        .where(
            FairStep.due_on <= uow.today + timedelta(days=AHEAD_DAYS),
            FairStep.done_at.is_(None),
            ~FairStep.is_skipped,
            JobFair.part == FairPart.HELD,
            JobFair.state.not_in(OVER),
        )
        .order_by(FairStep.due_on, FairStep.id)
    ).all()
    occasions = [_once(step) for step, _fair in due]
    known: set[str] = set()
    for begin in range(0, len(occasions), CHUNK):
        known |= set(uow.session.scalars(select(Task.once).where(Task.once.in_(occasions[begin : begin + CHUNK]))))
    labels = names(uow.session, FairProcessStep)
    missing = [(step, fair) for step, fair in due if _once(step) not in known][:most]
    for step, fair in missing:
        open_task(
            uow,
            once=_once(step),
            kind=TaskKind.FAIR_STEP,
            title=_("%(fair)s：%(step)s", fair=fair.title, step=labels.get(step.step_code, step.step_code)),
            due_on=step.due_on or uow.today,
            region_path=fair.region_path,
            assignee_id=step.owner_id,
            link=f"/staff/fairs/{fair.public_id}",
        )
    return len(missing)


def _check(uow: UnitOfWork, fair: JobFair, step: FairStep) -> None:
    require(can_edit_fair(uow.actor, fair) and step.fair_id == fair.id)
    if fair.state in OVER:
        raise Conflict(_("这场招聘会%(state)s，不能再改", state=fair.state.label))


def _done(uow: UnitOfWork, step: FairStep, note: str) -> None:
    step.done_at, step.done_by_id, step.note = uow.now, uow.actor.user_id, clean_line(note)[:200]
    _close(uow, step, outcome=_("已办好"))


def _due(uow: UnitOfWork, step: FairStep, due_on: date) -> None:
    """The task of the old day goes; the daily work opens that of the new one."""
    _close(uow, step, outcome=_("改了日期"), state=TaskState.DROPPED)
    step.due_on = due_on


def _close(uow: UnitOfWork, step: FairStep, *, outcome: str, state: TaskState = TaskState.DONE) -> None:
    close_task(uow, once=_once(step), outcome=outcome, state=state)
    uow.session.flush()


def _once(step: FairStep) -> str:
    return f"fair_step:{step.id}:{step.due_on}"


def _steps(uow: UnitOfWork, fair: JobFair) -> list[FairStep]:
    return list(uow.session.scalars(select(FairStep).where(FairStep.fair_id == fair.id).order_by(FairStep.step_code)))
