"""Tables of people: hand in, check, confirm, follow, take back."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, g, redirect, request, url_for

from jobmatch.core.i18n import gettext as _
from jobmatch.core.sheets import XLSX, write_workbook
from jobmatch.exchange import people_imports as services
from jobmatch.exchange.batches import is_running
from jobmatch.exchange.forms import PeopleTableForm
from jobmatch.exchange.models import PeopleImport
from jobmatch.exchange.people_columns import PeopleTable, read_people_table
from jobmatch.exchange.people_files import notes_workbook, template_sheets
from jobmatch.exchange.people_gate import MOST_BYTES, gate
from jobmatch.exchange.policies import visible_people_imports
from jobmatch.exchange.queries import notes_of, people_import_named
from jobmatch.exchange.queries import people_imports as all_imports
from jobmatch.exchange.views.blueprint import blueprint
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow
from jobmatch.web.fields import EmptyForm
from jobmatch.web.pages import download, page, paged

SHOWN_NOTES = 200


def _batch(public_id: str) -> PeopleImport:
    uow = current_uow()
    found: PeopleImport = uow.one(visible_people_imports(uow.actor, people_import_named(public_id)))
    return found


def _to(batch: PeopleImport) -> Any:
    return redirect(url_for("exchange.people_import", public_id=batch.public_id), 303)


@blueprint.get("/staff/imports/people")
@access("person.import")
def people_imports() -> Response:
    uow = current_uow()
    return page("exchange/people_imports.html", found=paged(uow, visible_people_imports(uow.actor, all_imports())))


@blueprint.route("/staff/imports/people/new", methods=["GET", "POST"])
@access("person.import", slow=True, upload=MOST_BYTES)
def people_new() -> Any:
    """Hand a table in. Its head is read outside of any unit; the rows are checked in the background."""
    form = PeopleTableForm(request.files if request.method == "POST" else None)
    batch = form.act(lambda: _hand_in(form.table.data))
    return _to(batch) if batch is not None else page("exchange/people_new.html", form=form)


def _hand_in(upload: Any) -> PeopleImport:
    content = upload.read()
    gate(content)
    table: PeopleTable = read_people_table(content)
    with current_runtime().unit(g.actor) as uow:
        return services.open_people_import(uow, content, table, name=upload.filename)


@blueprint.get("/staff/imports/people/template.xlsx")
@access("person.import", slow=True)
def people_template() -> Response:
    with current_runtime().unit(g.actor, writing=False) as uow:
        sheets = template_sheets(uow)
    return download(write_workbook(*sheets), _("人员导入模板") + ".xlsx", XLSX)


@blueprint.get("/staff/imports/people/<public_id>")
@access("person.import")
def people_import(public_id: str) -> Response:
    """Where an import is: its progress while something runs, what was found, and what can be done next."""
    uow, batch = current_uow(), _batch(public_id)
    done = batch.stored_count + batch.same_count + batch.refused_count
    return page(
        "exchange/people_import.html",
        fragment="exchange/_people_import.html",
        batch=batch,
        state=batch.state.value,
        is_running=is_running(batch),
        done=done,
        notes=uow.rows(notes_of(batch).limit(SHOWN_NOTES + 1)),
        most=SHOWN_NOTES,
        action=EmptyForm(),
    )


@blueprint.post("/staff/imports/people/<public_id>/confirm")
@access("person.import")
def people_confirm(public_id: str) -> Any:
    batch = _batch(public_id)
    services.confirm_people_import(current_uow(), batch)
    return _to(batch)


@blueprint.post("/staff/imports/people/<public_id>/drop")
@access("person.import")
def people_drop(public_id: str) -> Any:
    services.drop_people_import(current_uow(), _batch(public_id))
    flash(_("已放弃，这张表没有存下任何人"), "success")
    return redirect(url_for("exchange.people_imports"), 303)


@blueprint.route("/staff/imports/people/<public_id>/undo", methods=["GET", "POST"])
@access("person.import")
def people_undo(public_id: str) -> Any:
    """Ask once more, then take the import back."""
    batch = _batch(public_id)
    form = EmptyForm.submitted()
    if form.act(lambda: services.undo_people_import(current_uow(), batch)) is not None:
        return _to(batch)
    return page("exchange/people_undo.html", form=form, batch=batch)


@blueprint.get("/staff/imports/people/<public_id>/notes.xlsx")
@access("person.import", slow=True)
def people_notes(public_id: str) -> Response:
    """All rows that were not stored as they stand."""
    with current_runtime().unit(g.actor, writing=False) as uow:
        batch = uow.one(visible_people_imports(uow.actor, people_import_named(public_id)))
        notes = uow.rows(notes_of(batch))
    return download(notes_workbook(notes), _("没有存入的行") + ".xlsx", XLSX)
