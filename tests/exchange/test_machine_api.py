"""The API for machines: what a token opens, how it is paged and braked, and that the document says what is answered."""

from __future__ import annotations

import os
import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select, update

from jobmatch.accounts.models import Organization
from jobmatch.accounts.states import OrganizationState
from jobmatch.core.actors import Actor, system_actor
from jobmatch.core.errors import Conflict, Invalid, NotAllowed
from jobmatch.core.runtime import Runtime
from jobmatch.exchange.machine import reading, services
from jobmatch.exchange.machine.declarations import checked
from jobmatch.exchange.machine.figures import FigureLine, masked
from jobmatch.exchange.machine.openapi import document
from jobmatch.exchange.machine.resources import RESOURCES
from jobmatch.exchange.models import ApiToken
from tests.exchange.test_feeds import bearer
from tests.factories import PATH_A, PATH_COUNTY, PATH_OTHER, make_employer, make_person, make_posting, make_staff
from tests.fairs.help import make_fair

SYSTEM = system_actor("tests")
EXAMPLES = int(os.environ.get("JOBMATCH_API_EXAMPLES", "20"))
"""Calls of each operation; 300 for a thorough run."""


def token_of(runtime: Runtime, path: str = PATH_COUNTY, scopes: Any = tuple(RESOURCES), days: int = 30) -> str:
    with runtime.unit(SYSTEM) as uow:
        staff = make_staff(uow, path=path)
    with runtime.unit(staff) as uow:
        return services.make_api_token(uow, name="示例系统", scopes=scopes, days=days)[1]


def get(client: FlaskClient, name: str, token: str, query: str = "", **headers: str) -> Any:
    return client.get(f"/api/v1/{name}{query}", headers=bearer(token) | headers)


