"""The weekly issue: proposed, picked, ordered, released, handed on by station, and counted."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from jobmatch.accounts.models import Organization
from jobmatch.accounts.states import Role
from jobmatch.applications.models import Application, ApplicationOrigin
from jobmatch.bulletins.editions import make_edition
from jobmatch.bulletins.jobs import propose
from jobmatch.bulletins.models import Bulletin, BulletinItem, BulletinLink
from jobmatch.bulletins.policies import visible_bulletins
from jobmatch.bulletins.queries import bulletins, get_link, picked_postings, station_counts
from jobmatch.bulletins.services.issues import (
    arrange_issue,
    count_click,
    make_due_issues,
    make_issue,
    propose_again,
    release_issue,
)
from jobmatch.bulletins.services.proposing import LEAST, MOST, Candidate, choose, propose_postings
from jobmatch.bulletins.states import BulletinState
from jobmatch.core.actors import system_actor
from jobmatch.core.errors import Conflict, Invalid, NotAllowed
from jobmatch.core.jobs import JobContext
from jobmatch.core.runtime import Runtime
from jobmatch.core.uow import UnitOfWork
from jobmatch.reference.services import add_region
from recruiters.postings.states import PostingState
from tests.conftest import acting
from tests.factories import (
    PATH_A,
    PATH_B,
    PATH_COUNTY,
    PATH_OTHER,
    TOWN_A,
    TOWN_B,
    actor_of,
    make_employer,
    make_person,
    make_posting,
    make_staff,
    make_station,
    make_user,
)
from tests.matching.help import body, counted, rollback, sign_in

SYSTEM = system_actor("tests")


def fill(uow: UnitOfWork, count: int = 3, **values: Any) -> list[Any]:
    """Postings of several employers in two towns."""
    return [
        make_posting(
            uow,
            title=f"岗位{n}",
            region_code=(TOWN_A, TOWN_B)[n % 2],
            region_path=(PATH_A, PATH_B)[n % 2],
            published_at=uow.now - timedelta(hours=n),
            **values,
        )
        for n in range(count)
    ]


def offices(uow: UnitOfWork) -> list[Organization]:
    """The county's office, two towns below it and a village."""
    county = make_station(uow, path=PATH_COUNTY, name="测试县服务中心", region_code="430382", level="县级")
    towns = [
        make_station(uow, path=path, parent=county, name=name, region_code=code, level="乡级", phone="0000-1234567")
        for path, name, code in ((PATH_A, "测试东镇站", TOWN_A), (PATH_B, "测试西镇站", TOWN_B))
    ]
    return [county, *towns]


def released(uow: UnitOfWork) -> Bulletin:
    bulletin = make_issue(uow, PATH_COUNTY)
    return release_issue(uow, bulletin)


# ---------- the proposal ----------


def test_only_open_lawful_postings_that_last_the_week_are_proposed(uow: UnitOfWork) -> None:
    good = fill(uow, 2)
    make_posting(uow, state=PostingState.CLOSED)
    make_posting(uow, make_employer(uow, vetted=False))
    make_posting(uow, valid_through=uow.today + timedelta(days=3))
    make_posting(uow, vacancy_count=2, filled_count=2)
    make_posting(uow, findings=[{"severity": "block", "field": "duties", "text": "x", "message": "x"}])
    make_posting(uow, region_code="130102", region_path=PATH_OTHER)
    assert sorted(propose_postings(uow, PATH_COUNTY)) == sorted(one.id for one in good)


def test_no_town_employer_or_trade_takes_the_whole_sheet() -> None:
    one_big = [Candidate(n, 1, "4-02", "430382101", False) for n in range(200)]
    others = [Candidate(1000 + n, 10 + n, f"6-{n % 12:02d}", f"4303821{n % 5:02d}", False) for n in range(100)]
    chosen = choose(one_big + others)
    assert len(chosen) == MOST
    assert sum(number < 1000 for number in chosen) == 3
    towns = Counter(f"4303821{(number - 1000) % 5:02d}" for number in chosen if number >= 1000)
    assert max(towns.values()) - min(towns.values()) <= 3


