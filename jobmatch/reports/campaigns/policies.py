"""Who plans special actions, who calls about drawn jobs, who checks stations, and who reads what came of it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, false, literal, or_, select

from jobmatch.accounts.models import Organization
from jobmatch.accounts.states import OrganizationKind, OrganizationState
from jobmatch.core.actors import Actor
from jobmatch.core.uow import UnitOfWork, visible
from jobmatch.people.models.person import Person
from jobmatch.reports.campaigns.models import Campaign, Checklist, SpotCheck, StationCheck
from jobmatch.reports.campaigns.states import CheckKind, CheckState

COUNTY_STEPS = 3
"""Steps of a path down to the county: province, city, county."""


def _below(actor: Actor, column: Any) -> ColumnElement[bool]:
    found: ColumnElement[bool] = column.startswith(actor.region_path, autoescape=True) if actor.region_path else false()
    return found


def _above(actor: Actor, column: Any) -> ColumnElement[bool]:
    return literal(actor.region_path).like(column + "%") if actor.region_path else false()


def _manages(actor: Actor, region_path: str) -> bool:
    return actor.is_system or (actor.can("campaign.manage") and actor.reaches(region_path))


def _is_above(actor: Actor, region_path: str) -> bool:
    """Whether the actor's office stands above the station of ``region_path`` and is not that station."""
    return actor.is_system or (_manages(actor, region_path) and actor.region_path != region_path)


def county_of(region_path: str) -> str:
    """The county's part of a path; the path itself where it is no deeper."""
    return "/" + "/".join(region_path.strip("/").split("/")[:COUNTY_STEPS]) + "/"


def visible_work_stations(actor: Actor, path: str) -> Any:
    """Active stations at and below ``path`` as the actor reaches them, in the order of the tree."""
    query = select(Organization).where(
        Organization.kind == OrganizationKind.STATION,
        Organization.state == OrganizationState.ACTIVE,
        Organization.region_path.startswith(path, autoescape=True),
    )
    if not actor.is_system:
        query = query.where(_below(actor, Organization.region_path) if actor.can("campaign.manage") else false())
    return query.order_by(Organization.region_path, Organization.id)


# ---------- special actions ----------


def can_plan_campaigns(actor: Actor) -> bool:
    """Staff of an office, for the own subtree."""
    return actor.is_system or (actor.can("campaign.manage") and bool(actor.region_path))


def can_manage_campaign(actor: Actor, campaign: Campaign) -> bool:
    """Staff of the office whose action it is, or of one above."""
    return _manages(actor, campaign.region_path)


def can_finish_task(actor: Actor, region_path: str) -> bool:
    """Staff of the station that leads the task, or of an office above it."""
    return _manages(actor, region_path)


def visible_campaigns(actor: Actor, query: Any) -> Any:
    """Actions of the own subtree, and those of offices above, which the station works for."""
    if not actor.is_system:
        seen = or_(_below(actor, Campaign.region_path), _above(actor, Campaign.region_path))
        query = query.where(seen if actor.can("campaign.manage") else false())
    return visible(query, "campaign")


def seen_campaign(uow: UnitOfWork, public_id: str) -> Campaign:
    """The action of this public id, if the actor may see it. Raises ``NotFound``."""
    found: Campaign = uow.one(visible_campaigns(uow.actor, select(Campaign).where(Campaign.public_id == public_id)))
    return found


def counted_path(actor: Actor, campaign: Campaign) -> str:
    """What this reader counts of an action: all of it, or of one from above the own subtree."""
    is_whole = actor.is_system or actor.reaches(campaign.region_path)
    return campaign.region_path if is_whole else actor.region_path


# ---------- spot checks ----------


def can_draw_spot_check(actor: Actor, region_path: str) -> bool:
    """The office above the station; nobody draws among the own jobs."""
    return _is_above(actor, region_path)


