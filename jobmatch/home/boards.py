"""The figures of a start page: one counting by place, and everything else a sum over it.

What is counted is kept for a minute by each process, months that are over for an hour; what waits for the reader is
read each time, because it has to be gone once it is done.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from jobmatch.core.small import SMALL, is_small
from jobmatch.core.uow import UnitOfWork
from jobmatch.reference.queries import Place, children_of, find_region
from jobmatch.reports.campaigns.spots import falsity, falsity_by_station
from jobmatch.reports.figures.masking import hidden_lines
from jobmatch.reports.figures.queries import Rate, child_path, month_ends, rate, sorted_by
from jobmatch.reports.indicators.people import claims_work
from jobmatch.reports.indicators.policies import can_read_figures, shows_small_cells, visible_counts
from jobmatch.reports.indicators.rates import NEW_RETURNEES, REGISTERED_SEEKERS, Cell, cell_of
from jobmatch.reports.indicators.standing import Scores, standing
from jobmatch.web.formats import number
from jobmatch.web.kept import kept

KIND = REGISTERED_SEEKERS
"""The population of the boards: whoever looks for work, so that the figure moves with what an office does."""
MINUTE, HOUR = 60.0, 3600.0
OTHER_MINUTE = 45.0
"""Not due again at the same time as the board, so that one reader does not wait for both."""
MONTHS, STEP = 12, 2


@dataclass(frozen=True, slots=True)
class Standing:
    """People of a place by where they stand, and how many have work by the register, proved or not."""

    cells: dict[Cell, int]
    claimed: int


@dataclass(frozen=True, slots=True)
class BoardLine:
    """One place below, or what belongs to the place itself and to none below (``is_own``).

    ``false`` and ``reached`` are the spot checks of this year: jobs that proved false, and calls that reached somebody.
    ``hidden`` names the groups of numbers from which a reader of figures alone could tell a count below five.
    """

    code: str
    name: str
    path: str
    now: Rate
    claimed: int
    before: Rate
    false: int
    reached: int
    is_own: bool = False
    hidden: frozenset[str] = frozenset()

    @property
    def percent(self) -> float | None:
        """The rate, unless it is hidden."""
        return None if "rate" in self.hidden else self.now.percent

    @property
    def verified(self) -> float | None:
        """核实率: in work with proof that holds, of everybody the register has in work; percent with one digit."""
        return None if "verified" in self.hidden else percent_of(self.now.numerator, self.claimed)

    @property
    def falsity(self) -> float | None:
        """失实率: false jobs of the calls that reached somebody; percent with one digit."""
        return None if "falsity" in self.hidden else percent_of(self.false, self.reached)

    @property
    def change(self) -> float | None:
        """Percentage points since the end of last month; none where one of the two rates is missing or hidden."""
        if "change" in self.hidden or self.now.percent is None or self.before.percent is None:
            return None
        return round(self.now.percent - self.before.percent, 1)

    @property
    def seeking(self) -> int:
        return self.now.cells.get(Cell.SEEKING, 0)

    def told(self, group: str, count: int) -> str:
        """A count of one of the ``GROUPS`` as it is written: not where the group is hidden."""
        if group in self.hidden:
            return f"<{SMALL}" if is_small(count) else "—"
        return number(count)

    def value(self, column: str) -> Any:
        """What the table sorts by; none for what is hidden."""
        if column == "name":
            return (self.is_own, self.code)
        group, value = {
            "all": ("all", self.now.denominator),
            "employed": ("rate", self.now.numerator),
            "seeking": ("split", self.seeking),
            "unknown": ("split", self.now.unknown),
            "rate": ("rate", self.percent),
            "verified": ("verified", self.verified),
            "falsity": ("falsity", self.falsity),
            "change": ("change", self.change),
        }[column]
        return None if group in self.hidden else value


def _rate_sides(one: Rate) -> tuple[int, ...]:
    return (one.denominator, one.numerator, one.denominator - one.numerator)


def _split_sides(line: BoardLine) -> tuple[int, ...]:
    return (*_rate_sides(line.now), line.seeking, line.now.unknown)


GROUPS: dict[str, Callable[[BoardLine], Sequence[int]]] = {
    "all": lambda line: (line.now.denominator,),
    "rate": lambda line: _rate_sides(line.now),
    "split": _split_sides,
    "verified": lambda line: (*_rate_sides(line.now), line.claimed, line.claimed - line.now.numerator),
    "falsity": lambda line: (line.reached, line.false, line.reached - line.false),
    "change": lambda line: (*_rate_sides(line.now), *_rate_sides(line.before)),
}
"""What is hidden together: every count that a group shows, and those that two shown ones give away."""
COLUMNS = frozenset({"name", "all", "employed", "seeking", "unknown", "rate", "verified", "falsity", "change"})


@dataclass(frozen=True, slots=True)
class Board:
    """The figures of one place on one day; ``total`` is the sum of ``lines``, which are the places right below."""

    path: str
    name: str
    at: datetime
    lines: tuple[BoardLine, ...]
    total: BoardLine
    trend: tuple[Rate, ...]
    is_exact: bool

    @property
    def day(self) -> date:
        return self.total.now.day

    def sorted(self, sort: str) -> list[BoardLine]:
        """The lines by a column, falling where ``sort`` begins with "-"; the lowest rate first unless asked."""
        return sorted_by(self.lines, BoardLine.value, sort if sort.removeprefix("-") in COLUMNS else "rate")


def percent_of(part: int, whole: int) -> float | None:
    """Percent with one digit; none of nothing."""
    return round(100 * part / whole, 1) if whole else None


def board_of(uow: UnitOfWork, path: str) -> Board:
    """The figures of ``path``, at most a minute old; a reader outside of it gets zeros."""
    return _kept_board(uow, path, shows_small_cells(uow.actor))


def hidden_board(uow: UnitOfWork, path: str) -> Board:
    """The same for everybody who walks by: small counts are hidden, whoever opened it."""
    return _kept_board(uow, path, exact=False)


def _kept_board(uow: UnitOfWork, path: str, exact: bool) -> Board:
    if not _may_read(uow, path):
        return _board(uow, path, exact)
    return kept(("board", path, uow.today, exact), MINUTE, lambda: _board(uow, path, exact))


def returnees_of(uow: UnitOfWork, path: str) -> Rate:
    """The rate of last year's returnees of ``path``."""
    if not _may_read(uow, path):
        return Rate(NEW_RETURNEES, uow.today, {})
    key = ("returnees", path, uow.today)
    return kept(key, OTHER_MINUTE, lambda: rate(uow, NEW_RETURNEES, uow.today, path=path))


