"""Rows for the tests of ways from courses to postings, made directly; every name is invented."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

import jobmatch.rooms  # noqa: F401 - ties the rooms together, as the running product does
from jobmatch.accounts.models import Organization
from jobmatch.accounts.states import OrganizationKind, OrganizationState
from jobmatch.core.actors import Actor, system_actor
from jobmatch.core.job_rows import Job, JobState
from jobmatch.core.jobs import run_job
from jobmatch.core.runtime import Runtime
from jobmatch.core.uow import UnitOfWork
from jobmatch.pathways.demand import DEMAND_JOBS, start_count
from jobmatch.people.models.person import Person
from recruiters.postings.models import Posting, PostingRequirement
from recruiters.postings.states import RequirementKind
from tests.factories import PATH_COUNTY, make_posting, make_station
from training.courses.catalog.models import Provider
from training.courses.catalog.states import ProviderState
from training.courses.classes.models import CourseSession
from training.courses.classes.states import SessionState
from training.courses.classroom.models import CourseCertificate
from training.courses.classroom.states import CourseCertificateKind
from training.courses.enrollment.models import Enrollment
from training.courses.enrollment.states import EnrollmentState

COURSE, PAPER, SKILL = "TR05", "CE009", "SK012"
"""低压电工作业取证, its certificate and one of its skills."""
_numbers = itertools.count(1)


def needing(uow: UnitOfWork, *, code: str = PAPER, **values: Any) -> Posting:
    """An open posting whose one must is a certificate."""
    posting = make_posting(uow, requirements=False, **values)
    uow.session.add(
        PostingRequirement(
            posting_id=posting.id, kind=RequirementKind.CERTIFICATE, code=code, is_must=True, label="低压电工作业证"
        )
    )
    uow.session.flush()
    return posting


def make_class(uow: UnitOfWork, *, code: str = COURSE, path: str = PATH_COUNTY, **values: Any) -> CourseSession:
    """An approved class that takes people today and starts in ten days."""
    number = next(_numbers)
    organization = Organization(
        kind=OrganizationKind.PROVIDER,
        state=OrganizationState.ACTIVE,
        name=f"测试承训学校 {number}",
        region_path=path,
        created_at=uow.now,
        changed_at=uow.now,
    )
    uow.session.add(organization)
    uow.session.flush()
    provider = Provider(
        organization_id=organization.id,
        region_path=path,
        state=ProviderState.LISTED,
        applied_at=uow.now,
        listed_at=uow.now,
        changed_at=uow.now,
    )
    uow.session.add(provider)
    uow.session.flush()
    office = make_station(uow, path=path)
    given = {
        "state": SessionState.APPROVED,
        "title": f"测试电工班 {number}",
        "starts_on": uow.today + timedelta(days=10),
        "ends_on": uow.today + timedelta(days=24),
        "sign_up_from": uow.today - timedelta(days=5),
        "sign_up_until": uow.today + timedelta(days=5),
        "capacity": 20,
        "taken": 0,
    } | values
    session = CourseSession(
        organization_id=office.id,
        region_path=path,
        provider_id=provider.id,
        course_code=code,
        created_at=uow.now,
        changed_at=uow.now,
        approved_at=uow.now,
        canceled_at=uow.now if given["state"] == SessionState.CANCELED else None,
        **given,
    )
    uow.session.add(session)
    uow.session.flush()
    return session


def enroll(uow: UnitOfWork, person: Person, session: CourseSession, **values: Any) -> Enrollment:
    """A seat of the person in the class."""
    given = {"state": EnrollmentState.SEATED} | values
    row = Enrollment(
        session_id=session.id, person_id=person.id, region_path=person.region_path, enrolled_at=uow.now, **given
    )
    uow.session.add(row)
    uow.session.flush()
    return row


def certify(uow: UnitOfWork, person: Person, session: CourseSession, **values: Any) -> CourseCertificate:
    """The person has finished the class and got its certificate; the file is not told."""
    row = enroll(
        uow, person, session, state=EnrollmentState.COMPLETED, arrived_on=session.starts_on, ended_on=session.ends_on
    )
    given = {"kind": CourseCertificateKind.QUALIFICATION, "certificate_code": PAPER} | values
    certificate = CourseCertificate(
        enrollment_id=row.id,
        number=f"测试{next(_numbers)}",
        name=person.name,
        issued_on=uow.today,
        recorded_at=uow.now,
        **given,
    )
    uow.session.add(certificate)
    uow.session.flush()
    return certificate


def count(runtime: Runtime, actor: Actor) -> None:
    """Have the actor's office counted and wait for it."""
    with runtime.unit(actor) as uow:
        assert start_count(uow)
        assert not start_count(uow)
        [job_id] = uow.enqueued
    assert run_job(runtime.database, DEMAND_JOBS, job_id)
    with runtime.unit(system_actor("tests"), writing=False) as uow:
        job = uow.session.get_one(Job, job_id)
        assert (job.state, job.error) == (JobState.DONE, "")
