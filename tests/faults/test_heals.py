"""What goes wrong around the program while it runs: a jumping clock, a schema ahead of it, keys out of reach."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import inspect, select, text

from jobmatch.app import create_app
from jobmatch.core import chain, clock, crypto
from jobmatch.core.actors import system_actor
from jobmatch.core.errors import SetupError
from jobmatch.core.job_rows import Job, JobState
from jobmatch.core.jobs import run_job, sweep_jobs
from jobmatch.core.ready import missing
from jobmatch.core.runtime import Runtime
from jobmatch.matching import fitting
from jobmatch.matching.models import FittedModel
from ml.matching import Ranker
from tests.conftest import NOW
from tests.factories import make_person, make_posting
from tests.faults.test_faults import _enroll_one
from tests.matching.test_ledger import Fit, flat_ranker
from tests.people.help import World, make_world, sign_in
from tests.training.help_enrollment import make_session
from training.courses.classes.models import CourseSession

SYSTEM = system_actor("tests")
PAGES = ("/", "/jobs", "/jobs?q=司机", "/me/jobs", "/me", "/me/applications", "/me/benefits")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def runtime(request: pytest.FixtureRequest) -> Runtime:
    return request.getfixturevalue(f"{request.param}_runtime")


def _site(runtime: Runtime) -> tuple[FlaskClient, World]:
    """A browser signed in as a person, and that person."""
    app = create_app(runtime)
    app.config.update(WTF_CSRF_ENABLED=False)
    client, world = app.test_client(), make_world(runtime)
    with runtime.unit(SYSTEM) as uow:
        make_posting(uow, title="货车司机", published_at=uow.now)
    sign_in(client, world.user_id)
    return client, world


def _statuses(client: FlaskClient) -> set[int]:
    return {client.get(address, follow_redirects=True).status_code for address in PAGES}


def _enrolled(runtime: Runtime) -> int:
    """Enroll somebody through the service; returns how many seats the class counts as taken."""
    with runtime.unit(SYSTEM) as uow:
        session_id = make_session(uow, capacity=2).id
        _enroll_one(uow, session_id, make_person(uow).id)
    with runtime.unit(SYSTEM, writing=False) as uow:
        return uow.session.get_one(CourseSession, session_id).taken


def test_a_clock_that_jumps_back_and_on_again_breaks_nothing(runtime: Runtime) -> None:
    client, _world = _site(runtime)
    with runtime.unit(SYSTEM) as uow:
        job_id = uow.enqueue("tests.later")
    for jump in (timedelta(hours=-2), timedelta(minutes=20), timedelta(hours=-1)):
        with clock.frozen(NOW + jump):
            assert _statuses(client) == {200}
            assert _enrolled(runtime) == 1
    with clock.frozen(NOW - timedelta(days=1)):
        assert sweep_jobs(runtime.database) == [job_id]
        assert run_job(runtime.database, {"tests.later": lambda _context: {}}, job_id)
    chain.seal_all(runtime.database)
    with clock.frozen(NOW + timedelta(minutes=30)):
        assert chain.verify(runtime.database).faults == []
    with runtime.unit(SYSTEM, writing=False) as uow:
        assert uow.session.scalars(select(Job.state).where(Job.id == job_id)).one() is JobState.DONE


def test_a_clock_that_jumps_far_ends_sessions_and_they_can_begin_again(sqlite_runtime: Runtime) -> None:
    client, world = _site(sqlite_runtime)
    with clock.frozen(NOW + timedelta(days=400)):
        assert client.get("/me").status_code in {302, 303}
        sign_in(client, world.user_id)
        assert client.get("/me").status_code == 200


def test_the_program_before_an_upgrade_works_on_the_schema_after_it(runtime: Runtime) -> None:
    """Two versions at once: every table has a column more, and there is a table the program does not know."""
    client, _world = _site(runtime)
    before = _statuses(client)
    with runtime.database.engine.begin() as connection:
        for table in inspect(connection).get_table_names():
            connection.execute(text(f'ALTER TABLE "{table}" ADD COLUMN of_tomorrow VARCHAR(9)'))
        connection.execute(text("CREATE TABLE thing_of_tomorrow (id INTEGER PRIMARY KEY)"))
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert before == _statuses(client) == {200}
    assert _enrolled(runtime) == 1
    assert missing(runtime) == []


@pytest.mark.parametrize("harm", ["torn", "gone", "of other features"])
def test_a_ranker_that_is_torn_or_gone_is_replaced_by_the_rules(sqlite_runtime: Runtime, harm: str) -> None:
    client, _world = _site(sqlite_runtime)
    with sqlite_runtime.unit(SYSTEM) as uow:
        model = fitting.store_ranker(uow, Fit(flat_ranker(0.0), passed=True))
        whole = model.content
        if harm == "torn":
            model.content = model.content[: len(model.content) // 2]
        elif harm == "gone":
            uow.session.delete(uow.session.get_one(FittedModel, model.id))
        else:
            model.content = b"{}"
            model.sha256 = hashlib.sha256(model.content).hexdigest()
    page = client.get("/me/jobs")
    assert page.status_code == 200 and "货车司机" in page.get_data(as_text=True)
    if harm == "torn":
        with sqlite_runtime.unit(SYSTEM) as uow:
            assert fitting.active_ranker(uow.session) == Ranker.prior()
            uow.session.get_one(FittedModel, model.id).content = whole
            uow.session.flush()
            assert fitting.active_ranker(uow.session) == flat_ranker(0.0), "what was put right is used at once"
        return
    with sqlite_runtime.unit(SYSTEM, writing=False) as uow:
        assert fitting.active_ranker(uow.session) == Ranker.prior()


def test_keys_out_of_reach_stop_nobody_who_is_at_work_and_start_nobody_new(
    sqlite_runtime: Runtime,
) -> None:
    client, _world = _site(sqlite_runtime)
    folder = sqlite_runtime.settings.keys_path
    crypto.make_keys(folder)
    for path in folder.iterdir():
        path.unlink()
    assert _statuses(client) == {200}
    assert missing(sqlite_runtime) == []
    with pytest.raises(SetupError):
        crypto.read_keys(folder)
