"""Agreements of cooperation and practice bases: signing, changing, ending early, reminding before they end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from jobmatch.accounts.models import Organization
from jobmatch.casework.tasks.services import close_task, open_task
from jobmatch.casework.tasks.states import TaskKind
from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.services.common import clean_line
from jobmatch.reference.models import Occupation
from jobmatch.reference.queries import names, search_occupations, sure_occupation
from recruiters.employers.models import Employer
from recruiters.partners.models import Agreement, Liaison, PracticeBase
from recruiters.partners.policies import can_keep_partner
from recruiters.partners.queries import ENDING_DAYS

MOST = 100_000


def save_agreement(
    uow: UnitOfWork,
    employer: Employer,
    agreement: Agreement | None,
    *,
    paper_number: str,
    starts_on: date | None,
    ends_on: date | None,
    pledged_count: int | None,
    note: str = "",
    version: int | None = None,
) -> Agreement:
    """Note an agreement, or correct one. A later one answers the reminders of those before it.

    Raises ``Invalid`` on a field, ``Conflict`` for a stale form.
    """
    require(can_keep_partner(uow.actor, employer))
    _fresh(agreement, version)
    number = clean_line(paper_number)[:60]
    errors = _period_errors(starts_on, ends_on)
    if not number:
        errors["paper_number"] = _("请填协议编号")
    if pledged_count is None or not 0 <= pledged_count <= MOST:
        errors["pledged_count"] = _("请填承诺的岗位数")
    same = select(Agreement.id).where(
        Agreement.organization_id == employer.organization_id, Agreement.paper_number == number
    )
    if agreement is not None:
        same = same.where(Agreement.id != agreement.id)
    if number and uow.session.scalar(same) is not None:
        errors["paper_number"] = _("这家单位已经有这个编号的协议")
    if errors or starts_on is None or ends_on is None:
        raise Invalid(fields=errors)
    if agreement is None:
        agreement = Agreement(
            organization_id=employer.organization_id, created_at=uow.now, created_by_id=uow.actor.user_id
        )
        uow.session.add(agreement)
    else:
        _close_reminder(uow, agreement)
    agreement.paper_number, agreement.starts_on, agreement.ends_on = number, starts_on, ends_on
    agreement.pledged_count, agreement.note = pledged_count or 0, clean_line(note)[:300]
    agreement.reminded_on = None
    uow.session.flush()
    earlier = select(Agreement).where(
        Agreement.organization_id == employer.organization_id, Agreement.ends_on < agreement.ends_on
    )
    for old in uow.session.scalars(earlier):
        _close_reminder(uow, old)
    uow.audit("partner.agreement", agreement)
    return agreement


def save_base(
    uow: UnitOfWork,
    employer: Employer,
    base: PracticeBase | None,
    *,
    name: str,
    paper_number: str,
    starts_on: date | None,
    ends_on: date | None,
    place_count: int | None,
    work: str,
    address: str = "",
    version: int | None = None,
) -> PracticeBase:
    """Note a practice base, or correct one; ``work`` are kinds of work, one a line, by name or code.

    Raises ``Invalid`` on a field, ``Conflict`` for a stale form.
    """
    require(can_keep_partner(uow.actor, employer))
    _fresh(base, version)
    title = clean_line(name)[:120]
    errors = _period_errors(starts_on, ends_on)
    if not title:
        errors["name"] = _("请填基地名称")
    if place_count is None or not 0 < place_count <= MOST:
        errors["place_count"] = _("请填可以接收几个人")
    same = select(PracticeBase.id).where(
        PracticeBase.organization_id == employer.organization_id, PracticeBase.name == title
    )
    if base is not None:
        same = same.where(PracticeBase.id != base.id)
    if title and uow.session.scalar(same) is not None:
        errors["name"] = _("这家单位已经有这个名称的基地")
    codes: list[str] = []
    try:
        codes = occupation_codes(uow, work)
    except Invalid as error:
        errors |= error.fields
    if errors or starts_on is None or ends_on is None:
        raise Invalid(fields=errors)
    if base is None:
        base = PracticeBase(
            organization_id=employer.organization_id, created_at=uow.now, created_by_id=uow.actor.user_id
        )
        uow.session.add(base)
    else:
        _close_reminder(uow, base)
    base.name, base.paper_number, base.starts_on, base.ends_on = (
        title,
        clean_line(paper_number)[:60],
        starts_on,
        ends_on,
    )
    base.place_count, base.occupation_codes = place_count or 0, codes
    base.address, base.reminded_on = clean_line(address)[:200], None
    uow.session.flush()
    uow.audit("partner.base", base)
    return base


def occupation_codes(uow: UnitOfWork, lines: str) -> list[str]:
    """The codes of kinds of work, one a line. Raises ``Invalid`` on ``work`` with what was perhaps meant."""
    known = names(uow.session, Occupation)
    by_name = {name: code for code, name in known.items()}
    found, unknown = [], []
    for words in dict.fromkeys(filter(None, (clean_line(line) for line in lines.splitlines()))):
        code = words if words in known else by_name.get(words) or sure_occupation(words)
        if code in known:
            found.append(code)
            continue
        near = _("、").join(name for _code, name in search_occupations(uow.session, words, limit=3))
        unknown.append(_("没找到“%(words)s”，是不是：%(near)s", words=words, near=near) if near else words)
    if unknown:
        raise Invalid(fields={"work": _("；").join(unknown)[:300]})
    if not found:
        raise Invalid(fields={"work": _("请至少写一种工作")})
    return list(dict.fromkeys(found))[:20]


def _period_errors(starts_on: date | None, ends_on: date | None) -> dict[str, str]:
    if starts_on is None:
        return {"starts_on": _("请填从哪一天起")}
    if ends_on is None or ends_on < starts_on:
        return {"ends_on": _("请填到哪一天止，不能早于起始日")}
    return {}


def _fresh(term: Agreement | PracticeBase | None, version: int | None) -> None:
    if term is not None and version is not None and term.version != version:
        raise Conflict(_("刚被同事改过，请刷新后再改"))


def end_term(
    uow: UnitOfWork, employer: Employer, term: Agreement | PracticeBase, *, ended_on: date | None
) -> Agreement | PracticeBase:
    """End an agreement or a base before its day. Raises ``Invalid``, ``Conflict`` the second time."""
    require(can_keep_partner(uow.actor, employer) and term.organization_id == employer.organization_id)
    if term.ended_on is not None:
        raise Conflict(_("已经终止过"))
    if ended_on is None or not term.starts_on <= ended_on <= min(term.ends_on, uow.today):
        raise Invalid(fields={"ended_on": _("请填起始日和今天之间的一天，不晚于到期日")})
    _close_reminder(uow, term)
    term.ended_on = ended_on
    uow.session.flush()
    uow.audit("partner.ended", term)
    return term


# ---------- reminders ----------


def _once(term: Agreement | PracticeBase) -> str:
    return f"{term.__tablename__}:{term.public_id}:{term.ends_on}"


def _close_reminder(uow: UnitOfWork, term: Agreement | PracticeBase) -> None:
    close_task(uow, once=_once(term), outcome=_("已办理"))


def remind_endings(uow: UnitOfWork, *, most: int = 100) -> int:
    """Open a task for every agreement and base that ends in a month; returns how many. 0 means nothing is left."""
    require(uow.actor.is_system)
    soon = uow.today + timedelta(days=ENDING_DAYS)
    found: list[Agreement | PracticeBase] = []
    models: tuple[type[Any], ...] = (Agreement, PracticeBase)
    for model in models:
        due = (
            model.ends_on.between(uow.today, soon),
            model.ended_on.is_(None),
            model.reminded_on.is_(None),
        )
        found += uow.session.scalars(select(model).where(*due).order_by(model.id).limit(most)).all()
    for term in found:
        term.reminded_on = uow.today
    _remind(uow, found)
    uow.session.flush()
    return len(found)


def _remind(uow: UnitOfWork, terms: Sequence[Agreement | PracticeBase]) -> None:
    ids = [term.organization_id for term in terms]
    rows = uow.session.execute(
        select(Organization, Employer.public_id, Liaison.user_id)
        .join(Employer, Employer.organization_id == Organization.id)
        .outerjoin(Liaison, Liaison.organization_id == Organization.id)
        .where(Organization.id.in_(ids))
    )
    known = {organization.id: (organization, public_id, user_id) for organization, public_id, user_id in rows}
    for term in terms:
        organization, public_id, user_id = known[term.organization_id]
        if not organization.region_path:
            continue
        is_agreement = isinstance(term, Agreement)
        words = _("合作协议快到期：%(name)s") if is_agreement else _("实习实训基地快到期：%(name)s")
        open_task(
            uow,
            once=_once(term),
            kind=TaskKind.OTHER,
            title=words % {"name": organization.name},
            due_on=term.ends_on,
            organization=organization,
            assignee_id=user_id,
            link=f"/staff/employers/{public_id}/agreements"
            if is_agreement
            else f"/staff/practice-bases/{term.public_id}",
        )
