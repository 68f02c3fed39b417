"""The card without signing in: four questions of a person, three of an employer. Nothing is stored."""

from __future__ import annotations

from flask import Response, request

from jobmatch.casework.benefits.conditions import Facts
from jobmatch.casework.benefits.forms import EmployerQuestions, FourQuestions
from jobmatch.casework.benefits.queries import HIRING, card, counted, deduction, facts_from_answers
from jobmatch.casework.benefits.states import Audience
from jobmatch.casework.benefits.views.blueprint import blueprint
from jobmatch.core.i18n import gettext as _
from jobmatch.people.queries.choices import resettlement_methods
from jobmatch.reference.models import ServiceObjectKind
from jobmatch.reference.queries import choices
from jobmatch.web.access import PUBLIC, access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import page

ASKED_GROUPS = ("veteran", "dependant", "transferred", "bereaved")


@blueprint.get("/benefits")
@access(PUBLIC)
def public_card() -> Response:
    """我能享受什么: four questions, and what the rules say to the answers."""
    uow = current_uow()
    form = FourQuestions(request.args)
    # Disability, combat and hardship are nobody's business on a page that asks without need: they stay unknown.
    kinds = [pair for group in ASKED_GROUPS for pair in choices(uow.session, ServiceObjectKind, kind=group)]
    methods = resettlement_methods(uow)
    form.kind.choices = kinds
    form.method.choices = [("", _("不清楚")), *methods]
    form.validate()
    lines = []
    is_asked = form.kind.data in dict(kinds)
    if is_asked:
        facts = facts_from_answers(
            uow.today,
            kind=form.kind.data,
            method=form.method.data if form.method.data in dict(methods) else "",
            discharged_on=form.discharged.data,
            now=form.now.data or "",
        )
        lines = card(uow.session, facts)
    return page("benefits/public.html", questions=form, lines=lines, counts=counted(lines), is_asked=is_asked)


@blueprint.get("/employer/benefits")
@access(PUBLIC)
def employer() -> Response:
    """What an employer may claim for the soldiers it took on, with the sum and its formula."""
    uow = current_uow()
    form = EmployerQuestions(request.args)
    is_valid = form.validate()
    is_asked = form.is_asked and is_valid
    facts = Facts(
        uow.today,
        hires_soldiers=bool(form.hired.data) if is_asked else None,
        has_year_contract=form.answer(form.contract) if is_asked else None,
        is_insured=form.answer(form.insured) if is_asked else None,
    )
    lines = card(uow.session, facts, Audience.EMPLOYER)
    hiring = next((line for line in lines if line.benefit.code == HIRING), None)
    months = form.month_counts if is_asked else []
    quota = hiring.benefit.amount_yuan if hiring else None
    total = deduction(quota, months) if quota and months else None
    return page(
        "benefits/employer.html",
        questions=form,
        lines=lines,
        hiring=hiring,
        months=months,
        quota=quota,
        total=total,
        is_asked=is_asked,
    )
