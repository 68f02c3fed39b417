"""The public page of a fair: what search engines read of it, and the live plan with its search and queues."""

from __future__ import annotations

import json
import re
from typing import Any

from jobmatch.fairs.day.models import BoothDesk
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.states import FairMode, FairPart, FairState
from tests.factories import make_employer, make_posting
from tests.fairs.help import make_booth, make_exhibitor, make_fair, make_fair_posting
from tests.fairs.test_exhibitor_pages import office as office
from tests.matching.help import counted
from tests.recruiters.help import Office, text_of


def running(office: Office, **values: Any) -> str:
    """A running fair with a booth where nobody waits, one with a queue, and one that has not come."""
    with office.unit() as uow:
        fair = make_fair(uow, state=FairState.RUNNING, **values)
        for number, name, came, waiting in (
            ("A01", "测试甲公司", True, 4),
            ("A02", "测试乙公司", True, 0),
            ("A03", "测试丙公司", False, 0),
        ):
            employer = make_employer(uow, name=name)
            row = make_exhibitor(uow, fair, employer=employer, came=came)
            make_fair_posting(uow, row, posting=make_posting(uow, employer, title=f"{name[2]}类司机"))
            make_booth(uow, fair, number, exhibitor=row)
            uow.session.add(BoothDesk(exhibitor_id=row.id, waiting_count=waiting, changed_at=uow.now))
        return fair.public_id


def test_the_plan_shows_where_nobody_waits_and_finds_employers(office: Office) -> None:
    fair, guest = running(office), office.client()
    assert "哪里不用等" in text_of(guest.get(f"/fairs/{fair}"))
    page = text_of(guest.get(f"/fairs/{fair}/plan"))
    assert "hallplan" in page and "1 家不用等" in page and "等 4 人" in page and "还没到" in page
    lines = page[page.index('class="ways"') :]
    assert lines.index("测试乙公司") < lines.index("测试甲公司") < lines.index("测试丙公司")
    for words, name in (("a03", "测试丙公司"), ("甲公司", "测试甲公司"), ("乙类", "测试乙公司")):
        found = text_of(guest.get(f"/fairs/{fair}/plan", query_string={"q": words}, headers={"HX-Request": "true"}))
        lines = found[found.index('class="ways"') :]
        assert name in lines and lines.count("测试") - lines.count("类司机") < 3
    assert "没有找到" in text_of(guest.get(f"/fairs/{fair}/plan?q=%F0%9F%9A%80"))
    part = text_of(guest.get(f"/fairs/{fair}/plan", headers={"HX-Request": "true"}))
    assert "<html" not in part and "等 4 人" in part


def test_before_the_day_the_plan_says_who_comes_and_no_queue(office: Office) -> None:
    fair = running(office)
    with office.unit() as uow:
        uow.session.query(JobFair).one().state = FairState.PUBLISHED
    page = text_of(office.client().get(f"/fairs/{fair}/plan"))
    assert "3 家单位" in page and "不用等" not in page and "还没到" not in page


def test_the_plan_of_a_draft_or_a_joined_fair_is_not_public(office: Office) -> None:
    joined = running(office, part=FairPart.JOINED)
    with office.unit() as uow:
        draft = make_fair(uow, state=FairState.DRAFT).public_id
    for fair in (joined, draft, "nonsense"):
        assert office.client().get(f"/fairs/{fair}/plan").status_code == 404


def test_the_plan_costs_the_same_with_twenty_booths(office: Office) -> None:
    fair, guest = running(office), office.client()

    def cost() -> int:
        guest.get(f"/fairs/{fair}/plan")
        with counted(office.runtime.database.engine) as statements:
            guest.get(f"/fairs/{fair}/plan")
        return len(statements)

    few = cost()
    with office.unit() as uow:
        row = uow.session.query(JobFair).one()
        for number in range(17):
            make_booth(uow, row, f"B{number:02d}", exhibitor=make_exhibitor(uow, row))
    assert cost() == few


def test_search_engines_read_an_event(office: Office) -> None:
    fair = running(office, mode=FairMode.BOTH, hosts="测试局", title="测试</script><b>会")
    page = text_of(office.client().get(f"/fairs/{fair}"))
    [data] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    event = json.loads(data)
    assert (event["@type"], event["name"], event["organizer"]["name"]) == ("Event", "测试</script><b>会", "测试局")
    assert event["startDate"].endswith("+08:00") and event["eventAttendanceMode"].endswith("MixedEventAttendanceMode")
    assert event["location"]["name"] == "测试体育馆" and event["url"].endswith(f"/fairs/{fair}")
