"""Fairs of others that we only join, online fairs, and a city's fair by county: what counts as what."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from jobmatch.core.actors import Actor
from jobmatch.core.errors import Conflict, Invalid
from jobmatch.core.uow import UnitOfWork
from jobmatch.demo.employers import synthetic_credit_code
from jobmatch.fairs.day.services.checking_in import Scan, WalkIn, check_in
from jobmatch.fairs.exhibitors.models import Exhibitor, ExhibitorAbsence
from jobmatch.fairs.exhibitors.policies import visible_public_exhibitors
from jobmatch.fairs.exhibitors.services.absences import check_in_exhibitor, mark_absences
from jobmatch.fairs.exhibitors.services.attending import Coming
from jobmatch.fairs.exhibitors.services.signing_up import cancel_exhibitor, enter_exhibitor, sign_up_by_phone
from jobmatch.fairs.exhibitors.states import ExhibitorState
from jobmatch.fairs.outcomes import making
from jobmatch.fairs.outcomes.figures import quick
from jobmatch.fairs.outcomes.tracking import cumulative
from jobmatch.fairs.planning import queries
from jobmatch.fairs.planning.models import FairBroadcast, FairSlice, JobFair
from jobmatch.fairs.planning.policies import visible_fairs
from jobmatch.fairs.planning.services import fairs
from jobmatch.fairs.planning.services.fairs import FairPlan
from jobmatch.fairs.planning.states import FairMode, FairPart, FairState
from jobmatch.fairs.visitors.models import FairRegistration
from jobmatch.fairs.visitors.states import VisitorKind
from tests.applications.samples import apply
from tests.conftest import acting
from tests.factories import (
    COUNTY,
    PATH_A,
    PATH_B,
    PATH_COUNTY,
    make_employer,
    make_person,
    make_posting,
    make_staff,
    phone,
)
from tests.fairs.help import make_fair_posting, make_registration
from tests.fairs.outcome_help import booth, closed_fair, make_intention, visitor


def joined(uow: UnitOfWork) -> tuple[UnitOfWork, JobFair]:
    """Somebody else's fair that takes place today, in the hands of a clerk who notes our part."""
    office = acting(uow, make_staff(uow))
    opens_at = uow.now - timedelta(hours=1)
    plan = FairPlan(title="测试外部招聘会", opens_at=opens_at, closes_at=opens_at + timedelta(hours=5), place="测试馆")
    return office, fairs.begin_joined(office, fairs.create_fair(office, plan, part=FairPart.JOINED))


def test_our_employers_posts_and_people_at_somebody_elses_fair_count_as_joined(uow: UnitOfWork) -> None:
    office, fair = joined(uow)
    employer = make_employer(uow)
    make_posting(uow, employer, requirements=False)
    row = sign_up_by_phone(office, fair, employer)
    given = {"name": "测试同去有限公司", "credit_code": synthetic_credit_code("91", 7010), "region_code": COUNTY}
    contact = {"contact_name": "", "contact_phone": "0731-5550123"}
    absent = enter_exhibitor(office, fair, **given, **contact, coming=Coming())
    assert (row.state, absent.state) == (ExhibitorState.ACCEPTED, ExhibitorState.ACCEPTED)
    check_in_exhibitor(office, fair, row)
    cancel_exhibitor(office, fair, absent)
    assert mark_absences(uow, fair) == 0 and uow.session.scalars(select(ExhibitorAbsence)).all() == []
    check_in(office, fair, Scan(walk_in=WalkIn(name="测试来人", phone=phone(), kind=VisitorKind.VETERAN)))
    fairs.close_fair(office, fair)
    n = quick(uow.session, fair).numbers()
    assert (n["exhibitors"], n["vacancies"], n["visitors"]) == (1, 2, 1)
    year = queries.year_plan(office)
    assert (year.held, year.planned, year.joined) == (0, 0, 1)
    found = cumulative(uow.session, PATH_COUNTY, uow.today - timedelta(days=9), uow.today)
    n = found.numbers()
    assert (n["fairs"], n["joined"], n["joined_employers"], n["joined_vacancies"], n["visitors"]) == (0, 1, 1, 2, 0)
    assert (n["employer_times"], n["vacancies"]) == (0, 0)
    report = making.cumulative_report(uow.session, found)
    assert "举办退役军人专场招聘会0场" in report.words[0] and report.tables[0].rows[0][0].endswith("（参加）")


