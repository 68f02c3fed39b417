"""Each number has its list, and each rule of counting is worked out by hand on a small fair."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest

from jobmatch.core.actors import system_actor
from jobmatch.core.clock import local_day
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.day.models import FairWish, Intention
from jobmatch.fairs.day.states import IntentionMark, WishKind
from jobmatch.fairs.exhibitors.models import FairPostingChange
from jobmatch.fairs.exhibitors.states import FairPostingChangeKind as Change
from jobmatch.fairs.outcomes import making
from jobmatch.fairs.outcomes.figures import quick
from jobmatch.fairs.outcomes.lists import QUICK, TOTAL, TRACKED, list_table, quick_lists, reader, tracked_list
from jobmatch.fairs.outcomes.models import FairRating
from jobmatch.fairs.outcomes.services import follow_ups
from jobmatch.fairs.outcomes.services.links import answer_as_exhibitor
from jobmatch.fairs.outcomes.states import FollowUpResult, FollowUpSource, RatingSide
from jobmatch.fairs.outcomes.tracking import FOLLOW_UP_DAYS, Tracking, cumulative, tracking
from jobmatch.fairs.planning.models import FairBroadcast, FairMoney, JobFair
from jobmatch.fairs.visitors.states import VisitorKind
from tests.factories import PATH_COUNTY, make_employer, make_person, make_staff
from tests.fairs.help import make_exhibitor, make_fair_posting, make_registration
from tests.fairs.outcome_help import booth, closed_fair, follow_ups_of, make_intention, make_spell, visitor

R = FollowUpResult


@pytest.fixture
def fair(uow: UnitOfWork) -> JobFair:
    """A fair of 120 days ago. Two employers came (3 + 4 heads, one posting changed from 9 to 4), and six people:

    A (file) intends twice and starts; B (file, family) intends, works elsewhere; C (phone) has only the employer's yes;
    D (other) is hired on the spot and did not start; E (no phone) only looked; F (file) said yes alone.
    """
    found = closed_fair(uow, days_ago=120, title="测试专场")
    exhibitor, first = booth(uow, found)
    other = make_exhibitor(uow, found, employer=make_employer(uow), came=True)
    second = make_fair_posting(uow, other, vacancies=4)
    absent = make_exhibitor(uow, found)
    make_fair_posting(uow, absent, vacancies=100)
    _change(uow, second, Change.VACANCIES, "9", "4", hours=2)
    _change(uow, first, Change.VACANCIES, "8", "3", hours=-20)
    _change(uow, first, Change.WORDS, "", "会开叉车", hours=3)
    a, b, f = (make_person(uow) for _n in range(3))
    people = {
        "A": visitor(uow, found, person=a, name="测甲", is_verified=True),
        "B": visitor(uow, found, person=b, name="测乙", kind=VisitorKind.MILITARY_DEPENDANT),
        "C": visitor(uow, found, name="测丙"),
        "D": visitor(uow, found, name="测丁", kind=VisitorKind.OTHER),
        "E": visitor(uow, found, name="测戊", phone=None),
        "F": visitor(uow, found, person=f, name="测己", is_verified=True),
    }
    make_registration(uow, found, name="没来的")
    make_intention(uow, people["A"], first)
    make_intention(uow, people["A"], second)
    make_intention(uow, people["B"], second)
    make_intention(uow, people["C"], first, person=False)
    make_intention(uow, people["D"], first, mark=IntentionMark.HIRE, hired=True)
    make_intention(uow, people["F"], first, mark=None)
    start = local_day(found.closed_at or uow.now) + timedelta(days=2)
    make_spell(uow, a, exhibitor.employer, start)
    make_spell(uow, b, None, start)
    uow.session.add_all(FairWish(fair_id=found.id, kind=kind, at=uow.now) for kind in WishKind)
    uow.session.add(
        FairBroadcast(fair_id=found.id, title="直播", starts_at=uow.now, viewer_count=70, intention_count=9)
    )
    uow.session.add(FairMoney(fair_id=found.id, label="场地", planned_yuan=700, spent_yuan=600))
    uow.session.flush()
    uow.actor = system_actor("tests")
    assert follow_ups.plan_follow_ups(uow) == 4
    follow_ups.read_register(uow)
    hired = next(one for one in quick(uow.session, found).intentions if one.name == "测丁")
    rows = follow_ups_of(uow, uow.session.get_one(Intention, hired.intention_id))
    row = rows[90]
    row.result, row.source, row.reason_code = R.NOT_STARTED, FollowUpSource.STAFF, "fu_distance"
    row.answered_at, row.is_recommended_again, row.is_to_training = uow.now, True, True
    uow.session.flush()
    return found


def _change(uow: UnitOfWork, posting: Any, kind: Change, before: str, after: str, *, hours: int) -> None:
    fair = uow.session.get_one(JobFair, posting.fair_id)
    at = fair.opens_at + timedelta(hours=hours)
    uow.session.add(FairPostingChange(fair_posting_id=posting.id, kind=kind, before=before, after=after, at=at))


def test_the_numbers_of_the_day_by_hand(uow: UnitOfWork, fair: JobFair) -> None:
    n = quick(uow.session, fair).numbers()
    # The absent employer's 100 heads do not count; of the changes only that after the opening, 4 - 9.
    assert (n["exhibitors"], n["vacancies"], n["vacancies_more"], n["postings"]) == (2, 3 + 4, -5, 2)
    # A and F are verified; C, D and E have no file.
    assert (n["visitors"], n["verified"], n["declared"], n["no_file"]) == (6, 2, 4, 3)
    # A, C, E, F are veterans, B is family, D another one.
    assert (n["veterans"], n["families"], n["others"]) == (4, 1, 1)
    # A twice, B and D once have both yeses; C and F are one-sided.
    assert (n["intention_people"], n["intentions"], n["one_sided"], n["hires"]) == (3, 4, 2, 1)
    # A, B of A, B, C, E, F: D intends, but is above no line that D is not below.
    assert (n["served_with_intention"], n["served"]) == (2, 5)
    told = making.quick_report(uow.session, fair).words
    assert "意向达成率40%" in told[0] and "（开馆后减少5个）" in told[1]
    assert "没有档案的3人按手机号" in told[1] and "已核验2人、自报4人" in told[1]


def test_the_broadcast_stands_in_a_row_of_its_own(uow: UnitOfWork, fair: JobFair) -> None:
    report = making.quick_report(uow.session, fair)
    row = next(one for one in report.tables if one.title == "直播带岗").rows[0]
    assert row == [1, 70, 0, 0, 9]
    # Its nine intentions are in no other number.
    assert quick(uow.session, fair).numbers()["intentions"] == 4


def test_the_numbers_after_90_days_by_hand(uow: UnitOfWork, fair: JobFair) -> None:
    found = tracking(uow.session, fair, 90)
    n = found.numbers()
    # A started at the employer of one intention, B elsewhere, D did not: 3 = 1 + 1 + 0 + 1 + 0.
    assert [n[one.value] for one in R] == [1, 1, 0, 1, 0]
    # Hired are A, who started, and D on the spot; A is there after three months.
    assert [n[name] for name in ("intention_people", "hired", "started", "kept")] == [3, 2, 1, 1]
    assert (n["recommended_again"], n["to_training"], found.reasons()) == (1, 1, {"fu_distance": 1})
    told = making.day_90_report(uow.session, fair, uow.today).words
    assert "意向3人中已核实入职1人，意向转就业率33.3%；未入职1人，原因：薪资0、距离1、条件不符0" in told[0]
    assert "意向3人=同单位入职1人+其他单位就业1人+流程中0人+未入职1人+未核实0人" in told[1]


def test_what_the_fair_cost_by_hand(uow: UnitOfWork, fair: JobFair) -> None:
    table = next(one for one in making.day_90_report(uow.session, fair, uow.today).tables if one.title == "决算")
    # 600 yuan for six people who came and one who started.
    assert table.rows[-2:] == [["每名进场人员", "", 100], ["每名同单位入职人员", "", 600]]


def test_every_number_is_its_list(uow: UnitOfWork, fair: JobFair) -> None:
    by = reader(uow.session, "masked")
    found, tracked = quick(uow.session, fair), tracking(uow.session, fair, 90)
    total = cumulative(uow.session, PATH_COUNTY, uow.today - timedelta(days=200), uow.today)
    sums = {"vacancies": 2, "vacancies_once": 2, "reserved": 2, "joined_vacancies": 2}
    distinct = {"industries", "occupations"}
    for names, lists, n in ((QUICK, found.lists, found.numbers()), (TOTAL, total.lists, total.numbers())):
        assert set(names) == set(lists)
        for name, (shape, _label) in names.items():
            rows = list_table("", shape, lists[name], by, fairs=total.fairs).rows
            if name == "vacancies_more":
                assert sum(int(row[5]) for row in rows) == n[name]
            elif name in sums:
                assert sum(row[sums[name]] for row in rows) == n[name], name
            else:
                assert len(rows) == n[name] or (name in distinct and len(rows) >= n[name]), name
    for name in TRACKED:
        lines = tracked_list(tracked, name)
        assert lines is not None and len(lines) == tracked.numbers().get(name, len(tracked.outcomes))
    assert [one.line.name for one in tracked_list(tracked, "fu_distance") or ()] == ["测丁"]
    assert tracked_list(tracked, "fu_pay") is None
    # Readers of no names get the lists of things alone.
    assert {table.title for table in quick_lists(uow.session, found, "none")} == {
        "名单-参会单位",
        "名单-岗位",
        "名单-岗位改动",
        "名单-直播",
        "名单-线上投递",
    }


def test_few_ratings_are_not_listed(uow: UnitOfWork, fair: JobFair) -> None:
    people = [one.registration_id for one in quick(uow.session, fair).visitors]
    for number, registration_id in enumerate(people):
        assert making.rating_table(uow.session, fair).rows[0][2] == ("—" if number < 5 else "3.0")
        row = FairRating(fair_id=fair.id, side=RatingSide.VISITOR, registration_id=registration_id, stars=3, at=uow.now)
        uow.session.add(row)
        uow.session.flush()


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_answered_the_states_add_up(uow: UnitOfWork, seed: int) -> None:
    """Random histories through the services: whoever says what and when, each person stands in exactly one state."""
    draw = random.Random(seed)
    fair = closed_fair(uow, days_ago=100)
    exhibitor, posting = booth(uow, fair)
    second = make_fair_posting(uow, exhibitor)
    staff = make_staff(uow)
    people = [make_person(uow) for _n in range(6)]
    for number in range(9):
        registration = visitor(uow, fair, person=people[number] if number < 6 else None)
        for stand in draw.sample([posting, second], k=draw.randint(1, 2)):
            make_intention(uow, registration, stand, person=draw.random() < 0.8)
    uow.actor = system_actor("tests")
    follow_ups.plan_follow_ups(uow)
    intended = quick(uow.session, fair)
    for _step in range(25):
        line = draw.choice(intended.intentions)
        row = follow_ups_of(uow, uow.session.get_one(Intention, line.intention_id))[draw.choice(FOLLOW_UP_DAYS)]
        result, reason = draw.choice(list(R)), draw.choice(["fu_pay", "fu_lost"])
        said = draw.choice(["staff", "person", "employer", "register"])
        if said == "staff":
            registration = follow_ups._context(uow, row)[0]
            uow.actor = staff
            follow_ups.answer_by_staff(uow, row, registration, result=result.value, reason_code=reason)
            uow.actor = system_actor("tests")
        elif said == "person":
            code = reason if result is R.NOT_STARTED else None
            follow_ups.take_answer(uow, row, result, FollowUpSource.PERSON, reason_code=code)
        elif said == "employer":
            answer_as_exhibitor(uow, exhibitor, row.day, {row.public_id: (result.value, reason)})
        elif people:
            started = uow.today - timedelta(days=draw.randint(5, 95))
            make_spell(uow, people.pop(), draw.choice([exhibitor.employer, None]), started)
            follow_ups.read_register(uow)
        _adds_up(tracking(uow.session, fair, 90), len(intended.people))


def _adds_up(found: Tracking, people: int) -> None:
    assert sum(len(found.of(one)) for one in R) == len(found.outcomes) == people
    assert sum(found.reasons().values()) == len(found.of(R.NOT_STARTED))
    sizes = [len(members) for _name, members in found.funnel]
    assert sizes == sorted(sizes, reverse=True)
