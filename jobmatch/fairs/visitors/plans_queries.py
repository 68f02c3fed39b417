"""Reading what personal plans are made of, and the plan of one person for its page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from jobmatch.accounts.models import Organization
from jobmatch.fairs.exhibitors.models import Exhibitor, FairPosting
from jobmatch.fairs.exhibitors.states import ExhibitorState
from jobmatch.fairs.halls.models import Booth
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.states import FairState
from jobmatch.fairs.visitors.models import FairRegistration, PlannedVisit
from jobmatch.fairs.visitors.states import RegistrationState
from jobmatch.matching.batch import reason_words
from jobmatch.matching.queries import is_live_posting
from recruiters.employers.models import Employer
from recruiters.postings.cards import pay_words
from recruiters.postings.models import Posting


def is_there() -> ColumnElement[bool]:
    """Condition on ``Exhibitor`` and ``FairPosting``: the employer takes part, has not left, and still offers it."""
    return and_(
        Exhibitor.state == ExhibitorState.ACCEPTED, Exhibitor.left_at.is_(None), FairPosting.withdrawn_at.is_(None)
    )


def offered(fair_id: int) -> Select[*tuple[Any, ...]]:
    """(id, posting id, exhibitor id, head-count) of what a fair offers, exhibitor by exhibitor."""
    return (
        select(FairPosting.id, FairPosting.posting_id, FairPosting.exhibitor_id, FairPosting.vacancy_count)
        .join(Exhibitor, Exhibitor.id == FairPosting.exhibitor_id)
        .join(Posting, Posting.id == FairPosting.posting_id)
        .join(Employer, Employer.id == Exhibitor.employer_id)
        .where(FairPosting.fair_id == fair_id, is_there(), is_live_posting())
        .order_by(FairPosting.exhibitor_id, FairPosting.id)
    )


def out_of_reach(session: Session, fair_id: int) -> frozenset[int]:
    """Exhibitors whose booth somebody in a wheelchair does not reach."""
    mine = (Booth.fair_id == fair_id, ~Booth.is_accessible, Booth.exhibitor_id.is_not(None))
    return frozenset(one for one in session.scalars(select(Booth.exhibitor_id).where(*mine)) if one is not None)


def is_unplanned() -> ColumnElement[bool]:
    """Condition on ``FairRegistration``: nothing is planned for them, or something that is no longer there."""
    mine = PlannedVisit.registration_id == FairRegistration.id
    gone = (
        select(PlannedVisit.id)
        .join(Exhibitor, Exhibitor.id == PlannedVisit.exhibitor_id)
        .join(FairPosting, FairPosting.id == PlannedVisit.fair_posting_id)
        .where(mine, ~is_there())
    )
    return or_(~exists().where(mine), gone.exists())


def planned_loads(session: Session, fair_id: int, without: Sequence[int] = ()) -> dict[int, int]:
    """How many people with a seat are planned for each exhibitor, leaving out some registrations."""
    query = (
        select(PlannedVisit.exhibitor_id, PlannedVisit.registration_id)
        .join(FairRegistration, FairRegistration.id == PlannedVisit.registration_id)
        .where(FairRegistration.fair_id == fair_id, FairRegistration.state == RegistrationState.SEATED)
    )
    left_out, loads = set(without), dict[int, int]()
    for exhibitor_id, registration_id in session.execute(query):
        if registration_id not in left_out:
            loads[exhibitor_id] = loads.get(exhibitor_id, 0) + 1
    return loads


def fairs_to_plan(session: Session) -> list[int]:
    """Fairs before their end with exhibitors, where somebody with a seat has no plan or an outdated one."""
    seated = (FairRegistration.fair_id == JobFair.id, FairRegistration.state == RegistrationState.SEATED)
    offers = exists().where(FairPosting.fair_id == JobFair.id, FairPosting.withdrawn_at.is_(None))
    states = (FairState.PUBLISHED, FairState.RUNNING)
    waiting = exists().where(*seated, is_unplanned())
    return list(session.scalars(select(JobFair.id).where(JobFair.state.in_(states), offers, waiting)))


@dataclass(frozen=True, slots=True)
class PlannedBooth:
    """One line of "您的 4 家": where to go and for what. ``booth`` is empty until a number is given.

    ``is_accessible``: somebody in a wheelchair gets there.
    """

    exhibitor_id: str
    booth: str
    employer: str
    posting: str
    posting_id: str
    pay: str
    reasons: tuple[str, ...]
    score: float
    is_accessible: bool = True


def my_plan(session: Session, registration_id: int) -> list[PlannedBooth]:
    """The plan of one registration in the order of a walk through the hall; who has left is not on it."""
    return plans_of(session, [registration_id])[registration_id]


def plans_of(session: Session, ids: Sequence[int], *, with_reasons: bool = True) -> dict[int, list[PlannedBooth]]:
    """``my_plan`` of some registrations, in one statement."""
    rows = session.execute(
        select(PlannedVisit, Exhibitor.public_id, Organization.name, Posting, Booth)
        .join(Exhibitor, Exhibitor.id == PlannedVisit.exhibitor_id)
        .join(FairPosting, FairPosting.id == PlannedVisit.fair_posting_id)
        .join(Posting, Posting.id == FairPosting.posting_id)
        .join(Employer, Employer.id == Exhibitor.employer_id)
        .join(Organization, Organization.id == Employer.organization_id)
        .outerjoin(Booth, Booth.exhibitor_id == Exhibitor.id)
        .where(PlannedVisit.registration_id.in_(ids), is_there())
    ).all()
    by_registration: dict[int, list[Any]] = {one: [] for one in ids}
    for row in rows:
        by_registration[row[0].registration_id].append(row)
    return {
        one: [
            PlannedBooth(
                exhibitor_id=public_id,
                booth=booth.number if booth else "",
                employer=employer,
                posting=posting.title,
                posting_id=posting.public_id,
                pay=pay_words(posting),
                reasons=tuple(reason_words(session, visit.reasons)) if with_reasons else (),
                score=visit.score,
                is_accessible=booth is None or booth.is_accessible,
            )
            for visit, public_id, employer, posting, booth in _walked(mine)
        ]
        for one, mine in by_registration.items()
    }


def _walked(rows: list[Any]) -> list[Any]:
    """Row after row, each second one backwards, as people walk; booths without a number come last."""
    places = sorted({(booth.hall_id, booth.row) for *_rest, booth in rows if booth is not None})

    def walk(row: Any) -> tuple[int, int, int]:
        visit, booth = row[0], row[-1]
        if booth is None:
            return len(places), 0, visit.position
        turn = places.index((booth.hall_id, booth.row))
        return turn, -booth.col if turn % 2 else booth.col, visit.position

    return sorted(rows, key=walk)


def visits_planned(session: Session, fair_id: int) -> tuple[int, int, int]:
    """(people with a plan, planned visits, visits of the busiest booth) of a fair."""
    people = select(func.count(PlannedVisit.registration_id.distinct())).join(
        FairRegistration, FairRegistration.id == PlannedVisit.registration_id
    )
    count = session.scalar(
        people.where(FairRegistration.fair_id == fair_id, FairRegistration.state == RegistrationState.SEATED)
    )
    loads = planned_loads(session, fair_id)
    return count or 0, sum(loads.values()), max(loads.values(), default=0)
