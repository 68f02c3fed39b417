"""A booth moved while the fair runs: whoever planned to visit it, or queues there, is told where it is now.

Nothing else has to be done: numbers of booths are read where they stand each time, on tickets, boards and screens.
"""

from __future__ import annotations

from sqlalchemy import or_, select

from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.day.booth_queries import OPEN
from jobmatch.fairs.day.models import QueueNumber
from jobmatch.fairs.day.services.queues import name_of
from jobmatch.fairs.exhibitors.models import Exhibitor
from jobmatch.fairs.halls.models import BoothMove
from jobmatch.fairs.halls.queries import place_of
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.states import FairState
from jobmatch.fairs.visitors.models import FairRegistration, PlannedVisit
from jobmatch.fairs.visitors.notices import tell_of_booth
from jobmatch.fairs.visitors.states import RegistrationState

MOVE_JOB = "fairday.tell_move"


def record_moved(uow: UnitOfWork, move: BoothMove) -> None:
    """An exhibitor got another booth, told by the room below: the messages follow in the background."""
    fair_id = select(Exhibitor.fair_id).where(Exhibitor.id == move.exhibitor_id).scalar_subquery()
    if uow.session.scalar(select(JobFair.state).where(JobFair.id == fair_id)) is FairState.RUNNING:
        uow.enqueue(MOVE_JOB, move_id=move.id)


def people_to_tell(uow: UnitOfWork, move_id: int) -> list[int]:
    """Ids of registrations that go to this exhibitor; none where it moved on, for that move tells them."""
    move = uow.session.get_one(BoothMove, move_id)
    place = place_of(uow.session, move.exhibitor_id)
    if place is None or place.number != move.to_number:
        return []
    planned = select(PlannedVisit.registration_id).where(PlannedVisit.exhibitor_id == move.exhibitor_id)
    queued = select(QueueNumber.registration_id).where(
        QueueNumber.exhibitor_id == move.exhibitor_id, QueueNumber.state.in_(OPEN)
    )
    going = or_(FairRegistration.id.in_(planned), FairRegistration.id.in_(queued))
    query = select(FairRegistration.id).where(going, FairRegistration.state == RegistrationState.SEATED)
    return list(uow.session.scalars(query.order_by(FairRegistration.id)))


def tell_moved(uow: UnitOfWork, move_id: int, registration_ids: list[int]) -> None:
    """Tell some of them where the exhibitor is now; each hears of one move once."""
    move = uow.session.get_one(BoothMove, move_id)
    exhibitor = uow.session.get_one(Exhibitor, move.exhibitor_id)
    fair, name = uow.session.get_one(JobFair, exhibitor.fair_id), name_of(uow, exhibitor)
    words = _("%(name)s，现在在 %(number)s 号展位", name=name, number=move.to_number)
    query = select(FairRegistration).where(FairRegistration.id.in_(registration_ids))
    for registration in uow.session.scalars(query):
        once = f"booth_move:{move.id}:{registration.public_id}"
        tell_of_booth(uow, fair, registration, "moved", words, once=once)
