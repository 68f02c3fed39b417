"""Registering, importing and editing employers, and what upper rooms note about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, update

from jobmatch.accounts.models import Organization
from jobmatch.accounts.services.organizations import (
    NewOrganization,
    record_credit_code_left,
    record_new_organizations,
    record_organization_facts,
)
from jobmatch.accounts.services.sign_up import sign_up_employer_member
from jobmatch.accounts.states import OrganizationKind
from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.pinyin import name_pinyin
from jobmatch.reference.checks import check_credit_code
from jobmatch.reference.models import Industry
from jobmatch.reference.queries import find_region_by_name
from recruiters.employers.models import Employer
from recruiters.employers.names import name_skeleton
from recruiters.employers.policies import (
    can_edit_employer,
    can_import_employer,
    can_register_employer,
)
from recruiters.employers.queries import load_full
from recruiters.employers.states import AccountLabel, EmployerKind, VettingState, kinds_for_code

_OWN_FACTS = ("staff_count", "intro", "contact_name", "contact_phone", "permit_number", "permit_valid_until")


def checked_credit_code(value: str) -> str:
    """The cleaned code. Raises ``Invalid`` on ``credit_code`` where its check character is wrong."""
    try:
        return check_credit_code(value)
    except ValueError as error:
        raise Invalid(fields={"credit_code": str(error)}) from None


def sign_up_employer(
    uow: UnitOfWork,
    *,
    name: str,
    phone: str,
    code: str,
    password_hash: str,
    organization_name: str,
    credit_code: str,
    region_code: str,
) -> int:
    """An employer that registers itself: account, organization and an empty profile; returns the account's id.

    An import may have brought the same employer before. The account gets a record of its own, so that nobody reads what
    was stored without being vetted; the old one leaves it the credit code, and the office is shown the two as twins.

    The phone's code is used up; call ``try_code`` in a unit of its own first. Raises
    ``Invalid`` for a wrong code, a wrong or already registered credit code, or a taken phone.
    """
    cleaned = checked_credit_code(credit_code)
    _free_imported_code(uow, organization_name, cleaned)
    user, organization = sign_up_employer_member(
        uow,
        name=name,
        phone=phone,
        code=code,
        password_hash=password_hash,
        organization_name=organization_name,
        credit_code=cleaned,
        region_code=region_code,
    )
    kind = kinds_for_code(organization.credit_code)[0]
    add_employer(uow, organization, kind=kind, contact_name=user.name)
    return user.id


def _free_imported_code(uow: UnitOfWork, name: str, credit_code: str) -> None:
    """Take the code off a record of that very name, made by an import or the office, that nobody vetted or refused."""
    query = select(Employer).join(Organization, Organization.id == Employer.organization_id)
    imported = (
        Organization.credit_code == credit_code,
        Employer.import_key.is_not(None),
        Employer.vetting.in_((VettingState.DRAFT, VettingState.WAITING)),
        Employer.name_skeleton == name_skeleton(name),
    )
    found = uow.session.scalars(load_full(query.where(*imported))).one_or_none()
    if found is not None:
        record_credit_code_left(uow, found.organization)


def register_employer(
    uow: UnitOfWork, organization: Organization, *, kind: EmployerKind | None = None, **facts: Any
) -> Employer:
    """Make ``organization`` an employer; ``facts`` are those of ``save_employer``. The kind follows the credit code.

    Whoever registers an employer may not vet it.
    """
    require(can_register_employer(uow.actor, organization.region_path))
    employer = add_employer(
        uow, organization, kind=kind or kinds_for_code(organization.credit_code)[0], created_by_id=uow.actor.user_id
    )
    if facts:
        _apply(uow, employer, {"kind": employer.kind, **facts})
    return employer


@dataclass(frozen=True, slots=True)
class EmployerInput:
    """An employer that an import names; ``key`` is equal for the same one within its source."""

    name: str
    key: str
    kind: EmployerKind
    region_code: str | None = None
    credit_code: str = ""
    contact_name: str = ""
    contact_phone: str = ""


def import_employers(uow: UnitOfWork, source: str, wanted: Sequence[EmployerInput]) -> list[Employer | Invalid]:
    """The employers of imported postings, found by (source, key) or made, still to be vetted; never raises for one.

    Without ``region_code`` one belongs to the place its name begins with, else to the importing office. In the place of
    one that cannot be made stands why.
    """
    require(can_import_employer(uow.actor))
    keys = [f"{source}:{one.key}"[:160] for one in wanted]
    query = load_full(select(Employer).where(Employer.import_key.in_(keys)))
    known: dict[str, Employer | Invalid] = {str(one.import_key): one for one in uow.session.scalars(query)}
    new = {key: one for key, one in zip(keys, wanted, strict=True) if key not in known}
    made = record_new_organizations(
        uow,
        OrganizationKind.EMPLOYER,
        [
            NewOrganization(one.name, one.region_code or _place_of_name(uow, one.name), one.credit_code)
            for one in new.values()
        ],
    )
    employers = []
    for (key, one), organization in zip(new.items(), made, strict=True):
        if isinstance(organization, Invalid):
            known[key] = organization
            continue
        known[key] = employer = _new_employer(
            uow,
            organization,
            kind=one.kind,
            import_source=source[:60],
            import_key=key,
            contact_name=one.contact_name,
            contact_phone=one.contact_phone,
            created_by_id=uow.actor.user_id,
        )
        employers.append(employer)
    uow.session.add_all(employers)
    uow.session.flush()
    uow.audit_each("employer.register", employers, imported=True)
    return [known[key] for key in keys]


def import_employer(
    uow: UnitOfWork, *, name: str, source: str, key: str, kind: EmployerKind, region_code: str | None = None
) -> Employer:
    """As ``import_employers`` for one. Raises ``Invalid``."""
    (found,) = import_employers(uow, source, [EmployerInput(name, key, kind, region_code)])
    if isinstance(found, Invalid):
        raise found
    return found


def _place_of_name(uow: UnitOfWork, name: str) -> str | None:
    """The region a public body's name begins with, such as 郑州市 in 中共郑州市委; else the importing office's.

    None where there is no office yet: the employer is kept and waits for one.
    """
    place = find_region_by_name(uow.session, name.removeprefix("中国共产党").removeprefix("中共"))
    if place is not None:
        return place.code
    office = uow.actor.region_path or uow.session.scalar(
        select(Organization.region_path)
        .where(Organization.kind == OrganizationKind.STATION)
        .order_by(func.length(Organization.region_path), Organization.id)
        .limit(1)
    )
    return office.strip("/").split("/")[-1] if office else None


def add_employer(uow: UnitOfWork, organization: Organization, *, kind: EmployerKind, **values: Any) -> Employer:
    """Make ``organization`` an employer with these columns, without asking who does; for services of this room."""
    if uow.session.scalar(select(Employer.id).where(Employer.organization_id == organization.id)) is not None:
        raise Conflict(_("这家单位已经登记过"))
    employer = _new_employer(uow, organization, kind=kind, **values)
    uow.session.add(employer)
    uow.session.flush()
    uow.audit("employer.register", employer, kind=kind.value, imported=bool(employer.import_key))
    return employer


def _new_employer(uow: UnitOfWork, organization: Organization, *, kind: EmployerKind, **values: Any) -> Employer:
    sound, initials = name_pinyin(organization.name)
    employer = Employer(
        organization_id=organization.id,
        region_path=organization.region_path,
        name_skeleton=name_skeleton(organization.name),
        pinyin=sound,
        initials=initials,
        kind=kind,
        created_at=uow.now,
        changed_at=uow.now,
        **values,
    )
    employer.organization = organization
    return employer


def save_employer(uow: UnitOfWork, employer: Employer, *, version: int | None = None, **facts: Any) -> Employer:
    """Change the profile: ``kind``, ``industry_code``, ``staff_count``, ``intro``, ``contact_name``,
    ``contact_phone``, ``is_agency``, ``permit_number``, ``permit_valid_until``, ``region_code``, ``address``.

    ``version`` is what the form was filled from. Raises ``Conflict`` where somebody saved meanwhile, ``Invalid`` where
    the kind does not fit the credit code or an agency has no permit number.
    """
    require(can_edit_employer(uow.actor, employer))
    if version is not None and version != employer.version:
        raise Conflict(_("单位资料刚被同事改过，请刷新后再改"))
    _apply(uow, employer, facts)
    uow.audit("employer.save", employer)
    return employer


def _apply(uow: UnitOfWork, employer: Employer, facts: dict[str, Any]) -> None:
    errors: dict[str, str] = {}
    organization = uow.session.get_one(Organization, employer.organization_id)
    kind = facts.get("kind") or employer.kind
    if organization.credit_code and kind not in kinds_for_code(organization.credit_code):
        errors["kind"] = _("单位类型和统一社会信用代码对不上，请重新选")
    industry = facts.get("industry_code", employer.industry_code)
    if industry and uow.session.get(Industry, industry) is None:
        errors["industry_code"] = _("请从列表里选行业")
    is_agency = facts.get("is_agency", employer.is_agency)
    if is_agency and not facts.get("permit_number", employer.permit_number).strip():
        errors["permit_number"] = _("中介、派遣、外包机构请填人力资源服务许可证编号")
    if is_agency and facts.get("permit_valid_until", uow.today) is None:
        errors["permit_valid_until"] = _("请填许可证有效期到哪一天")
    if errors:
        raise Invalid(fields=errors)
    place = {name: facts[name] for name in ("region_code", "address") if name in facts}
    if place:
        # First, because what it refuses must leave the loaded employer as it is for the page that says so.
        record_organization_facts(uow, organization, **place)
        employer.region_path = organization.region_path
    for name in _OWN_FACTS:
        if name in facts:
            setattr(employer, name, facts[name])
    employer.kind, employer.industry_code, employer.is_agency = kind, industry or None, is_agency
    if employer.account_label is not AccountLabel.PUBLIC:
        employer.account_label = AccountLabel.COMMERCIAL if is_agency else AccountLabel.OWN
    employer.changed_at = uow.now
    uow.session.flush()


def record_hired(uow: UnitOfWork, employer_id: int, count: int) -> None:
    """Add to the veterans that an employer hired.

    The version stays, so that a start does not make a colleague's open form stale.
    """
    added = update(Employer).where(Employer.id == employer_id).values(veterans_hired=Employer.veterans_hired + count)
    uow.session.execute(added)
