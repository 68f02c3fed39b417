"""Classes of a provider: what it plans, hands in, and teaches."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for

from jobmatch.reference.models import Course
from jobmatch.reference.queries import names
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import page, paged
from training.courses.catalog.policies import own_providers
from training.courses.classes import queries
from training.courses.classes.blueprint import blueprint
from training.courses.classes.policies import run_session, taught_sessions
from training.courses.classes.views import common


@blueprint.get("/provider/classes")
@access("provider.own")
def provider_list() -> Response:
    """The own classes by tab."""
    uow, tab = current_uow(), request.args.get("tab", "")
    tab, words = tab if tab in queries.TABS else "open", request.args.get("q", "").strip()[:40]
    found = paged(uow, taught_sessions(uow.actor, queries.office_sessions(tab, words=words)))
    counts = uow.rows(taught_sessions(uow.actor, queries.tab_counts()))[0]
    return page(
        "classes/list.html",
        tab=tab,
        words=words,
        found=found,
        counts=dict(zip(queries.TABS, counts, strict=True)),
        today=uow.today,
        endpoint="classes.provider_list",
        link="classes.provider_class",
        new=url_for("classes.provider_choose"),
    )


@blueprint.get("/provider/classes/new")
@access("provider.own")
def provider_choose() -> Response:
    """Which of the courses it teaches."""
    uow = current_uow()
    courses: dict[str, list[Any]] = {}
    for provider, code in uow.rows(own_providers(uow.actor, queries.teaching_pairs())):
        courses.setdefault(code, []).append(provider)
    return page("classes/choose.html", courses=courses, labels=names(uow.session, Course), wanted="")


@blueprint.route("/provider/classes/new/<provider_id>/<code>", methods=["GET", "POST"])
@access("provider.own")
def provider_new(provider_id: str, code: str) -> Any:
    """What is written about the new class; the office of the place decides about it."""
    uow = current_uow()
    pairs = uow.rows(own_providers(uow.actor, queries.teaching_pairs()))
    return common.new(
        pairs, provider_id, code, lambda one: uow.session.scalars(queries.office_of(one.region_path)).first()
    )


@blueprint.get("/provider/classes/<public_id>")
@access("provider.own")
def provider_class(public_id: str) -> Response:
    """One class: its way, what is missing, what is written."""
    return common.overview(run_session(current_uow(), public_id))


@blueprint.route("/provider/classes/<public_id>/edit", methods=["GET", "POST"])
@access("provider.own")
def provider_edit(public_id: str) -> Any:
    return common.edit(public_id)


@blueprint.post("/provider/classes/<public_id>/move")
@access("provider.own")
def provider_move(public_id: str) -> Any:
    return common.move(public_id, request.form.get("action", ""))


@blueprint.route("/provider/classes/<public_id>/cancel", methods=["GET", "POST"])
@access("provider.own")
def provider_cancel(public_id: str) -> Any:
    """It does not take place after all."""
    return common.give_reason(public_id, "cancel")


@blueprint.route("/provider/classes/<public_id>/clone", methods=["GET", "POST"])
@access("provider.own")
def provider_clone(public_id: str) -> Any:
    return common.clone(public_id)


@blueprint.route("/provider/classes/<public_id>/timetable", methods=["GET", "POST"])
@access("provider.own")
def provider_timetable(public_id: str) -> Any:
    return common.timetable(public_id)


@blueprint.post("/provider/classes/<public_id>/timetable/<meeting_id>/remove")
@access("provider.own")
def provider_drop_meeting(public_id: str, meeting_id: str) -> Any:
    return common.drop_meeting(public_id, meeting_id)
