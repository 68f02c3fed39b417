"""Follow-ups of intentions: made when a fair is over, answered by the register, the person, the exhibitor or staff.

Two sources that contradict each other leave a follow-up unverified (未核实) with a task; only the register and staff,
who looked into it, decide. Nothing here can make the states add up to more or fewer than the intentions.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import exists, literal, or_, select
from sqlalchemy.orm import aliased

from jobmatch.casework.tasks.models import Task
from jobmatch.casework.tasks.services import close_task, open_task
from jobmatch.casework.tasks.states import TaskKind
from jobmatch.core.clock import local_day
from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.day.models import Intention
from jobmatch.fairs.day.standing import counted_sql
from jobmatch.fairs.exhibitors.models import Exhibitor
from jobmatch.fairs.outcomes.models import FairFollowUp
from jobmatch.fairs.outcomes.policies import OVER, can_answer_follow_up, can_answer_own
from jobmatch.fairs.outcomes.queries import has_started_here, is_at_work
from jobmatch.fairs.outcomes.states import AT_WORK, DECIDING, FollowUpResult, FollowUpSource
from jobmatch.fairs.outcomes.tracking import FOLLOW_UP_DAYS
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.visitors.models import FairRegistration
from jobmatch.people.models.person import Person
from jobmatch.people.models.register import EmploymentSpell
from jobmatch.people.services.common import Findings, clean_line, keep_secrets_out
from jobmatch.reference.models import EmploymentStatusKind, Reason
from jobmatch.reference.queries import choices
from jobmatch.reference.states import ReasonKind
from recruiters.employers.models import Employer

R = FollowUpResult
LOOKED_AT_DAYS = 200
"""For so long after a fair the register is asked: the last question comes after 90."""
PERSON_RESULTS = (R.SAME_EMPLOYER, R.OTHER_EMPLOYER, R.IN_PROGRESS, R.NOT_STARTED)


def task_of(follow_up: FairFollowUp) -> str:
    """The occasion under which a follow-up's task is opened and closed."""
    return f"fair-follow-up:{follow_up.public_id}"


def plan_follow_ups(uow: UnitOfWork, *, most: int = 150) -> int:
    """Make the three questions of each counting intention of fairs that are over; returns how many intentions got them.

    Intentions that come to count later (a one-sided one joined, a sheet keyed in) get theirs on the next round.
    """
    require(uow.actor.is_system)
    missing = ~exists().where(FairFollowUp.intention_id == Intention.id)
    found = uow.session.execute(
        select(Intention.id, JobFair.closed_at)
        .join(JobFair, JobFair.id == Intention.fair_id)
        .where(JobFair.state.in_(OVER), JobFair.closed_at.is_not(None), counted_sql(), missing)
        .order_by(Intention.id)
        .limit(most)
    ).all()
    for intention_id, closed_at in found:
        closed_on = local_day(closed_at or uow.now)
        uow.session.add_all(
            FairFollowUp(intention_id=intention_id, day=day, due_on=closed_on + timedelta(days=day))
            for day in FOLLOW_UP_DAYS
        )
    uow.session.flush()
    return len(found)


def read_register(uow: UnitOfWork, *, most: int = 150) -> int:
    """Answer due follow-ups from the employment register, where a line began since the fair; returns how many.

    The register wins over what anybody said. A line of work elsewhere does not undo one with the intention's employer.
    """
    require(uow.actor.is_system)
    since = uow.now - timedelta(days=LOOKED_AT_DAYS)
    fairs = uow.session.scalars(
        select(JobFair).where(JobFair.state.in_(OVER), JobFair.closed_at > since).order_by(JobFair.id)
    ).all()
    return sum(_read_fair(uow, fair, most) for fair in fairs)


def _read_fair(uow: UnitOfWork, fair: JobFair, most: int) -> int:
    newer = aliased(FairFollowUp)
    found = uow.session.execute(
        select(FairFollowUp, EmploymentSpell, Employer.organization_id)
        .join(Intention, Intention.id == FairFollowUp.intention_id)
        .join(FairRegistration, FairRegistration.id == Intention.registration_id)
        .join(Exhibitor, Exhibitor.id == Intention.exhibitor_id)
        .join(Employer, Employer.id == Exhibitor.employer_id)
        .join(EmploymentSpell, EmploymentSpell.person_id == FairRegistration.person_id)
        .join(EmploymentStatusKind, EmploymentStatusKind.code == EmploymentSpell.status_code)
        .where(
            Intention.fair_id == fair.id,
            FairFollowUp.due_on <= uow.today,
            FairFollowUp.source.is_(None) | FairFollowUp.source.not_in(DECIDING),
            EmploymentSpell.superseded_at.is_(None),
            EmploymentStatusKind.counts_as_employed,
            EmploymentSpell.started_on >= local_day(fair.opens_at),
            EmploymentSpell.started_on <= FairFollowUp.due_on,
            or_(EmploymentSpell.organization_id == Employer.organization_id, ~has_started_here()),
            # The newest question alone is answered: older ones stay as they were told.
            ~exists().where(
                newer.intention_id == FairFollowUp.intention_id,
                newer.day > FairFollowUp.day,
                newer.due_on <= uow.today,
            ),
        )
        .order_by(FairFollowUp.id, EmploymentSpell.started_on)
        .limit(most)
    ).all()
    best: dict[int, tuple[FairFollowUp, EmploymentSpell, bool]] = {}
    for follow_up, spell, organization_id in found:
        is_same = spell.organization_id == organization_id
        if follow_up.id not in best or (is_same and not best[follow_up.id][2]):
            best[follow_up.id] = (follow_up, spell, is_same)
    for follow_up, spell, is_same in best.values():
        result = R.SAME_EMPLOYER if is_same else R.OTHER_EMPLOYER
        _write(uow, follow_up, result, FollowUpSource.REGISTER, spell_id=spell.id)
    return len(best)


