"""Queue numbers at booths. Every change first holds the booth's desk row, so that nothing is given or counted twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from jobmatch.accounts.models import Organization
from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.day.booth_policies import can_work_booth
from jobmatch.fairs.day.booth_queries import OPEN, is_checked_in
from jobmatch.fairs.day.models import BoothDesk, QueueNumber
from jobmatch.fairs.day.states import QueueState
from jobmatch.fairs.exhibitors.models import Exhibitor
from jobmatch.fairs.exhibitors.services.absences import record_came, record_left
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.policies import can_work_desks
from jobmatch.fairs.planning.states import FairState
from jobmatch.fairs.visitors.models import FairRegistration
from jobmatch.fairs.visitors.notices import tell_of_booth
from jobmatch.fairs.visitors.states import RegistrationState
from recruiters.employers.models import Employer
from recruiters.employers.states import VettingState

_PLAIN = {"synchronize_session": False}
UNDO_FOR = timedelta(minutes=10)
"""Who comes back so soon had not left: those who waited keep their numbers."""


def require_booth(uow: UnitOfWork, exhibitor: Exhibitor) -> Employer:
    """Whoever works this booth, for an employer that is still vetted. Raises ``NotAllowed``, ``Conflict``."""
    employer = uow.session.get_one(Employer, exhibitor.employer_id)
    require(can_work_booth(uow.actor, employer))
    if employer.vetting is not VettingState.VETTED:
        raise Conflict(_("单位资质现在没有通过审核，请到招聘会服务台"))
    return employer


def require_desk(uow: UnitOfWork, fair: JobFair) -> None:
    """Whoever works at the desks of this fair. Raises ``NotAllowed``."""
    require(can_work_desks(uow, fair))


def require_open(uow: UnitOfWork, exhibitor: Exhibitor) -> JobFair:
    """The fair, if it runs and the exhibitor is there. Raises ``Conflict`` with how things stand."""
    fair = uow.session.get_one(JobFair, exhibitor.fair_id)
    if fair.state is not FairState.RUNNING:
        raise Conflict(_("招聘会现在没有在举办"))
    if exhibitor.checked_in_at is None:
        raise Conflict(_("这家单位还没有签到"))
    if exhibitor.left_at is not None:
        raise Conflict(_("这家单位已经离场"))
    return fair


def hold_desk(uow: UnitOfWork, exhibitor_id: int, **values: object) -> BoothDesk:
    """The booth's desk row, locked until the unit ends, with ``values`` set; made where it is missing."""
    change = (
        update(BoothDesk).where(BoothDesk.exhibitor_id == exhibitor_id).values(changed_at=uow.now, **values)
    ).returning(BoothDesk.exhibitor_id)
    if uow.session.execute(change, execution_options=_PLAIN).one_or_none() is None:
        try:
            with uow.session.begin_nested():
                uow.session.add(BoothDesk(exhibitor_id=exhibitor_id, changed_at=uow.now))
        except IntegrityError:
            pass  # Somebody else made it in this very moment; it is there now.
        uow.session.execute(change, execution_options=_PLAIN)
    return uow.session.get_one(BoothDesk, exhibitor_id, populate_existing=True)


def take_number(uow: UnitOfWork, exhibitor: Exhibitor, registration: FairRegistration) -> QueueNumber:
    """Stand in a booth's queue; who stands there already keeps the number. The ticket's holder takes it on a phone
    (the page acts as the system, after it checked the ticket), a volunteer for those who have none.

    Raises ``Conflict`` where nobody can queue now, and ``Invalid`` for a ticket that does not belong here.
    """
    fair = require_open(uow, exhibitor)
    require_desk(uow, fair)
    if registration.fair_id != exhibitor.fair_id or registration.state is not RegistrationState.SEATED:
        raise Invalid(fields={"ticket": _("这是别的招聘会的票，请到服务台现场登记")})
    if not is_checked_in(uow.session, registration.id):
        raise Conflict(_("请先签到，再取号"))
    desk = hold_desk(uow, exhibitor.id)
    known = _open_number(uow, exhibitor.id, registration.id)
    if known is not None:
        return known
    if desk.is_paused:
        raise Conflict(_("这个展位暂停取号，过一会儿再来"))
    number = uow.session.execute(
        update(BoothDesk)
        .where(BoothDesk.exhibitor_id == exhibitor.id)
        .values(last_number=BoothDesk.last_number + 1, waiting_count=BoothDesk.waiting_count + 1)
        .returning(BoothDesk.last_number),
        execution_options=_PLAIN,
    ).scalar_one()
    row = QueueNumber(exhibitor_id=exhibitor.id, registration_id=registration.id, number=number, taken_at=uow.now)
    uow.session.add(row)
    uow.session.flush()
    return row


