"""Joining two files of one person, and undoing it: every change is logged with what was there before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations
from typing import Any

from sqlalchemy import inspect, select

from jobmatch.accounts.models import User
from jobmatch.casework.tasks.services import close_task, open_task
from jobmatch.casework.tasks.states import TaskKind, TaskState
from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.subjects import MovedRow, change_row, put_back, values_of
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.models.register import EmploymentSpell
from jobmatch.people.queries.people import spells_of
from jobmatch.people.services.common import clean_line
from jobmatch.people.subjects import ERASED_NAME
from jobmatch.privacy.models import Merge, MergedRow
from jobmatch.privacy.policies import can_merge_people, can_undo_merge
from jobmatch.privacy.registry import ACCOUNT_ROOMS, PEOPLE_ROOMS
from jobmatch.privacy.services.common import find_row, for_the_house
from jobmatch.privacy.words import table_label

GROUPS: dict[str, tuple[str, ...]] = {
    "name": ("name", "pinyin", "initials"),
    "id_number": ("id_number", "birth_on", "sex"),
    "living": ("living_region_code", "latitude", "longitude", "station_id", "region_path"),
    "education": ("education_code", "major"),
    "verification": ("verification", "verified_at", "verified_by_id", "verification_note"),
    "search_state": ("search_state", "search_state_since"),
}
"""Columns that only make sense together are chosen together."""
_CLAIM = ("claim_state", "claim_tries", "claimed_at")
"""Whether whoever holds the phone has shown that the file is theirs: goes with the account, nobody chooses it."""
_NOT_CHOSEN = {
    *_CLAIM,
    "id",
    "public_id",
    "version",
    "user_id",
    "created_at",
    "changed_at",
    "erased_at",
    "merged_into_id",
}
_UNWATCHED = {"version", "changed_at", "region_path"}
"""Columns that the house moves by itself after a merge."""
CHECK_DAYS = 15


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose: the columns that go together, and both files' values in plain form."""

    name: str
    columns: tuple[str, ...]
    source: dict[str, Any]
    target: dict[str, Any]

    @property
    def is_same(self) -> bool:
        return self.source == self.target

    @property
    def preferred(self) -> str:
        """The target's value, unless only the source has one in the column that leads the others."""
        first = self.columns[0]
        return "source" if self.source[first] and not self.target[first] else "target"


def choices_of(source: Person, target: Person) -> list[Choice]:
    """Everything of the two rows that can be chosen, in the order of the table; accounts come last."""
    ours, theirs = values_of(source), values_of(target)
    grouped = {column: name for name, columns in GROUPS.items() for column in columns}
    found: dict[str, tuple[str, ...]] = {}
    for column in theirs:
        if column not in _NOT_CHOSEN:
            name = grouped.get(column, column)
            found[name] = GROUPS.get(name, (column,))
    found["user_id"] = ("user_id",)
    return [
        Choice(name, columns, {c: ours[c] for c in columns}, {c: theirs[c] for c in columns})
        for name, columns in found.items()
    ]


def are_two_people(one: Person, other: Person) -> bool:
    """Whether two identity numbers say that these files are not one person's."""
    return bool(one.id_number_blind and other.id_number_blind and one.id_number_blind != other.id_number_blind)


