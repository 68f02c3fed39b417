"""Every published number by its code, and how they are grouped on the page; a new module is one line in each list."""

from __future__ import annotations

from collections.abc import Sequence

from jobmatch.core.i18n import N_
from jobmatch.reports.indicators import (
    fairs,
    families,
    helped,
    offers,
    people,
    progress,
    service,
    training,
    ventures,
    work,
)
from jobmatch.reports.indicators.base import Definition, Figure, Median, Ratio, by_code
from jobmatch.reports.indicators.people import BESIDE as BESIDE

FIGURES: tuple[Figure, ...] = (
    *people.FIGURES,
    *work.FIGURES,
    *offers.FIGURES,
    *helped.FIGURES,
    *service.FIGURES,
    *families.FIGURES,
    *fairs.FIGURES,
    *training.FIGURES,
    *ventures.FIGURES,
)
RATIOS: tuple[Ratio, ...] = (
    *people.RATIOS,
    *progress.RATIOS,
    *work.RATIOS,
    *offers.RATIOS,
    *service.RATIOS,
    *fairs.RATIOS,
    *training.RATIOS,
    *ventures.RATIOS,
)
MEDIANS: tuple[Median, ...] = (
    *progress.MEDIANS,
    *work.MEDIANS,
)
_SIDES = tuple(
    side for ratio in RATIOS for side in (ratio.numerator, ratio.denominator, ratio.unknown) if side is not None
)


def _shown(*parts: Sequence[Definition]) -> tuple[str, ...]:
    """Codes of a page: without the sides that are shown with their ratio alone."""
    sides = {one.code for one in _SIDES if one.code.startswith("I") and "." in one.code}
    return tuple(one.code for part in parts for one in part if one.code not in sides)


_TRACKING = tuple(one for one in fairs.FIGURES if one.code.startswith("T2"))
_FAIRS = tuple(one for one in fairs.FIGURES if one not in _TRACKING)
GROUPS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("rates", N_("就业去向"), (*(ratio.code for ratio in people.RATIOS), "I22", "I04", "I05", "I05.transfer")),
    ("work", N_("就业质量"), ("contracts", "insured", "fitting", "pay", *(one.code for one in work.LEAVING))),
    ("help", N_("帮助就业"), tuple(one.code for one in helped.FIGURES)),
    ("families", N_("随军家属"), _shown(families.FIGURES)),
    ("waiting", N_("待就业"), ("willing", "willing.helped", "waiting.6", "waiting.12", "I21", "I20")),
    ("offers", N_("岗位和单位"), ("I23", *(one.code for one in offers.FIGURES))),
    ("fairs", N_("招聘会"), _shown(fairs.RATIOS, _FAIRS)),
    ("tracking", N_("招聘会跟踪"), _shown(_TRACKING)),
    ("training", N_("培训"), _shown(training.RATIOS, training.FIGURES)),
    ("incubation", N_("创业和孵化"), _shown(ventures.RATIOS, ventures.FIGURES)),
    ("service", N_("办事"), ("T8.done", "T8.on_time", "T8.days", "I19", "I18")),
)
"""Groups of the page: key, name, and the codes shown in it, in order."""

ALL: dict[str, Definition] = by_code((*FIGURES, *RATIOS, *MEDIANS, *_SIDES))
"""Everything that has a code: what is published, and the two sides of every ratio."""


def find(code: str) -> Definition | None:
    """The definition of a code."""
    return ALL.get(code)
