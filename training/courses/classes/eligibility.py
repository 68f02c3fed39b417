"""Whether somebody may take a class: line by line, met, not met, or not known, each with its rule and source.

Pure: facts in, lines out. Whoever has the facts (the room of enrollments) collects them.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from jobmatch.core.i18n import N_, day_words
from jobmatch.core.i18n import gettext as _
from jobmatch.core.states import LabelledEnum
from jobmatch.reference.rules import add_months, retirement_on


class Finding(LabelledEnum):
    """What a line says."""

    MET = "met", N_("符合")
    MISSING = "missing", N_("还缺")
    NOT_MET = "not_met", N_("不符合")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a class asks for. None, 0 or empty: it does not ask. ``starts_on`` is the day that ages are counted for.

    ``education_rank`` is the least platform rank; ``licences`` any one of these classes will do.
    """

    starts_on: date
    is_free: bool = True
    min_age: int | None = None
    max_age: int | None = None
    education_rank: int | None = None
    education_name: str = ""
    licences: frozenset[str] = frozenset()
    licence_name: str = ""
    kind_groups: frozenset[str] = frozenset()
    kind_names: str = ""
    method_codes: frozenset[str] = frozenset()
    method_names: str = ""
    returned_year: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the file knows of somebody; None where it does not.

    ``retirement_category`` as the dated rule ``retirement_age`` has it. ``free_count``: free courses taken so far.
    """

    birth_on: date | None = None
    retirement_category: str = ""
    education_rank: int | None = None
    licences: frozenset[str] = frozenset()
    kind_groups: frozenset[str] = frozenset()
    method_code: str | None = None
    discharged_on: date | None = None
    free_count: int = 0
    clashes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The dated rules as they stand, each with its source."""

    free_most: int
    free_most_source: str
    free_months: int
    free_months_source: str
    retirement_source: str


@dataclass(frozen=True, slots=True)
class Line:
    """One rule: what it found, in words, and where the rule comes from."""

    code: str
    finding: Finding
    words: str
    source: str = ""


def check(asked: Asked, facts: Facts, terms: Terms) -> list[Line]:
    """Every line that this class and the rules give for somebody; they may enroll where all are met."""
    lines = [*_age(asked, facts), *_retirement(asked, facts, terms), *_who(asked, facts), *_schooling(asked, facts)]
    if asked.is_free:
        lines += _free(asked, facts, terms)
    if facts.clashes:
        words = _("和您报的“%(title)s”时间重叠，先取消那一个", title=facts.clashes[0])
        lines.append(Line("clash", Finding.NOT_MET, words, _("同一时间只能上一个班")))
    return lines


def may_enroll(lines: Collection[Line]) -> bool:
    """Whether every line is met."""
    return all(line.finding is Finding.MET for line in lines)


def _line(code: str, is_met: bool | None, met: str, missing: str, not_met: str, source: str = "") -> Line:
    if is_met is None:
        return Line(code, Finding.MISSING, missing, source)
    return Line(code, Finding.MET if is_met else Finding.NOT_MET, met if is_met else not_met, source)


def _years(birth_on: date, day: date) -> int:
    return day.year - birth_on.year - ((day.month, day.day) < (birth_on.month, birth_on.day))


def _age(asked: Asked, facts: Facts) -> list[Line]:
    if asked.min_age is None and asked.max_age is None:
        return []
    age = _years(facts.birth_on, asked.starts_on) if facts.birth_on else None
    low, high = asked.min_age or 0, asked.max_age or 200
    if asked.max_age is None:
        rule = _("年满 %(low)s 岁", low=low)
    elif asked.min_age is None:
        rule = _("不超过 %(high)s 岁", high=high)
    else:
        rule = _("%(low)s 岁到 %(high)s 岁", low=low, high=high)
    return [
        _line(
            "age",
            None if age is None else low <= age <= high,
            rule,
            _("%(rule)s：档案里没有出生日期", rule=rule),
            _("%(rule)s：开班那天您 %(age)s 岁", rule=rule, age=age),
            _("这个班的要求"),
        )
    ]


