"""At the doors: exhibitors show their code, and people are counted beside those who check in."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.day.models import PeopleCount
from jobmatch.fairs.day.services.readers import plain_text
from jobmatch.fairs.exhibitors.models import Exhibitor
from jobmatch.fairs.exhibitors.services.absences import record_came
from jobmatch.fairs.exhibitors.services.papers import papers_lacking
from jobmatch.fairs.halls.models import Booth
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.policies import can_work_desks
from jobmatch.fairs.planning.states import FairState
from recruiters.employers.models import Employer

MOST_AT_ONCE = 500
UNDO_FOR = timedelta(minutes=10)
"""So long a mistaken tap may be taken back by whoever made it."""


def _may(uow: UnitOfWork, fair: JobFair) -> None:
    require(can_work_desks(uow, fair))
    if fair.state is not FairState.RUNNING:
        raise Conflict(_("招聘会现在没有开场，不能签到"))


def check_in_by_code(uow: UnitOfWork, fair: JobFair, code: str) -> tuple[str, str]:
    """An exhibitor is there; returns its name and its booth's number (empty: none yet). Twice changes nothing.

    Raises ``Invalid`` for a code nobody has at this fair, ``Conflict`` outside the opening hours or without a place.
    """
    _may(uow, fair)
    mine = (Exhibitor.fair_id == fair.id, Exhibitor.sign_code == plain_text(code))
    loaded = joinedload(Exhibitor.employer).joinedload(Employer.organization)
    exhibitor = uow.session.scalars(select(Exhibitor).where(*mine).options(loaded)).one_or_none()
    if exhibitor is None:
        raise Invalid(fields={"code": _("这场没有这个报到码，请看单位收到的 6 位数字")})
    record_came(uow, exhibitor)
    number = uow.session.scalar(select(Booth.number).where(Booth.exhibitor_id == exhibitor.id))
    return exhibitor.employer.organization.name, number or ""


def papers_to_see(uow: UnitOfWork, fair: JobFair, code: str) -> str:
    """Which papers of the exhibitor with this code nobody has looked at yet, in words; empty where all were seen."""
    mine = (Exhibitor.fair_id == fair.id, Exhibitor.sign_code == plain_text(code))
    row = uow.session.scalars(select(Exhibitor).where(*mine)).one_or_none()
    return _("、").join(str(one.label) for one in papers_lacking(uow.session, fair, row)) if row is not None else ""


def add_count(uow: UnitOfWork, fair: JobFair, entered: int) -> None:
    """So many people went through a door. Raises ``Conflict`` outside the opening hours."""
    _may(uow, fair)
    if not 0 < entered <= MOST_AT_ONCE:
        raise ValueError("a count of people at a door")
    uow.session.add(PeopleCount(fair_id=fair.id, at=uow.now, entered=entered, user_id=uow.actor.user_id))
    uow.session.flush()


def last_count(uow: UnitOfWork, fair: JobFair) -> PeopleCount | None:
    """The actor's own last count at this fair, while it may still be taken back."""
    mine = (PeopleCount.fair_id == fair.id, PeopleCount.user_id == uow.actor.user_id)
    recent = select(PeopleCount).where(*mine, PeopleCount.at >= uow.now - UNDO_FOR)
    return uow.session.scalars(recent.order_by(PeopleCount.id.desc()).limit(1)).one_or_none()


def undo_count(uow: UnitOfWork, fair: JobFair) -> int:
    """Take the own last tap back; returns how many people it had counted, 0 where there is nothing to take back."""
    _may(uow, fair)
    row = last_count(uow, fair)
    if row is None:
        return 0
    uow.session.delete(row)
    uow.session.flush()
    return row.entered
