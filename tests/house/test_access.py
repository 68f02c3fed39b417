"""Who may ask for what: every address, method and role, against the table ``access.tsv`` and the role table.

``access.tsv`` is the expectation, written by hand: method, rule, permission, scope (whose rows: public, own,
organization, subtree, all, none) and what a foreign id gets (404 or -). The matrix is computed from it and compared
with real answers.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from jobmatch.accounts.models import Membership, Organization, User
from jobmatch.accounts.roles import PERMISSIONS, ROLE_TABLE, permissions_of
from jobmatch.accounts.services.sessions import start_session
from jobmatch.accounts.states import EMPLOYER_ROLES, OrganizationKind, OrganizationState, Role
from jobmatch.core.actors import system_actor
from jobmatch.core.runtime import Runtime
from tests.factories import make_employer, make_station, make_user

TABLE = Path(__file__).with_name("access.tsv")
SCOPES = {"public", "own", "organization", "subtree", "all", "none"}


def table() -> dict[tuple[str, str], dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source, delimiter="\t"))
    return {(row["method"], row["rule"]): row for row in rows}


def rules_of(app: Any) -> dict[tuple[str, str], str]:
    return {
        (method, rule.rule): app.view_functions[rule.endpoint].access.permission
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    }


def test_every_address_stands_in_the_table_with_its_permission(app: Any) -> None:
    found = rules_of(app)
    listed = {key: row["permission"] for key, row in table().items()}
    assert {key: value for key, value in found.items() if listed.get(key) != value} == {}
    assert sorted(set(listed) - set(found)) == []


def test_the_table_uses_known_permissions_scopes_and_answers() -> None:
    wrong = [
        key
        for key, row in table().items()
        if row["permission"] not in PERMISSIONS or row["scope"] not in SCOPES or row["foreign"] not in {"404", "-"}
    ]
    assert wrong == []


def test_every_permission_of_a_role_exists_and_every_role_is_in_the_table() -> None:
    assert {name for granted in ROLE_TABLE.values() for name in granted} <= set(PERMISSIONS)
    for role in Role:
        assert permissions_of(role) is not None


def _organization(uow: Any, role: Role, *, vetted: bool) -> Organization | None:
    if role in EMPLOYER_ROLES:
        return uow.session.get_one(Organization, make_employer(uow, vetted=vetted).organization_id)
    if role in {Role.STATION_STAFF, Role.SUPERIOR_READER}:
        return make_station(uow)
    if role in {Role.PROVIDER_MEMBER, Role.INCUBATOR_OPERATOR}:
        kind = OrganizationKind.PROVIDER if role is Role.PROVIDER_MEMBER else OrganizationKind.INCUBATOR
        organization = Organization(
            kind=kind, state=OrganizationState.ACTIVE, name="测试机构", created_at=uow.now, changed_at=uow.now
        )
        uow.session.add(organization)
        uow.session.flush()
        return organization
    return None


def sign_in(client: FlaskClient, runtime: Runtime, role: Role, *, vetted: bool = True) -> None:
    """Give ``client`` the session of a fresh account with ``role``."""
    with runtime.unit(system_actor("tests")) as uow:
        user: User = make_user(uow, role, organization=_organization(uow, role, vetted=vetted))
        membership = uow.session.query(Membership).filter_by(user_id=user.id).one()
        token = start_session(uow, user, membership, by_password=True, second_factor_at=uow.now)
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = token, True


def _address(rule: Any) -> str:
    values = dict.fromkeys(rule.arguments, "zz22zz22zz22zz22")
    for name, converter in rule._converters.items():
        if type(converter).__name__ == "IntegerConverter":
            values[name] = "999999"
    path = rule.rule
    for name, value in values.items():
        for start in (f"<{name}>", f"<int:{name}>", f"<path:{name}>", f"<string:{name}>"):
            path = path.replace(start, value)
    return path


READERS = [(None, True), *((role, True) for role in Role), *((role, False) for role in EMPLOYER_ROLES)]
ENDING = {"accounts.sign_out", "accounts.end_own_sessions"}


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("role", "vetted"), READERS)
def test_the_matrix_of_roles_and_addresses_is_what_the_table_says(
    app: Any, sqlite_runtime: Runtime, role: Role | None, vetted: bool
) -> None:
    client = app.test_client()
    if role is not None:
        sign_in(client, sqlite_runtime, role, vetted=vetted)
    granted = permissions_of(role, organization_is_active=vetted) if role else ROLE_TABLE["anonymous"]
    wrong = []
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            permission = table()[(method, rule.rule)]["permission"]
            answer = client.open(_address(rule), method=method)
            allowed = permission == "public" or permission in granted
            if allowed:
                ok = answer.status_code != 403 and answer.status_code < 500
            elif role is None:
                ok = answer.status_code == 303 and "/sign-in" in answer.headers["Location"]
            else:
                ok = answer.status_code == 403
            if not ok:
                wrong.append((method, rule.rule, permission, answer.status_code))
            if role is not None and rule.endpoint in ENDING and method == "POST":
                sign_in(client, sqlite_runtime, role, vetted=vetted)
    assert wrong == []


def test_a_form_without_a_token_is_refused_everywhere(app: Any) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    client = app.test_client()
    wrong = []
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"}):
            answer = client.open(_address(rule), method=method)
            is_machine = app.view_functions[rule.endpoint].access.machine
            if answer.status_code != (401 if is_machine else 400):
                wrong.append((method, rule.rule, answer.status_code))
    assert wrong == []


def test_every_page_carries_the_strict_headers(app: Any, client: FlaskClient) -> None:
    for path in ("/", "/sign-in", "/jobs", "/nowhere", "/healthz"):
        headers = client.get(path).headers
        assert headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self'")
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"


def test_an_unmarked_view_stops_the_start(app: Any) -> None:
    from jobmatch.app import refuse_unmarked
    from jobmatch.core.errors import SetupError

    app._got_first_request = False
    app.add_url_rule("/unmarked", "unmarked", lambda: "x")
    with pytest.raises(SetupError, match="unmarked"):
        refuse_unmarked(app)
