"""Synthetic employers and postings of the demo county, on the shipped list of a hundred everyday posts."""

from __future__ import annotations

import csv
import random
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jobmatch.demo.county import COUNTY_NAME, FIRMS, STREETS, TOWNS, TRADES, Town
from jobmatch.people.states import EmploymentType, Shift
from ml.reference import certificates, skills
from recruiters.employers.states import EmployerKind
from recruiters.postings.states import (
    Housing,
    MealPlan,
    PayBasis,
    PayKind,
    PayUnit,
    PostingKind,
    RequirementKind,
    SocialInsurance,
)
from recruiters.postings.values import RequirementInput

CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
EDUCATION = {"71": "初中", "61": "高中", "47": "技校", "31": "大专", "21": "本科"}
SHIFTS = {
    "标准": Shift.DAY,
    "倒班": Shift.ROTATING,
    "轮班": Shift.ROTATING,
    "两班倒": Shift.ROTATING,
    "值班": Shift.NIGHT,
}


@dataclass(frozen=True, slots=True)
class EmployerPlan:
    """One employer and the trade whose posts it offers."""

    name: str
    credit_code: str
    kind: EmployerKind
    industry: str
    town: Town
    contact: str
    phone: str
    staff_count: int
    answers: float


@cache
def post_table() -> tuple[dict[str, str], ...]:
    """The hundred everyday posts the demo draws from; pay ranges are plausible, not measured."""
    path = Path(__file__).parent / "data" / "posts.csv"
    with path.open(encoding="utf-8", newline="") as source:
        return tuple(csv.DictReader(source))


def synthetic_credit_code(prefix: str, number: int) -> str:
    """A code with a right check character in the unassigned region 990101 (GB 32100-2015)."""
    body = f"{prefix}990101MA{number:07d}"
    total = sum(CREDIT_ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(body))
    return body + CREDIT_ALPHABET[(31 - total % 31) % 31]


KINDS = (
    (EmployerKind.PRIVATE, "91", 76),
    (EmployerKind.STATE_OWNED, "91", 10),
    (EmployerKind.INDIVIDUAL, "92", 6),
    (EmployerKind.RURAL_COLLECTIVE, "93", 4),
    (EmployerKind.PUBLIC_INSTITUTION, "12", 4),
)


def make_employers(rng: random.Random, count: int) -> list[EmployerPlan]:
    """``count`` employers with different names and credit codes."""
    place = COUNTY_NAME.removesuffix("（演示）")
    made: list[EmployerPlan] = []
    names: set[str] = set()
    while len(made) < count:
        industry, trade = rng.choice(list(TRADES.items()))
        kind, prefix, _weight = rng.choices(KINDS, weights=[entry[2] for entry in KINDS])[0]
        ending = {"92": "部", "93": "专业合作社", "12": "中心"}.get(prefix, "有限公司")
        name = f"{place}{rng.choice(FIRMS)}{trade}{ending}"
        if name in names:
            continue
        names.add(name)
        number = len(made) + 1
        made.append(
            EmployerPlan(
                name=name,
                credit_code=synthetic_credit_code(prefix, number),
                kind=kind,
                industry=industry,
                town=rng.choices(TOWNS, weights=[town.share for town in TOWNS])[0],
                contact=rng.choice("王李张刘陈杨黄赵周吴") + rng.choice(("经理", "主任", "女士", "先生")),
                phone=f"198{number + 20_000_000:08d}",
                staff_count=rng.choice((8, 15, 30, 60, 120, 260, 600)),
                answers=rng.choice((0.35, 0.6, 0.8, 0.95)),
            )
        )
    return made


def _needs(rng: random.Random, post: dict[str, str]) -> list[RequirementInput]:
    names = {skill.code: skill.name for skill in skills()} | {paper.code: paper.name for paper in certificates()}
    found = []
    if post["education_min"] not in {"", "71"} or rng.random() < 0.3:
        label = f"{EDUCATION[post['education_min']]}及以上"
        found.append(_need(RequirementKind.EDUCATION, post["education_min"], label, must=rng.random() < 0.75))
    if post["driver_licence"]:
        found.append(_need(RequirementKind.LICENCE, post["driver_licence"], f"{post['driver_licence']} 驾驶证"))
    found += [
        _need(RequirementKind.CERTIFICATE, code, names[code], must=rng.random() < 0.7)
        for code in filter(None, post["certificates"].split(";"))
    ]
    found += [
        _need(RequirementKind.SKILL, code, names[code], must=index == 0 and rng.random() < 0.5)
        for index, code in enumerate(filter(None, post["skills"].split(";")))
    ]
    if post["years_experience"] not in {"", "0"}:
        years = float(post["years_experience"])
        found.append(
            _need(RequirementKind.YEARS, "", f"{years:g} 年以上相关经验", must=rng.random() < 0.6, years=years)
        )
    if rng.random() < 0.12:
        found.append(_need(RequirementKind.LEADERSHIP, "", "带过班组", must=False, level=1))
    return found


