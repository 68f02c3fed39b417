"""Where an incubator stands against the standards by which it is recognized; pure, over figures that queries count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class ParkFigures:
    """What is counted of one incubator on a day. Shares from 0 to 1; None: not known, or nothing to divide by.

    ``success_share``: graduates that still operated so many months later ÷ all that left and can be judged.
    ``exit_share``: left as graduates or expired, on or before the end of the term ÷ all that left.
    ``use_share``: let area ÷ area that can be let. ``new_a_year`` and ``events_a_year``: the last 12 months.
    ``term_years``: the longest term of who is in. ``is_county``: the county's threshold of entities holds.
    """

    area_m2: int
    entities: int
    new_a_year: int
    success_share: float | None
    exit_share: float | None
    use_share: float | None
    jobs: int | None
    staff: int
    mentors: int
    events_a_year: int
    term_years: float | None
    running_years: int | None
    free_share: float | None
    is_county: bool


@dataclass(frozen=True, slots=True)
class Need:
    """One demand of a standard: what is there and what is asked; ``is_met`` None where it is not known.

    ``have`` and ``need`` are numbers (shares in percent); ``is_most``: at most ``need``.
    """

    code: str
    label: str
    unit: str
    have: float | None
    need: float
    is_most: bool
    is_met: bool | None

    @property
    def missing(self) -> float:
        """How much is missing; 0 where it is met or not known."""
        if self.is_met is not False or self.have is None:
            return 0
        return round(abs(self.need - self.have), 1)


@dataclass(frozen=True, slots=True)
class Assessment:
    """One standard against one incubator."""

    name: str
    source: str
    note: str
    needs: tuple[Need, ...]

    @property
    def met(self) -> int:
        """How many demands are met."""
        return sum(1 for one in self.needs if one.is_met)


_DEMANDS: tuple[tuple[str, str, str, str, str], ...] = (
    ("area_m2", "area_m2", N_("场地面积"), "㎡", ""),
    ("entities", "entities", N_("在孵实体"), N_("家"), ""),
    ("new_a_year", "new_a_year", N_("一年新入驻"), N_("家"), ""),
    ("success_share", "success_share", N_("孵化成功率"), "%", ""),
    ("exit_share", "exit_share", N_("按期出园率"), "%", ""),
    ("use_share", "use_share", N_("场地使用率"), "%", ""),
    ("jobs", "jobs", N_("带动就业"), N_("人"), ""),
    ("staff", "staff", N_("管理服务人员"), N_("人"), ""),
    ("mentors", "mentors", N_("创业导师"), N_("人"), ""),
    ("events_a_year", "events_a_year", N_("一年活动"), N_("次"), ""),
    ("term_years", "term_years", N_("孵化期限"), N_("年"), "most"),
    ("running_years", "running_years", N_("运营年限"), N_("年"), ""),
    ("free_share", "free_share", N_("免费场地占比"), "%", ""),
)
"""Each demand: the column of the standard, the figure, its name, its unit, and whether it is a limit from above."""


def assess_standard(standard: Any, figures: ParkFigures) -> Assessment:
    """What of ``standard`` (a row of ``IncubationStandard``) is met; demands that it does not make are left out."""
    needs = []
    for column, figure, label, unit, kind in _DEMANDS:
        if column == "entities":
            wanted = standard.entities_county if figures.is_county else standard.entities_city
        else:
            wanted = getattr(standard, column)
        if wanted is None:
            continue
        have = getattr(figures, figure)
        scale = 100 if unit == "%" else 1
        met = None if have is None else have <= wanted if kind == "most" else have >= wanted
        needs.append(
            Need(
                code=column,
                label=_(label),
                unit=_(unit) if unit not in {"%", "㎡"} else unit,
                have=None if have is None else round(have * scale, 1),
                need=round(wanted * scale, 1),
                is_most=kind == "most",
                is_met=met,
            )
        )
    return Assessment(standard.name_zh, standard.source, standard.note, tuple(needs))


def assess_standards(standards: Sequence[Any], figures: ParkFigures) -> list[Assessment]:
    """Every standard, those with demands first."""
    found = [assess_standard(one, figures) for one in standards]
    return [one for one in found if one.needs] + [one for one in found if not one.needs]


def is_county_path(region_path: str) -> bool:
    """Whether a place is a county or below it: its last code has six digits or more; a city's has four."""
    return len(region_path.strip("/").split("/")[-1]) >= 6
