"""Where everyone stands on a day: one person, one cell of the official year table (handbook §5), and why.

Counting follows three rulings. Who counts comes from the roster where a station has one for the year, else from the
files. Whoever has no proof that holds on the day stays in L. Somebody with two states on one day is counted once, in
the order 在学 (B, C) before own business (H) before urban work (E) before farming (G).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    Select,
    and_,
    case,
    exists,
    false,
    func,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from jobmatch.casework.intake.models import IntakeBatch, RosterEntry
from jobmatch.casework.intake.states import RosterState
from jobmatch.casework.plans.queries import is_helped, is_recognized
from jobmatch.core.i18n import N_
from jobmatch.core.states import LabelledEnum
from jobmatch.people.models.person import Person, ServiceRecord
from jobmatch.people.models.register import Confirmation, EmploymentSpell
from jobmatch.people.policies import counted_below, counted_path
from jobmatch.people.queries.register import is_confirmed
from jobmatch.reference.models import Course, EmploymentStatusKind, Region, ResettlementMethod
from training.courses.classes.models import CourseSession
from training.courses.enrollment.models import Enrollment
from training.courses.enrollment.states import ARRIVED_STATES

TRADE = "skill"
"""The kind of course that is 职业技能培训; learning to adapt or to found a business is not."""
LEFT_CODE = "R1"
NO_WISH, LOST_TOUCH = "X1", "X2"


class Column(LabelledEnum):
    """The cells that a person can stand in; the letters are those of the official table."""

    B = "B", N_("复学")
    C = "C", N_("考试入学")
    E = "E", N_("城镇就业")
    G = "G", N_("返乡务农")
    I = "I", N_("创办中小微企业")  # noqa: E741 - the letter of the form
    J = "J", N_("成立个体工商户")
    K = "K", N_("参与农民专业合作社")
    L = "L", N_("待就业")
    OUT = "out", N_("已退出统计")


RANK = {"B": 9, "C": 8, "I": 7, "J": 7, "K": 7, "E": 6, "G": 5}
"""Of several states on one day the highest counts; farther down: 2 said to be without work, 1 work without proof."""
_OUT_RANK, _WITHOUT_RANK, _UNPROVED_RANK = 10, 2, 1
_WIDTH = 1000


@dataclass(frozen=True, slots=True)
class Place:
    """What one score says: the column, the line's own code, and whether its proof holds."""

    column: Column
    status_code: str
    is_proved: bool


class Scores:
    """Numbers for every state of the register, proved or not, so that the largest says where somebody stands."""

    def __init__(self, session: Session) -> None:
        kinds = session.scalars(select(EmploymentStatusKind).order_by(EmploymentStatusKind.sort_order)).all()
        self.places: dict[int, Place] = {0: Place(Column.L, "", False)}
        self._proved: dict[str, int] = {}
        self._open: dict[str, int] = {}
        for number, kind in enumerate(kinds):
            letter = kind.official_column or ("E" if kind.counts_as_employed else "")
            if kind.code == LEFT_CODE:
                column, rank, unproved = Column.OUT, _OUT_RANK, _UNPROVED_RANK
            elif letter in RANK:
                column, rank, unproved = Column(letter), RANK[letter], _UNPROVED_RANK
            else:
                column, rank, unproved = Column.L, _WITHOUT_RANK, _WITHOUT_RANK
            self._proved[kind.code] = rank * _WIDTH + number
            self._open[kind.code] = unproved * _WIDTH + _WIDTH // 2 + number
            self.places[self._proved[kind.code]] = Place(column, kind.code, True)
            self.places[self._open[kind.code]] = Place(Column.L, kind.code, rank == unproved)
        self.lasting = [kind.code for kind in kinds if not kind.counts_as_employed]
        """Codes whose proof does not run out: school, and having left."""

    def of(self, spell: type[EmploymentSpell], day: date) -> ColumnElement[int]:
        """The score of a line of the register on ``day``."""
        ever = exists(
            select(Confirmation.id).where(Confirmation.spell_id == spell.id, Confirmation.confirmed_on <= day)
        )
        lasting = and_(spell.status_code.in_(self.lasting), ever)
        return case(
            (or_(is_confirmed(spell, day), lasting), case(self._proved, value=spell.status_code)),
            else_=case(self._open, value=spell.status_code),
        )

    def where(self, *columns: Column) -> list[int]:
        """The scores that mean one of ``columns``."""
        return [score for score, place in self.places.items() if place.column in columns]

    def codes(self, *codes: str, proved: bool | None = None) -> list[int]:
        """The scores of these codes of the register."""
        return [
            score
            for score, place in self.places.items()
            if place.status_code in codes and (proved is None or place.is_proved is proved)
        ]

    def by_code(self) -> dict[str, Place]:
        """Where each code of the register puts somebody once it is proved."""
        return {place.status_code: place for place in self.places.values() if place.status_code and place.is_proved}

    def unverified(self) -> list[int]:
        """The scores of L of whom it is not known where they are: no line, no contact, or work without proof."""
        return [
            score
            for score, place in self.places.items()
            if place.column is Column.L and (not place.is_proved or place.status_code in {"", LOST_TOUCH})
        ]


Members = Select[*tuple[Any, ...]]
MemberQuery = Callable[[date, str], Members]
"""``person_id``, ``entry_id`` (of the roster), ``path`` and ``is_outside`` of who counts on a day below a path."""


def members_of(path: str, *where: ColumnElement[bool], outside: ColumnElement[bool] | None = None) -> Members:
    """People by their files who count below ``path`` and meet conditions over ``Person``.

    ``outside`` says who of them stands outside the base.
    """
    query = select(
        Person.id.label("person_id"),
        null().cast(Integer).label("entry_id"),
        counted_path().label("path"),
        (false() if outside is None else outside).label("is_outside"),
    ).where(Person.erased_at.is_(None), *where)
    return query.where(counted_below(path)) if path else query


