"""Personal plans in the database: made for all, completed for the late, renewed where an exhibitor leaves."""

from __future__ import annotations

from typing import Any

import pytest
from flask import render_template
from sqlalchemy import select

from jobmatch.core.errors import NotAllowed
from jobmatch.core.i18n import use_locale
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.exhibitors.models import Exhibitor
from jobmatch.fairs.halls.models import Booth
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.visitors.models import FairRegistration, PlannedVisit
from jobmatch.fairs.visitors.plans_queries import fairs_to_plan, my_plan
from jobmatch.fairs.visitors.services.plans import (
    ask_for_plans,
    make_plans,
    plan_for,
    read_plan_input,
    store_plans,
    with_reasons,
)
from jobmatch.fairs.visitors.states import RegistrationState
from jobmatch.matching.services import set_personal
from tests.factories import PATH_OTHER, actor_of_person, make_person, make_posting, make_staff
from tests.fairs.help import make_booth, make_exhibitor, make_fair, make_fair_posting, make_registration
from tests.matching.help import counted


def full_fair(uow: UnitOfWork, *, exhibitors: int = 6) -> JobFair:
    """A fair whose exhibitors look for drivers; all of them have a booth."""
    fair = make_fair(uow)
    for number in range(exhibitors):
        exhibitor = make_exhibitor(uow, fair)
        make_fair_posting(uow, exhibitor, posting=make_posting(uow, exhibitor.employer, pay_low_yuan=5000 + number))
        make_booth(uow, fair, f"A{number + 1:02d}", exhibitor=exhibitor)
    return fair


def plan_all(uow: UnitOfWork, fair: JobFair, *, anew: bool = True) -> int:
    """What the job does, in one unit."""
    given = read_plan_input(uow, fair.id, anew=anew)
    return store_plans(uow, fair.id, with_reasons(given, make_plans(given)[0]))


def plan_late(uow: UnitOfWork, registration: FairRegistration) -> int:
    """What the job for one does; how many visits it chose."""
    found = plan_for(uow, registration)
    store_plans(uow, registration.fair_id, {registration.id: found})
    return len(found)


def visits(uow: UnitOfWork, registration: FairRegistration) -> list[PlannedVisit]:
    query = select(PlannedVisit).where(PlannedVisit.registration_id == registration.id)
    return list(uow.session.scalars(query.order_by(PlannedVisit.position)))


def test_everybody_with_a_seat_gets_four_booths_with_reasons(uow: UnitOfWork) -> None:
    fair = full_fair(uow)
    known = make_registration(uow, fair, person_id=make_person(uow).id)
    wishing = make_registration(uow, fair, wish="货车司机")
    silent = make_registration(uow, fair)
    waiting = make_registration(uow, fair, state=RegistrationState.WAITING, waiting_number=1)
    assert plan_all(uow, fair) == 3
    assert [one.position for one in visits(uow, known)] == [1, 2, 3, 4]
    assert visits(uow, known)[0].score > 0.4
    assert visits(uow, known)[0].reasons
    assert len(visits(uow, wishing)) == 4
    assert [one.score for one in visits(uow, silent)] == [0, 0, 0, 0]
    assert visits(uow, waiting) == []


def test_planning_again_changes_nothing(uow: UnitOfWork) -> None:
    fair = full_fair(uow)
    registration = make_registration(uow, fair, person_id=make_person(uow).id)
    plan_all(uow, fair)
    before = [one.id for one in visits(uow, registration)]
    assert plan_all(uow, fair) == 0
    assert [one.id for one in visits(uow, registration)] == before


def test_an_exhibitor_who_leaves_is_replaced_and_a_moved_booth_is_not(uow: UnitOfWork) -> None:
    fair = full_fair(uow)
    registration = make_registration(uow, fair, person_id=make_person(uow).id)
    assert fairs_to_plan(uow.session) == [fair.id]
    plan_all(uow, fair)
    assert fairs_to_plan(uow.session) == []
    first = visits(uow, registration)[0]
    booth = uow.session.scalars(select(Booth).where(Booth.exhibitor_id == first.exhibitor_id)).one()
    booth.number = "Z9"
    uow.session.flush()
    assert fairs_to_plan(uow.session) == []
    exhibitor = uow.session.get_one(Exhibitor, first.exhibitor_id)
    gone = exhibitor.id
    exhibitor.checked_in_at = exhibitor.left_at = uow.now
    uow.session.flush()
    assert gone not in {one.exhibitor_id for one in visits(uow, registration)[1:]}
    assert len(my_plan(uow.session, registration.id)) == 3
    assert fairs_to_plan(uow.session) == [fair.id]
    assert plan_all(uow, fair, anew=False) == 1
    uow.session.expire_all()
    assert gone not in {one.exhibitor_id for one in visits(uow, registration)}
    assert len(my_plan(uow.session, registration.id)) == 4


