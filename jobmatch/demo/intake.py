"""Intake in the demo county: two years of batches with their rosters, people who came, and people still waited for."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from jobmatch.accounts.models import Organization
from jobmatch.casework.intake.models import Intake, IntakeBatch, RosterEntry
from jobmatch.casework.intake.queries.counts import below, files_by_path
from jobmatch.casework.intake.services.counts import check_missing, save_base_count
from jobmatch.casework.intake.services.intakes import Answers, finish_intake, first_key, link_file, save_grant
from jobmatch.casework.intake.services.roster import (
    begin_import,
    hand_in_roster,
    make_batch,
    move_entry,
    plan_grants,
    try_roster,
    watch_deadlines,
)
from jobmatch.casework.intake.states import SELF_ARRANGED, WAITED_FOR, RosterMove, Season
from jobmatch.casework.tasks.services import close_task
from jobmatch.core.clock import local_day
from jobmatch.core.sheets import write_csv
from jobmatch.core.uow import UnitOfWork
from jobmatch.demo.county import COUNTY, GIVEN, SURNAMES, TOWNS
from jobmatch.demo.people import synthetic_id_number
from jobmatch.demo.world import WEEKS, Demo
from jobmatch.people.models.person import Person, ServiceRecord
from jobmatch.people.policies import visible_people
from jobmatch.people.queries.people import find_by_id_number, find_by_phone
from jobmatch.reference.models import Rank, ResettlementMethod
from jobmatch.reference.queries import names, region_label

"""The last week of the demo's year: now."""
HEAD = ("姓名", "身份证号", "安置方式", "退役军衔", "退役日期", "安置地")
MOST_KNOWN = 30
STRANGERS = 9
NEWCOMERS = 3
FIRST_NUMBER = 900_000
MISSING_TOWN = TOWNS[-1].code


def grow_intake(demo: Demo) -> None:
    """Batches of last year and this year with everything that became of them, base counts, and some missing fields."""
    today = local_day(demo.today)
    days = [
        (date(year, month, 1), season)
        for year in (today.year - 1, today.year)
        for month, season in ((3, Season.SPRING), (9, Season.AUTUMN))
        if date(year, month, 1) <= today - timedelta(days=14)
    ]
    for number, (day, season) in enumerate(days):
        _batch(demo, day, season, number, is_last=number == len(days) - 1)
    with demo.unit(WEEKS) as uow:
        watch_deadlines(uow)
    _walk_in(demo)
    _base_counts(demo)
    with demo.unit(WEEKS) as uow:
        town = uow.session.get_one(Organization, demo.stations[MISSING_TOWN])
        check_missing(uow, path=town.region_path)


