"""Who may see the money of classes. Whoever decides about a class decides about its money."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select

from jobmatch.core.actors import Actor
from jobmatch.core.uow import UnitOfWork, visible
from training.courses.classes.models import CourseSession
from training.courses.classes.policies import managed_sessions, taught_sessions
from training.courses.enrollment.models import Enrollment
from training.courses.enrollment.policies import own_enrollments
from training.courses.payments.models import PaySheet, PaySheetLine
from training.courses.payments.states import PaySheetKind, PaySheetState

SHOWN_STATES = (PaySheetState.NOTICED, PaySheetState.SIGNED, PaySheetState.PAID)
"""Sheets that leave the office: the provider and the person see these."""


def _sheets_of(public_id: str) -> Select[*tuple[Any, ...]]:
    return (
        select(PaySheet)
        .join(CourseSession, CourseSession.id == PaySheet.session_id)
        .where(CourseSession.public_id == public_id)
        .order_by(PaySheet.id.desc())
    )


def managed_sheets(actor: Actor, public_id: str) -> Select[*tuple[Any, ...]]:
    """Every sheet of a class of the actor's office, the newest first."""
    return managed_sessions(actor, _sheets_of(public_id))


def managed_sheet(uow: UnitOfWork, public_id: str, sheet_id: str) -> PaySheet:
    """A sheet of a class of the actor's office. Raises ``NotFound``."""
    found: PaySheet = uow.one(managed_sheets(uow.actor, public_id).where(PaySheet.public_id == sheet_id))
    return found


def taught_sheets(actor: Actor, public_id: str) -> Select[*tuple[Any, ...]]:
    """The course-money sheets of a class of the actor's own provider that the office has made public."""
    query = _sheets_of(public_id).where(PaySheet.kind != PaySheetKind.ALLOWANCE, PaySheet.state.in_(SHOWN_STATES))
    return taught_sessions(actor, query)


def own_allowances(actor: Actor) -> Select[*tuple[Any, ...]]:
    """Line, sheet and class of the actor's own living allowances, the newest month first."""
    query = (
        select(PaySheetLine, PaySheet, CourseSession)
        .join(PaySheet, PaySheet.id == PaySheetLine.sheet_id)
        .join(Enrollment, Enrollment.id == PaySheetLine.enrollment_id)
        .join(CourseSession, CourseSession.id == PaySheet.session_id)
        .where(PaySheet.kind == PaySheetKind.ALLOWANCE, PaySheet.state.in_(SHOWN_STATES))
        .order_by(PaySheet.month.desc(), PaySheetLine.id)
    )
    return visible(own_enrollments(actor, query), "course_session")


def noticed_sheets(sheet_id: str, actor: Actor) -> Select[*tuple[Any, ...]]:
    """A sheet with its class while the public may read it; anybody may."""
    query = (
        select(PaySheet, CourseSession)
        .join(CourseSession, CourseSession.id == PaySheet.session_id)
        .where(PaySheet.public_id == sheet_id, PaySheet.state == PaySheetState.NOTICED)
    )
    return visible(query, "course_session")


def money_sessions(actor: Actor, query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Classes whose money the office decides about, with the provider that teaches each."""
    return visible(managed_sessions(actor, query), "provider")
