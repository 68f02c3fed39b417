"""The clock of a request: working days, standing while papers are missing."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy.orm import Session

from jobmatch.casework.desk.models import ServiceRequest
from jobmatch.reference.queries import add_working_days, is_working_day


def working_days_between(session: Session, start: date, end: date) -> int:
    """Working days after ``start`` up to ``end``; 0 on the day itself."""
    days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    return sum(is_working_day(session, day) for day in days)


def start_clock(session: Session, request: ServiceRequest, today: date, limit_days: int) -> None:
    """Let the clock run from ``today`` towards ``limit_days`` working days, less what was used before."""
    request.clock_from = today
    left = max(limit_days - request.used_days, 0)
    request.due_on, request.due_is_estimate = add_working_days(session, today, left)


def stop_clock(session: Session, request: ServiceRequest, today: date) -> None:
    """Add the working days since the clock last started to those used."""
    request.used_days += working_days_between(session, request.clock_from, today)
    request.clock_from = today
