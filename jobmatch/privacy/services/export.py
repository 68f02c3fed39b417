"""Everything that is stored about one person, for the person (PIPL article 45)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Enum, select

from jobmatch.accounts.models import Organization
from jobmatch.casework.crosscheck.states import Topic
from jobmatch.casework.plans.policies import can_see_hardship
from jobmatch.core.db import Base
from jobmatch.core.errors import Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.policies import is_own_file
from jobmatch.people.services.common import clean_line
from jobmatch.privacy.policies import can_export_person
from jobmatch.privacy.queries.seen import seen_by
from jobmatch.privacy.services.common import collect

FORMAT_VERSION = 1
_INNER = frozenset({"id", "user_id", "person_id", "region_path", "source_key", "source_id", "target_id"})
"""Numbers of our own that tell nobody anything; who acted stands in the list of who looked."""


def export_person(uow: UnitOfWork, person: Person, *, reason: str | None = None) -> dict[str, Any]:
    """All rooms' rows about ``person`` with the words of their codes, and who has looked at the file.

    ``rooms`` maps room to table to rows; a row holds column names and plain values, and ``<column>_words`` beside a
    code. Hardship is in it for the person, and for staff who open that lock with a ``reason``; raises ``Invalid``
    where the reason is none. The act itself is recorded by ``record_export``, once the answer is made.
    """
    require(can_export_person(uow.actor, person))
    _clean_reason(uow, person, reason)
    rooms = collect(uow, person)
    if reason is None and not (uow.actor.is_system or is_own_file(uow.actor, person)):
        _leave_hardship_out(rooms)
    words = _Words(uow, rooms)
    return {
        "format": FORMAT_VERSION,
        "person": person.public_id,
        "made_at": uow.now.isoformat(),
        "rooms": {
            room: {table: [words.row(table, row) for row in rows] for table, rows in tables.items() if rows}
            for room, tables in rooms.items()
        },
        "seen_by": [
            {"at": look.at.isoformat(), "who": look.who, "what": look.what, "reason": look.reason}
            for look in seen_by(uow, person, limit=1000)
        ],
    }


def record_export(uow: UnitOfWork, person: Person, *, reason: str | None = None) -> None:
    """Leave a trace of an export that is about to be handed out, and of the look at hardship with its reason."""
    require(can_export_person(uow.actor, person))
    reason = _clean_reason(uow, person, reason)
    uow.audit("person.export", person, reason=reason)
    if reason:
        uow.audit("hardship.read", person, reason=reason)


def _clean_reason(uow: UnitOfWork, person: Person, reason: str | None) -> str:
    if reason is None:
        return ""
    require(can_see_hardship(uow.actor, person))
    reason = clean_line(reason)
    if len(reason) < 4:
        raise Invalid(fields={"reason": _("请写明为什么要看，至少 4 个字")})
    return reason


def _leave_hardship_out(rooms: dict[str, dict[str, list[dict[str, Any]]]]) -> None:
    rooms["plans"].pop("hardship")
    lines = rooms["crosscheck"]["cross_check_line"]
    rooms["crosscheck"]["cross_check_line"] = [line for line in lines if line["topic"] != Topic.HARDSHIP]


class _Words:
    """Names of the codes that occur in an export, read with one statement for each code table."""

    def __init__(self, uow: UnitOfWork, rooms: dict[str, dict[str, list[dict[str, Any]]]]) -> None:
        self.names: dict[str, dict[Any, str]] = {}
        wanted: dict[str, set[Any]] = {}
        for tables in rooms.values():
            for table, rows in tables.items():
                for column, target in _targets(table):
                    wanted.setdefault(target, set()).update(row[column] for row in rows if row.get(column))
        for target, codes in wanted.items():
            self.names[target] = _names(uow, target, codes)

    def row(self, table: str, row: dict[str, Any]) -> dict[str, Any]:
        """One row without our own numbers, with words beside codes."""
        targets = dict(_targets(table))
        columns = Base.metadata.tables[table].c
        found: dict[str, Any] = {}
        for name, value in row.items():
            if name in _INNER or (name.endswith("_by_id") or (name.endswith("_id") and name not in targets)):
                continue
            if name == "organization_id":
                found["organization"] = self.names["organization"].get(value, "")
                continue
            found[name] = value
            kind = columns[name].type if name in columns else None
            if isinstance(kind, Enum) and kind.enum_class and value:
                found[f"{name}_words"] = getattr(kind.enum_class(value), "label", value)
            elif name in targets and value:
                found[f"{name}_words"] = self.names[targets[name]].get(value, "")
        return found


def _targets(table: str) -> Iterable[tuple[str, str]]:
    """Columns of a table that point at something with a name: code tables and organizations."""
    for column in Base.metadata.tables[table].c:
        for key in column.foreign_keys:
            target = key.column.table
            if target.name == "organization" or (key.column.name == "code" and "name_zh" in target.c):
                yield column.name, target.name


def _names(uow: UnitOfWork, target: str, codes: set[Any]) -> dict[Any, str]:
    table = Base.metadata.tables[target]
    key, name = (Organization.id, Organization.name) if target == "organization" else (table.c.code, table.c.name_zh)
    return {row[0]: row[1] for row in uow.session.execute(select(key, name).where(key.in_(codes)))}