def _week_of(demo: Demo, day: date) -> int:
    """The week of the demo's year that ``day`` falls into; what was before it counts as its first."""
    return min(WEEKS, max(1, WEEKS - (local_day(demo.today) - day).days // 7))


def _batch(demo: Demo, day: date, season: Season, number: int, *, is_last: bool) -> None:
    week = _week_of(demo, day + timedelta(days=7))
    with demo.unit(week) as uow:
        uow.actor = demo.staff[COUNTY]
        station = uow.session.get_one(Organization, demo.stations[COUNTY])
        batch_id = make_batch(uow, station, year=day.year, season=season).id
        rows = [*_known(uow, day), *_strangers(demo, day, number)]
    _import(demo, batch_id, week, rows)
    _register(demo, batch_id, week)
    _newcomers(demo, batch_id, number, min(week + 1, WEEKS))
    _elsewhere(demo, batch_id)
    _grants(demo, batch_id, day)
    if is_last:
        today = local_day(demo.today)
        late = (_stranger(demo, today - timedelta(days=gap), FIRST_NUMBER + 500 + gap) for gap in (4, 9, 16, 22, 26))
        _import(demo, batch_id, WEEKS, list(late))


def _import(demo: Demo, batch_id: int, week: int, rows: list[tuple[str, ...]]) -> None:
    with demo.unit(week) as uow:
        uow.actor = demo.staff[COUNTY]
        batch = uow.session.get_one(IntakeBatch, batch_id)
        content, name = write_csv(HEAD, rows), f"{batch.name}名册.csv"
        run = hand_in_roster(uow, batch, content=content, name=name)
        begin_import(uow, run, batch, try_roster(uow, batch, content=content, name=name))


def _newcomers(demo: Demo, batch_id: int, number: int, week: int) -> None:
    """Some who have no file yet report at their own station."""
    with demo.unit(week) as uow:
        for turn, entry in enumerate(_waiting(uow, batch_id)[-NEWCOMERS:]):
            if find_by_id_number(uow.session, entry.id_number or "") is None:
                uow.actor = _clerk(demo, entry)
                phone = f"1990009{10 + 10 * number + turn:04d}"
                # The last of each batch wants to work for himself.
                wish = {"starts_up": True, "start_up_words": "开一家农机修理店"} if turn == NEWCOMERS - 1 else {}
                said = _said(entry.name, phone, entry.expected_region_code, entry, **wish)
                intake = finish_intake(uow, said, entry=entry)
                if week < WEEKS - 3:
                    close_task(uow, once=first_key(intake), outcome="已电话联系")


def _said(name: str, phone: str, town: str, entry: RosterEntry | None = None, **values: Any) -> Answers:
    """What somebody from ``town`` says at the window."""
    told: dict[str, Any] = {}
    if entry is not None:
        told = {
            "resettlement_code": entry.method_code,
            "rank_code": entry.rank_code,
            "discharged_on": entry.discharged_on,
        }
    return Answers(
        **{
            "name": name,
            "phone": phone,
            "id_number": "",
            "branch_code": "LJ",
            "registered_place": town,
            "resettled_place": town,
            "region_code": town,
            "wanted_regions": [COUNTY],
            "education_code": "61",
            "licences": ["C1"],
            "specialties": ["SP11"],
            "words": "货车司机",
            "agreed": True,
            **told,
            **values,
        }
    )


def _known(uow: UnitOfWork, day: date) -> list[tuple[str, ...]]:
    """People of the pool who were discharged on ``day``, as rows of a roster."""
    query = select(Person, ServiceRecord).join(ServiceRecord, ServiceRecord.person_id == Person.id)
    query = query.where(ServiceRecord.discharged_on == day, Person.id_number_blind.is_not(None))
    methods, ranks = names(uow.session, ResettlementMethod), names(uow.session, Rank)
    return [
        (
            person.name,
            person.id_number or "",
            methods.get(service.resettlement_code or "", ""),
            ranks.get(service.rank_code or "", ""),
            day.isoformat(),
            region_label(uow.session, person.living_region_code, depth=1),
        )
        for person, service in uow.rows(visible_people(uow.actor, query.order_by(Person.id).limit(MOST_KNOWN)))
    ]


def _strangers(demo: Demo, day: date, number: int) -> list[tuple[str, ...]]:
    return [_stranger(demo, day, FIRST_NUMBER + 100 * number + n) for n in range(STRANGERS)]


def _stranger(demo: Demo, day: date, number: int) -> tuple[str, ...]:
    """Somebody who is on a roster and in no file."""
    born = day - timedelta(days=demo.rng.randrange(20 * 365, 25 * 365))
    name = demo.rng.choice(SURNAMES) + demo.rng.choice(GIVEN)
    rank, method = demo.rng.choice((("上等兵", "自主就业"), ("下士", "自主就业"), ("二级上士", "安排工作")))
    town = demo.rng.choices(TOWNS, weights=[town.share for town in TOWNS])[0]
    return (name, synthetic_id_number(born, number, "male"), method, rank, day.isoformat(), town.name)


def _register(demo: Demo, batch_id: int, week: int) -> None:
    """Those with a file report within some weeks of the roster; their first contact is long done."""
    for later in (0, 1, 2):
        now = min(week + later, WEEKS)
        made = []
        with demo.unit(now) as uow:
            for entry in _waiting(uow, batch_id):
                if entry.id % 3 != later:
                    continue
                person = find_by_id_number(uow.session, entry.id_number or "")
                if person is not None:
                    uow.actor = _clerk(demo, entry)
                    made.append(first_key(link_file(uow, person, entry=entry)))
        if now < WEEKS - 3:
            with demo.unit(now + 1) as uow:
                for key in made:
                    close_task(uow, once=key, outcome="已电话联系")


def _waiting(uow: UnitOfWork, batch_id: int) -> list[RosterEntry]:
    query = select(RosterEntry).where(RosterEntry.batch_id == batch_id, RosterEntry.state.in_(WAITED_FOR))
    return list(uow.session.scalars(query.order_by(RosterEntry.id)))


def _clerk(demo: Demo, entry: RosterEntry) -> Any:
    return demo.staff.get(entry.expected_region_code, demo.staff[COUNTY])


def _elsewhere(demo: Demo, batch_id: int) -> None:
    """Of those who did not come, one is resettled elsewhere and one changed the way of resettlement."""
    with demo.unit(WEEKS) as uow:
        uow.actor = demo.staff[COUNTY]
        waiting = [entry for entry in _waiting(uow, batch_id) if entry.due_on and entry.due_on < uow.today]
        if len(waiting) > 3:
            move_entry(uow, waiting[0], RosterMove.MOVE_AWAY, reason="随配偶在外县落户，档案已转出")
            move_entry(uow, waiting[1], RosterMove.CHANGE_WAY, reason="符合安排工作条件，改办安排工作")


def _grants(demo: Demo, batch_id: int, day: date) -> None:
    """The one-time grant is due two months after the discharge; most of it was paid."""
    due_on = day + timedelta(days=60)
    with demo.unit(WEEKS) as uow:
        uow.actor = demo.staff[COUNTY]
        batch = uow.session.get_one(IntakeBatch, batch_id)
        if due_on > uow.today:
            return
        plan_grants(uow, batch, due_on=due_on)
        for intake, paid_on in _to_pay(demo, uow, batch, due_on):
            save_grant(uow, intake, due_on=due_on, paid_on=min(paid_on, uow.today))


def _to_pay(demo: Demo, uow: UnitOfWork, batch: IntakeBatch, due_on: date) -> list[tuple[Any, date]]:
    query = select(Intake).join(RosterEntry, RosterEntry.id == Intake.entry_id)
    query = query.where(RosterEntry.batch_id == batch.id, RosterEntry.method_code == SELF_ARRANGED)
    found = uow.session.scalars(query.order_by(Intake.id)).all()
    return [
        (intake, due_on + timedelta(days=demo.rng.randrange(0, 20))) for intake in found if demo.rng.random() < 0.85
    ]


def _walk_in(demo: Demo) -> None:
    """Two on no roster reported this week, at the county's window."""
    for number in range(2):
        with demo.unit(WEEKS) as uow:
            uow.actor = demo.staff[COUNTY]
            town = demo.rng.choice(TOWNS)
            day = uow.today - timedelta(days=demo.rng.randrange(3, 20))
            name, id_number, *_rest = _stranger(demo, day, FIRST_NUMBER + 700 + number)
            phone = f"1990009{number:04d}"
            if find_by_phone(uow.session, phone):
                continue
            said = _said(
                name,
                phone,
                town.code,
                id_number=id_number,
                resettlement_code=SELF_ARRANGED,
                rank_code="Y2",
                enlisted_on=day - timedelta(days=730),
                discharged_on=day,
            )
            finish_intake(uow, said)


def _base_counts(demo: Demo) -> None:
    """Every township has typed in its counts; some do not agree with the files."""
    with demo.unit(WEEKS - 2) as uow:
        files = files_by_path(uow)
        uow.actor = demo.staff[COUNTY]
        for town in TOWNS:
            station = uow.session.get_one(Organization, demo.stations[town.code])
            known = below(files, station.region_path)
            superior = known + demo.rng.choice((0, 0, 0, 1, 3))
            village = superior + demo.rng.choice((0, 0, 0, 0, 1))
            save_base_count(uow, station, superior_count=superior, village_count=village)
