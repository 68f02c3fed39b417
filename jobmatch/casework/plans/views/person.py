"""The help given to one person: plan, what was done, referrals, and hardship behind its lock."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, url_for
from sqlalchemy import select

from jobmatch.casework.plans import queries
from jobmatch.casework.plans.forms import (
    AnswerForm,
    ClosePlanForm,
    HardshipForm,
    LookForm,
    MoveForm,
    PlanForm,
    ReferralForm,
    SupportForm,
)
from jobmatch.casework.plans.models import Hardship, Referral, Support
from jobmatch.casework.plans.services import plans, referrals
from jobmatch.casework.plans.views.blueprint import blueprint
from jobmatch.core.i18n import gettext as _
from jobmatch.people.models.person import Person
from jobmatch.people.policies import seen_person
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import page


def _back(public_id: str, told: str) -> Any:
    flash(told, "success")
    return redirect(url_for("plans.person_help", public_id=public_id), 303)


def _plan_data(plan: Any) -> dict[str, Any]:
    if plan is None:
        return {}
    return {
        "needs": [row.kind for row in plan.needs],
        "met": [row.kind for row in plan.needs if row.met_on],
        "goal": plan.goal,
        "review_on": plan.review_on,
        "version": plan.version,
    }


def _page(person: Person, **forms: Any) -> Response:
    uow = current_uow()
    plan = queries.open_plan(uow.session, person.id)
    failed = next((form for form in forms.values() if form is not None and form.has_errors), None)
    support_form = forms.get("support_form") or SupportForm(data={"happened_on": uow.today})
    support_form.show_experts([(e.public_id, f"{e.name}，{e.field}") for e, _count in queries.experts(uow)])
    return page(
        "plans/person.html",
        form=failed,
        person=person,
        plan=plan,
        past=queries.past_plans(uow.session, person.id),
        supports=queries.supports_of(uow, person),
        referrals=queries.referrals_of(uow.session, person.id),
        plan_form=forms.get("plan_form") or PlanForm(data=_plan_data(plan)),
        close_form=forms.get("close_form") or ClosePlanForm(),
        support_form=support_form,
        referral_form=forms.get("referral_form") or ReferralForm(data={"consented_on": uow.today}),
        look_form=forms.get("look_form") or LookForm(),
        today=uow.today,
    )


@blueprint.get("/staff/people/<public_id>/help")
@access("case.work")
def person_help(public_id: str) -> Response:
    """Everything that is being done for one person."""
    return _page(seen_person(current_uow(), public_id))


@blueprint.post("/staff/people/<public_id>/help/plan")
@access("case.work")
def save_plan(public_id: str) -> Any:
    person, form = seen_person(current_uow(), public_id), PlanForm.submitted()
    done = form.act(
        lambda: plans.save_plan(
            current_uow(),
            person,
            needs=form.needs.data or [],
            met=form.met.data or [],
            goal=form.goal.data or "",
            review_on=form.review_on.data,
            accept_masked=form.accept_masked.data,
            version=form.version.data,
        )
    )
    return _page(person, plan_form=form) if done is None else _back(public_id, _("计划已保存，到查看日会提醒"))


@blueprint.post("/staff/people/<public_id>/help/plan/close")
@access("case.work")
def close_plan(public_id: str) -> Any:
    person, form = seen_person(current_uow(), public_id), ClosePlanForm.submitted()
    plan = queries.open_plan(current_uow().session, person.id)
    if plan is None:
        return _back(public_id, _("没有进行中的计划"))
    done = form.act(lambda: plans.close_plan(current_uow(), plan, person, result=form.result.data or ""))
    return _page(person, close_form=form) if done is None else _back(public_id, _("计划已完成"))


@blueprint.post("/staff/people/<public_id>/help/support")
@access("case.work")
def add_support(public_id: str) -> Any:
    uow, person, form = current_uow(), seen_person(current_uow(), public_id), SupportForm.submitted()
    done = form.act(
        lambda: plans.record_support(
            uow,
            person,
            kind=form.kind.data or "",
            happened_on=form.happened_on.data,
            text=form.text.data or "",
            employer_name=form.employer_name.data or "",
            post=form.post.data or "",
            expert=plans.find_expert(uow, form.expert.data or ""),
            accept_masked=form.accept_masked.data,
        )
    )
    return _page(person, support_form=form) if done is None else _back(public_id, _("已记下"))


@blueprint.route("/staff/people/<public_id>/help/support/<support_id>", methods=["GET", "POST"])
@access("case.work")
def answer(public_id: str, support_id: str) -> Any:
    """The answer to a recommendation slip."""
    uow, person = current_uow(), seen_person(current_uow(), public_id)
    support = uow.one(select(Support).where(Support.public_id == support_id, Support.person_id == person.id))
    form = AnswerForm.submitted(data={"answered_on": uow.today})
    done = form.act(
        lambda: plans.answer_recommendation(
            uow,
            support,
            person,
            answer=form.answer.data or "",
            answered_on=form.answered_on.data,
            reason=form.reason.data or "",
        )
    )
    if done is None:
        return page("plans/answer.html", form=form, person=person, support=support)
    return _back(public_id, _("已记下单位的回复"))


@blueprint.post("/staff/people/<public_id>/help/referral")
@access("case.work")
def add_referral(public_id: str) -> Any:
    person, form = seen_person(current_uow(), public_id), ReferralForm.submitted()
    done = form.act(
        lambda: referrals.send_referral(
            current_uow(),
            person,
            office=form.office.data or "",
            matter=form.matter.data or "",
            consent_way=form.consent_way.data or "",
            consented_on=form.consented_on.data,
        )
    )
    return _page(person, referral_form=form) if done is None else _back(public_id, _("转介单已登记，到期会提醒"))


@blueprint.route("/staff/people/<public_id>/help/referral/<referral_id>", methods=["GET", "POST"])
@access("case.work")
def referral(public_id: str, referral_id: str) -> Any:
    """The slip of one referral, to print, and its next step."""
    uow, person = current_uow(), seen_person(current_uow(), public_id)
    row = uow.one(select(Referral).where(Referral.public_id == referral_id, Referral.person_id == person.id))
    form = MoveForm.submitted(data={"version": row.version})
    done = form.act(
        lambda: referrals.move_referral(
            uow,
            row,
            person,
            move=form.move.data or "",
            result=form.result.data or "",
            version=form.version.data,
        )
    )
    if done is None:
        return page("plans/referral.html", form=form, person=person, referral=row, today=uow.today)
    flash(done.state.label, "success")
    return redirect(url_for("plans.referral", public_id=public_id, referral_id=referral_id), 303)


@blueprint.post("/staff/people/<public_id>/help/hardship")
@access("difficulty.read")
def look(public_id: str) -> Any:
    """Hardship, on this answer only, for a stated reason."""
    uow, person, form = current_uow(), seen_person(current_uow(), public_id), LookForm.submitted()
    rows = form.act(lambda: referrals.look_at_hardship(uow, person, reason=form.reason.data or ""))
    if rows is None:
        return _page(person, look_form=form)
    return page("plans/hardship.html", form=HardshipForm(data={"valid_from": uow.today}), person=person, rows=rows)


@blueprint.route("/staff/people/<public_id>/help/hardship/new", methods=["GET", "POST"])
@access("difficulty.read")
def add_hardship(public_id: str) -> Any:
    """Note a fact of hardship; those already noted are not shown here."""
    uow, person = current_uow(), seen_person(current_uow(), public_id)
    form = HardshipForm.submitted(data={"valid_from": uow.today})
    done = form.act(
        lambda: referrals.record_hardship(
            uow,
            person,
            kind=form.kind.data or "",
            valid_from=form.valid_from.data,
            valid_to=form.valid_to.data,
            number=form.number.data or "",
            note=form.note.data or "",
        )
    )
    if done is None:
        return page("plans/hardship_new.html", form=form, person=person)
    return _back(public_id, _("已登记。以后查看要写明原因"))


@blueprint.post("/staff/people/<public_id>/help/hardship/<hardship_id>/end")
@access("difficulty.read")
def end_hardship(public_id: str, hardship_id: str) -> Any:
    uow, person = current_uow(), seen_person(current_uow(), public_id)
    row = uow.one(select(Hardship).where(Hardship.public_id == hardship_id, Hardship.person_id == person.id))
    referrals.end_hardship(uow, person, row)
    return _back(public_id, _("已记为到今天为止"))
