"""The employer's own data, its papers, and where vetting stands."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, url_for

from jobmatch.core.errors import Invalid
from jobmatch.core.i18n import gettext as _
from jobmatch.reference.models import Reason
from jobmatch.reference.queries import names
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.formats import day
from jobmatch.web.pages import page
from recruiters.employers import choices, queries
from recruiters.employers.blueprint import blueprint
from recruiters.employers.forms import ProfileForm
from recruiters.employers.models import Employer
from recruiters.employers.policies import visible_own_employers
from recruiters.employers.services.employers import save_employer
from recruiters.employers.services.rechecks import answer_no_change
from recruiters.employers.services.vetting import submit_vetting
from recruiters.employers.states import VETTING_FLOW, kinds_for_code
from recruiters.employers.views.papers import wanted_papers


def own_employer_row() -> Employer:
    """The employer of the reader."""
    uow = current_uow()
    found: Employer = uow.one(visible_own_employers(uow.actor, queries.employers()))
    return found


@blueprint.route("/employer/profile", methods=["GET", "POST"])
@access("employer.own")
def profile() -> Any:
    """The own data, what vetting still needs, and where vetting stands."""
    uow, employer = current_uow(), own_employer_row()
    given = {name: getattr(employer, name) for name in ProfileForm.FACTS}
    organization = employer.organization
    form = ProfileForm.submitted(
        data={**given, "region_code": organization.region_code, "address": organization.address}
    )
    form.kind.choices = [(kind.value, kind.label) for kind in kinds_for_code(organization.credit_code)]
    form.industry_code.choices = {"": [("", _("请选择"))], **choices.industries(uow)}
    form.region_code.choices = choices.places(uow, organization.region_code)
    place = choices.chosen_place(uow, form.region_code.data, form.place.data)
    if form.act(lambda: save_employer(uow, employer, **form.facts(place))):
        flash(_("单位资料已保存"), "success")
        return redirect(url_for("employers.profile"), 303)
    return _profile_page(employer, form)


def _profile_page(employer: Employer, form: ProfileForm) -> Response:
    uow = current_uow()
    papers = queries.papers_of(uow.session, [employer])[employer.id]
    return page(
        "employers/profile.html",
        form=form,
        employer=employer,
        missing=[_(queries.MISSING_LABELS[code]) for code in queries.missing_facts(employer, papers)],
        papers=papers,
        paper_kinds=wanted_papers(employer),
        decisions=[row for row, _name in queries.decisions_of(uow.session, employer.id)],
        reasons=names(uow.session, Reason),
        foundings=queries.foundings_of(uow.session, employer.id),
        may_answer=queries.is_recheck_near(employer, uow.today),
        can_submit=(employer.vetting, "submit") in VETTING_FLOW,
        reason=queries.reason_words(uow.session, employer.vetting_reason_code),
        is_overdue=employer.recheck_on is not None and employer.recheck_on < uow.today,
    )


@blueprint.post("/employer/profile/submit")
@access("employer.own")
def submit() -> Any:
    """Ask the office to vet; what is missing comes back as words on the profile."""
    uow, employer = current_uow(), own_employer_row()
    try:
        submit_vetting(uow, employer)
    except Invalid as error:
        flash(_("；").join(error.fields.values()), "error")
        return redirect(url_for("employers.profile"), 303)
    flash(_("已提交审核，%(day)s前有结果，会发站内消息", day=day(employer.vetting_due_on)), "success")
    return redirect(url_for("employers.profile"), 303)


@blueprint.post("/employer/profile/no-change")
@access("employer.own")
def no_change() -> Any:
    """The answer to the half-yearly recheck in one tap."""
    answer_no_change(current_uow(), own_employer_row())
    flash(_("已告诉服务站没有变化，等服务站确认"), "success")
    return redirect(url_for("employers.profile"), 303)
