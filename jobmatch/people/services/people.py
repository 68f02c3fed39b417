"""Who somebody is: registration, basic facts, kinds with their time and proof, identity, verification, reveal."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, or_, select

from jobmatch.accounts.models import Organization, User
from jobmatch.accounts.queries import find_user_by_phone, responsible_station
from jobmatch.accounts.services.sign_up import record_person_account
from jobmatch.accounts.states import Role
from jobmatch.core.audit import AuditEntry
from jobmatch.core.errors import Invalid, Limited, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person, PersonKind
from jobmatch.people.policies import (
    can_edit_person,
    can_read_person,
    can_register_person,
    can_reveal_person,
)
from jobmatch.people.queries.people import find_by_id_number, find_by_phone, phone_of
from jobmatch.people.services.common import (
    EARLIEST,
    Findings,
    clean_line,
    clean_person_name,
    clean_text,
    keep_secrets_out,
    known_codes,
    look_again,
    on_behalf,
    require_version,
    touch,
)
from jobmatch.people.states import SERVING_KINDS, VETERAN_KINDS, JobSearchState
from jobmatch.reference.checks import IdFacts, check_id_number, check_phone
from jobmatch.reference.models import Region, ServiceObjectKind
from jobmatch.reference.queries import rule_value

REVEALS_PER_DAY = 30


@dataclass(frozen=True, slots=True)
class KindClaim:
    """A kind of service object somebody belongs to, since when, until when, and on what paper."""

    code: str
    valid_from: date
    valid_to: date | None = None
    proof: str = ""


@dataclass(frozen=True, slots=True)
class Revealed:
    """What staff asked to see in full."""

    phone: str | None
    id_number: str | None


def role_for(kinds: Collection[str]) -> Role:
    """The account's role: whoever served is a veteran, all others belong to a family."""
    return Role.VETERAN if VETERAN_KINDS & set(kinds) else Role.DEPENDANT


def register_person(
    uow: UnitOfWork,
    *,
    name: str,
    phone: str,
    kinds: Sequence[str],
    region_code: str,
    user: User | None = None,
    birth_on: date | None = None,
    id_number: str = "",
    kind_since: date | None = None,
    registered_region_code: str | None = None,
    resettled_region_code: str | None = None,
    search_state: JobSearchState = JobSearchState.LOOKING,
    is_other_person: bool = False,
) -> Person:
    """Open the file of a person: after sign-up (``user``), at the window, or in the demo county.

    Where the phone has no account one is made, to sign in by code; a phone that a family shares keeps the account it
    has. ``is_other_person``: staff compared the files with the same phone. Raises ``Invalid`` with every finding.
    """
    require(can_register_person(uow.actor, user))
    is_own, is_serving = user is not None, bool(SERVING_KINDS & set(kinds))
    found = Findings()
    checked = check_registration(
        uow,
        found,
        name=name,
        phone=phone,
        kinds=kinds,
        region_code=region_code,
        birth_on=birth_on,
        id_number=id_number,
        registered_region_code=registered_region_code,
        resettled_region_code=resettled_region_code,
    )
    _check_twins(uow, found, checked.facts, "" if user or is_other_person else checked.number)
    region = stored_place(uow, found.need(checked.region), is_serving=is_serving)
    if user is None and find_user_by_phone(uow.session, checked.number) is None:
        user = record_person_account(uow, name=clean_person_name(name), phone=checked.number, role=role_for(kinds))
    person = new_file(
        uow,
        checked,
        name=name,
        station=responsible(uow, region),
        region=region,
        user_id=user.id if user else None,
        registered_region_code=registered_region_code,
        resettled_region_code=resettled_region_code,
        living_region_code=region.code,
        latitude=None if is_serving else region.latitude,
        longitude=None if is_serving else region.longitude,
        search_state=search_state,
        claimed_at=uow.now if is_own else None,
    )
    uow.session.add(person)
    _claim_kinds(uow, person, kinds, kind_since or uow.today)
    uow.audit("person.register", person)
    return person


@dataclass(frozen=True, slots=True)
class Checked:
    """What makes a file, as it was understood: digits of the phone, identity, day of birth, and the place."""

    number: str
    facts: IdFacts | None
    birth_on: date | None
    region: Region | None


def check_registration(
    uow: UnitOfWork,
    found: Findings,
    *,
    name: str,
    phone: str,
    kinds: Sequence[str],
    region_code: str,
    birth_on: date | None = None,
    id_number: str = "",
    registered_region_code: str | None = None,
    resettled_region_code: str | None = None,
    needs_phone: bool = True,
) -> Checked:
    """Note everything that is wrong with what makes a file, whether one person comes or a whole table."""
    facts = _check_identity(found, id_number)
    born = facts.birth_on if facts else birth_on
    is_exact = facts is not None
    region = check_facts(uow, found, name=name, kinds=kinds, region_code=region_code, birth_on=born, is_exact=is_exact)
    _check_places(uow, found, registered_region_code, resettled_region_code)
    number = check_mobile(found, phone) if needs_phone or phone.strip() else ""
    return Checked(number, facts, born, region)


