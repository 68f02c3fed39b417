"""Special actions: the list, the plan with its progress, the ledger, the lists behind, the summary."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, g, redirect, url_for

from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.core.sheets import XLSX
from jobmatch.core.uow import UnitOfWork
from jobmatch.reports.campaigns import queries
from jobmatch.reports.campaigns.blueprint import blueprint
from jobmatch.reports.campaigns.documents import summary_name, summary_workbook
from jobmatch.reports.campaigns.forms import CampaignForm, CloseForm, ResultForm, TaskForm, target_name
from jobmatch.reports.campaigns.models import Campaign
from jobmatch.reports.campaigns.policies import (
    can_finish_task,
    can_manage_campaign,
    can_plan_campaigns,
    seen_campaign,
    visible_campaigns,
    visible_work_stations,
)
from jobmatch.reports.campaigns.services import campaigns as services
from jobmatch.reports.campaigns.services import ledger
from jobmatch.reports.campaigns.states import CampaignState
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow
from jobmatch.web.fields import EmptyForm
from jobmatch.web.pages import download, page, paged

STEPS = ("start", "cancel", "reopen")


@blueprint.get("/staff/campaigns")
@access("campaign.manage")
def campaigns() -> Response:
    """Special actions of the office, of those below and above; running ones first."""
    uow = current_uow()
    found = paged(uow, visible_campaigns(uow.actor, queries.campaigns()))
    return page(
        "campaigns/list.html",
        found=found,
        counts=queries.task_counts(uow.session, [one.id for one in found.rows]),
        may_plan=can_plan_campaigns(uow.actor),
        today=uow.today,
    )


def _form(uow: UnitOfWork, campaign: Campaign | None) -> Any:
    if campaign is None:
        return CampaignForm.submitted(data={"starts_on": uow.today})
    data = {name: getattr(campaign, name) for name in ("title", "basis", "lead", "starts_on", "ends_on", "version")}
    targets = queries.targets_of(uow.session, campaign.id)
    return CampaignForm.submitted(data=data | {target_name(code): target for code, target in targets.items()})


@blueprint.route("/staff/campaigns/new", methods=["GET", "POST"])
@access("campaign.manage")
def new_campaign() -> Any:
    """Plan an action."""
    uow = current_uow()
    form = _form(uow, None)
    made = form.act_or_say(lambda: services.create_campaign(uow, form.plan()))
    if made is None:
        return page("campaigns/edit.html", form=form, campaign=None)
    flash(_("已建好，派好任务就可以开始"), "success")
    return redirect(url_for("campaigns.campaign", public_id=made.public_id), 303)


@blueprint.route("/staff/campaigns/<public_id>/edit", methods=["GET", "POST"])
@access("campaign.manage")
def edit_campaign(public_id: str) -> Any:
    """Change the plan."""
    uow, campaign = current_uow(), seen_campaign(current_uow(), public_id)
    form = _form(uow, campaign)
    version = form.version.data
    if form.act_or_say(lambda: services.edit_campaign(uow, campaign, form.plan(), version=version)) is None:
        return page("campaigns/edit.html", form=form, campaign=campaign)
    flash(_("已保存"), "success")
    return redirect(url_for("campaigns.campaign", public_id=public_id), 303)


def _page(campaign: Campaign, form: Any = None) -> Response:
    uow = current_uow()
    progress = queries.progress_of(uow, campaign)
    may_manage = can_manage_campaign(uow.actor, campaign)
    task_form = form if isinstance(form, TaskForm) else TaskForm()
    if may_manage:
        stations = uow.rows(visible_work_stations(uow.actor, campaign.region_path))
        task_form.station.show([(one.public_id, one.name) for one in stations])
    tasks = paged(uow, queries.tasks_of(campaign.id), size=50)
    return page(
        "campaigns/campaign.html",
        form=form,
        campaign=campaign,
        progress=progress,
        stations=queries.station_lines(uow, campaign, progress),
        tasks=tasks,
        lights={task.id: queries.light_of(task, uow.today) for task in tasks.rows},
        task_count=queries.task_counts(uow.session, [campaign.id]).get(campaign.id, (0, 0)),
        task_form=task_form,
        may_manage=may_manage,
        is_part=not may_manage,
        is_open=campaign.state in services.EDITABLE,
        today=uow.today,
    )


@blueprint.get("/staff/campaigns/<public_id>")
@access("campaign.manage")
def campaign(public_id: str) -> Response:
    """One action: its targets counted now, by station, and its ledger."""
    return _page(seen_campaign(current_uow(), public_id))


@blueprint.post("/staff/campaigns/<public_id>/steps/<step>")
@access("campaign.manage")
def move_campaign(public_id: str, step: str) -> Any:
    """Start, cancel or reopen."""
    if step not in STEPS:
        raise NotFound
    uow, campaign, form = current_uow(), seen_campaign(current_uow(), public_id), EmptyForm.submitted()
    if form.act_or_say(lambda: services.move_campaign(uow, campaign, step)) is None:
        return _page(campaign, form)
    flash(campaign.state.label, "success")
    return redirect(url_for("campaigns.campaign", public_id=public_id), 303)


@blueprint.route("/staff/campaigns/<public_id>/close", methods=["GET", "POST"])
@access("campaign.manage")
def close_campaign(public_id: str) -> Any:
    """End an action with a summary in words."""
    uow, campaign = current_uow(), seen_campaign(current_uow(), public_id)
    form = CloseForm.submitted(data={"words": campaign.words})
    if form.act_or_say(lambda: services.close_campaign(uow, campaign, words=form.words.data or "")) is None:
        counts = queries.task_counts(uow.session, [campaign.id]).get(campaign.id, (0, 0))
        return page("campaigns/close.html", form=form, campaign=campaign, task_count=counts)
    flash(_("专项行动已结束"), "success")
    return redirect(url_for("campaigns.summary", public_id=public_id), 303)


# ---------- the ledger ----------


@blueprint.post("/staff/campaigns/<public_id>/tasks")
@access("campaign.manage")
def add_task(public_id: str) -> Any:
    """One more line of the ledger."""
    uow, campaign, form = current_uow(), seen_campaign(current_uow(), public_id), TaskForm.submitted()
    stations = {one.public_id: one for one in uow.rows(visible_work_stations(uow.actor, campaign.region_path))}

    def add() -> Any:
        station = stations.get(form.station.data or "")
        return ledger.add_task(uow, campaign, title=form.title.data or "", station=station, due_on=form.due_on.data)

    if form.act_or_say(add) is None:
        return _page(campaign, form)
    flash(_("任务已派"), "success")
    return redirect(url_for("campaigns.campaign", public_id=public_id) + "#ledger", 303)


@blueprint.route("/staff/campaigns/<public_id>/tasks/<task_id>", methods=["GET", "POST"])
@access("campaign.manage")
def finish_task(public_id: str, task_id: str) -> Any:
    """One line, and what came of it."""
    uow, campaign = current_uow(), seen_campaign(current_uow(), public_id)
    task = queries.get_task(uow.session, campaign, task_id)
    form = ResultForm.submitted(data={"done_on": uow.today})
    done = form.act_or_say(
        lambda: ledger.finish_ledger_task(uow, campaign, task, result=form.result.data or "", done_on=form.done_on.data)
    )
    if done is None:
        return page(
            "campaigns/task.html",
            form=form,
            campaign=campaign,
            task=task,
            light=queries.light_of(task, uow.today),
            may_finish=can_finish_task(uow.actor, task.station.region_path) and _has_begun(campaign),
            may_manage=can_manage_campaign(uow.actor, campaign) and campaign.state in services.EDITABLE,
        )
    flash(_("结果记好了"), "success")
    return redirect(url_for("campaigns.campaign", public_id=public_id) + "#ledger", 303)


def _has_begun(campaign: Campaign) -> bool:
    return campaign.state in (CampaignState.RUNNING, CampaignState.CLOSED)


@blueprint.post("/staff/campaigns/<public_id>/tasks/<task_id>/remove")
@access("campaign.manage")
def remove_task(public_id: str, task_id: str) -> Any:
    """Take a line out that nobody has worked on."""
    uow, campaign, form = current_uow(), seen_campaign(current_uow(), public_id), EmptyForm.submitted()
    task = queries.get_task(uow.session, campaign, task_id)
    if form.act_or_say(lambda: ledger.remove_task(uow, campaign, task)) is None:
        return _page(campaign, form)
    flash(_("已拿掉"), "success")
    return redirect(url_for("campaigns.campaign", public_id=public_id) + "#ledger", 303)


# ---------- lists and summary ----------


@blueprint.get("/staff/campaigns/<public_id>/lists/<code>")
@access("report.people")
def campaign_list(public_id: str, code: str) -> Response:
    """The rows behind a number: as many as the number says."""
    uow, campaign = current_uow(), seen_campaign(current_uow(), public_id)
    figure, query = queries.rows_behind_progress(uow, campaign, code)
    return page("campaigns/rows.html", campaign=campaign, figure=figure, found=paged(uow, query, size=50))


@blueprint.get("/staff/campaigns/<public_id>/summary")
@access("campaign.manage")
def summary(public_id: str) -> Response:
    """The closing summary, for printing."""
    uow, campaign = current_uow(), seen_campaign(current_uow(), public_id)
    progress = queries.progress_of(uow, campaign)
    done, every = queries.task_counts(uow.session, [campaign.id]).get(campaign.id, (0, 0))
    return page(
        "campaigns/summary.html",
        campaign=campaign,
        progress=progress,
        wanted=[one for one in progress if one.target is not None],
        stations=queries.station_lines(uow, campaign, progress),
        tasks=paged(uow, queries.tasks_of(campaign.id), size=200),
        lights=lambda task: queries.light_of(task, uow.today),
        done=done,
        every=every,
        is_part=not can_manage_campaign(uow.actor, campaign),
        today=uow.today,
    )


@blueprint.get("/staff/campaigns/<public_id>/summary.xlsx")
@access("campaign.manage", slow=True)
def summary_file(public_id: str) -> Response:
    """The same as a workbook."""
    with current_runtime().unit(g.actor, writing=False) as uow:
        campaign = seen_campaign(uow, public_id)
        progress = queries.progress_of(uow, campaign)
        stations = queries.station_lines(uow, campaign, progress)
        tasks = uow.rows(queries.tasks_of(campaign.id))
        name, today = summary_name(campaign), uow.today
    return download(summary_workbook(campaign, progress, stations, tasks, today), f"{name}.xlsx", XLSX)
