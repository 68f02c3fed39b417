"""不让这些单位看到: organizations that never find a person, whatever else the person opened."""

from __future__ import annotations

from sqlalchemy import func, select

from jobmatch.accounts.models import Organization
from jobmatch.accounts.states import OrganizationKind
from jobmatch.core.errors import Invalid, NotFound, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.consents import EmployerBlock, Grant
from jobmatch.people.models.person import Person
from jobmatch.people.policies import can_edit_person
from jobmatch.people.services.common import touch
from jobmatch.people.services.grants import hide_from

MOST = 50


def block_organization(uow: UnitOfWork, person: Person, organization: Organization) -> EmployerBlock:
    """Hide the person from an organization and take back what it was allowed to see; twice changes nothing.

    Raises ``Invalid`` beyond a number that nobody reaches by hand.
    """
    require(can_edit_person(uow.actor, person))
    if organization.kind is not OrganizationKind.EMPLOYER:
        raise NotFound
    mine = select(EmployerBlock).where(EmployerBlock.person_id == person.id)
    known = uow.session.scalars(mine.where(EmployerBlock.organization_id == organization.id)).one_or_none()
    if known is not None:
        return known
    count = uow.session.scalar(select(func.count()).select_from(mine.subquery())) or 0
    if count >= MOST:
        raise Invalid(_("最多选 %(n)s 家，请先去掉一家", n=MOST))
    row = EmployerBlock(person_id=person.id, organization_id=organization.id, created_at=uow.now)
    uow.session.add(row)
    if uow.session.scalar(
        select(Grant.id).where(Grant.person_id == person.id, Grant.organization_id == organization.id)
    ):
        hide_from(uow, person, organization_id=organization.id)
    touch(uow, person)
    uow.audit("person.block", person, organization=organization.public_id)
    return row


def unblock_organization(uow: UnitOfWork, person: Person, organization: Organization) -> None:
    """Let an organization find the person again, as far as the rest allows."""
    require(can_edit_person(uow.actor, person))
    row = uow.session.scalars(
        select(EmployerBlock).where(
            EmployerBlock.person_id == person.id, EmployerBlock.organization_id == organization.id
        )
    ).one_or_none()
    if row is not None:
        uow.session.delete(row)
        touch(uow, person)
        uow.audit("person.unblock", person, organization=organization.public_id)
