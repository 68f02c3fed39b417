"""The office's ledger of contacts: a person's page, corrections, and people nobody has talked to for long."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, request, url_for
from sqlalchemy import select

from jobmatch.casework.tasks.queries import NOBODY, clerks, responsible_user, station_choices, task_rows, tasks_of
from jobmatch.casework.visits.forms import ContactForm, SilentFilter
from jobmatch.casework.visits.models import Contact
from jobmatch.casework.visits.queries import contacts as queries
from jobmatch.casework.visits.services.contacts import record_contact
from jobmatch.casework.visits.states import ContactOutcome, ContactWay
from jobmatch.casework.visits.views.blueprint import blueprint
from jobmatch.core.i18n import gettext as _
from jobmatch.people.models.person import Person
from jobmatch.people.policies import seen_person
from jobmatch.people.queries.people import phone_of
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.formats import number
from jobmatch.web.pages import page, paged

THRESHOLDS = ("30", "60", "90")


def _save(person: Person, form: ContactForm, corrects: Contact | None = None) -> Contact:
    return record_contact(
        current_uow(),
        person,
        way=ContactWay(form.way.data),
        outcome=ContactOutcome(form.outcome.data),
        done_on=form.done_on.data,
        note=form.note.data or "",
        next_on=form.next_on.data,
        accept_masked=form.accept_masked.data,
        corrects=corrects,
    )


@blueprint.route("/staff/people/<public_id>/contacts", methods=["GET", "POST"])
@access("case.work")
def contacts(public_id: str) -> Any:
    """A person's contacts with the quick form, what waits for them, and who is responsible."""
    uow, person = current_uow(), seen_person(current_uow(), public_id)
    form = ContactForm.submitted()
    if form.act(lambda: _save(person, form)):
        flash(_("已记下"), "success")
        return redirect(url_for("visits.contacts", public_id=public_id), 303)
    lines = queries.contact_lines(uow.session, person.id)
    owner = responsible_user(uow.session, person.id, uow.today)
    return page(
        "visits/contacts.html",
        form=form,
        person=person,
        phone=phone_of(uow.session, person),
        lines=lines,
        last_on=queries.last_contacts(uow.session, [person.id]).get(person.id),
        lost=queries.open_lost_spell(uow.session, person.id),
        owner=owner.name if owner else "",
        tasks=task_rows(uow, tasks_of(uow.session, person.id)),
    )


@blueprint.route("/staff/people/<public_id>/contacts/<contact_id>/correct", methods=["GET", "POST"])
@access("case.work")
def correct(public_id: str, contact_id: str) -> Any:
    """A new row that stands for a wrong one; the wrong one stays, struck out."""
    uow, person = current_uow(), seen_person(current_uow(), public_id)
    wrong: Contact = uow.one(select(Contact).where(Contact.public_id == contact_id, Contact.person_id == person.id))
    form = ContactForm.submitted(obj=wrong)
    if form.act(lambda: _save(person, form, wrong)):
        flash(_("已更正，原来的一条留着备查"), "success")
        return redirect(url_for("visits.contacts", public_id=public_id), 303)
    return page("visits/correct.html", form=form, person=person, wrong=wrong)


@blueprint.get("/staff/silent")
@access("case.work")
def silent() -> Response:
    """People nobody has talked to for 30, 60 or 90 days, the longest first."""
    uow = current_uow()
    form = SilentFilter(request.args)
    form.path.choices = [("", _("全部")), *station_choices(uow)]
    form.owner.choices = [("", _("全部")), (NOBODY, _("没有责任人")), *clerks(uow)]
    filters = {name: value or "" for name, value in form.data.items()}
    if filters["days"] not in THRESHOLDS:
        filters["days"] = form.days.data = THRESHOLDS[0]
    found = paged(uow, queries.silent_people(uow, filters))
    return page(
        "visits/silent.html",
        fragment="visits/_silent.html",
        title=_("%(n)s 人 %(days)s 天以上没联系", n=number(found.total), days=filters["days"]),
        filters=form,
        days=int(filters["days"]),
        found=found,
        rows=queries.silent_rows(uow, found.rows),
    )
