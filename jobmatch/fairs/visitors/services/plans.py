"""Personal plans (您的 4 家): which booths to visit, by the house's ranker, so that no booth is flooded.

Everybody's plan is computed at once outside any transaction and stored in short units; one late registration is planned
at once among what the others have. An exhibitor who leaves is replaced in the plans it stood in; a booth that is moved
changes nothing, for a plan names exhibitors.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import delete, insert, select

from jobmatch.core.errors import require
from jobmatch.core.job_rows import Job, JobState
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.policies import can_work_fair
from jobmatch.fairs.visitors.balancing import BOOTHS, Array, Balanced, balance
from jobmatch.fairs.visitors.models import FairRegistration, PlannedVisit
from jobmatch.fairs.visitors.plans_queries import is_unplanned, offered, out_of_reach, planned_loads
from jobmatch.fairs.visitors.states import RegistrationState, VisitorKind, VisitorNeed
from jobmatch.matching.batch import Batch, read_batch, score_one, stored_reasons, wish_profile
from jobmatch.matching.documents import read_people, read_postings
from jobmatch.people.models.person import Person
from ml.matching import Eligibility, PostingDocument, Profile
from recruiters.postings.models import Posting

PLAN_JOB = "visitors.plan"
_HARDLY = 1e-6
"""A score that chooses a booth and is stored as 0."""
CHUNK = 125
"""Registrations whose visits one unit stores: at most 500 rows."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One planned visit, as it is stored."""

    exhibitor_id: int
    fair_posting_id: int
    score: float
    reasons: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class PlanInput:
    """What planning a fair needs, read in one unit.

    ``people``: the key in the batch of each registration, None where nothing is known. ``columns``: (fair posting,
    posting, exhibitor) in the order of exhibitors; ``loads``: visits of those who are not planned now. ``rolling``:
    registrations of people in a wheelchair; ``steps``: exhibitors whose booth they do not reach.
    """

    people: Mapping[int, str | None]
    columns: tuple[tuple[int, int, int], ...]
    loads: Mapping[int, int]
    batch: Batch
    rolling: frozenset[int]
    steps: frozenset[int]


def ask_for_plans(uow: UnitOfWork, fair: JobFair) -> bool:
    """Plan everybody's visits anew in the background; False where that is under way already."""
    require(can_work_fair(uow.actor, fair))
    if waiting_job(uow, PLAN_JOB, fair.id) is not None:
        return False
    uow.enqueue(PLAN_JOB, fair_id=fair.id, anew=1)
    uow.audit("fair.plan_visits", fair)
    return True


def waiting_job(uow: UnitOfWork, name: str, fair_id: int) -> Job | None:
    """The job of this name that waits or runs for the fair."""
    live = select(Job).where(Job.name == name, Job.state.in_([JobState.QUEUED, JobState.RUNNING])).order_by(Job.id)
    return next((job for job in uow.session.scalars(live) if job.arguments.get("fair_id") == fair_id), None)


def read_plan_input(uow: UnitOfWork, fair_id: int, *, anew: bool) -> PlanInput:
    """Read everybody with a seat and all that the fair offers; not ``anew``: only whose plan is missing or outdated."""
    said = (FairRegistration.person_id, FairRegistration.wish, FairRegistration.kind, FairRegistration.needs)
    query = select(FairRegistration.id, *said).where(
        FairRegistration.fair_id == fair_id, FairRegistration.state == RegistrationState.SEATED
    )
    rows = uow.session.execute((query if anew else query.where(is_unplanned())).order_by(FairRegistration.id)).all()
    columns = tuple((row[0], row[1], row[2]) for row in uow.session.execute(offered(fair_id)))
    loads = planned_loads(uow.session, fair_id, [row.id for row in rows])
    linked = [row.person_id for row in rows if row.person_id is not None]
    others = [_by_wish(row.id, row.wish, row.kind) for row in rows if row.person_id is None and row.wish.strip()]
    batch = read_batch(uow, linked, sorted({one[1] for one in columns}), others=others)
    keys = {row.id: str(row.person_id) if row.person_id is not None else f"r{row.id}" for row in rows}
    people = {one: key if key in batch.people else None for one, key in keys.items()}
    rolling = frozenset(row.id for row in rows if VisitorNeed.WHEELCHAIR.value in row.needs)
    return PlanInput(people, columns, loads, batch, rolling, out_of_reach(uow.session, fair_id))