def test_what_was_only_joined_never_reads_as_held_and_is_never_public(uow: UnitOfWork) -> None:
    office, fair = joined(uow)
    told = making.quick_report(uow.session, fair).words[0]
    assert "参加外部招聘会" in told and "举办" not in told.replace("不算举办", "")
    clerk = office.actor
    for actor in (Actor(), clerk):
        assert uow.rows(visible_fairs(actor, queries.coming_fairs())) == []
    assert uow.rows(visible_fairs(Actor(), queries.fairs())) == []
    assert uow.rows(visible_public_exhibitors(Actor(), select(Exhibitor))) == []
    for act in (fairs.publish_fair, fairs.unpublish_fair, fairs.open_fair):
        with pytest.raises(Conflict):
            act(office, fair)
    plan = fairs.plan_of(fair)
    assert fairs.edit_fair(office, fair, plan).state is FairState.RUNNING
    fairs.close_fair(office, fair)
    fair.closes_at = uow.now - timedelta(minutes=1)
    assert fairs.reopen_fair(office, fair).state is FairState.RUNNING
    early = fairs.create_fair(
        office,
        FairPlan(title="测试", opens_at=uow.now + timedelta(days=3), closes_at=uow.now + timedelta(days=4)),
        part=FairPart.JOINED,
    )
    with pytest.raises(Invalid):
        fairs.begin_joined(office, early)
    held = fairs.create_fair(office, FairPlan(title="测试", opens_at=uow.now, closes_at=uow.now + timedelta(hours=4)))
    with pytest.raises(Conflict):
        fairs.begin_joined(office, held)


def test_applications_during_an_online_fair_belong_to_it_and_stand_in_their_own_row(uow: UnitOfWork) -> None:
    online, hall = closed_fair(uow, mode=FairMode.BOTH), closed_fair(uow)
    exhibitor, brought = booth(uow, online)
    make_fair_posting(uow, booth(uow, hall, employer=exhibitor.employer)[0], posting=brought.posting)
    person = make_person(uow)
    sent = apply(uow, person, brought.posting)
    sent.created_at = online.opens_at + timedelta(minutes=5)
    values = {"viewer_count": 1200, "application_count": 30, "intention_count": 7}
    uow.session.add(FairBroadcast(fair_id=online.id, title="测试直播", starts_at=online.opens_at, **values))
    uow.session.flush()
    n = quick(uow.session, online).numbers()
    assert (n["broadcasts"], n["broadcast_viewers"], n["broadcast_applications"], n["online_applications"]) == (
        1,
        1200,
        30,
        1,
    )
    assert (n["intentions"], n["intention_people"], quick(uow.session, hall).numbers()["online_applications"]) == (
        0,
        0,
        0,
    )
    report = making.quick_report(uow.session, online)
    assert next(one.rows for one in report.tables if one.title == "直播带岗") == [[1, 1200, 30, 1, 7]]
    assert "投递30份（平台填报，另在本系统投到这些岗位1份），意向7人次（单列" in report.words[-1]
    assert not any(one.title == "直播带岗" for one in making.quick_report(uow.session, hall).tables)
    total = cumulative(uow.session, PATH_COUNTY, uow.today - timedelta(days=9), uow.today).numbers()
    assert (total["broadcasts"], total["online_applications"], total["broadcast_intentions"]) == (1, 1, 7)
    sent.created_at = online.closes_at + timedelta(minutes=5)
    uow.session.flush()
    assert quick(uow.session, online).numbers()["online_applications"] == 0


def test_figures_by_county_add_up_to_those_of_the_fair(uow: UnitOfWork) -> None:
    fair = closed_fair(uow)
    deep = PATH_A + "430382100001/"
    uow.session.add_all(FairSlice(fair_id=fair.id, region_path=path) for path in (PATH_A, deep, PATH_B))
    uow.session.flush()
    posts = [booth(uow, fair, employer=make_employer(uow, path=path))[1] for path in (PATH_A, deep, PATH_COUNTY)]
    people: list[FairRegistration] = [visitor(uow, fair, region_path=path) for path in (PATH_A, deep, PATH_B, PATH_B)]
    # Did not come, but has a file that vouches.
    people.append(make_registration(uow, fair, region_path=PATH_COUNTY, person_id=make_person(uow).id))
    for person in people[1:]:
        make_intention(uow, person, posts[0])
    make_intention(uow, people[1], posts[1])
    found = quick(uow.session, fair)
    n, rows = found.numbers(), found.by_slice()
    told = {one.path: (len(one.exhibitors), one.vacancies, len(one.visitors), len(one.wishing)) for one in rows}
    sums = tuple(sum(column) for column in zip(*told.values(), strict=True))
    assert sums == (n["exhibitors"], n["vacancies"], n["visitors"], n["intention_people"]) == (3, 9, 4, 4)
    assert told[deep] == (1, 3, 1, 1)
