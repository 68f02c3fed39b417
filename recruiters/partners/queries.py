"""Reads of the employer base: the list with its filters, contacts, agreements with what was filled, bases."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased, contains_eager

from jobmatch.accounts.models import Organization, User
from jobmatch.core.errors import NotFound
from jobmatch.people.models.person import Person
from jobmatch.people.models.register import EmploymentSpell
from recruiters.employers.models import Employer
from recruiters.employers.queries import employers_named, is_veteran_founded
from recruiters.employers.states import EmployerKind, VettingState
from recruiters.partners.models import Agreement, EmployerContact, Liaison, PracticeBase, Trainee
from recruiters.partners.states import TermState

SILENT_DAYS = 90
"""An employer nobody spoke with for so long is listed as 没有联系."""
ENDING_DAYS = 30
"""Days before an agreement or a base ends on which somebody is reminded."""


# ---------- conditions ----------


def in_force(model: type[Agreement | PracticeBase], day: date) -> ColumnElement[bool]:
    """Condition: the agreement holds on ``day``."""
    last = func.coalesce(model.ended_on, model.ends_on)
    return and_(model.starts_on <= day, last >= day)


def has_agreement(day: date) -> ColumnElement[bool]:
    """Condition on ``Employer``: an agreement of cooperation is in force on ``day``."""
    return exists().where(Agreement.organization_id == Employer.organization_id, in_force(Agreement, day))


def _latest_contact() -> ColumnElement[int]:
    """The id of the last contact of the employer of the surrounding statement."""
    last = select(func.max(EmployerContact.id)).where(EmployerContact.organization_id == Employer.organization_id)
    return last.correlate(Employer).scalar_subquery()


def is_overdue(day: date) -> ColumnElement[bool]:
    """Condition on ``Employer``: the day agreed for the next contact is over."""
    return exists().where(EmployerContact.id == _latest_contact(), EmployerContact.next_on < day)


def has_liaison() -> ColumnElement[bool]:
    """Condition on ``Employer``: somebody of the bureau is responsible."""
    return exists().where(Liaison.organization_id == Employer.organization_id)


def is_silent(day: date) -> ColumnElement[bool]:
    """Condition on ``Employer``: nobody spoke with it for ``SILENT_DAYS`` days."""
    since = day - timedelta(days=SILENT_DAYS)
    spoken = EmployerContact.organization_id == Employer.organization_id
    return ~exists().where(spoken, EmployerContact.done_on >= since)


# ---------- the base ----------

FLAGS = {
    "agreement": has_agreement,
    "founded": is_veteran_founded,
    "silent": is_silent,
    "overdue": is_overdue,
}


def base_employers(filters: Mapping[str, str], day: date) -> Select[*tuple[Any, ...]]:
    """Employers of the base: ``q``, ``kind``, ``state``, ``town`` (a region path), and ``only``: ``agreement``,
    ``founded``, ``silent``, ``overdue`` or ``no_liaison``. Newest first.
    """
    query = employers_named(filters.get("q", ""))
    if (kind := filters.get("kind")) in set(EmployerKind):
        query = query.where(Employer.kind == kind)
    if (state := filters.get("state")) in set(VettingState):
        query = query.where(Employer.vetting == state)
    if town := filters.get("town", ""):
        query = query.where(Employer.region_path.startswith(town, autoescape=True))
    only = filters.get("only", "")
    if only == "no_liaison":
        query = query.where(~has_liaison(), Employer.vetting == VettingState.VETTED)
    elif only in FLAGS:
        query = query.where(FLAGS[only](day))
    return query


@dataclass(frozen=True, slots=True)
class BaseRow:
    """What the list shows beside an employer."""

    liaison: str = ""
    last_on: date | None = None
    next_on: date | None = None
    agreement_until: date | None = None
    is_founded: bool = False
    hired: int = 0


def base_rows(session: Session, employers: Sequence[Employer], day: date) -> dict[int, BaseRow]:
    """What the list shows of each of ``employers`` by id: five statements, whatever their number."""
    organizations = [employer.organization_id for employer in employers]
    liaisons = dict(
        session.execute(
            select(Liaison.organization_id, User.name)
            .join(User, User.id == Liaison.user_id)
            .where(Liaison.organization_id.in_(organizations))
        ).all()
    )
    last = select(func.max(EmployerContact.id)).where(EmployerContact.organization_id.in_(organizations))
    contacts = {
        row.organization_id: row
        for row in session.scalars(
            select(EmployerContact).where(EmployerContact.id.in_(last.group_by(EmployerContact.organization_id)))
        )
    }
    until = dict(
        session.execute(
            select(Agreement.organization_id, func.max(func.coalesce(Agreement.ended_on, Agreement.ends_on)))
            .where(Agreement.organization_id.in_(organizations), in_force(Agreement, day))
            .group_by(Agreement.organization_id)
        ).all()
    )
    founded = set(
        session.scalars(
            select(Employer.id).where(Employer.id.in_([one.id for one in employers]), is_veteran_founded(day))
        )
    )
    hired = dict(hired_counts(session, organizations))
    found = {}
    for employer in employers:
        key = employer.organization_id
        contact = contacts.get(key)
        found[employer.id] = BaseRow(
            liaison=liaisons.get(key, ""),
            last_on=contact.done_on if contact else None,
            next_on=contact.next_on if contact else None,
            agreement_until=until.get(key),
            is_founded=employer.id in founded,
            hired=hired.get(key, 0),
        )
    return found


def _counting_spells() -> ColumnElement[bool]:
    """Lines of the register that stand: a corrected one counts nowhere."""
    return EmploymentSpell.superseded_at.is_(None)


def hired_counts(session: Session, organizations: Collection[int]) -> list[tuple[int, int]]:
    """How many different people the register knows at each organization, ever."""
    query = (
        select(EmploymentSpell.organization_id, func.count(EmploymentSpell.person_id.distinct()))
        .where(EmploymentSpell.organization_id.in_(organizations), _counting_spells())
        .group_by(EmploymentSpell.organization_id)
    )
    return [(organization_id, count) for organization_id, count in session.execute(query) if organization_id]


def base_counts(day: date) -> Select[*tuple[Any, ...]]:
    """How many employers are vetted, under agreement, veteran-founded, without liaison, overdue: 家, each once."""
    counted = func.count(Employer.id)
    vetted = Employer.vetting == VettingState.VETTED
    return (
        select(
            counted.filter(vetted),
            counted.filter(has_agreement(day)),
            counted.filter(is_veteran_founded(day)),
            counted.filter(vetted, ~has_liaison()),
            counted.filter(is_overdue(day)),
        )
        .join(Organization, Organization.id == Employer.organization_id)
        .where(Organization.merged_into_id.is_(None))
    )


# ---------- one employer ----------


def liaison_of(session: Session, organization_id: int) -> tuple[Liaison, str, str] | None:
    """Who is responsible for an organization, with the names of the responsible one and of the stand-in."""
    owner, stand_in = aliased(User), aliased(User)
    query = (
        select(Liaison, owner.name, func.coalesce(stand_in.name, ""))
        .join(owner, owner.id == Liaison.user_id)
        .outerjoin(stand_in, stand_in.id == Liaison.stand_in_id)
        .where(Liaison.organization_id == organization_id)
    )
    found = session.execute(query).one_or_none()
    return (found[0], found[1], found[2]) if found else None


def public_id_of(session: Session, user_id: int | None) -> str:
    """The public id of an account; empty for none."""
    return session.scalar(select(User.public_id).where(User.id == user_id)) or "" if user_id else ""


def contacts_of(employer: Employer) -> Select[*tuple[Any, ...]]:
    """The log of an employer, the latest first, with who wrote it."""
    return (
        select(EmployerContact, func.coalesce(User.name, ""))
        .join(Employer, Employer.organization_id == EmployerContact.organization_id)
        .outerjoin(User, User.id == EmployerContact.by_id)
        .where(Employer.id == employer.id)
        .order_by(EmployerContact.done_on.desc(), EmployerContact.id.desc())
    )


def last_contact(session: Session, organization_id: int) -> EmployerContact | None:
    """The row of the log that was written last."""
    query = select(EmployerContact).where(EmployerContact.organization_id == organization_id)
    return session.scalars(query.order_by(EmployerContact.id.desc()).limit(1)).one_or_none()


# ---------- agreements and bases ----------


def term_state(term: Agreement | PracticeBase, day: date) -> TermState:
    """Where an agreement stands on ``day``."""
    if term.ended_on is not None and term.ended_on < day:
        return TermState.ENDED
    if term.starts_on > day:
        return TermState.COMING
    if term.ends_on < day:
        return TermState.OVER
    return TermState.ENDING if (term.ends_on - day).days <= ENDING_DAYS else TermState.RUNNING


def _filled() -> ColumnElement[int]:
    """People whom the register knows at the agreement's organization from its first day to its last."""
    counted = select(func.count(EmploymentSpell.person_id.distinct())).where(
        EmploymentSpell.organization_id == Agreement.organization_id,
        EmploymentSpell.started_on >= Agreement.starts_on,
        EmploymentSpell.started_on <= func.coalesce(Agreement.ended_on, Agreement.ends_on),
        _counting_spells(),
    )
    return counted.correlate(Agreement).scalar_subquery()


