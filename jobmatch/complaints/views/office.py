"""Figures of complaints, and the note that goes with a matter to another authority."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from flask import Response, g, request

from jobmatch.accounts.models import Organization
from jobmatch.complaints.blueprint import blueprint
from jobmatch.complaints.figures import Counts, figures
from jobmatch.complaints.forms import PeriodForm
from jobmatch.complaints.models import Complaint
from jobmatch.complaints.policies import shows_small_counts, visible_complaints
from jobmatch.complaints.queries import complaint_named, kind_names
from jobmatch.complaints.states import Outcome
from jobmatch.core.clock import local_day
from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import day_words
from jobmatch.core.i18n import gettext as _
from jobmatch.core.pdf import render_pdf
from jobmatch.core.sheets import XLSX, Sheet, write_workbook
from jobmatch.core.uow import UnitOfWork
from jobmatch.reference.rules import add_months
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow
from jobmatch.web.formats import counted, number, year_month
from jobmatch.web.pages import download, page
from recruiters.employers.models import Employer

NOTE = Path(__file__).parents[1] / "templates" / "complaints" / "referral.typ"
EARLIEST = date(2000, 1, 1)


def _period(uow: UnitOfWork) -> tuple[date, date]:
    """The days asked for; the last twelve months unless asked otherwise."""
    form = PeriodForm(request.args)
    form.validate()
    until = max(min(form.until.data or uow.today, uow.today), EARLIEST)
    since = form.since.data or add_months(until, -12)
    return max(min(since, until), EARLIEST), until


@blueprint.get("/staff/complaints/figures")
@access("report.read")
def staff_figures() -> Response:
    """件 by kind and month, days to decide, overdue."""
    uow = current_uow()
    since, until = _period(uow)
    return page(
        "complaints/staff_figures.html",
        found=figures(uow, since, until),
        since=since,
        until=until,
        exact=shows_small_counts(uow.actor),
    )


@blueprint.get("/staff/complaints/figures.xlsx")
@access("report.read", slow=True)
def staff_figures_table() -> Response:
    """The figures as a workbook, by kind and by month."""
    with current_runtime().unit(g.actor, writing=False) as uow:
        since, until = _period(uow)
        found = figures(uow, since, until)
        exact = shows_small_counts(uow.actor)
    head = [
        *(_("反映（份）"), _("件数"), _("属实"), _("不属实"), _("转有关部门"), _("不予受理"), _("在办")),
        *(_("超期"), _("平均用时（工作日）")),
    ]
    note = _("收到日期在 %(since)s到 %(until)s；同一件事几份算一件。", since=day_words(since), until=day_words(until))
    kinds = [[name, *_line(part, exact)] for name, part in [*found.kinds, (_("合计"), found.total)]]
    months = [[year_month(month), *_line(part, exact)] for month, part in found.months]
    content = write_workbook(
        Sheet(_("按种类"), [_("种类"), *head], kinds, note=note),
        Sheet(_("按月"), [_("月份"), *head], months, note=note),
    )
    return download(content, _("投诉举报统计-%(day)s", day=until.isoformat()) + ".xlsx", XLSX)


def _line(part: Counts, exact: bool) -> list[object]:
    values = [
        *(part.reports, part.cases, *(part.outcomes[one] for one in Outcome)),
        *(part.waiting, part.overdue),
    ]
    shown: list[object] = [value if exact or value == 0 else counted(value, exact) for value in values]
    return [*shown, number(part.mean_days, 1) if part.mean_days is not None and (exact or not part.is_few) else "—"]


@blueprint.get("/staff/complaints/<public_id>/referral.pdf")
@access("complaint.handle", slow=True)
def staff_referral(public_id: str) -> Response:
    """The note to the other authority, without who reported. Not there before the matter was referred."""
    with current_runtime().unit(g.actor, writing=False) as uow:
        found: Complaint = uow.one(visible_complaints(uow.actor, complaint_named(public_id)))
        if found.outcome is not Outcome.REFERRED:
            raise NotFound
        data = _referral(uow, found)
    return download(render_pdf(NOTE, data), _("转办单-%(number)s", number=found.number) + ".pdf", "application/pdf")


def _referral(uow: UnitOfWork, found: Complaint) -> dict[str, Any]:
    employer = uow.session.get(Employer, found.employer_id) if found.employer_id is not None else None
    organization = uow.session.get_one(Organization, employer.organization_id) if employer is not None else None
    rows = [
        (_("编号"), found.number),
        (_("反映的情况"), kind_names(uow.session).get(found.kind_code, "")),
        (_("反映对象"), found.subject_name),
        (_("统一社会信用代码"), (organization.credit_code or "") if organization else ""),
        (_("单位地址"), organization.address if organization else ""),
        (_("单位联系电话"), employer.contact_phone if employer else ""),
        (_("收到日期"), day_words(local_day(found.filed_at))),
        (_("受理日期"), day_words(local_day(found.accepted_at)) if found.accepted_at else ""),
    ]
    settings = current_runtime().settings
    return {
        "title": _("投诉举报转办单"),
        "site": settings.site_name,
        "to": _("%(authority)s：", authority=found.referred_to),
        "opening": _("现将下列反映转给你单位，请依法处理，并把结果告诉我们，由我们答复反映人。"),
        "rows": [[name, value] for name, value in rows if value],
        "words_title": _("反映的内容"),
        "words": found.words.splitlines(),
        "secret": _("反映人的身份依法保密，需要核实时由本单位联系。"),
        "sign": settings.operator_name,
        "sign_label": _("转办单位（盖章）"),
        "day": day_words(uow.today),
    }