def _by_wish(registration_id: int, wish: str, kind: VisitorKind) -> tuple[Profile, Eligibility]:
    return wish_profile(f"r{registration_id}", wish, is_veteran=kind is VisitorKind.VETERAN)


def make_plans(given: PlanInput) -> tuple[dict[int, list[Visit]], Balanced | None]:
    """The visits of each registration, without their reasons, and how well they are balanced. Pure arithmetic."""
    if not given.columns or not given.people:
        return {one: [] for one in given.people}, None
    keys, table = given.batch.scores()
    rows = {key: row for row, key in enumerate(keys)}
    place = {posting.key: column for column, posting in enumerate(given.batch.postings)}
    columns = np.array([place[str(posting_id)] for _, posting_id, _ in given.columns])
    known = np.zeros((len(given.people), len(columns)), dtype=np.float32)
    for row, key in enumerate(given.people.values()):
        if key is not None:
            known[row] = table[rows[key], columns]
    for row, registration in enumerate(given.people):
        if registration in given.rolling:
            _keep_level(known[row], given.columns, given.steps)
    plan, firsts = _balance_columns(given.columns, known, given.loads)
    visits = {
        registration: [_visit(given.columns, firsts, known[row], booth) for booth in plan.chosen[row]]
        for row, registration in enumerate(given.people)
    }
    return visits, plan


def _keep_level(known: Array, columns: Sequence[tuple[int, int, int]], steps: frozenset[int]) -> None:
    """Leave out booths that a wheelchair does not reach; of whom nothing is known, all others are worth alike."""
    barred = np.array([exhibitor in steps for *_rest, exhibitor in columns])
    known[barred] = 0.0
    if not known.any():
        known[~barred] = _HARDLY


def _balance_columns(
    columns: Sequence[tuple[int, int, int]], known: Array, loads: Mapping[int, int]
) -> tuple[Balanced, list[int]]:
    """Balance over exhibitors, each worth its best posting; where each exhibitor's postings begin."""
    exhibitors = [exhibitor for *_rest, exhibitor in columns]
    firsts = [at for at, one in enumerate(exhibitors) if at == 0 or exhibitors[at - 1] != one]
    before = np.array([loads.get(exhibitors[at], 0) for at in firsts], dtype=np.int64)
    return balance(np.maximum.reduceat(known, firsts, axis=1), loads=before), [*firsts, len(columns)]


def _visit(columns: Sequence[tuple[int, int, int]], firsts: Sequence[int], known: Array, booth: int) -> Visit:
    """The booth with the posting of it that fits best."""
    start, end = firsts[booth], firsts[booth + 1]
    best = start + int(known[start:end].argmax())
    return Visit(columns[best][2], columns[best][0], round(float(known[best]), 4))


def with_reasons(given: PlanInput, plans: Mapping[int, list[Visit]]) -> dict[int, list[Visit]]:
    """The same visits with what speaks for each, for those of whom something is known."""
    posting_of = {one: str(posting_id) for one, posting_id, _ in given.columns}
    documents = {posting.key: posting for posting in given.batch.postings}
    found: dict[int, list[Visit]] = {}
    for registration, visits in plans.items():
        key = given.people[registration]
        wanted = [documents[posting_of[one.fair_posting_id]] for one in visits]
        told = given.batch.short_reasons(key, wanted) if key is not None else [[] for _ in visits]
        found[registration] = [
            Visit(one.exhibitor_id, one.fair_posting_id, one.score, tuple(why))
            for one, why in zip(visits, told, strict=True)
        ]
    return found


