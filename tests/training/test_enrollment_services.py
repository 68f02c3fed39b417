"""Seats and queue of classes: who is refused and by which rule, what becomes of a seat, and what a provider sees."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from jobmatch.accounts.models import Organization
from jobmatch.core.actors import Actor
from jobmatch.core.errors import Conflict, Invalid, NotAllowed
from jobmatch.core.uow import UnitOfWork
from jobmatch.inbox.models import Message
from jobmatch.people.models.consents import Grant, ProxyConsent
from jobmatch.people.models.person import Person
from jobmatch.people.models.register import EmploymentSpell
from jobmatch.people.states import EvidenceKind, GrantPurpose, ProxyScope, RegisterSource
from tests.conftest import acting
from tests.factories import PATH_A, PATH_B, PATH_OTHER, actor_of_person, make_person, make_staff
from tests.training.help_enrollment import (
    ADAPTABILITY,
    OTHER_SKILL,
    SKILL,
    actor_of_provider,
    make_meeting,
    make_provider,
    make_session,
)
from training.courses.classes.models import CourseSession
from training.courses.classes.services.happenings import tell_canceled
from training.courses.classes.states import SessionMode, SessionState
from training.courses.enrollment.models import Enrollment, EnrollmentMove
from training.courses.enrollment.services.enrolling import enroll, enroll_for
from training.courses.enrollment.services.moving import (
    cancel_enrollment,
    leave_class,
    mark_all_arrived,
    mark_arrived,
    promote,
    record_arrived,
    transfer,
)
from training.courses.enrollment.services.reminding import remind_people
from training.courses.enrollment.services.seats import fill_all_seats
from training.courses.enrollment.states import EnrollmentMoveKind, EnrollmentState, EnrollmentWay


def own(uow: UnitOfWork, session: CourseSession, person: Person | None = None, **values: Any) -> Enrollment:
    """Somebody signs up themselves."""
    person = person or make_person(uow)
    mine = acting(uow, actor_of_person(uow, person))
    return enroll(mine, session, person, **({"consent": True} | values)).enrollment


def person_of(uow: UnitOfWork, enrollment: Enrollment) -> Person:
    return uow.session.get_one(Person, enrollment.person_id)


def hers(uow: UnitOfWork, enrollment: Enrollment) -> UnitOfWork:
    return acting(uow, actor_of_person(uow, person_of(uow, enrollment)))


def moves(uow: UnitOfWork, enrollment: Enrollment) -> list[str]:
    query = select(EnrollmentMove.kind).where(EnrollmentMove.enrollment_id == enrollment.id).order_by(EnrollmentMove.id)
    return [kind.value for kind in uow.session.scalars(query)]


def taken(uow: UnitOfWork, session: CourseSession) -> int:
    uow.session.refresh(session, ["taken"])
    return session.taken


def heads(uow: UnitOfWork, person: Person) -> list[str]:
    query = select(Message.title).where(Message.user_id == person.user_id).order_by(Message.id)
    return list(uow.session.scalars(query))


def live_grants(uow: UnitOfWork, person: Person) -> list[Grant]:
    query = select(Grant).where(
        Grant.person_id == person.id, Grant.purpose == GrantPurpose.ENROLLMENT, Grant.revoked_at.is_(None)
    )
    return list(uow.session.scalars(query))


def staff_of(uow: UnitOfWork, path: str = PATH_A) -> tuple[UnitOfWork, Actor]:
    actor = make_staff(uow, path=path)
    return acting(uow, actor), actor


# ---------- one seat, then the queue ----------


def test_a_seat_opens_name_and_phone_to_the_provider_until_ninety_days_after_the_class(uow: UnitOfWork) -> None:
    session, person = make_session(uow), make_person(uow)
    done = own(uow, session, person, needs=["bus", "nonsense"])
    assert (done.state, done.way, done.needs, taken(uow, session)) == (
        EnrollmentState.SEATED,
        EnrollmentWay.OWN,
        ["bus"],
        1,
    )
    [grant] = live_grants(uow, person)
    assert sorted(grant.fields) == ["name", "phone"]
    assert grant.valid_until == session.ends_on + timedelta(days=90)
    assert grant.organization_id == session.provider.organization_id
    assert moves(uow, done) == ["seated"]
    assert heads(uow, person) == [f"{session.title}：报上名了"]


def test_the_same_press_again_changes_nothing(uow: UnitOfWork) -> None:
    session, person = make_session(uow), make_person(uow)
    first = own(uow, session, person)
    again = enroll(acting(uow, actor_of_person(uow, person)), session, person, consent=True)
    assert (again.enrollment.id, again.is_new, taken(uow, session)) == (first.id, False, 1)
    assert len(live_grants(uow, person)) == 1


def test_who_comes_when_the_class_is_full_waits_and_nobody_sees_their_phone(uow: UnitOfWork) -> None:
    session = make_session(uow, capacity=1)
    own(uow, session)
    second, third = own(uow, session), own(uow, session)
    assert [(one.state, one.waiting_number) for one in (second, third)] == [
        (EnrollmentState.WAITING, 1),
        (EnrollmentState.WAITING, 2),
    ]
    assert live_grants(uow, person_of(uow, second)) == []


def test_a_canceled_seat_goes_to_the_head_of_the_queue_in_the_same_unit(uow: UnitOfWork) -> None:
    session = make_session(uow, capacity=1)
    first, second, third = (own(uow, session) for _n in range(3))
    cancel_enrollment(hers(uow, first), first)
    assert [one.state for one in (first, second, third)] == [
        EnrollmentState.CANCELED,
        EnrollmentState.SEATED,
        EnrollmentState.WAITING,
    ]
    assert taken(uow, session) == 1
    assert moves(uow, second) == ["queued", "promoted"]
    assert live_grants(uow, person_of(uow, first)) == []
    assert len(live_grants(uow, person_of(uow, second))) == 1
    assert heads(uow, person_of(uow, second))[-1] == f"{session.title}：候补转正，您有名额了"
    cancel_enrollment(hers(uow, first), first)
    assert taken(uow, session) == 1


def test_who_cancels_and_comes_back_is_the_same_row_at_the_end_of_the_queue(uow: UnitOfWork) -> None:
    session = make_session(uow, capacity=1)
    first, second = own(uow, session), own(uow, session)
    cancel_enrollment(hers(uow, first), first)
    back = own(uow, session, person_of(uow, first))
    assert (back.id, back.state, second.state) == (first.id, EnrollmentState.WAITING, EnrollmentState.SEATED)
    assert moves(uow, first) == ["seated", "canceled", "queued"]


def test_seats_that_were_added_go_to_the_queue_by_the_timed_work_and_by_the_button(uow: UnitOfWork) -> None:
    session = make_session(uow, capacity=1)
    rows = [own(uow, session) for _n in range(4)]
    session.capacity = 2
    uow.session.flush()
    assert (fill_all_seats(uow), fill_all_seats(uow)) == (1, 0)
    session.capacity = 3
    uow.session.flush()
    office, _actor = staff_of(uow)
    assert promote(office, session) == 1
    assert [row.state.value for row in rows] == ["seated", "seated", "seated", "waiting"]
    with pytest.raises(NotAllowed):
        promote(staff_of(uow, PATH_OTHER)[0], session)


# ---------- refused, with the rule ----------


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"state": SessionState.DRAFT}, "还没有批准"),
        ({"state": SessionState.RUNNING}, "已经开班"),
        ({"state": SessionState.CANCELED}, "取消了"),
        ({"sign_up_until": date(2026, 11, 20)}, "截止"),
        ({"sign_up_from": date(2026, 11, 22), "sign_up_until": date(2026, 11, 25)}, "还没到报名时间"),
    ],
)
def test_a_class_that_takes_nobody_today_says_why(uow: UnitOfWork, values: dict[str, Any], words: str) -> None:
    session = make_session(uow, **values)
    with pytest.raises(Conflict, match=words):
        own(uow, session)
    assert taken(uow, session) == 0


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"max_age": 30}, "不超过 30 岁.*36 岁.*依据：这个班的要求"),
        ({"education_code": "21"}, "学历要.*依据"),
        ({"licence_code": "A1"}, "驾驶证.*依据"),
        ({"method_codes": ["APGZ"]}, "安置方式要是.*依据"),
        ({"kind_groups": ["dependant"]}, "只面向军属.*依据"),
        ({"returned_year": 2025}, "只面向 2025 年退役的人"),
    ],
)
def test_who_does_not_fit_is_refused_with_the_rule_and_its_source(
    uow: UnitOfWork, values: dict[str, Any], words: str
) -> None:
    session = make_session(uow, **values)
    with pytest.raises(Invalid, match=words):
        own(uow, session)
    assert taken(uow, session) == 0 and uow.session.query(Enrollment).filter_by(session_id=session.id).count() == 0


def test_nobody_is_signed_up_without_the_agreement(uow: UnitOfWork) -> None:
    session = make_session(uow)
    with pytest.raises(Invalid) as refused:
        own(uow, session, consent=False)
    assert "consent" in refused.value.fields


def test_two_classes_at_the_same_time_are_refused_and_after_one_another_are_not(uow: UnitOfWork) -> None:
    one, person = make_session(uow, days=10, title="测试叉车班"), make_person(uow)
    own(uow, one, person)
    with pytest.raises(Invalid, match=r"测试叉车班.*依据：同一时间只能上一个班"):
        own(uow, make_session(uow, days=15, course_code=OTHER_SKILL), person)
    assert own(uow, make_session(uow, days=20, course_code=OTHER_SKILL), person).state is EnrollmentState.SEATED


def test_classes_with_timetables_are_compared_hour_by_hour(uow: UnitOfWork) -> None:
    person, day, evening = make_person(uow), make_session(uow), make_session(uow, course_code=OTHER_SKILL)
    make_meeting(uow, day, hour=1, hours=3)
    make_meeting(uow, evening, hour=4, hours=3)
    own(uow, day, person)
    assert own(uow, evening, person).state is EnrollmentState.SEATED
    same = make_session(uow, course_code="TR05")
    make_meeting(uow, same, hour=3, hours=2)
    with pytest.raises(Invalid, match="时间重叠"):
        own(uow, same, person)


def test_an_online_class_without_hours_binds_nobody(uow: UnitOfWork) -> None:
    person = make_person(uow)
    own(uow, make_session(uow), person)
    online = make_session(uow, mode=SessionMode.ONLINE, course_code=OTHER_SKILL)
    assert own(uow, online, person).state is EnrollmentState.SEATED


def test_free_skills_courses_are_limited_and_adaptability_is_everybodys(uow: UnitOfWork) -> None:
    person = make_person(uow)
    first = own(uow, make_session(uow, is_free=True), person)
    assert first.is_free
    later = make_session(uow, days=40, is_free=True, course_code=OTHER_SKILL)
    with pytest.raises(Invalid, match=r"免费培训每人 1 次.*依据"):
        own(uow, later, person)
    lesson = own(uow, make_session(uow, days=40, is_free=True, course_code=ADAPTABILITY), person)
    assert (lesson.state, lesson.is_free) == (EnrollmentState.SEATED, False)
    cancel_enrollment(hers(uow, first), first)
    paid_for = make_session(uow, days=60, is_free=True, course_code=OTHER_SKILL)
    assert own(uow, paid_for, person).is_free


def test_who_got_a_seat_elsewhere_meanwhile_leaves_the_queue_and_the_next_one_is_seated(uow: UnitOfWork) -> None:
    session, other = make_session(uow, capacity=1), make_session(uow, course_code=OTHER_SKILL)
    holder, waiting, last = (own(uow, session) for _n in range(3))
    own(uow, other, person_of(uow, waiting))
    cancel_enrollment(hers(uow, holder), holder)
    assert (waiting.state, last.state) == (EnrollmentState.CANCELED, EnrollmentState.SEATED)
    assert heads(uow, person_of(uow, waiting))[-1] == f"{session.title}：候补已取消"


# ---------- by the station ----------


def test_a_station_signs_up_only_who_agreed_and_says_how(uow: UnitOfWork) -> None:
    session, person = make_session(uow), make_person(uow)
    office, actor = staff_of(uow)
    with pytest.raises(Invalid) as refused:
        enroll_for(office, session, person)
    assert "agreed" in refused.value.fields
    with pytest.raises(Invalid) as no_note:
        enroll_for(office, session, person, agreed="voice")
    assert "note" in no_note.value.fields
    done = enroll_for(office, session, person, agreed="voice", note="录音在站里第 3 号盒")
    assert (done.enrollment.way, done.enrollment.enrolled_by_id) == (EnrollmentWay.STATION, actor.user_id)
    [consent] = uow.session.scalars(select(ProxyConsent).where(ProxyConsent.person_id == person.id))
    assert consent.scope is ProxyScope.TRAINING
    later = make_session(uow, days=40, course_code=OTHER_SKILL)
    assert enroll_for(office, later, person).is_new


def test_a_station_of_another_place_and_a_stranger_sign_nobody_up(uow: UnitOfWork) -> None:
    session, person = make_session(uow), make_person(uow)
    for path in (PATH_B, PATH_OTHER):
        with pytest.raises(NotAllowed):
            enroll_for(staff_of(uow, path)[0], session, person, agreed="screen")
    with pytest.raises(NotAllowed):
        enroll(acting(uow, actor_of_person(uow, make_person(uow))), session, person, consent=True)
    with pytest.raises(NotAllowed):
        enroll(acting(uow, actor_of_provider(uow, session.provider)), session, person, consent=True)


def test_staff_cancel_with_a_reason_that_the_person_reads(uow: UnitOfWork) -> None:
    session = make_session(uow)
    mine = own(uow, session)
    office, _actor = staff_of(uow)
    with pytest.raises(Invalid):
        cancel_enrollment(office, mine)
    cancel_enrollment(office, mine, reason="本人来电说要外出")
    assert (mine.state, mine.end_reason) == (EnrollmentState.CANCELED, "本人来电说要外出")
    with pytest.raises(NotAllowed):
        cancel_enrollment(staff_of(uow, PATH_B)[0], own(uow, session), reason="别的站")


# ---------- transfer ----------


def test_a_transfer_takes_the_new_seat_first_and_gives_the_old_one_on(uow: UnitOfWork) -> None:
    old, new = make_session(uow, capacity=1), make_session(uow, days=12, capacity=1)
    mine, next_one = own(uow, old), own(uow, old)
    moved = transfer(hers(uow, mine), mine, new)
    assert (moved.session_id, moved.state, moved.way) == (new.id, EnrollmentState.SEATED, EnrollmentWay.TRANSFER)
    assert (mine.state, next_one.state) == (EnrollmentState.CANCELED, EnrollmentState.SEATED)
    assert moves(uow, mine) == ["seated", "transferred"]
    assert moved.transferred_from_id == mine.id
    assert (taken(uow, old), taken(uow, new)) == (1, 1)
    assert len(live_grants(uow, person_of(uow, moved))) == 1


def test_a_transfer_that_is_refused_leaves_everything_as_it_was(uow: UnitOfWork) -> None:
    old = make_session(uow)
    mine = own(uow, old)
    for target, error in (
        (make_session(uow, course_code=OTHER_SKILL), Invalid),
        (old, Invalid),
        (make_session(uow, sign_up_until=uow.today - timedelta(days=1)), Conflict),
        (make_session(uow, max_age=30), Invalid),
    ):
        with pytest.raises(error):
            transfer(hers(uow, mine), mine, target)
    assert (mine.state, taken(uow, old)) == (EnrollmentState.SEATED, 1)
    assert uow.session.query(Enrollment).count() == 1


# ---------- reporting in, leaving ----------


def today_class(uow: UnitOfWork, **values: Any) -> tuple[CourseSession, Enrollment]:
    session = make_session(uow, **values)
    mine = own(uow, session)
    session.starts_on, session.state = uow.today, SessionState.RUNNING
    uow.session.flush()
    return session, mine


def works(uow: UnitOfWork, person: Person, code: str) -> None:
    uow.session.add(
        EmploymentSpell(
            person_id=person.id,
            status_code=code,
            started_on=date(2026, 1, 1),
            evidence=EvidenceKind.NONE,
            source=RegisterSource.STAFF,
            recorded_at=uow.now,
        )
    )
    uow.session.flush()


@pytest.mark.parametrize(("code", "employed"), [("E1", True), ("L1", False), ("", False)])
def test_reporting_in_keeps_whether_somebody_worked_on_that_day(uow: UnitOfWork, code: str, employed: bool) -> None:
    session, mine = today_class(uow)
    if code:
        works(uow, person_of(uow, mine), code)
    record_arrived(uow, mine)
    assert (mine.state, mine.arrived_on, mine.was_employed) == (EnrollmentState.ATTENDING, uow.today, employed)
    record_arrived(uow, mine)
    assert moves(uow, mine) == ["seated", "arrived"] and taken(uow, session) == 1


def test_nobody_reports_in_before_the_class_or_from_the_queue(uow: UnitOfWork) -> None:
    session = make_session(uow, capacity=1)
    mine, waiting = own(uow, session), own(uow, session)
    with pytest.raises(Conflict, match="还没到报到的日子"):
        record_arrived(uow, mine)
    session.starts_on = uow.today
    uow.session.flush()
    with pytest.raises(Conflict, match="候补"):
        record_arrived(uow, waiting)


def test_the_provider_marks_its_own_people_and_no_others(uow: UnitOfWork) -> None:
    session, mine = today_class(uow)
    with pytest.raises(NotAllowed):
        mark_arrived(acting(uow, actor_of_provider(uow, make_provider(uow))), session, mine)
    teacher = acting(uow, actor_of_provider(uow, session.provider))
    assert mark_all_arrived(teacher, session) == 1
    assert mark_all_arrived(teacher, session) == 0
    assert mine.state is EnrollmentState.ATTENDING


def test_who_leaves_a_running_class_says_why_and_frees_no_seat(uow: UnitOfWork) -> None:
    session, mine = today_class(uow)
    office, _actor = staff_of(uow)
    with pytest.raises(Conflict):
        leave_class(office, session, mine, reason="找到工作了")
    record_arrived(uow, mine)
    with pytest.raises(Invalid):
        leave_class(office, session, mine, reason="  ")
    leave_class(office, session, mine, reason="找到工作了")
    assert (mine.state, mine.ended_on, taken(uow, session)) == (EnrollmentState.LEFT, uow.today, 1)
    with pytest.raises(Conflict):
        cancel_enrollment(office, mine, reason="再取消")
    with pytest.raises(Conflict):
        own(uow, session, person_of(uow, mine))


def test_once_the_class_began_people_do_not_cancel_themselves(uow: UnitOfWork) -> None:
    _session, mine = today_class(uow)
    with pytest.raises(Conflict, match="打电话"):
        cancel_enrollment(hers(uow, mine), mine)


# ---------- what comes by itself ----------


def test_a_canceled_class_tells_everybody_and_shuts_their_files(uow: UnitOfWork) -> None:
    session = make_session(uow, capacity=1)
    seated, waiting = own(uow, session), own(uow, session)
    session.state, session.canceled_at, session.cancel_reason = SessionState.CANCELED, uow.now, "报名人数不够"
    uow.session.flush()
    tell_canceled(uow, session)
    assert {one.state for one in (seated, waiting)} == {EnrollmentState.CANCELED}
    for one in (seated, waiting):
        assert heads(uow, person_of(uow, one))[-1] == f"{session.title}：这个班不办了"
        assert live_grants(uow, person_of(uow, one)) == []
    assert taken(uow, session) == 0


def test_people_with_a_seat_are_reminded_once_the_day_before(uow: UnitOfWork) -> None:
    session = make_session(uow, capacity=1)
    seated, waiting = own(uow, session), own(uow, session)
    assert remind_people(uow) == 0
    session.starts_on = uow.today + timedelta(days=1)
    uow.session.flush()
    assert (remind_people(uow), remind_people(uow)) == (1, 0)
    assert heads(uow, person_of(uow, seated))[-1] == f"{session.title}快开班了"
    assert "快开班" not in heads(uow, person_of(uow, waiting))[-1]


def test_codes_used_here_are_those_of_the_catalogue(uow: UnitOfWork) -> None:
    from jobmatch.reference.models import Course

    kinds = dict(uow.session.execute(select(Course.code, Course.kind)).all())
    assert (kinds[SKILL], kinds[OTHER_SKILL], kinds[ADAPTABILITY]) == ("skill", "skill", "adaptability")
    assert EnrollmentMoveKind.PROMOTED.label and Organization.__tablename__ == "organization"
