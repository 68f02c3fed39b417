"""Sheets of money: who gets how much and why, each step in its time, nothing twice, never above what was approved."""

from __future__ import annotations

import os
import random
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from jobmatch.core.actors import Actor, system_actor
from jobmatch.core.errors import Conflict, Invalid, NotAllowed
from jobmatch.core.runtime import Runtime
from jobmatch.core.uow import UnitOfWork
from jobmatch.core.uploads import Kind, Upload
from tests.applications.test_storms import storm
from tests.factories import make_person
from tests.training.help_pay import SEPTEMBER, attend, course, course_session, enrollment, meetings, work
from training.courses.classes.models import CourseSession
from training.courses.classes.states import SessionState
from training.courses.enrollment.models import Enrollment
from training.courses.enrollment.states import EnrollmentState
from training.courses.payments.models import PaySheet, PaySheetLine
from training.courses.payments.queries import hours_by_month, lines_of
from training.courses.payments.services.making import make_sheet, recompute_sheet
from training.courses.payments.services.moving import cancel_sheet, notice_sheet, pay_sheet, sign_sheet
from training.courses.payments.states import PaySheetKind, PaySheetState

A, F, R = PaySheetKind.ALLOWANCE, PaySheetKind.FIRST_PART, PaySheetKind.REST
SCAN = Upload(content=b"%PDF-1.7\n%%EOF\n", name="签字.pdf", kind=Kind.PDF)
HISTORIES = int(os.environ.get("JOBMATCH_TEST_HISTORIES", "60"))


