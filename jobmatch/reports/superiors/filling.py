"""What the bound cells of a form show for a month: numbers with the lists behind them, words, and lists of people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from jobmatch.accounts.queries import get_organization_name
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.reference.models import Region
from jobmatch.reference.rules import add_months
from jobmatch.reports.figures.listing import Words
from jobmatch.reports.figures.readings import read, rows_behind_figure
from jobmatch.reports.figures.tables import line_of
from jobmatch.reports.figures.year_table import default_day, year_table
from jobmatch.reports.indicators import registry
from jobmatch.reports.indicators.base import Figure, Ratio, Scope
from jobmatch.reports.slices.dimensions import PAIRS
from jobmatch.reports.slices.slicing import narrowed
from jobmatch.reports.superiors.models import CellBinding, SuperiorForm
from jobmatch.reports.superiors.narrowing import narrowed_definition, pairs_of
from jobmatch.reports.superiors.policies import can_put_people
from jobmatch.reports.superiors.queries import bindings_of
from jobmatch.reports.superiors.states import BindingKind
from jobmatch.reports.superiors.suggesting import place_of
from jobmatch.reports.superiors.workbook import Key

MOST_PEOPLE = 500


@dataclass(frozen=True, slots=True)
class Filled:
    """One cell: its value (none: it could not be filled, and ``why``), and what its list is asked by.

    ``link`` is the endpoint of the page behind the number with its arguments.
    """

    value: Any
    why: str = ""
    link: tuple[str, Mapping[str, Any]] | None = None


@dataclass(frozen=True, slots=True)
class FilledForm:
    """Every bound cell, and how many people are named in it; lists stand in the cells below theirs."""

    cells: Mapping[Key, Filled]
    people: int

    def values(self) -> dict[Key, Any]:
        """What is written."""
        return {key: one.value for key, one in self.cells.items() if one.value is not None}

    def notes(self) -> dict[Key, str]:
        """Why a cell turns yellow."""
        return {key: one.why for key, one in self.cells.items() if one.value is None}


def last_month(today: date) -> date:
    """The first day of the month that is over."""
    return add_months(today.replace(day=1), -1)


def fill_form(uow: UnitOfWork, form: SuperiorForm, month: date) -> FilledForm:
    """The form for the month that begins on ``month``."""
    cells: dict[Key, Filled] = {}
    people = 0
    for key, row in bindings_of(uow.session, form).items():
        if row.kind is BindingKind.PEOPLE:
            named = _people(uow, form, row, month)
            people += sum(1 for one in named if one.value is not None)
            first = place_of(row.cell)[1]
            letters = row.cell.rstrip("0123456789")
            cells |= {(row.sheet, f"{letters}{first + number}"): one for number, one in enumerate(named)}
        else:
            cells[key] = _cell(uow, form, row, month)
    return FilledForm(cells, people)


def _scope(uow: UnitOfWork, form: SuperiorForm, row: CellBinding, month: date) -> Scope:
    """The place and days of a cell; what is not over yet is counted up to today."""
    path = form.region_path
    if row.place_code:
        path = uow.session.scalar(select(Region.path).where(Region.code == row.place_code)) or path
    begun = add_months(month, -row.months_back)
    until = min(add_months(begun, 1) - timedelta(days=1), uow.today)
    span = row.detail.get("span", "month")
    since = begun
    if span == "quarter":
        since = begun.replace(month=(begun.month - 1) // 3 * 3 + 1)
    elif span == "year":
        since = begun.replace(month=1)
    return Scope(uow, path, min(since, until), until)


def _cell(uow: UnitOfWork, form: SuperiorForm, row: CellBinding, month: date) -> Filled:
    if row.kind is BindingKind.WORDS:
        return Filled(_words(uow, form, row, month))
    scope = _scope(uow, form, row, month)
    if row.kind is BindingKind.COLUMN:
        return _column(uow, row, scope)
    definition = registry.ALL.get(row.code)
    if definition is None:
        return Filled(None, _("指标 %(code)s 已经没有了，请重新绑", code=row.code))
    pairs = pairs_of(row.detail.get("only", ()))
    found = read(scope, narrowed_definition(definition, pairs))
    days = {"path": scope.path, "since": scope.since.isoformat(), "until": scope.until.isoformat()}
    endpoint = "figures.indicator" if isinstance(definition, Ratio) else "figures.indicator_list"
    if pairs:
        endpoint = "slices.slices_list"
        for (by, at), (dimension, part) in zip(PAIRS, pairs, strict=False):
            days |= {by: dimension.key, at: part}
    link = (endpoint, {"code": row.code, **days})
    if found.value is None:
        why = _("没有分母，不能算") if isinstance(definition, Ratio) else _("人数太少，不显示")
        return Filled(None, why, link)
    return Filled(found.step or found.value, link=link)


def _column(uow: UnitOfWork, row: CellBinding, scope: Scope) -> Filled:
    year = scope.until.year - 1
    day = min(scope.until, default_day(year, uow.today))
    total = year_table(uow, year, day=day, path=scope.path).total
    asked = {"letter": row.code, "year": year, "day": day.isoformat(), "path": scope.path}
    return Filled(total[row.code], link=("figures.year_table_people", asked))


def _words(uow: UnitOfWork, form: SuperiorForm, row: CellBinding, month: date) -> str:
    if row.code == "station":
        return get_organization_name(uow.session, uow.actor.organization_id)
    if row.code == "month":
        return f"{month.year}年{month.month}月"
    if row.code == "today":
        return uow.today.isoformat()
    if row.code == "filler":
        return uow.actor.label
    return str(row.detail.get("words", ""))


def _people(uow: UnitOfWork, form: SuperiorForm, row: CellBinding, month: date) -> list[Filled]:
    """Names in the cells from the bound one down, as far as they go."""
    figure = registry.ALL.get(row.code)
    if not isinstance(figure, Figure):
        return [Filled(None, _("指标 %(code)s 已经没有了，请重新绑", code=row.code))]
    if not can_put_people(uow.actor):
        return [Filled(None, _("您不能看名单"))]
    pairs = pairs_of(row.detail.get("only", ()))
    kind, query = rows_behind_figure(_scope(uow, form, row, month), narrowed(figure, pairs) if pairs else figure)
    words = Words(uow.session)
    return [Filled(str(line_of(kind, figure, found, words)[0][0])) for found in uow.rows(query.limit(MOST_PEOPLE))]
