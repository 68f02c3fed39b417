"""Incubators: made by the office with their organization, and what is written about them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date

from jobmatch.accounts.services.organizations import record_new_organization, record_organization_facts
from jobmatch.accounts.states import OrganizationKind, OrganizationState
from jobmatch.core.errors import Conflict, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.services.common import Findings, clean_line, clean_text
from jobmatch.reference.queries import find_region
from training.incubation.parks.models import Incubator
from training.incubation.parks.policies import can_manage_incubator
from training.incubation.parks.states import IncubatorKind

MOST_AREA, MOST_STAFF = 1_000_000, 1000


@dataclass(frozen=True, slots=True)
class ParkFacts:
    """What is written about an incubator; areas in square metres."""

    kind: str
    intro: str = ""
    area_m2: int | None = None
    free_area_m2: int | None = None
    is_public: bool = True
    staff_count: int | None = None
    opened_on: date | None = None
    lease_until: date | None = None
    contact_name: str = ""
    contact_phone: str = ""
    is_open: bool = True


def create_incubator(
    uow: UnitOfWork, facts: ParkFacts, *, name: str, region_code: str | None, credit_code: str = "", address: str = ""
) -> Incubator:
    """A new incubator with its organization, in the office's own subtree. Raises ``Invalid`` with every finding."""
    require(uow.actor.is_system or (uow.actor.can("venture.manage") and bool(uow.actor.region_path)))
    found, place = Findings(), find_region(uow.session, region_code)
    found.check(bool(clean_line(name)), "organization_name", _("请填孵化基地的名称"))
    in_reach = place is not None and (uow.actor.is_system or uow.actor.reaches(place.path))
    found.check(in_reach, "region_code", _("请选本单位管的地方"))
    _check_facts(uow, found, facts)
    place = found.need(place)
    organization = record_new_organization(
        uow,
        kind=OrganizationKind.INCUBATOR,
        name=name,
        region_code=place.code,
        credit_code=clean_line(credit_code),
        state=OrganizationState.ACTIVE,
        address=clean_line(address),
        phone=clean_line(facts.contact_phone)[:40],
    )
    incubator = Incubator(organization_id=organization.id, region_path=place.path, created_at=uow.now)
    incubator.organization = organization
    _write(uow, incubator, facts)
    uow.session.add(incubator)
    uow.session.flush()
    uow.audit("incubator.made", incubator)
    return incubator


def edit_incubator(
    uow: UnitOfWork, incubator: Incubator, facts: ParkFacts, *, address: str = "", version: int | None = None
) -> Incubator:
    """Change what is written about an incubator. Raises ``Conflict`` where another changed it meanwhile."""
    require(can_manage_incubator(uow.actor, incubator))
    if version is not None and version != incubator.version:
        raise Conflict
    found = Findings()
    _check_facts(uow, found, facts)
    found.stop()
    record_organization_facts(
        uow, incubator.organization, address=clean_line(address), phone=clean_line(facts.contact_phone)
    )
    _write(uow, incubator, facts)
    uow.session.flush()
    uow.audit("incubator.edit", incubator)
    return incubator


def _check_facts(uow: UnitOfWork, found: Findings, facts: ParkFacts) -> None:
    area, free = facts.area_m2 or 0, facts.free_area_m2 or 0
    found.check(facts.kind in set(IncubatorKind), "kind", _("请从列表里选一项"))
    found.check(0 <= area <= MOST_AREA, "area_m2", _("请填 0 到 %(n)s 的整数", n=MOST_AREA))
    found.check(0 <= free <= area, "free_area_m2", _("免费的面积不能比场地面积大"))
    found.check(0 <= (facts.staff_count or 0) <= MOST_STAFF, "staff_count", _("请填 0 到 %(n)s 的整数", n=MOST_STAFF))
    if facts.opened_on is not None:
        found.check(1980 <= facts.opened_on.year <= uow.today.year + 1, "opened_on", _("请核对开园的日期"))
    if facts.lease_until is not None:
        found.check(1980 <= facts.lease_until.year <= 2200, "lease_until", _("请核对租期的日期"))


def _write(uow: UnitOfWork, incubator: Incubator, facts: ParkFacts) -> None:
    for name, value in asdict(facts).items():
        setattr(incubator, name, value)
    incubator.kind = IncubatorKind(facts.kind)
    incubator.intro = clean_text(facts.intro)[:4000]
    incubator.area_m2, incubator.free_area_m2 = facts.area_m2 or 0, facts.free_area_m2 or 0
    incubator.staff_count = facts.staff_count or 0
    incubator.contact_name = clean_line(facts.contact_name)[:60]
    incubator.contact_phone = clean_line(facts.contact_phone)[:40]
    incubator.changed_at = uow.now
