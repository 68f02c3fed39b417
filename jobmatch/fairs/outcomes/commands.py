"""What the commands about fairs do."""

from __future__ import annotations

from datetime import date
from typing import Any

from jobmatch.core.actors import system_actor
from jobmatch.core.runtime import Runtime
from jobmatch.fairs.outcomes.documents import write_report
from jobmatch.fairs.outcomes.making import cumulative_report, fair_report
from jobmatch.fairs.outcomes.policies import visible_counted_fairs
from jobmatch.fairs.outcomes.states import FairReportKind
from jobmatch.fairs.outcomes.tracking import cumulative
from jobmatch.fairs.planning.queries import fairs, get_fair


def list_fairs(runtime: Runtime) -> list[dict[str, Any]]:
    """Every fair by its public id, the newest first."""
    with runtime.unit(system_actor("cli"), writing=False) as uow:
        return [
            {
                "id": fair.public_id,
                "opens_at": fair.opens_at.isoformat(),
                "state": fair.state.value,
                "part": fair.part.value,
                "title": fair.title,
            }
            for fair in uow.rows(visible_counted_fairs(uow.actor, fairs()))
        ]


def report_for_cli(runtime: Runtime, fair_id: str, kind: str, form: str) -> bytes:
    """The report of a fair as a file. Raises ``NotFound``."""
    with runtime.unit(system_actor("cli"), writing=False) as uow:
        fair = get_fair(uow.session, fair_id)
        report = fair_report(uow.session, fair, FairReportKind(kind), uow.today, names="masked")
    return write_report(report, form)


def effect_for_cli(runtime: Runtime, region_path: str, since: date, until: date, form: str) -> bytes:
    """The cumulative report of the fairs held below a place from one day to another, as a file."""
    with runtime.unit(system_actor("cli"), writing=False) as uow:
        found = cumulative(uow.session, region_path, since, until)
        report = cumulative_report(uow.session, found, names="masked")
    return write_report(report, form)
