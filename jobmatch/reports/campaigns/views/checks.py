"""One check of one station, filled in on a phone item by item; then objection, answer and freeze."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, g, redirect, request, url_for

from jobmatch.core.actors import Actor
from jobmatch.core.errors import Invalid
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.core.uploads import MOST_BYTES, Upload, take_upload
from jobmatch.reports.campaigns import checks
from jobmatch.reports.campaigns.blueprint import blueprint
from jobmatch.reports.campaigns.forms import AnswerForm, ObjectionAnswerForm, ObjectionForm
from jobmatch.reports.campaigns.models import StationCheck
from jobmatch.reports.campaigns.policies import (
    can_correct_check,
    can_decide_check,
    can_fill_check,
    can_object,
    visible_station_checks,
)
from jobmatch.reports.campaigns.scoring import TENTHS
from jobmatch.reports.campaigns.services import checks as services
from jobmatch.reports.campaigns.states import Met
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow
from jobmatch.web.fields import EmptyForm
from jobmatch.web.pages import download, page

_BODY = MOST_BYTES + 64 * 1024


def seen_check(uow: UnitOfWork, public_id: str) -> StationCheck:
    """The check of this public id, if the actor may see it. Raises ``NotFound``."""
    found: StationCheck = uow.one(visible_station_checks(uow.actor, checks.check_named(public_id)))
    return found


def _page(check: StationCheck, form: Any = None) -> Response:
    uow = current_uow()
    return page(
        "campaigns/check.html",
        form=form,
        sheet=checks.sheet_of(uow, check),
        check=check,
        objection_form=form if isinstance(form, ObjectionForm) else ObjectionForm(),
        answer_form=form if isinstance(form, ObjectionAnswerForm) else ObjectionAnswerForm(),
        may_fill=can_fill_check(uow.actor, check),
        may_correct=can_correct_check(uow.actor, check, check.checklist),
        may_object=can_object(uow.actor, check, check.checklist),
        may_decide=can_decide_check(uow.actor, check.checklist),
    )


@blueprint.get("/staff/checks/<public_id>")
@access("campaign.manage")
def check(public_id: str) -> Response:
    """Items with what was found, the points, and what happens next."""
    return _page(seen_check(current_uow(), public_id))


@blueprint.route("/staff/checks/<public_id>/items/<int:number>", methods=["GET", "POST"])
@access("campaign.manage", slow=True, upload=_BODY)
def answer_item(public_id: str, number: int) -> Any:
    """One item; a photograph is drawn anew outside any unit."""
    actor, runtime = g.actor, current_runtime()
    with runtime.unit(actor, writing=False) as uow:
        found = seen_check(uow, public_id)
        item = checks.item_at(found.checklist, number)
        before = checks.answers_of(uow.session, [found.id]).get(found.id, {}).get(item.id)
        points = before.tenths / TENTHS if before and before.met is Met.PARTLY else None
        data = {"met": before.met.value, "points": points, "words": before.words} if before else {}
    form = AnswerForm.submitted(data=data)
    if request.method == "POST" and form.act_or_say(lambda: _keep(public_id, number, form, actor)):
        return redirect(url_for("campaigns.check", public_id=public_id) + f"#item-{number}", 303)
    with runtime.unit(actor, writing=False) as uow:
        found = seen_check(uow, public_id)
        item = checks.item_at(found.checklist, number)
        may = can_correct_check(uow.actor, found, found.checklist) and not item.figure_code
        return page(
            "campaigns/item.html",
            form=form,
            check=found,
            item=item,
            count=len(found.checklist.items),
            has_file=bool(before and before.file_id),
            may=may,
        )


def _keep(public_id: str, number: int, form: AnswerForm, actor: Actor) -> bool:
    runtime = current_runtime()
    with runtime.unit(actor, writing=False) as uow:
        found = seen_check(uow, public_id)
        services.check_may_answer(uow, found, checks.item_at(found.checklist, number))
    upload = _file(form)
    with runtime.unit(actor) as uow:
        found = seen_check(uow, public_id)
        services.answer_item(
            uow,
            found,
            checks.item_at(found.checklist, number),
            met=form.met.data or "",
            points=form.points.data,
            words=form.words.data or "",
            upload=upload,
        )
    return True


def _file(form: AnswerForm) -> Upload | None:
    file = request.files.get(form.file.name)
    if file is None or not file.filename:
        return None
    try:
        return take_upload(file.filename, file.read(MOST_BYTES + 1), services.KINDS)
    except Invalid as error:
        raise Invalid(fields={"file": error.message}) from None


@blueprint.get("/staff/checks/<public_id>/items/<int:number>/file")
@access("campaign.manage")
def proof(public_id: str, number: int) -> Response:
    """The file that proves an answer."""
    uow, found = current_uow(), seen_check(current_uow(), public_id)
    name, content = services.read_proof(uow, found, checks.item_at(found.checklist, number))
    return download(content, name, "application/octet-stream")


def _act(public_id: str, form: Any, act: Any, said: str) -> Any:
    uow, found = current_uow(), seen_check(current_uow(), public_id)
    if form.act_or_say(lambda: act(uow, found)) is None:
        return _page(found, form)
    flash(said, "success")
    return redirect(url_for("campaigns.check", public_id=public_id), 303)


@blueprint.post("/staff/checks/<public_id>/hand-in")
@access("campaign.manage")
def hand_in_check(public_id: str) -> Any:
    """Hand the check in."""
    return _act(public_id, EmptyForm.submitted(), services.hand_in_check, _("已交"))


@blueprint.post("/staff/checks/<public_id>/object")
@access("campaign.manage")
def object_to_check(public_id: str) -> Any:
    """The station does not agree."""
    form = ObjectionForm.submitted()

    def act(uow: UnitOfWork, found: StationCheck) -> StationCheck:
        return services.object_to_check(uow, found, words=form.objection.data or "")

    return _act(public_id, form, act, _("异议已提交"))


@blueprint.post("/staff/checks/<public_id>/answer")
@access("campaign.manage")
def answer_objection(public_id: str) -> Any:
    """The office answers."""
    form = ObjectionAnswerForm.submitted()

    def act(uow: UnitOfWork, found: StationCheck) -> StationCheck:
        return services.answer_objection(uow, found, words=form.answer.data or "")

    return _act(public_id, form, act, _("已答复"))


@blueprint.post("/staff/checks/<public_id>/freeze")
@access("campaign.manage")
def freeze_check(public_id: str) -> Any:
    """定档."""
    return _act(public_id, EmptyForm.submitted(), services.freeze_check, _("已定档，不再改"))
