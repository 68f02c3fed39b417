"""The office's pages of policies and the year's budget."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, request, url_for
from sqlalchemy import select

from jobmatch.core.i18n import gettext as _
from jobmatch.web import charts
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.fields import EmptyForm
from jobmatch.web.pages import PageForm, page, paged
from training.incubation.support import queries
from training.incubation.support.blueprint import blueprint
from training.incubation.support.forms import BudgetForm, PolicyForm
from training.incubation.support.models import SupportPolicy
from training.incubation.support.policies import can_manage_policy, managed_policies, office_policies
from training.incubation.support.services import policies
from training.incubation.support.views.staff import asked_year


@blueprint.get("/staff/supports/policies")
@access("venture.manage")
def policy_list() -> Response:
    """What can be given, those in force first."""
    uow = current_uow()
    found = paged(uow, office_policies(uow.actor, queries.policies()))
    own = {one.id for one in found.rows if can_manage_policy(uow.actor, one)}
    return page("supports/policies.html", found=found, own=own, kinds=queries.kinds(uow.session), today=uow.today)


@blueprint.route("/staff/supports/policies/new", methods=["GET", "POST"])
@access("venture.manage")
def new_policy() -> Any:
    """One more policy."""
    form = PolicyForm.submitted(data={"notice_days": 5, "valid_from": current_uow().today})
    return _policy_form(form, None)


@blueprint.route("/staff/supports/policies/<public_id>", methods=["GET", "POST"])
@access("venture.manage")
def policy(public_id: str) -> Any:
    """Change a policy of the own office."""
    uow = current_uow()
    query = select(SupportPolicy).where(SupportPolicy.public_id == public_id)
    row: SupportPolicy = uow.one(managed_policies(uow.actor, query))
    return _policy_form(PolicyForm.submitted(obj=row), row)


def _policy_form(form: PolicyForm, row: SupportPolicy | None) -> Any:
    uow = current_uow()
    form.kind_code.show([(code, kind.name) for code, kind in queries.kinds(uow.session).items()])
    version: Any = form.version.data if row else None
    if form.act(lambda: policies.save_policy(uow, form.facts(), row, version=version)) is None:
        return page("supports/policy.html", form=form, policy=row)
    flash(_("已保存"), "success")
    return redirect(url_for("supports.policy_list"), 303)


@blueprint.post("/staff/supports/policies/<public_id>/switch")
@access("venture.manage")
def switch(public_id: str) -> Any:
    """Stop offering it, or offer it again."""
    uow = current_uow()
    row = uow.one(managed_policies(uow.actor, select(SupportPolicy).where(SupportPolicy.public_id == public_id)))
    EmptyForm.submitted().act(lambda: policies.switch_policy(uow, row, is_active=not row.is_active))
    flash(_("已恢复") if row.is_active else _("已停用，批过的不受影响"), "success")
    return redirect(url_for("supports.policy_list"), 303)


@blueprint.route("/staff/supports/budget", methods=["GET", "POST"])
@access("venture.manage")
def budget() -> Any:
    """The year's budget by kind, with what was approved and paid."""
    uow, form = current_uow(), BudgetForm.submitted()
    year, kinds = asked_year(uow.today), queries.kinds(uow.session)
    form.kind_code.show([(code, kind.name) for code, kind in kinds.items() if kind.has_money])

    def act() -> bool:
        data = {"year": year, "kind_code": form.kind_code.data or "", "amount_yuan": form.amount_yuan.data}
        policies.set_budget(uow, **data)
        return True

    if request.method == "POST" and form.act(act):
        flash(_("预算已保存"), "success")
        return redirect(url_for("supports.budget", year=year), 303)
    return _budget_page(year, form, kinds)


def _budget_page(year: int, form: PageForm, kinds: Any) -> Response:
    uow = current_uow()
    rows = queries.budget_rows(uow.session, uow.actor.region_path, year)
    lines = sorted(rows.items(), key=lambda pair: kinds[pair[0]].sort_order)
    bars = charts.hbars(
        [(kinds[code].name, amounts[1]) for code, amounts in lines],
        parts=[amounts[2] for _code, amounts in lines],
        keys=(_("已付"), _("已批")),
        unit=_(" 元"),
    )
    over = [kinds[code].name for code, (plan, granted, _paid) in lines if plan is not None and granted > plan]
    return page(
        "supports/budget.html",
        form=form,
        year=year,
        lines=lines,
        kinds=kinds,
        bars=bars,
        over=over,
        total=[sum(amounts[n] or 0 for _code, amounts in lines) for n in range(3)],
        this_year=uow.today.year,
    )
