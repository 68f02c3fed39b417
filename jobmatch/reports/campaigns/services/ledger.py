"""The task ledger of a special action (任务台账), and the stations' own tasks that it opens."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from jobmatch.accounts.models import Organization
from jobmatch.accounts.queries import members_of
from jobmatch.accounts.states import OrganizationKind, OrganizationState
from jobmatch.casework.tasks.services import close_task, open_task
from jobmatch.casework.tasks.states import TaskKind, TaskState
from jobmatch.core.errors import Conflict, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.inbox.services import send
from jobmatch.inbox.states import MessageGroup
from jobmatch.people.services.common import Findings, clean_line, keep_secrets_out
from jobmatch.reports.campaigns import notices
from jobmatch.reports.campaigns.models import Campaign, CampaignTask
from jobmatch.reports.campaigns.policies import can_finish_task, can_manage_campaign
from jobmatch.reports.campaigns.queries import NEAR, tasks_of
from jobmatch.reports.campaigns.states import CampaignState

MOST_TASKS = 500
LATEST = timedelta(days=366)


def add_task(
    uow: UnitOfWork, campaign: Campaign, *, title: str, station: Organization | None, due_on: date | None
) -> CampaignTask:
    """One more line: what, which station leads, until when. The same line twice is one.

    While the action runs the station gets a task at once, else when it starts. Raises ``Invalid``, ``Conflict``.
    """
    require(can_manage_campaign(uow.actor, campaign))
    if campaign.state not in (CampaignState.PLANNED, CampaignState.RUNNING):
        raise Conflict(_("专项行动%(state)s，不能再派任务", state=campaign.state.label))
    found, words = Findings(), clean_line(title)[:200]
    found.check(bool(words), "title", _("请写要做什么"))
    found.check(station is not None, "station", _("请选一个服务站"))
    if station is not None:
        is_there = station.kind is OrganizationKind.STATION and station.state is OrganizationState.ACTIVE
        is_below = station.region_path.startswith(campaign.region_path)
        found.check(is_there and is_below, "station", _("请选行动范围里的服务站"))
    found.check(due_on is not None, "due_on", _("请填完成的日期"))
    if due_on is not None:
        last = campaign.ends_on + LATEST
        found.check(campaign.starts_on <= due_on <= last, "due_on", _("完成的日期要在行动开始以后、结束后一年以内"))
    station, due_on = found.need(station), found.need(due_on)
    known = uow.session.scalars(tasks_of(campaign.id).where(CampaignTask.title == words)).all()
    for one in known:
        if one.station_id == station.id and one.due_on == due_on:
            return one
    if (
        len(uow.session.scalars(select(CampaignTask.id).where(CampaignTask.campaign_id == campaign.id)).all())
        >= MOST_TASKS
    ):
        raise Conflict(_("一次专项行动最多派 %(n)s 项任务", n=MOST_TASKS))
    task = CampaignTask(
        campaign_id=campaign.id, title=words, station_id=station.id, station=station, due_on=due_on, created_at=uow.now
    )
    uow.session.add(task)
    uow.session.flush()
    if campaign.state is CampaignState.RUNNING:
        _open(uow, campaign, task)
    uow.audit("campaign.task", task, campaign=campaign.public_id)
    return task


def finish_ledger_task(
    uow: UnitOfWork, campaign: Campaign, task: CampaignTask, *, result: str, done_on: date | None
) -> CampaignTask:
    """What came of a task, by its station or an office above; done twice the first words stay.

    Raises ``Invalid``, ``Conflict`` before the action starts or after it was canceled.
    """
    require(can_finish_task(uow.actor, task.station.region_path) and task.campaign_id == campaign.id)
    if task.done_on is not None:
        return task
    if campaign.state not in (CampaignState.RUNNING, CampaignState.CLOSED):
        raise Conflict(_("专项行动还没有开始，开始以后再填结果"))
    found, words = Findings(), clean_line(result)[:300]
    found.check(bool(words), "result", _("请写一句办得怎么样"))
    day = done_on or uow.today
    begun = min(campaign.starts_on, uow.today)
    found.check(begun <= day <= uow.today, "done_on", _("办好的日期要在行动开始以后，不晚于今天"))
    keep_secrets_out(found, {"result": words}, accept_masked=False)
    found.stop()
    task.result, task.done_on = words, day
    uow.session.flush()
    close_task(uow, once=once_of(task), outcome=words)
    uow.audit("campaign.task_done", task, campaign=campaign.public_id)
    return task


def remove_task(uow: UnitOfWork, campaign: Campaign, task: CampaignTask) -> bool:
    """Take a line out that nobody has worked on. Raises ``Conflict`` once it is done or the action is over."""
    require(can_manage_campaign(uow.actor, campaign) and task.campaign_id == campaign.id)
    if task.done_on is not None or campaign.state not in (CampaignState.PLANNED, CampaignState.RUNNING):
        raise Conflict(_("办好的任务、已经结束的行动，不能再拿掉任务"))
    close_task(uow, once=once_of(task), outcome=_("任务撤销"), state=TaskState.DROPPED)
    uow.audit("campaign.task_removed", task, campaign=campaign.public_id)
    uow.session.delete(task)
    uow.session.flush()
    return True


def once_of(task: CampaignTask) -> str:
    """The occasion of the station's own task."""
    return f"campaign:{task.public_id}"


