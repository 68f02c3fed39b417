"""Résumés of many layouts become the same fields, each with the words it came from; nothing is invented."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from jobmatch.core.errors import Invalid
from jobmatch.core.uow import UnitOfWork
from jobmatch.core.uploads import Kind, check_upload
from jobmatch.people.reading.docx import read_docx
from jobmatch.people.reading.fields import ReadResume, read_resume
from jobmatch.people.reading.forces import BRANCHES, RANKS
from jobmatch.people.reading.lines import Line
from jobmatch.people.reading.pdf import read_pdf
from jobmatch.people.reading.text import KINDS, read_file, read_text
from jobmatch.people.reading.words import heading_kind, plain, read_span
from jobmatch.reference.models import Rank, ServiceBranch
from tests.people import resume_samples as samples


def lines_of(name: str) -> list[Line]:
    made = getattr(samples, name)
    if callable(made):
        return read_docx(made())
    if made.lstrip().startswith("#"):
        return read_pdf(samples.typst_pdf(made))
    return read_text(made.encode("gb18030"))


def work_of(read: ReadResume) -> list[tuple[str, str, str, str]]:
    return [tuple(one.value[key] for key in ("employer", "title", "from", "to")) for one in read.work]  # type: ignore[misc]


def schools_of(read: ReadResume) -> list[tuple[str, str, str, str, str]]:
    keys = ("school", "major", "level_code", "from", "to")
    return [tuple(one.value[key] for key in keys) for one in read.education]  # type: ignore[misc]


def codes_of(found: list[Any]) -> set[str]:
    return {one.value["code"] for one in found}


EXPECTED: dict[str, dict[str, Any]] = {
    "ONE_COLUMN": {
        "name": "苏明远",
        "phone": "19800001201",
        "birth": "1992-08",
        "education": [("江南职业技术学院", "物流管理", "31", "2015-09", "2018-06")],
        "work": [
            ("青禾供应链（杭州）有限公司", "仓储主管", "2021-03", ""),
            ("蓝湾商贸有限公司", "仓管员", "2018-07", "2021-02"),
        ],
        "certificates": {"CE014", "CE075"},
        "licences": {"C1"},
    },
    "SIDEBAR": {
        "name": "韩立秋",
        "phone": "19900001302",
        "education": [("眉山机电学校", "电气自动化", "41", "2009-09", "2012-06")],
        "service": ("2012-12", "2019-12"),
        "work": [
            ("川西机电安装工程有限公司", "电工", "2020-05", "2024-03"),
            ("锦城物业服务集团", "工程班长", "2024-04", ""),
        ],
        "certificates": {"CE009", "CE012"},
    },
    "FORM": {
        "name": "乔书恒",
        "phone": "19700001403",
        "birth": "1988-11",
        "education": [("白河县高级中学", "", "61", "", "")],
        "service": ("2006-12", "2014-12"),
        "work": [
            ("白河县顺和劳务派遣有限公司", "门卫", "2015-03", "2018-08"),
            ("远山保安服务有限公司白河分公司", "保安队长", "2018-09", "2022-12"),
            ("白河县人民医院", "消防控制室值班员", "2023-01", ""),
        ],
        "certificates": {"CE026", "CE020"},
    },
    "TIMELINE": {
        "name": "方知秋",
        "phone": "19600001504",
        "education": [("东湖中等专业学校", "汽车运用与维修", "41", "2008-09", "2011-07")],
        "service": ("2011-12", "2016-12"),
        "work": [
            ("宏远汽车修理厂", "汽修工", "2017-03", "2019-05"),
            ("东湖公共交通有限公司", "公交驾驶员", "2019-06", ""),
        ],
        "certificates": {"CE006"},
        "licences": {"A1"},
    },
    "UNRULED": {
        "name": "覃月明",
        "phone": "19100001605",
        "education": [
            ("南岭师范学院", "学前教育", "21", "2010-09", "2014-06"),
            ("南岭县第二中学", "", "61", "2007-09", "2010-06"),
        ],
        "work": [("南岭县机关幼儿园", "教师", "2014-08", "2019-07"), ("阳光早教中心", "教学主管", "2019-08", "")],
        "certificates": {"CE043", "CE045"},
    },
    "PLAIN": {
        "name": "樊思远",
        "phone": "19200001706",
        "birth": "1994-03",
        "education": [("北原理工大学", "土木工程", "21", "2012-09", "2016-06")],
        "service": ("2016-09", "2018-09"),
        "work": [
            ("北原市第三建筑工程有限公司", "施工员", "2018-11", "2021-04"),
            ("中原路桥集团", "安全员", "2021-05", ""),
        ],
        "certificates": {"CE065", "CE023"},
    },
    "LABELLED": {
        "name": "欧阳云起",
        "phone": "19300001807",
        "education": [("海川职业学院", "航海技术", "31", "", "2013-07")],
        "work": [("海川港务有限公司", "水手", "2013-08", "2017-06"), ("北部湾航运集团", "三副", "2017-07", "")],
        "certificates": {"CE056"},
    },
    "form_docx": {
        "name": "顾长风",
        "phone": "19400001908",
        "birth": "1985-02",
        "education": [("西岭广播电视大学", "行政管理", "31", "", "")],
        "service": ("2003-12", "2011-12"),
        "work": [
            ("西岭县水务局", "办事员", "2012-03", "2016-05"),
            ("西岭供水有限公司", "管网维修班长", "2016-06", ""),
        ],
        "certificates": {"CE009", "CE011"},
    },
    "boxes_docx": {
        "name": "陆春晓",
        "phone": "19500002009",
        "education": [("云上烹饪技工学校", "烹饪", "47", "2012-09", "2015-07")],
        "work": [("云上餐饮管理有限公司", "厨师长", "2019-04", "2022-10"), ("春和酒店", "行政总厨", "2022-11", "")],
        "certificates": {"CE036", "CE038"},
    },
    "layout_docx": {
        "name": "杜清源",
        "phone": "18100002110",
        "education": [("北辰县职业高中", "", "44", "2002-09", "2005-06")],
        "service": ("2005-12", "2010-12"),
        "work": [
            ("北辰物流有限公司", "长途货车司机", "2011-03", "2017-09"),
            ("安达快运有限责任公司", "车队队长", "2017-10", ""),
        ],
        "certificates": {"CE005"},
        "licences": {"A2"},
    },
}


@pytest.mark.parametrize("name", EXPECTED)
def test_each_layout_gives_its_fields(name: str) -> None:
    lines, wanted = lines_of(name), EXPECTED[name]
    read = read_resume(lines)
    assert read.name and read.name.value == wanted["name"]
    assert read.phone and read.phone.value == wanted["phone"]
    assert (read.birth.value if read.birth else None) == wanted.get("birth")
    assert schools_of(read) == wanted["education"]
    assert work_of(read) == wanted["work"]
    assert codes_of(read.certificates) == wanted["certificates"]
    assert codes_of(read.licences) == wanted.get("licences", set())
    told = (read.enlisted and read.enlisted.value, read.discharged and read.discharged.value)
    assert told == wanted.get("service", (None, None))


@pytest.mark.parametrize("name", ["FORM", "PLAIN", "boxes_docx"])
def test_every_field_stands_in_the_words_it_came_from(name: str) -> None:
    lines = lines_of(name)
    whole = "".join("".join(line.text.split()) for line in lines)
    for value in read_resume(lines).as_json().values():
        for one in value if isinstance(value, list) else [value] if value else []:
            assert one["source"]
            assert 1 <= one["line"] <= len(lines)
            if "employer" in one["value"]:
                assert "".join(one["value"]["employer"].split()) in whole


def test_two_pages_are_read_in_the_child_in_time() -> None:
    content = samples.typst_pdf(samples.ONE_COLUMN + "\n#pagebreak()\n" + samples.TIMELINE)
    kind = check_upload("简历.pdf", content, KINDS)
    begun = time.perf_counter()
    found = read_file(content, kind)
    assert len(found["work"]) == 4
    assert time.perf_counter() - begun < 10, "one and a half seconds on a machine that does nothing else"


@pytest.mark.timeout(300)
def test_a_scan_is_read_by_the_recognizer() -> None:
    pytest.importorskip("rapidocr", reason="the extra that reads pictures is not installed")
    content = samples.scan_of(samples.typst_pdf(samples.UNRULED))
    found = read_file(content, check_upload("扫描.pdf", content, KINDS))
    assert found["name"]["value"] == "覃月明"
    assert [one["value"]["employer"] for one in found["work"]] == ["南岭县机关幼儿园", "阳光早教中心"]


def test_an_empty_scan_gives_words_and_no_person() -> None:
    pytest.importorskip("rapidocr", reason="the extra that reads pictures is not installed")
    content = samples.scan_of(samples.typst_pdf("#rect(width: 4cm)"))
    with pytest.raises(Invalid, match="没有读到文字"):
        read_file(content, Kind.PDF)


def test_without_the_recognizer_a_scan_is_refused_with_a_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobmatch.people.reading.text.has_recognizer", lambda: False)
    with pytest.raises(Invalid, match="docx 或 PDF"):
        read_file(samples.scan_of(samples.typst_pdf("字")), Kind.PDF)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t\n",
        "　　\n。。。\n",
        "关于召开年度会议的通知\n各科室：定于下周三召开会议，请准时参加。\n办公室",
        "春天来了，花都开了。我们一起去公园散步吧。",
        "a" * 5000,
        "1 2 3 4 5 6 7 8 9 10 11 12",
        "送货单\n客户：测试丁  电话：19900000011\n品名  数量  单价\n挂历  10  5.9\n日期：2026年2月3日",
        "春季促销\n活动时间：2026.03.01-2026.03.15  服务电话：19900000012\n毛巾  12.80  条",
        "会员登记表\n姓名：测试戊\n电话：19900000013\n地址：东河县中山路",
        "招聘会通知\n定于2026年3月1日至2026年3月3日举办。联系人：测试己 19900000014",
    ],
)
def test_what_is_no_resume_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        read_resume(read_text(text.encode()))


def test_secrets_are_named_and_hidden_and_identity_numbers_never_leave() -> None:
    text = (
        "姓名：测试甲  电话：19900000001\n身份证号：11010519491231002X\n服役经历\n"
        "2010年12月-2015年12月  96521部队  驾驶员\n驻地某市，负责东风-21运输"
    )
    found = read_resume(read_text(text.encode())).as_json()
    shown = json.dumps(found, ensure_ascii=False)
    assert "96521" not in shown
    assert "11010519491231002X" not in shown
    assert found["posts_held"]["secrets"][0] == "unit"


def test_relatives_and_witnesses_are_nobody_here() -> None:
    text = (
        "姓名：测试乙\n电话：19900000002\n家庭成员\n王大山  父亲  2001.01-2010.01  远山煤矿  矿工  19900000009\n"
        "工作经历\n2018.01-2019.01  近水商店  店员  证明人：李四 19900000008\n"
    )
    read = read_resume(read_text(text.encode()))
    assert read.phone and read.phone.value == "19900000002"
    assert work_of(read) == [("近水商店", "店员", "2018-01", "2019-01")]


def test_what_is_not_said_stays_empty() -> None:
    read = read_resume(read_text("姓名：测试丙\n电话：19900000003\n年龄：30\n".encode()))
    assert read.birth is None
    assert read.education == read.work == read.certificates == []
    assert read.education_level is None
    assert read.enlisted is None


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("2018.09-2020.06", ("2018-09", "2020-06")),
        ("2018年9月—至今", ("2018-09", "")),
        ("２０１８/９～２０２０/６", ("2018-09", "2020-06")),
        ("2018-09-01至2020-06-30", ("2018-09", "2020-06")),
        ("2018-09-2020-06", ("2018-09", "2020-06")),
        ("201809-202006", ("2018-09", "2020-06")),
        ("2018年3月-12月", ("2018-03", "2018-12")),
        ("2010年--2013年", ("2010", "2013")),
        ("二〇一八年九月至二〇二〇年六月", ("2018-09", "2020-06")),
        ("2018.9 – 现在", ("2018-09", "")),
        ("09/2018 – 06/2020", ("2018-09", "2020-06")),
        ("9/2018-Present", ("2018-09", "")),
        ("Sep 2018 - June 2020", ("2018-09", "2020-06")),
        ("September, 2018 to Now", ("2018-09", "")),
        ("18年9月-20年6月", ("2018-09", "2020-06")),
        ("98年12月至03年12月", ("1998-12", "2003-12")),
        ("2018年9月起至2020年6月", ("2018-09", "2020-06")),
    ],
)
def test_dates_as_people_write_them(text: str, span: tuple[str, str]) -> None:
    found = read_span(plain(text))
    assert found is not None
    assert (found[0].begin, found[0].until) == span
    assert read_span("2020.06-2018.09") is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("二、工作经历", "work"),
        ("◆ 教 育 背 景 EDUCATION", "education"),
        ("軍旅生涯", "service"),
        ("自我评价：", "about"),
        ("家庭主要成员", "family"),
        ("WORK EXPERIENCE", "work"),
        ("Military Service", "service"),
        ("职业资格与证书", "certificates"),
        ("校园活动", "project"),
        ("三、学习", "education"),
        ("Java", ""),
        ("工作经历 3 年", ""),
        ("保安员", ""),
    ],
)
def test_headings_in_many_spellings(text: str, kind: str) -> None:
    assert heading_kind(text) == kind


def test_a_wholly_traditional_text_is_read_and_a_single_letter_of_a_name_stays() -> None:
    text = "姓名：張偉強　　電話：19900000004\n工作經歷\n2016年7月至2019年8月　廣遠電子有限公司　測試員\n學歷：大學本科"
    read = read_resume(read_text(text.encode()))
    assert read.name and read.name.value == "张伟强"
    assert work_of(read) == [("广远电子有限公司", "测试员", "2016-07", "2019-08")]
    single = read_resume(read_text("姓名：王喆昇\n电话：19900000005\n自我评价\n认真负责，能吃苦。".encode()))
    assert single.name and single.name.value == "王喆昇"


def test_the_codes_of_the_forces_exist(uow: UnitOfWork) -> None:
    assert {code for _words, code in BRANCHES} <= set(uow.session.scalars(select(ServiceBranch.code)))
    assert {code for _words, code in RANKS} <= set(uow.session.scalars(select(Rank.code)))


def _deep() -> bytes:
    return samples.docx("<w:sdt><w:sdtContent>" * 300 + samples.para("姓名：测试") + "</w:sdtContent></w:sdt>" * 300)


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (_deep, Kind.DOCX),
        (lambda: b"PK\x03\x04" + bytes(100), Kind.DOCX),
        (lambda: b"%PDF-1.4\n" + bytes(range(256)) * 20 + b"%%EOF", Kind.PDF),
        (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), Kind.DOC),
        (lambda: ("（" * 50_000 + "公司" * 20_000).encode(), Kind.TXT),
    ],
)
def test_damaged_and_hostile_files_end_in_words(make: Callable[[], bytes], kind: Kind) -> None:
    with pytest.raises(Invalid):
        read_file(make(), kind)


def test_a_text_of_dates_alone_is_refused_in_time() -> None:
    begun = time.perf_counter()
    with pytest.raises(Invalid, match="不像简历"):
        read_file(("2018.09-" * 20_000).encode(), Kind.TXT)
    assert time.perf_counter() - begun < 20


def test_the_command_prints_fields_or_ends_with_three(tmp_path: Any) -> None:
    from jobmatch.cli.main import cli

    good, bad = tmp_path / "好.txt", tmp_path / "空.txt"
    good.write_text(samples.LABELLED, encoding="gb18030")
    bad.write_text(" \n", encoding="utf-8")
    done = CliRunner().invoke(cli, ["resume", "read", str(good), "--json"])
    assert done.exit_code == 0
    assert json.loads(done.stdout)["name"]["value"] == "欧阳云起"
    refused = CliRunner().invoke(cli, ["resume", "read", str(bad), "--json"])
    assert refused.exit_code == 3
    assert list(json.loads(refused.stdout)) == ["refused"]
