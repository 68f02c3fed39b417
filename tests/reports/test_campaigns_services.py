"""Special actions: plan, live numbers, the ledger, reminders, and the way from plan to summary."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from jobmatch.casework.tasks.models import Task
from jobmatch.casework.tasks.states import TaskKind, TaskState
from jobmatch.casework.visits.states import ContactWay
from jobmatch.core.errors import Conflict, Invalid, NotAllowed, NotFound
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.planning.states import FairPart, FairState
from jobmatch.inbox.models import Message
from jobmatch.reports.campaigns import queries
from jobmatch.reports.campaigns.figures import FIGURES, LISTINGS
from jobmatch.reports.campaigns.models import Campaign, CampaignTask
from jobmatch.reports.campaigns.policies import counted_path, seen_campaign
from jobmatch.reports.campaigns.services.campaigns import (
    CampaignPlan,
    close_campaign,
    create_campaign,
    edit_campaign,
    move_campaign,
)
from jobmatch.reports.campaigns.services.ledger import add_task, finish_ledger_task, remind_stations, remove_task
from jobmatch.reports.campaigns.states import CampaignState
from jobmatch.reports.indicators.base import count
from tests.conftest import acting
from tests.factories import PATH_A, PATH_B, PATH_COUNTY, PATH_OTHER, make_person, make_posting, make_staff
from tests.fairs.help import make_fair
from tests.reports.help_campaigns import FROM, UNTIL, hired, make_campaign, make_offices, visited
from tests.training.help_classroom import make_class, make_provider
from training.courses.classes.states import SessionState


def numbers(uow: UnitOfWork, campaign: Campaign) -> dict[str, int]:
    return {one.figure.code: one.actual for one in queries.progress_of(uow, campaign)}


def grow(uow: UnitOfWork) -> None:
    """Something of everything inside the days and the county, and something just outside of each."""
    for path, day in ((PATH_A, FROM), (PATH_B, UNTIL), (PATH_A, UNTIL + timedelta(days=1)), (PATH_OTHER, FROM)):
        hired(uow, path=path, since=day)
        make_posting(uow, region_path=path, published_at=uow.now - timedelta(days=40 if day > UNTIL else 0))
    hired(uow, proof=False)
    person = make_person(uow, path=PATH_A)
    wrong = visited(uow, person, FROM)
    visited(uow, person, FROM, corrects_id=wrong.id)
    visited(uow, person, FROM, ContactWay.PHONE)
    visited(uow, person, FROM - timedelta(days=1))
    visited(uow, make_person(uow, path=PATH_OTHER), FROM)
    for state, part in (
        (FairState.CLOSED, FairPart.HELD),
        (FairState.CLOSED, FairPart.JOINED),
        (FairState.DRAFT, FairPart.HELD),
    ):
        make_fair(uow, state=state, part=part, region_path=PATH_COUNTY)
    provider = make_provider(uow)
    for session_state in (SessionState.RUNNING, SessionState.APPROVED):
        make_class(uow, provider=provider, state=session_state, region_path=PATH_A)


def test_numbers_are_counted_live_between_the_days_in_the_subtree(uow: UnitOfWork) -> None:
    offices = make_offices(uow)
    campaign = make_campaign(offices.county)
    assert set(numbers(offices.county, campaign).values()) == {0}
    grow(uow)
    found = numbers(offices.county, campaign)
    assert found["action-hires"] == 2
    assert found["action-visits"] == 1
    assert found["action-fairs"] == 1
    assert found["action-classes"] == 1
    assert found["action-postings"] == 2


def test_every_number_is_its_list_and_the_sum_of_the_stations(uow: UnitOfWork) -> None:
    offices = make_offices(uow)
    campaign = make_campaign(offices.county)
    grow(uow)
    progress = queries.progress_of(offices.county, campaign)
    lines = queries.station_lines(offices.county, campaign, progress)
    assert [line.name for line in lines] == ["测试县中心", "测试东镇站", "测试西镇站"]
    scope = queries.scope_of(offices.county, campaign)
    for place, one in enumerate(progress):
        _figure, query = queries.rows_behind_progress(offices.county, campaign, one.figure.code)
        assert len(offices.county.rows(query)) == one.actual > 0, one.figure.code
        assert sum(line.counts[place] for line in lines) == one.actual
        assert count(scope, one.figure) == one.actual
    with pytest.raises(NotFound):
        queries.rows_behind_progress(offices.county, campaign, "nonsense")


def test_every_figure_has_a_place_and_a_list() -> None:
    assert {figure.subject for figure in FIGURES.values()} <= LISTINGS.keys()


def test_a_station_sees_the_county_s_action_and_counts_its_own_part_only(uow: UnitOfWork) -> None:
    offices = make_offices(uow)
    campaign = make_campaign(offices.county)
    grow(uow)
    assert seen_campaign(offices.town, campaign.public_id) is campaign
    assert counted_path(offices.town.actor, campaign) == PATH_A
    assert numbers(offices.town, campaign)["action-hires"] == 1
    far = acting(uow, make_staff(uow, path=PATH_OTHER))
    with pytest.raises(NotFound):
        seen_campaign(far, campaign.public_id)
    with pytest.raises(NotAllowed):
        move_campaign(offices.town, campaign, "reopen")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": "  "}, "title"),
        ({"starts_on": None}, "starts_on"),
        ({"ends_on": None}, "ends_on"),
        ({"ends_on": FROM - timedelta(days=1)}, "ends_on"),
        ({"ends_on": FROM + timedelta(days=800)}, "ends_on"),
        ({"targets": {"nonsense": 1}}, "targets"),
        ({"targets": {"action-hires": 10**9}}, "target_action_hires"),
    ],
)
def test_a_wrong_plan_is_refused_at_the_field_and_nothing_is_kept(
    uow: UnitOfWork, values: dict[str, Any], field: str
) -> None:
    offices = make_offices(uow)
    with pytest.raises(Invalid) as refused:
        make_campaign(offices.county, **values)
    assert list(refused.value.fields) == [field]
    assert uow.session.scalars(select(Campaign)).all() == []


def test_pressing_save_twice_makes_one_action(uow: UnitOfWork) -> None:
    offices = make_offices(uow)
    make_campaign(offices.county, running=False)
    with pytest.raises(Conflict, match="已经有了"):
        make_campaign(offices.county, running=False)
    assert len(uow.session.scalars(select(Campaign)).all()) == 1


def test_targets_are_replaced_and_a_stale_form_is_refused(uow: UnitOfWork) -> None:
    offices = make_offices(uow)
    campaign = make_campaign(offices.county, running=False)
    plan = CampaignPlan("测试行动改", "文号", "甲", FROM, UNTIL, {"action-hires": 9, "action-fairs": 1})
    with pytest.raises(Conflict):
        edit_campaign(offices.county, campaign, plan, version=campaign.version + 1)
    edit_campaign(offices.county, campaign, plan, version=campaign.version)
    assert queries.targets_of(uow.session, campaign.id) == {"action-hires": 9, "action-fairs": 1}
    progress = {one.figure.code: one for one in queries.progress_of(offices.county, campaign)}
    assert progress["action-hires"].percent == 0.0
    assert progress["action-visits"].percent is None


def test_the_way_of_an_action_and_what_each_state_forbids(uow: UnitOfWork) -> None:
    offices = make_offices(uow)
    campaign = make_campaign(offices.county, running=False)
    with pytest.raises(Conflict):
        move_campaign(offices.county, campaign, "reopen")
    assert move_campaign(offices.county, campaign, "start").state is CampaignState.RUNNING
    assert move_campaign(offices.county, campaign, "start").state is CampaignState.RUNNING
    with pytest.raises(Conflict):
        move_campaign(offices.county, campaign, "cancel")
    with pytest.raises(Invalid):
        close_campaign(offices.county, campaign, words=" \n ")
    assert close_campaign(offices.county, campaign, words="做完了").state is CampaignState.CLOSED
    assert close_campaign(offices.county, campaign, words="又按一次").words == "做完了"
    with pytest.raises(Conflict, match="重新打开"):
        edit_campaign(offices.county, campaign, CampaignPlan("甲", "", "", FROM, UNTIL, {}), version=None)
    assert move_campaign(offices.county, campaign, "reopen").state is CampaignState.RUNNING
    other = create_campaign(offices.county, CampaignPlan("不办了", "", "", FROM, UNTIL, {}))
    assert move_campaign(offices.county, other, "cancel").state is CampaignState.CANCELED
    with pytest.raises(Conflict):
        add_task(offices.county, other, title="甲", station=offices.town_station, due_on=UNTIL)


def desk_task(uow: UnitOfWork, task: CampaignTask) -> Task | None:
    return uow.session.scalars(select(Task).where(Task.once == f"campaign:{task.public_id}")).one_or_none()


def test_a_task_reaches_the_station_when_the_action_starts_and_closes_with_its_result(uow: UnitOfWork) -> None:
    offices = make_offices(uow)
    campaign = make_campaign(offices.county, running=False)
    task = add_task(offices.county, campaign, title="走访 30 户", station=offices.town_station, due_on=UNTIL)
    same = add_task(offices.county, campaign, title="走访 30 户", station=offices.town_station, due_on=UNTIL)
    assert same is task and desk_task(uow, task) is None
    with pytest.raises(Conflict, match="还没有开始"):
        finish_ledger_task(offices.town, campaign, task, result="好了", done_on=None)
    move_campaign(offices.county, campaign, "start")
    opened = desk_task(uow, task)
    assert opened is not None
    assert (opened.kind, opened.state, opened.region_path) == (TaskKind.CAMPAIGN, TaskState.OPEN, PATH_A)
    later = add_task(offices.county, campaign, title="办一场推介", station=offices.town_station, due_on=UNTIL)
    assert desk_task(uow, later) is not None
    with pytest.raises(NotAllowed):
        finish_ledger_task(offices.other, campaign, task, result="好了", done_on=None)
    with pytest.raises(Invalid):
        finish_ledger_task(offices.town, campaign, task, result=" ", done_on=None)
    with pytest.raises(Invalid):
        finish_ledger_task(offices.town, campaign, task, result="好了", done_on=uow.today + timedelta(days=1))
    finish_ledger_task(offices.town, campaign, task, result="走访了 31 户", done_on=None)
    finish_ledger_task(offices.town, campaign, task, result="第二次按", done_on=None)
    assert (task.result, task.done_on) == ("走访了 31 户", uow.today)
    assert opened.state is TaskState.DONE
    assert queries.task_counts(uow.session, [campaign.id]) == {campaign.id: (1, 2)}
    with pytest.raises(Conflict):
        remove_task(offices.county, campaign, task)
    assert remove_task(offices.county, campaign, later)
    assert queries.task_counts(uow.session, [campaign.id]) == {campaign.id: (1, 1)}


@pytest.mark.parametrize("due", [FROM - timedelta(days=1), UNTIL + timedelta(days=400), None])
def test_a_task_has_a_day_in_its_action_and_a_station_in_its_subtree(uow: UnitOfWork, due: date | None) -> None:
    offices = make_offices(uow)
    campaign = make_campaign(offices.county)
    with pytest.raises(Invalid) as refused:
        add_task(offices.county, campaign, title="甲", station=offices.town_station, due_on=due)
    assert list(refused.value.fields) == ["due_on"]
    own = make_campaign(offices.town, title="镇里的行动")
    with pytest.raises(Invalid) as refused:
        add_task(offices.town, own, title="甲", station=offices.stations[PATH_B], due_on=UNTIL)
    assert list(refused.value.fields) == ["station"]


@pytest.mark.parametrize(("days", "light"), [(-1, "red"), (0, "yellow"), (3, "yellow"), (4, "green")])
def test_the_light_of_a_task(uow: UnitOfWork, days: int, light: str) -> None:
    task = CampaignTask(due_on=uow.today + timedelta(days=days))
    assert queries.light_of(task, uow.today) == light
    task.done_on = uow.today
    assert queries.light_of(task, uow.today) == "done"


def test_a_station_is_reminded_before_and_after_the_day_once_each(uow: UnitOfWork) -> None:
    offices = make_offices(uow)
    campaign = make_campaign(offices.county)
    for day in (uow.today - timedelta(days=1), uow.today + timedelta(days=3), uow.today + timedelta(days=5)):
        add_task(offices.county, campaign, title=f"任务 {day}", station=offices.town_station, due_on=day)
    assert remind_stations(uow) == (0, 2)
    assert remind_stations(uow) == (0, 0)
    titles = set(uow.session.scalars(select(Message.title)))
    assert any("过期" in title for title in titles) and any("快到期" in title for title in titles)
    with pytest.raises(NotAllowed):
        remind_stations(offices.county)
    close_campaign(offices.county, campaign, words="完")
    assert remind_stations(uow) == (0, 0)
