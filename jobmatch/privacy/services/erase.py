"""Erasing a person: what the law wants kept is frozen first, then every room blanks what it holds."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from sqlalchemy import select

from jobmatch.core.db import empty_log
from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.inbox.services import forget_name
from jobmatch.people.models.person import Person
from jobmatch.people.services.common import clean_line
from jobmatch.privacy.models import FrozenRecord, RightsRequest
from jobmatch.privacy.policies import can_handle_request
from jobmatch.privacy.registry import ACCOUNT_ROOMS, PEOPLE_ROOMS
from jobmatch.privacy.services.common import collect, for_the_house, kept_until, room_name

LEDGER = "ledger_keep_years"
"""The rule for rooms that do not say themselves what has to be kept: all they know is frozen that long."""


def record_erasure(uow: UnitOfWork, person: Person) -> dict[str, int]:
    """Freeze what must be kept, then let every room, top floor first, blank the rest; counts by table.

    The person's account closes unless it has another role. Index rows and grants are gone with the unit.
    """
    if person.erased_at is not None:
        raise Conflict
    house, user_id, name = for_the_house(uow), person.user_id, person.name
    _freeze(house, person)
    counts: dict[str, int] = {}
    for room in PEOPLE_ROOMS:
        counts |= room.erase_person(house, person.id)
    if user_id is not None:
        for room in ACCOUNT_ROOMS:
            counts |= room.erase_user(house, user_id)
    counts["message"] = counts.get("message", 0) + forget_name(house, name)
    # What was blanked stands in the log of the database until that is emptied.
    uow.on_commit.append(partial(empty_log, uow.session.get_bind()))
    uow.audit("person.erase", person, rows=sum(counts.values()))
    return counts


def _freeze(uow: UnitOfWork, person: Person) -> None:
    rules: dict[str, dict[str, Any]] = {}
    rooms = collect(uow, person)
    for module in (*PEOPLE_ROOMS, *ACCOUNT_ROOMS):
        exported = rooms.get(room_name(module), {})
        kept = getattr(module, "KEPT", dict.fromkeys(exported, LEDGER))
        for table, rows in exported.items():
            if rows and table in kept:
                rules.setdefault(kept[table], {})[table] = rows
    for rule, tables in rules.items():
        record = FrozenRecord(person_id=person.id, rule_code=rule, keep_until=kept_until(uow, rule), created_at=uow.now)
        record.content = json.dumps(tables, ensure_ascii=False, default=str)
        uow.session.add(record)
    uow.session.flush()


def frozen_of(uow: UnitOfWork, person: Person) -> list[FrozenRecord]:
    """What is kept of an erased person, without opening it."""
    query = select(FrozenRecord).where(FrozenRecord.person_id == person.id).order_by(FrozenRecord.id)
    return list(uow.session.scalars(query))


def read_frozen(uow: UnitOfWork, request: RightsRequest, *, reason: str) -> list[tuple[FrozenRecord, dict[str, Any]]]:
    """Frozen records of an erased person, for a reason that the audit keeps. Raises ``Invalid`` without one."""
    person = uow.session.get_one(Person, request.person_id)
    require(can_handle_request(uow.actor, request, person))
    reason = clean_line(reason)
    if len(reason) < 4:
        raise Invalid(fields={"reason": _("请写明为什么要看，至少 4 个字")})
    uow.audit("privacy.frozen_read", person, reason=reason)
    rows = uow.session.scalars(
        select(FrozenRecord).where(FrozenRecord.person_id == person.id).order_by(FrozenRecord.id)
    )
    return [(row, json.loads(row.content or "{}")) for row in rows]