@pytest.fixture(autouse=True)
def _folder(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """Scans go to a folder of the test."""
    if "uow" in request.fixturenames:
        request.getfixturevalue("uow").session.info["data_dir"] = str(tmp_path)


def amounts(uow: UnitOfWork, sheet: PaySheet) -> list[tuple[int, str]]:
    return [(one.line.amount_yuan, one.line.why) for one in lines_of(uow.session, sheet)]


def to_paid(uow: UnitOfWork, session: CourseSession, sheet: PaySheet) -> PaySheet:
    notice_sheet(uow, session, sheet)
    sheet.noticed_from, sheet.noticed_until = uow.today - timedelta(days=9), uow.today - timedelta(days=2)
    uow.session.flush()
    sign_sheet(uow, session, sheet, upload=SCAN)
    return pay_sheet(uow, session, sheet, paid_on=uow.today, voucher="记-12")


def test_an_allowance_counts_days_and_pays_nothing_below_the_share(uow: UnitOfWork) -> None:
    session = course_session(uow)
    held = meetings(uow, session, date(2026, 9, 7), 10)
    meetings(uow, session, date(2026, 10, 8), 5)
    often, seldom, never = (enrollment(uow, session) for _n in range(3))
    attend(uow, often, held[:6])
    attend(uow, seldom, held[:5])
    enrollment(uow, session, state=EnrollmentState.SEATED)
    sheet = make_sheet(uow, session, kind=A, month=date(2026, 9, 15))
    assert sheet.month == SEPTEMBER and sheet.total_yuan == 60
    assert [yuan for yuan, _why in amounts(uow, sheet)] == [60, 0, 0]
    whys = [why for _yuan, why in amounts(uow, sheet)]
    assert whys == ["到课 6 天，每天 10 元", "到课 20 学时，应到 40 学时，不到 60%，不发", "这个月没有到课"]
    assert sheet.rules["training_allowance_yuan"]["value"] == 10
    assert "湖南省" in sheet.rules["training_allowance_yuan"]["source"]
    assert hours_by_month(uow.session, session.id, SEPTEMBER)[never.id].hours_due == 40


def test_two_meetings_of_one_day_are_one_day_and_the_month_is_that_of_china(uow: UnitOfWork) -> None:
    session = course_session(uow)
    held = meetings(uow, session, date(2026, 9, 30), 1)
    evening = meetings(uow, session, date(2026, 10, 8), 1)[0]
    evening.starts_at, evening.ends_at = held[0].starts_at + timedelta(hours=5), held[0].ends_at + timedelta(hours=5)
    late = meetings(uow, session, date(2026, 10, 9), 1)[0]
    # Half past midnight of 1 October in China is still September in UTC.
    late.starts_at = held[0].starts_at.replace(hour=16, minute=30)
    late.ends_at = late.starts_at + timedelta(hours=1)
    one = enrollment(uow, session)
    attend(uow, one, [*held, evening, late])
    found = hours_by_month(uow.session, session.id, SEPTEMBER)[one.id]
    assert (found.days, found.hours_due, found.hours_came) == (1, 8, 8)


def test_a_month_is_paid_once_over_all_classes_and_at_most_so_many_months(
    uow: UnitOfWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = make_person(uow, with_user=False)
    sheets = []
    for _n in range(2):
        session = course_session(uow)
        held = meetings(uow, session, date(2026, 9, 7), 4)
        attend(uow, enrollment(uow, session, person), held)
        sheets.append((session, make_sheet(uow, session, kind=A, month=SEPTEMBER)))
    assert [sheet.total_yuan for _session, sheet in sheets] == [40, 0]
    assert amounts(uow, sheets[1][1])[0][1] == "这个月已经在别的班发过，不重复发"
    cancel_sheet(uow, *sheets[0], reason="班次填错")
    assert recompute_sheet(uow, *sheets[1]).total_yuan == 40
    # One month behind, a limit of one: the next month pays nothing and says why.
    import training.courses.payments.services.making as making

    real = making.queries.rules_as_they_stood

    def one_month(*args: object) -> dict[str, dict[str, object]]:
        found = real(*args)  # type: ignore[arg-type]
        return {code: {**rule, "value": 1} if code.endswith("_months") else rule for code, rule in found.items()}

    monkeypatch.setattr(making.queries, "rules_as_they_stood", one_month)
    session = sheets[1][0]
    attend(
        uow,
        uow.session.scalars(select(Enrollment).where(Enrollment.session_id == session.id)).one(),
        meetings(uow, session, date(2026, 10, 8), 4),
    )
    sheet = make_sheet(uow, session, kind=A, month=date(2026, 10, 1))
    assert amounts(uow, sheet) == [(0, "已经领过 1 个月，到了上限 1 个月")]


def test_what_is_too_early_or_there_already_is_refused(uow: UnitOfWork) -> None:
    session = course_session(uow, ends_on=date(2026, 12, 30))
    one = enrollment(uow, session)
    held = meetings(uow, session, date(2026, 9, 7), 2)
    attend(uow, one, held)
    for month, words in ((date(2026, 11, 1), "还没有上完课"), (date(2026, 8, 1), "上课的月份"), (None, "上课的月份")):
        with pytest.raises(Invalid) as refused:
            make_sheet(uow, session, kind=A, month=month)
        assert words in refused.value.fields["month"]
    held[0].closed_at = None
    uow.session.flush()
    with pytest.raises(Invalid) as refused:
        make_sheet(uow, session, kind=A, month=SEPTEMBER)
    assert "1 次课没有点完名" in refused.value.fields["month"]
    held[0].closed_at = uow.now
    make_sheet(uow, session, kind=A, month=SEPTEMBER)
    with pytest.raises(Conflict):
        make_sheet(uow, session, kind=A, month=SEPTEMBER)
    with pytest.raises(Conflict, match="结课以后"):
        make_sheet(uow, session, kind=R)
    with pytest.raises(Invalid, match="没有人报到"):
        make_sheet(uow, course_session(uow), kind=F)
    with pytest.raises(Conflict, match="草稿"):
        make_sheet(uow, course_session(uow, state=SessionState.DRAFT), kind=F)
    with pytest.raises(NotAllowed):
        make_sheet(uow.acting_as(Actor()), session, kind=F)


def test_first_part_and_rest_add_up_to_the_funding_of_those_who_complete(uow: UnitOfWork) -> None:
    session = course_session(uow, funding_yuan=1001)
    done, left = enrollment(uow, session), enrollment(uow, session)
    first = make_sheet(uow, session, kind=F)
    assert [yuan for yuan, _why in amounts(uow, first)] == [500, 500]
    session.state, session.ended_at = SessionState.ENDED, uow.now
    done.state, done.ended_on = EnrollmentState.COMPLETED, session.ends_on
    left.state, left.ended_on = EnrollmentState.LEFT, session.ends_on
    uow.session.flush()
    with pytest.raises(Conflict, match="先发放或者作废"):
        make_sheet(uow, session, kind=R)
    to_paid(uow, session, first)
    rest = make_sheet(uow, session, kind=R)
    assert amounts(uow, rest) == [(501, "已结业，1001 元减首拨 500 元"), (0, "没有结业，不付尾款")]


def test_money_above_what_was_approved_is_refused_with_both_figures(uow: UnitOfWork) -> None:
    session = course_session(uow, capacity=1, funding_yuan=1000)
    for _n in range(3):
        enrollment(uow, session)
    with pytest.raises(Invalid, match="1500 元，超过这个班批准的 1000 元（开班审批：1 人 × 每人 1000 元）"):
        make_sheet(uow, session, kind=F)
    assert uow.session.scalar(select(func.count()).select_from(PaySheet)) == 0


def test_a_start_up_course_pays_the_whole_where_a_business_began_in_time(uow: UnitOfWork) -> None:
    code = course(uow, "PAYSU", kind="start_up", subsidy_yuan=1000).code
    days = {"starts_on": date(2026, 3, 2), "ends_on": date(2026, 3, 20)}
    session = course_session(uow, course_code=code, state=SessionState.CLOSED, funding_yuan=1000, **days)
    people = [enrollment(uow, session, state=EnrollmentState.COMPLETED) for _n in range(3)]
    work(uow, people[0].person_id or 0, "J", date(2026, 9, 20))
    work(uow, people[1].person_id or 0, "J", date(2026, 9, 21))
    work(uow, people[2].person_id or 0, "E1", date(2026, 5, 1))
    sheet = make_sheet(uow, session, kind=R)
    assert [yuan for yuan, _why in amounts(uow, sheet)] == [1000, 500, 500]
    assert "startup_course_share" in sheet.rules
    late = course_session(uow, course_code=code, state=SessionState.CLOSED)
    enrollment(uow, late, state=EnrollmentState.COMPLETED)
    with pytest.raises(Invalid, match="还有 1 人没有创业，结业满 6 个月"):
        make_sheet(uow, late, kind=R)


def test_a_sheet_goes_its_way_step_by_step(uow: UnitOfWork) -> None:
    session = course_session(uow)
    enrollment(uow, session)
    sheet = make_sheet(uow, session, kind=F)
    with pytest.raises(Conflict):
        sign_sheet(uow, session, sheet, upload=SCAN)
    notice_sheet(uow, session, sheet)
    # Saturday 21 November: five working days end on Friday the 27th.
    assert (sheet.noticed_from, sheet.noticed_until) == (date(2026, 11, 21), date(2026, 11, 27))
    with pytest.raises(Conflict):
        notice_sheet(uow, session, sheet)
    with pytest.raises(Conflict, match="5 个工作日"):
        sign_sheet(uow, session, sheet, upload=SCAN)
    with pytest.raises(Conflict):
        recompute_sheet(uow, session, sheet)
    sheet.noticed_until = uow.today - timedelta(days=1)
    sign_sheet(uow, session, sheet, upload=SCAN)
    for paid_on, voucher, field in (
        (uow.today, "", "voucher"),
        (None, "记-1", "paid_on"),
        (uow.today + timedelta(days=1), "记-1", "paid_on"),
        (uow.today - timedelta(days=1), "记-1", "paid_on"),
    ):
        with pytest.raises(Invalid) as refused:
            pay_sheet(uow, session, sheet, paid_on=paid_on, voucher=voucher)
        assert set(refused.value.fields) == {field}
    pay_sheet(uow, session, sheet, paid_on=uow.today, voucher="记-1")
    with pytest.raises(Conflict, match="已发放"):
        pay_sheet(uow, session, sheet, paid_on=uow.today, voucher="记-1")
    with pytest.raises(Conflict):
        cancel_sheet(uow, session, sheet, reason="晚了")


def test_a_sum_that_does_not_fit_its_lines_goes_no_further(uow: UnitOfWork) -> None:
    session = course_session(uow)
    enrollment(uow, session)
    sheet = make_sheet(uow, session, kind=F)
    sheet.total_yuan += 1
    uow.session.flush()
    with pytest.raises(Conflict, match="加起来不一样"):
        notice_sheet(uow, session, sheet)
    with pytest.raises(Invalid) as refused:
        cancel_sheet(uow, session, sheet, reason=" ")
    assert "reason" in refused.value.fields
    assert cancel_sheet(uow, session, sheet, reason="合计不对").state is PaySheetState.CANCELED


def _history(uow: UnitOfWork, seed: int) -> None:
    """A few classes with shared people, and random steps in any order; refused ones change nothing."""
    draw = random.Random(seed)
    people = [make_person(uow, with_user=False) for _n in range(3)]
    sessions = []
    for _n in range(2):
        session = course_session(uow, capacity=draw.randint(1, 4), funding_yuan=draw.choice((0, 333, 1001)))
        held = meetings(uow, session, date(2026, 9, 28), 8)
        for person in draw.sample(people, draw.randint(1, 3)):
            attend(uow, enrollment(uow, session, person), draw.sample(held, draw.randint(0, 8)))
        sessions.append(session)
    for _n in range(14):
        session = draw.choice(sessions)
        try:
            with uow.session.begin_nested():
                _step(uow, session, draw)
        except (Conflict, Invalid):
            uow.session.expire_all()


def _step(uow: UnitOfWork, session: CourseSession, draw: random.Random) -> None:
    step = draw.choice(("make", "make", "make", "again", "paid", "cancel", "end"))
    sheets = uow.session.scalars(select(PaySheet).where(PaySheet.session_id == session.id)).all()
    if step == "make":
        make_sheet(uow, session, kind=draw.choice((A, A, F, R)), month=draw.choice((SEPTEMBER, date(2026, 10, 1))))
    elif step == "end" and session.state is SessionState.RUNNING:
        session.state, session.ended_at = SessionState.ENDED, uow.now
        for one in uow.session.scalars(select(Enrollment).where(Enrollment.session_id == session.id)):
            one.state = draw.choice((EnrollmentState.COMPLETED, EnrollmentState.NOT_COMPLETED))
            one.ended_on = session.ends_on
        uow.session.flush()
    elif sheets:
        sheet = draw.choice(sheets)
        if step == "again":
            recompute_sheet(uow, session, sheet)
        elif step == "paid":
            to_paid(uow, session, sheet)
        elif step == "cancel":
            cancel_sheet(uow, session, sheet, reason="测试")


@pytest.mark.parametrize("part", range(4))
def test_random_histories_keep_every_sum(uow: UnitOfWork, part: int) -> None:
    made = 0
    for seed in range(part, HISTORIES, 4):
        with uow.session.begin_nested() as point:
            _history(uow, seed)
            uow.session.expire_all()
            made += len(uow.session.scalars(select(PaySheet.id)).all())
            sums = dict(
                uow.session.execute(
                    select(PaySheetLine.sheet_id, func.sum(PaySheetLine.amount_yuan)).group_by(PaySheetLine.sheet_id)
                ).all()
            )
            sheets = uow.session.scalars(select(PaySheet)).all()
            assert {sheet.id: sheet.total_yuan for sheet in sheets} == sums
            twice = (
                select(Enrollment.person_id, PaySheet.month, func.count())
                .join(PaySheetLine, PaySheetLine.enrollment_id == Enrollment.id)
                .join(PaySheet, PaySheet.id == PaySheetLine.sheet_id)
                .where(PaySheet.kind == A, PaySheet.state != PaySheetState.CANCELED, PaySheetLine.amount_yuan > 0)
                .group_by(Enrollment.person_id, PaySheet.month)
                .having(func.count() > 1)
            )
            assert uow.session.execute(twice).all() == []
            for session in uow.session.scalars(select(CourseSession)):
                spent = sum(
                    sheet.total_yuan
                    for sheet in sheets
                    if sheet.session_id == session.id
                    and sheet.kind is not A
                    and sheet.state is not PaySheetState.CANCELED
                )
                assert spent <= session.capacity * session.funding_yuan
            point.rollback()
        uow.session.expire_all()
    assert made > HISTORIES / 8


@pytest.mark.parametrize("name", ["sqlite_runtime", pytest.param("postgres_runtime", marks=pytest.mark.postgres)])
def test_of_many_who_make_the_same_sheet_at_once_one_does(name: str, request: pytest.FixtureRequest) -> None:
    runtime: Runtime = request.getfixturevalue(name)
    with runtime.unit(system_actor("tests")) as uow:
        session = course_session(uow)
        enrollment(uow, session)
        session_id = session.id

    def make(_number: int) -> str:
        try:
            with runtime.unit(system_actor("tests")) as uow:
                make_sheet(uow, uow.session.get_one(CourseSession, session_id), kind=F)
            return "made"
        except Conflict:
            return "known"

    answers = storm(make, list(range(8)), 8)
    assert sorted(answers) == ["known"] * 7 + ["made"]
    with runtime.unit(system_actor("tests"), writing=False) as uow:
        assert uow.session.scalar(select(func.count()).select_from(PaySheet)) == 1
