"""Buses to the fair (接送车): stops with times, seats given out by one guarded update, and who got on."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select, update

from jobmatch.core.errors import Conflict, Invalid, NotFound, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.policies import can_work_fair
from jobmatch.fairs.visitors.calls_policies import can_seat
from jobmatch.fairs.visitors.models import FairRegistration, Shuttle, ShuttleStop
from jobmatch.fairs.visitors.states import RegistrationState

MOST_SEATS, MOST_STOPS = 500, 30


def save_shuttle(
    uow: UnitOfWork,
    fair: JobFair,
    shuttle: Shuttle | None,
    *,
    name: str,
    seats: int,
    driver_phone: str = "",
    returns_at: datetime | None = None,
) -> Shuttle:
    """Add a bus, or change it; never fewer seats than are taken, whoever takes one at this moment."""
    require(can_work_fair(uow.actor, fair))
    if not 1 <= seats <= MOST_SEATS:
        raise Invalid(fields={"seats": _("请填 1 到 %(n)s 个座位", n=MOST_SEATS)})
    if shuttle is None:
        shuttle = Shuttle(fair_id=fair.id, name=name, seats=seats, taken=0)
        uow.session.add(shuttle)
        uow.session.flush()
    else:
        mine = (Shuttle.id == shuttle.id, Shuttle.fair_id == fair.id, Shuttle.taken <= seats)
        if not _changed(uow, update(Shuttle).where(*mine).values(seats=seats)):
            raise Invalid(fields={"seats": _("已经有 %(n)s 人定了座，不能少于这个数", n=shuttle.taken)})
        uow.session.refresh(shuttle)
    shuttle.name, shuttle.driver_phone, shuttle.returns_at = name, driver_phone, returns_at
    uow.session.flush()
    uow.audit("fair.shuttle", shuttle, seats=seats)
    return shuttle


def add_stop(uow: UnitOfWork, fair: JobFair, shuttle: Shuttle, *, place: str, leaves_at: datetime) -> ShuttleStop:
    """One more stop; stops stand in the order of their times."""
    require(can_work_fair(uow.actor, fair))
    stops = uow.session.scalars(select(ShuttleStop).where(ShuttleStop.shuttle_id == shuttle.id)).all()
    if len(stops) >= MOST_STOPS:
        raise Invalid(fields={"place": _("一辆车最多 %(n)s 个站点", n=MOST_STOPS)})
    if leaves_at >= fair.closes_at:
        raise Invalid(fields={"leaves_at": _("开车时间要早于招聘会结束")})
    last = max((stop.position for stop in stops), default=0)
    stop = ShuttleStop(shuttle_id=shuttle.id, position=last + 1, place=place, leaves_at=leaves_at)
    uow.session.add(stop)
    uow.session.flush()
    uow.audit("fair.shuttle_stop", shuttle, stop=stop.public_id)
    return stop


def remove_stop(uow: UnitOfWork, fair: JobFair, shuttle: Shuttle, stop: ShuttleStop) -> None:
    """Take a stop away at which nobody gets on. Raises ``Conflict`` where somebody does."""
    require(can_work_fair(uow.actor, fair))
    waiting = select(func.count()).select_from(FairRegistration).where(FairRegistration.stop_id == stop.id)
    count = uow.session.scalar(waiting)
    if count:
        raise Conflict(_("有 %(n)s 人在这里上车，请先给他们换站点", n=count))
    uow.session.delete(stop)
    uow.session.flush()
    uow.audit("fair.shuttle_stop_removed", shuttle)


def choose_stop(uow: UnitOfWork, fair: JobFair, registration: FairRegistration, stop: ShuttleStop | None) -> None:
    """Give a registration a seat from this stop on, or take its seat back. Choosing the same again changes nothing.

    Raises ``Conflict`` where the bus is full, the registration has no seat at the fair, or was changed meanwhile.
    """
    require(can_seat(uow.actor, fair, registration))
    if registration.fair_id != fair.id:
        raise NotFound
    before = registration.stop_id
    if (stop.id if stop else None) == before:
        return
    if stop is not None and registration.state is not RegistrationState.SEATED:
        raise Conflict(_("报名成功的人才能定座"))
    target = stop.shuttle_id if stop else None
    source = _shuttle_id(uow, before)
    if target is not None and target != source:
        here = (Shuttle.id == target, Shuttle.fair_id == fair.id, Shuttle.taken < Shuttle.seats)
        if not _changed(uow, update(Shuttle).where(*here).values(taken=Shuttle.taken + 1)):
            raise Conflict(_("这辆车坐满了，请选别的车"))
    if source is not None and target != source:
        _free(uow, source)
    registration.stop_id = stop.id if stop else None
    registration.boarded_at = None
    # The version of the row refuses two screens that give the same person two seats: the later one is rolled back.
    uow.session.flush()
    uow.audit("fair.shuttle_seat", registration, stop=stop.public_id if stop else None)


def record_ride_freed(uow: UnitOfWork, registration: FairRegistration) -> None:
    """Give the seat in the bus back with the seat at the fair; for services of this room, which ask for permission."""
    source = _shuttle_id(uow, registration.stop_id)
    if source is not None:
        _free(uow, source)
        registration.stop_id = registration.boarded_at = None
        uow.session.flush()


def tick_boarded(uow: UnitOfWork, fair: JobFair, registration: FairRegistration, *, is_on: bool) -> None:
    """Note that somebody got on, or that this was a slip."""
    require(can_seat(uow.actor, fair, registration))
    if registration.fair_id != fair.id or registration.stop_id is None:
        raise NotFound
    if (registration.boarded_at is not None) == is_on:
        return
    registration.boarded_at = uow.now if is_on else None
    uow.session.flush()
    uow.audit("fair.boarded", registration, on=is_on)


def _shuttle_id(uow: UnitOfWork, stop_id: int | None) -> int | None:
    if stop_id is None:
        return None
    return uow.session.scalar(select(ShuttleStop.shuttle_id).where(ShuttleStop.id == stop_id))


def _free(uow: UnitOfWork, shuttle_id: int) -> None:
    _changed(uow, update(Shuttle).where(Shuttle.id == shuttle_id, Shuttle.taken > 0).values(taken=Shuttle.taken - 1))


def _changed(uow: UnitOfWork, statement: object) -> bool:
    """Whether a guarded update found its row."""
    done = uow.session.execute(statement, execution_options={"synchronize_session": False})  # type: ignore[call-overload]
    return int(getattr(done, "rowcount", 0)) == 1
