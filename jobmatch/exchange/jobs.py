"""Background work on tables of people and of postings; each job goes on where a killed one stopped."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from jobmatch.core.jobs import JobContext, JobFunction
from jobmatch.core.queue import Timed
from jobmatch.core.uow import unit_of_work
from jobmatch.exchange import posting_imports
from jobmatch.exchange.batches import OpenUnit, content_of
from jobmatch.exchange.models import PeopleImport, PostingImport
from jobmatch.exchange.people_imports import (
    CHECK_JOB,
    STORE_JOB,
    UNDO_JOB,
    drop_forgotten_imports,
    run_check,
    run_import,
    run_undo,
)
from jobmatch.exchange.queries import importer


def _open(context: JobContext, import_id: int) -> tuple[OpenUnit, bytes]:
    """Units of the one who began the import, and the table; nothing of the table where its file is gone already."""
    with context.unit(writing=False) as uow:
        batch = uow.session.get_one(PeopleImport, import_id)
        actor = importer(uow, batch)
        content = content_of(uow, batch) if batch.file_id else b""
    return partial(unit_of_work, context.database, actor, writing=True), content


def check_people(context: JobContext, *, import_id: int) -> dict[str, Any]:
    """Check a table that was handed in."""
    return _run(context, import_id, run_check)


def store_people(context: JobContext, *, import_id: int) -> dict[str, Any]:
    """Store the people of a table that was confirmed."""
    return _run(context, import_id, run_import)


def _run(context: JobContext, import_id: int, work: Callable[[OpenUnit, int, bytes], None]) -> dict[str, Any]:
    open_unit, content = _open(context, import_id)
    if content:
        work(open_unit, import_id, content)
    return {"import": import_id}


def undo_people(context: JobContext, *, import_id: int) -> dict[str, Any]:
    """Take back the people of an import."""
    open_unit, _content = _open(context, import_id)
    run_undo(open_unit, import_id)
    return {"import": import_id}


def _open_postings(context: JobContext, import_id: int) -> tuple[posting_imports.Opener, bytes]:
    """As ``_open``. What a machine sent is taken back by the system, since no person brought it."""
    with context.unit(writing=False) as uow:
        batch = uow.session.get_one(PostingImport, import_id)
        actor = importer(uow, batch) if batch.token_id is None else uow.actor
        content = content_of(uow, batch) if batch.file_id else b""
    return partial(unit_of_work, context.database, actor), content


def check_postings(context: JobContext, *, import_id: int) -> dict[str, Any]:
    """Check a table of postings whose columns were said."""
    opener, content = _open_postings(context, import_id)
    if content:
        posting_imports.run_check(opener, import_id, content)
    return {"import": import_id}


def store_postings(context: JobContext, *, import_id: int) -> dict[str, Any]:
    """Store the postings of a table that was confirmed."""
    opener, content = _open_postings(context, import_id)
    if content:
        posting_imports.run_import(opener, import_id, content)
    return {"import": import_id}


def undo_postings(context: JobContext, *, import_id: int) -> dict[str, Any]:
    """Take back the postings of an import."""
    opener, _content = _open_postings(context, import_id)
    posting_imports.run_undo(opener, import_id)
    return {"import": import_id}


def drop_forgotten(context: JobContext) -> dict[str, Any]:
    """Forget tables that nobody confirmed in time."""
    with context.unit() as uow:
        return {"dropped": drop_forgotten_imports(uow) + posting_imports.drop_forgotten_tables(uow)}


DROP_JOB = "exchange.drop_forgotten"
JOBS: Mapping[str, JobFunction] = {
    CHECK_JOB: check_people,
    STORE_JOB: store_people,
    UNDO_JOB: undo_people,
    posting_imports.CHECK_JOB: check_postings,
    posting_imports.STORE_JOB: store_postings,
    posting_imports.UNDO_JOB: undo_postings,
    DROP_JOB: drop_forgotten,
}
TIMED = (Timed(DROP_JOB, 24 * 60),)
