"""Ages in the words of postings: hoped for, lawful, welcomed, relaxed for veterans; and never a silent exclusion."""

from __future__ import annotations

from typing import Any

import pytest

from jobmatch.core.errors import Invalid
from jobmatch.core.uow import UnitOfWork
from recruiters.postings.ages import age_facts, ages_in
from recruiters.postings.cards import posting_tags
from recruiters.postings.models import Posting
from recruiters.postings.services import writing
from recruiters.postings.services.importing import ImportedRow, read_draft
from tests.conftest import acting
from tests.factories import actor_of_employer, make_employer, make_posting

HOPED = [
    ("招保安，年龄18-45岁", 18, 45),
    ("要求：18至50周岁，身体健康", 18, 50),
    ("18周岁以上、35周岁以下", 18, 35),
    ("年满18周岁，35周岁（含）以下", 18, 35),
    ("年龄：20—40", 20, 40),
    ("４５岁以下", None, 45),
    ("年龄不超过 50 周岁", None, 50),
    ("45周岁及以下", None, 45),
    ("25岁以上", 25, None),
    ("持《健康证》，18-45岁", 18, 45),
]


def _values(text: str) -> dict[str, Any]:
    return {name: value for name, (value, _words) in ages_in(text).items()}


@pytest.mark.parametrize(("text", "low", "high"), HOPED)
def test_an_age_without_a_law_is_a_hope(text: str, low: int | None, high: int | None) -> None:
    expected = {"hoped_min_age": low, "hoped_max_age": high}
    assert _values(text) == {name: value for name, value in expected.items() if value}


@pytest.mark.parametrize(
    "text",
    [
        "年龄不限",
        "照顾 65 岁以上老人",
        "带 3 岁以下幼儿",
        "驾龄 20 年以上",
        "工资 4500-6000 元",
        "1990 年后出生",
        "退役军人可放宽至 40 周岁",
        "",
    ],
)
def test_other_numbers_are_no_age_limit(text: str) -> None:
    assert _values(text) == {}


def test_a_law_named_in_the_same_sentence_makes_it_lawful() -> None:
    text = "保安员，年满18周岁（《保安服务管理条例》第十六条）。优先录用退役军人。"
    assert _values(text) == {"min_age": 18, "age_basis": "《保安服务管理条例》第十六条"}
    assert _values("18-40岁。遵守《劳动法》。") == {"hoped_min_age": 18, "hoped_max_age": 40}


def test_words_are_quoted_as_they_stand() -> None:
    assert ages_in("身体好，年龄　１８～４５　周岁。")["hoped_max_age"] == (45, "年龄　１８～４５　周岁")


def test_who_welcomes_older_people_says_so() -> None:
    assert _values("保洁员，50岁以上也要") == {"welcomes_over": 50}
    assert _values("45 周岁以上均可") == {"welcomes_over": 45}


def test_relaxed_limits_keep_the_limit_itself(uow: UnitOfWork) -> None:
    posting = make_posting(uow, hoped_min_age=18, hoped_max_age=35, requirement_text="18-35岁，退役军人可放宽至40岁")
    assert _values(posting.requirement_text) == {"hoped_min_age": 18, "hoped_max_age": 35}
    assert list(age_facts(posting)) == [
        ("年龄", "单位希望 18–35 岁，先打电话问，退役军人可放宽"),
        ("年龄的原文", "“18-35岁”"),
    ]
    other = make_posting(uow, hoped_max_age=35, is_veterans_first=True)
    assert list(age_facts(other)) == [("年龄", "单位希望 35 岁以下，先打电话问")]


def test_a_card_says_what_is_hoped_and_who_is_welcome(uow: UnitOfWork) -> None:
    posting = make_posting(uow, hoped_min_age=18, hoped_max_age=45, welcomes_over=50)
    words = [text for text, _tone in posting_tags(posting)]
    assert "单位希望 18–45 岁，先打电话问" in words
    assert "50 岁以上也要" in words


def test_a_pasted_advertisement_keeps_the_hope_and_its_words(uow: UnitOfWork) -> None:
    employer = make_employer(uow)
    theirs = acting(uow, actor_of_employer(uow, employer))
    posting = writing.begin_posting(theirs, employer, title="保安", advertisement="招保安 3 名，18-50岁，包吃住")
    assert (posting.hoped_min_age, posting.hoped_max_age, posting.max_age) == (18, 50, None)


def test_an_imported_posting_keeps_the_hope(uow: UnitOfWork) -> None:
    values = {"title": "保安", "requirement_text": "年龄：18-35周岁", "vacancy_count": 1}
    posting = read_draft(uow, 1, ImportedRow("1", values, {"n": "1"})).posting
    assert (posting.hoped_min_age, posting.hoped_max_age, posting.min_age, posting.max_age) == (18, 35, None, None)


def test_hoped_ages_are_checked_like_others(uow: UnitOfWork) -> None:
    employer = make_employer(uow)
    values = {"title": "保安", "hoped_min_age": 50, "hoped_max_age": 40, "welcomes_over": 45}
    with pytest.raises(Invalid) as refused:
        writing.create_posting(acting(uow, actor_of_employer(uow, employer)), employer, values=values)
    assert set(refused.value.fields) == {"hoped_max_age"}


def test_copying_keeps_all_of_it(uow: UnitOfWork) -> None:
    employer = make_employer(uow)
    posting: Posting = make_posting(uow, employer, hoped_max_age=45, welcomes_over=50)
    copy = writing.copy_posting(acting(uow, actor_of_employer(uow, employer)), posting)
    assert (copy.hoped_max_age, copy.welcomes_over) == (45, 50)
