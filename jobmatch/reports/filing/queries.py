"""Reads of frozen figures: snapshots, and who moved between two of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased, defer

from jobmatch.accounts.models import User
from jobmatch.casework.intake.models import RosterEntry
from jobmatch.core.errors import Invalid
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.policies import visible_people
from jobmatch.reports.figures.year_table import YearRow
from jobmatch.reports.filing.inputs import Move, moves, unpack
from jobmatch.reports.filing.models import Snapshot, SubjectNumber
from jobmatch.reports.filing.policies import visible_lines

AT_ONCE = 5000


def snapshots() -> Select[*tuple[Any, ...]]:
    """Snapshots without their inputs, with the names of both who signed, the newest first; a policy narrows it."""
    froze, confirmed = aliased(User), aliased(User)
    return (
        select(Snapshot, froze.name, confirmed.name)
        .outerjoin(froze, froze.id == Snapshot.frozen_by_id)
        .outerjoin(confirmed, confirmed.id == Snapshot.confirmed_by_id)
        .options(defer(Snapshot.inputs))
        .order_by(Snapshot.frozen_at.desc(), Snapshot.id.desc())
    )


def named(public_id: str) -> Select[*tuple[Any, ...]]:
    """One snapshot with the names of both who signed."""
    return snapshots().where(Snapshot.public_id == public_id)


def rows_of(snapshot: Snapshot, names: dict[str, str]) -> tuple[list[YearRow], YearRow]:
    """The frozen lines and their total; ``names`` are places by code."""
    table = json.loads(snapshot.table)

    def line(values: dict[str, Any], path: str) -> YearRow:
        code = path.strip("/").split("/")[-1]
        row = YearRow(code, names.get(code, code), path)
        row.counts |= {key: int(value) for key, value in values.items() if key != "path"}
        return row

    return [line(row, row["path"]) for row in table["rows"]], line(table["total"], table["path"])


@dataclass(frozen=True, slots=True)
class MoveLine:
    """One subject that moved, and who it is: a person, a line of the roster, or nobody any more."""

    move: Move
    person: Person | None
    entry: RosterEntry | None


def differences(uow: UnitOfWork, old: Snapshot, new: Snapshot) -> list[Move]:
    """Who moved between two snapshots of one form. Raises ``Invalid`` where they cannot be compared."""
    if old.form is not new.form or old.region_path != new.region_path:
        raise Invalid(_("只有同一个地方、同一种表才能比"))
    return moves(unpack(old.inputs), unpack(new.inputs))


def named_moves(uow: UnitOfWork, found: Sequence[Move]) -> list[MoveLine]:
    """Moves with their people, those that the reader may see; whose key was erased has none."""
    numbers = [move.number for move in found]
    keys = {
        row.id: row for row in uow.session.scalars(select(SubjectNumber).where(SubjectNumber.id.in_(numbers[:AT_ONCE])))
    }
    ids = [row.person_id for row in keys.values() if row.person_id]
    people = {one.id: one for one in uow.rows(visible_people(uow.actor, select(Person).where(Person.id.in_(ids))))}
    entry_ids = [row.entry_id for row in keys.values() if row.entry_id]
    lines = visible_lines(uow.actor, select(RosterEntry).where(RosterEntry.id.in_(entry_ids)))
    entries = {one.id: one for one in uow.rows(lines)}
    return [
        MoveLine(
            move,
            people.get(keys[move.number].person_id or 0) if move.number in keys else None,
            entries.get(keys[move.number].entry_id or 0) if move.number in keys else None,
        )
        for move in found
    ]
