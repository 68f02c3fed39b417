"""Uploading a résumé, choosing what to take over, and the files that are kept; by the person or by staff."""

from __future__ import annotations

import json
from typing import Any

from flask import Response, flash, g, redirect, request, url_for
from sqlalchemy import select

from jobmatch.core.actors import Actor
from jobmatch.core.errors import Invalid
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.core.uploads import MOST_BYTES, take_upload
from jobmatch.people.forms import (
    UploadForm,
)
from jobmatch.people.models.person import Person
from jobmatch.people.policies import visible_people
from jobmatch.people.queries.people import load_full
from jobmatch.people.queries.uploads import offers_of
from jobmatch.people.reading.text import KINDS, read_file
from jobmatch.people.services import uploads
from jobmatch.people.views.blueprint import blueprint
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow
from jobmatch.web.fields import EmptyForm
from jobmatch.web.pages import download, page

# The form around the file has some fields of its own.
_BODY = MOST_BYTES + 64 * 1024


def _person(uow: UnitOfWork, public_id: str) -> Person:
    """The own file, or with a ``public_id`` one of the subtree, with its children. Raises ``NotFound``."""
    mine = Person.public_id == public_id if public_id else Person.user_id == uow.actor.user_id
    found: Person = uow.one(visible_people(uow.actor, load_full(select(Person).where(mine))))
    return found


def _url(name: str, public_id: str, **values: Any) -> str:
    if public_id:
        return url_for(f"people.staff_{name}", public_id=public_id, **values)
    return url_for(f"people.{name}", **values)


def _page(template: str, person: Person, public_id: str, **context: Any) -> Response:
    back = url_for("people.staff_person", public_id=public_id) if public_id else url_for("people.profile")
    layout = "staff.html" if public_id else "people.html"
    return page(
        template,
        layout=layout,
        person=person,
        is_staff=bool(public_id),
        back=back,
        link=lambda name, **values: _url(name, public_id, **values),
        **context,
    )


def _upload(public_id: str) -> Any:
    """Choose a file; it is checked and read outside any unit, and stored only when both went well."""
    form = UploadForm.submitted()
    actor: Actor = g.actor
    if request.method == "POST":
        reading_id = form.act(lambda: _read_and_keep(public_id, form, actor))
        if reading_id:
            return redirect(_url("reading", public_id, reading_id=reading_id), 303)
    with current_runtime().unit(actor, writing=False) as uow:
        person = _person(uow, public_id)
        return _page("people/upload.html", person, public_id, form=form, kept=uploads.kept_files(uow, person))


def _read_and_keep(public_id: str, form: UploadForm, actor: Actor) -> str:
    runtime, file = current_runtime(), request.files.get(form.file.name)
    with runtime.unit(actor, writing=False) as uow:
        uploads.check_may_upload(uow, _person(uow, public_id))
    if file is None or not file.filename:
        raise Invalid(fields={"file": _("请选一个文件")})
    content, name = file.read(MOST_BYTES + 1), file.filename
    try:
        upload = take_upload(name, content, KINDS)
        found = read_file(upload.content, upload.kind)
    except Invalid as error:
        raise Invalid(fields={"file": error.message}) from None
    with runtime.unit(actor) as uow:
        person = _person(uow, public_id)
        kept = uploads.keep_reading(uow, person, upload.content, upload.kind, found, name=upload.name)
        return kept.public_id


def _reading(public_id: str, reading_id: str) -> Any:
    """What was found beside what is stored; ticked rows are saved."""
    uow = current_uow()
    person = _person(uow, public_id)
    row = uploads.find_reading(uow, person, reading_id)
    if row.found is None:
        return redirect(_url("upload", public_id), 303)
    form = EmptyForm.submitted()
    chosen = set(request.form.getlist("take")[:300])
    done = form.act(lambda: uploads.take_over(uow, person, row, chosen))
    if done is not None:
        saved, refused = done
        return _page("people/reading_done.html", person, public_id, saved=saved, refused=refused)
    offers = offers_of(uow, person, json.loads(row.found))
    return _page("people/reading.html", person, public_id, form=form, offers=offers, row=row)


def _original(public_id: str, reading_id: str) -> Response:
    uow = current_uow()
    person = _person(uow, public_id)
    row = uploads.find_reading(uow, person, reading_id)
    return download(uploads.read_original(uow, person, row), row.file.name, "application/octet-stream")


def _remove(public_id: str, reading_id: str) -> Any:
    uow = current_uow()
    person = _person(uow, public_id)
    row = uploads.find_reading(uow, person, reading_id)
    form = EmptyForm.submitted()
    if form.act(lambda: uploads.drop_reading(uow, person, row)):
        flash(_("已删除"), "success")
        return redirect(_url("upload", public_id), 303)
    return _page("people/reading_remove.html", person, public_id, form=form, row=row)


@blueprint.route("/me/resume/upload", methods=["GET", "POST"])
@access("person.own", slow=True, upload=_BODY)
def upload() -> Any:
    return _upload("")


@blueprint.route("/me/resume/upload/<reading_id>", methods=["GET", "POST"])
@access("person.own")
def reading(reading_id: str) -> Any:
    return _reading("", reading_id)


@blueprint.get("/me/resume/files/<reading_id>")
@access("person.own")
def original(reading_id: str) -> Response:
    """The file as it is kept."""
    return _original("", reading_id)


@blueprint.route("/me/resume/files/<reading_id>/remove", methods=["GET", "POST"])
@access("person.own")
def reading_remove(reading_id: str) -> Any:
    return _remove("", reading_id)


@blueprint.route("/staff/people/<public_id>/upload", methods=["GET", "POST"])
@access("person.write", slow=True, upload=_BODY)
def staff_upload(public_id: str) -> Any:
    return _upload(public_id)


@blueprint.route("/staff/people/<public_id>/upload/<reading_id>", methods=["GET", "POST"])
@access("person.write")
def staff_reading(public_id: str, reading_id: str) -> Any:
    return _reading(public_id, reading_id)


@blueprint.get("/staff/people/<public_id>/files/<reading_id>")
@access("person.read")
def staff_original(public_id: str, reading_id: str) -> Response:
    """The file as it is kept."""
    return _original(public_id, reading_id)


@blueprint.route("/staff/people/<public_id>/files/<reading_id>/remove", methods=["GET", "POST"])
@access("person.write")
def staff_reading_remove(public_id: str, reading_id: str) -> Any:
    return _remove(public_id, reading_id)
