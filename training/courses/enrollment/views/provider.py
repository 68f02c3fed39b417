"""The provider's roster of its own class: names and phones through grants only, and 报到."""

from __future__ import annotations

from typing import Any

from flask import Response, redirect, url_for

from jobmatch.people.queries.people import phones_of
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import page, paged
from training.courses.classes.policies import named, taught_sessions
from training.courses.enrollment import queries
from training.courses.enrollment.blueprint import blueprint
from training.courses.enrollment.policies import visible_granted
from training.courses.enrollment.services.moving import mark_arrived
from training.courses.enrollment.states import EnrollmentState
from training.courses.enrollment.views.staff import _can_arrive, arrive_all


def _taught(public_id: str) -> Any:
    uow = current_uow()
    return uow.one(taught_sessions(uow.actor, named(public_id)))


@blueprint.get("/provider/classes/<public_id>/people")
@access("provider.own")
def provider_people(public_id: str) -> Response:
    """Who comes, with the phone to call."""
    uow, session = current_uow(), _taught(public_id)
    query = queries.provider_roster(session, uow.actor.organization_id or 0, uow.today)
    found = paged(uow, visible_granted(uow.actor, query), size=50)
    counts = queries.head_counts(uow, session.id)
    return page(
        "enrollment/provider_people.html",
        session=session,
        found=found,
        phones=phones_of(uow.session, [person for _one, person in found.rows]),
        seated=counts.get(EnrollmentState.SEATED, 0),
        arrived=counts.get(EnrollmentState.ATTENDING, 0),
        can_arrive=_can_arrive(session),
        needs_of=queries.needs_of,
    )


@blueprint.post("/provider/classes/<public_id>/people/<enrollment_id>/arrive")
@access("provider.own")
def provider_arrive(public_id: str, enrollment_id: str) -> Any:
    """One tick: reported in."""
    uow, session = current_uow(), _taught(public_id)
    query = queries.provider_roster(session, uow.actor.organization_id or 0, uow.today)
    found, _person = uow.one(visible_granted(uow.actor, queries.with_id(query, enrollment_id)))
    mark_arrived(uow, session, found)
    return redirect(url_for("enrollment.provider_people", public_id=public_id) + f"#e-{enrollment_id}", 303)


@blueprint.post("/provider/classes/<public_id>/people/arrive")
@access("provider.own")
def provider_arrive_all(public_id: str) -> Any:
    """Everybody with a seat reported in."""
    return arrive_all(_taught(public_id), "enrollment.provider_people")
