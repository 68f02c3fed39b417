"""代录入: entering a posting for an employer, the employer's answer in the app, on the phone, or by a link."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, request, url_for

from jobmatch.accounts.qr import qr_svg
from jobmatch.core.actors import Actor
from jobmatch.core.errors import AppError, Conflict, Invalid, NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.web.access import PUBLIC, access
from jobmatch.web.edge import anonymous_actor, current_runtime, current_uow
from jobmatch.web.pages import PageForm, page
from recruiters.postings import queries
from recruiters.postings.blueprint import blueprint
from recruiters.postings.forms import NewForm
from recruiters.postings.models import Posting
from recruiters.postings.policies import visible_office_postings, visible_own_postings, visible_templates
from recruiters.postings.services import entries
from recruiters.postings.services.clocks import confirm_posting
from recruiters.postings.services.templates import begin_from_template
from recruiters.postings.services.writing import enter_posting
from recruiters.postings.sheets import sheet_of
from recruiters.postings.states import LinkPurpose, PostingState
from recruiters.postings.views.office import office_employer
from recruiters.postings.views.templates import template_of


def _own(public_id: str) -> Posting:
    uow = current_uow()
    found: Posting = uow.one(visible_own_postings(uow.actor, queries.posting_by_id(public_id)))
    return found


def _of_office(public_id: str) -> Posting:
    uow = current_uow()
    found: Posting = uow.one(visible_office_postings(uow.actor, queries.posting_by_id(public_id)))
    return found


@blueprint.post("/employer/postings/<public_id>/confirm")
@access("posting.submit")
def confirm(public_id: str) -> Any:
    """还在招, in one tap."""
    uow, posting = current_uow(), _own(public_id)
    form = PageForm.submitted()
    if form.act(lambda: confirm_posting(uow, posting)) is not None:
        flash(_("记下了，岗位继续招聘"), "success")
    for words in form.form_errors:
        flash(words, "error")
    return redirect(url_for("postings.own", public_id=public_id), 303)


@blueprint.post("/employer/postings/<public_id>/answer")
@access("posting.submit")
def answer(public_id: str) -> Any:
    """Agree to what the office entered, or not."""
    uow, posting = current_uow(), _own(public_id)
    said = request.form.get("said", "")
    if said not in {"yes", "no"}:
        raise NotFound
    version, note = request.form.get("version", 0, type=int), request.form.get("note", "")
    try:
        entries.answer_entry(uow, posting, is_yes=said == "yes", version=version, note=note)
    except Conflict as error:
        flash(error.message, "error")
    else:
        flash(_("已同意，审核后发布") if said == "yes" else _("已告诉服务站，改好再请您核对"), "success")
    return redirect(url_for("postings.own", public_id=public_id), 303)


@blueprint.route("/staff/employers/<public_id>/postings/new", methods=["GET", "POST"])
@access("posting.review")
def enter(public_id: str) -> Any:
    """The office begins a posting for an employer: from a title, an advertisement or a template."""
    uow, employer = current_uow(), office_employer(public_id)
    form = NewForm.submitted()
    made = form.act(
        lambda: (
            begin_from_template(uow, employer, template_of(uow, employer, form.template.data or ""))
            if form.template.data
            else enter_posting(uow, employer, title=form.title.data or "", advertisement=form.advertisement.data or "")
        )
    )
    if made is not None:
        flash(_("已录入草稿。填完后提交，单位同意了才能发布"), "success")
        return redirect(url_for("postings.review", public_id=made.public_id), 303)
    listed = uow.rows(visible_templates(uow.actor, queries.templates(), employer))
    return page("postings/enter.html", form=form, employer=employer, templates=listed)


@blueprint.post("/staff/postings/<public_id>/link")
@access("posting.review")
def phone_link(public_id: str) -> Any:
    """A link for the employer's phone: shown once, kept nowhere."""
    uow, posting = current_uow(), _of_office(public_id)
    purpose = next((one for one in LinkPurpose if one.value == request.form.get("purpose")), None)
    if purpose is None:
        raise NotFound
    token = entries.make_link(uow, posting, purpose)
    address = url_for("postings.by_link", token=token, _external=True)
    return page("postings/link.html", posting=posting, purpose=purpose, address=address, code=qr_svg(address))


# ---------- without an account ----------


@blueprint.route("/p/<token>", methods=["GET", "POST"])
@access(PUBLIC, slow=True)
def by_link(token: str) -> Any:
    """One posting and its one question. Presses on unknown links are counted, so that guessing is braked."""
    actor = anonymous_actor()
    form = PageForm.submitted()
    if request.method == "POST":
        try:
            _press(actor, token)
        except (Invalid, Conflict) as error:
            form.form_errors.append(_first(error))
            return _show(actor, token, form, error.status)
        return redirect(url_for("postings.by_link", token=token), 303)
    return _show(actor, token, form, 200)


def _first(error: AppError) -> str:
    return next(iter(getattr(error, "fields", {}).values()), error.message)


def _press(actor: Actor, token: str) -> None:
    said, note = request.form.get("said", ""), request.form.get("note", "")[:300]
    version = request.form.get("version", 0, type=int)
    with current_runtime().unit(actor) as uow:
        entries.count_try(uow, token)
    with current_runtime().unit(actor) as uow:
        entries.act_on_link(uow, token, said=said, version=version, note=note)


def _show(actor: Actor, token: str, form: Any, status: int) -> Response:
    with current_runtime().unit(actor, writing=False) as uow:
        purpose, posting = entries.open_link(uow, token)
        answered = queries.answers_of(uow.session, posting.id) if purpose is LinkPurpose.AGREE else []
        shown = page(
            "postings/by_link.html",
            form=form,
            sheet=sheet_of(uow.session, posting),
            is_entry=purpose is LinkPurpose.AGREE,
            answered=answered[0] if answered else None,
            may_answer=posting.state in entries.ANSWERED_IN and posting.agreed_at is None,
            is_on_market=posting.state in {PostingState.OPEN, PostingState.PAUSED},
            is_confirmed=posting.confirmed_at is not None and (uow.now - posting.confirmed_at).days < 1,
        )
    shown.status_code = status
    shown.headers["X-Robots-Tag"] = "noindex"
    return shown
