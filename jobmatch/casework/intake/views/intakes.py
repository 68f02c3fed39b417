"""Registering somebody in one sitting, what follows from it, and the printed pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Response, flash, redirect, url_for

from jobmatch.accounts.qr import qr_svg
from jobmatch.casework.intake.forms import GrantForm, IntakeForm, LinkForm, TakeBackForm
from jobmatch.casework.intake.models import Intake, RosterEntry
from jobmatch.casework.intake.policies import can_work_intake
from jobmatch.casework.intake.queries import intakes, prints
from jobmatch.casework.intake.services import intakes as services
from jobmatch.casework.intake.views.blueprint import blueprint
from jobmatch.casework.intake.views.common import (
    as_file,
    current_actor,
    entry_named,
    intake_named,
    station_named,
)
from jobmatch.core.i18n import gettext as _
from jobmatch.core.pdf import qr_svg_bytes, render_pdf
from jobmatch.people.cards import mask_id_number
from jobmatch.people.models.person import Person
from jobmatch.people.policies import seen_person
from jobmatch.people.queries import choices
from jobmatch.web.access import PUBLIC, access
from jobmatch.web.edge import current_runtime, current_uow
from jobmatch.web.pages import page

TEMPLATES = Path(__file__).parent.parent / "templates" / "intake"
PDF = "application/pdf"


@blueprint.route("/staff/intake/new", methods=["GET", "POST"], endpoint="new")
@blueprint.route("/staff/intake/roster/<public_id>/register", methods=["GET", "POST"], endpoint="register")
@access("person.write")
def register(public_id: str | None = None) -> Any:
    """Everything on one page, filled in from the line of the roster where it starts there."""
    uow = current_uow()
    entry = entry_named(uow, public_id) if public_id else None
    person = intakes.file_of_entry(uow, entry) if entry else None
    if entry is not None and (person is not None or entry.person_id is not None):
        return redirect(url_for("intake.entry", public_id=public_id), 303)
    form = IntakeForm.submitted(data=_told_by(entry))
    _offer(form, entry)
    done = form.act(lambda: services.finish_intake(uow, _answers(form), entry=entry))
    if done is not None:
        flash(_("已登记"), "success")
        return redirect(url_for("intake.receipt", public_id=done.public_id), 303)
    same = None
    if form.has_errors:
        number, phone = form.id_number.data or "", form.phone.data or ""
        if entry is not None:
            number, phone = number or entry.id_number or "", phone or entry.phone or ""
        same = intakes.likely_twins(uow, name=form.name.data or "", id_number=number, phone=phone)
    groups = choices.specialty_groups(uow, "", form.specialties.data or [])
    return page(
        "intake/register.html",
        form=form,
        entry=entry,
        id_number=mask_id_number(entry.id_number) if entry else "",
        twins=same,
        groups=groups,
    )


def _told_by(entry: RosterEntry | None) -> dict[str, Any]:
    """What the roster says, as the form shows it; number and phone stay hidden and are taken where left empty."""
    if entry is None:
        return {"kinds": ["TYJR"]}
    uow = current_uow()
    place = choices.place_name(uow, entry.expected_region_code)
    return {
        "name": entry.name,
        "kinds": ["TYJR"],
        "resettlement_code": entry.method_code,
        "rank_code": entry.rank_code,
        "discharged_on": entry.discharged_on,
        "region_code": entry.expected_region_code,
        "registered_place": place,
        "resettled_place": place,
    }


def _offer(form: IntakeForm, entry: RosterEntry | None) -> None:
    """Fill in the choices."""
    uow = current_uow()
    form.kinds.show(choices.kind_choices(uow))
    form.resettlement_code.show(choices.resettlement_methods(uow))
    form.rank_code.show_groups(choices.rank_groups(uow))
    form.branch_code.show(choices.branches(uow))
    form.region_code.show(choices.places(uow, entry.expected_region_code if entry else None))
    form.education_code.show(choices.educations(uow, None))
    form.licences.show(choices.licences(uow))
    form.wanted_regions.show(prints.wanted_places(uow, form.wanted_regions.data or []))


def _answers(form: IntakeForm) -> services.Answers:
    uow = current_uow()
    return services.Answers(
        name=form.name.data or "",
        phone=form.phone.data or "",
        id_number=form.id_number.data or "",
        kinds=form.kinds.data or [],
        branch_code=form.branch_code.data,
        rank_code=form.rank_code.data,
        resettlement_code=form.resettlement_code.data,
        enlisted_on=form.enlisted_on.data,
        discharged_on=form.discharged_on.data,
        registered_place=choices.place_code(uow, form.registered_place.data or ""),
        resettled_place=choices.place_code(uow, form.resettled_place.data or ""),
        region_code=choices.chosen_place(uow, form.region_code.data, form.place.data or ""),
        wanted_regions=form.wanted_regions.data or [],
        education_code=form.education_code.data,
        licences=form.licences.data or [],
        specialties=form.specialties.data or [],
        words=form.words.data or "",
        search_state=form.search_state.data,
        starts_up=bool(form.starts_up.data or (form.start_up_words.data or "").strip()),
        start_up_words=form.start_up_words.data or "",
        agreed=form.agreed.data,
        is_other_person=form.is_other_person.data,
    )


@blueprint.post("/staff/intake/people/<public_id>/register")
@access("person.write")
def link_file(public_id: str) -> Any:
    """Register somebody who has a file already."""
    uow = current_uow()
    person = seen_person(uow, public_id)
    form = LinkForm.submitted()
    entry = entry_named(uow, form.entry.data) if form.entry.data else None
    done = form.act(lambda: services.link_file(uow, person, entry=entry))
    if done is None:
        for message in [*form.form_errors, *form.entry.errors]:
            flash(message, "error")
        target = url_for("intake.entry", public_id=entry.public_id) if entry else url_for("intake.new")
        return redirect(target, 303)
    flash(_("已登记报到，用的是原来的档案"), "success")
    return redirect(url_for("intake.receipt", public_id=done.public_id), 303)


@blueprint.get("/staff/intake/receipts/<public_id>")
@access("case.work")
def receipt(public_id: str) -> Response:
    return _receipt_page(intake_named(current_uow(), public_id))


def _receipt_page(intake: Intake, **forms: Any) -> Response:
    uow = current_uow()
    grant = GrantForm(data={"due_on": intake.grant_due_on, "paid_on": intake.grant_paid_on, "version": intake.version})
    return page(
        "intake/receipt.html",
        form=next((form for form in forms.values() if form.has_errors), None),
        intake=intake,
        person=uow.session.get_one(Person, intake.person_id),
        station=services.station_of(uow, intake),
        grant_form=forms.get("grant_form") or grant,
        back_form=forms.get("back_form") or TakeBackForm(),
        picture=qr_svg(url_for("intake.public_receipt", public_id=intake.public_id, _external=True)),
        may_take_back=intakes.can_still_take_back(uow, intake) and can_work_intake(uow.actor, intake),
    )


@blueprint.post("/staff/intake/receipts/<public_id>/grant")
@access("person.write")
def save_grant(public_id: str) -> Any:
    """The days of the one-time grant."""
    uow = current_uow()
    intake = intake_named(uow, public_id)
    form = GrantForm.submitted()
    done = form.act(
        lambda: services.save_grant(
            uow, intake, due_on=form.due_on.data, paid_on=form.paid_on.data, version=form.version.data
        )
    )
    if done is None:
        return _receipt_page(intake, grant_form=form)
    flash(_("已保存"), "success")
    return redirect(url_for("intake.receipt", public_id=public_id), 303)


@blueprint.post("/staff/intake/receipts/<public_id>/take-back")
@access("person.write")
def take_back(public_id: str) -> Any:
    uow = current_uow()
    intake = intake_named(uow, public_id)
    form = TakeBackForm.submitted()
    done = form.act(lambda: services.take_back_intake(uow, intake, reason=form.reason.data or ""))
    if done is None:
        return _receipt_page(intake, back_form=form)
    flash(_("已撤回这次登记"), "success")
    return redirect(url_for("intake.batch_list"), 303)


@blueprint.get("/staff/intake/receipts/<public_id>/receipt.pdf")
@access("case.work", slow=True)
def receipt_pdf(public_id: str) -> Response:
    """The receipt that the person takes home."""
    with current_runtime().unit(current_actor(), writing=False) as uow:
        data = prints.receipt_data(uow, intake_named(uow, public_id))
    url = url_for("intake.public_receipt", public_id=public_id, _external=True)
    data["url"] = url
    content = render_pdf(TEMPLATES / "receipt.typ", data, files={"qr": qr_svg_bytes(url)})
    return as_file(content, _("报到受理单") + f"-{public_id}.pdf", PDF)


@blueprint.get("/staff/intake/sheets/<public_id>.pdf")
@access("case.work", slow=True)
def flow_sheet(public_id: str) -> Response:
    """How reporting goes at one station: steps, papers, address and phone, for the wall and the hand."""
    with current_runtime().unit(current_actor(), writing=False) as uow:
        data = prints.sheet_data(uow, station_named(uow, public_id))
    return as_file(render_pdf(TEMPLATES / "sheet.typ", data), _("报到流程") + ".pdf", PDF)


@blueprint.get("/r/<public_id>")
@access(PUBLIC)
def public_receipt(public_id: str) -> Response:
    """What the code on a receipt opens: that it was received, by whom and their phone, and nothing about anybody."""
    found = prints.public_receipt(current_uow(), public_id)
    answer = page("intake/public_receipt.html", receipt=found)
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
