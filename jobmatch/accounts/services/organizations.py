"""Organizations and the tree of stations."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select, update

from jobmatch.accounts.models import Membership, Organization
from jobmatch.accounts.names import clean_name
from jobmatch.accounts.policies import can_add_station, can_keep_station, can_manage_system
from jobmatch.accounts.queries import find_region
from jobmatch.accounts.states import OrganizationKind, OrganizationState
from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.reference.checks import check_credit_code

LEVEL_LENGTH = 12


def add_station(
    uow: UnitOfWork,
    *,
    name: str,
    level: str,
    region_code: str,
    parent: Organization | None = None,
    phone: str = "",
    address: str = "",
) -> Organization:
    """Add a station that answers for the region ``region_code``.

    ``level`` is the word shown for its place in the tree, such as 省级, 市级, 县级, 乡镇, 村; offices choose their own.
    Raises ``Invalid`` for an unknown region, or one outside of the parent's.
    """
    region = find_region(uow.session, region_code.strip())
    require(can_add_station(uow.actor, region.path if region else ""))
    if region is None:
        raise Invalid(fields={"region_code": _("没有这个区划代码，请核对")})
    if parent is not None:
        if parent.kind is not OrganizationKind.STATION:
            raise Invalid(fields={"parent": _("上级必须是服务机构")})
        if not region.path.startswith(parent.region_path):
            raise Invalid(fields={"region_code": _("这个地区不在上级机构的范围里")})
    station = Organization(
        kind=OrganizationKind.STATION,
        state=OrganizationState.ACTIVE,
        name=clean_name(name, longest=120),
        level=_clean_level(level),
        region_code=region.code,
        region_path=region.path,
        parent_id=parent.id if parent else None,
        phone=phone.strip()[:40],
        address=address.strip()[:200],
        created_at=uow.now,
        changed_at=uow.now,
    )
    uow.session.add(station)
    uow.session.flush()
    uow.audit("station.added", station)
    return station


def _clean_level(level: str) -> str:
    return clean_name(level, field="level", longest=LEVEL_LENGTH)


def change_station(uow: UnitOfWork, station: Organization, *, name: str, phone: str, address: str) -> Organization:
    """Correct name and contact of a station."""
    require(can_keep_station(uow.actor, station))
    station.name = clean_name(name, longest=120)
    station.phone = phone.strip()[:40]
    station.address = address.strip()[:200]
    station.changed_at = uow.now
    uow.audit("station.changed", station)
    return station


def record_station_merged(uow: UnitOfWork, station: Organization, into: Organization) -> None:
    """Note that another station answers from now on; who worked here works there. The caller moves the people."""
    require(can_keep_station(uow.actor, station) and can_keep_station(uow.actor, into))
    station.state, station.merged_into_id, station.changed_at = OrganizationState.SUSPENDED, into.id, uow.now
    held = select(Membership.user_id).where(Membership.organization_id == into.id)
    uow.session.execute(
        update(Membership)
        .where(Membership.organization_id == station.id, Membership.user_id.not_in(held))
        .values(organization_id=into.id)
    )
    uow.session.execute(update(Organization).where(Organization.parent_id == station.id).values(parent_id=into.id))
    uow.session.flush()
    uow.audit("station.merged", station, into=into.public_id)


def rename_level(uow: UnitOfWork, old: str, new: str) -> int:
    """Call a level of the tree by another word; returns how many stations carry it. Raises ``Invalid`` on ``old``."""
    require(can_manage_system(uow.actor))
    word = _clean_level(new)
    renamed = uow.session.execute(
        update(Organization)
        .where(Organization.kind == OrganizationKind.STATION, Organization.level == old)
        .values(level=word, version=Organization.version + 1, changed_at=uow.now)
    )
    if not renamed.rowcount:  # type: ignore[attr-defined]
        raise Invalid(fields={"old": _("没有这个层级")})
    uow.audit("station.level_renamed", count=renamed.rowcount)  # type: ignore[attr-defined]
    return renamed.rowcount  # type: ignore[attr-defined]


def record_new_organization(
    uow: UnitOfWork,
    *,
    kind: OrganizationKind,
    name: str,
    region_code: str | None,
    credit_code: str = "",
    state: OrganizationState = OrganizationState.PENDING,
    address: str = "",
    phone: str = "",
) -> Organization:
    """Make an organization that is not a station; ``credit_code`` may be missing for public bodies of
    an import, and ``region_code`` None where an import knows no place.

    Raises ``Invalid`` on ``organization_name``, ``credit_code`` or ``region_code``.
    """
    organization = _new_organization(
        uow, kind, name, region_code, credit_code=credit_code, state=state, address=address, phone=phone
    )
    uow.session.add(organization)
    uow.session.flush()
    uow.audit("organization.made", organization, kind=kind.value)
    return organization


def _new_organization(
    uow: UnitOfWork,
    kind: OrganizationKind,
    name: str,
    region_code: str | None,
    *,
    credit_code: str = "",
    state: OrganizationState = OrganizationState.PENDING,
    address: str = "",
    phone: str = "",
) -> Organization:
    clean = clean_name(name, field="organization_name", longest=120)
    code = _checked_credit_code(credit_code) if credit_code else ""
    if code and uow.session.scalar(select(Organization.id).where(Organization.credit_code == code)) is not None:
        raise Invalid(fields={"credit_code": _("这个代码已经登记过。请让同事邀请您加入，或者打服务站电话")})
    region = find_region(uow.session, region_code) if region_code is not None else None
    if region is None and region_code is not None:
        raise Invalid(fields={"region_code": _("请选单位所在的地区")})
    return Organization(
        kind=kind,
        state=state,
        name=clean,
        credit_code=code or None,
        region_code=region.code if region else None,
        region_path=region.path if region else "",
        address=address.strip()[:200],
        phone=phone.strip()[:40],
        created_at=uow.now,
        changed_at=uow.now,
    )


@dataclass(frozen=True, slots=True)
class NewOrganization:
    """An organization of an import."""

    name: str
    region_code: str | None
    credit_code: str = ""


def record_new_organizations(
    uow: UnitOfWork, kind: OrganizationKind, wanted: Sequence[NewOrganization]
) -> list[Organization | Invalid]:
    """Make many organizations at once; in the place of one that cannot be made stands why. Never raises for one."""
    made: list[Organization | Invalid] = []
    for one in wanted:
        try:
            made.append(_new_organization(uow, kind, one.name, one.region_code, credit_code=one.credit_code))
        except Invalid as error:
            made.append(error)
    good = [one for one in made if isinstance(one, Organization)]
    uow.session.add_all(good)
    uow.session.flush()
    uow.audit_each("organization.made", good, kind=kind.value)
    return made


def _checked_credit_code(credit_code: str) -> str:
    try:
        return check_credit_code(credit_code)
    except ValueError as error:
        raise Invalid(fields={"credit_code": str(error)}) from None


def record_credit_code_left(uow: UnitOfWork, organization: Organization) -> bool:
    """Take the credit code off a pending record that nobody ever joined, for who signs up with it; False for another.

    The caller says why the record is not the employer's own.
    """
    joined = select(Membership.id).where(Membership.organization_id == organization.id).limit(1)
    if organization.state is not OrganizationState.PENDING or uow.session.scalar(joined) is not None:
        return False
    organization.credit_code, organization.changed_at = None, uow.now
    uow.session.flush()
    uow.audit("organization.code_left", organization)
    return True


def record_organizations_forgotten(uow: UnitOfWork, organization_ids: Collection[int]) -> None:
    """Forget pending organizations that were entered by mistake; the caller knows that nobody names them."""
    gone = (Organization.id.in_(organization_ids), Organization.state == OrganizationState.PENDING)
    uow.audit_each("organization.forgotten", uow.session.scalars(select(Organization).where(*gone)).all())
    uow.session.execute(delete(Organization).where(*gone).execution_options(synchronize_session=False))


def record_organization_state(uow: UnitOfWork, organization: Organization, state: OrganizationState) -> None:
    """Note what an upper room decided about an organization; its members' rights follow with the next request."""
    if organization.kind is OrganizationKind.STATION and state is OrganizationState.PENDING:
        raise Conflict
    if organization.state is state:
        return
    organization.state = state
    organization.changed_at = uow.now
    uow.audit("organization.state", organization, state=state.value)


def record_organization_facts(
    uow: UnitOfWork,
    organization: Organization,
    *,
    region_code: str | None = None,
    address: str | None = None,
    phone: str | None = None,
) -> None:
    """Note where an employer or provider sits and how to reach it; None leaves a fact as it is.

    Raises ``Invalid`` on ``region_code``.
    """
    if region_code is not None:
        region = find_region(uow.session, region_code)
        if region is None:
            raise Invalid(fields={"region_code": _("请选单位所在的地区")})
        organization.region_code, organization.region_path = region.code, region.path
    if address is not None:
        organization.address = address.strip()[:200]
    if phone is not None:
        organization.phone = phone.strip()[:40]
    organization.changed_at = uow.now
    uow.audit("organization.facts", organization)
