"""What people ask for on their own: a call."""

from __future__ import annotations

from typing import Any

from flask import redirect, url_for
from sqlalchemy import select

from jobmatch.casework.visits.queries.contacts import helper_of, open_call_back
from jobmatch.casework.visits.services.contacts import ask_call_back
from jobmatch.casework.visits.views.blueprint import blueprint
from jobmatch.people.models.person import Person
from jobmatch.people.policies import visible_people
from jobmatch.people.queries.people import phone_of
from jobmatch.reference.queries import calendar_is_known
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.fields import EmptyForm
from jobmatch.web.pages import page


@blueprint.route("/me/call-back", methods=["GET", "POST"])
@access("person.own")
def call_back() -> Any:
    """Ask for a call; the answer says who will call, at which number and by when."""
    uow = current_uow()
    person = uow.one(visible_people(uow.actor, select(Person).where(Person.user_id == uow.actor.user_id)))
    form = EmptyForm.submitted()
    if form.act(lambda: ask_call_back(uow, person)):
        return redirect(url_for("visits.call_back"), 303)
    task = open_call_back(uow.session, person.id)
    return page(
        "visits/call_back.html",
        task=task,
        phone=phone_of(uow.session, person),
        to=helper_of(uow.session, person.user_id or 0, uow.today),
        is_estimated=task is not None and not calendar_is_known(uow.session, task.due_on.year),
    )
