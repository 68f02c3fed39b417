"""Pages of the employer beside single applications: funnel, interviews calendar, 录用登记 and the tax estimate."""

from __future__ import annotations

from datetime import timedelta
from itertools import groupby, pairwise

from flask import Response, flash, g, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect

from jobmatch.accounts.qr import qr_svg
from jobmatch.applications import funnel, tax
from jobmatch.applications.forms import HireForm
from jobmatch.applications.policies import visible_applications
from jobmatch.applications.services import feeds
from jobmatch.applications.services.register import hire_record_of, register_hire
from jobmatch.applications.views.common import blueprint, load_application, reading
from jobmatch.core.calendars import write_calendar
from jobmatch.core.clock import local_day
from jobmatch.core.errors import Conflict
from jobmatch.core.i18n import gettext as _
from jobmatch.core.i18n import use_locale
from jobmatch.core.sheets import XLSX, write_workbook
from jobmatch.core.uow import UnitOfWork
from jobmatch.web import charts
from jobmatch.web.access import PUBLIC, access
from jobmatch.web.edge import anonymous_actor, current_runtime, current_uow
from jobmatch.web.pages import download, page, paged

Answer = Response | Redirect
CALENDAR_DAYS = 31


@blueprint.get("/employer/funnel")
@access("application.handle")
def funnel_page() -> Response:
    """How far applications came, for all postings together or for one."""
    ways = funnel.ways_of_postings(current_uow())
    chosen = next((way for way in ways if way.posting.public_id == request.args.get("posting", "")), None)
    counts = chosen.counts if chosen else funnel.summed(ways)
    steps = list(zip(funnel.step_names(), counts, strict=True))
    return page(
        "applications/funnel.html",
        ways=ways,
        chosen=chosen,
        steps=funnel.step_names(),
        chart=charts.funnel(steps),
        finding=_finding(steps),
    )


def _finding(steps: list[tuple[str, int]]) -> str:
    """Where most is lost, in words; with few applications nothing can be said."""
    if steps[0][1] < 10:
        return _("投递还不多，看不出哪一步掉得最多")
    earlier, later = max(pairwise(steps), key=lambda pair: pair[0][1] - pair[1][1])
    if earlier[1] == later[1]:
        return _("到现在每一步都没有掉")
    return _(
        "从“%(earlier)s”到“%(later)s”掉得最多，%(before)s 份里走到下一步的有 %(after)s 份",
        earlier=earlier[0],
        later=later[0],
        before=earlier[1],
        after=later[1],
    )


# ---------- interviews ----------


@blueprint.get("/employer/calendar")
@access("application.handle")
def calendar() -> Response:
    """The interviews of the next month by day, and the address for the own calendar."""
    uow = current_uow()
    found = feeds.appointments(uow, uow.now - timedelta(hours=2), uow.now + timedelta(days=CALENDAR_DAYS))
    days = [(day, list(rows)) for day, rows in groupby(found, lambda one: local_day(one.interview.starts_at))]
    return page("applications/calendar.html", days=days, count=len(found), feed=feeds.feed_of(uow), today=uow.today)


@blueprint.post("/employer/calendar/renew")
@access("application.handle")
def renew_calendar() -> Response:
    """A new secret address, shown this once; the one before stops working."""
    token = feeds.renew_feed(current_uow())
    address = url_for("applications.calendar_feed", token=token, _external=True)
    return page("applications/calendar_link.html", address=address, code=qr_svg(address))


@blueprint.post("/employer/calendar/stop")
@access("application.handle")
def stop_calendar() -> Redirect:
    feeds.stop_feed(current_uow())
    flash(_("日历地址停用了"), "success")
    return redirect(url_for("applications.calendar"), 303)


@blueprint.get("/calendar/<token>.ics")
@access(PUBLIC, slow=True)
def calendar_feed(token: str) -> Response:
    """The interviews as an iCalendar file, for whoever holds the address, as far as its member may see today."""
    with current_runtime().unit(anonymous_actor(), writing=False) as uow:
        actor = feeds.reader_of_feed(uow, token)
    with current_runtime().unit(actor, writing=False) as uow, use_locale(actor.locale):
        found = feeds.events(uow, host=request.host.split(":")[0], address_of=_address)
        content = write_calendar(_("面试日程"), found, now=uow.now)
    answer = Response(content, content_type="text/calendar; charset=utf-8")
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _address(public_id: str) -> str:
    return url_for("applications.received_one", public_id=public_id, _external=True)


# ---------- hires ----------


@blueprint.get("/employer/register")
@access("application.handle")
def register() -> Response:
    """录用登记: everybody hired, with contract and insurance, or that they are not registered yet."""
    uow = current_uow()
    listed = paged(uow, visible_applications(uow.actor, tax.hires()))
    return page("applications/register.html", listed=listed, year=uow.today.year)


@blueprint.route("/employer/register/<public_id>", methods=["GET", "POST"])
@access("application.handle")
def register_one(public_id: str) -> Answer:
    """Register one hire, or change what was registered."""
    uow, found = current_uow(), load_application(public_id)
    record = hire_record_of(uow, found)
    start_on = found.started_on or found.start_reported_on or found.offer_start_on
    form = HireForm.submitted(obj=record, data={"start_on": start_on, "contract_from": start_on})
    status = 200
    try:
        if form.act(lambda: register_hire(uow, found, **form.facts())):
            flash(_("登记好了"), "success")
            return redirect(url_for("applications.register"), 303)
    except Conflict as error:
        form.form_errors.append(error.message)
        status = 409
    answer = page("applications/register_one.html", form=form, application=load_application(public_id), record=record)
    answer.status_code = status if status != 200 else answer.status_code
    return answer


def _sheet(uow: UnitOfWork) -> tax.TaxSheet:
    asked = request.args.get("year", "")
    year = int(asked) if asked.isdecimal() and len(asked) == 4 else uow.today.year
    return tax.tax_sheet(uow, min(max(year, uow.today.year - 3), uow.today.year))


@blueprint.get("/employer/tax")
@access("application.handle")
def tax_page() -> Response:
    """The estimate of the deduction for hired soldiers, month by month, with formula and source."""
    uow = current_uow()
    sheet = _sheet(uow)
    years = range(uow.today.year, uow.today.year - 3, -1)
    return page("applications/tax.html", sheet=sheet, formula=tax.formula(sheet), years=years)


@blueprint.get("/employer/tax.xlsx")
@access("application.handle", slow=True)
def tax_file() -> Response:
    """The same as a table to keep, named as what it is."""
    with reading() as uow:
        sheet = _sheet(uow)
        table = tax.as_workbook_sheet(sheet)
    with current_runtime().unit(g.actor) as uow:
        uow.audit("tax_estimate.export", year=sheet.year, people=len(sheet.lines))
    name = _("招用退役军人税收扣减估算（不是申报表）%(year)s", year=sheet.year)
    return download(write_workbook(table), f"{name}.xlsx", XLSX)
