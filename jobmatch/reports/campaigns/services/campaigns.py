"""Planning a special action, and its way from plan to summary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import select

from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.services.common import Findings, clean_line, clean_text
from jobmatch.reports.campaigns.figures import FIGURES
from jobmatch.reports.campaigns.models import Campaign, CampaignTarget
from jobmatch.reports.campaigns.policies import can_manage_campaign, can_plan_campaigns
from jobmatch.reports.campaigns.services.ledger import drop_desk_tasks, open_desk_tasks
from jobmatch.reports.campaigns.states import CAMPAIGN_FLOW, CampaignState

LONGEST = timedelta(days=731)
MOST_TARGET = 10_000_000
EDITABLE = (CampaignState.PLANNED, CampaignState.RUNNING)


@dataclass(frozen=True, slots=True)
class CampaignPlan:
    """What is written about an action; ``targets`` by the code of the figure, none of them without a wish."""

    title: str = ""
    basis: str = ""
    lead: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    targets: Mapping[str, int] = field(default_factory=dict)


def create_campaign(uow: UnitOfWork, plan: CampaignPlan) -> Campaign:
    """A new action of the actor's office, not begun yet. Raises ``Invalid`` with every finding."""
    require(can_plan_campaigns(uow.actor))
    values = _checked(plan)
    twin = select(Campaign.id).where(
        Campaign.region_path == uow.actor.region_path,
        Campaign.title == values["title"],
        Campaign.starts_on == values["starts_on"],
        Campaign.state != CampaignState.CANCELED,
    )
    if uow.session.scalar(twin) is not None:
        raise Conflict(_("这天开始的同名专项行动已经有了，请在列表里打开它"))
    campaign = Campaign(
        region_path=uow.actor.region_path,
        created_at=uow.now,
        created_by_id=uow.actor.user_id,
        changed_at=uow.now,
        **values,
    )
    uow.session.add(campaign)
    uow.session.flush()
    _set_targets(uow, campaign, plan.targets)
    uow.audit("campaign.create", campaign)
    return campaign


def edit_campaign(uow: UnitOfWork, campaign: Campaign, plan: CampaignPlan, *, version: int | None) -> Campaign:
    """Change what is written. Raises ``Conflict`` for a stale form or an action that is over, ``Invalid``."""
    require(can_manage_campaign(uow.actor, campaign))
    if version is not None and version != campaign.version:
        raise Conflict
    if campaign.state not in EDITABLE:
        raise Conflict(_("专项行动%(state)s，不能再改；要改先重新打开", state=campaign.state.label))
    for name, value in _checked(plan).items():
        setattr(campaign, name, value)
    campaign.changed_at = uow.now
    _set_targets(uow, campaign, plan.targets)
    uow.session.flush()
    uow.audit("campaign.edit", campaign)
    return campaign


def _checked(plan: CampaignPlan) -> dict[str, str | date]:
    found = Findings()
    title = clean_line(plan.title)[:120]
    found.check(bool(title), "title", _("请写专项行动的名称"))
    found.check(plan.starts_on is not None, "starts_on", _("请填开始的日期"))
    found.check(plan.ends_on is not None, "ends_on", _("请填结束的日期"))
    if plan.starts_on and plan.ends_on:
        found.check(plan.ends_on >= plan.starts_on, "ends_on", _("结束的日期不能早于开始的日期"))
        found.check(plan.ends_on - plan.starts_on <= LONGEST, "ends_on", _("一次专项行动最长两年，请分成几次"))
    for code, target in plan.targets.items():
        found.check(code in FIGURES, "targets", _("请从列表里选指标"))
        found.check(0 <= target <= MOST_TARGET, f"target_{code.replace('-', '_')}", _("请填整数"))
    starts_on, ends_on = found.need(plan.starts_on), found.need(plan.ends_on)
    basis, lead = clean_line(plan.basis)[:300], clean_line(plan.lead)[:60]
    return {"title": title, "basis": basis, "lead": lead, "starts_on": starts_on, "ends_on": ends_on}


def _set_targets(uow: UnitOfWork, campaign: Campaign, wanted: Mapping[str, int]) -> None:
    rows = {
        row.figure_code: row
        for row in uow.session.scalars(select(CampaignTarget).where(CampaignTarget.campaign_id == campaign.id))
    }
    for code in rows.keys() - wanted.keys():
        uow.session.delete(rows[code])
    for code, target in wanted.items():
        if code in rows:
            rows[code].target = target
        else:
            uow.session.add(CampaignTarget(campaign_id=campaign.id, figure_code=code, target=target))
    uow.session.flush()


def move_campaign(uow: UnitOfWork, campaign: Campaign, step: str) -> Campaign:
    """``start``, ``cancel`` or ``reopen``; done twice it stays done. Raises ``Conflict`` where the state forbids it."""
    require(can_manage_campaign(uow.actor, campaign))
    if step == "close":
        raise Invalid(fields={"words": _("请写一段总结")})
    return _take(uow, campaign, step)


def close_campaign(uow: UnitOfWork, campaign: Campaign, *, words: str) -> Campaign:
    """End an action with its summary in words. Raises ``Invalid`` without words, ``Conflict`` where it does not run."""
    require(can_manage_campaign(uow.actor, campaign))
    text = clean_text(words)[:2000]
    if not text:
        raise Invalid(fields={"words": _("请写一段总结")})
    if campaign.state is CampaignState.CLOSED:
        return campaign
    campaign.words = text
    return _take(uow, campaign, "close")


def _take(uow: UnitOfWork, campaign: Campaign, step: str) -> Campaign:
    target = CAMPAIGN_FLOW.get((campaign.state, step))
    ends = {state for (_from, name), state in CAMPAIGN_FLOW.items() if name == step}
    if target is None and campaign.state in ends:
        return campaign
    if target is None:
        raise Conflict(_("专项行动现在是“%(state)s”，这一步办不了", state=campaign.state.label))
    campaign.state, campaign.changed_at = target, uow.now
    uow.session.flush()
    if target is CampaignState.RUNNING:
        open_desk_tasks(uow, campaign)
    else:
        drop_desk_tasks(uow, campaign)
    uow.audit("campaign.move", campaign, step=step)
    return campaign
