"""Reads of registrations, and of what the public page of a fair shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, String, cast, func, or_, select
from sqlalchemy.orm import Session

from jobmatch.accounts.models import Organization, User, clean_phone
from jobmatch.fairs.exhibitors.models import Exhibitor, FairPosting
from jobmatch.fairs.exhibitors.states import ExhibitorState
from jobmatch.fairs.halls.models import Booth
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.visitors.models import FairRegistration, SeatMove
from jobmatch.fairs.visitors.states import RegistrationState, VisitorKind, VisitorNeed
from jobmatch.people.models.person import Person
from recruiters.employers.models import Employer
from recruiters.postings.models import Posting
from recruiters.postings.states import PostingState

CODE, TAIL, PHONE = 8, 4, 11


def ticket_named(fair_id: str, public_id: str) -> Select[*tuple[Any, ...]]:
    """Registration and fair of a ticket; a ticket of another fair is none here, nor one that was forgotten."""
    return (
        select(FairRegistration, JobFair)
        .join(JobFair, JobFair.id == FairRegistration.fair_id)
        .where(
            FairRegistration.public_id == public_id,
            JobFair.public_id == fair_id,
            or_(FairRegistration.forgotten_at.is_(None), FairRegistration.person_id.is_not(None)),
        )
    )


def registration_named(fair: JobFair, public_id: str) -> Select[*tuple[Any, ...]]:
    """The registration with this public id at this fair, for a policy to narrow."""
    return select(FairRegistration).where(FairRegistration.public_id == public_id, FairRegistration.fair_id == fair.id)


def registrations(fair: JobFair, filters: Mapping[str, str]) -> Select[*tuple[Any, ...]]:
    """Registrations of a fair, the latest first; those who wait in the order of the queue.

    ``q`` is a name, a phone, the last four of a phone or identity number, or the code of a ticket.
    """
    found = select(FairRegistration).where(FairRegistration.fair_id == fair.id)
    if filters.get("state") in set(RegistrationState):
        found = found.where(FairRegistration.state == RegistrationState(filters["state"]))
    if filters.get("kind") in set(VisitorKind):
        found = found.where(FairRegistration.kind == VisitorKind(filters["kind"]))
    if filters.get("need") in set(VisitorNeed):
        # The codes are plain letters between quotes in the stored list, so that none stands in another.
        found = found.where(cast(FairRegistration.needs, String).contains(f'"{filters["need"]}"'))
    words = filters.get("q", "").strip()
    if words:
        found = found.where(_matches(words))
    if filters.get("state") == RegistrationState.WAITING:
        return found.order_by(FairRegistration.waiting_number)
    return found.order_by(FairRegistration.registered_at.desc(), FairRegistration.id.desc())


def _matches(words: str) -> Any:
    digits = clean_phone(words)
    if len(digits) == PHONE:
        return FairRegistration.phone_blind == FairRegistration.phone.fingerprint(digits)
    if len(digits) == CODE:
        return FairRegistration.code == digits
    if len(digits) in {TAIL - 1, TAIL} and len(words) == TAIL:
        return or_(
            FairRegistration.phone_tail_blind == FairRegistration.phone.tail_fingerprint(words),
            FairRegistration.id_tail_blind == FairRegistration.id_tail.fingerprint(words),
        )
    return FairRegistration.name.contains(words, autoescape=True)


def with_needs(fair: JobFair) -> Select[*tuple[Any, ...]]:
    """What help people asked for, one row each, for a policy to narrow."""
    mine = (FairRegistration.fair_id == fair.id, FairRegistration.state != RegistrationState.CANCELED)
    return select(FairRegistration.needs).where(*mine, _has_needs())


def needs_of(registration: FairRegistration) -> list[str]:
    """What help somebody asked for, in words."""
    return [VisitorNeed(one).label for one in registration.needs]


def _has_needs() -> Any:
    return cast(FairRegistration.needs, String) != "[]"


def counts(fair: JobFair) -> Select[*tuple[Any, ...]]:
    """How many registrations there are by state and kind, for a policy to narrow."""
    return (
        select(FairRegistration.state, FairRegistration.kind, func.count())
        .where(FairRegistration.fair_id == fair.id)
        .group_by(FairRegistration.state, FairRegistration.kind)
    )


def place_in_queue(session: Session, registration: FairRegistration) -> int:
    """How-manieth somebody is in the queue, from 1."""
    before = (
        FairRegistration.fair_id == registration.fair_id,
        FairRegistration.state == RegistrationState.WAITING,
        FairRegistration.waiting_number <= registration.waiting_number,
    )
    return session.scalar(select(func.count()).select_from(FairRegistration).where(*before)) or 0


def moves_of(session: Session, registration: FairRegistration) -> Sequence[Any]:
    """The log of one registration, the oldest first, with who did it."""
    query = select(SeatMove, func.coalesce(User.name, "")).outerjoin(User, User.id == SeatMove.user_id)
    return session.execute(query.where(SeatMove.registration_id == registration.id).order_by(SeatMove.id)).all()


def _untold(fair: JobFair) -> tuple[Any, ...]:
    return (
        FairRegistration.fair_id == fair.id,
        FairRegistration.state != RegistrationState.CANCELED,
        FairRegistration.told == "",
        FairRegistration.forgotten_at.is_(None),
    )


def to_call(fair: JobFair) -> Select[*tuple[Any, ...]]:
    """Registrations whom no message reached, those who registered first come first."""
    return select(FairRegistration).where(*_untold(fair)).order_by(FairRegistration.id)


def to_call_count(fair: JobFair) -> Select[*tuple[Any, ...]]:
    """How many these are, for a policy to narrow."""
    return select(func.count()).select_from(FairRegistration).where(*_untold(fair))


def likely_files(registration: FairRegistration) -> Select[*tuple[Any, ...]] | None:
    """Files that may be this person's: the same phone, or the same name with the same end of the number."""
    alike = []
    if registration.phone:
        blind = Person.phone.fingerprint(registration.phone)
        users = select(User.id).where(User.phone_blind == blind)
        alike.append(or_(Person.phone_blind == blind, Person.user_id.in_(users)))
    if registration.id_tail:
        tail = Person.id_number_tail_blind == Person.id_number.tail_fingerprint(registration.id_tail)
        alike.append(tail & (Person.name == registration.name))
    if not alike:
        return None
    return select(Person).where(or_(*alike), Person.erased_at.is_(None)).order_by(Person.id).limit(5)


