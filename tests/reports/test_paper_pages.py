"""Pages and files of papers: read with their lists, opened and read back, ordered and sent as a link."""

from __future__ import annotations

import io
import re
import subprocess
from collections.abc import Iterator
from datetime import date, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select, update

from jobmatch.accounts.models import User
from jobmatch.accounts.states import Role
from jobmatch.core import mail
from jobmatch.core.audit import AuditEntry
from jobmatch.core.errors import Invalid, NotAllowed, NotFound
from jobmatch.core.files import StoredFile
from jobmatch.core.jobs import JobContext
from jobmatch.core.uow import UnitOfWork
from jobmatch.inbox.jobs import deliver
from jobmatch.inbox.models import Delivery, Message
from jobmatch.reports.papers.jobs import send_orders
from jobmatch.reports.papers.models import PaperOrder
from jobmatch.reports.papers.policies import visible_orders
from jobmatch.reports.papers.queries import order_named
from jobmatch.reports.papers.services import order_paper, send_ordered, stop_order
from jobmatch.reports.papers.states import PaperKind
from tests.conftest import acting
from tests.factories import PATH_A, PATH_B, PATH_COUNTY, PATH_OTHER, make_person, make_staff, make_station, make_user
from tests.matching.help import counted
from tests.recruiters.help import Office, open_office, text_of
from tests.reports.help_programmes import two_fairs
from tests.reports.test_programme_ventures import worker
from tests.training.help_ventures import make_venture
from training.incubation.growth.states import WorkerEvidence
from training.incubation.ventures.states import VentureState

NAME = "测试老兵甲某"


@pytest.fixture
def office(sqlite_runtime: Any, app: Any) -> Iterator[Office]:
    yield open_office(sqlite_runtime, app)


def summary(office: Office, kind: str = "summary") -> str:
    """The address of a paper that takes in both fairs."""
    with office.unit() as uow:
        world = two_fairs(uow)
        world["first_here"].name = world["last_here"].name = NAME
        since, until = uow.today - timedelta(days=60), uow.today
    return f"/staff/papers/{kind}?period={since}_{until}"


def test_the_page_shows_sentences_whose_numbers_open_their_lists(office: Office) -> None:
    address = summary(office)
    shown = text_of(office.clerk.get(address))
    assert "我们共举办退役军人专场招聘会" in shown and "填报人：" in shown and "单位负责人：" in shown
    assert NAME not in shown
    links = dict(re.findall(r'href="(/staff/indicators/[^"]+)">([^<]+)</a>', shown.replace("&amp;", "&")))
    assert {link.split("?")[0].count("/list") for link in links} == {0, 1}
    for link, number in links.items():
        listed = text_of(office.clerk.get(link))
        if "/list" in link and re.fullmatch(r"\d+", number) and int(number):
            rows = re.findall(r'<tr><th scope="row">.*?</tr>', listed, re.DOTALL)
            weights = [
                int(re.findall(r'<td[^>]* class="num">(\d+)</td>', row)[-1]) for row in rows if 'class="num"' in row
            ]
            assert (sum(weights) or len(rows)) == int(number), link
    people = next(link for link in links if "T1.intention_people" in link)
    assert NAME in text_of(office.clerk.get(people))


@pytest.mark.parametrize("kind", [one.value for one in PaperKind])
def test_every_kind_of_paper_opens_with_and_without_rows(office: Office, kind: str) -> None:
    assert office.clerk.get(f"/staff/papers/{kind}").status_code == 200
    summary(office)
    shown = text_of(office.clerk.get(f"/staff/papers/{kind}?period=nonsense"))
    assert "审核人：" in shown and "注：每个数字怎么数" in shown


