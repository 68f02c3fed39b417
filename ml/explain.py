"""Reasons for a pair: what is met, partly met and missing, in words that both sides understand.

Every item has a message id with placeholders and its values, so that a page can translate it; `text` is the Chinese.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

from ml.documents import Eligibility, PostingDocument, Profile, Requirement
from ml.features import (
    NEAR_KM,
    Holdings,
    accepted_degree,
    is_must,
    near,
    need_amount,
    need_degree,
    phrase_concepts,
    point_km,
    region_degree,
    specialties_by_code,
    wish_phrases,
)
from ml.rules import N_, Exclusion, find_exclusion
from ml.tables import find_occupation, licence_covers

MET, PARTLY, MISSING = "met", "partly", "missing"
# Closeness from which two trades are called the same, or near; the second keeps 保安 and 安检 together.
SAME_TRADE, NEAR_TRADE = 0.7, 0.4
# Weight from which a trade of the service is said to fit, or to touch on the work.
SURE_LINK, WEAK_LINK = 0.4, 0.15
EDUCATION_NAMES = (
    "",
    N_("小学以下"),
    N_("小学"),
    N_("初中"),
    N_("高中或中专"),
    N_("大专"),
    N_("本科"),
    N_("硕士"),
    N_("博士"),
)
_GAP = re.compile(r"(?<=[\u3400-\u9fff])(?=[0-9A-Za-z])|(?<=[0-9A-Za-z])(?=[\u3400-\u9fff])")


@dataclass(frozen=True, slots=True)
class ReasonItem:
    """One line of an explanation. `evidence` is the code or value on the person's side that decided it."""

    kind: str
    code: str
    status: str  # "met", "partly" or "missing"
    label: str
    must: bool
    template: str
    params: Mapping[str, Any]
    evidence: str = ""

    @property
    def text(self) -> str:
        """The Chinese sentence, with a space between Chinese and Latin letters or digits."""
        return _GAP.sub(" ", self.template % self.params)


@dataclass(frozen=True, slots=True)
class Explanation:
    """All lines for a pair: first the posting's conditions, then the person's wishes."""

    items: tuple[ReasonItem, ...]
    excluded: Exclusion | None

    @property
    def met_count(self) -> int:
        return sum(item.status == MET for item in self.items)

    @property
    def total_count(self) -> int:
        return len(self.items)

    @property
    def gaps(self) -> tuple[ReasonItem, ...]:
        """What is missing or only partly met, musts first."""
        return tuple(sorted((item for item in self.items if item.status != MET), key=lambda item: not item.must))


def explain(profile: Profile, eligibility: Eligibility, posting: PostingDocument, *, today: date) -> Explanation:
    """Reasons for one pair. Items depend on the profile and posting alone; eligibility gives only the exclusion."""
    return Explanation(reasons(profile, posting), find_exclusion(profile, eligibility, posting, today=today))


def reasons(profile: Profile, posting: PostingDocument, held: Holdings | None = None) -> tuple[ReasonItem, ...]:
    """The lines of an explanation. `held` saves making it again for each of many postings."""
    held = held or Holdings(profile)
    items = [_requirement(held, need) for need in posting.requirements]
    named = {item.code for item in items if item.kind == "specialty"}
    items += [item for item in _occupation(held, posting) if item.code not in named]
    items += _place(profile, posting) + _pay(profile, posting) + _terms(profile, posting) + _unknown(profile)
    return tuple(items)


