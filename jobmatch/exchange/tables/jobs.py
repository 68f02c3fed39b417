"""Background work on tables: check, store, take back."""

from __future__ import annotations

from collections.abc import Mapping

from jobmatch.core.jobs import JobFunction
from jobmatch.exchange.jobs import back, over_table
from jobmatch.exchange.models import TableImport
from jobmatch.exchange.tables import services

JOBS: Mapping[str, JobFunction] = {
    services.CHECK_JOB: over_table(TableImport, services.run_check),
    services.STORE_JOB: over_table(TableImport, services.run_import),
    services.UNDO_JOB: back(TableImport, services.run_undo),
}
