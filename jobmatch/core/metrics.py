"""Numbers about the running product for Prometheus; labels come from closed lists alone.

With several processes each keeps its counts in files of one folder (``PROMETHEUS_MULTIPROC_DIR``, emptied at start),
and whichever is asked adds them up. What stands in the database is counted at the moment of asking.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from sqlalchemy import func, select

from jobmatch.core import chain
from jobmatch.core.actors import system_actor
from jobmatch.core.clock import utcnow
from jobmatch.core.db import Database
from jobmatch.core.job_rows import Job, JobState
from jobmatch.core.uow import unit_of_work

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
_OWN = CollectorRegistry()
REQUESTS = Counter("jobmatch_requests", "Answered requests.", ["rule", "method", "status"], registry=_OWN)
SECONDS = Histogram(
    "jobmatch_request_seconds",
    "Time to answer a request.",
    ["rule"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
    registry=_OWN,
)
REFUSED = Counter("jobmatch_refused", "Requests refused, by the code of the error.", ["code"], registry=_OWN)
WORK = Counter("jobmatch_work", "Pieces of background work that ended.", ["job", "state"], registry=_OWN)


def count_request(rule: str, method: str, status: int, seconds: float) -> None:
    """Note one answered request; ``rule`` is the rule of the map, so the number of labels is bounded."""
    REQUESTS.labels(rule, method, f"{status // 100}xx").inc()
    SECONDS.labels(rule).observe(seconds)


class _Present:
    """What stands in the database and on the disk now."""

    def __init__(self, database: Database, data_dir: Path) -> None:
        self._database, self._data_dir = database, data_dir

    def collect(self) -> Iterator[Any]:
        with unit_of_work(self._database, system_actor("metrics"), writing=False) as uow:
            waiting = select(Job.state, func.count(), func.min(Job.created_at)).where(
                Job.state.in_((JobState.QUEUED, JobState.RUNNING, JobState.FAILED))
            )
            rows = {row[0]: (row[1], row[2]) for row in uow.session.execute(waiting.group_by(Job.state))}
            behind = chain.lag(uow.session) or timedelta(0)
        family = GaugeMetricFamily("jobmatch_jobs", "Background work by state.", labels=["state"])
        for state in (JobState.QUEUED, JobState.RUNNING, JobState.FAILED):
            family.add_metric([state.value], rows.get(state, (0, None))[0])
        yield family
        oldest = rows.get(JobState.QUEUED, (0, None))[1]
        age = (utcnow() - oldest).total_seconds() if oldest else 0.0
        yield GaugeMetricFamily("jobmatch_oldest_job_seconds", "How long the oldest job has been waiting.", age)
        yield GaugeMetricFamily(
            "jobmatch_seal_lag_seconds", "How far the audit seals are behind.", behind.total_seconds()
        )
        usage = shutil.disk_usage(self._data_dir)
        yield GaugeMetricFamily("jobmatch_disk_free_ratio", "Free share of the data disk.", usage.free / usage.total)


def exposition(database: Database, data_dir: Path) -> bytes:
    """Everything in Prometheus' text form."""
    registry = CollectorRegistry()
    if os.environ.get(FOLDER):
        MultiProcessCollector(registry)
    text = generate_latest(registry if os.environ.get(FOLDER) else _OWN)
    present = CollectorRegistry()
    present.register(_Present(database, data_dir))
    return text + generate_latest(present)
