"""Two records of one employer become one, and two again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from jobmatch.accounts.models import Membership, Organization
from jobmatch.applications.models import Application
from jobmatch.applications.services.submitting import submit_application
from jobmatch.core.errors import Conflict, Invalid, NotAllowed
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.consents import Grant
from jobmatch.privacy.policies import visible_employer_pairs
from jobmatch.privacy.queries.organizations import Twin, employer_twins
from jobmatch.privacy.services.organizations import merge_organizations, undo_organization_merge
from recruiters.employers.models import Employer, EmployerPaper
from recruiters.employers.queries import employers_named
from recruiters.employers.services.employers import record_hired
from recruiters.employers.states import VettingState
from recruiters.partners.services.terms import save_agreement
from recruiters.postings.models import Posting
from tests.conftest import acting
from tests.factories import (
    PATH_OTHER,
    actor_of_employer,
    make_employer,
    make_paper,
    make_person,
    make_posting,
    make_staff,
)
from tests.recruiters.test_partners import spell


def _organization(uow: UnitOfWork, employer: Employer) -> Organization:
    return uow.session.get_one(Organization, employer.organization_id)


def _pair(uow: UnitOfWork) -> tuple[Employer, Employer]:
    target, source = make_employer(uow), make_employer(uow, intro="老的介绍")
    actor_of_employer(uow, source)
    make_paper(uow, target)
    make_paper(uow, source)
    posting = make_posting(uow, source)
    person = make_person(uow)
    submit_application(uow, posting, person, consent=True)
    spell(uow, person, source, uow.today)
    period: dict[str, Any] = {"starts_on": uow.today, "ends_on": uow.today + timedelta(days=365), "pledged_count": 3}
    for employer in (target, source):
        save_agreement(uow, employer, None, paper_number="1 号", **period)
    record_hired(uow, source.id, 4)
    record_hired(uow, target.id, 1)
    _organization(uow, source).credit_code = "91430382MA4L16JQ9B"
    uow.session.flush()
    for employer in (source, target):
        uow.session.refresh(employer)
    return target, source


def _pointing(uow: UnitOfWork, employer: Employer) -> dict[str, int]:
    """How many rows of each table point at an employer or its organization; the ledger of consent stays as it is."""
    from jobmatch.tables import metadata

    found = {}
    ids = {"organization": employer.organization_id, "employer": employer.id}
    for table in metadata.tables.values():
        for column in table.c:
            for key in column.foreign_keys:
                name = key.column.table.name
                if name in ids and table.name not in {"organization", "organization_merge", "employer", "consent"}:
                    count = len(uow.session.execute(select(column).where(column == ids[name])).all())
                    if count:
                        found[f"{table.name}.{column.name}"] = count
    return found


def test_everything_of_the_source_goes_to_the_target_and_comes_back(uow: UnitOfWork) -> None:
    target, source = _pair(uow)
    before = _pointing(uow, source), _pointing(uow, target)
    merge = merge_organizations(uow, target, source, reason="电话问过，是同一家")
    assert _pointing(uow, source) == {}
    after = _pointing(uow, target)
    assert after == {name: before[0].get(name, 0) + before[1].get(name, 0) for name in {**before[0], **before[1]}}
    uow.session.refresh(target)
    uow.session.refresh(source)
    assert (target.veterans_hired, source.veterans_hired) == (5, 0)
    assert (target.intro, source.vetting) == ("老的介绍", VettingState.SUSPENDED)
    organization = uow.session.get_one(Organization, target.organization_id)
    assert organization.credit_code == "91430382MA4L16JQ9B"
    assert source not in uow.session.scalars(employers_named()).all()
    current = select(EmployerPaper).where(EmployerPaper.employer_id == target.id, EmployerPaper.replaced_at.is_(None))
    assert len(uow.session.scalars(current).all()) == 1
    record_hired(uow, target.id, 1)
    undo_organization_merge(uow, merge)
    assert (_pointing(uow, source), _pointing(uow, target)) == before
    for employer in (source, target):
        uow.session.refresh(employer)
    assert (target.veterans_hired, source.veterans_hired) == (2, 4)
    assert source.vetting is VettingState.VETTED
    assert uow.session.get_one(Organization, source.organization_id).credit_code == "91430382MA4L16JQ9B"
    with pytest.raises(Conflict):
        undo_organization_merge(uow, merge)


def test_undoing_names_the_row_that_was_changed_since(uow: UnitOfWork) -> None:
    target, source = _pair(uow)
    merge = merge_organizations(uow, target, source, reason="电话问过，是同一家")
    moved = uow.session.scalars(select(Posting).where(Posting.employer_id == target.id)).one()
    moved.employer_id = make_employer(uow).id
    uow.session.flush()
    with pytest.raises(Invalid) as caught:
        undo_organization_merge(uow, merge)
    assert f"岗位（第 {moved.id} 号）" in str(caught.value.message)


def test_undoing_ends_after_a_month(uow: UnitOfWork) -> None:
    target, source = _pair(uow)
    merge = merge_organizations(uow, target, source, reason="电话问过，是同一家")
    uow.now += timedelta(days=30, minutes=1)
    with pytest.raises(Invalid, match="30 天"):
        undo_organization_merge(uow, merge)


def test_two_credit_codes_are_two_employers(uow: UnitOfWork) -> None:
    target, source = _pair(uow)
    _organization(uow, target).credit_code = "91430382MA4L16JQ8X"
    with pytest.raises(Invalid):
        merge_organizations(uow, target, source, reason="电话问过，是同一家")


def test_a_stale_page_a_missing_reason_and_a_stranger_join_nothing(uow: UnitOfWork) -> None:
    target, source = _pair(uow)
    with pytest.raises(Conflict):
        merge_organizations(uow, target, source, reason="电话问过", versions=(99, 99))
    with pytest.raises(Invalid):
        merge_organizations(uow, target, source, reason="是")
    with pytest.raises(Conflict):
        merge_organizations(uow, target, target, reason="电话问过")
    for actor in (make_staff(uow, path=PATH_OTHER), actor_of_employer(uow, target)):
        with pytest.raises(NotAllowed):
            merge_organizations(acting(uow, actor), target, source, reason="电话问过")
    merge_organizations(uow, target, source, reason="电话问过")
    with pytest.raises(Conflict):
        merge_organizations(uow, target, source, reason="电话问过")


def test_pairs_that_look_alike_are_listed_for_their_office(uow: UnitOfWork) -> None:
    one, other, third = make_employer(uow), make_employer(uow), make_employer(uow)
    other.contact_phone = one.contact_phone
    third.name_skeleton = one.name_skeleton = "测试同名"
    uow.session.flush()

    def pairs(staff: Any) -> set[tuple[int, int]]:
        return {(a.id, b.id) for a, b in uow.rows(visible_employer_pairs(staff, employer_twins(), Twin))}

    assert pairs(make_staff(uow)) == {(one.id, other.id), (one.id, third.id)}
    assert pairs(make_staff(uow, path=PATH_OTHER)) == set()
    for a, code in ((one, "91430382MA4L16JQ9B"), (third, "91430382MA4L16JQ8X")):
        a.organization.credit_code = code
    uow.session.flush()
    assert pairs(make_staff(uow)) == {(one.id, other.id)}


def test_a_colleague_of_both_keeps_one_role(uow: UnitOfWork) -> None:
    target, source = _pair(uow)
    theirs = select(Membership).where(Membership.organization_id == source.organization_id)
    user_id = uow.session.scalars(theirs).one().user_id
    uow.session.add(
        Membership(user_id=user_id, organization_id=target.organization_id, role="employer_member", created_at=uow.now)
    )
    uow.session.flush()
    merge_organizations(uow, target, source, reason="电话问过，是同一家")
    roles = uow.session.scalars(select(Membership).where(Membership.user_id == user_id, Membership.is_active)).all()
    assert [row.organization_id for row in roles] == [target.organization_id]
    assert uow.session.scalars(select(Application.organization_id)).all() == [target.organization_id]
    assert set(uow.session.scalars(select(Grant.organization_id))) == {target.organization_id}
