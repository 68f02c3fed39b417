"""The official table 新增自主就业退役士兵就业及去向情况表: columns A to N, by place, and who breaks an identity.

A = B + C + D + L; D = E + G + H; H = I + J + K; F <= E; N <= M <= L (form of 2023, handbook §5).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Select, case, func, select

from jobmatch.core.i18n import N_
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.reference.models import EmploymentStatusKind, Region
from jobmatch.reports.figures.queries import child_path, rows_behind
from jobmatch.reports.indicators.policies import visible_behind, visible_counts
from jobmatch.reports.indicators.standing import NO_WISH, Column, Scores, marks, returnees, standing

LETTERS = "ABCDEFGHIJKLMN"
TITLES = {
    "A": N_("自主就业退役士兵"),
    "B": N_("复学"),
    "C": N_("考试入学"),
    "D": N_("已就业"),
    "E": N_("城镇就业"),
    "F": N_("其中已参加职业技能培训"),
    "G": N_("返乡务农"),
    "H": N_("创业"),
    "I": N_("创办中小微企业"),
    "J": N_("成立个体工商户"),
    "K": N_("参与农民专业合作社"),
    "L": N_("待就业"),
    "M": N_("其中被认定为就业困难"),
    "N": N_("已针对性开展就业困难帮扶"),
}
PARTS = {"H": "IJK", "D": "EGH", "A": "BCDL"}
"""Which columns add up to which, inner sums first."""
WITHIN = (("E", "F"), ("L", "M"), ("M", "N"))
UNVERIFIED, UNWILLING, REMOVED = "unverified", "unwilling", "out"
BELOW = {
    UNVERIFIED: N_("L 其中：情况未核实"),
    UNWILLING: N_("L 其中：暂无就业意愿"),
    REMOVED: N_("截止日前已退出 A（死亡、再入伍、移居等，有证明）"),
}
"""What is printed below the table."""


@dataclass(slots=True)
class YearRow:
    """One line of the table: ``org`` is the code of a place; counts by letter, and of what is printed below."""

    org: str
    name: str
    path: str
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys((*LETTERS, *BELOW), 0))

    def add(self, other: YearRow) -> None:
        """Count the people of another line too."""
        for key, count in other.counts.items():
            self.counts[key] += count

    def __getitem__(self, key: str) -> int:
        return self.counts[key]

    @property
    def employment_percent(self) -> float | None:
        """就业率（不含升学）= D ÷ (D + L); none where both are zero."""
        return _percent(self["D"], self["D"] + self["L"])

    @property
    def settled_percent(self) -> float | None:
        """去向落实率 = (B + C + D) ÷ A; none where A is zero."""
        return _percent(self["B"] + self["C"] + self["D"], self["A"])

    def broken(self) -> list[str]:
        """The identities that do not hold, as ``A=B+C+D+L`` or ``F<=E``; an empty list for every counted table."""
        sums = [
            f"{total}={'+'.join(parts)}"
            for total, parts in PARTS.items()
            if self[total] != sum(self[part] for part in parts)
        ]
        return sums + [f"{inner}<={outer}" for outer, inner in WITHIN if self[inner] > self[outer]]


@dataclass(frozen=True, slots=True)
class YearTable:
    """The table of those discharged in ``year`` on ``day``; ``rows`` are disjoint and add up to ``total``."""

    year: int
    day: date
    rows: tuple[YearRow, ...]
    total: YearRow


def _percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None


def default_day(year: int, today: date) -> date:
    """The cut-off of a year's table: the end of the year after discharge, or today while that lies ahead."""
    return min(date(year + 1, 12, 31), today)


def year_table(uow: UnitOfWork, year: int, *, day: date | None = None, path: str = "") -> YearTable:
    """Count the table for the subtree ``path`` (the actor's own): one line for each place directly below.

    Who counts at ``path`` itself and at no place below has a line of its own, so that the lines add up.
    """
    path = path or uow.actor.region_path
    day = day or default_day(year, uow.today)
    scores = Scores(uow.session)
    rows = standing(returnees(year, path), scores, day)
    trained, hard, helped = marks(rows, scores, day)
    counting = (
        select(
            rows.c.path,
            rows.c.score,
            func.count(),
            *(func.sum(case((mark, 1), else_=0)) for mark in (trained, hard, helped)),
        )
        .select_from(rows)
        .outerjoin(Person, Person.id == rows.c.person_id)
        .group_by(rows.c.path, rows.c.score)
    )
    unverified = set(scores.unverified())
    found: dict[str, YearRow] = {}
    for place, score, people, *marked in uow.rows(visible_counts(uow.actor, counting, path)):
        child = child_path(path, place)
        _enter(found.setdefault(child, YearRow("", "", child)), scores, score, people, marked, unverified)
    _name(uow, found, path)
    lines = sorted(found.values(), key=lambda row: (row.path == path, row.org))
    total = YearRow(*_called(uow, path), path)
    for row in lines:
        _sum(row)
        total.add(row)
    return YearTable(year, day, tuple(lines), total)


