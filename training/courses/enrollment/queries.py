"""Reads of enrollments: the own ones, the roster of a class, what somebody meets and lacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import contains_eager

from jobmatch.accounts.models import Organization, User, clean_phone
from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.consents import Grant
from jobmatch.people.models.person import Person, PersonKind, PersonLicence, ServiceRecord
from jobmatch.reference.models import (
    DatedRule,
    DriverLicence,
    EducationLevel,
    ResettlementMethod,
    ServiceObjectKind,
)
from jobmatch.reference.queries import cached, course_kind, names, rule_value
from jobmatch.reference.states import RetirementCategory
from training.courses.catalog.models import Provider
from training.courses.classes.eligibility import Asked, Facts, Line, Terms, check
from training.courses.classes.models import CourseMeeting, CourseSession
from training.courses.classes.states import SessionState
from training.courses.enrollment import clashes
from training.courses.enrollment.models import Enrollment, EnrollmentMove
from training.courses.enrollment.states import EnrollmentNeed, EnrollmentState

PHONE, TAIL = 11, 4


def own_enrollments_of(person_id: int) -> Select[*tuple[Any, ...]]:
    """Enrollments of one person with class, course, provider and its name; the next class first."""
    return (
        select(Enrollment)
        .join(Enrollment.session)
        .join(CourseSession.provider)
        .join(Provider.organization)
        .join(CourseSession.course)
        .options(
            contains_eager(Enrollment.session)
            .contains_eager(CourseSession.provider)
            .contains_eager(Provider.organization),
            contains_eager(Enrollment.session).contains_eager(CourseSession.course),
        )
        .where(Enrollment.person_id == person_id)
        .order_by(CourseSession.starts_on.desc(), Enrollment.id.desc())
        # Whoever is in a class may read which class it is and who teaches it.
        .execution_options(visible=frozenset({"course_session", "provider"}))
    )


def own_enrollment_named(person_id: int, public_id: str) -> Select[*tuple[Any, ...]]:
    """One of these by its public id."""
    return own_enrollments_of(person_id).where(Enrollment.public_id == public_id)


def places_in_queue(uow: UnitOfWork, enrollments: Sequence[Enrollment]) -> dict[int, int]:
    """How-manieth each waiting enrollment is in its queue, from 1: one statement."""
    waiting = [one.id for one in enrollments if one.state is EnrollmentState.WAITING]
    if not waiting:
        return {}
    place = func.row_number().over(partition_by=Enrollment.session_id, order_by=Enrollment.waiting_number)
    sessions = {one.session_id for one in enrollments if one.id in set(waiting)}
    ranked = (
        select(Enrollment.id.label("id"), place.label("place"))
        .where(Enrollment.state == EnrollmentState.WAITING, Enrollment.session_id.in_(sessions))
        .subquery()
    )
    query = select(ranked.c.id, ranked.c.place).where(ranked.c.id.in_(waiting))
    return {key: int(number) for key, number in uow.session.execute(query)}


def waiting_count(uow: UnitOfWork, session_id: int) -> int:
    """How many people wait for a seat."""
    waits = (Enrollment.session_id == session_id, Enrollment.state == EnrollmentState.WAITING)
    return int(uow.session.scalar(select(func.count()).select_from(Enrollment).where(*waits)) or 0)


def other_classes(session: CourseSession, today: date) -> Select[*tuple[Any, ...]]:
    """Classes of the same course that can be signed up for today, for a policy to narrow."""
    return (
        select(CourseSession)
        .where(
            CourseSession.course_code == session.course_code,
            CourseSession.id != session.id,
            CourseSession.state == SessionState.APPROVED,
            CourseSession.sign_up_from <= today,
            CourseSession.sign_up_until >= today,
        )
        .order_by(CourseSession.starts_on, CourseSession.id)
        .limit(20)
    )


# ---------- the roster ----------


def roster(session: CourseSession, filters: Mapping[str, str]) -> Select[*tuple[Any, ...]]:
    """(enrollment, person, name of the station) of a class, in the order of the queue and then of signing up.

    ``q`` is a name, a phone or its last four digits.
    """
    query = (
        select(Enrollment, Person, func.coalesce(Organization.name, ""))
        .outerjoin(Person, Person.id == Enrollment.person_id)
        .outerjoin(Organization, Organization.id == Enrollment.station_id)
        .where(Enrollment.session_id == session.id)
    )
    if filters.get("state") in set(EnrollmentState):
        query = query.where(Enrollment.state == EnrollmentState(filters["state"]))
    words = filters.get("q", "").strip()
    if words:
        query = query.where(_matches(words))
    return query.order_by(Enrollment.waiting_number, Enrollment.enrolled_at, Enrollment.id)


def _matches(words: str) -> Any:
    digits = clean_phone(words)
    if len(digits) == PHONE:
        blind = Person.phone.fingerprint(digits)
        return or_(Person.phone_blind == blind, Person.user_id.in_(select(User.id).where(User.phone_blind == blind)))
    if digits.isdecimal() and len(words) == TAIL:
        return Person.phone_tail_blind == Person.phone.tail_fingerprint(words)
    return Person.name.contains(words, autoescape=True)


def provider_roster(session: CourseSession, organization_id: int, today: date) -> Select[*tuple[Any, ...]]:
    """(enrollment, person) of a class as far as grants that hold today let its provider see them."""
    return (
        select(Enrollment, Person)
        .join(Person, Person.id == Enrollment.person_id)
        .join(Grant, Grant.id == Enrollment.grant_id)
        .where(
            Enrollment.session_id == session.id,
            Grant.person_id == Enrollment.person_id,
            Grant.organization_id == organization_id,
            Grant.revoked_at.is_(None),
            Grant.valid_until >= today,
            Person.erased_at.is_(None),
        )
        .order_by(Person.name, Enrollment.id)
    )


def enrollment_named(session: CourseSession, public_id: str) -> Select[*tuple[Any, ...]]:
    """The enrollment of this public id in the class, for a policy to narrow."""
    return select(Enrollment).where(Enrollment.session_id == session.id, Enrollment.public_id == public_id)


def state_counts(session: CourseSession) -> Select[*tuple[Any, ...]]:
    """How many stand in each state, for a policy to narrow."""
    return select(Enrollment.state, func.count()).where(Enrollment.session_id == session.id).group_by(Enrollment.state)


def moves_of(uow: UnitOfWork, enrollment: Enrollment) -> Sequence[Any]:
    """(move, name of who did it), the oldest first."""
    query = select(EnrollmentMove, func.coalesce(User.name, "")).outerjoin(User, User.id == EnrollmentMove.user_id)
    return uow.session.execute(
        query.where(EnrollmentMove.enrollment_id == enrollment.id).order_by(EnrollmentMove.id)
    ).all()


def needs_of(enrollment: Enrollment) -> list[str]:
    """What help somebody asked for, in words."""
    return [EnrollmentNeed(one).label for one in enrollment.needs if one in set(EnrollmentNeed)]


def find_people(words: str) -> Select[*tuple[Any, ...]]:
    """People by name, phone or its last four digits, for a policy to narrow."""
    return select(Person).where(_matches(words), Person.erased_at.is_(None)).order_by(Person.name, Person.id).limit(20)


# ---------- what somebody meets ----------

GROUP_NAMES = {
    "veteran": N_("退役军人"),
    "veteran_flag": N_("退役军人"),
    "dependant": N_("军属"),
    "transferred": N_("随调随迁家属"),
    "bereaved": N_("烈士和军人遗属"),
}


def facts_of(uow: UnitOfWork, session: CourseSession, person: Person, *, besides: int = 0) -> Facts:
    """What the file knows on the first day of the class; ``besides``: an enrollment that is given up for this one.

    Where the sex, or which of the two ages of women holds, is not said, the later retirement is taken: nobody is
    refused for what the file leaves open.
    """
    day = session.starts_on
    kinds = (
        select(ServiceObjectKind.group)
        .join(PersonKind, PersonKind.kind_code == ServiceObjectKind.code)
        .where(
            PersonKind.person_id == person.id,
            PersonKind.valid_from <= day,
            or_(PersonKind.valid_to.is_(None), PersonKind.valid_to >= day),
        )
    )
    licences = (
        select(DriverLicence.code, DriverLicence.also_covers)
        .join(PersonLicence, PersonLicence.licence_code == DriverLicence.code)
        .where(PersonLicence.person_id == person.id)
    )
    record = uow.session.execute(
        select(ServiceRecord.resettlement_code, ServiceRecord.discharged_on).where(ServiceRecord.person_id == person.id)
    ).one_or_none()
    rank = select(EducationLevel.platform_rank).where(EducationLevel.code == person.education_code)
    is_woman = person.sex == "female"
    return Facts(
        birth_on=person.birth_on,
        retirement_category=RetirementCategory.FEMALE_CADRE if is_woman else RetirementCategory.MALE,
        education_rank=uow.session.scalar(rank) if person.education_code else None,
        licences=frozenset(one for code, covered in uow.session.execute(licences) for one in (code, *(covered or ()))),
        kind_groups=frozenset(uow.session.scalars(kinds)),
        method_code=record[0] if record else None,
        discharged_on=record[1] if record else None,
        free_count=clashes.free_count(uow, person.id, besides=besides),
        clashes=tuple(one.title for one in clashes.clashing_classes(uow, session, person.id, besides=besides)),
    )


def asked_of(uow: UnitOfWork, session: CourseSession) -> Asked:
    """What the class asks for, in the words of the code tables."""
    kind = course_kind(uow.session, session.course_code)
    rank = select(EducationLevel.platform_rank).where(EducationLevel.code == session.education_code)
    methods, groups = names(uow.session, ResettlementMethod), sorted(session.kind_groups)
    return Asked(
        starts_on=session.starts_on,
        is_free=clashes.counts_as_free(session, kind),
        min_age=session.min_age,
        max_age=session.max_age,
        education_rank=uow.session.scalar(rank) if session.education_code else None,
        education_name=names(uow.session, EducationLevel).get(session.education_code or "", ""),
        licences=frozenset({session.licence_code} if session.licence_code else ()),
        licence_name=names(uow.session, DriverLicence).get(session.licence_code or "", ""),
        kind_groups=frozenset(groups),
        kind_names="、".join(dict.fromkeys(_(GROUP_NAMES.get(one, one)) for one in groups)),
        method_codes=frozenset(session.method_codes),
        method_names="、".join(methods.get(code, code) for code in session.method_codes),
        returned_year=session.returned_year,
    )


def terms_of(uow: UnitOfWork) -> Terms:
    """The dated rules of today, each with its source."""
    return cached(uow.session, ("enrollment_terms", uow.today), lambda: _read_terms(uow))


def _read_terms(uow: UnitOfWork) -> Terms:
    most, months, retirement = clashes.FREE_RULE, "training_free_months", "retirement_age"
    query = select(DatedRule.code, DatedRule.source).where(
        DatedRule.code.in_((most, months, retirement)),
        DatedRule.valid_from <= uow.today,
        or_(DatedRule.valid_to.is_(None), DatedRule.valid_to >= uow.today),
    )
    sources = dict(uow.session.execute(query).all())
    return Terms(
        free_most=int(rule_value(uow.session, most, uow.today)),
        free_most_source=sources.get(most, ""),
        free_months=int(rule_value(uow.session, months, uow.today)),
        free_months_source=sources.get(months, ""),
        retirement_source=sources.get(retirement, ""),
    )


def lines_of(uow: UnitOfWork, session: CourseSession, person: Person, *, besides: int = 0) -> list[Line]:
    """What the class and the rules ask for, against the person's file: a fixed number of statements."""
    return check(asked_of(uow, session), facts_of(uow, session, person, besides=besides), terms_of(uow))