def test_the_limits_bend_where_the_sheet_would_be_empty() -> None:
    assert len(choose([Candidate(n, 1, "4-02", "430382101", False) for n in range(60)])) == LEAST


def test_what_was_printed_lately_comes_last(uow: UnitOfWork) -> None:
    offices(uow)
    old = fill(uow, 2)
    bulletin = released(uow)
    bulletin.week_on -= timedelta(days=7)
    new = fill(uow, 1)
    found = propose_postings(uow, PATH_COUNTY)
    assert found[0] == new[0].id
    assert set(found[1:]) == {one.id for one in old}


def test_one_issue_a_week_however_often_it_is_asked_for(uow: UnitOfWork) -> None:
    offices(uow)
    fill(uow)
    staff = acting(uow, make_staff(uow, path=PATH_COUNTY))
    assert make_issue(staff, PATH_COUNTY).id == make_issue(staff, PATH_COUNTY).id
    assert make_due_issues(uow) == 0
    assert len(uow.session.scalars(select(Bulletin)).all()) == 1


def test_the_system_proposes_for_counties_that_have_postings(uow: UnitOfWork) -> None:
    offices(uow)
    make_station(uow, path=PATH_OTHER, region_code="130102")
    fill(uow)
    assert [make_due_issues(uow), make_due_issues(uow)] == [1, 0]
    assert uow.session.scalars(select(Bulletin.region_path)).all() == [PATH_COUNTY]


def test_towns_and_strangers_make_no_issues(uow: UnitOfWork) -> None:
    offices(uow)
    fill(uow)
    with pytest.raises(Invalid):
        make_issue(acting(uow, make_staff(uow, path=PATH_A)), PATH_A)
    with pytest.raises(NotAllowed):
        make_issue(acting(uow, make_staff(uow, path=PATH_OTHER)), PATH_COUNTY)
    bulletin = make_issue(uow, PATH_COUNTY)
    with pytest.raises(NotAllowed):
        release_issue(acting(uow, make_staff(uow, path=PATH_A)), bulletin)


# ---------- picking and releasing ----------


def test_staff_pick_and_order(uow: UnitOfWork) -> None:
    offices(uow)
    first, second, third = fill(uow)
    bulletin = make_issue(uow, PATH_COUNTY)
    chosen = [first.public_id, third.public_id]
    assert arrange_issue(uow, bulletin, picked=chosen, places={third.public_id: 1}) == 2
    assert [posting.id for _item, posting in picked_postings(uow, bulletin)] == [third.id, first.id]
    assert arrange_issue(uow, bulletin, picked=["nobody", second.public_id], places={}) == 1
    with pytest.raises(Invalid):
        arrange_issue(uow, bulletin, picked=[str(n) for n in range(MOST + 1)], places={})
    arrange_issue(uow, bulletin, picked=[], places={})
    with pytest.raises(Invalid):
        release_issue(uow, bulletin)
    propose_again(uow, bulletin)
    assert len(picked_postings(uow, bulletin)) == 3


def test_issues_are_numbered_and_do_not_change_afterwards(uow: UnitOfWork) -> None:
    offices(uow)
    fill(uow)
    first = released(uow)
    assert first.number == 1
    with pytest.raises(Conflict):
        arrange_issue(uow, first, picked=[], places={})
    with pytest.raises(Conflict):
        release_issue(uow, first)
    with pytest.raises(Conflict):
        propose_again(uow, first)
    later = acting(uow, SYSTEM)
    later.today, later.now = uow.today + timedelta(days=7), uow.now + timedelta(days=7)
    assert released(later).number == 2


