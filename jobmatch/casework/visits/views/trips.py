"""Visits of villages: what is covered, planning a trip, the page that is taken along, the printed list."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from flask import Response, flash, g, jsonify, make_response, redirect, request, url_for
from werkzeug.datastructures import MultiDict

from jobmatch.casework.tasks.queries import clerks
from jobmatch.casework.visits.forms import DoneForm, PlanForm, VisitResultForm
from jobmatch.casework.visits.models import Visit, VisitPlan
from jobmatch.casework.visits.policies import visible_visit_plans
from jobmatch.casework.visits.queries import visits as queries
from jobmatch.casework.visits.services import visits as services
from jobmatch.casework.visits.states import AT_THE_DOOR, ContactOutcome
from jobmatch.casework.visits.views.blueprint import blueprint
from jobmatch.core.errors import Conflict, NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.core.pdf import render_pdf
from jobmatch.people.models.person import Person
from jobmatch.reference.queries import Place, children_of, region, region_label
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow, wants_json
from jobmatch.web.formats import day as day_text
from jobmatch.web.pages import page

LIST = Path(__file__).parents[1] / "templates" / "visits" / "list.typ"


def _place(code: str) -> Place:
    """A place of the reader's subtree. Raises ``NotFound``."""
    uow = current_uow()
    own = uow.actor.region_path.strip("/").split("/")[-1]
    found = region(uow.session, code or own)
    if not found.path.startswith(uow.actor.region_path):
        raise NotFound
    return found


def _month(text: str, today: date) -> date:
    """The month asked for as ``2026-11``, not later than this one; anything else is this month."""
    try:
        asked = date.fromisoformat(f"{text}-01")
    except ValueError:
        return queries.first_of(today)
    return min(asked, queries.first_of(today)) if asked.year >= 2000 else queries.first_of(today)


def _trip(public_id: str) -> VisitPlan:
    uow = current_uow()
    found: VisitPlan = uow.one(visible_visit_plans(uow.actor, queries.trip_named(public_id)))
    return found


@blueprint.get("/staff/visits")
@access("case.work")
def coverage() -> Response:
    """Which villages were visited this month, by whom, and how it was in the months before."""
    uow = current_uow()
    place = _place(request.args.get("place", "")[:12])
    month = _month(request.args.get("month", "")[:7], uow.today)
    lines = queries.coverage(uow, place, month)
    up = region(uow.session, place.parent_code) if place.parent_code else None
    return page(
        "visits/coverage.html",
        place=place,
        up=up if up and up.path.startswith(uow.actor.region_path) else None,
        month=month,
        before=queries.first_of(month, 1),
        after=queries.first_of(month, -1) if month < queries.first_of(uow.today) else None,
        months=[queries.first_of(month, back) for back in range(queries.MONTHS)],
        lines=lines,
        villages=sum(len(line.villages) for line in lines),
        visited=sum(line.months[0] for line in lines),
        met=sum(line.met for line in lines),
        planned=[trip for line in lines for trip in line.planned],
        labels={
            trip.region_code: region_label(uow.session, trip.region_code) for line in lines for trip in line.planned
        },
    )


@blueprint.route("/staff/visits/new", methods=["GET", "POST"])
@access("case.work")
def new() -> Any:
    """Plan a trip to a village: those with open tasks stand first and are ticked."""
    uow = current_uow()
    place = _place(request.args.get("place", "")[:12])
    if children_of(uow.session, place.code):
        return redirect(url_for("visits.coverage", place=place.code), 303)
    found = queries.candidates(uow, place.code)
    data = {"planned_on": uow.today, "to": "", "people": [c.person.public_id for c in found if c.task_count][:20]}
    form = PlanForm.submitted(data=data)
    form.to.show(clerks(uow), empty=_("我自己去"))
    done = form.act(
        lambda: services.plan_visit(
            uow,
            region_code=place.code,
            planned_on=form.planned_on.data,
            people=form.people.data or [],
            to=form.to.data or "",
            note=form.note.data or "",
        )
    )
    if done is not None:
        flash(_("走访已计划，出门前打开这一页，没有网络也能登记"), "success")
        return redirect(url_for("visits.trip", public_id=done.public_id), 303)
    return page(
        "visits/new.html",
        form=form,
        place=place,
        label=region_label(uow.session, place.code),
        found=found,
        ticked=set(form.people.data or []),
    )