def call_next(uow: UnitOfWork, exhibitor: Exhibitor) -> QueueNumber | None:
    """Call the next one who waits, on the booth's screen; None where nobody does. Two who press at once get two."""
    require_booth(uow, exhibitor)
    require_open(uow, exhibitor)
    hold_desk(uow, exhibitor.id)
    waiting = (QueueNumber.exhibitor_id == exhibitor.id, QueueNumber.state == QueueState.WAITING)
    row = uow.session.scalars(
        select(QueueNumber).where(*waiting).order_by(QueueNumber.number).limit(1),
        execution_options={"populate_existing": True},
    ).one_or_none()
    if row is None:
        return None
    row.state, row.called_at = QueueState.CALLED, uow.now
    uow.session.flush()
    hold_desk(uow, exhibitor.id, waiting_count=BoothDesk.waiting_count - 1, called_number=row.number)
    return row


def finish_number(uow: UnitOfWork, exhibitor: Exhibitor, public_id: str, state: QueueState) -> QueueNumber:
    """The booth says how a number ended: talked to, or called and not there; twice changes nothing.

    Raises ``Invalid`` for a number of elsewhere, and ``Conflict`` where it ended otherwise.
    """
    require_booth(uow, exhibitor)
    if state not in {QueueState.DONE, QueueState.MISSED}:
        raise Invalid(_("没有这个按钮"))
    return _end(uow, exhibitor.id, public_id, state)


def leave_queue(uow: UnitOfWork, registration: FairRegistration, public_id: str) -> QueueNumber:
    """The ticket's holder stands in the queue no longer; the page that checked the ticket, or a desk, acts for them."""
    require_desk(uow, uow.session.get_one(JobFair, registration.fair_id))
    found = (QueueNumber.public_id == public_id, QueueNumber.registration_id == registration.id)
    row = uow.session.scalars(select(QueueNumber).where(*found)).one_or_none()
    if row is None:
        raise Invalid(_("没有这个排队号"))
    return _end(uow, row.exhibitor_id, public_id, QueueState.LEFT)


def record_seen(uow: UnitOfWork, exhibitor_id: int, registration_id: int) -> None:
    """Somebody stands at the booth and was noted there: the number they held, if any, is done."""
    row = _open_number(uow, exhibitor_id, registration_id)
    if row is not None:
        _end(uow, exhibitor_id, row.public_id, QueueState.DONE)


def pause_queue(uow: UnitOfWork, exhibitor: Exhibitor, *, is_paused: bool) -> BoothDesk:
    """Give out no numbers for a while, or again; who waits keeps waiting."""
    require_booth(uow, exhibitor)
    require_open(uow, exhibitor)
    uow.audit("booth.pause", exhibitor, is_paused=is_paused)
    return hold_desk(uow, exhibitor.id, is_paused=is_paused)


def leave_booth(uow: UnitOfWork, exhibitor: Exhibitor, *, note: str = "") -> None:
    """The exhibitor says that it goes before the end; twice changes nothing. Raises ``Conflict`` outside the fair."""
    require_booth(uow, exhibitor)
    if exhibitor.left_at is None:
        require_open(uow, exhibitor)
        record_left(uow, exhibitor, note=note)


def return_booth(uow: UnitOfWork, exhibitor: Exhibitor) -> None:
    """It was a mistake, or the exhibitor is back; twice changes nothing. Raises ``Conflict`` outside the fair."""
    require_booth(uow, exhibitor)
    if exhibitor.left_at is not None:
        if uow.session.get_one(JobFair, exhibitor.fair_id).state is not FairState.RUNNING:
            raise Conflict(_("招聘会现在没有在举办"))
        record_came(uow, exhibitor)


