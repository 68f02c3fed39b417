"""Submitting and moving applications, on both databases."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from jobmatch.applications.jobs import remind
from jobmatch.applications.models import Application, ApplicationMove
from jobmatch.applications.services.clocks import close_unanswered, follow_moved_people, remind_employers
from jobmatch.applications.services.moving import keep_applications, move_application, reject_applications
from jobmatch.applications.services.submitting import submit_application
from jobmatch.applications.states import ApplicationState, Move, Side
from jobmatch.casework.tasks.models import Task
from jobmatch.casework.tasks.states import TaskKind
from jobmatch.core import clock
from jobmatch.core.actors import system_actor
from jobmatch.core.clock import local_day
from jobmatch.core.errors import Conflict, Invalid, NotAllowed
from jobmatch.core.jobs import JobContext
from jobmatch.core.runtime import Runtime
from jobmatch.core.uow import UnitOfWork
from jobmatch.inbox.models import Message
from jobmatch.matching.models import PairFact
from jobmatch.people.models.consents import Grant
from jobmatch.people.models.person import Person
from jobmatch.people.models.register import EmploymentSpell
from jobmatch.people.states import EmploymentType, EvidenceKind, JobSearchState
from recruiters.employers.states import EmployerKind
from recruiters.postings.models import Posting
from recruiters.postings.states import PostingKind, PostingState
from tests.applications.samples import apply, facts_for, go
from tests.conftest import NOW, acting
from tests.factories import (
    PATH_B,
    actor_of_employer,
    actor_of_person,
    make_employer,
    make_person,
    make_posting,
    make_staff,
)

TO_HIRED = (Move.OFFER, Move.ACCEPT)


def messages_to(uow: UnitOfWork, user_id: int | None) -> list[Message]:
    return list(uow.session.scalars(select(Message).where(Message.user_id == user_id).order_by(Message.id)))


# ---------- submitting ----------


def test_sending_a_resume_needs_consent_that_names_the_employer(uow: UnitOfWork) -> None:
    posting, person = make_posting(uow), make_person(uow)
    with pytest.raises(Invalid) as refused:
        submit_application(uow, posting, person)
    assert "consent" in refused.value.fields
    sent = apply(uow, person, posting)
    grant = uow.session.get_one(Grant, sent.grant_id)
    assert grant.organization_id == posting.employer.organization_id
    assert posting.employer.organization.name in grant.notice
    assert "手机号" in grant.notice
    assert grant.valid_until == uow.today + timedelta(days=180)


def test_a_sent_application_waits_three_working_days_and_keeps_the_fit(uow: UnitOfWork) -> None:
    sent = apply(uow, note=" 下周就能上班 ")
    assert uow.today == date(2026, 11, 21)
    assert sent.answer_due_on == date(2026, 11, 25)
    assert sent.note == "下周就能上班"
    assert sent.score is not None
    assert 0 <= sent.score <= 100
    assert 0 < sent.met_count <= sent.total_count
    assert {line["kind"] for line in sent.fit} >= {"licence", "skill"}
    assert uow.session.scalars(select(PairFact.kind).where(PairFact.person_id == sent.person_id)).all() == ["applied"]


def test_members_of_the_employer_are_told_in_their_language(uow: UnitOfWork) -> None:
    employer = make_employer(uow)
    member = actor_of_employer(uow, employer)
    sent = apply(uow, posting=make_posting(uow, employer))
    [message] = messages_to(uow, member.user_id)
    assert "货车司机" in message.title
    assert "2026 年 11 月 25 日" in message.body
    assert message.link == f"/employer/applications/{sent.public_id}"


def test_sending_twice_gives_the_same_application(uow: UnitOfWork) -> None:
    person, posting = make_person(uow), make_posting(uow)
    first = apply(uow, person, posting)
    assert apply(uow, person, posting, consent=False) is first


def test_closed_postings_take_no_resumes(uow: UnitOfWork) -> None:
    person = make_person(uow)
    for posting in (
        make_posting(uow, state=PostingState.PAUSED),
        make_posting(uow, valid_through=uow.today - timedelta(days=1)),
        make_posting(uow, make_employer(uow, vetted=False)),
    ):
        with pytest.raises(Conflict):
            apply(uow, person, posting)


def test_a_hard_rule_is_cited(uow: UnitOfWork) -> None:
    posting = make_posting(uow, min_age=50, max_age=60)
    with pytest.raises(Invalid, match="年龄"):
        apply(uow, posting=posting)


def test_nobody_applies_for_somebody_else(uow: UnitOfWork) -> None:
    mine, other, posting = make_person(uow), make_person(uow), make_posting(uow)
    with pytest.raises(NotAllowed):
        submit_application(acting(uow, actor_of_person(uow, mine)), posting, other, consent=True)
    with pytest.raises(NotAllowed):
        submit_application(acting(uow, make_staff(uow)), posting, other, consent=True)


# ---------- moving ----------


def test_the_whole_way_writes_log_facts_standing_and_register(uow: UnitOfWork) -> None:
    employer = make_employer(uow)
    posting, person = make_posting(uow, employer), make_person(uow)
    theirs = acting(uow, actor_of_employer(uow, employer))
    mine = acting(uow, actor_of_person(uow, person))
    sent = apply(mine, person, posting)
    go(theirs, sent, Move.SCREEN, Move.INVITE)
    go(mine, sent, Move.CONFIRM_INTERVIEW)
    go(theirs, sent, Move.OFFER)
    go(mine, sent, Move.ACCEPT)
    go(theirs, sent, Move.REPORT_START)
    go(mine, sent, Move.CONFIRM_START)
    rows = uow.session.scalars(select(ApplicationMove).order_by(ApplicationMove.id)).all()
    rows = [row for row in rows if row.application_id == sent.id]
    assert [row.side for row in rows] == [
        Side.PERSON,
        Side.EMPLOYER,
        Side.EMPLOYER,
        Side.PERSON,
        Side.EMPLOYER,
        Side.PERSON,
        Side.EMPLOYER,
        Side.PERSON,
    ]
    facts = uow.session.scalars(select(PairFact.kind).where(PairFact.person_id == person.id)).all()
    assert set(facts) == {"applied", "interviewed", "offered", "hired", "started"}
    uow.session.refresh(employer)
    assert employer.veterans_hired == 1
    [spell] = uow.session.scalars(select(EmploymentSpell).where(EmploymentSpell.person_id == person.id))
    assert (spell.status_code, spell.evidence, spell.source_key) == (
        "E1",
        EvidenceKind.EMPLOYER_CONFIRMED,
        sent.public_id,
    )
    assert spell.organization_id == employer.organization_id
    assert person.search_state is JobSearchState.NOT_LOOKING


@pytest.mark.parametrize(
    ("kind", "posting", "code"),
    [
        (EmployerKind.PRIVATE, {}, "E1"),
        (EmployerKind.STATE_OWNED, {}, "E5"),
        (EmployerKind.PUBLIC_BODY, {"employment_type": EmploymentType.PUBLIC_POST}, "E5"),
        (EmployerKind.PRIVATE, {"kind": PostingKind.SEASONAL}, "E2"),
        (EmployerKind.PRIVATE, {"kind": PostingKind.GIG}, "E3"),
        (EmployerKind.STATE_OWNED, {"kind": PostingKind.GIG}, "E3"),
        (EmployerKind.PRIVATE, {"employment_type": EmploymentType.PART_TIME}, "E3"),
    ],
)
def test_the_register_line_follows_the_kind_of_work(
    uow: UnitOfWork, kind: EmployerKind, posting: dict[str, object], code: str
) -> None:
    sent = apply(uow, posting=make_posting(uow, make_employer(uow, kind=kind), **posting))
    go(uow, sent, *TO_HIRED, Move.CONFIRM_START)
    spell = uow.session.scalars(select(EmploymentSpell).where(EmploymentSpell.source_key == sent.public_id)).one()
    assert spell.status_code == code


def test_an_offer_and_a_hire_close_nothing_but_a_start_does(uow: UnitOfWork) -> None:
    person, other_employer = make_person(uow), make_employer(uow)
    member = actor_of_employer(uow, other_employer)
    chosen, other = apply(uow, person), apply(uow, person, make_posting(uow, other_employer))
    hired_elsewhere = apply(uow, person)
    go(uow, hired_elsewhere, *TO_HIRED)
    go(uow, chosen, *TO_HIRED)
    assert {chosen.state, hired_elsewhere.state, other.state} == {ApplicationState.HIRED, ApplicationState.SUBMITTED}
    go(uow, chosen, Move.CONFIRM_START)
    assert chosen.state is ApplicationState.STARTED
    assert other.state is hired_elsewhere.state is ApplicationState.SUPERSEDED
    assert uow.session.get_one(Posting, hired_elsewhere.posting_id).filled_count == 0
    assert "已在别处入职" in messages_to(uow, member.user_id)[-1].title
    assert uow.session.get_one(Grant, other.grant_id).revoked_at is not None


def test_each_side_makes_its_own_moves(uow: UnitOfWork) -> None:
    employer = make_employer(uow)
    sent = apply(uow, posting=make_posting(uow, employer))
    mine, theirs = actor_of_person(uow, uow.session.get_one(Person, sent.person_id)), actor_of_employer(uow, employer)
    stranger = actor_of_employer(uow, make_employer(uow))
    for actor, move in ((mine, Move.OFFER), (theirs, Move.WITHDRAW), (stranger, Move.OFFER), (theirs, Move.LAPSE)):
        with pytest.raises(NotAllowed):
            move_application(acting(uow, actor), sent, move, **facts_for(uow, move))


def test_a_repeated_move_answers_the_present_state_and_does_nothing(uow: UnitOfWork) -> None:
    sent = apply(uow)
    for move in (Move.SCREEN, Move.INVITE, Move.CONFIRM_INTERVIEW, Move.OFFER, Move.ACCEPT, Move.REPORT_START):
        go(uow, sent, move)
        version = sent.version
        go(uow, sent, move)
        assert sent.version == version
    assert uow.session.get_one(Posting, sent.posting_id).filled_count == 1
    go(uow, sent, Move.CONFIRM_START, Move.CONFIRM_START)
    count = select(func.count()).select_from(ApplicationMove).where(ApplicationMove.application_id == sent.id)
    assert uow.session.scalar(count) == 8


def test_a_move_that_the_state_does_not_allow_says_how_things_stand(uow: UnitOfWork) -> None:
    sent = go(uow, apply(uow), Move.REJECT)
    with pytest.raises(Conflict, match="没有录用"):
        go(uow, sent, Move.OFFER)


def test_a_stale_form_moves_nothing(uow: UnitOfWork) -> None:
    sent = apply(uow)
    shown = sent.version
    go(uow, sent, Move.SCREEN)
    with pytest.raises(Conflict):
        move_application(uow, sent, Move.OFFER, version=shown, **facts_for(uow, Move.OFFER))
    assert sent.state is ApplicationState.SCREENING


def test_facts_are_checked_with_words_for_each_field(uow: UnitOfWork) -> None:
    sent = apply(uow)
    wrong = [
        (Move.INVITE, {"interview_at": uow.now - timedelta(hours=1), "interview_place": " "}),
        (Move.OFFER, {"offer_pay": "", "offer_start_on": uow.today - timedelta(days=1)}),
        (Move.REJECT, {"reason_code": "aw_pay"}),
        (Move.REJECT, {"reason_code": "al_silent"}),
        (Move.WITHDRAW, {"reason_code": "nonsense"}),
    ]
    for move, facts in wrong:
        with pytest.raises(Invalid) as refused:
            move_application(uow, sent, move, **facts)
        assert set(refused.value.fields) == set(facts)
    go(uow, sent, *TO_HIRED)
    for day in (uow.today + timedelta(days=1), uow.today - timedelta(days=1)):
        with pytest.raises(Invalid):
            move_application(uow, sent, Move.CONFIRM_START, start_on=day)


def test_a_rejection_tells_the_reason_and_the_next_step(uow: UnitOfWork) -> None:
    person = make_person(uow)
    sent = go(uow, apply(uow, person), Move.INVITE)
    move_application(uow, sent, Move.REJECT, reason_code="ar_licence", note="欢迎考完再来")
    last = messages_to(uow, person.user_id)[-1]
    assert "驾驶证" in last.body
    assert "欢迎考完再来" in last.body
    assert "其他岗位" in last.body


def test_a_new_interview_time_asks_for_a_new_answer(uow: UnitOfWork) -> None:
    sent = go(uow, apply(uow), Move.INVITE, Move.CONFIRM_INTERVIEW, Move.ASK_TIME)
    assert sent.interview_confirmed_at is None
    assert sent.interview_wish == "周三下午"
    move_application(uow, sent, Move.INVITE, interview_at=uow.now + timedelta(days=4), interview_place="二楼")
    assert sent.interview_wish == ""


def test_withdrawing_hides_the_person_at_once(uow: UnitOfWork) -> None:
    sent = go(uow, apply(uow), Move.WITHDRAW)
    assert uow.session.get_one(Grant, sent.grant_id).revoked_at == uow.now
    person, posting = uow.session.get_one(Person, sent.person_id), uow.session.get_one(Posting, sent.posting_id)
    with pytest.raises(Conflict, match="2027 年 2 月 19 日"):
        apply(uow, person, posting)
    uow.now += timedelta(days=90)
    uow.today += timedelta(days=90)
    posting.valid_through = uow.today
    again = apply(uow, person, posting)
    assert again.id != sent.id


@pytest.mark.parametrize("move", [Move.REJECT, Move.WITHDRAW])
def test_ending_after_a_hire_frees_the_vacancy(uow: UnitOfWork, move: Move) -> None:
    sent = go(uow, apply(uow, posting=make_posting(uow, vacancy_count=1)), *TO_HIRED)
    posting = uow.session.get_one(Posting, sent.posting_id)
    assert (posting.filled_count, posting.state) == (1, PostingState.FILLED)
    go(uow, sent, move)
    assert (posting.filled_count, posting.state) == (0, PostingState.OPEN)


def test_who_accepts_too_late_keeps_the_offer_and_is_told_kindly(uow: UnitOfWork) -> None:
    posting = make_posting(uow, vacancy_count=1)
    first, second = (go(uow, apply(uow, posting=posting), Move.OFFER) for _n in range(2))
    go(uow, first, Move.ACCEPT)
    with pytest.raises(Conflict, match="招满"):
        go(uow, second, Move.ACCEPT)
    assert second.state is ApplicationState.OFFERED
    count = select(func.count()).select_from(ApplicationMove).where(ApplicationMove.application_id == second.id)
    assert uow.session.scalar(count) == 2


# ---------- several at once ----------


def test_keeping_withdraws_the_rest_row_by_row(uow: UnitOfWork) -> None:
    person = make_person(uow)
    chosen, kept, left = (apply(uow, person) for _n in range(3))
    go(uow, chosen, *TO_HIRED)
    answers = keep_applications(uow, chosen, keep=[kept.public_id])
    assert [(one.application.id, one.is_done) for one in answers] == [(left.id, True)]
    assert (chosen.state, kept.state, left.state) == (
        ApplicationState.HIRED,
        ApplicationState.SUBMITTED,
        ApplicationState.WITHDRAWN,
    )


def test_one_answer_to_several_says_what_became_of_each(uow: UnitOfWork) -> None:
    open_one, gone = apply(uow), go(uow, apply(uow), Move.WITHDRAW)
    answers = reject_applications(uow, [gone, open_one], reason_code="ar_filled")
    assert [one.is_done for one in answers] == [False, True]
    assert "已撤回" in answers[0].message
    with pytest.raises(Invalid):
        reject_applications(uow, [open_one], reason_code="")


# ---------- timed ----------


def test_employers_are_reminded_once_of_everything_that_waits(uow: UnitOfWork) -> None:
    employer = make_employer(uow)
    member = actor_of_employer(uow, employer)
    posting = make_posting(uow, employer, vacancy_count=5)
    late = [apply(uow, posting=posting) for _n in range(2)]
    before = len(messages_to(uow, member.user_id))
    told = []
    for days, step in ((2, 0), (3, 1), (4, 1), (8, 2), (15, 3), (30, 3)):
        uow.now = NOW + timedelta(days=days)
        uow.today = local_day(uow.now)
        told.append(remind_employers(uow))
        assert remind_employers(uow) == 0
        assert {one.nudge_step for one in late} == {step}
    assert told == [0, 1, 0, 1, 1, 0]
    messages = messages_to(uow, member.user_id)[before:]
    assert [message.title for message in messages] == ["有 2 份简历等您回复"] * 3
    assert "测试甲、测试甲" in messages[0].body
    assert {message.link for message in messages} == {f"/employer/applications/{late[0].public_id}"}


def test_whoever_answered_is_not_reminded_of_it(uow: UnitOfWork) -> None:
    posting = make_posting(uow, vacancy_count=5)
    member = actor_of_employer(uow, posting.employer)
    answered, silent = (apply(uow, posting=posting) for _n in range(2))
    go(uow, answered, Move.SCREEN)
    uow.now += timedelta(days=5)
    assert remind_employers(uow) == 1
    assert messages_to(uow, member.user_id)[-1].link.endswith(silent.public_id)
    assert answered.nudge_step == 0


def test_what_nobody_answered_for_sixty_days_ends_with_a_kind_letter(uow: UnitOfWork) -> None:
    person = make_person(uow)
    silent, screened, talking = apply(uow, person), apply(uow, person), apply(uow, person)
    go(uow, screened, Move.SCREEN)
    go(uow, talking, Move.INVITE)
    uow.now += timedelta(days=61)
    assert close_unanswered(uow) == 2
    assert close_unanswered(uow) == 0
    assert (silent.state, silent.reason_code) == (ApplicationState.REJECTED, "al_silent")
    assert screened.state is ApplicationState.REJECTED
    assert talking.state is ApplicationState.INTERVIEW
    assert "不说明您不合适" in messages_to(uow, person.user_id)[-1].body
    tasks = uow.session.scalars(select(Task).where(Task.kind == TaskKind.UNANSWERED)).all()
    assert {(task.once, task.region_path) for task in tasks} == {
        (f"lapsed:{one.public_id}", person.region_path) for one in (silent, screened)
    }


def test_applications_follow_a_person_who_moved(uow: UnitOfWork) -> None:
    person = make_person(uow)
    sent = apply(uow, person)
    person.region_path = PATH_B
    uow.session.flush()
    assert follow_moved_people(uow) == 1
    assert follow_moved_people(uow) == 0
    uow.session.refresh(sent, ["region_path"])
    assert sent.region_path == PATH_B


def test_the_daily_job_reminds_and_closes(sqlite_runtime: Runtime) -> None:
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        apply(uow)
    with clock.frozen(NOW + timedelta(days=6)):
        first = remind(JobContext(sqlite_runtime.database, 0, "applications.remind"))
    assert (first["reminded"], first["closed"], first["followed"]) == (1, 0, 0)
    with clock.frozen(NOW + timedelta(days=61)):
        later = remind(JobContext(sqlite_runtime.database, 0, "applications.remind"))
    assert (later["reminded"], later["closed"], later["followed"]) == (0, 1, 0)


def test_impossible_rows_are_refused_by_the_database(uow: UnitOfWork) -> None:
    sent = apply(uow)
    for values in ({"state": ApplicationState.HIRED}, {"ended_at": uow.now}, {"met_count": 99}):
        with pytest.raises(IntegrityError), uow.session.begin_nested():
            uow.session.execute(Application.__table__.update().where(Application.id == sent.id).values(**values))
