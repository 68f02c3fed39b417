"""The official year table on a page, the people behind each number, those to look at, and the form as a workbook."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response, flash, g, redirect, request, url_for

from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.core.sheets import XLSX
from jobmatch.core.uow import UnitOfWork
from jobmatch.reference.models import EmploymentStatusKind, Region
from jobmatch.reference.policies import can_edit_reference
from jobmatch.reference.queries import names
from jobmatch.reference.services import save_status_cell
from jobmatch.reports.figures.blueprint import blueprint
from jobmatch.reports.figures.checks import BY_CODE, OFF_ROSTER, PROBLEMS, people_with, problem_counts
from jobmatch.reports.figures.documents import year_table_workbook
from jobmatch.reports.figures.forms import MappingForm
from jobmatch.reports.figures.masking import hidden_rows, shown_total
from jobmatch.reports.figures.trends import destinations
from jobmatch.reports.figures.views.common import asked_path, crumbs
from jobmatch.reports.figures.year_table import (
    BELOW,
    LETTERS,
    TITLES,
    counts_by_status,
    default_day,
    footnoted,
    mapped_states,
    people_in,
    people_with_status,
    year_table,
)
from jobmatch.reports.indicators.policies import can_read_people_behind, shows_small_cells
from jobmatch.reports.indicators.standing import Scores
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow
from jobmatch.web.fields import seen_date, seen_number
from jobmatch.web.pages import download, page, paged

FIRST_YEAR = 2011
"""自主就业 exists since the ordinance of 1 November 2011."""


def _asked(uow: UnitOfWork) -> tuple[int, date, str]:
    """Year of discharge, cut-off day and place."""
    year = seen_number(request.args.get("year")) or uow.today.year - 1
    year = min(max(year, FIRST_YEAR), uow.today.year)
    day = seen_date(request.args.get("day")) or default_day(year, uow.today)
    return year, min(max(day, date(year, 1, 1)), uow.today), asked_path(uow)


@blueprint.get("/staff/year-table")
@access("report.read")
def year_table_page() -> Response:
    """The table of a year by place."""
    uow = current_uow()
    year, day, path = _asked(uow)
    table = year_table(uow, year, day=day, path=path)
    exact = shows_small_cells(uow.actor)

    def here(place: str) -> str:
        return url_for("figures.year_table_page", year=year, day=day.isoformat(), path=place)

    finding, chart = destinations(table)
    return page(
        "figures/year_table.html",
        table=table,
        path=path,
        letters=LETTERS,
        titles=TITLES,
        below=BELOW,
        years=range(uow.today.year, uow.today.year - 6, -1),
        crumbs=crumbs(uow, path, here),
        here=here,
        hidden=set() if exact else hidden_rows((table.total, *table.rows)),
        shown_total=shown_total,
        chart=chart,
        finding=finding,
        problems=PROBLEMS if exact else (),
        counts=problem_counts(uow, year, day, path) if exact else {},
        off_roster=OFF_ROSTER,
        footnotes=footnoted(uow),
        opens=can_read_people_behind(uow.actor),
    )


@blueprint.get("/staff/year-table.xlsx")
@access("report.people", slow=True)
def year_table_file() -> Response:
    """The table as the official form."""
    with current_runtime().unit(g.actor, writing=False) as uow:
        year, day, path = _asked(uow)
        table, notes = year_table(uow, year, day=day, path=path), footnoted(uow)
    name = _("%(year)s 年度退役士兵就业及去向情况表", year=year)
    return download(year_table_workbook(table, notes=notes), f"{name}.xlsx", XLSX)


@blueprint.get("/staff/year-table/people/<letter>")
@access("report.people")
def year_table_people(letter: str) -> Response:
    """Who is behind a number of the table."""
    uow = current_uow()
    label = TITLES.get(letter) or BELOW.get(letter)
    if label is None:
        raise NotFound
    year, day, path = _asked(uow)
    title = f"{letter} {_(label)}" if letter in TITLES else _(label)
    return _list(uow, title, "", paged(uow, people_in(uow, year, letter, day=day, path=path), size=50))


@blueprint.get("/staff/year-table/doubts/<code>")
@access("report.people")
def year_table_problem(code: str) -> Response:
    """Whose rows are to be looked at, and why."""
    uow = current_uow()
    problem = BY_CODE.get(code)
    if problem is None and code != OFF_ROSTER:
        raise NotFound
    year, day, path = _asked(uow)
    title = _(problem.name) if problem else _("来了但不在名册上")
    advice = f"{_(problem.counted)}。{_(problem.advice)}。" if problem else _("核实身份后补进名册，才计入总数（A）。")
    return _list(uow, title, advice, paged(uow, people_with(uow, year, day, path, code), size=50))


@blueprint.get("/staff/status-mapping")
@access("report.read")
def status_mapping() -> Response:
    """The states that the form has no cell for, and where this office puts them."""
    return _mapping(None)


def _mapping(form: MappingForm | None, code: str = "") -> Response:
    uow = current_uow()
    year = uow.today.year - 1
    states = mapped_states(uow)

    def form_of(one: EmploymentStatusKind) -> MappingForm:
        if form is not None and one.code == code:
            return form
        data = {"column": one.official_column, "footnote": one.footnote, "seen": one.official_column}
        return MappingForm(data=data, prefix="")

    return page(
        "figures/status_mapping.html",
        form=form,
        states=[(one, form_of(one)) for one in states],
        counts=counts_by_status(uow, year),
        labels=names(uow.session, EmploymentStatusKind),
        year=year,
        titles=TITLES,
        may_edit=can_edit_reference(uow.actor),
        opens=can_read_people_behind(uow.actor),
        exact=shows_small_cells(uow.actor),
    )


@blueprint.post("/staff/status-mapping/<code>")
@access("reference.edit")
def save_mapping(code: str) -> Any:
    """Put a state into another cell."""
    uow, form = current_uow(), MappingForm.submitted()
    done = form.act_or_say(
        lambda: save_status_cell(
            uow, code, column=form.column.data or "", footnote=form.footnote.data or "", seen=form.seen.data
        )
    )
    if done is None:
        return _mapping(form, code)
    flash(_("已保存，年度表按新的归类统计；封存过的表不变"), "success")
    return redirect(url_for("figures.status_mapping"), 303)


@blueprint.get("/staff/status-mapping/<code>/people")
@access("report.people")
def status_people(code: str) -> Response:
    """Who stands in last year's table by such a state."""
    uow = current_uow()
    state = next((one for one in mapped_states(uow) if one.code == code), None)
    if state is None:
        raise NotFound
    year, day, path = _asked(uow)
    return _list(
        uow,
        names(uow.session, EmploymentStatusKind)[code],
        state.footnote,
        paged(uow, people_with_status(uow, year, code, day=day, path=path), size=50),
    )


def _list(uow: UnitOfWork, title: str, advice: str, people: Any) -> Response:
    year, day, path = _asked(uow)
    return page(
        "figures/year_people.html",
        title=title,
        advice=advice,
        people=people,
        year=year,
        day=day,
        back=url_for("figures.year_table_page", year=year, day=day.isoformat(), path=path),
        place_name="".join(name for name, _url in crumbs(uow, path, str)[-1:]),
        regions=names(uow.session, Region),
        statuses=names(uow.session, EmploymentStatusKind),
        places=Scores(uow.session).places,
    )
