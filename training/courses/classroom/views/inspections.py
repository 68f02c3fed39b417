"""Visits of the office to a class (巡课), made on a phone; and the class's whole file."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from typing import IO, Any

from flask import Response, flash, g, redirect, request, url_for

from jobmatch.core.actors import Actor
from jobmatch.core.errors import Invalid
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uploads import MOST_BYTES, Upload, take_upload
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow
from jobmatch.web.pages import download, paged
from training.courses.classes.policies import managed_session
from training.courses.classroom import queries
from training.courses.classroom.blueprint import blueprint
from training.courses.classroom.forms import VisitForm
from training.courses.classroom.services import filing, inspecting
from training.courses.classroom.views.common import class_page

# The form around the photograph has some fields of its own.
_BODY = MOST_BYTES + 64 * 1024
CHUNK = 256 * 1024


@blueprint.get("/staff/classes/<public_id>/inspections")
@access("class.manage")
def staff_inspections(public_id: str) -> Response:
    """Visits to the class, newest first."""
    uow, found = current_uow(), managed_session(current_uow(), public_id)
    return class_page("staff", "classroom/inspections.html", found, found=paged(uow, queries.inspections(found)))


@blueprint.route("/staff/classes/<public_id>/inspections/new", methods=["GET", "POST"])
@access("class.manage", slow=True, upload=_BODY)
def staff_inspect(public_id: str) -> Any:
    """The photograph is drawn anew outside any unit; the visit is kept only when it passed."""
    form, actor = VisitForm.submitted(), g.actor
    if request.method == "POST" and form.act_or_say(lambda: _keep(public_id, form, actor)):
        flash(_("巡课已记下"), "success")
        return redirect(url_for("classroom.staff_inspections", public_id=public_id), 303)
    with current_runtime().unit(actor, writing=False) as uow:
        found = managed_session(uow, public_id)
        meeting, expected = queries.roll_count(uow.session, found, uow.now)
        return class_page("staff", "classroom/inspect.html", found, form=form, meeting=meeting, expected=expected)


def _keep(public_id: str, form: VisitForm, actor: Actor) -> bool:
    runtime = current_runtime()
    with runtime.unit(actor, writing=False) as uow:
        inspecting.check_may_inspect(uow, managed_session(uow, public_id))
    upload = _photo(form)
    with runtime.unit(actor) as uow:
        inspecting.record_visit(
            uow,
            managed_session(uow, public_id),
            head_count=form.head_count.data,
            note=form.note.data or "",
            upload=upload,
        )
    return True


def _photo(form: VisitForm) -> Upload | None:
    file = request.files.get(form.file.name)
    if file is None or not file.filename:
        return None
    try:
        return take_upload(file.filename, file.read(MOST_BYTES + 1), inspecting.KINDS)
    except Invalid as error:
        raise Invalid(fields={"file": error.message}) from None


@blueprint.get("/staff/classes/<public_id>/inspections/<inspection_id>/photo")
@access("class.manage")
def staff_photo(public_id: str, inspection_id: str) -> Response:
    """The photograph of a visit."""
    uow, found = current_uow(), managed_session(current_uow(), public_id)
    row = queries.get_inspection(uow.session, found, inspection_id)
    return download(inspecting.read_photo(uow, found, row), f"{_('巡课')}.jpg", "image/jpeg")


@blueprint.get("/staff/classes/<public_id>/dossier.zip")
@access("class.manage", slow=True)
def staff_dossier(public_id: str) -> Response:
    """一班一档; taking it leaves a trace before the answer leaves."""
    runtime, actor = current_runtime(), g.actor
    with ExitStack() as stack:
        file = stack.enter_context(tempfile.TemporaryFile())
        with runtime.unit(actor, writing=False) as uow:
            found = managed_session(uow, public_id)
            name = filing.dossier_name(found, uow.today)
            filing.write_dossier(uow, found, file)
        with runtime.unit(actor) as uow:
            filing.record_dossier_taken(uow, managed_session(uow, public_id))
        answer = download(b"", name, "application/zip")
        answer.content_length = file.tell()
        answer.response = _chunks(file, stack.pop_all())
        return answer


def _chunks(file: IO[bytes], stack: ExitStack) -> Iterator[bytes]:
    """The file piece by piece; it is closed when the last piece has left."""
    with stack:
        file.seek(0)
        while piece := file.read(CHUNK):
            yield piece
