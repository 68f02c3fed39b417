"""The lists behind figures of fairs, training and ventures: what is shown of each row, and the page that it opens."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Select, Subquery, func, select

from jobmatch.accounts.models import Organization
from jobmatch.core.i18n import N_
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.day.models import CheckIn, Intention
from jobmatch.fairs.exhibitors.models import Exhibitor, FairPosting
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.visitors.models import FairRegistration
from jobmatch.people.models.person import Person
from jobmatch.reference.models import Course, Industry, SupportKind
from jobmatch.reports.figures.listing import ListKind, from_query
from jobmatch.reports.indicators.base import Rows, Subject
from jobmatch.reports.indicators.policies import visible_behind
from recruiters.employers.models import Employer
from training.courses.catalog.models import Provider
from training.courses.classes.models import CourseSession
from training.courses.enrollment.models import Enrollment
from training.incubation.growth.models import VentureWorker
from training.incubation.parks.models import Incubator, Tenancy
from training.incubation.support.models import VentureSupport
from training.incubation.ventures.models import Venture

Found = Select[*tuple[Any, ...]]


def _listing(
    titles: tuple[str, ...],
    endpoint: str,
    columns: Callable[[Subquery], Found],
    *,
    second: str = "",
    is_personal: bool = False,
) -> ListKind:
    """A list whose ``columns`` are selected from the rows (``id``, ``amount``) of a figure; ``second`` names the
    second id in the address of what it opens.
    """

    def query(uow: UnitOfWork, path: str, rows: Rows) -> Found:
        found: Found = visible_behind(uow.actor, columns(rows.subquery("behind")), path)
        return found

    keys = ("public_id", second) if second else ("public_id",)
    return from_query(titles, endpoint, keys, query, is_personal=is_personal)


def _fairs(rows: Subquery) -> Found:
    return (
        select(JobFair.public_id, JobFair.title, JobFair.opens_at, JobFair.place, rows.c.amount)
        .join(rows, rows.c.id == JobFair.id)
        .order_by(JobFair.opens_at.desc(), JobFair.id)
    )


def _exhibitors(rows: Subquery) -> Found:
    return (
        select(
            JobFair.public_id,
            Exhibitor.public_id.label("exhibitor"),
            Organization.name,
            Employer.kind,
            Industry.name_zh,
            JobFair.title,
            JobFair.opens_at,
            rows.c.amount,
        )
        .join(rows, rows.c.id == Exhibitor.id)
        .join(JobFair, JobFair.id == Exhibitor.fair_id)
        .join(Employer, Employer.id == Exhibitor.employer_id)
        .join(Organization, Organization.id == Employer.organization_id)
        .outerjoin(Industry, Industry.code == Employer.industry_code)
        .order_by(JobFair.opens_at.desc(), Organization.name, Exhibitor.id)
    )


def _intentions(rows: Subquery) -> Found:
    return (
        select(
            JobFair.public_id,
            FairRegistration.name,
            FairRegistration.kind,
            Organization.name.label("employer"),
            FairPosting.title,
            JobFair.title.label("fair"),
            JobFair.opens_at,
            rows.c.amount,
        )
        .select_from(Intention)
        .join(rows, rows.c.id == Intention.id)
        .join(FairRegistration, FairRegistration.id == Intention.registration_id)
        .join(FairPosting, FairPosting.id == Intention.fair_posting_id)
        .join(JobFair, JobFair.id == Intention.fair_id)
        .join(Exhibitor, Exhibitor.id == Intention.exhibitor_id)
        .join(Employer, Employer.id == Exhibitor.employer_id)
        .join(Organization, Organization.id == Employer.organization_id)
        .order_by(JobFair.opens_at.desc(), Intention.id)
    )


def _visitors(rows: Subquery) -> Found:
    return (
        select(
            JobFair.public_id, FairRegistration.name, FairRegistration.kind, JobFair.title, CheckIn.at, rows.c.amount
        )
        .select_from(FairRegistration)
        .join(rows, rows.c.id == FairRegistration.id)
        .join(JobFair, JobFair.id == FairRegistration.fair_id)
        .join(CheckIn, CheckIn.registration_id == FairRegistration.id)
        .order_by(CheckIn.at.desc(), FairRegistration.id)
    )


def _classes(rows: Subquery) -> Found:
    return (
        select(
            CourseSession.public_id,
            CourseSession.title,
            Course.name_zh,
            Organization.name,
            CourseSession.starts_on,
            CourseSession.ends_on,
            rows.c.amount,
        )
        .join(rows, rows.c.id == CourseSession.id)
        .join(Course, Course.code == CourseSession.course_code)
        .join(Provider, Provider.id == CourseSession.provider_id)
        .join(Organization, Organization.id == Provider.organization_id)
        .order_by(CourseSession.ends_on.desc(), CourseSession.id)
    )


def _enrollments(rows: Subquery) -> Found:
    return (
        select(
            CourseSession.public_id,
            Enrollment.public_id.label("enrollment"),
            # Of somebody who was erased the row stays and the name is gone.
            func.coalesce(Person.name, "—").label("name"),
            CourseSession.title,
            Enrollment.state,
            Enrollment.arrived_on,
            Enrollment.ended_on,
            rows.c.amount,
        )
        .select_from(Enrollment)
        .join(rows, rows.c.id == Enrollment.id)
        .join(CourseSession, CourseSession.id == Enrollment.session_id)
        .outerjoin(Person, Person.id == Enrollment.person_id)
        .order_by(CourseSession.ends_on.desc(), Enrollment.id)
    )


def _ventures(rows: Subquery) -> Found:
    return (
        select(
            Venture.public_id,
            Venture.name,
            Venture.state,
            Venture.registered_on,
            Venture.ended_on,
            rows.c.amount,
        )
        .join(rows, rows.c.id == Venture.id)
        .order_by(Venture.registered_on.desc(), Venture.id)
    )


def _workers(rows: Subquery) -> Found:
    return (
        select(
            Venture.public_id,
            VentureWorker.name,
            Venture.name.label("venture"),
            VentureWorker.evidence,
            VentureWorker.is_veteran,
            VentureWorker.started_on,
            rows.c.amount,
        )
        .select_from(VentureWorker)
        .join(rows, rows.c.id == VentureWorker.id)
        .join(Venture, Venture.id == VentureWorker.venture_id)
        .order_by(VentureWorker.started_on.desc(), VentureWorker.id)
    )


def _tenancies(rows: Subquery) -> Found:
    return (
        select(
            Incubator.public_id,
            Tenancy.public_id.label("tenancy"),
            Venture.name,
            Organization.name.label("incubator"),
            Tenancy.state,
            Tenancy.term_from,
            Tenancy.left_on,
            rows.c.amount,
        )
        .select_from(Tenancy)
        .join(rows, rows.c.id == Tenancy.id)
        .join(Venture, Venture.id == Tenancy.venture_id)
        .join(Incubator, Incubator.id == Tenancy.incubator_id)
        .join(Organization, Organization.id == Incubator.organization_id)
        .order_by(Tenancy.term_from.desc(), Tenancy.id)
    )


def _supports(rows: Subquery) -> Found:
    return (
        select(Venture.public_id, Venture.name, SupportKind.name_zh, VentureSupport.given_on, rows.c.amount)
        .select_from(VentureSupport)
        .join(rows, rows.c.id == VentureSupport.id)
        .join(Venture, Venture.id == VentureSupport.venture_id)
        .join(SupportKind, SupportKind.code == VentureSupport.kind_code)
        .order_by(VentureSupport.given_on.desc(), VentureSupport.id)
    )


def _incubators(rows: Subquery) -> Found:
    return (
        select(Incubator.public_id, Organization.name, rows.c.amount)
        .join(Organization, Organization.id == Incubator.organization_id)
        .join(rows, rows.c.id == Organization.id)
        .order_by(Organization.name, Incubator.id)
    )


PROGRAMMES: Mapping[Subject, ListKind] = {
    Subject.FAIR: _listing((N_("招聘会"), N_("时间"), N_("地点")), "outcomes.summary", _fairs),
    Subject.EXHIBITOR: _listing(
        (N_("单位"), N_("性质"), N_("行业"), N_("招聘会"), N_("时间")),
        "outcomes.exhibitor_list",
        _exhibitors,
        second="exhibitor_id",
    ),
    Subject.INTENTION: _listing(
        (N_("姓名"), N_("身份"), N_("单位"), N_("岗位"), N_("招聘会"), N_("时间")),
        "outcomes.summary",
        _intentions,
        is_personal=True,
    ),
    Subject.FAIR_VISITOR: _listing(
        (N_("姓名"), N_("身份"), N_("招聘会"), N_("进场时间")), "outcomes.summary", _visitors, is_personal=True
    ),
    Subject.COURSE_SESSION: _listing(
        (N_("班次"), N_("课程"), N_("承训机构"), N_("开班"), N_("结束")), "class_outcomes.class_outcome", _classes
    ),
    Subject.ENROLLMENT: _listing(
        (N_("姓名"), N_("班次"), N_("状态"), N_("报到"), N_("结束")),
        "enrollment.one",
        _enrollments,
        second="enrollment_id",
        is_personal=True,
    ),
    Subject.VENTURE: _listing(
        (N_("项目"), N_("状态"), N_("登记日期"), N_("注销日期")), "ventures.staff_venture", _ventures, is_personal=True
    ),
    Subject.VENTURE_WORKER: _listing(
        (N_("姓名"), N_("项目"), N_("依据"), N_("退役军人"), N_("从哪天起")),
        "growth.staff_workers",
        _workers,
        is_personal=True,
    ),
    Subject.TENANCY: _listing(
        (N_("项目"), N_("孵化基地"), N_("状态"), N_("入驻"), N_("出园")),
        "parks.staff_tenancy",
        _tenancies,
        second="tenancy_id",
        is_personal=True,
    ),
    Subject.INCUBATOR: _listing((N_("孵化基地"),), "parks.staff_spaces", _incubators),
    Subject.SUPPORT: _listing(
        (N_("项目"), N_("扶持"), N_("兑现日期")), "ventures.staff_venture", _supports, is_personal=True
    ),
}