def _enter(
    row: YearRow, scores: Scores, score: int, people: int, marked: Sequence[int | None], unverified: set[int]
) -> None:
    place = scores.places[score]
    if place.column is Column.OUT:
        row.counts[REMOVED] += people
        return
    row.counts[place.column.value] += people
    for letter, count in zip("FMN", marked, strict=True):
        row.counts[letter] += int(count or 0)
    if score in unverified:
        row.counts[UNVERIFIED] += people
    if place.status_code == NO_WISH:
        row.counts[UNWILLING] += people


def _sum(row: YearRow) -> None:
    """Fill the columns that are sums of others."""
    for total, parts in PARTS.items():
        row.counts[total] = sum(row[part] for part in parts)


def _name(uow: UnitOfWork, found: dict[str, YearRow], path: str) -> None:
    """Write code and name of each line's place."""
    regions = {row.path: row for row in uow.session.scalars(select(Region).where(Region.path.in_(found)))}
    for place, row in found.items():
        region = regions.get(place)
        row.org = region.code if region else place.strip("/").split("/")[-1]
        row.name = region.name_zh if region else row.org


def _called(uow: UnitOfWork, path: str) -> tuple[str, str]:
    code = path.strip("/").split("/")[-1]
    region = uow.session.get(Region, code) if code else None
    return code, region.name_zh if region else ""


def people_in(
    uow: UnitOfWork, year: int, letter: str, *, day: date | None = None, path: str = ""
) -> Select[*tuple[Any, ...]]:
    """Who is behind a number of the table: ``letter`` is a column or one of ``BELOW``. Its length is the number."""
    path = path or uow.actor.region_path
    day = day or default_day(year, uow.today)
    scores = Scores(uow.session)
    rows = standing(returnees(year, path), scores, day)
    return visible_behind(uow.actor, rows_behind(rows, _condition(rows, scores, day, letter)), path)


def _condition(rows: Any, scores: Scores, day: date, letter: str) -> Any:
    score = rows.c.score
    if letter in "FMN":
        return dict(zip("FMN", marks(rows, scores, day), strict=True))[letter]
    if letter == UNVERIFIED:
        return score.in_(scores.unverified())
    if letter == UNWILLING:
        return score.in_(scores.codes(NO_WISH))
    if letter == REMOVED:
        return score.in_(scores.where(Column.OUT))
    return score.in_(scores.where(*(Column(one) for one in leaves(letter))))


def people_with_status(
    uow: UnitOfWork, year: int, code: str, *, day: date | None = None, path: str = ""
) -> Select[*tuple[Any, ...]]:
    """Who stands in the table of ``year`` by one state of the register."""
    path = path or uow.actor.region_path
    day = day or default_day(year, uow.today)
    scores = Scores(uow.session)
    rows = standing(returnees(year, path), scores, day)
    return visible_behind(uow.actor, rows_behind(rows, rows.c.score.in_(scores.codes(code, proved=True))), path)


def counts_by_status(uow: UnitOfWork, year: int, *, path: str = "") -> dict[str, int]:
    """How many of the table of ``year`` stand there by each state of the register, proved: one statement."""
    path = path or uow.actor.region_path
    scores = Scores(uow.session)
    rows = standing(returnees(year, path), scores, default_day(year, uow.today))
    counting = visible_counts(uow.actor, select(rows.c.score, func.count()).group_by(rows.c.score), path)
    places = scores.places
    return {places[score].status_code: number for score, number in uow.rows(counting) if places[score].is_proved}


def mapped_states(uow: UnitOfWork) -> list[EmploymentStatusKind]:
    """The states that the form has no cell for, with the cell and the footnote that the office gave them."""
    query = select(EmploymentStatusKind).where(EmploymentStatusKind.footnote != "")
    return list(uow.session.scalars(query.order_by(EmploymentStatusKind.sort_order)))


def footnoted(uow: UnitOfWork) -> list[str]:
    """What the office decided about states that the form has no cell for, printed below the table."""
    query = select(EmploymentStatusKind.footnote).where(
        EmploymentStatusKind.footnote != "", EmploymentStatusKind.is_active.is_(True)
    )
    return list(uow.session.scalars(query.order_by(EmploymentStatusKind.sort_order)))


def leaves(letter: str) -> Iterable[str]:
    """The columns that people stand in which add up to ``letter``."""
    if letter not in PARTS:
        return [letter]
    return [leaf for part in PARTS[letter] for leaf in leaves(part)]
