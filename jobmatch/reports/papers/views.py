"""Papers: choose one, read it with its lists, take it as a file, and order it for every month."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, g, redirect, request, url_for

from jobmatch.core.errors import NotFound, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.outcomes.documents import MIMETYPES, write_report
from jobmatch.reference.queries import region_label
from jobmatch.reports.papers import services
from jobmatch.reports.papers.blueprint import blueprint
from jobmatch.reports.papers.forms import FileForm, OrderForm
from jobmatch.reports.papers.making import DRAWN, Paper, as_report, list_path, make_paper
from jobmatch.reports.papers.periods import Period, last_period, read_period, recent
from jobmatch.reports.papers.policies import can_write_paper, visible_orders
from jobmatch.reports.papers.queries import order_named, orders
from jobmatch.reports.papers.sentences import definition_of
from jobmatch.reports.papers.states import PaperFormat, PaperKind
from jobmatch.web import charts
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow
from jobmatch.web.pages import PageForm, download, page, paged

MOST_DRAWN = 12


def _path(uow: UnitOfWork) -> str:
    """The place asked for, never above the reader's own."""
    path = request.args.get("path", "")
    chosen = path if path.startswith(uow.actor.region_path) else uow.actor.region_path
    require(can_write_paper(uow.actor, chosen))
    return chosen


def _kind(text: str) -> PaperKind:
    if text not in set(PaperKind):
        raise NotFound
    return PaperKind(text)


def _period(uow: UnitOfWork, kind: PaperKind) -> Period:
    """The period asked for; a summary takes its two days apart, too."""
    since, until = request.args.get("since", ""), request.args.get("until", "")
    return read_period(kind, f"{since}_{until}" if since and until else request.args.get("period", ""), uow.today)


@blueprint.get("/staff/papers")
@access("report.submit")
def overview() -> Response:
    """The kinds of papers, and what was ordered."""
    return _overview(OrderForm(data={"month_day": 1, "format": PaperFormat.DOCX.value}))


def _overview(form: PageForm) -> Response:
    uow = current_uow()
    path = _path(uow)
    return page(
        "papers/overview.html",
        form=form,
        kinds=[(kind, last_period(kind, uow.today)) for kind in PaperKind],
        orders=paged(uow, visible_orders(uow.actor, orders())),
        place=region_label(uow.session, path.strip("/").split("/")[-1], depth=1),
        path=path,
        link=services.paper_link,
    )


@blueprint.post("/staff/papers/orders")
@access("report.submit")
def order() -> Any:
    """One more order, or another day for one that stands."""
    uow, form = current_uow(), OrderForm.submitted()
    path = _path(uow)
    asked = {
        "kind": form.kind.data or "",
        "month_day": form.month_day.data,
        "form": form.format.data or PaperFormat.DOCX.value,
    }
    row = form.act(lambda: services.order_paper(uow, path, **asked))
    if row is None:
        return _overview(form)
    flash(_("已订，%(day)s 做好以后发消息给您", day=row.next_on.isoformat()), "success")
    return redirect(url_for("papers.overview"), 303)


@blueprint.post("/staff/papers/orders/<order_id>/stop")
@access("report.submit")
def stop(order_id: str) -> Any:
    """No longer send it."""
    uow = current_uow()
    row = uow.one(visible_orders(uow.actor, order_named(order_id)))
    services.stop_order(uow, row)
    flash(_("以后不发了"), "success")
    return redirect(url_for("papers.overview"), 303)


@blueprint.get("/staff/papers/<kind>")
@access("report.submit", slow=True)
def paper(kind: str) -> Response:
    """The paper with a list behind each number."""
    return _shown(_kind(kind), FileForm())


def _made(uow: UnitOfWork, kind: PaperKind, *, above: str = "", below: str = "") -> Paper:
    return make_paper(uow, _period(uow, kind), _path(uow), above=above, below=below)


def _shown(kind: PaperKind, form: PageForm) -> Response:
    with current_runtime().unit(g.actor, writing=False) as uow:
        made = _made(uow, kind)
        today = uow.today
    return page(
        "papers/paper.html",
        form=form,
        paper=made,
        kind=kind,
        periods=recent(kind, today),
        asked={"period": made.period.key, "path": made.path},
        address=lambda code: list_path(made, code),
        formats=list(PaperFormat),
        chart=_chart(made),
        drawn=definition_of(DRAWN[kind]),
    )


def _chart(made: Paper) -> charts.Columns | None:
    """The main figure by place; none where fewer than two places have anything."""
    found = [(name, float(number)) for name, number in made.drawn[:MOST_DRAWN]]
    return charts.columns(found, unit=_(definition_of(DRAWN[made.period.kind]).unit.label)) if len(found) > 1 else None


@blueprint.post("/staff/papers/<kind>")
@access("report.submit", slow=True)
def paper_file(kind: str) -> Response:
    """The paper as a file, with free words above and below that are not kept anywhere."""
    chosen, form = _kind(kind), FileForm.submitted()
    suffix = form.format.data or ""
    if suffix not in MIMETYPES:
        raise NotFound
    if not form.validate():
        return _shown(chosen, form)
    with current_runtime().unit(g.actor, writing=False) as uow:
        made = _made(uow, chosen, above=form.above.data or "", below=form.below.data or "")
    is_book = suffix == PaperFormat.XLSX
    site = request.url_root.rstrip("/")
    report = as_report(made, lambda code: site + list_path(made, code), notes_as_table=is_book)
    return download(write_report(report, suffix), f"{made.title}.{suffix}", MIMETYPES[suffix])