def _retirement(asked: Asked, facts: Facts, terms: Terms) -> list[Line]:
    """法定退休年龄以前可以参加: the day is computed for each month of birth and category (保障法第三十六条)."""
    if facts.birth_on is None or not facts.retirement_category:
        return [
            Line("retirement", Finding.MISSING, _("没到法定退休年龄：档案里缺出生日期或性别"), terms.retirement_source)
        ]
    day = retirement_on(facts.birth_on, facts.retirement_category, asked.starts_on)
    return [
        _line(
            "retirement",
            asked.starts_on < day,
            _("开班时没到法定退休年龄"),
            "",
            _("您的法定退休日是 %(day)s，在开班以前", day=day_words(day)),
            terms.retirement_source,
        )
    ]


def _who(asked: Asked, facts: Facts) -> list[Line]:
    lines = []
    if asked.kind_groups:
        known = bool(facts.kind_groups & asked.kind_groups) if facts.kind_groups else None
        lines.append(
            _line(
                "kind",
                known,
                _("面向%(who)s", who=asked.kind_names),
                _("面向%(who)s：档案里没有人员类别", who=asked.kind_names),
                _("只面向%(who)s", who=asked.kind_names),
                _("这个班的要求"),
            )
        )
    if asked.method_codes:
        known = facts.method_code in asked.method_codes if facts.method_code else None
        lines.append(
            _line(
                "method",
                known,
                _("安置方式：%(names)s", names=asked.method_names),
                _("安置方式要是%(names)s：档案里没有填", names=asked.method_names),
                _("安置方式要是%(names)s", names=asked.method_names),
                _("这个班的要求"),
            )
        )
    if asked.returned_year:
        known = facts.discharged_on.year == asked.returned_year if facts.discharged_on else None
        lines.append(
            _line(
                "returned",
                known,
                _("%(year)s 年退役", year=asked.returned_year),
                _("要 %(year)s 年退役：档案里没有退役日期", year=asked.returned_year),
                _("只面向 %(year)s 年退役的人", year=asked.returned_year),
                _("这个班的要求"),
            )
        )
    return lines


def _schooling(asked: Asked, facts: Facts) -> list[Line]:
    lines = []
    if asked.education_rank is not None:
        known = None if facts.education_rank is None else facts.education_rank >= asked.education_rank
        lines.append(
            _line(
                "education",
                known,
                _("学历%(name)s以上", name=asked.education_name),
                _("学历要%(name)s以上：档案里没有学历", name=asked.education_name),
                _("学历要%(name)s以上", name=asked.education_name),
                _("这个班的要求"),
            )
        )
    if asked.licences:
        lines.append(
            _line(
                "licence",
                bool(facts.licences & asked.licences) or None,
                _("有%(name)s驾驶证", name=asked.licence_name),
                _("要有%(name)s驾驶证：有的话先填进简历", name=asked.licence_name),
                "",
                _("这个班的要求"),
            )
        )
    return lines


def _free(asked: Asked, facts: Facts, terms: Terms) -> list[Line]:
    lines = [
        _line(
            "free_count",
            facts.free_count < terms.free_most,
            _("免费培训用过 %(n)s 次，一共可以 %(most)s 次", n=facts.free_count, most=terms.free_most),
            "",
            _("免费培训每人 %(most)s 次，您已经用过 %(n)s 次", most=terms.free_most, n=facts.free_count),
            terms.free_most_source,
        )
    ]
    if terms.free_months:
        until = add_months(facts.discharged_on, terms.free_months) if facts.discharged_on else None
        lines.append(
            _line(
                "free_months",
                asked.starts_on <= until if until else None,
                _("在退役后 %(n)s 个月以内", n=terms.free_months),
                _("免费期是退役后 %(n)s 个月：档案里没有退役日期", n=terms.free_months),
                _(
                    "免费期是退役后 %(n)s 个月，您的到 %(day)s",
                    n=terms.free_months,
                    day=day_words(until) if until else "",
                ),
                terms.free_months_source,
            )
        )
    return lines
