"""Reads of the support ledger."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from jobmatch.accounts.models import Organization
from jobmatch.accounts.states import OrganizationKind
from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.people.models.person import Person
from jobmatch.reference.models import SupportKind
from jobmatch.reference.queries import names
from training.incubation.support.models import (
    SupportBudget,
    SupportPaper,
    SupportPayment,
    SupportPolicy,
    VentureSupport,
)
from training.incubation.support.states import GRANTED_STATES, OPEN_STATES, Giving, SupportState
from training.incubation.ventures.models import Venture

OPEN = "open"
LENT_UNIT = "万元"
SEEN = frozenset({"venture", "support_policy", "person"})
"""Tables whose rows come along with a support that a policy of this room let through."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of support in the reader's words."""

    code: str
    name: str
    unit: str
    has_money: bool
    sort_order: int


def kind_of(session: Session, code: str) -> Kind:
    """The kind of a support."""
    return kinds(session)[code]


def giving_of(kind: Kind) -> Giving:
    """Whether a kind is paid by the office, lent by somebody else, or a service; its unit says it."""
    if not kind.has_money:
        return Giving.SERVICE
    return Giving.LOAN if kind.unit == LENT_UNIT else Giving.MONEY


def kinds(session: Session) -> dict[str, Kind]:
    """Every kind by its code, in order."""
    words = names(session, SupportKind)
    rows = session.scalars(select(SupportKind).order_by(SupportKind.sort_order))
    return {row.code: Kind(row.code, words[row.code], row.unit, row.has_money, row.sort_order) for row in rows}


def ledger(
    *, state: str = "", kind: str = "", year: int | None = None, words: str = "", venture_id: int | None = None
) -> Select[*tuple[Any, ...]]:
    """Support and the person's name, the newest first; a policy narrows it. ``year`` is that of the application."""
    query = (
        select(VentureSupport, Person.name)
        .join(VentureSupport.venture)
        .join(VentureSupport.policy)
        .outerjoin(Person, Person.id == VentureSupport.person_id)
        .options(contains_eager(VentureSupport.venture), contains_eager(VentureSupport.policy))
        .order_by(VentureSupport.applied_on.desc(), VentureSupport.id.desc())
        .execution_options(visible=SEEN)
    )
    if state == OPEN:
        query = query.where(VentureSupport.state.in_(OPEN_STATES))
    elif state in set(SupportState):
        query = query.where(VentureSupport.state == SupportState(state))
    if kind:
        query = query.where(VentureSupport.kind_code == kind)
    if year:
        query = query.where(VentureSupport.applied_on.between(date(year, 1, 1), date(year, 12, 31)))
    if words:
        like = f"%{words.replace('%', '')}%"
        query = query.where(or_(Venture.name.like(like), Person.name.like(like)))
    return query.where(VentureSupport.venture_id == venture_id) if venture_id else query


def state_counts() -> Select[*tuple[Any, ...]]:
    """How many supports stand where; a policy narrows it."""
    return select(VentureSupport.state, func.count()).group_by(VentureSupport.state)


def named(public_id: str) -> Select[*tuple[Any, ...]]:
    """One support with its venture and policy."""
    return (
        select(VentureSupport)
        .options(joinedload(VentureSupport.venture), joinedload(VentureSupport.policy))
        .where(VentureSupport.public_id == public_id)
        .execution_options(visible=SEEN)
    )


def payments_of(session: Session, support: VentureSupport) -> Sequence[SupportPayment]:
    """Payments of a support, the first first."""
    query = select(SupportPayment).where(SupportPayment.support_id == support.id)
    return session.scalars(query.order_by(SupportPayment.paid_on, SupportPayment.id)).all()


def get_payment(session: Session, support: VentureSupport, public_id: str) -> SupportPayment:
    """One payment of a support. Raises ``NotFound``."""
    query = select(SupportPayment).where(SupportPayment.support_id == support.id, SupportPayment.public_id == public_id)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound
    return found


def papers_of(session: Session, support: VentureSupport) -> Sequence[SupportPaper]:
    """Papers of a support with their files."""
    query = select(SupportPaper).options(joinedload(SupportPaper.file)).where(SupportPaper.support_id == support.id)
    return session.scalars(query.order_by(SupportPaper.id)).all()