def agreements(state: str, day: date) -> Select[*tuple[Any, ...]]:
    """Agreements with their employer and how many posts were filled; ``state`` is running, ending, over or all."""
    query = (
        select(Agreement, Employer, _filled().label("filled"))
        .join(Employer, Employer.organization_id == Agreement.organization_id)
        .join(Organization, Organization.id == Employer.organization_id)
        .options(contains_eager(Employer.organization))
    )
    return _in_state(query, Agreement, state, day)


def _in_state(query: Any, model: type[Agreement | PracticeBase], state: str, day: date) -> Any:
    if state == "running":
        query = query.where(in_force(model, day))
    elif state == "ending":
        query = query.where(in_force(model, day), model.ends_on <= day + timedelta(days=ENDING_DAYS))
    elif state == "over":
        query = query.where(func.coalesce(model.ended_on, model.ends_on) < day)
    return query.order_by(model.ends_on, model.id)


def agreements_of(employer: Employer, day: date) -> Select[*tuple[Any, ...]]:
    """Agreements of one employer."""
    return agreements("all", day).where(Employer.id == employer.id)


def agreement_counts(day: date) -> Select[*tuple[Any, ...]]:
    """家 under agreement (each organization once), the posts they pledged, and how many end soon."""
    soon = Agreement.ends_on <= day + timedelta(days=ENDING_DAYS)
    return (
        select(
            func.count(Agreement.organization_id.distinct()),
            func.coalesce(func.sum(Agreement.pledged_count), 0),
            func.count(Agreement.id).filter(soon),
        )
        .join(Employer, Employer.organization_id == Agreement.organization_id)
        .where(in_force(Agreement, day))
    )