def merge_people(
    uow: UnitOfWork,
    target: Person,
    source: Person,
    *,
    picks: Mapping[str, str],
    reason: str,
    versions: tuple[int, int] | None = None,
) -> Merge:
    """Make one file of two: ``source`` is emptied into ``target``; ``picks`` says whose value stays, by choice name.

    Rooms hand their rows over, each by its own rule for a clash. Raises ``Invalid`` where both files have an identity
    number and they differ (two numbers are two people), ``Conflict`` where a file changed since the form was made.
    """
    require(can_merge_people(uow.actor, source, target))
    _check(source, target, versions)
    reason = clean_line(reason)[:200]
    if len(reason) < 4:
        raise Invalid(fields={"reason": _("请写明怎么认定是同一个人，至少 4 个字")})
    merge = Merge(
        source_id=source.id,
        target_id=target.id,
        region_path=target.region_path,
        reason=reason,
        made_at=uow.now,
        made_by_id=uow.actor.user_id,
    )
    uow.session.add(merge)
    uow.session.flush()
    wanted = _wanted(source, target, picks)
    moved = _move_children(for_the_house(uow), source, target)
    moved += _move_account(for_the_house(uow), source, target, wanted.pop("user_id"))
    moved += _join_rows(uow, source, target, wanted)
    _log(uow, merge, moved)
    _ask_about_spells(uow, merge, target, moved)
    uow.session.expire(target)
    uow.session.expire(source)
    uow.audit("person.merge", target, reason=reason, source=source.public_id, rows=len(moved))
    return merge


def _check(source: Person, target: Person, versions: tuple[int, int] | None) -> None:
    if source.id == target.id or source.erased_at is not None or target.erased_at is not None:
        raise Conflict
    if versions is not None and versions != (target.version, source.version):
        raise Conflict
    if are_two_people(source, target):
        raise Invalid(_("两份档案的身份证号不一样，不是同一个人。如果有一个号登记错了，请先更正再合并"))


def _wanted(source: Person, target: Person, picks: Mapping[str, str]) -> dict[str, Any]:
    """The value of each column that the joined file is to have, as attributes hold it."""
    found: dict[str, Any] = {}
    for choice in choices_of(source, target):
        pick = choice.preferred if choice.name == "id_number" else picks.get(choice.name, choice.preferred)
        chosen = source if pick == "source" else target
        if choice.name == "user_id" and chosen.user_id is None:
            chosen = source if chosen is target else target
        found |= {column: getattr(chosen, column) for column in choice.columns}
        if choice.name == "user_id":
            found |= {column: getattr(chosen, column) for column in _CLAIM}
    return found


def _move_children(uow: UnitOfWork, source: Person, target: Person) -> list[MovedRow]:
    return [row for room in PEOPLE_ROOMS for row in room.move_person(uow, source.id, target.id)]


def _move_account(uow: UnitOfWork, source: Person, target: Person, kept: int | None) -> list[MovedRow]:
    """Give the joined file the account ``kept``; a second one closes and its messages go over."""
    both = {person.user_id for person in (source, target)} - {None, kept}
    moved = []
    for closed in both:
        for room in ACCOUNT_ROOMS:
            moved += room.move_user(uow, closed, kept)
    moved.append(change_row(source, user_id=None))
    uow.session.flush()
    if target.user_id != kept:
        moved.append(change_row(target, user_id=None))
        uow.session.flush()
        moved.append(change_row(target, user_id=kept))
        uow.session.flush()
    return moved


def _join_rows(uow: UnitOfWork, source: Person, target: Person, wanted: dict[str, Any]) -> list[MovedRow]:
    """Empty the source before the target takes its identity number, which only one row may hold."""
    emptied = change_row(
        source,
        name=ERASED_NAME,
        phone=None,
        id_number=None,
        about="",
        is_open_to_employers=False,
        erased_at=uow.now,
        merged_into_id=target.id,
        changed_at=uow.now,
    )
    uow.session.flush()
    taken = change_row(target, **{name: value for name, value in wanted.items() if getattr(target, name) != value})
    target.changed_at = uow.now
    uow.session.flush()
    # A before-image without values would mean a row that the merge made.
    return [emptied, taken] if taken.before else [emptied]


def _log(uow: UnitOfWork, merge: Merge, moved: list[MovedRow]) -> None:
    for one in moved:
        row = MergedRow(
            merge_id=merge.id,
            table_name=one.table,
            row_id=one.row_id,
            after_sha256=_digest(find_row(uow, one.table, one.row_id), one.before),
        )
        row.before = json.dumps(one.before, ensure_ascii=False)
        uow.session.add(row)
    uow.session.flush()


