"""Classes of the office: lists, a new one, and its way from draft to file."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for

from jobmatch.accounts.models import Organization
from jobmatch.reference.models import Course
from jobmatch.reference.queries import names
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import page, paged
from training.courses.catalog.policies import visible_providers
from training.courses.classes import queries
from training.courses.classes.blueprint import blueprint
from training.courses.classes.policies import managed_session, worked_session, worked_sessions
from training.courses.classes.views import common


@blueprint.get("/staff/classes")
@access("class.manage")
def staff_list() -> Response:
    """Classes to come, to decide about, running and over."""
    uow, tab = current_uow(), request.args.get("tab", "")
    tab, words = tab if tab in queries.TABS else "open", request.args.get("q", "").strip()[:40]
    found = paged(uow, worked_sessions(uow.actor, queries.office_sessions(tab, words=words)))
    counts = uow.rows(worked_sessions(uow.actor, queries.tab_counts()))[0]
    return page(
        "classes/list.html",
        tab=tab,
        words=words,
        found=found,
        counts=dict(zip(queries.TABS, counts, strict=True)),
        today=uow.today,
        endpoint="classes.staff_list",
        link="classes.staff_class",
        new=url_for("classes.staff_choose"),
    )


@blueprint.get("/staff/classes/new")
@access("class.manage")
def staff_choose() -> Response:
    """Which course by which provider: the listed ones that teach it."""
    uow, wanted = current_uow(), request.args.get("course", "")[:20]
    pairs = uow.rows(visible_providers(uow.actor, queries.teaching_pairs()))
    courses: dict[str, list[Any]] = {}
    for provider, code in pairs:
        if not wanted or code == wanted:
            courses.setdefault(code, []).append(provider)
    return page(
        "classes/choose.html",
        courses=courses,
        labels=names(uow.session, Course),
        wanted=names(uow.session, Course).get(wanted, ""),
    )


@blueprint.route("/staff/classes/new/<provider_id>/<code>", methods=["GET", "POST"])
@access("class.manage")
def staff_new(provider_id: str, code: str) -> Any:
    """What is written about the new class; the own office decides about it."""
    uow = current_uow()
    office_id = uow.actor.organization_id
    pairs = uow.rows(visible_providers(uow.actor, queries.teaching_pairs()))
    return common.new(pairs, provider_id, code, lambda _one: uow.session.get(Organization, office_id))


@blueprint.get("/staff/classes/<public_id>")
@access("class.manage")
def staff_class(public_id: str) -> Response:
    """One class: its way, what is missing, what is written."""
    return common.overview(worked_session(current_uow(), public_id))


@blueprint.route("/staff/classes/<public_id>/edit", methods=["GET", "POST"])
@access("class.manage")
def staff_edit(public_id: str) -> Any:
    return common.edit(public_id)


@blueprint.post("/staff/classes/<public_id>/move")
@access("class.manage")
def staff_move(public_id: str) -> Any:
    return common.move(public_id, request.form.get("action", ""))


@blueprint.route("/staff/classes/<public_id>/return", methods=["GET", "POST"])
@access("class.manage")
def staff_return(public_id: str) -> Any:
    """Back to the provider, with what to mend."""
    managed_session(current_uow(), public_id)
    return common.give_reason(public_id, "return")


@blueprint.route("/staff/classes/<public_id>/cancel", methods=["GET", "POST"])
@access("class.manage")
def staff_cancel(public_id: str) -> Any:
    """It does not take place."""
    managed_session(current_uow(), public_id)
    return common.give_reason(public_id, "cancel")


@blueprint.route("/staff/classes/<public_id>/clone", methods=["GET", "POST"])
@access("class.manage")
def staff_clone(public_id: str) -> Any:
    return common.clone(public_id)


@blueprint.route("/staff/classes/<public_id>/timetable", methods=["GET", "POST"])
@access("class.manage")
def staff_timetable(public_id: str) -> Any:
    return common.timetable(public_id)


@blueprint.post("/staff/classes/<public_id>/timetable/<meeting_id>/remove")
@access("class.manage")
def staff_drop_meeting(public_id: str, meeting_id: str) -> Any:
    return common.drop_meeting(public_id, meeting_id)
