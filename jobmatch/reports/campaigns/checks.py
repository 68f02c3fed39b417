"""Reads of checklists and of checks of stations: what was found, what is missing, and the ranking."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from jobmatch.accounts.models import User
from jobmatch.casework.desk.models import Rating
from jobmatch.core.errors import NotFound
from jobmatch.core.uow import UnitOfWork
from jobmatch.reports.campaigns.figures import within_days
from jobmatch.reports.campaigns.models import CheckAnswer, Checklist, ChecklistItem, StationCheck
from jobmatch.reports.campaigns.policies import visible_station_checks
from jobmatch.reports.campaigns.scoring import Found, RankLine, Score, mean, measured, score_of
from jobmatch.reports.campaigns.spots import falsity_by_station
from jobmatch.reports.campaigns.states import CheckKind, CheckState, Met

LEAST_RATINGS = 5
"""So many ratings are needed before their mean is written."""


def checklists() -> Select[*tuple[Any, ...]]:
    """Checklists: those in use first, each group the newest first."""
    return select(Checklist).order_by(Checklist.is_active.desc(), Checklist.valid_from.desc(), Checklist.id.desc())


def checklist_named(public_id: str) -> Select[*tuple[Any, ...]]:
    """The checklist of this public id with its items."""
    return select(Checklist).options(selectinload(Checklist.items)).where(Checklist.public_id == public_id)


def item_sums(session: Session, checklist_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """Number of items and their points, by checklist: one statement."""
    query = (
        select(ChecklistItem.checklist_id, func.count(), func.sum(ChecklistItem.points))
        .where(ChecklistItem.checklist_id.in_(checklist_ids))
        .group_by(ChecklistItem.checklist_id)
    )
    return {key: (items, int(points)) for key, items, points in session.execute(query)}


def state_counts(session: Session, checklist_ids: Collection[int]) -> dict[int, dict[CheckState, int]]:
    """How many checks stand in each state, by checklist: one statement."""
    query = (
        select(StationCheck.checklist_id, StationCheck.state, func.count())
        .where(StationCheck.checklist_id.in_(checklist_ids))
        .group_by(StationCheck.checklist_id, StationCheck.state)
    )
    found: dict[int, dict[CheckState, int]] = {}
    for key, state, count in session.execute(query):
        found.setdefault(key, {})[state] = count
    return found


def has_checks(session: Session, checklist_id: int) -> bool:
    """Whether a check by this list was started: its items stand still from then on."""
    query = select(StationCheck.id).where(StationCheck.checklist_id == checklist_id).limit(1)
    return session.scalar(query) is not None


def item_at(checklist: Checklist, number: int) -> ChecklistItem:
    """The item of this position. Raises ``NotFound``."""
    found = next((item for item in checklist.items if item.position == number), None)
    if found is None:
        raise NotFound
    return found


# ---------- checks ----------


def station_checks() -> Select[*tuple[Any, ...]]:
    """Checks with station and checklist: what waits for somebody first, the newest first."""
    order = case({"objected": 0, "open": 1, "done": 2}, value=StationCheck.state, else_=3)
    return (
        select(StationCheck)
        .options(joinedload(StationCheck.station), joinedload(StationCheck.checklist))
        .order_by(order, StationCheck.checked_on.desc(), StationCheck.id.desc())
    )


def check_named(public_id: str) -> Select[*tuple[Any, ...]]:
    """The check of this public id with its station and its checklist's items."""
    return (
        select(StationCheck)
        .options(joinedload(StationCheck.station), joinedload(StationCheck.checklist).selectinload(Checklist.items))
        .where(StationCheck.public_id == public_id)
    )


def answers_of(session: Session, check_ids: Collection[int]) -> dict[int, dict[int, CheckAnswer]]:
    """Answers by check and item: one statement."""
    found: dict[int, dict[int, CheckAnswer]] = {}
    for row in session.scalars(select(CheckAnswer).where(CheckAnswer.check_id.in_(check_ids))):
        found.setdefault(row.check_id, {})[row.item_id] = row
    return found


@dataclass(frozen=True, slots=True)
class Sheet:
    """One check as it stands: every item's answer (of a figure, as counted now while it is open), and the points."""

    check: StationCheck
    items: Sequence[ChecklistItem]
    answers: Mapping[int, CheckAnswer | Found]
    by_figure: frozenset[int]
    checker: str

    @property
    def score(self) -> Score:
        return score_of(self.items, self.answers)

    @property
    def missing(self) -> list[ChecklistItem]:
        """Items nobody has answered yet."""
        return [item for item in self.items if item.id not in self.answers]

    @property
    def lacking(self) -> list[ChecklistItem]:
        """Items that were found not met, or met in part."""
        bad = (Met.NO, Met.PARTLY)
        return [item for item in self.items if item.id in self.answers and self.answers[item.id].met in bad]


