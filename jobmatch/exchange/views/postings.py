"""Tables of postings: hand in, say which column is which, check, confirm, follow, take back."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, g, redirect, request, url_for

from jobmatch.core.i18n import gettext as _
from jobmatch.core.sheets import XLSX, write_workbook
from jobmatch.exchange import posting_imports as services
from jobmatch.exchange.batches import is_running
from jobmatch.exchange.forms import ColumnsForm, PostingTableForm, chosen_places, show_columns
from jobmatch.exchange.models import PostingImport
from jobmatch.exchange.people_gate import MOST_BYTES, gate
from jobmatch.exchange.policies import visible_posting_imports, visible_posting_sources
from jobmatch.exchange.posting_columns import COLUMNS, open_posting_table
from jobmatch.exchange.posting_files import posting_notes_workbook, posting_template_sheets
from jobmatch.exchange.queries import (
    note_counts,
    posting_import_named,
    posting_notes_of,
    posting_sources,
    source_of,
)
from jobmatch.exchange.queries import posting_imports as all_imports
from jobmatch.exchange.states import ImportState, PostingRowNote
from jobmatch.exchange.views.blueprint import blueprint
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow, page_unit, write_once
from jobmatch.web.fields import EmptyForm
from jobmatch.web.pages import download, page, paged

SHOWN_NOTES = 200


def _batch(public_id: str) -> PostingImport:
    uow = current_uow()
    found: PostingImport = uow.one(visible_posting_imports(uow.actor, posting_import_named(public_id)))
    return found


def _to(batch: PostingImport) -> Any:
    where = "posting_columns" if batch.state is ImportState.MAPPING else "posting_import"
    return redirect(url_for(f"exchange.{where}", public_id=batch.public_id), 303)


@blueprint.get("/staff/imports/postings")
@access("import.run")
def posting_imports() -> Response:
    """Every table and every list of a machine that came in."""
    uow = current_uow()
    found = paged(uow, visible_posting_imports(uow.actor, all_imports()))
    return page("exchange/posting_imports.html", found=found)


@blueprint.route("/staff/imports/postings/new", methods=["GET", "POST"])
@access("import.run", slow=True, upload=MOST_BYTES)
def posting_new() -> Any:
    """Hand a table in. Its head is read outside of any unit."""
    form = PostingTableForm((request.form | request.files) if request.method == "POST" else None)
    done = form.act(lambda: _hand_in(form))
    if done is not None:
        return done
    with page_unit() as uow:
        names = [source.name for source in uow.rows(visible_posting_sources(uow.actor, posting_sources().limit(50)))]
        return page("exchange/posting_new.html", form=form, names=names)


def _hand_in(form: PostingTableForm) -> Response:
    upload = form.table.data
    content = upload.read()
    gate(content)
    table = open_posting_table(content)
    return write_once(
        lambda uow: _to(
            services.open_posting_import(
                uow,
                content,
                table,
                name=upload.filename,
                source=form.source.data or "",
                consent=form.way,
                is_full=form.is_full.data,
            )
        )
    )


@blueprint.get("/staff/imports/postings/template.xlsx")
@access("import.run", slow=True)
def posting_template() -> Response:
    """An empty 岗位征集表 with what each column wants."""
    return download(write_workbook(*posting_template_sheets()), _("岗位征集表") + ".xlsx", XLSX)


@blueprint.route("/staff/imports/postings/<public_id>/columns", methods=["GET", "POST"])
@access("import.run")
def posting_columns(public_id: str) -> Any:
    """Say which column is which."""
    uow, batch = current_uow(), _batch(public_id)
    known = {name: str(place) for name, place in batch.mapping.items()} if request.method == "GET" else {}
    form: Any = ColumnsForm.submitted(data=known)
    show_columns(form, COLUMNS, batch.titles)
    if form.act(lambda: services.map_columns(uow, batch, chosen_places(form, COLUMNS))) is not None:
        return _to(batch)
    return page(
        "exchange/posting_columns.html",
        form=form,
        batch=batch,
        source=source_of(uow, batch),
        columns=COLUMNS,
        may=batch.state in (ImportState.MAPPING, ImportState.CHECKED),
        action=EmptyForm(),
    )


@blueprint.get("/staff/imports/postings/<public_id>")
@access("import.run")
def posting_import(public_id: str) -> Response:
    """Where an import is: its progress while something runs, what was found, and what can be done next."""
    uow, batch = current_uow(), _batch(public_id)
    kind = next((kind for kind in PostingRowNote if kind.value == request.args.get("kind")), None)
    return page(
        "exchange/posting_import.html",
        fragment="exchange/_posting_import.html",
        batch=batch,
        source=source_of(uow, batch),
        state=batch.state.value,
        is_running=is_running(batch),
        done=services.rows_of(batch),
        notes=uow.rows(posting_notes_of(batch, kind).limit(SHOWN_NOTES + 1)),
        counts=note_counts(uow, batch),
        kind=kind,
        most=SHOWN_NOTES,
    )


@blueprint.post("/staff/imports/postings/<public_id>/confirm")
@access("import.run")
def posting_confirm(public_id: str) -> Any:
    """Store what the check found good."""
    batch = _batch(public_id)
    services.confirm_posting_import(current_uow(), batch)
    return _to(batch)


@blueprint.post("/staff/imports/postings/<public_id>/drop")
@access("import.run")
def posting_drop(public_id: str) -> Any:
    """Forget a table that was not imported."""
    services.drop_posting_import(current_uow(), _batch(public_id))
    flash(_("已放弃，这张表没有存下任何岗位"), "success")
    return redirect(url_for("exchange.posting_imports"), 303)


@blueprint.route("/staff/imports/postings/<public_id>/undo", methods=["GET", "POST"])
@access("import.run")
def posting_undo(public_id: str) -> Any:
    """Ask once more, then take the import back."""
    batch = _batch(public_id)
    form = EmptyForm.submitted()
    if form.act(lambda: services.undo_posting_import(current_uow(), batch)) is not None:
        return _to(batch)
    return page("exchange/posting_undo.html", form=form, batch=batch)


@blueprint.get("/staff/imports/postings/<public_id>/notes.xlsx")
@access("import.run", slow=True)
def posting_notes(public_id: str) -> Response:
    """All rows that somebody has to look at."""
    with current_runtime().unit(g.actor, writing=False) as uow:
        batch = uow.one(visible_posting_imports(uow.actor, posting_import_named(public_id)))
        notes = [note for note, _public_id in uow.rows(posting_notes_of(batch))]
    return download(posting_notes_workbook(notes), _("要看的行") + ".xlsx", XLSX)
