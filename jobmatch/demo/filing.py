"""Reports that went upward in the demo county: accepted, under review, returned, late, missing, and one amended."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

from jobmatch.accounts.models import Organization
from jobmatch.core.actors import Actor
from jobmatch.core.clock import local_day
from jobmatch.core.uow import UnitOfWork
from jobmatch.demo import county
from jobmatch.demo.campaigns import second_clerk
from jobmatch.demo.ventures import on_day
from jobmatch.demo.world import Demo
from jobmatch.people.models.person import Person
from jobmatch.people.models.register import EmploymentSpell
from jobmatch.people.services.register import end_spell
from jobmatch.reports.filing.calendar import DuePeriod, forms_of, last_due
from jobmatch.reports.filing.models import Circular, Submission
from jobmatch.reports.filing.services.circulars import answer_circular, mark_read, send_circular
from jobmatch.reports.filing.services.submitting import (
    accept,
    amend,
    record_due,
    review,
    save_submission,
    send_back,
    submit,
)
from jobmatch.reports.filing.states import FormKind
from jobmatch.reports.indicators.base import Scope
from jobmatch.reports.indicators.people import SEEKERS

SECOND = "19600000002"
"""The second clerk of the county, who accepts what the first one reviewed."""
WAYS = (
    "accepted",
    "accepted",
    "accepted",
    "accepted",
    "accepted",
    "reviewed",
    "submitted",
    "returned",
    "late",
    "missing",
)
"""What became of the monthly reports of the townships, in their order."""
HEAD = "站长（演示）"


def grow_filing(demo: Demo) -> None:
    """The year table of every township is accepted, one of them amended; the monthly reports are on their way."""
    with on_day(demo, 0) as uow:
        second = second_clerk(uow)
        periods = {form: last_due(uow.session, form, uow.today) for form in FormKind}
    first = demo.staff[county.COUNTY]
    for form, period in periods.items():
        for place, town in enumerate(county.TOWNS):
            way = WAYS[place % len(WAYS)] if form is FormKind.MONTHLY else "accepted"
            if form in forms_of(demo.staff[town.code].region_path):
                _walk(demo, period, demo.stations[town.code], (demo.staff[town.code], first, second), way)
        _walk(demo, period, demo.stations[county.COUNTY], (first, second, second), "reviewed")
    _amend(demo, periods[FormKind.MONTHLY], second)
    _circular(demo)


def _amend(demo: Demo, period: DuePeriod, second: Actor) -> None:
    """The first township heard late that somebody had left a job, and reports once more."""
    town = county.TOWNS[0]
    clerk, station_id = demo.staff[town.code], demo.stations[town.code]
    with on_day(demo, 0, clerk) as uow:
        found, spell = _needed(uow, period, station_id), _left_meanwhile(uow, clerk.region_path, period)
        if spell is None:
            return
        person = uow.session.get_one(Person, spell.person_id)
        end_spell(uow, person, spell, ended_on=period.until - timedelta(days=5))
        amend(uow, found, reason="有人月底前离职，月报以后才知道")
        submit(uow, found)
    with on_day(demo, 0, demo.staff[county.COUNTY]) as uow:
        review(uow, _needed(uow, period, station_id))
    with on_day(demo, 0, second) as uow:
        accept(uow, _needed(uow, period, station_id))


def _left_meanwhile(uow: UnitOfWork, path: str, period: DuePeriod) -> EmploymentSpell | None:
    """A line of the register that stood through the period, of somebody who counts as employed in the report."""
    employed = SEEKERS.numerator.rows(Scope(uow, path, period.since, period.until)).subquery()
    query = (
        select(EmploymentSpell)
        .join(employed, employed.c.id == EmploymentSpell.person_id)
        .where(
            EmploymentSpell.ended_on.is_(None),
            EmploymentSpell.superseded_at.is_(None),
            EmploymentSpell.started_on < period.since,
        )
        .order_by(EmploymentSpell.id)
    )
    return uow.session.scalars(query.limit(1)).one_or_none()


def _needed(uow: UnitOfWork, period: DuePeriod, station_id: int) -> Submission:
    """The form of a station for a period."""
    return uow.session.scalars(
        select(Submission).where(
            Submission.station_id == station_id,
            Submission.form == period.form,
            Submission.period_from == period.since,
        )
    ).one()


def _circular(demo: Demo) -> None:
    """One notice that half of the townships have read, and some answered."""
    with on_day(demo, -3, demo.staff[county.COUNTY]) as uow:
        sent = send_circular(
            uow,
            title="报送年底走访慰问名单（演示）",
            words="请各乡镇站核对本站困难退役军人名单，本周内写回执。",
            asks_answer=True,
            due_on=uow.today + timedelta(days=5),
            only_direct=True,
        ).public_id
    for place, town in enumerate(county.TOWNS[::2]):
        with on_day(demo, -1, demo.staff[town.code]) as uow:
            circular = uow.session.scalars(select(Circular).where(Circular.public_id == sent)).one()
            mark_read(uow, circular)
            if place % 2:
                answer_circular(uow, circular, words="已收到，周五前报。")


def _days(demo: Demo, day: date) -> int:
    """How many days a day lies from today, which is never in the future."""
    return min((day - local_day(demo.today)).days, 0)


def _walk(demo: Demo, period: DuePeriod, station_id: int, people: tuple[Actor, Actor, Actor], way: str) -> None:
    """One form as far as it goes; each act on the due day, or three days after it. ``people`` fill, review, accept."""
    with on_day(demo, _days(demo, period.cut_off) + 1) as uow:
        record_due(uow, uow.session.get_one(Organization, station_id), period)
    if way == "missing":
        return
    days = _days(demo, period.due_on) + (3 if way == "late" else 0)
    with on_day(demo, days, people[0]) as uow:
        found = _needed(uow, period, station_id)
        save_submission(uow, found, remarks={}, head=HEAD)
        submit(uow, found)
    if way in {"submitted", "late"}:
        return
    with on_day(demo, days, people[1]) as uow:
        found = _needed(uow, period, station_id)
        if way == "returned":
            send_back(uow, found, returns={"T1.visitors": "比招聘会签到表少，请核对"})
        else:
            review(uow, found)
    if way == "accepted":
        with on_day(demo, days, people[2]) as uow:
            accept(uow, _needed(uow, period, station_id))
