"""Quarterly reports of founders, reminders of them, and visits of staff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from jobmatch.accounts.models import User
from jobmatch.casework.tasks.models import Task
from jobmatch.casework.tasks.services import open_task
from jobmatch.casework.tasks.states import TaskKind, TaskState
from jobmatch.core.errors import Conflict, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.inbox.services import send
from jobmatch.inbox.states import MessageGroup
from jobmatch.people.models.person import Person
from jobmatch.people.services.common import Findings, clean_line
from jobmatch.reference.queries import rule_value
from jobmatch.reference.rules import add_months
from training.incubation.growth.models import VentureReport
from training.incubation.growth.periods import last_quarter, quarter_end, quarter_words
from training.incubation.growth.queries import REPORTING, find_report, reports_of, unreported
from training.incubation.growth.states import RevenueBand
from training.incubation.ventures.models import Venture
from training.incubation.ventures.policies import can_edit_venture
from training.incubation.ventures.services.common import lock

MOST_WORKERS = 5000
BATCH = 100


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """What a founder reports for a quarter; the numbers leave the founders out."""

    is_operating: bool | None = None
    worker_count: int | None = None
    veteran_count: int | None = None
    revenue: RevenueBand = RevenueBand.NOT_SAID
    words: str = ""


def save_report(uow: UnitOfWork, venture: Venture, facts: ReportFacts) -> VentureReport:
    """Report the last quarter that is over; reporting it again changes it. Raises ``Invalid`` with every finding."""
    require(can_edit_venture(uow, venture))
    period_on = _period(uow, venture)
    found = Findings()
    workers, veterans = facts.worker_count, facts.veteran_count or 0
    found.check(facts.is_operating is not None, "is_operating", _("请选还在不在经营"))
    found.check(workers is not None, "worker_count", _("请填用了几个人，没有就填 0"))
    found.check((workers or 0) <= MOST_WORKERS, "worker_count", _("人数太多了，请核对"))
    found.check(veterans <= (workers or 0), "veteran_count", _("退役军人不能比总人数多"))
    found.stop()
    row = find_report(uow.session, venture, period_on) or VentureReport(venture_id=venture.id, period_on=period_on)
    row.is_operating, row.worker_count, row.veteran_count = bool(facts.is_operating), workers or 0, veterans
    row.revenue, row.words, row.is_unchanged = facts.revenue, clean_line(facts.words)[:300], False
    return _keep(uow, venture, row)


def repeat_report(uow: UnitOfWork, venture: Venture) -> VentureReport:
    """One tap: nothing changed since the last report. Twice changes nothing. Raises ``Conflict`` without one."""
    require(can_edit_venture(uow, venture))
    period_on = _period(uow, venture)
    known = find_report(uow.session, venture, period_on)
    if known is not None:
        return known
    last = next((one for one in reports_of(uow.session, venture) if one.period_on < period_on), None)
    if last is None:
        raise Conflict(_("还没有报过，请先填一次"))
    row = VentureReport(
        venture_id=venture.id,
        period_on=period_on,
        is_operating=last.is_operating,
        worker_count=last.worker_count,
        veteran_count=last.veteran_count,
        revenue=last.revenue,
        is_unchanged=True,
    )
    return _keep(uow, venture, row)


def _period(uow: UnitOfWork, venture: Venture) -> date:
    """The quarter that is reported now, with the venture locked: two presses become one report."""
    venture = lock(uow, venture)
    if venture.state not in REPORTING or venture.registered_on is None:
        raise Conflict(_("登记以后才要报季报"))
    period_on = last_quarter(uow.today)
    if venture.registered_on > quarter_end(period_on):
        raise Conflict(_("这个季度还没有登记，下个季度再报"))
    return period_on


def _keep(uow: UnitOfWork, venture: Venture, row: VentureReport) -> VentureReport:
    row.reported_at, row.reported_by_id = uow.now, uow.actor.user_id
    uow.session.add(row)
    uow.session.flush()
    uow.audit("venture.report", venture, period=row.period_on.isoformat(), unchanged=row.is_unchanged)
    return row


def due_on(uow: UnitOfWork, period_on: date) -> date:
    """The last day to report a quarter."""
    last = quarter_end(period_on)
    return last + timedelta(days=int(rule_value(uow.session, "venture_report_days", last)))


def remind_reports(uow: UnitOfWork, after_id: int, *, most: int = BATCH) -> tuple[int, int]:
    """Tell founders that the quarter is to be reported; returns the last venture looked at (0: none) and how many
    were told. Nobody is told twice about a quarter, and nobody after its last day.
    """
    require(uow.actor.is_system)
    period_on = last_quarter(uow.today)
    last = due_on(uow, period_on)
    if uow.today > last:
        return 0, 0
    query = unreported(period_on, quarter_end(period_on)).where(Venture.id > after_id)
    rows = uow.session.execute(
        query.with_only_columns(Venture.id, Venture.public_id, User)
        .join(User, User.id == Person.user_id)
        .order_by(None)
        .order_by(Venture.id)
        .limit(most)
    ).all()
    told = 0
    for _id, public_id, user in rows:
        message = send(
            uow,
            user,
            group=MessageGroup.TRAINING,
            title=lambda: _("该报%(quarter)s的情况了", quarter=quarter_words(period_on)),
            body=lambda: _("请在 %(day)s 前报，没有变化点一下就行。", day=last.isoformat()),
            link="/my/venture/report",
            once=f"venture_report:{public_id}:{period_on}",
        )
        told += message is not None
    return (rows[-1][0] if rows else 0), told


def open_visits(uow: UnitOfWork, *, most: int = BATCH) -> int:
    """Open a visit task for each venture every ``venture_visit_months`` after its registration; returns how many.

    Where the visit before is still open, no second one is opened.
    """
    require(uow.actor.is_system)
    months = int(rule_value(uow.session, "venture_visit_months", uow.today))
    ventures = uow.session.scalars(
        select(Venture).where(Venture.state.in_(REPORTING), Venture.registered_on.is_not(None)).order_by(Venture.id)
    ).all()
    known = set(uow.session.scalars(select(Task.once).where(Task.kind == TaskKind.VENTURE_VISIT)))
    waiting = set(
        uow.session.scalars(select(Task.link).where(Task.kind == TaskKind.VENTURE_VISIT, Task.state == TaskState.OPEN))
    )
    done = 0
    for one in ventures:
        day = visit_day(one.registered_on or uow.today, months, uow.today)
        link = f"/staff/ventures/{one.public_id}"
        once = f"venture_visit:{one.public_id}:{day}"
        if day is None or once in known or link in waiting:
            continue
        open_task(
            uow,
            once=once,
            kind=TaskKind.VENTURE_VISIT,
            title=_("走访创业项目：%(name)s", name=one.name),
            due_on=day + timedelta(days=30),
            region_path=one.region_path,
            link=link,
        )
        done += 1
        if done == most:
            break
    return done


def visit_day(registered_on: date, months: int, today: date) -> date | None:
    """The last day up to today on which a visit came due; None before the first one."""
    passed = (today.year - registered_on.year) * 12 + today.month - registered_on.month
    for count in range(passed // months, 0, -1):
        day = add_months(registered_on, count * months)
        if day <= today:
            return day
    return None