def likely_pairs(fair: JobFair) -> Select[*tuple[Any, ...]]:
    """(registration, file) of everybody without a file for whom there may be one, for two policies to narrow.

    The same phone, or the same name where the end of the identity number was given: whether that is the same too is
    seen by ``has_same_tail``. A file that stands on another registration of this fair is no proposal.
    """
    mine = (
        FairRegistration.fair_id == fair.id,
        FairRegistration.person_id.is_(None),
        FairRegistration.state != RegistrationState.CANCELED,
        FairRegistration.forgotten_at.is_(None),
    )
    ids = select(FairRegistration.id.label("registration_id"), Person.id.label("person_id")).where(*mine)
    by_phone = ids.join(Person, Person.phone_blind == FairRegistration.phone_blind)
    by_account = ids.join(User, User.phone_blind == FairRegistration.phone_blind).join(
        Person, Person.user_id == User.id
    )
    by_name = ids.join(Person, Person.name == FairRegistration.name).where(FairRegistration.id_tail_blind.is_not(None))
    pairs = by_phone.union(by_account, by_name).subquery()
    taken = select(FairRegistration.person_id).where(
        FairRegistration.fair_id == fair.id, FairRegistration.person_id.is_not(None)
    )
    return (
        select(FairRegistration, Person)
        .join(pairs, pairs.c.registration_id == FairRegistration.id)
        .join(Person, Person.id == pairs.c.person_id)
        .where(Person.erased_at.is_(None), Person.id.not_in(taken))
        .order_by(FairRegistration.id, Person.id)
    )


