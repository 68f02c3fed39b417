"""What classes led to: each figure by its definition, each part of a rate disjoint, few statements."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import event

from jobmatch.core.uow import UnitOfWork
from tests.training.help_pay import attend, certificate, course_session, enrollment, meetings, provider, work
from training.courses.classes.models import CourseSession
from training.courses.classes.states import SessionState
from training.courses.classroom.states import CourseCertificateKind
from training.courses.enrollment.states import EnrollmentState
from training.courses.results.figures import ClassFigures, misses, rate
from training.courses.results.making import BEHIND, HEAD, grouped, report_words
from training.courses.results.models import ClassRating
from training.courses.results.queries import (
    ClassHead,
    added_up,
    figures_of,
    heads_query,
    last_class_words,
    rating_sums,
)

DONE = EnrollmentState.COMPLETED
DAYS = {"starts_on": date(2026, 3, 2), "ends_on": date(2026, 3, 31)}
DUE = date(2026, 9, 30)
"""Six months after the last day of March: September has no 31st."""


def counted(uow: UnitOfWork, *sessions: CourseSession, months: int = 6) -> dict[int, ClassFigures]:
    rows = uow.session.execute(heads_query().where(CourseSession.id.in_([one.id for one in sessions])))
    return figures_of(uow.session, [ClassHead(*row) for row in rows], months=months, today=uow.today)


def test_everybody_who_completed_is_in_one_part_and_unconfirmed_work_stays_below_the_line(uow: UnitOfWork) -> None:
    session = course_session(uow, state=SessionState.CLOSED, **DAYS)
    people = [enrollment(uow, session, state=DONE) for _n in range(8)]
    ids = [one.person_id or 0 for one in people]
    long = (date(2026, 4, 1), date(2026, 12, 31))
    work(uow, ids[0], "E1", date(2026, 4, 1), confirmed=long)
    work(uow, ids[1], "E1", date(2026, 4, 1))
    work(uow, ids[2], "E1", date(2026, 4, 1), ended_on=date(2026, 8, 1), confirmed=long)
    work(uow, ids[3], "C", date(2026, 9, 1))
    work(uow, ids[4], "R1", date(2026, 9, 1))
    work(uow, ids[5], "E1", date(2026, 10, 1), confirmed=(date(2026, 10, 1), date(2026, 12, 31)))
    people[6].was_employed = True
    work(uow, ids[6], "E1", date(2026, 1, 1), confirmed=long)
    work(uow, ids[7], "E1", date(2026, 4, 1), confirmed=(date(2026, 4, 1), date(2026, 9, 29)))
    left = enrollment(uow, session, state=EnrollmentState.LEFT)
    work(uow, left.person_id or 0, "E1", date(2026, 4, 1), confirmed=long)
    uow.session.flush()
    found = counted(uow, session)[session.id]
    one = [person.id for person in people]
    assert found.due_on == DUE
    assert (len(found.arrived), len(found.completed)) == (9, 8)
    assert (found.was_employed, found.school, found.gone) == ({one[6]}, {one[3]}, {one[4]})
    assert found.base == {one[0], one[1], one[2], one[5], one[7]}
    assert found.employed == {one[0]}
    assert found.unverified == {one[1], one[7]}
    assert found.ever == {one[0], one[2], one[7]}
    assert len(found.base) + len(found.was_employed) + len(found.school) + len(found.gone) == len(found.completed)


def test_work_that_begins_or_is_confirmed_to_the_very_day_counts_and_the_day_it_ends_does_not(uow: UnitOfWork) -> None:
    session = course_session(uow, state=SessionState.CLOSED, **DAYS)
    people = [enrollment(uow, session, state=DONE) for _n in range(3)]
    work(uow, people[0].person_id or 0, "J", DUE, confirmed=(DUE, DUE))
    work(uow, people[1].person_id or 0, "E1", date(2026, 4, 1), ended_on=DUE, confirmed=(date(2026, 4, 1), DUE))
    work(uow, people[2].person_id or 0, "E1", date(2026, 4, 1), confirmed=(date(2026, 10, 1), date(2026, 12, 1)))
    found = counted(uow, session)[session.id]
    assert found.employed == {people[0].id} and found.unverified == {people[2].id}


def test_a_class_whose_months_are_not_over_has_no_rate_yet(uow: UnitOfWork) -> None:
    early = course_session(uow, state=SessionState.CLOSED, **DAYS)
    late = course_session(uow, state=SessionState.CLOSED)
    for session in (early, late):
        enrollment(uow, session, state=DONE)
    found = counted(uow, early, late)
    assert found[early.id].is_due and not found[late.id].is_due and not found[late.id].base
    total = added_up(list(found.values()))
    assert (total.classes, total.due_classes, total.completed_due, len(total.completed)) == (2, 1, 1, 2)
    assert not counted(uow, early, months=12)[early.id].is_due


def test_certificates_count_people_once_and_neither_completions_nor_void_ones(uow: UnitOfWork) -> None:
    session = course_session(uow, state=SessionState.CLOSED, target_count=1, **DAYS)
    twice, void, plain = (enrollment(uow, session, state=DONE) for _n in range(3))
    certificate(uow, twice)
    certificate(uow, twice, CourseCertificateKind.QUALIFICATION)
    certificate(uow, void, revoked_at=uow.now, revoke_reason="测试")
    certificate(uow, plain, CourseCertificateKind.COMPLETION)
    found = counted(uow, session)[session.id]
    assert found.certified == {twice.id}
    assert found.by_kind == {"skill_level": 1, "qualification": 1}
    assert rate(len(found.completed), found.target_count) == "300.0%"


def test_who_attended_enough_and_who_passed_are_counted_apart(uow: UnitOfWork) -> None:
    session = course_session(uow, state=SessionState.CLOSED, **DAYS)
    held = meetings(uow, session, DAYS["starts_on"], 5)
    exact, short, never = (enrollment(uow, session, state=DONE, is_passed=way) for way in (True, False, None))
    attend(uow, exact, held[:4])
    attend(uow, short, held[:3])
    other = course_session(uow, state=SessionState.CLOSED, **DAYS)
    unheld = enrollment(uow, other, state=DONE, is_passed=True)
    found = counted(uow, session, other)
    # 80 % of 20 hours is the least; a class without a closed roll says nothing of attendance.
    assert (found[session.id].attended, found[session.id].passed) == ({exact.id}, {exact.id})
    assert (found[other.id].attended, found[other.id].passed) == (set(), {unheld.id})
    assert never.id in found[session.id].arrived
    words = report_words(head_of(uow, session), {6: found[session.id]}, "测试中心", 0)[0]
    assert "结业3人（出勤达标1人、考核合格1人）" in words


def head_of(uow: UnitOfWork, session: CourseSession) -> ClassHead:
    return ClassHead(*uow.session.execute(heads_query().where(CourseSession.id == session.id)).one())


def test_ratings_of_a_provider_are_an_average_from_five_answers_on(uow: UnitOfWork) -> None:
    school = provider(uow)
    one, two = (course_session(uow, state=SessionState.CLOSED, provider=school, **DAYS) for _n in range(2))
    for session, given in ((one, (5, 5, 2)), (two, (4, 4))):
        for stars in given:
            row = enrollment(uow, session, state=DONE)
            uow.session.add(ClassRating(enrollment_id=row.id, stars=stars, rated_at=uow.now))
    uow.session.flush()
    heads, figures = [head_of(uow, one), head_of(uow, two)], counted(uow, one, two)
    sums = rating_sums(uow.session, list(figures))
    assert [row.rating for row in grouped(heads, figures, "class", sums)] == [(3, None), (2, None)]
    [row] = grouped(heads, figures, "provider", sums)
    assert (row.rating, row.cells[-1], len(row.cells), len(BEHIND)) == ((5, 4.0), "4", len(HEAD), len(HEAD))


def test_rates_say_a_dash_where_there_is_nothing_and_goals_are_met_exactly() -> None:
    assert (rate(0, 0), rate(1, 3)) == ("—", "33.3%")
    assert misses(84, 100, 85) and not misses(85, 100, 85) and not misses(0, 0, 85)


def test_many_classes_cost_as_many_statements_as_few(uow: UnitOfWork) -> None:
    sessions = []
    for _n in range(20):
        session = course_session(uow, state=SessionState.CLOSED, **DAYS)
        work(uow, enrollment(uow, session, state=DONE).person_id or 0, "E1", date(2026, 4, 1))
        sessions.append(session)
    spent = []
    engine = uow.session.get_bind()
    for part in (sessions[:2], sessions):
        seen: list[str] = []

        def listen(_c: Any, _k: Any, statement: str, *_rest: Any, seen: list[str] = seen) -> None:
            seen.append(statement)

        event.listen(engine, "before_cursor_execute", listen)
        counted(uow, *part)
        event.remove(engine, "before_cursor_execute", listen)
        spent.append(len(seen))
    assert spent[0] == spent[1] > 0


def test_the_words_of_the_last_class_are_those_of_the_newest_that_is_due(uow: UnitOfWork) -> None:
    session = course_session(uow, state=SessionState.CLOSED, **DAYS)
    assert last_class_words(uow.session, session.course_code, session.provider_id) is None
    people = [enrollment(uow, session, state=DONE) for _n in range(3)]
    work(uow, people[0].person_id or 0, "E1", DUE, confirmed=(DUE, DUE))
    words = last_class_words(uow.session, session.course_code, session.provider_id)
    assert words == "上一期结业 6 个月就业 1/3"
