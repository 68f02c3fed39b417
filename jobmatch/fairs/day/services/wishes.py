"""Counters of a fair: policy questions, sign-ups for training, wishes to start up; one tap each."""

from __future__ import annotations

from datetime import timedelta

from jobmatch.casework.tasks.services import open_task
from jobmatch.casework.tasks.states import TaskKind
from jobmatch.core.errors import Conflict
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.day.booth_queries import ticket_holder
from jobmatch.fairs.day.models import FairWish
from jobmatch.fairs.day.services.queues import require_desk
from jobmatch.fairs.day.states import WishKind
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.states import FairState
from jobmatch.people.models.person import Person
from training.incubation.ventures.services.wishes import record_wish
from training.incubation.ventures.states import WishSource

TASK_DAYS = 7
WORDS = 200


def add_wish(uow: UnitOfWork, fair: JobFair, kind: WishKind, *, ticket: str = "", words: str = "") -> FairWish:
    """Count what somebody asked for. With a ticket of somebody who has a file, training opens a task at their station
    and a start-up wish becomes a venture, so that it is followed up.

    Raises ``Conflict`` outside the fair, ``Invalid`` on the ticket.
    """
    require_desk(uow, fair)
    if fair.state is not FairState.RUNNING:
        raise Conflict(_("招聘会现在没有在举办"))
    registration = ticket_holder(uow.session, fair, ticket, by_phone=True) if ticket.strip() else None
    row = FairWish(
        fair_id=fair.id,
        kind=kind,
        registration_id=registration.id if registration else None,
        words=words.strip()[:WORDS],
        at=uow.now,
        user_id=uow.actor.user_id,
    )
    uow.session.add(row)
    uow.session.flush()
    person = uow.session.get(Person, registration.person_id) if registration and registration.person_id else None
    if person is not None and kind is WishKind.START_UP:
        # The venture opens the task of the station itself, and only one for each living venture.
        record_wish(uow, person, source=WishSource.FAIR, words=row.words)
    elif person is not None and kind is not WishKind.POLICY:
        open_task(
            uow,
            once=f"fair_wish:{row.public_id}",
            kind=TaskKind.OTHER,
            title=_("招聘会上%(wish)s，联系一次", wish=kind.label),
            due_on=uow.today + timedelta(days=TASK_DAYS),
            person=person,
        )
    uow.audit("fair_wish.add", row, kind=kind.value)
    return row
