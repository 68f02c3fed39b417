"""Casework of the demo county: who is responsible, whom they reached, calls people asked for, villages visited."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from jobmatch.casework.tasks.services import transfer_people
from jobmatch.casework.visits.queries.visits import visit_lines
from jobmatch.casework.visits.services.contacts import (
    ask_call_back,
    open_due_contacts,
    open_first_contacts,
    record_contact,
)
from jobmatch.casework.visits.services.visits import finish_visit, plan_visit, record_visit
from jobmatch.casework.visits.states import ContactOutcome, ContactWay
from jobmatch.core import clock
from jobmatch.core.uow import UnitOfWork
from jobmatch.demo.county import COUNTY, COUNTY_PATH, TOWNS, Town
from jobmatch.demo.registry import own_actor
from jobmatch.demo.world import WEEKS, Demo
from jobmatch.people.models.person import Person

FIRST_WEEK = WEEKS - 16
A_WEEK = 9
NOTES = (
    "在县城打零工，想找离家近的",
    "家里老人要照顾，只能上白班",
    "简历还没填完，说周末自己补",
    "想学叉车，问下一期什么时候开",
    "上次推荐的岗位已经面试，等答复",
    "",
    "",
)
OUTCOMES = (
    (ContactOutcome.SELF, 60),
    (ContactOutcome.FAMILY, 15),
    (ContactOutcome.NO_ANSWER, 15),
    (ContactOutcome.APPOINTED, 7),
    (ContactOutcome.REFUSED, 3),
)
WAYS = (ContactWay.PHONE, ContactWay.PHONE, ContactWay.PHONE, ContactWay.WECHAT, ContactWay.CAME)
LOST = {
    WEEKS - 3: ((ContactWay.PHONE, ContactOutcome.NO_ANSWER),),
    WEEKS - 2: ((ContactWay.PHONE, ContactOutcome.DEAD_NUMBER),),
    WEEKS - 1: ((ContactWay.HOME, ContactOutcome.NO_ANSWER),),
}


def grow_casework(demo: Demo) -> None:
    """Give the people of each town to its clerk, and let sixteen weeks of contacts and two months of visits happen."""
    with demo.unit(WEEKS) as uow:
        people = {town.code: _people_of(uow, town) for town in TOWNS}
    _owners(demo)
    everybody = [key for keys in people.values() for key in keys]
    lost = demo.rng.sample(everybody, k=min(4, len(everybody)))
    others = [key for key in everybody if key not in lost]
    for week in range(FIRST_WEEK, WEEKS + 1):
        with demo.unit(week) as uow:
            for key in demo.rng.sample(others, k=min(A_WEEK, len(others))):
                _reach(demo, uow, key)
            for way, outcome in LOST.get(week, ()):
                for key in lost:
                    _miss(demo, uow, key, way, outcome)
            if week > WEEKS - 9:
                _visits(demo, uow, week, people, set(lost))
    _trips_to_come(demo, people)
    with demo.unit(WEEKS) as uow:
        for key in demo.rng.sample(others, k=min(5, len(others))):
            person = uow.session.get_one(Person, key)
            if person.user_id is not None:
                uow.actor = own_actor(uow, person)
                ask_call_back(uow, person)
    for service in (open_first_contacts, open_due_contacts):
        made = 1
        while made:
            with demo.unit(WEEKS) as uow:
                made = service(uow)


def _people_of(uow: UnitOfWork, town: Town) -> list[int]:
    path = f"{COUNTY_PATH}{town.code}/"
    return list(uow.session.scalars(select(Person.id).where(Person.region_path.startswith(path)).order_by(Person.id)))


def _act_as_clerk(demo: Demo, uow: UnitOfWork, person: Person) -> None:
    code = person.region_path.removeprefix(COUNTY_PATH).split("/")[0]
    uow.actor = demo.staff.get(code, demo.staff[COUNTY])


def _owners(demo: Demo) -> None:
    """Everybody who came before the last two weeks has somebody; one clerk is on leave and another stands in."""
    with demo.unit(WEEKS - 2) as uow:
        for town in TOWNS:
            uow.actor = demo.staff[town.code]
            transfer_people(uow, path=f"{COUNTY_PATH}{town.code}/", owner="none", to=uow.actor.public_id)
    with demo.unit(WEEKS) as uow:
        away, stand_in = demo.staff[TOWNS[-1].code], demo.staff[TOWNS[-2].code]
        uow.actor = demo.staff[COUNTY]
        until = uow.today + timedelta(days=9)
        transfer_people(uow, path="", owner=away.public_id, to=stand_in.public_id, until=until)


def _reach(demo: Demo, uow: UnitOfWork, key: int) -> None:
    person = uow.session.get_one(Person, key)
    if person.created_at > uow.now:
        return
    _act_as_clerk(demo, uow, person)
    outcome = demo.rng.choices([o for o, _n in OUTCOMES], weights=[n for _o, n in OUTCOMES])[0]
    later = uow.today + timedelta(days=demo.rng.choice((7, 14, 30, 60)))
    record_contact(
        uow,
        person,
        way=demo.rng.choice(WAYS),
        outcome=outcome,
        note=demo.rng.choice(NOTES) if outcome is ContactOutcome.SELF else "",
        next_on=later if demo.rng.random() < 0.4 else None,
    )


def _miss(demo: Demo, uow: UnitOfWork, key: int, way: ContactWay, outcome: ContactOutcome) -> None:
    person = uow.session.get_one(Person, key)
    if person.created_at <= uow.now:
        _act_as_clerk(demo, uow, person)
        record_contact(uow, person, way=way, outcome=outcome)


def _visits(demo: Demo, uow: UnitOfWork, week: int, people: dict[str, list[int]], lost: set[int]) -> None:
    """Each town has its turn every fourth week; this month some have not been out yet."""
    now, back = clock.local_day(demo.today), WEEKS - week
    is_this_month = (uow.today.year, uow.today.month) == (now.year, now.month)
    for number, town in enumerate(TOWNS):
        if (number + back) % 4 == 0 and (not is_this_month or demo.rng.random() < 0.8):
            keys = [key for key in people[town.code] if key not in lost]
            for village in {back % len(town.villages), (back + 1) % len(town.villages)}:
                _visit(demo, uow, town, village, keys)


def _trips_to_come(demo: Demo, people: dict[str, list[int]]) -> None:
    with demo.unit(WEEKS) as uow:
        for town in TOWNS[2:4]:
            uow.actor = demo.staff[town.code]
            chosen = _chosen(demo, uow, people[town.code])
            plan_visit(
                uow,
                region_code=f"{town.code}001",
                planned_on=uow.today + timedelta(days=2),
                people=[person.public_id for person in chosen],
            )


def _chosen(demo: Demo, uow: UnitOfWork, keys: list[int]) -> list[Person]:
    known = [uow.session.get_one(Person, key) for key in demo.rng.sample(keys, k=min(4, len(keys)))]
    return [person for person in known if person.created_at <= uow.now]


def _visit(demo: Demo, uow: UnitOfWork, town: Town, village: int, keys: list[int]) -> None:
    uow.actor = demo.staff[town.code]
    chosen = _chosen(demo, uow, keys)
    plan = plan_visit(
        uow,
        region_code=f"{town.code}{village + 1:03d}",
        planned_on=uow.today,
        people=[person.public_id for person in chosen],
    )
    for line in visit_lines(uow, plan):
        met = demo.rng.choices((ContactOutcome.SELF, ContactOutcome.FAMILY, ContactOutcome.NO_ANSWER), (6, 3, 1))[0]
        record_visit(uow, plan, line.visit, line.person, outcome=met)
    finish_visit(uow, plan, visited_on=uow.today)
