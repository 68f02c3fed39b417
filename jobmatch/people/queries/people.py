"""Reads of people: one person, the children a page needs, cards for outsiders, and who may see whom."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session, selectinload

from jobmatch.accounts.models import Organization, User
from jobmatch.accounts.states import OrganizationKind, OrganizationState
from jobmatch.core.errors import NotFound
from jobmatch.core.region_paths import share_of
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.cards import PersonCard, Words, build_card, township
from jobmatch.people.models.consents import EmployerBlock, Grant
from jobmatch.people.models.person import Person, PersonKind, ServiceRecord
from jobmatch.people.models.register import EmploymentSpell
from jobmatch.people.states import ClaimState, GrantField
from jobmatch.reference.models import Certificate, EducationLevel, MilitarySpecialty, Occupation, Skill
from jobmatch.reference.queries import names, region_label

S = TypeVar("S", bound=Select[*tuple[Any, ...]])
IS_NOW = (EmploymentSpell.ended_on.is_(None), EmploymentSpell.superseded_at.is_(None))
"""What makes a line of the register the one that says where somebody is now."""


def people_shares(session: Session) -> list[str]:
    """The shares of the country in which there are people: what work on everybody is split into."""
    return sorted({share_of(path) for path in session.scalars(select(Person.region_path).distinct())})


def load_full(query: S) -> S:
    """Add what a profile page, a card or a matching document reads: one more statement for each kind of child."""
    return query.options(
        selectinload(Person.kinds),
        selectinload(Person.service).selectinload(ServiceRecord.specialties),
        selectinload(Person.skills),
        selectinload(Person.certificates),
        selectinload(Person.licences),
        selectinload(Person.work_history),
        selectinload(Person.intention),
    )


def person_of(session: Session, user_id: int) -> Person | None:
    """The person behind an account, without children; none as long as the file has to be claimed first."""
    mine = select(Person).where(Person.user_id == user_id, Person.claim_state == ClaimState.NONE)
    return session.scalars(mine).one_or_none()


def get_person(session: Session, person_id: int) -> Person:
    """A person by row id, with all children. Raises ``NotFound``."""
    found = session.scalars(load_full(select(Person).where(Person.id == person_id))).one_or_none()
    if found is None:
        raise NotFound
    return found


def current_kinds(person: Person, day: date) -> list[PersonKind]:
    """The kinds that hold on ``day``."""
    return [kind for kind in person.kinds if kind.valid_from <= day and (kind.valid_to is None or kind.valid_to >= day)]


def current_spell(session: Session, person_id: int) -> EmploymentSpell | None:
    """The open line of the register: where the person is now."""
    return session.scalars(select(EmploymentSpell).where(EmploymentSpell.person_id == person_id, *IS_NOW)).one_or_none()


def spells_of(session: Session, person_id: int) -> Sequence[EmploymentSpell]:
    """The person's lines of the register, the newest first."""
    return session.scalars(
        select(EmploymentSpell)
        .where(EmploymentSpell.person_id == person_id)
        .order_by(EmploymentSpell.started_on.desc(), EmploymentSpell.id.desc())
    ).all()


def find_by_phone(session: Session, phone: str) -> Sequence[Person]:
    """People who gave ``phone`` or sign in with it."""
    blind = Person.phone.fingerprint(phone)
    users = select(User.id).where(User.phone_blind == blind)
    return session.scalars(
        select(Person)
        .where(or_(Person.phone_blind == blind, Person.user_id.in_(users)), Person.erased_at.is_(None))
        .order_by(Person.id)
    ).all()


def find_by_id_number(session: Session, id_number: str) -> Person | None:
    """The person with this identity number."""
    blind = Person.id_number.fingerprint(id_number)
    return session.scalars(select(Person).where(Person.id_number_blind == blind)).one_or_none()


def phones_of(session: Session, people: Iterable[Person]) -> dict[int, str | None]:
    """Phone by person id: the account's number where there is an account, else the one given at registration."""
    found = {person.id: person for person in people}
    by_user = {person.user_id: person.id for person in found.values() if person.user_id}
    phones: dict[int, str | None] = {key: person.phone for key, person in found.items() if not person.user_id}
    if by_user:
        for user in session.scalars(select(User).where(User.id.in_(by_user))):
            phones[by_user[user.id]] = user.phone
    return phones