def _may_read(uow: UnitOfWork, path: str) -> bool:
    """Whether there is anything to read, and so to keep for others with the same rights."""
    return can_read_figures(uow.actor) and uow.actor.reaches(path)


def _board(uow: UnitOfWork, path: str, exact: bool) -> Board:
    days = _days(uow.today)
    places, here = _places(uow, path)
    known = frozenset(place.path for place in places)
    past = {day: _past(uow, path, day, known) for day in days}
    now, before = _stand(uow, path, uow.today, known), past[days[-1]]
    checks = _checks(uow, path, [place.path for place in places])
    nothing = Standing({}, 0)
    lines = []
    for place in places:
        is_own = place.path == path
        mine, earlier = now.get(place.path, nothing), before.get(place.path, nothing)
        if is_own and not mine.cells and not any(checks[path]):
            continue
        lines.append(
            BoardLine(
                place.code,
                place.name,
                place.path,
                Rate(KIND, uow.today, mine.cells),
                mine.claimed,
                Rate(KIND, days[-1], earlier.cells),
                *checks[place.path],
                is_own,
            )
        )
    total = _sum(lines, here, Rate(KIND, uow.today, _all(now)), Rate(KIND, days[-1], _all(before)))
    trend = [*(Rate(KIND, day, _all(past[day])) for day in days), total.now]
    return Board(
        path,
        here.name if here else "",
        uow.now,
        tuple(lines if exact else masked(lines)),
        total if exact else replace(total, hidden=_small_groups(total)),
        tuple(trend),
        exact,
    )


