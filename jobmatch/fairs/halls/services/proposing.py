"""The solver suggests who stands where; staff look at it and take it or leave it, and can take it back."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Select, select

from jobmatch.core.errors import Conflict, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.exhibitors.models import Exhibitor, FairPosting
from jobmatch.fairs.exhibitors.services.places import hold_fair
from jobmatch.fairs.halls.models import Booth, BoothMove
from jobmatch.fairs.halls.queries import Plan, plan_of
from jobmatch.fairs.halls.services.assigning import assign_booth
from jobmatch.fairs.halls.solver import BoothSpot, ExhibitorWish, propose_booths
from jobmatch.fairs.halls.states import BoothKind, BoothZone, HallItemKind
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.policies import can_edit_fair
from jobmatch.fairs.planning.states import FairState
from recruiters.employers.queries import veteran_founded_ids
from recruiters.employers.states import EmployerKind

UNDO_FOR = timedelta(hours=24)
ACCESS = re.compile("轮椅|无障碍|残疾|拄拐|行动不便")
"""What an exhibitor writes whose own people need a way without steps."""

_visited: list[Callable[[int], Select[*tuple[Any, ...]]]] = []


def ask_visited_by_wheelchair(query: Callable[[int], Select[*tuple[Any, ...]]]) -> None:
    """Say how the ids of exhibitors are read to which people in wheelchairs are sent; called once at assembly."""
    _visited[:] = [query]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the solver would change: booths with whoever would come there, by their public ids.

    ``before`` stands for the assignment it was made from; ``placed`` and ``left`` count who would have a booth.
    """

    plan: Plan
    moves: dict[str, str]
    before: str
    placed: int
    left: int


def suggest_booths(uow: UnitOfWork, fair: JobFair) -> Suggestion:
    """A booth for everybody who has none, and a better one for those the solver placed; changes nothing.

    What was set by hand stays, and while the fair runs everybody. Raises ``Conflict`` without booths or exhibitors.
    """
    require(can_edit_fair(uow.actor, fair))
    plan = plan_of(uow.session, fair)
    if not plan.booths or not plan.exhibitors:
        raise Conflict(_("先画好展位，也要有同意参会的单位，才能自动排"))
    found = propose_booths(_spots(plan), _wishes(uow, fair, plan))
    by_id = {booth.id: booth for booth in plan.booths}
    moving = {by_id[booth_id]: one for one, booth_id in found.booth_of.items() if by_id[booth_id].exhibitor_id != one}
    # A booth whose exhibitor goes elsewhere and that nobody takes stands empty then.
    after = {booth_id: one for one, booth_id in found.booth_of.items()}
    return Suggestion(
        plan=replace(plan, proposed={booth.id: after.get(booth.id) for booth in plan.booths}),
        moves={booth.public_id: plan.exhibitors[one].public_id for booth, one in moving.items()},
        before=_stamp(plan),
        placed=len(found.booth_of),
        left=len(found.unassigned),
    )


def take_suggestion(uow: UnitOfWork, fair: JobFair, moves: Mapping[str, str], before: str) -> int:
    """Do what was suggested, all of it or nothing; returns how many exhibitors moved.

    Raises ``Conflict`` where the halls changed since, or what is asked for is no such assignment.
    """
    require(can_edit_fair(uow.actor, fair))
    hold_fair(uow, fair.id)
    plan = plan_of(uow.session, fair)
    if before != _stamp(plan):
        raise Conflict(_("看的时候展位图有人改过，请重新自动排一次"))
    booths = {booth.public_id: booth for booth in plan.booths if not booth.is_pinned}
    fixed = {booth.exhibitor_id for booth in plan.booths if booth.is_pinned}
    exhibitors = {one.public_id: one for one in plan.exhibitors.values() if one.id not in fixed}
    wanted = set(moves.values())
    if not set(moves) <= set(booths) or not wanted <= set(exhibitors) or len(wanted) < len(moves):
        raise Conflict(_("看的时候展位图有人改过，请重新自动排一次"))
    moving = {exhibitors[one].id for one in moves.values()}
    # All or nothing: a page that shows the refusal and goes on must not keep a hall that is half empty.
    with uow.session.begin_nested():
        for booth in plan.booths:
            if booth.exhibitor_id in moving:
                assign_booth(uow, booth, None, by_solver=True)
        for booth_id, one in moves.items():
            assign_booth(uow, booths[booth_id], exhibitors[one], by_solver=True)
    return len(moves)


