"""Figures of the desk, its items, and the printed receipt."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask import g as context

from jobmatch.casework.desk.forms import ItemForm, PeriodForm
from jobmatch.casework.desk.items import fingerprint, item_name, service_item, service_items
from jobmatch.casework.desk.models import ServiceItem, ServiceRequest
from jobmatch.casework.desk.policies import shows_small_counts, visible_requests
from jobmatch.casework.desk.queries import requests as reads
from jobmatch.casework.desk.queries.figures import figures
from jobmatch.casework.desk.services.items import save_item
from jobmatch.casework.desk.states import RUNNING, RequestState
from jobmatch.casework.desk.views.blueprint import blueprint
from jobmatch.core.clock import local_day
from jobmatch.core.i18n import day_words
from jobmatch.core.i18n import gettext as _
from jobmatch.core.pdf import qr_svg_bytes, render_pdf
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.cards import mask_name
from jobmatch.reference.models import ServiceObjectKind
from jobmatch.reference.queries import choices, names
from jobmatch.reference.rules import add_months
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow
from jobmatch.web.pages import page

RECEIPT = Path(__file__).parents[1] / "templates" / "desk" / "receipt.typ"

EARLIEST = date(2000, 1, 1)


@blueprint.get("/staff/desk/figures")
@access("report.read")
def staff_figures() -> Response:
    """件 by item, days against the limits, satisfaction; the last three months unless asked otherwise."""
    uow = current_uow()
    form = PeriodForm(request.args)
    form.validate()
    until = max(min(form.until.data or uow.today, uow.today), EARLIEST)
    since = form.since.data or add_months(until, -3)
    since = max(min(since, until), EARLIEST)
    form.since.data, form.until.data = since, until
    return page(
        "desk/staff_figures.html",
        filters=form,
        found=figures(uow, since, until),
        since=since,
        until=until,
        exact=shows_small_counts(uow.actor),
    )


@blueprint.get("/staff/desk/items")
@access("reference.edit")
def staff_items() -> Response:
    uow = current_uow()
    kinds = names(uow.session, ServiceObjectKind)
    return page("desk/staff_items.html", items=list(service_items(uow.session).values()), kinds=kinds)


@blueprint.route("/staff/desk/items/new", methods=["GET", "POST"])
@access("reference.edit")
def staff_item_new() -> Any:
    return _item_page(None)


@blueprint.route("/staff/desk/items/<code>", methods=["GET", "POST"])
@access("reference.edit")
def staff_item(code: str) -> Any:
    return _item_page(service_item(current_uow().session, code))


def _item_page(item: ServiceItem | None) -> Any:
    uow = current_uow()
    data = {"seen": fingerprint(item), "is_active": True}
    form = ItemForm.submitted(obj=item, data=data) if item is not None else ItemForm.submitted(data=data)
    form.kinds.choices = choices(uow.session, ServiceObjectKind)
    seen = form.seen.data if item is not None else None
    code = item.code if item is not None else None
    done = form.act(lambda: save_item(uow, code=code, seen=seen, **form.values()))
    if done is None:
        return page("desk/staff_item.html", form=form, item=item)
    flash(_("已保存：%(name)s", name=done.name_zh), "success")
    return redirect(url_for("desk.staff_items"), 303)


@blueprint.get("/staff/desk/<public_id>/receipt.pdf")
@access("case.work", slow=True)
def staff_receipt(public_id: str) -> Response:
    """The receipt as a PDF, with the address of the public page as a code."""
    with current_runtime().unit(context.actor, writing=False) as uow:
        found: ServiceRequest = uow.one(visible_requests(uow.actor, reads.request_named(public_id)))
        data, token = _receipt(uow, found), found.token
    url = url_for("desk.public_status_page", token=token, _external=True)
    answer = Response(render_pdf(RECEIPT, data, files={"qr": qr_svg_bytes(url)}), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="receipt-{found.number}.pdf"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _receipt(uow: UnitOfWork, found: ServiceRequest) -> dict[str, Any]:
    """What stands on the paper: the name is masked, for receipts get lost."""
    line = reads.lines(uow, [found])[0]
    item = service_item(uow.session, found.item_code)
    day = local_day(found.asked_at)
    rows = [
        (_("编号"), found.number),
        (_("申请人"), mask_name(line.name)),
        (_("事项"), item_name(item)),
        (_("方式"), found.way.label),
        (_("提出日期"), day_words(day)),
        (_("办理单位"), line.station),
        (_("进度"), found.state.label),
        (_("办理时限"), _limit_words(found)),
    ]
    return {
        "title": _("办事回执"),
        "site": current_runtime().settings.site_name,
        "rows": [[name, value] for name, value in rows if value],
        "papers_title": _("要带的材料"),
        "papers": reads.papers_of(item),
        "qr_text": _("扫码看进度（只显示进度和日期）"),
        "phone": current_runtime().settings.station_phone,
        "phone_text": _("服务站电话"),
        "note": _("办事不收费。结果会通知到您；超过时限没有办完，系统会报上级督办。"),
    }


def _limit_words(found: ServiceRequest) -> str:
    """Until when, as far as it is known: before acceptance only the day of the answer is."""
    if found.state is RequestState.ASKED:
        day = reads.due_words(found)
        return _("最晚 %(day)s 答复；受理后 %(n)s 个工作日内办完", n=found.limit_days, day=day)
    if found.state in RUNNING:
        return _("受理后 %(n)s 个工作日，最晚 %(day)s", n=found.limit_days, day=reads.due_words(found))
    return _("受理后 %(n)s 个工作日，等补材料的时间不算", n=found.limit_days)


@blueprint.get("/me/services/<public_id>/receipt.pdf")
@access("person.own", slow=True)
def my_receipt(public_id: str) -> Response:
    """The same receipt for the person who asked."""
    return staff_receipt(public_id)
