"""岗位征集表 by link, for employers on a phone, and the queue of staff."""

from __future__ import annotations

from typing import Any

from flask import Response, redirect, request, url_for
from flask import session as cookie

from jobmatch.accounts import login
from jobmatch.accounts.fields import CodeForm
from jobmatch.accounts.forms import PhoneForm
from jobmatch.accounts.models import clean_phone
from jobmatch.accounts.ports import has_gateway
from jobmatch.accounts.services.codes import spend_code
from jobmatch.accounts.states import CodePurpose
from jobmatch.core.clock import utcnow
from jobmatch.web.access import PUBLIC, access
from jobmatch.web.edge import anonymous_actor, current_runtime, current_uow
from jobmatch.web.pages import page, paged
from recruiters.demand import queries
from recruiters.demand.blueprint import blueprint
from recruiters.demand.forms import CollectForm
from recruiters.demand.policies import visible_forms
from recruiters.demand.services.forms import hand_in_form

PROVEN_SECONDS = 3600


def _proven() -> str:
    """The phone that was proven within the last hour, empty where none was."""
    kept = cookie.get("posting_form") or {}
    return str(kept.get("phone", "")) if kept.get("until", 0) > utcnow().timestamp() else ""


@blueprint.route("/posting-form", methods=["GET", "POST"])
@access(PUBLIC, slow=True)
def form_phone() -> Any:
    """Ask for the phone and send a code."""
    form = PhoneForm.submitted()
    if form.act(lambda: _ask(form.phone.data)):
        return redirect(url_for("demand.form_code"), 303)
    return page("demand/form_phone.html", form=form, has_gateway=has_gateway())


def _ask(phone: str) -> bool:
    shown = login.send_code(phone, CodePurpose.POSTING_FORM)
    cookie["posting_form_asked"] = {"phone": clean_phone(phone), "shown": shown}
    return True


@blueprint.route("/posting-form/code", methods=["GET", "POST"])
@access(PUBLIC, slow=True)
def form_code() -> Any:
    """Take the code; from then on the phone counts as proven for an hour."""
    asked = cookie.get("posting_form_asked")
    if not asked:
        return redirect(url_for("demand.form_phone"), 303)
    form = CodeForm.submitted()
    if form.act(lambda: _prove(asked["phone"], form.code.data)):
        return redirect(url_for("demand.form_fill"), 303)
    return page("demand/form_code.html", form=form, has_gateway=has_gateway(), **asked)


def _prove(phone: str, code: str) -> bool:
    login.require_code(phone, code, CodePurpose.POSTING_FORM)
    with current_runtime().unit(anonymous_actor()) as uow:
        spend_code(uow, phone, code, CodePurpose.POSTING_FORM)
    cookie.pop("posting_form_asked", None)
    cookie["posting_form"] = {"phone": phone, "until": utcnow().timestamp() + PROVEN_SECONDS}
    return True


@blueprint.route("/posting-form/fill", methods=["GET", "POST"])
@access(PUBLIC, slow=True)
def form_fill() -> Any:
    """One posting on one page; after it the next, with the employer filled in already."""
    phone = _proven()
    if not phone:
        return redirect(url_for("demand.form_phone"), 303)
    form = CollectForm.submitted(data=cookie.get("posting_form_employer") or {})
    done = form.act(lambda: _hand_in(phone, form))
    if done is not None:
        names = ("employer_name", "credit_code", "filled_by", "place", "address")
        cookie["posting_form_employer"] = {name: form[name].data for name in names}
        return redirect(url_for("demand.form_done"), 303)
    return page("demand/form_fill.html", form=form)


def _hand_in(phone: str, form: CollectForm) -> str:
    with current_runtime().unit(anonymous_actor()) as uow:
        return hand_in_form(uow, phone, form.filled).public_id


@blueprint.get("/posting-form/done")
@access(PUBLIC)
def form_done() -> Response:
    """What happens now."""
    return page("demand/form_done.html")


@blueprint.get("/staff/posting-forms")
@access("posting.review")
def form_queue() -> Response:
    """Postings that came by the public form, the oldest first."""
    uow = current_uow()
    shows_all = request.args.get("state") == "all"
    found = paged(uow, visible_forms(uow.actor, queries.posting_forms(waiting=not shows_all)))
    link = url_for("demand.form_phone", _external=True)
    return page("demand/form_queue.html", found=found, shows_all=shows_all, link=link)
