"""A needs survey of the demo county with synthetic answers."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from jobmatch.casework.surveys.services import Said, answer_by_link, answer_survey, hold_survey
from jobmatch.casework.surveys.states import Need, StartUpWish, WorkWish
from jobmatch.core.actors import Actor
from jobmatch.demo import county
from jobmatch.demo.world import WEEKS, Demo
from jobmatch.people.models.person import Person

ANSWERS = 60
WISHES = ("货车司机", "保安", "电工", "仓库管理员", "厨师", "快递员", "", "")
CLASSES = ("CE012", "CE026", "CE030", "CE032", "CE036")
HOBBIES = ("篮球", "书法", "会修家电", "广场舞领队", "钓鱼", "", "")
WALK_INS = (("演示来客甲", "19900008801"), ("演示来客乙", "19900008802"))


def grow_surveys(demo: Demo) -> None:
    """One round that is open now: most answers from files, two that nobody laid to a file yet."""
    rng = demo.rng

    def said() -> Said:
        return Said(
            hobbies=rng.choice(HOBBIES),
            work_wish=rng.choice(list(WorkWish)),
            wanted_words=rng.choice(WISHES),
            certificate_codes=rng.sample(CLASSES, rng.randrange(3)),
            start_up=rng.choice(list(StartUpWish)),
            needs=rng.sample(list(Need), rng.randrange(3)),
        )

    with demo.unit(WEEKS) as uow:
        uow.actor = demo.staff[county.COUNTY]
        survey = hold_survey(
            uow,
            title=f"{uow.today.year} 年秋冬需求摸底",
            opens_on=uow.today - timedelta(days=12),
            closes_on=uow.today + timedelta(days=18),
        )
        ids = uow.session.scalars(select(Person.id).where(Person.erased_at.is_(None)).order_by(Person.id)).all()
        for person_id in rng.sample(list(ids), min(ANSWERS, len(ids))):
            answer_survey(uow, survey, uow.session.get_one(Person, person_id), said())
        for number, (name, phone) in enumerate(WALK_INS):
            uow.actor = Actor(ip=f"192.0.2.{number + 1}")
            answer_by_link(uow, survey, name=name, phone=phone, said=said())
