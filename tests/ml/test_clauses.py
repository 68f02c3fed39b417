"""The reader of clauses: what it cuts, what it reads, and that its weights belong to its words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.clauses import LONGEST, SUBJECTS, plain_clause, reader, suspect_clauses, windows
from ml.fit_clauses import examples, read_lines, sentences


@given(st.text(alphabet="招聘男女，。；\n 12、3abc残疾人勿扰", max_size=300))
def test_windows_stay_inside_the_text_and_are_short(text: str) -> None:
    for start, end in windows(text):
        assert 0 <= start <= end <= len(text)
        assert end - start <= 2 * LONGEST


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    for one in suspect_clauses(text):
        assert one.subject in SUBJECTS
        assert 0 <= one.start < one.end <= len(text)


def test_headings_numbers_and_foreign_words_do_not_count() -> None:
    assert plain_clause("1、岗位要求：熟悉 Python 开发，9:00 上班") == "熟悉 开发，时 上班"
    assert plain_clause("原12345部队") == "原55555部队"


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("宝妈勿投，我们加班多", "婚育"),
        ("毕业证放公司，干满一年退", "扣证"),
        ("入职先交保密费三百", "收费押金"),
        ("nan生优先", "性别"),
    ],
)
def test_words_around_the_law_are_suspected(text: str, subject: str) -> None:
    assert [one.subject for one in suspect_clauses(f"包吃住。{text}。双休")] == [subject]


@pytest.mark.parametrize("text", ["负责设备维护保养", "五险一金，双休", "本科及以上学历，三年以上经验", "母婴店导购"])
def test_plain_clauses_are_left_alone(text: str) -> None:
    assert suspect_clauses(text) == []


def test_the_source_makes_the_same_sentences_at_every_run_for_all_subjects() -> None:
    lines = list(read_lines())
    assert {(subject, unlawful) for subject, unlawful, _ in lines} >= {(s, u) for s in SUBJECTS for u in (True, False)}
    assert all(sentences(line) == sentences(line) for _, _, line in lines[:50])
    assert not any(mark in text for _, _, line in lines for text in sentences(line, 2) for mark in "<>|")


def test_the_shipped_weights_are_those_of_the_source() -> None:
    assert reader().weights.shape == (len(reader().places), len(SUBJECTS) + 2)
    own = [one for one in examples() if one.subject]
    assert sum(one.is_unlawful for one in own) >= 1_500
    assert sum(not one.is_unlawful for one in own) >= 1_500
    hits = [bool(suspect_clauses(one.text)) == one.is_unlawful for one in own[::7]]
    assert sum(hits) >= 0.95 * len(hits)
