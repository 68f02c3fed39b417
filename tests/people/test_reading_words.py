"""Names, headings and numbers in words that no template has."""

from __future__ import annotations

import pytest

from jobmatch.people.reading.fields import ReadResume, read_resume
from jobmatch.people.reading.lines import Cell, Line
from jobmatch.people.reading.text import read_text
from jobmatch.people.reading.words import heading_kind

WORK = "2013年5月至2018年10月 远山茶厂 采茶工"


def read(text: str) -> ReadResume:
    return read_resume(read_text(text.encode()))


def printed(*lines: tuple[float, str, int]) -> ReadResume:
    """A document of lines with the size of their letters and their page."""
    return read_resume([Line((Cell(text),), page, size) for size, text, page in lines])


@pytest.mark.parametrize("name", ["仝大勇", "隗小满", "邴秀英", "淳于兰", "亓官平"])
def test_a_rare_surname_is_a_name_at_the_head(name: str) -> None:
    found = read(f"{name}  男  四十岁  电话：19900000001\n工作经历\n{WORK}")
    assert found.name is not None
    assert found.name.value == name


def test_the_largest_letters_of_a_page_are_the_name_whatever_the_surname() -> None:
    found = printed(
        (22, "白玛次仁", 1), (10, "电话：19900000001", 1), (12, "工作经历", 1), (10, WORK, 1), (10, "负责采茶", 1)
    )
    assert found.name is not None
    assert found.name.value == "白玛次仁"


def test_headings_that_stand_out_are_known_by_their_gist() -> None:
    found = printed(
        (22, "个人简历", 1),
        (10, "姓名：测试甲  电话：19900000001", 1),
        (13, "干过的单位", 1),
        (10, WORK, 1),
        (13, "上学经过", 1),
        (10, "2005年9月至2008年7月 清泉镇中学 初中", 1),
        (13, "家里人", 1),
        (10, "2009年9月至2012年7月 妻子在远山小学 教师", 1),
    )
    assert [one.value["employer"] for one in found.work] == ["远山茶厂"]
    assert [one.value["school"] for one in found.education] == ["清泉镇中学"]


def test_two_words_of_headings_make_one() -> None:
    assert heading_kind("实习与工作") == "work"
    assert heading_kind("项目与竞赛") == "project"
    assert heading_kind("工作认真") == ""


def test_heads_and_feet_of_pages_are_no_part_of_the_text() -> None:
    foot = "打印时间：2026-11-06 仅供内部使用"
    found = printed(
        (20, "测试甲", 1),
        (10, "男 汉族 电话：19900000001 应聘：电工", 1),
        (12, "工作经历", 1),
        (10, WORK, 1),
        (12, "证书", 1),
        (10, "电工证", 1),
        (7, foot + " 第1页", 1),
        (10, "叉车证", 2),
        (7, foot + " 第2页", 2),
    )
    assert [one.value["words"] for one in found.certificates] == ["电工证", "叉车证"]


@pytest.mark.parametrize("other", ["爱人：某部 测试乙", "儿子测试乙 电话", "打不通请打我爸", "介绍人：测试乙"])
def test_the_number_of_somebody_else_is_not_taken(other: str) -> None:
    found = read(f"姓名：测试甲\n{other} 19900000009\n本人 199.0000.0001\n工作经历\n{WORK}")
    assert found.phone is not None
    assert found.phone.value == "19900000001"


def test_a_study_that_goes_on_is_no_level_yet() -> None:
    found = read(
        "姓名：测试甲\n电话：19900000001\n教育经历\n"
        "2003.9-2006.7 清泉财贸职业学院 会计 大专\n2023.9-至今 远山开放大学 会计学 本科 在读"
    )
    assert len(found.education) == 2
    assert found.education_level is not None
    assert found.education_level.value["level"] == "大学专科毕业"


@pytest.mark.parametrize("subject", ["汽车运用技术", "会计学（本科）", "物流管理（在读）"])
def test_a_subject_beside_a_school_is_no_post(subject: str) -> None:
    found = read(f"姓名：测试甲\n电话：19900000001\n2020.9-2023.6  清泉交通职业技术学院  {subject}\n{WORK}")
    assert [one.value["school"] for one in found.education] == ["清泉交通职业技术学院"]
    assert [one.value["employer"] for one in found.work] == ["远山茶厂"]
