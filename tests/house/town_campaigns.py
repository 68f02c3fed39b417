"""A special action, a checklist with a check, and a drawn job for one side of the town."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from jobmatch.accounts.models import Organization
from jobmatch.core.files import store_file
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.models.register import EmploymentSpell
from jobmatch.reports.campaigns.models import (
    Campaign,
    CampaignTask,
    CheckAnswer,
    Checklist,
    ChecklistItem,
    SpotCheck,
    SpotCheckLine,
    StationCheck,
)
from jobmatch.reports.campaigns.states import CampaignState, CheckKind, Met

CAMPAIGN_SUBJECTS: tuple[tuple[str, dict[str, str]], ...] = (
    (
        "/staff/campaigns/",
        {"public_id": "campaign", "task_id": "campaign task", "step": "=start", "code": "=action-hires"},
    ),
    ("/staff/spot-checks/", {"public_id": "spot check", "line_id": "spot check line"}),
    ("/staff/checklists/", {"public_id": "checklist", "number": "=1"}),
    ("/staff/checks/", {"public_id": "station check", "number": "=1"}),
)


def campaign_rows(uow: UnitOfWork, station: Organization, person: Person, bird: str) -> dict[str, str]:
    """Rows as they stand in the middle of their way; the drawn job is the person's, of a place below the office."""
    below = f"{station.region_path}{'430382101' if bird == 'KANARI' else '130102001'}/"
    campaign = Campaign(
        region_path=station.region_path,
        title="测试行动",
        starts_on=uow.today,
        ends_on=uow.today + timedelta(days=30),
        state=CampaignState.RUNNING,
        created_at=uow.now,
        changed_at=uow.now,
    )
    checklist = Checklist(region_path=station.region_path, title="测试检查表", valid_from=uow.today, created_at=uow.now)
    spot = SpotCheck(
        region_path=below,
        station_id=station.id,
        drawn_on=uow.today,
        claimed_count=1,
        share_percent=5,
        seed=1,
        created_at=uow.now,
    )
    uow.session.add_all([campaign, checklist, spot])
    uow.session.flush()
    task = CampaignTask(
        campaign_id=campaign.id, title="测试任务", station_id=station.id, due_on=uow.today, created_at=uow.now
    )
    item = ChecklistItem(checklist_id=checklist.id, position=1, words="测试一项", points=10)
    check = StationCheck(
        checklist_id=checklist.id,
        station_id=station.id,
        region_path=below,
        kind=CheckKind.INSPECTION,
        checked_on=uow.today,
        created_at=uow.now,
    )
    spell = uow.session.scalars(select(EmploymentSpell.id).where(EmploymentSpell.person_id == person.id).limit(1)).one()
    line = SpotCheckLine(spot_check_id=spot.id, spell_id=spell)
    uow.session.add_all([task, item, check, line])
    uow.session.flush()
    photo = store_file(uow, b"\xff\xd8\xff synthetic", name="测试.jpg", mimetype="image/jpeg")
    uow.session.add(
        CheckAnswer(check_id=check.id, item_id=item.id, met=Met.YES, tenths=100, words="测试依据", file_id=photo.id)
    )
    uow.session.flush()
    return {
        "campaign": campaign.public_id,
        "campaign task": task.public_id,
        "spot check": spot.public_id,
        "spot check line": line.public_id,
        "checklist": checklist.public_id,
        "station check": check.public_id,
    }
