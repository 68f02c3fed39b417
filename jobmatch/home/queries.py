"""What waits for whom: counts for the first pages, each within the reader's own scope."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, case, func, select

from jobmatch.accounts.models import Membership, Organization
from jobmatch.accounts.states import Role
from jobmatch.applications.models import Application
from jobmatch.applications.policies import visible_applications
from jobmatch.applications.states import LIVE, ApplicationState
from jobmatch.core.clock import SHANGHAI
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.policies import visible_people
from jobmatch.people.queries.staff import staff_people
from jobmatch.people.states import VerificationState
from jobmatch.reference.models import Occupation
from jobmatch.reports.indicators.policies import visible_counts
from recruiters.employers.models import Employer
from recruiters.employers.policies import visible_employers, visible_office_employers
from recruiters.employers.queries import employers_named
from recruiters.employers.states import VettingState
from recruiters.postings.models import Posting
from recruiters.postings.policies import visible_office_postings, visible_postings
from recruiters.postings.queries import open_postings, postings
from recruiters.postings.states import PostingState

UNANSWERED = (ApplicationState.SUBMITTED, ApplicationState.SCREENING)


@dataclass(frozen=True, slots=True)
class Market:
    """The public figures: 岗位数 is head-count, 条 is postings, 家 is employers."""

    vacancies: int
    postings: int
    employers: int


def _one(uow: UnitOfWork, query: Select[*tuple[Any, ...]]) -> int:
    return int(uow.one(query) or 0)


def counts_of_words(uow: UnitOfWork, words: str) -> tuple[int, int, int]:
    """How many people, employers and postings of the reader's subtree the words find: three statements."""

    def count(query: Select[*tuple[Any, ...]]) -> int:
        counting = select(func.count()).select_from(query.order_by(None).subquery())
        return _one(uow, counting.execution_options(**query.get_execution_options()))

    return (
        count(staff_people(uow, {"q": words}, "")),
        count(visible_office_employers(uow.actor, employers_named(words))),
        count(visible_office_postings(uow.actor, postings(None, words))),
    )


def market(uow: UnitOfWork) -> Market:
    """What is open to everybody now."""
    rows = visible_postings(uow.actor, open_postings()).order_by(None)
    counted = rows.with_only_columns(
        func.coalesce(func.sum(Posting.vacancy_count - Posting.filled_count), 0),
        func.count(),
        func.count(Posting.employer_id.distinct()),
    )
    vacancies, postings, employers = uow.rows(counted)[0]
    return Market(int(vacancies), postings, employers)


def newest_ids(uow: UnitOfWork, count: int) -> list[int]:
    """Row ids of the ``count`` postings published last."""
    rows = visible_postings(uow.actor, open_postings()).order_by(None).with_only_columns(Posting.id)
    return list(uow.rows(rows.order_by(Posting.published_at.desc()).limit(count)))


def newest_among(uow: UnitOfWork, ids: Collection[int]) -> Select[*tuple[Any, ...]]:
    """Those of these postings that are open, the newest first."""
    rows = visible_postings(uow.actor, open_postings().where(Posting.id.in_(ids)))
    return rows.order_by(None).order_by(Posting.published_at.desc())


@dataclass(frozen=True, slots=True)
class StaffQueues:
    """How many wait for the office, and since when the oldest has waited."""

    people: int
    employers: int
    postings: int
    unanswered: int
    oldest_employer: datetime | None
    oldest_posting: datetime | None
    oldest_person: datetime | None


def staff_queues(uow: UnitOfWork) -> StaffQueues:
    """What waits in the reader's subtree: four statements."""
    people, oldest_person = uow.rows(
        visible_people(
            uow.actor,
            select(func.count(Person.id), func.min(Person.created_at)).where(
                Person.verification == VerificationState.UNVERIFIED, Person.erased_at.is_(None)
            ),
        )
    )[0]
    employers, oldest_employer = uow.rows(
        visible_employers(
            uow.actor,
            select(func.count(Employer.id), func.min(Employer.submitted_at)).where(
                Employer.vetting == VettingState.WAITING
            ),
        )
    )[0]
    postings, oldest_posting = uow.rows(
        visible_postings(
            uow.actor,
            select(func.count(Posting.id), func.min(Posting.submitted_at)).where(
                Posting.state == PostingState.IN_REVIEW
            ),
        )
    )[0]
    unanswered = _one(
        uow,
        visible_applications(
            uow.actor,
            select(func.count(Application.id)).where(
                Application.state.in_(UNANSWERED),
                Application.answered_at.is_(None),
                Application.answer_due_on < uow.today,
            ),
        ),
    )
    return StaffQueues(people, employers, postings, unanswered, oldest_employer, oldest_posting, oldest_person)


