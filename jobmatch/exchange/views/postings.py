"""Tables of postings: hand in, say which column is which, check, confirm, follow, take back."""

from __future__ import annotations

from typing import Any

from flask import Response, redirect, request, url_for

from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.core.sheets import XLSX, write_workbook
from jobmatch.core.uow import UnitOfWork
from jobmatch.exchange import posting_imports as services
from jobmatch.exchange.batches import is_running, rows_of
from jobmatch.exchange.forms import ColumnsForm, PostingTableForm, chosen_places, show_columns
from jobmatch.exchange.models import PostingImport
from jobmatch.exchange.people_gate import MOST_BYTES, gate
from jobmatch.exchange.policies import visible_posting_imports, visible_posting_sources
from jobmatch.exchange.posting_columns import COLUMNS, open_posting_table
from jobmatch.exchange.posting_files import posting_template_sheets
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
from jobmatch.exchange.views.steps import Steps, add_steps
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow, page_unit, write_once
from jobmatch.web.pages import download, page, paged

SHOWN_NOTES = 200


def _find(uow: UnitOfWork, public_id: str) -> PostingImport:
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
    uow, batch = current_uow(), _find(current_uow(), public_id)
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
    )


@blueprint.get("/staff/imports/postings/<public_id>")
@access("import.run")
def posting_import(public_id: str) -> Response:
    """Where an import is: its progress while something runs, what was found, and what can be done next."""
    uow, batch = current_uow(), _find(current_uow(), public_id)
    kind = next((kind for kind in PostingRowNote if kind.value == request.args.get("kind")), None)
    return page(
        "exchange/posting_import.html",
        fragment="exchange/_posting_import.html",
        batch=batch,
        source=source_of(uow, batch),
        state=batch.state.value,
        is_running=is_running(batch),
        done=rows_of(batch),
        notes=uow.rows(posting_notes_of(batch, kind).limit(SHOWN_NOTES + 1)),
        counts=note_counts(uow, batch),
        kind=kind,
        most=SHOWN_NOTES,
    )


add_steps(
    blueprint,
    Steps(
        prefix="posting_",
        base="/staff/imports/postings",
        permission="import.run",
        find=_find,
        one="exchange.posting_import",
        many="exchange.posting_imports",
        confirm=services.confirm_posting_import,
        drop=services.drop_posting_import,
        undo=services.undo_posting_import,
        notes=lambda uow, batch: (note for note, _public_id in uow.rows(posting_notes_of(batch))),
        notes_title=N_("要看的行"),
        dropped_words=N_("已放弃，这张表没有存下任何岗位"),
        undo_words=N_(
            "这次存入了 %(n)s 条新岗位。导入以后没有人动过的会关闭；改过的、已经办理的会留下，并列出原因。"
            "按来源更新过的岗位不退回。"
        ),
    ),
)