def open_due_tasks(uow: UnitOfWork, *, most: int = 100) -> int:
    """Open a task at the person's station for each due question nobody answered; returns how many were opened.

    The task of an earlier question about the same intention gives way to the newer one. About somebody who was found
    at work nothing is asked any more.
    """
    require(uow.actor.is_system)
    has_task = exists().where(Task.once == literal("fair-follow-up:") + FairFollowUp.public_id)
    found = uow.session.execute(
        select(FairFollowUp, FairRegistration, JobFair)
        .join(Intention, Intention.id == FairFollowUp.intention_id)
        .join(FairRegistration, FairRegistration.id == Intention.registration_id)
        .join(JobFair, JobFair.id == Intention.fair_id)
        .where(FairFollowUp.due_on <= uow.today, FairFollowUp.result.is_(None), ~has_task, ~is_at_work())
        .order_by(FairFollowUp.intention_id, FairFollowUp.day)
        .limit(most)
    ).all()
    for follow_up, registration, fair in found:
        earlier = uow.session.scalars(
            select(FairFollowUp).where(
                FairFollowUp.intention_id == follow_up.intention_id, FairFollowUp.day < follow_up.day
            )
        )
        for one in earlier:
            close_task(uow, once=task_of(one), outcome=_("有了新的一次回访"))
        _open(
            uow, follow_up, registration, fair, _("招聘会 %(n)s 天回访：%(title)s", n=follow_up.day, title=fair.title)
        )
    return len(found)


def _open(uow: UnitOfWork, follow_up: FairFollowUp, registration: FairRegistration, fair: JobFair, title: str) -> None:
    person = uow.session.get(Person, registration.person_id) if registration.person_id is not None else None
    open_task(
        uow,
        once=task_of(follow_up),
        kind=TaskKind.FAIR_FOLLOW_UP,
        title=title,
        due_on=uow.today + timedelta(days=7),
        person=person,
        region_path=registration.region_path,
        link=f"/staff/fairs/{fair.public_id}/follow-ups#{follow_up.public_id}",
    )


# ---------- answers ----------


def joined(one: FollowUpResult, other: FollowUpResult) -> FollowUpResult | None:
    """What two answers mean together; None where they contradict each other.

    Who works elsewhere has not started here: that is no contradiction, and the person knows more.
    """
    if one is other:
        return one
    pair = {one, other}
    if R.OTHER_EMPLOYER in pair and pair & {R.NOT_STARTED, R.IN_PROGRESS}:
        return R.OTHER_EMPLOYER
    if R.UNVERIFIED in pair:
        return next(iter(pair - {R.UNVERIFIED}))
    return None


def answer_by_staff(
    uow: UnitOfWork,
    follow_up: FairFollowUp,
    registration: FairRegistration,
    *,
    result: str,
    reason_code: str = "",
    note: str = "",
    is_recommended_again: bool = False,
    is_to_training: bool = False,
) -> FairFollowUp:
    """What a call found out; it decides between contradicting answers. Raises ``Invalid``."""
    require(can_answer_follow_up(uow.actor, registration))
    found = Findings()
    chosen, reason = _checked(uow, found, result, reason_code, R)
    words = clean_line(note)[:200]
    keep_secrets_out(found, {"note": words}, accept_masked=False)
    found.stop()
    follow_up.is_recommended_again, follow_up.is_to_training = is_recommended_again, is_to_training
    return _write(uow, follow_up, chosen, FollowUpSource.STAFF, reason_code=reason, note=words)


def answer_by_person(
    uow: UnitOfWork,
    follow_up: FairFollowUp,
    registration: FairRegistration,
    *,
    result: str,
    reason_code: str = "",
) -> FairFollowUp:
    """One tap of the person. Raises ``Invalid``; ``Conflict`` before the day it is asked for."""
    person = uow.session.get(Person, registration.person_id) if registration.person_id is not None else None
    intention = uow.session.get_one(Intention, follow_up.intention_id)
    require(can_answer_own(uow.actor, follow_up, intention, person))
    if follow_up.due_on > uow.today:
        raise Conflict
    found = Findings()
    chosen, reason = _checked(uow, found, result, reason_code or "fu_own", PERSON_RESULTS)
    found.stop()
    return take_answer(uow, follow_up, chosen, FollowUpSource.PERSON, reason_code=reason)