def _trip_page(plan: VisitPlan, visit: Visit | None = None, form: VisitResultForm | None = None) -> Response:
    uow = current_uow()
    return page(
        "visits/trip.html",
        form=form,
        plan=plan,
        label=region_label(uow.session, plan.region_code),
        who=queries.name_of(uow.session, plan.user_id),
        lines=queries.visit_lines(uow, plan),
        wrong=visit.public_id if visit else "",
        door={outcome.value: _(label) for outcome, label in AT_THE_DOOR.items()},
        blank=VisitResultForm(MultiDict(), prefix=""),
        today=uow.today,
    )


@blueprint.get("/staff/visits/<public_id>")
@access("case.work")
def trip(public_id: str) -> Response:
    """The page that is taken along: works without a network once it is open, and takes the paper list's results."""
    return _trip_page(_trip(public_id))


@blueprint.post("/staff/visits/<public_id>/people/<visit_id>")
@access("case.work")
def record(public_id: str, visit_id: str) -> Any:
    """What came of one person: from the form, or from the queue of a device that was away (JSON answers)."""
    uow, plan = current_uow(), _trip(public_id)
    found = queries.visit_named(uow.session, plan, visit_id)
    if found is None:
        raise NotFound
    form = VisitResultForm.submitted()
    done = form.act(lambda: _record(plan, *found, form))
    if wants_json():
        if done is None:
            words = [message for field in form for message in field.errors] + list(form.form_errors)
            return make_response(jsonify({"state": "invalid", "message": _("；").join(map(str, words))}), 422)
        return jsonify({"state": "saved", "message": _("已登记")})
    if done is None:
        return _trip_page(plan, found[0], form)
    return redirect(url_for("visits.trip", public_id=public_id) + f"#v-{visit_id}", 303)


def _record(plan: VisitPlan, visit: Visit, person: Person, form: VisitResultForm) -> Any:
    return services.record_visit(
        current_uow(),
        plan,
        visit,
        person,
        outcome=ContactOutcome(form.outcome.data),
        done_on=form.done_on.data,
        note=form.note.data or "",
        next_on=form.next_on.data,
        accept_masked=form.accept_masked.data,
        client_key=form.client_key.data or None,
    )


@blueprint.post("/staff/visits/<public_id>/done")
@access("case.work")
def finish(public_id: str) -> Any:
    """The village was visited, also where nobody of the list was met."""
    plan, form = _trip(public_id), DoneForm.submitted()
    done = form.act(lambda: services.finish_visit(current_uow(), plan, visited_on=form.visited_on.data))
    if done is None:
        raise Conflict(_("请填写两个月以内的日期，不能晚于今天"))
    flash(_("已记为走访过"), "success")
    return redirect(url_for("visits.trip", public_id=public_id), 303)


@blueprint.post("/staff/visits/<public_id>/cancel")
@access("case.work")
def cancel(public_id: str) -> Any:
    plan = _trip(public_id)
    services.cancel_visit(current_uow(), plan)
    flash(_("走访已取消"), "success")
    return redirect(url_for("visits.coverage", place=plan.region_code[:9]), 303)


@blueprint.get("/staff/visits/<public_id>/list.pdf")
@access("case.work", slow=True)
def printed(public_id: str) -> Response:
    """The list on paper, in big type with empty columns."""
    runtime = current_runtime()
    with runtime.unit(g.actor, writing=False) as uow:
        plan = uow.one(visible_visit_plans(uow.actor, queries.trip_named(public_id)))
        data = {
            "title": _("%(place)s走访名单", place=region_label(uow.session, plan.region_code)),
            "sub": _("%(day)s，%(who)s", day=day_text(plan.planned_on), who=queries.name_of(uow.session, plan.user_id)),
            "head": [_("序号"), _("姓名"), _("要办的事"), _("见到谁"), _("说了什么"), _("下次联系")],
            "foot": _("回来后在“走访”里登记结果。名单有个人信息，用完请收好。"),
            "rows": [[line.person.name, _("；").join(line.tasks)] for line in queries.visit_lines(uow, plan)],
        }
    answer = Response(render_pdf(LIST, data), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = 'attachment; filename="visit-list.pdf"'
    return answer
