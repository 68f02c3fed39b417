"""Halls and what stands in them: laid out in rows, one by one, moved and taken away; nothing ever overlaps."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sqlalchemy import select

from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.halls.models import Booth, Hall, HallItem
from jobmatch.fairs.halls.services.assigning import record_renumbered
from jobmatch.fairs.halls.states import BoothKind, BoothZone, HallItemKind
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.policies import can_edit_fair

MOST_CELLS, MOST_BOOTHS = 60, 400
NUMBER = re.compile(r"[A-Z]{1,2}[0-9]{1,3}")
Cell = tuple[int, int]


def make_hall(uow: UnitOfWork, fair: JobFair, *, name: str, rows: int, cols: int) -> Hall:
    """A new empty hall. Raises ``Invalid`` for a size outside the grid or a name that is taken."""
    require(can_edit_fair(uow.actor, fair))
    name = name.strip()[:40]
    taken = select(Hall.id).where(Hall.fair_id == fair.id, Hall.name == name)
    if not name or uow.session.scalar(taken) is not None:
        raise Invalid(fields={"name": _("请给展厅起一个没有用过的名字，例如“一楼大厅”")})
    if not (1 <= rows <= MOST_CELLS and 1 <= cols <= MOST_CELLS):
        raise Invalid(fields={"rows": _("长和宽都在 1 到 %(n)s 格之间", n=MOST_CELLS)})
    hall = Hall(fair_id=fair.id, name=name, row_count=rows, col_count=cols, changed_at=uow.now)
    uow.session.add(hall)
    uow.session.flush()
    uow.audit("hall.make", hall)
    return hall


def cells_of(row: int, col: int, height: int, width: int) -> set[Cell]:
    """The cells a thing stands on."""
    return {(r, c) for r in range(row, row + height) for c in range(col, col + width)}


def taken_cells(uow: UnitOfWork, hall: Hall, *, but: Booth | HallItem | None = None) -> set[Cell]:
    """The cells where something stands, apart from ``but``."""
    found: set[Cell] = set()
    booths = uow.session.scalars(select(Booth).where(Booth.hall_id == hall.id)).all()
    items = uow.session.scalars(select(HallItem).where(HallItem.hall_id == hall.id)).all()
    things: list[Booth | HallItem] = [*booths, *items]
    for thing in things:
        if thing is not but:
            found |= cells_of(thing.row, thing.col, thing.height, thing.width)
    return found


def _check_place(hall: Hall, cells: Iterable[Cell], taken: set[Cell]) -> None:
    cells = set(cells)
    if any(not (1 <= row <= hall.row_count and 1 <= col <= hall.col_count) for row, col in cells):
        raise Invalid(
            fields={"row": _("超出了展厅：一共 %(rows)s 行 %(cols)s 列", rows=hall.row_count, cols=hall.col_count)}
        )
    if cells & taken:
        row, col = min(cells & taken)
        raise Invalid(fields={"row": _("第 %(row)s 行第 %(col)s 列已经有东西了", row=row, col=col)})


def lay_rows(
    uow: UnitOfWork,
    fair: JobFair,
    hall: Hall,
    *,
    row: int,
    col: int,
    rows: int,
    per_row: int,
    letter: str = "A",
    aisle: int = 1,
    kind: BoothKind = BoothKind.STANDARD,
    zone: BoothZone = BoothZone.GENERAL,
    has_power: bool = False,
) -> list[Booth]:
    """``rows`` rows of ``per_row`` booths from a place on, ``aisle`` cells between rows, numbered A01, A02 … B01 …

    Raises ``Invalid`` where they do not fit, overlap something or a number is taken.
    """
    require(can_edit_fair(uow.actor, fair))
    width = 2 if kind is BoothKind.DOUBLE else 1
    letter = letter.strip().upper()
    if not re.fullmatch(r"[A-Z]", letter) or not (1 <= rows <= 26 - ord(letter) + 65 and 1 <= per_row <= 99):
        raise Invalid(fields={"letter": _("请从一个大写字母起编号，最后一排不超过 Z")})
    uow.session.execute(select(JobFair.id).where(JobFair.id == fair.id).with_for_update())
    known = set(uow.session.scalars(select(Booth.number).where(Booth.fair_id == fair.id)))
    if len(known) + rows * per_row > MOST_BOOTHS:
        raise Invalid(fields={"rows": _("一场招聘会最多 %(n)s 个展位", n=MOST_BOOTHS)})
    made, taken = [], taken_cells(uow, hall)
    for line in range(rows):
        for place in range(per_row):
            number = f"{chr(ord(letter) + line)}{place + 1:02d}"
            if number in known:
                raise Invalid(fields={"letter": _("展位号 %(number)s 已经有了，换一个起始字母", number=number)})
            at = (row + line * (aisle + 1), col + place * width)
            _check_place(hall, cells_of(*at, 1, width), taken)
            made.append(
                Booth(
                    fair_id=fair.id,
                    hall_id=hall.id,
                    number=number,
                    row=at[0],
                    col=at[1],
                    width=width,
                    kind=kind,
                    zone=zone,
                    has_power=has_power,
                )
            )
    uow.session.add_all(made)
    _touched(uow, hall)
    uow.audit("hall.lay_rows", hall, count=len(made))
    return made


def add_item(
    uow: UnitOfWork,
    fair: JobFair,
    hall: Hall,
    kind: HallItemKind,
    *,
    row: int,
    col: int,
    height: int = 1,
    width: int = 1,
    label: str = "",
) -> HallItem:
    """A wall, an entrance, a desk … Raises ``Invalid`` where it does not fit or overlaps something."""
    require(can_edit_fair(uow.actor, fair))
    _check_place(hall, cells_of(row, col, height, width), taken_cells(uow, hall))
    item = HallItem(hall_id=hall.id, kind=kind, row=row, col=col, height=height, width=width, label=label.strip()[:20])
    uow.session.add(item)
    _touched(uow, hall)
    uow.audit("hall.add_item", hall)
    return item


def change_booth(
    uow: UnitOfWork,
    fair: JobFair,
    booth: Booth,
    *,
    number: str,
    row: int,
    col: int,
    zone: BoothZone,
    has_power: bool,
    is_accessible: bool,
    is_blocked: bool,
) -> Booth:
    """Move a booth, number it anew, or change what it offers.

    Raises ``Invalid``, and ``Conflict`` to block one that is given to somebody.
    """
    require(can_edit_fair(uow.actor, fair))
    hall, number = uow.session.get_one(Hall, booth.hall_id), number.strip().upper()
    others = select(Booth.id).where(Booth.fair_id == fair.id, Booth.number == number, Booth.id != booth.id)
    if not NUMBER.fullmatch(number) or uow.session.scalar(others) is not None:
        raise Invalid(fields={"number": _("展位号是字母加数字，例如 A01，一场里不能重复")})
    _check_place(hall, cells_of(row, col, booth.height, booth.width), taken_cells(uow, hall, but=booth))
    if is_blocked and booth.exhibitor_id is not None:
        raise Conflict(_("展位上有单位，先把单位移走再停用"))
    before = booth.number
    booth.number, booth.row, booth.col, booth.zone = number, row, col, zone
    booth.has_power, booth.is_accessible, booth.is_blocked = has_power, is_accessible, is_blocked
    _touched(uow, hall)
    record_renumbered(uow, booth, before)
    uow.audit("booth.change", booth)
    return booth


def remove(uow: UnitOfWork, fair: JobFair, thing: Booth | HallItem) -> None:
    """Take a booth or a thing away. Raises ``Conflict`` for a booth that is given to somebody."""
    require(can_edit_fair(uow.actor, fair))
    if isinstance(thing, Booth) and thing.exhibitor_id is not None:
        raise Conflict(_("展位上有单位，先把单位移走再删"))
    hall = uow.session.get_one(Hall, thing.hall_id)
    uow.session.delete(thing)
    _touched(uow, hall)
    uow.audit("hall.remove", hall)


def copy_halls(uow: UnitOfWork, source: JobFair, target: JobFair) -> int:
    """The halls of an earlier fair with everything in them but the exhibitors; returns the number of booths.

    Raises ``Conflict`` where the target has halls already.
    """
    require(can_edit_fair(uow.actor, target))
    if uow.session.scalar(select(Hall.id).where(Hall.fair_id == target.id).limit(1)) is not None:
        raise Conflict(_("这场已经画了展厅，不能再复制"))
    count = 0
    for hall in uow.session.scalars(select(Hall).where(Hall.fair_id == source.id).order_by(Hall.id)).all():
        fresh = make_hall(uow, target, name=hall.name, rows=hall.row_count, cols=hall.col_count)
        same = ("row", "col", "height", "width", "kind")
        for item in uow.session.scalars(select(HallItem).where(HallItem.hall_id == hall.id)).all():
            values = {name: getattr(item, name) for name in (*same, "label")}
            uow.session.add(HallItem(hall_id=fresh.id, **values))
        for booth in uow.session.scalars(select(Booth).where(Booth.hall_id == hall.id)).all():
            more = ("number", "zone", "has_power", "is_accessible", "is_blocked")
            values = {name: getattr(booth, name) for name in (*same, *more)}
            uow.session.add(Booth(fair_id=target.id, hall_id=fresh.id, **values))
            count += 1
    uow.session.flush()
    return count


def record_cloned(uow: UnitOfWork, fair: JobFair) -> None:
    """A fair was made like an earlier one: its halls come along. Called by the room below, in the same unit."""
    source = uow.session.get(JobFair, fair.cloned_from_id) if fair.cloned_from_id is not None else None
    if source is not None:
        copy_halls(uow, source, fair)


def _touched(uow: UnitOfWork, hall: Hall) -> None:
    hall.changed_at = uow.now
    uow.session.flush()
