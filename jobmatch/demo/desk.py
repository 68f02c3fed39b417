"""Three months at the desk of the demo county: requests in every state, some past their day, and what people said."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from jobmatch.accounts.models import Organization
from jobmatch.casework.desk.items import is_for, service_items
from jobmatch.casework.desk.models import Rating, ServiceRequest
from jobmatch.casework.desk.services.escalation import escalate_overdue
from jobmatch.casework.desk.services.items import save_item
from jobmatch.casework.desk.services.ratings import rate, rate_for
from jobmatch.casework.desk.services.requests import (
    Arrival,
    add_note,
    ask_service,
    hand_over,
    move_request,
    open_request,
    take_request,
    withdraw_request,
)
from jobmatch.casework.desk.states import ProxyConsent, RequestAction, RequestState, RequestWay
from jobmatch.core import clock
from jobmatch.core.actors import Actor, system_actor
from jobmatch.core.uow import UnitOfWork
from jobmatch.demo.county import COUNTY
from jobmatch.demo.registry import own_actor
from jobmatch.demo.world import Demo
from jobmatch.people.models.person import Person
from jobmatch.people.queries.people import current_kinds
from jobmatch.reference.queries import is_working_day

DAYS = 91
PER_DAY = 2.6
OFFERED = ("TJGZ", "ZCZX", "JYZX", "PXBM", "PXBT", "CYFC", "SFHY", "DAGZ", "FHRZ", "JSJY")
WEIGHTS = (24, 16, 16, 14, 8, 8, 6, 3, 3, 8)
RESULTS = {
    "TJGZ": "推荐了县内两家单位，已约好面试时间。",
    "ZCZX": "已讲清政策和要带的材料。",
    "JYZX": "做了职业指导，建议先考叉车证。",
    "PXBM": "已报上最近一期培训班，开班前电话通知。",
    "PXBT": "审核通过，公示后发放。",
    "CYFC": "已推荐到经办银行，等银行面谈。",
    "SFHY": "证件核对无误，已核验。",
    "DAGZ": "已按证件更正。",
    "FHRZ": "评审通过，安排了工位。",
    "JSJY": "推荐了离家近的岗位，本人愿意去面试。",
}
NOTES = ("", "", "想在县城上班", "白天方便接电话", "家里有老人，希望离家近")
WALK_INS = (("陈阿姨", "19600009901"), ("刘师傅", "19600009902"), ("何先生", "19600009903"))
LEVELS, LEVEL_WEIGHTS = (5, 4, 3, 2), (55, 36, 7, 2)


@dataclass(slots=True)
class Diary:
    """What is to be done on which day, counted down to today (0)."""

    demo: Demo
    plans: dict[int, list[Callable[[UnitOfWork], None]]] = field(default_factory=dict)

    @contextmanager
    def unit(self, days_ago: int) -> Iterator[UnitOfWork]:
        """A writing unit of the system some days ago."""
        moment = self.demo.today - timedelta(days=days_ago)
        with clock.frozen(moment), self.demo.runtime.unit(system_actor("demo")) as uow:
            yield uow

    def later(self, day: int, act: Callable[[UnitOfWork], None]) -> None:
        """Note ``act`` for a day; what would lie after today does not happen."""
        if day >= 0:
            self.plans.setdefault(day, []).append(act)

    def clerk(self, path: str) -> Actor:
        """Whoever answers for a place."""
        code = path.strip("/").split("/")[-1]
        return self.demo.staff.get(code[:9], self.demo.staff[COUNTY])


def grow_desk(demo: Demo) -> None:
    """Let people ask for three months and the stations answer, each day in one unit."""
    diary = Diary(demo)
    with diary.unit(DAYS) as uow:
        uow.actor = demo.staff[COUNTY]
        _own_limit(uow)
        people = list(uow.session.scalars(select(Person.id).where(Person.user_id.is_not(None)).order_by(Person.id)))
    for day in range(DAYS, -1, -1):
        with diary.unit(day) as uow:
            if is_working_day(uow.session, uow.today) or day == 0:
                for _ in range(int(demo.rng.expovariate(1 / PER_DAY)) + (day == 0) * 2):
                    _arrive(diary, uow, demo.rng.choice(people), day)
            for act in diary.plans.pop(day, []):
                act(uow)
            uow.actor = system_actor("demo")
            escalate_overdue(uow)


def _own_limit(uow: UnitOfWork) -> None:
    """One item whose limit the county shortened by a paper of its own."""
    item = service_items(uow.session)["PXBT"]
    save_item(
        uow,
        code="PXBT",
        name_zh=item.name_zh,
        name_en=item.name_en,
        kinds=item.kinds,
        papers=item.papers,
        limit_days=item.limit_days,
        old_limit_days=15,
        old_limit_paper="安禾县办事时限清单（演示文件）〔2025〕3 号",
        needs_center=True,
        is_active=True,
        source=item.source,
    )


def _arrive(diary: Diary, uow: UnitOfWork, person_id: int, day: int) -> None:
    rng = diary.demo.rng
    query = select(Person).where(Person.id == person_id).options(selectinload(Person.kinds))
    person = uow.session.scalars(query).one()
    items = service_items(uow.session)
    kinds = {kind.kind_code for kind in current_kinds(person, uow.today)}
    fitting = [code for code in OFFERED if is_for(items[code], kinds)]
    if not fitting:
        return
    code = rng.choices(fitting, weights=[WEIGHTS[OFFERED.index(one)] for one in fitting])[0]
    if open_request(uow, person.id, code) is not None:
        return
    clerk = diary.clerk(person.region_path)
    note, chance = rng.choice(NOTES), rng.random()
    if chance < 0.45:
        uow.actor = own_actor(uow, person)
        request = ask_service(uow, person, item_code=code, note=note)
        _follow_asked(diary, request.id, clerk, day, request.limit_days)
        return
    uow.actor = clerk
    if chance < 0.52:
        name, phone = rng.choice(WALK_INS)
        arrival = Arrival(name=name, phone=phone)
        take_request(uow, item_code="ZCZX", arrival=arrival, result=RESULTS["ZCZX"])
        return
    request = take_request(uow, item_code=code, person=person, arrival=_arrival(diary, uow, chance), note=note)
    _follow_taken(diary, request.id, clerk, day, request.limit_days)


def _arrival(diary: Diary, uow: UnitOfWork, chance: float) -> Arrival:
    if chance > 0.9:
        return Arrival(RequestWay.DOOR, door_on=uow.today, door_place="就近的村（演示）", door_by=uow.actor.label)
    if chance > 0.78:
        consent = diary.demo.rng.choice(list(ProxyConsent))
        return Arrival(RequestWay.PROXY, proxy_name="村干部（演示）", consent=consent)
    return Arrival()


def _follow_asked(diary: Diary, request_id: int, clerk: Actor, day: int, limit: int) -> None:
    """Most are accepted on the next day; a few are withdrawn, a few lie too long."""
    rng = diary.demo.rng
    chance = rng.random()
    if chance < 0.06:
        diary.later(day - 1, lambda uow: _withdraw(uow, request_id))
        return
    wait = rng.choice((0, 1, 1)) if chance < 0.94 else 6
    diary.later(day - wait, lambda uow: _step(uow, request_id, clerk, RequestAction.ACCEPT))
    _follow_taken(diary, request_id, clerk, day - wait, limit)


def _follow_taken(diary: Diary, request_id: int, clerk: Actor, day: int, limit: int) -> None:
    rng = diary.demo.rng
    chance = rng.random()
    if chance < 0.12:
        diary.later(day - 2, lambda uow: _step(uow, request_id, clerk, RequestAction.MORE, "身份证复印件"))
        diary.later(day - 6, lambda uow: _supply(uow, request_id))
    if 0.12 <= chance < 0.20:
        diary.later(day - 1, lambda uow: _give_to_center(diary, uow, request_id, clerk))
    if chance > 0.97:
        diary.later(
            day - 3, lambda uow: _step(uow, request_id, clerk, RequestAction.REFUSE, "不在这个县安置，请到安置地办")
        )
        return
    quick = (0, 0, 1) if limit <= 1 else (1, 2, 2, 3, 4, 6)
    days = rng.choice(quick) if chance < 0.87 else 28
    ready = day - days - (7 if chance < 0.12 else 0)
    diary.later(ready, lambda uow: _step(uow, request_id, clerk, RequestAction.FINISH))
    if rng.random() < 0.72:
        level = rng.choices(LEVELS, weights=LEVEL_WEIGHTS)[0]
        diary.later(
            ready - 1, lambda uow: _answer(uow, request_id, clerk, level, by_phone=level == 4 and ready % 5 == 0)
        )


def _step(uow: UnitOfWork, request_id: int, clerk: Actor, action: RequestAction, note: str = "") -> None:
    request = uow.session.get_one(ServiceRequest, request_id)
    uow.actor = clerk
    if action is RequestAction.FINISH:
        note = RESULTS.get(request.item_code, "已办好。")
    waiting = {RequestAction.ACCEPT: (RequestState.ASKED,)}.get(action, (RequestState.ACCEPTED, RequestState.WORKING))
    if request.state in waiting:
        move_request(uow, request, action, note=note)


def _withdraw(uow: UnitOfWork, request_id: int) -> None:
    request = uow.session.get_one(ServiceRequest, request_id)
    uow.actor = own_actor(uow, uow.session.get_one(Person, request.person_id))
    withdraw_request(uow, request)


def _supply(uow: UnitOfWork, request_id: int) -> None:
    request = uow.session.get_one(ServiceRequest, request_id)
    uow.actor = own_actor(uow, uow.session.get_one(Person, request.person_id))
    if request.state is RequestState.MORE:
        add_note(uow, request, note="材料已经交到服务站。")


def _give_to_center(diary: Diary, uow: UnitOfWork, request_id: int, clerk: Actor) -> None:
    request = uow.session.get_one(ServiceRequest, request_id)
    uow.actor = clerk
    center = uow.session.get_one(Organization, diary.demo.stations[COUNTY])
    if request.state in {RequestState.ACCEPTED, RequestState.WORKING} and request.station_id != center.id:
        hand_over(uow, request, station=center, reason="要县里统一联系单位")


def _answer(uow: UnitOfWork, request_id: int, clerk: Actor, level: int, *, by_phone: bool) -> None:
    request = uow.session.get_one(ServiceRequest, request_id)
    rating = uow.session.scalars(select(Rating).where(Rating.about == f"desk:{request.public_id}")).one_or_none()
    if rating is None:
        return
    if by_phone:
        uow.actor = clerk
        rate_for(uow, rating, level=level)
    else:
        uow.actor = own_actor(uow, uow.session.get_one(Person, request.person_id))
        rate(uow, rating, level=level)