def has_same_tail(registration: FairRegistration, person: Person) -> bool | None:
    """Whether the identity numbers end alike; None where one of them is not known."""
    number = person.id_number
    return number[-TAIL:].upper() == registration.id_tail if number and registration.id_tail else None


def own_registrations(session: Session, person_id: int) -> list[tuple[FairRegistration, JobFair]]:
    """A person's registrations with their fairs, the next one first."""
    query = select(FairRegistration, JobFair).join(JobFair, JobFair.id == FairRegistration.fair_id)
    mine = query.where(FairRegistration.person_id == person_id).order_by(JobFair.opens_at.desc()).limit(50)
    return [(row[0], row[1]) for row in session.execute(mine)]


@dataclass(frozen=True, slots=True)
class FairFacts:
    """What the list of fairs says of one: exhibitors, postings, and the head-count of these."""

    exhibitor_count: int = 0
    posting_count: int = 0
    vacancy_count: int = 0


def facts_of(session: Session, fairs: Sequence[JobFair]) -> dict[int, FairFacts]:
    """Counts of accepted exhibitors and of what they bring, by fair, in two statements."""
    ids = [fair.id for fair in fairs]
    accepted = (Exhibitor.fair_id.in_(ids), Exhibitor.state == ExhibitorState.ACCEPTED)
    exhibitors = dict(
        session.execute(select(Exhibitor.fair_id, func.count()).where(*accepted).group_by(Exhibitor.fair_id)).all()
    )
    brought = (
        select(FairPosting.fair_id, func.count(), func.sum(FairPosting.vacancy_count))
        .join(Exhibitor, Exhibitor.id == FairPosting.exhibitor_id)
        .where(*accepted, FairPosting.withdrawn_at.is_(None))
        .group_by(FairPosting.fair_id)
    )
    postings = {row[0]: (row[1], int(row[2] or 0)) for row in session.execute(brought)}
    return {key: FairFacts(exhibitors.get(key, 0), *postings.get(key, (0, 0))) for key in ids}


def exhibitors_shown(fair: JobFair) -> Select[*tuple[Any, ...]]:
    """Accepted exhibitors with name, employer, booth and public id, in the order of the booths."""
    return (
        select(Exhibitor.id, Organization.name, Employer.public_id, Booth.number, Exhibitor.public_id)
        .join(Employer, Employer.id == Exhibitor.employer_id)
        .join(Organization, Organization.id == Employer.organization_id)
        .outerjoin(Booth, Booth.exhibitor_id == Exhibitor.id)
        .where(Exhibitor.fair_id == fair.id, Exhibitor.state == ExhibitorState.ACCEPTED)
        .order_by(Booth.number.is_(None), Booth.number, Organization.name)
    )


def postings_shown(session: Session, exhibitor_ids: Sequence[int]) -> dict[int, list[Any]]:
    """What these exhibitors bring: title, head-count, and the posting's public id while its page is open."""
    query = (
        select(FairPosting.exhibitor_id, FairPosting.title, FairPosting.vacancy_count, Posting)
        .join(Posting, Posting.id == FairPosting.posting_id)
        .where(FairPosting.exhibitor_id.in_(exhibitor_ids), FairPosting.withdrawn_at.is_(None))
        .order_by(FairPosting.id)
    )
    found: dict[int, list[Any]] = {}
    for exhibitor_id, title, vacancies, posting in session.execute(query):
        has_page = posting.state is PostingState.OPEN and not posting.only_for
        found.setdefault(exhibitor_id, []).append((title, vacancies, posting.public_id if has_page else ""))
    return found


def files(*where: Any) -> Select[*tuple[Any, ...]]:
    """Files of people, for a policy to narrow."""
    return select(Person).where(*where).order_by(Person.id)
