"""Words that no rule foresaw are marked by the fitted model, and what rules read rightly stays as it was."""

from __future__ import annotations

import time

import pytest

from jobmatch.people.reading import fit_marking
from jobmatch.people.reading.entries import Entry
from jobmatch.people.reading.fields import ReadResume, read_resume
from jobmatch.people.reading.invented import marked_lines
from jobmatch.people.reading.marked import joined_papers
from jobmatch.people.reading.marking import DATES, MARKS, WEIGHTS, Mark, Marker, marker, tokens_of
from jobmatch.people.reading.papers import Paper
from jobmatch.people.reading.text import read_text
from jobmatch.people.reading.words import Span, plain, read_day, read_span
from ml.store import read_artefact

HEAD = "姓名：测试甲\n电话：19900000001\n"


def read(text: str) -> ReadResume:
    return read_resume(read_text((HEAD + text).encode()))


def test_the_weights_are_small_and_fit_the_marks() -> None:
    arrays = read_artefact(WEIGHTS)
    assert WEIGHTS.stat().st_size < 1_000_000
    assert arrays["weights"].shape == (len(arrays["facts"]), len(MARKS))
    assert arrays["follows"].shape == (len(MARKS), len(MARKS))


def test_schools_and_employers_are_read_from_what_people_tell() -> None:
    found = read(
        "97年12月当兵,在某部汽车团,05年12月退伍\n06年3月到13年8月在远山市第二公交公司开车\n"
        "94年9月到97年7月在远山三中念的高中\n2014年5月至2020年6月在远山县中医院骨伤科当护工。\n"
    )
    assert [one.value["school"] for one in found.education] == ["远山三中"]
    assert [one.value["employer"] for one in found.work] == ["远山市第二公交公司", "远山县中医院"]
    assert found.enlisted and found.enlisted.value == "1997-12"
    assert found.discharged and found.discharged.value == "2005-12"


def test_a_school_where_somebody_worked_is_an_employer() -> None:
    found = read("2002.4---2015.6      远山市酒厂       锅炉工\n2015.7---2024.12   远山市第三小学    门卫\n")
    assert [one.value["employer"] for one in found.work] == ["远山市酒厂", "远山市第三小学"]


def test_every_spell_of_service_is_listed_without_the_tasks_in_it() -> None:
    found = read(
        "部队经历\n1997.12-1999.12\t某部油料仓库\t战士\n1999.12-2013.12\t某部油料仓库\t保管员\n"
        "2005.3-2005.9 参加某部集训\n"
    )
    assert [(one.value["from"], one.value["to"]) for one in found.service] == [
        ("1997-12", "1999-12"),
        ("1999-12", "2013-12"),
    ]


@pytest.mark.parametrize(
    ("text", "begin", "until"),
    [("八二年九月到八五年七月", "1982-09", "1985-07"), ("自 2019 年起", "2019", ""), ("从2020年3月起", "2020-03", "")],
)
def test_dates_in_other_words_are_read(text: str, begin: str, until: str) -> None:
    found = read_span(plain(text))
    assert found is not None
    assert (found[0].begin, found[0].until) == (begin, until)


def test_a_short_year_in_numerals_is_of_the_century_that_is_near() -> None:
    assert read_day("〇五年三月") == "2005-03"
    assert read_day("九八年十二月") == "1998-12"


def test_certificates_that_neither_marks_nor_words_support_are_left_out() -> None:
    told = [
        Paper(words, code, 0, 1, True) for words, code in (("喜欢打游戏", ""), ("CASS", ""), ("低压电工证", "CE010"))
    ]
    mark = Mark("C", 3, 0, 5, "保安员证", 0.95)
    assert [one.words for one in joined_papers(told, [mark])] == ["低压电工证", "保安员证"]


def test_dates_and_numbers_are_one_token_each() -> None:
    words = [token.word for token in tokens_of("2019年3月至今 19900000001 保安")]
    assert words == ["<R>", "<P>", "保", "安"]


def test_an_invented_resume_is_the_same_at_every_run() -> None:
    assert marked_lines(7) == marked_lines(7)
    marks = {mark[1:] for number in range(40) for line in marked_lines(number) for mark in line.marks}
    assert {"N", "S", "E", "U", "T", "M", "C", *DATES} <= marks


def test_fitting_gives_weights_that_mark() -> None:
    marks = fit_marking.check(fit_marking.fit(range(60)), range(60, 66))
    assert {"S", "E", "de", "dw"} <= set(marks)


def test_a_long_text_is_marked_in_time() -> None:
    lines = read_text(("2019年3月至今在远山市第二公交公司当司机，有低压电工证。" * 40 + "\n").encode() * 100)
    started = time.perf_counter()
    found = marker().mark(lines, [""] * len(lines))
    assert time.perf_counter() - started < 5
    assert isinstance(marker(), Marker) and found


def test_entries_begin_without_a_place() -> None:
    assert Entry("work", 1).span == Span()
