"""Figures of a fair: each is the length of a list, states add up, and the reports say them in the set words."""

from __future__ import annotations

import io
import itertools
import re
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from jobmatch.core.clock import local_day
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.day.models import FairWish
from jobmatch.fairs.day.states import IntentionMark, IntentionStanding, WishKind
from jobmatch.fairs.outcomes import making, words
from jobmatch.fairs.outcomes.documents import write_report
from jobmatch.fairs.outcomes.figures import Quick, load, quick
from jobmatch.fairs.outcomes.lines import IntentionLine
from jobmatch.fairs.outcomes.models import FairFollowUp
from jobmatch.fairs.outcomes.states import FairReportKind, FollowUpResult, FollowUpSource
from jobmatch.fairs.outcomes.tracking import Answer, cumulative, states_of, tracking
from jobmatch.fairs.planning.models import FairBroadcast, FairSlice
from jobmatch.fairs.planning.states import FairPart
from jobmatch.fairs.visitors.states import VisitorKind
from recruiters.employers.states import EmployerKind
from tests.factories import PATH_A, PATH_B, PATH_COUNTY, make_employer, make_person
from tests.fairs.help import make_exhibitor, make_fair_posting, make_registration
from tests.fairs.outcome_help import booth, closed_fair, make_check_in, make_intention, make_spell, visitor
from tests.matching.help import counted

R = FollowUpResult


def test_vacancies_are_heads_of_employers_that_came_and_kept_their_posting(uow: UnitOfWork) -> None:
    fair = closed_fair(uow)
    came, _posting = booth(uow, fair, employer=make_employer(uow, kind=EmployerKind.STATE_OWNED))
    make_fair_posting(uow, came, vacancies=5)
    make_fair_posting(uow, came, vacancies=50).withdrawn_at = uow.now
    make_fair_posting(uow, make_exhibitor(uow, fair), vacancies=500)
    uow.session.flush()
    n = quick(uow.session, fair).numbers()
    assert (n["exhibitors"], n["state_owned"], n["vacancies"], n["postings"]) == (1, 1, 8, 2)


def test_people_are_counted_once_by_file_else_by_phone(uow: UnitOfWork) -> None:
    fair = closed_fair(uow)
    visitor(uow, fair, person=make_person(uow), is_verified=True)
    visitor(uow, fair, kind=VisitorKind.MILITARY_DEPENDANT)
    visitor(uow, fair, kind=VisitorKind.OTHER)
    make_registration(uow, fair)
    n = quick(uow.session, fair).numbers()
    assert (n["visitors"], n["veterans"], n["families"], n["others"]) == (3, 1, 1, 1)
    assert (n["verified"], n["declared"], n["no_file"]) == (1, 2, 2)


def test_an_intention_counts_with_both_yeses_only_and_a_person_once(uow: UnitOfWork) -> None:
    fair = closed_fair(uow)
    exhibitor, first = booth(uow, fair)
    second = make_fair_posting(uow, exhibitor)
    one, two, three, four, away = (visitor(uow, fair) for _n in range(5))
    make_intention(uow, one, first)
    make_intention(uow, one, second, mark=IntentionMark.HIRE, hired=True)
    make_intention(uow, two, first, person=False)
    make_intention(uow, two, second, mark=None)
    make_intention(uow, three, first, mark=IntentionMark.HIRE, person=False)
    make_intention(uow, four, first, mark=IntentionMark.NOT_FIT)
    make_intention(uow, away, first, declined_at=uow.now)
    found = quick(uow.session, fair)
    n = found.numbers()
    assert (n["intention_people"], n["intentions"], n["one_sided"], n["hires"]) == (1, 2, 3, 1)
    assert {line.standing for line in found.lists["one_sided"]} == {
        IntentionStanding.EMPLOYER,
        IntentionStanding.PERSON,
        IntentionStanding.HIRE_OPEN,
    }


def test_the_rate_has_the_same_people_above_and_below(uow: UnitOfWork) -> None:
    fair = closed_fair(uow)
    _exhibitor, posting = booth(uow, fair)
    for person in (visitor(uow, fair), visitor(uow, fair, kind=VisitorKind.OTHER), make_registration(uow, fair)):
        make_intention(uow, person, posting, is_from_sheet=True)
    visitor(uow, fair, kind=VisitorKind.ACCOMPANYING_DEPENDANT)
    n = quick(uow.session, fair).numbers()
    assert (n["intention_people"], n["served_with_intention"], n["served"]) == (3, 1, 2)


