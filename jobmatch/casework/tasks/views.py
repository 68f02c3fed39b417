"""The office's tasks: the list, one task, and who is responsible for whom."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, request, url_for
from sqlalchemy import select

from jobmatch.casework.tasks import queries, services
from jobmatch.casework.tasks.forms import AssignForm, OwnerForm, SettleForm, TaskFilter, TransferForm
from jobmatch.casework.tasks.models import Task
from jobmatch.casework.tasks.policies import visible_tasks
from jobmatch.core.errors import Invalid
from jobmatch.core.i18n import gettext as _
from jobmatch.people.policies import seen_person
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import local_path, page, paged

blueprint = Blueprint("tasks", __name__, template_folder="templates")


def _go_back() -> Response:
    target = local_path(request.form.get("next")) or url_for("tasks.staff_list")
    return make_response(redirect(target, 303))


def _task(public_id: str) -> Task:
    uow = current_uow()
    found: Task = uow.one(visible_tasks(uow.actor, queries.task_named(public_id)))
    return found


SCOPES = ("mine", "station", "below")
"""Whose tasks: without a choice the first that has any."""


@blueprint.get("/staff/tasks")
@access("case.work")
def staff_list() -> Response:
    """Tasks of the reader, of the station or of everything below it; the late ones first."""
    uow = current_uow()
    form = TaskFilter(request.args)
    filters = {name: value or "" for name, value in form.data.items()}
    counts = queries.task_counts(uow)
    scope = filters["scope"] if filters["scope"] in SCOPES else next((n for n in SCOPES if getattr(counts, n)), "mine")
    found = paged(uow, queries.tasks(uow, {**filters, "scope": scope}))
    batch = AssignForm()
    batch.to.show(queries.clerks(uow), empty=_("责任人自己办"))
    return page(
        "tasks/staff_list.html",
        fragment="tasks/_list.html",
        filters=form,
        found=found,
        rows=queries.task_rows(uow, found.rows),
        counts=counts,
        scope=scope,
        batch=batch,
    )


def _task_page(task: Task, **forms: Any) -> Response:
    uow = current_uow()
    assign_form = forms.get("assign_form") or AssignForm()
    assign_form.to.show(queries.clerks(uow), empty=_("责任人自己办"))
    return page(
        "tasks/staff_task.html",
        fragment="tasks/_task_row.html",
        form=next(iter(forms.values()), None),
        task=task,
        row=queries.task_rows(uow, [task])[0],
        place=queries.place_of(uow, task),
        settle_form=forms.get("settle_form") or SettleForm(),
        assign_form=assign_form,
        back=local_path(request.values.get("next")) or url_for("tasks.staff_list"),
    )


@blueprint.get("/staff/tasks/<public_id>")
@access("case.work")
def staff_task(public_id: str) -> Response:
    """One task with the forms to settle it or hand it on; htmx opens it below its row."""
    return _task_page(_task(public_id))


@blueprint.post("/staff/tasks/<public_id>/settle")
@access("case.work")
def settle(public_id: str) -> Response:
    task, form = _task(public_id), SettleForm.submitted()
    dropped = form.result.data == "dropped"
    done = form.act(
        lambda: services.settle_task(current_uow(), task, outcome=form.outcome.data or "", is_dropped=dropped)
    )
    if done is None:
        return _task_page(task, settle_form=form)
    flash(_("已办结"), "success")
    return _go_back()


@blueprint.post("/staff/tasks/<public_id>/assign")
@access("case.work")
def assign(public_id: str) -> Response:
    task, form = _task(public_id), AssignForm.submitted()
    done = form.act(lambda: services.assign_task(current_uow(), task, to=form.to.data or ""))
    if done is None:
        return _task_page(task, assign_form=form)
    flash(_("已交办"), "success")
    return _go_back()


@blueprint.post("/staff/tasks/batch")
@access("case.work")
def batch() -> Response:
    """Settle the ticked tasks with the same words, or give them to a colleague."""
    uow = current_uow()
    ticked = request.form.getlist("chosen")[:100]
    found = uow.rows(visible_tasks(uow.actor, select(Task).where(Task.public_id.in_(ticked))))
    if not found:
        raise Invalid(_("请先勾选要办的事项"))
    if request.form.get("act") == "assign":
        for task in found:
            services.assign_task(uow, task, to=request.form.get("to", "")[:16])
        flash(_("已交办 %(n)s 件", n=len(found)), "success")
    else:
        done, skipped = services.settle_tasks(uow, found, outcome=request.form.get("outcome", ""))
        flash(_("已办结 %(n)s 件，%(m)s 件已被别人办过", n=done, m=skipped), "success")
    return _go_back()


# ---------- who is responsible ----------


@blueprint.route("/staff/people/<public_id>/owner", methods=["GET", "POST"])
@access("case.work")
def owner(public_id: str) -> Any:
    """Who is responsible for one person, since when, and who it was before."""
    uow = current_uow()
    person = seen_person(uow, public_id)
    form = OwnerForm.submitted()
    form.to.show(queries.clerks(uow))
    to, until = form.to.data or "", form.until.data
    if form.act(
        lambda: services.hand_over(uow, person, to=to, until=until) if until else services.set_owner(uow, person, to=to)
    ):
        flash(_("已保存"), "success")
        return redirect(url_for("tasks.owner", public_id=public_id), 303)
    history = queries.owner_history(uow.session, person.id)
    return page("tasks/owner.html", form=form, person=person, history=history, today=uow.today)


@blueprint.route("/staff/owners", methods=["GET", "POST"])
@access("station.manage")
def owners() -> Any:
    """People without anybody responsible, and moving many at once: first the number, then the act."""
    uow = current_uow()
    form = TransferForm.submitted(data=request.args.to_dict())
    form.offer(queries.station_choices(uow), queries.clerks(uow))
    chosen = {"path": form.path.data or "", "owner": form.owner.data or ""}
    wanted = {**chosen, "to": form.to.data or "", "until": form.until.data}
    expected = form.expected.data
    if expected is not None:
        done = form.act(lambda: services.transfer_people(uow, expected=expected, **wanted))
        if done is not None:
            return redirect(url_for("tasks.transferred", batch=done[0]), 303)
    count = None if expected is not None else form.act(lambda: services.count_transfer(uow, **wanted))
    if request.method == "GET" and not chosen["owner"]:
        chosen["owner"] = queries.NOBODY
        form.owner.data = queries.NOBODY
    found = paged(uow, queries.owned_people(uow, **chosen))
    names = queries.owner_names(uow.session, [person.id for person in found.rows], uow.today)
    return page("tasks/owners.html", form=form, found=found, names=names, count=count)


@blueprint.get("/staff/owners/<batch>")
@access("station.manage")
def transferred(batch: str) -> Response:
    """What an act moved, with the way back."""
    uow = current_uow()
    moved, to = queries.transfer_facts(uow, batch)
    return page("tasks/transferred.html", batch=batch, moved=moved, to=to)


@blueprint.post("/staff/owners/<batch>/undo")
@access("station.manage")
def undo(batch: str) -> Any:
    back, kept = services.undo_transfer(current_uow(), batch)
    flash(_("%(n)s 人已交回原来的责任人，%(m)s 人后来又换过，没有动", n=back, m=kept), "success")
    return redirect(url_for("tasks.owners"), 303)
