"""The big screen: figures and coming dates that anybody in the hall may read; no names, no count below five."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from jobmatch.core.i18n import gettext as _
from jobmatch.core.small import is_small
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.policies import visible_fairs
from jobmatch.fairs.planning.queries import coming_fairs
from jobmatch.home.boards import MINUTE, Board, BoardLine, hidden_board
from jobmatch.home.queries import newest_starts
from jobmatch.reference.queries import find_region
from jobmatch.web.formats import day, number
from jobmatch.web.kept import kept
from training.courses.classes.models import CourseSession
from training.courses.classes.policies import visible_sessions
from training.courses.classes.queries import open_sessions

FAIRS, CLASSES, STARTS = 3, 3, 4
TILE_W, TILE_H, GAP = 132, 92, 8
SHAPE = 2.4
"""Width of the picture for its height, so that it fills its place on the screen."""


@dataclass(frozen=True, slots=True)
class Screen:
    """All that is shown. ``board`` is masked; ``tiles`` are places where they lie, as a plan of a hall is drawn."""

    board: Board
    tiles: tuple[dict[str, Any], ...]
    width: int
    height: int
    fairs: tuple[tuple[datetime, str, str], ...]
    classes: tuple[tuple[date, str, int], ...]
    starts: tuple[tuple[str, str], ...]


def screen_of(uow: UnitOfWork, path: str) -> Screen:
    """The screen of ``path``, at most a minute old."""
    if not (uow.actor.can("report.read") and uow.actor.reaches(path)):
        return _screen(uow, path)
    return kept(("screen", path, uow.today), MINUTE, lambda: _screen(uow, path))


def _screen(uow: UnitOfWork, path: str) -> Screen:
    board = hidden_board(uow, path)
    tiles = _tiles(uow, board)
    coming = coming_fairs().where(JobFair.region_path.startswith(path, autoescape=True), JobFair.closes_at >= uow.now)
    fairs = uow.rows(visible_fairs(uow.actor, coming.limit(FAIRS))) if path else []
    here = open_sessions(uow.today).where(CourseSession.region_path.startswith(path, autoescape=True))
    classes = uow.rows(visible_sessions(uow.actor, here.limit(CLASSES))) if path else []
    starts = newest_starts(uow, path, STARTS)
    return Screen(
        board,
        tuple(tiles),
        max((one["x"] + one["w"] + GAP for one in tiles), default=TILE_W),
        max((one["y"] + one["h"] + GAP for one in tiles), default=TILE_H),
        tuple((fair.opens_at, fair.title, fair.place) for fair in fairs),
        tuple((one.starts_on, one.title, max(0, one.capacity - one.taken)) for one in classes),
        tuple((day(on), _start_words(trade, count)) for on, trade, count in starts),
    )


def _start_words(trade: str, count: int) -> str:
    """Somebody started: how many only where nobody can be told from it."""
    if is_small(count):
        return _("%(trade)s有人入职", trade=trade)
    return _("%(trade)s %(n)s 人入职", trade=trade, n=count)


def _tiles(uow: UnitOfWork, board: Board) -> list[dict[str, Any]]:
    """A tile for each place, from north to south and from west to east as they lie, without a map."""
    lines = [line for line in board.lines if not line.is_own]
    points = {line.path: _point(uow, line) for line in lines}
    count = max(1, round(math.sqrt(len(lines) * TILE_W / (TILE_H * SHAPE))))
    ordered = sorted(lines, key=lambda line: (-points[line.path][0], line.code))
    rows = [ordered[len(ordered) * n // count : len(ordered) * (n + 1) // count] for n in range(count)]
    wide = round(SHAPE * TILE_H * count / max(1, *map(len, rows)))
    whole = board.total.percent
    return [
        {
            "x": GAP + x * wide,
            "y": GAP + y * TILE_H,
            "w": wide - GAP,
            "h": TILE_H - GAP,
            "no": _("统计 %(n)s 人", n=line.told("all", line.now.denominator)),
            "name": line.name,
            "text": "—" if line.percent is None else f"{number(line.percent, 1)}%",
            "state": _look(line, whole),
        }
        for y, row in enumerate(rows)
        for x, line in enumerate(_from_the_west(row, points))
    ]


def _from_the_west(row: Sequence[BoardLine], points: dict[str, tuple[float, float]]) -> list[BoardLine]:
    return sorted(row, key=lambda line: (points[line.path][1], line.code))


def _point(uow: UnitOfWork, line: BoardLine) -> tuple[float, float]:
    """Latitude and longitude in degrees; zeros where nobody knows, so that codes decide."""
    place = find_region(uow.session, line.code)
    if place is None or place.latitude is None or place.longitude is None:
        return 0.0, 0.0
    return place.latitude, place.longitude


def _look(line: BoardLine, whole: float | None) -> str:
    """How a tile is drawn: nothing to say, as good as the whole place or better, or below it."""
    if line.percent is None or whole is None:
        return "away"
    return "free" if line.percent >= whole else "long"
