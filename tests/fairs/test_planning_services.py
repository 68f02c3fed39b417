"""Planning a fair: making it, its steps and their tasks, what publishing asks for, its way, and cloning."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from jobmatch.accounts.models import User
from jobmatch.casework.tasks.models import Task
from jobmatch.casework.tasks.states import TaskKind, TaskState
from jobmatch.core.actors import Actor
from jobmatch.core.clock import local_day
from jobmatch.core.errors import Conflict, Invalid, NotAllowed, NotFound
from jobmatch.core.uow import UnitOfWork
from jobmatch.core.uploads import Kind, Upload
from jobmatch.fairs.planning import defaults, queries
from jobmatch.fairs.planning.lacks import lacks_of, permit_warning
from jobmatch.fairs.planning.models import FairStep, JobFair
from jobmatch.fairs.planning.services import fairs, lines, papers, steps
from jobmatch.fairs.planning.services.fairs import FairPlan
from jobmatch.fairs.planning.services.numbers import record_taken
from jobmatch.fairs.planning.states import LEGAL_PAPERS, FairMode, FairPaperKind, FairPart, FairState, MoneyKind
from tests.conftest import acting
from tests.factories import PATH_A, PATH_COUNTY, TOWN_A, make_staff


@pytest.fixture(autouse=True)
def _files(uow: UnitOfWork, tmp_path: Path) -> None:
    uow.session.info["data_dir"] = str(tmp_path)


PDF = Upload("方案.pdf", Kind.PDF, b"%PDF-1.7\n%%EOF\n")


def plan(uow: UnitOfWork, *, days: int = 30, **values: Any) -> FairPlan:
    """A whole plan of a fair in so many days."""
    opens_at = defaults.at(uow.today + timedelta(days=days), 9)
    given: dict[str, Any] = {
        "title": "测试专场招聘会",
        "opens_at": opens_at,
        "closes_at": opens_at + timedelta(hours=6),
        "place": "测试体育馆",
        "address": "测试路 1 号",
        "contact_name": "测试联系人",
        "contact_phone": "0731-5550000",
        "expected_count": 300,
        "capacity": 200,
        "booth_capacity": 40,
    }
    return FairPlan(**{**given, **values})


def draft(uow: UnitOfWork, **values: Any) -> tuple[UnitOfWork, JobFair]:
    """A draft of a county's office, in the hands of its clerk."""
    office = acting(uow, make_staff(uow))
    return office, fairs.create_fair(office, plan(uow, **values))


def give_papers(office: UnitOfWork, fair: JobFair) -> None:
    for kind in LEGAL_PAPERS:
        papers.hand_in_paper(office, fair, kind=kind, upload=PDF)


def published(uow: UnitOfWork, **values: Any) -> tuple[UnitOfWork, JobFair]:
    office, fair = draft(uow, **values)
    give_papers(office, fair)
    return office, fairs.publish_fair(office, fair)


def step_of(uow: UnitOfWork, fair: JobFair, code: str) -> FairStep:
    return queries.find_step(uow.session, fair, code)


def open_tasks(uow: UnitOfWork) -> list[Task]:
    query = select(Task).where(Task.kind == TaskKind.FAIR_STEP, Task.state == TaskState.OPEN)
    return list(uow.session.scalars(query.order_by(Task.due_on, Task.id)))


# ---------- making and changing ----------