def figures_now(uow: UnitOfWork, check: StationCheck) -> dict[int, Found]:
    """What the figures of a check's items give now, by the item's id."""
    return {
        item.id: measured(uow, check.checklist, item, check.region_path, check.checked_on)
        for item in check.checklist.items
        if item.figure_code
    }


def sheet_of(uow: UnitOfWork, check: StationCheck) -> Sheet:
    """A check with its answers; what was handed in is shown as it was written down then."""
    written = answers_of(uow.session, [check.id]).get(check.id, {})
    counted = figures_now(uow, check) if check.state is CheckState.OPEN else {}
    checker = uow.session.get(User, check.checked_by_id) if check.checked_by_id else None
    by_figure = frozenset(item.id for item in check.checklist.items if item.figure_code)
    return Sheet(check, check.checklist.items, {**written, **counted}, by_figure, checker.name if checker else "")


# ---------- what is met where, and the ranking ----------


def board_of(uow: UnitOfWork, checklist: Checklist) -> list[Sheet]:
    """对标表: of every station the latest check that was handed in, in the order of the tree."""
    latest: dict[int, StationCheck] = {}
    for check in uow.rows(visible_station_checks(uow.actor, _handed_in(checklist))):
        latest[check.station_id] = check
    answers = answers_of(uow.session, [check.id for check in latest.values()])
    by_figure = frozenset(item.id for item in checklist.items if item.figure_code)
    found = [Sheet(check, checklist.items, answers.get(check.id, {}), by_figure, "") for check in latest.values()]
    return sorted(found, key=lambda sheet: (sheet.check.region_path, sheet.check.station_id))


def _handed_in(checklist: Checklist) -> Select[*tuple[Any, ...]]:
    return (
        select(StationCheck)
        .options(joinedload(StationCheck.station))
        .where(StationCheck.checklist_id == checklist.id, StationCheck.state != CheckState.OPEN)
        .order_by(StationCheck.checked_on, StationCheck.id)
    )


def ranking(uow: UnitOfWork, checklist: Checklist) -> list[RankLine]:
    """Stations by the mean of their frozen checks; self-checks stand beside and count nowhere.

    Stations with the same score share a place. Ratings of veterans and 失实率 stand beside and move nobody.
    """
    frozen = _handed_in(checklist).where(StationCheck.state == CheckState.FROZEN)
    checks = list(uow.rows(visible_station_checks(uow.actor, frozen)))
    answers = answers_of(uow.session, [check.id for check in checks])
    scores: dict[int, dict[bool, list[tuple[StationCheck, float]]]] = {}
    for check in checks:
        percent = score_of(checklist.items, answers.get(check.id, {})).percent
        if percent is not None:
            own = check.kind is CheckKind.SELF
            scores.setdefault(check.station_id, {}).setdefault(own, []).append((check, percent))
    until = min(uow.today, checklist.valid_until or uow.today)
    paths = [check.region_path for check in checks]
    rated = ratings_of(uow.session, checklist.region_path, paths, checklist.valid_from, until)
    false = falsity_by_station(uow.session, checklist.region_path, paths, checklist.valid_from, until)
    lines = []
    for station_id, by_kind in scores.items():
        percent = mean([one for _check, one in by_kind.get(False, [])])
        if percent is None:
            continue
        station = by_kind[False][0][0].station
        lines.append(
            RankLine(
                0,
                station_id,
                station.name,
                station.region_path,
                station.level,
                tuple(check for check, _percent in by_kind[False]),
                percent,
                mean([one for _check, one in by_kind.get(True, [])]),
                rated.get(station.region_path, (0, None)),
                false.get(station.region_path, (0, 0)),
            )
        )
    return _placed(lines)


def _placed(lines: Sequence[RankLine]) -> list[RankLine]:
    ordered = sorted(lines, key=lambda line: (-line.percent, line.path, line.station_id))
    return [replace(line, place=1 + sum(other.percent > line.percent for other in ordered)) for line in ordered]


def ratings_of(
    session: Session, path: str, paths: Collection[str], since: date, until: date
) -> dict[str, tuple[int, float | None]]:
    """Ratings that veterans gave stations below ``path`` with those under them: how many, their mean from five on."""
    query = (
        select(Rating.region_path, func.count(), func.sum(Rating.level))
        .where(
            Rating.region_path.startswith(path, autoescape=True),
            Rating.level.is_not(None),
            within_days(Rating.answered_at, since, until),
        )
        .group_by(Rating.region_path)
    )
    by_place = [(place, count, int(total or 0)) for place, count, total in session.execute(query)]
    found = {}
    for one in set(paths):
        mine = [(count, total) for place, count, total in by_place if place.startswith(one)]
        given, total = sum(count for count, _total in mine), sum(total for _count, total in mine)
        found[one] = (given, round(total / given, 1) if given >= LEAST_RATINGS else None)
    return found
