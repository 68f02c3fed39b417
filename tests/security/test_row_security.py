"""The second net of PostgreSQL: rows of other regions stay away from office staff, whatever a policy forgot (R2, G11).

Every test here connects as the web role, which is no superuser: a superuser is bound by nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, func, make_url, select, text, update
from sqlalchemy.exc import ProgrammingError

from jobmatch.accounts.states import Role
from jobmatch.app import create_app
from jobmatch.core import row_security
from jobmatch.core.actors import Actor, system_actor
from jobmatch.core.audit import AuditEntry
from jobmatch.core.db import Base, Database
from jobmatch.core.db_roles import APPEND_ONLY, warning, web_role_statements
from jobmatch.core.errors import SetupError
from jobmatch.core.runtime import Runtime
from jobmatch.core.settings import Settings
from jobmatch.core.uow import unit_of_work
from jobmatch.people.models.person import Person
from tests.conftest import KEYS, _admin, _postgres_copy
from tests.factories import PATH_A, PATH_COUNTY, PATH_OTHER, actor_of, make_person, make_station, make_user
from tests.house.test_access import table
from tests.house.town import SYSTEM, Town, address, build, reader

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(300)]
WEB = f"jobmatch_web_{os.getpid()}"
"""Roles belong to the whole server, which several test processes share."""


@pytest.fixture(scope="module")
def url(postgres_url: str) -> Iterator[str]:
    """A database of this module with the web role; as its owner."""
    made = _postgres_copy(postgres_url)
    engine = create_engine(made)
    with engine.begin() as connection:
        for statement in web_role_statements(connection, WEB):
            connection.exec_driver_sql(statement)
    engine.dispose()
    database = Database(made)
    with unit_of_work(database, SYSTEM, writing=True) as uow:
        make_person(uow, path=PATH_A)
    database.engine.dispose()
    yield made
    server = make_url(made).set(database="postgres")
    _admin(server, f"DROP DATABASE {make_url(made).database} WITH (FORCE)")
    _admin(server, f"DROP ROLE {WEB}")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("web")


def _runtime(url: str, folder: Path, *, web: bool) -> Runtime:
    address = make_url(url).set(username=WEB) if web else make_url(url)
    given = address.render_as_string(hide_password=False)
    settings = Settings(data_dir=folder, database_url=given, https=False)  # type: ignore[call-arg]
    return Runtime(settings, KEYS, Database(given))


@pytest.fixture
def web(url: str, folder: Path) -> Iterator[Runtime]:
    """An installation whose processes connect as the web role."""
    runtime = _runtime(url, folder, web=True)
    yield runtime
    runtime.buffer.flush()
    runtime.database.engine.dispose()


@pytest.fixture
def owner(url: str, folder: Path) -> Iterator[Runtime]:
    """The same database as its owner, a superuser."""
    runtime = _runtime(url, folder, web=False)
    yield runtime
    runtime.buffer.flush()
    runtime.database.engine.dispose()


def _people(runtime: Runtime, actor: Actor, *, writing: bool = False) -> int:
    """How many people a forgotten policy would show: every row that the database gives."""
    with runtime.unit(actor, writing=writing) as uow:
        return int(uow.session.scalar(select(func.count()).select_from(Person)))


def test_a_forgotten_policy_shows_no_person_of_another_region(web: Runtime, owner: Runtime) -> None:
    with web.unit(system_actor("tests")) as uow:
        station = make_station(uow, path=PATH_COUNTY)
        clerk = actor_of(make_user(uow, Role.STATION_STAFF, organization=station), Role.STATION_STAFF, station)
        near = make_person(uow, path=PATH_A).id
        far = make_person(uow, path=PATH_OTHER, living_region_code="130102").id
        resettled = make_person(uow, path=PATH_OTHER, living_region_code="130102", resettled_region_code="430382").id
    with web.unit(clerk, writing=False) as uow:
        found = set(uow.session.scalars(select(Person.id)))
        assert {near, resettled} <= found and far not in found
    # The controls: the same statement shows everybody to the system, to writing services, and to a superuser.
    everybody = _people(web, system_actor("tests"))
    assert everybody > len(found)
    assert _people(web, clerk, writing=True) == everybody == _people(owner, clerk)


def test_staff_find_the_people_of_a_place_by_the_index_behind_the_net(web: Runtime, owner: Runtime) -> None:
    """LIKE would read every person first: the planner lets only comparisons go before the condition of a policy."""
    clerk = Actor(user_id=1, label="", roles=frozenset({Role.STATION_STAFF}), region_path=PATH_COUNTY)
    with web.unit(clerk, writing=False) as uow:
        plans = []
        uow.session.execute(text("SET LOCAL enable_seqscan = off"))
        for asked in (Person.region_path.startswith(PATH_A, autoescape=True), Person.region_path.like(f"{PATH_A}%")):
            select_one = select(Person.name).where(asked)
            query = select_one.compile(uow.session.connection(), compile_kwargs={"literal_binds": True})
            plans.append("\n".join(uow.session.scalars(text("EXPLAIN " + str(query).replace(":", "\\:")))))
    assert "Index Cond: (((region_path)::text >= " in plans[0]
    assert "Index Cond: ((region_path" not in plans[1]


def test_a_unit_that_turns_out_to_be_staffs_is_bound_from_then_on(web: Runtime) -> None:
    bound = Actor(region_path="/99/")
    with web.unit(Actor(), writing=False) as uow:
        assert uow.session.scalar(select(func.count()).select_from(Person)) > 0
        uow.bind_to(bound)
        assert uow.session.scalar(select(func.count()).select_from(Person)) == 0
        with row_security.everywhere(uow.session):
            assert uow.session.scalar(select(func.count()).select_from(Person)) > 0
        assert uow.session.scalar(select(func.count()).select_from(Person)) == 0
        uow.session.rollback()
        assert uow.session.scalar(select(func.count()).select_from(Person)) == 0


def test_a_transaction_that_names_no_region_sees_nothing_not_even_after_one_that_did(web: Runtime) -> None:
    with web.database.engine.connect() as connection:
        for table_name in row_security.NETS:
            count = text(f"SELECT count(*) FROM {table_name}")
            assert connection.execute(count).scalar_one() == 0
        connection.rollback()
        connection.execute(text("SELECT set_config('app.region', '*', true)"))
        assert connection.execute(text("SELECT count(*) FROM person")).scalar_one() > 0
        connection.rollback()
        assert connection.execute(text("SELECT current_setting('app.region', true)")).scalar_one() == ""
        assert connection.execute(text("SELECT count(*) FROM person")).scalar_one() == 0
        connection.rollback()
        with pytest.raises(ProgrammingError, match="row-level security"):
            connection.execute(text("INSERT INTO people_import (region_path) VALUES ('/43/')"))


def test_every_net_is_forced_and_says_what_the_list_says(owner: Runtime) -> None:
    with owner.database.engine.connect() as connection:
        flags = connection.execute(
            text("SELECT relname, relforcerowsecurity FROM pg_class WHERE relrowsecurity ORDER BY relname")
        ).all()
        assert [tuple(row) for row in flags] == [(name, True) for name in sorted(row_security.NETS)]
        for name, second_place in row_security.NETS.items():
            said = "SELECT qual FROM pg_policies WHERE tablename = :name"
            before = connection.execute(text(said), {"name": name}).scalar_one()
            connection.execute(text(f"DROP POLICY region ON {name}"))
            connection.execute(text(row_security.statements({name: second_place})[0]))
            assert connection.execute(text(said), {"name": name}).scalar_one() == before
    assert {name for name, known in Base.metadata.tables.items() if known.info.get("scoped")} >= set(row_security.NETS)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET action = 'x'",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry",
        "UPDATE snapshot SET inputs_sha256 = 'x'",
        "CREATE TABLE mine (id int)",
        "ALTER TABLE person DISABLE ROW LEVEL SECURITY",
        "DROP POLICY region ON person",
        "UPDATE alembic_version SET version_num = 'x'",
        "SET ROLE postgres",
    ],
)
def test_the_web_role_may_not(web: Runtime, statement: str) -> None:
    with web.database.engine.connect() as connection, pytest.raises(ProgrammingError, match=r"permission denied|owner"):
        connection.execute(text(statement))


def test_the_web_role_adds_to_the_trail_and_fills_the_second_signature(web: Runtime) -> None:
    with web.unit(system_actor("tests")) as uow:
        uow.audit("test.done")
        uow.session.flush()
        assert uow.session.scalar(select(func.count()).select_from(AuditEntry)) > 0
        for column in APPEND_ONLY["snapshot"]:
            snapshot = Base.metadata.tables["snapshot"]
            uow.session.execute(update(snapshot).where(snapshot.c.id == 0).values({column: None}))


def test_serve_warns_of_an_owner_and_is_silent_for_the_web_role(web: Runtime, owner: Runtime) -> None:
    assert "jobmatch db roles" in warning(owner.database)
    assert "\n" not in warning(owner.database)
    assert warning(web.database) == ""
    with owner.database.engine.connect() as connection:
        me = str(connection.execute(text("SELECT current_user")).scalar_one())
        with pytest.raises(SetupError, match="superuser"):
            web_role_statements(connection, me)
        with pytest.raises(SetupError, match="small letters"):
            web_role_statements(connection, "x; DROP TABLE person")


LISTS = ("staff", "reader")


@pytest.fixture(scope="module")
def town(url: str, folder: Path) -> Town:
    runtime = _runtime(url, folder, web=False)
    made = build(runtime)
    runtime.buffer.flush()
    runtime.database.engine.dispose()
    return made


@pytest.mark.parametrize("name", LISTS)
def test_every_page_of_the_office_answers_the_web_role_as_it_answers_a_superuser(
    web: Runtime, owner: Runtime, town: Town, name: str
) -> None:
    """Own things open, and lists are as long; a page that lost a row to the net would differ."""
    wrong, asked = [], 0
    as_web, as_owner = create_app(web), create_app(owner)
    clients = [reader(app, town, name) for app in (as_web, as_owner)]
    for rule in sorted(as_web.url_map.iter_rules(), key=lambda one: one.rule):
        if "GET" not in (rule.methods or ()) or table()[("GET", rule.rule)]["scope"] not in {"subtree", "all"}:
            continue
        answers = [client.get(address(rule.rule, rule.arguments, town.near)) for client in clients]
        asked += answers[1].status_code == 200
        if len({_seen(answer) for answer in answers}) > 1:
            wrong.append((rule.rule, *((answer.status_code, len(answer.data)) for answer in answers)))
    assert wrong == []
    assert asked > (100 if name == "staff" else 10)


def _seen(answer: Any) -> tuple[int, int]:
    """The status, and for pages how many rows and links they have."""
    rows = answer.data.count(b"<tr") + answer.data.count(b"<a ") if answer.mimetype == "text/html" else 0
    return answer.status_code, rows


def test_a_second_town_clerk_sees_the_far_side_and_not_the_near(web: Runtime, town: Town) -> None:
    """The control of the pages above: the net is under them, since the same address shows a clerk of elsewhere none."""
    app = create_app(web)
    path = address("/staff/people/<public_id>", ["public_id"], town.near)
    assert [reader(app, town, name).get(path).status_code for name in ("staff", "far staff")] == [200, 404]
    with web.unit(SYSTEM, writing=False) as uow:
        assert {p.region_path for p in uow.session.scalars(select(Person))} >= {PATH_A, PATH_OTHER}
