"""What several audiences' views share."""

from __future__ import annotations

from jobmatch.core.errors import NotFound
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.policies import visible_fairs
from jobmatch.fairs.planning.queries import fair_named
from jobmatch.fairs.visitors.models import FairRegistration
from jobmatch.fairs.visitors.policies import OPEN_FAIR, visible_registrations
from jobmatch.fairs.visitors.queries import registration_named


def seen_fair(uow: UnitOfWork, public_id: str) -> JobFair:
    """The fair, if the reader may see it. Raises ``NotFound``."""
    found: JobFair = uow.one(visible_fairs(uow.actor, fair_named(public_id)))
    return found


def open_fair(uow: UnitOfWork, public_id: str) -> JobFair:
    """The fair as everybody may see it. Raises ``NotFound``."""
    for found in uow.rows(OPEN_FAIR, {"public_id": public_id}):
        return found
    raise NotFound


def seen_registration(uow: UnitOfWork, fair: JobFair, public_id: str) -> FairRegistration:
    """A registration of the fair that the reader may see. Raises ``NotFound``."""
    found: FairRegistration = uow.one(visible_registrations(uow.actor, registration_named(fair, public_id)))
    return found
