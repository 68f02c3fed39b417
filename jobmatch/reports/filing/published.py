"""Frozen tables that may be told to everybody: signed by two, and accepted where they were handed in."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import defer

from jobmatch.core.actors import system_actor
from jobmatch.core.uow import UnitOfWork
from jobmatch.reports.figures.year_table import YearRow
from jobmatch.reports.filing.models import Snapshot, Submission
from jobmatch.reports.filing.policies import visible_snapshots
from jobmatch.reports.filing.queries import rows_of
from jobmatch.reports.filing.states import FormKind, SubmissionState


def published_year_tables(uow: UnitOfWork) -> list[tuple[Snapshot, YearRow]]:
    """The newest revision of each accepted year table, and its sums; for aggregates that everybody may read."""
    query = (
        select(Snapshot)
        .outerjoin(Submission, Submission.id == Snapshot.submission_id)
        .where(
            Snapshot.form == FormKind.YEAR_TABLE,
            Snapshot.confirmed_at.is_not(None),
            or_(Snapshot.submission_id.is_(None), Submission.state == SubmissionState.ACCEPTED),
        )
        .options(defer(Snapshot.inputs))
        .order_by(Snapshot.revision)
        .execution_options(visible=frozenset({"submission"}))
    )
    found = uow.rows(visible_snapshots(system_actor("open_data"), query))
    newest = {(one.region_path, one.period_from, one.cut_off_on): one for one in found}
    return [(one, rows_of(one, {})[1]) for one in newest.values()]
