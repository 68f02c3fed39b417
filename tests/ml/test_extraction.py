"""Reading skills, papers and conditions: what a text says, with its place, and never more."""

import re
import time

import pytest
from extraction_examples import EXAMPLES
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from ml.extraction_forms import forms
from ml.extraction_fuzzy import misspelt
from ml.reference import (
    Condition,
    certificates,
    extract_requirements,
    extract_skills,
    licence_covers,
    normalise,
    read_requirements,
    skills,
)
from ml.words import plain_letters

SOFT = {row.code for row in skills() if row.is_soft}
ITEM = re.compile(r"([A-Z]{2}\d+|[A-Z]\d|JUN)([!?~-]?)(?:=(\d))?")


def _short(one: Condition) -> str:
    mark = "!" if one.must else "?"
    if one.kind == "education":
        return f"E{one.level}{mark}"
    if one.kind == "years":
        return f"Y{one.years:g}{mark}"
    return f"A{one.low_age or ''}-{one.high_age or ''}"


@pytest.mark.parametrize(("text", "wanted"), EXAMPLES, ids=[text[:16] for text, _ in EXAMPLES])
def test_sentences_are_read_as_written_down_beforehand(text: str, wanted: str) -> None:
    words = wanted.split()
    conditions = {word for word in words if re.fullmatch(r"E\d[!?]|Y[\d.]+[!?]|A\d*-\d*", word)}
    assert {_short(c) for c in extract_requirements(text) if c.kind in ("education", "years", "age")} == conditions
    found = {one.code: one for one in reversed(extract_skills(text)) if one.code not in SOFT}
    items = [ITEM.fullmatch(word) for word in words if word not in conditions]
    assert set(found) == {item[1] for item in items if item}
    for item in items:
        assert item
        one, mark, level = found[item[1]], item[2], item[3]
        assert one.negated == (mark == "-")
        if mark in ("!", "?", "~"):
            assert one.must is {"!": True, "?": False, "~": None}[mark]
        if level:
            assert one.level == int(level)


def test_there_are_enough_sentences() -> None:
    assert len(EXAMPLES) >= 120
    assert len({text for text, _ in EXAMPLES}) == len(EXAMPLES)


def _conditions(text: str) -> dict[str, tuple[bool, int, float]]:
    return {one.code or one.kind: (one.must, one.level, one.years) for one in extract_requirements(text)}


def test_a_posting_yields_its_conditions_once_with_the_stricter_clause() -> None:
    text = (
        "任职要求：1、大专及以上学历，本科优先；2、1-3年工作经验；3、持C1驾照，有B2驾照优先；"
        "4、年龄45岁以下；5、C1驾照优先"
    )
    assert _conditions(text) == {
        "education": (True, 5, 0.0),
        "years": (True, 0, 1.0),
        "C1": (True, 0, 0.0),
        "B2": (False, 0, 0.0),
        "age": (False, 0, 0.0),
    }
    assert [need.kind for need in read_requirements(text)] == ["education", "years", "licence", "licence"]
    assert [need.label for need in read_requirements(text)] == ["大专", "1 年经验", "C1 驾驶证", "B2 驾驶证"]


def test_numbers_of_a_list_are_no_figures() -> None:
    assert _conditions("要求：1.3年以上电工经验；2.25-40岁")["years"] == (True, 0, 3.0)
    assert _conditions("要求：1、本科；2、2年以上前端经验")["years"] == (True, 0, 2.0)
    assert _conditions("相关经验1.5年以上")["years"] == (True, 0, 1.5)


def test_of_alternatives_one_is_enough() -> None:
    assert _conditions("须持A2或B2驾驶证") == {"B2": (True, 0, 0.0)}
    assert _conditions("A1或A2驾驶证") == {"A1": (False, 0, 0.0), "A2": (False, 0, 0.0)}
    assert _conditions("须持低压电工证或高压电工证") == {"CE009": (False, 0, 0.0), "CE010": (False, 0, 0.0)}
    assert _conditions("须持低压电工证和高压电工证") == {"CE009": (True, 0, 0.0), "CE010": (True, 0, 0.0)}


def test_manners_are_never_must_and_skills_only_by_firm_words() -> None:
    assert _conditions("必须有责任心强、沟通能力")["SK104"][0] is False
    assert _conditions("具备焊接技术")["SK015"][0] is False
    assert _conditions("必须会焊接技术")["SK015"][0] is True


def test_subjects_of_study_and_firms_are_no_skills() -> None:
    assert extract_skills("会计、市场营销等相关专业") == []
    assert extract_skills("某某保安有限公司") == []
    assert [one.code for one in extract_skills("电工专业知识")] == ["SK011"]


@pytest.mark.parametrize(
    ("held", "wanted", "covered"),
    [
        ("A1", "B1", True),
        ("A1", "A2", False),
        ("A2", "B2", True),
        ("B2", "C1", True),
        ("C1", "C2", True),
        ("C1", "C6", False),
        ("A2", "C6", True),
        ("B1", "B2", False),
        ("D", "F", True),
    ],
)
def test_higher_licences_cover_lower_ones(held: str, wanted: str, covered: bool) -> None:
    assert licence_covers([held], wanted) is covered


