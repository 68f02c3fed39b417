"""What belongs to somebody else does not exist: the answer is that to an id nobody has, for reading and for acting."""

from __future__ import annotations

import re
from typing import Any

import pytest

from jobmatch.accounts.roles import permissions_of
from tests.house.test_access import table
from tests.house.town import UNKNOWN, Town, address, reader

READERS = ["veteran", "employer", "newcomer", "staff"]


def _same(body: str, *ids: str) -> str:
    """A page without what differs from one request to the next."""
    body = re.sub(r"<b>[0-9a-f]{12}</b>", "", re.sub(r'value="[^"]*"', "", body))
    for one in ids:
        body = body.replace(one, "ID")
    return body


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", READERS)
def test_a_foreign_id_answers_as_an_unknown_one(app: Any, town: Town, name: str) -> None:
    client = reader(app, town, name)
    granted = permissions_of(town.roles[name], organization_is_active=name != "newcomer")
    wrong, asked = [], 0
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            row = table()[(method, rule.rule)]
            if row["foreign"] != "404" or row["permission"] not in granted | {"public"}:
                continue
            foreign, unknown = (address(rule.rule, rule.arguments, ids) for ids in (town.far, _unknown(town)))
            answers = [client.open(path, method=method) for path in (foreign, unknown)]
            asked += 1
            bodies = {_same(a.get_data(as_text=True), *town.far.values(), UNKNOWN, "999999999") for a in answers}
            if [a.status_code for a in answers] != [404, 404] or len(bodies) != 1:
                wrong.append((method, foreign, [a.status_code for a in answers], len(bodies)))
    assert wrong == []
    assert asked > 4


def _unknown(town: Town) -> dict[str, str]:
    return {kind: "999999999" if value.isdecimal() else UNKNOWN for kind, value in town.far.items()}


def test_the_same_ids_of_the_near_side_open(app: Any, town: Town) -> None:
    """The control: what answers 404 above is there for those it belongs to."""
    for name, paths in {
        "veteran": ["/me/applications/<public_id>", "/me/work/<public_id>", "/messages/<public_id>"],
        "employer": ["/employer/applications/<public_id>", "/employer/postings/<public_id>"],
        "staff": ["/staff/people/<public_id>", "/staff/applications/<public_id>", "/staff/postings/<public_id>"],
    }.items():
        client = reader(app, town, name)
        for path in paths:
            assert client.get(address(path, ["public_id"], town.near)).status_code == 200, path


def test_the_far_child_of_an_own_thing_is_unknown_too(app: Any, town: Town) -> None:
    staff, employer = reader(app, town, "staff"), reader(app, town, "employer")
    near, far = town.near, town.far
    assert staff.get(f"/staff/people/{near['person']}/register/{near['spell']}/end").status_code == 200
    for method in ("GET", "POST"):
        path = f"/staff/people/{near['person']}/register/{far['spell']}/end"
        assert staff.open(path, method=method).status_code == 404
    # The far person lets no employer find them.
    path = f"/employer/postings/{near['posting']}/people/{far['person']}/invite"
    assert employer.post(path).status_code == 404
    assert staff.post("/staff/reference/region/130102", data={"name": "测试改名"}).status_code in {403, 404}


def test_a_foreign_row_in_a_list_of_ticks_is_left_alone(app: Any, town: Town) -> None:
    employer, runtime = reader(app, town, "rival"), app.runtime
    answer = employer.post(
        "/employer/applications/reject", data={"chosen": town.near["application"], "reason_code": "ar_skill"}
    )
    assert answer.status_code in {303, 422}
    veteran = reader(app, town, "veteran")
    veteran.post(f"/me/applications/{town.near['application']}/keep", data={"keep": [town.far["application"]]})
    from jobmatch.applications.models import Application
    from tests.house.town import SYSTEM

    with runtime.unit(SYSTEM, writing=False) as uow:
        assert {a.state.value for a in uow.session.query(Application)} == {"interview"}
