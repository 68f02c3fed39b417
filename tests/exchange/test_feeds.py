"""Machines that send postings: let in by a token, told of each row, braked, and never publishing anything."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from jobmatch.accounts.models import Organization
from jobmatch.accounts.states import OrganizationState
from jobmatch.core.actors import Actor, system_actor
from jobmatch.core.errors import Conflict, Invalid, NotAllowed
from jobmatch.core.runtime import Runtime
from jobmatch.exchange import feeds
from jobmatch.exchange.models import PartnerToken, PostingImport
from jobmatch.exchange.states import ImportState
from jobmatch.reference.services import save_dated_rule
from recruiters.employers.names import name_skeleton
from recruiters.postings.models import Posting
from recruiters.postings.states import PostingState
from tests.factories import PATH_COUNTY, PATH_OTHER, actor_of_employer, make_employer, make_staff

SYSTEM = system_actor("tests")
ONE = {"key": "1", "employer": "安禾示例机械有限公司", "title": "数控车工", "headcount": 3, "pay": "5000-6000元/月"}


@pytest.fixture
def clerk(sqlite_runtime: Runtime) -> Actor:
    with sqlite_runtime.unit(SYSTEM) as uow:
        return make_staff(uow, path=PATH_COUNTY)


def token_of(runtime: Runtime, actor: Actor, source: str = "示例人才网") -> str:
    with runtime.unit(actor) as uow:
        given = {"organization_id": actor.organization_id, "region_path": actor.region_path or PATH_COUNTY}
        return feeds.make_token(uow, source=source, name="示例系统", **given)[1]


def send(client: FlaskClient, token: str, *rows: dict[str, Any], **more: Any) -> TestResponse:
    return client.post("/api/postings", json={"postings": list(rows), **more}, headers=bearer(token))


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def postings(runtime: Runtime) -> list[Posting]:
    with runtime.unit(SYSTEM, writing=False) as uow:
        return list(uow.session.scalars(select(Posting).order_by(Posting.id)))


def test_a_list_is_stored_once_and_each_row_is_answered(
    client: FlaskClient, sqlite_runtime: Runtime, clerk: Actor
) -> None:
    token = token_of(sqlite_runtime, clerk)
    blocked = ONE | {"key": "2", "title": "保安", "requirements": "限男性"}
    answer = send(client, token, ONE, blocked, ONE | {"key": "3"}, {"key": "4", "title": "无主"})
    body = answer.get_json()
    assert answer.status_code == 200
    assert [row["result"] for row in body["rows"]] == ["created", "created", "duplicate", "refused"]
    assert (body["created"], body["duplicates"], body["refused"]) == (2, 1, 1)
    assert body["rows"][1]["findings"][0]["rule"] == "R01"
    assert set(body["rows"][3]["errors"]) == {"employer"}
    assert {one.state for one in postings(sqlite_runtime)} == {PostingState.IMPORTED}
    # What an office's partner sends still needs the employer's yes, and whoever made the token does not publish it.
    kept = {(one.is_office_entry, one.agreed_at, one.created_by_id) for one in postings(sqlite_runtime)}
    assert kept == {(True, None, clerk.user_id)}
    again = send(client, token, ONE, blocked).get_json()
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 2)
    changed = send(client, token, ONE | {"headcount": 9}).get_json()
    assert (changed["updated"], postings(sqlite_runtime)[0].vacancy_count) == (1, 9)
    with sqlite_runtime.unit(SYSTEM, writing=False) as uow:
        batches = uow.session.scalars(select(PostingImport)).all()
        assert [one.state for one in batches] == [ImportState.DONE] * 3


def test_a_full_list_closes_what_is_gone_and_a_part_does_not(
    client: FlaskClient, sqlite_runtime: Runtime, clerk: Actor
) -> None:
    token = token_of(sqlite_runtime, clerk)
    other = ONE | {"key": "2", "title": "焊工"}
    send(client, token, ONE, other)
    assert send(client, token, ONE).get_json()["closed"] == 0
    assert send(client, token, ONE, full_list=True).get_json()["closed"] == 1
    assert [one.state for one in postings(sqlite_runtime)] == [PostingState.IMPORTED, PostingState.CLOSED]


def test_an_employer_sends_only_for_itself(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    with sqlite_runtime.unit(SYSTEM) as uow:
        employer = make_employer(uow, path=PATH_COUNTY)
        employer.name_skeleton = name_skeleton(employer.organization.name)
        member = actor_of_employer(uow, employer)
        name = employer.organization.name
    token = token_of(sqlite_runtime, member)
    rows = [{"key": "1", "title": "焊工"}, {"key": "2", "title": "钳工", "employer": name}, ONE | {"key": "3"}]
    body = send(client, token, *rows).get_json()
    assert [row["result"] for row in body["rows"]] == ["created", "created", "refused"]
    with sqlite_runtime.unit(SYSTEM, writing=False) as uow:
        stored = uow.session.scalars(select(Posting)).all()
        assert {one.employer_id for one in stored} == {employer.id}
        assert all(one.agreed_at for one in stored)
    with sqlite_runtime.unit(SYSTEM) as uow:
        uow.session.get_one(Organization, employer.organization_id).state = OrganizationState.SUSPENDED
    assert send(client, token, *rows).status_code == 401


def test_broken_characters_are_refused_by_name(client: FlaskClient, sqlite_runtime: Runtime, clerk: Actor) -> None:
    answer = send(client, token_of(sqlite_runtime, clerk), {"key": "1", "title": "\ud800"})
    assert answer.status_code == 422
    assert "postings[0].title" in answer.text


@pytest.mark.parametrize("token", ["", "nonsense", "jmp_unknown"])
def test_without_a_token_nothing_is_read(client: FlaskClient, token: str) -> None:
    answer = client.post("/api/postings", data=b"{", headers=bearer(token))
    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.get_json()["status"] == 401


def test_a_stopped_token_is_a_wrong_one(client: FlaskClient, sqlite_runtime: Runtime, clerk: Actor) -> None:
    text = token_of(sqlite_runtime, clerk)
    with sqlite_runtime.unit(SYSTEM) as uow:
        far = make_staff(uow, path=PATH_OTHER)
        token = uow.session.scalars(select(PartnerToken)).one()
        assert text.encode() not in token.token_sha256
    with sqlite_runtime.unit(far) as uow, pytest.raises(NotAllowed):
        feeds.revoke_token(uow, uow.session.get_one(PartnerToken, token.id))
    with sqlite_runtime.unit(clerk) as uow:
        feeds.revoke_token(uow, uow.session.get_one(PartnerToken, token.id))
        feeds.revoke_token(uow, uow.session.get_one(PartnerToken, token.id))
    assert send(client, text, ONE).status_code == 401


BAD: list[Any] = [
    b"{",
    b"[1]",
    b"{}",
    b'{"postings": []}',
    b'{"postings": [1]}',
    b'{"postings": [{"title": NaN}]}',
    b'{"postings": [{"title": ["x"]}]}',
    b'{"postings": [{"salary_secret": "x"}]}',
    b'{"postings": [{"title": "x"}], "full_list": "yes"}',
    b"[" * 100_000,
    "{“".encode("gb18030"),
]


@pytest.mark.parametrize("body", BAD, ids=range(len(BAD)))
def test_a_bad_body_is_a_problem_document(
    client: FlaskClient, sqlite_runtime: Runtime, clerk: Actor, body: bytes
) -> None:
    headers = bearer(token_of(sqlite_runtime, clerk)) | {"Content-Type": "application/json"}
    answer = client.post("/api/postings", data=body, headers=headers)
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert postings(sqlite_runtime) == []


def test_the_same_key_gets_the_first_answer_and_another_list_is_refused(
    client: FlaskClient, sqlite_runtime: Runtime, clerk: Actor
) -> None:
    token = token_of(sqlite_runtime, clerk)
    other = token_of(sqlite_runtime, clerk, "另一家")

    def call(rows: list[dict[str, Any]], *, key: str = "first", by: str = token) -> TestResponse:
        headers = bearer(by) | {"Idempotency-Key": key}
        return client.post("/api/postings", json={"postings": rows}, headers=headers)

    told = call([ONE]).get_json()
    assert told["created"] == 1
    assert call([ONE]).get_json() == told
    assert call([ONE | {"key": "2"}]).status_code == 422
    assert call([ONE], key="second").get_json()["unchanged"] == 1
    assert call([ONE], by=other).get_json()["import"] != told["import"]
    assert call([ONE]).get_json() == told


def test_a_call_that_was_cut_off_goes_through_when_it_comes_again(
    client: FlaskClient, sqlite_runtime: Runtime, clerk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = token_of(sqlite_runtime, clerk)
    headers = bearer(token) | {"Idempotency-Key": "cut"}
    with monkeypatch.context() as patched:
        patched.setattr(feeds, "finish", lambda *_given: 1 / 0)
        assert client.post("/api/postings", json={"postings": [ONE]}, headers=headers).status_code == 500
    answer = client.post("/api/postings", json={"postings": [ONE]}, headers=headers).get_json()
    assert answer["unchanged"] == 1
    assert client.post("/api/postings", json={"postings": [ONE]}, headers=headers).get_json() == answer
    assert len(postings(sqlite_runtime)) == 1


def test_too_much_at_once_or_too_often_is_refused(
    client: FlaskClient, sqlite_runtime: Runtime, clerk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = token_of(sqlite_runtime, clerk)
    monkeypatch.setattr(feeds, "MOST_POSTINGS", 1)
    assert send(client, token, ONE, ONE | {"key": "2"}).status_code == 422
    big = json.dumps({"postings": [ONE | {"duties": "x" * 5_000_000}]})
    headers = bearer(token) | {"Content-Type": "application/json"}
    assert client.post("/api/postings", data=big, headers=headers).status_code == 413
    monkeypatch.setattr(feeds, "MOST_CALLS", 2)
    assert send(client, token, ONE).status_code == 200
    late = send(client, token, ONE)
    assert (late.status_code, late.headers["Retry-After"]) == (429, "3600")
    with sqlite_runtime.unit(SYSTEM) as uow:
        uow.session.scalars(select(PartnerToken)).one().window_at = uow.now - timedelta(hours=2)
    assert send(client, token, ONE).status_code == 200


def limit(runtime: Runtime, code: str, value: int) -> None:
    with runtime.unit(SYSTEM) as uow:
        save_dated_rule(uow, code=code, value=value, valid_from=uow.today, source="试验文件")


def test_an_organization_has_only_so_many_tokens_and_rows_a_day(
    client: FlaskClient, sqlite_runtime: Runtime, clerk: Actor
) -> None:
    limit(sqlite_runtime, "feed_tokens_most", 2)
    limit(sqlite_runtime, "feed_daily_thousands", 1)
    # Another name for the source is no way around either number.
    tokens = [token_of(sqlite_runtime, clerk, source=f"来源 {n}") for n in range(2)]
    with pytest.raises(Conflict, match="最多同时有 2 个密钥"):
        token_of(sqlite_runtime, clerk, source="来源 3")
    assert send(client, tokens[0], ONE).status_code == 200
    with sqlite_runtime.unit(SYSTEM) as uow:
        uow.session.scalars(select(PostingImport)).one().row_count = 999
    late = send(client, tokens[1], ONE, ONE | {"key": "2", "title": "焊工"})
    assert (late.status_code, late.headers["Retry-After"]) == (429, "3600")
    assert send(client, tokens[1], ONE).status_code == 200
    assert send(client, tokens[0], ONE).status_code == 429
    with sqlite_runtime.unit(SYSTEM) as uow:
        other = make_staff(uow, path=PATH_OTHER)
        uow.session.execute(update(PostingImport).values(created_at=uow.now - timedelta(days=1)))
    assert send(client, tokens[0], ONE).status_code == 200
    assert send(client, token_of(sqlite_runtime, other), ONE).status_code == 200


def test_who_may_make_tokens(sqlite_runtime: Runtime, clerk: Actor) -> None:
    given = {"source": "来源", "name": "系统", "organization_id": clerk.organization_id, "region_path": PATH_OTHER}
    with sqlite_runtime.unit(clerk) as uow, pytest.raises(NotAllowed):
        feeds.make_token(uow, **given)
    with sqlite_runtime.unit(Actor()) as uow, pytest.raises(NotAllowed):
        feeds.make_token(uow, **given | {"organization_id": None})
    with sqlite_runtime.unit(clerk) as uow, pytest.raises(Invalid):
        feeds.make_token(uow, **given | {"region_path": PATH_COUNTY, "name": ""})
