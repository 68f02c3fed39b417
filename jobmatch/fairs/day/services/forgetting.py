"""What was written about people at booths and counters goes with their contacts."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import and_, or_, select, update

from jobmatch.core.errors import require
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.day.models import FairWish, Intention
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.visitors.models import FairRegistration
from jobmatch.reference.queries import rule_value


def forget_words(uow: UnitOfWork) -> int:
    """Blank notes and words about registrations that were forgotten, and about nobody in particular when the fair is as
    long over; that there was an intention or a wish stays. Returns how many.
    """
    require(uow.actor.is_system)
    days = int(rule_value(uow.session, "fair_contact_days", uow.today))
    over = select(JobFair.id).where(JobFair.closes_at < uow.now - timedelta(days=days))
    gone = select(FairRegistration.id).where(FairRegistration.forgotten_at.is_not(None))
    nobody = and_(FairWish.registration_id.is_(None), FairWish.fair_id.in_(over))
    count = 0
    for table, column, old in (
        (Intention, "note", Intention.registration_id.in_(gone)),
        (FairWish, "words", or_(FairWish.registration_id.in_(gone), nobody)),
    ):
        blanked = update(table).where(old, getattr(table, column) != "").values({column: ""}).returning(table.id)
        count += len(uow.session.scalars(blanked, execution_options={"synchronize_session": False}).all())
    if count:
        uow.audit("fair_registration.forget", words=count)
    return count