def _small_groups(line: BoardLine) -> frozenset[str]:
    return frozenset(name for name, counts in GROUPS.items() if any(map(is_small, counts(line))))


def masked(lines: Sequence[BoardLine]) -> list[BoardLine]:
    """Lines for a reader of figures alone: in no group is one line alone hidden, because the sum would give it away."""
    gone = {
        name: {line.path for line in hidden_lines(lines, counts, lambda line: line.now.denominator)}
        for name, counts in GROUPS.items()
    }
    return [
        replace(line, hidden=frozenset(name for name, paths in gone.items() if line.path in paths)) for line in lines
    ]


def _days(today: date) -> list[date]:
    """The ends of months that the trend looks back at, every second one, the last month among them."""
    return month_ends(today, MONTHS)[-2::-STEP][::-1]


def _places(uow: UnitOfWork, path: str) -> tuple[list[Place], Place | None]:
    """The places right below, and the place itself last: people and checks that belong to none of them."""
    here = find_region(uow.session, path.strip("/").split("/")[-1]) if path else None
    below = children_of(uow.session, here.code) if here else []
    return [*below, *([here] if here else [])], here


def _sum(lines: Sequence[BoardLine], here: Place | None, now: Rate, before: Rate) -> BoardLine:
    return BoardLine(
        here.code if here else "",
        here.name if here else "",
        here.path if here else "",
        now,
        sum(line.claimed for line in lines),
        before,
        sum(line.false for line in lines),
        sum(line.reached for line in lines),
    )


def _all(found: dict[str, Standing]) -> dict[Cell, int]:
    cells: dict[Cell, int] = {}
    for one in found.values():
        for cell, count in one.cells.items():
            cells[cell] = cells.get(cell, 0) + count
    return cells


def _past(uow: UnitOfWork, path: str, day: date, known: frozenset[str]) -> dict[str, Standing]:
    """Where people stood at the end of a month that is over: it moves only with what is written down late."""
    if not _may_read(uow, path):
        return {}
    return kept(("past", path, day), HOUR, lambda: _stand(uow, path, day, known))


def _stand(uow: UnitOfWork, path: str, day: date, known: frozenset[str]) -> dict[str, Standing]:
    """Where people stand, by the place right below ``path`` or ``path`` itself: one statement.

    Whose place is not ``known`` any more stands at ``path`` itself, so that nobody is lost from the sum.
    """
    scores = Scores(uow.session)
    rows = standing(KIND.members(day, path), scores, day)
    cell, claims = cell_of(rows, scores).label("cell"), claims_work(rows, scores).label("claims")
    counting = select(rows.c.path, cell, claims, func.count()).group_by(rows.c.path, cell, claims)
    found: dict[str, dict[Cell, int]] = {}
    claimed: dict[str, int] = {}
    for place, one, has_work, count in uow.rows(visible_counts(uow.actor, counting, path)):
        below = child_path(path, place) if place.startswith(path) else path
        child = below if below in known else path
        cells = found.setdefault(child, {})
        cells[Cell(one)] = cells.get(Cell(one), 0) + count
        claimed[child] = claimed.get(child, 0) + (count if has_work else 0)
    return {place: Standing(cells, claimed[place]) for place, cells in found.items()}


def _checks(uow: UnitOfWork, path: str, places: list[str]) -> dict[str, tuple[int, int]]:
    """False jobs and calls that reached somebody this year, by place; what belongs to none stands at ``path``."""
    if not _may_read(uow, path):
        return dict.fromkeys(places, (0, 0))
    since = uow.today.replace(month=1, day=1)
    found = falsity_by_station(uow.session, path, [place for place in places if place != path], since, uow.today)
    false, reached = falsity(uow.session, path, since, uow.today)
    found[path] = (false - sum(one for one, _n in found.values()), reached - sum(n for _one, n in found.values()))
    return found
