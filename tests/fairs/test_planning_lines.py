"""What hangs on a fair: money, places, broadcasts, volunteers, papers; and how it is read."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from jobmatch.accounts.models import Membership, Organization, User
from jobmatch.accounts.states import Role
from jobmatch.core.actors import Actor
from jobmatch.core.clock import local_day
from jobmatch.core.errors import Conflict, Invalid, NotAllowed, NotFound
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.planning import defaults, queries
from jobmatch.fairs.planning.drafts import draft_facts, method_draft
from jobmatch.fairs.planning.models import FairBroadcast, FairMoney, FairSlice
from jobmatch.fairs.planning.policies import helped_fairs, worked_fairs
from jobmatch.fairs.planning.services import fairs, lines, papers
from jobmatch.fairs.planning.states import FairMode, FairPaperKind, MoneyKind
from tests.conftest import acting
from tests.factories import PATH_A, PATH_OTHER, TOWN_A, make_staff, make_station, make_user
from tests.fairs.test_planning_services import PDF, draft, plan, published


@pytest.fixture(autouse=True)
def _files(uow: UnitOfWork, tmp_path: Path) -> None:
    uow.session.info["data_dir"] = str(tmp_path)


# ---------- lines ----------


def test_money_has_a_purpose_and_sponsors_a_name(uow: UnitOfWork) -> None:
    office, fair = draft(uow)
    given: dict[str, Any] = {"kind": MoneyKind.COST, "label": "场地", "planned_yuan": 1}
    for wrong, field in (
        ({"label": ""}, "label"),
        ({"kind": MoneyKind.SPONSOR}, "party"),
        ({"planned_yuan": 10**9}, "planned_yuan"),
    ):
        with pytest.raises(Invalid) as caught:
            lines.save_money(office, fair, None, **{**given, **wrong})
        assert list(caught.value.fields) == [field]
    cost = lines.save_money(office, fair, None, kind=MoneyKind.COST, label="场地", planned_yuan=3000)
    lines.save_money(office, fair, cost, kind=MoneyKind.COST, label="场地", planned_yuan=3000, spent_yuan=2500)
    lines.save_money(office, fair, None, kind=MoneyKind.SPONSOR, label="矿泉水", party="测试商会", planned_yuan=500)
    assert queries.money_sum(queries.money_of(uow.session, fair)) == queries.MoneySum(3000, 2500, 500, 0)
    lines.remove_line(office, fair, cost)
    with pytest.raises(NotFound):
        lines.find_line(office, fair, FairMoney, cost.id)


def test_a_place_below_is_asked_once(uow: UnitOfWork) -> None:
    office, fair = draft(uow)
    for code in ("430382", "130102", "", "x"):
        with pytest.raises(Invalid) as caught:
            lines.save_slice(office, fair, region_code=code, people_target=1, employer_target=1)
        assert list(caught.value.fields) == ["region_code"]
    one = lines.save_slice(office, fair, region_code=TOWN_A, people_target=20, employer_target=0)
    same = lines.save_slice(office, fair, region_code=TOWN_A, people_target=30, employer_target=1)
    assert (one.id, same.people_target) == (same.id, 30)
    assert lines.find_line(office, fair, FairSlice, one.id) is one


def test_a_broadcast_belongs_to_a_fair_that_is_online(uow: UnitOfWork) -> None:
    office, fair = draft(uow)
    with pytest.raises(Invalid) as caught:
        lines.save_broadcast(office, fair, None, title="直播", starts_at=uow.now)
    assert list(caught.value.fields) == ["title"]
    fairs.edit_fair(office, fair, plan(uow, mode=FairMode.BOTH))
    given: dict[str, Any] = {"title": "直播", "starts_at": uow.now}
    for wrong, field in (({"starts_at": None}, "starts_at"), ({"url": "javascript:1"}, "url")):
        with pytest.raises(Invalid) as caught:
            lines.save_broadcast(office, fair, None, **{**given, **wrong})
        assert list(caught.value.fields) == [field]
    row = lines.save_broadcast(office, fair, None, title="直播", starts_at=uow.now, viewer_count=1200)
    row = lines.save_broadcast(office, fair, row, title="直播", starts_at=uow.now, viewer_count=1300, intention_count=9)
    assert (row.viewer_count, row.intention_count, row.peak_count) == (1300, 9, 0)
    assert lines.find_broadcast(office, fair, row.public_id) is row
    assert isinstance(row, FairBroadcast)


def test_a_volunteer_works_on_the_day_only_and_until_revoked(uow: UnitOfWork) -> None:
    office, fair = published(uow, days=40)
    station = uow.session.get_one(Organization, fair.organization_id)
    volunteer = make_user(uow, Role.FAIR_HELPER, organization=station)
    membership = uow.session.scalars(select(Membership).where(Membership.user_id == volunteer.id)).one()
    membership.valid_until = uow.now + timedelta(days=10)
    stranger = make_user(uow, Role.FAIR_HELPER, organization=make_station(uow, path=PATH_OTHER))
    for wrong in (stranger.public_id, uow.session.get_one(User, office.actor.user_id).public_id, ""):
        with pytest.raises(Invalid):
            lines.add_helper(office, fair, user=wrong)
    row = lines.add_helper(office, fair, user=volunteer.public_id, desk="东门")
    assert membership.valid_until == fair.closes_at + timedelta(days=1)
    helping = Actor(user_id=volunteer.id, permissions=frozenset({"fair.help"}))
    assert uow.rows(helped_fairs(helping, queries.fairs())) == []
    office.today = local_day(fair.opens_at)
    fairs.open_fair(office, fair)
    assert uow.rows(helped_fairs(helping, queries.fairs())) == [fair]
    lines.revoke_helper(office, fair, row.id)
    assert uow.rows(helped_fairs(helping, queries.fairs())) == []
    with pytest.raises(Conflict):
        lines.revoke_helper(office, fair, row.id)
    assert lines.add_helper(office, fair, user=volunteer.public_id).id == row.id


# ---------- papers ----------


def test_a_newer_plan_replaces_the_older_and_photos_stand_together(uow: UnitOfWork) -> None:
    office, fair = published(uow)
    first = queries.papers_of(uow.session, fair)[-1]
    second = papers.hand_in_paper(office, fair, kind=first.kind, upload=PDF, note="改了时间")
    for _n in range(2):
        papers.hand_in_paper(office, fair, kind=FairPaperKind.PHOTO, upload=PDF)
    assert len(queries.papers_of(uow.session, fair)) == 5
    uow.session.expire_all()
    assert [paper.id for paper in queries.replaced_papers(uow.session, fair)] == [first.id]
    found = papers.find_paper(office, fair, second.public_id)
    assert papers.read_paper(office, fair, found) == PDF.content
    with pytest.raises(NotAllowed):
        papers.read_paper(acting(uow, make_staff(uow, path=PATH_OTHER)), fair, found)
    with pytest.raises(Invalid):
        papers.remove_paper(office, fair, found)
    photo = queries.papers_of(uow.session, fair)[0]
    papers.remove_paper(office, fair, photo)
    with pytest.raises(Conflict):
        papers.remove_paper(office, fair, photo)


def test_the_draft_says_what_is_known_and_leaves_open_what_is_not(uow: UnitOfWork) -> None:
    from docx import Document

    office, fair = draft(uow, expected_count=1200, contact_name="", theme_code="ft_return")
    lines.save_slice(office, fair, region_code=TOWN_A, people_target=20, employer_target=2)
    uow.session.flush()
    fair = office.one(worked_fairs(office.actor, queries.fair_named(fair.public_id)))
    document = Document(io.BytesIO(method_draft(draft_facts(uow.session, fair, uow.today))))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    for words in ("组织实施办法", "返乡季专场", "测试体育馆", "（待填）", "测试东镇动员 20 人", "安全许可文号", "9:00"):
        assert words in text
    assert len(document.tables[0].rows) == 1 + 18


# ---------- reading ----------


def test_an_office_sees_its_own_fairs_those_below_and_those_above(uow: UnitOfWork) -> None:
    _county, fair = draft(uow)
    town = acting(uow, make_staff(uow, path=PATH_A))
    below = fairs.create_fair(town, plan(uow, title="乡镇招聘会"))
    far = acting(uow, make_staff(uow, path=PATH_OTHER))
    seen = {unit: {row.id for row in unit.rows(worked_fairs(unit.actor, queries.fairs()))} for unit in (town, far)}
    assert {fair.id, below.id} <= seen[town]
    assert seen[far] & {fair.id, below.id} == set()


def test_the_first_saturday_that_leaves_time_for_every_step(uow: UnitOfWork) -> None:
    day = defaults.next_saturday(uow.today, defaults.LEAD_DAYS)
    assert day.weekday() == 5
    assert 45 <= (day - uow.today).days < 52
    office, fair = draft(uow, place="老地方")
    values = defaults.new_fair(uow.today, "测试局", fair, is_joined=False)
    assert (values["place"], values["hosts"]) == ("老地方", fair.hosts)
    assert values["opens_at"].hour == 9
    assert office.actor.organization_id


def test_the_time_line_lies_between_its_ends(uow: UnitOfWork) -> None:
    _office, fair = draft(uow)
    line = queries.timeline_of(fair, queries.steps_of(uow.session, fair, uow.today), uow.today)
    assert line is not None
    assert all(2 <= mark.at <= 98 for mark in line.marks)
    assert line.today_at is not None
    assert line.today_at < line.fair_at
    assert queries.timeline_of(fair, [], uow.today) is None
