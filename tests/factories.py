"""Rows for tests, made directly; every name is invented. Services are tested on top of these."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from typing import Any

from jobmatch.accounts.models import Membership, Organization, User
from jobmatch.accounts.roles import permissions_of
from jobmatch.accounts.states import OrganizationKind, OrganizationState, Role
from jobmatch.core.actors import Actor
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import (
    JobIntention,
    Person,
    PersonKind,
    PersonLicence,
    PersonSkill,
    ServiceRecord,
)
from jobmatch.people.states import EmploymentType, JobSearchState, Shift, VerificationState
from jobmatch.reference.models import Region
from recruiters.employers.models import Employer, EmployerPaper
from recruiters.employers.states import EmployerKind, PaperKind, PaperVerdict, PaperWay, VettingState
from recruiters.postings.models import Posting, PostingRequirement
from recruiters.postings.states import (
    Housing,
    MealPlan,
    PayBasis,
    PayKind,
    PayUnit,
    PostingState,
    RequirementKind,
    SocialInsurance,
)

_numbers = itertools.count(1)
COUNTY = "430382"
TOWN_A, TOWN_B = "430382101", "430382102"
PATH_COUNTY = "/43/4303/430382/"
PATH_A, PATH_B = PATH_COUNTY + TOWN_A + "/", PATH_COUNTY + TOWN_B + "/"
PATH_OTHER = "/13/1301/130102/"


def demo_places(uow: UnitOfWork) -> None:
    """Two invented towns below a real county, for tests only."""
    county = uow.session.get_one(Region, COUNTY)
    for code, name, path in ((TOWN_A, "测试东镇", PATH_A), (TOWN_B, "测试西镇", PATH_B)):
        uow.session.add(
            Region(
                code=code,
                name_zh=name,
                level="township",
                parent_code=COUNTY,
                path=path,
                latitude=county.latitude,
                longitude=county.longitude,
                is_official=False,
                is_local=True,
                source="测试数据",
            )
        )


def phone() -> str:
    """A number of the unassigned 199 0000 block; it comes again after ten thousand, which no single test needs."""
    return f"1990000{next(_numbers) % 10_000:04d}"


def make_user(uow: UnitOfWork, role: Role, *, organization: Organization | None = None, **values: Any) -> User:
    user = User(
        name=values.pop("name", "测试用户"), phone=values.pop("phone", None) or phone(), created_at=uow.now, **values
    )
    uow.session.add(user)
    uow.session.flush()
    uow.session.add(
        Membership(
            user_id=user.id, organization_id=organization.id if organization else None, role=role, created_at=uow.now
        )
    )
    uow.session.flush()
    return user


def actor_of(user: User, role: Role, organization: Organization | None = None, **values: Any) -> Actor:
    """The actor that signing in as ``user`` gives."""
    active = organization is None or organization.state is OrganizationState.ACTIVE
    return Actor(
        user_id=user.id,
        public_id=user.public_id,
        label=user.name,
        roles=frozenset({role.value}),
        permissions=permissions_of(role, organization_is_active=active),
        region_path=organization.region_path if organization and organization.kind is OrganizationKind.STATION else "",
        organization_id=organization.id if organization else None,
        **values,
    )


def make_station(
    uow: UnitOfWork, *, path: str = PATH_COUNTY, parent: Organization | None = None, **values: Any
) -> Organization:
    station = Organization(
        kind=OrganizationKind.STATION,
        state=OrganizationState.ACTIVE,
        name=values.pop("name", "测试服务站"),
        region_path=path,
        parent_id=parent.id if parent else None,
        created_at=uow.now,
        changed_at=uow.now,
        **values,
    )
    uow.session.add(station)
    uow.session.flush()
    return station


def make_staff(uow: UnitOfWork, *, path: str = PATH_COUNTY) -> Actor:
    """A staff member answering for the subtree ``path``."""
    station = make_station(uow, path=path)
    return actor_of(make_user(uow, Role.STATION_STAFF, organization=station), Role.STATION_STAFF, station)


def make_person(uow: UnitOfWork, *, path: str = PATH_A, with_user: bool = True, **values: Any) -> Person:
    """A verified veteran who looks for work: driver's licence B2, one skill, 8 years of service."""
    user = make_user(uow, Role.VETERAN) if with_user else None
    person = Person(
        user_id=user.id if user else None,
        name=values.pop("name", "测试甲"),
        phone=values.pop("phone", None) or phone(),
        birth_on=values.pop("birth_on", date(1990, 5, 1)),
        region_path=path,
        living_region_code=values.pop("living_region_code", path.strip("/").split("/")[-1]),
        education_code=values.pop("education_code", "61"),
        search_state=values.pop("search_state", JobSearchState.LOOKING),
        search_state_since=uow.today,
        verification=values.pop("verification", VerificationState.VERIFIED),
        created_at=uow.now,
        changed_at=uow.now,
        **values,
    )
    uow.session.add(person)
    uow.session.flush()
    uow.session.add_all(
        [
            PersonKind(person_id=person.id, kind_code="TYJR", valid_from=date(2018, 9, 1)),
            ServiceRecord(
                person_id=person.id,
                branch_code="LJ",
                rank_code="S2",
                resettlement_code="ZZJY",
                enlisted_on=date(2010, 12, 1),
                discharged_on=date(2018, 12, 1),
            ),
            PersonLicence(person_id=person.id, licence_code="B2"),
            PersonSkill(person_id=person.id, skill_code="SK002", level=3),
            JobIntention(person_id=person.id, occupation_codes=["4-02-02-02"], stated_on=uow.today),
        ]
    )
    uow.session.flush()
    return person


