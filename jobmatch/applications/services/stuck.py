"""久推不成: people whose search goes nowhere, why, and what staff could do next.

Somebody looks for more than the days of the rule, no application of theirs is on its way, and either employers left
the number of applications of the rule without an answer, or no open posting can be applied to. Casework shows the task.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, exists, func, select

from jobmatch.applications.models import Application
from jobmatch.applications.queries import lapse_days
from jobmatch.applications.states import ApplicationState
from jobmatch.casework.tasks.models import Task
from jobmatch.casework.tasks.services import close_task, open_task
from jobmatch.casework.tasks.states import TaskKind, TaskState
from jobmatch.core.errors import require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.region_paths import in_share
from jobmatch.core.uow import UnitOfWork
from jobmatch.matching.gaps import PersonGap, person_gaps
from jobmatch.matching.services import recommend_postings
from jobmatch.people.models.person import Person
from jobmatch.people.models.register import EmploymentSpell
from jobmatch.people.states import JobSearchState
from jobmatch.reference.models import EmploymentStatusKind
from jobmatch.reference.queries import rule_value

CHUNK = 25
MOVING = (ApplicationState.INTERVIEW, ApplicationState.OFFERED, ApplicationState.HIRED)


@dataclass(frozen=True, slots=True)
class Stuck:
    """One person without a way forward: days of looking, unanswered applications, open postings, the best gap."""

    person_id: int
    days: int
    unanswered: int
    can_apply: bool
    gap: PersonGap | None = None

    @property
    def advice(self) -> str:
        """Why, and what to do: one line for a task."""
        if not self.can_apply and self.gap is not None:
            return _(
                "找了 %(days)s 天，没有能投的岗位：%(way)s后多 %(n)s 个，介绍他去学",
                days=self.days,
                way=self.gap.words,
                n=self.gap.opens,
            )
        if not self.can_apply:
            return _("找了 %(days)s 天，没有能投的岗位：打电话谈一次，放宽地点或工种", days=self.days)
        return _("找了 %(days)s 天，%(n)s 份没人答复：催单位，再直接推荐几家", days=self.days, n=self.unanswered)


def _once(person: Person) -> str:
    return f"stuck:{person.public_id}"


def _unanswered(uow: UnitOfWork) -> ColumnElement[bool]:
    """Applications of the last weeks that the employer did not answer by its day."""
    return and_(
        Application.created_at >= uow.now - timedelta(days=lapse_days(uow)),
        Application.answered_at.is_(None),
        Application.answer_due_on < uow.today,
        Application.state.in_((ApplicationState.SUBMITTED, ApplicationState.REJECTED)),
    )


def find_stuck(uow: UnitOfWork, *, after_id: int = 0, limit: int = CHUNK, place: str = "") -> tuple[list[Stuck], int]:
    """Those of the next ``limit`` looking people who are stuck, and the last id that was looked at (0 at the end).

    ``place`` is one share of the country, or all of it.

    Costs a ranking a person, so it belongs into a reading unit. Only the system calls it.
    """
    require(uow.actor.is_system)
    days = int(rule_value(uow.session, "stuck_days", uow.today))
    least = int(rule_value(uow.session, "stuck_unanswered", uow.today))
    employed = select(EmploymentStatusKind.code).where(EmploymentStatusKind.counts_as_employed)
    works = exists().where(
        EmploymentSpell.person_id == Person.id,
        EmploymentSpell.ended_on.is_(None),
        EmploymentSpell.status_code.in_(employed),
    )
    moving = exists().where(Application.person_id == Person.id, Application.state.in_(MOVING))
    people = uow.session.scalars(
        select(Person)
        .where(
            Person.id > after_id,
            in_share(Person.region_path, place),
            Person.erased_at.is_(None),
            Person.search_state == JobSearchState.LOOKING,
            Person.created_at < uow.now - timedelta(days=days),
            ~works,
            ~moving,
        )
        .order_by(Person.id)
        .limit(limit)
    ).all()
    counting = (
        select(Application.person_id, func.count())
        .where(Application.person_id.in_([person.id for person in people]), _unanswered(uow))
        .group_by(Application.person_id)
    )
    waiting = {row[0]: row[1] for row in uow.session.execute(counting)}
    found = []
    for person in people:
        unanswered = waiting.get(person.id, 0)
        can_apply = bool(recommend_postings(uow, person, top=1))
        if can_apply and unanswered < least:
            continue
        gap = None if can_apply else next(iter(person_gaps(uow, person)), None)
        looked = (uow.now - person.created_at).days
        found.append(Stuck(person.id, looked, unanswered, can_apply, gap))
    return found, people[-1].id if len(people) == limit else 0


def tell_stuck(uow: UnitOfWork, found: list[Stuck]) -> int:
    """Open a task for each who is stuck; one that is open already stays. Returns how many are new."""
    require(uow.actor.is_system)
    made = 0
    for one in found:
        person = uow.session.get_one(Person, one.person_id)
        task = open_task(
            uow,
            once=_once(person),
            kind=TaskKind.NO_WAY_FORWARD,
            title=one.advice,
            due_on=uow.today + timedelta(days=7),
            person=person,
            link=f"/staff/people/{person.public_id}/jobs",
        )
        made += task.created_at == uow.now
    return made


def close_unstuck(uow: UnitOfWork, stuck_ids: set[int], *, place: str = "") -> int:
    """Close the tasks of people (of one share, or all) who are no longer stuck; returns how many."""
    require(uow.actor.is_system)
    rows = uow.session.execute(
        select(Task, Person)
        .join(Person, Person.id == Task.person_id)
        .where(Task.kind == TaskKind.NO_WAY_FORWARD, Task.state == TaskState.OPEN, Task.person_id.not_in(stuck_ids))
        .where(in_share(Person.region_path, place))
        .limit(500)
    ).all()
    for _task, person in rows:
        close_task(uow, once=_once(person), outcome=_("有进展了"))
    return len(rows)
