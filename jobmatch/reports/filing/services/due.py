"""What every station owes, and reminding whoever has not handed it in: timed work."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, or_, select

from jobmatch.accounts.models import Organization
from jobmatch.accounts.states import OrganizationKind, OrganizationState
from jobmatch.core.clock import local_day
from jobmatch.core.errors import require
from jobmatch.core.uow import UnitOfWork
from jobmatch.reports.filing.calendar import FORMS, forms_of, last_due
from jobmatch.reports.filing.models import Submission
from jobmatch.reports.filing.queries import remind_days
from jobmatch.reports.filing.services.submitting import record_due, urge
from jobmatch.reports.filing.states import OPEN_STATES, FormKind


def record_owed(uow: UnitOfWork, after: int = 0, *, most: int = 100) -> tuple[int, int]:
    """List what stations owe for the periods that are over, with a task for each.

    Goes on behind the station ``after``; returns the last one looked at (0: none is left) and how many forms are new.
    A station owes nothing that was due before it was there.
    """
    require(uow.actor.is_system)
    slashes = func.length(Organization.region_path) - func.length(func.replace(Organization.region_path, "/", ""))
    stations = uow.session.scalars(
        select(Organization)
        .where(
            Organization.kind == OrganizationKind.STATION,
            Organization.state == OrganizationState.ACTIVE,
            slashes.in_([depth + 1 for depth in FORMS]),
            Organization.id > after,
        )
        .order_by(Organization.id)
        .limit(most)
    ).all()
    periods = {form: last_due(uow.session, form, uow.today) for form in FormKind}
    ids = [station.id for station in stations]
    known = {
        tuple(row)
        for row in uow.session.execute(
            select(Submission.station_id, Submission.form, Submission.period_from).where(
                Submission.station_id.in_(ids),
                Submission.period_from.in_([period.since for period in periods.values()]),
            )
        )
    }
    made = 0
    for station in stations:
        for period in (periods[form] for form in forms_of(station.region_path)):
            is_new = (station.id, period.form, period.since) not in known
            if is_new and local_day(station.created_at) <= period.due_on:
                record_due(uow, station, period)
                made += 1
    return (stations[-1].id if len(stations) == most else 0), made


def remind_stations(uow: UnitOfWork, after: int = 0, *, most: int = 100) -> tuple[int, int]:
    """Tell the people of a station some days before a form is due, and once more when it is late.

    Goes on behind the submission ``after``; returns the last one looked at (0: none is left) and how many were told.
    """
    require(uow.actor.is_system)
    near = uow.today + timedelta(days=remind_days(uow))
    never, late = Submission.reminded_on.is_(None), Submission.due_on < uow.today
    rows = uow.session.scalars(
        select(Submission)
        .where(
            Submission.state.in_(OPEN_STATES),
            Submission.due_on <= near,
            or_(never, late & (Submission.reminded_on <= Submission.due_on)),
            Submission.id > after,
        )
        .order_by(Submission.id)
        .limit(most)
    ).all()
    told = sum(urge(uow, row) for row in rows)
    return (rows[-1].id if len(rows) == most else 0), told