def test_traditional_full_width_and_capital_letters_read_alike() -> None:
    assert normalise("　駕駛員　ＥＸＣＥＬ 電腦") == "驾驶员 excel 电脑"
    assert normalise("乾隆著名瞭望") == "乾隆著名瞭望"
    text = "須持低壓電工證，熟練ＥＸＣＥＬ😀"
    assert [(one.code, text[one.start : one.end]) for one in extract_skills(text)] == [
        ("CE009", "低壓電工證"),
        ("SK066", "ＥＸＣＥＬ"),
    ]


def test_forms_of_papers_are_told_apart() -> None:
    owners: dict[str, set[str]] = {}
    for row in certificates():
        for name in row.aliases:
            owners.setdefault(normalise(name), set()).add(row.code)
    assert {name: codes for name, codes in owners.items() if len(codes) > 1} == {}


NAMES = sorted(form for form in forms() if len(form) >= 4)
LATIN = sorted(form for form in forms() if form.isascii() and form.isalpha())
PIECES = [
    *NAMES,
    "B2驾驶证",
    "无需",
    "须持",
    "优先",
    "，",
    "、",
    "或",
    "。",
    "大专",
    "3年以上经验",
    "45岁",
    "學歷",
    "（（（",
    "１、",
]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=14).map("".join))
@example("İ㍿½①" * 5)
@example("\x00\ud800驾照")
@example("保安员资格证")
@example("a1驾驶A¼")
def test_every_item_points_at_words_that_mean_it(text: str) -> None:
    plain_forms = forms()
    codes = {form: meaning.code for form, meaning in plain_forms.items()}
    for one in extract_skills(text):
        assert 0 <= one.start < one.end <= len(text)
        words = plain_letters(text[one.start : one.end])[0]
        if one.kind == "licence":
            assert re.search(r"驾|照|证|本|军|^[a-z]\d?$", words)
        elif codes.get(words) != one.code:
            near = [form for form, code in codes.items() if code == one.code and OSA.distance(form, words) <= 1]
            # A letter such as ㍿ stands for several characters, so its span may hold more than the name.
            assert near or len(words) > one.end - one.start
    keys = [(one.kind, one.code) for one in extract_requirements(text)]
    assert len(keys) == len(set(keys))
    for one in extract_requirements(text):
        assert 0 <= one.start < one.end <= len(text)
        assert one.label
        assert not (one.kind == "age" and one.must)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(LATIN), st.text("bdghkqwz", min_size=2, max_size=4), st.booleans())
def test_letters_around_a_latin_name_hide_it(name: str, more: str, before: bool) -> None:
    assert extract_skills(more + name if before else name + more) == []


@settings(max_examples=100, deadline=None)
@given(st.sampled_from([form for form in NAMES if re.fullmatch("[一-鿿]+证", form)]), st.integers(1, 10))
def test_swapped_characters_in_the_name_of_a_paper_are_forgiven(form: str, at: int) -> None:
    at = min(at, len(form) - 2)
    written = form[:at] + form[at + 1] + form[at] + form[at + 2 :]
    found = {forms()[name].code for name, _, _ in misspelt(written)}
    assert forms()[form].code in found or form[at] == form[at + 1] or written in forms()


def test_exact_names_contradict_likely_errors() -> None:
    assert [one.code for one in extract_skills("须持旅可运输从业资格证")] == ["CE006"]
    assert [one.code for one in extract_skills("调整和调试拖拉机整车")] == ["SK079"]
    assert [one.code for one in extract_skills("低压电工证、数据管理、无人驾驶")] == ["CE009"]


@pytest.mark.parametrize(
    "text", ["", " ", "。，！？、；", "（" * 500 + "）" * 500, "😀" * 300, "a" * 5000, "1、" * 3000]
)
def test_texts_without_words_say_nothing(text: str) -> None:
    assert extract_skills(text) == []
    assert extract_requirements(text) == []


MANY = "须持低压电工证、叉车证或焊工证者优先，熟练Excel，大专以上学历，3年以上经验，18-45岁；"
ODD = (
    "电工、或及和",
    "学历" + " " * 9,
    "驾照、",
    "1、2、",
    "大专或",
    "有",
    "低压电工操做证，",
    "3-",
    "年龄",
    "ABC c1 ",
)


@pytest.mark.parametrize("piece", [MANY, *ODD])
def test_time_grows_with_the_length_of_the_text_only(piece: str) -> None:
    def seconds(length: int) -> float:
        text = (piece * length)[:length]
        start = time.process_time()
        extract_skills(text)
        extract_requirements(text)
        return time.process_time() - start

    # Ten times the text takes ten times as long, a hundred times where time grows with its square. The least of
    # several runs, since others use the machine.
    short = min(seconds(5_000) for _ in range(4))
    long = min(seconds(50_000) for _ in range(3))
    assert long < 40 * short + 0.2