def new_file(
    uow: UnitOfWork, checked: Checked, *, name: str, station: Organization | None, region: Region, **facts: Any
) -> Person:
    """The row of a file whose facts were checked, not added yet; ``facts`` are further columns."""
    identity = checked.facts
    return Person(
        name=clean_person_name(name),
        phone=checked.number or None,
        id_number=identity.number if identity else None,
        birth_on=checked.birth_on,
        sex=identity.sex if identity else "",
        station_id=station.id if station else None,
        region_path=station.region_path if station else region.path,
        search_state_since=uow.today,
        created_at=uow.now,
        changed_at=uow.now,
        **facts,
    )


def _check_twins(uow: UnitOfWork, found: Findings, facts: IdFacts | None, number: str) -> None:
    """Note that a file with the same identity number or phone (where one is given) exists, without whose."""
    if facts and find_by_id_number(uow.session, facts.number):
        found.add("id_number", _("这个身份证号已经建过档，不用再建一份"))
    if number and find_by_phone(uow.session, number):
        found.add("phone", _("这个手机号已经有人建过档。如果是另一个人，请勾选确认"))


def _claim_kinds(uow: UnitOfWork, person: Person, kinds: Collection[str], since: date) -> None:
    uow.session.flush()
    uow.session.add_all(
        PersonKind(person_id=person.id, kind_code=code, valid_from=since) for code in sorted(set(kinds))
    )
    uow.session.flush()


def check_mobile(found: Findings, phone: str) -> str:
    """The digits of a mobile number; a finding and nothing for what is none."""
    try:
        return check_phone(phone)
    except ValueError as error:
        found.add("phone", str(error))
        return ""


def _check_identity(found: Findings, id_number: str) -> IdFacts | None:
    if not id_number.strip():
        return None
    try:
        return check_id_number(id_number)
    except ValueError as error:
        found.add("id_number", str(error))
        return None


def check_facts(
    uow: UnitOfWork,
    found: Findings,
    *,
    name: str,
    kinds: Sequence[str],
    region_code: str,
    birth_on: date | None,
    is_exact: bool = False,
) -> Region | None:
    """The living place, after noting everything that is wrong with what makes a file."""
    found.check(0 < len(clean_person_name(name)) <= 60, "name", _("请填写姓名"))
    found.check(bool(kinds), "kinds", _("请选您是哪一类人员，可以选几项"))
    known_codes(uow, found, "kinds", ServiceObjectKind.code, kinds)
    if birth_on is not None:
        _check_age(uow, found, birth_on, is_exact=is_exact)
    return _check_place(uow, found, "region_code", region_code)


