"""Desks and rooms on the plan: added one by one or in a row, changed, blocked, removed; taken and freed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select, update

from jobmatch.core.errors import Conflict, Invalid, NotFound, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.services.common import Findings, clean_line
from training.incubation.parks.models import Incubator, Space, SpaceLet, Tenancy
from training.incubation.parks.policies import can_run_incubator
from training.incubation.parks.services.common import MOST_RENT
from training.incubation.parks.states import SpaceKind
from training.incubation.ventures.models import Venture

GRID = 60
MOST_AREA = 10_000


@dataclass(frozen=True, slots=True)
class SpaceFacts:
    """A desk or room as it is typed: its place on the grid from 1, its area in m², its rent in yuan a month."""

    kind: str
    number: str
    row: int | None
    col: int | None
    room: str = ""
    area_m2: int | None = None
    rent_yuan: int | None = None
    is_usable: bool = True


def find_space(uow: UnitOfWork, incubator: Incubator, public_id: str) -> Space:
    """The space of ``incubator`` with this public id. Raises ``NotFound``."""
    query = select(Space).where(Space.public_id == public_id, Space.incubator_id == incubator.id)
    found = uow.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound
    return found


def _lock(uow: UnitOfWork, incubator: Incubator) -> None:
    """One plan is changed by one at a time, so that two do not put a desk onto the same place."""
    uow.session.execute(select(Incubator.id).where(Incubator.id == incubator.id).with_for_update())


def add_space(uow: UnitOfWork, incubator: Incubator, facts: SpaceFacts) -> Space:
    """Put one desk or room onto the plan. Raises ``Invalid`` on number, row, col …"""
    return add_row(uow, incubator, facts, count=1)[0]


def add_row(uow: UnitOfWork, incubator: Incubator, facts: SpaceFacts, *, count: int | None) -> list[Space]:
    """Put ``count`` equal desks side by side; their numbers count on from ``facts.number`` (A01, A02 …).

    All of them or none: a number or place that is taken is named.
    """
    require(can_run_incubator(uow.actor, incubator))
    _lock(uow, incubator)
    found, many = Findings(), count or 0
    found.check(1 <= many <= GRID, "count", _("一次加 1 到 %(n)s 个", n=GRID))
    kind = _check(found, facts, last=max(many, 1))
    numbers = counted_on(clean_line(facts.number)[:12], many)
    found.check(all(len(one) <= 12 for one in numbers), "number", _("编号最多 12 个字"))
    found.stop()
    row, col = facts.row or 0, facts.col or 0
    _check_free(uow, incubator, numbers, [(row, col + n) for n in range(many)], besides=None)
    spaces = [
        Space(
            incubator_id=incubator.id,
            kind=kind,
            room=clean_line(facts.room)[:40],
            number=number,
            row=row,
            col=col + n,
            area_m2=facts.area_m2 or 0,
            rent_yuan=facts.rent_yuan or 0,
            is_usable=facts.is_usable,
        )
        for n, number in enumerate(numbers)
    ]
    uow.session.add_all(spaces)
    uow.session.flush()
    uow.audit("incubator.spaces_added", incubator, count=many)
    return spaces


def counted_on(first: str, count: int) -> list[str]:
    """``count`` numbers from ``first`` on: A08, A09, A10; a number without digits at its end begins with 1."""
    stem = first.rstrip("0123456789")
    digits = first[len(stem) :]
    if count == 1:
        return [first]
    width, start = len(digits), int(digits or "1")
    return [f"{stem}{start + n:0{width}d}" if width else f"{stem}{start + n}" for n in range(count)]


def change_space(uow: UnitOfWork, incubator: Incubator, space: Space, facts: SpaceFacts) -> Space:
    """Change a desk, or take it out of use. Who sits there is not put out by that: a let desk stays usable."""
    require(can_run_incubator(uow.actor, incubator) and space.incubator_id == incubator.id)
    _lock(uow, incubator)
    uow.session.refresh(space)
    found = Findings()
    kind = _check(found, facts, last=1)
    found.check(facts.is_usable or space.tenancy_id is None, "is_usable", _("有项目在用，出园以后才能停用"))
    found.stop()
    number = clean_line(facts.number)[:12]
    _check_free(uow, incubator, [number], [(facts.row or 0, facts.col or 0)], besides=space.id)
    space.kind, space.number, space.room = kind, number, clean_line(facts.room)[:40]
    space.row, space.col = facts.row or 0, facts.col or 0
    space.area_m2, space.rent_yuan, space.is_usable = facts.area_m2 or 0, facts.rent_yuan or 0, facts.is_usable
    uow.session.flush()
    uow.audit("incubator.space_changed", incubator, space=space.public_id)
    return space


def remove_space(uow: UnitOfWork, incubator: Incubator, space: Space) -> Incubator:
    """Take a desk off the plan that nobody ever sat at; one that was let is blocked instead."""
    require(can_run_incubator(uow.actor, incubator) and space.incubator_id == incubator.id)
    _lock(uow, incubator)
    let = uow.session.scalar(select(SpaceLet.id).where(SpaceLet.space_id == space.id).limit(1))
    if space.tenancy_id is not None or let is not None:
        raise Invalid(_("%(number)s 租用过，记录要留着。不再用的，改成停用", number=space.number))
    uow.session.delete(space)
    uow.session.flush()
    uow.audit("incubator.space_removed", incubator, space=space.public_id)
    return incubator


def _check(found: Findings, facts: SpaceFacts, *, last: int) -> SpaceKind:
    row, col = facts.row or 0, facts.col or 0
    found.check(bool(clean_line(facts.number)), "number", _("请填编号，例如 A01"))
    found.check(1 <= row <= GRID, "row", _("行号从 1 到 %(n)s", n=GRID))
    found.check(col >= 1 and col + last - 1 <= GRID, "col", _("列号从 1 到 %(n)s，一排放不下就分两排", n=GRID))
    found.check(0 <= (facts.area_m2 or 0) <= MOST_AREA, "area_m2", _("请填 0 到 %(n)s 的整数", n=MOST_AREA))
    found.check(0 <= (facts.rent_yuan or 0) <= MOST_RENT, "rent_yuan", _("请填 0 到 %(n)s 的整数", n=MOST_RENT))
    found.check(facts.kind in set(SpaceKind), "kind", _("请从列表里选一项"))
    return SpaceKind(facts.kind) if facts.kind in set(SpaceKind) else SpaceKind.DESK


def _check_free(
    uow: UnitOfWork,
    incubator: Incubator,
    numbers: Sequence[str],
    places: Sequence[tuple[int, int]],
    *,
    besides: int | None,
) -> None:
    row, cols = places[0][0], [col for _row, col in places]
    query = select(Space.number, Space.row, Space.col).where(
        Space.incubator_id == incubator.id,
        Space.id != (besides or 0),
        or_(Space.number.in_(numbers), (Space.row == row) & Space.col.in_(cols)),
    )
    found = Findings()
    for number, at_row, at_col in uow.session.execute(query).all():
        found.check(number not in numbers, "number", _("编号 %(number)s 已经有了", number=number))
        is_there = (at_row, at_col) in places
        words = _("第 %(row)s 行第 %(col)s 列已经是 %(number)s", row=at_row, col=at_col, number=number)
        found.check(not is_there, "col", words)
    found.stop()


# ---------- taking and freeing ----------


def take_spaces(uow: UnitOfWork, tenancy: Tenancy, spaces: Sequence[Space]) -> None:
    """Give every one of ``spaces`` to a tenancy, or none. Raises ``Invalid`` on ``spaces`` naming what was taken.

    Each is taken by one guarded UPDATE in the order of ids, so that two who choose crosswise do not wait for each
    other; the caller's savepoint takes the others back.
    """
    for space in sorted(spaces, key=lambda one: one.id):
        taken = uow.session.execute(
            update(Space)
            .where(
                Space.id == space.id,
                Space.incubator_id == tenancy.incubator_id,
                Space.tenancy_id.is_(None),
                Space.is_usable,
            )
            .values(tenancy_id=tenancy.id)
            .execution_options(synchronize_session=False)
        )
        if taken.rowcount != 1:  # type: ignore[attr-defined]
            raise Invalid(fields={"spaces": _why_taken(uow, space)})
        uow.session.refresh(space)


def _why_taken(uow: UnitOfWork, space: Space) -> str:
    query = (
        select(Venture.name)
        .join(Tenancy, Tenancy.venture_id == Venture.id)
        .join(Space, Space.tenancy_id == Tenancy.id)
        .where(Space.id == space.id)
    )
    holder = uow.session.scalar(query)
    if holder is None:
        return _("%(number)s 停用了，请另选", number=space.number)
    return _("%(number)s 已经给了“%(name)s”，请另选", number=space.number, name=holder)


def free_spaces(uow: UnitOfWork, tenancy: Tenancy) -> int:
    """Every space of a tenancy is free again; returns how many were."""
    freed = uow.session.execute(
        update(Space)
        .where(Space.tenancy_id == tenancy.id)
        .values(tenancy_id=None)
        .execution_options(synchronize_session="fetch")
    )
    return int(freed.rowcount)  # type: ignore[attr-defined]


def chosen_spaces(uow: UnitOfWork, incubator_id: int, public_ids: Sequence[str]) -> list[Space]:
    """The spaces of an incubator with these public ids. Raises ``Conflict`` where one is not there any more."""
    wanted = list(dict.fromkeys(public_ids))
    query = select(Space).where(Space.incubator_id == incubator_id, Space.public_id.in_(wanted))
    found = list(uow.session.scalars(query))
    if len(found) != len(wanted):
        raise Conflict(_("有工位已经不在平面图上了，请刷新后再选"))
    return found
