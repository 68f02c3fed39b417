"""What pages of figures share: the place and the days asked for, and the way down to the place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import request, url_for

from jobmatch.core.uow import UnitOfWork
from jobmatch.reference.queries import lineage
from jobmatch.reports.figures import readings
from jobmatch.reports.indicators.base import Scope
from jobmatch.reports.indicators.policies import can_read_people_behind, shows_small_cells
from jobmatch.web.fields import seen_date

FIRST = date(1990, 1, 1)
"""Days before this are nobody's question."""
OWN_DAYS = "days"


def asked_path(uow: UnitOfWork) -> str:
    """The subtree asked for, never above the reader's own."""
    path = request.args.get("path", "")
    return path if path.startswith(uow.actor.region_path) else uow.actor.region_path


def crumbs(uow: UnitOfWork, path: str, address: Callable[[str], str]) -> list[tuple[str, str]]:
    """The way from the reader's own area down to ``path``; the last step has no address."""
    own, below = uow.actor.region_path, path.strip("/").split("/")
    steps = [place for place in lineage(uow.session, below[-1]) if place.path.startswith(own)]
    return [(place.name, "" if place.path == path else address(place.path)) for place in steps]


def asked_scope(uow: UnitOfWork) -> tuple[str, Scope]:
    """The key of the chosen period, and over what is counted: the year so far unless something else was asked for."""
    offered = {one.key: one for one in readings.periods(uow.today)}
    key = request.args.get("period", "")
    since, until = (seen_date(request.args.get(name)) for name in ("since", "until"))
    if key not in offered and (since or until):
        until = min(max(until or uow.today, FIRST), uow.today)
        since = min(max(since or until.replace(month=1, day=1), FIRST), uow.today)
        return OWN_DAYS, Scope(uow, asked_path(uow), min(since, until), max(since, until))
    chosen = offered.get(key) or offered["year"]
    return chosen.key, Scope(uow, asked_path(uow), chosen.since, chosen.until)


def scope_words(scope: Scope, key: str, endpoint: str, **values: Any) -> dict[str, Any]:
    """What all pages over a period show: the period, the way down, and what the reader may open."""
    days: dict[str, Any] = {"since": scope.since.isoformat(), "until": scope.until.isoformat()}
    way = crumbs(scope.uow, scope.path, lambda place: url_for(endpoint, path=place, **values, **days))
    return {
        "scope": scope,
        "days": days,
        "period": key,
        "periods": readings.periods(scope.uow.today),
        "crumbs": way,
        "place_name": way[-1][0] if way else "",
        "opens": can_read_people_behind(scope.uow.actor),
        "exact": shows_small_cells(scope.uow.actor),
    }