def _checked(
    uow: UnitOfWork, found: Findings, result: str, reason_code: str, allowed: Sequence[FollowUpResult] | type[R]
) -> tuple[FollowUpResult, str | None]:
    chosen = R(result) if result in set(allowed) else None
    found.check(chosen is not None, "result", _("请选一个结果"))
    if chosen is not R.NOT_STARTED:
        return chosen or R.UNVERIFIED, None
    known = {code for code, _label in choices(uow.session, Reason, kind=ReasonKind.FAIR_NOT_STARTED)}
    found.check(reason_code in known, "reason_code", _("请选没有入职的原因"))
    return chosen, reason_code


def take_answer(
    uow: UnitOfWork,
    follow_up: FairFollowUp,
    result: FollowUpResult,
    source: FollowUpSource,
    *,
    reason_code: str | None = None,
) -> FairFollowUp:
    """Take what one side says; it does not undo what staff or the register found out.

    Where the other side said something that cannot be true as well, the follow-up is unverified and staff get a task.
    """
    if follow_up.source in DECIDING or _is_settled(uow, follow_up):
        return follow_up
    before = follow_up.result
    is_contested = before is R.UNVERIFIED and follow_up.note != ""
    if before is None or (follow_up.source is source and not is_contested):
        return _write(uow, follow_up, result, source, reason_code=reason_code)
    both = None if is_contested else joined(before, result)
    if both is not None:
        return _write(uow, follow_up, both, source, reason_code=reason_code or follow_up.reason_code)
    if not is_contested:
        told = f"{follow_up.source.label if follow_up.source else ''}：{before.label}；{source.label}：{result.label}"
        _write(uow, follow_up, R.UNVERIFIED, source, note=told)
        registration, fair = _context(uow, follow_up)
        _reopen(uow, follow_up, registration, fair)
    return follow_up


def _is_settled(uow: UnitOfWork, follow_up: FairFollowUp) -> bool:
    """Whether the register or staff found the person at the intention's employer: no side undoes that by a tap."""
    query = select(Intention.id).where(Intention.id == follow_up.intention_id, has_started_here())
    return uow.session.scalar(query) is not None


def _context(uow: UnitOfWork, follow_up: FairFollowUp) -> tuple[FairRegistration, JobFair]:
    intention = uow.session.get_one(Intention, follow_up.intention_id)
    return uow.session.get_one(FairRegistration, intention.registration_id), uow.session.get_one(
        JobFair, intention.fair_id
    )


def _reopen(uow: UnitOfWork, follow_up: FairFollowUp, registration: FairRegistration, fair: JobFair) -> None:
    """A task for the contradiction, under an occasion of its own: the one of the question was closed by an answer."""
    open_task(
        uow,
        once=f"{task_of(follow_up)}:contested",
        kind=TaskKind.FAIR_FOLLOW_UP,
        title=_("招聘会意向两方说法不一致：%(title)s", title=fair.title),
        due_on=uow.today + timedelta(days=7),
        person=uow.session.get(Person, registration.person_id) if registration.person_id is not None else None,
        region_path=registration.region_path,
        link=f"/staff/fairs/{fair.public_id}/follow-ups#{follow_up.public_id}",
    )


def _write(
    uow: UnitOfWork,
    follow_up: FairFollowUp,
    result: FollowUpResult,
    source: FollowUpSource,
    *,
    reason_code: str | None = None,
    spell_id: int | None = None,
    note: str = "",
) -> FairFollowUp:
    if result is R.NOT_STARTED and reason_code is None:
        raise Invalid(fields={"reason_code": _("请选没有入职的原因")})
    follow_up.result, follow_up.source = result, source
    follow_up.reason_code = reason_code if result is R.NOT_STARTED else None
    follow_up.spell_id, follow_up.note = spell_id, note[:200]
    follow_up.answered_at, follow_up.answered_by_id = uow.now, uow.actor.user_id
    uow.session.flush()
    uow.audit("fair_follow_up.answer", follow_up, result=result.value, source=source.value)
    answered = [follow_up]
    if source in DECIDING and result in AT_WORK:
        answered = _of_same_person(uow, follow_up)
    for one in answered:
        for once in (task_of(one), f"{task_of(one)}:contested"):
            close_task(uow, once=once, outcome=result.label)
    return follow_up


def _of_same_person(uow: UnitOfWork, follow_up: FairFollowUp) -> list[FairFollowUp]:
    """Every question about the intentions that this one's person has at the fair."""
    of_person = select(Intention.registration_id).where(Intention.id == follow_up.intention_id)
    query = (
        select(FairFollowUp)
        .join(Intention, Intention.id == FairFollowUp.intention_id)
        .where(Intention.registration_id.in_(of_person))
    )
    return list(uow.session.scalars(query))