def phone_of(session: Session, person: Person) -> str | None:
    """The number the person is reached at."""
    return phones_of(session, [person])[person.id]


def live_grants(session: Session, person_id: int, day: date) -> list[tuple[Grant, Organization]]:
    """Grants of a person that hold on ``day``, with the organization that may look; the newest first."""
    found = session.execute(
        select(Grant, Organization)
        .join(Organization, Organization.id == Grant.organization_id)
        .where(Grant.person_id == person_id, Grant.revoked_at.is_(None), Grant.valid_until >= day)
        .order_by(Grant.created_at.desc(), Grant.id.desc())
    )
    return [(grant, organization) for grant, organization in found]


def not_blocked(organization_id: int) -> ColumnElement[bool]:
    """Condition on ``Person``: they did not shut this organization out."""
    return ~exists().where(EmployerBlock.person_id == Person.id, EmployerBlock.organization_id == organization_id)


def blocking_people(session: Session, organization_id: int) -> frozenset[int]:
    """Row ids of the people who shut an organization out."""
    mine = select(EmployerBlock.person_id).where(EmployerBlock.organization_id == organization_id)
    return frozenset(session.scalars(mine))


def blocked_organizations(session: Session, person_id: int) -> list[Organization]:
    """The organizations that a person shut out, the newest first."""
    query = select(Organization).join(EmployerBlock, EmployerBlock.organization_id == Organization.id)
    return list(session.scalars(query.where(EmployerBlock.person_id == person_id).order_by(EmployerBlock.id.desc())))


def employers_named(session: Session, words: str, limit: int = 10) -> list[Organization]:
    """Employers whose name contains ``words`` (two characters at least), shortest names first."""
    text = words.strip()
    if len(text) < 2:
        return []
    query = select(Organization).where(
        Organization.kind == OrganizationKind.EMPLOYER,
        Organization.state != OrganizationState.REFUSED,
        Organization.name.contains(text, autoescape=True),
    )
    return list(session.scalars(query.order_by(func.length(Organization.name), Organization.id).limit(limit)))


def granted_fields(
    session: Session, person_ids: Collection[int], organization_id: int, day: date
) -> dict[int, frozenset[GrantField]]:
    """What ``organization_id`` may see of each person on ``day``: the union of its live grants."""
    found: dict[int, frozenset[GrantField]] = {}
    for grant in session.scalars(
        select(Grant).where(
            Grant.person_id.in_(person_ids),
            Grant.organization_id == organization_id,
            Grant.revoked_at.is_(None),
            Grant.valid_until >= day,
        )
    ):
        known = found.get(grant.person_id, frozenset())
        found[grant.person_id] = known | {GrantField(name) for name in grant.fields}
    return found


def card(uow: UnitOfWork, person: Person, *, organization_id: int | None = None) -> PersonCard:
    """The card of a person loaded with ``load_full``, as ``organization_id`` may see it (masked without a grant)."""
    return cards(uow, [person], organization_id=organization_id)[0]


def cards(uow: UnitOfWork, people: Sequence[Person], *, organization_id: int | None = None) -> list[PersonCard]:
    """Cards of people loaded with ``load_full``, in the same order and with a fixed number of statements."""
    opened = granted_fields(uow.session, [p.id for p in people], organization_id, uow.today) if organization_id else {}
    reachable = [p for p in people if GrantField.PHONE in opened.get(p.id, ())]
    phones = phones_of(uow.session, reachable)
    words = card_words(uow.session)
    return [
        build_card(
            person,
            words,
            today=uow.today,
            place=region_label(uow.session, township(person.living_region_code)),
            fields=opened.get(person.id, frozenset()),
            phone=phones.get(person.id),
        )
        for person in people
    ]


def card_words(session: Session) -> Words:
    """Names of every code that cards show; the tables are kept in memory by reference."""
    return Words(
        occupations=names(session, Occupation),
        specialties=names(session, MilitarySpecialty),
        skills=names(session, Skill),
        certificates=names(session, Certificate),
        educations=names(session, EducationLevel),
    )
