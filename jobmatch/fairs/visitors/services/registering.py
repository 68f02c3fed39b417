"""Registering for a fair: without an account, with the own file, by a station for somebody, and at the door."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, false, or_, select

from jobmatch.accounts.models import Organization, clean_phone
from jobmatch.accounts.names import clean_name
from jobmatch.accounts.services.throttles import brake, network_of
from jobmatch.casework.families.states import ACCOMPANYING
from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.ids import ALPHABET, new_public_id
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.policies import can_work_desks
from jobmatch.fairs.planning.states import FairPart, FairState
from jobmatch.fairs.visitors import notices
from jobmatch.fairs.visitors.models import FairRegistration
from jobmatch.fairs.visitors.policies import can_register_others, can_use_file
from jobmatch.fairs.visitors.services.waiting import SEATLESS, ask_for_plan, give_place, lock_fair, log_move
from jobmatch.fairs.visitors.states import RegistrationState, RegistrationWay, SeatMoveKind, VisitorKind, VisitorNeed
from jobmatch.people.models.person import Person, PersonKind
from jobmatch.people.policies import is_own_file
from jobmatch.people.queries.people import phone_of
from jobmatch.people.states import VerificationState
from jobmatch.reference.checks import check_phone
from jobmatch.reference.models import ServiceObjectKind
from jobmatch.reference.queries import rule_value

DEVICE_LIMIT = 12
"""Registrations of one browser in a quarter of an hour: a family on one phone, but no script that keeps its cookie."""
REPEAT_LIMIT = 60
"""How often people behind one address may meet a phone that is registered already. A hall shares one address and
registers freely; whoever tries numbers to see which are known is stopped here."""
NETWORK_RULE = "fair_network_registrations"
"""Dated rule: registrations behind one address in a quarter of an hour, as long as the doors are shut. A browser may
throw its name away; only this keeps a script from taking every seat. Phones on one carrier share addresses too, hence
its generous number."""


_ALIKE = select(FairRegistration).where(
    FairRegistration.fair_id == bindparam("fair_id"),
    or_(
        FairRegistration.code == bindparam("code"),
        FairRegistration.phone_blind == bindparam("phone"),
        FairRegistration.person_id == bindparam("person_id"),
        (FairRegistration.id_tail_blind == bindparam("tail")) & (FairRegistration.name == bindparam("name")),
    ),
)
"""What may be the same person's, made once. Nothing equals a missing value, so each is simply left out."""


@dataclass(frozen=True, slots=True)
class Registered:
    """What registering led to. ``is_new``: this very act made it (or brought a canceled one back)."""

    registration: FairRegistration
    is_new: bool


@dataclass(frozen=True, slots=True)
class _Said:
    """What was said about somebody, checked."""

    name: str
    phone: str
    id_tail: str
    kind: VisitorKind
    way: RegistrationWay
    needs: list[str] = field(default_factory=list)
    wish: str = ""


def is_open(fair: JobFair, now: datetime) -> bool:
    """Whether people can register: until the day that was said, else until the fair closes."""
    return (
        fair.part is FairPart.HELD
        and fair.state in {FairState.PUBLISHED, FairState.RUNNING}
        and now < (fair.registration_until or fair.closes_at)
        and now < fair.closes_at
    )


def register_online(
    uow: UnitOfWork, fair: JobFair, *, device: str, name: str, phone: str, kind: VisitorKind, **more: Any
) -> Registered:
    """Somebody without an account registers; anybody may. ``device`` is the browser's own random name.

    An open hall shares one address: there, only the device and repeated phones are braked. Before the doors are open,
    an address has its share as well.
    """
    network = network_of(uow.actor.ip)
    limits, repeats = {f"fair-device|{device}": DEVICE_LIMIT}, {f"fair-repeat|{network}": REPEAT_LIMIT}
    if fair.state is not FairState.RUNNING:
        limits[f"fair-network|{fair.id}|{network}"] = int(rule_value(uow.session, NETWORK_RULE, uow.today))
    brake(uow, limits, peek=repeats)
    done = _register(uow, fair, _checked(name, phone, "", kind, RegistrationWay.WEB, **more))
    if not done.is_new:
        brake(uow, repeats)
    return done


def register_own(uow: UnitOfWork, fair: JobFair, person: Person, *, needs: Collection[str] = ()) -> Registered:
    """One tap of somebody with a file, or of their station: name, phone and kind come from it."""
    require(can_use_file(uow.actor, person, fair))
    by_station = not is_own_file(uow.actor, person) and not uow.actor.is_system
    phone = clean_phone(phone_of(uow.session, person) or "")
    way = RegistrationWay.STATION if by_station else RegistrationWay.OWN_FILE
    said = _Said(person.name, phone, "", kind_of(uow, person), way, _clean_needs(needs))
    return _register(uow, fair, said, person=person)


