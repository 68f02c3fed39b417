"""Rows of special actions, spot checks and checks of stations for tests; every name is invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import jobmatch.rooms  # noqa: F401 - ties the rooms together, as the running product does
from jobmatch.accounts.models import Organization
from jobmatch.accounts.states import Role
from jobmatch.casework.visits.models import Contact
from jobmatch.casework.visits.states import ContactOutcome, ContactWay
from jobmatch.core.actors import Actor
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.models.register import Confirmation, EmploymentSpell
from jobmatch.people.states import ConfirmationWay, EvidenceKind, RegisterSource
from jobmatch.reports.campaigns.checks import check_named, checklist_named
from jobmatch.reports.campaigns.models import Campaign, Checklist, StationCheck
from jobmatch.reports.campaigns.services.campaigns import CampaignPlan, create_campaign, move_campaign
from jobmatch.reports.campaigns.services.checklists import ChecklistPlan, add_item, create_checklist, start_checks
from jobmatch.reports.campaigns.services.checks import answer_item, hand_in_check
from tests.conftest import acting
from tests.factories import PATH_A, PATH_B, PATH_COUNTY, actor_of, make_person, make_station, make_user

FROM, UNTIL = date(2026, 11, 1), date(2026, 11, 30)
YEAR = date(2026, 1, 1)


@dataclass
class Offices:
    """A county with two townships, and a clerk in each."""

    county: UnitOfWork
    town: UnitOfWork
    other: UnitOfWork
    stations: dict[str, Organization]

    @property
    def town_station(self) -> Organization:
        return self.stations[PATH_A]


def make_offices(uow: UnitOfWork) -> Offices:
    """The office of the county and two stations below it."""
    county = make_station(uow, name="测试县中心", level="县级")
    found = {PATH_COUNTY: county}
    for path, name in ((PATH_A, "测试东镇站"), (PATH_B, "测试西镇站")):
        found[path] = make_station(uow, path=path, name=name, parent=county, level="乡级")
    clerks = [acting(uow, clerk_of(uow, station)) for station in found.values()]
    return Offices(*clerks, stations=found)


def clerk_of(uow: UnitOfWork, station: Organization) -> Actor:
    """One more clerk of a station."""
    return actor_of(make_user(uow, Role.STATION_STAFF, organization=station), Role.STATION_STAFF, station)


def hired(
    uow: UnitOfWork,
    *,
    path: str = PATH_A,
    since: date = date(2026, 11, 5),
    proof: bool = True,
    recorder: int | None = None,
    confirmer: int | None = None,
    **values: Any,
) -> EmploymentSpell:
    """Somebody who works, with a confirmation that holds for a year where there is ``proof``."""
    person = make_person(uow, path=path, with_user=False, **values)
    row = EmploymentSpell(
        person_id=person.id,
        status_code="E1",
        employer_name="测试工厂",
        started_on=since,
        evidence=EvidenceKind.CONTRACT if proof else EvidenceKind.NONE,
        source=RegisterSource.STAFF,
        recorded_at=uow.now,
        recorded_by_id=recorder,
    )
    uow.session.add(row)
    uow.session.flush()
    if proof:
        uow.session.add(
            Confirmation(
                spell_id=row.id,
                evidence=EvidenceKind.CONTRACT,
                way=ConfirmationWay.PAPER,
                confirmed_on=since,
                valid_until=date(2027, 11, 1),
                recorded_at=uow.now,
                recorded_by_id=confirmer,
            )
        )
        uow.session.flush()
    return row


def visited(uow: UnitOfWork, person: Person, day: date, way: ContactWay = ContactWay.HOME, **values: Any) -> Contact:
    row = Contact(person_id=person.id, done_on=day, way=way, outcome=ContactOutcome.SELF, recorded_at=uow.now, **values)
    uow.session.add(row)
    uow.session.flush()
    return row


def make_campaign(uow: UnitOfWork, *, running: bool = True, **values: Any) -> Campaign:
    """An action of the actor's office in November with targets for hires and visits."""
    targets = {"action-hires": 4, "action-visits": 2}
    given = {"title": "测试行动", "starts_on": FROM, "ends_on": UNTIL, "targets": targets}
    campaign = create_campaign(uow, CampaignPlan(**(given | values)))
    return move_campaign(uow, campaign, "start") if running else campaign


def make_checklist(uow: UnitOfWork, **values: Any) -> Checklist:
    """Two items that somebody fills, and one that hires answer."""
    given = {"title": "2026 年测试考核表", "valid_from": YEAR, "valid_until": date(2026, 12, 31)}
    made = create_checklist(uow, ChecklistPlan(**(given | values)))
    add_item(uow, made, words="有服务窗口", points=10, goal=None)
    add_item(uow, made, words="制度上墙", points=5, goal=None)
    add_item(uow, made, words="实现就业人数", points=20, figure_code="action-hires", goal=4)
    return reload_checklist(uow, made)


def reload_checklist(uow: UnitOfWork, checklist: Checklist) -> Checklist:
    return uow.session.scalars(checklist_named(checklist.public_id)).one()


def make_check(
    uow: UnitOfWork, checklist: Checklist, station: Organization, kind: str = "inspection", day: date | None = None
) -> StationCheck:
    """A check of a station, started by the office."""
    on = day or uow.today
    start_checks(uow, checklist, kind=kind, station_ids=[station.public_id], checked_on=on)
    found = uow.session.query(StationCheck).filter_by(
        checklist_id=checklist.id, station_id=station.id, kind=kind, checked_on=on
    )
    return seen(uow, found.one().public_id)


def seen(uow: UnitOfWork, public_id: str) -> StationCheck:
    return uow.session.scalars(check_named(public_id)).unique().one()


def handed_in(uow: UnitOfWork, check: StationCheck) -> StationCheck:
    """Every item that is filled by hand is met; then the check is handed in."""
    for item in check.checklist.items:
        if not item.figure_code:
            answer_item(uow, check, item, met="yes", words="现场看过")
    return hand_in_check(uow, check)
