"""Vetting employers: handing in, deciding with a log of every step, the office's clock, and what is deferred."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from jobmatch.accounts.models import Organization
from jobmatch.accounts.queries import superior_path
from jobmatch.accounts.services.organizations import record_organization_state
from jobmatch.accounts.states import OrganizationState
from jobmatch.casework.tasks.services import close_task, open_task
from jobmatch.casework.tasks.states import TaskKind, TaskState
from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.subjects import MovedRow, change_row
from jobmatch.core.uow import UnitOfWork
from jobmatch.reference.models import Reason
from jobmatch.reference.queries import add_working_days, rule_value
from jobmatch.reference.rules import add_months
from jobmatch.reference.states import ReasonKind
from recruiters.employers import notices
from recruiters.employers.models import Employer, EmployerDecision
from recruiters.employers.policies import can_edit_employer, can_vet_employer
from recruiters.employers.queries import MISSING_LABELS, approval_blocks, missing_facts, papers_of
from recruiters.employers.states import OWN_STEPS, VETTING_FLOW, DecisionAction, VettingState

LONGEST_DEFERRAL = 90
"""Days; whoever waits longer is better asked for more or refused with a reason."""
_ORGANIZATION_STATES = {
    VettingState.VETTED: OrganizationState.ACTIVE,
    VettingState.WAITING: OrganizationState.PENDING,
    VettingState.DEFERRED: OrganizationState.PENDING,
    VettingState.MORE: OrganizationState.PENDING,
    VettingState.REFUSED: OrganizationState.REFUSED,
    VettingState.SUSPENDED: OrganizationState.SUSPENDED,
}
_REASONS = {
    "ask_more": ReasonKind.EMPLOYER_MORE,
    "refuse": ReasonKind.EMPLOYER_REFUSE,
    "defer": ReasonKind.EMPLOYER_DEFER,
}


def submit_vetting(uow: UnitOfWork, employer: Employer) -> Employer:
    """Ask the office to vet; its clock starts. Raises ``Invalid`` naming what is missing, ``Conflict`` where it waits
    or is done.
    """
    require(can_edit_employer(uow.actor, employer))
    new = _next_state(employer, "submit")
    employer.organization = uow.session.get_one(Organization, employer.organization_id)
    missing = missing_facts(employer, papers_of(uow.session, [employer])[employer.id])
    if missing:
        raise Invalid(fields={code: _("还没有填：%(what)s", what=_(MISSING_LABELS[code])) for code in missing})
    _submit(uow, employer, new)
    return employer


def record_entered(uow: UnitOfWork, employer: Employer) -> None:
    """An employer that the office entered waits to be vetted by somebody else; its papers are looked up there."""
    _submit(uow, employer, _next_state(employer, "submit"))


def _submit(uow: UnitOfWork, employer: Employer, new: VettingState) -> None:
    employer.submitted_at = uow.now
    days = int(rule_value(uow.session, "employer_vetting_days", uow.today))
    employer.vetting_due_on = add_working_days(uow.session, uow.today, days)[0]
    record_decision(uow, employer, DecisionAction.SUBMIT)
    _move(uow, employer, "submit", new)


def vet_employer(
    uow: UnitOfWork,
    employer: Employer,
    *,
    action: str,
    reason_code: str | None = None,
    note: str = "",
    until: date | None = None,
) -> Employer:
    """Decide: ``approve``, ``ask_more``, ``refuse``, ``defer``, ``resume``, ``suspend``, ``restore`` or ``recheck``.

    ``ask_more``, ``refuse`` and ``defer`` need a coded reason of their kind, ``defer`` a day until when, ``suspend``
    words. Approval and recheck need papers that were seen, and hold for six months. Members are told, every step is
    logged. Raises ``Conflict`` where the present state does not allow it.
    """
    require(can_vet_employer(uow.actor, employer))
    new = _next_state(employer, action if action not in OWN_STEPS else "")
    reason = _checked_reason(uow, action, reason_code)
    if action == "suspend" and not note.strip():
        raise Invalid(fields={"note": _("请写明暂停的原因")})
    if action in {"approve", "recheck"}:
        _check_papers(uow, employer)
    day = _checked_until(uow, until) if action == "defer" else None
    escalation = _once(employer)
    employer.vetting_reason_code, employer.vetting_note = reason, note.strip()[:300]
    if action in {"approve", "recheck"}:
        employer.vetted_at, employer.vetted_by_id = uow.now, uow.actor.user_id
        months = int(rule_value(uow.session, "employer_recheck_months", uow.today))
        _close_recheck(uow, employer)
        employer.recheck_on = add_months(uow.today, months)
    # Who waits again from today is decided on today; who was decided on has no clock.
    employer.deferred_until, employer.vetting_due_on = day, uow.today if action == "resume" else None
    employer.escalated_on = None
    record_decision(uow, employer, DecisionAction(action), reason=reason, note=employer.vetting_note, until=day)
    _move(uow, employer, action, new)
    close_task(uow, once=escalation, outcome=new.label)
    if action != "resume":
        notices.tell_vetting(uow, employer, action, employer.vetting_note)
    return employer


def record_decision(
    uow: UnitOfWork,
    employer: Employer,
    action: DecisionAction,
    *,
    reason: str | None = None,
    note: str = "",
    until: date | None = None,
) -> None:
    """Add a line to the log of an employer."""
    uow.session.add(
        EmployerDecision(
            employer_id=employer.id,
            action=action,
            reason_code=reason,
            note=note,
            until=until,
            by_id=uow.actor.user_id,
            at=uow.now,
        )
    )


def _check_papers(uow: UnitOfWork, employer: Employer) -> None:
    blocks = approval_blocks(employer, papers_of(uow.session, [employer])[employer.id], uow.today)
    if blocks:
        raise Invalid(fields={"action": _("；").join(blocks)})


def _checked_until(uow: UnitOfWork, until: date | None) -> date:
    if until is None or not 0 < (until - uow.today).days <= LONGEST_DEFERRAL:
        raise Invalid(fields={"until": _("请填今天以后、%(n)s 天以内的日期", n=LONGEST_DEFERRAL)})
    return until


def _next_state(employer: Employer, action: str) -> VettingState:
    new = VETTING_FLOW.get((employer.vetting, action))
    if new is None:
        raise Conflict(_("这家单位现在的状态是“%(state)s”，不能这样操作，请刷新后再看", state=employer.vetting.label))
    return new


def _checked_reason(uow: UnitOfWork, action: str, reason_code: str | None) -> str | None:
    if action not in _REASONS:
        return None
    reason = uow.session.get(Reason, reason_code) if reason_code else None
    if reason is None or reason.kind != _REASONS[action]:
        raise Invalid(fields={"reason_code": _("请选一个原因")})
    return reason.code


def _move(uow: UnitOfWork, employer: Employer, action: str, new: VettingState) -> None:
    old, employer.vetting, employer.changed_at = employer.vetting, new, uow.now
    uow.session.flush()
    organization = uow.session.get_one(Organization, employer.organization_id)
    if organization.state is not _ORGANIZATION_STATES[new]:
        record_organization_state(uow, organization, _ORGANIZATION_STATES[new])
    uow.audit(
        f"employer.{action}",
        employer,
        reason=employer.vetting_reason_code or "",
        old_state=old.value,
        new_state=new.value,
    )


def record_absorbed(uow: UnitOfWork, employer: Employer) -> list[MovedRow]:
    """This employer goes on in another one: it leaves every queue and its clocks stop. The caller moves its rows."""
    close_task(uow, once=_once(employer), state=TaskState.DROPPED)
    close_task(uow, once=recheck_once(employer), state=TaskState.DROPPED)
    gone = {"vetting": VettingState.SUSPENDED, "deferred_until": None, "vetting_due_on": None, "escalated_on": None}
    row = change_row(employer, **gone)
    employer.changed_at = uow.now
    uow.session.flush()
    return [row]


# ---------- clocks ----------


def resume_deferred(uow: UnitOfWork, *, most: int = 100) -> int:
    """Bring employers whose deferral is over back to the queue; returns how many. 0 means nothing is left."""
    over = (Employer.vetting == VettingState.DEFERRED, Employer.deferred_until <= uow.today)
    found = uow.session.scalars(select(Employer).where(*over).order_by(Employer.id).limit(most)).all()
    for employer in found:
        vet_employer(uow, employer, action="resume")
    return len(found)


def escalate_vetting(uow: UnitOfWork, *, most: int = 100) -> int:
    """督办: open a task at the superior of the office for each employer that waits past the clock; returns how many."""
    require(uow.actor.is_system)
    late = (
        Employer.vetting == VettingState.WAITING,
        Employer.vetting_due_on < uow.today,
        Employer.escalated_on.is_(None),
    )
    found = uow.session.scalars(select(Employer).where(*late).order_by(Employer.id).limit(most)).all()
    for employer in found:
        employer.escalated_on = uow.today
        organization = uow.session.get_one(Organization, employer.organization_id)
        path = superior_path(uow.session, employer.region_path)
        if path:
            open_task(
                uow,
                once=_once(employer),
                kind=TaskKind.ESCALATION,
                title=_("督办：%(name)s，资质审核超期", name=organization.name),
                due_on=add_working_days(uow.session, uow.today, 1)[0],
                organization=organization,
                region_path=path,
                link=f"/staff/employers/{employer.public_id}",
            )
        uow.audit("employer.escalate", employer)
    uow.session.flush()
    return len(found)


def _once(employer: Employer) -> str:
    # A deferral starts a clock of its own, so the day it runs to belongs to the name of the occasion.
    return f"vetting:{employer.public_id}:{employer.vetting_due_on}"


def recheck_once(employer: Employer) -> str:
    """The occasion of the task about the recheck that is due now."""
    return f"recheck:{employer.public_id}:{employer.recheck_on}"


def _close_recheck(uow: UnitOfWork, employer: Employer) -> None:
    close_task(uow, once=recheck_once(employer), outcome=_("已复核"))
    employer.recheck_asked_on = employer.recheck_answered_at = None
