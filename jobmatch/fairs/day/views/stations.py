"""Staff's page of what each station brought to the fair."""

from __future__ import annotations

from flask import Response

from jobmatch.fairs.day.blueprint import blueprint
from jobmatch.fairs.day.station_queries import station_results
from jobmatch.fairs.planning.policies import worked_fair
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import page

_SUMS = ("target", "registered", "came", "meant")


@blueprint.get("/staff/fairs/<public_id>/stations")
@access("fair.manage")
def stations(public_id: str) -> Response:
    """Registered, came, reached an intention: station by station, and whom nobody's station brought beside them."""
    uow = current_uow()
    fair = worked_fair(uow, public_id)
    lines = station_results(uow, fair)
    sums = {name: sum(getattr(line, name) or 0 for line in lines) for name in _SUMS}
    return page("fairday/stations.html", fair=fair, lines=lines, sums=sums)
