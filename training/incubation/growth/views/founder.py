"""The founder's pages: the quarter from the phone, and who works there."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, request, url_for

from jobmatch.core.i18n import gettext as _
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.fields import EmptyForm
from jobmatch.web.pages import PageForm, page
from training.incubation.growth import queries
from training.incubation.growth.blueprint import blueprint
from training.incubation.growth.forms import EndForm, ReportForm, WorkerForm
from training.incubation.growth.periods import last_quarter, quarter_end, quarter_words
from training.incubation.growth.services import reports, workers
from training.incubation.ventures.models import Venture
from training.incubation.ventures.policies import own_ventures
from training.incubation.ventures.queries import named


def _own(public_id: str) -> Venture:
    uow = current_uow()
    found: Venture = uow.one(own_ventures(uow.actor, named(public_id)))
    return found


@blueprint.get("/my/venture/report")
@access("person.own")
def my_report() -> Response:
    """What is to be reported now, one tap where nothing changed, and who works there."""
    uow = current_uow()
    rows = list(uow.rows(own_ventures(uow.actor, queries.reporting()).limit(10)))
    wanted = request.args.get("venture", "")
    venture = next((one for one in rows if one.public_id == wanted), rows[0] if rows else None)
    return _report_page(venture, others=rows)


def _report_page(venture: Venture | None, form: PageForm | None = None, *, others: Any = ()) -> Response:
    uow, period_on = current_uow(), last_quarter(current_uow().today)
    known = queries.reports_of(uow.session, venture) if venture else []
    now = next((one for one in known if one.period_on == period_on), None)
    last = next((one for one in known if one.period_on < period_on), None)
    data = {"started_on": uow.today}
    shown = now or last
    filled = {"worker_count": shown.worker_count, "veteran_count": shown.veteran_count} if shown else {}
    is_due = bool(venture and venture.registered_on and venture.registered_on <= quarter_end(period_on))
    return page(
        "growth/my_report.html",
        form=form,
        venture=venture,
        others=[one for one in others if venture and one.id != venture.id],
        report_form=form if isinstance(form, ReportForm) else ReportForm(data=filled),
        worker_form=form if isinstance(form, WorkerForm) else WorkerForm(data=data),
        quarter=quarter_words(period_on),
        due_on=reports.due_on(uow, period_on),
        is_due=is_due,
        now=now,
        last=last,
        last_quarter=quarter_words(last.period_on) if last else "",
        workers=queries.worker_rows(uow.session, venture) if venture else [],
        today=uow.today,
    )


@blueprint.post("/my/venture/<public_id>/report")
@access("person.own")
def send_report(public_id: str) -> Any:
    """The answers, or the one tap."""
    uow, venture = current_uow(), _own(public_id)
    is_same = request.form.get("action") == "same"
    form: Any = EmptyForm.submitted() if is_same else ReportForm.submitted()
    act = (
        (lambda: reports.repeat_report(uow, venture))
        if is_same
        else (lambda: reports.save_report(uow, venture, form.facts()))
    )
    if form.act(act) is None:
        return _report_page(venture, form)
    flash(_("已报，谢谢"), "success")
    return redirect(url_for("growth.my_report", venture=public_id), 303)


@blueprint.post("/my/venture/<public_id>/workers")
@access("person.own")
def my_worker(public_id: str) -> Any:
    """Somebody who works there."""
    uow, venture, form = current_uow(), _own(public_id), WorkerForm.submitted()
    if form.act(lambda: workers.add_worker(uow, venture, form.facts())) is None:
        return _report_page(venture, form)
    flash(_("已记下"), "success")
    return redirect(url_for("growth.my_report", venture=public_id, _anchor="workers"), 303)


@blueprint.post("/my/venture/<public_id>/workers/<worker_id>/end")
@access("person.own")
def my_worker_left(public_id: str, worker_id: str) -> Any:
    """Somebody left today, or on the day that is said."""
    uow, venture = current_uow(), _own(public_id)
    row = queries.get_worker(uow.session, venture, worker_id)
    form = EndForm.submitted()
    if form.act(lambda: workers.end_worker(uow, venture, row, on=form.ended_on.data or uow.today)) is None:
        return _report_page(venture, form)
    flash(_("已记下"), "success")
    return redirect(url_for("growth.my_report", venture=public_id, _anchor="workers"), 303)
