"""Pages of the person on the way to work: choosing a time, saying whether they come, documents, taking a start back."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, g, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect

from jobmatch.applications.forms import ComingForm, DocumentForm, ObjectionForm, PickSlotForm, UndoStartForm
from jobmatch.applications.models import Application
from jobmatch.applications.notices import moment_words
from jobmatch.applications.papers import paper_lines
from jobmatch.applications.policies import visible_applications
from jobmatch.applications.queries import application_named, free_slots, no_show_of, with_posting
from jobmatch.applications.services import documents
from jobmatch.applications.services.interviews import object_to_no_show, say_coming
from jobmatch.applications.services.moving import move_application
from jobmatch.applications.services.starts import undo_start, undo_until
from jobmatch.applications.states import Attendance, Move
from jobmatch.applications.views.common import act_or_keep, blueprint, form_page, load_application
from jobmatch.applications.views.employer_interviews import document_of_one
from jobmatch.core.errors import Invalid, NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.core.uploads import MOST_BYTES, take_upload
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow
from jobmatch.web.fields import EmptyForm
from jobmatch.web.pages import download, page

Answer = Response | Redirect
_BODY = MOST_BYTES + 64 * 1024


def _to_one(public_id: str) -> Redirect:
    return redirect(url_for("applications.application", public_id=public_id), 303)


@blueprint.route("/me/applications/<public_id>/times", methods=["GET", "POST"])
@access("application.own")
def pick_slot(public_id: str) -> Answer:
    """Choose one of the free times; whoever is first has it."""
    uow, found = current_uow(), load_application(public_id)
    form = PickSlotForm.submitted(data={"version": found.version})
    free = free_slots(uow, found.posting_id) if found.slots_offered_at else []
    form.slot.choices = [(one.public_id, f"{moment_words(one.starts_at)}，{one.place}") for one in free]
    by_id = {one.public_id: one for one in free}

    def pick() -> Application:
        slot = by_id.get(form.slot.data or "")
        if slot is None:
            raise Invalid(fields={"slot": _("这个时间刚刚约满了，请选别的时间")})
        return move_application(uow, found, Move.PICK_SLOT, version=form.version.data, slot=slot)

    done, is_late = act_or_keep(form, pick)
    if done is None:
        return form_page("applications/times.html", form, is_late, application=load_application(public_id), free=free)
    flash(_("选好了，单位已经知道"), "success")
    return _to_one(public_id)


@blueprint.post("/me/applications/<public_id>/coming")
@access("application.own")
def coming(public_id: str) -> Answer:
    """我去 or 去不了, in one press."""
    found, form = load_application(public_id), ComingForm.submitted()
    done = form.act(lambda: say_coming(current_uow(), found, attendance=form.attendance.data or ""))
    if done is not None:
        is_coming = form.attendance.data == Attendance.COMING
        flash(_("已告诉单位您会去") if is_coming else _("已告诉单位您去不了，等单位重新约"), "success")
    return _to_one(public_id)


@blueprint.route("/me/applications/<public_id>/no-show", methods=["GET", "POST"])
@access("application.own")
def objection(public_id: str) -> Answer:
    """The employer noted that the person did not come; the person says what happened."""
    uow, found = current_uow(), load_application(public_id)
    interview = no_show_of(uow, found.id)
    if interview is None:
        raise NotFound
    form = ObjectionForm.submitted()
    if form.act(lambda: object_to_no_show(uow, found, interview, words=form.words.data or "")):
        flash(_("记下了，服务站会核实，再告诉您"), "success")
        return _to_one(public_id)
    return page("applications/objection.html", form=form, application=found, interview=interview)


@blueprint.route("/me/applications/<public_id>/undo-start", methods=["GET", "POST"])
@access("application.own")
def undo(public_id: str) -> Answer:
    """Take the confirmation of a start back; the page after it says what could not be put back."""
    uow, found = current_uow(), load_application(public_id)
    form = UndoStartForm.submitted(data={"version": found.version})
    done, is_late = act_or_keep(
        form, lambda: undo_start(uow, found, reason=form.reason.data or "", version=form.version.data)
    )
    if done is None:
        found = load_application(public_id)
        return form_page("applications/undo_start.html", form, is_late, application=found, until=undo_until(uow, found))
    flash(_("入职确认已经撤销"), "success")
    restored = [(load_application(one.application.public_id), one.loss) for one in done]
    return page("applications/undone.html", application=found, restored=restored)


# ---------- documents ----------


def _own(uow: UnitOfWork, public_id: str) -> Application:
    found: Application = uow.one(visible_applications(uow.actor, with_posting(application_named(public_id))))
    return found


@blueprint.route("/me/applications/<public_id>/documents", methods=["GET", "POST"])
@access("application.own", slow=True, upload=_BODY)
def my_documents(public_id: str) -> Any:
    """What is asked for now, who sees it and until when; handing one in."""
    form = DocumentForm.submitted()
    if form.act(lambda: _keep_document(public_id, form.kind_code.data or "")):
        flash(_("交好了"), "success")
        return redirect(url_for("applications.my_documents", public_id=public_id), 303)
    with current_runtime().unit(g.actor, writing=False) as uow:
        found = _own(uow, public_id)
        return page("applications/documents.html", form=form, application=found, lines=paper_lines(uow, found))


def _keep_document(public_id: str, kind_code: str) -> bool:
    """The file is checked and drawn anew outside any unit, and stored only when that went well."""
    file = request.files.get("file")
    with current_runtime().unit(g.actor, writing=False) as uow:
        documents.check_may_hand_in(uow, _own(uow, public_id), kind_code)
    if file is None or not file.filename:
        raise Invalid(fields={"file": _("请选一个文件")})
    try:
        upload = take_upload(file.filename, file.read(MOST_BYTES + 1), documents.KINDS)
    except Invalid as error:
        raise Invalid(fields={"file": error.message}) from None
    with current_runtime().unit(g.actor) as uow:
        documents.hand_in(uow, _own(uow, public_id), kind_code, upload=upload)
    return True


@blueprint.post("/me/applications/<public_id>/documents/<document_id>/remove")
@access("application.own")
def remove_document(public_id: str, document_id: str) -> Answer:
    found, row = document_of_one(current_uow(), public_id, document_id)
    if EmptyForm.submitted().act(lambda: documents.take_back(current_uow(), found, row)):
        flash(_("删掉了，单位看不到了"), "success")
    return redirect(url_for("applications.my_documents", public_id=public_id), 303)


@blueprint.get("/me/applications/<public_id>/documents/<document_id>")
@access("application.own", slow=True)
def own_document(public_id: str, document_id: str) -> Response:
    with current_runtime().unit(g.actor, writing=False) as uow:
        application, row = document_of_one(uow, public_id, document_id)
        file, content = documents.look_at(uow, application, row)
        name, mimetype = file.name, file.mimetype
    return download(content, name, mimetype)
