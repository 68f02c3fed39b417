"""Tables of employers, fairs and so on: hand in, say which column is which, check, confirm, take back, take out."""

from __future__ import annotations

from typing import Any, cast

from flask import Blueprint, Response, g, redirect, request, url_for

from jobmatch.core.errors import require
from jobmatch.core.i18n import N_
from jobmatch.core.sheets import XLSX, write_workbook
from jobmatch.core.uow import UnitOfWork
from jobmatch.exchange.batches import is_running, rows_of
from jobmatch.exchange.forms import chosen_places, columns_form, show_columns
from jobmatch.exchange.models import TableImport
from jobmatch.exchange.people_gate import MOST_BYTES, gate
from jobmatch.exchange.states import ImportState, TakingState
from jobmatch.exchange.tables import services, taking
from jobmatch.exchange.tables.files import table_template_sheets
from jobmatch.exchange.tables.forms import ExportForm, TableForm
from jobmatch.exchange.tables.kinds import SPECS, get_spec, get_taking, own_specs, own_takings
from jobmatch.exchange.tables.policies import can_use_tables, visible_exports, visible_table_imports
from jobmatch.exchange.tables.queries import export_named, exports_by, table_import_named, table_imports, table_notes_of
from jobmatch.exchange.tables.spec import Spec, Taking
from jobmatch.exchange.views.steps import Steps, add_steps
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow, page_unit, write_once
from jobmatch.web.pages import download, page, paged

SHOWN_NOTES, SHOWN_EXPORTS = 200, 5
blueprint = Blueprint("tables", __name__, template_folder="templates")


def _find(uow: UnitOfWork, public_id: str) -> TableImport:
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
    return page(
        "tables/imports.html",
        found=found,
        specs=own_specs(uow.actor),
        takings=own_takings(uow.actor),
        taken=uow.rows(visible_exports(uow.actor, exports_by(uow.actor.user_id).limit(SHOWN_EXPORTS))),
    )


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
    uow, batch = current_uow(), _find(current_uow(), public_id)
    spec = SPECS[batch.kind]
    known = {name: str(place) for name, place in batch.mapping.items()} if request.method == "GET" else {}
    form: Any = columns_form(spec.columns).submitted(data=known)
    show_columns(form, spec.columns, batch.titles)
    if form.act(lambda: services.map_table_columns(uow, batch, chosen_places(form, spec.columns))) is not None:
        return _to(batch)
    may = batch.state in (ImportState.MAPPING, ImportState.CHECKED)
    return page("tables/columns.html", form=form, batch=batch, spec=spec, may=may)


@blueprint.get("/staff/imports/tables/<public_id>")
@access("import.run")
def one(public_id: str) -> Response:
    """Where an import is: its progress while something runs, what was found, and what can be done next."""
    uow, batch = current_uow(), _find(current_uow(), public_id)
    return page(
        "tables/one.html",
        fragment="tables/_one.html",
        batch=batch,
        state=batch.state.value,
        is_running=is_running(batch),
        done=rows_of(batch),
        notes=uow.rows(table_notes_of(batch).limit(SHOWN_NOTES + 1)),
        most=SHOWN_NOTES,
    )


add_steps(
    blueprint,
    Steps(
        prefix="",
        base="/staff/imports/tables",
        permission="import.run",
        find=_find,
        one="tables.one",
        many="tables.imports",
        confirm=services.confirm_table_import,
        drop=services.drop_table_import,
        undo=services.undo_table_import,
        notes=lambda uow, batch: uow.rows(table_notes_of(batch)),
        notes_title=N_("没有存入的行"),
        dropped_words=N_("已放弃，这张表什么也没有存下"),
        undo_words=N_("这次存入了 %(n)s 条。导入以后没有人动过的会撤掉；改过的、办过的会留下，并列出原因。"),
    ),
)


@blueprint.route("/staff/exports/tables/<table>", methods=["GET", "POST"])
@access("import.run", slow=True)
def export(table: str) -> Any:
    """Take the records of the own subtree out, with a reason: a short table at once, a long one in the background."""
    spec = get_taking(table)
    require(can_use_tables(g.actor, spec))
    asked = taking.asked_of(spec, request.args)
    form = ExportForm(request.form if request.method == "POST" else None)
    made = form.act(lambda: _taken(spec, form.reason.data or "", asked))
    if made is not None:
        return made
    with page_unit() as uow:
        count = taking.count_of(uow, spec, asked)
        return page("tables/export.html", form=form, spec=spec, asked=asked, count=count, at_once=taking.AT_ONCE)


def _taken(spec: Taking, reason: str, asked: dict[str, str]) -> Response:
    with current_runtime().unit(g.actor) as uow:
        if taking.count_of(uow, spec, asked) > taking.AT_ONCE:
            made = taking.begin_export(uow, spec, reason=reason, asked=asked)
            return cast(Response, redirect(url_for("tables.taken", public_id=made.public_id), 303))
        sheet = taking.export_sheet(uow, spec, reason=reason, asked=asked)
    return download(write_workbook(sheet), spec.taken.label + ".xlsx", XLSX)


@blueprint.get("/staff/exports/<public_id>")
@access("import.run")
def taken(public_id: str) -> Response:
    """How far a long table is, and where it is fetched."""
    uow = current_uow()
    found = uow.one(visible_exports(uow.actor, export_named(public_id)))
    is_running = found.state in (TakingState.WAITING, TakingState.RUNNING)
    return page("tables/taken.html", fragment="tables/_taken.html", export=found, is_running=is_running)


@blueprint.get("/staff/exports/<public_id>/file.xlsx")
@access("import.run", slow=True)
def taken_file(public_id: str) -> Response:
    """The table itself; fetching it leaves a trace."""
    with current_runtime().unit(g.actor) as uow:
        name, content = taking.read_export(uow, uow.one(visible_exports(uow.actor, export_named(public_id))))
    return download(content, name, XLSX)