def test_slices_and_half_hours_hold_everybody_once(uow: UnitOfWork) -> None:
    fair = closed_fair(uow)
    uow.session.add_all(FairSlice(fair_id=fair.id, region_path=path) for path in (PATH_A, PATH_B))
    booth(uow, fair, employer=make_employer(uow, path=PATH_A))
    visitor(uow, fair, region_path=PATH_A)
    visitor(uow, fair, region_path=PATH_B)
    make_check_in(
        uow, fair, make_registration(uow, fair, region_path=PATH_COUNTY), at=fair.opens_at + timedelta(hours=2)
    )
    found = quick(uow.session, fair)
    rows = {
        one.path: (len(one.exhibitors), one.vacancies, len(one.visitors), len(one.wishing)) for one in found.by_slice()
    }
    assert rows == {PATH_A: (1, 3, 1, 0), PATH_B: (0, 0, 1, 0), "": (0, 0, 1, 0)}
    counts = [count for _at, count in found.by_half_hour()]
    assert sum(counts) == 3 and counts[0] == 2 and counts[-1] == 1


def line(number: int, person: int) -> IntentionLine:
    return IntentionLine(
        1, number, str(number), person, ("file", person), "甲", VisitorKind.VETERAN, PATH_A, person, 1, 1, "", "",
        IntentionStanding.BOTH, datetime(2026, 1, 4, tzinfo=UTC), None,
    )  # fmt: skip


@given(
    st.lists(st.tuples(st.integers(1, 8), st.sampled_from([None, *R])), max_size=30),
)
def test_the_states_of_people_always_add_up(given_: list[tuple[int, FollowUpResult | None]]) -> None:
    lines = [line(number, person) for number, (person, _result) in enumerate(given_)]
    answers = {
        number: Answer(result, "fu_pay" if result is R.NOT_STARTED else None)
        for number, (_person, result) in enumerate(given_)
        if result is not None
    }
    found = states_of(lines, answers, hired=set(), kept={(1, 1)}, day=90)
    people = {person for person, _result in given_}
    assert sum(len(found.of(one)) for one in R) == len(found.outcomes) == len(people)
    assert sum(found.reasons().values()) == len(found.of(R.NOT_STARTED))
    steps = [{one.line.key for one in members} for _name, members in found.funnel]
    assert all(after <= before for before, after in itertools.pairwise(steps))


def answered(uow: UnitOfWork, intention: Any, day: int, result: FollowUpResult, **values: Any) -> FairFollowUp:
    row = FairFollowUp(
        intention_id=intention.id,
        day=day,
        due_on=uow.today,
        result=result,
        source=FollowUpSource.STAFF,
        answered_at=uow.now,
        **values,
    )
    uow.session.add(row)
    uow.session.flush()
    return row


def test_the_four_numbers_come_from_one_list_and_the_register(uow: UnitOfWork) -> None:
    fair = closed_fair(uow, days_ago=120)
    exhibitor, posting = booth(uow, fair)
    people = [make_person(uow) for _n in range(4)]
    kept, left, elsewhere, lost = (make_intention(uow, visitor(uow, fair, person=one), posting) for one in people)
    start = local_day(fair.closed_at or uow.now) + timedelta(days=3)
    first = make_spell(uow, people[0], exhibitor.employer, start)
    make_spell(uow, people[1], exhibitor.employer, start, ended_on=start + timedelta(days=20))
    answered(uow, kept, 7, R.NOT_STARTED, reason_code="fu_pay")
    row = answered(uow, kept, 30, R.SAME_EMPLOYER, spell_id=first.id)
    answered(uow, left, 90, R.SAME_EMPLOYER)
    answered(uow, elsewhere, 90, R.OTHER_EMPLOYER)
    found = tracking(uow.session, fair, 90)
    assert [len(members) for _name, members in found.funnel] == [4, 2, 2, 1]
    assert len(found.of(R.UNVERIFIED)) == 1 and found.of(R.UNVERIFIED)[0].line.intention_id == lost.id
    assert len(tracking(uow.session, fair, 7).of(R.NOT_STARTED)) == 1
    # A line that the register took back verifies nothing any more.
    first.superseded_at = uow.now
    uow.session.flush()
    assert row.result is R.SAME_EMPLOYER
    assert len(tracking(uow.session, fair, 90).of(R.SAME_EMPLOYER)) == 1


def test_the_quick_report_stands_in_the_set_words(uow: UnitOfWork) -> None:
    fair = closed_fair(uow, title="金秋专场", place="县体育馆")
    _exhibitor, posting = booth(uow, fair)
    make_intention(uow, visitor(uow, fair), posting)
    uow.session.add(FairWish(fair_id=fair.id, kind=WishKind.POLICY, at=uow.now))
    uow.session.add(FairBroadcast(fair_id=fair.id, title="直播", starts_at=uow.now, viewer_count=1234))
    uow.session.flush()
    report = making.quick_report(uow.session, fair)
    day = words.chinese_day(local_day(fair.opens_at))
    assert report.words[0] == (
        f"{day}，测试服务中心在县体育馆举办“金秋专场”。现场共有1家用人单位参会（其中国有企业0家、军创企业0家），"
        "提供岗位3个（招聘人数口径，1条招聘信息），涵盖0个行业、1个职业。"
        "进场求职1人（退役军人1人、军属0人、其他0人），达成初步就业意向1人（1人次），意向达成率100%，现场录用0人；"
        "政策咨询1人次，报名技能培训0人，登记创业意愿0人。"
    )
    assert "口径：岗位数=Σ招聘人数" in report.words[1]
    assert "直播带岗1场，观看1234人次" in report.words[2]


