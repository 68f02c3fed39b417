"""How much of one kind of support somebody had, over all years and offices, and what still fits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, inspect, select

from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from training.incubation.support.models import SupportPayment, SupportPolicy, VentureSupport
from training.incubation.support.states import GRANTED_STATES
from training.incubation.ventures.models import Venture


@dataclass(frozen=True, slots=True)
class Had:
    """What counts against the limits of a kind, this support left out; whole yuan."""

    granted_yuan: int
    times: int


def lock_subject(uow: UnitOfWork, support: VentureSupport) -> None:
    """Hold whoever the limits are counted for, so that two offices deciding at once count one after the other.

    Where the venture's person is not in the pool, or was erased, the venture is held and counted.
    """
    held: Any = select(Person.id).where(Person.id == support.person_id)
    if support.person_id is None:
        held = select(Venture.id).where(Venture.id == support.venture_id)
    uow.session.execute(held.with_for_update()).all()


def lock_support(uow: UnitOfWork, support: VentureSupport) -> None:
    """Wait for whoever moves this support now, and read it as it stands then; what hangs on it stays loaded."""
    columns = [column.key for column in inspect(VentureSupport).column_attrs]
    uow.session.flush()
    uow.session.refresh(support, attribute_names=columns, with_for_update=True)


def _same(support: VentureSupport) -> tuple[ColumnElement[bool], ...]:
    """Conditions: supports of the same kind for the same person, or venture where no person is known."""
    mine: ColumnElement[bool] = VentureSupport.person_id == support.person_id
    if support.person_id is None:
        mine = (VentureSupport.venture_id == support.venture_id) & VentureSupport.person_id.is_(None)
    return mine, VentureSupport.kind_code == support.kind_code


def had(uow: UnitOfWork, support: VentureSupport) -> Had:
    """What was granted before: approved, in notice or paid, by whichever policy and office."""
    query = select(func.coalesce(func.sum(VentureSupport.approved_yuan), 0), func.count()).where(
        *_same(support), VentureSupport.state.in_(GRANTED_STATES), VentureSupport.id != support.id
    )
    yuan, times = uow.session.execute(query).one()
    return Had(int(yuan or 0), int(times))


def paid_in(uow: UnitOfWork, support: VentureSupport, year: int | None = None) -> int:
    """Yuan paid for this kind, this support included; in one calendar year where ``year`` is given."""
    query = (
        select(func.coalesce(func.sum(SupportPayment.amount_yuan), 0))
        .join(VentureSupport, VentureSupport.id == SupportPayment.support_id)
        .where(*_same(support))
    )
    if year is not None:
        query = query.where(SupportPayment.paid_on.between(date(year, 1, 1), date(year, 12, 31)))
    return int(uow.session.scalar(query) or 0)


def over_grant(uow: UnitOfWork, support: VentureSupport, policy: SupportPolicy, yuan: int) -> str:
    """Why ``yuan`` cannot be approved, in words with the paper that says so; empty where it can."""
    before = had(uow, support)
    if policy.most_times is not None and before.times + 1 > policy.most_times:
        return _(
            "每人最多 %(n)s 次，已经批过 %(m)s 次（%(basis)s）", n=policy.most_times, m=before.times, basis=policy.basis
        )
    if policy.most_yuan is not None and before.granted_yuan + yuan > policy.most_yuan:
        return _(
            "每人历年合计最多 %(n)s 元，已经批过 %(m)s 元，这次最多 %(rest)s 元（%(basis)s）",
            n=policy.most_yuan,
            m=before.granted_yuan,
            rest=max(0, policy.most_yuan - before.granted_yuan),
            basis=policy.basis,
        )
    return ""


def over_payment(uow: UnitOfWork, support: VentureSupport, policy: SupportPolicy, yuan: int, on: date) -> str:
    """Why ``yuan`` cannot be paid ``on`` that day, in words with the paper that says so; empty where it can."""
    whole = paid_in(uow, support)
    if policy.most_yuan is not None and whole + yuan > policy.most_yuan:
        return _(
            "每人历年合计最多 %(n)s 元，已经付过 %(m)s 元（%(basis)s）",
            n=policy.most_yuan,
            m=whole,
            basis=policy.basis,
        )
    year = paid_in(uow, support, on.year)
    if policy.yearly_yuan is not None and year + yuan > policy.yearly_yuan:
        return _(
            "每人每年最多 %(n)s 元，%(year)s 年已经付过 %(m)s 元（%(basis)s）",
            n=policy.yearly_yuan,
            year=on.year,
            m=year,
            basis=policy.basis,
        )
    return ""
