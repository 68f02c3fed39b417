"""Tables of people: hand in, check, confirm, follow, take back."""

from __future__ import annotations

from typing import Any

from flask import Response, g, redirect, request, url_for

from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.core.sheets import XLSX, write_workbook
from jobmatch.core.uow import UnitOfWork
from jobmatch.exchange import people_imports as services
from jobmatch.exchange.batches import is_running, rows_of
from jobmatch.exchange.forms import PeopleTableForm
from jobmatch.exchange.models import PeopleImport
from jobmatch.exchange.people_columns import PeopleTable, read_people_table
from jobmatch.exchange.people_files import template_sheets
from jobmatch.exchange.people_gate import MOST_BYTES, gate
from jobmatch.exchange.policies import visible_people_imports
from jobmatch.exchange.queries import notes_of, people_import_named
from jobmatch.exchange.queries import people_imports as all_imports
from jobmatch.exchange.views.blueprint import blueprint
from jobmatch.exchange.views.steps import Steps, add_steps
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow
from jobmatch.web.pages import download, page, paged

SHOWN_NOTES = 200


def _find(uow: UnitOfWork, public_id: str) -> PeopleImport:
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
    uow, batch = current_uow(), _find(current_uow(), public_id)
    return page(
        "exchange/people_import.html",
        fragment="exchange/_people_import.html",
        batch=batch,
        state=batch.state.value,
        is_running=is_running(batch),
        done=rows_of(batch),
        notes=uow.rows(notes_of(batch).limit(SHOWN_NOTES + 1)),
        most=SHOWN_NOTES,
    )


add_steps(
    blueprint,
    Steps(
        prefix="people_",
        base="/staff/imports/people",
        permission="person.import",
        find=_find,
        one="exchange.people_import",
        many="exchange.people_imports",
        confirm=services.confirm_people_import,
        drop=services.drop_people_import,
        undo=services.undo_people_import,
        notes=lambda uow, batch: uow.rows(notes_of(batch)),
        notes_title=N_("没有存入的行"),
        dropped_words=N_("已放弃，这张表没有存下任何人"),
        undo_words=N_(
            "这次存入了 %(n)s 人。导入以后没有人动过的档案会删掉；改过的、本人认领的、有办理记录的会留下，并列出原因。"
        ),
    ),
)
