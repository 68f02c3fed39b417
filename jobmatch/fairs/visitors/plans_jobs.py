"""Background work of plans and of the mobilisation."""

from __future__ import annotations

from typing import Any

from jobmatch.core.jobs import JobContext, JobFunction
from jobmatch.core.queue import Timed
from jobmatch.fairs.visitors.models import FairRegistration
from jobmatch.fairs.visitors.plans_queries import fairs_to_plan
from jobmatch.fairs.visitors.services import calls, plans
from jobmatch.fairs.visitors.services.waiting import PLAN_ONE_JOB

REPLAN_MINUTES = 15


def plan_visits(context: JobContext, fair_id: int, anew: int = 0) -> dict[str, Any]:
    """Plan the visits of a fair: read, compute outside any transaction, store in short units.

    Without ``anew`` only those whose plan is missing or names somebody who has left. Run again it stores the same.
    """
    with context.unit(writing=False) as uow:
        given = plans.read_plan_input(uow, fair_id, anew=bool(anew))
    found, balanced = plans.make_plans(given)
    ids, changed = list(found), 0
    context.progress(0, len(ids))
    for start in range(0, len(ids), plans.CHUNK):
        part = plans.with_reasons(given, {one: found[one] for one in ids[start : start + plans.CHUNK]})
        with context.unit() as uow:
            changed += plans.store_plans(uow, fair_id, part)
        context.progress(min(start + plans.CHUNK, len(ids)))
    figures = {"kept": round(balanced.kept, 4), "times_mean": round(balanced.times_mean, 3)} if balanced else {}
    return {"people": len(ids), "changed": changed, **figures}


def plan_one(context: JobContext, registration_id: int) -> dict[str, Any]:
    """Choose the booths of one person who just got a seat: read and computed before the unit that writes."""
    with context.unit(writing=False) as uow:
        registration = uow.session.get_one(FairRegistration, registration_id)
        fair_id, visits = registration.fair_id, plans.plan_for(uow, registration)
    with context.unit() as uow:
        return {"changed": plans.store_plans(uow, fair_id, {registration_id: visits})}


def replan(context: JobContext) -> dict[str, Any]:
    """Complete the plans of the coming fairs: who registered since, and whose exhibitor has left."""
    with context.unit(writing=False) as uow:
        fair_ids = fairs_to_plan(uow.session)
    return {"fairs": len(fair_ids), "changed": sum(plan_visits(context, one)["changed"] for one in fair_ids)}


def list_calls(context: JobContext, fair_id: int) -> dict[str, Any]:
    """Propose to every station whom to call, in portions of people."""
    with context.unit(writing=False) as uow:
        ids, stations = calls.people_to_ask(uow, fair_id), calls.stations_of(uow, fair_id)
    listed: set[int] = set()
    context.progress(0, len(ids))
    for start in range(0, len(ids), calls.PORTION):
        with context.unit(writing=False) as uow:
            given = calls.read_portion(uow, fair_id, ids[start : start + calls.PORTION])
        found = calls.fitting_people(given)
        for at in range(0, len(found), calls.CHUNK):
            with context.unit() as uow:
                calls.store_calls(uow, fair_id, found[at : at + calls.CHUNK], stations)
        listed |= {one.person_id for one in found}
        context.progress(min(start + calls.PORTION, len(ids)))
    removed = context.until_done(lambda uow: calls.drop_calls(uow, fair_id, listed))
    return {"people": len(ids), "listed": len(listed), "removed": removed}


JOBS: dict[str, JobFunction] = {
    plans.PLAN_JOB: plan_visits,
    PLAN_ONE_JOB: plan_one,
    "visitors.replan": replan,
    calls.LIST_JOB: list_calls,
}
TIMED = (Timed("visitors.replan", REPLAN_MINUTES),)
