from dataclasses import replace

import pytest
from hypothesis import given, settings
from ml_samples import DRIVER, LORRY, TODAY, VETERAN, eligibilities, postings, profiles

from ml.matching import Requirement, explain


def texts(profile, posting):
    return {item.text: item.status for item in explain(profile, VETERAN, posting, today=TODAY).items}


def test_a_drivers_reasons_read_as_people_speak():
    assert texts(replace(DRIVER, certificates=()), LORRY) == {
        "驾驶证 A2，含 B2，符合要求": "met",
        "还差危险品运输从业资格证": "missing",
        "服役 12 年，岗位要求 3 年经验": "met",
        "学历高中或中专，符合要求": "met",
        "会车辆保养与检修": "met",
        "和想找的道路货运汽车驾驶员对得上": "met",
        "部队干过汽车驾驶(运输)，和岗位对口": "met",
        "在想去的地方": "met",
        "离家 5 公里": "met",
        "工资 7500–9500 元/月，达到期望": "met",
        "退役军人优先": "met",
    }


@settings(max_examples=80, deadline=None)
@given(profiles, eligibilities, postings)
def test_every_requirement_has_a_line_and_the_counts_add_up(profile, eligibility, posting):
    reasons = explain(profile, eligibility, posting, today=TODAY)
    assert reasons.total_count == len(reasons.items) >= len(posting.requirements)
    assert reasons.met_count + len(reasons.gaps) == reasons.total_count
    for need, item in zip(posting.requirements, reasons.items, strict=False):
        assert (item.kind, item.code, item.must, item.label) == (need.kind, need.code, need.must, need.label)
    for item in reasons.items:
        assert item.status in ("met", "partly", "missing")
        assert item.text
        assert "%" not in item.text
    musts = [item.must for item in reasons.gaps]
    assert musts == sorted(musts, reverse=True)


@pytest.mark.parametrize(
    ("profile", "need", "text", "status"),
    [
        ({"licences": ("JUN",)}, Requirement("licence", "B2", True, "B2 驾驶证"), "还差驾驶证 B2", "missing"),
        ({"licences": ("B2",)}, Requirement("licence", "B2", True, "B2 驾驶证"), "驾驶证 B2，符合要求", "met"),
        ({"education_rank": 0}, Requirement("education", "31", True, "大专"), "学历还没填，岗位要求大专", "missing"),
        ({"education_rank": 4}, Requirement("education", "31", True, "大专"), "学历高中或中专，岗位要求大专", "partly"),
        ({"education_rank": 5}, Requirement("education", "31", True, "大专"), "学历大专，符合要求", "met"),
        (
            {"service_years": 2.0, "work_years": 1.5},
            Requirement("years", "", True, "3 年", years=3),
            "服役 2 年、工作 1.5 年，岗位要求 3 年经验",
            "met",
        ),
        (
            {"service_years": 2.0, "work_years": 0.0},
            Requirement("years", "", True, "5 年", years=5),
            "岗位要求 5 年经验，还差 3 年",
            "partly",
        ),
        ({"leadership": 1}, Requirement("leadership", "", False, "带队", level=1), "当过班长，带过队伍", "met"),
        ({"skills": ()}, Requirement("skill", "SK015", False, "电焊"), "有电焊更好", "missing"),
        (
            {"certificates": ()},
            Requirement("certificate", "CE009", True, "低压电工作业证"),
            "还差低压电工作业证",
            "missing",
        ),
        (
            {"certificates": ("CE009",)},
            Requirement("certificate", "CE009", True, "低压电工作业证"),
            "有低压电工作业证",
            "met",
        ),
    ],
)
def test_each_kind_of_requirement_is_put_into_words(profile, need, text, status):
    posting = replace(LORRY, requirements=(need,))
    item = explain(replace(DRIVER, **profile), VETERAN, posting, today=TODAY).items[0]
    assert (item.text, item.status) == (text, status)


def test_a_licence_held_as_a_certificate_counts_as_the_licence_and_the_other_way_round():
    held = replace(DRIVER, licences=(), certificates=("CE002", "CE007"))
    assert "驾驶证 B2，符合要求" in texts(held, LORRY)
    wanted = replace(LORRY, requirements=(Requirement("certificate", "CE002", True, "机动车驾驶证 B2"),))
    assert texts(DRIVER, wanted)["有机动车驾驶证 B2"] == "met"


def test_pay_and_distance_beyond_the_wish_are_said_with_numbers():
    picky = replace(DRIVER, pay_floor_yuan=12_000, max_distance_km=3.0)
    found = texts(picky, LORRY)
    assert found["工资最高 9500 元/月，期望 12000 元以上"] == "missing"
    assert found["离家 5 公里，超过 3 公里"] == "missing"
    assert (
        texts(DRIVER, replace(LORRY, pay_low_yuan=None, pay_high_yuan=None))["工资面议，期望 6000 元以上"] == "partly"
    )


def test_a_page_can_translate_a_line_from_its_template_and_values():
    item = explain(DRIVER, VETERAN, LORRY, today=TODAY).items[0]
    assert item.template == "驾驶证 %(held)s，含 %(wanted)s，符合要求"
    assert (item.params, item.evidence) == ({"held": "A2", "wanted": "B2"}, "A2")
