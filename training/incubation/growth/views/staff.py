"""The office's pages: figures with their lists, T6 and T7 as files, and who works for one venture."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, g, redirect, request, url_for
from sqlalchemy import select

from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.reference.queries import region_label
from jobmatch.web import charts
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow
from jobmatch.web.pages import PageForm, download, page, paged
from training.incubation.growth import making, queries
from training.incubation.growth.blueprint import blueprint
from training.incubation.growth.documents import MIMETYPES, write_report
from training.incubation.growth.forms import EndForm, WorkerForm
from training.incubation.growth.periods import (
    last_quarter,
    quarter_end,
    quarter_key,
    quarter_of,
    quarter_words,
    read_quarter,
)
from training.incubation.growth.services import workers
from training.incubation.parks.models import Incubator
from training.incubation.parks.policies import run_incubator, run_incubators
from training.incubation.ventures.models import Venture
from training.incubation.ventures.policies import managed_ventures
from training.incubation.ventures.queries import named

QUARTERS = 8
DRAWN = 5
"""Quarters that are drawn: with the same one of last year, and narrow enough for a phone."""


def _path(uow: UnitOfWork) -> str:
    return uow.actor.region_path or "-"


def _made(uow: UnitOfWork) -> making.Made:
    """T6 of the incubator and quarter asked for, else T7 of the year."""
    period_on = read_quarter(request.args.get("quarter", ""), uow.today)
    incubator = request.args.get("incubator", "")
    if incubator:
        return making.incubator_report(uow.session, run_incubator(uow, incubator), period_on)
    year = request.args.get("year", "")
    number = int(year) if len(year) == 4 and year.isascii() and year.isdigit() and 2000 <= int(year) <= 2199 else 0
    place = region_label(uow.session, _path(uow).strip("/").split("/")[-1], depth=1)
    return making.year_report(uow.session, _path(uow), place, number or uow.today.year, today=uow.today)


def _asked() -> dict[str, str]:
    return {name: request.args[name] for name in ("incubator", "quarter", "year") if request.args.get(name)}


@blueprint.get("/staff/venture-figures")
@access("venture.manage")
def venture_figures() -> Response:
    """带动就业 by quarter, the report in its words with a list behind each number, and who has not reported."""
    uow = current_uow()
    made, day = _made(uow), last_quarter(uow.today)
    quarters = [day]
    while len(quarters) < QUARTERS:
        quarters.append(last_quarter(quarters[-1]))
    ids = queries.ventures_of(_path(uow))
    points = [
        (quarter_key(one), float(queries.stock_on(uow.session, ids, quarter_end(one)).total))
        for one in reversed(quarters[:DRAWN])
    ]
    missing = managed_ventures(uow.actor, queries.unreported(day, quarter_end(day)))
    return page(
        "growth/figures.html",
        made=made,
        chart=charts.columns(points, unit=_("人")),
        incubators=list(uow.rows(run_incubators(uow.actor, select(Incubator).order_by(Incubator.id)).limit(50))),
        names=queries.incubator_names(uow.session),
        quarters=[(quarter_key(one), quarter_words(one)) for one in quarters],
        years=[str(uow.today.year - back) for back in range(4)],
        asked=_asked(),
        missing=paged(uow, missing),
        quarter=quarter_words(day),
        current=quarter_of(uow.today),
    )


@blueprint.get("/staff/venture-figures/people")
@access("venture.manage")
def figure_list() -> Response:
    """The list behind a number, one line for each that was counted."""
    uow = current_uow()
    made = _made(uow)
    make = made.lists.get(request.args.get("what", ""))
    if make is None:
        raise NotFound
    return page("growth/list.html", table=make(), report=made.report, asked=_asked())


@blueprint.get("/staff/venture-figures.<form>")
@access("venture.manage", slow=True)
def figure_file(form: str) -> Response:
    """The report as a file: T6 with an incubator, T7 without."""
    if form not in MIMETYPES:
        raise NotFound
    with current_runtime().unit(g.actor, writing=False) as uow:
        report = _made(uow).report
    return download(write_report(report, form), f"{report.title}.{form}", MIMETYPES[form])


# ---------- who works for one venture ----------


def _venture(public_id: str) -> Venture:
    uow = current_uow()
    found: Venture = uow.one(managed_ventures(uow.actor, named(public_id)))
    return found


@blueprint.route("/staff/ventures/<public_id>/workers", methods=["GET", "POST"])
@access("venture.manage")
def staff_workers(public_id: str) -> Any:
    """Who works there, with the evidence; one more by POST."""
    uow, venture = current_uow(), _venture(public_id)
    form = WorkerForm.submitted(data={"started_on": uow.today})
    if form.act(lambda: workers.add_worker(uow, venture, form.facts())) is None:
        return _workers_page(venture, form)
    flash(_("已记下"), "success")
    return redirect(url_for("growth.staff_workers", public_id=public_id), 303)


def _workers_page(venture: Venture, form: PageForm) -> Response:
    uow = current_uow()
    return page(
        "growth/workers.html",
        form=form,
        worker_form=form if isinstance(form, WorkerForm) else WorkerForm(data={"started_on": uow.today}),
        venture=venture,
        workers=queries.worker_rows(uow.session, venture),
        reports=queries.reports_of(uow.session, venture),
        quarter_words=quarter_words,
        stock=queries.stock_on(uow.session, [venture.id], uow.today),
    )


@blueprint.post("/staff/ventures/<public_id>/workers/<worker_id>/end")
@access("venture.manage")
def staff_worker_left(public_id: str, worker_id: str) -> Any:
    """Somebody left today, or on the day that is said."""
    uow, venture = current_uow(), _venture(public_id)
    row = queries.get_worker(uow.session, venture, worker_id)
    form = EndForm.submitted()
    if form.act(lambda: workers.end_worker(uow, venture, row, on=form.ended_on.data or uow.today)) is None:
        return _workers_page(venture, form)
    flash(_("已记下"), "success")
    return redirect(url_for("growth.staff_workers", public_id=public_id), 303)