def test_every_station_has_a_link_of_its_own(uow: UnitOfWork) -> None:
    stations = offices(uow)
    village = add_region(uow, code=f"{TOWN_A}001", name="测试村", level="village", parent_code=TOWN_A)
    make_station(uow, path=village.path, name="测试村站", region_code=village.code)
    fill(uow)
    bulletin = released(uow)
    links = uow.session.scalars(select(BulletinLink)).all()
    assert {link.station_id for link in links} == {station.id for station in stations}
    assert len({link.code for link in links}) == 3
    assert {row.code for row in uow.session.scalars(select(ApplicationOrigin))} == {link.code for link in links}
    assert [row.station.id for row in station_counts(uow.session, bulletin)] == [station.id for station in stations]


def test_a_town_reads_its_own_postings_first(uow: UnitOfWork) -> None:
    _county, _east, west = offices(uow)
    fill(uow, 4, latitude=27.7, longitude=112.5, is_point_exact=True)
    near = make_posting(uow, title="西镇的", region_code=TOWN_B, region_path=PATH_B, latitude=None, longitude=None)
    bulletin = released(uow)
    link, station = get_link(uow.session, bulletin, west.public_id)
    made = make_edition(uow, bulletin, link, station, url="http://x/b", posting_url=lambda one: f"http://x/{one}")
    assert made.lines[0].title == near.title
    assert made.name == "韶山市岗位信息第 1 期"
    assert made.heads == 10
    assert made.phone == "0000-1234567"


def test_what_ended_since_is_not_handed_on(uow: UnitOfWork) -> None:
    offices(uow)
    first, *_rest = fill(uow)
    bulletin = released(uow)
    first.state = PostingState.CLOSED
    uow.session.flush()
    assert first.id not in {posting.id for _item, posting in picked_postings(uow, bulletin)}


def test_offices_see_the_issues_of_their_line_and_no_others(uow: UnitOfWork) -> None:
    offices(uow)
    fill(uow)
    make_issue(uow, PATH_COUNTY)
    seen = {}
    for path in ("/43/", PATH_COUNTY, PATH_A, PATH_OTHER):
        actor = make_staff(uow, path=path)
        seen[path] = len(acting(uow, actor).rows(visible_bulletins(actor, bulletins())))
    assert seen == {"/43/": 1, PATH_COUNTY: 1, PATH_A: 1, PATH_OTHER: 0}


def test_an_issue_costs_the_same_for_two_and_twenty(uow: UnitOfWork) -> None:
    offices(uow)
    counts = []
    for more in (2, 18):
        fill(uow, more)
        bulletin = make_issue(uow, PATH_COUNTY)
        propose_again(uow, bulletin)
        rollback(uow)
        bulletin = uow.session.get_one(Bulletin, bulletin.id)
        with counted(uow.session.get_bind().engine) as statements:
            assert len(picked_postings(uow, bulletin)) >= more
        counts.append(len(statements))
    assert counts[0] == counts[1]


# ---------- pages ----------


@pytest.fixture
def issued(sqlite_runtime: Runtime) -> dict[str, Any]:
    """A released issue: a clerk of the county, a person, a posting and the code of the east town."""
    with sqlite_runtime.unit(SYSTEM) as uow:
        county, east, _west = offices(uow)
        posting, *_rest = fill(uow)
        bulletin = released(uow)
        link, _station = get_link(uow.session, bulletin, east.public_id)
        person = make_person(uow)
        clerk = make_user(uow, Role.STATION_STAFF, organization=county)
        return {
            "bulletin": bulletin.public_id,
            "station": east.public_id,
            "code": link.code,
            "posting": posting.public_id,
            "user": person.user_id,
            "clerk": clerk.id,
        }


def counts_of(runtime: Runtime, code: str) -> tuple[int, int]:
    with runtime.unit(SYSTEM, writing=False) as uow:
        clicks = uow.session.scalars(select(BulletinLink.click_count).where(BulletinLink.code == code)).one()
        return clicks, uow.session.get_one(ApplicationOrigin, code).application_count


