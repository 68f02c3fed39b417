"""Reporting and looking at the state, for everybody: no account, no script needed."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, g, redirect, request, url_for
from flask import session as cookie

from jobmatch.accounts.login import visitor
from jobmatch.complaints.blueprint import blueprint
from jobmatch.complaints.forms import ComplaintForm, LookUpForm, choices_of
from jobmatch.complaints.models import Complaint
from jobmatch.complaints.queries import kind_names, kinds_for, told_steps
from jobmatch.complaints.services import filing
from jobmatch.complaints.targets import PAGES, Subject, find_subject
from jobmatch.core.actors import Actor
from jobmatch.core.clock import utcnow
from jobmatch.core.errors import Invalid
from jobmatch.core.i18n import current_locale
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.core.uploads import MOST_BYTES, Upload, take_upload
from jobmatch.people.models.person import Person
from jobmatch.people.queries.people import person_of
from jobmatch.reference.queries import rule_value
from jobmatch.web.access import PUBLIC, access
from jobmatch.web.edge import current_runtime, page_unit, write_once
from jobmatch.web.pages import page

# The form around the files has some fields of its own.
_BODY = MOST_BYTES + 64 * 1024
_SHOWN_MINUTES = 30


def _own_file(uow: UnitOfWork) -> Person | None:
    """The reporter's own file, where somebody signed in who has one."""
    if uow.actor.user_id is None or not uow.actor.can("person.own"):
        return None
    return person_of(uow.session, uow.actor.user_id)


@blueprint.route("/complaints/new/<kind>/<public_id>", methods=["GET", "POST"])
@access(PUBLIC, slow=True, upload=_BODY)
def new(kind: str, public_id: str) -> Any:
    """Report something about a posting, an employer and so on."""
    g.actor = visitor()
    form = ComplaintForm.submitted()
    with current_runtime().unit(g.actor, writing=False) as uow:
        subject = find_subject(uow, kind, public_id)
        has_file = _own_file(uow) is not None
        kinds = kinds_for(uow.session, subject.kind)
        form.kind.choices = choices_of(kinds, english=current_locale() == "en")
    answer = form.act(lambda: _file(form, subject, signed=has_file and not form.is_anonymous.data))
    if answer is not None:
        return answer
    with page_unit() as uow:
        days = [rule_value(uow.session, f"complaint_{name}_days", uow.today) for name in ("accept", "close")]
        return page(
            "complaints/new.html",
            form=form,
            subject=subject,
            has_file=has_file,
            days=days,
            back=url_for(PAGES[subject.kind][0], public_id=public_id),
        )


def _file(form: ComplaintForm, subject: Subject, *, signed: bool) -> Response:
    """Count the press, read the files outside any unit, and take the report in.

    Whoever stays unknown is neither named nor traced: their unit has no account and no address.
    """
    runtime, reader = current_runtime(), g.actor
    with runtime.unit(reader) as uow:
        source = filing.source_of(uow)
        filing.check_may_file(uow, source)
        attempts = filing.count_try(uow, "file")
    uploads = _uploads(form)
    g.actor = reader if signed else Actor(locale=reader.locale)
    try:
        return write_once(lambda uow: _keep(uow, form, subject, uploads, source, attempts))
    finally:
        g.actor = reader


def _keep(
    uow: UnitOfWork,
    form: ComplaintForm,
    subject: Subject,
    uploads: list[Upload],
    source: bytes | None,
    attempts: list[int],
) -> Response:
    person = _own_file(uow)
    filed = filing.file_complaint(
        uow,
        subject,
        kind_code=form.kind.data or "",
        words=form.words.data or "",
        phone=form.phone.data or "",
        uploads=uploads,
        person=person,
        source=source,
        accept_masked=bool(form.accept_masked.data),
    )
    filing.forget_try(uow, attempts)
    if person is not None:
        flash(_("已收到，编号 %(number)s", number=filed.number), "success")
        return redirect(url_for("complaints.my_complaint", public_id=filed.complaint.public_id), 303)  # type: ignore[return-value]
    # The code is shown from the reporter's own browser: it stands in no address and in no log.
    cookie["complaint"] = [filed.number, filed.code, int(utcnow().timestamp())]
    return redirect(url_for("complaints.done"), 303)  # type: ignore[return-value]


def _uploads(form: ComplaintForm) -> list[Upload]:
    files = [file for file in request.files.getlist(form.files.name) if file.filename]
    if len(files) > filing.MOST_PAPERS:
        raise Invalid(fields={"files": _("最多 %(n)s 个文件", n=filing.MOST_PAPERS)})
    try:
        return [take_upload(file.filename or "", file.read(MOST_BYTES + 1), filing.PAPERS) for file in files]
    except Invalid as error:
        raise Invalid(fields={"files": error.message}) from None


@blueprint.get("/complaints/done")
@access(PUBLIC)
def done() -> Any:
    """Number and code of what this browser just reported; half an hour later they are gone from it."""
    kept = cookie.get("complaint")
    if not kept or utcnow().timestamp() - kept[2] > _SHOWN_MINUTES * 60:
        cookie.pop("complaint", None)
        return redirect(url_for("complaints.status"), 303)
    return page("complaints/done.html", number=kept[0], code=kept[1])


@blueprint.route("/complaints/status", methods=["GET", "POST"])
@access(PUBLIC, slow=True)
def status() -> Any:
    """State and answers of an anonymous report, behind its number and code; tries are counted first."""
    g.actor = visitor()
    form = LookUpForm.submitted()
    found = form.act(lambda: _look_up(form))
    with page_unit() as uow:
        if found is None:
            answer = page("complaints/status.html", form=form)
        else:
            answer = page(
                "complaints/status_one.html",
                complaint=found,
                steps=told_steps(uow.session, found),
                kinds=kind_names(uow.session),
            )
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _look_up(form: LookUpForm) -> Complaint:
    number = form.number.data or ""
    with current_runtime().unit(g.actor) as uow:
        attempts = filing.count_try(uow, filing.clean_number(number))
    with current_runtime().unit(g.actor) as uow:
        return filing.look_up(uow, number, form.code.data or "", attempts)
