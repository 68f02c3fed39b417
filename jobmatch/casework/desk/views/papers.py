"""Papers for a request: handing in, opening and taking back, by the person and by the staff who work on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, flash, g, redirect, request, url_for

from jobmatch.casework.desk.forms import PaperForm
from jobmatch.casework.desk.models import ServiceRequest
from jobmatch.casework.desk.policies import visible_requests
from jobmatch.casework.desk.queries.papers import find_paper
from jobmatch.casework.desk.queries.requests import request_named
from jobmatch.casework.desk.services import papers
from jobmatch.casework.desk.views.blueprint import blueprint
from jobmatch.casework.desk.views.staff import show_request
from jobmatch.casework.desk.views.veteran import show_own_request
from jobmatch.core.errors import Invalid
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.core.uploads import MOST_BYTES, take_upload
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow, page_unit
from jobmatch.web.fields import EmptyForm
from jobmatch.web.pages import download, page

# The form around the file has some fields of its own.
_BODY = MOST_BYTES + 64 * 1024


def _request(uow: UnitOfWork, public_id: str) -> ServiceRequest:
    found: ServiceRequest = uow.one(visible_requests(uow.actor, request_named(public_id)))
    return found


def _add(public_id: str, back: str, show: Callable[[ServiceRequest, PaperForm], Response]) -> Any:
    """A file is checked and drawn anew outside any unit, and stored only when that went well."""
    form = PaperForm.submitted()
    if form.act(lambda: _keep(public_id, form)):
        flash(_("已收到"), "success")
        return redirect(url_for(back, public_id=public_id) + "#papers", 303)
    with page_unit() as uow:
        return show(_request(uow, public_id), form)


def _keep(public_id: str, form: PaperForm) -> bool:
    runtime, file, name = current_runtime(), request.files.get(form.file.name), form.paper.data or ""
    with runtime.unit(g.actor, writing=False) as uow:
        papers.check_may_add(uow, _request(uow, public_id), name=name)
    if file is None or not file.filename:
        raise Invalid(fields={"file": _("请选一个文件")})
    try:
        upload = take_upload(file.filename, file.read(MOST_BYTES + 1), papers.KINDS)
    except Invalid as error:
        raise Invalid(fields={"file": error.message}) from None
    with runtime.unit(g.actor) as uow:
        papers.keep_paper(uow, _request(uow, public_id), name=name, upload=upload)
    return True


def _open(public_id: str, paper_id: str) -> Response:
    with current_runtime().unit(g.actor) as uow:
        found = _request(uow, public_id)
        content, file = papers.read_paper(uow, found, find_paper(uow, found, paper_id))
        name, mimetype = file.name, file.mimetype
    return download(content, name, mimetype)


def _remove(public_id: str, paper_id: str, back: str, layout: str) -> Any:
    uow = current_uow()
    found = _request(uow, public_id)
    row = find_paper(uow, found, paper_id)
    form = EmptyForm.submitted()
    back_url = url_for(back, public_id=public_id) + "#papers"
    if form.act(lambda: papers.drop_paper(uow, found, row)):
        flash(_("已删除"), "success")
        return redirect(back_url, 303)
    return page("desk/paper_remove.html", form=form, row=row, back_url=back_url, layout=layout)


@blueprint.post("/me/services/<public_id>/papers")
@access("person.own", slow=True, upload=_BODY)
def my_paper_add(public_id: str) -> Any:
    return _add(public_id, "desk.my_request", lambda found, form: show_own_request(found, paper_form=form))


@blueprint.get("/me/services/<public_id>/papers/<paper_id>")
@access("person.own", slow=True)
def my_paper(public_id: str, paper_id: str) -> Response:
    """The file as it is kept."""
    return _open(public_id, paper_id)


@blueprint.route("/me/services/<public_id>/papers/<paper_id>/remove", methods=["GET", "POST"])
@access("person.own")
def my_paper_remove(public_id: str, paper_id: str) -> Any:
    return _remove(public_id, paper_id, "desk.my_request", "people.html")


@blueprint.post("/staff/desk/<public_id>/papers")
@access("case.work", slow=True, upload=_BODY)
def staff_paper_add(public_id: str) -> Any:
    return _add(public_id, "desk.staff_request", lambda found, form: show_request(found, paper_form=form))


@blueprint.get("/staff/desk/<public_id>/papers/<paper_id>")
@access("case.work", slow=True)
def staff_paper(public_id: str, paper_id: str) -> Response:
    """The file as it is kept; the person reads that the office opened it."""
    return _open(public_id, paper_id)


@blueprint.route("/staff/desk/<public_id>/papers/<paper_id>/remove", methods=["GET", "POST"])
@access("case.work")
def staff_paper_remove(public_id: str, paper_id: str) -> Any:
    return _remove(public_id, paper_id, "desk.staff_request", "staff.html")


@blueprint.post("/staff/desk/<public_id>/papers/seen")
@access("case.work")
def staff_paper_seen(public_id: str) -> Any:
    """The original of a paper lay on the counter."""
    uow = current_uow()
    found = _request(uow, public_id)
    form = PaperForm.submitted()
    if form.act(lambda: papers.see_original(uow, found, name=form.paper.data or "")) is None:
        return show_request(found, paper_form=form)
    flash(_("已记录：看过原件"), "success")
    return redirect(url_for("desk.staff_request", public_id=public_id) + "#papers", 303)
