"""Pages of the office: what courses would open to its people, whom to call, and people against open places."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, g, redirect, url_for

from jobmatch.core.i18n import gettext as _
from jobmatch.core.sheets import XLSX, Sheet, write_workbook
from jobmatch.matching.lists import page_of
from jobmatch.pathways.balance import BalanceRow, balance
from jobmatch.pathways.blueprint import blueprint
from jobmatch.pathways.demand import find_running, last_demand, load_listed, people_of_course, start_count
from jobmatch.pathways.queries import classes_to_fill
from jobmatch.pathways.services import call_people
from jobmatch.pathways.views.common import if_there
from jobmatch.people.queries.staff import staff_rows
from jobmatch.web import charts
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow
from jobmatch.web.pages import download, page, page_number
from training.courses.classes.policies import worked_session

PEOPLE_A_PAGE, SHOWN_BARS, ROWS_A_PAGE = 20, 12, 50


@blueprint.get("/staff/training-demand")
@access("class.manage")
def demand() -> Response:
    """Each course with how many people it would open how many postings to, as last counted."""
    uow = current_uow()
    found = last_demand(uow)
    rows = found.rows[:SHOWN_BARS] if found else ()
    return page(
        "pathways/demand.html",
        fragment="pathways/_demand.html",
        found=found,
        running=find_running(uow),
        chart=charts.hbars(
            [(row.name, row.people) for row in rows if row.people],
            unit=_("人"),
            hrefs=[url_for("pathways.demand_people", course_code=row.code) for row in rows if row.people],
        ),
    )


@blueprint.post("/staff/training-demand")
@access("class.manage")
def count_demand() -> Any:
    """Have it counted anew in the background."""
    started = start_count(current_uow())
    flash(_("开始算了，算完这一页自己会更新。") if started else _("已经在算了，请稍等。"), "ok")
    return redirect(url_for("pathways.demand"), 303)


@blueprint.get("/staff/training-demand/<course_code>/people")
@access("class.manage")
def demand_people(course_code: str) -> Response:
    """The people behind one line, with what the course opens to each, and the classes to call them for."""
    uow = current_uow()
    name, listed = people_of_course(uow, course_code)
    part, number, pages = page_of(listed, page_number(), PEOPLE_A_PAGE)
    people = load_listed(uow, part)
    return page(
        "pathways/demand_people.html",
        name=name,
        course_code=course_code,
        listed=listed,
        lines=list(zip(part, staff_rows(uow, people), strict=True)),
        pager={"number": number, "pages": pages},
        classes=classes_to_fill(uow, course_code),
        new_class=if_there(f"/staff/classes/new?course={course_code}"),
    )


@blueprint.post("/staff/training-demand/<course_code>/call/<public_id>")
@access("class.manage")
def call_demand(course_code: str, public_id: str) -> Any:
    """Put the people of the line on the list of a class."""
    uow = current_uow()
    session = worked_session(uow, public_id)
    count = call_people(uow, course_code, session)
    flash(_("已把 %(n)s 人放进「%(title)s」的动员名单。", n=count, title=session.title), "ok")
    calls = if_there(f"/staff/classes/{public_id}/calls")
    return redirect(calls or url_for("pathways.demand_people", course_code=course_code), 303)


@blueprint.get("/staff/supply-demand")
@access("class.manage")
def supply_demand() -> Response:
    """Open places against people by occupation, as bars of places with the people inside them, and a table."""
    rows = balance(current_uow())
    part, number, pages = page_of(rows, page_number(), ROWS_A_PAGE)
    most = [row for row in rows[:SHOWN_BARS] if row.short > 0]
    return page(
        "pathways/supply_demand.html",
        rows=part,
        total=len(rows),
        chart=charts.hbars(
            [(row.name, row.places) for row in most],
            parts=[row.wanting + row.learning for row in most],
            keys=(_("想干和在学"), _("在招")),
            unit=_("人"),
        ),
        pager={"number": number, "pages": pages},
    )


@blueprint.get("/staff/supply-demand.xlsx")
@access("class.manage", slow=True)
def supply_demand_table() -> Response:
    """The same as a workbook; no names."""
    with current_runtime().unit(g.actor, writing=False) as uow:
        rows = [_line(row) for row in balance(uow)]
    head = [
        *(_("职业代码"), _("职业"), _("在招人数"), _("在招岗位"), _("想干的人")),
        *(_("干过的人"), _("在学的人"), _("还缺")),
    ]
    name = _("供需对照")
    return download(write_workbook(Sheet(name, head, rows)), f"{name}.xlsx", XLSX)


def _line(row: BalanceRow) -> list[object]:
    counts = (row.places, row.postings, row.wanting, row.able, row.learning, row.short)
    return [row.code, row.name, *counts]