def _number(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


def _requirement(held: Holdings, need: Requirement) -> ReasonItem:
    if need.must and not is_must(need):
        need = replace(need, must=False)
    have, want = held.amount(need.kind, need.code), need_amount(need)
    status = (
        MET if have >= want else PARTLY if have > 0 and need_degree(need.kind == "education", have, want) else MISSING
    )
    template, params, evidence = _NEEDS[need.kind](held, need, have, want, status)
    return ReasonItem(need.kind, need.code, status, need.label, need.must, template, params, evidence)


def _licence(
    held: Holdings, need: Requirement, have: float, want: float, status: str
) -> tuple[str, dict[str, Any], str]:
    wanted = {"wanted": need.code}
    if status != MET:
        return (N_("还差驾驶证 %(wanted)s") if need.must else N_("有驾驶证 %(wanted)s 更好")), wanted, ""
    evidence = (
        need.code
        if need.code in held.licences
        else next(code for code in held.licences if licence_covers([code], need.code))
    )
    if evidence == need.code:
        return N_("驾驶证 %(wanted)s，符合要求"), wanted, evidence
    return N_("驾驶证 %(held)s，含 %(wanted)s，符合要求"), {"held": evidence} | wanted, evidence


def _named(held: Holdings, need: Requirement, have: float, want: float, status: str) -> tuple[str, dict[str, Any], str]:
    params = {"name": need.label}
    if status == MET:
        return (N_("有%(name)s") if need.kind == "certificate" else N_("会%(name)s")), params, need.code
    if status == PARTLY:
        return N_("%(name)s会一些，岗位要求更熟练"), params, need.code
    return (N_("还差%(name)s") if need.must else N_("有%(name)s更好")), params, ""


def _education(
    held: Holdings, need: Requirement, have: float, want: float, status: str
) -> tuple[str, dict[str, Any], str]:
    names = {"have": EDUCATION_NAMES[int(have)], "want": EDUCATION_NAMES[int(want)]}
    if want <= 0:
        return N_("学历不限"), {}, ""
    if not have:
        return N_("学历还没填，岗位要求%(want)s"), {"want": names["want"]}, ""
    template = N_("学历%(have)s，符合要求") if status == MET else N_("学历%(have)s，岗位要求%(want)s")
    return template, names, str(int(have))


def _years(held: Holdings, need: Requirement, have: float, want: float, status: str) -> tuple[str, dict[str, Any], str]:
    profile = held.profile
    params = {
        "service": _number(profile.service_years),
        "work": _number(profile.work_years),
        "years": _number(want),
        "short": _number(want - have),
    }
    if status != MET:
        return N_("岗位要求 %(years)s 年经验，还差 %(short)s 年"), params, _number(have)
    if want <= 0:
        return N_("经验不限"), {}, ""
    if profile.work_years >= want or not profile.service_years:
        return N_("工作 %(work)s 年，岗位要求 %(years)s 年经验"), params, _number(have)
    if not profile.work_years or profile.service_years >= want:
        return N_("服役 %(service)s 年，岗位要求 %(years)s 年经验"), params, _number(have)
    return N_("服役 %(service)s 年、工作 %(work)s 年，岗位要求 %(years)s 年经验"), params, _number(have)


def _specialty(
    held: Holdings, need: Requirement, have: float, want: float, status: str
) -> tuple[str, dict[str, Any], str]:
    params = {"name": need.label}
    if status == MET:
        row = specialties_by_code().get(need.code)
        return N_("部队干过%(name)s，和岗位对口"), {"name": row.name if row else need.label}, need.code
    return (N_("岗位要求%(name)s") if need.must else N_("有%(name)s经历更好")), params, ""


def _leadership(
    held: Holdings, need: Requirement, have: float, want: float, status: str
) -> tuple[str, dict[str, Any], str]:
    if status == MET:
        return (N_("当过班长，带过队伍") if have < 2 else N_("带过排以上的队伍")), {}, _number(have)
    if status == PARTLY:
        return N_("当过班长，岗位要求带过更大的队伍"), {}, _number(have)
    return (N_("岗位要求带过队伍") if need.must else N_("带过队伍更好")), {}, ""


_NEEDS = {
    "licence": _licence,
    "certificate": _named,
    "skill": _named,
    "education": _education,
    "years": _years,
    "specialty": _specialty,
    "leadership": _leadership,
}


def _name_of(code: str) -> str:
    row = find_occupation(code)
    return row.name if row else code


def _occupation(held: Holdings, posting: PostingDocument) -> list[ReasonItem]:
    items: list[ReasonItem] = []
    close_to = near(posting.occupation)
    items += _wish(held.profile, posting)
    past = [(code, years) for code, years, _ in held.profile.past_occupations if close_to.of(code) >= SAME_TRADE]
    if past:
        code, years = max(past, key=lambda one: (close_to.of(one[0]), one[1]))
        worked = {"name": _name_of(code), "years": _number(years)}
        template = N_("干过%(name)s %(years)s 年") if years else N_("干过%(name)s")
        items.append(ReasonItem("occupation_past", code, MET, worked["name"], False, template, worked, code))
    served = [(close_to.of(code) * weight, code, specialty) for code, weight, specialty in held.trades]
    weight, occupation, specialty = max(served, default=(0.0, "", ""))
    if weight >= WEAK_LINK:
        name = specialties_by_code()[specialty].name
        is_sure = weight >= SURE_LINK
        template = N_("部队干过%(name)s，和岗位对口") if is_sure else N_("部队干过%(name)s，和岗位沾边")
        # Touching on the work is a little in favour, and nothing that is missing.
        items.append(ReasonItem("specialty", specialty, MET, name, False, template, {"name": name}, occupation))
    return items


def _wish(profile: Profile, posting: PostingDocument) -> list[ReasonItem]:
    """How the posting lies to what the person ticked or typed, whichever is nearer."""
    close_to = near(posting.occupation)
    ticked, code = max(((close_to.of(code), code) for code in profile.wanted_occupations), default=(0.0, ""))
    typed, words = max(((_alike(one, posting.title), one) for one in wish_phrases(profile)), default=(0.0, ""))
    if typed > ticked and typed >= NEAR_TRADE:
        is_same, said = typed >= SAME_TRADE, {"words": words}
        template = N_("和想做的“%(words)s”对得上") if is_same else N_("和想做的“%(words)s”相近")
        return [ReasonItem("occupation_wanted", "", MET if is_same else PARTLY, words, False, template, said, words)]
    if not code:
        return []
    params = {"name": _name_of(code)}
    if ticked >= SAME_TRADE:
        status, template = MET, N_("和想找的%(name)s对得上")
    elif ticked >= NEAR_TRADE:
        status, template = PARTLY, N_("和想找的%(name)s相近")
    else:
        status, template = MISSING, N_("不是想找的%(name)s")
    return [ReasonItem("occupation_wanted", code, status, params["name"], False, template, params, code)]


@lru_cache(maxsize=16384)
def _concepts(text: str) -> dict[int, float]:
    return dict(zip(*phrase_concepts(text), strict=True))


def _alike(phrase: str, title: str) -> float:
    other = _concepts(title)
    return sum(weight * other[concept] for concept, weight in _concepts(phrase).items() if concept in other)


def _place(profile: Profile, posting: PostingDocument) -> list[ReasonItem]:
    items: list[ReasonItem] = []
    if profile.wanted_regions and posting.region:
        degree = region_degree(profile.wanted_regions, posting.region)
        status = MET if degree >= 0.7 else PARTLY if degree >= 0.5 else MISSING
        template = {
            MET: N_("在想去的地方"),
            PARTLY: N_("和想去的地方在同一个市"),
            MISSING: N_("不在想去的地方"),
        }[status]
        items.append(ReasonItem("region", posting.region, status, "", False, template, {}, ""))
    if profile.point and posting.point:
        km = point_km(profile.point, posting.point)
        limit = profile.max_distance_km
        params = {"km": _number(round(km)) if km >= 1 else N_("不到 1"), "limit": _number(limit or 0)}
        if limit is not None and km > limit:
            status, template = MISSING, N_("离家 %(km)s 公里，超过 %(limit)s 公里")
        elif limit is not None or km <= NEAR_KM:
            status, template = MET, N_("离家 %(km)s 公里")
        else:
            return items
        items.append(ReasonItem("distance", "", status, "", False, template, params, _number(km)))
    return items


def _pay(profile: Profile, posting: PostingDocument) -> list[ReasonItem]:
    floor = profile.pay_floor_yuan
    if not floor:
        return []
    low = posting.pay_low_yuan or posting.pay_high_yuan or 0
    high = posting.pay_high_yuan or low
    params = {"low": low, "high": high, "floor": floor}
    if not high:
        status, template = PARTLY, N_("工资面议，期望 %(floor)s 元以上")
    elif low >= floor:
        status = MET
        template = N_("工资 %(low)s–%(high)s 元/月，达到期望") if low < high else N_("工资 %(low)s 元/月，达到期望")
    elif high >= floor:
        status, template = PARTLY, N_("工资 %(low)s–%(high)s 元/月，期望 %(floor)s 元以上")
    else:
        status, template = MISSING, N_("工资最高 %(high)s 元/月，期望 %(floor)s 元以上")
    return [ReasonItem("pay", "", status, "", False, template, params, str(floor))]


def _terms(profile: Profile, posting: PostingDocument) -> list[ReasonItem]:
    items: list[ReasonItem] = []
    if profile.shifts and posting.shift:
        met = accepted_degree(profile.shifts, posting.shift) >= 1.0
        template = N_("班次合适") if met else N_("班次和想要的不一样")
        items.append(ReasonItem("shift", posting.shift, MET if met else MISSING, "", False, template, {}, ""))
    if profile.employment_types and posting.employment_type:
        met = accepted_degree(profile.employment_types, posting.employment_type) >= 1.0
        template = N_("用工类型合适") if met else N_("用工类型和想要的不一样")
        code = posting.employment_type
        items.append(ReasonItem("employment_type", code, MET if met else MISSING, "", False, template, {}, ""))
    if (posting.veterans_first or posting.reserved_for_veterans) and profile.service_years > 0:
        items.append(ReasonItem("veterans_first", "", MET, "", False, N_("退役军人优先"), {}, ""))
    return items


def _unknown(profile: Profile) -> list[ReasonItem]:
    """Says so where nothing is known of what the person can do, instead of a reason made of nothing."""
    told = (profile.skills, profile.certificates, profile.licences, profile.specialties, profile.past_occupations)
    if any(told):
        return []
    return [ReasonItem("unknown", "", MISSING, "", False, N_("简历还没有填技能"), {}, "")]