def agreement_named(public_id: str) -> Select[*tuple[Any, ...]]:
    """The agreement with this public id, with its employer."""
    return agreements("all", date.min).where(Agreement.public_id == public_id)


@dataclass(frozen=True, slots=True)
class BaseFacts:
    """Trainees of a base: how many are there, how many there were, and how many of those known were hired."""

    present: int = 0
    ever: int = 0
    converted: int = 0
    occupations: tuple[str, ...] = field(default=())


def practice_bases(state: str, day: date) -> Select[*tuple[Any, ...]]:
    """Practice bases with their employer; ``state`` is running, ending, over or all."""
    query = (
        select(PracticeBase, Employer)
        .join(Employer, Employer.organization_id == PracticeBase.organization_id)
        .join(Organization, Organization.id == Employer.organization_id)
        .options(contains_eager(Employer.organization))
    )
    return _in_state(query, PracticeBase, state, day)


def base_named(public_id: str) -> Select[*tuple[Any, ...]]:
    """The base with this public id, with its employer."""
    return practice_bases("all", date.min).where(PracticeBase.public_id == public_id)


def _is_conversion() -> ColumnElement[bool]:
    """Condition on a trainee and their base: a later line of the register is at the same organization."""
    return exists().where(
        EmploymentSpell.person_id == Trainee.person_id,
        EmploymentSpell.organization_id == PracticeBase.organization_id,
        EmploymentSpell.started_on >= Trainee.came_on,
        _counting_spells(),
    )


