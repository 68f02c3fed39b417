"""Rows of the pages and the report of a class (T5), as plain values from figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from jobmatch.core.i18n import N_, day_words, gettext, use_locale
from jobmatch.core.i18n import gettext as _
from training.courses.classroom.states import CourseCertificateKind
from training.courses.results.figures import ClassFigures, misses, rate
from training.courses.results.queries import ClassHead, Goal, added_up, rating_of_all

GROUPS: Mapping[str, Callable[[ClassHead], tuple[str, str]]] = {
    "class": lambda head: (head.public_id, head.title),
    "provider": lambda head: (str(head.provider_id), head.provider),
    "course": lambda head: (head.course_code, head.course),
}
DEFINITIONS = (
    N_("出勤达标：上过的课时够参加考核的人，按结束的点名算；考核合格：考核结果是合格的人。"),
    N_("结业率 = 结业 ÷ 报到；任务完成率 = 结业 ÷ 任务数，可以超过 100%。"),
    N_("获证：结业证书以外没有作废的证书，一个人有几种证书也算一个人。获证率 = 获证 ÷ 报到，另列获证 ÷ 结业。"),
    N_("时点就业率 = 结业满几个月那一天有工作并且当天已核实的人 ÷（结业 − 入班前已就业 − 升学 − 再入伍等退出）。"),
    N_("说有工作、没有核实的人留在分母里，单独列出。没到时点的班不算就业率。"),
    N_("期间曾就业率：结业到那一天之间有过核实的工作，不管那一天还在不在，分母一样。"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: a group with its figures."""

    key: str
    name: str
    figures: ClassFigures
    rating: tuple[int, float | None] = (0, None)

    @property
    def cells(self) -> list[str | int]:
        """Numbers and rates in the order of ``HEAD``."""
        n = self.figures
        return [
            n.capacity,
            len(n.arrived),
            len(n.attended),
            len(n.passed),
            len(n.completed),
            rate(len(n.completed), len(n.arrived)),
            rate(len(n.completed), n.target_count),
            len(n.certified),
            rate(len(n.certified), len(n.arrived)),
            rate(len(n.certified), len(n.completed)),
            len(n.base),
            len(n.employed),
            rate(len(n.employed), len(n.base)) if n.is_due else _("还没到时点"),
            rate(len(n.ever), len(n.base)) if n.is_due else _("还没到时点"),
            "—" if self.rating[1] is None else f"{self.rating[1]:g}",
        ]


HEAD = (
    N_("计划"),
    N_("报到"),
    N_("出勤达标"),
    N_("考核合格"),
    N_("结业"),
    N_("结业率"),
    N_("任务完成率"),
    N_("获证"),
    N_("获证率（÷报到）"),
    N_("获证率（÷结业）"),
    N_("应就业"),
    N_("时点就业"),
    N_("时点就业率"),
    N_("期间曾就业率"),
    N_("满意度"),
)
BEHIND = (
    *("", "arrived", "attended", "passed", "completed", "", "", "certified", "", "", "base", "employed", "", "", ""),
)
"""The list behind each column of ``HEAD``; empty where the number is a rate."""


def grouped(
    heads: Sequence[ClassHead],
    figures: Mapping[int, ClassFigures],
    by: str,
    ratings: Mapping[int, tuple[int, int]],
) -> list[Row]:
    """The figures by class, provider or course, in the order in which the groups first come."""
    parts: dict[tuple[str, str], list[int]] = {}
    for head in heads:
        parts.setdefault(GROUPS[by](head), []).append(head.id)
    return [
        Row(
            key,
            name,
            added_up([figures[one] for one in ids]),
            rating_of_all(ratings[one] for one in ids if one in ratings),
        )
        for (key, name), ids in parts.items()
    ]


def flags(figures: ClassFigures, certificate: Goal, employed: Goal, months: int) -> list[str]:
    """What stays below its goal, in words with the source of the goal."""
    found = []
    if figures.due_classes and misses(len(figures.employed), len(figures.base), employed.percent):
        found.append(
            _(
                "结业 %(n)s 个月就业率 %(rate)s，低于 %(goal)s%%（%(source)s）",
                n=months,
                rate=rate(len(figures.employed), len(figures.base)),
                goal=f"{employed.percent:g}",
                source=employed.source,
            )
        )
    if figures.completed and misses(len(figures.certified), len(figures.arrived), certificate.percent):
        found.append(
            _(
                "获证率 %(rate)s，低于 %(goal)s%%（%(source)s）",
                rate=rate(len(figures.certified), len(figures.arrived)),
                goal=f"{certificate.percent:g}",
                source=certificate.source,
            )
        )
    return found


def kinds_of(figures: ClassFigures) -> list[tuple[str, int]]:
    """Certificates by kind, in the order of the kinds."""
    return [
        (kind.label, figures.by_kind[kind.value]) for kind in CourseCertificateKind if kind.value in figures.by_kind
    ]


def report_words(head: ClassHead, by_months: Mapping[int, ClassFigures], office: str, allowance_yuan: int) -> list[str]:
    """The sentences of T5, always in Chinese."""
    with use_locale("zh"):
        n = next(iter(by_months.values()))
        words = (
            f"{office}承办“{head.title}”，{day_words(head.starts_on)}至{day_words(head.ends_on)}，"
            f"计划{n.capacity}人、报到{len(n.arrived)}人、结业{len(n.completed)}人"
            f"（出勤达标{len(n.attended)}人、考核合格{len(n.passed)}人），"
            f"获证{len(n.certified)}人（获证率{rate(len(n.certified), len(n.arrived))}）；补助{allowance_yuan}元。"
        )
        later = [
            f"结业{months}个月就业{len(one.employed)}人（就业率{rate(len(one.employed), len(one.base))}）。"
            if one.is_due
            else f"结业满{months}个月的时间没到，就业率还不能算。"
            for months, one in by_months.items()
        ]
        return [words, "".join(later), *(gettext(one) for one in DEFINITIONS)]
