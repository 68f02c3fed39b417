"""Reading answers as offices write them, and what they mean beside the register."""

from __future__ import annotations

from datetime import date

import pytest

from jobmatch.casework.crosscheck.comparing import Answer, Known, compare, id_head, read_rows
from jobmatch.casework.crosscheck.states import TOPICS, Topic, Verdict
from jobmatch.demo.people import synthetic_id_number
from jobmatch.people.states import InsuranceState

TODAY = date(2026, 11, 22)
ID = "11010519491231002X"
OTHER = synthetic_id_number(date(1990, 1, 1), 1, "male")


def answer(found: bool = True, **values: object) -> Answer:
    return Answer(2, ID, found, **values)  # type: ignore[arg-type]


WORKS = Known("E1", True, "安禾县测试物流有限公司")


@pytest.mark.parametrize(
    ("topic", "given", "known", "verdict", "status"),
    [
        (Topic.INSURED, answer(name="测试物流"), WORKS, Verdict.AGREES, "E1"),
        (Topic.INSURED, answer(name="安禾县测试物流（有限公司）"), WORKS, Verdict.AGREES, "E1"),
        (Topic.INSURED, answer(name="别的厂"), WORKS, Verdict.CONTRADICTS, "E1"),
        (Topic.INSURED, answer(name="别的厂"), Known(), Verdict.NEW, "E1"),
        (Topic.INSURED, answer(name="别的厂"), Known("L1"), Verdict.NEW, "E1"),
        (Topic.INSURED, answer(False), WORKS, Verdict.NOT_FOUND, ""),
        (Topic.INSURED, answer(False), Known("E1", True, "厂", InsuranceState.YES), Verdict.CONTRADICTS, ""),
        (Topic.UNEMPLOYED, answer(), Known("L1"), Verdict.AGREES, "L1"),
        (Topic.UNEMPLOYED, answer(), WORKS, Verdict.CONTRADICTS, "L1"),
        (Topic.UNEMPLOYED, answer(False), Known("L1"), Verdict.CONTRADICTS, ""),
        (Topic.UNEMPLOYED, answer(), Known("X1"), Verdict.NEW, "L1"),
        (Topic.BUSINESS, answer(kind="个体工商户"), Known("J", True), Verdict.AGREES, "J"),
        (Topic.BUSINESS, answer(kind="农民专业合作社"), Known(), Verdict.NEW, "K"),
        (Topic.BUSINESS, answer(kind="有限责任公司"), Known("J", True), Verdict.CONTRADICTS, "I"),
        (Topic.BUSINESS, answer(False), Known("J", True), Verdict.CONTRADICTS, ""),
        (Topic.SCHOOL, answer(kind="复学"), Known("B"), Verdict.AGREES, "B"),
        (Topic.SCHOOL, answer(kind="专升本"), Known(), Verdict.NEW, "C"),
        (Topic.HARDSHIP, answer(), WORKS, Verdict.NEW, ""),
        (Topic.HARDSHIP, answer(False), WORKS, Verdict.NOT_FOUND, ""),
    ],
)
def test_an_answer_beside_the_register(
    topic: Topic, given: Answer, known: Known, verdict: Verdict, status: str
) -> None:
    assert compare(topic, given, known) == (verdict, status)


def insured(**values: str) -> dict[str, str]:
    return {"序号": "1", "姓名": "测试甲", "身份证号": ID, "是否参保": "", "参保单位": "", "参保起始日期": "", **values}


@pytest.mark.parametrize("day", ["2026-01-05", "2026/1/5", "2026年1月5日", "20260105", "2026.01.05", "２０２６-01-05"])
def test_days_as_offices_write_them(day: str) -> None:
    [read], faults, _empty = read_rows(Topic.INSURED, "身份证号", [insured(参保起始日期=day)], TODAY)
    assert (read.since_on, read.is_found, faults) == (date(2026, 1, 5), True, [])


def test_a_month_is_its_first_day() -> None:
    [read], _faults, _empty = read_rows(Topic.INSURED, "身份证号", [insured(参保起始日期="202603")], TODAY)
    assert read.since_on == date(2026, 3, 1)


@pytest.mark.parametrize(
    ("values", "column"),
    [
        ({"身份证号": "110105194912310021"}, "身份证号"),
        ({"身份证号": ""}, "身份证号"),
        ({"是否参保": "也许"}, "是否参保"),
        ({"是否参保": "是", "参保起始日期": "2026-13-40"}, "参保起始日期"),
        ({"是否参保": "是", "参保起始日期": "去年"}, "参保起始日期"),
        ({"是否参保": "是", "参保起始日期": "2030-01-01"}, "参保起始日期"),
    ],
)
def test_a_bad_row_is_left_out_with_its_column_and_reason(values: dict[str, str], column: str) -> None:
    good = insured(身份证号=OTHER, 是否参保="否")
    answers, faults, _empty = read_rows(Topic.INSURED, "身份证号", [insured(**values), good], TODAY)
    assert [(fault.row, fault.column) for fault in faults] == [(2, column)]
    assert all(fault.reason for fault in faults)
    assert [read.row for read in answers] == [3]


def test_empty_and_doubled_rows_are_told_apart() -> None:
    rows = [insured(), {}, insured(是否参保="是", 身份证号=" 110105 19491231 002x "), insured(是否参保="否")]
    answers, faults, empty = read_rows(Topic.INSURED, "身份证号", rows, TODAY)
    assert (len(answers), empty, [fault.row for fault in faults]) == (1, 1, [5])
    assert answers[0].id_number == ID


def test_the_column_of_numbers_has_many_names() -> None:
    assert id_head(["姓名", "公民身份号码"]) == "公民身份号码"
    assert id_head(["姓名", "电话"]) == ""


def test_every_topic_asks_for_what_it_compares() -> None:
    assert set(TOPICS) == set(Topic)
    assert all(len(facts.heads) == len(set(facts.heads)) >= 2 for facts in TOPICS.values())
