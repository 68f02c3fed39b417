"""Checklists: their items, the checks started by them, what is met where, and the ranking of stations."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, request, url_for

from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.reports.campaigns import checks
from jobmatch.reports.campaigns.blueprint import blueprint
from jobmatch.reports.campaigns.forms import ChecklistForm, ItemForm, StartForm
from jobmatch.reports.campaigns.models import Checklist, StationCheck
from jobmatch.reports.campaigns.policies import (
    can_manage_checklist,
    can_write_checklists,
    visible_checklists,
    visible_station_checks,
    visible_work_stations,
)
from jobmatch.reports.campaigns.scoring import figure_choices
from jobmatch.reports.campaigns.services import checklists as services
from jobmatch.reports.campaigns.states import CheckState, Met
from jobmatch.web import charts
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.fields import EmptyForm
from jobmatch.web.pages import page, paged

MOST_BARS = 20


def seen_checklist(uow: UnitOfWork, public_id: str) -> Checklist:
    """The checklist of this public id, if the actor may see it. Raises ``NotFound``."""
    found: Checklist = uow.one(visible_checklists(uow.actor, checks.checklist_named(public_id)))
    return found


@blueprint.get("/staff/checklists")
@access("campaign.manage")
def checklists() -> Response:
    """Checklists of the office, of those below and above, and the checks that wait for somebody."""
    uow = current_uow()
    found = paged(uow, visible_checklists(uow.actor, checks.checklists()))
    ids = [one.id for one in found.rows]
    waiting = checks.station_checks().where(StationCheck.state.in_((CheckState.OPEN, CheckState.OBJECTED)))
    return page(
        "campaigns/checklists.html",
        found=found,
        sums=checks.item_sums(uow.session, ids),
        counts=checks.state_counts(uow.session, ids),
        waiting=uow.rows(visible_station_checks(uow.actor, waiting.limit(20))),
        may_write=can_write_checklists(uow.actor),
        today=uow.today,
    )


def _form(checklist: Checklist | None) -> Any:
    if checklist is None:
        return ChecklistForm.submitted(data={"valid_from": current_uow().today.replace(month=1, day=1)})
    names = ("title", "basis", "valid_from", "valid_until", "version")
    return ChecklistForm.submitted(data={name: getattr(checklist, name) for name in names})


@blueprint.route("/staff/checklists/new", methods=["GET", "POST"])
@access("campaign.manage")
def new_checklist() -> Any:
    """A new checklist."""
    uow, form = current_uow(), _form(None)
    made = form.act_or_say(lambda: services.create_checklist(uow, form.plan()))
    if made is None:
        return page("campaigns/checklist_edit.html", form=form, checklist=None)
    flash(_("已建好，接着加检查的内容"), "success")
    return redirect(url_for("campaigns.checklist", public_id=made.public_id), 303)


@blueprint.route("/staff/checklists/<public_id>/edit", methods=["GET", "POST"])
@access("campaign.manage")
def edit_checklist(public_id: str) -> Any:
    """Change title, paper and validity."""
    uow, checklist = current_uow(), seen_checklist(current_uow(), public_id)
    form = _form(checklist)
    version = form.version.data
    if form.act_or_say(lambda: services.edit_checklist(uow, checklist, form.plan(), version=version)) is None:
        return page("campaigns/checklist_edit.html", form=form, checklist=checklist)
    flash(_("已保存"), "success")
    return redirect(url_for("campaigns.checklist", public_id=public_id), 303)


def _page(checklist: Checklist, form: Any = None) -> Response:
    uow = current_uow()
    item_form = form if isinstance(form, ItemForm) else ItemForm()
    item_form.figure_code.show(figure_choices(), empty=_("由检查的人填"))
    start_form = form if isinstance(form, StartForm) else StartForm(data={"checked_on": uow.today})
    may_manage = can_manage_checklist(uow.actor, checklist)
    if may_manage:
        stations = uow.rows(visible_work_stations(uow.actor, checklist.region_path))
        start_form.station_ids.show([(one.public_id, one.name) for one in stations])
    mine = checks.station_checks().where(StationCheck.checklist_id == checklist.id)
    return page(
        "campaigns/checklist.html",
        form=form,
        checklist=checklist,
        total=sum(item.points for item in checklist.items),
        figures=dict(figure_choices()),
        item_form=item_form,
        start_form=start_form,
        is_used=checks.has_checks(uow.session, checklist.id),
        may_manage=may_manage,
        found=paged(uow, visible_station_checks(uow.actor, mine)),
    )


@blueprint.get("/staff/checklists/<public_id>")
@access("campaign.manage")
def checklist(public_id: str) -> Response:
    """One checklist: items, and the checks by it."""
    return _page(seen_checklist(current_uow(), public_id))


@blueprint.post("/staff/checklists/<public_id>/items")
@access("campaign.manage")
def add_item(public_id: str) -> Any:
    """One more item."""
    uow, checklist, form = current_uow(), seen_checklist(current_uow(), public_id), ItemForm.submitted()
    made = form.act_or_say(
        lambda: services.add_item(
            uow,
            checklist,
            words=form.words.data or "",
            points=form.points.data,
            figure_code=form.figure_code.data or "",
            goal=form.goal.data,
        )
    )
    if made is None:
        return _page(checklist, form)
    return redirect(url_for("campaigns.checklist", public_id=public_id) + "#add", 303)


def _act(public_id: str, act: Any, said: str) -> Any:
    uow, checklist, form = current_uow(), seen_checklist(current_uow(), public_id), EmptyForm.submitted()
    done = form.act_or_say(lambda: act(uow, checklist))
    if done is None:
        return _page(checklist, form)
    flash(said, "success")
    place = done.public_id if isinstance(done, Checklist) else public_id
    return redirect(url_for("campaigns.checklist", public_id=place), 303)


@blueprint.post("/staff/checklists/<public_id>/items/<int:number>/remove")
@access("campaign.manage")
def remove_item(public_id: str, number: int) -> Any:
    """Take an item out before checks start."""
    return _act(
        public_id,
        lambda uow, checklist: services.remove_item(uow, checklist, checks.item_at(checklist, number)),
        _("已拿掉"),
    )


@blueprint.post("/staff/checklists/<public_id>/copy")
@access("campaign.manage")
def copy_checklist(public_id: str) -> Any:
    """The same for the next year."""
    return _act(public_id, services.copy_checklist, _("复制好了，可以改成新一年的"))


@blueprint.post("/staff/checklists/<public_id>/end")
@access("campaign.manage")
def end_checklist(public_id: str) -> Any:
    """Use it no more."""
    return _act(public_id, services.end_checklist, _("已停用"))


@blueprint.post("/staff/checklists/<public_id>/start")
@access("campaign.manage")
def start_checks(public_id: str) -> Any:
    """Start checks of stations."""
    uow, checklist, form = current_uow(), seen_checklist(current_uow(), public_id), StartForm.submitted()
    count = form.act_or_say(
        lambda: services.start_checks(
            uow,
            checklist,
            kind=form.kind.data or "",
            station_ids=form.station_ids.data or [],
            checked_on=form.checked_on.data,
        )
    )
    if count is None:
        return _page(checklist, form)
    flash(_("开始了 %(n)s 个站的检查", n=count), "success")
    return redirect(url_for("campaigns.checklist", public_id=public_id) + "#checks", 303)


@blueprint.get("/staff/checklists/<public_id>/board")
@access("report.read")
def board(public_id: str) -> Response:
    """对标表: what is met and what is missing at each station, with what proves it."""
    uow = current_uow()
    checklist = seen_checklist(uow, public_id)
    sheets = checks.board_of(uow, checklist)
    met = {
        item.id: sum(sheet.answers[item.id].met is Met.YES for sheet in sheets if item.id in sheet.answers)
        for item in checklist.items
    }
    return page(
        "campaigns/board.html",
        checklist=checklist,
        sheets=sheets,
        met=met,
        opens=uow.actor.can("campaign.manage"),
    )


@blueprint.get("/staff/ranking")
@access("report.read")
def ranking() -> Response:
    """Stations by their frozen checks, with the method; never by the employment rate alone."""
    uow = current_uow()
    lists = uow.rows(visible_checklists(uow.actor, checks.checklists().limit(50)))
    wanted = request.args.get("checklist", "")
    chosen = wanted or (lists[0].public_id if lists else "")
    found = seen_checklist(uow, chosen) if chosen else None
    lines = checks.ranking(uow, found) if found else []
    return page(
        "campaigns/ranking.html",
        lists=lists,
        checklist=found,
        lines=lines,
        bars=charts.hbars([(line.name, line.percent) for line in lines[:MOST_BARS]], unit="%"),
        least=checks.LEAST_RATINGS,
    )
