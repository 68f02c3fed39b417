"""Keeping an employer's figures, and its right to object to them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import update

from jobmatch.accounts.models import Organization
from jobmatch.casework.tasks.services import close_task, open_task
from jobmatch.casework.tasks.states import TaskKind
from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.reference.queries import add_working_days
from recruiters.employers import notices
from recruiters.employers.models import Employer, EmployerReputation
from recruiters.employers.policies import can_edit_employer, can_vet_employer
from recruiters.employers.reputation import WINDOW_DAYS, is_hidden, reputation_row

OBJECTION_WORKING_DAYS = 3
LEAST_CHANGE = 0.02
"""A smaller change of the share that the ranking reads is not worth reading the employer's postings again."""


def record_reputation(
    uow: UnitOfWork,
    employer_id: int,
    *,
    window: tuple[date, date],
    shrunk_rate: float | None,
    counts: Mapping[str, Any],
) -> None:
    """Write the count of one employer; the same count again changes nothing."""
    row = reputation_row(uow.session, employer_id)
    if row is None:
        if not any(counts.values()):
            return
        row = EmployerReputation(employer_id=employer_id, window_from=window[0], window_to=window[1], **counts)
        uow.session.add(row)
    before = row.shrunk_rate
    row.window_from, row.window_to = window
    for name, value in counts.items():
        setattr(row, name, value)
    row.shrunk_rate = None if is_hidden(row, uow.today) else shrunk_rate
    uow.session.flush()
    if (before is None) != (row.shrunk_rate is None) or abs((before or 0) - (row.shrunk_rate or 0)) > LEAST_CHANGE:
        _read_again(uow, employer_id)


def _read_again(uow: UnitOfWork, employer_id: int) -> None:
    """Let the index read the employer's postings again; the version stays, so that no open form gets stale."""
    changed = update(Employer).where(Employer.id == employer_id).values(changed_at=uow.now)
    uow.session.execute(changed, execution_options={"synchronize_session": False})


def object_to_reputation(uow: UnitOfWork, employer: Employer, *, words: str) -> EmployerReputation:
    """The employer says that its figures are wrong; the office has a task. The same again changes nothing.

    Raises ``Conflict`` where nothing was counted yet or an objection waits, ``Invalid`` without words.
    """
    require(can_edit_employer(uow.actor, employer))
    row = reputation_row(uow.session, employer.id)
    if row is None:
        raise Conflict(_("还没有数字，不用提异议"))
    if row.objected_at is not None and row.decided_at is None:
        raise Conflict(_("上一次的异议服务站还在核实"))
    if len(words.strip()) < 5:
        raise Invalid(fields={"words": _("请写清楚哪里不对，例如：3 月那 6 份是打电话答复的")})
    row.objection, row.objected_at, row.objected_by_id = words.strip()[:500], uow.now, uow.actor.user_id
    row.decided_at, row.decided_by_id, row.decision_note = None, None, ""
    uow.session.flush()
    organization = uow.session.get_one(Organization, employer.organization_id)
    open_task(
        uow,
        once=_once(employer, row),
        kind=TaskKind.OTHER,
        title=_("核实信誉数字的异议：%(name)s", name=organization.name),
        due_on=add_working_days(uow.session, uow.today, OBJECTION_WORKING_DAYS)[0],
        organization=organization,
        region_path=employer.region_path,
        link=f"/staff/employers/{employer.public_id}",
    )
    uow.audit("reputation.objection", employer)
    return row


def decide_objection(uow: UnitOfWork, employer: Employer, *, said: str, note: str) -> EmployerReputation:
    """The office's answer, ``said`` yes or no; a yes hides every figure, the ranking's too, until the window passed.

    Raises ``Conflict`` where none waits, ``Invalid`` without a choice or words.
    """
    require(can_vet_employer(uow.actor, employer))
    row = reputation_row(uow.session, employer.id)
    if row is None or row.objected_at is None or row.decided_at is not None:
        raise Conflict(_("没有等核实的异议，可能同事刚办完"))
    if said not in {"yes", "no"}:
        raise Invalid(fields={"is_right": _("请选异议成立不成立")})
    if not note.strip():
        raise Invalid(fields={"note": _("请写核实的结果，单位看得到")})
    is_right = said == "yes"
    row.decided_at, row.decided_by_id, row.decision_note = uow.now, uow.actor.user_id, note.strip()[:300]
    if is_right:
        row.hidden_until, row.shrunk_rate = uow.today + timedelta(days=WINDOW_DAYS), None
        _read_again(uow, employer.id)
    uow.session.flush()
    outcome = _("异议成立，数字不再显示") if is_right else _("异议不成立")
    close_task(uow, once=_once(employer, row), outcome=outcome)
    notices.tell_objection(uow, employer, row, is_right=is_right)
    uow.audit("reputation.decide", employer, is_right=is_right)
    return row


def _once(employer: Employer, row: EmployerReputation) -> str:
    return f"reputation:{employer.public_id}:{row.objected_at.isoformat() if row.objected_at else ''}"
