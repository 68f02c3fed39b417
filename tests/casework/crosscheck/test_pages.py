"""The pages of the room."""

from __future__ import annotations

import io
import zipfile
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from jobmatch.casework.crosscheck.jobs import JOBS
from jobmatch.casework.crosscheck.models import CrossCheck, CrossCheckLine, EmploymentCheck
from jobmatch.casework.crosscheck.services.checks import ask_due
from jobmatch.casework.crosscheck.states import LineState, Topic
from jobmatch.casework.tasks.models import Task
from jobmatch.core.actors import system_actor
from jobmatch.core.jobs import JobContext
from jobmatch.core.runtime import Runtime
from jobmatch.people.models.person import Person
from jobmatch.people.models.register import EmploymentSpell
from jobmatch.people.queries.people import get_person
from jobmatch.people.services.people import save_identity
from jobmatch.people.states import EvidenceKind
from jobmatch.reference.rules import add_months
from tests.casework.crosscheck.help import a_list, multipart, numbered, table, working
from tests.conftest import acting
from tests.factories import PATH_OTHER, make_person, make_staff
from tests.people.help import World, counted, make_world, sign_in

CHECKS, LISTS = "/staff/employment-checks", "/staff/crosschecks"
NUMBER = "11010519491231002X"


@pytest.fixture
def world(client: FlaskClient, sqlite_runtime: Runtime) -> World:
    """Somebody who has worked for a month, with a question that waits."""
    made = make_world(sqlite_runtime)
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        person = get_person(uow.session, made.person_id)
        save_identity(uow, person, id_number=NUMBER)
        day = add_months(uow.today, -1)
        working(uow, person, started_on=day, evidence=EvidenceKind.CONTRACT, evidence_on=day)
        ask_due(uow)
    return made


def check_id(runtime: Runtime) -> str:
    with runtime.unit(system_actor("tests"), writing=False) as uow:
        return str(uow.session.scalars(select(EmploymentCheck.public_id)).one())


def test_the_person_answers_with_one_press(client: FlaskClient, sqlite_runtime: Runtime, world: World) -> None:
    sign_in(client, world.user_id)
    url = f"/me/employment/checks/{check_id(sqlite_runtime)}"
    assert "我的就业情况" in client.get("/me").text
    assert "点一下告诉我们" in client.get("/me/employment").text
    text = client.get(url).text
    assert all(word in text for word in ("还在这里", "换了单位", "不在了", "测试厂"))
    assert client.post(url, data={"answer": "known"}).status_code == 422
    assert client.post(url, data={}).status_code == 422
    assert client.post(url, data={"answer": "stayed"}).status_code == 303
    assert "已经答过了" in client.get(url).text
    assert client.post(url, data={"answer": "left"}).status_code == 409
    assert "点一下告诉我们" not in client.get("/me/employment").text


def test_the_question_needs_the_right_person(client: FlaskClient, sqlite_runtime: Runtime, world: World) -> None:
    url = f"/me/employment/checks/{check_id(sqlite_runtime)}"
    assert client.get(url).status_code == 303
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        other = make_person(uow).user_id
        spell_id = uow.session.scalars(select(EmploymentSpell.public_id)).one()
    assert other is not None
    sign_in(client, other)
    assert client.get(url).status_code == 404
    assert client.post(url, data={"answer": "stayed"}).status_code == 404
    assert client.post(f"/me/employment/{spell_id}/confirm").status_code == 404


def test_the_person_confirms_or_says_what_is_wrong(client: FlaskClient, sqlite_runtime: Runtime, world: World) -> None:
    sign_in(client, world.user_id)
    with sqlite_runtime.unit(system_actor("tests"), writing=False) as uow:
        spell_id = uow.session.scalars(select(EmploymentSpell.public_id)).one()
    page = client.get("/me/employment").text
    assert "对，还是这样" in page
    assert "有效到" in page
    assert client.post(f"/me/employment/{spell_id}/confirm").status_code == 303
    assert client.get("/me/employment/wrong").status_code == 200
    assert client.post("/me/employment/wrong", data={"words": ""}).status_code == 422
    assert client.post("/me/employment/wrong", data={"words": "我换单位了"}).status_code == 303
    with sqlite_runtime.unit(system_actor("tests"), writing=False) as uow:
        assert uow.session.scalars(select(Task.title)).all() == ["本人说就业台账不对：我换单位了"]


def test_staff_write_down_what_they_heard(client: FlaskClient, sqlite_runtime: Runtime, world: World) -> None:
    sign_in(client, world.staff_id)
    url = f"{CHECKS}/{check_id(sqlite_runtime)}"
    assert "测试厂" in client.get(CHECKS).text
    assert client.get(url).status_code == 200
    assert client.post(url, data={"answer": "stayed", "evidence": "rumour"}).status_code == 422
    data = {"answer": "moved", "evidence": "family", "way": "phone", "said_by": "母亲"}
    answer = client.post(url, data=data)
    assert answer.status_code == 303
    assert answer.location.endswith(f"/staff/people/{world.public_id}/register")
    assert "现在没有要问的" in client.get(CHECKS).text