def _open(uow: UnitOfWork, campaign: Campaign, task: CampaignTask) -> None:
    open_task(
        uow,
        once=once_of(task),
        kind=TaskKind.CAMPAIGN,
        title=_("%(campaign)s：%(task)s", campaign=campaign.title, task=task.title),
        due_on=task.due_on,
        organization=task.station,
        link=f"/staff/campaigns/{campaign.public_id}/tasks/{task.public_id}",
    )


def open_desk_tasks(uow: UnitOfWork, campaign: Campaign) -> None:
    """A task at the station for every open line; those that were opened before stay as they are."""
    for task in uow.session.scalars(tasks_of(campaign.id).where(CampaignTask.done_on.is_(None))).all():
        _open(uow, campaign, task)


def drop_desk_tasks(uow: UnitOfWork, campaign: Campaign) -> None:
    """Close the stations' tasks of an action that will not take place; a closed action leaves its rest to be done."""
    if campaign.state is not CampaignState.CANCELED:
        return
    for task in uow.session.scalars(tasks_of(campaign.id).where(CampaignTask.done_on.is_(None))).all():
        close_task(uow, once=once_of(task), outcome=_("专项行动取消"), state=TaskState.DROPPED)


def remind_stations(uow: UnitOfWork, after: int = 0, *, most: int = 100) -> tuple[int, int]:
    """Tell the people of a station three days before a task of a running action is due, and once it is late.

    Goes on behind the task ``after``; returns the last one looked at (0: none is left) and how many messages left.
    Running it twice tells nobody twice.
    """
    require(uow.actor.is_system)
    query = (
        select(CampaignTask, Campaign)
        .join(Campaign, Campaign.id == CampaignTask.campaign_id)
        .options(joinedload(CampaignTask.station))
        .where(
            Campaign.state == CampaignState.RUNNING,
            CampaignTask.done_on.is_(None),
            CampaignTask.due_on <= uow.today + NEAR,
            CampaignTask.id > after,
        )
        .order_by(CampaignTask.id)
        .limit(most)
    )
    rows, told = uow.session.execute(query).all(), 0
    for task, campaign in rows:
        stage = "late" if task.due_on < uow.today else "near"
        for user in members_of(uow.session, task.station_id):
            words = notices.task_words(campaign, task, is_late=stage == "late")
            link = f"/staff/campaigns/{campaign.public_id}/tasks/{task.public_id}"
            once = f"campaign:{task.public_id}:{stage}"
            title, body = words
            sent = send(uow, user, group=MessageGroup.ACCOUNT, title=title, body=body, link=link, once=once)
            told += sent is not None
    return (rows[-1][0].id if len(rows) == most else 0), told
