"""Pages after a fair: the summary and its lists, follow-ups, reports, links without an account, ratings."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from jobmatch.accounts.models import Organization
from jobmatch.accounts.states import Role
from jobmatch.core.audit import AuditEntry
from jobmatch.core.jobs import JobContext
from jobmatch.fairs.outcomes.jobs import after
from jobmatch.fairs.outcomes.models import FairFollowUp, FairRating
from jobmatch.fairs.outcomes.states import FollowUpResult, FollowUpSource
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.visitors.tickets import ticket_text
from recruiters.employers.queries import get_employer
from tests.factories import PATH_COUNTY, PATH_OTHER, make_person, make_station, make_user
from tests.fairs.help import make_exhibitor, make_fair_posting
from tests.fairs.outcome_help import closed_fair, make_intention, visitor
from tests.matching.help import counted
from tests.recruiters.help import Office, open_office, text_of


@pytest.fixture
def office(sqlite_runtime: Any, app: Any) -> Iterator[Office]:
    yield open_office(sqlite_runtime, app)


class Held:
    """Public ids of a fair of ten days ago with two intentions, of the office's employer."""

    def __init__(self, office: Office, *, people: int = 2) -> None:
        with office.unit() as uow:
            fair = closed_fair(uow, days_ago=10, title="测试金秋专场")
            exhibitor = make_exhibitor(uow, fair, employer=get_employer(uow.session, office.employer_id), came=True)
            posting = make_fair_posting(uow, exhibitor)
            persons = [make_person(uow) for _n in range(people)]
            registrations = [visitor(uow, fair, person=one, name="测试甲某") for one in persons]
            for one in registrations:
                make_intention(uow, one, posting)
            self.fair, self.exhibitor = fair.public_id, exhibitor.public_id
            self.user_id = persons[0].user_id or 0
            self.ticket = ticket_text(fair.public_id, registrations[0].public_id)
        after(JobContext(office.runtime.database, 1, "tests"))
        self.base = f"/staff/fairs/{self.fair}"


def follow_ups(office: Office, day: int = 7) -> list[FairFollowUp]:
    with office.unit() as uow:
        return list(uow.session.scalars(select(FairFollowUp).where(FairFollowUp.day == day).order_by(FairFollowUp.id)))


def test_the_summary_shows_numbers_that_lead_to_their_lists(office: Office) -> None:
    held, clerk = Held(office), office.clerk
    shown = text_of(clerk.get(f"{held.base}/after"))
    assert "测试金秋专场：进场 2 人，意向 2 人" in shown and "达成初步就业意向2人（2人次）" in shown
    linked = re.findall(r'/after/lists/(\w+)(?:\?[^"]*)?">(\d+)</a>', shown)
    assert {"visitors", "verified", "served_with_intention", "wish_policy", "unverified", "outcomes"} <= dict(
        linked
    ).keys()
    for name, number in linked:
        listed = text_of(clerk.get(f"{held.base}/after/lists/{name}"))
        rows = 0 if "还没有</td>" in listed else listed.count('<tr><th scope="row">')
        # Three heads of one posting; every other number is as long as its list.
        assert rows == (1 if name == "vacancies" else int(number)), name
    assert "测试甲某" in text_of(clerk.get(f"{held.base}/after/lists/outcomes"))
    assert clerk.get(f"{held.base}/after/lists/nonsense").status_code == 404


def test_a_superior_reader_sees_masked_figures_and_no_list(office: Office) -> None:
    held = Held(office)
    with office.unit() as uow:
        reader = make_user(uow, Role.SUPERIOR_READER, organization=make_station(uow, path=PATH_COUNTY)).id
        far = make_user(uow, Role.STATION_STAFF, organization=make_station(uow, path=PATH_OTHER)).id
    client = office.client(reader)
    shown = text_of(client.get(f"{held.base}/after"))
    assert "少于5" in shown and "测试甲某" not in shown and "/lists/" not in shown
    assert client.get(f"{held.base}/after/lists/visitors").status_code == 403
    assert client.get(f"{held.base}/after/reports/quick.xlsx").status_code == 200
    assert "举办 1 场" in text_of(client.get("/staff/fairs/effect"))
    for path in ("after", "after/lists/visitors", "after/archive.zip", f"after/exhibitors/{held.exhibitor}"):
        assert office.client(far).get(f"{held.base}/{path}").status_code == 404


