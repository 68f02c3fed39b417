"""What the commands on tables of people do."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import select

from jobmatch.core.actors import system_actor
from jobmatch.core.runtime import Runtime
from jobmatch.exchange.models import PeopleImport, PeopleImportNote
from jobmatch.exchange.people_columns import read_people_table
from jobmatch.exchange.people_gate import gate
from jobmatch.exchange.people_imports import (
    check_people,
    find_open_import,
    open_people_import,
    run_import,
    run_undo,
    undo_people_import,
)
from jobmatch.exchange.policies import visible_people_imports

COUNTS = ("rows", "stored", "same", "changed", "refused")


def import_people(
    runtime: Runtime, path: Path, *, is_dry: bool, say: Callable[[str], None] = lambda _words: None
) -> dict[str, Any]:
    """Store the people of a table, or (``is_dry``) tell what would happen; the counts, and a note on each other row.

    An unfinished import of the same content goes on. Raises ``Invalid`` for what is no table of people.
    """
    content = path.read_bytes()
    gate(content)
    answer, notes = _check(runtime, content) if is_dry else _store(runtime, path.name, content, say)
    answer["notes"] = [
        {"row": n.row_number, "kind": n.kind.value, "column": n.column, "value": n.value, "reason": n.reason}
        for n in notes
    ]
    return answer


def _check(runtime: Runtime, content: bytes) -> tuple[dict[str, Any], list[Any]]:
    found = check_people(lambda: runtime.unit(system_actor("import"), writing=False), content)
    counts = (found.stored + found.same + found.refused, found.stored, found.same, found.changed, found.refused)
    return {"is_dry_run": True, **dict(zip(COUNTS, counts, strict=True))}, list(found.notes)


def _store(runtime: Runtime, name: str, content: bytes, say: Callable[[str], None]) -> tuple[dict[str, Any], list[Any]]:
    actor = system_actor("import")
    table = read_people_table(content)
    with runtime.unit(actor) as uow:
        batch = find_open_import(uow, content) or open_people_import(uow, content, table, name=name, is_kept=False)
        import_id = batch.id
    run_import(lambda: runtime.unit(actor), import_id, content, progress=lambda done: say(f"{done} rows …"))
    with runtime.unit(actor, writing=False) as uow:
        batch = uow.session.get_one(PeopleImport, import_id)
        notes = select(PeopleImportNote).where(PeopleImportNote.import_id == import_id)
        found = uow.session.scalars(notes.order_by(PeopleImportNote.row_number, PeopleImportNote.id)).all()
        counts = (batch.row_count, batch.stored_count, batch.same_count, batch.changed_count, batch.refused_count)
        return {"import": batch.public_id, **dict(zip(COUNTS, counts, strict=True))}, list(found)


def undo_people(runtime: Runtime, public_id: str) -> dict[str, Any]:
    """Take back the people of an import whom nobody touched since; how many went and how many stay.

    Raises ``NotFound`` for an unknown import, ``Conflict`` for one that is not stored.
    """
    actor = system_actor("import")
    with runtime.unit(actor) as uow:
        query = select(PeopleImport).where(PeopleImport.public_id == public_id)
        import_id = undo_people_import(uow, uow.one(visible_people_imports(actor, query))).id
    run_undo(partial(runtime.unit, actor), import_id)
    with runtime.unit(actor, writing=False) as uow:
        batch = uow.session.get_one(PeopleImport, import_id)
        return {"import": public_id, "removed": batch.removed_count, "kept": batch.stored_count - batch.removed_count}