def test_openings_and_applications_are_counted_and_nobody_is_followed(
    client: FlaskClient, sqlite_runtime: Runtime, issued: dict[str, Any]
) -> None:
    code, posting = issued["code"], issued["posting"]
    answer = client.get(f"/b/{code}")
    html = body(answer)
    assert f"/postings/{posting}?from={code}" in html
    assert "Set-Cookie" not in answer.headers or code not in answer.headers["Set-Cookie"]
    body(client.get(f"/b/{code}"))
    sqlite_runtime.buffer.flush()
    assert counts_of(sqlite_runtime, code) == (2, 0)
    sign_in(client, sqlite_runtime, issued["user"])
    assert f"/postings/{posting}/apply?from={code}" in body(client.get(f"/postings/{posting}?from={code}"))
    assert f'name="from" value="{code}"' in body(client.get(f"/postings/{posting}/apply?from={code}"))
    said = {"contact_time": "any", "consent": "y", "from": code}
    assert f'name="from" value="{code}"' in body(client.post(f"/postings/{posting}/apply/check", data=said))
    assert client.post(f"/postings/{posting}/apply", data=said).status_code == 303
    assert client.post(f"/postings/{posting}/apply", data=said).status_code == 303
    assert counts_of(sqlite_runtime, code) == (2, 1)
    with sqlite_runtime.unit(SYSTEM, writing=False) as uow:
        row = uow.session.scalars(select(Application)).one()
        assert code not in {str(getattr(row, column.key)) for column in Application.__table__.columns}


def test_an_invented_code_counts_nowhere(client: FlaskClient, sqlite_runtime: Runtime, issued: dict[str, Any]) -> None:
    assert client.get("/b/zz22zz22").status_code == 404
    sign_in(client, sqlite_runtime, issued["user"])
    said = {"contact_time": "any", "consent": "y", "from": "evil'code<x>"}
    assert client.post(f"/postings/{issued['posting']}/apply", data=said).status_code == 303
    with sqlite_runtime.unit(SYSTEM) as uow:
        count_click(uow, "zz22zz22")
        assert sum(row.application_count for row in uow.session.scalars(select(ApplicationOrigin))) == 0


@pytest.mark.parametrize("output", ["wechat.html", "picture.png", "board.pdf", "group.txt", "speaker.txt"])
def test_every_output_is_a_file_that_no_browser_runs(
    client: FlaskClient, sqlite_runtime: Runtime, issued: dict[str, Any], output: str
) -> None:
    sign_in(client, sqlite_runtime, issued["clerk"])
    answer = client.get(f"/staff/bulletins/{issued['bulletin']}/{issued['station']}/{output}")
    assert answer.status_code == 200
    assert len(answer.data) > 100
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    path = f"/staff/bulletins/{issued['bulletin']}/{issued['station']}/evil.exe"
    assert client.get(path).status_code == 404


def test_the_pages_of_an_issue(client: FlaskClient, sqlite_runtime: Runtime, issued: dict[str, Any]) -> None:
    sign_in(client, sqlite_runtime, issued["clerk"])
    sqlite_runtime.buffer.flush()
    html = body(client.get("/staff/bulletins"))
    assert "韶山市岗位信息第 1 期" in html
    assert "拟这一周的" not in html
    html = body(client.get(f"/staff/bulletins/{issued['bulletin']}"))
    assert "测试东镇站" in html
    assert f"/b/{issued['code']}" in html
    html = body(client.get(f"/staff/bulletins/{issued['bulletin']}/{issued['station']}"))
    assert "各位村民请注意。" in html
    assert "data-copy=" in html
    assert "style=" not in html


