"""The demo county's resettlement ledger: some on post, some on the way, one who waived."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from jobmatch.casework.placement.services import open_placement, take_step
from jobmatch.casework.placement.states import LEDGER_OF_METHOD, Step
from jobmatch.core.errors import Invalid
from jobmatch.demo import county
from jobmatch.demo.world import WEEKS, Demo
from jobmatch.people.models.person import Person, ServiceRecord

MOST = 24
POSTS = (
    "安禾县公共资源交易中心，综合岗",
    "安禾县水务公司，设备维护",
    "安禾县公交公司，调度员",
    "安禾县档案馆，档案整理",
)
PATH = (Step.SCORE, Step.CHOOSE, Step.PUBLICIZE, Step.SEND_LETTER, Step.START)


def grow_placement(demo: Demo) -> None:
    """Lines for people whose method has a ledger, at different steps of the way."""
    wanted = (
        select(Person)
        .join(ServiceRecord, ServiceRecord.person_id == Person.id)
        .options(selectinload(Person.service))
        .where(ServiceRecord.resettlement_code.in_(LEDGER_OF_METHOD))
        .order_by(ServiceRecord.discharged_on.desc(), Person.id)
        .limit(MOST)
    )
    with demo.unit(WEEKS) as uow:
        people = list(uow.session.scalars(wanted))
        for number, person in enumerate(people):
            uow.actor = demo.staff[county.COUNTY]
            discharged = person.service.discharged_on if person.service else None
            accepted = max(uow.today - timedelta(days=20 + 17 * number), discharged or uow.today)
            try:
                placement = open_placement(uow, person, accepted_on=accepted)
            except Invalid:
                continue
            steps = PATH[: min(number // 3, len(PATH))] if number % 9 != 8 else (Step.SCORE, Step.WAIVE)
            day = accepted
            for step in steps:
                day = min(day + timedelta(days=demo.rng.randrange(8, 24)), uow.today)
                take_step(
                    uow,
                    placement,
                    person,
                    step,
                    happened_on=day,
                    note="本人书面放弃，改为自主就业" if step is Step.WAIVE else "",
                    score=round(demo.rng.uniform(55, 95), 1),
                    post=demo.rng.choice(POSTS),
                    letter_number=f"安退介〔{day.year}〕{number + 1} 号",
                    contract_years=demo.rng.choice((0, 3, 3, 5)),
                )