def _need(
    kind: RequirementKind, code: str, label: str, *, must: bool = True, years: float = 0.0, level: int = 0
) -> RequirementInput:
    return RequirementInput(kind=kind, code=code, label=label[:80], is_must=must, years=years, level=level)


def make_posting(rng: random.Random, employer: EmployerPlan) -> tuple[dict[str, Any], list[RequirementInput]]:
    """Values and requirements of one lawful posting of ``employer``."""
    own = [post for post in post_table() if post["industry_code"] == employer.industry]
    post = rng.choice(own if own and rng.random() < 0.8 else post_table())
    low = int(post["salary_min"]) + 100 * rng.randrange(-4, 6)
    high = min(max(int(post["salary_max"]), low + 500) + 100 * rng.randrange(-3, 6), low * 2)
    town = employer.town if rng.random() < 0.75 else rng.choice(TOWNS)
    fixed = rng.random() < 0.6
    title = post["title"].split("(")[0].split("/")[0]
    kind = PostingKind.REGULAR if rng.random() < 0.92 else rng.choice((PostingKind.GIG, PostingKind.SEASONAL))
    dispatch = rng.random() < 0.08
    values: dict[str, Any] = {
        "title": title,
        "kind": kind,
        "occupation_code": post["occ_code"],
        "duties": f"负责{title}岗位的日常工作，按班次到岗，服从安全和质量要求，做好交接记录。新员工由老员工带 1 个月。",
        "requirement_text": "身体能胜任岗位工作，做事认真，能按时到岗。",
        "employment_type": EmploymentType.DISPATCH if dispatch else EmploymentType.CONTRACT,
        "contract_party": "安禾县众诚劳务派遣有限公司（演示）" if dispatch else employer.name,
        "vacancy_count": rng.choice((1, 1, 2, 2, 3, 3, 5, 8, 10)),
        "region_code": town.code,
        "address": f"{rng.choice(STREETS)} {rng.randrange(1, 200)} 号",
        "pay_kind": PayKind.FIXED if fixed else PayKind.COMPOSITE,
        "pay_unit": PayUnit.MONTH,
        "pay_basis": PayBasis.GROSS if rng.random() < 0.7 else PayBasis.NET,
        "pay_base_yuan": None if fixed else round(low * 0.6, -2),
        "pay_low_yuan": low,
        "pay_high_yuan": max(high, low),
        "shift": SHIFTS.get(post["work_time"], Shift.FLEXIBLE),
        "work_time": rng.choice(("每周双休", "做六休一", "四班三运转", "每月休 6 天")),
        "meals": rng.choice(list(MealPlan)),
        "housing": rng.choice(list(Housing)),
        "social_insurance": rng.choices(list(SocialInsurance), weights=(40, 38, 10, 8, 4))[0],
        "benefits": "、".join(rng.sample(("节日福利", "年度体检", "带薪年假", "班车接送", "高温补贴", "工龄奖"), k=2)),
        "is_veterans_first": post["veteran_flag"] != "普通" or rng.random() < 0.25,
        "is_reserved": post["veteran_flag"] == "专岗" and rng.random() < 0.5,
    }
    return values | _ages(title, low), _needs(rng, post)


def _ages(title: str, low: int) -> dict[str, Any]:
    """What one employer in eight hopes for, and another says about people over 45 or 50; drawn apart from the rest."""
    draw = random.Random(f"{title} {low}")
    if draw.random() < 0.12:
        return {"hoped_min_age": 18, "hoped_max_age": draw.choice((35, 40, 45, 50))}
    return {"welcomes_over": draw.choice((45, 50))} if draw.random() < 0.15 else {}