def kind_of(uow: UnitOfWork, person: Person) -> VisitorKind:
    """As whom the file counts somebody today; the kind that is counted first decides."""
    query = (
        select(ServiceObjectKind.code, ServiceObjectKind.group)
        .join(PersonKind, PersonKind.kind_code == ServiceObjectKind.code)
        .where(
            PersonKind.person_id == person.id,
            PersonKind.valid_from <= uow.today,
            or_(PersonKind.valid_to.is_(None), PersonKind.valid_to >= uow.today),
        )
        .order_by(ServiceObjectKind.count_order)
    )
    found = uow.session.execute(query).all()
    if any(group.startswith("veteran") for _code, group in found):
        return VisitorKind.VETERAN
    if any(code == ACCOMPANYING for code, _group in found):
        return VisitorKind.ACCOMPANYING_DEPENDANT
    return VisitorKind.MILITARY_DEPENDANT if found else VisitorKind.OTHER


def register_for(
    uow: UnitOfWork, fair: JobFair, *, name: str, phone: str = "", id_tail: str = "", kind: VisitorKind, **more: Any
) -> Registered:
    """A station registers somebody (代报名): a phone, or the last four of the identity number for those without one."""
    require(can_register_others(uow.actor, fair))
    return _register(uow, fair, _checked(name, phone, id_tail, kind, RegistrationWay.STATION, **more))


def register_walk_in(
    uow: UnitOfWork,
    fair: JobFair,
    *,
    name: str,
    phone: str = "",
    id_tail: str = "",
    kind: VisitorKind,
    way: RegistrationWay = RegistrationWay.WALK_IN,
) -> Registered:
    """Somebody at the door, or on a paper list that is keyed in: let in without a seat of the capacity.

    Whoever is registered already keeps that registration; one that waited or was canceled is let in with it.
    """
    require(can_work_desks(uow, fair))
    said = _checked(name, phone, id_tail, kind, way)
    fair = lock_fair(uow, fair.id)
    if way is RegistrationWay.WALK_IN and (not fair.taken_on_the_day or fair.state is not FairState.RUNNING):
        raise Conflict(_("这场招聘会不接受现场登记，请先报名"))
    found, code = _find(uow, fair, said, None)
    if found is not None and found.state is RegistrationState.SEATED:
        return Registered(found, is_new=False)
    registration = _revived(found, code) or _new(uow, fair, said, code)
    registration.way, registration.state = way, RegistrationState.SEATED
    registration.waiting_number = registration.canceled_at = None
    return _kept(uow, fair, registration)


def _checked(name: str, phone: str, id_tail: str, kind: VisitorKind, way: RegistrationWay, **more: Any) -> _Said:
    number, tail = "", re.sub(r"\s", "", id_tail).upper()
    name = clean_name(name)
    if phone.strip():
        try:
            number = check_phone(phone)
        except ValueError as error:
            raise Invalid(fields={"phone": str(error)}) from None
    elif way is RegistrationWay.WEB:
        raise Invalid(fields={"phone": _("请填写手机号")})
    if tail and not re.fullmatch(r"[0-9]{3}[0-9X]", tail):
        raise Invalid(fields={"id_tail": _("请填身份证号的后四位，最后一位可以是 X")})
    if not number and not tail and way is not RegistrationWay.SHEET:
        raise Invalid(fields={"id_tail": _("没有手机号的，请填身份证号的后四位")})
    wish = " ".join(str(more.get("wish", "")).split())[:80]
    return _Said(name, number, tail, kind, way, _clean_needs(more.get("needs", ())), wish)


def _clean_needs(needs: Collection[str]) -> list[str]:
    return [need.value for need in VisitorNeed if need.value in needs]


def _register(uow: UnitOfWork, fair: JobFair, said: _Said, *, person: Person | None = None) -> Registered:
    fair = lock_fair(uow, fair.id)
    late = said.way is RegistrationWay.STATION and fair.state is FairState.PUBLISHED and uow.now < fair.closes_at
    if not (is_open(fair, uow.now) or late):
        raise Conflict(_("这场招聘会的报名已经结束"))
    if person is not None:
        said = _own_phone(uow, fair, said, person)
    found, code = _find(uow, fair, said, person)
    # Whoever typed a phone has not proved it: what hangs on a file is neither shown nor changed by that.
    is_theirs = found is None or person is not None or found.person_id is None
    if found is not None and (found.state is not RegistrationState.CANCELED or not is_theirs):
        if person is not None and found.person_id is None:
            link(uow, found, person)
            ask_for_plan(uow, found)
        return Registered(found, is_new=False)
    registration = _revived(found, code) or _new(uow, fair, said, code)
    registration.name, registration.kind, registration.way = said.name, said.kind, said.way
    registration.needs, registration.wish = said.needs, said.wish
    registration.registered_at, registration.registered_by_id = uow.now, uow.actor.user_id
    registration.promoted_at = registration.reminded_at = None
    if person is not None and registration.person_id is None:
        link(uow, registration, person)
    give_place(uow, fair, registration)
    return _kept(uow, fair, registration)