def returnees(year: int, path: str) -> Members:
    """Those discharged in ``year`` as 自主就业: of the roster where the station has one, else of the files."""
    counts = select(ResettlementMethod.code).where(ResettlementMethod.counts_in_new_returnees)
    other, other_batch = aliased(RosterEntry), aliased(IntakeBatch)
    gone = (RosterState.ELSEWHERE, RosterState.CHANGED)
    twice = exists(
        select(other.id)
        .join(other_batch, other_batch.id == other.batch_id)
        .where(
            other_batch.year == year,
            other.id < RosterEntry.id,
            other.state.not_in(gone),
            or_(other.id_number_blind == RosterEntry.id_number_blind, other.person_id == RosterEntry.person_id),
        )
    )
    expected = select(Region.path).where(Region.code == RosterEntry.expected_region_code).scalar_subquery()
    listed = (
        select(
            Person.id.label("person_id"),
            RosterEntry.id.label("entry_id"),
            case(
                (Person.id.is_not(None), counted_path()), else_=func.coalesce(expected, RosterEntry.region_path)
            ).label("path"),
            false().label("is_outside"),
        )
        .select_from(RosterEntry)
        .join(IntakeBatch, IntakeBatch.id == RosterEntry.batch_id)
        .outerjoin(Person, and_(Person.id == RosterEntry.person_id, Person.erased_at.is_(None)))
        .where(IntakeBatch.year == year, RosterEntry.state.not_in(gone), RosterEntry.method_code.in_(counts), ~twice)
    )
    on_roster = listed.subquery()
    by_file = _discharged(year, path).where(~_is_rostered(year), ~has_roster(year))
    here = on_roster.c.path.startswith(path, autoescape=True)
    return select(union_all(select(on_roster).where(here), by_file).subquery())


def _discharged(year: int, path: str) -> Members:
    """People whose file says that they were discharged in ``year`` as 自主就业."""
    return (
        members_of(path)
        .join(ServiceRecord, ServiceRecord.person_id == Person.id)
        .join(ResettlementMethod, ResettlementMethod.code == ServiceRecord.resettlement_code)
        .where(
            ResettlementMethod.counts_in_new_returnees,
            ServiceRecord.discharged_on.between(date(year, 1, 1), date(year, 12, 31)),
        )
    )


def has_roster(year: int) -> ColumnElement[bool]:
    """Condition on ``Person``: the station that serves them has a roster of that year."""
    return exists(
        select(IntakeBatch.id).where(
            IntakeBatch.year == year,
            func.substr(Person.region_path, 1, func.length(IntakeBatch.region_path)) == IntakeBatch.region_path,
            exists(select(RosterEntry.id).where(RosterEntry.batch_id == IntakeBatch.id)),
        )
    )


def _is_rostered(year: int) -> ColumnElement[bool]:
    """Condition on ``Person``: some standing line of a roster of that year is theirs."""
    return exists(
        select(RosterEntry.id)
        .join(IntakeBatch, IntakeBatch.id == RosterEntry.batch_id)
        .where(
            RosterEntry.person_id == Person.id,
            IntakeBatch.year == year,
            RosterEntry.state.not_in((RosterState.ELSEWHERE, RosterState.CHANGED)),
        )
    )


def off_roster(year: int, path: str) -> Members:
    """Those who came and are not on the roster of their station: not counted in A until the roster has them."""
    return _discharged(year, path).where(has_roster(year), ~_is_rostered(year))


def standing(members: Members, scores: Scores, day: date) -> CTE:
    """``members`` with ``score`` on ``day``; ``scores`` says what a score means. One row a member.

    It is worked out once, whatever asks for the score: SQLite would look up everybody's lines for each mention.
    """
    who = members.subquery("member")
    spell = aliased(EmploymentSpell)
    best = (
        select(func.max(scores.of(spell, day)))
        .where(
            spell.person_id == who.c.person_id,
            spell.superseded_at.is_(None),
            spell.started_on <= day,
            or_(spell.ended_on.is_(None), spell.ended_on >= day),
        )
        .correlate(who)
        .scalar_subquery()
    )
    found = select(
        who.c.person_id, who.c.entry_id, who.c.path, who.c.is_outside, func.coalesce(best, 0).label("score")
    ).select_from(who)
    return found.cte().prefix_with("MATERIALIZED")


def marks(rows: Any, scores: Scores, day: date) -> tuple[ColumnElement[bool], ColumnElement[bool], ColumnElement[bool]]:
    """F, M, N of rows of ``standing``  joined to ``Person``: trained in E; recognized, and helped, in L."""
    trained = exists(
        select(Enrollment.id)
        .join(CourseSession, CourseSession.id == Enrollment.session_id)
        .join(Course, Course.code == CourseSession.course_code)
        .where(
            Enrollment.person_id == Person.id,
            Enrollment.state.in_(ARRIVED_STATES),
            Enrollment.arrived_on <= day,
            Course.kind == TRADE,
        )
    )
    waiting = rows.c.score.in_(scores.where(Column.L))
    urban = rows.c.score.in_(scores.where(Column.E))
    return (
        case((urban, trained), else_=false()),
        case((waiting, is_recognized(day)), else_=false()),
        case((waiting, is_helped(day)), else_=false()),
    )


def age_on(day: date, years: int) -> date:
    """Whoever was born on or before this day is at least ``years`` old on ``day``; of 29 February the 28th."""
    return day.replace(year=day.year - years) if (day.month, day.day) != (2, 29) else date(day.year - years, 2, 28)
