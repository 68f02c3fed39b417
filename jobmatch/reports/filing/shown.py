"""A form as it is read: its cells with their values, counted now or out of the frozen version."""

from __future__ import annotations

import json
from dataclasses import dataclass

from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.reports.figures.sections import FAMILY, MONTHLY, QUARTERLY, Sections
from jobmatch.reports.figures.year_table import BELOW, LETTERS, TITLES, year_table
from jobmatch.reports.filing.gathering import figures_of
from jobmatch.reports.filing.models import Snapshot, Submission
from jobmatch.reports.filing.states import FormKind
from jobmatch.reports.indicators import registry
from jobmatch.reports.indicators.base import Ratio, Scope, Span, Value, count

SECTIONS: dict[FormKind, Sections] = {
    FormKind.MONTHLY: MONTHLY,
    FormKind.QUARTERLY: QUARTERLY,
    FormKind.FAMILY: FAMILY,
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One number of a form: its key (letter or code), its name, and the value as it is written.

    ``is_letter``: a column of the year table, whose list is another page than those of figures.
    """

    key: str
    label: str
    value: str
    is_letter: bool = False
    is_ratio: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """The cells under their headings, and the numbers by key."""

    sections: tuple[tuple[str, tuple[Cell, ...]], ...]
    numbers: dict[str, int]

    @property
    def keys(self) -> set[str]:
        """Every key of a cell."""
        return {cell.key for _title, cells in self.sections for cell in cells}


def codes_of(form: FormKind) -> list[str]:
    """The codes that a form reports."""
    return [code for _title, codes in SECTIONS[form] for code in codes]


def shown_form(uow: UnitOfWork, submission: Submission, frozen: Snapshot | None) -> Shown:
    """The form as it was frozen; as it stands now where it is not."""
    return shown_snapshot(frozen) if frozen is not None else _shown(submission.form, _now(uow, submission))


def shown_snapshot(snapshot: Snapshot) -> Shown:
    """A frozen form."""
    return _shown(snapshot.form, _frozen(snapshot))


def _shown(form: FormKind, numbers: dict[str, int]) -> Shown:
    if form is FormKind.YEAR_TABLE:
        cells = tuple(Cell(key, f"{key} {_(TITLES[key])}", str(numbers[key]), is_letter=True) for key in LETTERS)
        below = tuple(Cell(key, _(words), str(numbers[key]), is_letter=True) for key, words in BELOW.items())
        return Shown(((_("年度表"), cells), (_("表下说明"), below)), numbers)
    sections = tuple(
        (_(title), tuple(_figure_cell(code, numbers) for code in codes)) for title, codes in SECTIONS[form]
    )
    return Shown(sections, numbers)


def _figure_cell(code: str, numbers: dict[str, int]) -> Cell:
    one = registry.ALL[code]
    if not isinstance(one, Ratio):
        return Cell(code, f"{_(one.name)}（{one.unit.label}）", str(numbers[code]))
    value = Value(numbers[one.numerator.code], numbers[one.denominator.code], one.unit)
    shown = "—" if value.value is None else f"{value.value:g}{'%' if one.unit.value == 'percent' else ''}"
    return Cell(code, _(one.name), f"{shown}（{value.numerator}÷{value.denominator}）", is_ratio=True)


def _frozen(snapshot: Snapshot) -> dict[str, int]:
    table = json.loads(snapshot.table)
    found = table["total"] if snapshot.form is FormKind.YEAR_TABLE else table["values"]
    return {key: int(value) for key, value in found.items() if key != "path"}


def _now(uow: UnitOfWork, submission: Submission) -> dict[str, int]:
    if submission.form is FormKind.YEAR_TABLE:
        year = submission.period_from.year
        return dict(year_table(uow, year, day=submission.cut_off_on, path=submission.region_path).total.counts)
    scope = Scope(uow, submission.region_path, submission.period_from, submission.period_to)
    return {figure.code: count(scope, figure) for figure in figures_of(codes_of(submission.form))}


def against_zero(form: FormKind, numbers: dict[str, int]) -> str:
    """The first thing that a zero report (零报告) would leave out, in words; empty where there is nothing to report.

    Of the monthly and quarterly forms what happened counts; stocks stand every month.
    """
    if form is FormKind.YEAR_TABLE:
        return f"{_(TITLES['A'])} {numbers['A']}" if numbers["A"] else ""
    for figure in figures_of(codes_of(form)):
        is_asked = form is FormKind.FAMILY or figure.span is Span.FLOW
        if is_asked and numbers.get(figure.code):
            return f"{_(figure.name)} {numbers[figure.code]} {figure.unit.label}"
    return ""