def test_files_say_what_the_page_says_and_name_nobody(office: Office, tmp_path: Path) -> None:
    address = summary(office)
    words = {"above": "各位领导：\n今年工作如下。", "below": "特此报告。"}
    files = {
        form: office.clerk.post(address, data={**words, "format": form}).get_data() for form in ("docx", "pdf", "xlsx")
    }
    document = Document(io.BytesIO(files["docx"]))
    told = [one.text for one in document.paragraphs]
    assert "各位领导：" in told and "特此报告。" in told
    assert any("共举办退役军人专场招聘会2〔1〕场" in one for one in told)
    assert any("填报人：" in one and "审核人：" in one and "单位负责人：" in one for one in told)
    assert any(one.startswith("〔1〕举办招聘会：2。期内开场") for one in told)
    opened = [one.target_ref for one in document.part.rels.values() if one.is_external]
    assert any("/staff/indicators/T3.fairs/list" in one for one in opened)
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    book = CalamineWorkbook.from_filelike(io.BytesIO(files["xlsx"]))
    sheets = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    notes = {row[1]: row[2] for row in sheets["注：每个数字的口径和名单"]}
    assert notes["意向人数"] == "2" and notes["招聘会岗位数"] == "13"
    target = tmp_path / "paper.pdf"
    target.write_bytes(files["pdf"])
    read = subprocess.run(["pdftotext", "-layout", target, "-"], capture_output=True, text=True, check=True).stdout
    flat = re.sub(r"\s+", "", read)
    assert "共举办退役军人专场招聘会2〔1〕场" in flat and "单位负责人：" in flat and "特此报告。" in flat
    everything = flat + "".join(told) + "".join(cells) + str(sheets)
    assert NAME not in everything


def test_a_monthly_paper_compares_with_last_month_and_last_year_by_place(office: Office) -> None:
    with office.unit() as uow:
        world = two_fairs(uow)
        month = f"{world['first'].opens_at + timedelta(hours=8):%Y-%m}"
    shown = text_of(office.clerk.get(f"/staff/papers/monthly?period={month}"))
    assert "去年同期" in shown and "分地区" in shown and "本级举办的不在下面各行里" in shown
    made = office.clerk.post(f"/staff/papers/monthly?period={month}", data={"format": "xlsx"}).get_data()
    book = CalamineWorkbook.from_filelike(io.BytesIO(made))
    rows = book.get_sheet_by_name("招聘会").to_python()
    assert rows[0] == ["指标", "本期", "上期", "去年同期"]
    fairs_ = next(row for row in rows if row[0] == "举办招聘会（场）")
    assert int(fairs_[1]) >= 1 and fairs_[3] == "0"
    assert "分地区" in book.sheet_names


def test_places_are_drawn_with_the_largest_named(office: Office) -> None:
    with office.unit() as uow:
        for path, people in ((PATH_A, 1), (PATH_B, 3)):
            shop = make_venture(uow, make_person(uow, path=path), state=VentureState.OPERATING)
            for _n in range(people):
                worker(uow, shop, WorkerEvidence.ROSTER, date(2026, 2, 1))
    shown = text_of(office.clerk.get("/staff/papers/quarterly?period=2026-3"))
    assert re.search(r"带动就业最多的是测试\S+，3人", shown) and "各地区：带动就业" in shown
    assert "最多的是" not in text_of(office.clerk.get("/staff/papers/quarterly?period=2025-3"))


def test_too_long_words_and_unknown_kinds_are_refused(office: Office) -> None:
    answer = office.clerk.post("/staff/papers/monthly", data={"format": "docx", "above": "长" * 4001})
    assert answer.status_code == 422
    for address in ("/staff/papers/weekly", "/staff/indicators/T99/list"):
        assert office.clerk.get(address).status_code == 404
    assert office.clerk.post("/staff/papers/monthly", data={"format": "exe"}).status_code == 404


def test_aggregate_readers_write_no_papers_and_nobody_reads_above_the_own_place(office: Office) -> None:
    address = summary(office)
    with office.unit() as uow:
        reader = make_user(uow, Role.SUPERIOR_READER, organization=make_station(uow, path=PATH_COUNTY)).id
        far = make_user(uow, Role.STATION_STAFF, organization=make_station(uow, path=PATH_OTHER)).id
    for path in ("/staff/papers", address, "/staff/indicators/T3.fairs/list"):
        assert office.client(reader).get(path).status_code == 403
    asked = f"{address}&path={PATH_COUNTY}"
    assert "累计成效：台账里没有这段时间的记录。" in text_of(office.client(far).get(asked))


# ---------- orders ----------


