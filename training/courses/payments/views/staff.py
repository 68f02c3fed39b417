"""The office's pages about the money of a class."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response, flash, g, redirect, request, url_for

from jobmatch.core.actors import Actor
from jobmatch.core.errors import Invalid, NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.core.sheets import XLSX
from jobmatch.core.uploads import MOST_BYTES, take_upload
from jobmatch.web import charts
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow
from jobmatch.web.fields import EmptyForm, seen_number
from jobmatch.web.pages import download, page, paged
from training.courses.classes.policies import managed_session
from training.courses.payments import queries
from training.courses.payments.blueprint import blueprint
from training.courses.payments.documents import rule_words, sheet_pdf, sheet_title, sheet_workbook
from training.courses.payments.forms import CancelForm, MakeForm, PayForm, SignForm
from training.courses.payments.policies import managed_sheet, managed_sheets, money_sessions
from training.courses.payments.services import making, moving
from training.courses.payments.states import PaySheetKind

_BODY = MOST_BYTES + 64 * 1024
_FIRST_YEAR, _LAST_YEAR = 2000, 2199


def _list(public_id: str, form: Any = None) -> Response:
    uow, course_session = current_uow(), managed_session(current_uow(), public_id)
    return page(
        "payments/list.html",
        form=form,
        course_session=course_session,
        sheets=paged(uow, managed_sheets(uow.actor, public_id)),
        months=queries.months_of(course_session, uow.today),
        approved=course_session.capacity * course_session.funding_yuan,
        planned=queries.course_money(uow.session, course_session.id),
    )


@blueprint.get("/staff/classes/<public_id>/payments")
@access("class.manage")
def class_payments(public_id: str) -> Response:
    """The sheets of a class, and what can be made."""
    return _list(public_id)


@blueprint.post("/staff/classes/<public_id>/payments")
@access("class.manage")
def make(public_id: str) -> Any:
    """A new sheet."""
    uow, course_session, form = current_uow(), managed_session(current_uow(), public_id), MakeForm.submitted()
    if form.kind.data not in set(PaySheetKind):
        raise NotFound
    kind = PaySheetKind(form.kind.data)
    sheet = form.act_or_say(lambda: making.make_sheet(uow, course_session, kind=kind, month=_month(form.month.data)))
    if sheet is None:
        return _list(public_id, form)
    return redirect(url_for("payments.sheet", public_id=public_id, sheet_id=sheet.public_id), 303)


def _month(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def _sheet(public_id: str, sheet_id: str, form: Any = None) -> Response:
    uow, course_session = current_uow(), managed_session(current_uow(), public_id)
    sheet = managed_sheet(uow, public_id, sheet_id)
    return page(
        "payments/sheet.html",
        form=form,
        pay_form=form if isinstance(form, PayForm) else PayForm(),
        cancel_form=form if isinstance(form, CancelForm) else CancelForm(),
        course_session=course_session,
        sheet=sheet,
        title=sheet_title(course_session, sheet),
        lines=paged(uow, queries.lines_query(sheet), size=100),
        rules=rule_words(sheet),
        today=uow.today,
    )


@blueprint.get("/staff/classes/<public_id>/payments/<sheet_id>")
@access("class.manage")
def sheet(public_id: str, sheet_id: str) -> Response:
    """One sheet, line by line."""
    return _sheet(public_id, sheet_id)


def _act(public_id: str, sheet_id: str, form: Any, act: Any, said: str) -> Any:
    uow, course_session = current_uow(), managed_session(current_uow(), public_id)
    row = managed_sheet(uow, public_id, sheet_id)
    if form.act_or_say(lambda: act(uow, course_session, row)) is None:
        return _sheet(public_id, sheet_id, form)
    flash(said, "success")
    return redirect(url_for("payments.sheet", public_id=public_id, sheet_id=sheet_id), 303)


@blueprint.post("/staff/classes/<public_id>/payments/<sheet_id>/again")
@access("class.manage")
def again(public_id: str, sheet_id: str) -> Any:
    """Reckon a draft again."""
    return _act(public_id, sheet_id, EmptyForm.submitted(), making.recompute_sheet, _("重新算过了"))


@blueprint.post("/staff/classes/<public_id>/payments/<sheet_id>/notice")
@access("class.manage")
def notice(public_id: str, sheet_id: str) -> Any:
    """Show a sheet to the public."""
    return _act(public_id, sheet_id, EmptyForm.submitted(), moving.notice_sheet, _("公示开始了"))


@blueprint.post("/staff/classes/<public_id>/payments/<sheet_id>/pay")
@access("class.manage")
def pay(public_id: str, sheet_id: str) -> Any:
    """Note that it was paid."""
    form = PayForm.submitted()

    def act(*given: Any) -> Any:
        return moving.pay_sheet(*given, paid_on=form.paid_on.data, voucher=form.voucher.data or "")

    return _act(public_id, sheet_id, form, act, _("记好了"))


@blueprint.post("/staff/classes/<public_id>/payments/<sheet_id>/cancel")
@access("class.manage")
def cancel(public_id: str, sheet_id: str) -> Any:
    """Take a sheet back."""
    form = CancelForm.submitted()

    def act(*given: Any) -> Any:
        return moving.cancel_sheet(*given, reason=form.reason.data or "")

    return _act(public_id, sheet_id, form, act, _("已作废"))


@blueprint.route("/staff/classes/<public_id>/payments/<sheet_id>/sign", methods=["GET", "POST"])
@access("class.manage", slow=True, upload=_BODY)
def sign(public_id: str, sheet_id: str) -> Any:
    """The signed roster; the file is checked outside any unit."""
    form, actor = SignForm.submitted(), g.actor
    if request.method == "POST" and form.act_or_say(lambda: _keep(public_id, sheet_id, form, actor)):
        flash(_("签字花名册已上传"), "success")
        return redirect(url_for("payments.sheet", public_id=public_id, sheet_id=sheet_id), 303)
    with current_runtime().unit(actor, writing=False) as uow:
        course_session, row = managed_session(uow, public_id), managed_sheet(uow, public_id, sheet_id)
        title = sheet_title(course_session, row)
        return page("payments/sign.html", form=form, course_session=course_session, sheet=row, title=title)


def _keep(public_id: str, sheet_id: str, form: SignForm, actor: Actor) -> bool:
    runtime, file = current_runtime(), request.files.get(form.file.name)
    with runtime.unit(actor, writing=False) as uow:
        moving.check_may_sign(uow, managed_session(uow, public_id), managed_sheet(uow, public_id, sheet_id))
    if file is None or not file.filename:
        raise Invalid(fields={"file": _("请选一个文件")})
    try:
        upload = take_upload(file.filename, file.read(MOST_BYTES + 1), moving.SCANS)
    except Invalid as error:
        raise Invalid(fields={"file": error.message}) from None
    with runtime.unit(actor) as uow:
        row = managed_sheet(uow, public_id, sheet_id)
        moving.sign_sheet(uow, managed_session(uow, public_id), row, upload=upload)
    return True


@blueprint.get("/staff/classes/<public_id>/payments/<sheet_id>/scan")
@access("class.manage")
def scan(public_id: str, sheet_id: str) -> Response:
    """The signed roster as it was handed in."""
    uow = current_uow()
    name, content = moving.read_scan(uow, managed_session(uow, public_id), managed_sheet(uow, public_id, sheet_id))
    return download(content, name, "application/octet-stream")


@blueprint.get("/staff/classes/<public_id>/payments/<sheet_id>/sheet.<form>")
@access("class.manage", slow=True)
def sheet_file(public_id: str, sheet_id: str, form: str) -> Response:
    """The sheet for signing (``pdf``) or as a workbook (``xlsx``)."""
    if form not in {"pdf", "xlsx"}:
        raise NotFound
    with current_runtime().unit(g.actor, writing=False) as uow:
        course_session, row = managed_session(uow, public_id), managed_sheet(uow, public_id, sheet_id)
        lines = queries.lines_of(uow.session, row)
        office = queries.get_office(uow.session, course_session).name
    name = f"{sheet_title(course_session, row)}.{form}"
    if form == "pdf":
        return download(sheet_pdf(course_session, row, lines, office), name, "application/pdf")
    return download(sheet_workbook(course_session, row, lines), name, XLSX)


@blueprint.get("/staff/training-money")
@access("class.manage")
def training_money() -> Response:
    """Approved and paid by provider and by class."""
    uow = current_uow()
    year = min(max(seen_number(request.args.get("year")) or uow.today.year, _FIRST_YEAR), _LAST_YEAR)
    providers = uow.rows(money_sessions(uow.actor, queries.money_rows(year, by_provider=True)))
    bars = charts.hbars(
        [(row[0], int(row[2])) for row in providers[:12]],
        parts=[int(row[4]) for row in providers[:12]],
        keys=(_("已付"), _("批准")),
        unit=_("元"),
    )
    return page(
        "payments/money.html",
        year=year,
        providers=providers,
        bars=bars,
        classes=paged(uow, money_sessions(uow.actor, queries.money_rows(year, by_provider=False))),
    )
