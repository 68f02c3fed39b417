"""Signing up in the browser."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from jobmatch.accounts import ports
from jobmatch.core.actors import system_actor
from jobmatch.core.runtime import Runtime
from jobmatch.people.models.person import Person
from tests.factories import PATH_A, TOWN_A, make_station, phone

URL = "/sign-up/person"


@pytest.fixture
def sent(client: FlaskClient, sqlite_runtime: Runtime) -> Iterator[list[str]]:
    """Text messages that went out."""
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        make_station(uow, path=PATH_A, region_code=TOWN_A)
    messages: list[str] = []
    ports.use_gateway(lambda _number, text: messages.append(text))
    yield messages
    ports.use_gateway(None)


def facts(number: str, **values: object) -> dict[str, object]:
    given = {
        "kinds": ["TYJR"],
        "name": "测试新人",
        "birth_on": ["1988", "4"],
        "region_code": TOWN_A,
        "phone": number,
        "agreed": "y",
    }
    return given | values


def code_from(messages: list[str]) -> str:
    found = re.search(r"\d{6}", messages[-1])
    assert found is not None
    return found.group()


def test_a_phone_is_proved_and_the_person_is_signed_in(
    client: FlaskClient, sqlite_runtime: Runtime, sent: list[str]
) -> None:
    number = phone()
    assert "测试东镇" in client.get(URL).text
    answer = client.post(URL, data=facts(number, send="1"))
    assert answer.status_code == 200
    assert "验证码已发到这个手机号" in answer.text
    assert 'value="测试新人"' in answer.text
    answer = client.post(URL, data=facts(number, code=code_from(sent)))
    assert (answer.status_code, answer.location) == (303, "/me/welcome")
    assert "测试新人，账号和简历建好了" in client.get("/me/welcome").text
    assert client.get(URL).location == "/me"
    with sqlite_runtime.unit(system_actor("tests"), writing=False) as uow:
        assert uow.session.scalars(select(Person).where(Person.name == "测试新人")).one().region_path == PATH_A


def test_wrong_facts_come_back_together_and_make_nothing(
    client: FlaskClient, sqlite_runtime: Runtime, sent: list[str]
) -> None:
    answer = client.post(URL, data={"phone": "138", "name": "测试新人", "place": "月球"})
    assert answer.status_code == 422
    for words in ("请选您是哪一类人员", "请填 11 位手机号", "请选到县或乡镇", "需要您同意", "请填写出生年月"):
        assert words in answer.text
    assert 'value="测试新人"' in answer.text
    with sqlite_runtime.unit(system_actor("tests"), writing=False) as uow:
        assert uow.session.scalars(select(Person)).all() == []


def test_a_wrong_code_is_said_and_counted(client: FlaskClient, sent: list[str]) -> None:
    number = phone()
    client.post(URL, data=facts(number, send="1"))
    answer = client.post(URL, data=facts(number, code="000000" if code_from(sent) != "000000" else "111111"))
    assert answer.status_code == 422
    assert "验证码不对" in answer.text


def test_a_child_is_told_when_to_come_back(client: FlaskClient, sent: list[str]) -> None:
    answer = client.post(URL, data=facts(phone(), birth_on=["2012", "1"], kinds=["JS_ZN"], code="000000"))
    assert answer.status_code == 422
    assert "满 16 周岁才能登记求职" in answer.text


def test_a_phone_with_an_account_is_said_only_to_who_proved_it(client: FlaskClient, sent: list[str]) -> None:
    number = phone()
    client.post(URL, data=facts(number, send="1"))
    client.post(URL, data=facts(number, code=code_from(sent)))
    client.delete_cookie("session")
    answer = client.post(URL, data=facts(number, send="1"))
    assert "已经有账号，请直接登录" not in answer.text
    answer = client.post(URL, data=facts(number, code=code_from(sent)))
    assert answer.status_code == 422
    assert "已经有账号，请直接登录" in answer.text


def test_without_a_gateway_the_window_is_named(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    answer = client.post(URL, data=facts(phone(), send="1"))
    assert "请到服务站窗口登记" in answer.text
