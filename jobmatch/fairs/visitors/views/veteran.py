"""Fairs of somebody with a file: what they registered for, and one tap for the next."""

from __future__ import annotations

from typing import Any

from flask import Response, redirect, url_for

from jobmatch.core.errors import NotFound
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.policies import visible_fairs
from jobmatch.fairs.planning.queries import coming_fairs
from jobmatch.fairs.visitors.blueprint import blueprint
from jobmatch.fairs.visitors.forms import OwnForm
from jobmatch.fairs.visitors.queries import own_registrations
from jobmatch.fairs.visitors.services.registering import is_open, register_own
from jobmatch.fairs.visitors.states import RegistrationState
from jobmatch.fairs.visitors.views.common import seen_fair
from jobmatch.people.models.person import Person
from jobmatch.people.queries.people import person_of
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import page

MOST_FAIRS = 20


def _own_file() -> Person | None:
    uow = current_uow()
    return person_of(uow.session, uow.actor.user_id) if uow.actor.user_id is not None else None


@blueprint.get("/me/fairs")
@access("person.own")
def mine() -> Response:
    """The own registrations, and fairs that come."""
    uow, person = current_uow(), _own_file()
    own = own_registrations(uow.session, person.id) if person is not None else []
    going = {fair.id for registration, fair in own if registration.state is not RegistrationState.CANCELED}
    coming: list[JobFair] = list(uow.rows(visible_fairs(uow.actor, coming_fairs()).limit(MOST_FAIRS)))
    return page(
        "visitors/mine.html",
        own=own,
        coming=[fair for fair in coming if fair.id not in going and is_open(fair, uow.now)],
        has_file=person is not None,
    )


@blueprint.route("/me/fairs/<public_id>/register", methods=["GET", "POST"])
@access("person.own")
def register_me(public_id: str) -> Any:
    """One tap; the page before it only asks what help is needed."""
    uow, found, person = current_uow(), seen_fair(current_uow(), public_id), _own_file()
    if person is None:
        raise NotFound
    form = OwnForm.submitted()
    done = form.act(lambda: register_own(uow, found, person, needs=form.needs.data or []))
    if done is not None:
        place = url_for("visitors.ticket", public_id=public_id, ticket_id=done.registration.public_id)
        return redirect(place, 303)
    return page("visitors/register_me.html", form=form, fair=found, person=person, is_open=is_open(found, uow.now))