def _digest(row: Any, before: Mapping[str, Any]) -> bytes:
    """Hash of a row; of a person and an account only what the merge changed, since both live on."""
    values = values_of(row)
    watched = set(before) if isinstance(row, Person | User) else set(values)
    kept = {name: values[name] for name in sorted(watched - _UNWATCHED)}
    return hashlib.sha256(json.dumps(kept, ensure_ascii=False, default=str).encode()).digest()


def _ask_about_spells(uow: UnitOfWork, merge: Merge, person: Person, moved: list[MovedRow]) -> None:
    """A task where two lines of the register speak of the same days and disagree, or the merge had to end one."""
    ended = {row.row_id for row in moved if row.table == EmploymentSpell.__tablename__ and "ended_on" in row.before}
    spells = spells_of(uow.session, person.id)
    if ended or any(_contradict(*pair) for pair in combinations(spells, 2)):
        open_task(
            uow,
            once=f"merge:{merge.public_id}",
            kind=TaskKind.DUPLICATE,
            title=_("合并后的就业台账有矛盾，请核对"),
            due_on=uow.today + timedelta(days=CHECK_DAYS),
            person=person,
            link=f"/staff/people/{person.public_id}",
        )


def _contradict(one: EmploymentSpell, other: EmploymentSpell) -> bool:
    first, last = sorted((one, other), key=lambda spell: spell.started_on)
    overlap = first.ended_on is None or first.ended_on > last.started_on or first.started_on == last.started_on
    return overlap and (one.status_code, one.employer_name) != (other.status_code, other.employer_name)


# ---------- undoing ----------


def changed_since(uow: UnitOfWork, merge: Merge) -> list[str]:
    """Names of the rows that were changed after the merge, so that it cannot be undone; empty where it can."""
    found: dict[tuple[str, int], str] = {}
    for row in _rows(uow, merge):
        present = find_row(uow, row.table_name, row.row_id)
        if present is None or _digest(present, json.loads(row.before or "{}")) != row.after_sha256:
            found[row.table_name, row.row_id] = _describe(row, present)
    return list(found.values())


def _rows(uow: UnitOfWork, merge: Merge) -> Iterator[MergedRow]:
    yield from uow.session.scalars(
        select(MergedRow).where(MergedRow.merge_id == merge.id).order_by(MergedRow.id.desc())
    )


def _describe(row: MergedRow, present: Any) -> str:
    name = ""
    if present is not None:
        columns = inspect(type(present)).columns
        name = next((str(getattr(present, c)) for c in ("title", "employer_name", "created_at") if c in columns), "")
    return _("%(table)s %(name)s（第 %(n)s 号）", table=table_label(row.table_name), name=name, n=row.row_id)


def undo_merge(uow: UnitOfWork, merge: Merge) -> Merge:
    """Put everything back. Raises ``Invalid`` naming the rows that were changed since, ``Conflict`` the second time."""
    people = [uow.session.get_one(Person, one) for one in (merge.source_id, merge.target_id)]
    # Who moved away since belongs to another office, which may not lose a file to this one.
    require(can_undo_merge(uow.actor, merge) and can_merge_people(uow.actor, *people))
    rows = list(_rows(uow, merge))
    if merge.undone_at is not None or not rows:
        raise Conflict
    changed = changed_since(uow, merge)
    if changed:
        raise Invalid(_("合并以后又改过：%(rows)s。请先把这些改回去，再撤销", rows=_("、").join(changed)))
    for row in rows:
        present, before = find_row(uow, row.table_name, row.row_id), json.loads(row.before or "{}")
        if before:
            put_back(present, before)
        else:
            uow.session.delete(present)
        uow.session.flush()
    source, target = people
    source.changed_at = target.changed_at = uow.now
    merge.undone_at, merge.undone_by_id = uow.now, uow.actor.user_id
    close_task(uow, once=f"merge:{merge.public_id}", state=TaskState.DROPPED)
    uow.session.flush()
    for person in (source, target):
        uow.session.expire(person)
    uow.audit("person.merge_undone", target, source=source.public_id)
    return merge
