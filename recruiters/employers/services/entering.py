"""The office enters an employer that has no account: into the base, and to a colleague for vetting."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete, select

from jobmatch.accounts.models import Organization
from jobmatch.accounts.services.organizations import (
    NewOrganization,
    record_new_organizations,
    record_organizations_forgotten,
)
from jobmatch.accounts.states import OrganizationKind
from jobmatch.core.errors import Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.reference.checks import check_phone
from jobmatch.reference.queries import find_region
from recruiters.employers.models import Employer, EmployerDecision
from recruiters.employers.names import name_skeleton
from recruiters.employers.policies import can_register_employer, visible_employers
from recruiters.employers.queries import load_full
from recruiters.employers.services.employers import add_employer, checked_credit_code
from recruiters.employers.services.vetting import record_entered
from recruiters.employers.states import VettingState, kinds_for_code


def enter_employer(
    uow: UnitOfWork, *, name: str, credit_code: str, region_code: str, contact_name: str, contact_phone: str
) -> Employer:
    """The employer with this credit code; where nobody knows it, a new record that waits for a colleague's vetting.

    The record is like an imported one: the office looks the licence up, and leaves the code to the employer should it
    sign up itself. Raises ``Invalid`` for a wrong code, one that stands under another name, or a missing phone.
    """
    code = checked_credit_code(credit_code)
    known = select(Employer).join(Organization, Organization.id == Employer.organization_id)
    for found in uow.rows(visible_employers(uow.actor, load_full(known.where(Organization.credit_code == code)))):
        if name_skeleton(found.organization.name) != name_skeleton(name):
            raise Invalid(fields={"name": _("这个代码登记的是“%(name)s”，请核对", name=found.organization.name)})
        return found
    place = find_region(uow.session, region_code)
    require(can_register_employer(uow.actor, place.path if place else ""))
    try:
        phone = check_phone(contact_phone, landline=True)
    except ValueError as error:
        raise Invalid(fields={"contact_phone": str(error)}) from None
    (made,) = record_new_organizations(uow, OrganizationKind.EMPLOYER, [NewOrganization(name, region_code, code)])
    if isinstance(made, Invalid):
        raise Invalid(fields={{"organization_name": "name"}.get(key, key): said for key, said in made.fields.items()})
    employer = add_employer(
        uow,
        made,
        kind=kinds_for_code(code)[0],
        import_source=_("工作人员录入"),
        import_key=f"office:{code}",
        contact_name=contact_name.strip()[:60],
        contact_phone=phone,
        created_by_id=uow.actor.user_id,
    )
    record_entered(uow, employer)
    return employer


def record_entered_undone(uow: UnitOfWork, employer_ids: Collection[int]) -> set[int]:
    """Forget employers that the office entered by mistake and that still wait untouched; returns whose record went.

    The caller has made sure that nothing above this room names them.
    """
    waiting = (Employer.id.in_(employer_ids), Employer.vetting == VettingState.WAITING)
    found = uow.session.scalars(load_full(select(Employer).where(*waiting))).all()
    untouched = [one for one in found if (one.import_key or "").startswith("office:")]
    ids = [one.id for one in untouched]
    uow.audit_each("employer.entered_undone", untouched)
    uow.session.execute(delete(EmployerDecision).where(EmployerDecision.employer_id.in_(ids)))
    organizations = [one.organization_id for one in untouched]
    uow.session.execute(delete(Employer).where(Employer.id.in_(ids)).execution_options(synchronize_session=False))
    record_organizations_forgotten(uow, organizations)
    return set(ids)