def test_a_draft_is_picked_and_released_by_hand(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    with sqlite_runtime.unit(SYSTEM) as uow:
        county, *_towns = offices(uow)
        first, second, _third = [posting.public_id for posting in fill(uow)]
        clerk = make_user(uow, Role.STATION_STAFF, organization=county)
        actor_of(clerk, Role.STATION_STAFF, county)
        clerk_id = clerk.id
    sign_in(client, sqlite_runtime, clerk_id)
    assert "拟这一周的" in body(client.get("/staff/bulletins"))
    path = client.post("/staff/bulletins").headers["Location"]
    assert "选了 3 个岗位，招 6 人" in body(client.get(path))
    client.post(f"{path}/items", data={"picked": [first, second], f"place-{second}": "1", f"place-{first}": "x"})
    html = body(client.get(path))
    assert "选了 2 个岗位" in html
    assert html.index(f'place-{second}"') < html.index(f'place-{first}"')
    client.post(f"{path}/items", data={"release": "1"})
    assert "还没有选岗位" in body(client.get(path))
    client.post(f"{path}/items", data={"picked": [second], "release": "1"})
    assert "第 1 期，打开 0 次" in body(client.get(path))
    assert client.post(f"{path}/items", data={"picked": [first]}).status_code == 409
    assert client.post(f"{path}/again").status_code == 409


def test_the_job_proposes_once(sqlite_runtime: Runtime) -> None:
    with sqlite_runtime.unit(SYSTEM) as uow:
        offices(uow)
        fill(uow)
    context = JobContext(sqlite_runtime.database, 0, "bulletins.propose")
    assert [propose(context), propose(context)] == [{"made": 1}, {"made": 0}]
    with sqlite_runtime.unit(SYSTEM) as uow:
        assert len(uow.session.scalars(select(BulletinItem)).all()) == 3


def test_the_lists_cost_the_same_for_two_and_twenty(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    with sqlite_runtime.unit(SYSTEM) as uow:
        county, *_towns = offices(uow)
        clerk_id, county_id = make_user(uow, Role.STATION_STAFF, organization=county).id, county.id
    sign_in(client, sqlite_runtime, clerk_id)
    counts: dict[str, list[int]] = {"list": [], "issue": [], "edition": []}
    path = ""
    for begin, more in ((0, 2), (2, 16)):
        with sqlite_runtime.unit(SYSTEM) as uow:
            fill(uow, more)
            for number in range(begin, begin + more):
                later = acting(uow, SYSTEM)
                later.today = uow.today + timedelta(days=7 * number)
                last = release_issue(later, make_issue(later, PATH_COUNTY)) if number < 3 else _plain_issue(uow, number)
            path = f"/staff/bulletins/{last.public_id}"
            of_county = select(BulletinLink.code).where(BulletinLink.station_id == county_id)
            code = uow.session.scalars(of_county.order_by(BulletinLink.id.desc())).first()
        for name, address in {"list": "/staff/bulletins", "issue": path, "edition": f"/b/{code}"}.items():
            body(client.get(address))
            with counted(sqlite_runtime.database.engine) as statements:
                body(client.get(address))
            counts[name].append(len(statements))
    assert {name: len(set(seen)) for name, seen in counts.items()} == dict.fromkeys(counts, 1)


def _plain_issue(uow: UnitOfWork, number: int) -> Bulletin:
    """An issue that is out, with one link and every open posting."""
    bulletin = Bulletin(
        region_path=PATH_COUNTY,
        week_on=uow.today + timedelta(days=7 * number),
        state=BulletinState.RELEASED,
        number=number + 1,
        created_at=uow.now,
        released_at=uow.now,
    )
    uow.session.add(bulletin)
    uow.session.flush()
    station = uow.session.scalars(select(Organization).where(Organization.region_path == PATH_COUNTY)).first()
    assert station is not None
    uow.session.add(BulletinLink(bulletin_id=bulletin.id, station_id=station.id, code=f"zz22z{number:03d}"))
    uow.session.add_all(
        BulletinItem(bulletin_id=bulletin.id, posting_id=one, position=1) for one in propose_postings(uow, PATH_COUNTY)
    )
    uow.session.flush()
    return bulletin