def record_queue_ended(uow: UnitOfWork, exhibitor: Exhibitor) -> None:
    """The exhibitor left, whoever said so: its open numbers end, and who held one is told by whatever way there is."""
    fair = uow.session.get_one(JobFair, exhibitor.fair_id)
    hold_desk(uow, exhibitor.id, is_paused=True, waiting_count=0)
    held = (QueueNumber.exhibitor_id == exhibitor.id, QueueNumber.state.in_(OPEN))
    told = _holders(uow, *held)
    # The moment of leaving stands on each of these numbers, so that they are told from those that people gave up.
    ended = update(QueueNumber).where(*held).values(state=QueueState.LEFT, ended_at=exhibitor.left_at)
    uow.session.execute(ended, execution_options=_PLAIN)
    for registration, number in told:
        tell_of_booth(uow, fair, registration, "left", name_of(uow, exhibitor), once=f"queue_end:{number.public_id}")


def record_queue_back(uow: UnitOfWork, exhibitor: Exhibitor) -> None:
    """The exhibitor came back: numbers are given again. Within minutes it was a mistake, and those who waited wait on.

    Called before ``left_at`` is gone, which tells their numbers.
    """
    fair, left_at = uow.session.get_one(JobFair, exhibitor.fair_id), exhibitor.left_at
    hold_desk(uow, exhibitor.id, is_paused=False)
    if left_at is None or uow.now - left_at > UNDO_FOR:
        return
    mine = (QueueNumber.exhibitor_id == exhibitor.id, QueueNumber.state == QueueState.LEFT)
    told = _holders(uow, *mine, QueueNumber.ended_at == left_at)
    back = update(QueueNumber).where(*mine, QueueNumber.ended_at == left_at)
    back = back.values(state=QueueState.WAITING, called_at=None, ended_at=None)
    uow.session.execute(back, execution_options=_PLAIN)
    hold_desk(uow, exhibitor.id, waiting_count=len(told))
    for registration, number in told:
        once = f"queue_back:{number.public_id}:{left_at:%H%M%S}"
        tell_of_booth(uow, fair, registration, "back", name_of(uow, exhibitor), once=once)


def _holders(uow: UnitOfWork, *where: Any) -> list[tuple[FairRegistration, QueueNumber]]:
    """Whose numbers these are; nobody else changes them, for the booth's desk is held."""
    query = select(FairRegistration, QueueNumber).join(QueueNumber, QueueNumber.registration_id == FairRegistration.id)
    return [(row[0], row[1]) for row in uow.session.execute(query.where(*where).order_by(QueueNumber.number))]


def name_of(uow: UnitOfWork, exhibitor: Exhibitor) -> str:
    """The employer's name."""
    query = select(Organization.name).join(Employer, Employer.organization_id == Organization.id)
    return str(uow.session.scalar(query.where(Employer.id == exhibitor.employer_id)))


def _open_number(uow: UnitOfWork, exhibitor_id: int, registration_id: int) -> QueueNumber | None:
    query = select(QueueNumber).where(
        QueueNumber.exhibitor_id == exhibitor_id,
        QueueNumber.registration_id == registration_id,
        QueueNumber.state.in_(OPEN),
    )
    return uow.session.scalars(query, execution_options={"populate_existing": True}).one_or_none()


def _end(uow: UnitOfWork, exhibitor_id: int, public_id: str, state: QueueState) -> QueueNumber:
    hold_desk(uow, exhibitor_id)
    row = uow.session.scalars(
        select(QueueNumber).where(QueueNumber.public_id == public_id, QueueNumber.exhibitor_id == exhibitor_id),
        execution_options={"populate_existing": True},
    ).one_or_none()
    if row is None:
        raise Invalid(_("没有这个排队号"))
    if row.state is state:
        return row
    if row.state not in OPEN:
        raise Conflict(_("这个号已经结束了：%(state)s", state=row.state.label))
    if row.state is QueueState.WAITING:
        hold_desk(uow, exhibitor_id, waiting_count=BoothDesk.waiting_count - 1)
    row.state, row.ended_at = state, uow.now
    uow.session.flush()
    return row
