"""Plans, support, referrals and hardship of the demo county; every fact is synthetic."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from jobmatch.casework.plans.models import Expert
from jobmatch.casework.plans.services.plans import (
    answer_recommendation,
    close_plan,
    record_support,
    save_expert,
    save_plan,
)
from jobmatch.casework.plans.services.referrals import move_referral, record_hardship, send_referral
from jobmatch.casework.plans.states import Answer, ConsentWay, NeedKind, Office, SupportKind
from jobmatch.core.uow import UnitOfWork
from jobmatch.demo import county
from jobmatch.demo.world import WEEKS, Demo
from jobmatch.people.models.person import Person
from jobmatch.people.states import JobSearchState

PEOPLE = 48
GOALS = {
    NeedKind.EMPLOYMENT: "两个月内到园区上班，离家 15 公里以内",
    NeedKind.TRAINING: "考下叉车证，年底前上岗",
    NeedKind.START_UP: "办好营业执照，租下第一个门面",
    NeedKind.DIFFICULTY: "办好失业登记，家里有稳定收入",
}
EXPERTS = (("演示专家甲", "职业指导"), ("演示专家乙", "创业法律"), ("演示专家丙", "心理疏导"))
EMPLOYERS = ("安禾物流园（演示）", "安禾电子（演示）", "安禾物业（演示）")
MATTERS = (
    (Office.HUMAN_RESOURCES, "申请失业登记"),
    (Office.TAX, "咨询个体经营税收扣减"),
    (Office.CIVIL_AFFAIRS, "申请临时救助"),
)


def grow_plans(demo: Demo) -> None:
    """Plans for some of those who look; experts, slips and referrals in every state."""
    rng = demo.rng
    with demo.unit(WEEKS - 30) as uow:
        uow.actor = demo.staff[county.COUNTY]
        until = uow.today + timedelta(days=500)
        expert_ids = [
            save_expert(uow, None, name=name, field=field, valid_from=uow.today, valid_to=until).id
            for name, field in EXPERTS
        ]
        looking = select(Person.id).where(Person.search_state == JobSearchState.LOOKING).order_by(Person.id)
        found = list(uow.session.scalars(looking))
    for number, person_id in enumerate(rng.sample(found, min(PEOPLE, len(found)))):
        with demo.unit(WEEKS - 1 - number % 12) as uow:
            uow.actor = demo.staff[county.COUNTY]
            person = uow.session.get_one(Person, person_id)
            needs = rng.sample(list(NeedKind), rng.randrange(1, 3))
            review_on = uow.today + timedelta(days=rng.randrange(10, 90))
            plan = save_plan(uow, person, needs=needs, goal=GOALS[needs[0]], review_on=review_on)
            _help(demo, uow, person, number, expert_ids)
            if number % 8 == 7:
                close_plan(uow, plan, person, result="已到岗，稳定一个月")


def _help(demo: Demo, uow: UnitOfWork, person: Person, number: int, expert_ids: list[int]) -> None:
    rng, today = demo.rng, uow.today
    employer, post = rng.choice(EMPLOYERS), rng.choice(("仓库管理员", "保安", "装配工"))
    slip = record_support(
        uow, person, kind=SupportKind.RECOMMENDATION, happened_on=today, employer_name=employer, post=post
    )
    if number % 3:
        answer = rng.choice((Answer.ACCEPTED, Answer.REFUSED, Answer.PERSON_DECLINED))
        answer_recommendation(uow, slip, person, answer=answer, answered_on=today)
    if number % 2:
        expert = uow.session.get(Expert, rng.choice(expert_ids))
        record_support(
            uow, person, kind=SupportKind.GUIDANCE, happened_on=today, text="谈了面试怎么准备", expert=expert
        )
    if number % 5 == 0:
        office, matter = rng.choice(MATTERS)
        referral = send_referral(
            uow, person, office=office, matter=matter, consent_way=ConsentWay.PAPER, consented_on=today
        )
        if number % 10 == 0:
            move_referral(uow, referral, person, move="answer", result="已受理，材料齐全")
    if number % 6 == 0:
        ends = today + timedelta(days=365)
        paper = f"演示认定 {number + 1} 号"
        record_hardship(uow, person, kind="recognized", valid_from=today, valid_to=ends, number=paper)