def funnel_this_year(uow: UnitOfWork, path: str) -> list[tuple[str, int]]:
    """Applications that people of ``path`` sent this year, and how far they came."""
    since = datetime.combine(date(uow.today.year, 1, 1), time(), SHANGHAI)
    query = select(
        func.count(Application.id),
        func.count(Application.interview_at),
        func.count(Application.hired_at),
        func.count(Application.started_on),
    ).where(Application.created_at >= since, Application.region_path.startswith(path, autoescape=True))
    sent, interviewed, hired, started = uow.rows(visible_counts(uow.actor, query, path))[0]
    return [(_("投递"), sent), (_("面试"), interviewed), (_("录用"), hired), (_("入职"), started)]


def vacancies_by_trade(uow: UnitOfWork, path: str, count: int) -> list[tuple[str, int, int]]:
    """The ``count`` middle groups of occupations with most open head-count in ``path``: name, head-count, filled."""
    group = func.substr(Posting.occupation_code, 1, 4).label("trade")
    place = case((Posting.region_path == "", Employer.region_path), else_=Posting.region_path)
    query = (
        select(group, func.sum(Posting.vacancy_count), func.sum(Posting.filled_count))
        .join(Employer, Employer.id == Posting.employer_id)
        .where(
            Posting.state.in_([PostingState.OPEN, PostingState.FILLED]),
            Posting.occupation_code.is_not(None),
            place.startswith(path, autoescape=True),
        )
        .group_by(group)
        .order_by(func.sum(Posting.vacancy_count).desc(), group)
        .limit(count)
    )
    found = uow.rows(visible_counts(uow.actor, query, path))
    labels = _trades(uow, [trade for trade, _total, _filled in found])
    return [(labels[trade], int(total), int(filled)) for trade, total, filled in found]


def newest_starts(uow: UnitOfWork, path: str, count: int) -> list[tuple[date, str, int]]:
    """The last days on which people of ``path`` started where they had applied: day, trade, how many. No names."""
    group = func.substr(Posting.occupation_code, 1, 4)
    query = (
        select(Application.started_on, group, func.count())
        .join(Posting, Posting.id == Application.posting_id)
        .where(
            Application.state == ApplicationState.STARTED,
            Application.started_on <= uow.today,
            Application.region_path.startswith(path, autoescape=True),
        )
        .group_by(Application.started_on, group)
        .order_by(Application.started_on.desc(), group)
        .limit(count)
    )
    found = uow.rows(visible_counts(uow.actor, query, path))
    labels = _trades(uow, [trade for _day, trade, _count in found])
    return [(day, labels[trade], people) for day, trade, people in found]


def _trades(uow: UnitOfWork, groups: Collection[str | None]) -> dict[str | None, str]:
    """Middle groups of occupations by their first four signs, in a few words."""
    codes = {f"{group}-00-00" for group in groups if group}
    rows = uow.session.scalars(select(Occupation).where(Occupation.code.in_(codes)))
    labels: dict[str | None, str] = {row.code[:4]: _short(row.name_zh) for row in rows}
    return {group: labels.get(group) or (_short(group) if group else _("其他岗位")) for group in groups}


def _short(trade: str) -> str:
    """A middle group by its first words: 交通运输、仓储物流和邮政业服务人员 is too long for a chart."""
    return re.split("[、和]", trade.removesuffix("人员"))[0].removesuffix("服务") or trade


def has_staff_below(uow: UnitOfWork, path: str) -> bool:
    """Whether a station below ``path`` has somebody of its own who signs in."""
    query = select(Membership.id).join(Organization, Organization.id == Membership.organization_id)
    below = Organization.region_path.startswith(path, autoescape=True) & (Organization.region_path != path)
    query = query.where(Membership.role == Role.STATION_STAFF, Membership.is_active, below)
    return uow.session.scalar(query.limit(1)) is not None


@dataclass(frozen=True, slots=True)
class EmployerQueues:
    """Figures at the head of an employer's first page."""

    interviews: int
    expiring: int
    open_postings: int
    to_start: int


def employer_queues(uow: UnitOfWork) -> EmployerQueues:
    """Counts over the own organization: two statements."""
    day_start = datetime.combine(uow.today, time(), SHANGHAI)
    open_count = func.count(Application.id)
    interviews, to_start = uow.rows(
        visible_applications(
            uow.actor,
            select(
                open_count.filter(
                    Application.state == ApplicationState.INTERVIEW,
                    Application.interview_at.between(day_start, day_start + timedelta(days=7)),
                ),
                open_count.filter(Application.state == ApplicationState.HIRED),
            ).where(Application.state.in_(LIVE), Application.organization_id == uow.actor.organization_id),
        )
    )[0]
    opened, expiring = uow.rows(
        visible_postings(
            uow.actor,
            select(
                func.count(Posting.id).filter(Posting.state == PostingState.OPEN),
                func.count(Posting.id).filter(
                    Posting.state == PostingState.OPEN, Posting.valid_through <= uow.today + timedelta(days=7)
                ),
            )
            .join(Employer, Employer.id == Posting.employer_id)
            .where(Employer.organization_id == uow.actor.organization_id),
        )
    )[0]
    return EmployerQueues(interviews, expiring, opened, to_start)
