"""Reads of ventures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.orm import Session

from jobmatch.accounts.models import Organization
from jobmatch.core.errors import NotFound
from jobmatch.people.models.person import Person, PersonKind
from jobmatch.people.states import VETERAN_KINDS
from jobmatch.reference.models import Course, Industry
from jobmatch.reference.queries import choices, rule_value
from training.courses.classes.models import CourseSession
from training.courses.classes.states import SessionState
from training.courses.enrollment.models import Enrollment
from training.courses.enrollment.states import EnrollmentState
from training.incubation.ventures.founding import Started, Verdict, is_success, is_veteran_founded
from training.incubation.ventures.models import ContestEntry, Venture, VentureFounder, VentureMilestone, VentureMove
from training.incubation.ventures.states import FounderKind, VentureState

SHARE_RULE = "veteran_founded_min_share"
SUCCESS_RULE = "startup_success_months"
COURSES = ("TR34", "TR35", "TR36")
"""GYB, SYB and IYB: from the idea to the firm that grows."""
START_UP_COURSES = "start_up"
ALL = "all"


def latest_venture(session: Session, person_id: int) -> Venture | None:
    """The venture that a person wished last; None where they never did."""
    # A living one goes before one that ended, whatever came first.
    over = case((Venture.state.in_((VentureState.DROPPED, VentureState.DEREGISTERED)), 1), else_=0)
    query = select(Venture).where(Venture.person_id == person_id)
    return session.scalars(query.order_by(over, Venture.created_at.desc(), Venture.id.desc()).limit(1)).first()


def founder_kind(session: Session, person_id: int | None, day: date) -> FounderKind:
    """What somebody in the pool is on a day, as 军创企业 asks."""
    if person_id is None:
        return FounderKind.OTHER
    kinds = set(
        session.scalars(
            select(PersonKind.kind_code).where(
                PersonKind.person_id == person_id,
                PersonKind.valid_from <= day,
                or_(PersonKind.valid_to.is_(None), PersonKind.valid_to >= day),
            )
        )
    )
    if kinds & VETERAN_KINDS:
        return FounderKind.VETERAN
    return FounderKind.DEPENDANT if kinds else FounderKind.OTHER


# ---------- lists ----------


def office_ventures(tab: str = ALL, words: str = "") -> Select[*tuple[Any, ...]]:
    """Ventures of a state (``all``: of every one) with the person who wished them, found by name or person."""
    query = select(Venture, Person.name).outerjoin(Person, Person.id == Venture.person_id)
    if tab in set(VentureState):
        query = query.where(Venture.state == VentureState(tab))
    if words:
        like = f"%{words.replace('%', '').replace('_', '')}%"
        founded = select(VentureFounder.venture_id).where(VentureFounder.name.like(like))
        query = query.where(or_(Venture.name.like(like), Venture.words.like(like), Venture.id.in_(founded)))
    return query.order_by(Venture.changed_at.desc(), Venture.id.desc()).execution_options(visible=frozenset({"person"}))


def state_counts() -> Select[*tuple[Any, ...]]:
    """State and how many ventures stand there."""
    return select(Venture.state, func.count()).group_by(Venture.state)


def my_ventures() -> Select[*tuple[Any, ...]]:
    """Ventures, the newest first; narrowed by ``own_ventures``."""
    return select(Venture).order_by(Venture.created_at.desc(), Venture.id.desc())


def founders_of(session: Session, venture_ids: Iterable[int]) -> dict[int, list[VentureFounder]]:
    """Founders by venture, those who left last."""
    found: dict[int, list[VentureFounder]] = defaultdict(list)
    rows = session.scalars(
        select(VentureFounder)
        .where(VentureFounder.venture_id.in_(list(venture_ids)))
        .order_by(VentureFounder.until_on.is_not(None), VentureFounder.share_points.desc(), VentureFounder.id)
    )
    for row in rows:
        found[row.venture_id].append(row)
    return found


def verdicts(session: Session, ventures: Sequence[Venture], day: date) -> dict[int, Verdict]:
    """Whether each is veteran-founded (军创企业) by the rule of a day, with the reason."""
    rule = float(rule_value(session, SHARE_RULE, day))
    founders = founders_of(session, [one.id for one in ventures])
    return {one.id: is_veteran_founded(one, founders.get(one.id, []), rule) for one in ventures}


def milestones_of(session: Session, venture: Venture) -> Sequence[VentureMilestone]:
    """What was agreed on: open ones first, by their day."""
    return session.scalars(
        select(VentureMilestone)
        .where(VentureMilestone.venture_id == venture.id)
        .order_by(VentureMilestone.done_on.is_not(None), VentureMilestone.due_on, VentureMilestone.id)
    ).all()


def contests_of(session: Session, venture: Venture) -> Sequence[ContestEntry]:
    """Contests, the newest first."""
    return session.scalars(
        select(ContestEntry)
        .where(ContestEntry.venture_id == venture.id)
        .order_by(ContestEntry.year.desc(), ContestEntry.id)
    ).all()


def moves_of(session: Session, venture: Venture) -> Sequence[VentureMove]:
    """The log, oldest first."""
    return session.scalars(
        select(VentureMove).where(VentureMove.venture_id == venture.id).order_by(VentureMove.id)
    ).all()


def organization_of(session: Session, venture: Venture) -> Organization | None:
    """What it is registered as."""
    return session.get(Organization, venture.organization_id) if venture.organization_id else None


def next_classes(day: date) -> Select[*tuple[Any, ...]]:
    """The next classes of GYB, SYB and IYB that can still be signed up for; narrowed by ``visible_sessions``."""
    return (
        select(CourseSession)
        .where(
            CourseSession.course_code.in_(COURSES),
            CourseSession.state == SessionState.APPROVED,
            CourseSession.sign_up_until >= day,
        )
        .order_by(CourseSession.starts_on, CourseSession.id)
        .limit(6)
    )


# ---------- 成功创业 ----------


def started_between(session: Session, person_ids: Collection[int], since: date, until: date) -> set[int]:
    """Who of some people registered a first business of their own between two days, both included."""
    query = select(Venture.person_id).where(
        Venture.person_id.in_(person_ids),
        Venture.registered_on.between(since, until),
        Venture.is_first,
        ~Venture.is_takeover,
    )
    return {key for key in session.scalars(query) if key is not None}


@dataclass(frozen=True, slots=True)
class Success:
    """A venture that counts as a successful start; ``after`` is the wish or course that it followed."""

    venture: Venture
    after: date


def start_completions(session: Session, person_ids: Iterable[int]) -> dict[int, list[date]]:
    """The days on which people completed a start-up course."""
    found: dict[int, list[date]] = defaultdict(list)
    rows = session.execute(
        select(Enrollment.person_id, Enrollment.ended_on)
        .join(CourseSession, CourseSession.id == Enrollment.session_id)
        .join(Course, Course.code == CourseSession.course_code)
        .where(
            Enrollment.person_id.in_(list(person_ids)),
            Enrollment.state == EnrollmentState.COMPLETED,
            Course.kind == START_UP_COURSES,
        )
    )
    for person_id, day in rows:
        if person_id is not None and day is not None:
            found[person_id].append(day)
    return found


def successes(
    session: Session, region_path: str, *, since: date, until: date, incubated: Iterable[int] | None = None
) -> list[Success]:
    """成功创业 of a place and time: registered from ``since`` to ``until`` (inclusive), open at the end of it.

    Each is judged by the rule that held on the day of its registration.
    """
    query = select(Venture).where(
        Venture.region_path.startswith(region_path, autoescape=True),
        Venture.registered_on.between(since, until),
        Venture.is_first,
        ~Venture.is_takeover,
    )
    if incubated is not None:
        query = query.where(Venture.id.in_(list(incubated)))
    rows = session.scalars(query.order_by(Venture.registered_on, Venture.id)).all()
    courses = start_completions(session, [one.person_id for one in rows if one.person_id is not None])
    found = []
    for one in rows:
        since_days = (one.wished_on, *courses.get(one.person_id or 0, ()))
        started = Started(one.registered_on, one.ended_on, one.is_first, one.is_takeover, since_days)
        months = int(rule_value(session, SUCCESS_RULE, one.registered_on or until))
        if is_success(started, months=months, cut_off=until):
            after = max(day for day in since_days if day <= (one.registered_on or until))
            found.append(Success(one, after))
    return found


def named(public_id: str) -> Select[*tuple[Any, ...]]:
    """The venture of this public id; narrow it by a policy."""
    return select(Venture).where(Venture.public_id == public_id)


def contact_days(session: Session, day: date) -> int:
    """Within how many working days the station calls about a wish."""
    return int(rule_value(session, "startup_contact_days", day))


def get_founder(session: Session, venture: Venture, public_id: str) -> VentureFounder:
    """A founder of the venture. Raises ``NotFound``."""
    row = session.scalars(
        select(VentureFounder).where(VentureFounder.venture_id == venture.id, VentureFounder.public_id == public_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


def sector_choices(session: Session) -> list[tuple[str, list[tuple[str, str]]]]:
    """Sections of the industries with their divisions, for a list to choose from."""
    return [
        (name, [(code, name), *choices(session, Industry, kind=code)])
        for code, name in choices(session, Industry, kind="")
    ]
