"""What the ranker never learns from."""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy import func, select

from jobmatch.core.actors import system_actor
from jobmatch.core.runtime import Runtime
from jobmatch.matching.models import PairFact
from tests.factories import make_posting


def test_readers_without_an_account_leave_nothing_to_learn_from(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        public_id = make_posting(uow).public_id
    for path in ("/jobs", "/jobs?q=司机", "/jobs/for-me?licence=B2", f"/postings/{public_id}"):
        assert client.get(path).status_code == 200, path
    sqlite_runtime.buffer.flush()
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        assert uow.session.scalar(select(func.count()).select_from(PairFact)) == 0
