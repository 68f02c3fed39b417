"""Whether a benefit applies: a pure reading of its conditions against what is known of a person or an employer.

A fact that is ``None`` is not known, and what is not known never becomes a yes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from jobmatch.casework.benefits.states import Verdict
from jobmatch.core.i18n import day_words
from jobmatch.core.i18n import gettext as _
from jobmatch.people.states import VETERAN_KINDS
from jobmatch.reference.rules import add_months, retirement_on
from jobmatch.reference.states import RetirementCategory

_WORST = (Verdict.NOT, Verdict.UNKNOWN, Verdict.LACKING, Verdict.CAN)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known on ``today``; ``kinds`` are codes of service objects, dates may be months (their first day)."""

    today: date
    kinds: frozenset[str] | None = None
    is_verified: bool | None = None
    method: str | None = None
    discharged_on: date | None = None
    birth_on: date | None = None
    sex: str = ""
    has_business: bool | None = None
    business_on: date | None = None
    is_first_business: bool | None = None
    wants_business: bool | None = None
    is_out_of_work: bool | None = None
    has_hardship: bool | None = None
    had_public_job: bool | None = None
    hires_soldiers: bool | None = None
    has_year_contract: bool | None = None
    is_insured: bool | None = None
    is_small_firm: bool | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One condition: how it stands and in which words; ``fact`` names what to fill in where it is not known."""

    verdict: Verdict
    text: str
    fact: str = ""


Words = Mapping[str, str]
Test = Callable[[Any, Facts, Words], Finding]


def evaluate(conditions: Mapping[str, Any], facts: Facts, words: Words) -> tuple[Verdict, list[Finding]]:
    """The verdict of all conditions together and each one's own, in a fixed order.

    ``words`` are names of kinds and methods by code. An unknown condition is unknown, not met.
    """
    found = [TESTS[name](conditions, facts, words) for name in TESTS if conditions.get(name)]
    if set(conditions) - set(TESTS) - PARAMETERS:
        found.append(Finding(Verdict.UNKNOWN, _("有一条条件系统读不懂，请问服务站")))
    if facts.is_verified is False:
        found.append(Finding(Verdict.LACKING, _("先到服务站核验身份"), "verification"))
    verdicts = {finding.verdict for finding in found}
    return next((one for one in _WORST if one in verdicts), Verdict.CAN), found


def _answer(known: bool | None, yes: str, no: str, ask: str, fact: str, *, fixable: bool = False) -> Finding:
    if known is None:
        return Finding(Verdict.UNKNOWN, ask, fact)
    if known:
        return Finding(Verdict.CAN, yes)
    return Finding(Verdict.LACKING if fixable else Verdict.NOT, no, fact)


def _kinds(conditions: Mapping[str, Any], facts: Facts, words: Words) -> Finding:
    wanted = conditions["kinds"]
    listed = _("、").join(words.get(code, code) for code in wanted)
    known = None if facts.kinds is None else bool(facts.kinds & set(wanted))
    return _answer(
        known,
        _("是%(kinds)s", kinds=_("、").join(words.get(code, code) for code in wanted if code in (facts.kinds or ()))),
        _("只给：%(kinds)s", kinds=listed),
        _("您是哪一类人员"),
        "kinds",
    )


def _is_no_veteran(facts: Facts) -> bool:
    return facts.kinds is not None and not facts.kinds & VETERAN_KINDS


def _methods(conditions: Mapping[str, Any], facts: Facts, words: Words) -> Finding:
    wanted = conditions["methods"]
    listed = _("、").join(words.get(code, code) for code in wanted)
    known = None if facts.method is None else facts.method in wanted
    return _answer(
        False if _is_no_veteran(facts) else known,
        _("安置方式是%(method)s", method=words.get(facts.method or "", "")),
        _("只给安置方式是%(methods)s的退役军人", methods=listed),
        _("您的安置方式（看退出现役证件）"),
        "method",
    )


def _discharged(conditions: Mapping[str, Any], facts: Facts, words: Words) -> Finding:
    since, day = date.fromisoformat(conditions["discharged_from"]), facts.discharged_on
    known = None if day is None else day >= since.replace(day=1)
    month = _("%(year)s 年 %(month)s 月", year=since.year, month=since.month)
    return _answer(
        False if _is_no_veteran(facts) else known,
        _("退役时间符合（%(month)s以后）", month=month),
        _("只给 %(month)s以后退役的", month=month),
        _("退役的年月"),
        "discharged_on",
    )


def _discharged_within(conditions: Mapping[str, Any], facts: Facts, words: Words) -> Finding:
    months, day = int(conditions["discharged_within_months"]), facts.discharged_on
    until = add_months(day, months) if day else None
    return _answer(
        False if _is_no_veteran(facts) else None if until is None else facts.today <= until,
        _("退役不到 %(n)s 个月，最晚 %(day)s申请", n=months, day=day_words(until) if until else ""),
        _("要在退役后 %(n)s 个月内申请", n=months),
        _("退役的年月"),
        "discharged_on",
    )


def _below_retirement(conditions: Mapping[str, Any], facts: Facts, words: Words) -> Finding:
    yes, no = _("没到法定退休年龄"), _("已到法定退休年龄")
    known: bool | None = None
    if facts.birth_on is not None:
        ends = [retirement_on(facts.birth_on, category, facts.today) for category in _categories(facts.sex)]
        known = True if facts.today < min(ends) else False if facts.today >= max(ends) else None
    return _answer(known, yes, no, _("出生年月，或原来的退休年龄是 50 还是 55 周岁"), "birth_on")


def _categories(sex: str) -> list[RetirementCategory]:
    if sex == "male":
        return [RetirementCategory.MALE]
    women = [RetirementCategory.FEMALE_WORKER, RetirementCategory.FEMALE_CADRE]
    return women if sex == "female" else [*women, RetirementCategory.MALE]


def _business(conditions: Mapping[str, Any], facts: Facts, words: Words) -> Finding:
    least, most = conditions.get("business_min_months") or 0, conditions.get("business_max_months") or 0
    if not facts.has_business:
        return _answer(facts.has_business, "", _("先办营业执照"), _("办没办营业执照"), "has_business", fixable=True)
    if not (least or most):
        return Finding(Verdict.CAN, _("办了营业执照"))
    if facts.business_on is None:
        return Finding(Verdict.UNKNOWN, _("营业执照是哪年哪月办的"), "business_on")
    if least and facts.today < (ready := add_months(facts.business_on, least)):
        return Finding(Verdict.LACKING, _("正常经营满 %(n)s 个月，到 %(day)s满", n=least, day=day_words(ready)))
    if most and facts.today >= (end := add_months(facts.business_on, most)):
        return Finding(Verdict.NOT, _("只在登记后 %(n)s 个月内，%(day)s已满", n=most, day=day_words(end)))
    if most:
        end = add_months(facts.business_on, most)
        return Finding(Verdict.CAN, _("办了营业执照，可以享受到 %(day)s", day=day_words(end)))
    return Finding(Verdict.CAN, _("办了营业执照，经营满 %(n)s 个月", n=least))


def _plain(name: str, field: str, said: Callable[[], tuple[str, str, str]], *, fixable: bool = False) -> Test:
    """A condition that one yes-or-no fact decides; ``said`` gives the words for yes, no and not known."""

    def test(_conditions: Any, facts: Facts, _words: Words) -> Finding:
        yes, no, ask = said()
        return _answer(getattr(facts, field), yes, no, ask, name, fixable=fixable)

    return test


TESTS: dict[str, Test] = {
    "kinds": _kinds,
    "methods": _methods,
    "discharged_from": _discharged,
    "discharged_within_months": _discharged_within,
    "below_retirement": _below_retirement,
    "business": _business,
    "first_business": _plain(
        "first_business",
        "is_first_business",
        lambda: (_("是第一次创业"), _("只给第一次创业的"), _("是不是第一次创业")),
    ),
    "wants_business": _plain(
        "wants_business",
        "wants_business",
        lambda: (_("有创业打算"), _("要有创业打算"), _("有没有创业打算")),
        fixable=True,
    ),
    "out_of_work": _plain(
        "out_of_work",
        "is_out_of_work",
        lambda: (_("现在没有工作"), _("只给没有工作的人"), _("现在有没有工作")),
    ),
    "hardship": _plain(
        "hardship",
        "has_hardship",
        lambda: (_("有就业困难认定"), _("先由人社部门认定就业困难"), _("有没有人社部门的就业困难认定")),
        fixable=True,
    ),
    "public_job_before": _plain(
        "public_job_before",
        "had_public_job",
        lambda: (
            _("入伍前是机关、事业单位或国有企业的人员"),
            _("只给入伍前是机关、事业单位或国有企业人员的"),
            _("入伍前是不是机关、事业单位或国有企业的人员"),
        ),
    ),
    "hires_soldiers": _plain(
        "hires_soldiers",
        "hires_soldiers",
        lambda: (_("招用了自主就业退役士兵"), _("先招用自主就业退役士兵"), _("有没有招用自主就业退役士兵")),
        fixable=True,
    ),
    "year_contract": _plain(
        "year_contract",
        "has_year_contract",
        lambda: (_("签了 1 年以上劳动合同"), _("要签 1 年以上劳动合同"), _("劳动合同签了几年")),
        fixable=True,
    ),
    "insured": _plain(
        "insured",
        "is_insured",
        lambda: (_("依法缴纳社会保险"), _("要依法缴纳社会保险"), _("有没有缴纳社会保险")),
        fixable=True,
    ),
    "small_firm": _plain(
        "small_firm",
        "is_small_firm",
        lambda: (_("是小微企业"), _("只给小微企业"), _("是不是小微企业（按工信部标准）")),
    ),
}
"""Every condition a rule may carry, in the order in which it is told."""

PARAMETERS = frozenset({"business_min_months", "business_max_months"})
