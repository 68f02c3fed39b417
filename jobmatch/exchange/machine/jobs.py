"""Background work about webhooks: find what happened, and tell it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jobmatch.core.jobs import JobContext, JobFunction
from jobmatch.core.queue import Timed
from jobmatch.exchange.machine import hooks, sending
from jobmatch.exchange.machine.events import gather_events

MOST_CALLS = 100
"""Calls of one run, so that a slow address does not hold the worker for ever."""


def call_webhooks(context: JobContext) -> dict[str, Any]:
    """Write down new events and make the calls that are due; the network is used between the units."""
    if not sending.is_open():
        return {"sent": 0}
    with context.unit() as uow:
        made = gather_events(uow)
    sent = 0
    while sent < MOST_CALLS:
        with context.unit() as uow:
            due = hooks.take_due(uow)
        if due is None:
            break
        try:
            status: int | None = sending.send(due.url, due.body, due.signature)
        except OSError:
            status = None
        with context.unit() as uow:
            hooks.record_answer(uow, due.call_id, status)
        sent += 1
    return {"found": made, "sent": sent}


CALL_JOB = "machine.call_webhooks"
JOBS: Mapping[str, JobFunction] = {CALL_JOB: call_webhooks}
TIMED = (Timed(CALL_JOB, 1),)