def test_a_call_is_noted_in_place_and_bad_input_is_said(office: Office) -> None:
    held, clerk = Held(office), office.clerk
    shown = text_of(clerk.get(f"{held.base}/follow-ups"))
    assert "2 个意向要回访" in shown and "测试甲某" in shown
    row = follow_ups(office)[0]
    path = f"{held.base}/follow-ups/{row.public_id}"
    assert "请选没有入职的原因" in text_of(clerk.post(path, data={"result": "not_started"}), 422)
    assert "请选一个结果" in text_of(clerk.post(path, data={"result": "x"}), 422)
    sent = {"result": "not_started", "reason_code": "fu_distance", "again": "1", "training": "1"}
    assert clerk.post(path, data=sent).status_code == 303
    row = follow_ups(office)[0]
    assert row.result is FollowUpResult.NOT_STARTED and row.is_recommended_again and row.is_to_training
    assert "1 个意向要回访" in text_of(clerk.get(f"{held.base}/follow-ups"))
    assert "距离" in text_of(clerk.get(f"{held.base}/after/lists/outcomes"))


def test_the_person_answers_with_one_tap(office: Office) -> None:
    Held(office)
    held = Held(office)
    me = office.client(held.user_id)
    shown = text_of(me.get("/me/fairs/follow-ups"))
    assert "1 个等您说一声" in shown
    path = re.findall(r'action="(/me/fairs/follow-ups/\w+)"', shown)[0]
    assert me.post(path, data={"result": "unverified"}).status_code == 422
    assert me.post(path, data={"result": "same_employer"}).status_code == 303
    assert "现在没有要您回答的" in text_of(me.get("/me/fairs/follow-ups"))
    foreign = follow_ups(office)[0].public_id
    assert me.post(f"/me/fairs/follow-ups/{foreign}", data={"result": "same_employer"}).status_code == 404


def test_an_exhibitor_answers_by_link_without_an_account(office: Office) -> None:
    held, guest = Held(office), office.client()
    shown = text_of(office.clerk.post(f"{held.base}/after/exhibitors/{held.exhibitor}"))
    link = re.findall(r'value="http://[^/]+(/fairs/after/[\w-]+)"', shown)[0]
    page = text_of(guest.get(link))
    assert "测**" in page and "测试甲某" not in page
    assert all(row.result is None for row in follow_ups(office))
    rows = follow_ups(office)
    data = {
        f"result-{rows[0].public_id}": "not_started",
        f"reason-{rows[0].public_id}": "fu_needs",
        f"result-{rows[1].public_id}": "same_employer",
        "result-zz22zz22zz22zz22": "same_employer",
        "stars": "4",
        "words": "希望多些司机",
    }
    assert guest.post(link, data=data).status_code == 303
    found = [(row.result, row.source, row.reason_code) for row in follow_ups(office)]
    assert found == [
        (FollowUpResult.NOT_STARTED, FollowUpSource.EMPLOYER, "fu_needs"),
        (FollowUpResult.SAME_EMPLOYER, FollowUpSource.EMPLOYER, None),
    ]
    assert guest.post(link, data={"stars": "9"}).status_code == 422
    assert guest.get("/fairs/after/nonsense").status_code == 404
    assert guest.post("/fairs/after/nonsense").status_code == 404


def test_an_employer_with_an_account_finds_the_same_list(office: Office) -> None:
    held, member = Held(office), office.member
    path = f"/employer/fairs/{held.exhibitor}/after"
    assert "意向 2 个" in text_of(member.get(path))
    row = follow_ups(office)[0]
    assert member.post(path, data={f"result-{row.public_id}": "in_progress"}).status_code == 303
    assert follow_ups(office)[0].result is FollowUpResult.IN_PROGRESS
    with office.unit() as uow:
        organization = Organization(
            kind="employer", state="active", name="测试别家", created_at=uow.now, changed_at=uow.now
        )
        uow.session.add(organization)
        uow.session.flush()
        other = make_user(uow, Role.EMPLOYER_MEMBER, organization=organization).id
    assert office.client(other).get(path).status_code == 404