def base_facts(session: Session, bases: Sequence[PracticeBase], day: date) -> dict[int, BaseFacts]:
    """The figures of each of ``bases`` by id, in one statement."""
    is_there = and_(Trainee.came_on <= day, or_(Trainee.left_on.is_(None), Trainee.left_on > day))
    query = (
        select(
            Trainee.base_id,
            func.coalesce(func.sum(Trainee.head_count).filter(is_there), 0),
            func.sum(Trainee.head_count),
            func.count(Trainee.person_id.distinct()).filter(_is_conversion()),
        )
        .join(PracticeBase, PracticeBase.id == Trainee.base_id)
        .where(Trainee.base_id.in_([base.id for base in bases]))
        .group_by(Trainee.base_id)
    )
    return {base_id: BaseFacts(there, ever, hired) for base_id, there, ever, hired in session.execute(query)}


@dataclass(frozen=True, slots=True)
class TraineeRow:
    """One line of a base; ``name`` and ``url_id`` are empty where the person is out of the reader's reach."""

    trainee: Trainee
    name: str
    url_id: str
    is_hired: bool


def trainees_of(base: PracticeBase, region_path: str) -> Select[*tuple[Any, ...]]:
    """Trainees of a base, the latest first: the row, the person of the reader's subtree, whether they were hired."""
    near = Person.region_path.startswith(region_path, autoescape=True) if region_path else Person.id.is_(None)
    return (
        select(Trainee, Person.name, Person.public_id, _is_conversion())
        .join(PracticeBase, PracticeBase.id == Trainee.base_id)
        .join(Employer, Employer.organization_id == PracticeBase.organization_id)
        .outerjoin(Person, and_(Person.id == Trainee.person_id, near))
        .where(Trainee.base_id == base.id)
        .order_by(Trainee.came_on.desc(), Trainee.id.desc())
    )


def trainee_rows(found: Sequence[Any]) -> list[TraineeRow]:
    """Rows of ``trainees_of`` with names."""
    return [TraineeRow(trainee, name or "", url_id or "", hired) for trainee, name, url_id, hired in found]


def find_trainee(session: Session, base: PracticeBase, public_id: str) -> Trainee:
    """A line of ``base``. Raises ``NotFound``."""
    query = select(Trainee).where(Trainee.base_id == base.id, Trainee.public_id == public_id)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound
    return found


def practice_of(session: Session, person_id: int) -> list[tuple[Trainee, PracticeBase, str]]:
    """Where a person practised, the latest first, with the name of the employer."""
    query = (
        select(Trainee, PracticeBase, Organization.name)
        .join(PracticeBase, PracticeBase.id == Trainee.base_id)
        .join(Organization, Organization.id == PracticeBase.organization_id)
        .where(Trainee.person_id == person_id)
        .order_by(Trainee.came_on.desc(), Trainee.id.desc())
    )
    return [(trainee, base, name) for trainee, base, name in session.execute(query)]
