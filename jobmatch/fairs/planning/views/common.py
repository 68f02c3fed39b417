"""What several pages of the room load."""

from __future__ import annotations

from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.policies import visible_office_fairs
from jobmatch.fairs.planning.queries import fair_named
from jobmatch.web.edge import current_uow


def office_fair(public_id: str) -> JobFair:
    """The fair of the office's reach with this public id. Raises ``NotFound``."""
    uow = current_uow()
    found: JobFair = uow.one(visible_office_fairs(uow.actor, fair_named(public_id)))
    return found
