"""The office's work with people: the list, registration at the window, one file, verification, the register."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, flash, redirect, request, url_for

from jobmatch.core.i18n import gettext as _
from jobmatch.people.cards import mask_id_number
from jobmatch.people.forms import (
    PeopleFilter,
    RevealForm,
    ServiceForm,
    StaffBasicsForm,
    VerifyForm,
    WindowForm,
)
from jobmatch.people.models.person import Person
from jobmatch.people.policies import can_edit_person, seen_person
from jobmatch.people.queries import choices, files, staff
from jobmatch.people.queries.compare import compared
from jobmatch.people.queries.register import register_lines
from jobmatch.people.queries.verification import verification_history
from jobmatch.people.services import people
from jobmatch.people.states import VerificationState
from jobmatch.people.views.blueprint import blueprint
from jobmatch.people.views.checks import verify_by
from jobmatch.people.views.resume import save_service, service_data, show_service
from jobmatch.people.views.veteran import basics_data, save_basics
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow
from jobmatch.web.formats import number, phone_masked
from jobmatch.web.pages import page, paged

MERGE_PAGE = "privacy.merge"
"""Where two files are joined: a page of an upper room, linked only where it is there."""


def staff_file(public_id: str) -> Person:
    """A file of the actor's subtree with its children. Raises ``NotFound``."""
    uow = current_uow()
    found: Person = seen_person(uow, public_id, in_full=True)
    return found


@blueprint.get("/staff/people")
@access("person.read")
def staff_list() -> Response:
    uow = current_uow()
    form = PeopleFilter(request.args)
    form.kind.choices = [("", _("全部")), *choices.kind_choices(uow)]
    form.town.choices = [("", _("全部")), *choices.towns_of(uow)]
    sort = request.args.get("sort", "-changed")
    found = paged(uow, staff.staff_people(uow, form.data, sort), most=staff.MOST_LISTED)
    return page(
        "people/staff_list.html",
        fragment="people/_staff_list.html",
        title=_("人员，多于 %(n)s 人", n=number(found.total))
        if found.has_more
        else _("人员，%(n)s 人", n=number(found.total)),
        filters=form,
        found=found,
        rows=staff.staff_rows(uow, found.rows),
        sort=sort,
    )


@blueprint.route("/staff/people/new", methods=["GET", "POST"])
@access("person.write")
def staff_new() -> Any:
    """Register somebody at the window; files that may be the same person's are shown for comparison."""
    uow = current_uow()
    form = WindowForm.submitted()
    form.region_code.show(choices.places(uow))
    done = form.act(
        lambda: people.register_person(
            uow,
            name=form.name.data or "",
            phone=form.phone.data or "",
            kinds=form.kinds.data or [],
            region_code=choices.chosen_place(uow, form.region_code.data, form.place.data or ""),
            birth_on=form.birth_on.data,
            id_number=form.id_number.data or "",
            registered_region_code=choices.place_code(uow, form.registered_place.data or ""),
            resettled_region_code=choices.place_code(uow, form.resettled_place.data or ""),
            is_other_person=form.is_other_person.data,
        )
    )
    if done is not None:
        flash(_("已建档。请核对证件后再核验身份"), "success")
        return redirect(url_for("people.staff_person", public_id=done.public_id), 303)
    same = None
    if form.has_errors:
        same = staff.likely_files(
            uow,
            name=form.name.data or "",
            birth_on=form.birth_on.data,
            phone=form.phone.data or "",
            id_number=form.id_number.data or "",
        )
    return page("people/staff_new.html", form=form, groups=choices.kind_groups(uow), twins=same)


@blueprint.get("/staff/people/<public_id>")
@access("person.read")
def staff_person(public_id: str) -> Response:
    """One file. Opening it leaves a trace, written before the answer goes out."""
    person = staff_file(public_id)
    with current_runtime().unit(current_uow().actor) as unit:
        people.record_read(unit, person)
    return _person_page(person)