def test_readers_of_aggregates_learn_no_small_number(uow: UnitOfWork) -> None:
    fair = closed_fair(uow, days_ago=100)
    _exhibitor, posting = booth(uow, fair)
    for one in [visitor(uow, fair) for _n in range(6)][:2]:
        answered(uow, make_intention(uow, one, posting), 90, R.SAME_EMPLOYER)
    told = " ".join(making.quick_report(uow.session, fair, exact=False).words)
    assert "进场求职6人" in told and "意向少于5人" in told and "意向达成率—" in told
    report = making.day_90_report(uow.session, fair, uow.today, exact=False)
    told = " ".join(report.words)
    assert "意向少于5人中已核实入职少于5人，意向转就业率—" in told and not re.search(r"\D2人", told)
    assert report.lists == []


def test_cumulative_counts_held_fairs_and_people_once(uow: UnitOfWork) -> None:
    employer, person = make_employer(uow), make_person(uow)
    posting = None
    for days_ago in (40, 20):
        fair = closed_fair(uow, days_ago=days_ago)
        exhibitor = make_exhibitor(uow, fair, employer=employer, came=True)
        stand = make_fair_posting(uow, exhibitor, posting=posting, vacancies=days_ago)
        posting = stand.posting
        answered(uow, make_intention(uow, visitor(uow, fair, person=person), stand), 7, R.OTHER_EMPLOYER)
    joined = closed_fair(uow, days_ago=10, part=FairPart.JOINED)
    booth(uow, joined)
    found = cumulative(uow.session, PATH_COUNTY, uow.today - timedelta(days=100), uow.today)
    n = found.numbers()
    assert (n["fairs"], n["joined"], n["employer_times"], n["employers"]) == (2, 1, 2, 1)
    assert (n["vacancies"], n["vacancies_once"]) == (60, 40)
    assert (n["intention_by_fair"], n["intention_people"], n["verified"]) == (2, 1, 1)
    told = making.cumulative_report(uow.session, found).words
    assert (
        "共举办退役军人专场招聘会2场，邀请了2家次企业参会，提供就业岗位60个，达成就业意向1人，经核实实现就业1人"
        in told[0]
    )
    assert "参加外部招聘会1场（不算举办）" in told[2]


def test_twenty_fairs_cost_the_statements_of_two(uow: UnitOfWork) -> None:
    def cost(count: int) -> int:
        fairs = []
        for _n in range(count):
            fair = closed_fair(uow)
            _exhibitor, posting = booth(uow, fair)
            make_intention(uow, visitor(uow, fair), posting)
            fairs.append(fair)
        with counted(uow.session.get_bind()) as seen:
            load(uow.session, fairs)
        return len(seen)

    assert cost(2) == cost(20)


def test_nobody_came_and_nothing_breaks(uow: UnitOfWork) -> None:
    fair = closed_fair(uow)
    for kind in FairReportKind:
        report = making.fair_report(uow.session, fair, kind, uow.today, names="full")
        assert "—" in report.words[0]
    assert Quick(fair).by_half_hour() == []


@pytest.mark.parametrize("kind", list(FairReportKind))
def test_each_form_of_a_report_opens_and_says_the_same(uow: UnitOfWork, kind: FairReportKind) -> None:
    fair = closed_fair(uow, days_ago=95)
    _exhibitor, posting = booth(uow, fair)
    answered(uow, make_intention(uow, visitor(uow, fair, name="测试甲"), posting), 90, R.IN_PROGRESS)
    report = making.fair_report(uow.session, fair, kind, uow.today, names="masked")
    paper = Document(io.BytesIO(write_report(report, "docx")))
    assert report.words[0] in [one.text for one in paper.paragraphs]
    assert len(paper.tables) == len(report.tables)
    assert write_report(report, "pdf").startswith(b"%PDF")
    book = CalamineWorkbook.from_filelike(io.BytesIO(write_report(report, "xlsx")))
    assert book.sheet_names == ["报告", *(one.title for one in [*report.tables, *report.lists])]
    cells = str([book.get_sheet_by_name(name).to_python() for name in book.sheet_names])
    assert "测**" in cells and "测试甲" not in cells
    assert zipfile.is_zipfile(io.BytesIO(write_report(report, "xlsx")))
