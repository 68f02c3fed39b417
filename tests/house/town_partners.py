"""Rows about employers for one side of the town: papers, 军创, agreements, a practice base, joined employers."""

from __future__ import annotations

from datetime import timedelta

from jobmatch.accounts.models import Membership, Organization
from jobmatch.core.uow import UnitOfWork
from jobmatch.exchange.models import PartnerToken, PeopleImport, PostingImport, PostingSource
from jobmatch.exchange.states import ImportState
from jobmatch.people.models.person import Person
from jobmatch.privacy.services.organizations import merge_organizations
from recruiters.demand.models import DemandAnswer, DemandRound
from recruiters.employers.models import Employer
from recruiters.employers.services.founding import record_founding
from recruiters.employers.states import FoundingBasis
from recruiters.partners.services.liaisons import record_contact
from recruiters.partners.services.terms import save_agreement, save_base
from recruiters.partners.services.trainees import record_trainees
from recruiters.partners.states import ContactWay
from tests.factories import make_employer, make_paper


def partner_rows(uow: UnitOfWork, employer: Employer, person: Person) -> dict[str, str]:
    """What the office keeps beside an employer."""
    path = employer.region_path
    until = uow.today + timedelta(days=300)
    organization = uow.session.get_one(Organization, employer.organization_id)
    founding = record_founding(
        uow, employer, basis=FoundingBasis.FOUNDER, share_percent=None, valid_from=uow.today, note="测试材料"
    )
    agreement = save_agreement(
        uow, employer, None, paper_number="测试 1 号", starts_on=uow.today, ends_on=until, pledged_count=5
    )
    base = save_base(
        uow,
        employer,
        None,
        name="测试基地",
        paper_number="",
        starts_on=uow.today,
        ends_on=until,
        place_count=5,
        work="4-02-02-02",
    )
    record_contact(uow, employer, done_on=uow.today, way=ContactWay.CALL, words="测试联系")
    twins = [make_employer(uow, path=path) for _n in range(2)]
    merge = merge_organizations(uow, twins[0], twins[1], reason="测试合并")
    colleague = uow.session.query(Membership).filter_by(organization_id=organization.id).first()
    assert colleague is not None
    return {
        "paper": make_paper(uow, employer).public_id,
        "founding": founding.public_id,
        "agreement": agreement.public_id,
        "practice base": base.public_id,
        "trainee": record_trainees(uow, base, employer, came_on=uow.today, person=person).public_id,
        "twin employer": make_employer(uow, path=path).public_id,
        "organization merge": merge.public_id,
        "colleague membership": str(colleague.id),
    }


def feed_rows(uow: UnitOfWork, owner: Organization, path: str) -> dict[str, str]:
    """What an employer's own machine may send with, and a table that waits for a decision."""
    source = PostingSource(organization_id=owner.id, region_path=path, name="测试来源", created_at=uow.now)
    uow.session.add(source)
    uow.session.flush()
    token = PartnerToken(source_id=source.id, name="测试系统", token_sha256=path.encode(), created_at=uow.now)
    batch = PostingImport(
        source_id=source.id,
        region_path=path,
        file_name="征集表.csv",
        file_sha256="",
        state=ImportState.CHECKED,
        titles=["单位名称", "岗位名称"],
        created_at=uow.now,
        changed_at=uow.now,
    )
    uow.session.add_all([token, batch])
    uow.session.flush()
    return {"posting import": batch.public_id, "partner token": token.public_id}


def demand_rows(uow: UnitOfWork, employer: Employer) -> dict[str, str]:
    """A round that asks the employer, and its line in it."""
    held = DemandRound(
        region_path=employer.region_path, quarter="2026Q4", opens_on=uow.today, closes_on=uow.today, created_at=uow.now
    )
    uow.session.add(held)
    uow.session.flush()
    answer = DemandAnswer(round_id=held.id, employer_id=employer.id)
    uow.session.add(answer)
    uow.session.flush()
    return {"demand round": held.public_id, "demand answer": answer.public_id}


def people_import(uow: UnitOfWork, station: Organization) -> PeopleImport:
    """A table of people that the office handed in."""
    batch = PeopleImport(
        region_path=station.region_path,
        organization_id=station.id,
        file_name="名册.csv",
        file_sha256="",
        state=ImportState.CHECKED,
        created_at=uow.now,
        changed_at=uow.now,
    )
    uow.session.add(batch)
    uow.session.flush()
    return batch
