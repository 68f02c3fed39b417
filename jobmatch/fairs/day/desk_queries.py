"""What the check-in desk reads: counts, the list that goes along without a network, and the one on paper."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jobmatch.fairs.day.models import BoothDesk, CheckIn
from jobmatch.fairs.exhibitors.models import Exhibitor
from jobmatch.fairs.exhibitors.states import ExhibitorState
from jobmatch.fairs.halls.models import Booth
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.visitors.models import FairRegistration, PlannedVisit
from jobmatch.fairs.visitors.states import RegistrationState, VisitorNeed
from jobmatch.fairs.visitors.tickets import ticket_text

SHORT = 24
"""Characters of a mark in the list that goes along: enough that two never meet."""


def tally(session: Session, fair: JobFair) -> list[int]:
    """How many came, and how many are registered with or without a seat."""
    came = session.scalar(select(func.count()).select_from(CheckIn).where(CheckIn.fair_id == fair.id))
    there = (FairRegistration.fair_id == fair.id, FairRegistration.state != RegistrationState.CANCELED)
    return [came or 0, session.scalar(select(func.count()).select_from(FairRegistration).where(*there)) or 0]


def exhibitor_tally(session: Session, fair: JobFair) -> tuple[int, int]:
    """How many exhibitors are there, and how many were accepted."""
    mine = (Exhibitor.fair_id == fair.id, Exhibitor.state == ExhibitorState.ACCEPTED)
    found = session.execute(select(func.count(Exhibitor.checked_in_at), func.count()).where(*mine)).one()
    return int(found[0]), int(found[1])


def first_booths(session: Session, registration_id: int, most: int = 2) -> list[str]:
    """Numbers of the booths planned for somebody whose exhibitors are there, the shortest queue first."""
    rows = session.execute(
        select(Booth.number)
        .join(PlannedVisit, PlannedVisit.exhibitor_id == Booth.exhibitor_id)
        .join(Exhibitor, Exhibitor.id == Booth.exhibitor_id)
        .outerjoin(BoothDesk, BoothDesk.exhibitor_id == Booth.exhibitor_id)
        .where(
            PlannedVisit.registration_id == registration_id,
            Exhibitor.checked_in_at.is_not(None),
            Exhibitor.left_at.is_(None),
        )
        .order_by(func.coalesce(BoothDesk.waiting_count, 0), PlannedVisit.position)
        .limit(most)
    )
    return [number for (number,) in rows]


def needs_of(session: Session, registration_id: int) -> list[str]:
    """What help somebody asked for, for those who let them in."""
    asked = session.scalar(select(FairRegistration.needs).where(FairRegistration.id == registration_id))
    return [VisitorNeed(one).label for one in asked or []]


def offline_list(session: Session, fair: JobFair) -> dict[str, Any]:
    """Marks of every ticket and code under a fresh salt, each with a half-hidden name: no phone, no identity number."""
    salt = secrets.token_hex(8)
    rows = []
    for public_id, code, name in _registered(session, fair):
        shown = name[:1] + "*" * max(len(name) - 1, 1)
        rows.append([_mark(salt, ticket_text(fair.public_id, public_id)), _mark(salt, code), shown])
    return {"salt": salt, "until": fair.closes_at.isoformat(), "rows": rows}


def _mark(salt: str, text: str) -> str:
    return sha256(f"{salt}|{text}".encode()).hexdigest()[:SHORT]


def _registered(session: Session, fair: JobFair) -> Sequence[Any]:
    columns = (FairRegistration.public_id, FairRegistration.code, FairRegistration.name)
    there = (FairRegistration.fair_id == fair.id, FairRegistration.state != RegistrationState.CANCELED)
    return session.execute(select(*columns).where(*there).order_by(FairRegistration.name, FairRegistration.id)).all()


def paper_rows(session: Session, fair: JobFair) -> Sequence[Any]:
    """Code, name and kind of everybody registered, by name."""
    columns = (FairRegistration.code, FairRegistration.name, FairRegistration.kind)
    there = (FairRegistration.fair_id == fair.id, FairRegistration.state != RegistrationState.CANCELED)
    return session.execute(select(*columns).where(*there).order_by(FairRegistration.name, FairRegistration.id)).all()
