"""Tables of employers, fairs and so on: hand in, say which column is which, check, confirm, take back, take out."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, g, redirect, request, url_for

from jobmatch.core.errors import require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.sheets import XLSX, write_workbook
from jobmatch.exchange.batches import is_running
from jobmatch.exchange.forms import chosen_places, columns_form, show_columns
from jobmatch.exchange.models import TableImport
from jobmatch.exchange.people_files import notes_workbook
from jobmatch.exchange.people_gate import MOST_BYTES, gate
from jobmatch.exchange.states import ImportState
from jobmatch.exchange.tables import services
from jobmatch.exchange.tables.files import export_sheet, table_template_sheets
from jobmatch.exchange.tables.forms import ExportForm, TableForm
from jobmatch.exchange.tables.kinds import SPECS, get_spec, own_specs
from jobmatch.exchange.tables.policies import can_use_tables, visible_table_imports
from jobmatch.exchange.tables.queries import table_import_named, table_imports, table_notes_of
from jobmatch.exchange.tables.spec import Spec
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow, page_unit, write_once
from jobmatch.web.fields import EmptyForm
from jobmatch.web.pages import download, page, paged

SHOWN_NOTES = 200
blueprint = Blueprint("tables", __name__, template_folder="templates")


def _batch(public_id: str) -> TableImport:
    uow = current_uow()
    found: TableImport = uow.one(visible_table_imports(uow.actor, table_import_named(public_id)))
    return found


def _to(batch: TableImport) -> Any:
    where = "columns" if batch.state is ImportState.MAPPING else "one"
    return redirect(url_for(f"tables.{where}", public_id=batch.public_id), 303)


@blueprint.get("/staff/imports/tables")
@access("import.run")
def imports() -> Response:
    """Every table that came in, and the kinds that may come in."""
    uow = current_uow()
    found = paged(uow, visible_table_imports(uow.actor, table_imports()))
    return page("tables/imports.html", found=found, specs=own_specs(uow.actor))


@blueprint.route("/staff/imports/tables/new/<kind>", methods=["GET", "POST"])
@access("import.run", slow=True, upload=MOST_BYTES)
def new(kind: str) -> Any:
    """Hand a table in. Its head is read outside of any unit."""
    spec = get_spec(kind)
    require(can_use_tables(g.actor, spec))
    form = TableForm((request.form | request.files) if request.method == "POST" else None)
    done = form.act(lambda: _hand_in(spec, form.table.data))
    if done is not None:
        return done
    with page_unit():
        return page("tables/new.html", form=form, spec=spec)


def _hand_in(spec: Spec, upload: Any) -> Response:
    content = upload.read()
    gate(content)
    table = services.open_sheet(spec, content)
    return write_once(lambda uow: _to(services.open_table_import(uow, spec, content, table, name=upload.filename)))


@blueprint.get("/staff/imports/tables/template/<kind>.xlsx")
@access("import.run", slow=True)
def template(kind: str) -> Response:
    """An empty table with what each column wants."""
    spec = get_spec(kind)
    return download(write_workbook(*table_template_sheets(spec)), spec.kind.label + ".xlsx", XLSX)


@blueprint.route("/staff/imports/tables/<public_id>/columns", methods=["GET", "POST"])
@access("import.run")
def columns(public_id: str) -> Any:
    """Say which column is which."""
    uow, batch = current_uow(), _batch(public_id)
    spec = SPECS[batch.kind]
    known = {name: str(place) for name, place in batch.mapping.items()} if request.method == "GET" else {}
    form: Any = columns_form(spec.columns).submitted(data=known)
    show_columns(form, spec.columns, batch.titles)
    if form.act(lambda: services.map_table_columns(uow, batch, chosen_places(form, spec.columns))) is not None:
        return _to(batch)
    may = batch.state in (ImportState.MAPPING, ImportState.CHECKED)
    return page("tables/columns.html", form=form, batch=batch, spec=spec, may=may, action=EmptyForm())


@blueprint.get("/staff/imports/tables/<public_id>")
@access("import.run")
def one(public_id: str) -> Response:
    """Where an import is: its progress while something runs, what was found, and what can be done next."""
    uow, batch = current_uow(), _batch(public_id)
    return page(
        "tables/one.html",
        fragment="tables/_one.html",
        batch=batch,
        state=batch.state.value,
        is_running=is_running(batch),
        done=services.rows_of(batch),
        notes=uow.rows(table_notes_of(batch).limit(SHOWN_NOTES + 1)),
        most=SHOWN_NOTES,
    )


@blueprint.post("/staff/imports/tables/<public_id>/confirm")
@access("import.run")
def confirm(public_id: str) -> Any:
    """Store what the check found good."""
    batch = _batch(public_id)
    services.confirm_table_import(current_uow(), batch)
    return _to(batch)


@blueprint.post("/staff/imports/tables/<public_id>/drop")
@access("import.run")
def drop(public_id: str) -> Any:
    """Forget a table that was not imported."""
    services.drop_table_import(current_uow(), _batch(public_id))
    flash(_("已放弃，这张表什么也没有存下"), "success")
    return redirect(url_for("tables.imports"), 303)


@blueprint.route("/staff/imports/tables/<public_id>/undo", methods=["GET", "POST"])
@access("import.run")
def undo(public_id: str) -> Any:
    """Ask once more, then take the import back."""
    batch = _batch(public_id)
    form = EmptyForm.submitted()
    if form.act_or_say(lambda: services.undo_table_import(current_uow(), batch)) is not None:
        return _to(batch)
    return page("tables/undo.html", form=form, batch=batch)


@blueprint.get("/staff/imports/tables/<public_id>/notes.xlsx")
@access("import.run", slow=True)
def notes(public_id: str) -> Response:
    """All rows that somebody has to look at."""
    with current_runtime().unit(g.actor, writing=False) as uow:
        batch = uow.one(visible_table_imports(uow.actor, table_import_named(public_id)))
        rows = uow.rows(table_notes_of(batch))
    return download(notes_workbook(rows), _("没有存入的行") + ".xlsx", XLSX)


@blueprint.route("/staff/exports/tables/<kind>", methods=["GET", "POST"])
@access("import.run", slow=True)
def export(kind: str) -> Any:
    """Take the records of the own subtree out, with a reason."""
    spec = get_spec(kind)
    require(can_use_tables(g.actor, spec))
    form = ExportForm(request.form if request.method == "POST" else None)
    made = form.act(lambda: _taken(spec, form.reason.data or ""))
    if made is not None:
        return download(made, spec.kind.label + ".xlsx", XLSX)
    with page_unit():
        return page("tables/export.html", form=form, spec=spec)


def _taken(spec: Spec, reason: str) -> bytes:
    with current_runtime().unit(g.actor) as uow:
        sheet = export_sheet(uow, spec, reason=reason)
    return write_workbook(sheet)