def _person_page(person: Person, *, shown: Any = None, **forms: Any) -> Response:
    uow = current_uow()
    form = next((form for form in forms.values() if form.has_errors), None)
    verify_form = forms.get("verify_form") or VerifyForm()
    verify_form.seen.show(files.papers_of(uow, person))
    return page(
        "people/staff_person.html",
        form=form,
        person=person,
        facts=files.file_facts(uow, person),
        parts=files.parts(uow, person),
        lines=register_lines(uow, person),
        events=staff.timeline(uow, person),
        twins=staff.likely_files(
            uow,
            name=person.name,
            birth_on=person.birth_on,
            phone=files.phone(uow, person) or "",
            id_number=person.id_number or "",
            but=person,
        ),
        phone=files.phone(uow, person),
        id_number=mask_id_number(person.id_number),
        shown=shown,
        verify_form=verify_form,
        may_verify=can_edit_person(uow.actor, person),
        history=verification_history(uow.session, person.id),
        reveal_form=forms.get("reveal_form") or RevealForm(),
    )


@blueprint.get("/staff/people/<public_id>/compare/<other_id>")
@access("person.read")
def staff_compare(public_id: str, other_id: str) -> Response:
    """Two files side by side. Both leave the trace of having been read."""
    person, other = staff_file(public_id), staff_file(other_id)
    with current_runtime().unit(current_uow().actor) as unit:
        people.record_read(unit, person)
        people.record_read(unit, other)
    return page(
        "people/staff_compare.html",
        person=person,
        other=other,
        lines=compared(current_uow(), person, other, phone_masked),
        can_merge=current_uow().actor.can("person.merge") and MERGE_PAGE in current_app.view_functions,
        merge_page=MERGE_PAGE,
    )


@blueprint.route("/staff/people/<public_id>/basics", methods=["GET", "POST"])
@access("person.write")
def staff_basics(public_id: str) -> Any:
    uow, person = current_uow(), staff_file(public_id)
    form = StaffBasicsForm.submitted(data={**basics_data(person), "phone": person.phone})
    form.region_code.show(choices.places(uow, person.living_region_code))
    phone = None if person.user_id else form.phone.data
    if form.act(lambda: save_basics(person, form, phone)):
        flash(_("已保存"), "success")
        return redirect(url_for("people.staff_person", public_id=public_id), 303)
    return page("people/staff_basics.html", form=form, person=person)


@blueprint.route("/staff/people/<public_id>/service", methods=["GET", "POST"])
@access("person.write")
def staff_service(public_id: str) -> Any:
    person = staff_file(public_id)
    form = ServiceForm.submitted(data=service_data(person))
    show_service(form)
    if form.act(lambda: save_service(person, form)):
        flash(_("已保存"), "success")
        return redirect(url_for("people.staff_person", public_id=public_id), 303)
    return page("people/staff_service.html", form=form, person=person)


@blueprint.post("/staff/people/<public_id>/verify")
@access("person.verify")
def staff_verify(public_id: str) -> Any:
    person = staff_file(public_id)
    form = VerifyForm.submitted()
    done = form.act(lambda: verify_by(form, person))
    if done is None:
        return _person_page(person, verify_form=form)
    is_verified = person.verification is VerificationState.VERIFIED
    flash(_("身份核验已通过") if is_verified else _("已告诉本人还差什么"), "success")
    return redirect(url_for("people.staff_person", public_id=public_id), 303)


@blueprint.post("/staff/people/<public_id>/reveal")
@access("person.read")
def staff_reveal(public_id: str) -> Any:
    """Phone and identity number in full, once, on this answer only."""
    person = staff_file(public_id)
    form = RevealForm.submitted()
    shown = form.act(lambda: people.reveal_person(current_uow(), person, reason=form.reason.data or ""))
    return _person_page(person, shown=shown, reveal_form=form)
