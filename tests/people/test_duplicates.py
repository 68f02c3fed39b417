"""Likely the same person: numbers, names that look or sound alike, birthdays nearby; and two files side by side."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from jobmatch.accounts.models import User
from jobmatch.accounts.services.users import fill_phone_tails
from jobmatch.core.actors import system_actor
from jobmatch.core.audit import AuditEntry
from jobmatch.core.runtime import Runtime
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.duplicates import find_twins, turned
from jobmatch.people.models.person import Person
from jobmatch.people.pinyin import name_pinyin
from jobmatch.people.services.names import fill_search_columns, seal_fitness_notes
from jobmatch.people.states import TwinReason
from tests.conftest import acting
from tests.factories import PATH_B, PATH_OTHER, make_person, make_staff, phone
from tests.people.help import counted, make_world, sign_in

BORN = date(1985, 3, 12)


@pytest.mark.parametrize(
    ("name", "full", "initials"),
    [
        ("张三", "zhangsan", "zs"),
        ("曾国强", "zengguoqiang", "zgq"),
        ("单雄", "shanxiong", "sx"),
        ("解小龙", "xiexiaolong", "xxl"),
        ("仇英", "qiuying", "qy"),
        ("查良", "zhaliang", "zl"),
        ("尉迟恭", "yuchigong", "ycg"),
        ("单于明", "chanyuming", "cym"),
        ("翟天", "zhaitian", "zt"),
        ("吕布", "lvbu", "lb"),
        ("买买提·艾力", "maimaitiaili", "mmtal"),
        ("Li Lei", "lilei", "ll"),
        ("", "", ""),
    ],
)
def test_names_sound_as_surnames_do(name: str, full: str, initials: str) -> None:
    assert name_pinyin(name) == (full, initials)


def test_a_new_name_brings_a_new_sound(uow: UnitOfWork) -> None:
    person = make_person(uow, name="张三")
    assert (person.pinyin, person.initials) == ("zhangsan", "zs")
    person.name = "曾三"
    uow.session.flush()
    assert uow.session.scalar(select(Person.initials).where(Person.pinyin == "zengsan")) == "zs"


def twins(uow: UnitOfWork, **facts: Any) -> dict[int, tuple[int, tuple[TwinReason, ...]]]:
    return {twin.person_id: (twin.score, twin.reasons) for twin in find_twins(uow.session, **facts)}


@pytest.mark.parametrize(
    ("name", "born", "reasons"),
    [
        ("李建国", BORN, (TwinReason.SAME_NAME, TwinReason.SAME_BIRTH)),
        ("李 建 国", BORN, (TwinReason.SAME_NAME, TwinReason.SAME_BIRTH)),
        ("李健国", BORN, (TwinReason.SAME_PINYIN, TwinReason.SAME_BIRTH)),
        ("李建华", BORN, (TwinReason.SIMILAR_NAME, TwinReason.SAME_BIRTH)),
        ("李建国", date(1985, 3, 1), (TwinReason.SAME_NAME, TwinReason.SAME_MONTH)),
        ("李建国", date(1985, 3, 21), (TwinReason.SAME_NAME, TwinReason.TURNED_BIRTH)),
        ("李建国", date(1985, 12, 3), (TwinReason.SAME_NAME, TwinReason.TURNED_BIRTH)),
        ("李建国", date(1986, 3, 12), (TwinReason.SAME_NAME, TwinReason.TURNED_BIRTH)),
        ("李建国", None, (TwinReason.SAME_NAME, TwinReason.NO_BIRTH)),
    ],
)
def test_names_and_birthdays_that_are_nearly_the_same_are_found(
    uow: UnitOfWork, name: str, born: date | None, reasons: tuple[TwinReason, ...]
) -> None:
    known = make_person(uow, name="李建国", birth_on=BORN)
    score, found = twins(uow, name=name, birth_on=born)[known.id]
    assert found == reasons
    assert 60 <= score < 100


@pytest.mark.parametrize(
    ("name", "born"),
    [("李建国", date(1979, 8, 30)), ("赵大勇", BORN), ("李建国", date(1985, 3, 28)), ("李健国", date(1985, 3, 21))],
)
def test_a_name_or_a_birthday_alone_says_nothing(uow: UnitOfWork, name: str, born: date) -> None:
    make_person(uow, name="李建国", birth_on=BORN)
    assert twins(uow, name=name, birth_on=born) == {}


def test_numbers_speak_for_themselves_and_against(uow: UnitOfWork) -> None:
    number = phone()
    known = make_person(
        uow, name="李建国", birth_on=BORN, phone=number, with_user=False, id_number="11010519491231002X"
    )
    account = make_person(uow, name="钱多多")
    assert account.user_id is not None
    sign_in_number = uow.session.get_one(User, account.user_id).phone or ""
    same_id = twins(uow, name="王五", birth_on=date(2000, 1, 1), id_number="１１０１０５ 19491231 002x")
    assert same_id[known.id] == (100, (TwinReason.SAME_ID,))
    assert twins(uow, phone=f"+86 {number[:3]}-{number[3:]}")[known.id][1] == (
        TwinReason.SAME_PHONE,
        TwinReason.NO_BIRTH,
    )
    assert account.id in twins(uow, phone=sign_in_number)
    # Another valid number: the same name and birthday are then no longer enough.
    assert known.id not in twins(uow, name="李建国", birth_on=BORN, id_number="43038219870223001X")
    assert twins(uow, name="李建国", birth_on=BORN, but=known.id) == {}
    known.erased_at = uow.now
    uow.session.flush()
    assert twins(uow, name="李建国", birth_on=BORN) == {}


def test_the_likeliest_comes_first_and_the_list_is_short(uow: UnitOfWork) -> None:
    number = phone()
    for _ in range(14):
        make_person(uow, name="李建国", birth_on=BORN)
    best = make_person(uow, name="李建国", birth_on=BORN, phone=number)
    found = find_twins(uow.session, name="李建国", birth_on=BORN, phone=number, limit=10)
    assert len(found) == 10
    assert (found[0].person_id, found[0].score) == (best.id, 99)


def test_turned_days_are_real_days() -> None:
    assert date(1985, 12, 3) in turned(BORN)
    assert date(1985, 3, 21) in turned(BORN)
    assert BORN not in turned(BORN)
    assert turned(date(2000, 2, 29)) == set()


def test_the_search_costs_the_same_for_two_people_and_for_twenty(uow: UnitOfWork) -> None:
    counts = []
    for extra in (2, 18):
        for _ in range(extra):
            make_person(uow, name="李建国", birth_on=BORN)
        with counted(uow.session.connection()) as seen:
            find_twins(uow.session, name="李建国", birth_on=BORN, phone="19900009999", id_number="11010519491231002X")
        counts.append(len(seen))
    assert counts == [4, 4]


def test_older_rows_get_their_columns_once(uow: UnitOfWork) -> None:
    number = phone()
    person = make_person(uow, name="曾一", phone=number, with_user=False)
    user_id = make_person(uow).user_id
    before = (person.version, person.changed_at)
    uow.session.execute(update(Person).values(pinyin=None, initials=None, phone_tail_blind=None))
    uow.session.execute(update(User).values(phone_tail_blind=None))
    uow.session.expire_all()
    assert fill_search_columns(uow, most=1) == 1
    while fill_search_columns(uow):
        pass
    while fill_phone_tails(uow):
        pass
    uow.session.expire_all()
    assert (person.pinyin, person.initials) == ("zengyi", "zy")
    assert person.phone_tail_blind == Person.phone.tail_fingerprint(number)
    assert (person.version, person.changed_at) == before
    assert uow.session.scalar(select(User.phone_tail_blind).where(User.id == user_id)) is not None


def test_only_the_system_fills_columns(uow: UnitOfWork) -> None:
    from jobmatch.core.errors import NotAllowed

    with pytest.raises(NotAllowed):
        fill_search_columns(acting(uow, make_staff(uow)))


def test_likely_files_stand_on_the_page_and_side_by_side(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    world = make_world(sqlite_runtime)
    sign_in(client, world.staff_id)
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        other = make_person(
            uow, name="测试佳", birth_on=date(1990, 5, 1), path=PATH_B, phone="19900018888", with_user=False
        )
        other.id_number = "11010519491231002X"
        far = make_person(uow, name="测试甲", birth_on=date(1990, 5, 1), path=PATH_OTHER)
        ids = (other.public_id, far.public_id)
    page = client.get(f"/staff/people/{world.public_id}").text
    url = f"/staff/people/{world.public_id}/compare/{ids[0]}"
    assert "对照 测试佳" in page
    assert "姓名同音" in page
    assert url in page
    assert ids[1] not in page
    text = client.get(url).text
    for words in ("不同", "相同", "有一份没填", "110105********002X", "199****8888"):
        assert words in text
    assert "11010519491231002X" not in text
    assert f"/staff/people/{world.public_id}/merge/{ids[0]}" in text
    assert client.get(f"/staff/people/{world.public_id}/compare/{ids[1]}").status_code == 404
    with sqlite_runtime.unit(system_actor("tests"), writing=False) as uow:
        read = set(uow.session.scalars(select(AuditEntry.object_id).where(AuditEntry.action == "person.read")))
    assert {world.public_id, ids[0]} <= read


def test_the_window_shows_likely_files_before_a_second_one_is_made(
    client: FlaskClient, sqlite_runtime: Runtime
) -> None:
    world = make_world(sqlite_runtime)
    sign_in(client, world.staff_id)
    data = {"name": "测试甲", "phone": "1", "birth_on": ["1990", "5"], "kinds": ["TYJR"], "agreed": "y"}
    answer = client.post("/staff/people/new", data=data)
    assert answer.status_code == 422
    assert "可能已经建过档" in answer.text
    assert f"/staff/people/{world.public_id}" in answer.text


@pytest.mark.parametrize(
    "words", ["zjg", "ZJG", "zhangjianguo", "zhang jian guo", "zhangj", "建国", "4321", "００2x", "002X"]
)
def test_the_list_finds_sounds_and_last_fours(client: FlaskClient, sqlite_runtime: Runtime, words: str) -> None:
    world = make_world(sqlite_runtime)
    sign_in(client, world.staff_id)
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        one = make_person(uow, name="张建国", path=PATH_B, phone="19900014321", with_user=False)
        one.id_number = "11010519491231002X"
        make_person(uow, name="章建军", path=PATH_OTHER, phone="19900024321")
    text = client.get("/staff/people", query_string={"q": words}).text
    assert "张建国" in text
    assert "测试甲" not in text
    assert "章建军" not in text


def test_the_number_of_an_account_is_found_by_its_last_four(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    world = make_world(sqlite_runtime)
    sign_in(client, world.staff_id)
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        uow.session.get_one(User, world.user_id).phone = "19900017777"
    assert "测试甲" in client.get("/staff/people?q=7777").text


def test_a_very_long_list_is_counted_to_its_limit(
    client: FlaskClient, sqlite_runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make_world(sqlite_runtime)
    sign_in(client, world.staff_id)
    monkeypatch.setattr("jobmatch.people.queries.staff.MOST_LISTED", 3)
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        for _ in range(3):
            make_person(uow)
    assert "多于 3 人" in client.get("/staff/people").text
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        uow.session.get_one(Person, world.person_id).erased_at = uow.now
    assert "共 3 人" in client.get("/staff/people").text


def test_what_older_rows_say_in_clear_of_their_fitness_is_sealed(uow: UnitOfWork) -> None:
    person, other = make_person(uow), make_person(uow)
    person.plain_fitness_note = "右膝旧伤，不能久站"
    uow.session.flush()
    assert seal_fitness_notes(uow) == 1
    assert seal_fitness_notes(uow) == 0
    uow.session.expire_all()
    assert (person.fitness_note, person.plain_fitness_note) == ("右膝旧伤，不能久站", "")
    assert other.fitness_note is None
    assert "右膝".encode() not in (person.fitness_note_sealed or b"")