def _check_age(uow: UnitOfWork, found: Findings, birth_on: date, *, is_exact: bool) -> None:
    """Note who is too young to look for work (劳动法 art. 15). Of a month alone the last day counts."""
    least = int(rule_value(uow.session, "working_age_min", uow.today))
    day = birth_on if is_exact else (birth_on.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    reached = date(day.year + least, day.month, min(day.day, 28)) + timedelta(days=max(day.day - 28, 0))
    found.check(EARLIEST <= birth_on <= uow.today, "birth_on", _("请填写出生年月，例如 1985 年 6 月"))
    found.check(reached <= uow.today, "birth_on", _("满 %(n)s 周岁才能登记求职，到时候欢迎再来", n=least))


def _check_place(uow: UnitOfWork, found: Findings, field: str, code: str) -> Region | None:
    region = uow.session.get(Region, code) if code else None
    if region is None or len(region.code) < 6:
        found.add(field, _("请选到县或乡镇"))
        return None
    return region


def _check_places(uow: UnitOfWork, found: Findings, registered: str | None, resettled: str | None) -> None:
    """Note places that are none; the findings stand on the fields they are typed into."""
    for field, code in (("registered_place", registered), ("resettled_place", resettled)):
        region = uow.session.get(Region, code) if code else None
        is_fine = not code or (region is not None and len(region.code) >= 6)
        found.check(is_fine, field, _("没有找到这个地方，请写到县，例如湖南省湘潭市韶山市"))


def stored_place(uow: UnitOfWork, region: Region, *, is_serving: bool) -> Region:
    """The living place as it may be stored: of a serving soldier's family the county, since it may be a garrison."""
    return uow.session.get_one(Region, region.code[:6]) if is_serving and len(region.code) > 6 else region


def is_serving_family(uow: UnitOfWork, person: Person) -> bool:
    """Whether somebody is family of a serving soldier today."""
    return (
        uow.session.scalar(
            select(PersonKind.id)
            .where(
                PersonKind.person_id == person.id,
                PersonKind.kind_code.in_(SERVING_KINDS),
                or_(PersonKind.valid_to.is_(None), PersonKind.valid_to >= uow.today),
            )
            .limit(1)
        )
        is not None
    )


def responsible(uow: UnitOfWork, region: Region) -> Organization | None:
    """The station nearest to where somebody lives; staff who register a person from elsewhere answer for them."""
    station = responsible_station(uow.session, region.path)
    reach = uow.actor.region_path
    if uow.actor.can("person.write") and reach and not (station and station.region_path.startswith(reach)):
        return uow.session.get(Organization, uow.actor.organization_id) if uow.actor.organization_id else None
    return station


def save_basics(
    uow: UnitOfWork,
    person: Person,
    *,
    name: str,
    birth_on: date | None,
    region_code: str,
    registered_region_code: str | None = None,
    resettled_region_code: str | None = None,
    latitude: float | None = None,
    longitude: float | None = None,
    about: str = "",
    phone: str | None = None,
    accept_masked: bool = False,
    version: int | None = None,
) -> Person:
    """Name, month of birth and the four places; ``phone`` only where there is no account (which has its own way).

    Without a point the one of the living place is taken, which distances then say. Of a serving soldier's family only
    the county is kept, and a point only where they pick it themselves. Raises ``Invalid``, ``Conflict``.
    """
    require(can_edit_person(uow.actor, person))
    require_version(person, version)
    found = Findings()
    found.check(0 < len(clean_person_name(name)) <= 60, "name", _("请填写姓名"))
    if birth_on is not None and person.id_number_blind is None:
        _check_age(uow, found, birth_on, is_exact=False)
    region = _check_place(uow, found, "region_code", region_code)
    _check_places(uow, found, registered_region_code, resettled_region_code)
    number = check_mobile(found, phone) if phone is not None and person.user_id is None else None
    found.check(_is_point(latitude, longitude), "latitude", _("位置不在中国境内，请重新定位，或者只填乡镇"))
    texts = keep_secrets_out(found, {"about": clean_text(about)[:1000]}, accept_masked=accept_masked)
    region = found.need(region)
    if clean_person_name(name) != person.name or (birth_on != person.birth_on and person.id_number_blind is None):
        look_again(uow, person)
    person.name = clean_person_name(name)
    if person.id_number_blind is None:
        person.birth_on = birth_on
    if number:
        person.phone = number
    is_serving = is_serving_family(uow, person)
    _move(uow, person, stored_place(uow, region, is_serving=is_serving), is_serving=is_serving)
    may_point = not is_serving or person.user_id == uow.actor.user_id
    if latitude is not None and longitude is not None and may_point:
        person.latitude, person.longitude = round(latitude, 3), round(longitude, 3)
    person.registered_region_code = registered_region_code or None
    person.resettled_region_code = resettled_region_code or None
    person.about = texts["about"]
    touch(uow, person)
    uow.audit("person.basics", person, **on_behalf(uow, person))
    return person


def _move(uow: UnitOfWork, person: Person, region: Region, *, is_serving: bool) -> None:
    """Take the new living place; with it the responsible station changes, unless staff keep somebody from elsewhere."""
    if region.code == person.living_region_code:
        return
    person.living_region_code = region.code
    person.latitude = None if is_serving else region.latitude
    person.longitude = None if is_serving else region.longitude
    station = responsible(uow, region)
    person.station_id = station.id if station else None
    person.region_path = station.region_path if station else region.path


def _is_point(latitude: float | None, longitude: float | None) -> bool:
    if latitude is None or longitude is None:
        return True
    return 3 <= latitude <= 54 and 73 <= longitude <= 136


def save_kinds(uow: UnitOfWork, person: Person, *, claims: Sequence[KindClaim], version: int | None = None) -> Person:
    """The kinds somebody belongs to, each with its time and proof; a claim that is gone ends, or goes if it was new.

    The account's role stays: it opens the same pages for veterans and families. Raises ``Invalid``, ``Conflict``.
    """
    require(can_edit_person(uow.actor, person))
    require_version(person, version)
    found = Findings()
    found.check(bool(claims), "kinds", _("请选您是哪一类人员，可以选几项"))
    known_codes(uow, found, "kinds", ServiceObjectKind.code, [claim.code for claim in claims])
    for claim in claims:
        found.check(
            EARLIEST <= claim.valid_from <= uow.today
            and (claim.valid_to is None or claim.valid_to >= claim.valid_from),
            "kinds",
            _("开始的日期不能晚于今天，也不能晚于结束的日期"),
        )
    found.stop()
    rows = {
        row.kind_code: row
        for row in uow.session.scalars(
            select(PersonKind).where(PersonKind.person_id == person.id).order_by(PersonKind.valid_from)
        )
    }
    wanted = {claim.code: claim for claim in claims}
    for code in rows.keys() - wanted.keys():
        _end_kind(uow, rows[code])
    for claim in claims:
        row = rows.get(claim.code)
        if row is None:
            row = PersonKind(person_id=person.id, kind_code=claim.code)
            uow.session.add(row)
        row.valid_from, row.valid_to, row.proof = claim.valid_from, claim.valid_to, clean_line(claim.proof)[:200]
    if rows.keys() != wanted.keys():
        look_again(uow, person)
    uow.session.flush()
    _keep_county_only(uow, person)
    touch(uow, person, "kinds")
    uow.audit("person.kinds", person, kinds=",".join(sorted(wanted)), **on_behalf(uow, person))
    return person


def _keep_county_only(uow: UnitOfWork, person: Person) -> None:
    """Cut the living place of somebody who became family of a serving soldier, and forget the point of that place."""
    if not person.living_region_code or len(person.living_region_code) <= 6 or not is_serving_family(uow, person):
        return
    region = uow.session.get_one(Region, person.living_region_code)
    _move(uow, person, stored_place(uow, region, is_serving=True), is_serving=True)


def _end_kind(uow: UnitOfWork, row: PersonKind) -> None:
    """A kind that staff saw proof of ended yesterday; one that was only claimed was a mistake."""
    yesterday = uow.today - timedelta(days=1)
    if row.verified_at is None or row.valid_from > yesterday:
        uow.session.delete(row)
    elif row.valid_to is None or row.valid_to > yesterday:
        row.valid_to = yesterday


def save_identity(uow: UnitOfWork, person: Person, *, id_number: str, version: int | None = None) -> Person:
    """Store the identity number, which gives birthday and sex, and ask staff to look.

    Raises ``Invalid`` for a number that cannot be, or that another file has (without saying whose).
    """
    require(can_edit_person(uow.actor, person))
    require_version(person, version)
    found = Findings()
    facts = _check_identity(found, id_number)
    if facts is None:
        found.add("id_number", _("请填写身份证号"))
        raise Invalid(fields=found.fields)
    _check_age_as(uow, found, facts)
    other = find_by_id_number(uow.session, facts.number)
    if other is not None and other.id != person.id:
        found.add("id_number", _("这个身份证号已经建过档。请带身份证到服务站核对"))
    found.stop()
    person.id_number = facts.number
    person.birth_on, person.sex = facts.birth_on, facts.sex
    look_again(uow, person)
    touch(uow, person)
    uow.audit("person.identity", person, **on_behalf(uow, person))
    return person


def _check_age_as(uow: UnitOfWork, found: Findings, facts: IdFacts) -> None:
    ages = Findings()
    _check_age(uow, ages, facts.birth_on, is_exact=True)
    for message in ages.fields.values():
        found.add("id_number", message)


def reveal_person(uow: UnitOfWork, person: Person, *, reason: str) -> Revealed:
    """Phone and identity number in full, for a reason that the audit keeps.

    Raises ``Invalid`` without a reason and ``Limited`` beyond the daily cap of one staff member.
    """
    require(can_reveal_person(uow.actor, person))
    reason = clean_line(reason)
    if len(reason) < 4:
        raise Invalid(fields={"reason": _("请写明为什么要看，至少 4 个字")})
    since = uow.now - timedelta(days=1)
    seen = uow.session.scalar(
        select(func.count())
        .select_from(AuditEntry)
        .where(
            AuditEntry.action == "person.reveal", AuditEntry.actor_user_id == uow.actor.user_id, AuditEntry.at > since
        )
    )
    if (seen or 0) >= REVEALS_PER_DAY:
        raise Limited(_("今天查看完整信息的次数用完了，请联系管理员"), retry_after=86_400)
    uow.audit("person.reveal", person, reason=reason)
    return Revealed(phone_of(uow.session, person), person.id_number)


def record_read(uow: UnitOfWork, person: Person) -> None:
    """Leave a trace of staff opening a whole file."""
    require(can_read_person(uow.actor, person))
    uow.audit("person.read", person)


def record_taken(uow: UnitOfWork, person: Person, kind: str) -> None:
    """Leave a trace of a résumé taken as a file."""
    require(can_read_person(uow.actor, person))
    uow.audit("person.resume_file", person, kind=kind)