def test_a_late_registration_is_planned_at_once_and_as_the_others_were(uow: UnitOfWork) -> None:
    fair = full_fair(uow)
    person = make_person(uow)
    early = make_registration(uow, fair, person_id=person.id)
    plan_all(uow, fair)
    late = make_registration(uow, fair, person_id=make_person(uow, name="测试乙").id)
    assert plan_late(uow, late) == 4
    scores = [[one.score for one in visits(uow, registration)] for registration in (early, late)]
    assert scores[0] == pytest.approx(scores[1], abs=1e-3)
    assert visits(uow, late)[0].reasons == visits(uow, early)[0].reasons
    for registration in (make_registration(uow, fair, wish="司机"), make_registration(uow, fair)):
        assert plan_late(uow, registration) == 4


def test_somebody_in_a_wheelchair_is_sent_where_it_can_go(uow: UnitOfWork) -> None:
    fair = full_fair(uow)
    for booth in uow.session.scalars(select(Booth).order_by(Booth.number).limit(3)):
        booth.is_accessible = False
    barred = set(uow.session.scalars(select(Booth.exhibitor_id).where(~Booth.is_accessible)))
    rolling = [make_registration(uow, fair, needs=["wheelchair"], person_id=one) for one in (make_person(uow).id, None)]
    walking = make_registration(uow, fair, person_id=make_person(uow).id)
    plan_all(uow, fair)
    for late in (False, True):
        for one in rolling:
            assert (plan_late(uow, one) if late else len(visits(uow, one))) == 3
            assert not {visit.exhibitor_id for visit in visits(uow, one)} & barred
    assert [one.score for one in visits(uow, rolling[1])] == [0, 0, 0]
    assert len(visits(uow, walking)) == 4


def test_who_refused_recommendations_is_not_scored(uow: UnitOfWork) -> None:
    fair = full_fair(uow)
    person = make_person(uow)
    set_personal(uow.acting_as(actor_of_person(uow, person)), person, is_personal=False)
    registration = make_registration(uow, fair, person_id=person.id)
    plan_all(uow, fair)
    assert [(one.score, one.reasons) for one in visits(uow, registration)] == [(0, [])] * 4
    assert [one.score for one in plan_for(uow, registration)] == [0] * 4


def test_a_fair_without_exhibitors_plans_nothing(uow: UnitOfWork) -> None:
    fair = make_fair(uow)
    registration = make_registration(uow, fair)
    assert plan_all(uow, fair) == 0
    assert plan_for(uow, registration) == []
    assert my_plan(uow.session, registration.id) == []


def test_the_plan_is_walked_row_by_row_and_shown_in_the_readers_language(uow: UnitOfWork, app: Any) -> None:
    fair = full_fair(uow)
    registration = make_registration(uow, fair, person_id=make_person(uow).id)
    plan_all(uow, fair)
    lines = my_plan(uow.session, registration.id)
    assert [one.booth for one in lines] == sorted(one.booth for one in lines)
    assert all(one.pay and one.employer and one.posting for one in lines)
    assert any("B2" in text for text in lines[0].reasons)
    with use_locale("en"):
        english = my_plan(uow.session, registration.id)[0].reasons
    assert english and english != lines[0].reasons
    with app.test_request_context():
        html = render_template("visitors/_my_plan.html", plan=lines)
    assert lines[0].employer in html and "A0" in html


@pytest.mark.parametrize("count", [2, 20])
def test_a_plan_costs_the_same_statements_however_large_the_fair(uow: UnitOfWork, count: int) -> None:
    fair = full_fair(uow, exhibitors=count)
    registration = make_registration(uow, fair, person_id=make_person(uow).id)
    plan_all(uow, fair)
    with counted(uow.session.get_bind()) as seen:
        my_plan(uow.session, registration.id)
    assert len(seen) == 1


def test_only_those_who_work_for_the_fair_have_it_planned(uow: UnitOfWork) -> None:
    fair = full_fair(uow)
    assert ask_for_plans(uow.acting_as(make_staff(uow)), fair)
    assert not ask_for_plans(uow.acting_as(make_staff(uow)), fair)
    with pytest.raises(NotAllowed):
        ask_for_plans(uow.acting_as(make_staff(uow, path=PATH_OTHER)), fair)
