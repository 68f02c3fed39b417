"""Employers that may be one and the same, and those that were joined."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select, union
from sqlalchemy.orm import aliased, contains_eager

from jobmatch.accounts.models import Organization
from jobmatch.privacy.models import OrganizationMerge
from recruiters.employers.models import Employer

Twin = aliased(Employer, name="twin")
TwinOrganization = aliased(Organization, name="twin_organization")


def employer_twins() -> Select[*tuple[Any, ...]]:
    """Pairs of employers with names that cannot be told apart or the same phone, and no two credit codes."""
    one, other = aliased(Employer), aliased(Employer)
    ids = select(one.id.label("one_id"), other.id.label("other_id"))
    by_name = ids.join(other, (other.name_skeleton == one.name_skeleton) & (other.id > one.id))
    by_phone = ids.join(other, (other.contact_phone == one.contact_phone) & (other.id > one.id))
    pairs = union(by_name.where(one.name_skeleton != ""), by_phone.where(one.contact_phone != "")).subquery()
    return (
        select(Employer, Twin)
        .join(pairs, pairs.c.one_id == Employer.id)
        .join(Twin, Twin.id == pairs.c.other_id)
        .join(Organization, Organization.id == Employer.organization_id)
        .join(TwinOrganization, TwinOrganization.id == Twin.organization_id)
        .where(
            Organization.merged_into_id.is_(None),
            TwinOrganization.merged_into_id.is_(None),
            Organization.credit_code.is_(None)
            | TwinOrganization.credit_code.is_(None)
            | (Organization.credit_code == TwinOrganization.credit_code),
        )
        .options(
            contains_eager(Employer.organization),
            contains_eager(Twin.organization.of_type(TwinOrganization)),
        )
        .order_by(Employer.id, Twin.id)
    )


def organization_merges() -> Select[*tuple[Any, ...]]:
    """Joined employers, the newest first, with the name of the one that goes on."""
    return (
        select(OrganizationMerge, Organization.name)
        .join(Organization, Organization.id == OrganizationMerge.target_id)
        .order_by(OrganizationMerge.id.desc())
    )
