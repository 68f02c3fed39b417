"""Assessment, completion, certificates and the file of a class."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from jobmatch.core.errors import Conflict, Invalid, NotAllowed
from jobmatch.core.sheets import read_lines
from jobmatch.core.uow import UnitOfWork
from jobmatch.inbox.models import Message
from jobmatch.people.models.person import PersonCertificate, PersonSkill
from tests.conftest import acting
from tests.factories import make_staff
from tests.training.help_classroom import (
    actor_of_provider,
    make_class,
    make_enrollment,
    make_mark,
    make_meeting,
)
from training.courses.classes.models import CourseSession
from training.courses.classes.states import SessionState
from training.courses.classroom import papers, queries, subjects
from training.courses.classroom.models import CourseCertificate
from training.courses.classroom.services import certificates, filing, inspecting, results
from training.courses.classroom.services.results import Result
from training.courses.classroom.states import AttendanceMark, CourseCertificateKind
from training.courses.enrollment.models import Enrollment, EnrollmentMove
from training.courses.enrollment.states import EnrollmentMoveKind, EnrollmentState

Kind = CourseCertificateKind


def ended(uow: UnitOfWork, came: list[int]) -> tuple[CourseSession, list[Enrollment]]:
    """A class that ended yesterday with five closed meetings; ``came`` says how many each person attended."""
    held = make_class(uow, state=SessionState.ENDED, ends_on=uow.today - timedelta(days=1))
    people = [make_enrollment(uow, held) for _ in came]
    for number in range(5):
        meeting = make_meeting(uow, held, starts_at=uow.now - timedelta(days=6 - number), closed_at=uow.now)
        for person, times in zip(people, came, strict=True):
            make_mark(uow, meeting, person, AttendanceMark.PRESENT if number < times else AttendanceMark.ABSENT)
    return held, people


def completed(uow: UnitOfWork, count: int = 2, **values: Any) -> tuple[CourseSession, list[Enrollment]]:
    held = make_class(uow, state=SessionState.ENDED, **values)
    return held, [make_enrollment(uow, held, state=EnrollmentState.COMPLETED) for _ in range(count)]


def test_who_came_too_rarely_is_not_admitted_and_nothing_is_kept(uow: UnitOfWork) -> None:
    held, (often, rarely) = ended(uow, [4, 3])
    with pytest.raises(Invalid) as refused:
        results.enter_results(uow, held, {often.public_id: Result(90, True), rarely.public_id: Result(70, True)})
    assert list(refused.value.fields) == [f"score-{rarely.public_id}"]
    assert "到课 60%，不到 80%" in refused.value.fields[f"score-{rarely.public_id}"]
    assert often.score is None
    for score in (-1, 101):
        with pytest.raises(Invalid, match="需要修改"):
            results.enter_results(uow, held, {often.public_id: Result(score, True)})
    assert results.enter_results(uow, held, {often.public_id: Result(90, True)}) == 1
    assert results.enter_results(uow, held, {often.public_id: Result(90, True)}) == 0


def test_everybody_completes_or_is_told_why_not(uow: UnitOfWork) -> None:
    held, people = ended(uow, [5, 4, 2, 5])
    office, teacher = acting(uow, make_staff(uow)), acting(uow, actor_of_provider(uow, held.provider))
    good, failed, rarely, unscored = people
    results.enter_results(teacher, held, {good.public_id: Result(88, True), failed.public_id: Result(40, False)})
    with pytest.raises(Invalid, match="还有 1 人没有考核结果"):
        results.complete_class(office, held)
    assert results.pass_everybody(teacher, held) == 1
    with pytest.raises(NotAllowed):
        results.complete_class(teacher, held)
    assert results.complete_class(office, held) == (2, 2)
    assert results.complete_class(office, held) == (0, 0)
    assert [(row.state.value, row.end_reason) for row in people] == [
        ("completed", ""),
        ("not_completed", "考核 40 分，没有通过"),
        ("not_completed", "到课 40%，不到 80%，没有参加考核"),
        ("completed", ""),
    ]
    assert all(row.ended_on == uow.today for row in people) and rarely.score is None and unscored.is_passed
    moves = [row.kind for row in uow.session.scalars(select(EnrollmentMove).order_by(EnrollmentMove.id))]
    assert moves.count(EnrollmentMoveKind.COMPLETED) == moves.count(EnrollmentMoveKind.NOT_COMPLETED) == 2
    assert len(uow.session.scalars(select(Message)).all()) == 4
    with pytest.raises(Conflict):
        results.record_result(uow, good, passed=False, score=1)


def test_a_class_that_runs_or_has_an_open_meeting_is_not_completed(uow: UnitOfWork) -> None:
    running = make_class(uow)
    with pytest.raises(Conflict, match="结课以后"):
        results.complete_class(uow, running)
    held, _people = ended(uow, [5])
    make_meeting(uow, held, starts_at=uow.now - timedelta(hours=9))
    with pytest.raises(Invalid, match="还有 1 节课"):
        results.complete_class(uow, held)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(came=st.lists(st.integers(0, 5), min_size=1, max_size=5))
def test_whatever_came_who_is_admitted_passes_and_the_rest_does_not(uow: UnitOfWork, came: list[int]) -> None:
    held, people = ended(uow, came)
    passed = results.pass_everybody(uow, held)
    assert results.complete_class(uow, held) == (passed, len(came) - passed)
    assert [row.state is EnrollmentState.COMPLETED for row in people] == [times >= 4 for times in came]


# ---------- certificates ----------


def numbers(uow: UnitOfWork) -> list[str]:
    return list(uow.session.scalars(select(CourseCertificate.number).order_by(CourseCertificate.id)))


def test_completion_numbers_run_on_over_the_classes_of_a_course(uow: UnitOfWork) -> None:
    (first, _people), (second, _more) = completed(uow, 2), completed(uow, 1)
    make_enrollment(uow, first, state=EnrollmentState.NOT_COMPLETED)
    office = acting(uow, make_staff(uow))
    assert certificates.issue_completions(office, first, issued_on=uow.today) == 2
    assert certificates.issue_completions(office, first, issued_on=uow.today) == 0
    assert certificates.issue_completions(office, second, issued_on=uow.today) == 1
    assert numbers(uow) == [f"2026430382-TR03-{n:04d}" for n in (1, 2, 3)]
    with pytest.raises(NotAllowed):
        certificates.issue_completions(acting(uow, actor_of_provider(uow, first.provider)), first, issued_on=uow.today)
    for day in (None, uow.today + timedelta(days=1), first.starts_on - timedelta(days=1)):
        with pytest.raises(Invalid):
            certificates.issue_completions(office, second, issued_on=day)


def give(uow: UnitOfWork, held: CourseSession, given: dict[str, str], **values: Any) -> int:
    wanted: dict[str, Any] = {
        "kind": Kind.SKILL_LEVEL,
        "certificate_code": "CE032",
        "issued_on": uow.today,
        "expires_on": None,
    }
    return certificates.issue_certificates(uow, held, numbers=given, **(wanted | values))


def test_a_number_is_entered_once_and_a_refused_page_keeps_nothing(uow: UnitOfWork) -> None:
    held, (one, two) = completed(uow)
    with pytest.raises(Invalid) as twice:
        give(uow, held, {one.public_id: "S000043038 1", two.public_id: "s0000430381"})
    assert "填了两次" in twice.value.fields[f"number-{two.public_id}"] and numbers(uow) == []
    assert give(uow, held, {one.public_id: "S0000430381", two.public_id: ""}) == 1
    with pytest.raises(Invalid) as known:
        give(uow, held, {two.public_id: "S0000430381"})
    assert "已经登记过" in known.value.fields[f"number-{two.public_id}"]
    assert give(uow, held, {two.public_id: "S0000430381"}, kind=Kind.QUALIFICATION) == 1
    for values in (
        {"kind": Kind.COMPLETION},
        {"certificate_code": "CE001"},
        {"expires_on": uow.today},
        {"issued_on": None},
    ):
        with pytest.raises(Invalid):
            give(uow, held, {two.public_id: "S2"}, **values)
    with pytest.raises(Invalid, match="至少填一个"):
        give(uow, held, {one.public_id: "S9", "zz22zz22zz22zz22": "S8"})
    with pytest.raises(Invalid):
        give(uow, held, {two.public_id: "9" * 41})


def proofs(uow: UnitOfWork, person_id: int | None) -> tuple[set[str], set[str]]:
    held = select(PersonCertificate.certificate_code).where(PersonCertificate.person_id == person_id)
    skills = select(PersonSkill.skill_code).where(PersonSkill.person_id == person_id, PersonSkill.is_verified)
    return set(uow.session.scalars(held)), set(uow.session.scalars(skills))


def test_the_matching_sees_a_certificate_until_it_is_taken_back(uow: UnitOfWork) -> None:
    held, (one, _two) = completed(uow)
    give(uow, held, {one.public_id: "S1"})
    certificates.issue_completions(uow, held, issued_on=uow.today)
    found, skills = proofs(uow, one.person_id)
    assert found == {"CE032"} and {"SK005", "SK006"} <= skills
    level, completion = queries.certificates_of(uow.session, [one.id])[one.id]
    with pytest.raises(Invalid):
        certificates.revoke_certificate(uow, held, one, level, reason=" ")
    certificates.revoke_certificate(uow, held, one, level, reason="发错了")
    certificates.revoke_certificate(uow, held, one, level, reason="发错了")
    found, skills = proofs(uow, one.person_id)
    assert found == set() and {"SK005", "SK006"} <= skills
    certificates.revoke_certificate(uow, held, one, completion, reason="名字错了")
    assert not proofs(uow, one.person_id)[1] & {"SK005", "SK006"}
    assert give(uow, held, {one.public_id: "S2"}) == 1
    assert certificates.issue_completions(uow, held, issued_on=uow.today) == 1
    assert numbers(uow)[-1] == "2026430382-TR03-0003"


def test_the_certificate_is_a_page_that_verifies_itself(uow: UnitOfWork) -> None:
    held, (one, _two) = completed(uow)
    certificates.issue_completions(uow, held, issued_on=uow.today)
    [row] = queries.certificates_of(uow.session, [one.id])[one.id]
    facts = papers.find_facts(uow.session, row.public_id)
    assert facts is not None and facts.is_valid(uow.today) and facts.course == "汽车维修工（四级）"
    assert facts.masked == row.name[0] + "*" * (len(row.name) - 1)
    assert papers.certificate_pdf(facts, f"https://example.test/verify/{row.public_id}").startswith(b"%PDF-")
    assert papers.find_facts(uow.session, "zz22zz22zz22zz22") is None
    assert [papers.mask_name(name) for name in ("张三丰", "张", "")] == ["张**", "张", ""]


def test_the_file_of_a_class_holds_everything(uow: UnitOfWork) -> None:
    held, people = ended(uow, [5, 2])
    filing.when_filed("补贴.txt", lambda _uow, one: one.title.encode() if one.id == held.id else None)
    results.pass_everybody(uow, held)
    results.complete_class(uow, held)
    certificates.issue_completions(uow, held, issued_on=uow.today)
    held.state = SessionState.RUNNING
    inspecting.record_visit(uow, held, head_count=3, note="测试", upload=None)
    target = io.BytesIO()
    filing.write_dossier(uow, held, target)
    filing._filed.clear()
    with zipfile.ZipFile(target) as pack:
        assert {"班级台账.xlsx", "目录.xlsx", "补贴.txt"} <= set(pack.namelist())
        assert pack.read("补贴.txt").decode() == held.title
        first = list(read_lines(pack.read("班级台账.xlsx")))
        listed = [line for line in read_lines(pack.read("目录.xlsx")) if "补贴.txt" in line]
    assert len(first) == 7 and len(listed) == 1 and len(people) == 2
    with pytest.raises(NotAllowed):
        filing.write_dossier(acting(uow, actor_of_provider(uow, held.provider)), held, io.BytesIO())


def test_erasing_somebody_leaves_numbers_and_no_name(uow: UnitOfWork) -> None:
    held, (one, two) = completed(uow)
    make_mark(uow, make_meeting(uow, held), one)
    certificates.issue_completions(uow, held, issued_on=uow.today)
    assert one.person_id is not None
    exported = subjects.export_person(uow, one.person_id)
    assert [len(exported[table]) for table in ("attendance", "course_certificate", "leave_request")] == [1, 1, 0]
    assert subjects.erase_person(uow, one.person_id)["course_certificate"] == 1
    names = dict(uow.session.execute(select(CourseCertificate.enrollment_id, CourseCertificate.name)).all())
    assert names[one.id] == "" and names[two.id] != "" and len(numbers(uow)) == 2
