"""The sentences of papers: a footnote for every number, no number nobody defined, and no claim without rows."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobmatch.core.uow import UnitOfWork
from jobmatch.reports.indicators import registry
from jobmatch.reports.papers.making import PLACE_CODES, SECTIONS, SENTENCES
from jobmatch.reports.papers.periods import last_period, read_period
from jobmatch.reports.papers.sentences import (
    TEMPLATES,
    Counter,
    Ref,
    Rendered,
    Slot,
    Template,
    render,
)
from jobmatch.reports.papers.services import next_day
from jobmatch.reports.papers.states import PaperKind
from tests.conftest import acting
from tests.factories import make_staff
from tests.reports.help_programmes import R, answer, scope_of, two_fairs

SLOTS = {
    "place": lambda: "测试县",
    "period": lambda: "2026年",
    "day": lambda: "2026年11月23日",
    "courses": lambda: "测试课程",
}


def rendered(uow: UnitOfWork, code: str, *, first: int = 1) -> Rendered:
    staff = acting(uow, make_staff(uow))
    return render(Counter(scope_of(staff)), TEMPLATES[code], SLOTS, first=first)


def test_every_number_of_every_paper_is_a_published_one() -> None:
    assert set().union(*(one.codes for one in TEMPLATES.values())) <= set(registry.ALL)
    codes = {code for sections in SECTIONS.values() for _name, rows in sections for code in rows}
    assert codes | {code for row in PLACE_CODES.values() for code in row} <= set(registry.ALL)
    assert {code for row in SENTENCES.values() for code in row} == set(TEMPLATES)


def test_a_number_nobody_defined_is_an_error(uow: UnitOfWork) -> None:
    counter = Counter(scope_of(acting(uow, make_staff(uow))))
    with pytest.raises(LookupError, match="no figure is called nobody"):
        render(counter, Template("x", "x", ((Ref("nobody"),),)), SLOTS)


def test_of_a_period_without_rows_one_line_says_so(uow: UnitOfWork) -> None:
    empty = rendered(uow, "T5")
    assert empty.is_empty
    assert empty.without_rows.text == "培训：台账里没有这段时间的记录。"
    two_fairs(uow)
    assert not rendered(uow, "T1").is_empty


@pytest.mark.parametrize("code", sorted(TEMPLATES))
def test_every_number_has_a_footnote_with_its_definition(uow: UnitOfWork, code: str) -> None:
    two_fairs(uow)
    found = rendered(uow, code, first=7)
    refs = [part for sentence in TEMPLATES[code].sentences for part in sentence if isinstance(part, Ref)]
    assert [note.code for note in found.notes] == [ref.code for ref in refs]
    assert [note.mark for note in found.notes] == list(range(7, 7 + len(refs)))
    assert all(note.name and note.definition for note in found.notes)
    assert all(f"〔{note.mark}〕" in found.text for note in found.notes)


def test_the_sentences_of_a_small_world_word_by_word(uow: UnitOfWork) -> None:
    world = two_fairs(uow)
    answer(uow, world["last_intention"], R.SAME_EMPLOYER)
    bare = "".join(piece.text for sentence in rendered(uow, "T1").sentences for piece in sentence.pieces)
    assert bare.startswith(
        "2026年，测试县举办退役军人招聘会2场。共有3家次用人单位参会"
        "（去重后2家，其中国有企业1家次、军创企业0家次），提供岗位13个（招聘人数口径，3条招聘信息）"
    )
    assert "达成初步就业意向2人（4人次），进场退役军人和军属的意向达成率66.7%，现场录用0人。" in bare
    later = rendered(uow, "T2")
    assert "意向2〔1〕人中已核实在意向单位入职1〔2〕人，意向转就业率50%〔3〕" in later.text
    rate = next(note for note in later.notes if note.code == "I11")
    assert rate.value == "50%（1÷2）"


def test_what_the_rows_do_not_prove_is_said(uow: UnitOfWork) -> None:
    empty = rendered(uow, "T1")
    assert empty.gaps == ["台账里没有这段时间的记录，这句话没有依据"]
    assert "—" in rendered(uow, "T5").text
    two_fairs(uow)
    later = rendered(uow, "T2")
    assert "意向转就业率（90 天）的分母里有2人没有核实，不能证实实际高低" in later.gaps
    assert later.gaps[0] in later.text


def test_a_slot_that_is_not_given_is_an_error(uow: UnitOfWork) -> None:
    counter = Counter(scope_of(acting(uow, make_staff(uow))))
    with pytest.raises(LookupError):
        render(counter, Template("x", "x", ((Slot("nobody"),),)), SLOTS)


# ---------- periods ----------


def test_periods_of_the_calendar() -> None:
    today = date(2026, 3, 15)
    month = last_period(PaperKind.MONTHLY, today)
    assert (month.since, month.until, month.key, month.words) == (
        date(2026, 2, 1),
        date(2026, 2, 28),
        "2026-02",
        "2026年2月",
    )
    assert (month.before.until, month.year_before.since) == (date(2026, 1, 31), date(2025, 2, 1))
    leap = read_period(PaperKind.MONTHLY, "2024-02", today)
    assert (leap.until, leap.year_before.until) == (date(2024, 2, 29), date(2023, 2, 28))
    quarter = last_period(PaperKind.QUARTERLY, today)
    assert (quarter.since, quarter.until, quarter.key) == (date(2025, 10, 1), date(2025, 12, 31), "2025-4")
    assert (quarter.before.since, quarter.before.until) == (date(2025, 7, 1), date(2025, 9, 30))
    summary = read_period(PaperKind.SUMMARY, "2026-02-10_2025-01-01", today)
    assert (summary.since, summary.until) == (date(2025, 1, 1), date(2026, 2, 10))


@pytest.mark.parametrize("text", ["", "2026-13", "x", "2027-01", "0000-00", "2026-02-30_", "999999-1", "二〇二六"])
@pytest.mark.parametrize("kind", list(PaperKind))
def test_nonsense_and_the_future_are_the_last_period(kind: PaperKind, text: str) -> None:
    today = date(2026, 3, 15)
    assert read_period(kind, text, today) == last_period(kind, today)


@given(
    day=st.dates(date(2024, 1, 1), date(2030, 12, 31)),
    month_day=st.integers(1, 28),
    kind=st.sampled_from(list(PaperKind)),
)
def test_an_order_comes_back_on_its_day_and_never_on_a_past_one(day: date, month_day: int, kind: PaperKind) -> None:
    found = next_day(kind, month_day, day)
    assert found > day and found.day == month_day and (found - day).days <= 93
    assert kind is not PaperKind.QUARTERLY or found.month in {1, 4, 7, 10}