def get_paper(session: Session, support: VentureSupport, public_id: str) -> SupportPaper:
    """One paper of a support. Raises ``NotFound``."""
    query = select(SupportPaper).options(joinedload(SupportPaper.file))
    found = session.scalars(
        query.where(SupportPaper.support_id == support.id, SupportPaper.public_id == public_id)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def policies() -> Select[*tuple[Any, ...]]:
    """Policies: those in force first, then the newest; a policy of access narrows it."""
    return select(SupportPolicy).order_by(
        SupportPolicy.is_active.desc(), SupportPolicy.valid_from.desc(), SupportPolicy.id.desc()
    )


def in_force(today: date, region_path: str) -> Select[*tuple[Any, ...]]:
    """Policies that a venture at ``region_path`` can ask under today."""
    return policies().where(
        SupportPolicy.is_active.is_(True),
        SupportPolicy.valid_from <= today,
        or_(SupportPolicy.valid_until.is_(None), SupportPolicy.valid_until >= today),
        func.substr(region_path, 1, func.length(SupportPolicy.region_path)) == SupportPolicy.region_path,
    )


def budget_rows(session: Session, region_path: str, year: int) -> dict[str, tuple[int | None, int, int]]:
    """Budget, approved and paid yuan by kind of an office's policies in a year; two statements and one for payments."""
    planned = select(SupportBudget.kind_code, SupportBudget.amount_yuan).where(
        SupportBudget.region_path == region_path, SupportBudget.year == year
    )
    first, last = date(year, 1, 1), date(year, 12, 31)
    own = SupportPolicy.region_path == region_path
    approved = (
        select(VentureSupport.kind_code, func.sum(VentureSupport.approved_yuan))
        .join(SupportPolicy, SupportPolicy.id == VentureSupport.policy_id)
        .where(own, VentureSupport.state.in_(GRANTED_STATES), VentureSupport.approved_on.between(first, last))
        .group_by(VentureSupport.kind_code)
    )
    paid = (
        select(VentureSupport.kind_code, func.sum(SupportPayment.amount_yuan))
        .join(VentureSupport, VentureSupport.id == SupportPayment.support_id)
        .join(SupportPolicy, SupportPolicy.id == VentureSupport.policy_id)
        .where(own, SupportPayment.paid_on.between(first, last))
        .group_by(VentureSupport.kind_code)
    )
    budgets = {code: int(yuan) for code, yuan in session.execute(planned)}
    granted = {code: int(yuan or 0) for code, yuan in session.execute(approved)}
    spent = {code: int(yuan or 0) for code, yuan in session.execute(paid)}
    codes = {*budgets, *granted, *spent}
    return {code: (budgets.get(code), granted.get(code, 0), spent.get(code, 0)) for code in codes}


def overdue(today: date) -> Select[*tuple[Any, ...]]:
    """Supports whose notice is over and of which nothing was given."""
    return (
        select(VentureSupport)
        .options(joinedload(VentureSupport.venture), joinedload(VentureSupport.policy))
        .where(VentureSupport.state == SupportState.NOTICED, VentureSupport.noticed_until < today)
        .order_by(VentureSupport.id)
    )


def noticed(public_id: str, today: date) -> Select[*tuple[Any, ...]]:
    """A support with its person's name while the public may read it."""
    return ledger().where(
        VentureSupport.public_id == public_id,
        VentureSupport.state == SupportState.NOTICED,
        VentureSupport.noticed_until >= today,
    )


def next_step(support: VentureSupport, today: date) -> str:
    """What happens next, for the person who asked."""
    state = support.state
    if state is SupportState.APPLIED:
        return _("等服务站审核")
    if state is SupportState.APPROVED:
        return _("等公示") if support.policy.notice_days else _("等付款或者办理")
    if state is SupportState.NOTICED:
        is_over = support.noticed_until is not None and support.noticed_until < today
        return _("公示期满，等付款") if is_over else _("公示中，期满没有异议就付款")
    return {SupportState.REFUSED: _("没有批准，可以问服务站")}.get(state, "")


def sums_of(session: Session, venture_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """Number of granted supports and yuan paid by venture."""
    query = (
        select(VentureSupport.venture_id, func.count(), func.sum(VentureSupport.paid_yuan))
        .where(VentureSupport.venture_id.in_(venture_ids), VentureSupport.state.in_(GRANTED_STATES))
        .group_by(VentureSupport.venture_id)
    )
    return {key: (count, int(yuan or 0)) for key, count, yuan in session.execute(query)}


def office_of(session: Session, region_path: str) -> Organization | None:
    """The station that answers for a subtree: whom to talk to about a notice."""
    query = select(Organization).where(
        Organization.kind == OrganizationKind.STATION, Organization.region_path == region_path
    )
    return session.scalars(query.order_by(Organization.id)).first()