def person_of_enrollment(enrollment: Enrollment) -> Select[*tuple[Any, ...]]:
    """(enrollment, person) of one enrollment, for the policy of rosters to narrow."""
    joined = select(Enrollment, Person).join(Person, Person.id == Enrollment.person_id)
    return joined.where(Enrollment.id == enrollment.id)


def person_query(enrollment: Enrollment) -> Select[*tuple[Any, ...]]:
    """The file of an enrollment, for a policy to narrow."""
    return select(Person).where(Person.id == enrollment.person_id)


def with_id(query: Select[*tuple[Any, ...]], public_id: str) -> Select[*tuple[Any, ...]]:
    """The row of ``query`` with the enrollment of this public id."""
    return query.where(Enrollment.public_id == public_id)


def meetings_of(uow: UnitOfWork, session_id: int) -> Sequence[CourseMeeting]:
    """The timetable of a class."""
    query = select(CourseMeeting).where(CourseMeeting.session_id == session_id).order_by(CourseMeeting.starts_at)
    return uow.session.scalars(query).all()


def head_counts(uow: UnitOfWork, session_id: int) -> dict[EnrollmentState, int]:
    """How many stand in each state of one class, which its provider runs."""
    query = select(Enrollment.state, func.count()).where(Enrollment.session_id == session_id)
    return dict(uow.session.execute(query.group_by(Enrollment.state)).all())