def actor_of_person(uow: UnitOfWork, person: Person) -> Actor:
    assert person.user_id is not None
    return actor_of(uow.session.get_one(User, person.user_id), Role.VETERAN)


def make_employer(uow: UnitOfWork, *, vetted: bool = True, path: str = PATH_COUNTY, **values: Any) -> Employer:
    number = next(_numbers)
    organization = Organization(
        kind=OrganizationKind.EMPLOYER,
        state=OrganizationState.ACTIVE if vetted else OrganizationState.PENDING,
        name=values.pop("name", f"测试物流 {number} 公司"),
        region_path=path,
        region_code=COUNTY,
        created_at=uow.now,
        changed_at=uow.now,
    )
    uow.session.add(organization)
    uow.session.flush()
    employer = Employer(
        organization_id=organization.id,
        region_path=path,
        kind=values.pop("kind", EmployerKind.PRIVATE),
        vetting=VettingState.VETTED if vetted else VettingState.WAITING,
        contact_name="测试联系人",
        contact_phone=phone(),
        recheck_on=uow.today + timedelta(days=180),
        created_at=uow.now,
        changed_at=uow.now,
        **values,
    )
    employer.organization = organization
    uow.session.add(employer)
    uow.session.flush()
    return employer


def make_paper(
    uow: UnitOfWork, employer: Employer, kind: PaperKind = PaperKind.LICENCE, **values: Any
) -> EmployerPaper:
    """A paper of an employer that staff saw and found right."""
    given = {"way": PaperWay.ORIGINAL, "note": "测试核对", "verdict": PaperVerdict.LEGIBLE, "seen_at": uow.now}
    paper = EmployerPaper(employer_id=employer.id, kind=kind, created_at=uow.now, **(given | values))
    uow.session.add(paper)
    uow.session.flush()
    return paper


def actor_of_employer(uow: UnitOfWork, employer: Employer) -> Actor:
    organization = uow.session.get_one(Organization, employer.organization_id)
    user = make_user(uow, Role.EMPLOYER_MEMBER, organization=organization)
    return actor_of(user, Role.EMPLOYER_MEMBER, organization)


def make_posting(
    uow: UnitOfWork, employer: Employer | None = None, *, requirements: bool = True, **values: Any
) -> Posting:
    """An open, complete posting for a lorry driver: must B2, nice SK002."""
    employer = employer or make_employer(uow)
    given = {
        "title": "货车司机",
        "occupation_code": "4-02-02-02",
        "duties": "驾驶货车在县内送货，装卸由仓库人员负责。",
        "employment_type": EmploymentType.CONTRACT,
        "contract_party": "本单位",
        "vacancy_count": 2,
        "region_code": COUNTY,
        "region_path": PATH_COUNTY,
        "address": "物流园 3 号",
        "pay_kind": PayKind.FIXED,
        "pay_unit": PayUnit.MONTH,
        "pay_basis": PayBasis.GROSS,
        "pay_low_yuan": 6000,
        "pay_high_yuan": 8000,
        "shift": Shift.DAY,
        "meals": MealPlan.INCLUDED,
        "housing": Housing.NONE,
        "social_insurance": SocialInsurance.FIVE,
        "state": PostingState.OPEN,
        "valid_through": uow.today + timedelta(days=60),
        "published_at": uow.now,
    } | values
    posting = Posting(employer_id=employer.id, created_at=uow.now, changed_at=uow.now, **given)
    posting.employer = employer
    uow.session.add(posting)
    uow.session.flush()
    if requirements:
        uow.session.add_all(
            [
                PostingRequirement(
                    posting_id=posting.id, kind=RequirementKind.LICENCE, code="B2", is_must=True, label="B2 驾驶证"
                ),
                PostingRequirement(
                    posting_id=posting.id, kind=RequirementKind.SKILL, code="SK002", is_must=False, label="大型货车驾驶"
                ),
            ]
        )
        uow.session.flush()
    return posting
