"""The papers of a class, for the office and for the provider."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, g, redirect, request, url_for

from jobmatch.core.actors import Actor
from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow
from jobmatch.web.fields import EmptyForm
from jobmatch.web.pages import download, page
from jobmatch.web.uploaded import BODY, uploaded
from training.courses.classes import queries
from training.courses.classes.blueprint import blueprint
from training.courses.classes.forms import PaperForm
from training.courses.classes.policies import run_session
from training.courses.classes.services import papers
from training.courses.classes.states import APPLICATION_PAPERS, SessionPaperKind
from training.courses.classes.views.common import way


def _list(public_id: str, form: Any = None) -> Response:
    uow = current_uow()
    found = run_session(uow, public_id)
    return page(
        "classes/papers.html",
        form=form,
        course_session=found,
        papers=queries.papers_of(uow.session, found),
        kinds=list(SessionPaperKind),
        asked=APPLICATION_PAPERS,
        way=way,
    )


def _upload(public_id: str, kind: str, endpoint: str) -> Any:
    if kind not in set(SessionPaperKind):
        raise NotFound
    form, actor, wanted = PaperForm.submitted(), g.actor, SessionPaperKind(kind)
    if request.method == "POST" and form.act(lambda: _keep(public_id, wanted, form, actor)):
        flash(_("%(paper)s已上传", paper=wanted.label), "success")
        return redirect(url_for(endpoint, public_id=public_id), 303)
    with current_runtime().unit(actor, writing=False) as uow:
        found = run_session(uow, public_id)
        return page("classes/upload.html", form=form, course_session=found, kind=wanted, back=endpoint)


def _keep(public_id: str, kind: SessionPaperKind, form: PaperForm, actor: Actor) -> bool:
    runtime = current_runtime()
    with runtime.unit(actor, writing=False) as uow:
        papers.check_may_hand_in(uow, run_session(uow, public_id))
    upload = uploaded("file", papers.KINDS)
    with runtime.unit(actor) as uow:
        papers.hand_in_paper(uow, run_session(uow, public_id), kind=kind, upload=upload, note=form.note.data or "")
    return True


def _file(public_id: str, paper_id: str) -> Response:
    uow = current_uow()
    found = run_session(uow, public_id)
    paper = papers.find_paper(uow, found, paper_id)
    return download(papers.read_paper(uow, found, paper), paper.file.name, "application/octet-stream")


def _remove(public_id: str, paper_id: str) -> Any:
    uow, form = current_uow(), EmptyForm.submitted()
    found = run_session(uow, public_id)
    paper = papers.find_paper(uow, found, paper_id)

    def take_out() -> bool:
        papers.remove_paper(uow, found, paper)
        return True

    if form.act(take_out) is None:
        return _list(public_id, form)
    flash(_("已拿掉"), "success")
    return redirect(url_for(way("papers"), public_id=public_id), 303)


@blueprint.get("/staff/classes/<public_id>/papers")
@access("class.manage")
def staff_papers(public_id: str) -> Response:
    """Everything that was handed in for a class."""
    return _list(public_id)


@blueprint.route("/staff/classes/<public_id>/papers/<kind>/upload", methods=["GET", "POST"])
@access("class.manage", slow=True, upload=BODY)
def staff_upload(public_id: str, kind: str) -> Any:
    """The file is checked outside any unit; it is stored only when it passed."""
    return _upload(public_id, kind, "classes.staff_papers")


@blueprint.get("/staff/classes/<public_id>/papers/<paper_id>/file")
@access("class.manage")
def staff_paper(public_id: str, paper_id: str) -> Response:
    return _file(public_id, paper_id)


@blueprint.post("/staff/classes/<public_id>/papers/<paper_id>/remove")
@access("class.manage")
def staff_remove_paper(public_id: str, paper_id: str) -> Any:
    return _remove(public_id, paper_id)


@blueprint.get("/provider/classes/<public_id>/papers")
@access("provider.own")
def provider_papers(public_id: str) -> Response:
    """Everything that was handed in for a class."""
    return _list(public_id)


@blueprint.route("/provider/classes/<public_id>/papers/<kind>/upload", methods=["GET", "POST"])
@access("provider.own", slow=True, upload=BODY)
def provider_upload(public_id: str, kind: str) -> Any:
    """The file is checked outside any unit; it is stored only when it passed."""
    return _upload(public_id, kind, "classes.provider_papers")


@blueprint.get("/provider/classes/<public_id>/papers/<paper_id>/file")
@access("provider.own")
def provider_paper(public_id: str, paper_id: str) -> Response:
    return _file(public_id, paper_id)


@blueprint.post("/provider/classes/<public_id>/papers/<paper_id>/remove")
@access("provider.own")
def provider_remove_paper(public_id: str, paper_id: str) -> Any:
    return _remove(public_id, paper_id)