def store_plans(uow: UnitOfWork, fair_id: int, plans: Mapping[int, list[Visit]]) -> int:
    """Store the plans of some registrations; returns how many changed. Storing the same again changes nothing.

    Who gave up the seat meanwhile, and exhibitors who left meanwhile, are left out.
    """
    session, ids = uow.session, list(plans)
    seated = (FairRegistration.id.in_(ids), FairRegistration.state == RegistrationState.SEATED)
    live = set(session.scalars(select(FairRegistration.id).where(*seated, FairRegistration.fair_id == fair_id)))
    there = {row[0] for row in session.execute(offered(fair_id))}
    before: dict[int, list[Visit]] = {}
    stored = select(PlannedVisit).where(PlannedVisit.registration_id.in_(ids)).order_by(PlannedVisit.position)
    for one in session.scalars(stored):
        visit = Visit(one.exhibitor_id, one.fair_posting_id, one.score, tuple(one.reasons))
        before.setdefault(one.registration_id, []).append(visit)
    wanted = {one: [v for v in plans[one] if v.fair_posting_id in there] for one in ids if one in live}
    changed = [one for one, visits in wanted.items() if visits != before.get(one, [])]
    if changed:
        session.execute(delete(PlannedVisit).where(PlannedVisit.registration_id.in_(changed)))
        rows = [_row(one, place, visit) for one in changed for place, visit in enumerate(wanted[one], 1)]
        if rows:
            session.execute(insert(PlannedVisit), rows)
    return len(changed)


def _row(registration_id: int, position: int, visit: Visit) -> dict[str, Any]:
    return {
        "registration_id": registration_id,
        "position": position,
        "exhibitor_id": visit.exhibitor_id,
        "fair_posting_id": visit.fair_posting_id,
        "score": visit.score,
        "reasons": list(visit.reasons),
    }


def plan_for(uow: UnitOfWork, registration: FairRegistration) -> list[Visit]:
    """The visits of one registration, among what is planned for the others; reads only, ``store_plans`` keeps them."""
    columns = tuple((row[0], row[1], row[2]) for row in uow.session.execute(offered(registration.fair_id)))
    visits: list[Visit] = []
    if columns and registration.state is RegistrationState.SEATED:
        person = _person_of(uow, registration)
        ids = [posting_id for _, posting_id, _ in columns]
        scores = score_one(uow, person, ids, person_id=registration.person_id) if person else {}
        known = np.array([[scores.get(one, 0.0) for one in ids]], dtype=np.float32)
        if VisitorNeed.WHEELCHAIR.value in registration.needs:
            _keep_level(known[0], columns, out_of_reach(uow.session, registration.fair_id))
        loads = planned_loads(uow.session, registration.fair_id, [registration.id])
        plan, firsts = _balance_columns(columns, known, loads)
        visits = [_visit(columns, firsts, known[0], booth) for booth in plan.chosen[0]]
        posting_of = {one: posting_id for one, posting_id, _ in columns}
        if person and scores:
            documents = _documents(uow, [posting_of[one.fair_posting_id] for one in visits])
            visits = [
                Visit(
                    one.exhibitor_id,
                    one.fair_posting_id,
                    one.score,
                    tuple(stored_reasons(person[0], documents[posting_of[one.fair_posting_id]])),
                )
                for one in visits
            ]
    return visits[:BOOTHS]


def _person_of(uow: UnitOfWork, registration: FairRegistration) -> tuple[Profile, Eligibility] | None:
    if registration.person_id is not None:
        return next(iter(read_people(uow.session, Person.id == registration.person_id)), None)
    if registration.wish.strip():
        return _by_wish(registration.id, registration.wish, registration.kind)
    return None


def _documents(uow: UnitOfWork, ids: Iterable[int]) -> dict[int, PostingDocument]:
    return {int(one.key): one for one in read_postings(uow.session, Posting.id.in_(list(ids)))}