def fill_booths(uow: UnitOfWork, fair: JobFair) -> tuple[int, int]:
    """Suggest and take it at once, where nobody looks; returns how many stand now and how many found no booth."""
    found = suggest_booths(uow, fair)
    take_suggestion(uow, fair, found.moves, found.before)
    return found.placed, found.left


def _stamp(plan: Plan) -> str:
    """Stands for who is where: whoever says yes to a suggestion says it to the halls that were looked at."""
    rows = sorted((one.id, one.exhibitor_id or 0, one.is_pinned, one.is_blocked) for one in plan.booths)
    return sha256(repr(rows).encode()).hexdigest()[:16]


def undo_filling(uow: UnitOfWork, fair: JobFair) -> int:
    """Free the booths that the solver's last run gave out and nobody touched since; returns how many.

    Who stands at its booth already keeps it.
    """
    require(can_edit_fair(uow.actor, fair))
    mine = select(Exhibitor.id).where(Exhibitor.fair_id == fair.id, Exhibitor.checked_in_at.is_(None))
    runs = select(BoothMove).where(
        BoothMove.exhibitor_id.in_(mine),
        BoothMove.is_by_solver,
        BoothMove.to_number != "",
        BoothMove.at >= uow.now - UNDO_FOR,
    )
    moves = uow.session.scalars(runs.order_by(BoothMove.at.desc())).all()
    last = {move.exhibitor_id: move.to_number for move in moves if move.at == moves[0].at}
    count = 0
    for booth in uow.session.scalars(select(Booth).where(Booth.fair_id == fair.id, ~Booth.is_pinned)).all():
        if booth.exhibitor_id is not None and last.get(booth.exhibitor_id) == booth.number:
            assign_booth(uow, booth, None, by_solver=True)
            count += 1
    return count


def _spots(plan: Plan) -> list[BoothSpot]:
    spots = []
    for one in plan.halls:
        doors = [(item.row, item.col) for item in one.items if item.kind is HallItemKind.ENTRANCE]
        for booth in one.booths:
            if booth.is_blocked:
                continue
            away = min((((booth.row - r) ** 2 + (booth.col - c) ** 2) ** 0.5 for r, c in doors), default=None)
            spots.append(
                BoothSpot(
                    id=booth.id,
                    row=booth.row,
                    col=booth.col,
                    zone=booth.zone.value,
                    is_wide=booth.kind is not BoothKind.STANDARD,
                    has_power=booth.has_power,
                    is_accessible=booth.is_accessible,
                    hall=one.hall.id,
                    entrance_distance=away,
                )
            )
    return spots


def _wishes(uow: UnitOfWork, fair: JobFair, plan: Plan) -> list[ExhibitorWish]:
    """Expected flow is the head-count at the fair: who looks for more people draws more."""
    founded = veteran_founded_ids(uow.session, [one.employer for one in plan.exhibitors.values()], uow.today)
    heads: Counter[int] = Counter()
    open_rows = select(FairPosting.exhibitor_id, FairPosting.vacancy_count).where(
        FairPosting.fair_id == fair.id, FairPosting.withdrawn_at.is_(None)
    )
    for exhibitor_id, count in uow.session.execute(open_rows):
        heads[exhibitor_id] += count
    # Once the doors are open people stand there: only who has no booth is placed.
    is_on = fair.state is FairState.RUNNING
    kept = [booth for booth in plan.booths if booth.exhibitor_id and (booth.is_pinned or is_on)]
    pinned = {booth.exhibitor_id: booth.id for booth in kept}
    reached = {one for query in _visited for one in uow.session.scalars(query(fair.id))}
    zones = {booth.zone.value for booth in plan.booths}

    def zone(one: Exhibitor) -> str:
        wanted = BoothZone.GENERAL
        if one.employer_id in founded:
            wanted = BoothZone.VETERAN_FOUNDED
        elif one.employer.kind is EmployerKind.STATE_OWNED:
            wanted = BoothZone.STATE_OWNED
        return wanted.value if wanted.value in zones else BoothZone.GENERAL.value

    return [
        ExhibitorWish(
            id=one.id,
            zone=zone(one),
            sector=(one.employer.industry_code or "")[:1],
            flow=float(heads[one.id]),
            needs_power=one.needs_power,
            needs_access=one.id in reached or ACCESS.search(one.needs) is not None,
            pinned_to=pinned.get(one.id),
        )
        for one in plan.exhibitors.values()
    ]
