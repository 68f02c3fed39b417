"""Practice and internship of one person, from the file."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, url_for
from sqlalchemy import select

from jobmatch.core.errors import Invalid, NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.people.models.person import Person
from jobmatch.people.policies import seen_person
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import page
from recruiters.employers.models import Employer
from recruiters.employers.states import VettingState
from recruiters.partners import queries
from recruiters.partners.blueprint import blueprint
from recruiters.partners.forms import LeaveForm, PersonTraineeForm
from recruiters.partners.models import PracticeBase, Trainee
from recruiters.partners.policies import visible_hosts
from recruiters.partners.services import trainees

MOST_BASES = 200


def _bases() -> dict[str, tuple[PracticeBase, Employer]]:
    uow = current_uow()
    query = queries.practice_bases("running", uow.today).where(Employer.vetting == VettingState.VETTED)
    rows = uow.rows(visible_hosts(uow.actor, query.limit(MOST_BASES)))
    return {base.public_id: (base, employer) for base, employer in rows}


@blueprint.route("/staff/people/<public_id>/practice", methods=["GET", "POST"])
@access("case.work")
def person_practice(public_id: str) -> Any:
    """Where a person practised, and a new place."""
    uow, person, bases = current_uow(), seen_person(current_uow(), public_id), _bases()
    form = PersonTraineeForm.submitted(data={"came_on": uow.today})
    form.base.choices = [
        ("", _("请选择")),
        *(
            (key, _("%(base)s，%(employer)s", base=b.name, employer=e.organization.name))
            for key, (b, e) in bases.items()
        ),
    ]

    def start() -> Trainee:
        if form.base.data not in bases:
            raise Invalid(fields={"base": _("请选一个基地")})
        base, employer = bases[form.base.data]
        return trainees.record_trainees(uow, base, employer, came_on=form.came_on.data, person=person)

    if form.act(start) is not None:
        flash(_("已登记"), "success")
        return redirect(url_for("partners.person_practice", public_id=public_id), 303)
    return _page(person, form, LeaveForm(data={"left_on": uow.today}))


def _page(person: Person, form: PersonTraineeForm, leave_form: LeaveForm) -> Response:
    return page(
        "partners/person.html",
        form=leave_form if leave_form.has_errors else form,
        practice_form=form,
        leave_form=leave_form,
        person=person,
        rows=queries.practice_of(current_uow().session, person.id),
    )


@blueprint.post("/staff/people/<public_id>/practice/<trainee_id>/end")
@access("case.work")
def end_person_practice(public_id: str, trainee_id: str) -> Any:
    """The person left the base."""
    uow, person, form = current_uow(), seen_person(current_uow(), public_id), LeaveForm.submitted()
    found = [row for row in queries.practice_of(uow.session, person.id) if row[0].public_id == trainee_id]
    if not found:
        raise NotFound
    trainee, base, _name = found[0]
    employer: Employer = uow.one(
        visible_hosts(uow.actor, select(Employer).where(Employer.organization_id == base.organization_id))
    )
    done = form.act(
        lambda: trainees.end_trainee(uow, base, employer, trainee, left_on=form.left_on.data, person=person)
    )
    if done is None:
        practice = PersonTraineeForm(data={"came_on": uow.today})
        practice.base.choices = [("", _("请选择"))]
        return _page(person, practice, form)
    flash(_("已登记离开"), "success")
    return redirect(url_for("partners.person_practice", public_id=public_id), 303)
