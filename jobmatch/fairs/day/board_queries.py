"""What the live board and the booths' screens show: numbers and employers, never a person's name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session, joinedload

from jobmatch.accounts.models import Organization
from jobmatch.core.i18n import gettext as _
from jobmatch.fairs.day.figures import door_count
from jobmatch.fairs.day.models import BoothDesk, CheckIn, FairResume, Intention, QueueNumber
from jobmatch.fairs.day.standing import counted_sql
from jobmatch.fairs.day.states import QueueState
from jobmatch.fairs.exhibitors.models import Exhibitor, FairPosting, FairPostingChange
from jobmatch.fairs.exhibitors.states import WITH_PLACE, ExhibitorState, FairPostingChangeKind
from jobmatch.fairs.halls.models import Booth
from jobmatch.fairs.planning.models import JobFair
from recruiters.employers.models import Employer

HALF_HOUR = timedelta(minutes=30)
MOST_COLUMNS, LOG_LINES, FREE_LINES, LONG_QUEUE = 10, 3, 4, 8


@dataclass(frozen=True, slots=True)
class BoothLine:
    """One booth as a screen shows it; ``number`` is empty for an exhibitor without a place yet."""

    number: str
    name: str
    exhibitor_id: int | None
    public_id: str
    is_there: bool
    has_left: bool
    is_paused: bool
    waiting: int
    posting_count: int
    place: tuple[int, int, int, int, int]

    @property
    def is_free(self) -> bool:
        """Whether somebody can talk there at once."""
        return self.is_there and not self.has_left and not self.is_paused and self.waiting == 0

    @property
    def look(self) -> str:
        """How it is drawn: nobody there, free, a long queue, or none of these."""
        if not self.is_there or self.has_left:
            return "away"
        return "free" if self.is_free else "long" if self.waiting >= LONG_QUEUE else ""

    @property
    def words(self) -> str:
        """How it stands there, in a few words."""
        if self.exhibitor_id is None:
            return _("空")
        if not self.is_there:
            return _("未到场")
        if self.has_left:
            return _("已离场")
        if self.is_paused:
            return _("暂停取号")
        return _("等 %(n)s 人", n=self.waiting) if self.waiting else _("不用等")


@dataclass(frozen=True, slots=True)
class LogLine:
    """Something that just happened at a booth."""

    at: datetime
    kind: str
    number: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Board:
    """One moment of a fair."""

    checked_in: int
    resumes: int
    intentions: int
    came: int
    accepted: int
    posts: int
    booths: tuple[BoothLine, ...]
    columns: tuple[tuple[datetime, int], ...]
    log: tuple[LogLine, ...]
    door_count: int

    @property
    def free(self) -> list[BoothLine]:
        """Booths where nobody waits, those with most postings first."""
        found = [line for line in self.booths if line.is_free and line.posting_count]
        return sorted(found, key=lambda line: (-line.posting_count, line.number))[:FREE_LINES]


def board_of(session: Session, fair: JobFair, now: datetime) -> Board:
    """Everything on the board, in a fixed number of statements."""
    booths = booth_lines(session, fair)
    there = [line for line in booths if line.exhibitor_id is not None]
    posts = (
        select(func.coalesce(func.sum(FairPosting.vacancy_count), 0))
        .join(Exhibitor, Exhibitor.id == FairPosting.exhibitor_id)
        .where(FairPosting.fair_id == fair.id, FairPosting.withdrawn_at.is_(None), Exhibitor.checked_in_at.is_not(None))
    )
    resumes = (
        select(func.coalesce(func.sum(BoothDesk.resume_count), 0))
        .join(Exhibitor, Exhibitor.id == BoothDesk.exhibitor_id)
        .where(Exhibitor.fair_id == fair.id)
    )
    people = select(func.count(Intention.registration_id.distinct())).where(Intention.fair_id == fair.id, counted_sql())
    return Board(
        checked_in=session.scalar(select(func.count()).where(CheckIn.fair_id == fair.id)) or 0,
        resumes=session.scalar(resumes) or 0,
        intentions=session.scalar(people) or 0,
        came=sum(line.is_there for line in there),
        accepted=len(there),
        posts=session.scalar(posts) or 0,
        booths=tuple(booths),
        columns=_columns(session, fair, now),
        log=_log(session, fair, {line.exhibitor_id: line for line in there}),
        door_count=door_count(session, fair),
    )


def booth_lines(session: Session, fair: JobFair) -> list[BoothLine]:
    """Booths of all halls and accepted exhibitors without one, in the order of their numbers."""
    offered = (
        select(FairPosting.exhibitor_id, func.count().label("postings"))
        .where(FairPosting.fair_id == fair.id, FairPosting.withdrawn_at.is_(None))
        .group_by(FairPosting.exhibitor_id)
        .subquery()
    )
    # Columns instead of rows as objects: a screen of 200 booths is drawn anew every three seconds.
    query = (
        select(
            Exhibitor.id,
            Exhibitor.public_id,
            Exhibitor.checked_in_at,
            Exhibitor.left_at,
            Organization.name,
            BoothDesk.is_paused,
            BoothDesk.waiting_count,
            offered.c.postings,
        )
        .join(Employer, Employer.id == Exhibitor.employer_id)
        .join(Organization, Organization.id == Employer.organization_id)
        .outerjoin(BoothDesk, BoothDesk.exhibitor_id == Exhibitor.id)
        .outerjoin(offered, offered.c.exhibitor_id == Exhibitor.id)
        .where(Exhibitor.fair_id == fair.id, Exhibitor.state.in_(WITH_PLACE))
    )
    exhibitors = {row.id: row for row in session.execute(query)}
    places = select(
        Booth.exhibitor_id, Booth.number, Booth.hall_id, Booth.row, Booth.col, Booth.height, Booth.width
    ).where(Booth.fair_id == fair.id)
    placed = session.execute(places.order_by(Booth.hall_id, Booth.number)).all()
    lines = [_line(exhibitors.pop(row[0], None), row[1], (row[2], row[3], row[4], row[5], row[6])) for row in placed]
    return lines + [_line(row, "", (0, 0, 0, 0, 0)) for row in exhibitors.values()]


def _line(row: Any, number: str, place: tuple[int, int, int, int, int]) -> BoothLine:
    if row is None:
        return BoothLine(number, "", None, "", False, False, False, 0, 0, place)
    return BoothLine(
        number,
        row.name,
        row.id,
        row.public_id,
        row.checked_in_at is not None,
        row.left_at is not None,
        bool(row.is_paused),
        row.waiting_count or 0,
        row.postings or 0,
        place,
    )


def _columns(session: Session, fair: JobFair, now: datetime) -> tuple[tuple[datetime, int], ...]:
    """Check-ins of each half hour, the last ten that have begun."""
    first = min(fair.opens_at - HALF_HOUR, now)
    first = first.replace(minute=first.minute // 30 * 30, second=0, microsecond=0)
    count = max(1, min(48, (min(now, fair.closes_at) - first) // HALF_HOUR + 1))
    starts = [first + HALF_HOUR * n for n in range(count)][-MOST_COLUMNS:]
    sums = [
        func.sum(case((CheckIn.at.between(at, at + HALF_HOUR - timedelta(microseconds=1)), 1), else_=0))
        for at in starts
    ]
    row = session.execute(select(*sums).where(CheckIn.fair_id == fair.id)).one()
    return tuple((at, int(value or 0)) for at, value in zip(starts, row, strict=True))


def _log(session: Session, fair: JobFair, booths: dict[int | None, BoothLine]) -> tuple[LogLine, ...]:
    """The newest résumés, intentions and additional places, one line for each booth and kind."""
    resumes = (
        select(FairResume.exhibitor_id, func.max(FairResume.at), func.count())
        .join(Exhibitor, Exhibitor.id == FairResume.exhibitor_id)
        .where(Exhibitor.fair_id == fair.id)
        .group_by(FairResume.exhibitor_id)
    )
    intentions = (
        select(Intention.exhibitor_id, func.max(Intention.person_yes_at), func.count())
        .where(Intention.fair_id == fair.id, counted_sql())
        .group_by(Intention.exhibitor_id)
    )
    changes = (
        select(FairPosting.exhibitor_id, func.max(FairPostingChange.at), func.count())
        .join(FairPosting, FairPosting.id == FairPostingChange.fair_posting_id)
        .where(FairPosting.fair_id == fair.id, FairPostingChange.kind == FairPostingChangeKind.ADDED)
        .where(FairPostingChange.at >= fair.opens_at)
        .group_by(FairPosting.exhibitor_id)
    )
    found: list[LogLine] = []
    for kind, query in (("resume", resumes), ("intention", intentions), ("posting", changes)):
        rows: Sequence[Any] = session.execute(query.order_by(func.max(_at(kind)).desc()).limit(LOG_LINES)).all()
        for exhibitor_id, at, count in rows:
            line = booths.get(exhibitor_id)
            if line is not None:
                found.append(LogLine(at, kind, line.number, line.name, count))
    return tuple(sorted(found, key=lambda line: line.at, reverse=True)[:LOG_LINES])


def _at(kind: str) -> Any:
    return {"resume": FairResume.at, "intention": Intention.person_yes_at, "posting": FairPostingChange.at}[kind]


def screen_of(public_id: str) -> Select[Exhibitor]:
    """An exhibitor for its booth's screen."""
    query = select(Exhibitor).where(Exhibitor.public_id == public_id, Exhibitor.state == ExhibitorState.ACCEPTED)
    return query.options(joinedload(Exhibitor.employer).joinedload(Employer.organization))


def called_numbers(exhibitor_id: int) -> Select[int]:
    """Numbers that are called to the booth now, the newest first."""
    called = (QueueNumber.exhibitor_id == exhibitor_id, QueueNumber.state == QueueState.CALLED)
    return select(QueueNumber.number).where(*called).order_by(QueueNumber.called_at.desc(), QueueNumber.number.desc())