def test_a_visitor_rates_with_the_ticket_and_a_forged_one_is_refused(office: Office) -> None:
    held, guest = Held(office), office.client()
    assert "这场招聘会怎么样" in text_of(guest.get(f"/fairs/rate/{held.ticket}"))
    assert "谢谢您的评价" in text_of(guest.post(f"/fairs/rate/{held.ticket}", data={"stars": "5"}))
    assert guest.post(f"/fairs/rate/{held.ticket}", data={"stars": "0"}).status_code == 422
    forged = held.ticket[:-1] + ("2" if held.ticket[-1] != "2" else "3")
    assert guest.get(f"/fairs/rate/{forged}").status_code == 404
    with office.unit() as uow:
        assert [row.stars for row in uow.session.scalars(select(FairRating))] == [5]
    # One rating is no average.
    assert re.search(
        r"求职者</th><td[^>]*><a[^>]*>少于5</a></td><td[^>]*>—", text_of(office.clerk.get(f"{held.base}/after"))
    )


def test_reports_are_sent_downloaded_and_kept(office: Office) -> None:
    held, clerk = Held(office), office.clerk
    for kind in ("quick", "day_90"):
        for form, start in (("docx", b"PK"), ("pdf", b"%PDF"), ("xlsx", b"PK")):
            assert clerk.get(f"{held.base}/after/reports/{kind}.{form}").data.startswith(start)
    assert clerk.get(f"{held.base}/after/reports/quick.exe").status_code == 404
    assert clerk.get(f"{held.base}/after/reports/none.pdf").status_code == 404
    assert clerk.post(f"{held.base}/after/reports/quick").status_code == 303
    assert "改过的报告要写明为什么改" in text_of(clerk.post(f"{held.base}/after/reports/quick"), 422)
    assert clerk.post(f"{held.base}/after/reports/quick", data={"reason": "补录一张表"}).status_code == 303
    shown = text_of(clerk.get(f"{held.base}/after"))
    sent = re.findall(r'href="(/staff/fairs/\w+/after/sent/\w+\.pdf)"', shown)
    assert len(sent) == 2 and clerk.get(sent[0]).data.startswith(b"%PDF")
    answer = clerk.get(f"{held.base}/after/archive.zip")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as pack:
        assert "目录.xlsx" in pack.namelist()
    with office.unit() as uow:
        taken = uow.session.scalars(select(AuditEntry.detail).where(AuditEntry.action == "fair.file_take")).all()
        assert {one["kind"] for one in taken} == {"quick", "day_90", "archive"}
    assert clerk.post(f"{held.base}/after/erase").status_code == 409


def test_the_effect_page_takes_any_period(office: Office) -> None:
    Held(office)
    clerk = office.clerk
    assert "共举办退役军人专场招聘会1场" in text_of(clerk.get("/staff/fairs/effect"))
    for query in ("since=x&until=y", "since=2030-01-01&until=2020-01-01", "until=9999-12-31&since=0001-01-01"):
        text_of(clerk.get(f"/staff/fairs/effect?{query}"))
    for form in ("docx", "pdf", "xlsx"):
        assert clerk.get(f"/staff/fairs/effect.{form}").status_code == 200
    assert clerk.get("/staff/fairs/effect.exe").status_code == 404


def test_twenty_follow_ups_cost_the_statements_of_two(office: Office) -> None:
    few, many, clerk = Held(office), Held(office, people=20), office.clerk
    costs = []
    for held in (few, many):
        for path in ("follow-ups", "after", f"after/exhibitors/{held.exhibitor}"):
            clerk.get(f"{held.base}/{path}")
            with counted(office.runtime.database.engine) as seen:
                text_of(clerk.get(f"{held.base}/{path}"))
            costs.append(len(seen))
    # The page of the second fair also compares it with the first one.
    assert costs[3] == costs[0] and costs[5] == costs[2] and costs[4] <= costs[1] + 1


def test_a_canceled_or_running_fair_gets_no_link_and_no_report(office: Office) -> None:
    held, clerk = Held(office), office.clerk
    with office.unit() as uow:
        uow.session.scalars(select(JobFair).where(JobFair.public_id == held.fair)).one().state = "running"
    assert clerk.post(f"{held.base}/after/reports/quick").status_code == 409
    shown = text_of(clerk.get(f"{held.base}/after"))
    assert "一会一档" not in shown
