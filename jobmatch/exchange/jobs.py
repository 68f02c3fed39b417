"""Background work on tables of people and of postings; each job goes on where a killed one stopped."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from jobmatch.core.jobs import JobContext, JobFunction
from jobmatch.core.queue import Timed
from jobmatch.core.uow import unit_of_work
from jobmatch.exchange import batches, people_imports, posting_imports
from jobmatch.exchange.batches import OpenUnit
from jobmatch.exchange.models import PeopleImport, PostingImport, TableImport
from jobmatch.exchange.queries import importer


def _opened(context: JobContext, model: type[Any], import_id: int) -> tuple[OpenUnit, bytes]:
    """Units of the one who began the import, and the table; nothing of the table where its file is gone already.

    What a machine sent is taken back by the system, since no person brought it.
    """
    with context.unit(writing=False) as uow:
        batch = uow.session.get_one(model, import_id)
        by_machine = isinstance(batch, PostingImport) and batch.token_id is not None
        actor = uow.actor if by_machine else importer(uow, batch)
        content = batches.content_of(uow, batch) if batch.file_id else b""
    return partial(unit_of_work, context.database, actor, writing=True), content


def over_table(model: type[Any], work: Callable[[OpenUnit, int, bytes], None]) -> JobFunction:
    """Check or store a table that was handed in."""

    def run(context: JobContext, *, import_id: int) -> dict[str, Any]:
        open_unit, content = _opened(context, model, import_id)
        if content:
            work(open_unit, import_id, content)
        return {"import": import_id}

    return run


def back(model: type[Any], work: Callable[[OpenUnit, int], None]) -> JobFunction:
    """Take back what an import stored."""

    def run(context: JobContext, *, import_id: int) -> dict[str, Any]:
        work(_opened(context, model, import_id)[0], import_id)
        return {"import": import_id}

    return run


def drop_forgotten(context: JobContext) -> dict[str, Any]:
    """Forget tables that nobody confirmed in time."""
    with context.unit() as uow:
        return {
            "dropped": sum(batches.drop_forgotten(uow, model) for model in (PeopleImport, PostingImport, TableImport))
        }


DROP_JOB = "exchange.drop_forgotten"
JOBS: Mapping[str, JobFunction] = {
    people_imports.CHECK_JOB: over_table(PeopleImport, people_imports.run_check),
    people_imports.STORE_JOB: over_table(PeopleImport, people_imports.run_import),
    people_imports.UNDO_JOB: back(PeopleImport, people_imports.run_undo),
    posting_imports.CHECK_JOB: over_table(PostingImport, posting_imports.run_check),
    posting_imports.STORE_JOB: over_table(PostingImport, posting_imports.run_import),
    posting_imports.UNDO_JOB: back(PostingImport, posting_imports.run_undo),
    DROP_JOB: drop_forgotten,
}
TIMED = (Timed(DROP_JOB, 24 * 60),)
