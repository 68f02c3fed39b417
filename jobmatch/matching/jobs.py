"""Background work: new bases of the pools, and fitting the ranker."""

from __future__ import annotations

from typing import Any

from jobmatch.core.jobs import JobContext
from jobmatch.core.queue import Timed
from jobmatch.matching import fitting
from jobmatch.matching.index import pools

REBUILD_MINUTES = 30
FIT_MINUTES = 24 * 60
FIT_STEPS = 3


def rebuild_index(context: JobContext, anyway: str = "") -> dict[str, Any]:
    """Build new bases of both pools where something has changed since the present ones.

    ``anyway`` names a pool that is built even where its rows are the same, since what is made of them has changed.
    """
    with context.unit(writing=False) as uow:
        both = pools(uow.session)
    return {
        one.source.kind: one.rebuild(lambda: context.unit(writing=False, fresh=False), anyway=one.source.kind == anyway)
        for one in both.all()
    }


def fit_ranker(context: JobContext) -> dict[str, Any]:
    """Fit the ranker to the ledger: read, fit outside any transaction, then store."""
    with context.unit(writing=False) as uow:
        facts, present = fitting.read_facts(uow), fitting.present_ranker(uow.session)
    context.progress(1, FIT_STEPS)
    found = fitting.fit(facts, today=uow.today, present=present)
    context.progress(2, FIT_STEPS)
    card = found.ranker.card
    with context.unit() as uow:
        model = fitting.store_ranker(uow, found)
        return {"model": model.public_id, "kind": card.get("kind", ""), "rows": card.get("rows", 0)}


JOBS = {"matching.rebuild_index": rebuild_index, fitting.FIT_JOB: fit_ranker}
TIMED = (Timed("matching.rebuild_index", REBUILD_MINUTES), Timed(fitting.FIT_JOB, FIT_MINUTES))
