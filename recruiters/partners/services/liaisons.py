"""Who is responsible for an employer, and the log of what was said."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from jobmatch.accounts.models import Organization
from jobmatch.casework.tasks.queries import find_clerk
from jobmatch.casework.tasks.services import close_task, open_task
from jobmatch.casework.tasks.states import TaskKind
from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.services.common import Findings, clean_line, keep_secrets_out
from jobmatch.reference.checks import check_phone
from recruiters.employers.models import Employer
from recruiters.partners.models import EmployerContact, Liaison
from recruiters.partners.policies import can_keep_partner
from recruiters.partners.queries import last_contact
from recruiters.partners.states import ContactWay

LONGEST_AHEAD = 366


def set_liaison(
    uow: UnitOfWork,
    employer: Employer,
    *,
    to: str,
    stand_in: str = "",
    contact_name: str = "",
    contact_post: str = "",
    contact_phone: str = "",
    version: int | None = None,
) -> Liaison:
    """Say who of the bureau (public ids) is responsible for an employer, and whom to speak to there.

    Raises ``Invalid`` on a field, ``Conflict`` where a colleague changed it meanwhile.
    """
    require(can_keep_partner(uow.actor, employer))
    clerk, other = find_clerk(uow, to), find_clerk(uow, stand_in) if stand_in else None
    errors: dict[str, str] = {}
    if clerk is None:
        errors["to"] = _("请从列表里选一位同事")
    if stand_in and (other is None or (clerk is not None and other.id == clerk.id)):
        errors["stand_in"] = _("代办人请选另一位同事")
    phone = contact_phone.strip()
    if phone:
        try:
            phone = check_phone(phone, landline=True)
        except ValueError as error:
            errors["contact_phone"] = str(error)
    if errors or clerk is None:
        raise Invalid(fields=errors)
    query = select(Liaison).where(Liaison.organization_id == employer.organization_id)
    row = uow.session.scalars(query).one_or_none()
    if version is not None and row is not None and row.version != version:
        raise Conflict(_("联络人刚被同事改过，请刷新后再改"))
    if row is None:
        row = Liaison(organization_id=employer.organization_id)
        uow.session.add(row)
    row.user_id, row.stand_in_id = clerk.id, other.id if other else None
    row.contact_name, row.contact_post = clean_line(contact_name)[:60], clean_line(contact_post)[:60]
    row.contact_phone, row.changed_at, row.changed_by_id = phone[:40], uow.now, uow.actor.user_id
    uow.session.flush()
    uow.audit("partner.liaison", employer, to=clerk.public_id)
    return row


def record_contact(
    uow: UnitOfWork,
    employer: Employer,
    *,
    done_on: date | None,
    way: ContactWay,
    words: str,
    with_whom: str = "",
    next_on: date | None = None,
) -> EmployerContact:
    """Write down a conversation. It closes the task of the one before; with ``next_on`` a task is due that day.

    The task goes to whoever is responsible, else to the station. Raises ``Invalid``.
    """
    require(can_keep_partner(uow.actor, employer))
    found = Findings()
    text = clean_line(words)[:500]
    found.check(bool(text), "words", _("请写一句说了什么"))
    found.check(done_on is not None and done_on <= uow.today, "done_on", _("请填哪一天联系的，不晚于今天"))
    is_ahead = next_on is None or 0 < (next_on - uow.today).days <= LONGEST_AHEAD
    found.check(is_ahead, "next_on", _("下次联系请填明天以后、一年以内的日期"))
    keep_secrets_out(found, {"words": text}, accept_masked=False)
    found.stop()
    before = last_contact(uow.session, employer.organization_id)
    row = EmployerContact(
        organization_id=employer.organization_id,
        done_on=done_on or uow.today,
        way=way,
        with_whom=clean_line(with_whom)[:60],
        words=text,
        next_on=next_on,
        by_id=uow.actor.user_id,
        recorded_at=uow.now,
    )
    uow.session.add(row)
    uow.session.flush()
    if before is not None:
        close_task(uow, once=_once(before), outcome=_("已联系"))
    if next_on is not None:
        _open(uow, employer, row, next_on)
    uow.audit("partner.contact", employer, way=way.value)
    return row


def _once(contact: EmployerContact) -> str:
    return f"partner-contact:{contact.public_id}"


def _open(uow: UnitOfWork, employer: Employer, contact: EmployerContact, day: date) -> None:
    organization = uow.session.get_one(Organization, employer.organization_id)
    query = select(Liaison.user_id).where(Liaison.organization_id == organization.id)
    open_task(
        uow,
        once=_once(contact),
        kind=TaskKind.CONTACT_DUE,
        title=_("联系单位：%(name)s", name=organization.name),
        due_on=day,
        organization=organization,
        region_path=employer.region_path,
        assignee_id=uow.session.scalar(query),
        link=f"/staff/employers/{employer.public_id}/contacts",
    )
