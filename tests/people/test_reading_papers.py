"""Certificates keep the words they are printed with; courses, schools and levels fall where they belong."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jobmatch.people.reading.fields import ReadResume, read_resume
from jobmatch.people.reading.lines import Piece, read_region
from jobmatch.people.reading.papers import items_of
from jobmatch.people.reading.text import read_text
from jobmatch.people.reading.words import split_glued

HEAD = "姓名：测试甲\n电话：19900000001\n"


def read(text: str) -> ReadResume:
    return read_resume(read_text((HEAD + text).encode()))


def papers(text: str) -> list[tuple[str, str]]:
    return [(one.value["words"], one.value["code"]) for one in read(text).certificates]


@pytest.mark.parametrize(
    ("line", "items"),
    [
        ("保安员证（三级）、茶艺师（四级）", ["保安员证（三级）", "茶艺师（四级）"]),
        ("1. 2014年5月 低压电工作业证 远山县应急管理局", ["低压电工作业证"]),
        ("● 育婴员证书（2017.08取得）", ["育婴员证书"]),
        ("持有茶叶加工工证和健康证，均在有效期内。", ["茶叶加工工证", "健康证"]),
        ("XYZ\t操作证、钢琴调律师", ["XYZ操作证", "钢琴调律师"]),
        ("网络规划师（软考高级）", ["网络规划师（软考高级）"]),
        ("计算机等级考试二级证书", ["计算机等级考试二级证书"]),
        ("普通话：一级乙等 / TEM-8", ["普通话一级乙等", "TEM-8"]),
        ("优秀学员证书、三等功、退役军人优待证、身份证、无", []),
        ("2019.03-2019.05 茶艺培训班、熟练使用办公软件", []),
        ("1、起重机司机证（Q2）", ["起重机司机证（Q2）"]),
        ("健康管理师 急救员证 英语六级", ["健康管理师", "急救员证", "英语六级"]),
        ("全国计算机等级考试二级（MS Office）、普通话二甲", ["全国计算机等级考试二级（MS Office）", "普通话二甲"]),
        ("二〇一九年六月 茶艺师证、Jun 2018  救生员证", ["茶艺师证", "救生员证"]),
        ("驾驶证：A1（驾龄8年）、塔吊证", ["塔吊证"]),
    ],
)
def test_a_list_of_certificates_is_read_item_by_item(line: str, items: list[str]) -> None:
    assert items_of(line) == items


def test_a_certificate_that_the_table_lacks_has_words_and_no_code() -> None:
    assert papers("资格证书\n保安员证书、古琴修复师（三级）\n") == [("保安员证书", "CE026"), ("古琴修复师（三级）", "")]


def test_an_item_that_breaks_over_two_lines_is_one() -> None:
    lines = read_text((HEAD + "证书\n健康证、古琴修复技\n术等级证书\n").encode())
    lines[3] = replace(lines[3], is_full=True)
    words = [one.value["words"] for one in read_resume(lines).certificates]
    assert words == ["健康证", "古琴修复技术等级证书"]


def test_certificates_outside_their_section_are_those_that_clearly_are_some() -> None:
    text = (
        "学历：高中\n职业技能等级：钳工二级/三级\n"
        "工作经历\n2015.03-2019.06  远山商场  值班经理\n负责查验食堂人员健康证。\n期间考取了高压电工证。\n"
        "自我评价\n工作认真，持证上岗，认证率高。\n"
    )
    assert [words for words, _code in papers(text)] == ["钳工二级/三级", "高压电工证"]


def test_a_heading_nobody_foresaw_ends_the_certificates() -> None:
    lines = read_text((HEAD + "性别：男\n证书\n健康证\n我的远方\n雪山\n").encode())
    lines = [replace(line, size=12 if line.text in ("证书", "我的远方") else 10) for line in lines]
    assert [one.value["words"] for one in read_resume(lines).certificates] == ["健康证"]


def test_a_table_of_certificates_gives_its_column_of_names() -> None:
    text = "技能证书\n证书名称\t等级\t取得时间\n茶艺师\t三级\t2019.06\n保安员\t四级\t2020.01\n"
    lines = read_text((HEAD + text).encode())
    lines[3:] = [replace(line, table=1) for line in lines[3:]]
    assert [one.value["words"] for one in read_resume(lines).certificates] == ["茶艺师（三级）", "保安员（四级）"]


def test_licences_stay_apart_and_one_without_class_is_no_second_one() -> None:
    found = read("驾照：A1A2\n证书\n驾驶证、健康证、拖拉机驾驶证\n")
    assert {one.value["code"] for one in found.licences} == {"A1", "A2"}
    assert [one.value["words"] for one in found.certificates] == ["健康证", "拖拉机驾驶证"]


def test_the_highest_level_may_stand_in_the_facts_alone() -> None:
    found = read("女 | 本科 | 30 岁\n教育经历\n2005.09-2008.06  远山县第一中学  高中\n")
    assert found.education_level and found.education_level.value["level_code"] == "21"
    told = read("性别：男\n教育经历\n2007年6月毕业于远山县第三中学，高中\n")
    assert told.education_level and told.education_level.value["level_code"] == "61"


def test_a_course_is_no_employer_and_a_school_is_one_only_with_a_post() -> None:
    found = read(
        "学习工作经历\n1995.9-1998.7  清泉县一中读高中\n2010.6-2010.9  清泉县交通局职工培训班\n"
        "2012.3-2015.1  西川商贸学校  会计\n2015.2-2018.1  清泉县希望小学  食堂管理员\n"
        "2018.2-至今  清泉县职业高中保安\n"
    )
    assert [one.value["employer"] for one in found.work][-2:] == ["清泉县希望小学", "清泉县职业高中"]
    assert not any("培训班" in one.value["employer"] for one in found.work)
    assert found.education[0].value["school"] == "清泉县一中"


def test_years_at_home_are_no_employer() -> None:
    found = read("工作经历\n2017年8月—2019年12月：远山幼儿园，教师\n2020年3月—2022年7月：在家照顾孩子\n")
    assert [one.value["employer"] for one in found.work] == ["远山幼儿园"]


def test_labelled_blocks_of_work_need_no_heading() -> None:
    found = read(
        "毕业院校：西山工业学院\n工作单位：西山重工集团\n任职时间：2017年10月-2020年5月\n岗位：焊工\n"
        "工作单位：西山锅炉厂\n任职时间：2020年6月至今\n岗位：班长\n"
    )
    assert [(one.value["employer"], one.value["title"], one.value["from"]) for one in found.work] == [
        ("西山重工集团", "焊工", "2017-10"),
        ("西山锅炉厂", "班长", "2020-06"),
    ]
    assert [one.value["school"] for one in found.education] == ["西山工业学院"]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("远山花艺店店长", ("远山花艺店", "店长")),
        ("清泉镇卫生院护士长", ("清泉镇卫生院", "护士长")),
        ("清泉县公安局城关派出所辅警", ("清泉县公安局城关派出所", "辅警")),
        ("仓库保管员", None),
        ("门店店长", None),
    ],
)
def test_employer_and_post_in_one_word_are_parted(text: str, parts: tuple[str, str] | None) -> None:
    assert split_glued(text) == parts


def _row(y: float, *cells: tuple[float, str]) -> list[Piece]:
    return [Piece(text, x, y, x + 10 * len(text), y + 10) for x, text in cells]


def test_two_columns_with_few_lines_and_centred_headings_are_read_one_after_the_other() -> None:
    pieces = [
        *_row(0, (110, "工作经历"), (420, "服役经历")),
        *_row(20, (15, "2013.05-2018.10 远山茶厂"), (316, "2007.12-2012.12 某部")),
        *_row(40, (30, "采茶、制茶，带徒弟两名")),
        *_row(60, (15, "2018.11-至今 清泉花店"), (420, "教育经历")),
        *_row(80, (30, "扎花"), (316, "2004.09-2007.07 远山职高")),
        *_row(100, (30, "送花"), (316, "茶叶加工（中专）")),
    ]
    texts = [line.text for line in read_region(pieces)]
    assert texts.index("送花") < texts.index("服役经历") < texts.index("教育经历")


def test_headings_above_a_time_line_are_no_column() -> None:
    pieces = [
        *_row(0, (271, "教育经历")),
        *_row(20, (55, "2018.09"), (160, "远山学院")),
        *_row(40, (160, "茶学 本科")),
        *_row(60, (271, "服役经历")),
        *_row(80, (55, "2020.09"), (160, "某部队")),
        *_row(100, (160, "炮手")),
        *_row(120, (271, "工作经历")),
    ]
    texts = [line.text for line in read_region(pieces)]
    assert texts[0] == "教育经历"
    assert texts[3] == "服役经历"
