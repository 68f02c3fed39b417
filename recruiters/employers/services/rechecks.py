"""复核 every six months: asked in time, answered by the employer in one tap, confirmed by the office in one tap."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from jobmatch.accounts.models import Organization
from jobmatch.casework.tasks.services import open_task
from jobmatch.casework.tasks.states import TaskKind
from jobmatch.core.errors import Conflict, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from recruiters.employers import notices
from recruiters.employers.models import Employer
from recruiters.employers.policies import can_edit_employer
from recruiters.employers.queries import RECHECK_NOTICE, is_recheck_near
from recruiters.employers.services.vetting import recheck_once, record_decision
from recruiters.employers.states import DecisionAction, VettingState


def answer_no_change(uow: UnitOfWork, employer: Employer) -> Employer:
    """The employer says that nothing changed; twice changes nothing. Raises ``Conflict`` where no recheck is near."""
    require(can_edit_employer(uow.actor, employer))
    if not is_recheck_near(employer, uow.today):
        raise Conflict(_("现在不用复核"))
    if employer.recheck_answered_at is None:
        employer.recheck_answered_at = uow.now
        record_decision(uow, employer, DecisionAction.NO_CHANGE)
        uow.session.flush()
        uow.audit("employer.no_change", employer)
    return employer


def ask_rechecks(uow: UnitOfWork, *, most: int = 100) -> int:
    """Two weeks before a recheck is due open a task and ask the employer; returns how many. 0: nothing is left."""
    require(uow.actor.is_system)
    near = (
        Employer.vetting == VettingState.VETTED,
        Employer.recheck_on <= uow.today + timedelta(days=RECHECK_NOTICE),
        Employer.recheck_asked_on.is_(None),
    )
    found = uow.session.scalars(select(Employer).where(*near).order_by(Employer.id).limit(most)).all()
    for employer in found:
        employer.recheck_asked_on = uow.today
        if employer.region_path:
            organization = uow.session.get_one(Organization, employer.organization_id)
            open_task(
                uow,
                once=recheck_once(employer),
                kind=TaskKind.OTHER,
                title=_("半年复核：%(name)s", name=organization.name),
                due_on=employer.recheck_on or uow.today,
                organization=organization,
                region_path=employer.region_path,
                link=f"/staff/employers/{employer.public_id}",
            )
        notices.tell_recheck(uow, employer)
    uow.session.flush()
    return len(found)


def tell_missed_rechecks(uow: UnitOfWork, *, most: int = 100) -> int:
    """Tell employers whose recheck was missed that postings cannot be published now; returns how many."""
    require(uow.actor.is_system)
    missed = (
        Employer.vetting == VettingState.VETTED,
        Employer.recheck_on < uow.today,
        # The day of asking is set again when the employer is told, so nobody is told twice.
        Employer.recheck_asked_on <= Employer.recheck_on,
    )
    found = uow.session.scalars(select(Employer).where(*missed).order_by(Employer.id).limit(most)).all()
    for employer in found:
        employer.recheck_asked_on = uow.today
        notices.tell_missed_recheck(uow, employer)
    uow.session.flush()
    return len(found)
