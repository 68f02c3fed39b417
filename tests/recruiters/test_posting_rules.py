"""The shipped legal check against words people write, both ways, and the machinery under it."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobmatch.reference.models import PostingRule
from jobmatch.reference.patterns import compile_rule
from jobmatch.reference.queries import RuleLine
from jobmatch.reference.shipped import shipped_rows
from jobmatch.reference.states import Severity
from recruiters.postings import checks
from recruiters.postings.checks import check_text, has_block, plain_text
from recruiters.postings.values import years_in
from tests.recruiters.rule_examples import FOUND, HARMLESS

RULES = [
    RuleLine(
        row["code"],
        row["name_zh"],
        compile_rule(row["pattern"]),
        Severity(row["severity"]),
        row["message_zh"],
        row["basis"],
    )
    for row in shipped_rows(PostingRule)
]
AROUND = ("{}", "岗位要求：{}。", "包住\n{}，有意者联系", "1、{}；2、能吃苦")


def _codes(text: str, title: str = "") -> set[str]:
    return {finding.rule for finding in check_text(RULES, title=title, text=text)}


@pytest.mark.parametrize("code", sorted(FOUND))
def test_what_a_rule_is_for_is_found(code: str) -> None:
    missed = [form for text in FOUND[code] for form in AROUND if code not in _codes(form.format(text))]
    assert missed == []


def test_harmless_words_pass_the_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "suspect_clauses", lambda _text: [])
    flagged = {form.format(text): _codes(form.format(text)) for text in HARMLESS for form in AROUND}
    assert {text: codes for text, codes in flagged.items() if codes} == {}


def test_the_reader_never_blocks_and_seldom_warns_of_harmless_words() -> None:
    found = {text: check_text(RULES, title="", text=text) for text in HARMLESS}
    assert not any(has_block(findings) for findings in found.values())
    assert sum(map(bool, found.values())) <= 0.06 * len(HARMLESS)


def _judged(name: str, *, even: bool) -> list[tuple[str, list[checks.Finding]]]:
    """Verdict and findings of every second sentence of a file; the first one is number 1."""
    with (Path(__file__).parent / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))[1 if even else 0 :: 2]
    return [(row.get("verdict") or row["kind"], check_text(RULES, title="", text=row["text"])) for row in rows]


@pytest.mark.parametrize(
    ("name", "even", "caught", "wrong", "warned"),
    [
        ("unseen_sentences.csv", True, 0.94, 0.01, 0.14),
        ("unseen_sentences.csv", False, 0.99, 0.0, 0.05),
        ("third_sentences.csv", True, 0.965, 0.03, 0.30),
        ("third_sentences.csv", False, 0.985, 0.0, 0.06),
    ],
    ids=["second, never read", "second, fitted on", "third, never read", "third, fitted on"],
)
def test_sentences_of_other_hands_are_judged_as_well_as_documented(
    name: str, even: bool, caught: float, wrong: float, warned: float
) -> None:
    found = _judged(name, even=even)
    unlawful = [findings for verdict, findings in found if verdict == "unlawful"]
    lawful = [findings for verdict, findings in found if verdict == "lawful"]
    assert sum(map(bool, unlawful)) >= caught * len(unlawful)
    assert sum(map(has_block, lawful)) <= wrong * len(lawful)
    assert sum(map(bool, lawful)) <= warned * len(lawful)


def test_what_the_reader_takes_for_lawful_only_warns(monkeypatch: pytest.MonkeyPatch) -> None:
    (finding,) = check_text(RULES, title="", text="公园轮椅押金办理，前台")
    assert (finding.rule, finding.severity) == ("R08", Severity.WARN)
    assert "请人工看" in finding.message
    own = [replace(rule, code="PR001") for rule in RULES if rule.code == "R08"]
    assert has_block(check_text(own, title="", text="公园轮椅押金办理，前台"))


def test_a_suspicion_only_warns_and_quotes_its_clause_with_the_law() -> None:
    text = "包吃住。残障朋友请往别处问问，我们节奏快。月休四天"
    (finding,) = check_text([rule for rule in RULES if rule.code != "R13"], title="", text=text)
    assert (finding.rule, finding.severity) == ("R05", Severity.WARN)
    assert text[finding.start : finding.start + len(finding.text)] == finding.text
    assert "残障朋友" in finding.text
    assert "月休" not in finding.text
    assert finding.basis and "请人工看" in finding.message


def test_a_subject_whose_rule_is_switched_off_is_not_suspected() -> None:
    text = "残障朋友请往别处问问，我们节奏快"
    assert check_text([rule for rule in RULES if rule.code != "R05"], title="", text=text) == []


def test_every_rule_has_examples_and_its_own_example_is_found() -> None:
    assert set(FOUND) == {rule.code for rule in RULES}
    for row in shipped_rows(PostingRule):
        assert row["code"] in _codes(row["example"]), row["example"]


def test_all_places_are_found_in_title_and_text_with_their_exact_words() -> None:
    text = "工作内容：送货。\n要求：限男性，35 岁以下；交押 金 200 元，交保证金 300 元。"
    found = check_text(RULES, title="送货员（男）", text=text)
    assert [(f.rule, f.field) for f in found] == [
        ("R01", "title"),
        ("R01", "text"),
        ("R11", "text"),
        ("R08", "text"),
        ("R08", "text"),
    ]
    for finding in found:
        source = "送货员（男）" if finding.field == "title" else text
        assert source[finding.start : finding.start + len(finding.text)] == finding.text
    assert found[3].text == "押 金"
    assert has_block(found)
    assert all(f.message and f.basis for f in found)


def test_a_harmless_phrase_does_not_hide_what_follows() -> None:
    assert _codes("男女不限，女士优先") == {"R01"}
    assert _codes("不收报名费，但要交押金") == {"R08"}


def test_full_width_invisible_and_traditional_writing_make_no_difference() -> None:
    for text in ("ｆｅｍａｌｅ　ｏｎｌｙ", "限\u200b男\u200d性", "女性優先", "限·男", "押\u3000金"):
        assert _codes(text), text


@given(st.text(max_size=200))
def test_every_plain_character_knows_its_place(text: str) -> None:
    folded, places = plain_text(text)
    assert len(folded) == len(places)
    assert list(places) == sorted(places)
    assert all(0 <= place < len(text) for place in places)


@given(st.lists(st.sampled_from([*"限男女性优先不招押金 12岁，。\n*", "加V", "乙肝"]), max_size=60))
def test_a_finding_always_quotes_the_text(parts: list[str]) -> None:
    text = "".join(parts)
    for finding in check_text(RULES, title=text, text=text):
        assert finding.text
        assert text[finding.start : finding.start + len(finding.text)] == finding.text


def test_long_hostile_texts_do_not_hang() -> None:
    for part in ("限男", "男女", "18岁以上、", "不收押金", "要求", "微信", "v", "，", " ", "第一", "1990年1月", "不招"):
        check_text(RULES, title="", text=part * (8_000 // len(part)))


@pytest.mark.parametrize(
    ("text", "years"),
    [("", None), (" 3 ", 3.0), ("３年", 3.0), ("0.5", 0.5), ("半年", 0.5), ("6 个月", 0.5), ("18个月", 1.5)],
)
def test_years_are_read_as_people_write_them(text: str, years: float | None) -> None:
    assert years_in(text) == years


@pytest.mark.parametrize("text", ["三年", "-1", "nan", "1000", "年"])
def test_what_is_no_number_of_years_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        years_in(text)
