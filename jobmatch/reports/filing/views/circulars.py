"""Notices: what came down to the own station, and what the own office sent."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, g, redirect, request, url_for

from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.reports.filing import queries
from jobmatch.reports.filing.blueprint import blueprint
from jobmatch.reports.filing.forms import AnswerForm, CircularForm
from jobmatch.reports.filing.models import Circular
from jobmatch.reports.filing.policies import visible_circulars
from jobmatch.reports.filing.services import circulars as services
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow, page_unit
from jobmatch.web.fields import EmptyForm
from jobmatch.web.pages import PageForm, download, page, paged
from jobmatch.web.uploaded import BODY, uploaded


def _row(uow: UnitOfWork, public_id: str) -> Any:
    """A notice and its three counts."""
    return uow.one(visible_circulars(uow.actor, queries.circular_named(public_id)))


def _one(uow: UnitOfWork, public_id: str) -> Circular:
    found: Circular = _row(uow, public_id)[0]
    return found


@blueprint.get("/staff/circulars")
@access("report.submit")
def circulars() -> Response:
    """Notices, the newest first, with who read and answered them."""
    uow = current_uow()
    found = paged(uow, visible_circulars(uow.actor, queries.circulars()))
    own = queries.own_receipts(uow.session, [row[0] for row in found.rows], uow.actor.organization_id)
    return page("filing/circulars.html", found=found, own=own, here=uow.actor.region_path)


@blueprint.route("/staff/circulars/new", methods=["GET", "POST"])
@access("report.submit", slow=True, upload=BODY)
def new_circular() -> Any:
    """Write one; its file is checked outside any unit."""
    form, runtime, actor = CircularForm.submitted(), current_runtime(), g.actor

    def act() -> str:
        with runtime.unit(actor, writing=False) as uow:
            services.check_may_send(uow)
        upload = uploaded("file", services.KINDS) if request.files.get("file") else None
        with runtime.unit(actor) as uow:
            sent = services.send_circular(
                uow,
                title=form.title.data or "",
                words=form.words.data or "",
                asks_answer=form.asks_answer.data,
                due_on=form.due_on.data,
                only_direct=form.only_direct.data,
                upload=upload,
            )
            return sent.public_id

    made = form.act_or_say(act)
    if made is None:
        with page_unit():
            return page("filing/circular_new.html", form=form)
    flash(_("已发出，各站收到消息"), "success")
    return redirect(url_for("filing.circular", public_id=made), 303)


def _page(public_id: str, form: PageForm | None = None) -> Response:
    uow = current_uow()
    found, sent, read, answered = _row(uow, public_id)
    is_own = found.region_path == uow.actor.region_path
    lines = visible_circulars(uow.actor, queries.receipts_of(found).join(Circular))
    return page(
        "filing/circular.html",
        form=form,
        found=found,
        counts=(sent, read, answered),
        is_own=is_own,
        receipt=queries.own_receipts(uow.session, [found], uow.actor.organization_id).get(found.id),
        receipts=paged(uow, lines) if is_own else None,
        answer_form=form if isinstance(form, AnswerForm) else AnswerForm(),
    )


@blueprint.get("/staff/circulars/<public_id>")
@access("report.submit")
def circular(public_id: str) -> Response:
    """One notice; for its office with every station's line."""
    return _page(public_id)


@blueprint.post("/staff/circulars/<public_id>/read")
@access("report.submit")
def read_circular(public_id: str) -> Any:
    """The station has seen it."""
    uow, form = current_uow(), EmptyForm.submitted()
    found = _one(uow, public_id)
    if form.act_or_say(lambda: services.mark_read(uow, found)) is None:
        return _page(public_id, form)
    flash(_("已记下：本站已看到"), "success")
    return redirect(url_for("filing.circular", public_id=public_id), 303)


@blueprint.post("/staff/circulars/<public_id>/answer")
@access("report.submit")
def answer_circular(public_id: str) -> Any:
    """The station's answer."""
    uow, form = current_uow(), AnswerForm.submitted()
    found = _one(uow, public_id)
    if form.act_or_say(lambda: services.answer_circular(uow, found, words=form.answer.data or "")) is None:
        return _page(public_id, form)
    flash(_("回执已交"), "success")
    return redirect(url_for("filing.circular", public_id=public_id), 303)


@blueprint.post("/staff/circulars/<public_id>/remind")
@access("report.submit")
def remind_circular(public_id: str) -> Any:
    """Remind whoever has not read or answered it."""
    uow, form = current_uow(), EmptyForm.submitted()
    found = _one(uow, public_id)
    done = form.act_or_say(lambda: services.remind_circular(uow, found) + 1)
    if done is None:
        return _page(public_id, form)
    flash(_("催了 %(n)s 个站，今天催过的不再发", n=done - 1), "success")
    return redirect(url_for("filing.circular", public_id=public_id), 303)


@blueprint.get("/staff/circulars/<public_id>/file")
@access("report.submit")
def circular_file(public_id: str) -> Response:
    """The file that came with it."""
    uow = current_uow()
    name, content = services.read_attachment(uow, _one(uow, public_id))
    return download(content, name, "application/octet-stream")
