"""Notices sent down: to whom, who read and answered them, and who is reminded."""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from jobmatch.accounts.models import Organization
from jobmatch.core.errors import Conflict, Invalid, NotFound
from jobmatch.core.uow import UnitOfWork
from jobmatch.inbox.models import Message
from jobmatch.reports.filing.models import Circular, CircularReceipt
from jobmatch.reports.filing.services.circulars import answer_circular, mark_read, remind_circular, send_circular
from tests.conftest import acting
from tests.factories import PATH_A, PATH_B, PATH_COUNTY, PATH_OTHER, make_staff
from tests.matching.help import counted
from tests.recruiters.help import Office, open_office, text_of

NUMBERS = itertools.count()
VILLAGE = PATH_A + "430382001001/"


@pytest.fixture
def office(sqlite_runtime: Any, app: Any) -> Iterator[Office]:
    yield open_office(sqlite_runtime, app)


def sent(uow: UnitOfWork, **values: Any) -> tuple[UnitOfWork, Circular]:
    staff = acting(uow, make_staff(uow, path=PATH_COUNTY))
    return staff, send_circular(staff, **{"title": "报名单", "words": "本周内", "asks_answer": True, **values})


def read_count(uow: UnitOfWork) -> int:
    return uow.session.scalar(select(func.count()).where(CircularReceipt.read_at.is_not(None))) or 0


def test_every_station_below_gets_it_and_no_other(uow: UnitOfWork) -> None:
    for path in (PATH_A, PATH_B, VILLAGE, PATH_OTHER):
        make_staff(uow, path=path)
    _staff, circular = sent(uow)
    names = uow.session.scalars(
        select(Organization.region_path)
        .join(CircularReceipt, CircularReceipt.station_id == Organization.id)
        .where(CircularReceipt.circular_id == circular.id)
        .order_by(Organization.region_path)
    ).all()
    assert names == sorted([PATH_A, VILLAGE, PATH_B])
    assert uow.session.scalar(select(func.count()).select_from(Message)) == 3


def test_two_presses_send_one_notice(uow: UnitOfWork) -> None:
    make_staff(uow, path=PATH_A)
    staff, circular = sent(uow)
    assert send_circular(staff, title="报名单", words="本周内", asks_answer=True) is circular
    assert uow.session.scalar(select(func.count()).select_from(Message)) == 1
    assert sent(uow, words="下周内")[1] is not circular


def test_an_office_with_nobody_below_sends_nothing(uow: UnitOfWork) -> None:
    with pytest.raises(Invalid) as nobody:
        sent(uow)
    assert "没有服务站" in nobody.value.fields["title"]
    with pytest.raises(Invalid) as error:
        sent(uow, title="", words="", due_on=uow.today - timedelta(days=1))
    assert set(error.value.fields) == {"title", "words", "due_on"}


def test_a_station_reads_once_and_answers_for_itself(uow: UnitOfWork) -> None:
    clerk, other = acting(uow, make_staff(uow, path=PATH_A)), acting(uow, make_staff(uow, path=PATH_OTHER))
    staff, circular = sent(uow)
    assert mark_read(clerk, circular) is mark_read(clerk, circular)
    with pytest.raises(NotFound):
        mark_read(other, circular)
    with pytest.raises(NotFound):
        mark_read(staff, circular)
    with pytest.raises(Invalid):
        answer_circular(clerk, circular, words=" ")
    assert answer_circular(clerk, circular, words="收到").answer == "收到"
    assert answer_circular(clerk, circular, words="收到，已报").answer == "收到，已报"
    _staff, plain = sent(uow, title="只看", asks_answer=False)
    with pytest.raises(Conflict):
        answer_circular(clerk, plain, words="收到")


def test_whoever_owes_an_answer_is_reminded_once_a_day(uow: UnitOfWork) -> None:
    clerk = acting(uow, make_staff(uow, path=PATH_A))
    make_staff(uow, path=PATH_B)
    staff, circular = sent(uow)
    mark_read(clerk, circular)
    assert remind_circular(staff, circular) == 2
    answer_circular(clerk, circular, words="收到")
    assert remind_circular(staff, circular) == 1
    assert uow.session.scalar(select(func.count()).where(Message.title.startswith("请看通知"))) == 2


def test_the_pages_of_a_notice(office: Office) -> None:
    assert "还没有通知" in text_of(office.clerk.get("/staff/circulars"))
    assert "没有服务站" in text_of(office.clerk.post("/staff/circulars/new", data={"title": "x", "words": "y"}), 422)
    with office.unit() as uow:
        town = make_staff(uow, path=PATH_A).user_id
        far = make_staff(uow, path=PATH_OTHER).user_id
    data = {"title": "报名单", "words": "第一行\n第二行", "asks_answer": "y"}
    wrong = data | {"file": (io.BytesIO(b"MZ\x00"), "x.pdf")}
    assert office.clerk.post("/staff/circulars/new", data=wrong, content_type="multipart/form-data").status_code == 422
    right = data | {"file": (io.BytesIO(b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"), "名单.pdf")}
    made = office.clerk.post("/staff/circulars/new", data=right, content_type="multipart/form-data")
    url = made.headers["Location"]
    clerk = office.client(town)
    assert "1 个站：0 个已看到" in text_of(office.clerk.get(url))
    assert "没看" in text_of(clerk.get("/staff/circulars"))
    assert clerk.get(f"{url}/file").get_data().startswith(b"%PDF")
    assert clerk.post(f"{url}/read").status_code == 303
    assert clerk.post(f"{url}/answer", data={"answer": ""}).status_code == 422
    assert clerk.post(f"{url}/answer", data={"answer": "收到"}).status_code == 303
    assert "1 个交了回执" in text_of(office.clerk.get(url))
    assert office.clerk.post(f"{url}/remind").status_code == 303
    for path in (url, f"{url}/file"):
        assert office.client(far).get(path).status_code == 404
    assert office.client(far).post(f"{url}/read").status_code == 404
    with office.unit() as uow:
        assert read_count(uow) == 1


def test_lists_cost_the_same_for_two_and_for_twenty(office: Office) -> None:
    costs = []
    with office.unit() as uow:
        make_staff(uow, path=PATH_A)
    for more in (2, 18):
        with office.unit() as uow:
            for _number in range(more):
                sent(uow, title=f"报名单 {next(NUMBERS)}")
        with counted(office.runtime.database.engine) as seen:
            assert office.clerk.get("/staff/circulars").status_code == 200
        costs.append(len(seen))
    assert costs[0] == costs[1]
