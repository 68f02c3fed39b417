"""``kill -9`` of PostgreSQL in a storm: nothing that was acknowledged is lost, and the site goes on (G5)."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import create_engine, func, select

import jobmatch.tables  # noqa: F401 - the metadata must be complete
from jobmatch.core.actors import system_actor
from jobmatch.core.audit import AuditEntry
from jobmatch.core.db import Base, Database
from jobmatch.core.errors import Unavailable
from jobmatch.core.job_rows import Job
from jobmatch.core.runtime import Runtime
from jobmatch.core.settings import Settings
from tests.conftest import KEYS
from tests.servers import own_servers

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(600)]
KILLS = int(os.environ.get("JOBMATCH_FAULTS_SERVER_KILLS", "1"))
ACTOR = system_actor("tests")
WRITERS = 8


def test_a_server_that_is_killed_loses_nothing_it_acknowledged(postgres_url: str, tmp_path: Path) -> None:
    """Each unit writes a job and its trail; what was told as done is there after the restart, whole."""
    with own_servers() as servers:
        servers.make("house")
        servers.start("house", 5432)
        engine = create_engine(servers.url(5432))
        Base.metadata.create_all(engine)
        engine.dispose()
        settings = Settings(data_dir=tmp_path, database_url=servers.url(5432), https=False)  # type: ignore[call-arg]
        runtime = Runtime(settings, KEYS, Database(settings.url))
        told: set[str] = set()
        refused: list[Exception] = []
        is_over = threading.Event()

        def write(writer: int) -> None:
            number = 0
            while not is_over.is_set():
                number += 1
                name = f"{writer}.{number}"
                try:
                    with runtime.unit(ACTOR) as uow:
                        uow.enqueue("tests.kill", unit=name)
                        uow.audit("tests.kill", unit=name)
                except Unavailable as error:
                    refused.append(error)
                    time.sleep(0.2)
                else:
                    told.add(name)

        writers = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
        for one in writers:
            one.start()
        for number in range(KILLS):
            time.sleep(1.0 + 0.13 * number)
            servers.kill("house")
            time.sleep(0.3)
            servers.start("house", 5432)
        heard = len(told)
        time.sleep(2.5)
        is_over.set()
        for one in writers:
            one.join()
        assert refused, "nobody noticed the kill: it came too late to try anything"
        assert len(told) > heard, "the site did not go on by itself"
        with runtime.unit(ACTOR, writing=False) as uow:
            kept = {job.arguments["unit"] for job in uow.session.scalars(select(Job).where(Job.name == "tests.kill"))}
            trail = uow.session.scalar(select(func.count()).where(AuditEntry.action == "tests.kill"))
        runtime.database.engine.dispose()
    assert told <= kept
    assert trail == len(kept), "half of a unit was kept"
    assert len(kept - told) <= KILLS * WRITERS, "only what was under way may be there without anybody being told"
