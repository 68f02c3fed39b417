"""What this room keeps about an organization: its employer, papers, decisions and 军创."""

from __future__ import annotations

from sqlalchemy import select

from jobmatch.core.subjects import MovedRow, change_row, move_rows
from jobmatch.core.uow import UnitOfWork
from recruiters.employers.models import Employer, EmployerDecision, EmployerPaper, EmployerReputation, VeteranFounding

_FILLED = ("industry_code", "staff_count", "intro", "contact_name", "contact_phone", "permit_number")
"""What the employer that goes on takes over where it says nothing itself."""
COUNTED = ("due_count", "answered_count", "interview_count", "hired_count", "asked_count", "stayed_count")


def move_organization(uow: UnitOfWork, source_id: int, target_id: int) -> list[MovedRow]:
    """Hand over papers, decisions and 军创, fill what the target has empty, and empty the source's count of hires.

    A paper of a kind that the target has comes in as a replaced one. The hires are added by the caller, because it
    goes on counting.
    """
    session = uow.session
    both = select(Employer).where(Employer.organization_id.in_((source_id, target_id)))
    employers = {employer.organization_id: employer for employer in session.scalars(both)}
    source, target = employers[source_id], employers[target_id]
    current = (EmployerPaper.employer_id == target.id, EmployerPaper.replaced_at.is_(None))
    held = set(session.scalars(select(EmployerPaper.kind).where(*current)))
    moved = []
    for paper in session.scalars(select(EmployerPaper).where(EmployerPaper.employer_id == source.id)).all():
        is_second = paper.replaced_at is None and paper.kind in held
        moved.append(change_row(paper, employer_id=target.id, **({"replaced_at": uow.now} if is_second else {})))
    session.flush()
    for model in (EmployerDecision, VeteranFounding):
        moved += move_rows(session, model, "employer_id", source.id, target.id)
    taken = {name: getattr(source, name) for name in _FILLED if getattr(source, name) and not getattr(target, name)}
    if taken:
        moved.append(change_row(target, **taken))
    moved.append(change_row(source, veterans_hired=0))
    counted = session.scalars(
        select(EmployerReputation).where(EmployerReputation.employer_id == source.id)
    ).one_or_none()
    if counted is not None:
        # The next night counts all applications for the employer that goes on.
        moved.append(change_row(counted, **dict.fromkeys(COUNTED, 0), answer_days=None, shrunk_rate=None))
    session.flush()
    return moved
