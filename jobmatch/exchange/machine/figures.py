"""Rates for machines: rooms beside this one count them, and a hook asks for them; small counts are masked here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import func, select

from jobmatch.core.small import is_small
from jobmatch.core.uow import UnitOfWork
from jobmatch.exchange.machine.policies import counting_actor, visible_venture_counts
from training.incubation.ventures.models import Venture
from training.incubation.ventures.states import VentureState


@dataclass(frozen=True, slots=True)
class FigureLine:
    """One rate of a subtree on a day, with its definition in words; ``unknown`` people stand in the denominator."""

    code: str
    name: str
    formula: str
    population: str
    on: date
    numerator: int | None
    denominator: int | None
    unknown: int | None
    percent: float | None


Asked = Callable[[UnitOfWork, str], Sequence[FigureLine]]
_asked: list[Asked] = []


def ask_figures(act: Asked) -> None:
    """Say who counts the rates below a path; tied once, in ``rooms.py``."""
    _asked[:] = [act]


def masked(line: FigureLine) -> FigureLine:
    """The line without counts that may point at somebody, also where the difference of two others would tell them."""
    top, bottom, unknown = line.numerator or 0, line.denominator or 0, line.unknown or 0
    hides_top = is_small(top) or is_small(bottom - top)
    hides_unknown = is_small(unknown) or is_small(bottom - top - unknown) or is_small(bottom - unknown)
    return replace(
        line,
        denominator=None if is_small(bottom) else bottom,
        numerator=None if hides_top else top,
        percent=None if hides_top else line.percent,
        unknown=None if hides_unknown or hides_top else unknown,
    )


def figure_lines(uow: UnitOfWork) -> list[FigureLine]:
    """The rates of the token's subtree today, masked."""
    counting = uow.acting_as(counting_actor(uow.actor))
    path = uow.actor.region_path
    return [masked(line) for act in _asked for line in act(counting, path)]


def venture_lines(uow: UnitOfWork) -> list[tuple[VentureState, int | None]]:
    """How many ventures of the subtree stand in each state; None for a count below five."""
    query = visible_venture_counts(uow.actor, select(Venture.state, func.count()).group_by(Venture.state))
    counts = dict(uow.rows(query))
    return [(state, None if is_small(counts.get(state, 0)) else counts.get(state, 0)) for state in VentureState]