def _revived(found: FairRegistration | None, code: str) -> FairRegistration | None:
    """A canceled registration comes back with a number and an address of its own: whoever brings it back by a phone
    alone gets nobody's old ticket.
    """
    if found is not None and found.state is RegistrationState.CANCELED:
        found.code = code
        renew_address(found)
    return found


def _kept(uow: UnitOfWork, fair: JobFair, registration: FairRegistration) -> Registered:
    # Whoever registers, or has it done at a desk, reads day and place there.
    registration.told = notices.news_of(fair)
    uow.session.add(registration)
    uow.session.flush()
    waits = registration.state is RegistrationState.WAITING
    log_move(uow, registration, SeatMoveKind.QUEUED if waits else SeatMoveKind.SEATED)
    uow.audit("fair_registration.make", registration, waits=waits)
    if registration.way not in SEATLESS:
        notices.tell_registered(uow, fair, registration)
    ask_for_plan(uow, registration)
    return Registered(registration, is_new=True)


def _new(uow: UnitOfWork, fair: JobFair, said: _Said, code: str) -> FairRegistration:
    office = uow.actor.organization_id if uow.actor.can("fair.manage") else None
    station = uow.session.get(Organization, office) if office is not None else None
    registration = FairRegistration(
        fair_id=fair.id,
        region_path=station.region_path if station is not None and station.region_path else fair.region_path,
        station_id=station.id if station is not None else None,
        code=code,
        name=said.name,
        kind=said.kind,
        way=said.way,
        needs=said.needs,
        wish=said.wish,
        registered_at=uow.now,
        registered_by_id=uow.actor.user_id,
    )
    registration.phone, registration.id_tail = said.phone or None, said.id_tail or None
    return registration


def _find(uow: UnitOfWork, fair: JobFair, said: _Said, person: Person | None) -> tuple[FairRegistration | None, str]:
    """What is already there for this file, this phone, or this name with the tail of the number; and a free code."""
    code, phone, tail = new_code(), None, None
    if said.phone:
        phone = FairRegistration.phone.fingerprint(said.phone)
    if said.id_tail:
        tail = FairRegistration.id_tail.fingerprint(said.id_tail)
    wanted = {"fair_id": fair.id, "code": code, "phone": phone, "tail": tail, "name": said.name}
    rows = list(uow.session.scalars(_ALIKE, wanted | {"person_id": person.id if person is not None else None}))
    if any(row.code == code for row in rows):
        # Once in some twenty thousand: drawn again, and looked for again.
        return _find(uow, fair, said, person)
    rows.sort(key=lambda row: (person is None or row.person_id != person.id, row.phone != (said.phone or None)))
    return (rows[0] if rows else None), code


def _own_phone(uow: UnitOfWork, fair: JobFair, said: _Said, person: Person) -> _Said:
    """Who signed in proved the phone: a registration under another name that only typed it loses it. A station did not.

    Two files with one phone, as of a couple, both register: the first one keeps the number.
    """
    holds = FairRegistration.phone_blind == FairRegistration.phone.fingerprint(said.phone) if said.phone else false()
    holder = uow.session.scalars(
        select(FairRegistration).where(FairRegistration.fair_id == fair.id, holds)
    ).one_or_none()
    if holder is None or holder.person_id == person.id or (holder.person_id is None and holder.name == said.name):
        return said
    if holder.person_id is not None or said.way is RegistrationWay.STATION:
        return replace(said, phone="")
    holder.phone = None
    uow.session.flush()
    return said


def new_code() -> str:
    """Eight digits from the port of ids."""
    number = 0
    for sign in new_public_id():
        number = number * len(ALPHABET) + ALPHABET.index(sign)
    return f"{number % 10**8:08d}"


def renew_address(registration: FairRegistration) -> None:
    """Let the ticket's address and its scanned code lead nowhere any more: whoever typed the phone holds them.

    The typed number stays, so that what was printed or texted still lets the person in.
    """
    phone, id_tail = registration.phone, registration.id_tail
    registration.public_id = new_public_id()
    # What is sealed is bound to the public id of its row.
    registration.phone, registration.id_tail = phone, id_tail


def link(uow: UnitOfWork, registration: FairRegistration, person: Person) -> None:
    """Say that this registration is that person's; whoever calls has judged it."""
    if registration.way is RegistrationWay.WEB and registration.id is not None:
        renew_address(registration)
    registration.person_id, registration.linked_at = person.id, uow.now
    registration.is_verified = person.verification is VerificationState.VERIFIED
    if registration.station_id is None:
        registration.region_path, registration.station_id = person.region_path, person.station_id
