"""Plans, what was done, recommendations and experts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select

from jobmatch.casework.plans.models import Expert, PlanNeed, ServicePlan, Support
from jobmatch.casework.plans.policies import can_keep_expert, can_plan_for
from jobmatch.casework.plans.queries import open_plan
from jobmatch.casework.plans.states import Answer, NeedKind, PlanState, SupportKind
from jobmatch.casework.tasks.services import close_task, open_task
from jobmatch.casework.tasks.states import TaskKind
from jobmatch.core.errors import Conflict, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.services.common import (
    EARLIEST,
    Findings,
    clean_line,
    clean_person_name,
    clean_text,
    keep_secrets_out,
)
from jobmatch.people.services.people import check_mobile

LONGEST_REVIEW = timedelta(days=366)


def _watch(uow: UnitOfWork, plan: ServicePlan, person: Person) -> None:
    open_task(
        uow,
        once=f"plan:{plan.public_id}:{plan.review_on.isoformat()}",
        kind=TaskKind.PLAN_DUE,
        title=_("看一看服务计划进展"),
        due_on=plan.review_on,
        person=person,
        link=f"/staff/people/{person.public_id}/help",
    )


def _unwatch(uow: UnitOfWork, plan: ServicePlan, outcome: str) -> None:
    close_task(uow, once=f"plan:{plan.public_id}:{plan.review_on.isoformat()}", outcome=outcome)


def save_plan(
    uow: UnitOfWork,
    person: Person,
    *,
    needs: Sequence[str],
    goal: str,
    review_on: date | None,
    met: Sequence[str] = (),
    accept_masked: bool = False,
    version: int | None = None,
) -> ServicePlan:
    """Open the person's plan, or change the open one: needs, which of them are met, the goal, the next look.

    Raises ``Invalid`` with every finding, ``Conflict`` where the form was made from an older state.
    """
    require(can_plan_for(uow.actor, person))
    found = Findings()
    found.check(bool(needs) and set(needs) <= set(NeedKind), "needs", _("请选他需要什么，可以选几项"))
    found.check(set(met) <= set(needs), "met", _("只能勾上面选了的需要"))
    found.check(bool(clean_text(goal)), "goal", _("请写一句目标，例如“年底前到园区上班，学会开叉车”"))
    texts = keep_secrets_out(found, {"goal": clean_text(goal)[:1000]}, accept_masked=accept_masked)
    if review_on is None or not uow.today <= review_on <= uow.today + LONGEST_REVIEW:
        found.add("review_on", _("请填下次查看的日期，在今天到一年之内"))
    day = found.need(review_on)
    plan = open_plan(uow.session, person.id)
    if plan is None:
        plan = ServicePlan(person_id=person.id, opened_on=uow.today, review_on=day, made_by_id=uow.actor.user_id)
        plan.needs = []
        uow.session.add(plan)
    elif version is not None and version != plan.version:
        raise Conflict
    else:
        _unwatch(uow, plan, "looked")
    plan.goal, plan.review_on = texts["goal"], day
    known = {row.kind: row for row in plan.needs}
    for kind in NeedKind:
        if kind in needs and kind not in known:
            known[kind] = PlanNeed(kind=kind)
            plan.needs.append(known[kind])
        elif kind not in needs and kind in known:
            plan.needs.remove(known[kind])
        if kind in needs:
            known[kind].met_on = (known[kind].met_on or uow.today) if kind in met else None
    uow.session.flush()
    _watch(uow, plan, person)
    uow.audit("plan.save", plan, needs=",".join(sorted(needs)))
    return plan


def close_plan(uow: UnitOfWork, plan: ServicePlan, person: Person, *, result: str) -> ServicePlan:
    """End the open plan with what came of it; ending it again changes nothing. Raises ``Invalid``."""
    require(can_plan_for(uow.actor, person) and plan.person_id == person.id)
    if plan.state is PlanState.CLOSED:
        return plan
    found = Findings()
    found.check(bool(clean_line(result)), "result", _("请写结果，例如“11 月 3 日已到岗”"))
    texts = keep_secrets_out(found, {"result": clean_line(result)[:200]}, accept_masked=False)
    found.stop()
    plan.state, plan.closed_on, plan.result = PlanState.CLOSED, uow.today, texts["result"]
    _unwatch(uow, plan, "closed")
    uow.session.flush()
    uow.audit("plan.close", plan)
    return plan


def record_support(
    uow: UnitOfWork,
    person: Person,
    *,
    kind: str,
    happened_on: date | None,
    text: str = "",
    employer_name: str = "",
    post: str = "",
    expert: Expert | None = None,
    accept_masked: bool = False,
) -> Support:
    """Note what was done for somebody; a recommendation names the employer and waits for its answer.

    Raises ``Invalid`` with every finding.
    """
    require(can_plan_for(uow.actor, person))
    found = Findings()
    found.check(kind in set(SupportKind), "kind", _("请选做了什么"))
    if happened_on is None or not EARLIEST <= happened_on <= uow.today:
        found.add("happened_on", _("请填哪一天做的，不能晚于今天"))
    is_slip = kind == SupportKind.RECOMMENDATION
    found.check(not is_slip or bool(clean_line(employer_name)), "employer_name", _("请写推荐给哪个单位"))
    found.check(is_slip or bool(clean_line(text)), "text", _("请用一句话写做了什么"))
    if expert is not None and (expert.valid_to is not None and happened_on is not None):
        found.check(expert.valid_from <= happened_on <= expert.valid_to, "expert", _("这一天不在专家的签约期内"))
    given = {
        "text": clean_line(text)[:300],
        "employer_name": clean_line(employer_name)[:120],
        "post": clean_line(post)[:80],
    }
    texts = keep_secrets_out(found, given, accept_masked=accept_masked)
    day = found.need(happened_on)
    row = Support(
        person_id=person.id,
        kind=SupportKind(kind),
        happened_on=day,
        text=texts["text"],
        employer_name=texts["employer_name"] if is_slip else "",
        post=texts["post"] if is_slip else "",
        answer=Answer.WAITING if is_slip else None,
        expert_id=expert.id if expert else None,
        recorded_by_id=uow.actor.user_id,
        recorded_at=uow.now,
    )
    uow.session.add(row)
    uow.session.flush()
    uow.audit("support.record", row, kind=row.kind.value)
    return row


def answer_recommendation(
    uow: UnitOfWork, support: Support, person: Person, *, answer: str, answered_on: date | None, reason: str = ""
) -> Support:
    """Note what the employer said to a slip; twice changes nothing. Raises ``Conflict``, ``Invalid``."""
    require(can_plan_for(uow.actor, person) and support.person_id == person.id)
    if support.kind is not SupportKind.RECOMMENDATION:
        raise Conflict
    if support.answer is not Answer.WAITING:
        if support.answer == answer:
            return support
        raise Conflict
    found = Findings()
    found.check(answer in set(Answer) - {Answer.WAITING}, "answer", _("请选单位怎么回复的"))
    if answered_on is None or not support.happened_on <= answered_on <= uow.today:
        found.add("answered_on", _("请填回复的日期，在推荐之后，不能晚于今天"))
    texts = keep_secrets_out(found, {"reason": clean_line(reason)[:200]}, accept_masked=False)
    found.stop()
    support.answer, support.answered_on, support.answer_reason = Answer(answer), answered_on, texts["reason"]
    uow.session.flush()
    uow.audit("support.answer", support, answer=support.answer.value)
    return support


def save_expert(
    uow: UnitOfWork,
    expert: Expert | None,
    *,
    name: str,
    field: str,
    employer_name: str = "",
    phone: str = "",
    valid_from: date | None,
    valid_to: date | None = None,
) -> Expert:
    """Sign up an expert, or correct one. Raises ``Invalid`` with every finding."""
    path = expert.region_path if expert else uow.actor.region_path
    require(can_keep_expert(uow.actor, path))
    found = Findings()
    found.check(0 < len(clean_person_name(name)) <= 60, "name", _("请填写姓名"))
    found.check(bool(clean_line(field)), "field", _("请填写专长，例如职业指导、创业法律、心理疏导"))
    number = check_mobile(found, phone) if phone.strip() else ""
    found.check(valid_from is not None, "valid_from", _("请填写签约日期"))
    found.check(
        valid_to is None or valid_from is None or valid_to >= valid_from, "valid_to", _("到期日不能早于签约日期")
    )
    first = found.need(valid_from)
    if expert is None:
        expert = Expert(region_path=path)
        uow.session.add(expert)
    expert.name, expert.field = clean_person_name(name), clean_line(field)[:80]
    expert.employer_name, expert.phone = clean_line(employer_name)[:120], number or None
    expert.valid_from, expert.valid_to = first, valid_to
    uow.session.flush()
    uow.audit("expert.save", expert)
    return expert


def find_expert(uow: UnitOfWork, public_id: str) -> Expert | None:
    """The expert with this id, where the actor's place or one above it signed the agreement."""
    if not public_id:
        return None
    expert = uow.session.scalars(select(Expert).where(Expert.public_id == public_id)).one_or_none()
    if expert is None or uow.actor.is_system:
        return expert
    reach = uow.actor.region_path
    touches = bool(reach) and (reach.startswith(expert.region_path) or expert.region_path.startswith(reach))
    return expert if touches else None
