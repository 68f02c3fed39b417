"""The help ledgers of a place: plans, guidance, recommendations, referrals, experts."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, g, redirect, request, url_for
from sqlalchemy import select

from jobmatch.casework.plans import queries
from jobmatch.casework.plans.forms import ExpertForm
from jobmatch.casework.plans.models import Expert
from jobmatch.casework.plans.policies import visible_experts
from jobmatch.casework.plans.services import plans
from jobmatch.casework.plans.states import NeedKind, SupportKind
from jobmatch.casework.plans.views.blueprint import blueprint
from jobmatch.core.i18n import gettext as _
from jobmatch.core.sheets import XLSX, Sheet, write_workbook
from jobmatch.people.policies import visible_people
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow
from jobmatch.web.pages import download, page, paged

MOST_ROWS = 20_000


@blueprint.get("/staff/help")
@access("case.work")
def overview() -> Response:
    """Open plans, the nearest review first, under the numbers of the place."""
    uow = current_uow()
    asked = request.args.get("need", "")
    need = NeedKind(asked) if asked in set(NeedKind) else None
    only_due = request.args.get("due") == "1"
    query = queries.plans(need=need, only_due=only_due, today=uow.today)
    return page(
        "plans/overview.html",
        counts=queries.counts(uow),
        found=paged(uow, visible_people(uow.actor, query)),
        need=need,
        only_due=only_due,
        needs=list(NeedKind),
        today=uow.today,
    )


def _kind() -> SupportKind:
    asked = request.args.get("kind", "")
    return SupportKind(asked) if asked in set(SupportKind) else SupportKind.RECOMMENDATION


@blueprint.get("/staff/help/ledger")
@access("case.work")
def ledger() -> Response:
    """One ledger of what was done."""
    uow, kind = current_uow(), _kind()
    found = paged(uow, visible_people(uow.actor, queries.supports(kind)))
    return page("plans/ledger.html", kind=kind, kinds=list(SupportKind), found=found)


@blueprint.get("/staff/help/ledger.xlsx")
@access("case.work", slow=True)
def ledger_table() -> Response:
    """The same ledger as a workbook."""
    kind = _kind()
    with current_runtime().unit(g.actor, writing=False) as uow:
        rows = uow.rows(visible_people(g.actor, queries.supports(kind).limit(MOST_ROWS)))
    head = [_("姓名"), _("日期"), _("单位"), _("岗位"), _("说明"), _("专家"), _("回复"), _("回复日期"), _("原因")]
    lines = [
        [
            person.name,
            row.happened_on,
            row.employer_name,
            row.post,
            row.text,
            expert or "",
            row.answer.label if row.answer else "",
            row.answered_on,
            row.answer_reason,
        ]
        for row, person, expert in rows
    ]
    return download(write_workbook(Sheet(kind.label, head, lines)), f"{kind.label}.xlsx", XLSX)


@blueprint.get("/staff/help/referrals")
@access("case.work")
def referral_list() -> Response:
    """Referrals, those without an answer first."""
    uow, only_late = current_uow(), request.args.get("late") == "1"
    query = queries.referrals(only_late=only_late, today=uow.today)
    found = paged(uow, visible_people(uow.actor, query))
    return page("plans/referrals.html", found=found, only_late=only_late, today=uow.today)


@blueprint.route("/staff/help/experts", methods=["GET", "POST"])
@access("case.work")
def experts() -> Any:
    """Contracted experts with their sessions this year, and a form for a new one."""
    uow = current_uow()
    form = ExpertForm.submitted(data={"valid_from": uow.today})
    done = form.act(lambda: _save(None, form))
    if done is None:
        return page("plans/experts.html", form=form, rows=queries.experts(uow), today=uow.today)
    flash(_("已登记%(name)s", name=done.name), "success")
    return redirect(url_for("plans.experts"), 303)


@blueprint.route("/staff/help/experts/<public_id>", methods=["GET", "POST"])
@access("case.work")
def expert(public_id: str) -> Any:
    """One expert's agreement."""
    uow = current_uow()
    row: Expert = uow.one(visible_experts(uow.actor, select(Expert).where(Expert.public_id == public_id)))
    names = ("name", "field", "employer_name", "phone", "valid_from", "valid_to")
    form = ExpertForm.submitted(data={name: getattr(row, name) for name in names})
    if form.act(lambda: _save(row, form)) is None:
        return page("plans/expert.html", form=form, expert=row)
    flash(_("已保存"), "success")
    return redirect(url_for("plans.experts"), 303)


def _save(row: Expert | None, form: ExpertForm) -> Expert:
    return plans.save_expert(
        current_uow(),
        row,
        name=form.name.data or "",
        field=form.field.data or "",
        employer_name=form.employer_name.data or "",
        phone=form.phone.data or "",
        valid_from=form.valid_from.data,
        valid_to=form.valid_to.data,
    )
