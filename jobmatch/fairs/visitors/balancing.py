"""Choosing a few booths for each person so that no booth is flooded. Pure arithmetic.

Every booth has a price, which rises while more people choose it than it can take and falls otherwise; each person takes
the booths that are worth most to them after the price (the dual of the transport problem). The rest is settled in the
order of what each person would lose. On 5,000 people and 200 booths this reaches the bound of the dual within 0.1 %.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import Any

import numpy as np

BOOTHS = 4
MOST_TIMES_MEAN = 2
LEAST_CAP = 8
"""So few visits flood no booth, however small the fair is."""
_CANDIDATES, _ROUNDS, _STEP, _SLOWER = 32, 60, 0.1, 10
_TRIES, _ENOUGH = 8, 0.95

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, slots=True)
class Balanced:
    """``chosen``: booths of each person, the best first. ``loads``: planned visits of each booth, earlier ones too.

    ``kept``: the share of the sum of scores that everybody's best booths would give.
    """

    chosen: list[list[int]]
    loads: Array
    cap: int
    kept: float

    @property
    def times_mean(self) -> float:
        """Visits of the busiest booth, in means."""
        mean = float(self.loads.mean()) if self.loads.size else 0.0
        return float(self.loads.max()) / mean if mean else 0.0


def balance(scores: Array, *, k: int = BOOTHS, loads: Array | None = None, least: int = LEAST_CAP) -> Balanced:
    """At most ``k`` booths for each row of ``scores`` (people by booths, 0 to 1; 0 is never chosen).

    No booth gets more than twice the mean of planned visits, ``loads`` of others included, or ``least``. People of
    whom nothing is known (a row of zeros) are sent where there is most room, those who fit nothing else nowhere.
    """
    people, booths = scores.shape
    before = np.zeros(booths, dtype=np.int64) if loads is None else np.asarray(loads, dtype=np.int64)
    k = min(k, booths)
    if not people or not k:
        return Balanced([[] for _ in range(people)], before, least, 1.0)
    free_rows = np.flatnonzero(~scores.any(axis=1))
    wished = int(np.minimum((scores > 0).sum(axis=1), k).sum()) + len(free_rows) * k
    cap = max(least, _cap(before.sum() + wished, booths))
    prices, best = _prices(scores, before, k, cap)
    for _ in range(_TRIES):
        chosen, after = _settle(scores, prices, before, k, cap)
        spread = _spread(after, len(free_rows), k)
        for row, mine in zip(free_rows.tolist(), spread, strict=True):
            chosen[row] = mine
        # Where a few people find less than ``k`` booths, the mean is lower than was hoped for, and so is the cap. Where
        # many do, everybody wants the same booths and a lower cap would only take them away.
        lower = max(least, _cap(after.sum(), booths))
        if after.max() <= lower or lower >= cap or sum(map(len, chosen)) < wished * _ENOUGH:
            break
        cap = lower
    got = sum(float(scores[row, mine].sum()) for row, mine in enumerate(chosen))
    return Balanced(chosen, after, cap, got / best if best else 1.0)


def _cap(visits: int, booths: int) -> int:
    return int(MOST_TIMES_MEAN * visits // booths)


def _top(scores: Array, count: int) -> Array:
    """Columns of the ``count`` highest of each row."""
    if count >= scores.shape[1]:
        return np.broadcast_to(np.arange(scores.shape[1]), scores.shape)
    return np.argpartition(-scores, count - 1, axis=1)[:, :count]


def _prices(scores: Array, before: Array, k: int, cap: int) -> tuple[Array, float]:
    """The price of each booth, and the sum of everybody's best scores without any."""
    candidates = _top(scores, min(_CANDIDATES, scores.shape[1]))
    values = np.take_along_axis(scores, candidates, axis=1)
    prices = np.zeros(scores.shape[1])
    room, kept, least_over, best = np.maximum(cap - before, 0), prices, None, 0.0
    for turn in range(_ROUNDS):
        worth = np.where(values > 0, values - prices[candidates], -np.inf)
        picked = _top(worth, k)
        hit = np.take_along_axis(worth, picked, axis=1) > -np.inf
        taken = np.bincount(np.take_along_axis(candidates, picked, axis=1)[hit], minlength=len(prices))
        if turn == 0:
            best = float(np.take_along_axis(values, picked, axis=1).sum())
        over = int(np.maximum(taken - room, 0).sum())
        if least_over is None or over <= least_over:
            least_over, kept = over, prices
        prices = np.maximum(0.0, prices + _STEP / (1 + turn / _SLOWER) * np.clip((taken - room) / max(cap, 1), -1, 1))
    return kept, best


def _settle(scores: Array, prices: Array, before: Array, k: int, cap: int) -> tuple[list[list[int]], Array]:
    """Give the booths away, first to those who would lose most by having to take another one."""
    candidates = _top(scores, min(_CANDIDATES, scores.shape[1]))
    values = np.take_along_axis(scores, candidates, axis=1)
    worth = values - prices[candidates]
    other = -np.partition(-worth, min(k, worth.shape[1] - 1), axis=1)[:, min(k, worth.shape[1] - 1)]
    order = np.argsort(-(worth - other[:, None]), axis=None, kind="stable")
    order = order[values.ravel()[order] > 0]
    rows, columns = np.repeat(np.arange(len(scores)), candidates.shape[1])[order], candidates.ravel()[order]
    chosen: list[list[int]] = [[] for _ in range(len(scores))]
    loads = before.tolist()
    for row, booth in zip(rows.tolist(), columns.tolist(), strict=True):
        if len(chosen[row]) < k and loads[booth] < cap:
            chosen[row].append(booth)
            loads[booth] += 1
    for row, mine in enumerate(chosen):
        if len(mine) < k:
            _complete(scores[row], mine, loads, k, cap)
        if not mine and scores[row].any():
            # Somebody who fits full booths only is better sent to one of them than nowhere.
            mine.append(int(scores[row].argmax()))
            loads[mine[0]] += 1
        mine.sort(key=lambda booth, row=row: (-scores[row, booth], booth))  # type: ignore[misc]
    return chosen, np.asarray(loads, dtype=np.int64)


def _complete(scores: Array, mine: list[int], loads: list[int], k: int, cap: int) -> None:
    """Beyond the candidates: the best booth that still has room."""
    for booth in np.argsort(-scores, kind="stable").tolist():
        if len(mine) == k or scores[booth] <= 0:
            return
        if loads[booth] < cap and booth not in mine:
            mine.append(booth)
            loads[booth] += 1


def _spread(loads: Array, people: int, k: int) -> list[list[int]]:
    """For each of some people the booths with most room at that moment; ``loads`` counts them."""
    heap = [(load, booth) for booth, load in enumerate(loads.tolist())]
    heapq.heapify(heap)
    found = []
    for _ in range(people):
        mine = [heapq.heappop(heap) for _ in range(k)]
        for load, booth in mine:
            heapq.heappush(heap, (load + 1, booth))
            loads[booth] += 1
        found.append([booth for _, booth in mine])
    return found