def test_the_register_page_shows_until_when_and_what_was_corrected(
    client: FlaskClient, sqlite_runtime: Runtime, world: World
) -> None:
    sign_in(client, world.staff_id)
    url = f"/staff/people/{world.public_id}/register"
    with sqlite_runtime.unit(system_actor("tests"), writing=False) as uow:
        spell = uow.session.scalars(select(EmploymentSpell)).one()
        public_id, version, day = spell.public_id, spell.version, spell.started_on
    assert "有效到 2027 年 10 月" in client.get(url).text
    confirm = f"{url}/{public_id}/confirm"
    assert client.get(confirm).status_code == 200
    assert client.post(confirm, data={"evidence": "none", "way": "phone"}).status_code == 422
    data = {"evidence": "social_insurance", "way": "paper", "said_by": "社保局", "confirmed_on": "2026-11-20"}
    assert client.post(confirm, data=data | {"confirmed_on": "2026-12-20"}).status_code == 422
    assert client.post(confirm, data=data).status_code == 303
    assert "有效到 2027 年 11 月" in client.get(url).text
    correct = f"{url}/{public_id}/correct"
    assert 'value="测试厂"' in client.get(correct).text
    fields = {"status_code": "E3", "started_on": day.isoformat(), "employer_name": "平台接单", "version": str(version)}
    assert client.post(correct, data=fields).status_code == 422
    assert client.post(correct, data=fields | {"reason": "弄错单位", "version": "99"}).status_code == 409
    assert client.post(correct, data=fields | {"reason": "弄错单位"}).status_code == 303
    text = client.get(url).text
    assert "<s>" in text
    assert "弄错单位" in text
    assert "没有核实，不计入已就业" in text
    assert client.post(correct, data=fields | {"reason": "弄错单位"}).status_code == 409


