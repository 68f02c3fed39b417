"""Proposes who stands where: pure, without a database.

First an assignment of exhibitors to booths by what each pair is worth alone (zone, way to the entrance), then swaps
that better what pairs do to each other: like sectors side by side, and booths with long queues apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ZONE_FIT, ZONE_MISS, WIDE_FOR_FLOW, NEAR_ENTRANCE, BLOCKS_ENTRANCE = 10.0, -6.0, 2.0, 3.0, 4.0
LIKE, CROWD = 2.0, 3.0
REACH, AT_THE_DOOR = 3.5, 2.0
"""Cells: booths so near are neighbors; a long queue so near to an entrance blocks it."""
FORBIDDEN = -1e6
_ROUNDS = 6

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class BoothSpot:
    """A booth as the solver sees it; ``hall`` tells apart booths that are no neighbors, whatever their cells."""

    id: int
    row: float
    col: float
    zone: str = "general"
    is_wide: bool = False
    has_power: bool = False
    is_accessible: bool = True
    hall: int = 0
    entrance_distance: float | None = None


@dataclass(frozen=True, slots=True)
class ExhibitorWish:
    """An exhibitor as the solver sees it; ``pinned_to`` is the booth it keeps."""

    id: int
    zone: str = "general"
    sector: str = ""
    flow: float = 0.0
    needs_power: bool = False
    needs_access: bool = False
    pinned_to: int | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """``booth_of`` by exhibitor, who found no booth, and what the whole is worth."""

    booth_of: dict[int, int]
    unassigned: tuple[int, ...]
    value: float


def propose_booths(booths: Sequence[BoothSpot], exhibitors: Sequence[ExhibitorWish]) -> Proposal:
    """A booth for as many exhibitors as possible; pinned ones stay, power and access are never broken."""
    known = {booth.id for booth in booths}
    fixed: dict[int, int] = {}
    for one in exhibitors:
        if one.pinned_to in known and one.pinned_to not in fixed.values():
            fixed[one.id] = one.pinned_to
    taken = set(fixed.values())
    free = [booth for booth in booths if booth.id not in taken]
    loose = [one for one in exhibitors if one.id not in fixed]
    chosen = dict(fixed)
    if free and loose:
        # 50 MB, which a process that lays out no hall does without.
        from scipy.optimize import linear_sum_assignment

        worth = _worth(loose, free)
        # The sum of FORBIDDEN outweighs all else, so as many as possible are placed before anything is weighed.
        for row, column in zip(*linear_sum_assignment(worth, maximize=True), strict=True):
            if worth[row, column] > FORBIDDEN / 2:
                chosen[loose[row].id] = free[column].id
    chosen, value = _improve(booths, exhibitors, chosen, set(fixed))
    return Proposal(chosen, tuple(one.id for one in exhibitors if one.id not in chosen), value)


def _worth(exhibitors: Sequence[ExhibitorWish], booths: Sequence[BoothSpot]) -> Array:
    """What each exhibitor is worth at each booth, alone."""
    flow = np.array([one.flow for one in exhibitors], dtype=float)
    flow = flow / flow.max() if flow.size and flow.max() > 0 else flow
    distance = np.array([9.0 if b.entrance_distance is None else b.entrance_distance for b in booths], dtype=float)
    near = 1 - distance / max(distance.max(), 1.0)
    at_door = distance <= AT_THE_DOOR
    wide = np.array([booth.is_wide for booth in booths], dtype=float)
    worth: Array = np.outer(flow, NEAR_ENTRANCE * near + WIDE_FOR_FLOW * wide)
    worth -= np.outer(flow > 0.5, BLOCKS_ENTRANCE * at_door)
    wanted = np.array([one.zone for one in exhibitors])[:, None]
    zones = np.array([booth.zone for booth in booths])[None, :]
    worth += np.where(wanted == zones, ZONE_FIT, np.where(zones == "general", 0.0, ZONE_MISS))
    power = np.array([one.needs_power for one in exhibitors])[:, None]
    access = np.array([one.needs_access for one in exhibitors])[:, None]
    without_power = ~np.array([booth.has_power for booth in booths])[None, :]
    without_access = ~np.array([booth.is_accessible for booth in booths])[None, :]
    worth[(power & without_power) | (access & without_access)] = FORBIDDEN
    return worth


def _improve(
    booths: Sequence[BoothSpot], exhibitors: Sequence[ExhibitorWish], chosen: dict[int, int], fixed: set[int]
) -> tuple[dict[int, int], float]:
    """Swap two, or move one to an empty booth, while that betters the whole; stops after some rounds."""
    placed = [one for one in exhibitors if one.id in chosen]
    if not placed:
        return chosen, 0.0
    at = {booth.id: number for number, booth in enumerate(booths)}
    place = np.array([at[chosen[one.id]] for one in placed])
    worth, near = _worth(placed, booths), _near(booths)
    flow = np.array([one.flow for one in placed], dtype=float)
    flow = flow / flow.max() if flow.max() > 0 else flow
    sector = np.array([one.sector for one in placed])
    like = (sector[:, None] == sector[None, :]) & (sector != "")[:, None]
    pair: Array = LIKE * like - CROWD * np.outer(flow, flow)
    np.fill_diagonal(pair, 0.0)
    movable = [n for n, one in enumerate(placed) if one.id not in fixed]
    for _round in range(_ROUNDS):
        if not _one_round(place, worth, pair, near, movable):
            break
    everyone = np.arange(len(placed))
    value = worth[everyone, place].sum() + (pair * near[np.ix_(place, place)]).sum() / 2
    return {one.id: booths[place[n]].id for n, one in enumerate(placed)}, float(value)


def _one_round(place: NDArray[np.int64], worth: Array, pair: Array, near: Array, movable: list[int]) -> bool:
    better = False
    for one in movable:
        # What ``one`` would be worth at every booth, the others staying where they are.
        gain = worth[one] + pair[one] @ near[place]
        gain = gain - gain[place[one]]
        empty = np.setdiff1d(np.arange(near.shape[0]), place)
        if empty.size and gain[empty].max() > 1e-9:
            place[one] = empty[gain[empty].argmax()]
            better = True
            continue
        # What swapping with each other one brings; the tie between the two stays, and both sums lose it.
        others = np.array(movable)
        here, there = place[one], place[others]
        now = worth[others, there] + (pair[others] * near[np.ix_(there, place)]).sum(axis=1)
        then = worth[others, here] + pair[others] @ near[place, here]
        change = gain[there] + then - now + 2 * pair[one, others] * near[here, there]
        change[others == one] = 0.0
        if change.max() > 1e-9:
            other = others[change.argmax()]
            place[one], place[other] = place[other], place[one]
            better = True
    return better


def _near(booths: Sequence[BoothSpot]) -> Array:
    """1 for booths side by side, falling to 0 at ``REACH`` cells; 0 between halls."""
    spot = np.array([(booth.row, booth.col) for booth in booths], dtype=float)
    hall = np.array([booth.hall for booth in booths])
    distance = np.sqrt(((spot[:, None, :] - spot[None, :, :]) ** 2).sum(axis=2))
    near: Array = np.clip(1 - (distance - 1) / (REACH - 1), 0, 1) * (hall[:, None] == hall[None, :])
    np.fill_diagonal(near, 0.0)
    return near