def visible_spot_checks(actor: Actor, query: Any) -> Any:
    """Samples of stations below the own office: a station is not told beforehand whom is called."""
    if not actor.is_system:
        below = _below(actor, SpotCheck.region_path) & (SpotCheck.region_path != actor.region_path)
        query = query.where(below if actor.can("campaign.manage") else false())
    return visible(query, "spot_check")


def visible_drawn(actor: Actor, query: Any) -> Any:
    """Lines of a sample the actor may see, with their people: whoever moved away since is no longer shown by name."""
    if not actor.is_system:
        gone = Person.erased_at.is_not(None)
        query = query.where(or_(_below(actor, Person.region_path), gone) if actor.can("campaign.manage") else false())
    return visible(query, "person")


def can_call_back(actor: Actor, spot_check: SpotCheck, recorder_ids: set[int]) -> bool:
    """The office above, and nobody who recorded the job or confirmed it."""
    return _is_above(actor, spot_check.region_path) and (actor.user_id is None or actor.user_id not in recorder_ids)


# ---------- checklists ----------


def can_write_checklists(actor: Actor) -> bool:
    """Staff of an office, for the stations of the own subtree."""
    return actor.is_system or (actor.can("campaign.manage") and bool(actor.region_path))


def can_manage_checklist(actor: Actor, checklist: Checklist) -> bool:
    """Staff of the office whose checklist it is, or of one above."""
    return _manages(actor, checklist.region_path)


def visible_checklists(actor: Actor, query: Any) -> Any:
    """Checklists of the own subtree and of offices above; readers of figures those they get a ranking by."""
    if not actor.is_system:
        may = actor.can("campaign.manage") or actor.can("report.read")
        seen = or_(_below(actor, Checklist.region_path), _above(actor, Checklist.region_path))
        query = query.where(seen if may else false())
    return visible(query, "checklist")


def visible_station_checks(actor: Actor, query: Any) -> Any:
    """Checks of stations of the own subtree; mutual checks also of the other stations of the county."""
    if not actor.is_system:
        seen = _below(actor, StationCheck.region_path)
        if actor.can("campaign.manage") and actor.region_path:
            county = StationCheck.region_path.startswith(county_of(actor.region_path), autoescape=True)
            seen = or_(seen, county & (StationCheck.kind == CheckKind.MUTUAL))
        query = query.where(seen if actor.can("campaign.manage") or actor.can("report.read") else false())
    return visible(query, "station_check", "checklist")


def can_fill_check(actor: Actor, check: StationCheck) -> bool:
    """A self-check: the station or an office above it. A mutual check: another station of the county, or the county.

    An inspection: the office above.
    """
    if check.kind is CheckKind.SELF or actor.is_system:
        return _manages(actor, check.region_path)
    if check.kind is CheckKind.INSPECTION:
        return _is_above(actor, check.region_path)
    county = county_of(check.region_path)
    if not (actor.can("campaign.manage") and actor.region_path.startswith(county)):
        return False
    is_own = actor.region_path.startswith(check.region_path)
    is_between = check.region_path.startswith(actor.region_path) and actor.region_path != county
    return not (is_own or is_between)


def can_object(actor: Actor, check: StationCheck, checklist: Checklist) -> bool:
    """The station, or one between it and the office whose checklist it is; never whoever checked."""
    if actor.is_system:
        return True
    is_station = _manages(actor, check.region_path) and len(actor.region_path) > len(checklist.region_path)
    return is_station and actor.user_id != check.checked_by_id


def can_decide_check(actor: Actor, checklist: Checklist) -> bool:
    """The office whose checklist it is answers objections and freezes."""
    return _manages(actor, checklist.region_path)


def can_correct_check(actor: Actor, check: StationCheck, checklist: Checklist) -> bool:
    """Who may write an answer now: the checker while it is open, the office while it weighs an objection."""
    if check.state is CheckState.OBJECTED:
        return can_decide_check(actor, checklist)
    return check.state is CheckState.OPEN and can_fill_check(actor, check)
