"""录用登记: what the employer says of a hire - start, contract, insurance, perhaps pay."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import select

from jobmatch.applications.models import Application, HireRecord
from jobmatch.applications.policies import can_move_application
from jobmatch.applications.services.moving import move_application
from jobmatch.applications.states import ApplicationState, ContractKind, Insurance, Move, Side
from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person

HIRED = (ApplicationState.HIRED, ApplicationState.STARTED)
MOST_PAY = 1_000_000


def hire_record_of(uow: UnitOfWork, application: Application) -> HireRecord | None:
    """What was registered of a hire, if anything."""
    return uow.session.scalars(select(HireRecord).where(HireRecord.application_id == application.id)).one_or_none()


def register_hire(
    uow: UnitOfWork,
    application: Application,
    *,
    start_on: date | None,
    contract_kind: str,
    contract_from: date,
    contract_to: date | None = None,
    insurances: Collection[str] = (),
    insured_from: date | None = None,
    pay_yuan: int | None = None,
    is_self_arranged: bool = False,
) -> HireRecord:
    """Keep what the employer registers; again, it is changed.

    A start that the person has not confirmed yet is reported by the same press; a confirmed one is not touched. Raises
    ``Conflict`` where nobody was hired, ``Invalid`` beside the fields that do not go together.
    """
    person = uow.session.get_one(Person, application.person_id)
    require(can_move_application(uow.actor, application, person, Side.EMPLOYER))
    if application.state not in HIRED:
        raise Conflict(_("本人接受录用以后才能登记"))
    kind = _checked(contract_kind, contract_from, contract_to, insurances, insured_from, pay_yuan)
    if application.state is ApplicationState.HIRED and start_on is not None:
        move_application(uow, application, Move.REPORT_START, start_on=start_on)
    row = hire_record_of(uow, application)
    if row is None:
        row = HireRecord(application_id=application.id, created_at=uow.now)
        uow.session.add(row)
    row.contract_kind, row.contract_from, row.contract_to = kind, contract_from, contract_to
    row.insurances = [one.value for one in Insurance if one.value in insurances]
    row.insured_from = insured_from if row.insurances else None
    row.pay_yuan, row.is_self_arranged = pay_yuan, is_self_arranged
    row.changed_at, row.changed_by_id = uow.now, uow.actor.user_id
    uow.session.flush()
    uow.audit("hire.register", application)
    return row


def _checked(
    contract_kind: str,
    contract_from: date,
    contract_to: date | None,
    insurances: Collection[str],
    insured_from: date | None,
    pay_yuan: int | None,
) -> ContractKind:
    fields: dict[str, str] = {}
    if contract_kind not in set(ContractKind):
        raise Invalid(fields={"contract_kind": _("请选合同类型")})
    kind = ContractKind(contract_kind)
    if kind is ContractKind.FIXED and contract_to is None:
        fields["contract_to"] = _("请填合同到哪一天")
    if kind is ContractKind.OPEN and contract_to is not None:
        fields["contract_to"] = _("无固定期限的合同不填结束日期")
    if contract_to is not None and contract_to < contract_from:
        fields["contract_to"] = _("结束日期不能早于开始日期")
    if set(insurances) - set(Insurance):
        fields["insurances"] = _("请从列表里选")
    if insurances and insured_from is None:
        fields["insured_from"] = _("请填从哪天开始缴")
    if pay_yuan is not None and not 1 <= pay_yuan <= MOST_PAY:
        fields["pay_yuan"] = _("请填每月多少元，整数")
    if fields:
        raise Invalid(fields=fields)
    return kind
