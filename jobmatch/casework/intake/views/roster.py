"""Batches and rosters: lists, importing, and what becomes of a line."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, request, url_for

from jobmatch.accounts.models import Organization
from jobmatch.casework.intake.formats import (
    MOST_BYTES,
    check_roster_file,
    fault_workbook,
    template_workbook,
)
from jobmatch.casework.intake.forms import BatchForm, GrantPlanForm, MoveForm, RosterFileForm, RosterFilter
from jobmatch.casework.intake.policies import can_import_roster
from jobmatch.casework.intake.queries import intakes, roster
from jobmatch.casework.intake.services import roster as services
from jobmatch.casework.intake.states import MOVES, WAITED_FOR, ImportState, RosterMove, RosterState
from jobmatch.casework.intake.views.blueprint import blueprint
from jobmatch.casework.intake.views.common import as_file, batch_named, current_actor, entry_named, import_named
from jobmatch.core.errors import Invalid, NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.core.job_rows import Job
from jobmatch.core.sheets import XLSX
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow
from jobmatch.web.pages import page, paged

SHOWN_FAULTS = 200
FORM_BYTES = 64 * 1024


@blueprint.get("/staff/intake")
@access("case.work")
def batch_list() -> Response:
    """Batches with their counts, and those who reported last."""
    uow = current_uow()
    found = paged(uow, roster.batches(uow))
    recent = uow.rows(intakes.recent_intakes(uow).limit(8))
    waiting, late = roster.waited_for(uow)
    return page(
        "intake/batches.html",
        waiting=waiting,
        late=late,
        found=found,
        lines=roster.batch_lines(uow, found.rows),
        recent=intakes.intake_lines(uow, recent),
        station=uow.session.get(Organization, uow.actor.organization_id) if uow.actor.organization_id else None,
        states=list(RosterState),
    )


@blueprint.route("/staff/intake/batches/new", methods=["GET", "POST"])
@access("case.work")
def new_batch() -> Any:
    uow = current_uow()
    stations = roster.own_stations(uow)
    season = "autumn" if uow.today.month >= 7 else "spring"
    data = {"year": uow.today.year, "season": season, "station_id": stations[0].public_id if stations else ""}
    form = BatchForm.submitted(data=data)
    form.station_id.show([(station.public_id, station.name) for station in stations])
    done = form.act(
        lambda: services.make_batch(
            uow,
            next((station for station in stations if station.public_id == form.station_id.data), None),
            year=form.year.data,
            season=form.season.data,
            name=form.name.data or "",
        )
    )
    if done is not None:
        flash(_("已建好，可以导入名册了"), "success")
        return redirect(url_for("intake.batch", public_id=done.public_id), 303)
    return page("intake/batch_new.html", form=form)


@blueprint.get("/staff/intake/batches/<public_id>")
@access("case.work")
def batch(public_id: str) -> Response:
    return _batch_page(public_id)


def _batch_page(public_id: str, plan_form: Any = None) -> Response:
    uow = current_uow()
    found_batch = batch_named(uow, public_id)
    filters = RosterFilter(request.args)
    filters.method.choices = [("", _("全部")), *intakes.methods(uow)]
    found = paged(uow, roster.roster(uow, found_batch, filters.data))
    return page(
        "intake/batch.html",
        fragment="intake/_roster.html",
        form=plan_form,
        batch=found_batch,
        line=roster.batch_lines(uow, [found_batch])[0],
        filters=filters,
        found=found,
        lines=roster.roster_lines(uow, found.rows),
        states=list(RosterState),
        waited_for=WAITED_FOR,
        plan_form=plan_form or GrantPlanForm(),
        may_import=can_import_roster(uow.actor, found_batch),
    )


@blueprint.post("/staff/intake/batches/<public_id>/grants")
@access("case.work")
def plan_grants(public_id: str) -> Any:
    """One day for the one-time grant of all who came and have none yet."""
    uow = current_uow()
    found = batch_named(uow, public_id)
    form = GrantPlanForm.submitted()
    count = form.act(lambda: services.plan_grants(uow, found, due_on=form.due_on.data))
    if count is None:
        return _batch_page(public_id, form)
    flash(_("已给 %(n)s 人登记应发日期", n=count), "success")
    return redirect(url_for("intake.batch", public_id=public_id), 303)


@blueprint.get("/staff/intake/batches/<public_id>/roster.xlsx")
@access("case.work", slow=True)
def export_roster(public_id: str) -> Response:
    """The lines of a batch that the filters leave; taking them out leaves a trace."""
    actor = current_actor()
    with current_runtime().unit(actor) as uow:
        found = batch_named(uow, public_id)
        uow.audit("intake.roster_exported", found)
    with current_runtime().unit(actor, writing=False) as uow:
        content = roster.roster_workbook(uow, found, RosterFilter(request.args).data)
    return as_file(content, f"{found.name}.xlsx", XLSX)


@blueprint.get("/staff/intake/template.xlsx")
@access("case.work", slow=True)
def roster_template() -> Response:
    with current_runtime().unit(current_actor(), writing=False) as uow:
        content = template_workbook(uow.session)
    return as_file(content, _("移交接收名册模板") + ".xlsx", XLSX)


@blueprint.route("/staff/intake/batches/<public_id>/import", methods=["GET", "POST"])
@access("person.import", slow=True, upload=MOST_BYTES + FORM_BYTES)
def import_roster(public_id: str) -> Any:
    """Hand in a roster; it is read and shown before anything of it is stored."""
    runtime, actor = current_runtime(), current_actor()
    with runtime.unit(actor, writing=False) as uow:
        found = batch_named(uow, public_id)
    form = RosterFileForm.submitted()
    run = form.act(lambda: _hand_in(public_id))
    if run is not None:
        return redirect(url_for("intake.import_checked", public_id=run), 303)
    return page("intake/import.html", form=form, batch=found)


def _hand_in(public_id: str) -> str:
    """Check, read and keep the uploaded file; the public id of its import. Raises ``Invalid`` on ``file``."""
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        raise Invalid(fields={"file": _("请选名册文件")})
    content, name = upload.read(), upload.filename
    check_roster_file(content, name)
    runtime, actor = current_runtime(), current_actor()
    with runtime.unit(actor, writing=False) as uow:
        services.try_roster(uow, batch_named(uow, public_id), content=content, name=name)
    with runtime.unit(actor) as uow:
        return services.hand_in_roster(uow, batch_named(uow, public_id), content=content, name=name).public_id


@blueprint.route("/staff/intake/imports/<public_id>", methods=["GET", "POST"])
@access("person.import", slow=True)
def import_checked(public_id: str) -> Any:
    """What would be stored and what would not; pressing the button stores it."""
    runtime, actor = current_runtime(), current_actor()
    with runtime.unit(actor, writing=False) as uow:
        run, found = import_named(uow, public_id)
        is_read = run.state is not ImportState.RUNNING
        rows = services.rows_of_import(uow, run, found) if is_read else []
        preview = services.preview(uow, found, rows) if run.state is ImportState.CHECKED else None
        job = uow.session.get(Job, run.job_id) if run.job_id else None
    if request.method == "POST":
        with runtime.unit(actor) as uow:
            run, found = import_named(uow, public_id)
            services.begin_import(uow, run, found, rows)
        return redirect(url_for("intake.import_checked", public_id=public_id), 303)
    faults = [fault for row in rows for fault in row.faults]
    return page(
        "intake/import_checked.html",
        run=run,
        batch=found,
        preview=preview,
        faults=faults[:SHOWN_FAULTS],
        fault_count=len(faults),
        job=job,
    )


@blueprint.get("/staff/intake/imports/<public_id>/faults.xlsx")
@access("person.import", slow=True)
def import_faults(public_id: str) -> Response:
    """All rows that are not stored, with column, value and reason."""
    with current_runtime().unit(current_actor(), writing=False) as uow:
        run, found = import_named(uow, public_id)
        rows = services.rows_of_import(uow, run, found)
    faults = [fault for row in rows for fault in row.faults]
    if not faults:
        raise NotFound
    return as_file(fault_workbook(faults), _("没有存入的行") + ".xlsx", XLSX)


@blueprint.route("/staff/intake/roster/<public_id>", methods=["GET", "POST"])
@access("case.work")
def entry(public_id: str) -> Any:
    """One line of the roster: who, until when, the way to registering, and other states with a reason."""
    uow = current_uow()
    found = entry_named(uow, public_id)
    form = MoveForm.submitted(data={"version": found.version})
    form.move.choices = [(move.value, move.label) for move in RosterMove if (found.state, move) in MOVES]
    done = form.act(
        lambda: services.move_entry(
            uow, found, form.move.data, reason=form.reason.data or "", version=form.version.data
        )
    )
    if done is not None:
        flash(_("已改成：%(state)s", state=done.state.label), "success")
        return redirect(url_for("intake.entry", public_id=public_id), 303)
    return page(
        "intake/entry.html",
        form=form,
        line=roster.roster_lines(uow, [found])[0],
        batch=roster.batch_of(uow, found),
        person=intakes.file_of_entry(uow, found),
        is_waited_for=found.state in WAITED_FOR,
    )