def new_list(client: FlaskClient, **values: str) -> str:
    data = {
        "topic": "insured",
        "population": "everybody",
        "purpose": "核实就业台账",
        "letter_number": "安退函 8 号",
        "letter_on": "2026-11-01",
    }
    answer = client.post(f"{LISTS}/new", data=data | values)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def test_a_list_from_letter_to_decision(client: FlaskClient, sqlite_runtime: Runtime, world: World) -> None:
    sign_in(client, world.staff_id)
    assert "新建名单" in client.get(LISTS).text
    assert client.get(f"{LISTS}/new").status_code == 200
    assert client.post(f"{LISTS}/new", data={"topic": "insured", "population": "everybody"}).status_code == 422
    url = new_list(client)
    assert "安退函 8 号" in client.get(url).text
    sealed = client.post(f"{url}/file")
    assert sealed.headers["Content-Disposition"].startswith("attachment")
    assert sealed.headers["Cache-Control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(sealed.data)) as archive:
        assert archive.infolist()[0].flag_bits & 1
    assert client.post(f"{url}/plain", data={"reason": "打不开加密文件", "typed": "x"}).status_code == 422
    plain = client.post(f"{url}/plain", data={"reason": "打不开加密文件", "typed": "明文导出"})
    assert plain.status_code == 200
    assert plain.data.startswith(b"PK")
    content = table(Topic.INSURED, (NUMBER, "是", "测试厂", "2026-10-01"))

    def upload(raw: bytes, name: str = "answer.xlsx", day: str = "2026-11-15") -> int:
        data = {"table": (io.BytesIO(raw), name), "answered_on": day, "answer_number": "安人社函 3 号"}
        return client.post(f"{url}/answer", data=data).status_code

    assert upload(content, day="2027-01-01") == 422
    assert upload(content) == 303
    assert "采纳一致的 1 条" in client.get(url).text
    assert client.get(f"{url}/lines/{world.public_id}").status_code == 200
    assert client.post(f"{url}/lines/{world.public_id}", data={"decision": "refuse"}).status_code == 422
    assert client.post(f"{url}/lines/{world.public_id}", data={"decision": "burn"}).status_code == 422
    assert client.post(f"{url}/agreeing").status_code == 303
    assert upload(content) == 303
    with sqlite_runtime.unit(system_actor("tests"), writing=False) as uow:
        assert uow.session.scalars(select(CrossCheckLine.state)).all() == [LineState.ACCEPTED]
    assert "采纳一致的" not in client.get(url).text
    for query in ("state=accepted", "state=nonsense", "state=&verdict=agrees", "verdict=x&page=-1"):
        assert client.get(f"{url}?{query}").status_code == 200


@pytest.mark.parametrize(
    ("raw", "name", "words"),
    [
        (b"", "answer.xlsx", "是空的"),
        (b"MZ\x90\x00 a program", "answer.xlsx", "对不上"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 sealed workbook", "answer.xlsx", "设了密码"),
        (b"\x00\x01\x02\x03", "answer.csv", "只收 xlsx 和 csv"),
        ("姓名,电话\n甲,1".encode(), "answer.csv", "没有“身份证号”"),
        ("姓名,身份证号\n甲,1".encode("gbk"), "answer.csv", "是否参保"),
        (b"%PDF-1.7", "answer.pdf", "csv、xlsx"),
        (b"PK\x05\x06" + b"\x00" * 18, "answer.xlsx", "对不上"),
        (b"x" * (10 * 1024 * 1024 + 1), "answer.csv", "10 MB 以内"),
    ],
)
def test_files_that_are_no_answer_are_refused_with_words(
    client: FlaskClient, sqlite_runtime: Runtime, world: World, raw: bytes, name: str, words: str
) -> None:
    sign_in(client, world.staff_id)
    url = new_list(client)
    answer = client.post(f"{url}/answer", **multipart(name, raw, answered_on="2026-11-15"))
    assert answer.status_code == 422
    assert words in answer.text
    with sqlite_runtime.unit(system_actor("tests"), writing=False) as uow:
        assert uow.session.scalars(select(CrossCheck.answered_on)).all() == [None]


def test_a_bomb_is_refused_before_it_opens(client: FlaskClient, sqlite_runtime: Runtime, world: World) -> None:
    sign_in(client, world.staff_id)
    url = new_list(client)
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "x")
        archive.writestr("xl/workbook.xml", "x")
        with archive.open("xl/sheet.xml", "w", force_zip64=True) as part:
            for _ in range(210):
                part.write(bytes(1024 * 1024))
    data = {"table": (io.BytesIO(bomb.getvalue()), "a.xlsx"), "answered_on": "2026-11-15"}
    answer = client.post(f"{url}/answer", data=data)
    assert answer.status_code == 422
    assert "展开以后太大" in answer.text


def test_no_answer_and_far_too_much_are_refused(client: FlaskClient, world: World) -> None:
    sign_in(client, world.staff_id)
    url = new_list(client)
    assert client.post(f"{url}/answer", data={"answered_on": "2026-11-15"}).status_code == 422
    assert client.post(f"{url}/answer", **multipart("a.csv", bytes(11 * 1024 * 1024))).status_code == 413
    big = {"purpose": "x" * 300 * 1024}
    assert client.post(f"{LISTS}/new", data=big).status_code == 413


def test_lists_elsewhere_are_not_there(client: FlaskClient, sqlite_runtime: Runtime, world: World) -> None:
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        far = acting(uow, make_staff(uow, path=PATH_OTHER))
        person = numbered(far, path=PATH_OTHER)
        public_id, person_id = a_list(far).public_id, person.public_id
        uow.actor = system_actor("tests")
    sign_in(client, world.staff_id)
    for found in (public_id, "nothing"):
        assert client.get(f"{LISTS}/{found}").status_code == 404
        for tail in ("file", "plain", "answer", "agreeing", f"lines/{person_id}"):
            data = {"typed": "明文导出", "reason": "打不开加密文件", "answered_on": "2026-11-15", "decision": "accept"}
            assert client.post(f"{LISTS}/{found}/{tail}", data=data).status_code in {404, 422}, tail
    sign_in(client, world.user_id)
    assert client.get(LISTS).status_code == 403
    assert client.get(CHECKS).status_code == 403


def test_lists_cost_the_same_for_two_rows_and_for_twenty(
    client: FlaskClient, sqlite_runtime: Runtime, world: World
) -> None:
    sign_in(client, world.staff_id)
    counts: dict[str, list[int]] = {}
    for extra in (1, 18):
        with sqlite_runtime.unit(system_actor("tests")) as uow:
            for _ in range(extra):
                person = numbered(uow)
                day = add_months(uow.today, -3) - timedelta(days=1)
                working(uow, person, started_on=day, evidence=EvidenceKind.CONTRACT, evidence_on=day)
            while ask_due(uow):
                pass
            staff = acting(uow, make_staff(uow))
            for _ in range(extra):
                a_list(staff)
            latest = uow.session.scalars(select(CrossCheck.public_id).order_by(CrossCheck.id.desc())).first()
            uow.actor = system_actor("tests")
        for name, url in (("checks", CHECKS), ("lists", LISTS), ("list", f"{LISTS}/{latest}?state=sent")):
            client.get(url)
            with counted(sqlite_runtime.database.engine) as seen:
                assert client.get(url).status_code == 200
            counts.setdefault(name, []).append(len(seen))
    assert all(few == many for few, many in counts.values()), counts


def test_the_daily_work_runs_to_its_end(sqlite_runtime: Runtime, world: World) -> None:
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        for _ in range(3):
            working(uow, make_person(uow, with_user=False), started_on=date(2026, 10, 1))
    context = JobContext(sqlite_runtime.database, 0, "crosscheck.ask")
    assert JOBS["crosscheck.ask"](context) == {"settled": 0, "asked": 3, "handed_over": 0}
    assert JOBS["crosscheck.ask"](context) == {"settled": 0, "asked": 0, "handed_over": 0}
    with sqlite_runtime.unit(system_actor("tests"), writing=False) as uow:
        assert uow.session.scalar(select(func.count()).select_from(Person)) == 4
