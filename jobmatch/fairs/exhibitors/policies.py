"""Who may see and decide what an employer does at a fair."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import Select, or_, select

from jobmatch.core.actors import Actor
from jobmatch.core.uow import visible
from jobmatch.fairs.exhibitors.models import Exhibitor, FairInvitation
from jobmatch.fairs.exhibitors.states import ExhibitorState
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.policies import can_edit_fair, can_work_fair, decided_fairs, worked_fairs
from jobmatch.fairs.planning.states import PUBLIC_STATES, FairPart, FairState
from recruiters.employers.models import Employer
from recruiters.employers.policies import own_employer, visible_employers

S = TypeVar("S", bound=Select[*tuple[Any, ...]])


def owns_employer(actor: Actor, employer: Employer) -> bool:
    """A member of this employer who works its booths."""
    own = actor.organization_id is not None and actor.organization_id == employer.organization_id
    return actor.can("fair.exhibit") and own


def can_sign_up(actor: Actor, fair: JobFair, employer: Employer) -> bool:
    """The employer's own members, or the fair's office for one that has no account."""
    return actor.is_system or owns_employer(actor, employer) or can_edit_fair(actor, fair)


def can_review(actor: Actor, fair: JobFair) -> bool:
    """Inviting, deciding, and the register of absences: the office that holds the fair and those above."""
    return can_edit_fair(actor, fair)


def can_change_postings(actor: Actor, fair: JobFair, employer: Employer) -> bool:
    """The employer itself, and whoever of the staff works the fair: on the day that is also its stations."""
    return actor.is_system or owns_employer(actor, employer) or can_work_fair(actor, fair)


def visible_absences(actor: Actor, select_: S) -> S:
    """Absences with exhibitor and fair that a staff member decides about: those at fairs of the own subtree."""
    return visible(decided_fairs(actor, select_), "employer", "exhibitor")


def visible_candidates(actor: Actor, select_: S) -> S:
    """Employers that staff may see, with how many open postings each has, for an invitation."""
    return visible(visible_employers(actor, select_), "posting")


def visible_callees(actor: Actor, select_: S) -> S:
    """Employers to phone with what they signed up for; ``select_`` is about one fair that the actor works for."""
    return visible(visible_employers(actor, select_), "exhibitor")


def visible_exhibitors(actor: Actor, select_: S) -> S:
    """For staff those of the fairs they work for, for an employer its own; nobody else sees any here."""
    if not actor.is_system:
        fairs = worked_fairs(actor, select(JobFair.id))
        own = Exhibitor.employer_id.in_(select(Employer.id).where(own_employer(actor)))
        select_ = select_.where(or_(Exhibitor.fair_id.in_(fairs), own))
    return visible(select_, "exhibitor", "employer", "job_fair")


def visible_own_exhibitors(actor: Actor, select_: S) -> S:
    """What the actor's own employer signed up for, and nothing else."""
    own = Exhibitor.employer_id.in_(select(Employer.id).where(own_employer(actor)))
    return visible(select_.where(own), "exhibitor", "employer", "job_fair")


def visible_public_exhibitors(actor: Actor, select_: S) -> S:
    """Those who take part in a fair that everybody may see: name and postings are public, contact data are not."""
    public = select(JobFair.id).where(JobFair.state.in_(PUBLIC_STATES), JobFair.part == FairPart.HELD)
    taking_part = (Exhibitor.state == ExhibitorState.ACCEPTED, Exhibitor.fair_id.in_(public))
    return visible(select_.where(*taking_part), "exhibitor", "employer", "job_fair")


def visible_employer_fairs(actor: Actor, select_: S) -> S:
    """Fairs an employer can sign up for or was at: published ones, and those it was invited to or signed up for."""
    mine = select(Employer.id).where(own_employer(actor))
    public = JobFair.state.in_(PUBLIC_STATES) & (JobFair.part == FairPart.HELD)
    invited = JobFair.id.in_(select(FairInvitation.fair_id).where(FairInvitation.employer_id.in_(mine)))
    joined = JobFair.id.in_(select(Exhibitor.fair_id).where(Exhibitor.employer_id.in_(mine)))
    select_ = select_.where(or_(public, joined, invited & (JobFair.state != FairState.CANCELED)))
    return visible(select_, "job_fair")
