"""The clock of a request: working days, standing while papers are missing."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from jobmatch.casework.desk.models import ServiceRequest
from jobmatch.reference.queries import add_working_days, working_days_between


def start_clock(session: Session, request: ServiceRequest, today: date, limit_days: int) -> None:
    """Let the clock run from ``today`` towards ``limit_days`` working days, less what was used before."""
    request.clock_from = today
    left = max(limit_days - request.used_days, 0)
    request.due_on, request.due_is_estimate = add_working_days(session, today, left)


def stop_clock(session: Session, request: ServiceRequest, today: date) -> None:
    """Add the working days since the clock last started to those used."""
    request.used_days += working_days_between(session, request.clock_from, today)
    request.clock_from = today