def test_an_order_is_taken_changed_sent_and_stopped(office: Office) -> None:
    clerk = office.clerk
    assert "还没有订" in text_of(clerk.get("/staff/papers"))
    for day in ("1", "5"):
        assert clerk.post("/staff/papers/orders", data={"kind": "monthly", "month_day": day}).status_code == 303
    shown = text_of(clerk.get("/staff/papers"))
    assert "5 号" in shown and "1 号</td>" not in shown
    context = JobContext(office.runtime.database, 1, "tests")
    assert send_orders(context) == {"sent": 0}
    with office.unit() as uow:
        uow.session.execute(update(PaperOrder).values(next_on=uow.today))
    assert send_orders(context) == {"sent": 1}
    assert send_orders(context) == {"sent": 0}
    with office.unit() as uow:
        row = uow.session.scalars(select(PaperOrder)).one()
        message = uow.session.scalars(select(Message).where(Message.title.contains("就业创业工作月报"))).one()
        assert row.next_on > uow.today and row.next_on.day == 5
        assert not re.search(r"\d+人", message.title + message.body)
        link, order_id = message.link, row.public_id
    assert clerk.get(link).status_code == 200
    for _n in range(2):
        assert clerk.post(f"/staff/papers/orders/{order_id}/stop").status_code == 303
    assert "还没有订" in text_of(clerk.get("/staff/papers"))
    with office.unit() as uow:
        actions = list(uow.session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("paper.%"))))
    assert actions.count("paper.order") == 2 and actions.count("paper.stop") == 1


@pytest.mark.parametrize("suffix", ["docx", "pdf", "xlsx"])
def test_whoever_gave_an_address_gets_the_paper_as_a_file(office: Office, suffix: str) -> None:
    letters: list[EmailMessage] = []
    mail.use_post(letters.append)
    data = {"kind": "monthly", "month_day": "1", "format": suffix}
    assert office.clerk.post("/staff/papers/orders", data=data).status_code == 303
    with office.unit() as uow:
        uow.session.get_one(User, office.clerk_id).email = "ren@example.com"
        row = uow.session.scalars(select(PaperOrder)).one()
        row.next_on = uow.today
    assert send_orders(JobContext(office.runtime.database, 0, "papers.send")) == {"sent": 1}
    with office.unit() as uow:
        number = uow.session.scalars(select(Delivery.id)).one()
    assert deliver(JobContext(office.runtime.database, 0, "inbox.deliver"), delivery_id=number) == {"sent": True}
    mail.use_post(None)
    [letter] = letters
    [file] = letter.iter_attachments()
    assert str(file.get_filename()).endswith(f".{suffix}")
    assert file.get_content().startswith(b"%PDF" if suffix == "pdf" else b"PK")
    with office.unit() as uow:
        assert uow.session.scalar(select(func.count()).select_from(StoredFile)) == 0


def test_wrong_days_are_refused_at_the_field(office: Office) -> None:
    for day in ("0", "29", "", "x"):
        answer = office.clerk.post("/staff/papers/orders", data={"kind": "monthly", "month_day": day})
        assert answer.status_code == 422, day
    with office.unit() as uow:
        assert uow.session.scalars(select(PaperOrder)).all() == []


def test_services_refuse_strangers(uow: UnitOfWork) -> None:
    staff, far = acting(uow, make_staff(uow)), acting(uow, make_staff(uow, path=PATH_OTHER))
    row = order_paper(staff, PATH_COUNTY, kind="quarterly", month_day=10)
    assert row.next_on.month in {1, 4, 7, 10}
    with pytest.raises(NotAllowed):
        order_paper(far, PATH_COUNTY, kind="monthly", month_day=1)
    with pytest.raises(Invalid):
        order_paper(staff, PATH_COUNTY, kind="weekly", month_day=40)
    with pytest.raises(NotAllowed):
        stop_order(far, row)
    with pytest.raises(NotAllowed):
        send_ordered(staff, row, "x", gap_count=0)
    with pytest.raises(NotFound):
        far.one(visible_orders(far.actor, order_named(row.public_id)))


def test_the_list_of_orders_costs_the_same_with_many(office: Office) -> None:
    def cost() -> int:
        with counted(office.runtime.database.engine) as seen:
            assert office.clerk.get("/staff/papers").status_code == 200
        return len(seen)

    cost()
    office.clerk.post("/staff/papers/orders", data={"kind": "monthly", "month_day": "1"})
    few = cost()
    for kind in ("quarterly", "summary"):
        office.clerk.post("/staff/papers/orders", data={"kind": kind, "month_day": "1"})
    assert cost() == few
