"""The fair's file: the law's plans as big boxes, every other paper, the permit, and the draft to begin with."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, g, redirect, request, url_for

from jobmatch.core.actors import Actor
from jobmatch.core.errors import Invalid, NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uploads import MOST_BYTES, take_upload
from jobmatch.fairs.planning import drafts, queries
from jobmatch.fairs.planning.blueprint import blueprint
from jobmatch.fairs.planning.forms import PaperForm, PermitForm
from jobmatch.fairs.planning.lacks import needs_permit, permit_warning
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.policies import can_edit_fair, worked_fair
from jobmatch.fairs.planning.services import papers
from jobmatch.fairs.planning.states import LEGAL_PAPERS, FairPaperKind
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow
from jobmatch.web.fields import EmptyForm
from jobmatch.web.pages import download, page

# The form around the file has some fields of its own.
_BODY = MOST_BYTES + 64 * 1024


def _page(fair: JobFair, form: Any = None) -> Response:
    uow = current_uow()
    found = queries.papers_of(uow.session, fair)
    permit = (
        form
        if isinstance(form, PermitForm)
        else PermitForm(data={"permit_number": fair.permit_number, "permit_on": fair.permit_on})
    )
    return page(
        "planning/papers.html",
        form=form,
        permit_form=permit,
        fair=fair,
        legal=[(kind, next((paper for paper in found if paper.kind is kind), None)) for kind in LEGAL_PAPERS],
        permit=next((paper for paper in found if paper.kind is FairPaperKind.PERMIT), None),
        others=[paper for paper in found if paper.kind not in (*LEGAL_PAPERS, FairPaperKind.PERMIT)],
        history=queries.replaced_papers(uow.session, fair),
        kinds=[kind for kind in FairPaperKind if kind not in (*LEGAL_PAPERS, FairPaperKind.PERMIT)],
        needs_permit=needs_permit(uow.session, fair),
        warning=permit_warning(uow.session, fair, uow.today),
        may_edit=can_edit_fair(uow.actor, fair),
    )


@blueprint.get("/staff/fairs/<public_id>/papers")
@access("fair.manage")
def fair_papers(public_id: str) -> Response:
    """Everything that was handed in for a fair."""
    return _page(worked_fair(current_uow(), public_id))


@blueprint.post("/staff/fairs/<public_id>/permit")
@access("fair.manage")
def permit(public_id: str) -> Any:
    """The number and the day of the police permit."""
    uow, fair, form = current_uow(), worked_fair(current_uow(), public_id), PermitForm.submitted()
    done = form.act(
        lambda: papers.set_permit(uow, fair, number=form.permit_number.data or "", permit_on=form.permit_on.data)
    )
    if done is None:
        return _page(fair, form)
    flash(_("已保存"), "success")
    return redirect(url_for("planning.fair_papers", public_id=public_id), 303)


@blueprint.route("/staff/fairs/<public_id>/papers/<kind>/upload", methods=["GET", "POST"])
@access("fair.manage", slow=True, upload=_BODY)
def upload_paper(public_id: str, kind: str) -> Any:
    """The file is checked outside any unit; it is stored only when it passed."""
    if kind not in set(FairPaperKind):
        raise NotFound
    form, actor, wanted = PaperForm.submitted(), g.actor, FairPaperKind(kind)
    if request.method == "POST" and form.act(lambda: _keep(public_id, wanted, form, actor)):
        flash(_("%(paper)s已上传", paper=wanted.label), "success")
        return redirect(url_for("planning.fair_papers", public_id=public_id), 303)
    with current_runtime().unit(actor, writing=False) as uow:
        return page("planning/upload.html", form=form, fair=worked_fair(uow, public_id), kind=wanted)


def _keep(public_id: str, kind: FairPaperKind, form: PaperForm, actor: Actor) -> bool:
    runtime, file = current_runtime(), request.files.get(form.file.name)
    with runtime.unit(actor, writing=False) as uow:
        papers.check_may_hand_in(uow, worked_fair(uow, public_id))
    if file is None or not file.filename:
        raise Invalid(fields={"file": _("请选一个文件")})
    try:
        upload = take_upload(file.filename, file.read(MOST_BYTES + 1), papers.KINDS)
    except Invalid as error:
        raise Invalid(fields={"file": error.message}) from None
    with runtime.unit(actor) as uow:
        papers.hand_in_paper(uow, worked_fair(uow, public_id), kind=kind, upload=upload, note=form.note.data or "")
    return True


@blueprint.get("/staff/fairs/<public_id>/papers/<paper_id>/file")
@access("fair.manage")
def paper_file(public_id: str, paper_id: str) -> Response:
    """A paper to keep."""
    uow, fair = current_uow(), worked_fair(current_uow(), public_id)
    paper = papers.find_paper(uow, fair, paper_id)
    return download(papers.read_paper(uow, fair, paper), paper.file.name, "application/octet-stream")


@blueprint.post("/staff/fairs/<public_id>/papers/<paper_id>/remove")
@access("fair.manage")
def remove_paper(public_id: str, paper_id: str) -> Any:
    """Take out what does not belong there."""
    uow, fair, form = current_uow(), worked_fair(current_uow(), public_id), EmptyForm.submitted()
    paper = papers.find_paper(uow, fair, paper_id)

    def take_out() -> bool:
        papers.remove_paper(uow, fair, paper)
        return True

    if form.act(take_out) is None:
        return _page(fair, form)
    flash(_("已拿掉，历史里还看得到"), "success")
    return redirect(url_for("planning.fair_papers", public_id=public_id), 303)


@blueprint.get("/staff/fairs/<public_id>/method.docx")
@access("fair.manage", slow=True)
def method_draft(public_id: str) -> Response:
    """The draft of 组织实施办法 from what is known of the fair."""
    with current_runtime().unit(g.actor, writing=False) as uow:
        facts = drafts.draft_facts(uow.session, worked_fair(uow, public_id), uow.today)
    name = _("%(fair)s组织实施办法草稿", fair=facts.fair.title)
    return download(drafts.method_draft(facts), f"{name}.docx", drafts.DOCX)
