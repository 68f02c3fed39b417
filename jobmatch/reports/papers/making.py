"""Papers put together from sentences and figures: monthly report, quarterly incubation report, work summary."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from sqlalchemy import select

from jobmatch.core.i18n import gettext, use_locale
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.outcomes.documents import Footnote, Report, Table
from jobmatch.reference.models import Region
from jobmatch.reference.queries import region_label
from jobmatch.reports.figures.sections import MONTHLY, QUARTERLY, Sections
from jobmatch.reports.indicators.base import Definition, Ratio, Scope, Unit
from jobmatch.reports.indicators.training import top_courses
from jobmatch.reports.papers.periods import Period, chinese_day
from jobmatch.reports.papers.sentences import (
    MARK,
    TEMPLATES,
    Counter,
    Note,
    Rendered,
    definition_of,
    definition_words,
    render,
)
from jobmatch.reports.papers.states import PaperKind

SENTENCES: Mapping[PaperKind, tuple[str, ...]] = {
    PaperKind.MONTHLY: ("T4", "T1", "T2", "T5", "T6", "T7", "T8"),
    PaperKind.QUARTERLY: ("T6", "T7"),
    PaperKind.SUMMARY: ("T3", "T3.helped", "T4", "T2", "T5", "T6", "T7", "T8"),
}
"""The templates of each kind of paper."""
SECTIONS: Mapping[PaperKind, Sections] = {
    PaperKind.MONTHLY: MONTHLY,
    PaperKind.QUARTERLY: QUARTERLY,
    PaperKind.SUMMARY: (),
}
"""The tables of each kind of paper: their headings, and the codes of their rows."""
PLACE_CODES: Mapping[PaperKind, tuple[str, ...]] = {
    PaperKind.MONTHLY: ("T3.fairs", "I12", "T1.intention_people", "T5.arrived", "T6.jobs", "T7.successes"),
    PaperKind.QUARTERLY: ("T6.inside", "T6.came", "T6.jobs", "T6.jobs_new"),
    PaperKind.SUMMARY: ("T3.fairs", "I12", "T3.verified", "T5.arrived", "T6.jobs", "T7.successes"),
}
"""The columns of the table by place."""
DRAWN: Mapping[PaperKind, str] = {
    PaperKind.MONTHLY: "T1.intention_people",
    PaperKind.QUARTERLY: "T6.jobs",
    PaperKind.SUMMARY: "T3.verified",
}
"""The column of it that is drawn as a picture."""
SIGNED = "填报人：　　　　　　　审核人：　　　　　　　单位负责人：　　　　　　　（盖章）"
"""Every paper has these three lines (填报人, 审核人, 单位负责人)."""
BY_PLACE_NOTE = "本级举办的不在下面各行里；去重的人数和期末数，各行相加不等于合计。"


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of a table: now, the period before, the same period of last year."""

    code: str
    name: str
    unit: str
    now: str
    before: str
    year_before: str
    definition: str

    @property
    def label(self) -> str:
        """The name with its unit, where neither the name nor the value says it."""
        says_unit = self.unit == Unit.PERCENT.label or self.unit in self.name
        return self.name if says_unit else f"{self.name}（{self.unit}）"


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """One place below with the main figures."""

    path: str
    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper as it is shown and written: sentences with footnotes, tables with comparisons, places."""

    period: Period
    path: str
    place: str
    title: str
    line: str
    parts: tuple[Rendered, ...]
    sections: tuple[tuple[str, tuple[Row, ...]], ...]
    place_codes: tuple[str, ...]
    places: tuple[PlaceRow, ...]
    place_names: tuple[str, ...] = ()
    above: str = ""
    below: str = ""

    @property
    def notes(self) -> list[Note]:
        """The footnotes of every sentence, in order."""
        return [note for part in self.parts for note in part.notes]

    @property
    def drawn(self) -> list[tuple[str, int]]:
        """Places with their number for the picture, the largest first; those without anything are left out."""
        place = self.place_codes.index(DRAWN[self.period.kind])
        found = [(one.name, int(one.values[place])) for one in self.places]
        return sorted((pair for pair in found if pair[1]), key=lambda pair: -pair[1])

    @property
    def gap_count(self) -> int:
        """In how many places the rows do not prove what is said."""
        return sum(len(part.gaps) for part in self.parts)


def make_paper(
    uow: UnitOfWork,
    period: Period,
    path: str,
    *,
    above: str = "",
    below: str = "",
    progress: Callable[[int, int], None] | None = None,
) -> Paper:
    """The paper of a place and period, as the rows say now. ``progress`` hears how many places are counted."""
    place = region_label(uow.session, path.strip("/").split("/")[-1], depth=1)
    cut_off = min(period.until, uow.today)
    counters = [Counter(_scope(uow, path, one)) for one in (period, period.before, period.year_before)]
    with use_locale("zh"):
        parts = _sentences(counters[0], period, place)
        sections = tuple((name, tuple(_row(code, counters) for code in codes)) for name, codes in SECTIONS[period.kind])
        codes = PLACE_CODES[period.kind]
        names = tuple(gettext(definition_of(code).name) for code in codes)
        places = tuple(_places(uow, period, path, codes, progress))
        title = f"{place}{period.words}{period.kind.label_id}"
        line = f"统计期 {chinese_day(period.since)}至{chinese_day(period.until)}　数据截止 {chinese_day(cut_off)}"
    return Paper(period, path, place, title, line, parts, sections, codes, places, names, above, below)


def _scope(uow: UnitOfWork, path: str, period: Period) -> Scope:
    return Scope(uow, path, period.since, period.until)


def _sentences(counter: Counter, period: Period, place: str) -> tuple[Rendered, ...]:
    slots: dict[str, Callable[[], str]] = {
        "place": lambda: place,
        "period": lambda: period.words,
        "day": lambda: chinese_day(min(period.until, counter.scope.uow.today)),
        "courses": lambda: "、".join(top_courses(counter.scope)) or "（没有）",
    }
    found: list[Rendered] = []
    first = 1
    for code in SENTENCES[period.kind]:
        one = render(counter, TEMPLATES[code], slots, first=first)
        found.append(one.without_rows if one.is_empty else one)
        first += len(found[-1].notes)
    return tuple(found)


def _row(code: str, counters: Sequence[Counter]) -> Row:
    definition = definition_of(code)
    now, before, year_before = (_written(code, definition, counter) for counter in counters)
    unit = definition.unit.label
    return Row(code, gettext(definition.name), unit, now, before, year_before, definition_words(definition))


def _written(code: str, definition: Definition, counter: Counter) -> str:
    """The value; a rate with its sides, since it is never shown without its denominator."""
    value = counter.value(code)
    return f"{value}（{counter.sides(definition)}）" if isinstance(definition, Ratio) else value


def _places(
    uow: UnitOfWork, period: Period, path: str, codes: Sequence[str], progress: Callable[[int, int], None] | None
) -> Iterable[PlaceRow]:
    """Every place directly below with a row, whether anything happened there or not."""
    code = path.strip("/").split("/")[-1]
    below = uow.session.scalars(select(Region).where(Region.parent_code == code).order_by(Region.code)).all()
    for number, region in enumerate(below, start=1):
        counter = Counter(_scope(uow, region.path, period))
        yield PlaceRow(region.path, region.name_zh, tuple(counter.value(one) for one in codes))
        if progress:
            progress(number, len(below))


def paragraphs(words: str) -> list[str]:
    """Free words by line."""
    return [line.strip() for line in words.splitlines() if line.strip()]


def list_path(paper: Paper, code: str) -> str:
    """The page behind a number of a paper: its list, or of a rate its definition, where both sides open theirs."""
    page = "" if isinstance(definition_of(code), Ratio) else "/list"
    asked = {"path": paper.path, "since": paper.period.since.isoformat(), "until": paper.period.until.isoformat()}
    return f"/staff/indicators/{code}{page}?{urlencode(asked)}"


def as_report(paper: Paper, link: Callable[[str], str], *, notes_as_table: bool = False) -> Report:
    """The paper as a file: every number's footnote says its definition and opens its list.

    ``notes_as_table`` is for workbooks, which have no foot.
    """
    words = [*paragraphs(paper.above), *(part.text for part in paper.parts)]
    tables = [_section_table(name, rows) for name, rows in paper.sections]
    if paper.places:
        rows = [[one.name, *one.values] for one in paper.places]
        tables.append(Table("分地区", ["地区", *paper.place_names], rows, note=BY_PLACE_NOTE))
    closing = [*paragraphs(paper.below), SIGNED]
    if notes_as_table:
        return Report(paper.title, paper.line, words, [*tables, notes_table(paper.notes, link)], closing=closing)
    notes = [
        Footnote(f"{MARK.format(one.mark)}{one.name}：{one.value}。{one.definition}。", link(one.code))
        for one in paper.notes
    ]
    return Report(paper.title, paper.line, words, tables, closing=closing, notes=notes)


def _section_table(name: str, rows: Sequence[Row]) -> Table:
    lines = [[row.label, row.now, row.before, row.year_before] for row in rows]
    return Table(name, ["指标", "本期", "上期", "去年同期"], lines)


def notes_table(notes: Sequence[Note], link: Callable[[str], str]) -> Table:
    """The footnotes as a table: mark, name, value, definition, address of the list."""
    lines = [[MARK.format(one.mark), one.name, one.value, one.definition, link(one.code)] for one in notes]
    return Table("注：每个数字的口径和名单", ["注", "指标", "数值", "怎么数", "名单"], lines)
