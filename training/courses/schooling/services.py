"""Plans to go on with school: made, proved, begun, ended; the register follows what was proved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from sqlalchemy import String, cast, literal, select

from jobmatch.casework.tasks.models import Task
from jobmatch.casework.tasks.services import close_task, open_task
from jobmatch.casework.tasks.states import TaskKind
from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.files import StoredFile, check_hourly_uploads, read_file, store_file
from jobmatch.core.i18n import gettext as _
from jobmatch.core.i18n import use_locale
from jobmatch.core.uow import UnitOfWork
from jobmatch.core.uploads import Kind, Upload
from jobmatch.people.models.person import Person
from jobmatch.people.services.common import Findings, clean_line, tell_person
from jobmatch.people.services.register import add_spell, end_spell
from jobmatch.people.states import EvidenceKind
from jobmatch.reference.queries import add_working_days, rule_value
from jobmatch.reference.rules import add_months
from training.courses.schooling import notices
from training.courses.schooling.models import SchoolPlan
from training.courses.schooling.policies import can_edit_plan, can_keep_plans
from training.courses.schooling.queries import living_plan, proof_of, school_line, window_end
from training.courses.schooling.states import RETURN_WAYS, SCHOOL_FLOW, SchoolState, SchoolWay

PAPERS = frozenset({Kind.PDF, Kind.JPEG, Kind.PNG})
UPLOADS_PER_HOUR = 20
TASK_DAYS = 5


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """What somebody says of their way to school."""

    way: str
    school: str = ""
    major: str = ""
    has_applied: bool = False
    note: str = ""


def save_plan(uow: UnitOfWork, person: Person, facts: PlanFacts) -> SchoolPlan:
    """Write down or change the living plan. Raises ``Invalid``, and ``Conflict`` once somebody studies by it."""
    require(can_edit_plan(uow.actor, person))
    found = Findings()
    found.check(facts.way in set(SchoolWay), "way", _("请选一种"))
    found.stop()
    uow.session.execute(select(Person.id).where(Person.id == person.id).with_for_update()).all()
    plan = living_plan(uow.session, person.id)
    if plan is not None and plan.state is SchoolState.STUDYING:
        raise Conflict(_("已经在读了，不能再改打算"))
    if plan is None:
        plan = SchoolPlan(person_id=person.id, created_at=uow.now, created_by_id=uow.actor.user_id)
        uow.session.add(plan)
    plan.way = SchoolWay(facts.way)
    plan.state = SchoolState.APPLIED if facts.has_applied else SchoolState.WISH
    plan.school, plan.major = clean_line(facts.school)[:80], clean_line(facts.major)[:60]
    plan.note, plan.changed_at = clean_line(facts.note)[:200], uow.now
    plan.due_on = window_end(uow.session, person.id, uow.today) if plan.way in RETURN_WAYS else None
    uow.session.flush()
    uow.audit("school.plan", plan, way=plan.way.value, state=plan.state.value)
    return plan


def _step(uow: UnitOfWork, plan: SchoolPlan, act: str) -> SchoolState:
    uow.session.refresh(plan, with_for_update=True)
    after = SCHOOL_FLOW.get((plan.state, act))
    if after is None:
        raise Conflict(_("现在是“%(state)s”，这一步已经办过或者不能办", state=plan.state.label))
    return after


def check_may_prove(uow: UnitOfWork, plan: SchoolPlan) -> None:
    """Raise ``Conflict`` where no paper is awaited, ``Limited`` beyond the hourly number."""
    require(can_edit_plan(uow.actor, uow.session.get_one(Person, plan.person_id)))
    if (plan.state, "study") not in SCHOOL_FLOW:
        raise Conflict(_("现在是“%(state)s”，不用再交证明", state=plan.state.label))
    if not uow.actor.is_system:
        check_hourly_uploads(uow, "school.proof", UPLOADS_PER_HOUR)


def hand_in_proof(uow: UnitOfWork, plan: SchoolPlan, *, upload: Upload) -> SchoolPlan:
    """Keep the paper that shows admission or enrollment, and ask the station to look at it."""
    check_may_prove(uow, plan)
    person = uow.session.get_one(Person, plan.person_id)
    file = store_file(uow, upload.content, name=upload.name, mimetype=upload.kind.mimetype)
    plan.proof_file_id, plan.changed_at = file.id, uow.now
    uow.session.flush()
    uow.audit("school.proof", plan)
    with use_locale("zh"):
        title = _("核实在读证明：%(name)s", name=person.name)
    due_on, _estimated = add_working_days(uow.session, uow.today, TASK_DAYS)
    _open(uow, plan, person, f"school-proof:{plan.public_id}:{file.id}", title, due_on)
    return plan


def _open(uow: UnitOfWork, plan: SchoolPlan, person: Person, once: str, title: str, due_on: date) -> None:
    link = f"/staff/school-plans/{plan.public_id}"
    open_task(uow, once=once, kind=TaskKind.SCHOOL_RETURN, title=title, due_on=due_on, person=person, link=link)


def read_proof(uow: UnitOfWork, plan: SchoolPlan) -> tuple[str, bytes] | None:
    """Name and content of the paper; none where there is none."""
    require(can_edit_plan(uow.actor, uow.session.get_one(Person, plan.person_id)))
    file: StoredFile | None = proof_of(uow.session, plan)
    return (file.name, read_file(uow, file)) if file else None


def start_school(uow: UnitOfWork, plan: SchoolPlan, *, started_on: date | None, ends_on: date | None) -> SchoolPlan:
    """Staff saw the paper: the person is at school, column B or C of the year table.

    Raises ``Invalid`` without a paper or with days that cannot be, ``Conflict``.
    """
    person = uow.session.get_one(Person, plan.person_id)
    require(can_keep_plans(uow.actor, person))
    after, found = _step(uow, plan, "study"), Findings()
    found.check(plan.proof_file_id is not None, "started_on", _("先上传录取通知书或者学籍证明，再核实"))
    found.check(bool(plan.school), "started_on", _("先填学校名称"))
    found.check(started_on is not None and started_on <= uow.today, "started_on", _("请填开学日期，不晚于今天"))
    if started_on is not None and ends_on is not None:
        found.check(ends_on > started_on, "ends_on", _("毕业日期要在开学之后"))
    if started_on is not None and plan.due_on is not None and started_on > plan.due_on:
        years = int(rule_value(uow.session, "school_return_years", uow.today))
        words = _(
            "复学、入学要在退役后 %(n)s 年内（退役军人保障法第三十五条），期限是 %(day)s", n=years, day=plan.due_on
        )
        found.add("started_on", words)
    begun = found.need(started_on)
    code = "B" if plan.way in RETURN_WAYS else "C"
    add_spell(
        uow,
        person,
        status_code=code,
        started_on=begun,
        evidence=EvidenceKind.SCHOOL,
        note=plan.school,
        title=plan.major,
    )
    plan.state, plan.started_on, plan.ends_on, plan.changed_at = after, begun, ends_on, uow.now
    uow.session.flush()
    uow.audit("school.start", plan, code=code)
    close_task(uow, once=f"school-proof:{plan.public_id}:{plan.proof_file_id}", outcome=after.label)
    for months in ("first", "last"):
        close_task(uow, once=_reminder(plan, months), outcome=after.label)
    tell_person(uow, person, partial(notices.proof_accepted, plan.school), link="/my/school", once=f"school:{plan.id}")
    return plan


def end_school(uow: UnitOfWork, plan: SchoolPlan, *, act: str, on: date | None) -> SchoolPlan:
    """``graduate`` or ``drop``: the person is back among those who look for work, and the station asks how they are.

    Raises ``Invalid`` for a day that cannot be, ``Conflict``.
    """
    person = uow.session.get_one(Person, plan.person_id)
    was_studying = plan.state is SchoolState.STUDYING
    require(can_keep_plans(uow.actor, person) if was_studying else can_edit_plan(uow.actor, person))
    if act not in {"graduate", "drop"}:
        raise Invalid
    after = _step(uow, plan, act)
    day = on or uow.today
    if day > uow.today or (plan.started_on is not None and day < plan.started_on):
        raise Invalid(fields={"on": _("请填日期，在开学之后、不晚于今天")})
    line = school_line(uow.session, person.id)
    if was_studying and line is not None:
        end_spell(uow, person, line, ended_on=day)
    plan.state, plan.changed_at = after, uow.now
    plan.ends_on = day if was_studying else plan.ends_on
    uow.session.flush()
    uow.audit(f"school.{act}", plan)
    close_task(uow, once=_over(plan), outcome=after.label)
    if was_studying:
        with use_locale("zh"):
            title = _("离校了，问去向、帮找工作：%(name)s", name=person.name)
        due_on, _estimated = add_working_days(uow.session, uow.today, TASK_DAYS)
        _open(uow, plan, person, f"school-back:{plan.public_id}", title, due_on)
    return plan


def refer_for_aid(uow: UnitOfWork, plan: SchoolPlan) -> SchoolPlan:
    """The person was referred for 学费资助; a second time changes nothing."""
    person = uow.session.get_one(Person, plan.person_id)
    require(can_keep_plans(uow.actor, person))
    if plan.aid_referred_on is None:
        plan.aid_referred_on, plan.changed_at = uow.today, uow.now
        uow.session.flush()
        uow.audit("school.aid", plan)
    close_task(uow, once=f"school-aid:{plan.public_id}", outcome=_("已转介"))
    return plan


def ask_for_aid(uow: UnitOfWork, plan: SchoolPlan) -> SchoolPlan:
    """The person asks to be referred for 学费资助: the station has a task; asking twice opens one."""
    person = uow.session.get_one(Person, plan.person_id)
    require(can_edit_plan(uow.actor, person))
    if plan.aid_referred_on is not None:
        raise Conflict(_("已经转介过了"))
    with use_locale("zh"):
        title = _("转介学费资助：%(name)s", name=person.name)
    due_on, _estimated = add_working_days(uow.session, uow.today, TASK_DAYS)
    _open(uow, plan, person, f"school-aid:{plan.public_id}", title, due_on)
    return plan


# ---------- timed ----------


def _reminder(plan: SchoolPlan, which: str) -> str:
    return f"school-{which}:{plan.public_id}"


def _over(plan: SchoolPlan) -> str:
    return f"school-over:{plan.public_id}"


def remind_of_places(uow: UnitOfWork, which: str, *, most: int = 50) -> int:
    """Tell who keeps a place at a school and has not gone yet that it runs out; returns how many, 0: nothing is left.

    ``which`` is ``first`` or ``last``, of the rules ``school_remind_…_months`` after discharge (保障法第三十五条).
    Meant is whoever has a plan to go back or to begin and neither studies nor gave it up. The station has a task.
    """
    years = int(rule_value(uow.session, "school_return_years", uow.today))
    months = int(rule_value(uow.session, f"school_remind_{which}_months", uow.today))
    once = literal(f"school-{which}:") + SchoolPlan.public_id
    query = (
        select(SchoolPlan, Person)
        .join(Person, Person.id == SchoolPlan.person_id)
        .where(
            SchoolPlan.state.in_((SchoolState.WISH, SchoolState.APPLIED)),
            SchoolPlan.way.in_(RETURN_WAYS),
            SchoolPlan.due_on <= add_months(uow.today, 12 * years - months),
            SchoolPlan.due_on >= uow.today,
            Person.erased_at.is_(None),
            ~select(Task.id).where(Task.once == once).exists(),
        )
        .order_by(SchoolPlan.id)
        .limit(most)
    )
    rows = uow.session.execute(query).all()
    for plan, person in rows:
        due_on = plan.due_on or uow.today
        with use_locale("zh"):
            title = _("复学入学快到期：%(name)s", name=person.name)
        _open(uow, plan, person, _reminder(plan, which), title, min(due_on, uow.today + timedelta(days=14)))
        words = partial(notices.place_runs_out, due_on)
        tell_person(uow, person, words, link="/my/school", once=_reminder(plan, which))
    return len(rows)


def ask_who_is_over(uow: UnitOfWork, *, most: int = 50) -> int:
    """Open a task for whoever should have left school by now; returns how many, 0: nothing is left."""
    once = literal("school-over:") + cast(SchoolPlan.public_id, String)
    query = (
        select(SchoolPlan, Person)
        .join(Person, Person.id == SchoolPlan.person_id)
        .where(
            SchoolPlan.state == SchoolState.STUDYING,
            SchoolPlan.ends_on <= uow.today,
            Person.erased_at.is_(None),
            ~select(Task.id).where(Task.once == once).exists(),
        )
        .order_by(SchoolPlan.id)
        .limit(most)
    )
    rows = uow.session.execute(query).all()
    for plan, person in rows:
        with use_locale("zh"):
            title = _("该毕业了，核实去向：%(name)s", name=person.name)
        _open(uow, plan, person, _over(plan), title, uow.today + timedelta(days=14))
    return len(rows)