def misfits(schema: dict[str, Any], value: Any, root: dict[str, Any], where: str = "$") -> list[str]:
    """What of ``value`` does not fit ``schema``, for the part of JSON Schema that the document uses."""
    if "$ref" in schema:
        schema = root["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
    types = {
        "string": str,
        "integer": int,
        "number": (int, float),
        "boolean": bool,
        "array": list,
        "object": dict,
        "null": type(None),
    }
    wanted = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    is_bool = isinstance(value, bool)
    if not any(isinstance(value, types[name]) and (name == "boolean" or not is_bool) for name in wanted):  # type: ignore[arg-type]
        return [f"{where}: {value!r} is no {wanted}"]
    wrong: list[str] = []
    if isinstance(value, dict):
        known = schema.get("properties", {})
        wrong += [f"{where}: {name} is missing" for name in schema.get("required", []) if name not in value]
        for name, inner in value.items():
            if name in known:
                wrong += misfits(known[name], inner, root, f"{where}.{name}")
            elif schema.get("additionalProperties") is False:
                wrong.append(f"{where}: {name} is not declared")
    if isinstance(value, list):
        wrong += [line for one in value for line in misfits(schema["items"], one, root, f"{where}[]")]
    if isinstance(value, str) and "pattern" in schema and not re.search(schema["pattern"], value):
        wrong.append(f"{where}: {value!r} does not match")
    if isinstance(value, int | float) and not is_bool and value < schema.get("minimum", value):
        wrong.append(f"{where}: {value!r} is too small")
    return wrong


def test_a_token_reads_public_rows_of_its_own_county_and_no_other(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    with sqlite_runtime.unit(SYSTEM) as uow:
        near, far = make_employer(uow), make_employer(uow, path=PATH_OTHER)
        make_employer(uow, vetted=False)
        make_posting(uow, near, title="近处的岗位")
        make_posting(uow, far, title="远处的岗位", region_path=PATH_OTHER)
        make_fair(uow, region_path=PATH_COUNTY, title="近处的招聘会")
        make_fair(uow, region_path=PATH_OTHER, title="远处的招聘会")
        names = near.organization.name, far.organization.name
    here, there = token_of(sqlite_runtime), token_of(sqlite_runtime, PATH_OTHER)
    for token, word, name in ((here, "近处", names[0]), (there, "远处", names[1])):
        assert [one["title"][:2] for one in get(client, "postings", token).get_json()["data"]] == [word]
        assert [one["title"][:2] for one in get(client, "fairs", token).get_json()["data"]] == [word]
        assert [one["name"] for one in get(client, "employers", token).get_json()["data"]] == [name]
        regions = {one["region_code"][:2] for one in get(client, "stations", token).get_json()["data"]}
        assert regions == {"43" if token == here else "13"}


def test_no_answer_speaks_of_a_person(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    with sqlite_runtime.unit(SYSTEM) as uow:
        person = make_person(uow, name="绝无此人")
        employer = make_employer(uow)
        make_posting(uow, employer)
        secrets = {person.name, str(person.phone), employer.contact_phone}
    token = token_of(sqlite_runtime)
    for name in RESOURCES:
        text = get(client, name, token).get_data(as_text=True)
        assert not [one for one in secrets if one in text], name
    assert get(client, "people", token).status_code == 404


def test_pages_follow_each_other_and_each_row_comes_once(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    with sqlite_runtime.unit(SYSTEM) as uow:
        employer = make_employer(uow)
        wanted = [make_posting(uow, employer, title=f"岗位 {n}").public_id for n in range(5)]
    token = token_of(sqlite_runtime)
    found: list[str] = []
    answer = get(client, "postings", token, "?limit=2")
    while True:
        found += [one["id"] for one in answer.get_json()["data"]]
        link = answer.headers.get("Link", "")
        if not link:
            break
        assert 'rel="next"' in link
        answer = client.get(link.split("<")[1].split(">")[0], headers=bearer(token))
    assert found == wanted
    one = get(client, "postings", token, f"?id={wanted[3]}").get_json()
    assert [row["id"] for row in one["data"]] == [wanted[3]]
    assert get(client, "postings", token, "?region=110000").get_json()["data"] == []
    assert len(get(client, "postings", token, "?region=430382").get_json()["data"]) == 5


def test_what_did_not_change_is_not_sent_again(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    token = token_of(sqlite_runtime)
    first = get(client, "stations", token)
    again = get(client, "stations", token, **{"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code, again.data) == (200, 304, b"")
    assert first.headers["Cache-Control"] == "private, no-cache"
    with sqlite_runtime.unit(SYSTEM) as uow:
        make_staff(uow, path=PATH_A)
    assert get(client, "stations", token, **{"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_without_a_live_token_nothing_is_read(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    token = token_of(sqlite_runtime)
    for headers in ({}, bearer("nonsense"), bearer("jma_unknown"), {"Authorization": f"Basic {token}"}):
        answer = client.get("/api/v1/postings", headers=headers)
        assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert get(client, "postings", token).status_code == 200
    with sqlite_runtime.unit(SYSTEM) as uow:
        uow.session.execute(update(ApiToken).values(valid_until=uow.today - timedelta(days=1)))
    assert get(client, "postings", token).status_code == 401
    with sqlite_runtime.unit(SYSTEM) as uow:
        uow.session.execute(update(ApiToken).values(valid_until=uow.today))
        uow.session.execute(update(Organization).values(state=OrganizationState.SUSPENDED))
    assert get(client, "postings", token).status_code == 401


def test_a_token_reads_only_what_it_was_made_for(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    token = token_of(sqlite_runtime, scopes=("fairs",))
    assert get(client, "fairs", token).status_code == 200
    answer = get(client, "postings", token)
    assert answer.status_code == 403
    assert "岗位" in answer.get_json()["title"]


def test_a_machine_that_runs_wild_is_braked(
    client: FlaskClient, sqlite_runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MOST_CALLS", 3)
    token, other = token_of(sqlite_runtime), token_of(sqlite_runtime)
    assert [get(client, "fairs", token).status_code for _n in range(4)] == [200, 200, 200, 429]
    assert get(client, "fairs", token).headers["Retry-After"] == "60"
    assert get(client, "fairs", other).status_code == 200
    with sqlite_runtime.unit(SYSTEM) as uow:
        uow.session.execute(update(ApiToken).values(window_at=uow.now - timedelta(minutes=1)))
    assert get(client, "fairs", token).status_code == 200


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("?limit=0", "limit"),
        ("?limit=201", "limit"),
        ("?limit=x", "limit"),
        ("?limit=%EF%BC%93", "limit"),
        ("?limit=1&limit=2", "limit"),
        ("?after=x", "after"),
        ("?region='", "region"),
        ("?words=x", "words"),
    ],
)
def test_a_wrong_parameter_is_named(client: FlaskClient, sqlite_runtime: Runtime, query: str, field: str) -> None:
    answer = get(client, "postings", token_of(sqlite_runtime), query)
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert list(answer.get_json()["errors"]) == [field]


def test_figures_carry_their_definition_and_hide_small_counts(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    with sqlite_runtime.unit(SYSTEM) as uow:
        for _n in range(3):
            make_person(uow)
    rows = get(client, "figures", token_of(sqlite_runtime)).get_json()["data"]
    assert {row["code"] for row in rows} >= {"new-returnees", "registered-seekers"}
    assert all(row["formula"] and row["population"] and row["on"] == "2026-11-21" for row in rows)
    assert all(row["denominator"] is None or row["denominator"] == 0 or row["denominator"] >= 5 for row in rows)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 12), st.integers(0, 12), st.integers(0, 12))
def test_nothing_small_can_be_worked_out_from_a_masked_line(employed: int, seeking: int, unknown: int) -> None:
    bottom = employed + seeking + unknown
    percent = round(100 * employed / bottom, 1) if bottom else None
    shown = masked(FigureLine("c", "n", "f", "p", None, employed, bottom, unknown, percent))  # type: ignore[arg-type]
    known = {one for one in (shown.numerator, shown.denominator, shown.unknown) if one is not None}
    assert not [one for one in known if 0 < one < 5]
    if shown.numerator is not None and shown.denominator is not None:
        assert not 0 < shown.denominator - shown.numerator < 5
        if shown.unknown is not None:
            assert not 0 < shown.denominator - shown.numerator - shown.unknown < 5
    assert shown.percent is None or shown.numerator is not None


def test_a_list_costs_the_same_with_more_rows(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    token, counts = token_of(sqlite_runtime), []
    for more in (2, 18):
        with sqlite_runtime.unit(SYSTEM) as uow:
            for _n in range(more):
                make_posting(uow, make_employer(uow))
                make_fair(uow, region_path=PATH_COUNTY)
        for name in ("postings", "employers", "fairs", "stations", "classes"):
            get(client, name, token)
            statements: list[str] = []

            def listen(*args: Any, statements: list[str] = statements) -> None:
                statements.append(args[2])

            engine = sqlite_runtime.database.engine
            event.listen(engine, "before_cursor_execute", listen)
            get(client, name, token)
            event.remove(engine, "before_cursor_execute", listen)
            counts.append((name, len(statements)))
    assert counts[:5] == counts[5:]


def test_tokens_are_made_for_the_own_office_within_limits(sqlite_runtime: Runtime) -> None:
    with sqlite_runtime.unit(SYSTEM) as uow:
        staff = make_staff(uow)
        far = make_staff(uow, path=PATH_OTHER)
    good: dict[str, Any] = {"name": "示例系统", "scopes": ["fairs"], "days": 365}
    for wrong, field in (({"name": "x"}, "name"), ({"scopes": []}, "scopes"), ({"scopes": ["people"]}, "scopes"),
                         ({"days": 0}, "days"), ({"days": 366}, "days"), ({"days": None}, "days")):  # fmt: skip
        with pytest.raises(Invalid) as caught, sqlite_runtime.unit(staff) as uow:
            services.make_api_token(uow, **(good | wrong))
        assert list(caught.value.fields) == [field]
    with pytest.raises(NotAllowed), sqlite_runtime.unit(Actor()) as uow:
        services.make_api_token(uow, **good)
    with sqlite_runtime.unit(staff) as uow:
        token, text = services.make_api_token(uow, **good)
        assert text.encode() not in token.token_sha256
        for _n in range(9):
            services.make_api_token(uow, **good)
    with pytest.raises(Conflict), sqlite_runtime.unit(staff) as uow:
        services.make_api_token(uow, **good)
    with pytest.raises(NotAllowed), sqlite_runtime.unit(far) as uow:
        services.revoke_api_token(uow, uow.session.get_one(ApiToken, token.id))
    for _n in range(2):
        with sqlite_runtime.unit(staff) as uow:
            services.revoke_api_token(uow, uow.session.get_one(ApiToken, token.id))
    with sqlite_runtime.unit(SYSTEM, writing=False) as uow:
        assert len(uow.session.scalars(select(ApiToken).where(ApiToken.revoked_at.is_not(None))).all()) == 1


def test_the_document_is_complete(client: FlaskClient) -> None:
    found = client.get("/api/v1/openapi.json").get_json()
    assert found["openapi"] == "3.1.0"
    assert set(found["paths"]) == {f"/api/v1/{name}" for name in RESOURCES}
    text = client.get("/api/v1/docs").get_data(as_text=True)
    assert all(f"/api/v1/{name}" in text for name in RESOURCES)
    assert '<script src="http' not in text


def test_parameters_are_read_as_declared() -> None:
    params = RESOURCES["postings"].params
    assert checked(params, {})["limit"] == 50
    assert checked(params, {"limit": ["7"]})["limit"] == 7


queries = st.dictionaries(
    st.sampled_from(["limit", "after", "id", "region", "x", "limit "]),
    st.one_of(
        st.text(max_size=20).filter(lambda text: not any("\ud800" <= c <= "\udfff" for c in text)),
        st.integers(-5, 500).map(str),
        st.from_regex(r"\A[0-9a-z]{16}\Z"),
        st.from_regex(r"\A[0-9]{2,12}\Z"),
    ),
    max_size=3,
)


@pytest.mark.parametrize("name", sorted(RESOURCES))
def test_every_answer_fits_the_document(
    client: FlaskClient, sqlite_runtime: Runtime, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MOST_CALLS", 10_000)
    root = document("")
    responses = root["paths"][f"/api/v1/{name}"]["get"]["responses"]
    with sqlite_runtime.unit(SYSTEM) as uow:
        make_posting(uow, make_employer(uow))
        make_fair(uow, region_path=PATH_COUNTY)
    token = token_of(sqlite_runtime)

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(queries)
    def ask(query: dict[str, str]) -> None:
        answer = client.get(f"/api/v1/{name}", query_string=query, headers=bearer(token))
        assert str(answer.status_code) in responses
        (content,) = responses[str(answer.status_code)]["content"].items()
        assert answer.mimetype == content[0]
        assert misfits(content[1]["schema"], answer.get_json(), root) == []

    ask()


def test_the_page_makes_shows_once_and_stops(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    from jobmatch.accounts.states import Role
    from tests.house.test_access import sign_in

    sign_in(client, sqlite_runtime, Role.STATION_STAFF)
    assert "还没有密钥" in client.get("/staff/api-tokens").text
    wrong = client.post("/staff/api-tokens", data={"name": "示例系统", "days": "400"})
    assert wrong.status_code == 422
    assert "1 到 365 天" in wrong.text
    made = client.post("/staff/api-tokens", data={"name": "示例系统", "days": "30", "scopes": ["fairs", "postings"]})
    assert made.status_code == 303
    shown = client.get("/staff/api-tokens").text
    found = re.search(r"jma_[\w-]+", shown)
    assert found is not None
    assert get(client, "fairs", found[0]).status_code == 200
    again = client.get("/staff/api-tokens").text
    assert "jma_" not in again
    public_id = re.search(r"/staff/api-tokens/(\w{16})/revoke", again)
    assert public_id is not None
    assert client.post(public_id[0]).status_code == 303
    assert get(client, "fairs", found[0]).status_code == 401


def test_another_method_is_refused_with_those_that_may_be_used(client: FlaskClient) -> None:
    for method in ("TRACE", "DELETE", "POST"):
        answer = client.open("/api/v1/postings", method=method)
        assert answer.status_code == 405 and set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}
