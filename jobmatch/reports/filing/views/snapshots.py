"""Frozen tables: freeze, sign, compare, correct, keep the stamped paper."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, g, redirect, request, url_for
from sqlalchemy import select

from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.core.sheets import XLSX
from jobmatch.core.uow import UnitOfWork
from jobmatch.reference.models import Region
from jobmatch.reference.queries import names
from jobmatch.reports.figures.documents import year_table_workbook
from jobmatch.reports.figures.year_table import BELOW, LETTERS, TITLES, YearTable, default_day
from jobmatch.reports.filing import queries
from jobmatch.reports.filing.blueprint import blueprint
from jobmatch.reports.filing.calendar import period_words
from jobmatch.reports.filing.forms import FreezeForm, ScanForm
from jobmatch.reports.filing.models import Snapshot
from jobmatch.reports.filing.policies import can_confirm, visible_snapshots
from jobmatch.reports.filing.services import freezing, scans
from jobmatch.reports.filing.shown import shown_snapshot
from jobmatch.reports.filing.states import FormKind
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow
from jobmatch.web.fields import EmptyForm
from jobmatch.web.pages import PageForm, download, page, paged
from jobmatch.web.uploaded import BODY, uploaded

SHOWN_MOVES = 200


def _one(uow: UnitOfWork, public_id: str) -> tuple[Snapshot, str, str]:
    snapshot, froze, confirmed = uow.one(visible_snapshots(uow.actor, queries.named(public_id)))
    return snapshot, froze or "", confirmed or ""


def _whole(uow: UnitOfWork, public_id: str) -> Snapshot:
    """A snapshot with its inputs."""
    query = select(Snapshot).where(Snapshot.public_id == public_id)
    found: Snapshot = uow.one(visible_snapshots(uow.actor, query))
    return found


def _list(form: PageForm) -> Response:
    uow = current_uow()
    found = paged(uow, visible_snapshots(uow.actor, queries.snapshots()))
    return page("filing/snapshots.html", form=form, found=found, regions=names(uow.session, Region), words=period_words)


@blueprint.route("/staff/snapshots", methods=["GET", "POST"])
@access("report.submit")
def snapshots() -> Any:
    """What is frozen, and freezing the year table as it is now."""
    uow = current_uow()
    year = uow.today.year - 1
    form = FreezeForm.submitted(data={"year": year, "day": default_day(year, uow.today)})
    day = form.day.data or uow.today
    made = form.act_or_say(
        lambda: freezing.freeze_year_table(
            uow, year=form.year.data or 0, path=uow.actor.region_path, day=day, reason=form.reason.data or ""
        )
    )
    if made is None:
        return _list(form)
    flash(_("封存好了，请另一个人复核签字"), "success")
    return redirect(url_for("filing.snapshot", public_id=made.public_id), 303)


def _page(public_id: str, form: PageForm | None = None) -> Response:
    uow = current_uow()
    snapshot, froze, confirmed = _one(uow, public_id)
    is_table = snapshot.form is FormKind.YEAR_TABLE
    rows, total = queries.rows_of(snapshot, names(uow.session, Region)) if is_table else ([], None)
    others = [
        one
        for one, _froze, _confirmed in uow.rows(visible_snapshots(uow.actor, queries.snapshots()).limit(50))
        if one.form is snapshot.form and one.region_path == snapshot.region_path and one.id != snapshot.id
    ]
    return page(
        "filing/snapshot.html",
        form=form,
        snapshot=snapshot,
        froze=froze,
        confirmed=confirmed,
        rows=rows,
        total=total,
        sections=() if is_table else shown_snapshot(snapshot).sections,
        words=period_words,
        letters=LETTERS,
        titles=TITLES,
        below=BELOW,
        others=others,
        may_confirm=can_confirm(uow.actor, snapshot) and snapshot.confirmed_at is None,
        place=names(uow.session, Region).get(snapshot.region_path.strip("/").split("/")[-1], ""),
    )


@blueprint.get("/staff/snapshots/<public_id>")
@access("report.submit")
def snapshot(public_id: str) -> Response:
    """One frozen table with its hash and both signatures."""
    return _page(public_id)


@blueprint.post("/staff/snapshots/<public_id>/confirm")
@access("report.submit")
def confirm(public_id: str) -> Any:
    """The second signature."""
    uow, form = current_uow(), EmptyForm.submitted()
    row = _whole(uow, public_id)
    if form.act_or_say(lambda: freezing.confirm_snapshot(uow, row)) is None:
        return _page(public_id, form)
    flash(_("复核签字好了，这份数据不会再变"), "success")
    return redirect(url_for("filing.snapshot", public_id=public_id), 303)


@blueprint.post("/staff/snapshots/<public_id>/drop")
@access("report.submit")
def drop(public_id: str) -> Any:
    """Take back a version that nobody signed."""
    uow, form = current_uow(), EmptyForm.submitted()
    row = _whole(uow, public_id)

    def act() -> bool:
        freezing.drop_snapshot(uow, row)
        return True

    if form.act_or_say(act) is None:
        return _page(public_id, form)
    flash(_("已作废"), "success")
    return redirect(url_for("filing.snapshots"), 303)


@blueprint.get("/staff/snapshots/<public_id>/diff/<other_id>")
@access("report.submit")
def diff(public_id: str, other_id: str) -> Response:
    """Who moved between two frozen tables."""
    uow = current_uow()
    pair = sorted((_whole(uow, public_id), _whole(uow, other_id)), key=lambda one: (one.frozen_at, one.id))
    if pair[0].form is not FormKind.YEAR_TABLE:
        return page(
            "filing/diff_figures.html",
            old=pair[0],
            new=pair[1],
            lines=queries.named_figure_moves(uow, queries.figure_differences(*pair)),
            back=public_id,
            words=period_words,
        )
    found = queries.differences(uow, *pair)
    return page(
        "filing/diff.html",
        old=pair[0],
        new=pair[1],
        count=len(found),
        lines=queries.named_moves(uow, found[:SHOWN_MOVES]),
        titles=TITLES,
        back=public_id,
        regions=names(uow.session, Region),
    )


@blueprint.get("/staff/snapshots/<public_id>/form.xlsx")
@access("report.submit", slow=True)
def snapshot_file(public_id: str) -> Response:
    """The frozen table in the layout of the official form, with the names of both who signed."""
    with current_runtime().unit(g.actor, writing=False) as uow:
        found, froze, confirmed = _one(uow, public_id)
        if found.form is not FormKind.YEAR_TABLE:
            raise NotFound
        places = names(uow.session, Region)
        rows, total = queries.rows_of(found, places)
        total.name = places.get(found.region_path.strip("/").split("/")[-1], "")
        table = YearTable(found.period_from.year, found.cut_off_on, tuple(rows), total)
        content = year_table_workbook(table, filler=froze, reviewer=confirmed)
    name = _("%(year)s 年度退役士兵就业及去向情况表", year=found.period_from.year)
    return download(content, f"{name}-{found.revision}.xlsx", XLSX)


@blueprint.route("/staff/snapshots/<public_id>/scan", methods=["GET", "POST"])
@access("report.submit", slow=True, upload=BODY)
def scan(public_id: str) -> Any:
    """The stamped paper; it is checked outside any unit."""
    form, runtime, actor = ScanForm.submitted(), current_runtime(), g.actor

    def keep() -> bool:
        with runtime.unit(actor, writing=False) as uow:
            scans.check_may_attach(uow, _whole(uow, public_id))
        upload = uploaded("file", scans.KINDS)
        with runtime.unit(actor) as uow:
            scans.attach_scan(uow, _whole(uow, public_id), upload=upload)
        return True

    if request.method == "POST" and form.act_or_say(keep):
        flash(_("盖章件已上传"), "success")
        return redirect(url_for("filing.snapshot", public_id=public_id), 303)
    with runtime.unit(actor, writing=False) as uow:
        return page("filing/scan.html", form=form, snapshot=_whole(uow, public_id))


@blueprint.get("/staff/snapshots/<public_id>/scan/file")
@access("report.submit")
def scan_file(public_id: str) -> Response:
    """The stamped paper as it was handed in."""
    uow = current_uow()
    row = _whole(uow, public_id)
    if row.scan_file_id is None:
        raise NotFound
    name, content = scans.read_scan(uow, row)
    return download(content, name, "application/octet-stream")
