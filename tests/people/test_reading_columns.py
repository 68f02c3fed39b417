"""Dates in a column of their own, headings in narrow columns and tables of bars belong where a reader sees them."""

from __future__ import annotations

import pytest

from jobmatch.people.reading.fields import ReadResume, read_resume
from jobmatch.people.reading.lines import Line, Piece, join_letters, read_region
from jobmatch.people.reading.schooling import level_of_school
from jobmatch.people.reading.text import read_text
from jobmatch.people.reading.words import heading_kind, plain, read_span

HEAD = "姓名：测试甲\n电话：19900000001\n"


def row(y: float, *cells: tuple[float, str]) -> list[Piece]:
    return [Piece(text, x, y, x + 10 * len(text), y + 10) for x, text in cells]


def read(*rows: list[Piece]) -> ReadResume:
    lines: list[Line] = [*read_text(HEAD.encode()), *read_region([piece for one in rows for piece in one])]
    return read_resume(lines)


def work_of(found: ReadResume) -> list[tuple[str, str, str]]:
    return [tuple(one.value[key] for key in ("employer", "from", "to")) for one in found.work]  # type: ignore[misc]


WORK = [("远山茶厂", "2013-05", "2018-10"), ("清泉花店", "2019-01", "2021-02")]


def test_spans_that_break_over_lines_of_a_narrow_column_are_one() -> None:
    found = read(
        row(0, (10, "工作经历")),
        row(20, (10, "2013年5月"), (120, "远山茶厂")),
        row(40, (10, "—"), (120, "采茶工")),
        row(60, (10, "2018年10月"), (120, "带徒弟两名")),
        row(90, (10, "2019年1月"), (120, "清泉花店")),
        row(110, (10, "2021年2月"), (120, "店员")),
    )
    assert work_of(found) == WORK


def test_dates_beside_the_middle_of_their_blocks_go_with_the_first_lines() -> None:
    found = read(
        row(0, (10, "工作经历")),
        row(20, (160, "远山茶厂")),
        row(35, (10, "2013.05-2018.10")),
        row(40, (160, "采茶工")),
        row(60, (160, "带徒弟两名。")),
        row(100, (160, "清泉花店")),
        row(120, (10, "2019.01-2021.02"), (160, "店员")),
        row(140, (160, "扎花、送花。")),
    )
    assert work_of(found) == WORK


def test_duties_beside_a_date_below_the_employer_are_no_employer() -> None:
    found = read(
        row(0, (10, "工作经历")),
        row(20, (10, "远山茶厂"), (220, "采茶工")),
        row(40, (10, "2013.05-2018.10"), (220, "负责食堂和仓库的卫生。")),
        row(70, (10, "清泉花店"), (220, "店员")),
        row(90, (10, "2019.01-2021.02")),
    )
    assert work_of(found) == WORK


def test_a_heading_that_breaks_beside_its_text_is_one() -> None:
    found = read(
        row(0, (10, "工作经历与"), (120, "远山茶厂"), (300, "2013.05-2018.10")),
        row(20, (10, "职责"), (120, "采茶工")),
        row(40, (120, "清泉花店"), (300, "2019.01-2021.02")),
    )
    assert work_of(found) == WORK


def test_a_dash_that_is_drawn_after_the_words_around_it_stands_between_them() -> None:
    letters = [Piece(letter, x * 10, 0, x * 10 + 10, 10) for x, letter in [(0, "月"), (2, "今"), (1, "—")]]
    assert [run.text for run in join_letters(letters)] == ["月—今"]


def test_a_table_of_bars_in_plain_text_has_cells_and_wrapped_ends() -> None:
    lines = read_text(
        "|姓  名    |测试甲        |\n|工作单位  |清泉县云帆网络|\n|          |有限公司      |\n"
        "|证书      |健康证        |\n|          |塔吊证        |\n".encode()
    )
    assert [line.text for line in lines] == [
        "姓 名\t测试甲",
        "工作单位\t清泉县云帆网络有限公司",
        "证书\t健康证",
        "塔吊证",
    ]
    assert len({line.table for line in lines}) == 1


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("工作经历与职责", "work"),
        ("Work Experience 工作经历", "work"),
        ("学历教育经历", "education"),
        ("个人证书", "certificates"),
        ("特种作业证书", "certificates"),
        ("学历/学位", ""),
        ("技能", "skills"),
    ],
)
def test_headings_are_put_together_from_their_words(text: str, kind: str) -> None:
    assert heading_kind(text) == kind


def test_how_long_something_lasted_is_part_of_its_span() -> None:
    text = plain("2018.03-2020.05（2年3个月）某某")
    span = read_span(text)
    assert span is not None and text[span[2] :] == "某某"


@pytest.mark.parametrize(
    ("name", "code"), [("远山职业技术学院", "31"), ("清泉县高级中学", "61"), ("远山技师学院", "47"), ("清泉大学", "")]
)
def test_schools_of_one_level_tell_it(name: str, code: str) -> None:
    assert level_of_school(name) == code
