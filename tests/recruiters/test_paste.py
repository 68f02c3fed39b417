"""Reading pasted advertisements: what they say, and never more."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobmatch.people.states import EmploymentType, Shift
from recruiters.postings.paste import Advertisement, read_advertisement
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

LORRY = """诚聘货车司机 5 名
岗位职责：驾驶 4.2 米厢式货车在县内送货。
任职要求：持 B2 及以上驾驶证，高中以上学历，3 年以上货车驾驶经验；退役军人优先。
薪资待遇：底薪 3500 元+提成，综合月薪 7000-9000 元，包吃住，五险。
工作时间：早 8 点到晚 6 点，白班
工作地点：湘乡市物流园 3 号"""


def _values(text: str) -> dict[str, Any]:
    return {name: reading.value for name, reading in read_advertisement(text).values.items()}


def test_a_whole_advertisement_fills_the_form() -> None:
    assert _values(LORRY) == {
        "title": "货车司机",
        "occupation_code": "4-02-02-02",
        "vacancy_count": 5,
        "duties": "驾驶 4.2 米厢式货车在县内送货。",
        "requirement_text": "持 B2 及以上驾驶证，高中以上学历，3 年以上货车驾驶经验；退役军人优先。",
        "pay_low_yuan": 7000,
        "pay_high_yuan": 9000,
        "pay_unit": PayUnit.MONTH,
        "pay_kind": PayKind.COMPOSITE,
        "pay_base_yuan": 3500,
        "meals": MealPlan.INCLUDED,
        "housing": Housing.INCLUDED,
        "social_insurance": SocialInsurance.FIVE,
        "shift": Shift.DAY,
        "work_time": "早 8 点到晚 6 点，白班",
        "address": "湘乡市物流园 3 号",
        "is_veterans_first": True,
    }


def test_requirements_are_read_with_must_and_nice() -> None:
    needs = {(need.value.kind, need.value.code): need.value for need in read_advertisement(LORRY).needs}
    assert needs[RequirementKind.LICENCE, "B2"].is_must
    assert needs[RequirementKind.EDUCATION, "61"].is_must
    assert needs[RequirementKind.YEARS, ""].years == 3
    wish = read_advertisement("招聘保安，大专以上学历优先").needs[0].value
    assert (wish.kind, wish.code, wish.is_must) == (RequirementKind.EDUCATION, "31", False)


@pytest.mark.parametrize(
    ("text", "low", "high", "unit"),
    [
        ("月薪 3800 元", 3800, 3800, PayUnit.MONTH),
        ("工资8k-1.2万/月", 8000, 12000, PayUnit.MONTH),
        ("薪资：6-8千元/月", 6000, 8000, PayUnit.MONTH),
        ("日薪１８０元", 180, 180, PayUnit.DAY),
        ("200元/天", 200, 200, PayUnit.DAY),
        ("时薪 20 元", 20, 20, PayUnit.HOUR),
        ("月薪 5000 元以上", 5000, None, PayUnit.MONTH),
    ],
)
def test_pay_as_people_write_it(text: str, low: int, high: int | None, unit: PayUnit) -> None:
    found = _values(f"招聘普工，{text}。")
    assert (found.get("pay_low_yuan"), found.get("pay_high_yuan"), found.get("pay_unit")) == (low, high, unit)


@pytest.mark.parametrize(
    "text",
    [
        "薪资面议",
        "年薪 10-15 万",
        "招聘 30-40 台设备的操作工",
        "工资按天结算",
        "3-5 年经验",
        "月薪 2 元",
        "联系电话 0731-5555",
    ],
)
def test_what_is_no_pay_stays_open(text: str) -> None:
    assert "pay_low_yuan" not in _values(text)


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("不包吃住", "meals", MealPlan.NONE),
        ("不包吃住", "housing", Housing.NONE),
        ("食宿自理", "housing", Housing.NONE),
        ("有餐补", "meals", MealPlan.ALLOWANCE),
        ("五险一金", "social_insurance", SocialInsurance.FIVE_AND_FUND),
        ("购买意外险", "social_insurance", SocialInsurance.INJURY_ONLY),
        ("三班倒", "shift", Shift.ROTATING),
        ("上夜班", "shift", Shift.NIGHT),
        ("不上夜班", "shift", None),
        ("劳务派遣", "employment_type", EmploymentType.DISPATCH),
        ("非外包", "employment_type", None),
        ("签劳动合同", "employment_type", EmploymentType.CONTRACT),
        ("暑假工", "kind", PostingKind.SEASONAL),
        ("日结", "kind", PostingKind.GIG),
        ("到手 5000", "pay_basis", PayBasis.NET),
        ("退役军人专岗", "is_reserved", True),
        ("招若干名", "vacancy_count", None),
        ("招聘人数：2 人", "vacancy_count", 2),
        ("电工\n工资面议", "title", "电工"),
    ],
)
def test_single_facts(text: str, name: str, value: Any) -> None:
    assert _values(text).get(name) == value


def _check(found: Advertisement, text: str) -> None:
    for reading in [*found.values.values(), *found.needs]:
        assert 0 <= reading.start < reading.end <= len(text)
        assert found.quote(reading).strip()
        assert found.quote(reading) in text
        if type(reading.value) is str and reading is not found.values.get("occupation_code"):
            assert reading.value in text


PIECES = [
    *LORRY.splitlines(),
    "工资8k-1.2万/月",
    "不包住",
    "２００元／天",
    "三班倒",
    "B2",
    "大专",
    "学历",
    "，",
    "。",
    "：",
    "1",
]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=12)), max_size=15))
def test_nothing_is_invented(parts: list[str]) -> None:
    text = "\n".join(parts)
    _check(read_advertisement(text), text)


def test_an_empty_text_says_nothing() -> None:
    found = read_advertisement("  \n ")
    assert (found.values, found.needs) == ({}, [])
