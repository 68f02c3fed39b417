"""What everybody may read: the notice of a support, and two calculators."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import Response, request

from jobmatch.people.cards import mask_name
from jobmatch.reference.queries import rule_value
from jobmatch.web.access import PUBLIC, access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import page
from training.incubation.support import queries
from training.incubation.support.blueprint import blueprint
from training.incubation.support.forms import LoanForm, TaxForm
from training.incubation.support.loans import Borrower, Repayment, borrower_limit, reckon, rule_source
from training.incubation.support.policies import noticed_supports
from training.incubation.support.taxes import relief

MOST_MONTHS = 360
SHOWN_MONTHS = 6


@blueprint.get("/notices/support/<public_id>")
@access(PUBLIC)
def public_notice(public_id: str) -> Response:
    """A support for everybody to read, the name half hidden, while its notice lasts."""
    uow = current_uow()
    support, name = uow.one(noticed_supports(uow.actor, queries.noticed(public_id, uow.today)))
    return page(
        "supports/notice.html",
        support=support,
        masked=mask_name(name or ""),
        kind=queries.kind_of(uow.session, support.kind_code),
        office=queries.office_of(uow.session, support.policy.region_path),
    )


@blueprint.get("/tools/loan")
@access(PUBLIC)
def loan_tool() -> Response:
    """What a guaranteed loan costs, months one by one."""
    uow, form = current_uow(), LoanForm(request.args)
    share = Decimal(str(rule_value(uow.session, "loan_interest_share", uow.today)))
    borrower = Borrower(form.who.data) if form.who.data in set(Borrower) else Borrower.PERSON
    repayment = Repayment(form.way.data) if form.way.data in set(Repayment) else Repayment.AT_END
    form.who.data, form.way.data = borrower.value, repayment.value
    limit = borrower_limit(uow, borrower)
    loan: Any = None
    is_asked = bool(request.args.get("yuan")) and form.validate()
    yuan, rate, months = form.yuan.data, form.rate.data, form.months.data
    if is_asked and yuan and rate is not None and months and months <= MOST_MONTHS:
        loan = reckon(yuan * 100, rate, months, repayment, share)
    return page(
        "supports/loan.html",
        form=form,
        loan=loan,
        limit=limit,
        over=loan is not None and ((yuan or 0) > limit.yuan or (months or 0) > limit.months),
        share=share,
        share_source=rule_source(uow, "loan_interest_share"),
        shown=SHOWN_MONTHS,
        repayment=repayment,
        is_incomplete=bool(request.args) and loan is None,
    )


@blueprint.get("/tools/tax")
@access(PUBLIC)
def tax_tool() -> Response:
    """About how much tax a venture of a veteran saves this year."""
    uow, form = current_uow(), TaxForm(request.args if request.args else None)
    found = None
    if request.args and form.validate():
        found = relief(uow, months=form.months.data or 0, due=form.due.data or 0, hired=form.hired.data or 0)
    return page("supports/tax.html", form=form, found=found, today=uow.today)
