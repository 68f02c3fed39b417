"""Somebody is erased through the pages: nothing is left in the database or on disk, and the copies are named."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import inspect, select, text

from jobmatch.app import create_app
from jobmatch.core.actors import system_actor
from jobmatch.core.backup import make_backup
from jobmatch.core.runtime import Runtime
from jobmatch.people.models.person import Person
from jobmatch.privacy.models import RightsRequest
from tests.factories import make_posting
from tests.people.help import make_world, sign_in

SYSTEM = system_actor("tests")
NAME, ABOUT, NOTE = "测试雨桐乙", "会修老式发报机的人", "左耳听不清楚说话"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def runtime(request: pytest.FixtureRequest) -> Runtime:
    return request.getfixturevalue(f"{request.param}_runtime")


def _told(runtime: Runtime) -> set[str]:
    """Which of the three words the database still says, row by row, or a file of the installation byte by byte."""
    said = [path.read_bytes() for path in runtime.settings.data_dir.rglob("*") if path.is_file()]
    with runtime.database.engine.connect() as connection:
        for table in inspect(connection).get_table_names():
            said += [repr(tuple(row)).encode() for row in connection.execute(text(f'SELECT * FROM "{table}"'))]
    return {word for word in (NAME, ABOUT, NOTE) if any(word.encode() in one for one in said)}


def test_who_asked_for_it_is_erased_and_the_copies_that_still_hold_them_are_named(
    runtime: Runtime, tmp_path_factory: pytest.TempPathFactory
) -> None:
    copies = tmp_path_factory.mktemp("copies")
    runtime.settings.backup_dir = copies
    app = create_app(runtime)
    app.config.update(WTF_CSRF_ENABLED=False)
    world = make_world(runtime)
    with runtime.unit(SYSTEM) as uow:
        person = uow.session.get_one(Person, world.person_id)
        person.name, person.about, person.fitness_note = NAME, ABOUT, NOTE
        posting_id = make_posting(uow).public_id
    own, staff = app.test_client(), app.test_client()
    sign_in(own, world.user_id)
    sign_in(staff, world.staff_id)
    own.post(f"/me/jobs/{posting_id}/save")
    assert _told(runtime) == {NAME, ABOUT}, "what is sealed is not there even before"
    made = make_backup(runtime.settings, copies).path.name if runtime.database.is_sqlite else ""
    page = own.get("/me/privacy/erase").get_data(as_text=True)
    assert "满 30 天随备份删掉" in page
    assert own.post("/me/privacy/erase").status_code == 303
    with runtime.unit(SYSTEM, writing=False) as uow:
        asked = uow.session.scalars(select(RightsRequest.public_id)).one()
    answer = staff.post(f"/staff/rights/{asked}", data={"decision": "yes", "answer": "办好了"})
    assert answer.status_code == 303
    assert _told(runtime) == set()
    shown = staff.get(f"/staff/rights/{asked}").get_data(as_text=True)
    assert ("还在备份里" in shown) is bool(made)
    assert made in shown
    assert own.get("/me").status_code in {302, 303}, "the account is closed"


def test_a_word_that_is_left_would_be_seen(sqlite_runtime: Runtime) -> None:
    Path(sqlite_runtime.settings.data_dir, "left.txt").write_text(ABOUT, encoding="utf-8")
    assert _told(sqlite_runtime) == {ABOUT}
