"""The office's pages: the ledger, one support with its next step, papers and payments."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Response, flash, g, redirect, request, url_for

from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.core.sheets import XLSX, Sheet, write_workbook
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow
from jobmatch.web.fields import EmptyForm, seen_number
from jobmatch.web.pages import PageForm, download, page, paged
from jobmatch.web.uploaded import BODY, uploaded
from training.incubation.support import queries
from training.incubation.support.blueprint import blueprint
from training.incubation.support.forms import (
    ApproveForm,
    AskForm,
    BackForm,
    GiveForm,
    LedgerFilter,
    LendForm,
    PaperForm,
    PayForm,
    RefuseForm,
)
from training.incubation.support.limits import had, paid_in
from training.incubation.support.models import VentureSupport
from training.incubation.support.policies import managed_supports, visible_policies
from training.incubation.support.services import asking, deciding, papers, paying
from training.incubation.support.states import SUPPORT_FLOW, SupportState
from training.incubation.ventures.models import Venture
from training.incubation.ventures.policies import managed_ventures
from training.incubation.ventures.queries import named as named_venture

MOST_ROWS = 50_000
_HEAD = (
    *("项目", "申请人", "扶持种类", "政策", "依据", "状态", "申请日期", "申请金额（元）", "批准日期", "批准金额（元）"),
    *("公示到", "已付（元）", "兑现日期", "数量", "放款银行", "放款金额（元）"),
)


def _filters() -> dict[str, Any]:
    return {
        "state": request.args.get("state", queries.OPEN)[:20],
        "kind": request.args.get("kind", "")[:20],
        "year": seen_number(request.args.get("year")),
        "words": request.args.get("q", "").strip()[:60],
    }


def support_of(uow: UnitOfWork, public_id: str) -> VentureSupport:
    """A support that the office decides about. Raises ``NotFound``."""
    found: VentureSupport = uow.one(managed_supports(uow.actor, queries.named(public_id)))
    return found


@blueprint.get("/staff/supports")
@access("venture.manage")
def ledger() -> Response:
    """The ledger by state, kind and year."""
    uow, asked = current_uow(), _filters()
    counts = dict(tuple(row) for row in uow.rows(managed_supports(uow.actor, queries.state_counts())))
    kinds = queries.kinds(uow.session)
    form = LedgerFilter(data={"q": asked["words"], "kind": asked["kind"], "year": str(asked["year"] or "")})
    form.kind.choices = [("", _("全部种类")), *((code, row.name) for code, row in kinds.items())]
    years = range(uow.today.year, uow.today.year - 6, -1)
    form.year.choices = [("", _("全部年份")), *((str(year), str(year)) for year in years)]
    return page(
        "supports/ledger.html",
        found=paged(uow, managed_supports(uow.actor, queries.ledger(**asked))),
        asked=asked,
        counts=counts,
        open_count=sum(counts.get(state, 0) for state in queries.OPEN_STATES),
        states=list(SupportState),
        kinds=kinds,
        filter_form=form,
        open_tab=queries.OPEN,
        today=uow.today,
    )


@blueprint.get("/staff/supports.xlsx")
@access("venture.manage", slow=True)
def ledger_file() -> Response:
    """The ledger as a workbook; taking it out leaves a trace."""
    with current_runtime().unit(g.actor, writing=False) as uow:
        rows = uow.rows(managed_supports(uow.actor, queries.ledger(**_filters())).limit(MOST_ROWS))
        kinds = queries.kinds(uow.session)
        table = [_line(support, name, kinds) for support, name in rows]
    with current_runtime().unit(g.actor) as uow:
        uow.audit("support.export", None, rows=len(table))
    content = write_workbook(Sheet(_("扶持台账"), _HEAD, table))
    return download(content, f"{_('扶持台账')}.xlsx", XLSX)


def _line(one: VentureSupport, name: str | None, kinds: Any) -> list[object]:
    return [
        one.venture.name or one.venture.words,
        name or "",
        kinds[one.kind_code].name,
        *(one.policy.title, one.policy.basis, one.state.label),
        *(one.applied_on, one.asked_yuan, one.approved_on, one.approved_yuan),
        *(one.noticed_until, one.paid_yuan, one.given_on, one.quantity, one.lender, one.loan_yuan),
    ]


@blueprint.route("/staff/ventures/<public_id>/supports/new", methods=["GET", "POST"])
@access("venture.manage")
def new_support(public_id: str) -> Any:
    """Ask for a support on behalf of a venture."""
    uow, form = current_uow(), AskForm.submitted()
    venture: Venture = uow.one(managed_ventures(uow.actor, named_venture(public_id)))
    offered = list(uow.rows(visible_policies(uow.actor, queries.in_force(uow.today, venture.region_path))))
    made = form.act(lambda: asking.apply_for_support(uow, venture, chosen(form, offered), asked_of(form)))
    if made is None:
        kinds = queries.kinds(uow.session)
        return page("supports/ask.html", form=form, venture=venture, offered=offered, kinds=kinds, ventures=())
    flash(_("已登记，可以审核了"), "success")
    return _to(made)


def chosen(form: AskForm, offered: list[Any]) -> Any:
    """The policy that was ticked, among those offered."""
    return next((one for one in offered if one.public_id == form.policy.data), None)


def asked_of(form: AskForm) -> asking.Asked:
    """What was typed, as the service takes it."""
    return asking.Asked(form.yuan.data, form.quantity.data, form.words.data or "")


def _to(support: VentureSupport) -> Any:
    return redirect(url_for("supports.staff_support", public_id=support.public_id), 303)


def _page(support: VentureSupport, form: PageForm | None = None, **given: PageForm) -> Response:
    uow = current_uow()
    kind = queries.kind_of(uow.session, support.kind_code)
    rest = (support.approved_yuan or 0) - support.paid_yuan
    person = uow.session.get(Person, support.person_id) if support.person_id else None
    blank: dict[str, PageForm] = {
        "approve": ApproveForm(data={"yuan": support.asked_yuan}),
        "refuse": RefuseForm(),
        "pay": PayForm(data={"yuan": rest, "on": uow.today}),
        "lend": LendForm(data={"yuan": support.loan_yuan, "on": uow.today}),
        "give": GiveForm(data={"quantity": support.quantity, "on": uow.today}),
        "back": BackForm(),
    }
    return page(
        "supports/support.html",
        form=form,
        forms=blank | given,
        support=support,
        person=person,
        kind=kind,
        giving=queries.giving_of(kind).value,
        payments=queries.payments_of(uow.session, support),
        papers=queries.papers_of(uow.session, support),
        before=had(uow, support),
        paid_this_year=paid_in(uow, support, uow.today.year),
        rest=rest,
        can={act for state, act in SUPPORT_FLOW if state is support.state},
        is_over=support.noticed_until is not None and support.noticed_until < uow.today,
        today=uow.today,
    )


@blueprint.get("/staff/supports/<public_id>")
@access("venture.manage")
def staff_support(public_id: str) -> Response:
    """One support: where it stands, what it is about, what is next."""
    return _page(support_of(current_uow(), public_id))


def _act(public_id: str, name: str, form: PageForm, act: Callable[[Any, VentureSupport], Any], said: str) -> Any:
    uow, support = current_uow(), support_of(current_uow(), public_id)
    if form.act_or_say(lambda: act(uow, support)) is None:
        return _page(support, form, **({name: form} if name else {}))
    flash(said, "success")
    return _to(support)


@blueprint.post("/staff/supports/<public_id>/approve")
@access("venture.manage")
def approve(public_id: str) -> Any:
    """Grant it."""
    form = ApproveForm.submitted()

    def act(uow: UnitOfWork, support: VentureSupport) -> Any:
        return deciding.approve_support(uow, support, yuan=form.yuan.data, words=form.words.data or "")

    return _act(public_id, "approve", form, act, _("已批准"))


@blueprint.post("/staff/supports/<public_id>/refuse")
@access("venture.manage")
def refuse(public_id: str) -> Any:
    """Say no."""
    form = RefuseForm.submitted()

    def act(uow: UnitOfWork, support: VentureSupport) -> Any:
        return deciding.refuse_support(uow, support, words=form.words.data or "")

    return _act(public_id, "refuse", form, act, _("已记下，本人会收到消息"))


@blueprint.post("/staff/supports/<public_id>/notice")
@access("venture.manage")
def notice(public_id: str) -> Any:
    """Show it to the public."""
    return _act(public_id, "", EmptyForm.submitted(), deciding.notice_support, _("公示开始了"))


@blueprint.post("/staff/supports/<public_id>/pay")
@access("venture.manage")
def pay(public_id: str) -> Any:
    """Note a payment."""
    form = PayForm.submitted()

    def act(uow: UnitOfWork, support: VentureSupport) -> Any:
        data = {"yuan": form.yuan.data, "on": form.on.data, "voucher": form.voucher.data or ""}
        return paying.pay_support(uow, support, **data)

    return _act(public_id, "pay", form, act, _("付款已登记"))


@blueprint.post("/staff/supports/<public_id>/lend")
@access("venture.manage")
def lend(public_id: str) -> Any:
    """Note that the lender paid out."""
    form = LendForm.submitted()

    def act(uow: UnitOfWork, support: VentureSupport) -> Any:
        points = None if form.rate.data is None else int(form.rate.data * 100)
        lent = paying.Lent(form.yuan.data, form.lender.data or "", points, form.months.data)
        return paying.lend_support(uow, support, lent, on=form.on.data)

    return _act(public_id, "lend", form, act, _("放款已登记"))


@blueprint.post("/staff/supports/<public_id>/give")
@access("venture.manage")
def give(public_id: str) -> Any:
    """Note that it was given."""
    form = GiveForm.submitted()

    def act(uow: UnitOfWork, support: VentureSupport) -> Any:
        return paying.give_support(uow, support, on=form.on.data, quantity=form.quantity.data)

    return _act(public_id, "give", form, act, _("已登记"))


@blueprint.post("/staff/supports/<public_id>/payments/<payment_id>/back")
@access("venture.manage")
def take_back(public_id: str, payment_id: str) -> Any:
    """A payment noted today was none."""
    form = BackForm.submitted()

    def act(uow: UnitOfWork, support: VentureSupport) -> Any:
        payment = queries.get_payment(uow.session, support, payment_id)
        return paying.take_back_payment(uow, support, payment, reason=form.reason.data or "")

    return _act(public_id, "back", form, act, _("付款登记已撤回"))


@blueprint.route("/staff/supports/<public_id>/papers/new", methods=["GET", "POST"])
@access("venture.manage", slow=True, upload=BODY)
def new_paper(public_id: str) -> Any:
    """The file is checked outside any unit; it is stored only when it passed."""
    return hand_in(public_id, support_of, "staff.html", "supports.staff_support")


def hand_in(public_id: str, load: Callable[[UnitOfWork, str], VentureSupport], layout: str, back: str) -> Any:
    """The page on which a paper is handed in, of the office and of the venture's people."""
    form, runtime, actor = PaperForm.submitted(), current_runtime(), g.actor

    def keep() -> bool:
        with runtime.unit(actor, writing=False) as uow:
            papers.check_may_hand_in(uow, load(uow, public_id))
        upload = uploaded(str(form.file.name), papers.KINDS)
        with runtime.unit(actor) as uow:
            papers.hand_in_paper(uow, load(uow, public_id), upload=upload, note=form.note.data or "")
        return True

    if request.method == "POST" and form.act_or_say(keep):
        flash(_("材料已上传"), "success")
        return redirect(url_for(back, public_id=public_id), 303)
    with runtime.unit(actor, writing=False) as uow:
        support = load(uow, public_id)
        return page("supports/paper.html", form=form, support=support, layout=layout, back=back)


@blueprint.get("/staff/supports/<public_id>/papers/<paper_id>")
@access("venture.manage")
def paper(public_id: str, paper_id: str) -> Response:
    """One paper as it was handed in."""
    return paper_file(support_of(current_uow(), public_id), paper_id)


def paper_file(support: VentureSupport, paper_id: str) -> Response:
    """A paper to keep."""
    uow = current_uow()
    row = queries.get_paper(uow.session, support, paper_id)
    return download(papers.read_paper(uow, support, row), row.file.name, "application/octet-stream")


def asked_year(today: date) -> int:
    """The year asked for, or this one. Raises ``NotFound`` for one that nobody keeps accounts of."""
    year = seen_number(request.args.get("year")) or today.year
    if not 2000 <= year <= 2199:
        raise NotFound
    return year
