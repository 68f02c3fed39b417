"""Agreements of cooperation and practice bases: the lists, one employer's, one base with its trainees."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, request, url_for

from jobmatch.core.i18n import gettext as _
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import page, paged
from recruiters.employers.models import Employer
from recruiters.partners import queries
from recruiters.partners.blueprint import blueprint
from recruiters.partners.forms import AgreementForm, BaseForm, EndForm, LeaveForm, TraineeForm
from recruiters.partners.models import Agreement, PracticeBase
from recruiters.partners.policies import visible_partners, visible_trainees
from recruiters.partners.services import terms, trainees
from recruiters.partners.views import common

STATES = ("running", "ending", "over", "all")


def _state() -> str:
    chosen = request.args.get("state", "")
    return chosen if chosen in STATES else "running"


@blueprint.get("/staff/agreements")
@access("employer.vet")
def agreement_list() -> Response:
    """Agreements of the subtree: pledged against filled, and what ends soon."""
    uow, state = current_uow(), _state()
    employers, pledged, ending = uow.rows(visible_partners(uow.actor, queries.agreement_counts(uow.today)))[0]
    return page(
        "partners/agreements.html",
        state=state,
        found=paged(uow, visible_partners(uow.actor, queries.agreements(state, uow.today))),
        counts={"employers": employers, "pledged": pledged, "ending": ending},
        term_state=queries.term_state,
        today=uow.today,
    )


@blueprint.route("/staff/employers/<public_id>/agreements", methods=["GET", "POST"])
@access("employer.vet")
def employer_agreements(public_id: str) -> Any:
    """Agreements of one employer, and a new one."""
    uow, employer = current_uow(), common.employer_named(public_id)
    form = AgreementForm.submitted()
    if form.act(lambda: terms.save_agreement(uow, employer, None, **_agreement_facts(form))) is not None:
        flash(_("协议已登记"), "success")
        return redirect(url_for("partners.employer_agreements", public_id=public_id), 303)
    return page(
        "partners/employer_agreements.html",
        form=form,
        employer=employer,
        rows=uow.rows(visible_partners(uow.actor, queries.agreements_of(employer, uow.today))),
        term_state=queries.term_state,
        today=uow.today,
    )


def _agreement_facts(form: AgreementForm) -> dict[str, Any]:
    return {
        "paper_number": form.paper_number.data or "",
        "starts_on": form.starts_on.data,
        "ends_on": form.ends_on.data,
        "pledged_count": form.pledged_count.data,
        "note": form.note.data or "",
        "version": form.version.data,
    }


@blueprint.route("/staff/agreements/<public_id>", methods=["GET", "POST"])
@access("employer.vet")
def edit_agreement(public_id: str) -> Any:
    """Correct an agreement, or end it early."""
    agreement, employer, filled = common.agreement(public_id)
    form = AgreementForm.submitted(obj=agreement)
    saved = form.act(lambda: terms.save_agreement(current_uow(), employer, agreement, **_agreement_facts(form)))
    if saved is not None:
        flash(_("协议已保存"), "success")
        return redirect(url_for("partners.employer_agreements", public_id=employer.public_id), 303)
    return _agreement_page(agreement, employer, filled, form, EndForm())


def _agreement_page(
    agreement: Agreement, employer: Employer, filled: int, form: AgreementForm, end_form: EndForm
) -> Response:
    return page(
        "partners/agreement.html",
        form=end_form if end_form.has_errors else form,
        edit_form=form,
        end_form=end_form,
        agreement=agreement,
        employer=employer,
        filled=filled,
    )


@blueprint.post("/staff/agreements/<public_id>/end")
@access("employer.vet")
def end_agreement(public_id: str) -> Any:
    agreement, employer, filled = common.agreement(public_id)
    form = EndForm.submitted()
    if form.act(lambda: terms.end_term(current_uow(), employer, agreement, ended_on=form.ended_on.data)) is None:
        return _agreement_page(agreement, employer, filled, AgreementForm(obj=agreement), form)
    flash(_("协议已终止"), "success")
    return redirect(url_for("partners.employer_agreements", public_id=employer.public_id), 303)


# ---------- practice bases ----------


@blueprint.get("/staff/practice-bases")
@access("employer.vet")
def practice_list() -> Response:
    """Practice bases of the subtree with who is there and who was hired."""
    uow, state = current_uow(), _state()
    found = paged(uow, visible_partners(uow.actor, queries.practice_bases(state, uow.today)))
    return page(
        "partners/practice_list.html",
        state=state,
        found=found,
        facts=queries.base_facts(uow.session, [base for base, _employer in found.rows], uow.today),
        none=queries.BaseFacts(),
        term_state=queries.term_state,
        today=uow.today,
    )


@blueprint.route("/staff/employers/<public_id>/practice", methods=["GET", "POST"])
@access("employer.vet")
def employer_practice(public_id: str) -> Any:
    """Practice bases of one employer, and a new one."""
    uow, employer = current_uow(), common.employer_named(public_id)
    form = BaseForm.submitted()
    made = form.act(lambda: terms.save_base(uow, employer, None, **_base_facts(form)))
    if made is not None:
        flash(_("基地已登记"), "success")
        return redirect(url_for("partners.practice_base", public_id=made.public_id), 303)
    query = queries.practice_bases("all", uow.today).where(Employer.id == employer.id)
    rows = uow.rows(visible_partners(uow.actor, query))
    return page(
        "partners/employer_practice.html",
        form=form,
        employer=employer,
        rows=rows,
        facts=queries.base_facts(uow.session, [base for base, _employer in rows], uow.today),
        none=queries.BaseFacts(),
        term_state=queries.term_state,
        today=uow.today,
    )


def _base_facts(form: BaseForm) -> dict[str, Any]:
    return {
        "name": form.name.data or "",
        "paper_number": form.paper_number.data or "",
        "starts_on": form.starts_on.data,
        "ends_on": form.ends_on.data,
        "place_count": form.place_count.data,
        "work": form.work.data or "",
        "address": form.address.data or "",
        "version": form.version.data,
    }


@blueprint.get("/staff/practice-bases/<public_id>")
@access("employer.vet")
def practice_base(public_id: str) -> Response:
    """One base: its agreement, kinds of work, trainees in and out, and who was hired."""
    base, employer = common.base(public_id)
    return _base_page(base, employer)


def _base_page(
    base: PracticeBase,
    employer: Employer,
    *,
    trainee_form: TraineeForm | None = None,
    leave_form: LeaveForm | None = None,
    end_form: EndForm | None = None,
) -> Response:
    uow = current_uow()
    given = [form for form in (trainee_form, leave_form, end_form) if form is not None]
    form = trainee_form or TraineeForm(data={"came_on": uow.today, "head_count": 1})
    form.occupation_code.show(common.work_names(base.occupation_codes))
    found = paged(uow, visible_trainees(uow.actor, queries.trainees_of(base, uow.actor.region_path)))
    found.rows[:] = queries.trainee_rows(found.rows)
    return page(
        "partners/practice_base.html",
        form=given[0] if given else None,
        trainee_form=form,
        leave_form=leave_form or LeaveForm(data={"left_on": uow.today}),
        end_form=end_form or EndForm(),
        base=base,
        employer=employer,
        facts=queries.base_facts(uow.session, [base], uow.today).get(base.id, queries.BaseFacts()),
        work=common.work_names(base.occupation_codes),
        found=found,
        state=queries.term_state(base, uow.today),
    )


@blueprint.route("/staff/practice-bases/<public_id>/edit", methods=["GET", "POST"])
@access("employer.vet")
def edit_base(public_id: str) -> Any:
    """Correct a base."""
    base, employer = common.base(public_id)
    lines = "\n".join(name for _code, name in common.work_names(base.occupation_codes))
    form = BaseForm.submitted(obj=base, data={"work": lines})
    if form.act(lambda: terms.save_base(current_uow(), employer, base, **_base_facts(form))) is not None:
        flash(_("基地已保存"), "success")
        return redirect(url_for("partners.practice_base", public_id=public_id), 303)
    return page("partners/edit_base.html", form=form, base=base, employer=employer)


@blueprint.post("/staff/practice-bases/<public_id>/end")
@access("employer.vet")
def end_base(public_id: str) -> Any:
    base, employer = common.base(public_id)
    form = EndForm.submitted()
    if form.act(lambda: terms.end_term(current_uow(), employer, base, ended_on=form.ended_on.data)) is None:
        return _base_page(base, employer, end_form=form)
    flash(_("基地协议已终止"), "success")
    return redirect(url_for("partners.practice_base", public_id=public_id), 303)


@blueprint.post("/staff/practice-bases/<public_id>/trainees")
@access("employer.vet")
def add_trainees(public_id: str) -> Any:
    """People came of whom only the number is known; who has a file is put down from the file."""
    base, employer = common.base(public_id)
    form = TraineeForm.submitted()
    done = form.act(
        lambda: trainees.record_trainees(
            current_uow(),
            base,
            employer,
            came_on=form.came_on.data,
            head_count=form.head_count.data,
            occupation_code=form.occupation_code.data,
            note=form.note.data or "",
        )
    )
    if done is None:
        return _base_page(base, employer, trainee_form=form)
    flash(_("已登记"), "success")
    return redirect(url_for("partners.practice_base", public_id=public_id), 303)


@blueprint.post("/staff/practice-bases/<public_id>/trainees/<trainee_id>/end")
@access("employer.vet")
def end_trainee(public_id: str, trainee_id: str) -> Any:
    uow = current_uow()
    base, employer = common.base(public_id)
    trainee, form = queries.find_trainee(uow.session, base, trainee_id), LeaveForm.submitted()
    if form.act(lambda: trainees.end_trainee(uow, base, employer, trainee, left_on=form.left_on.data)) is None:
        return _base_page(base, employer, leave_form=form)
    flash(_("已登记离开"), "success")
    return redirect(url_for("partners.practice_base", public_id=public_id), 303)
