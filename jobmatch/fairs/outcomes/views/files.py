"""Reports as files, reports that were sent, and the fair's own file. Slow edges: made outside writing units."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from typing import IO, Any

from flask import Response, flash, g, redirect, request, url_for

from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.fairs.outcomes import queries
from jobmatch.fairs.outcomes.blueprint import blueprint
from jobmatch.fairs.outcomes.documents import MIMETYPES, Report, write_report
from jobmatch.fairs.outcomes.making import fair_report
from jobmatch.fairs.outcomes.policies import reads_exactly, visible_counted_fairs
from jobmatch.fairs.outcomes.services import reports
from jobmatch.fairs.outcomes.states import FairReportKind
from jobmatch.fairs.outcomes.views.staff import summary_page
from jobmatch.fairs.planning.policies import decided_fair
from jobmatch.fairs.planning.queries import fair_named
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow
from jobmatch.web.fields import EmptyForm
from jobmatch.web.pages import download

CHUNK = 1 << 16


def _kind(text: str) -> FairReportKind:
    if text not in set(FairReportKind):
        raise NotFound
    return FairReportKind(text)


def give(report: Report, form: str) -> Response:
    """A report as a download."""
    return download(write_report(report, form), f"{report.title}.{form}", MIMETYPES[form])


@blueprint.get("/staff/fairs/<public_id>/after/reports/<kind>.<form>")
@access("report.read", slow=True)
def report_file(public_id: str, kind: str, form: str) -> Response:
    """The report as it would be now; the workbook carries the lists of people for those who may open them."""
    chosen = _kind(kind)
    if form not in MIMETYPES:
        raise NotFound
    runtime, actor = current_runtime(), g.actor
    with runtime.unit(actor, writing=False) as uow:
        fair = uow.one(visible_counted_fairs(actor, fair_named(public_id)))
        exact = reads_exactly(actor, fair.region_path)
        has_names = exact and form == "xlsx"
        names = "full" if has_names else "none"
        report = fair_report(uow.session, fair, chosen, uow.today, exact=exact, names=names)
    if has_names:
        with runtime.unit(actor) as uow:
            reports.record_lists_taken(uow, decided_fair(uow, public_id), kind=kind)
    return give(report, form)


@blueprint.post("/staff/fairs/<public_id>/after/reports/<kind>")
@access("fair.manage")
def send(public_id: str, kind: str) -> Any:
    """Keep the report as it is now."""
    uow, chosen = current_uow(), _kind(kind)
    fair = decided_fair(uow, public_id)
    form = EmptyForm.submitted()
    row = form.act(lambda: reports.send_report(uow, fair, chosen, reason=request.form.get("reason", "")))
    if row is None:
        return summary_page(uow, fair, form)
    flash(_("%(kind)s定稿了，第 %(n)s 版", kind=chosen.label, n=row.revision), "success")
    return redirect(url_for("outcomes.summary", public_id=fair.public_id), 303)


@blueprint.get("/staff/fairs/<public_id>/after/sent/<report_id>.<form>")
@access("report.people", slow=True)
def sent_file(public_id: str, report_id: str, form: str) -> Response:
    """A report as it was sent."""
    if form not in MIMETYPES:
        raise NotFound
    with current_runtime().unit(g.actor, writing=False) as uow:
        fair = decided_fair(uow, public_id)
        report = Report.from_json(queries.get_sent_report(uow.session, fair, report_id).figures)
    return give(report, form)


@blueprint.get("/staff/fairs/<public_id>/after/archive.zip")
@access("fair.manage", slow=True)
def archive(public_id: str) -> Response:
    """一会一档; taking it leaves a trace before the answer leaves."""
    runtime, actor = current_runtime(), g.actor
    with ExitStack() as stack:
        file = stack.enter_context(tempfile.TemporaryFile())
        with runtime.unit(actor, writing=False) as uow:
            fair = decided_fair(uow, public_id)
            title = fair.title
            reports.archive(uow, fair, file)
        with runtime.unit(actor) as uow:
            reports.record_lists_taken(uow, decided_fair(uow, public_id), kind="archive")
        answer = download(b"", f"{title}归档.zip", "application/zip")
        answer.content_length = file.tell()
        answer.response = _chunks(file, stack.pop_all())
        return answer


def _chunks(file: IO[bytes], stack: ExitStack) -> Iterator[bytes]:
    """The file piece by piece; it is closed when the last piece has left."""
    with stack:
        file.seek(0)
        while piece := file.read(CHUNK):
            yield piece


@blueprint.post("/staff/fairs/<public_id>/after/erase")
@access("fair.manage")
def erase(public_id: str) -> Any:
    """Forget what was written, once the file need not be kept any more."""
    uow = current_uow()
    fair = decided_fair(uow, public_id)
    flash(_("删了 %(n)s 处文字", n=reports.erase_words(uow, fair)), "success")
    return redirect(url_for("outcomes.summary", public_id=fair.public_id), 303)
