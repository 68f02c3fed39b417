"""What the features of a score are called, and a score as the sum of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from ml.matching import FEATURES, Match

FEATURE_LABELS: Mapping[str, str] = {
    "work": N_("工作对得上"),
    "occupation_wanted": N_("想做的工作"),
    "occupation_past": N_("干过的工作"),
    "occupation_specialty": N_("部队专业对口"),
    "words": N_("求职意向里的词"),
    "skills_must": N_("必须的技能"),
    "skills_nice": N_("加分的技能"),
    "licence": N_("驾驶证"),
    "certificate": N_("证书"),
    "education": N_("学历"),
    "years": N_("工作年限"),
    "specialty": N_("岗位点名的部队专业"),
    "leadership": N_("带过队伍"),
    "musts": N_("硬条件都符合"),
    "admissible": N_("证照和学历不缺"),
    "reach": N_("上班方便"),
    "region": N_("想去的地方"),
    "distance": N_("离家远近"),
    "pay": N_("工资"),
    "shift": N_("班次"),
    "employment_type": N_("用工类型"),
    "veterans_first": N_("退役军人优先"),
    "recency": N_("新发布"),
    "answer_rate": N_("单位答复得快"),
}


@dataclass(frozen=True, slots=True)
class ScorePart:
    """What one feature adds to a raw score in log-odds; ``width`` is its bar in percent of the longest one."""

    name: str
    value: float
    width: float


@dataclass(frozen=True, slots=True)
class ScoreSheet:
    """A score taken apart: the parts and ``start`` add up to ``raw``, and ``score`` is what is shown for it."""

    start: float
    parts: tuple[ScorePart, ...]
    raw: float
    score: float


def score_sheet(match: Match) -> ScoreSheet:
    """The contributions of a match, the greatest first; features that add nothing are left out."""
    given = {name: match.contributions[name] for name in FEATURES if match.contributions[name]}
    # A missing licence or degree outweighs all else, so its bar would make the others too short to compare.
    longest = max((abs(value) for name, value in given.items() if name != "admissible"), default=1.0)
    parts = tuple(
        ScorePart(_(FEATURE_LABELS[name]), value, round(min(100 * abs(value) / longest, 100), 1))
        for name, value in sorted(given.items(), key=lambda one: (-one[1], one[0]))
    )
    return ScoreSheet(match.contributions["intercept"], parts, match.raw, match.score)
