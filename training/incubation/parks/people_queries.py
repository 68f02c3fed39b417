"""Reads of mentors, their hours and events, and the figures of an incubator for the standards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select

from jobmatch.core.uow import UnitOfWork
from jobmatch.reference.models import IncubationStandard
from jobmatch.reference.queries import rule_value
from jobmatch.reference.rules import add_months
from training.incubation.parks.hooks import jobs_of
from training.incubation.parks.models import Incubator, Mentor, MentorTalk, ParkEvent, Tenancy
from training.incubation.parks.queries import DeskCount, desk_counts
from training.incubation.parks.standards import Assessment, ParkFigures, assess_standards, is_county_path
from training.incubation.parks.states import IN_STATES, LEFT_STATES, TenancyState
from training.incubation.ventures.models import Venture


@dataclass(frozen=True, slots=True)
class Hours:
    """How long somebody talked: all talks in minutes, and those that the venture confirmed."""

    minutes: int = 0
    confirmed: int = 0
    talks: int = 0


def mentors_of(incubator: Incubator) -> Select[*tuple[Any, ...]]:
    """Mentors of an incubator, active ones first."""
    return (
        select(Mentor)
        .where(Mentor.incubator_id == incubator.id)
        .order_by(Mentor.is_active.desc(), Mentor.name, Mentor.id)
    )


def own_mentor(user_id: int | None) -> Select[*tuple[Any, ...]]:
    """The mentor that an account is tied to."""
    return select(Mentor).where(Mentor.user_id == (user_id or 0))


def hours_of(session: Any, mentor_ids: Sequence[int]) -> dict[int, Hours]:
    """The hours of each mentor; one statement."""
    confirmed = func.sum(MentorTalk.minutes).filter(MentorTalk.confirmed_on.is_not(None))
    query = (
        select(MentorTalk.mentor_id, func.sum(MentorTalk.minutes), confirmed, func.count(MentorTalk.id))
        .where(MentorTalk.mentor_id.in_(list(mentor_ids)))
        .group_by(MentorTalk.mentor_id)
    )
    return {key: Hours(int(all_), int(sure or 0), number) for key, all_, sure, number in session.execute(query)}


def hours_by_venture(session: Any, incubator: Incubator) -> list[tuple[str, Hours]]:
    """The hours that ventures got from the mentors of an incubator, most first."""
    minutes = func.sum(MentorTalk.minutes)
    confirmed = func.sum(MentorTalk.minutes).filter(MentorTalk.confirmed_on.is_not(None))
    query = (
        select(Venture.name, minutes, confirmed, func.count(MentorTalk.id))
        .join(Venture, Venture.id == MentorTalk.venture_id)
        .join(Mentor, Mentor.id == MentorTalk.mentor_id)
        .where(Mentor.incubator_id == incubator.id)
        .group_by(Venture.id, Venture.name)
        .order_by(minutes.desc(), Venture.name)
        .limit(100)
    )
    return [(name, Hours(int(all_), int(sure or 0), number)) for name, all_, sure, number in session.execute(query)]


def talks(mentor: Mentor | None = None) -> Select[*tuple[Any, ...]]:
    """Talks with the names of mentor and venture, latest first."""
    query = (
        select(MentorTalk, Mentor.name.label("mentor"), Venture.name.label("venture"))
        .join(Mentor, Mentor.id == MentorTalk.mentor_id)
        .join(Venture, Venture.id == MentorTalk.venture_id)
        .order_by(MentorTalk.happened_on.desc(), MentorTalk.id.desc())
    )
    return query.where(MentorTalk.mentor_id == mentor.id) if mentor else query


def events_of(incubator: Incubator) -> Select[*tuple[Any, ...]]:
    """Events of an incubator, latest first."""
    return (
        select(ParkEvent)
        .where(ParkEvent.incubator_id == incubator.id)
        .order_by(ParkEvent.held_on.desc(), ParkEvent.id.desc())
    )


def figures_of(uow: UnitOfWork, incubator: Incubator) -> ParkFigures:
    """What is counted of an incubator today; see ``ParkFigures`` for what each number means."""
    session, year_ago = uow.session, add_months(uow.today, -12)
    desks = desk_counts(session, [incubator.id]).get(incubator.id, DeskCount())
    rows = session.execute(
        select(
            Tenancy.venture_id, Tenancy.state, Tenancy.term_from, Tenancy.term_until, Tenancy.left_on, Venture.ended_on
        )
        .join(Venture, Venture.id == Tenancy.venture_id)
        .where(Tenancy.incubator_id == incubator.id, Tenancy.state.in_((*IN_STATES, *LEFT_STATES)))
    ).all()
    inside = [row for row in rows if row.state in IN_STATES]
    left = [row for row in rows if row.state in LEFT_STATES]
    on_time = [one for one in left if one.state is not TenancyState.EVICTED and one.left_on <= one.term_until]
    months = int(rule_value(session, "incubation_success_months", uow.today))
    mentors = session.scalar(select(func.count(Mentor.id)).where(Mentor.incubator_id == incubator.id, Mentor.is_active))
    events = session.scalar(
        select(func.count(ParkEvent.id)).where(
            ParkEvent.incubator_id == incubator.id, ParkEvent.held_on > year_ago, ParkEvent.held_on <= uow.today
        )
    )
    return ParkFigures(
        area_m2=incubator.area_m2,
        entities=len(inside),
        new_a_year=sum(1 for row in rows if year_ago < row.term_from <= uow.today),
        success_share=success_share([(one.state, one.left_on, one.ended_on) for one in left], months, uow.today),
        exit_share=len(on_time) / len(left) if left else None,
        use_share=desks.use_share,
        jobs=jobs_of(uow, [row.venture_id for row in inside]),
        staff=incubator.staff_count,
        mentors=mentors or 0,
        events_a_year=events or 0,
        term_years=max((_years(one.term_from, one.term_until) for one in inside), default=None),
        running_years=_full_years(incubator.opened_on, uow.today),
        free_share=incubator.free_area_m2 / incubator.area_m2 if incubator.area_m2 else None,
        is_county=is_county_path(incubator.region_path),
    )


def success_share(left: Sequence[tuple[TenancyState, date, date | None]], months: int, today: date) -> float | None:
    """Graduates that operated for ``months`` after leaving ÷ all that left, but for graduates still under observation.

    Each: the state, the day of leaving, the day the venture was deregistered. None where nobody can be judged yet.
    """
    judged = good = 0
    for state, left_on, ended_on in left:
        until = add_months(left_on, months)
        if state is not TenancyState.GRADUATED or (ended_on is not None and ended_on < until):
            judged += 1
        elif until <= today:
            judged, good = judged + 1, good + 1
    return good / judged if judged else None


def _years(term_from: date, term_until: date) -> float:
    return round((term_until - term_from).days / 365.25, 1)


def _full_years(since: date | None, today: date) -> int | None:
    if since is None:
        return None
    return max(0, today.year - since.year - ((today.month, today.day) < (since.month, since.day)))


def assessments_of(uow: UnitOfWork, figures: ParkFigures) -> list[Assessment]:
    """Every standard in force against the figures of an incubator."""
    query = select(IncubationStandard).where(IncubationStandard.is_active).order_by(IncubationStandard.sort_order)
    return assess_standards(uow.session.scalars(query).all(), figures)
