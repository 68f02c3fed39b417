"""The own venture: say what one wants to start, see where it stands and what to do next."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, url_for

from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.people.models.person import Person
from jobmatch.people.queries.people import person_of
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.fields import EmptyForm
from jobmatch.web.pages import page
from training.courses.classes.policies import visible_sessions
from training.incubation.ventures import queries
from training.incubation.ventures.blueprint import blueprint
from training.incubation.ventures.forms import WishForm
from training.incubation.ventures.policies import own_ventures
from training.incubation.ventures.services.lines import finish_milestone
from training.incubation.ventures.services.wishes import register_wish
from training.incubation.ventures.states import LIVING_STATES
from training.incubation.ventures.steps import steps_of

MOST = 10


def own_file() -> Person | None:
    """The actor's own file; None where they have none."""
    uow = current_uow()
    return person_of(uow.session, uow.actor.user_id) if uow.actor.user_id is not None else None


@blueprint.get("/my/venture")
@access("person.own")
def mine() -> Response:
    """State, what to do next, milestones, courses, and the policies that apply."""
    uow = current_uow()
    rows = list(uow.rows(own_ventures(uow.actor, queries.my_ventures()).limit(MOST)))
    now = next((one for one in rows if one.state in LIVING_STATES), None)
    return page(
        "ventures/mine.html",
        venture=now,
        others=[one for one in rows if one is not now],
        steps=steps_of(now, queries.moves_of(uow.session, now)) if now else [],
        founders=queries.founders_of(uow.session, [now.id])[now.id] if now else [],
        milestones=queries.milestones_of(uow.session, now) if now else [],
        classes=list(uow.rows(visible_sessions(uow.actor, queries.next_classes(uow.today)))),
        has_file=own_file() is not None,
    )


@blueprint.route("/my/venture/new", methods=["GET", "POST"])
@access("person.own")
def new_wish() -> Any:
    """Four questions; the station calls within the days of the rule."""
    uow, person = current_uow(), own_file()
    if person is None:
        raise NotFound
    form = WishForm.submitted()
    if form.act(lambda: register_wish(uow, person, form.wish())) is None:
        return page("ventures/wish.html", form=form, days=queries.contact_days(uow.session, uow.today))
    flash(_("已记下，服务站会联系您"), "success")
    return redirect(url_for("ventures.mine"), 303)


@blueprint.post("/my/venture/<public_id>/milestones/<milestone_id>/done")
@access("person.own")
def my_milestone(public_id: str, milestone_id: str) -> Any:
    """It is done."""
    uow = current_uow()
    venture = uow.one(own_ventures(uow.actor, queries.named(public_id)))
    EmptyForm.submitted().act(lambda: finish_milestone(uow, venture, milestone_id))
    flash(_("已记下"), "success")
    return redirect(url_for("ventures.mine"), 303)