def test_a_new_fair_has_its_steps_with_dates_none_of_them_past(uow: UnitOfWork) -> None:
    _office, fair = draft(uow, mode=FairMode.BOTH)
    found = [row.step for _phase, rows in queries.steps_of(uow.session, fair, uow.today) for row in rows]
    assert len(found) == 19
    assert min(step.due_on for step in found if step.due_on) == uow.today
    assert step_of(uow, fair, "fs09").due_on == local_day(fair.opens_at) - timedelta(days=14)
    assert step_of(uow, fair, "fs18").due_on == local_day(fair.opens_at) + timedelta(days=90)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": " "}, "title"),
        ({"opens_at": None}, "opens_at"),
        ({"closes_at": None}, "closes_at"),
        ({"capacity": 1_000_000}, "capacity"),
        ({"contact_phone": "12"}, "contact_phone"),
        ({"latitude": 27.9}, "latitude"),
        ({"latitude": 127.9, "longitude": 1.0}, "latitude"),
        ({"theme_code": "no"}, "theme_code"),
    ],
)
def test_what_cannot_be_is_said_on_its_field(uow: UnitOfWork, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        draft(uow, **wrong)
    assert field in caught.value.fields


def test_times_follow_each_other(uow: UnitOfWork) -> None:
    opens_at = defaults.at(uow.today + timedelta(days=30), 9)
    late = opens_at + timedelta(days=1)
    with pytest.raises(Invalid) as caught:
        draft(uow, closes_at=opens_at, sign_up_until=late, cancel_until=late, registration_until=late)
    assert set(caught.value.fields) == {"closes_at", "sign_up_until", "cancel_until", "registration_until"}


def test_only_staff_with_an_office_make_fairs(uow: UnitOfWork) -> None:
    with pytest.raises(NotAllowed):
        fairs.create_fair(acting(uow, Actor()), plan(uow))
    office, fair = draft(uow)
    with pytest.raises(NotAllowed):
        fairs.edit_fair(acting(uow, make_staff(uow, path=PATH_A)), fair, plan(uow))
    assert office.actor.organization_id == fair.organization_id


def test_a_stale_form_changes_nothing(uow: UnitOfWork) -> None:
    office, fair = draft(uow)
    with pytest.raises(Conflict):
        fairs.edit_fair(office, fair, plan(uow), version=fair.version - 1)


def test_moving_the_day_moves_what_is_not_done(uow: UnitOfWork) -> None:
    office, fair = draft(uow)
    steps.finish_step(office, fair, step_of(uow, fair, "fs05"))
    before = {code: step_of(uow, fair, code).due_on for code in ("fs05", "fs09")}
    fairs.edit_fair(office, fair, plan(uow, days=40))
    assert step_of(uow, fair, "fs05").due_on == before["fs05"]
    assert step_of(uow, fair, "fs09").due_on == before["fs09"] + timedelta(days=10)  # type: ignore[operator]


def test_another_mode_brings_and_takes_steps(uow: UnitOfWork) -> None:
    office, fair = draft(uow)
    with pytest.raises(NotFound):
        step_of(uow, fair, "fs16")
    fairs.edit_fair(office, fair, plan(uow, mode=FairMode.ONLINE))
    assert step_of(uow, fair, "fs16")
    with pytest.raises(NotFound):
        step_of(uow, fair, "fs08")


def test_seats_rise_and_fall_but_not_below_what_is_given_out(uow: UnitOfWork) -> None:
    office, fair = published(uow)
    for _n in range(3):
        assert record_taken(uow, fair.id, "taken")
    assert record_taken(uow, fair.id, "booth_taken")
    fairs.set_capacity(office, fair, capacity=3, booth_capacity=1)
    assert (fair.capacity, fair.taken, fair.booth_capacity) == (3, 3, 1)
    for change, field in (({"capacity": 2}, "capacity"), ({"booth_capacity": 0}, "booth_capacity")):
        with pytest.raises(Invalid) as caught:
            fairs.set_capacity(office, fair, **{"capacity": 3, "booth_capacity": 1, **change})
        assert list(caught.value.fields) == [field]
    assert (fair.capacity, fair.booth_capacity) == (3, 1)
    fairs.edit_fair(office, fair, plan(uow, capacity=500))
    assert fair.capacity == 500


# ---------- publishing ----------


def test_publishing_names_everything_that_is_missing(uow: UnitOfWork) -> None:
    office, fair = draft(uow, place="", address="", contact_phone="", capacity=0, booth_capacity=0, expected_count=1000)
    with pytest.raises(Invalid) as caught:
        fairs.publish_fair(office, fair)
    assert set(caught.value.fields) == {
        *("paper_method", "paper_emergency", "paper_security", "paper_permit", "permit_number"),
        *("place", "address", "capacity", "booth_capacity", "contact_phone"),
    }
    assert {lack.page for lack in lacks_of(uow.session, fair, uow.today)} == {"edit", "papers"}
    assert fair.state is FairState.DRAFT


def test_the_permit_is_asked_for_from_a_thousand_on_and_in_time(uow: UnitOfWork) -> None:
    office, fair = draft(uow, expected_count=999)
    give_papers(office, fair)
    assert lacks_of(uow.session, fair, uow.today) == []
    assert permit_warning(uow.session, fair, uow.today) == ""
    fairs.edit_fair(office, fair, plan(uow, expected_count=1000))
    assert "还有 10 天" in permit_warning(uow.session, fair, uow.today)
    assert "已经过了" in permit_warning(uow.session, fair, uow.today + timedelta(days=11))
    with pytest.raises(Invalid):
        fairs.publish_fair(office, fair)
    papers.hand_in_paper(office, fair, kind=FairPaperKind.PERMIT, upload=PDF)
    with pytest.raises(Invalid) as caught:
        papers.set_permit(office, fair, number=" ", permit_on=uow.today)
    assert list(caught.value.fields) == ["permit_number"]
    with pytest.raises(Invalid):
        papers.set_permit(office, fair, number="测公许〔2026〕1 号", permit_on=uow.today + timedelta(days=1))
    papers.set_permit(office, fair, number="测公许〔2026〕1 号", permit_on=uow.today)
    assert permit_warning(uow.session, fair, uow.today) == ""
    assert fairs.publish_fair(office, fair).state is FairState.PUBLISHED


def test_a_published_fair_cannot_grow_past_the_permit(uow: UnitOfWork) -> None:
    office, fair = published(uow)
    with pytest.raises(Invalid) as caught, uow.session.begin_nested():
        fairs.edit_fair(office, fair, plan(uow, expected_count=5000))
    assert {"paper_permit", "permit_number"} <= set(caught.value.fields)
    with pytest.raises(Invalid) as caught, uow.session.begin_nested():
        fairs.edit_fair(office, fair, plan(uow, expected_count=0, capacity=1000))
    assert {"paper_permit", "permit_number"} == set(caught.value.fields)
    [paper] = [one for one in queries.papers_of(uow.session, fair) if one.kind is FairPaperKind.EMERGENCY]
    with pytest.raises(Invalid):
        papers.remove_paper(office, fair, paper)


def test_a_published_fair_moves_ahead_only_and_one_that_runs_stays(uow: UnitOfWork) -> None:
    office, fair = published(uow)
    with pytest.raises(Invalid) as caught, uow.session.begin_nested():
        fairs.edit_fair(office, fair, plan(uow, days=-1))
    assert list(caught.value.fields) == ["opens_at"]
    fairs.edit_fair(office, fair, plan(uow, days=0))
    fairs.open_fair(office, fair)
    with pytest.raises(Invalid) as caught, uow.session.begin_nested():
        fairs.edit_fair(office, fair, plan(uow, days=9))
    assert list(caught.value.fields) == ["opens_at"]


def test_a_fair_is_published_before_its_day(uow: UnitOfWork) -> None:
    office, fair = draft(uow, days=0)
    give_papers(office, fair)
    with pytest.raises(Invalid) as caught:
        fairs.publish_fair(office, fair)
    assert list(caught.value.fields) == ["opens_at"]


def test_an_online_fair_needs_no_hall(uow: UnitOfWork) -> None:
    office, fair = draft(uow, mode=FairMode.ONLINE, place="", address="", capacity=0, booth_capacity=0)
    give_papers(office, fair)
    assert fairs.publish_fair(office, fair).published_at == uow.now


# ---------- its way ----------


def test_the_way_of_a_fair_from_draft_to_file(uow: UnitOfWork) -> None:
    office, fair = published(uow, days=1)
    assert step_of(uow, fair, "fs09").done_at is not None
    with pytest.raises(Conflict):
        fairs.publish_fair(office, fair)
    with pytest.raises(Invalid, match="还没到"):
        fairs.open_fair(office, fair)
    with pytest.raises(Conflict):
        fairs.archive_fair(office, fair)
    office.today += timedelta(days=1)
    office.now += timedelta(days=1)
    assert fairs.open_fair(office, fair).opened_at == office.now
    assert fairs.close_fair(office, fair).closed_at == office.now
    assert fairs.reopen_fair(office, fair).state is FairState.RUNNING
    fairs.close_fair(office, fair)
    assert fairs.archive_fair(office, fair).archived_at == office.now
    for act in (fairs.reopen_fair, fairs.unpublish_fair, fairs.open_fair, fairs.close_fair):
        with pytest.raises(Conflict):
            act(office, fair)
    with pytest.raises(Conflict):
        fairs.edit_fair(office, fair, plan(uow))
    with pytest.raises(Conflict):
        papers.hand_in_paper(office, fair, kind=FairPaperKind.PHOTO, upload=PDF)


def test_a_closed_fair_opens_again_only_on_its_day(uow: UnitOfWork) -> None:
    office, fair = published(uow, days=1)
    office.today += timedelta(days=1)
    fairs.open_fair(office, fair)
    fairs.close_fair(office, fair)
    office.today += timedelta(days=1)
    with pytest.raises(Invalid):
        fairs.reopen_fair(office, fair)


def test_nobody_is_left_behind_by_taking_a_fair_back(uow: UnitOfWork) -> None:
    office, fair = published(uow)
    assert fairs.unpublish_fair(office, fair).state is FairState.DRAFT
    fairs.publish_fair(office, fair)
    record_taken(uow, fair.id, "taken")
    uow.session.refresh(fair)
    with pytest.raises(Invalid):
        fairs.unpublish_fair(office, fair)
    with pytest.raises(Invalid) as caught:
        fairs.cancel_fair(office, fair, reason="")
    assert list(caught.value.fields) == ["reason"]
    assert fairs.cancel_fair(office, fair, reason="场地停电").cancel_reason == "场地停电"
    with pytest.raises(Conflict):
        fairs.cancel_fair(office, fair, reason="场地停电")


def test_a_joined_fair_has_no_steps_and_is_never_held(uow: UnitOfWork) -> None:
    office = acting(uow, make_staff(uow))
    fair = fairs.create_fair(office, plan(uow), part=FairPart.JOINED)
    assert queries.steps_of(uow.session, fair, uow.today) == []
    give_papers(office, fair)
    for name, act in fairs.MOVES.items():
        with pytest.raises(Invalid if name == "begin" else Conflict):
            act(office, fair)
    year = queries.year_plan(office)
    assert (year.held, year.planned, year.joined, year.needed) == (0, 0, 1, 2)


# ---------- steps and their tasks ----------


def test_due_steps_become_tasks_once_and_close_with_the_step(uow: UnitOfWork) -> None:
    office, fair = draft(uow)
    assert steps.open_due_steps(uow) > 0
    assert steps.open_due_steps(uow) == 0
    found = open_tasks(uow)
    assert {task.region_path for task in found} == {PATH_COUNTY}
    first = step_of(uow, fair, "fs01")
    steps.finish_step(office, fair, first, note="批了")
    assert len(open_tasks(uow)) == len(found) - 1
    with pytest.raises(Conflict):
        steps.finish_step(office, fair, first)
    steps.undo_step(office, fair, first)
    with pytest.raises(Conflict):
        steps.undo_step(office, fair, first)
    fairs.cancel_fair(office, fair, reason="不办了")
    assert open_tasks(uow) == []
    assert steps.open_due_steps(uow) == 0


def test_a_step_is_planned_for_a_colleague_and_the_task_follows(uow: UnitOfWork) -> None:
    office, fair = draft(uow)
    steps.open_due_steps(uow)
    step, colleague = step_of(uow, fair, "fs01"), uow.session.get_one(User, office.actor.user_id)
    steps.plan_step(office, fair, step, due_on=step.due_on, owner=colleague.public_id)
    [task] = [task for task in open_tasks(uow) if task.assignee_id]
    assert task.assignee_id == colleague.id
    steps.plan_step(office, fair, step, due_on=uow.today + timedelta(days=2), owner=colleague.public_id)
    assert task.state is TaskState.DROPPED
    assert steps.open_due_steps(uow) == 1
    for wrong in ({"due_on": None}, {"due_on": uow.today + timedelta(days=900)}):
        with pytest.raises(Invalid):
            steps.plan_step(office, fair, step, **wrong)
    with pytest.raises(Invalid) as caught:
        steps.plan_step(office, fair, step, due_on=uow.today, owner="zz22zz22zz22zz22")
    assert list(caught.value.fields) == ["owner"]


def test_a_step_is_skipped_with_words_and_counts_no_more(uow: UnitOfWork) -> None:
    office, fair = draft(uow)
    before = queries.progress_of(uow.session, [fair.id], uow.today)[fair.id].total
    with pytest.raises(Invalid):
        steps.skip_step(office, fair, step_of(uow, fair, "fs08"), note="")
    steps.skip_step(office, fair, step_of(uow, fair, "fs08"), note="在广场办，不分展位")
    steps.finish_step(office, fair, step_of(uow, fair, "fs01"))
    with pytest.raises(Conflict):
        steps.skip_step(office, fair, step_of(uow, fair, "fs01"), note="不需要")
    progress = queries.progress_of(uow.session, [fair.id], uow.today + timedelta(days=20))[fair.id]
    assert (progress.done, progress.total) == (1, before - 1)
    assert progress.late > 0


# ---------- cloning ----------


def test_a_clone_keeps_the_plan_and_moves_every_date(uow: UnitOfWork) -> None:
    office, fair = published(uow, theme_code="ft_industry")
    lines.save_money(office, fair, None, kind=MoneyKind.COST, label="场地", planned_yuan=3000, spent_yuan=2800)
    lines.save_slice(office, fair, region_code=TOWN_A, people_target=50, employer_target=3)
    step = step_of(uow, fair, "fs19")
    owner = uow.session.get_one(User, office.actor.user_id)
    steps.plan_step(office, fair, step, due_on=local_day(fair.opens_at) + timedelta(days=60), owner=owner.public_id)
    with pytest.raises(Invalid):
        fairs.clone_fair(office, fair, opens_at=uow.now)
    made = fairs.clone_fair(office, fair, opens_at=fair.opens_at + timedelta(days=100))
    assert (made.state, made.title, made.theme_code) == (FairState.DRAFT, fair.title, "ft_industry")
    assert made.cloned_from_id == fair.id
    assert made.closes_at - made.opens_at == fair.closes_at - fair.opens_at
    last = step_of(uow, made, "fs19")
    assert (last.due_on, last.owner_id) == (local_day(made.opens_at) + timedelta(days=60), owner.id)
    assert step_of(uow, made, "fs09").done_at is None
    [money] = queries.money_of(uow.session, made)
    assert (money.label, money.planned_yuan, money.spent_yuan) == ("场地", 3000, None)
    assert [part.people_target for part, _name in queries.slices_of(uow.session, made)] == [50]
    assert "paper_method" in {lack.field for lack in lacks_of(uow.session, made, uow.today)}
